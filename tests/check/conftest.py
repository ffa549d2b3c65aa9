"""Rules and projects made by hand: `check` is tested without any phase before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pytest

from eda_lint.check.load import LoadedRule, RuleSet
from eda_lint.config import Config
from eda_lint.model.finding import Finding, RuleCard, Severity
from eda_lint.model.topology import Channel, Coverage, Operation, Project


class NoTopology:
    """A graph without channels."""

    def senders(self, channel: str) -> tuple[Operation, ...]:
        return ()

    def receivers(self, channel: str) -> tuple[Operation, ...]:
        return ()

    def channels(self) -> tuple[Channel, ...]:
        return ()

    def reactions(self, handler: str) -> tuple[Operation, ...]:
        return ()

    def producers_of(self, message: str) -> tuple[str, ...]:
        return ()

    def cycles(self) -> tuple[tuple[str, ...], ...]:
        return ()


def make_card(code: str, name: str = "", *, severity: Severity = "warning", preview: bool = False) -> RuleCard:
    return RuleCard(code, name or f"rule-{code.lower()}", "Something is wrong", severity, preview, "0.1.0", "# page")


class Canned:
    """A rule that finds what it was given, or raises it."""

    def __init__(self, answer: Iterable[Any] | Exception) -> None:
        self.answer = answer

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        if isinstance(self.answer, Exception):
            raise self.answer
        yield from self.answer


def make_rules(
    answers: Mapping[str, Iterable[Any] | Exception], *, idle: Sequence[RuleCard] = (), **cards: RuleCard
) -> RuleSet:
    """Rules by code with what they find; `idle` ones are installed and do not run."""
    running = tuple(
        LoadedRule(Canned(answer), cards.get(code) or make_card(code), "a-plugin")  # type: ignore[arg-type]
        for code, answer in sorted(answers.items())
    )
    both = sorted((*(rule.card for rule in running), *idle), key=lambda card: card.code)
    return RuleSet(running=running, cards=tuple(both))


def make_project(**changes: Any) -> Project:
    values: dict[str, Any] = {
        "services": (), "channels": (), "operations": (), "handlers": (), "activities": (), "routes": (),
        "topology": NoTopology(), "coverage": Coverage(operations=3, resolved=2, files=9, parsed=4),
    }  # fmt: skip
    return Project(**(values | changes))


@pytest.fixture
def settings() -> type[Config]:
    return Config


@pytest.fixture
def card() -> Callable[..., RuleCard]:
    return make_card


@pytest.fixture
def rules() -> Callable[..., RuleSet]:
    return make_rules


@pytest.fixture
def project() -> Callable[..., Project]:
    return make_project
