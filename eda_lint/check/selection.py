"""Which rules a configuration selects: codes, code prefixes, names and `ALL`, the more specific one winning.

The grammar is ruff's (docs.astral.sh/ruff/linter, "Rule selection"): `EDA`, `EDA2`, `EDA203` select by truncation;
of a selecting and an ignoring selector the longer one wins, and ignoring wins a tie. Names may stand for codes.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from eda_lint.errors import ConfigError
from eda_lint.model.finding import RuleCard

ALL = "ALL"
"""Every rule; those in preview only with preview on."""

_NAMED = 1_000
"""How specific a name or whole code is: more than any prefix."""


def specificity(selector: str, card: RuleCard) -> int:
    """How closely a selector names a rule: 0 not at all, 1 for `ALL`, then by length of the prefix."""
    if selector in (card.code, card.name):
        return _NAMED
    if selector == ALL:
        return 1
    return 1 + len(selector) if selector and card.code.startswith(selector) else 0


def known(selector: str, cards: Iterable[RuleCard]) -> bool:
    """Whether a selector can mean any of these rules (`ALL` always does)."""
    return selector == ALL or any(specificity(selector, card) for card in cards)


def nearest(word: str, cards: Iterable[RuleCard]) -> str:
    """The code, name or (for a word shorter than a code) prefix that `word` was probably meant to be, or `""`."""
    words: dict[str, str] = {}
    for card in cards:
        prefixes = [card.code[: len(word)]] if len(word) < len(card.code) else []
        for choice in (card.code, card.name, *prefixes):
            words.setdefault(choice.lower(), choice)
    close = difflib.get_close_matches(word.lower(), sorted(words), n=1, cutoff=0.6)
    return words[close[0]] if close else ""


def refuse_unknown(selectors: Iterable[str], cards: Sequence[RuleCard], *, where: str) -> None:
    """Raises ConfigError that names every selector which means no rule, each with the nearest that does."""
    faults = []
    for selector in dict.fromkeys(selectors):
        if not known(selector, cards):
            close = nearest(selector, cards)
            faults.append(f"`{selector}`" + (f" (did you mean `{close}`?)" if close else ""))
    if faults:
        raise ConfigError(
            f"{where}: no rule is selected by {', '.join(faults)}", mend="`eda-lint rules` lists codes and names"
        )


def selected(
    cards: Sequence[RuleCard],
    *,
    select: Iterable[str] | None,
    extend_select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    preview: bool = False,
) -> tuple[RuleCard, ...]:
    """The rules that run, in the order given.

    Without `select` all rules outside preview run. A rule in preview runs if it is selected and preview is on, or
    if `extend_select` reaches it, or if it is named whole. Raises ConfigError for a selector that means no rule.
    """
    base = [ALL] if select is None else list(select)
    extra, dropped = list(extend_select), list(ignore)
    for where, selectors in (("select", base), ("extend-select", extra), ("ignore", dropped)):
        refuse_unknown(selectors, cards, where=where)
    chosen = []
    for card in cards:
        by_base = _closest(base, card)
        by_extra = _closest(extra, card)
        if card.preview and not preview and by_base < _NAMED:
            by_base = 0
        if max(by_base, by_extra) > _closest(dropped, card):
            chosen.append(card)
    return tuple(chosen)


def _closest(selectors: Iterable[str], card: RuleCard) -> int:
    return max((specificity(selector, card) for selector in selectors), default=0)
