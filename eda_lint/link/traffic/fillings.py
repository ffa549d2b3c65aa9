"""Statements that put a handler into a registry under a class: assignments of items, appends, `setdefault`, `update`,
comprehensions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic.lookups import GETTERS
from eda_lint.link.traffic.slots import Slot, slots
from eda_lint.model import values as v
from eda_lint.model.facts import Write
from eda_lint.model.topology import Place
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

FILLERS = frozenset({"append", "add", "insert", "appendleft", "extend", "update"})
"""Methods that put something into what a registry holds for a class."""


@dataclass(frozen=True, slots=True)
class Filling:
    """A statement that puts a handler into a registry under a class."""

    unit: Unit
    function: int
    slots: frozenset[Slot]
    key: int
    value: int
    place: Place


def fillings(ev: Evaluator, wanted: frozenset[Slot]) -> list[Filling]:
    """All statements of active units that fill registries in these slots, in order."""
    names = {name for kind, _, name in wanted if kind != "local"}
    found: list[Filling] = []
    for unit in ev.world.active_units():
        for function, x, key, value, place in _of_unit(ev, unit):
            shown = unit.facts.values[x]
            named = isinstance(shown, v.Local) or {unit.terminal(x), unit.original_name(x)} & names
            into = slots(ev, unit, x) & wanted if named else frozenset()
            if into:
                found.append(Filling(unit, function, into, key, value, place))
    return found


Statement = tuple[int, int, int, int, Place]
"""(function, registry, key, value, place)"""


def names(ev: Evaluator) -> frozenset[str]:
    """Names of what functions of active units put something into under a key that they are given."""
    return frozenset(
        unit.terminal(registry)
        for unit in ev.world.active_units()
        for function, registry, key, _, _ in _of_unit(ev, unit)
        if function and isinstance(unit.facts.values[key], v.Local)
    )


def _of_unit(ev: Evaluator, unit: Unit) -> tuple[Statement, ...]:
    """The statements of a file, looked for once for all rounds."""
    key = f"{unit.path}#fillings"
    found = ev.world.shapes.get(key)
    if found is None:
        found = ev.world.shapes[key] = tuple(_statements(unit))
    assert isinstance(found, tuple)
    return found


def _statements(unit: Unit) -> Iterator[Statement]:
    """Everything that has the shape of putting a value under a key."""
    for index in range(len(unit.facts.definitions)):
        for write in unit.body(index).writes:
            yield from _written(unit, index, write)
    for name in sorted(FILLERS & unit.calls_by_name.keys()):
        for call in unit.calls_by_name[name]:
            yield from _appended(unit, call)
    for call in unit.calls_by_name.get("setdefault", ()):
        fact = unit.facts.calls[call]
        function = unit.facts.values[fact.function]
        if isinstance(function, v.Attribute) and len(fact.arguments) == 2:
            scope = unit.enclosing_function(fact.scope)
            yield scope, function.of, fact.arguments[0].value, fact.arguments[1].value, unit.call_place(call)
    for index, binding in enumerate(unit.facts.bindings):
        if binding.value != NOTHING:
            yield from _collected(unit, index, binding.value, unit.enclosing_function(binding.scope))


def _written(unit: Unit, index: int, write: Write) -> Iterator[Statement]:
    target = unit.facts.values[write.target]
    place = unit.place(unit.places.writes[write.place])
    function = unit.enclosing_function(index)
    if isinstance(target, v.Item) and not isinstance(unit.facts.values[write.value], v.Collected):
        yield function, target.of, target.key, write.value, place
        for registry, key in _entries(unit, target.of):
            yield function, registry, key, write.value, place
    elif isinstance(unit.facts.values[write.value] if write.value != NOTHING else None, v.Collected):
        shown = unit.facts.values[write.value]
        assert isinstance(shown, v.Collected)
        if shown.kind == "dict":
            yield function, write.target, shown.key, shown.element, place


def _collected(unit: Unit, binding: int, value: int, function: int) -> Iterator[Statement]:
    """A mapping that a comprehension makes: of handler classes found by a scan, or from another mapping."""
    shown = unit.facts.values[value]
    if isinstance(shown, v.Collected) and shown.kind == "dict":
        place = unit.definition_place(function)
        for local, one in enumerate(unit.facts.values):
            match one:
                case v.Local(bindings=bindings) if binding in bindings:
                    yield function, local, shown.key, shown.element, place
                    return
                case v.Name(name=name) if binding in unit.globals.get(name, ()):
                    yield function, local, shown.key, shown.element, place
                    return
                case _:
                    continue


def _appended(unit: Unit, call: int) -> Iterator[Statement]:
    fact = unit.facts.calls[call]
    function = unit.facts.values[fact.function]
    if not isinstance(function, v.Attribute) or not fact.arguments:
        return
    value = fact.arguments[-1].value
    scope, place = unit.enclosing_function(fact.scope), unit.call_place(call)
    for registry, key in _entries(unit, function.of):
        yield scope, registry, key, value, place
    pair = unit.facts.values[value]
    if isinstance(pair, v.Sequence) and len(pair.items) == 2:
        yield scope, function.of, pair.items[0], pair.items[1], place
    elif isinstance(pair, v.Mapping) and function.name == "update":
        for entry in pair.entries:
            if entry.key != NOTHING:
                yield scope, function.of, entry.key, entry.value, place


def _entries(unit: Unit, value: int) -> Iterator[tuple[int, int]]:
    """(registry, key) where a value is what a registry holds under a key."""
    match unit.facts.values[value]:
        case v.Item(of=of, key=key):
            yield of, key
        case v.Result(call=call):
            fact = unit.facts.calls[call]
            function = unit.facts.values[fact.function]
            if isinstance(function, v.Attribute) and function.name in GETTERS and fact.arguments:
                yield function.of, fact.arguments[0].value
        case v.Local(bindings=bindings):
            for binding in bindings:
                bound = unit.facts.bindings[binding].value
                if bound != NOTHING and not isinstance(unit.facts.values[bound], v.Local):
                    yield from _entries(unit, bound)
        case _:
            return
