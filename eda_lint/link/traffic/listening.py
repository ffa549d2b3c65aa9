"""Receives whose channels are the keys of a registry that functions fill: `@listen("orders")` puts a handler into a
table, and somewhere a loop over the table consumes. Each handler's registration is an operation.

Registries by type of message are filled the same way (`@handles("OrderPlaced")`); `tables` gives them to `arms`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import addresses, message_types, registries
from eda_lint.link.traffic.chains import Hop
from eda_lint.link.traffic.declared import Declared
from eda_lint.link.traffic.dispatch import BUS_NAMES
from eda_lint.link.traffic.fillings import Filling, fillings, names
from eda_lint.link.traffic.lookups import COPIES
from eda_lint.link.traffic.registries import Listener
from eda_lint.link.traffic.slots import slots
from eda_lint.model import values as v
from eda_lint.model.facts import Function
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator
    from eda_lint.link.traffic.operations import Occurrence, Occurrences

STEPS = 12
"""Most values looked at from one argument."""


def declared(ev: Evaluator, occurrences: Occurrences) -> list[Declared]:
    """The receives of listeners in registries, with the call that consumes for them on the way."""
    found: list[Declared] = []
    for occurrence in occurrences.found:
        if occurrence.action != "receive" or occurrence.texts:
            continue
        hop = occurrence.chain[0]
        for filling in _keys_of(ev, hop):
            _ask(occurrences, filling)
            for one in registries.listeners(ev, filling, ""):
                found += _declare(ev, occurrence, one)
    handling = {hop.unit.path for o in occurrences.found if o.action == "receive" for hop in o.chain}
    handling |= {path for path, _, _ in ev.world.handed}
    for unit, registry in _called_tables(ev):
        if unit.path not in handling and BUS_NAMES.search(unit.name.rpartition(".")[2]) is None:
            continue  # observers of something else register the same way
        for filling in fillings(ev, slots(ev, unit, registry)):
            _ask(occurrences, filling)
    return found


def tables(ev: Evaluator, unit: Unit, registry: int) -> list[Listener]:
    """What functions put into a registry under texts."""
    return [one for f in fillings(ev, slots(ev, unit, registry)) for one in registries.listeners(ev, f, "handle")]


def _ask(occurrences: Occurrences, filling: Filling) -> None:
    """Other files may call, or decorate with, what fills a registry."""
    if filling.function:
        occurrences.relevant[filling.unit.path, filling.function] = None


def _declare(ev: Evaluator, occurrence: Occurrence, one: Listener) -> Iterator[Declared]:
    hop, reading = occurrence.chain[0], occurrence.readings[0]
    told = [a for a in addresses.of_knowns(ev, (one.key,)) if a.names_something]
    if told:
        occurrence.wrapper = True
        unit = ev.world.known_unit(one.handler.unit)
        wrappers = [*one.wrappers, (hop.unit.call_place(hop.call), hop.unit.symbol(hop.function))]
        listened = replace(reading, addresses=told, open_address=False, open_handler=False)
        yield Declared("receive", unit, one.handler.index, one.place, listened, wrappers)


def _keys_of(ev: Evaluator, hop: Hop) -> list[Filling]:
    """What fills the registry whose keys a call is given."""
    for argument in hop.unit.facts.calls[hop.call].arguments:
        registry = _listed(hop.unit, argument.value, spread=argument.star == 1)
        if registry is not None:
            found = fillings(ev, slots(ev, hop.unit, registry))
            if found:
                return found
    return []


def _listed(unit: Unit, value: int, *, spread: bool) -> int | None:
    """The mapping whose keys a value is, or is one of."""
    over = spread
    for _ in range(STEPS):
        if value == NOTHING:
            return None
        match unit.facts.values[value]:
            case v.Local(bindings=(binding,)) if _leads_on(unit, binding):
                value = unit.facts.bindings[binding].value
            case v.Element(of=of) | v.Starred(of=of):
                value, over = of, True
            case v.Item(of=of, key=key) if isinstance(unit.facts.values[key], v.Number):
                value = of
            case v.Sequence(items=(item,)):
                value = item
            case v.Result(call=call):
                fact = unit.facts.calls[call]
                function = unit.facts.values[fact.function]
                if isinstance(function, v.Attribute) and function.name in ("keys", "items"):
                    value, over = function.of, True
                elif unit.terminal(fact.function) in COPIES and fact.arguments:
                    value, over = fact.arguments[0].value, True
                else:
                    return None
            case v.Attribute() | v.Name() | v.Local():
                return value if over else None
            case _:
                return None
    return None


def _leads_on(unit: Unit, binding: int) -> bool:
    """Whether a name stands for an element or a copy, and is no registry itself."""
    value = unit.facts.bindings[binding].value
    return value != NOTHING and isinstance(unit.facts.values[value], v.Element | v.Item | v.Result | v.Sequence)


def files(ev: Evaluator) -> Iterator[str]:
    """Files of the tables that active units call something out of, where they are not active yet."""
    for unit in ev.world.active_units():
        for registry in _called_out_of(ev, unit):
            for _, owner, _ in slots(ev, unit, registry):
                path = owner if isinstance(owner, str) else getattr(owner, "unit", "")
                if path not in ev.world.active:
                    yield path


def _called_tables(ev: Evaluator) -> Iterator[tuple[Unit, int]]:
    """Registries filled by functions from which something is looked up and called."""
    filled = names(ev)
    for unit in ev.world.active_units() if filled else ():
        for registry in _called_out_of(ev, unit):
            if {unit.terminal(registry), unit.original_name(registry)} & filled:
                yield unit, registry


def _called_out_of(ev: Evaluator, unit: Unit) -> tuple[int, ...]:
    """The values from which a file looks something up that it calls, looked for once for all rounds."""
    key = f"{unit.path}#tables"
    found = ev.world.shapes.get(key)
    if found is None:
        bodies = [
            message_types.Body(unit, index, frozenset(), frozenset(), definition.body)
            for index, definition in enumerate(unit.facts.definitions)
            if isinstance(definition, Function)
        ]
        found = ev.world.shapes[key] = tuple({of: None for b in bodies for of, _ in message_types.lookups(b)})
    assert isinstance(found, tuple)
    return found
