from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eda_lint_rules.activity_flow import changes_the_world, commit_of, exclusive, function_of, precedes
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.model.topology import Activity, Arm, Effect, Place, Via

PLACE = Place("code.py", 1)


def effect(order: int, *path: Arm, kind: str = "set", **more: Any) -> Effect:
    return Effect(kind, PLACE, "called", order, path=path, **more)  # type: ignore[arg-type]


def activity(*effects: Effect) -> Activity:
    return Activity("orders:place", PLACE, "orders", effects)


KINDS = ["if", "loop", "try", "except", "finally", "else", "with", "case", "deferred"]
ARMS = st.builds(Arm, st.integers(1, 3), st.sampled_from(KINDS), st.integers(0, 2))
EFFECTS = st.builds(lambda order, path: effect(order, *path), st.integers(0, 9), st.lists(ARMS, max_size=4))


@given(EFFECTS, EFFECTS)
def test_order_is_a_strict_one_and_agrees_with_exclusion(first: Effect, second: Effect) -> None:
    assert exclusive(first, second) == exclusive(second, first)
    assert not (precedes(first, second) and precedes(second, first))
    if precedes(first, second):
        assert first.order < second.order
        assert not exclusive(first, second)


@given(EFFECTS)
def test_what_stands_in_no_branch_precedes_all_that_comes_later(second: Effect) -> None:
    assert precedes(effect(-1), second)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (Arm(1, "if", 0), Arm(1, "if", 1), True),
        (Arm(1, "if", 0), Arm(1, "if", 0), False),
        (Arm(1, "if", 0), Arm(2, "if", 1), False),
        (Arm(1, "case", 0), Arm(1, "case", 2), True),
        (Arm(1, "try", 0), Arm(1, "except", 1), True),
        (Arm(1, "except", 1), Arm(1, "except", 2), True),
        (Arm(1, "except", 1), Arm(1, "except", 1), False),
        (Arm(1, "try", 0), Arm(1, "else", 0), False),
        (Arm(1, "except", 1), Arm(1, "finally", 0), False),
        (Arm(1, "loop", 0), Arm(1, "loop", 0), False),
    ],
)
def test_arms_that_exclude_each_other(first: Arm, second: Arm, expected: bool) -> None:
    assert exclusive(effect(0, first), effect(1, second)) is expected


@pytest.mark.parametrize(
    ("arm", "expected"),
    [
        (Arm(1, "if", 0), False),
        (Arm(1, "case", 0), False),
        (Arm(1, "except", 1), False),
        (Arm(1, "deferred", 0), False),
        (Arm(1, "try", 0), True),
        (Arm(1, "finally", 0), True),
        (Arm(1, "loop", 0), True),
    ],
)
def test_what_comes_before_from_within_an_arm(arm: Arm, expected: bool) -> None:
    assert precedes(effect(0, arm), effect(1)) is expected
    assert precedes(effect(0, arm), effect(1, arm))


def test_reading_and_passing_things_change_nothing() -> None:
    assert changes_the_world(effect(0))
    assert changes_the_world(effect(0, kind="http", method="PUT"))
    assert not changes_the_world(effect(0, durable=False))
    assert not changes_the_world(effect(0, kind="read"))
    assert not changes_the_world(effect(0, kind="http", method="GET"))
    assert not changes_the_world(effect(0, kind="http"))
    assert not changes_the_world(effect(0, kind="commit"))


def test_the_commit_of_a_write_is_the_next_of_its_transaction() -> None:
    write = effect(1, transaction=7)
    other, own, later = (effect(n, kind="commit", transaction=t) for n, t in ((2, 8), (3, 7), (4, 7)))
    assert commit_of(activity(write, other, own, later), write) is own
    assert commit_of(activity(write, other), write) is None
    assert commit_of(activity(replace(own, order=0), write), write) is None


def test_the_function_of_an_effect_is_the_innermost() -> None:
    inner = effect(0, via=(Via(PLACE, "orders:a"), Via(PLACE, "orders:b")))
    assert function_of(activity(inner), inner) == "orders:b"
    assert function_of(activity(effect(0)), effect(0)) == "orders:place"
