"""In-house buses that go by a field of the message: `handlers[event.event_type](event)`.

The field alone proves nothing: sockets, windows and command lines have tables of functions by text too. The value whose
field is looked up must be an object of a class of messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.known import ClassRef, DictOf, EnumMember, Instance, Known, Knowns, Symbol, Text
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import dispatch, payloads, registries
from eda_lint.link.traffic.fillings import Filling, fillings
from eda_lint.link.traffic.lookup_sites import Lookups
from eda_lint.link.traffic.lookups import Lookup, Search
from eda_lint.link.traffic.registries import Registration
from eda_lint.link.traffic.slots import Slot, slots
from eda_lint.model import values as v
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

FIELDS = frozenset({
    "event_type", "event_name", "message_type", "message_name", "command_type", "command_name", "type", "name", "kind",
    "topic", "EVENT_TYPE", "EVENT_NAME", "TYPE", "NAME",
})  # fmt: skip
"""Attributes, and methods without arguments, by which objects of messages tell their type."""


class ByField(Search):
    """Takes a type field of a value for a key, where `Search` takes its class."""

    def class_of(self, key: int) -> int | None:
        """The value whose type field a key is."""
        for _ in range(8):
            if key == NOTHING:
                return None
            match self._values[key]:
                case v.Attribute(of=of, name="value") if isinstance(self._values[of], v.Attribute | v.Local):
                    key = of
                case v.Attribute(of=of, name=name) if name in FIELDS:
                    return of if isinstance(self._values[of], v.Local | v.Attribute) else None
                case v.Result(call=call):
                    fact = self._unit.facts.calls[call]
                    function = self._values[fact.function]
                    if fact.arguments or not isinstance(function, v.Attribute) or function.name not in FIELDS:
                        return None
                    return function.of
                case v.Local(bindings=(binding, *_)):
                    if binding in self._classes:
                        return self._classes[binding]
                    key = self._unit.facts.bindings[binding].value
                case _:
                    return None
        return None


Found = tuple[Unit, int, Lookup, frozenset[ClassRef], frozenset[Slot]]


def dispatchers(ev: Evaluator) -> list[dispatch.Dispatcher]:
    """Calls that look a handler up by a field of a message, in active units."""
    found: list[Found] = []
    for unit, call, lookup in Lookups(ev, ByField):
        classes = _classes(ev, unit, lookup.subject)
        if classes:
            found.append((unit, call, lookup, classes, slots(ev, lookup.unit, lookup.registry)))
    filled = fillings(ev, frozenset(s for *_, of in found for s in of)) if found else []
    return [_dispatcher(ev, one, filled) for one in found]


def _classes(ev: Evaluator, unit: Unit, subject: int) -> frozenset[ClassRef]:
    """The classes of messages that a value is of."""
    if subject == NOTHING:
        return frozenset()
    known = ev.evaluate(unit, subject, None)
    typed = [k for one in known if isinstance(one, Symbol) for k in ev.typed(one)]
    found = {k.cls for k in (*ev.closed(known), *typed) if isinstance(k, Instance)}
    return frozenset(cls for cls in found if dispatch.is_message(ev, cls))


def _dispatcher(ev: Evaluator, found: Found, filled: list[Filling]) -> dispatch.Dispatcher:
    unit, call, lookup, classes, of = found
    mine = [f for f in filled if f.slots & of]
    known = ev.closed(ev.evaluate(lookup.unit, lookup.registry, None))
    told = [*_displayed(ev, known, lookup.method), *(r for f in mine for r in _registered(ev, f, lookup.method))]
    registered = [r for r in dict.fromkeys(told) if not dispatch.converts(ev, r)]
    return dispatch.Dispatcher(
        unit,
        call,
        classes,
        frozenset(dispatch.path_of(s) for s in of),
        dispatch.row_of(ev, unit, call, lookup.subject),
        tuple(registered),
        tuple(dict.fromkeys((f.unit, f.function) for f in mine if f.function)),
    )


def _registered(ev: Evaluator, filling: Filling, method: str) -> Iterator[Registration]:
    told = registries.listeners(ev, filling, method)
    for one in told:
        name = payloads.name_of(ev, one.key)
        same = {other.key for other in told if other.place == one.place}
        if name and (len(same) == 1 or len({other.handler for other in told if other.place == one.place}) == 1):
            yield Registration(None, one.handler, one.place, one.wrappers, name)


def _displayed(ev: Evaluator, found: Knowns, method: str) -> Iterator[Registration]:
    """The entries of the dict displays that make a registry."""
    for known in found:
        if not isinstance(known, DictOf) or known.origin is None:
            continue
        unit = ev.world.known_unit(known.origin[0])
        shown = unit.facts.values[known.origin[1]]
        for entry in shown.entries if isinstance(shown, v.Mapping) else ():
            keys = ev.evaluate(unit, entry.key, None) if entry.key != NOTHING else ()
            place = unit.place(unit.places.entries[entry.place])
            for name in filter(None, (_name(ev, key) for key in keys)):
                for handler in registries.handlers(ev, ev.evaluate(unit, entry.value, None), method):
                    yield Registration(None, handler, place, (), name)


def _name(ev: Evaluator, key: Known) -> str | None:
    return payloads.name_of(ev, key) if isinstance(key, Text | EnumMember) else None
