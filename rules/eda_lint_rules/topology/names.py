"""Names of channels: whether two may mean the same one, and whether one looks like a misspelling of another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_HOLE = re.compile(r"\$\{[^{}]*\}|\{[^{}]*\}")
"""A part known only at run time: `${NAME}` or `{x}`."""
_WILDCARD = re.compile(r"[*#>?]+|(?<![^/])\+(?![^/])")
"""Wildcards of subscriptions: AMQP, NATS and Redis `*`, `#`, `>`; MQTT `+` and `#`."""
_EXPRESSION = re.compile(r"[\\\[\](){}|.*+?$^]")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_ANY = "\0"
"""Stands for any text; no channel's name holds it."""
_LONGEST = 500
"""Longer names are compared whole."""


@lru_cache(maxsize=4096)
def pattern(name: str, *, subscription: bool = False) -> str:
    """A name with every part that is not fixed as `_ANY`. A subscription may hold wildcards, or be an expression
    (`^orders.*`), of which only the fixed beginning is read."""
    if subscription and name.startswith("^"):
        return (_EXPRESSION.split(name[1:], maxsplit=1)[0] + _ANY).replace(_ANY * 2, _ANY)
    shown = _HOLE.sub(_ANY, name)
    if subscription:
        shown = _WILDCARD.sub(_ANY, shown)
    return re.sub(f"{_ANY}+", _ANY, shown)


def fixed(name: str) -> str:
    """What of a name is known: its text without holes."""
    return _HOLE.sub("", name).strip("./:-_ ")


def is_pattern(name: str) -> bool:
    """Whether a subscription's name stands for many channels."""
    return _ANY in pattern(name, subscription=True)


def may_meet(sent: str, received: str) -> bool:
    """Whether a message sent under one name may reach a subscription of the other."""
    one, other = pattern(sent), pattern(received, subscription=True)
    if one == other:
        return True
    if _ANY not in one + other or max(len(one), len(other)) > _LONGEST:
        return False
    return _share_ends(one, other) and _overlap(one, other)


def _share_ends(one: str, other: str) -> bool:
    """Whether the fixed beginnings agree, and the fixed ends: quick, and false for nearly every pair."""
    begins = one.partition(_ANY)[0], other.partition(_ANY)[0]
    ends = one.rpartition(_ANY)[2], other.rpartition(_ANY)[2]
    return (begins[0].startswith(begins[1]) or begins[1].startswith(begins[0])) and (
        ends[0].endswith(ends[1]) or ends[1].endswith(ends[0])
    )


def _overlap(one: str, other: str) -> bool:
    """Whether some text matches both. Row by row over `one`: which beginnings of `other` match what was read."""
    row = [True] + [False] * len(other)
    for at, mark in enumerate(other):
        row[at + 1] = row[at] and mark == _ANY
    for mark in one:
        following = [row[0] and mark == _ANY] + [False] * len(other)
        for at, against in enumerate(other):
            if mark == _ANY or against == _ANY:
                following[at + 1] = row[at + 1] or following[at] or (row[at] and mark == against)
            else:
                following[at + 1] = row[at] and mark == against
        row = following
    return row[-1]


def near(name: str, names: Iterable[str]) -> str | None:
    """The one of some names that this one looks like a misspelling of: other separators or case, singular for
    plural, or one letter wrong in a long word. Other numbers are other names (`orders.v1`, `orders.v2`)."""
    words = _words(name)
    for other in sorted(set(names) - {name}):
        against = _words(other)
        if "".join(words) == "".join(against) != "":
            return other
        if len(words) == len(against) and words:
            unlike = [(a, b) for a, b in zip(words, against, strict=True) if a != b]
            if len(unlike) == 1 and _misspelt(*unlike[0]):
                return other
    return None


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(_HOLE.sub(" ", name))]


def _misspelt(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    if long in (f"{short}s", f"{short}es"):
        return len(short) > 2
    if len(short) < 5 or not (short.isalpha() and long.isalpha()) or len(long) - len(short) > 1:
        return False
    return _one_edit(short, long)


def _one_edit(short: str, long: str) -> bool:
    """Whether one letter is wrong, missing, or changed places with its neighbour."""
    start = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    swapped = short[start + 1 : start + 2] + short[start : start + 1] + short[start + 2 :]
    return short[start + 1 :] == long[start + 1 :] or swapped == long[start:]
