"""Findings as JSON, version 1 (`schema/findings.json`). Readers must accept unknown keys and enum values."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from eda_lint.model.finding import Judged, Note, Outcome
from eda_lint.model.topology import Place
from eda_lint.report.display import well_formed
from eda_lint.report.summary import totals

VERSION = 1
"""Grows only when a key changes its meaning or goes; new keys do not change it."""


def render(outcome: Outcome) -> str:
    """All findings, the suppressed and baselined ones marked, and the figures of the run. ASCII only."""
    data = {
        "version": VERSION,
        "findings": [finding_data(each) for each in outcome.judged],
        "summary": summary_data(outcome),
    }
    return json.dumps(well_formed(data), indent=2, ensure_ascii=True) + "\n"


def finding_data(judged: Judged) -> dict[str, Any]:
    """One finding as plain data, keys in the documented order."""
    finding = judged.finding
    return {
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "severity": judged.severity,
        "confidence": finding.confidence,
        **place_data(finding.place),
        "notes": [_note(note) for note in finding.notes],
        "services": list(finding.services),
        "channels": list(finding.channels),
        "fingerprints": {"v1": judged.fingerprint},
        "suppressed": judged.suppressed,
        "baselined": judged.baselined,
        "mend": finding.mend,
    }


def place_data(place: Place) -> dict[str, Any]:
    """A place as plain data; where only its start is known, its end is null."""
    known = place.end_line > 0
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line if known else None,
        "end_column": place.end_column if known else None,
    }


def summary_data(outcome: Outcome) -> dict[str, Any]:
    """The figures of a run as plain data."""
    counts = totals(outcome)
    coverage = outcome.coverage
    return {
        **dataclasses.asdict(counts),
        "filtered": outcome.filtered,
        "fail_on": outcome.fail_on,
        "failed": outcome.failed,
        "rules": [card.code for card in outcome.rules],
        "operations": coverage.operations,
        "resolved": coverage.resolved,
        "files": coverage.files,
        "files_read": coverage.parsed,
        "problems": [
            {**place_data(each.place), "kind": each.kind, "message": each.message, "wanted": each.wanted}
            for each in outcome.problems
        ],
        "crashes": [dataclasses.asdict(crash) for crash in outcome.crashes],
    }


def _note(note: Note) -> dict[str, Any]:
    return {**place_data(note.place), "message": note.message, "step": note.step}
