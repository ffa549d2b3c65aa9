"""Options that several verbs share, each declared once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class World:
    """Which code base, and how it is read."""

    root: Path | None = None
    jobs: int = 0
    """Worker processes; 0: as many as there are processors."""
    cache: bool = True
    cache_dir: Path | None = None
    parse_all: bool = False
    python: Path | None = None
    """Environment or interpreter in which declared packages are looked up."""


def world_options(command: Command) -> Command:
    """`--root`, `--jobs`, `--no-cache`, `--cache-dir`, `--parse-all`, `--python` (the fields of `World`), `--debug`."""
    for option in (
        click.option(
            "--python",
            type=click.Path(path_type=Path, exists=True),
            help="Environment (directory or interpreter) whose files `packages` are read from; it is not run.",
        ),
        click.option("--parse-all", is_flag=True, help="Read every file, also those that cannot matter."),
        click.option("--cache-dir", type=click.Path(path_type=Path, file_okay=False), help="Where facts are cached."),
        click.option("--cache/--no-cache", default=True, help="Whether facts are kept between runs."),
        click.option("-j", "--jobs", type=click.IntRange(min=0), default=0, help="Worker processes (0: all cores)."),
        click.option(
            "--root",
            type=click.Path(path_type=Path, exists=True, file_okay=False),
            help="The code base (default: nearest configuration, else the git root).",
        ),
    ):
        command = option(command)
    return debug_option(command)


def debug_option(command: Command) -> Command:
    """`--debug`; `main` reads it from the arguments, since a traceback is its business."""
    return click.option("--debug", is_flag=True, expose_value=False, help="Show where an internal error happened.")(
        command
    )


def file_option(command: Command) -> Command:
    """`--output-file`."""
    return click.option(
        "-o",
        "--output-file",
        type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
        help="Write there instead of to standard output, all or nothing.",
    )(command)


def data_format_option(*formats: str) -> Callable[[Command], Command]:
    """`--format` with these choices, the first one the default; passed on as `form`."""
    return click.option(
        "--format", "form", type=click.Choice(formats), default=formats[0], show_default=True, help="Output format."
    )


def words(_ctx: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Click callback: an option that may be repeated and may hold a comma-separated list."""
    return tuple(word for text in given for word in (part.strip() for part in text.split(",")) if word)
