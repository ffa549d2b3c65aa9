"""What became of schemas: as text for people, as JSON (`schema/schema-changes.json`), as Markdown for a review."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from eda_lint.model.contract import Evolution
from eda_lint.model.schema import Change, SchemaProblem
from eda_lint.model.topology import Place
from eda_lint.report.display import printable, well_formed
from eda_lint.report.json import place_data

VERSION = 1
"""Version of the JSON format."""


@dataclass(frozen=True, slots=True)
class SchemaReport:
    """What a comparison of schemas gives its reader."""

    mode: str
    evolutions: tuple[Evolution, ...]
    breaks: tuple[tuple[Evolution, Change], ...]
    """The changes that the mode does not allow."""
    orders: tuple[tuple[Evolution, str], ...]
    """Which side to deploy first, as a sentence."""
    checked: int
    """How many contracts were compared or are new."""
    problems: tuple[SchemaProblem, ...] = ()


def text(report: SchemaReport) -> str:
    """One paragraph for each contract that changed, the breaking changes marked."""
    lines: list[str] = []
    broken = {id(change) for _, change in report.breaks}
    for evolution in report.evolutions:
        order = next((sentence for one, sentence in report.orders if one is evolution), "")
        lines.append(_title(evolution))
        for change in evolution.comparison.changes:
            mark = "!!" if id(change) in broken else "  "
            where = _where(change.new_place or change.old_place)
            verdicts = f"backward {change.backward}, forward {change.forward}"
            said = f"{printable(change.path)}: {printable(change.message)}"
            lines.append(f"  {mark} {said} [{change.kind}; {verdicts}]{where}")
        if order:
            lines.append(f"     {order}.")
        lines.append("")
    lines += [f"not read:{_where(problem.place)} {printable(problem.message)}" for problem in report.problems]
    lines.append(_summary(report))
    return "\n".join(lines) + "\n"


def _title(evolution: Evolution) -> str:
    contract = evolution.contract
    name = printable(contract.name)
    where = f"{printable(contract.place.file)}:{contract.place.line}" if contract.place.file else ""
    gone = " is gone" if evolution.removed else ""
    since = f" since {printable(evolution.since)}" if evolution.since else ""
    moved = f", then {printable(evolution.old_file)}" if evolution.old_file else ""
    return f"{name} ({contract.dialect}{', ' + where if where else ''}{moved}){gone}{since}"


def _where(place: Place | None) -> str:
    return f"  {printable(place.file)}:{place.line}" if place is not None and place.file else ""


def _summary(report: SchemaReport) -> str:
    changed = len(report.evolutions)
    if not changed:
        return f"{_count(report.checked, 'schema')} compared, none changed."
    if report.mode == "NONE":
        return f"{_count(report.checked, 'schema')} compared, {changed} changed."
    broken = len({id(evolution) for evolution, _ in report.breaks})
    return f"{_count(report.checked, 'schema')} compared, {changed} changed, {broken} not compatible ({report.mode})."


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


# ----------------------------------------------------------------------------------------------------- JSON


def data(report: SchemaReport) -> str:
    """The same for machines. ASCII only; readers must accept unknown keys."""
    broken = {id(change) for _, change in report.breaks}
    found = {
        "version": VERSION,
        "mode": report.mode,
        "compatible": not report.breaks,
        "checked": report.checked,
        "contracts": [_evolution(each, broken) for each in report.evolutions],
        "problems": [{"message": problem.message, "place": _place(problem.place)} for problem in report.problems],
    }
    return json.dumps(well_formed(found), indent=2, ensure_ascii=True) + "\n"


def _evolution(evolution: Evolution, broken: set[int]) -> dict[str, Any]:
    contract = evolution.contract
    return {
        "name": contract.name,
        "dialect": contract.dialect,
        "file": contract.place.file,
        "line": contract.place.line,
        "old_file": evolution.old_file or None,
        "since": evolution.since or None,
        "removed": evolution.removed,
        "channels": list(contract.channels),
        "backward": evolution.comparison.backward,
        "forward": evolution.comparison.forward,
        "changes": [_change(change, id(change) in broken) for change in evolution.comparison.changes],
    }


def _change(change: Change, is_break: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": change.kind,
        "path": change.path,
        "backward": change.backward,
        "forward": change.forward,
        "breaks": is_break,
        "message": change.message,
        "source": change.source or None,
        "old": change.old or None,
        "new": change.new or None,
        "old_place": _place(change.old_place),
        "new_place": _place(change.new_place),
        "rules": list(change.rules),
    }
    levels = {"wire": change.wire, "json": change.json, "code": change.code}
    return found | {"levels": {name: verdict for name, verdict in levels.items() if verdict is not None}}


def _place(place: Place | None) -> dict[str, Any] | None:
    return place_data(place) if place is not None and place.file else None


# -------------------------------------------------------------------------------------------------- Markdown


def markdown(report: SchemaReport) -> str:
    """A table for each contract that changed, for a comment on a pull request."""
    lines = [f"### Schemas: {_summary(report)}", ""]
    broken = {id(change) for _, change in report.breaks}
    for evolution in report.evolutions:
        lines += [
            f"**{_cell(_title(evolution))}**",
            "",
            "| | path | change | backward | forward |",
            "|---|---|---|---|---|",
        ]
        for change in evolution.comparison.changes:
            mark = "❌" if id(change) in broken else ""
            cells = (_cell(change.path), _cell(change.message), change.backward, change.forward)
            lines.append(f"| {mark} | {' | '.join(cells)} |")
        order = next((sentence for one, sentence in report.orders if one is evolution), "")
        lines += ["", f"{order}.", ""] if order else [""]
    lines += [f"- not read: {_cell(problem.message)}" for problem in report.problems]
    return "\n".join(lines).rstrip() + "\n"


def _cell(text: str) -> str:
    """Text of others in a table of Markdown: nothing in it is markup."""
    plain = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+!|~@$" else c for c in plain)


RENDERERS = {"text": text, "json": data, "markdown": markdown}
"""Format → renderer."""
