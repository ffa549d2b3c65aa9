"""From a configuration to the rules that run, each with its options."""

from __future__ import annotations

import functools
import importlib.metadata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from eda_lint.check.options import configured
from eda_lint.check.plugins import Registered, registered_rules
from eda_lint.check.selection import nearest, refuse_unknown, selected, specificity
from eda_lint.errors import ConfigError, UsageError
from eda_lint.model.finding import RuleCard, Severity
from eda_lint.model.rule import Rule


class RuleSettings(Protocol):
    """The part of the configuration that decides which rules run and how; `eda_lint.config.Config` satisfies it."""

    @property
    def select(self) -> Collection[str] | None:
        """Selectors that replace the default set; None keeps it."""

    @property
    def extend_select(self) -> Collection[str]:
        """Selectors on top."""

    @property
    def ignore(self) -> Collection[str]:
        """Selectors left out."""

    @property
    def preview(self) -> bool:
        """Whether rules and findings in preview are shown."""

    @property
    def per_file_ignores(self) -> Mapping[str, Sequence[str]]:
        """Glob → selectors that do not count in files it matches."""

    @property
    def severity(self) -> Mapping[str, Severity]:
        """Selector → severity in place of the rule's own."""

    @property
    def rules(self) -> Mapping[str, Mapping[str, Any]]:
        """Code or name of a rule → its options."""

    def fault(self, message: str, *keys: str | int, mend: str = "") -> ConfigError:
        """An error about the value at these keys, with its place in the configuration."""


@dataclass(frozen=True, slots=True)
class LoadedRule:
    """A rule that runs: with its options, and what reports say of it."""

    rule: Rule
    card: RuleCard
    plugin: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules that run, and all that are installed (a suppression may name one that does not run)."""

    running: tuple[LoadedRule, ...]
    """By code."""
    cards: tuple[RuleCard, ...]
    """Of every installed rule, by code."""


def load_rules(config: RuleSettings, *, entry_points: Iterable[importlib.metadata.EntryPoint] | None = None) -> RuleSet:
    """The installed rules under a configuration.

    Raises RuleError for a broken plugin and ConfigError for an unknown selector or option, or a wrong value.
    """
    return select_rules(registered_rules(entry_points), config)


def select_rules(registered: Iterable[Registered], config: RuleSettings) -> RuleSet:
    """The same for rules at hand. Raises ConfigError (all faults at once) and RuleError as `load_rules` does."""
    entries = tuple(sorted(registered, key=lambda entry: entry.card.code))
    cards = tuple(entry.card for entry in entries)
    faults: list[ConfigError] = []
    running: set[str] = set()
    with _kept(faults):
        running.update(card.code for card in _selected(cards, config))
    with _kept(faults, config, "severity"):
        refuse_unknown(config.severity, cards, where="severity")
    for pattern, selectors in config.per_file_ignores.items():
        with _kept(faults, config, "per-file-ignores", pattern):
            refuse_unknown(selectors, cards, where=f"per-file-ignores.{pattern!r}")
    words: dict[str, str] = {}
    for word in config.rules:
        with _kept(faults, config, "rules", word):
            words[_option_owner(word, cards, words)] = word
    rules: dict[str, Rule] = {}
    for entry in entries:
        # Options of rules that do not run are checked too: a typing error must not wait until the rule is selected.
        word = words.get(entry.card.code, entry.card.code)
        with _kept(faults):
            rules[entry.card.code] = configured(
                entry, config.rules.get(word, {}), functools.partial(_option_fault, config, word)
            )
    if faults:
        raise ConfigError.together(faults)
    loaded = (LoadedRule(rules[entry.card.code], entry.card, entry.plugin) for entry in entries)
    return RuleSet(running=tuple(rule for rule in loaded if rule.card.code in running), cards=cards)


@contextmanager
def _kept(faults: list[ConfigError], config: RuleSettings | None = None, *keys: str) -> Iterator[None]:
    """Go on after a fault of the configuration, so that all of them are told in one run; with the place of `keys`.

    Selectors have no place here: the command line may have given them.
    """
    try:
        yield
    except ConfigError as error:
        faults.append(error if config is None else config.fault(error.message, *keys, mend=error.mend))


def _option_fault(config: RuleSettings, word: str, message: str, *keys: str | int, mend: str = "") -> ConfigError:
    return config.fault(message, "rules", word, *keys, mend=mend)


def _selected(cards: Sequence[RuleCard], config: RuleSettings) -> tuple[RuleCard, ...]:
    return selected(
        cards,
        select=config.select,
        extend_select=config.extend_select,
        ignore=config.ignore,
        preview=config.preview,
    )


def find_rule(word: str, cards: Sequence[RuleCard]) -> RuleCard:
    """The rule with this code or name. Raises UsageError with the nearest one."""
    for card in cards:
        if word in (card.code, card.name) or word.upper() == card.code:
            return card
    close = nearest(word, cards)
    raise UsageError(
        f"no rule has the code or name `{word}`",
        mend=f"Did you mean `{close}`?" if close else "`eda-lint rules` lists them",
    )


def severity_of(card: RuleCard, configured_severity: Mapping[str, Severity]) -> Severity | None:
    """The severity that the configuration gives a rule (the closest selector decides), or None."""
    matching = [(specificity(selector, card), selector) for selector in configured_severity]
    closest, selector = max(matching, default=(0, ""))
    return configured_severity[selector] if closest else None


def _option_owner(word: str, cards: Sequence[RuleCard], taken: Mapping[str, Any]) -> str:
    """Code of the rule whose options stand under `rules.WORD`. Raises ConfigError if there is none, or twice."""
    card = next((card for card in cards if word in (card.code, card.name)), None)
    if card is None:
        close = nearest(word, cards)
        raise ConfigError(
            f"`rules.{word}`: no rule has this code or name",
            mend=f"Did you mean `{close}`?" if close else "`eda-lint rules` lists them",
        )
    if card.code in taken:
        raise ConfigError(f"`rules.{word}`: the options of {card.code} are given twice", mend="Keep one table")
    return card.code
