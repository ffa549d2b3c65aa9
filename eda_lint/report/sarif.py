"""Findings as SARIF 2.1.0, for code scanning (docs.oasis-open.org/sarif/sarif/v2.1.0).

Limits and what is shown where are GitHub's ("SARIF support for code scanning"): only the first location of a result
is shown, so the other end of a fault is a related location that the message links to. `primaryLocationLineHash` is
left to the uploader, which computes it from the line's content and warns about any other value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import quote

from eda_lint import __version__
from eda_lint.model.finding import Crash, Finding, Judged, Note, Outcome, RuleCard, Severity
from eda_lint.model.topology import Confidence, Place
from eda_lint.report.display import well_formed
from eda_lint.report.summary import closing_line, no_operations

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "edaLint/v1"
"""Key of the fingerprints that eda-lint computes (`eda_lint.check.fingerprint`)."""

_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_PROBLEM: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "recommendation"}
_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}
_PRECISION: dict[Confidence, str] = {"proven": "very-high", "likely": "high", "possible": "medium"}
_MOST_RESULTS = 25_000
_MOST_LOCATIONS = 100
_MOST_STEPS = 1_000
_LONGEST_TEXT = 1_024


def render(
    outcome: Outcome,
    *,
    prefix: str = "",
    include_suppressed: bool = False,
    help_uri: Callable[[RuleCard], str | None] | None = None,
) -> str:
    """One run with its rules and results. ASCII only.

    `prefix` is the root's path in the repository, because code scanning wants paths from the repository's top.
    Suppressed and baselined findings are left out unless asked for: code scanning opens them as alerts.
    `help_uri` gives the address of a rule's page, if it is published anywhere.
    """
    shown = [each for each in outcome.judged if include_suppressed or each.counts]
    results = _within_limit(shown)
    index = {card.code: number for number, card in enumerate(outcome.rules)}
    with_baseline = any(each.baselined for each in results)
    run = {
        "tool": {"driver": _driver(outcome.rules, help_uri or _unpublished)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The top of the repository."}}},
        "invocations": [_invocation(outcome, left_out=len(shown) - len(results))],
        "results": [_result(each, index, prefix, with_baseline) for each in results],
    }
    data = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(well_formed(data), indent=2, ensure_ascii=True) + "\n"


def _within_limit(judged: Sequence[Judged]) -> list[Judged]:
    """At most as many results as code scanning takes, the gravest kept, in their order."""
    if len(judged) <= _MOST_RESULTS:
        return list(judged)
    gravest = sorted(range(len(judged)), key=lambda at: (_RANK[judged[at].severity], at))[:_MOST_RESULTS]
    return [judged[at] for at in sorted(gravest)]


def _unpublished(card: RuleCard) -> None:
    """No rule page is published anywhere."""


def _driver(cards: Iterable[RuleCard], help_uri: Callable[[RuleCard], str | None]) -> dict[str, Any]:
    return {
        "name": "eda-lint",
        "semanticVersion": __version__,
        "version": __version__,
        "rules": [_rule(card, help_uri(card)) for card in cards],
    }


def _rule(card: RuleCard, uri: str | None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": card.code,
        "name": card.name,
        "shortDescription": {"text": _short(card.summary)},
        "fullDescription": {"text": _short(_what_it_does(card))},
        "help": {"text": card.page or card.summary, "markdown": card.page or card.summary},
        "defaultConfiguration": {"level": _LEVELS[card.severity]},
        "properties": {
            "tags": ["event-driven", *(["preview"] if card.preview else [])],
            "precision": "medium" if card.preview else "high",
            "problem.severity": _PROBLEM[card.severity],
            "since": card.since,
        },
    }
    if uri:
        data["helpUri"] = uri
    return data


def _what_it_does(card: RuleCard) -> str:
    """The page's first paragraph of prose, as one line; the summary where there is none."""
    for block in re.split(r"\n\s*\n", card.page.replace("\r\n", "\n")):
        text = " ".join(line.strip() for line in block.strip().splitlines())
        if text and not text.startswith(("#", "```", "---")):
            return text
    return card.summary


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def _invocation(outcome: Outcome, *, left_out: int) -> dict[str, Any]:
    notes = [_notification("note", closing_line(outcome))]
    loud = no_operations(outcome)
    if loud:
        notes.append(_notification("warning", loud))
    if left_out:
        text = f"{left_out} results of lower severity were left out: code scanning takes {_MOST_RESULTS}."
        notes.append(_notification("warning", text))
    notes += [_crash(crash) for crash in outcome.crashes]
    return {"executionSuccessful": not outcome.crashes, "toolExecutionNotifications": notes}


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": text}}


def _crash(crash: Crash) -> dict[str, Any]:
    text = f"Rule {crash.code} {crash.name} of plugin {crash.plugin} failed: {crash.message}"
    return {**_notification("error", text), "associatedRule": {"id": crash.code}}


def _result(judged: Judged, index: dict[str, int], prefix: str, with_baseline: bool) -> dict[str, Any]:
    finding = judged.finding
    related = finding.notes[:_MOST_LOCATIONS]
    data: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _LEVELS[judged.severity],
        "message": {"text": _message(finding, related)},
        "locations": [{"physicalLocation": _physical(finding.place, prefix)}],
        "partialFingerprints": {FINGERPRINT: judged.fingerprint},
        "properties": {
            "confidence": finding.confidence,
            "precision": _PRECISION[finding.confidence],
            "services": list(finding.services),
            "channels": list(finding.channels),
        },
    }
    if finding.code in index:
        data["ruleIndex"] = index[finding.code]
    if finding.symbol:
        data["locations"][0]["logicalLocations"] = [{"fullyQualifiedName": finding.symbol}]
    if related:
        data["relatedLocations"] = [
            {"id": number, **_location(note, prefix)} for number, note in enumerate(related, start=1)
        ]
    steps = [note for note in finding.notes if note.step][:_MOST_STEPS]
    if steps:
        data["codeFlows"] = [{"threadFlows": [{"locations": [{"location": _location(s, prefix)} for s in steps]}]}]
    if suppressions := _suppressions(judged):
        data["suppressions"] = suppressions
    if with_baseline:
        data["baselineState"] = "unchanged" if judged.baselined else "new"
    return data


def _message(finding: Finding, related: Sequence[Note]) -> str:
    """The message, the mend, and a link to each related location (SARIF 2.1.0, 3.11.6 "Messages with embedded links").

    Plain brackets are escaped, because text in brackets would be read as a link.
    """
    parts = [_unlinked(finding.message)]
    if finding.mend:
        parts.append(f"Help: {_unlinked(finding.mend)}")
    for number, note in enumerate(related, start=1):
        target = _unlinked(f"{note.place.file}:{note.place.line}")
        parts.append(f"{number}. [{target}]({number}): {_unlinked(note.message)}")
    return "\n".join(parts)


def _unlinked(text: str) -> str:
    return re.sub(r"([\\\[\]])", r"\\\1", text)


def _location(note: Note, prefix: str) -> dict[str, Any]:
    message = note.message or f"{note.place.file}:{note.place.line}"  # An empty text is invalid.
    return {"physicalLocation": _physical(note.place, prefix), "message": {"text": _unlinked(message)}}


def _physical(place: Place, prefix: str) -> dict[str, Any]:
    return {"artifactLocation": {"uri": uri(place.file, prefix), "uriBaseId": "%SRCROOT%"}, "region": _region(place)}


def uri(file: str, prefix: str = "") -> str:
    """A path as a relative URI reference: percent-encoded, undecodable bytes included."""
    path = f"{prefix.strip('/')}/{file}" if prefix.strip("/.") else file
    try:
        return quote(path, safe="/", errors="surrogateescape")
    except UnicodeEncodeError:  # A surrogate that stands for no byte (Windows names).
        return quote(path, safe="/", errors="surrogatepass")


def _region(place: Place) -> dict[str, int]:
    region = {"startLine": max(1, place.line), "startColumn": max(1, place.column)}
    if place.end_line >= place.line and place.end_line:
        region["endLine"] = place.end_line
        if place.end_column > 0 and (place.end_line, place.end_column) >= (place.line, place.column):
            region["endColumn"] = place.end_column
    return region


def _suppressions(judged: Judged) -> list[dict[str, str]]:
    found = []
    if judged.suppressed:
        kind = "external" if judged.suppression.startswith("per-file-ignores:") else "inSource"
        found.append({"kind": kind, **({"justification": judged.suppression} if judged.suppression else {})})
    if judged.baselined:
        found.append({"kind": "external", "justification": "known in the baseline"})
    return found
