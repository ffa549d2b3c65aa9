"""What DynamoDB's update expressions do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.link.behaviour.update_expressions import classify


@pytest.mark.parametrize(
    ("expression", "update"),
    [
        ("SET #status = :paid", "set"),
        ("set a = :a, b = :b", "set"),
        ("SET a = if_not_exists(a, :v)", "set"),
        ("SET total = :a + :b", "set"),
        ("SET stock = stock - :n", "increment"),
        ("SET stock=stock-:n", "increment"),
        ("SET n = if_not_exists(n, :zero) + :one", "increment"),
        ("SET a = :a ADD visits :one", "increment"),
        ("ADD visits :one", "increment"),
        ("SET items = list_append(items, :new)", "append"),
        ("SET items = list_append(items, :new), n = n + :one", "increment"),
        ("REMOVE a, b", "set"),
        ("DELETE tags :t", "set"),
        ("\n  SET a = :a\n  REMOVE b", "set"),
        ("", None),
        ("a = :a", None),
        ("SETTLE a", None),
    ],
)
def test_updates(expression: str, update: str | None) -> None:
    assert classify(expression) == update


PIECES = ["SET", "ADD", "a", ":b", "+", "=", ",", "(", ")"]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map(" ".join)))
def test_any_text_has_an_answer(expression: str) -> None:
    assert classify(expression) in ("set", "increment", "append", None)
