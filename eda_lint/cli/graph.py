"""`eda-lint graph`: the code base's services, channels and operations as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eda_lint.cli.options import World, file_option, world_options
from eda_lint.cli.output import emit
from eda_lint.cli.session import open_session


@click.command("graph", short_help="Print services, channels and operations as data.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", type=click.Choice(["json"]), default="json", show_default=True, expose_value=False)
@file_option
@world_options
def graph(paths: tuple[Path, ...], output_file: Path | None, **world: Any) -> int:
    """Print the graph of the code base that PATHS belong to, whole. The format is experimental until 1.0."""
    from eda_lint.report.graph import graph_json

    session = open_session(World(**world), paths)
    emit(graph_json(session.understand().project), output_file, machine=True)
    return 0
