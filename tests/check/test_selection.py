from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.check.selection import nearest, selected
from eda_lint.errors import ConfigError
from eda_lint.model.finding import RuleCard


def card(code: str, name: str, *, preview: bool = False) -> RuleCard:
    return RuleCard(code, name, "Something", "warning", preview, "0.1.0", "")


CARDS = (
    card("ACM101", "lost-mail"),
    card("EDA101", "command-named-event"),
    card("EDA201", "thin-event", preview=True),
    card("EDA202", "callback-to-producer"),
    card("EDA301", "non-idempotent-handler"),
)


def codes(**how) -> list[str]:
    return [each.code for each in selected(CARDS, **({"select": None} | how))]


def test_the_default_is_all_rules_outside_preview() -> None:
    assert codes() == ["ACM101", "EDA101", "EDA202", "EDA301"]
    assert codes(preview=True) == ["ACM101", "EDA101", "EDA201", "EDA202", "EDA301"]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({"select": ["EDA"]}, ["EDA101", "EDA202", "EDA301"]),
        ({"select": ["EDA2"]}, ["EDA202"]),
        ({"select": ["EDA2"], "preview": True}, ["EDA201", "EDA202"]),
        ({"select": ["EDA202"]}, ["EDA202"]),
        ({"select": ["EDA201"]}, ["EDA201"]),
        ({"select": ["thin-event"]}, ["EDA201"]),
        ({"select": []}, []),
        ({"select": ["EDA3"], "extend_select": ["EDA2"]}, ["EDA201", "EDA202", "EDA301"]),
        ({"extend_select": ["EDA201"]}, ["ACM101", "EDA101", "EDA201", "EDA202", "EDA301"]),
        ({"ignore": ["EDA"]}, ["ACM101"]),
        ({"ignore": ["ALL"]}, []),
        ({"select": ["EDA301"], "ignore": ["EDA3"]}, ["EDA301"]),
        ({"select": ["EDA3"], "ignore": ["EDA301"]}, []),
        ({"select": ["EDA301"], "ignore": ["non-idempotent-handler"]}, []),
        ({"select": ["ALL"], "ignore": ["ACM"]}, ["EDA101", "EDA202", "EDA301"]),
    ],
)
def test_the_more_specific_selector_wins(how: dict, expected: list[str]) -> None:
    assert codes(**how) == expected


@pytest.mark.parametrize(
    ("option", "selector", "close"),
    [
        ("select", "EDA310", "EDA301"),
        ("select", "EDX", "EDA"),
        ("ignore", "eda301", "EDA301"),
        ("extend_select", "non-idempotent-handlers", "non-idempotent-handler"),
        ("select", "", None),
    ],
)
def test_an_unknown_selector_is_an_error_with_the_nearest(option: str, selector: str, close: str | None) -> None:
    with pytest.raises(ConfigError) as caught:
        codes(**{option: [selector]})
    told = str(caught.value)
    assert f"`{selector}`" in told
    assert option.replace("_", "-") in told
    assert ("did you mean" in told) == (close is not None)
    assert close is None or close in told


def test_all_unknown_selectors_are_named_at_once() -> None:
    with pytest.raises(ConfigError, match=r"`QQQ`.*`ZZZ`"):
        codes(select=["QQQ", "ZZZ"])


def test_nothing_near_is_said_to_be_nothing() -> None:
    assert nearest("xyzzy", CARDS) == ""


SELECTORS = st.lists(
    st.sampled_from(["ALL", "EDA", "EDA2", "EDA20", "EDA201", "EDA301", "ACM", "lost-mail", "thin-event"]), max_size=4
)


@given(select=SELECTORS, extra=SELECTORS, ignore=SELECTORS, preview=st.booleans())
def test_extending_never_removes_and_ignoring_never_adds(select, extra, ignore, preview) -> None:
    plain = set(codes(select=select, preview=preview))
    assert plain <= set(codes(select=select, extend_select=extra, preview=preview))
    assert set(codes(select=select, ignore=ignore, preview=preview)) <= plain
    assert codes(select=select, preview=preview) == codes(select=list(reversed(select)), preview=preview)
