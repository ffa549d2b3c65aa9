"""Arrays for which some statements about their items hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from eda_lint.schemas.inclusion.formulas import Formula
from eda_lint.schemas.inclusion.languages import UndecidedError
from eda_lint.schemas.inclusion.scalars import Found, is_short

if TYPE_CHECKING:
    from eda_lint.schemas.inclusion.search import Search

__all__ = ["arrays"]

_ITEMS = 300
"""Longest array that is put together."""
_ASSIGNMENTS = 3_000
"""Ways of meeting conditions that are tried for one length."""
_TRIES = 400
_PADDING = 1_000_000
"""Items that only fill an array up."""
_LONGER = 4
"""How many items more than needed are tried to find different arrays."""


def arrays(search: Search, statements: list[Formula], count: int) -> Found:
    """At most `count` arrays. Raises UndecidedError."""
    return _Arrays(search, statements).found(count)


@dataclass(frozen=True, slots=True)
class _Condition:
    """So many items from `start` on are `what`."""

    what: Formula
    start: int
    low: int
    high: int | None


class _Arrays:
    """The statements, sorted."""

    def __init__(self, search: Search, statements: Iterable[Formula]) -> None:
        self._search = search
        self._f = search.formulas
        self._at: dict[int, list[Formula]] = {}
        self._from: list[tuple[int, Formula]] = []
        self._conditions: list[_Condition] = []
        self._low, self._high = 0, 1 << 62
        self._unique = self._twins = False
        self._without: set[Any] = set()
        self._cut = False
        for each in statements:
            self._take(each)
        starts = [index + 1 for index in self._at] + [start for start, _ in self._from]
        self._tail = max([*starts, *(one.start for one in self._conditions), 0])
        if self._twins:
            self._low = max(self._low, 2)

    def _take(self, each: Formula) -> None:
        kind, args = each.kind, each.args
        if kind in ("at", "exat"):
            self._at.setdefault(args[0], []).append(args[1])
            if kind == "exat":
                self._low = max(self._low, args[0] + 1)
        elif kind == "from":
            self._from.append((args[0], args[1]))
        elif kind == "exfrom":
            self._conditions.append(_Condition(args[1], args[0], 1, None))
        elif kind == "count":
            self._conditions.append(_Condition(args[0], 0, args[1], args[2]))
        elif kind == "size":
            self._low = max(self._low, args[0])
            self._high = self._high if args[1] is None else min(self._high, args[1])
        elif kind in ("unique", "twins"):
            self._unique = self._unique or kind == "unique"
            self._twins = self._twins or kind == "twins"
        elif kind == "out":
            self._without |= {value for value in args[0] if value[0] == "a"}

    def _base(self, index: int) -> frozenset[Formula]:
        """What an item must be where it stands."""
        place = min(index, self._tail)
        return frozenset([*self._at.get(index, ()), *(what for start, what in self._from if start <= place)])

    def _can_be(self, wanted: Iterable[Formula]) -> bool:
        found = self._search.find(wanted)
        self._cut = self._cut or found.cut
        return bool(found.values)

    def found(self, count: int) -> Found:
        """At most `count` arrays."""
        for index in range(self._tail + 1):
            if index >= self._high:
                break
            if not self._can_be(self._base(index)):
                self._high = min(self._high, index)  # Arrays longer than that have an item that nothing can be.
                break
        needs = sum(one.low for one in self._conditions)
        short = max([self._tail + needs, *(len(value[1]) + 1 for value in self._without)]) + 2 * _LONGER
        if self._low <= short or self._unique or any(one.high is not None for one in self._conditions):
            return self._of_lengths(needs, count)
        # Beyond that, items only fill up: arrays are looked for without them, and say how often the last is repeated.
        padding = self._low - short
        self._low, self._high = short, self._high - padding
        found = self._of_lengths(needs, count)
        filling = self._search.find(self._base(self._tail)).values
        if padding > _PADDING or (found.values and not filling):
            raise UndecidedError
        # Whatever array is refused is shorter than these.
        values = tuple(("a", (*value[1], filling[0]), padding - 1) for value in found.values)
        return Found(values, False if found.values else found.complete, found.cut)

    def _of_lengths(self, needs: int, count: int) -> Found:
        """At most `count` arrays, short ones first."""
        enough = count + len(self._without)
        # An array that is longer than what is asked of it needs is one more only for its length.
        more = needs + (2 if self._twins else 0) + len(self._without) + min(count, _LONGER)
        last = min(self._high, max(self._low, self._tail) + more)
        if last > _ITEMS:
            if self._low > _ITEMS:
                raise UndecidedError
            last = max(self._low, min(last, _ITEMS))
        values: dict[Any, None] = {}
        complete = last == self._high
        for length in range(self._low, last + 1):
            for items in self._assignments(length):
                complete = self._arrays(items, count, enough, values) and complete
                if len(values) >= count:
                    return Found(tuple(values), False, self._cut)
        if not values and not self._cut:
            return Found()
        return Found(tuple(values), complete and not self._cut, self._cut)

    # -------------------------------------------------------------------------------------------- assignments

    def _assignments(self, length: int) -> Iterator[list[frozenset[Formula]]]:
        """Each way of meeting the conditions by items: what each item must be."""
        if not self._conditions:
            yield [self._base(index) for index in range(length)]
            return
        choices: dict[int, list[tuple[frozenset[Formula], tuple[int, ...]]]] = {}
        self._tries = _ASSIGNMENTS
        for index in range(min(length, self._tail + 1)):
            choices[index] = list(self._choices(index))
            if not choices[index]:
                return
        yield from self._assign(length, 0, [], [0] * len(self._conditions), choices, 0)

    def _choices(self, index: int) -> Iterator[tuple[frozenset[Formula], tuple[int, ...]]]:
        """What an item can be, and which conditions it counts for."""
        base = self._base(index)
        sides: list[list[tuple[Formula | None, int]]] = []
        for one in self._conditions:
            if index < one.start:
                sides.append([(None, 0)])
            elif one.high is None:
                sides.append([(one.what, 1), (None, 0)])
            else:
                sides.append([(self._f.negate(one.what), 0), (one.what, 1)])
        if len(list(product(*sides))) > 64:
            raise UndecidedError
        for combination in product(*sides):
            wanted = base | {what for what, _ in combination if what is not None}
            if self._can_be(wanted):
                yield wanted, tuple(counts for _, counts in combination)

    def _assign(
        self,
        length: int,
        index: int,
        items: list[frozenset[Formula]],
        counts: list[int],
        choices: dict[int, list[tuple[frozenset[Formula], tuple[int, ...]]]],
        least: int,
    ) -> Iterator[list[frozenset[Formula]]]:
        self._tries -= 1
        if self._tries < 0:
            self._cut = True
            return
        left = length - index
        for one, counted in zip(self._conditions, counts, strict=True):
            if one.low - counted > left or (one.high is not None and counted > one.high):
                return
        if index == length:
            yield items
            return
        in_tail = index >= self._tail
        for number, (wanted, counting) in enumerate(choices[min(index, self._tail)]):
            if in_tail and number < least:
                continue  # Items of the tail may change places: one order is enough.
            after = [counted + more for counted, more in zip(counts, counting, strict=True)]
            yield from self._assign(length, index + 1, [*items, wanted], after, choices, number if in_tail else 0)

    # ------------------------------------------------------------------------------------------------- arrays

    def _arrays(self, items: list[frozenset[Formula]], count: int, enough: int, found: dict[Any, None]) -> bool:
        """Add arrays whose items are such; whether these are all there are."""
        if self._twins:
            return self._with_twins(items, count, enough, found)
        wanted = max(enough, len(items)) if self._unique else enough
        possible = [self._search.find(each, wanted) for each in items]
        self._cut = self._cut or any(each.cut or is_short(each, wanted) for each in possible)
        if not all(each.values for each in possible):
            return True
        if self._unique and not _can_differ([each.values for each in possible]):
            return True
        made = self._made([each.values for each in possible], count, found)
        return made and all(each.complete for each in possible)

    def _made(self, values: list[tuple[Any, ...]], count: int, found: dict[Any, None]) -> bool:
        for tries, items in enumerate(_different(values) if self._unique else product(*values)):
            if tries > _TRIES:
                self._cut = True
                return False
            array = ("a", tuple(items))
            if array not in self._without:
                found[array] = None
            if len(found) >= count:
                return False
        return True

    def _with_twins(self, items: list[frozenset[Formula]], count: int, enough: int, found: dict[Any, None]) -> bool:
        complete = not self._unique
        for one in range(len(items)):
            for other in range(one + 1, len(items)):
                both = self._search.find(items[one] | items[other], enough)
                rest = [self._search.find(each, enough) for each in items]
                self._cut = self._cut or any(each.cut or is_short(each, enough) for each in (both, *rest))
                if self._unique or not both.values or not all(each.values for each in rest):
                    continue
                complete = False
                for value in both.values:
                    made = [each.values[0] for each in rest]
                    made[one] = made[other] = value
                    if ("a", tuple(made)) not in self._without:
                        found["a", tuple(made)] = None
                    if len(found) >= count:
                        return False
        return complete or not found


def _can_differ(values: list[tuple[Any, ...]]) -> bool:
    """Whether each place can have a value of its own: a matching by augmenting paths."""
    taken: dict[Any, int] = {}

    def place(index: int, seen: set[Any]) -> bool:
        for value in values[index]:
            if value not in seen:
                seen.add(value)
                if value not in taken or place(taken[value], seen):
                    taken[value] = index
                    return True
        return False

    return all(place(index, set()) for index in range(len(values)))


def _different(values: list[tuple[Any, ...]]) -> Iterator[list[Any]]:
    """Every choice of different values."""

    def go(index: int, chosen: list[Any]) -> Iterator[list[Any]]:
        if index == len(values):
            yield chosen
            return
        for value in values[index]:
            if value not in chosen:
                yield from go(index + 1, [*chosen, value])

    return go(0, [])
