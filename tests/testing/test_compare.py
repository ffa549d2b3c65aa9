from __future__ import annotations

import pytest

from eda_lint.model.finding import Finding
from eda_lint.model.topology import Operation, Place, SourceProblem, Via
from eda_lint.testing.annotations import Expectation, OperationExpectation
from eda_lint.testing.compare import Mismatch, compare, describe
from eda_lint.testing.spec import Case


def finding(line: int = 1, code: str = "EDA101", message: str = "names an action", file: str = "a.py") -> Finding:
    return Finding(code, "rule", message, Place(file, line))


def operation(address: str | None = "orders", line: int = 1, **more: object) -> Operation:
    values: dict[str, object] = {
        "id": f"{line}{address}", "action": "send", "system": "kafka", "client": "kafka-python", "kind": "stream",
        "place": Place("a.py", line), "function": "a:f", "service": "a", "address": address, **more,
    }  # fmt: skip
    return Operation(**values)  # type: ignore[arg-type]


def case(*findings: Expectation, operations: tuple[OperationExpectation, ...] = ()) -> Case:
    return Case("t", {"a.py": "f()\ng()\n"}, findings, operations, codes=frozenset({"EDA101"}), lines={"a.py": 10})


def kinds(mismatches: list[Mismatch]) -> list[str]:
    return [mismatch.kind for mismatch in mismatches]


def test_all_met() -> None:
    assert compare(case(Expectation("a.py", 1, "EDA101", "an action")), [finding()], []) == []


@pytest.mark.parametrize(
    "found",
    [
        finding(line=2),
        finding(message="other"),
        finding(file="b.py"),
    ],
)
def test_a_finding_elsewhere_is_missing_here_and_unexpected_there(found: Finding) -> None:
    mismatches = compare(case(Expectation("a.py", 1, "EDA101", "action")), [found], [])
    assert sorted(kinds(mismatches)) == ["missing", "unexpected"]


def test_findings_of_other_rules_are_not_compared_unless_all_are() -> None:
    assert compare(case(), [finding(code="EDA501")], []) == []
    everything = Case("t", {"a.py": "f()\n"})
    assert kinds(compare(everything, [finding(code="EDA501")], [])) == ["unexpected"]


def test_each_finding_meets_one_expectation_only() -> None:
    twice = case(Expectation("a.py", 1, "EDA101"), Expectation("a.py", 1, "EDA101"))
    assert kinds(compare(twice, [finding()], [])) == ["missing"]
    assert compare(twice, [finding(), finding(message="again")], []) == []


def test_the_more_precise_expectation_chooses_first() -> None:
    both = case(Expectation("a.py", 1, "EDA101"), Expectation("a.py", 1, "EDA101", "again"))
    assert compare(both, [finding(message="again"), finding()], []) == []


def test_a_known_miss_is_silent_until_it_is_found() -> None:
    todo = case(Expectation("a.py", 1, "EDA101", todo=True))
    assert compare(todo, [], []) == []
    assert kinds(compare(todo, [finding()], [])) == ["promote"]


def test_a_todo_never_takes_a_finding_from_a_firm_expectation() -> None:
    both = case(Expectation("a.py", 1, "EDA101", "action", todo=True), Expectation("a.py", 1, "EDA101"))
    assert compare(both, [finding()], []) == []


def test_operations_are_compared_by_what_is_asserted() -> None:
    wanted = OperationExpectation(
        "a.py", 1, "send", "kafka", "orders", (("via", "1"), ("handler", "Shop.on_paid"), ("message", "Paid"))
    )
    via = (Via(Place("b.py", 3), "b:publish"),)
    good = operation(via=via, handler="shop.app:Shop.on_paid", message="Paid")
    assert compare(case(operations=(wanted,)), [], [good]) == []
    for wrong in (
        operation(handler="shop.app:Shop.on_paid", message="Paid"),
        operation(via=via, handler="shop.app:Shop.on_other", message="Paid"),
        operation(via=via, handler="shop.app:Shop.on_paid", message="Lost"),
        operation("invoices", via=via, handler="shop.app:Shop.on_paid", message="Paid"),
        operation(line=2, via=via, handler="shop.app:Shop.on_paid", message="Paid"),
    ):
        assert "operation" in kinds(compare(case(operations=(wanted,)), [], [wrong]))


@pytest.mark.parametrize("handler", ["shop.app:Shop.on_paid", "Shop.on_paid", "on_paid"])
def test_a_handler_may_be_named_short(handler: str) -> None:
    wanted = OperationExpectation("a.py", 1, "send", "kafka", "orders", (("handler", handler),))
    assert compare(case(operations=(wanted,)), [], [operation(handler="shop.app:Shop.on_paid")]) == []


def test_null_address() -> None:
    wanted = case(operations=(OperationExpectation("a.py", 1, "send", "kafka", None),))
    assert compare(wanted, [], [operation(None)]) == []
    assert kinds(compare(wanted, [], [operation("orders")])) == ["operation", "operation"]


def test_an_asserted_line_holds_no_further_operation_of_that_action() -> None:
    wanted = case(operations=(OperationExpectation("a.py", 1, "send", "kafka", "orders"),))
    assert kinds(compare(wanted, [], [operation(), operation("invoices")])) == ["operation"]
    assert compare(wanted, [], [operation(), operation("q", action="settle"), operation("x", line=2)]) == []


def test_no_op() -> None:
    wanted = case(operations=(OperationExpectation("a.py", 1, absent=True),))
    assert compare(wanted, [], [operation(line=2)]) == []
    assert kinds(compare(wanted, [], [operation()])) == ["operation"]


def test_todo_operations_are_promoted_too() -> None:
    wanted = case(operations=(OperationExpectation("a.py", 1, "send", "kafka", "orders", todo=True),))
    assert compare(wanted, [], []) == []
    assert compare(wanted, [], [operation("invoices")]) == []
    assert kinds(compare(wanted, [], [operation()])) == ["promote"]


def test_a_file_that_cannot_be_read_is_a_difference_unless_a_finding_is_expected_in_it() -> None:
    problem = SourceProblem(Place("a.py", 2), "syntax", "invalid syntax", wanted=True)
    assert kinds(compare(case(), [], [], [problem])) == ["problem"]
    assert kinds(compare(case(Expectation("a.py", 1, "EDA101")), [finding()], [], [problem])) == []


def test_a_block_that_is_no_python_is_a_difference_even_where_nobody_wanted_to_read_it() -> None:
    broken = Case("t", {"a.py": "def f(:\n", "b.yaml": "a: ["}, codes=frozenset(), lines={"a.py": 1, "b.yaml": 5})
    assert [(one.kind, one.file) for one in compare(broken, [], [])] == [("problem", "a.py")]
    meant = Case("t", {"a.py": "def f(:\n"}, (Expectation("a.py", 1, "EDA002"),), lines={"a.py": 1})
    assert compare(meant, [finding(code="EDA002")], []) == []


def test_the_description_shows_code_and_page_line() -> None:
    one = case(Expectation("a.py", 2, "EDA101", "action"))
    text = describe(one, compare(one, [finding()], []))
    assert "a.py:2 (page line 12): missing" in text
    assert "found on line 1" in text
    assert "| g()" in text
