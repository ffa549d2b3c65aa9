"""Keys and values that belong together: what a loop over a mapping's items hands on, pair by pair.

`for event, handlers in table.items(): for handler in handlers: bus.subscribe(event, handler)` subscribes each handler
to its own event, not each to all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.known import DictOf, Known, Knowns
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.topology import Place
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

STEPS = 16
"""Most names, parameters and loops that are followed to the mapping."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An entry of a mapping, and where it stands if a dict display tells it."""

    key: Known
    values: Knowns
    place: Place | None


@dataclass(frozen=True, slots=True)
class _Part:
    """The `index`-th of what a loop gives."""

    unit: Unit
    element: int
    index: int
    frame: Frame | None


def of(ev: Evaluator, unit: Unit, key: int, value: int, frame: Frame | None) -> list[Pair]:
    """The pairs that a key and a value are, in one activation; none where they are not of one loop."""
    left, right = _part(ev, unit, key, frame), _part(ev, unit, value, frame)
    if left is None or right is None or (left.index, right.index) != (0, 1):
        return []
    if (left.unit, left.element, left.frame) != (right.unit, right.element, right.frame):
        return []
    return [pair for known in _mappings(ev, left) for pair in _entries(ev, known)]


def _part(ev: Evaluator, unit: Unit, value: int, frame: Frame | None) -> _Part | None:
    """The part of a loop's element that a value is, or is an element of."""
    for _ in range(STEPS):
        match unit.facts.values[value] if value != NOTHING else None:
            case v.Local(bindings=(binding,)):
                value = unit.facts.bindings[binding].value
            case v.Element(of=inner) | v.Awaited(of=inner):
                value = inner
            case v.Result(call=call) if unit.terminal(value) == "cast" and len(unit.facts.calls[call].arguments) == 2:
                value = unit.facts.calls[call].arguments[1].value
            case v.Item(of=inner, key=key):
                number, element = unit.facts.values[key], unit.facts.values[inner]
                if isinstance(element, v.Element) and isinstance(number, v.Number) and number.number in (0, 1):
                    return _Part(unit, inner, int(number.number), frame)
                return None
            case v.Parameter(function=function, index=index):
                entered = frame.find(unit.path, function) if frame is not None else None
                given = entered.arguments.get(index, ()) if entered is not None else ()
                if len(given) != 1 or given[0].given is not None:
                    return None
                unit, value, frame = ev.world.known_unit(given[0].unit), given[0].value, given[0].frame
            case _:
                return None
    return None


def _mappings(ev: Evaluator, part: _Part) -> Iterator[DictOf]:
    """The mappings whose items a loop goes over."""
    element = part.unit.facts.values[part.element]
    over = part.unit.facts.values[element.of] if isinstance(element, v.Element) else None
    function = part.unit.facts.values[part.unit.facts.calls[over.call].function] if isinstance(over, v.Result) else None
    if isinstance(function, v.Attribute) and function.name == "items":
        for known in ev.closed(ev.evaluate(part.unit, function.of, part.frame)):
            if isinstance(known, DictOf):
                yield known


def _entries(ev: Evaluator, mapping: DictOf) -> Iterator[Pair]:
    places = _places(ev, mapping)
    for key, thunk in mapping.entries:
        yield Pair(key, ev.force(thunk), places.get(key))


def _places(ev: Evaluator, mapping: DictOf) -> dict[Known, Place]:
    """Where the entries of a dict display stand."""
    if mapping.origin is None:
        return {}
    unit = ev.world.known_unit(mapping.origin[0])
    shown = unit.facts.values[mapping.origin[1]]
    found: dict[Known, Place] = {}
    for entry in shown.entries if isinstance(shown, v.Mapping) else ():
        for key in ev.evaluate(unit, entry.key, None) if entry.key != NOTHING else ():
            found.setdefault(key, unit.place(unit.places.entries[entry.place]))
    return found
