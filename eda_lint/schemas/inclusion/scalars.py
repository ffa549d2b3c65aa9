"""Numbers and texts for which some statements hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import count as counting
from math import gcd, lcm
from typing import Any

from eda_lint.schemas.inclusion.formulas import Formula
from eda_lint.schemas.inclusion.languages import UndecidedError, UnsupportedPatternError, words

__all__ = ["Found", "is_short", "numbers", "texts"]

_STEPS = 20_000
"""Multiples that are looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """Values for which something holds; `complete`: there are no others; `cut`: some were not looked for."""

    values: tuple[Any, ...] = ()
    complete: bool = True
    cut: bool = False


def is_short(found: Found, wanted: int) -> bool:
    """Whether there may be more values than were found, though fewer than wanted were."""
    return not found.complete and len(found.values) < wanted


def texts(statements: Iterable[Formula], count: int) -> Found:
    """At most `count` texts. Raises UndecidedError."""
    least, most = 0, None
    matched: list[str] = []
    unmatched: list[str] = []
    without: set[str] = set()
    for each in statements:
        if each.kind == "length":
            least = max(least, each.args[0])
            most = each.args[1] if most is None else most if each.args[1] is None else min(most, each.args[1])
        elif each.kind == "match":
            matched.append(each.args[0])
        elif each.kind == "nomatch":
            unmatched.append(each.args[0])
        elif each.kind == "out":
            without |= {value[1] for value in each.args[0] if value[0] == "s"}
    try:
        found = words(count, least=least, most=most, matched=matched, unmatched=unmatched, without=frozenset(without))
    except UnsupportedPatternError:
        if set(matched) & set(unmatched) or (most is not None and most < least):
            return Found()
        raise UndecidedError from None
    return Found(tuple(("s", word) for word in found.words), found.complete)


@dataclass(slots=True)
class _Range:
    """Bounds of numbers."""

    low: Fraction | None = None
    high: Fraction | None = None
    above: bool = False
    """The lower bound itself is out."""
    below: bool = False

    def take(self, kind: str, bound: Fraction) -> None:
        """One more bound."""
        if kind in ("ge", "gt"):
            if self.low is None or bound > self.low:
                self.low, self.above = bound, kind == "gt"
            elif bound == self.low:
                self.above = self.above or kind == "gt"
        elif self.high is None or bound < self.high:
            self.high, self.below = bound, kind == "lt"
        elif bound == self.high:
            self.below = self.below or kind == "lt"

    def has(self, value: Fraction) -> bool:
        """Whether a number is between the bounds."""
        if self.low is not None and (value < self.low or (self.above and value == self.low)):
            return False
        return self.high is None or value < self.high or (value == self.high and not self.below)

    def is_empty(self) -> bool:
        """Whether no number is between them."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.above or self.below))


def numbers(statements: Iterable[Formula], count: int) -> Found:
    """At most `count` numbers. Raises UndecidedError."""
    bounds = _Range()
    step: Fraction | None = None
    refused: list[Fraction] = []
    without: set[Fraction] = set()
    for each in statements:
        if each.kind in ("ge", "gt", "le", "lt"):
            bounds.take(each.kind, each.args[0])
        elif each.kind == "mult":
            step = each.args[0] if step is None else _common_multiple(step, each.args[0])
        elif each.kind == "nomult":
            refused.append(each.args[0])
        elif each.kind == "out":
            without |= {value[1] for value in each.args[0] if value[0] == "n"}
    if bounds.is_empty():
        return Found()
    if step is None:
        return _of_reals(bounds, refused, without, count)
    return _of_multiples(step, bounds, refused, without, count)


def _common_multiple(one: Fraction, other: Fraction) -> Fraction:
    return Fraction(lcm(one.numerator, other.numerator), gcd(one.denominator, other.denominator))


def _is_refused(value: Fraction, refused: list[Fraction], without: set[Fraction]) -> bool:
    return value in without or any((value / step).denominator == 1 for step in refused)


def _of_multiples(step: Fraction, bounds: _Range, refused: list[Fraction], without: set[Fraction], count: int) -> Found:
    """Multiples of a step: what is refused of them repeats, so one period tells everything."""
    if any((step / each).denominator == 1 for each in refused):
        return Found()
    period = 1
    for each in refused:
        period = lcm(period, (_common_multiple(step, each) / step).numerator)
    found: list[Any] = []
    limit = min(_STEPS, (period + 1) * (count + len(without) + 1) * 2)
    for looked, index in enumerate(_indices(step, bounds), start=1):
        value = index * step
        if not _is_refused(value, refused, without):
            found.append(("n", value))
            if len(found) >= count:
                return Found(tuple(found), False)
        if looked >= limit:
            if period * 2 > limit and not found:
                raise UndecidedError
            return Found(tuple(found), not found)
    return Found(tuple(found), True)


def _indices(step: Fraction, bounds: _Range) -> Iterator[int]:
    """Which multiples of a step are between the bounds, those near zero first where there is a choice."""
    low, high = bounds.low, bounds.high
    if low is not None:
        first = -(-low // step)
        first = int(first) + (1 if bounds.above and first * step == low else 0)
        for index in counting(first):
            if not bounds.has(index * step):
                return
            yield index
    if high is not None:
        last = int(high // step)
        for index in counting(last, -1):
            if bounds.has(index * step):
                yield index
    yield 0
    for index in counting(1):
        yield from (index, -index)


def _of_reals(bounds: _Range, refused: list[Fraction], without: set[Fraction], count: int) -> Found:
    """Any numbers: between two different bounds there are more than can be refused."""
    if bounds.low is not None and bounds.low == bounds.high:
        value = bounds.low
        return Found() if _is_refused(value, refused, without) else Found((("n", value),), True)
    found: list[Any] = []
    for value in _reals(bounds):
        if bounds.has(value) and not _is_refused(value, refused, without):
            found.append(("n", value))
            if len(found) >= count:
                break
    return Found(tuple(found), False)


def _reals(bounds: _Range) -> Iterator[Fraction]:
    """Numbers that are or become such as are between the bounds, whole ones first."""
    low, high = bounds.low, bounds.high
    if low is not None and high is not None:
        yield from (low, high)
        first = -(-low // 1)
        yield from (Fraction(index) for index in range(int(first), int(min(Fraction(first + 64), high)) + 1))
        part = (high - low) / 2
        for index in counting(1):
            yield low + part
            yield high - part / (2 + index)
            part /= 2
    start = low if low is not None else high if high is not None else Fraction(0)
    sign = -1 if low is None and high is not None else 1
    for index in counting(0):
        yield Fraction(start + sign * index)
        yield start + sign * (index + Fraction(1, 2))
        yield start + sign * (index + Fraction(1, 2 ** (index % 20 + 2) * 3 if index > 40 else 2 ** (index % 20 + 2)))
