"""Whether a formula holds for a value."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from eda_lint.schemas.inclusion.formulas import Formula, Formulas, type_bit
from eda_lint.schemas.inclusion.languages import UndecidedError, UnsupportedPatternError, matches

__all__ = ["ABOUT", "holds"]

_DEPTH = 400

ABOUT: dict[str, str] = {
    **dict.fromkeys(("ge", "gt", "le", "lt", "mult", "nomult"), "n"),
    **dict.fromkeys(("length", "match", "nomatch"), "s"),
    **dict.fromkeys(("at", "exat", "from", "exfrom", "size", "count", "unique", "twins"), "a"),
    **dict.fromkeys(("all", "some", "has", "lacks", "members"), "o"),
}
"""The type of value that a kind of statement is about."""


def holds(formulas: Formulas, formula: Formula, value: Any, depth: int = _DEPTH) -> bool:
    """Whether a formula holds for a frozen value.

    Raises UndecidedError where that depends on something unknown, or nests too deep.
    """
    if depth <= 0:
        raise UndecidedError
    about = ABOUT.get(formula.kind)
    if about is not None and value[0] != about:
        return False  # It stands beside a statement about the type, which decides.
    found: bool = _HOLDS[formula.kind](formulas, formula.args, value, depth - 1)
    return found


def _each(f: Formulas, args: tuple[Any, ...], value: Any, depth: int, decides: bool) -> bool:
    """Whether some part is as `decides`; what is undecided matters only if no part is."""
    undecided = False
    for part in args:
        try:
            if holds(f, part, value, depth) is decides:
                return decides
        except UndecidedError:
            undecided = True
    if undecided:
        raise UndecidedError
    return not decides


def _size(value: Any) -> int:
    """The length of an array, of which the third part says how often the last item is repeated."""
    return len(value[1]) + (value[2] if len(value) > 2 else 0)


def _item(value: Any, index: int) -> Any:
    return value[1][min(index, len(value[1]) - 1)]


def _items(value: Any, start: int) -> Any:
    """The items from one on, repeated ones once."""
    return value[1][min(start, len(value[1]) - 1) :] if start < _size(value) else ()


def _count(f: Formulas, what: Formula, value: Any, depth: int) -> int:
    found = [holds(f, what, item, depth) for item in value[1]]
    return sum(found) + (value[2] * found[-1] if len(value) > 2 else 0)


def _one(f: Formulas, args: tuple[Any, ...], value: Any, depth: int) -> bool:
    found = 0
    for part in args:
        found += holds(f, part, value, depth)
        if found > 1:
            return False
    return found == 1


def _referred(f: Formulas, args: tuple[Any, ...], value: Any, depth: int) -> bool:
    """What a reference says; undecided for one that leads back to itself without going into the value."""
    question = (*args, value)
    if question in f.asked:
        raise UndecidedError
    f.asked.add(question)
    try:
        return holds(f, f.expand(f.statement("ref", *args)), value, depth)
    finally:
        f.asked.discard(question)


def _undecided(_f: Formulas, _args: tuple[Any, ...], _value: Any, _depth: int) -> bool:
    raise UndecidedError


def _matches(_f: Formulas, args: tuple[Any, ...], value: Any, _depth: int) -> bool:
    try:
        return matches(args[0], value[1])
    except UnsupportedPatternError:
        try:  # Python's own patterns know look-around and are close enough to ECMA's for one word.
            return re.search(args[0], value[1]) is not None
        except (re.error, RecursionError, OverflowError):
            raise UndecidedError from None


def _is_multiple(value: Fraction, step: Fraction) -> bool:
    return (value / step).denominator == 1


def _between(low: int, found: int, high: int | None) -> bool:
    return low <= found and (high is None or found <= high)


def _all(f: Formulas, args: tuple[Any, ...], value: Any, depth: int) -> bool:
    return all(holds(f, args[1], inner, depth) for name, inner in value[1] if holds(f, args[0], ("s", name), depth))


def _some(f: Formulas, args: tuple[Any, ...], value: Any, depth: int) -> bool:
    return any(holds(f, args[1], inner, depth) for name, inner in value[1] if holds(f, args[0], ("s", name), depth))


_HOLDS: dict[str, Any] = {
    "true": lambda f, args, value, depth: True,
    "false": lambda f, args, value, depth: False,
    "and": lambda f, args, value, depth: _each(f, args, value, depth, False),
    "or": lambda f, args, value, depth: _each(f, args, value, depth, True),
    "one": _one,
    "notone": lambda f, args, value, depth: not _one(f, args, value, depth),
    "ref": _referred,
    "noref": lambda f, args, value, depth: not _referred(f, args, value, depth),
    "opaque": _undecided,
    "nopaque": _undecided,
    "type": lambda f, args, value, depth: bool(type_bit(value) & args[0]),
    "in": lambda f, args, value, depth: value in args[0],
    "out": lambda f, args, value, depth: value not in args[0],
    "ge": lambda f, args, value, depth: value[1] >= args[0],
    "gt": lambda f, args, value, depth: value[1] > args[0],
    "le": lambda f, args, value, depth: value[1] <= args[0],
    "lt": lambda f, args, value, depth: value[1] < args[0],
    "mult": lambda f, args, value, depth: _is_multiple(value[1], args[0]),
    "nomult": lambda f, args, value, depth: not _is_multiple(value[1], args[0]),
    "length": lambda f, args, value, depth: _between(args[0], len(value[1]), args[1]),
    "match": _matches,
    "nomatch": lambda f, args, value, depth: not _matches(f, args, value, depth),
    "at": lambda f, args, value, depth: _size(value) <= args[0] or holds(f, args[1], _item(value, args[0]), depth),
    "exat": lambda f, args, value, depth: _size(value) > args[0] and holds(f, args[1], _item(value, args[0]), depth),
    "from": lambda f, args, value, depth: all(holds(f, args[1], item, depth) for item in _items(value, args[0])),
    "exfrom": lambda f, args, value, depth: any(holds(f, args[1], item, depth) for item in _items(value, args[0])),
    "size": lambda f, args, value, depth: _between(args[0], _size(value), args[1]),
    "count": lambda f, args, value, depth: _between(args[1], _count(f, args[0], value, depth), args[2]),
    "unique": lambda f, args, value, depth: len(set(value[1])) == _size(value),
    "twins": lambda f, args, value, depth: len(set(value[1])) < _size(value),
    "all": _all,
    "some": _some,
    "has": lambda f, args, value, depth: any(name == args[0] for name, _ in value[1]),
    "lacks": lambda f, args, value, depth: all(name != args[0] for name, _ in value[1]),
    "members": lambda f, args, value, depth: _between(args[0], len(value[1]), args[1]),
}
