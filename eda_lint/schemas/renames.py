"""Finds fields that were renamed without saying so: one removed and one added, of the same type and a similar name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher

from eda_lint.model.schema import Field

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_A-Za-z]+")
_ALIKE = 0.75
_SHARED = 0.5
_PAIRS = 2500
"""So many pairs are looked at; records that change more are not renamed field by field."""


def renames(
    removed: Sequence[Field], added: Sequence[Field], same_type: Callable[[Field, Field], bool]
) -> list[tuple[Field, Field]]:
    """Pairs of a removed and an added field that look like one field, the most alike first; each field once.

    Names are alike if they differ in case and separators only, share half of their words or more (`email`,
    `email_address`), or have three quarters of their letters in common. Names that differ in digits alone
    (`line1`, `line2`) are not.
    """
    if len(removed) * len(added) > _PAIRS:
        return []
    scored = [
        (-likeness(old.name, new.name), i, j, old, new)
        for i, old in enumerate(removed)
        for j, new in enumerate(added)
        if likeness(old.name, new.name) > 0
    ]
    found: list[tuple[Field, Field]] = []
    taken: set[tuple[str, int]] = set()
    for _, i, j, old, new in sorted(scored, key=lambda one: one[:3]):
        if ("old", i) not in taken and ("new", j) not in taken and same_type(old, new):
            taken |= {("old", i), ("new", j)}
            found.append((old, new))
    return found


def likeness(old: str, new: str) -> float:
    """How alike two names are, from 0 (not enough to be one) to 1 (the same words)."""
    if len(old) > 200 or len(new) > 200:
        return 0.0
    old_words, new_words = words(old), words(new)
    if old_words == new_words or "".join(old_words) == "".join(new_words):
        return 1.0
    if _letters(old_words) == _letters(new_words):
        return 0.0
    shared = len(set(old_words) & set(new_words)) / len(set(old_words) | set(new_words) | {""} - {""} or {""})
    matcher = SequenceMatcher(None, "".join(old_words), "".join(new_words), autojunk=False)
    alike = matcher.ratio() if matcher.quick_ratio() >= _ALIKE else 0.0
    return max(shared if shared >= _SHARED else 0.0, alike if alike >= _ALIKE else 0.0)


def words(name: str) -> list[str]:
    """The words of a name in lower case: `customerId`, `customer_id` and `CUSTOMER-ID` have the same."""
    return [word.lower() for word in _WORDS.findall(name)]


def _letters(parts: Iterable[str]) -> list[str]:
    return [word for word in parts if not word.isdigit()]
