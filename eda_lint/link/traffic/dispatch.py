"""In-house buses: a dispatcher that looks a message's class up in a registry and calls what it finds.

Calls of the dispatcher are sends, entries of the registry are receives, both on an in-process channel of the
message's class. A method's name never makes a bus: only the look-up by class does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.catalog.tables import Callable, Source
from eda_lint.link.evaluation.known import (
    ClassRef,
    Decorated,
    DictOf,
    External,
    FunctionRef,
    Instance,
    Known,
    Knowns,
    ListOf,
    Partial,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic.addresses import Address
from eda_lint.link.traffic.declared import Declared
from eda_lint.link.traffic.readings import Reading
from eda_lint.model import values as v
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

LIBRARY = "in-process"
ROW = Callable(
    action="send", params=("message", "*rest", "**more"), roles={"payload": Source(param="message")}, kind="inproc"
)
LOOKUPS = frozenset({"get", "pop", "setdefault"})


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """A call of what a registry holds for the class of its argument."""

    unit: Unit
    call: int
    classes: frozenset[ClassRef]
    """The message classes in the registry; empty if it is not known (yet), or holds none."""
    origins: frozenset[str]
    """The files whose dict displays make the registry."""


def dispatchers(ev: Evaluator) -> list[Dispatcher]:
    """All dispatching calls of active units, in order."""
    found: list[Dispatcher] = []
    for unit in ev.world.active_units():
        for index, call in enumerate(unit.facts.calls):
            if not call.arguments or not isinstance(unit.facts.values[call.function], v.Local | v.Item | v.Result):
                continue
            registry = _registry(unit, call.function)
            if registry is not None:
                known = ev.closed(ev.evaluate(unit, registry, None))
                if not _holds_no_messages(ev, known):
                    found.append(Dispatcher(unit, index, *_message_classes(ev, known)))
    return found


def _registry(unit: Unit, value: int) -> int | None:
    """The value that is looked up by class to give what is called: `r[type(m)]`, `r.get(type(m))`, or an element."""
    for _ in range(8):
        match unit.facts.values[value]:
            case v.Local(bindings=bindings) if bindings:
                value = unit.facts.bindings[bindings[-1]].value
                if value == NOTHING:
                    return None
            case v.Element(of=of) | v.Awaited(of=of):
                value = of
            case v.Either(operands=operands):
                value = operands[0]
            case v.Item(of=of, key=key):
                return of if _is_class_of(unit, key) else None
            case v.Result(call=call):
                fact = unit.facts.calls[call]
                function = unit.facts.values[fact.function]
                if isinstance(function, v.Attribute) and function.name in LOOKUPS and fact.arguments:
                    return function.of if _is_class_of(unit, fact.arguments[0].value) else None
                return None
            case _:
                return None
    return None


def _is_class_of(unit: Unit, key: int) -> bool:
    """`type(message)`, `message.__class__`, or a name bound to one; also their `__name__`."""
    for _ in range(4):
        match unit.facts.values[key]:
            case v.Result(call=call):
                return (
                    unit.terminal(unit.facts.calls[call].function) == "type"
                    and len(unit.facts.calls[call].arguments) == 1
                )
            case v.Attribute(name="__class__"):
                return True
            case v.Attribute(of=of, name="__name__" | "__qualname__"):
                key = of
            case v.Local(bindings=(binding, *_)):
                key = unit.facts.bindings[binding].value
                if key == NOTHING:
                    return False
            case _:
                return False
    return False


def _holds_no_messages(ev: Evaluator, registries: Knowns) -> bool:
    """Whether the classes in a registry are known, and none is of messages: a table of conversions
    (`{list: wrap_list, dict: wrap_dict}`) or of syntax nodes. One that is empty may be filled elsewhere."""
    keys = [k for known in registries if isinstance(known, DictOf) for k, _ in known.entries]
    others = [k for k in keys if not isinstance(k, External)]
    return bool(keys) and all(isinstance(k, ClassRef) and not is_message(ev, k) for k in others)


def _message_classes(ev: Evaluator, registries: Knowns) -> tuple[frozenset[ClassRef], frozenset[str]]:
    found: set[ClassRef] = set()
    origins: set[str] = set()
    for known in registries:
        if isinstance(known, DictOf):
            found.update(k for k, _ in known.entries if isinstance(k, ClassRef) and is_message(ev, k))
            if known.origin is not None:
                origins.add(known.origin[0])
    return frozenset(found), frozenset(origins)


MESSAGE_NAMES = re.compile(r"(Event|Command|Message|Query|Notification|Request|Task|Job)s?$")
MESSAGE_MODULES = frozenset(
    {"events", "event", "commands", "command", "messages", "message", "queries", "notifications"}
)


def is_message(ev: Evaluator, cls: ClassRef) -> bool:
    """Whether a class is one of messages: it, a base or its module says so. A visitor's registry of syntax nodes
    looks the same, and is no bus."""
    if set(ev.world.known_unit(cls.unit).name.split(".")) & MESSAGE_MODULES:
        return True
    for base in ev.mro(cls):
        name = (
            ev.world.class_fact(base).name
            if isinstance(base, ClassRef)
            else getattr(base, "path", "").rpartition(".")[2]
        )
        if MESSAGE_NAMES.search(name):
            return True
    return False


# ------------------------------------------------------------------------------------------- operations


def registrations(ev: Evaluator, found: list[Dispatcher]) -> list[Declared]:
    """The receives of in-house buses: entries of dict displays that map their message classes to functions; and
    the sends that put a message object into a list that a bus collects."""
    classes = frozenset(c for d in found for c in d.classes)
    if not classes:
        return []
    told: list[Declared] = []
    for unit in ev.world.active_units():
        for value in unit.facts.values:
            if isinstance(value, v.Mapping):
                told.extend(_entries(ev, unit, value, classes))
        for name in ("append", "add"):
            for call in unit.calls_by_name.get(name, ()):
                told.extend(_collected(ev, unit, call, classes))
    return told


def _entries(ev: Evaluator, unit: Unit, mapping: v.Mapping, classes: frozenset[ClassRef]) -> list[Declared]:
    told: list[Declared] = []
    for entry in mapping.entries:
        if entry.key == NOTHING or not isinstance(unit.facts.values[entry.key], v.Attribute | v.Name | v.Local):
            continue
        keys = [k for k in ev.evaluate(unit, entry.key, None) if isinstance(k, ClassRef) and k in classes]
        if not keys:
            continue
        place = unit.place(unit.places.entries[entry.place])
        for handler in _functions(ev, ev.evaluate(unit, entry.value, None)):
            other = ev.world.known_unit(handler.unit)
            told.append(Declared("receive", other, handler.index, place, _reading(ev, keys[0])))
    return told


def _functions(ev: Evaluator, knowns: tuple[Known, ...]) -> list[FunctionRef]:
    found: list[FunctionRef] = []
    for known in knowns:
        match known:
            case FunctionRef():
                found.append(known)
            case Decorated(function=function):
                found.append(function)
            case Partial(function=FunctionRef() as function):
                found.append(function)
            case ListOf(items=items):
                found.extend(_functions(ev, ev.force_all(items)))
            case _:
                continue
    return found


def _collected(ev: Evaluator, unit: Unit, call: int, classes: frozenset[ClassRef]) -> list[Declared]:
    """`self.events.append(OrderPlaced(…))`: a message of the bus, kept for whoever collects the list."""
    fact = unit.facts.calls[call]
    function = unit.facts.values[fact.function]
    if not isinstance(function, v.Attribute) or not isinstance(unit.facts.values[function.of], v.Attribute):
        return []
    if len(fact.arguments) != 1:
        return []
    scope = unit.enclosing_function(fact.scope)
    return [
        Declared("send", unit, scope, unit.call_place(call), _reading(ev, known.cls))
        for known in ev.evaluate(unit, fact.arguments[0].value, None)
        if isinstance(known, Instance) and known.cls in classes
    ]


def _reading(ev: Evaluator, cls: ClassRef) -> Reading:
    name = ev.world.class_fact(cls).name
    return Reading(
        ROW, LIBRARY, "inproc", "inproc", [in_process()], [name], "class", (), (), None, "unknown", None, None
    )


def in_process() -> Address:
    """The address of an in-process channel: it has none but the message's class."""
    return Address(None, reason="delivered inside the process, by the message's class", reason_code="in-process")
