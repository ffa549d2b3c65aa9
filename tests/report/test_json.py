from __future__ import annotations

import json

import jsonschema
import pytest

from eda_lint.model.finding import Judged
from eda_lint.report.json import render

KEYS = [
    "code", "name", "message", "severity", "confidence", "file", "line", "column", "end_line", "end_column", "notes",
    "services", "channels", "fingerprints", "suppressed", "baselined", "mend",
]  # fmt: skip


def test_snapshot(outcomes, snapshot) -> None:
    snapshot("full.json", render(outcomes["full"]))


def test_every_outcome_fits_the_schema(outcome, validate) -> None:
    data = validate("findings.json", render(outcome))
    assert list(data) == ["version", "findings", "summary"]
    assert all(list(finding) == KEYS for finding in data["findings"])


def test_marked_findings_are_in_and_do_not_count(outcomes) -> None:
    data = json.loads(render(outcomes["full"]))
    assert [(f["suppressed"], f["baselined"]) for f in data["findings"]] == [
        (False, False), (False, False), (True, False), (False, True), (False, False),
    ]  # fmt: skip
    summary = data["summary"]
    assert (summary["errors"], summary["warnings"], summary["infos"]) == (1, 1, 1)
    assert (summary["suppressed"], summary["baselined"], summary["failed"]) == (1, 1, True)


def test_a_point_has_no_end(outcomes, make_outcome) -> None:
    from dataclasses import replace

    finding = outcomes["full"].judged[0].finding
    point = replace(finding, place=replace(finding.place, end_line=0, end_column=0))
    data = json.loads(render(make_outcome(Judged(point, "error", "0" * 32))))
    assert data["findings"][0]["end_line"] is None
    assert data["findings"][0]["end_column"] is None


def test_hostile_text_is_plain_ascii_that_strict_parsers_take(outcomes) -> None:
    text = render(outcomes["evil"])
    text.encode("ascii")
    assert "\\udcff" not in text.replace("\\\\udcff", "")
    assert "\\\\udcff" in text


def test_readers_accept_what_a_later_version_adds(outcomes, validate) -> None:
    data = json.loads(render(outcomes["full"]))
    data["later"] = data["findings"][0]["later"] = data["summary"]["later"] = [1]
    data["findings"][0]["severity"] = "fatal"
    data["findings"][0]["fingerprints"]["v2"] = "x"
    validate("findings.json", json.dumps(data))


@pytest.mark.parametrize("key", KEYS)
def test_the_schema_misses_a_missing_key(outcomes, validate, key: str) -> None:
    data = json.loads(render(outcomes["full"]))
    del data["findings"][0][key]
    with pytest.raises(jsonschema.ValidationError, match=key):
        validate("findings.json", json.dumps(data))
