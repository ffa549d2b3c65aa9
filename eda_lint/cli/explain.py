"""`eda-lint explain`: a rule's page."""

from __future__ import annotations

import json
from pathlib import Path

import click

from eda_lint.check.load import find_rule
from eda_lint.check.plugins import registered_rules
from eda_lint.cli.options import data_format_option, debug_option, file_option
from eda_lint.cli.output import emit
from eda_lint.cli.rules import rule_data


@click.command("explain", short_help="Explain a rule: why it matters, what is better.")
@click.argument("code", metavar="CODE")
@data_format_option("markdown", "json")
@file_option
@debug_option
def explain(code: str, form: str, output_file: Path | None) -> int:
    """Explain the rule with this CODE or name."""
    card = find_rule(code, [entry.card for entry in registered_rules()])
    if form == "json":
        text = json.dumps({**rule_data(card), "page": card.page}, indent=2)
    else:
        text = card.page
    emit(text, output_file, machine=form == "json")
    return 0
