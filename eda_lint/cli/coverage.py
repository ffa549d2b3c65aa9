"""`eda-lint coverage`: how much was understood, what was not, and what would help."""

from __future__ import annotations

import dataclasses
import json
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eda_lint.cli.options import World, data_format_option, file_option, world_options
from eda_lint.cli.output import emit
from eda_lint.cli.session import open_session
from eda_lint.model.topology import Coverage, Project
from eda_lint.report.display import printable

if TYPE_CHECKING:
    from eda_lint.report.undeclared import Undeclared

SHOWN = 5
"""Most wrappers that the text shows; `--format json` has all."""


@click.command("coverage", short_help="Show how much was understood, and what was not.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@data_format_option("text", "json")
@file_option
@world_options
def coverage(paths: tuple[Path, ...], form: str, output_file: Path | None, **world: Any) -> int:
    """Show how much of the code base that PATHS belong to was understood, and which declarations would help."""
    from eda_lint.report.undeclared import undeclared

    understood = open_session(World(**world), paths).understand()
    wrappers = undeclared(understood.project, understood.parameters)
    if form == "json":
        emit(json.dumps(_data(understood.project, wrappers), indent=2), output_file, machine=True)
    else:
        emit("\n".join(_rows(understood.project, wrappers)), output_file)
    return 0


def _data(project: Project, wrappers: Sequence[Undeclared]) -> dict[str, object]:
    figures = dataclasses.asdict(project.coverage)
    figures["unresolved"] = [
        {"reason_code": code, "example": example, "count": count}
        for code, example, count in project.coverage.unresolved
    ]
    problems = [
        {"file": each.place.file, "line": each.place.line, "kind": each.kind, "message": each.message}
        for each in project.problems
    ]
    candidates = [
        {
            "function": each.function,
            "action": each.action,
            "system": each.system,
            "roles": dict(each.roles),
            "operations": each.operations,
            "file": each.place.file,
            "line": each.place.line,
        }
        for each in wrappers
    ]
    return {"version": 1, **figures, "wrappers": candidates, "problems": problems}


def _rows(project: Project, wrappers: Sequence[Undeclared]) -> Iterable[str]:
    found: Coverage = project.coverage
    yield f"Files: {found.parsed} of {found.files} read ({found.parsed_lines} of {found.lines} lines)"
    yield f"Message operations: {found.operations} found, {found.resolved} resolved{_share(found)}"
    if found.unresolved:
        yield "Not resolved:"
        for code, example, count in found.unresolved:
            yield f"  {count:>5}  {code}  e.g. {printable(example)}"
    if wrappers:
        yield from _declarations(wrappers)
    if found.unread_packages:
        yield "Declared packages that were not read (package-not-read):"
        reasons = dict(found.unread_reasons)
        for name in found.unread_packages:
            yield f"  {printable(name)}{': ' if name in reasons else ''}{printable(reasons.get(name, ''))}"
    if project.problems:
        yield "Not read:"
        for problem in project.problems:
            yield f"  {printable(problem.place.file)}:{problem.place.line}: {printable(problem.message)}"


def _declarations(wrappers: Sequence[Undeclared]) -> Iterable[str]:
    yield "Functions whose callers do not show the channel. If they are called from elsewhere, declare them:"
    for each in wrappers[:SHOWN]:
        yield ""
        yield f"  # {printable(each.place.file)}:{each.place.line}"
        yield textwrap.indent(each.stanza(), "  ")
    if len(wrappers) > SHOWN:
        yield ""
        yield f"  # and {len(wrappers) - SHOWN} more: --format json"
    yield ""


def _share(found: Coverage) -> str:
    return f" ({100 * found.resolved // found.operations} %)" if found.operations else ""
