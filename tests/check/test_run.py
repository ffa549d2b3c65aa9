from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eda_lint.check.baseline import Baseline, Known
from eda_lint.check.run import judge
from eda_lint.model.facts import Comment, Places
from eda_lint.model.finding import Finding, Note, Outcome
from eda_lint.model.topology import Coverage, Place


def finding(code: str = "EDA301", file: str = "a.py", line: int = 5, **more: Any) -> Finding:
    values: dict[str, Any] = {"message": "It is wrong.", "symbol": "a:f", "shape": "charge"} | more
    return Finding(code=code, name=f"rule-{code.lower()}", place=Place(file, line, 1, line, 9), **values)


def comment(text: str, line: int = 5, *, alone: bool = False) -> Places:
    return Places(comments=(Comment(line, 20, text, alone),), statements=((1, 1), (5, 5), (9, 9)))


@pytest.fixture
def run(rules, project, settings, card) -> Callable[..., Outcome]:
    """Judges canned answers; keyword arguments beyond judge's own are settings."""

    def run(answers: dict[str, Any], **how: Any) -> Outcome:
        given = {
            name: how.pop(name)
            for name in ("places", "paths", "tests", "full_run", "baseline")
            if name in how
        }  # fmt: skip
        ruleset = rules(answers, idle=how.pop("idle", ()), **how.pop("cards", {}))
        project_ = project(**how.pop("project", {}))
        defaults: dict[str, Any] = {"places": {}, "tests": lambda path: path.startswith("tests/")}
        return judge(project_, None, ruleset, config=settings(**how), **(defaults | given))

    return run


def codes(outcome: Outcome) -> list[str]:
    return [each.finding.code for each in outcome.judged]


def test_findings_are_ordered_by_place_then_code(run) -> None:
    outcome = run({
        "EDA301": [finding(file="b.py"), finding(line=9), finding(line=2)],
        "EDA101": [finding("EDA101", line=2), finding("EDA101", file="b.py", line=1)],
    })  # fmt: skip
    assert [(j.finding.place.file, j.finding.place.line, j.finding.code) for j in outcome.judged] == [
        ("a.py", 2, "EDA101"), ("a.py", 2, "EDA301"), ("a.py", 9, "EDA301"),
        ("b.py", 1, "EDA101"), ("b.py", 5, "EDA301"),
    ]  # fmt: skip
    assert outcome.exit_code == 1


def test_nothing_found_is_clean(run) -> None:
    outcome = run({"EDA301": []})
    assert outcome.judged == ()
    assert [card.code for card in outcome.rules] == ["EDA301"]
    assert outcome.exit_code == 0


def test_what_reads_the_same_is_reported_once(run) -> None:
    outcome = run({"EDA301": [finding(), finding(), finding(shape="other"), finding(message="Other.")]})
    assert len(outcome.judged) == 2


def test_severity_is_the_rules_unless_configured(run, card) -> None:
    answers = {"EDA301": [finding()], "EDA101": [finding("EDA101")]}
    cards = {"EDA301": card("EDA301", severity="error"), "EDA101": card("EDA101", severity="info")}
    plain = run(answers, cards=cards)
    assert {j.finding.code: j.severity for j in plain.judged} == {"EDA301": "error", "EDA101": "info"}
    changed = run(answers, cards=cards, severity={"EDA3": "info", "rule-eda101": "error"})
    assert {j.finding.code: j.severity for j in changed.judged} == {"EDA301": "info", "EDA101": "error"}


@pytest.mark.parametrize(("fail_on", "code"), [("error", 0), ("warning", 1), ("info", 1), ("never", 0)])
def test_fail_on_decides_the_exit_code(run, fail_on: str, code: int) -> None:
    assert run({"EDA301": [finding()]}, fail_on=fail_on).exit_code == code


def test_test_code_is_left_out_unless_asked_for(run) -> None:
    answers = {"EDA301": [finding(file="tests/test_a.py"), finding()]}
    assert len(run(answers).judged) == 1
    assert len(run(answers, include_tests=True).judged) == 2


def test_possible_findings_need_preview(run) -> None:
    answers = {"EDA301": [finding(confidence="possible"), finding(line=9, confidence="likely")]}
    assert [j.finding.confidence for j in run(answers).judged] == ["likely"]
    assert len(run(answers, preview=True).judged) == 2


# ------------------------------------------------------------------------------------------ suppression


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# eda-lint: ignore[EDA301] it is known", "it is known"),
        ("# noqa: EDA301", ""),
        ("# eda-lint: ignore[EDA]", ""),
    ],
)
def test_a_suppressed_finding_is_marked_and_does_not_count(run, text: str, reason: str) -> None:
    outcome = run({"EDA301": [finding()]}, places={"a.py": comment(text)})
    (judged,) = outcome.judged
    assert (judged.suppressed, judged.suppression, judged.counts) == (True, reason, False)
    assert outcome.exit_code == 0


def test_other_codes_lines_and_files_stay(run) -> None:
    found = [finding(), finding(line=9), finding(file="b.py")]
    outcome = run({"EDA301": found, "EDA302": [finding("EDA302")]}, places={"a.py": comment("# noqa: EDA301")})
    assert [(j.finding.code, j.finding.place.line) for j in outcome.judged if j.suppressed] == [("EDA301", 5)]
    assert len(outcome.judged) == 4


@pytest.mark.parametrize(
    ("table", "suppressed"),
    [
        ({"a.py": ["EDA301"]}, True), ({"*.py": ["EDA"]}, True), ({"**": ["ALL"]}, True), ({"!b.py": ["EDA3"]}, True),
        ({"src/": ["EDA301"]}, False), ({"a.py": ["EDA101"]}, False), ({"!a.py": ["EDA301"]}, False),
    ],
)  # fmt: skip
def test_per_file_ignores(run, card, table, suppressed: bool) -> None:
    outcome = run({"EDA301": [finding()]}, per_file_ignores=table, idle=[card("EDA101")])
    assert outcome.judged[0].suppressed is suppressed
    assert not suppressed or outcome.judged[0].suppression.startswith("per-file-ignores: ")


# ------------------------------------------------------------------------------------- unused suppressions


def idle_messages(outcome: Outcome) -> list[str]:
    return [j.finding.message for j in outcome.judged if j.finding.code == "EDA001"]


def test_an_unused_suppression_is_reported_at_the_comment(run) -> None:
    text = "# eda-lint: ignore[EDA301] why"
    outcome = run({"EDA001": [], "EDA301": []}, places={"a.py": comment(text)})
    (judged,) = outcome.judged
    assert judged.finding.place == Place("a.py", 5, 20, 5, 20 + len(text))
    assert "`EDA301` finds nothing here" in judged.finding.message
    assert judged.finding.mend == "Delete the comment"


def test_only_the_idle_code_of_several_is_named(run) -> None:
    places = {"a.py": comment("# eda-lint: ignore[EDA301, EDA302]")}
    outcome = run({"EDA001": [], "EDA301": [finding()], "EDA302": []}, places=places)
    (message,) = idle_messages(outcome)
    assert "`EDA302`" in message
    assert "EDA301" not in message


@pytest.mark.parametrize(
    "text", ["# noqa: F401", "# noqa: E501,W291", "# noqa: EDA302", "# eda-lint: ignore[EDA302]", "# noqa: EDA001",
             "# eda-lint: ignore[EDA3]", "# eda-lint: ignore[unused-suppression]"]
)  # fmt: skip
def test_silence_proves_nothing_about_rules_that_did_not_run(run, card, text: str) -> None:
    outcome = run({"EDA001": [], "EDA301": []}, places={"a.py": comment(text)}, idle=[card("EDA302")])
    assert idle_messages(outcome) == []


@pytest.mark.parametrize("text", ["# eda-lint: ignore[EDA377]", "# noqa: EDA377", "# eda-lint: ignore[ALL]"])
def test_a_code_that_is_no_rule_is_said_to_be_none(run, text: str) -> None:
    outcome = run({"EDA001": [], "EDA301": [finding()]}, places={"a.py": comment(text)})
    (message,) = idle_messages(outcome)
    assert "is no rule" in message
    assert not next(j for j in outcome.judged if j.finding.code == "EDA301").suppressed


def test_the_nearest_rule_is_named(run) -> None:
    outcome = run({"EDA001": [], "EDA301": []}, places={"a.py": comment("# eda-lint: ignore[EDA310]")})
    assert "Did you mean `EDA301`?" in idle_messages(outcome)[0]


def test_a_malformed_comment_is_reported(run) -> None:
    outcome = run({"EDA001": [], "EDA301": []}, places={"a.py": comment("# eda-lint: ignore")})
    assert "names no rule" in idle_messages(outcome)[0]


def test_no_unused_suppression_where_not_everything_was_read(run) -> None:
    places = {"a.py": comment("# noqa: EDA301")}
    answers: dict[str, Any] = {"EDA001": [], "EDA301": []}
    assert idle_messages(run(answers, places=places, full_run=False)) == []
    unread = {"coverage": Coverage(operations=1, unread_packages=("acme_events",))}
    assert idle_messages(run(answers, places=places, project=unread)) == []
    assert idle_messages(run({"EDA301": []}, places=places)) == []
    assert len(idle_messages(run(answers, places=places))) == 1


def test_a_suppression_of_a_finding_that_is_not_shown_is_used(run) -> None:
    hidden = [finding(file="tests/a.py"), finding(confidence="possible", line=9)]
    places = {"tests/a.py": comment("# noqa: EDA301"), "a.py": comment("# noqa: EDA301", line=9)}
    assert idle_messages(run({"EDA001": [], "EDA301": hidden}, places=places)) == []
    assert idle_messages(run({"EDA001": [], "EDA301": hidden}, places=places, include_tests=True)) == []


def test_a_crashed_rule_did_not_run(run) -> None:
    outcome = run({"EDA001": [], "EDA301": ValueError("x")}, places={"a.py": comment("# noqa: EDA301")})
    assert idle_messages(outcome) == []


def test_the_rule_about_suppressions_can_be_suppressed(run) -> None:
    outcome = run({"EDA001": [], "EDA301": []}, places={"a.py": comment("# eda-lint: ignore[EDA301, EDA001] later")})
    (judged,) = outcome.judged
    assert judged.suppressed


# ---------------------------------------------------------------------------------------------- baseline


def test_a_known_finding_is_marked_and_does_not_count(run) -> None:
    first = run({"EDA301": [finding()]})
    known = Baseline((Known("a.py", "EDA301", "a:f", first.judged[0].fingerprint),))
    again = run({"EDA301": [finding(line=7), finding(line=8, symbol="a:g")]}, baseline=known)
    assert [judged.baselined for judged in again.judged] == [True, False]
    assert again.exit_code == 1
    assert run({"EDA301": [finding()]}, baseline=known).exit_code == 0


# ------------------------------------------------------------------------------------------------- paths

TWO_ENDS = finding(file="orders/app/a.py", notes=(Note(Place("billing/b.py", 3), "read here"),))


@pytest.mark.parametrize(
    ("paths", "stays"),
    [
        (["orders/app/a.py"], True), (["orders"], True), (["orders/"], True), (["./orders/app"], True),
        (["billing/b.py"], True), (["billing"], True), (["."], True), ([""], True),
        (["order"], False), (["orders/app/a"], False), (["shipping"], False), ([], False), (["a.py"], False),
    ],
)  # fmt: skip
def test_a_finding_stays_if_any_of_its_places_is_given(run, paths: list[str], stays: bool) -> None:
    outcome = run({"EDA301": [TWO_ENDS]}, paths=paths)
    assert len(outcome.judged) == stays
    assert outcome.filtered == (not stays)


def test_a_filter_changes_no_fingerprint(run) -> None:
    found = [finding(file=f"{name}.py") for name in "abc"]
    whole = {j.finding.place.file: j.fingerprint for j in run({"EDA301": found}).judged}
    part = run({"EDA301": found}, paths=["c.py"])
    assert [j.fingerprint for j in part.judged] == [whole["c.py"]]


# ------------------------------------------------------------------------------------------------ plugins


def test_a_rule_that_crashes_is_reported_and_the_others_stand(run) -> None:
    outcome = run({"EDA101": ValueError("bad\nluck"), "EDA301": [finding()]})
    (crash,) = outcome.crashes
    assert (crash.code, crash.plugin) == ("EDA101", "a-plugin")
    assert crash.message.startswith("ValueError: bad luck (at ")
    assert codes(outcome) == ["EDA301"]
    assert [card.code for card in outcome.rules] == ["EDA301"]
    assert outcome.exit_code == 2


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (["text"], "gave str, not Finding"),
        ([finding("EDA302")], "'EDA302' of another rule"),
        (RecursionError("deep"), "RecursionError"),
    ],
)
def test_an_answer_that_is_none_is_a_crash(run, answer: Any, told: str) -> None:
    outcome = run({"EDA301": answer})
    assert told in outcome.crashes[0].message
    assert outcome.judged == ()


def test_what_came_before_a_crash_is_no_answer(run) -> None:
    def half():
        yield finding()
        raise OSError("gone")

    outcome = run({"EDA301": half()})
    assert outcome.judged == ()
    assert outcome.exit_code == 2


def test_the_name_is_the_rules(run, card) -> None:
    outcome = run({"EDA301": [finding()]}, cards={"EDA301": card("EDA301", "non-idempotent-handler")})
    assert outcome.judged[0].finding.name == "non-idempotent-handler"
