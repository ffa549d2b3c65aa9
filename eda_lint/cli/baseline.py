"""`eda-lint baseline`: findings that are known, so that only new ones fail a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eda_lint.check.baseline import prune as drop_mended
from eda_lint.check.baseline import write as write_known
from eda_lint.check.load import load_rules
from eda_lint.cli.check import judged, known_findings
from eda_lint.cli.options import World, world_options
from eda_lint.cli.output import emit
from eda_lint.cli.session import Session, open_session
from eda_lint.errors import RuleError
from eda_lint.model.finding import Outcome

DEFAULT_NAME = "eda-lint-baseline.json"
"""Where the baseline lies unless the configuration or `--baseline` says otherwise."""


@click.group("baseline", short_help="Record known findings, or drop the ones that are mended.")
def baseline() -> None:
    """Keep a file of known findings; `check --baseline FILE` then counts only new ones."""


file = click.option(
    "--baseline",
    "given",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"The file (default: as configured, else {DEFAULT_NAME} in the root).",
)


@baseline.command("write")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@file
@world_options
def write(paths: tuple[Path, ...], given: Path | None, **world: Any) -> int:
    """Record all findings of the code base that PATHS belong to as known."""
    session = open_session(World(**world), paths)
    target = _target(session, given)
    count = write_known(target, _whole(session).judged)
    emit(f"{count} known findings written to {target}. Next: eda-lint check --baseline {target.name}", None)
    return 0


@baseline.command("prune")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@file
@world_options
def prune(paths: tuple[Path, ...], given: Path | None, **world: Any) -> int:
    """Drop known findings that no longer occur; add none."""
    session = open_session(World(**world), paths)
    target = _target(session, given)
    count = drop_mended(target, _whole(session).judged)
    emit(f"{count} mended findings dropped from {target}", None)
    return 0


def _target(session: Session, given: Path | None) -> Path:
    return known_findings(session.config, session.root, given) or session.root / DEFAULT_NAME


def _whole(session: Session) -> Outcome:
    """All findings, whatever the paths. Raises RuleError if a rule failed: what it found before would be dropped."""
    outcome, _ = judged(session, load_rules(session.config), None)
    if outcome.crashes:
        crash = outcome.crashes[0]
        raise RuleError(f"rule {crash.code} of plugin `{crash.plugin}` failed: {crash.message}")
    return outcome
