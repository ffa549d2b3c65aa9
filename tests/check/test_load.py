from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from eda_lint.check import unused
from eda_lint.check.load import find_rule, select_rules, severity_of
from eda_lint.check.plugins import Registered, register
from eda_lint.config import parse_config
from eda_lint.errors import ConfigError, RuleError, UsageError


@dataclass(frozen=True)
class Limited:
    """A rule with options."""

    code: ClassVar[str] = "EDA301"
    limit: int = 3
    calls_that_charge: tuple[str, ...] = ("charge",)
    ratio: float | None = None

    def __post_init__(self) -> None:
        if self.limit < 0:
            raise ValueError("limit must not be negative")

    def check(self, project: Any, base: Any) -> tuple[()]:
        return ()


@dataclass(frozen=True)
class Plain:
    """A rule without options."""

    code: ClassVar[str] = "EDA101"

    def check(self, project: Any, base: Any) -> tuple[()]:
        return ()


@pytest.fixture
def registered(card) -> tuple[Registered, ...]:
    return (
        Registered(Limited, card("EDA301", "non-idempotent-handler"), "a-plugin"),  # type: ignore[arg-type]
        Registered(Plain, card("EDA101", "command-named-event"), "a-plugin"),  # type: ignore[arg-type]
    )


def test_rules_run_in_the_order_of_their_codes_with_their_options(registered, settings) -> None:
    chosen = select_rules(registered, settings(rules={"EDA301": {"limit": 5, "calls-that-charge": ["pay"]}}))
    assert [rule.card.code for rule in chosen.running] == ["EDA101", "EDA301"]
    assert chosen.running[1].rule == Limited(limit=5, calls_that_charge=("pay",))
    assert chosen.running[0].rule == Plain()


def test_options_may_be_given_by_name(registered, settings) -> None:
    chosen = select_rules(registered, settings(rules={"non-idempotent-handler": {"ratio": 0.5}}))
    assert chosen.running[1].rule == Limited(ratio=0.5)


def test_a_rule_that_does_not_run_stays_known(registered, settings) -> None:
    chosen = select_rules(registered, settings(select=["EDA1"]))
    assert [rule.card.code for rule in chosen.running] == ["EDA101"]
    assert [card.code for card in chosen.cards] == ["EDA101", "EDA301"]


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        ({"EDA301": {"limitt": 5}}, r"`rules.EDA301.limitt`: unknown option.*`limit`"),
        ({"EDA301": {"call-that-charge": []}}, r"Did you mean `calls-that-charge`"),
        ({"EDA301": {"xyzzy": 5}}, r"Its options: `calls-that-charge`, `limit`, `ratio`"),
        ({"EDA101": {"limit": 5}}, "This rule has no options"),
        ({"EDA301": {"limit": "5"}}, r"`rules.EDA301.limit`: Expected `int`, got `str`"),
        ({"EDA301": {"limit": True}}, r"`rules.EDA301.limit`: Expected `int`, got `bool`"),
        ({"EDA301": {"calls-that-charge": "pay"}}, r"Expected `array`, got `str`"),
        ({"EDA301": {"limit": -1}}, r"`rules.EDA301`: limit must not be negative"),
        ({"EDA310": {}}, r"`rules.EDA310`: no rule has this code or name.*EDA301"),
        ({"EDA301": {}, "non-idempotent-handler": {}}, "given twice"),
    ],
)
def test_a_wrong_option_is_an_error_with_its_path(registered, settings, tables, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        select_rules(registered, settings(rules=tables, select=["EDA101"]))


def test_all_faults_are_told_at_once(registered, settings) -> None:
    config = settings(select=["EDA7"], severity={"QQQ": "info"}, rules={"EDA301": {"limit": "5"}, "EDA999": {}})
    with pytest.raises(ConfigError) as caught:
        select_rules(registered, config)
    told = str(caught.value).splitlines()
    assert [next(word for word in ("EDA7", "QQQ", "limit", "EDA999") if word in line) for line in told] == [
        "EDA7", "QQQ", "EDA999", "limit",
    ]  # fmt: skip


def test_faults_of_a_file_have_its_lines(registered) -> None:
    text = '[rules.EDA301]\nlimit = 3\nratio = "x"\n\n[severity]\nEDA7 = "info"\n'
    with pytest.raises(ConfigError) as caught:
        select_rules(registered, parse_config(text.encode(), Path("eda-lint.toml")))
    places = [line.partition(" ")[0] for line in str(caught.value).splitlines()]
    assert places == ["eda-lint.toml:5:", "eda-lint.toml:3:"]


def test_a_rule_that_cannot_be_made_is_the_plugins_fault(settings, card) -> None:
    @dataclass(frozen=True)
    class Broken:
        """Fails when made."""

        def __post_init__(self) -> None:
            raise KeyError("x")

    with pytest.raises(RuleError, match="EDA301 of plugin `a-plugin` cannot be made: KeyError"):
        select_rules([Registered(Broken, card("EDA301"), "a-plugin")], settings())  # type: ignore[arg-type]


def test_unreadable_option_types_are_the_plugins_fault(settings, card) -> None:
    @dataclass(frozen=True)
    class Untyped:
        """Its annotation names nothing."""

        limit: NoSuchType = 3  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(RuleError, match="option types of rule EDA301"):
        select_rules([Registered(Untyped, card("EDA301"), "a-plugin")], settings(rules={"EDA301": {"limit": 1}}))  # type: ignore[arg-type]


def test_severity_and_file_ignores_name_existing_rules(registered, settings) -> None:
    with pytest.raises(ConfigError, match=r"severity: .*`EDA7`"):
        select_rules(registered, settings(severity={"EDA7": "error"}))
    with pytest.raises(ConfigError, match=r"per-file-ignores.'a/\*': .*`EDA7`"):
        select_rules(registered, settings(per_file_ignores={"a/*": ["EDA7"]}))


def test_the_closest_severity_decides(card) -> None:
    table = {"EDA3": "info", "ALL": "warning", "EDA301": "error"}
    assert severity_of(card("EDA301"), table) == "error"
    assert severity_of(card("EDA302"), table) == "info"
    assert severity_of(card("ACM101"), table) == "warning"
    assert severity_of(card("ACM101"), {"EDA": "info"}) is None


def test_a_rule_is_found_by_code_or_name(card) -> None:
    cards = (card("EDA101", "command-named-event"), card("EDA301", "non-idempotent-handler"))
    assert find_rule("eda301", cards) is find_rule("non-idempotent-handler", cards) is cards[1]
    with pytest.raises(UsageError, match="command-named-event"):
        find_rule("command-named-events", cards)


def test_the_shipped_rules_are_valid_and_the_engine_finds_unused_suppressions_for_them(settings) -> None:
    shipped = pytest.importorskip("eda_lint_rules", reason="the rules are installed with eda-lint")
    chosen = select_rules(register(shipped.RULES, plugin="eda-lint"), settings(preview=True))
    assert len(chosen.running) == len(chosen.cards) == len(shipped.RULES)
    assert (unused.CODE, unused.NAME) in {(card.code, card.name) for card in chosen.cards}
