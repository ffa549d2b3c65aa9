"""Regular expressions of JSON Schema as automata: which words do some match and others not?

Patterns are ECMA-262's (JSON Schema 2020-12 core, 6.4), searched for anywhere in the text; `.` stands for every
character, line ends too. What is no regular language (look-around, back references) or would need tables of Unicode
properties is `UnsupportedPatternError`: then nothing is said rather than something wrong.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import heappop, heappush

from eda_lint.schemas.inclusion.patterns import FULL, Charset, Pattern, UnsupportedPatternError, parse_pattern

__all__ = ["Machine", "UndecidedError", "UnsupportedPatternError", "Words", "machine", "matches", "words"]

_STATES_OF_ONE = 3_000
_STATES_OF_ALL = 6_000
_WORDS = 5_000
"""Beginnings of words that are looked at."""
_LENGTH = 500
"""Least lengths above this are not looked for together with patterns."""


class UndecidedError(Exception):
    """The question is too large, or outside of what is decided."""


@dataclass(slots=True)
class Machine:
    """A pattern's automaton; its deterministic states are made when they are reached."""

    edges: list[list[tuple[Charset, int]]] = field(default_factory=list)
    free: list[list[tuple[str, int]]] = field(default_factory=list)
    """Steps that take no character: `""` always, `"^"` at the start, `"$"` at the end."""
    accepting: int = 0
    first: int = 0
    cuts: tuple[int, ...] = ()
    """Where the characters that the automaton tells apart begin."""
    _states: list[frozenset[int]] = field(default_factory=list)
    _numbers: dict[frozenset[int], int] = field(default_factory=dict)
    _steps: dict[tuple[int, int], int] = field(default_factory=dict)
    _accepts: dict[tuple[int, bool], bool] = field(default_factory=dict)

    def start(self) -> int:
        """The deterministic state before the first character."""
        return self._number(self._closure(frozenset((self.first,)), "^"))

    def step(self, state: int, character: int) -> int:
        """The state after a character."""
        cell = bisect_right(self.cuts, character)
        known = self._steps.get((state, cell))
        if known is None:
            reached = frozenset(
                target
                for each in self._states[state]
                for charset, target in self.edges[each]
                if any(low <= character <= high for low, high in charset)
            )
            known = self._steps[state, cell] = self._number(self._closure(reached, ""))
        return known

    def accepts(self, state: int, at_start: bool) -> bool:
        """Whether the word may end in a state; `at_start`: it is empty."""
        key = (state, at_start)
        if key not in self._accepts:
            found = self._closure(self._states[state], "^$" if at_start else "$")
            self._accepts[key] = self.accepting in found
        return self._accepts[key]

    def _number(self, states: frozenset[int]) -> int:
        if states not in self._numbers:
            if len(self._states) >= _STATES_OF_ALL:
                raise UndecidedError
            self._numbers[states] = len(self._states)
            self._states.append(states)
        return self._numbers[states]

    def _closure(self, states: frozenset[int], passed: str) -> frozenset[int]:
        found, waiting = set(states), list(states)
        while waiting:
            for condition, target in self.free[waiting.pop()]:
                if target not in found and (not condition or condition in passed):
                    found.add(target)
                    waiting.append(target)
        return frozenset(found)


@lru_cache(maxsize=4096)
def machine(pattern: str) -> Machine:
    """The automaton of a pattern. Raises UnsupportedPatternError."""
    builder = _Builder()
    first, last = builder.state(), builder.state()
    builder.edges[first].append((FULL, first))
    builder.edges[last].append((FULL, last))
    begin, end = builder.build(parse_pattern(pattern))
    builder.free[first].append(("", begin))
    builder.free[end].append(("", last))
    cuts = {low for edges in builder.edges for charset, _ in edges for low, _ in charset}
    cuts |= {high + 1 for edges in builder.edges for charset, _ in edges for _, high in charset}
    return Machine(builder.edges, builder.free, last, first, tuple(sorted(cuts)))


class _Builder:
    """Thompson's construction."""

    def __init__(self) -> None:
        self.edges: list[list[tuple[Charset, int]]] = []
        self.free: list[list[tuple[str, int]]] = []

    def state(self) -> int:
        """A new state."""
        if len(self.edges) >= _STATES_OF_ONE:
            raise UnsupportedPatternError("it needs too many states")
        self.edges.append([])
        self.free.append([])
        return len(self.edges) - 1

    def build(self, pattern: Pattern) -> tuple[int, int]:
        """The first and the last state of a part."""
        begin, end = self.state(), self.state()
        if pattern.kind == "characters":
            self.edges[begin].append((pattern.characters, end))
        elif pattern.kind in ("^", "$"):
            self.free[begin].append((pattern.kind, end))
        elif pattern.kind == "either":
            for part in pattern.parts:
                self._between(begin, part, end)
        elif pattern.kind == "repeat":
            self._repeat(begin, pattern, end)
        else:
            here = begin
            for part in pattern.parts:
                first, last = self.build(part)
                self.free[here].append(("", first))
                here = last
            self.free[here].append(("", end))
        return begin, end

    def _between(self, begin: int, part: Pattern, end: int) -> None:
        first, last = self.build(part)
        self.free[begin].append(("", first))
        self.free[last].append(("", end))

    def _repeat(self, begin: int, pattern: Pattern, end: int) -> None:
        here, part = begin, pattern.parts[0]
        for _ in range(pattern.least):
            first, last = self.build(part)
            self.free[here].append(("", first))
            here = last
        if pattern.most is None:
            loop = self.state()
            self.free[here].append(("", loop))
            self._between(loop, part, loop)
            here = loop
        else:
            for _ in range(pattern.most - pattern.least):
                self.free[here].append(("", end))
                first, last = self.build(part)
                self.free[here].append(("", first))
                here = last
        self.free[here].append(("", end))


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern is found in a text. Raises UnsupportedPatternError."""
    automaton = machine(pattern)
    state = automaton.start()
    for character in text:
        state = automaton.step(state, ord(character))
    return automaton.accepts(state, not text)


# ---------------------------------------------------------------------------------------------------------- words


@dataclass(frozen=True, slots=True)
class Words:
    """Words with some properties; `complete`: there are no others."""

    words: tuple[str, ...]
    complete: bool


def words(
    count: int,
    *,
    least: int = 0,
    most: int | None = None,
    matched: Iterable[str] = (),
    unmatched: Iterable[str] = (),
    without: frozenset[str] = frozenset(),
) -> Words:
    """At most `count` words, short ones first, of `least` to `most` characters, that some patterns match and others
    do not.

    Raises UndecidedError if the automata grow too large, UnsupportedPatternError for a pattern that has none.
    """
    if most is not None and most < least:
        return Words((), True)
    positive = [machine(pattern) for pattern in dict.fromkeys(matched)]
    negative = [machine(pattern) for pattern in dict.fromkeys(unmatched)]
    if not (positive or negative):
        return _any_words(count, least, most, without)
    if least > _LENGTH:
        raise UndecidedError
    return _Product(positive, negative, least).words(count, most, without)


def _any_words(count: int, least: int, most: int | None, without: frozenset[str]) -> Words:
    found: list[str] = []
    length = least
    while most is None or length <= most:
        for word in _of_length(length, count + len(without)):
            if word not in without:
                found.append(word)
                if len(found) >= count:
                    return Words(tuple(found), False)
        length += 1
    return Words(tuple(found), most == 0 and least == 0)


_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def _of_length(length: int, count: int) -> Iterator[str]:
    if length == 0:
        yield ""
        return
    for index in range(count):
        letters = ""
        while index or not letters:
            letters = _LETTERS[index % len(_LETTERS)] + letters
            index //= len(_LETTERS)
        if len(letters) > length:
            return
        yield letters.rjust(length, "a")


class _Product:
    """Automata that run side by side, with the number of characters up to the least one."""

    def __init__(self, positive: list[Machine], negative: list[Machine], least: int) -> None:
        self._machines = [*positive, *negative]
        self._wanted = [True] * len(positive) + [False] * len(negative)
        self._least = least
        cuts = sorted({0, *(cut for each in self._machines for cut in each.cuts)})
        self._cells = [cell for cell in zip(cuts, [*cuts[1:], 0x110000], strict=True) if _is_filled(*cell)]
        self._ways: dict[tuple[int, ...], list[tuple[tuple[int, ...], list[tuple[int, int]]]]] = {}

    def words(self, count: int, most: int | None, without: frozenset[str]) -> Words:
        """At most `count` words."""
        first = (0, *(each.start() for each in self._machines))
        distance = self._distances(first)
        found: list[str] = []
        spread = count + len(without)
        complete = True
        # Those whose shortest end is nearest come first, and of these the longest: a depth-first search on the whole.
        waiting = [(distance[first], 0, "", first)] if first in distance else []
        for _ in range(_WORDS):
            if not waiting:
                return Words(tuple(found), complete)
            _, _, word, state = heappop(waiting)
            if self._accepts(state, not word) and word not in without:
                found.append(word)
                if len(found) >= count:
                    return Words(tuple(found), False)
            length = len(word) + 1
            for target, cells in self._ways[state]:
                if target in distance and (most is None or length + distance[target] <= most):
                    characters = _characters(cells, spread)
                    complete = complete and len(characters) < spread
                    for character in characters:
                        heappush(waiting, (length + distance[target], -length, word + chr(character), target))
        if not found:
            raise UndecidedError
        return Words(tuple(found), False)

    def _accepts(self, state: tuple[int, ...], at_start: bool) -> bool:
        if state[0] < self._least:
            return False
        return all(
            each.accepts(one, at_start) is wanted
            for each, one, wanted in zip(self._machines, state[1:], self._wanted, strict=True)
        )

    def _distances(self, first: tuple[int, ...]) -> dict[tuple[int, ...], int]:
        """How many characters each state is away from an accepting one; states from which none is reached are out."""
        waiting, seen = [first], {first}
        backwards: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
        while waiting:
            state = waiting.pop()
            for target, _ in self._from(state):
                backwards.setdefault(target, []).append(state)
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
                    if len(seen) > _STATES_OF_ALL:
                        raise UndecidedError
        distance = {state: 0 for state in seen if self._accepts(state, state == first)}
        layer = list(distance)
        while layer:
            layer, before = [], layer
            for state in before:
                for source in backwards.get(state, ()):
                    if source not in distance:
                        distance[source] = distance[state] + 1
                        layer.append(source)
        return distance

    def _from(self, state: tuple[int, ...]) -> list[tuple[tuple[int, ...], list[tuple[int, int]]]]:
        """The states one character further, with the characters that lead there."""
        if state not in self._ways:
            targets: dict[tuple[int, ...], list[tuple[int, int]]] = {}
            length = min(state[0] + 1, self._least)
            for low, high in self._cells:
                ends = (each.step(one, low) for each, one in zip(self._machines, state[1:], strict=True))
                targets.setdefault((length, *ends), []).append((low, high))
            self._ways[state] = list(targets.items())
        return self._ways[state]


def _is_filled(low: int, high: int) -> bool:
    return low < min(high, 0x110000) and not (low >= 0xD800 and high <= 0xE000)


def _characters(cells: list[tuple[int, int]], count: int) -> list[int]:
    """At most `count` characters of some ranges, plain letters and digits first."""
    plain = [ord(letter) for letter in _LETTERS if any(low <= ord(letter) < high for low, high in cells)]
    if len(plain) >= count:
        return plain[:count]
    found = dict.fromkeys(plain)
    for low, high in cells:
        for character in range(low, high):
            if len(found) >= count:
                return list(found)
            if not 0xD800 <= character < 0xE000:
                found[character] = None
    return list(found)
