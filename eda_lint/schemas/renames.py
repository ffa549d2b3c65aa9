"""Finds fields that were renamed without saying so: one removed and one added, of the same type and a similar name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher

from eda_lint.model.schema import Field

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_ALIKE = 0.75
_SHARED = 0.5
_LONGEST = 200
_PAIRS = 2500
"""So many pairs are looked at; records that change more are not renamed field by field."""


def renames(
    removed: Sequence[Field], added: Sequence[Field], same_type: Callable[[Field, Field], bool]
) -> list[tuple[Field, Field]]:
    """Pairs of a removed and an added field that look like one field, the most alike first; each field once.

    Names are alike if they differ in case and separators only, share half of their words or more (`email`,
    `email_address`), or have three quarters of their letters in common. Names whose digits differ
    (`line1`, `line2`) are not.
    """
    if len(removed) * len(added) > _PAIRS:
        return []
    olds = [words(one.name) for one in removed]
    news = [words(one.name) for one in added]
    scored = [
        (-score, i, j) for i, old in enumerate(olds) for j, new in enumerate(news) if (score := _likeness(old, new)) > 0
    ]
    found: list[tuple[Field, Field]] = []
    taken: set[tuple[str, int]] = set()
    for _, i, j in sorted(scored):
        if ("old", i) in taken or ("new", j) in taken or not same_type(removed[i], added[j]):
            continue
        taken |= {("old", i), ("new", j)}
        found.append((removed[i], added[j]))
    return found


def likeness(old: str, new: str) -> float:
    """How alike two names are, from 0 (not enough to be one) to 1 (the same words)."""
    return _likeness(words(old), words(new))


def _likeness(old: list[str], new: list[str]) -> float:
    before, after = "".join(old), "".join(new)
    if before == after:
        return 1.0
    if max(len(before), len(after)) > _LONGEST or _digits(old) != _digits(new):
        return 0.0
    shared = len(set(old) & set(new)) / len(set(old) | set(new))
    if shared >= _SHARED:
        return shared
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return 0.0
    alike = matcher.ratio()
    return alike if alike >= _ALIKE else 0.0


def words(name: str) -> list[str]:
    """The words of a name in lower case: `customerId`, `customer_id` and `CUSTOMER-ID` have the same."""
    return [word.lower() for word in _WORD.findall(_HUMP.sub(" ", name))]


def _digits(parts: Iterable[str]) -> list[str]:
    return [word for word in parts if word.isdigit()]
