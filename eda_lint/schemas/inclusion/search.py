"""Looks for values for which formulas hold: a tableau over statements, with what is known of each type beneath it.

`find` takes formulas that must all hold. For each type it writes them out as sets of statements, one set per way of
making the alternatives true, and hands each to the theory of that type. What a theory asks of parts of a value (a
member, an item, a member's name) is a question to `find` again; questions that come up inside of themselves begin
with no values and are asked anew with what was found, until nothing is added, so types may contain themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from eda_lint.schemas.inclusion.arrays import arrays
from eda_lint.schemas.inclusion.clashes import Parts
from eda_lint.schemas.inclusion.evaluate import holds
from eda_lint.schemas.inclusion.formulas import (
    ALL,
    ARRAY,
    NULL,
    NUMBER,
    OBJECT,
    STRING,
    TYPES,
    Formula,
    Formulas,
    type_bit,
)
from eda_lint.schemas.inclusion.languages import UndecidedError
from eda_lint.schemas.inclusion.objects import objects
from eda_lint.schemas.inclusion.scalars import Found, numbers, texts

__all__ = ["Search"]

_DEPTH = 60
"""Questions inside of questions."""
_ROUNDS = 6
"""How often a question that came up inside of itself is asked anew."""
_BRANCHES_OF_ONE = 60
_SEVERAL = 2

_Question = tuple[frozenset[int], int]
"""The formulas that must hold, by number, and how many values are wanted."""


@dataclass(slots=True)
class _Way:
    """One way of making formulas true, so far."""

    todo: list[Formula]
    statements: dict[int, Formula] = field(default_factory=dict)
    choices: list[Formula] = field(default_factory=list)
    expanded: frozenset[int] = frozenset()


class Search:
    """One search over some formulas; `closed`: an object that declares members has no others, unless it says which.

    `budget`: how many sets of statements are looked at before every further answer is "not decided".
    """

    def __init__(self, formulas: Formulas, *, closed: bool = False, budget: int = 20_000) -> None:
        self.formulas = formulas
        self.closed = closed
        self.budget = budget
        self._known: dict[_Question, tuple[Found, frozenset[int]]] = {}
        self._open: dict[_Question, tuple[int, Found]] = {}
        self._reached: set[int] = set()
        self._resting: dict[int, set[_Question]] = {}
        self._alternatives: dict[int, tuple[Formula, ...]] = {}
        self._seen: dict[int, tuple[int, int]] = {}

    def find(self, wanted: Iterable[Formula], count: int = 1) -> Found:
        """At most `count` values for which all formulas hold."""
        parts = {part.number: part for part in wanted if part is not self.formulas.true}
        for part in parts.values():
            negation = self.formulas.negate(part)
            if part is self.formulas.false or negation.number in parts:
                return Found()
        key = (frozenset(parts), count)
        known = self._known.get(key)
        if known is not None:
            self._reached |= known[1]
            return known[0]
        if key in self._open:
            level, before = self._open[key]
            self._reached.add(level)
            return Found(before.values, not before.values, before.cut)
        if len(self._open) >= _DEPTH or self.budget <= 0:
            return Found((), False, True)
        return self._asked(key, list(parts.values()), count)

    def _asked(self, key: _Question, parts: list[Formula], count: int) -> Found:
        """A question whose answer is not known, asked until its answer does not change."""
        level = len(self._open)
        outer = self._reached
        found = Found()
        for _ in range(_ROUNDS):
            self._open[key] = (level, found)
            self._reached = set()
            before, found = found, self._found(parts, count)
            again = level in self._reached
            if not again or len(found.values) == len(before.values):
                break
            self._forget(level)
            if len(found.values) >= count:
                break
        if again and found.values:
            found = Found(found.values, False, found.cut)
        del self._open[key]
        below = frozenset(each for each in self._reached if each < level)
        self._settled(level, below)
        if not (found.cut and self.budget <= 0):
            self._keep(key, found, frozenset() if len(found.values) >= count else below)
        self._reached = outer | below
        return found

    def _keep(self, key: _Question, found: Found, below: frozenset[int]) -> None:
        """Remember an answer; `below`: open questions whose answers so far it rests on."""
        self._known[key] = (found, below)
        for level in below:
            self._resting.setdefault(level, set()).add(key)

    def _forget(self, level: int) -> None:
        """An open question has more values than before: answers that rest on its former ones may be wrong."""
        for key in self._resting.pop(level, ()):
            self._known.pop(key, None)

    def _settled(self, level: int, below: frozenset[int]) -> None:
        """An open question is answered: answers that rest on it rest on what it rests on itself."""
        for key in self._resting.pop(level, ()):
            if key in self._known:
                found, levels = self._known[key]
                self._keep(key, found, (levels - {level}) | below)

    def _found(self, parts: list[Formula], count: int) -> Found:
        mask = ALL
        for part in parts:
            mask &= self._masks(part)[0]
        listed = next((part for part in parts if part.kind == "in"), None)
        if listed is not None:
            return self._among(listed.args[0], parts, count)
        values: dict[Any, None] = {}
        complete, cut = True, False
        for type_ in TYPES:
            if not mask & type_:
                continue
            found = self._of_type(type_, parts, count - len(values))
            values.update(dict.fromkeys(found.values))
            complete, cut = complete and found.complete, cut or found.cut
            if len(values) >= count:
                return Found(tuple(values)[:count], complete and type_ == OBJECT and len(values) == count, cut)
        return Found(tuple(values), complete and not cut, cut)

    def _among(self, listed: Iterable[Any], parts: list[Formula], count: int) -> Found:
        """Those of some values for which everything holds."""
        found: list[Any] = []
        cut = False
        for value in sorted(listed, key=repr):
            try:
                if all(holds(self.formulas, part, value) for part in parts):
                    found.append(value)
            except UndecidedError:
                cut = True
        return Found(tuple(found[:count]), len(found) <= count and not cut, cut)

    def _of_type(self, type_: int, parts: list[Formula], count: int) -> Found:
        values: dict[Any, None] = {}
        complete, cut = True, False
        for statements in self._ways(type_, parts):
            if self.budget <= 0:
                return Found(tuple(values), False, True)
            self.budget -= 1
            try:
                found = self._theory(type_, statements, count)
            except UndecidedError:
                found = Found((), False, True)
            values.update(dict.fromkeys(found.values))
            complete, cut = complete and found.complete, cut or found.cut
            if len(values) >= count:
                return Found(tuple(values)[:count], False, cut)
        return Found(tuple(values), complete, cut or not (values or complete))

    def _theory(self, type_: int, statements: list[Formula], count: int) -> Found:
        listed = next((each for each in statements if each.kind == "in"), None)
        if listed is not None:
            return self._among([value for value in listed.args[0] if type_bit(value) == type_], statements, count)
        if any(each.kind in ("opaque", "nopaque") for each in statements):
            raise UndecidedError
        if type_ == NUMBER:
            return numbers(statements, count)
        if type_ == STRING:
            return texts(statements, count)
        if type_ == ARRAY:
            return arrays(self, statements, count)
        if type_ == OBJECT:
            return objects(self, statements, count)
        possible = [("z",)] if type_ == NULL else [("b", False), ("b", True)]
        return self._among(possible, statements, count)

    # --------------------------------------------------------------------------------------------------- ways

    def _ways(self, type_: int, parts: list[Formula]) -> Iterator[list[Formula]]:
        """Each set of statements about a value of a type that makes the formulas true."""
        waiting = [_Way(list(parts))]
        while waiting:
            way = waiting.pop()
            if not self._settle(type_, way):
                continue
            if not way.choices:
                yield list(way.statements.values())
                continue
            choice, options = min(
                ((choice, self._live(type_, way, choice)) for choice in way.choices), key=lambda one: _order(one[1])
            )
            rest = [other for other in way.choices if other is not choice]
            waiting.extend(
                _Way([option], dict(way.statements), list(rest), way.expanded) for option in reversed(options)
            )

    def _settle(self, type_: int, way: _Way) -> bool:
        """Take apart what is to do and drop choices that are made; False if it cannot be."""
        while True:
            while way.todo:
                if not self._take(type_, way, way.todo.pop()):
                    return False
            open_: list[Formula] = []
            for choice in way.choices:
                options = self._live(type_, way, choice)
                if not options:
                    return False
                if any(self._is_said(type_, way, option) for option in options):
                    continue
                if len(options) == 1:
                    way.todo.append(options[0])
                else:
                    open_.append(choice)
            way.choices = open_
            if not way.todo and (len(open_) < _SEVERAL or not self._thin_out(type_, way)):
                return True

    def _thin_out(self, type_: int, way: _Way) -> bool:
        """Where choices are to be combined, drop the options that cannot hold by themselves; whether one is left with
        so few that the way has to be settled anew."""
        parts = Parts(self, way.statements.values())
        changed = False
        for index, choice in enumerate(way.choices):
            options = self._live(type_, way, choice)
            left = [option for option in options if not parts.clash(self._looked_into(option))]
            if len(left) < len(options):
                way.choices[index] = self.formulas.either(left)
                changed = changed or len(left) < _SEVERAL
        return changed

    def _take(self, type_: int, way: _Way, part: Formula) -> bool:
        surely = self._certain(type_, part)
        if surely is not None:
            return surely
        if part.kind == "and":
            way.todo.extend(part.args)
        elif part.kind in ("or", "one", "notone"):
            way.choices.append(part)
        elif part.kind in ("ref", "noref"):
            if part.number not in way.expanded:
                way.expanded |= {part.number}
                way.todo.append(self._expanded(part))
        elif self.formulas.negate(part).number in way.statements:
            return False
        else:
            way.statements[part.number] = part
        return True

    def _looked_into(self, option: Formula) -> Formula:
        """What an option says, if it is a reference."""
        return self._expanded(option) if option.kind in ("ref", "noref") else option

    def _expanded(self, part: Formula) -> Formula:
        if part.kind == "ref":
            return self.formulas.expand(part)
        return self.formulas.negate(self.formulas.expand(self.formulas.negate(part)))

    def _live(self, type_: int, way: _Way, choice: Formula) -> list[Formula]:
        """The parts of a choice that may still be taken."""
        return [option for option in self._options(choice) if not self._is_denied(type_, way, option)]

    def _is_denied(self, type_: int, way: _Way, option: Formula) -> bool:
        if self._certain(type_, option) is False or self.formulas.negate(option).number in way.statements:
            return True
        option = self._looked_into(option)
        if option.kind == "and":
            return any(self.formulas.negate(part).number in way.statements for part in option.args)
        return self.formulas.negate(option).number in way.statements

    def _is_said(self, type_: int, way: _Way, option: Formula) -> bool:
        if self._certain(type_, option) is True or option.number in way.statements:
            return True
        return option.kind == "and" and all(self._is_said(type_, way, part) for part in option.args)

    def _options(self, choice: Formula) -> tuple[Formula, ...]:
        if choice.kind == "or":
            return choice.args
        if choice.kind not in ("one", "notone"):
            return (choice,)
        known = self._alternatives.get(choice.number)
        if known is None:
            known = self._alternatives[choice.number] = self._written_out(choice)
        return known

    def _written_out(self, choice: Formula) -> tuple[Formula, ...]:
        """`one` and `notone` as alternatives; parts that exclude each other need not be denied one by one."""
        parts, f = choice.args, self.formulas
        if len(parts) > _BRANCHES_OF_ONE:
            self.budget = 0
            return (f.false,)
        together = {
            (index, other): not self._exclude(parts[index], parts[other])
            for index in range(len(parts))
            for other in range(index + 1, len(parts))
        }
        if choice.kind == "one":
            return tuple(
                f.both([part, *(f.negate(parts[k]) for k in range(len(parts)) if together.get((min(i, k), max(i, k))))])
                for i, part in enumerate(parts)
            )
        pairs = [f.both((parts[i], parts[k])) for (i, k), may in together.items() if may]
        return (f.both(f.negate(part) for part in parts), *pairs)

    def _exclude(self, one: Formula, other: Formula) -> bool:
        found = self.find((one, other))
        return not found.values and not found.cut

    # ------------------------------------------------------------------------------------------------ quickly

    def _certain(self, type_: int, part: Formula) -> bool | None:
        """Whether a formula holds for all values of a type (True) or for none (False), seen without a search."""
        may, must = self._masks(part)
        return True if must & type_ else None if may & type_ else False

    def _masks(self, part: Formula) -> tuple[int, int]:
        """Types of which some value may be what a formula says, and types of which every value surely is."""
        known = self._seen.get(part.number)
        if known is None:
            known = self._seen[part.number] = self._seen_at_once(part.kind, part.args)
        return known

    def _seen_at_once(self, kind: str, args: tuple[Any, ...]) -> tuple[int, int]:
        if kind == "true":
            return ALL, ALL
        if kind == "false":
            return 0, 0
        if kind == "type":
            return args[0], args[0]
        if kind in ("in", "out"):
            listed = 0
            for value in args[0]:
                listed |= type_bit(value)
            return (listed, 0) if kind == "in" else (ALL, ALL & ~listed)
        if kind in ("and", "or"):
            may, must = self._masks(args[0])
            for part in args[1:]:
                more, surely = self._masks(part)
                may, must = (may & more, must & surely) if kind == "and" else (may | more, must | surely)
            return may, must
        if kind in ("one", "notone"):
            return self._seen_of_one(kind, args)
        return ALL, 0

    def _seen_of_one(self, kind: str, args: tuple[Any, ...]) -> tuple[int, int]:
        any_may = once = twice = undecided = 0
        for part in args:
            may, must = self._masks(part)
            any_may |= may
            undecided |= may & ~must
            twice |= once & must
            once |= must
        surely = once & ~twice & ~undecided
        never = twice | (ALL & ~any_may)
        return (ALL & ~never, surely) if kind == "one" else (ALL & ~surely, never)


def _order(options: list[Formula]) -> tuple[bool, int]:
    """Which choice comes first: one whose options each say much (the branches of a union) decides about the others
    (which of its parts a refused branch lacks), and few options before many."""
    return any(option.kind not in ("and", "ref") for option in options), len(options)
