"""Message objects that are put into a list of the object at hand, for a unit of work or a bus to collect:
`self.events.append(OrderPlaced(…))`, and methods that do so with what they are given (`self.record(OrderPlaced(…))`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.known import ClassRef, Instance, Symbol
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic.activating import activations
from eda_lint.model import values as v
from eda_lint.model.topology import Place
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

METHODS = ("append", "add", "extend", "appendleft")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message that is recorded, where and by which function."""

    cls: ClassRef
    unit: Unit
    function: int
    place: Place
    wrappers: tuple[tuple[Place, str], ...] = ()


def recorded(ev: Evaluator, classes: frozenset[ClassRef]) -> Iterator[Recorded]:
    """All recordings of messages of these classes, in order of the statements that record them."""
    for unit in ev.world.active_units():
        for function, value, place in _statements(unit):
            knowns = ev.evaluate(unit, value, None)
            found = [k.cls for k in knowns if isinstance(k, Instance) and k.cls in classes and k.site is not None]
            for cls in dict.fromkeys(found):
                yield Recorded(cls, unit, function, place)
            if function and any(isinstance(k, Symbol) for k in knowns):
                yield from _handed(ev, classes, unit, function, value, place)


def _handed(
    ev: Evaluator, classes: frozenset[ClassRef], unit: Unit, function: int, value: int, place: Place
) -> Iterator[Recorded]:
    """The calls of a function that records what it is given."""
    for one in activations(ev, unit, function):
        site = one.frame.site if one.frame is not None else None
        if site is None or one.place is None or one.decorated:
            continue
        other = ev.world.known_unit(site.unit)
        for known in ev.evaluate(unit, value, one.frame):
            if isinstance(known, Instance) and known.cls in classes and known.site is not None:
                around = other.enclosing_function(other.facts.calls[site.call].scope)
                yield Recorded(known.cls, other, around, other.call_place(site.call), ((place, unit.symbol(function)),))


def _statements(unit: Unit) -> Iterator[tuple[int, int, Place]]:
    """(function, value, place) of everything that puts a value into a list that an attribute holds."""
    for name in METHODS:
        for call in unit.calls_by_name.get(name, ()):
            fact = unit.facts.calls[call]
            function = unit.facts.values[fact.function]
            if not isinstance(function, v.Attribute) or len(fact.arguments) != 1:
                continue
            if isinstance(unit.facts.values[function.of], v.Attribute):
                scope = unit.enclosing_function(fact.scope)
                for value in _items(unit, fact.arguments[0].value):
                    yield scope, value, unit.call_place(call)
    for index in range(len(unit.facts.definitions)):
        for write in unit.body(index).writes:
            if write.operator == "+" and isinstance(unit.facts.values[write.target], v.Attribute):
                for value in _items(unit, write.value):
                    yield unit.enclosing_function(index), value, unit.place(unit.places.writes[write.place])


def _items(unit: Unit, value: int) -> tuple[int, ...]:
    """A value, or the items of a list display."""
    if value == NOTHING:
        return ()
    shown = unit.facts.values[value]
    return shown.items if isinstance(shown, v.Sequence) else (value,)
