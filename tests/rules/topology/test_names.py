from __future__ import annotations

import re
from fnmatch import fnmatchcase

import pytest
from eda_lint_rules.topology.names import fixed, is_pattern, may_meet, near
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("sent", "received"),
    [
        ("orders", "orders"),
        ("orders.placed", "orders.*"),
        ("orders.placed.v1", "orders.>"),
        ("orders.placed", "orders.#"),
        ("home/kitchen/light", "home/+/light"),
        ("orders.placed", "^orders.*"),
        ("orders.placed", r"^orders\.(placed|paid)$"),
        ("orders.{region}", "orders.eu"),
        ("orders.{region}", "orders.${REGION}"),
        ("${PREFIX}.orders", "eu.orders"),
        ("{topic}", "orders"),
        ("orders.placed", "*"),
    ],
)
def test_names_that_may_meet(sent: str, received: str) -> None:
    assert may_meet(sent, received)


@pytest.mark.parametrize(
    ("sent", "received"),
    [
        ("orders", "order"),
        ("orders.placed", "payments.*"),
        ("orders.{region}", "payments.{region}"),
        ("${PREFIX}.orders", "${PREFIX}.payments"),
        ("orders.*", "orders.placed"),
        ("orders.placed", "^payments.*"),
        ("home/kitchen", "home/+/light"),
        ("a+b", "a-b"),
    ],
)
def test_names_that_cannot_meet(sent: str, received: str) -> None:
    assert not may_meet(sent, received)


@given(st.text("ab.{", max_size=6), st.text("ab.*", max_size=6))
def test_a_subscription_with_stars_meets_what_the_shell_would_match(sent: str, received: str) -> None:
    if "{" not in sent:
        assert may_meet(sent, received) == fnmatchcase(sent, re.sub(r"\*+", "*", received))


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_a_name(sent: str, received: str) -> None:
    assert may_meet(sent, sent)
    assert isinstance(may_meet(sent, received), bool)
    assert near(sent, [sent]) is None
    near(sent, [received])


def test_huge_names_are_compared_whole() -> None:
    assert not may_meet("{a}b" * 5000, "*a" * 5000)


def test_what_is_fixed() -> None:
    assert fixed("${TOPIC}") == ""
    assert fixed("${PREFIX}-orders") == "orders"
    assert is_pattern("orders.*")
    assert is_pattern("${TOPIC}")
    assert not is_pattern("orders")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("order.placed", "orders.placed"),
        ("order-placed", "order.placed"),
        ("OrderPlaced", "order_placed"),
        ("orders.palced", "orders.placed"),
        ("orders.plced", "orders.placed"),
        ("invoices.isued", "invoices.issued"),
        ("boxes", "box"),
    ],
)
def test_near_names(name: str, other: str) -> None:
    assert near(name, ["elsewhere", other]) == other
    assert near(other, [name]) == name


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("orders.v1", "orders.v2"),
        ("user.created", "user.updated"),
        ("orders.placed", "orders.paid"),
        ("email.send", "email.sent"),
        ("debit", "credit"),
        ("orders", "orders.placed"),
        ("shard-10001", "shard-10002"),
        ("{a}", "{b}"),
        ("", "orders"),
    ],
)
def test_names_that_are_others(name: str, other: str) -> None:
    assert near(name, [other]) is None
