"""`eda-lint rules`: every installed rule."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from eda_lint.check.plugins import Registered, registered_rules
from eda_lint.cli.options import data_format_option, debug_option, file_option
from eda_lint.cli.output import emit
from eda_lint.model.finding import RuleCard


@click.command("rules", short_help="List all rules.")
@data_format_option("text", "json", "markdown")
@file_option
@debug_option
def rules(form: str, output_file: Path | None) -> int:
    """List all installed rules, those of plugins too."""
    installed = registered_rules()
    if form == "json":
        data = {"version": 1, "rules": [{**rule_data(each.card), "plugin": each.plugin} for each in installed]}
        emit(json.dumps(data, indent=2), output_file, machine=True)
    else:
        emit("\n".join(_table(installed) if form == "markdown" else _rows(installed)), output_file)
    return 0


def rule_data(card: RuleCard) -> dict[str, Any]:
    """A rule as plain data, without its page."""
    return {
        "code": card.code,
        "name": card.name,
        "summary": card.summary,
        "severity": card.severity,
        "preview": card.preview,
        "since": card.since,
    }


def _rows(installed: Iterable[Registered]) -> Iterable[str]:
    cards = [each.card for each in installed]
    width = max((len(card.name) for card in cards), default=0)
    for card in cards:
        preview = " (preview)" if card.preview else ""
        yield f"{card.code}  {card.name:<{width}}  {card.severity:<7}  {card.summary}{preview}"


def _table(installed: Iterable[Registered]) -> Iterable[str]:
    yield "| Code | Name | Severity | Summary |"
    yield "|---|---|---|---|"
    for card in (each.card for each in installed):
        preview = " (preview)" if card.preview else ""
        yield f"| {card.code} | `{card.name}` | {card.severity}{preview} | {card.summary} |"
