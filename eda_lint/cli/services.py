"""`eda-lint services`: what was taken for a service, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from eda_lint.cli.options import World, data_format_option, file_option, world_options
from eda_lint.cli.output import emit
from eda_lint.cli.session import open_session
from eda_lint.model.topology import Project, Service
from eda_lint.report.display import printable


@click.command("services", short_help="List the services found, and what made each one.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@data_format_option("text", "json")
@file_option
@world_options
def services(paths: tuple[Path, ...], form: str, output_file: Path | None, **world: Any) -> int:
    """List the services of the code base that PATHS belong to."""
    session = open_session(World(**world), paths)
    project = session.understand().project
    if form == "json":
        data = {"version": 1, "services": [_data(each, project) for each in project.services]}
        emit(json.dumps(data, indent=2), output_file, machine=True)
    else:
        emit("\n".join(_rows(project)), output_file)
    return 0


def _counts(service: Service, project: Project) -> tuple[int, int]:
    """How many sends and receives stand in a service's own, non-test code."""
    own = [each.action for each in project.operations if each.service == service.name and not each.in_test]
    return own.count("send"), own.count("receive")


def _data(service: Service, project: Project) -> dict[str, object]:
    sends, receives = _counts(service, project)
    return {
        "name": service.name,
        "path": service.path,
        "kind": service.kind,
        "marks": list(service.marks),
        "sends": sends,
        "receives": receives,
    }


def _rows(project: Project) -> Iterable[str]:
    if not project.services:
        yield "No services were found."
    for service in project.services:
        sends, receives = _counts(service, project)
        marks = ", ".join(map(printable, service.marks)) or "what is left of the root"
        yield (
            f"{printable(service.name)}  {service.kind}  {printable(service.path)}  "
            f"sends {sends}, receives {receives}  ({marks})"
        )
