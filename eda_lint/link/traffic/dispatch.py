"""In-house buses: a dispatcher that looks a message's class up in a registry and calls what it finds.

Calls of the dispatcher are sends, what fills the registry are receives, both on an in-process channel of the
message's class. A method's name never makes a bus: only the look-up by class does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.catalog.tables import Callable, Source
from eda_lint.link.evaluation.known import ClassRef, Decorated, DictOf, External, FunctionRef, Known, Knowns, Text
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import recorded, registries
from eda_lint.link.traffic.addresses import Address
from eda_lint.link.traffic.declared import Declared
from eda_lint.link.traffic.fillings import Filling
from eda_lint.link.traffic.fillings import fillings as fillings_of
from eda_lint.link.traffic.lookup_sites import Lookups
from eda_lint.link.traffic.lookups import Lookup, is_same
from eda_lint.link.traffic.readings import Reading
from eda_lint.link.traffic.registries import Registration
from eda_lint.link.traffic.slots import Slot
from eda_lint.link.traffic.slots import slots as slots_of
from eda_lint.model import values as v
from eda_lint.model.facts import Class
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

LIBRARY = "in-process"
ROW = Callable(
    action="send", params=("message", "*rest", "**more"), roles={"payload": Source(param="message")}, kind="inproc"
)


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """A call of what a registry holds for the class of its argument."""

    unit: Unit
    call: int
    classes: frozenset[ClassRef]
    """The message classes in the registry; empty if it is not known (yet), or holds none."""
    origins: frozenset[str]
    """The files that the registry, or the base of the classes that are scanned for it, stands in."""
    row: Callable = ROW
    """What the call means: which of its arguments is the message."""
    registered: tuple[Registration, ...] = ()
    """The handlers in the registry; without any it is no bus."""
    registrars: tuple[tuple[Unit, int], ...] = ()
    """The functions that fill the registry."""
    bases: tuple[ClassRef, ...] = ()
    """The classes below which handlers are looked for."""
    likely: bool = True
    """It holds message classes or handlers of them, or what it is called says that it may come to hold some."""


Found = tuple[Unit, int, Lookup, Knowns, frozenset[Slot]]
"""(unit, call, what it looks up, what the registry is known to be, where it lives)"""


def dispatchers(ev: Evaluator) -> list[Dispatcher]:
    """All dispatching calls of active units, in order."""
    found: list[Found] = []
    for unit, call, lookup in Lookups(ev):
        known = ev.closed(ev.evaluate(lookup.unit, lookup.registry, None))
        slots = slots_of(ev, lookup.unit, lookup.registry)
        found.append((unit, call, lookup, known, slots))
    from eda_lint.link.traffic import named_buses

    names = _message_names(ev) if found else {}
    fillings = fillings_of(ev, frozenset(s for *_, slots in found for s in slots)) if found else []
    by_class = [_dispatcher(ev, one, fillings, names) for one in found if not _holds_no_messages(ev, one)]
    return [*by_class, *named_buses.dispatchers(ev)]


def _dispatcher(
    ev: Evaluator,
    found: Found,
    fillings: list[Filling],
    names: dict[str, ClassRef],
) -> Dispatcher:
    unit, call, lookup, known, slots = found
    mine = [f for f in fillings if f.slots & slots]
    registered = [r for f in mine for r in registries.registered(ev, f, lookup.method)]
    named = _is_named(unit, lookup)
    classes, origins = _message_classes(ev, known, names, named)
    displayed = _displayed(ev, known, classes, lookup.method, names)
    told = [
        r
        for r in dict.fromkeys((*displayed, *registered))
        if r.cls is not None and _taken(ev, r.cls, named) and not converts(ev, r)
    ]
    bases = [b for f in mine if (b := registries.scanned_base(ev, f)) is not None]
    return Dispatcher(
        unit,
        call,
        classes | {r.cls for r in told if r.cls is not None},
        origins | {path_of(s) for s in slots} | {b.unit for b in bases},
        row_of(ev, unit, call, lookup.subject),
        tuple(told),
        tuple(dict.fromkeys((f.unit, f.function) for f in mine if f.function)),
        tuple(dict.fromkeys(bases)),
        bool(told or classes or named) or _speaks_of_messages(unit, call),
    )


def _speaks_of_messages(unit: Unit, call: int) -> bool:
    """Whether the file, class or function that a call stands in is called as buses and what they carry are."""
    function = unit.enclosing_function(unit.facts.calls[call].scope)
    return BUS_NAMES.search(f"{unit.name} {unit.qualified(function) if function else ''}") is not None


def path_of(slot: Slot) -> str:
    """The file that a registry lives in."""
    _, owner, _ = slot
    return owner.unit if isinstance(owner, ClassRef) else str(owner)


def row_of(ev: Evaluator, unit: Unit, call: int, subject: int) -> Callable:
    """The meaning of a dispatching call: the argument whose class was looked up is the message."""
    if subject == NOTHING:
        return ROW
    given = ev.arguments(unit, call, None)
    for position, thunk in enumerate(given.positional):
        if thunk.unit == unit.path and is_same(unit, thunk.value, subject):
            before = tuple(f"before{i}" for i in range(position))
            return _sends((*before, "message", "*rest", "**more"), "message")
    for name, thunk in given.keywords.items():
        if thunk.unit == unit.path and is_same(unit, thunk.value, subject):
            return _sends(("*rest", "**more"), "more", name)
    return ROW


def _sends(params: tuple[str, ...], param: str, key: str = "") -> Callable:
    source = Source(param=param, key=(key,) if key else ())
    return Callable(action="send", params=params, roles={"payload": source}, kind="inproc")


def _is_named(unit: Unit, lookup: Lookup) -> bool:
    """Whether the value whose class is looked up is called what messages are called."""
    return lookup.subject != NOTHING and MESSAGE_VARIABLES.search(unit.terminal(lookup.subject)) is not None


def _taken(ev: Evaluator, cls: ClassRef, named: bool) -> bool:
    """Whether a class in a registry is one of messages: by its own name, or by that of the variables that hold it."""
    if is_message(ev, cls):
        return True
    bases = {base.path.rpartition(".")[2] for base in ev.mro(cls) if isinstance(base, External)}
    return named and not any(name.endswith(("Exception", "Error")) for name in bases)


def _holds_no_messages(ev: Evaluator, one: Found) -> bool:
    """Whether the classes in a registry are known, and none is of messages: a table of conversions
    (`{list: wrap_list, dict: wrap_dict}`) or of syntax nodes. One that is empty may be filled elsewhere."""
    unit, _, lookup, found, _ = one
    named = _is_named(unit, lookup)
    keys = [k for known in found if isinstance(known, DictOf) for k, _ in known.entries]
    others = [k for k in keys if not isinstance(k, External | Text)]
    return bool(keys) and bool(others) and all(isinstance(k, ClassRef) and not _taken(ev, k, named) for k in others)


def _message_classes(
    ev: Evaluator, found: Knowns, names: dict[str, ClassRef], named: bool
) -> tuple[frozenset[ClassRef], frozenset[str]]:
    classes: set[ClassRef] = set()
    origins: set[str] = set()
    for known in found:
        if isinstance(known, DictOf):
            for key, _ in known.entries:
                cls = _class_of_key(key, names)
                if cls is not None and _taken(ev, cls, named):
                    classes.add(cls)
            if known.origin is not None:
                origins.add(known.origin[0])
    return frozenset(classes), frozenset(origins)


def _class_of_key(key: object, names: dict[str, ClassRef]) -> ClassRef | None:
    if isinstance(key, ClassRef):
        return key
    return names.get(key.literal or "") if isinstance(key, Text) else None


def _message_names(ev: Evaluator) -> dict[str, ClassRef]:
    """Classes of messages in active units by name, for registries that name them."""
    found: dict[str, ClassRef] = {}
    for unit in ev.world.active_units():
        for index, definition in enumerate(unit.facts.definitions):
            if isinstance(definition, Class) and definition.name not in found:
                found[definition.name] = ev.world.class_ref(unit, index)
    return found


MESSAGE_NAMES = re.compile(r"(Event|Command|Message|Query|Notification|Request|Task|Job|Evento|Comando)(s|Base)?$")
MESSAGE_MODULES = re.compile(r"(^|_)(events?|commands?|messages?|queries|notifications|eventos|comandos)$")
MESSAGE_VARIABLES = re.compile(r"(^|_)(event|evt|command|cmd|message|query|notification|evento|comando)$")
"""Names of variables that hold messages: what is looked up by the class of such a one is a handler of messages."""
BUS_NAMES = re.compile(
    r"bus|dispatch|mediator|event|evt|message|command|quer(y|ies)|notif|publish|subscri|signal|listener|emit|broker"
    r"|handle|worker|saga|policy|projection|notice|evento|comando",
    re.IGNORECASE,
)
"""Parts of the names of buses and of what they carry."""
CONVERTERS = re.compile(
    r"^_*(to|from|as|serialize|deserialize|convert|encode|decode|parse|format|render|dump|load|translate|transform)_"
)
"""Functions that make another form of a message are no handlers of it."""


def is_message(ev: Evaluator, cls: ClassRef) -> bool:
    """Whether a class is one of messages: it, a base or its module says so. A visitor's registry of syntax nodes
    looks the same, and is no bus."""
    if any(MESSAGE_MODULES.search(part) for part in ev.world.known_unit(cls.unit).name.split(".")):
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


def leads_to_bus(ev: Evaluator, callee: Known, depth: int = 2) -> bool:
    """Whether calling something ends in the look-up of an in-house bus."""
    function = callee.function if isinstance(callee, Decorated) else callee
    if not isinstance(function, FunctionRef):
        return False
    unit = ev.world.known_unit(function.unit)
    calls = unit.body(function.index).calls
    if any((unit.path, call) in ev.world.dispatching for call in calls):
        return True
    return depth > 0 and any(leads_to_bus(ev, k, depth - 1) for call in calls for k in ev.callee(unit, call, None))


def converts(ev: Evaluator, one: Registration) -> bool:
    """Whether what is registered only makes another form of a message."""
    return CONVERTERS.match(ev.world.known_unit(one.handler.unit).function(one.handler.index).name) is not None


# --------------------------------------------------------------------------------------------- displays


def _displayed(
    ev: Evaluator, found: Knowns, classes: frozenset[ClassRef], method: str, names: dict[str, ClassRef]
) -> Iterator[Registration]:
    """The entries of the dict displays that make a registry; where those are not seen, of all that map its classes."""
    origins = [known.origin for known in found if isinstance(known, DictOf)]
    direct = {o for o in origins if o is not None and _is_display(ev, o)}
    everywhere = len(direct) < len(origins)
    for unit in ev.world.active_units() if classes else ():
        for index, value in enumerate(unit.facts.values):
            if isinstance(value, v.Mapping) and (everywhere or (unit.path, index) in direct or _spread(value)):
                yield from _entries(ev, unit, value, classes, method, names)


def _spread(value: v.Mapping) -> bool:
    return any(entry.key == NOTHING for entry in value.entries)


def _is_display(ev: Evaluator, origin: tuple[str, int]) -> bool:
    value = ev.world.known_unit(origin[0]).facts.values[origin[1]]
    return isinstance(value, v.Mapping) and not _spread(value)


def _entries(
    ev: Evaluator,
    unit: Unit,
    mapping: v.Mapping,
    classes: frozenset[ClassRef],
    method: str,
    names: dict[str, ClassRef],
) -> Iterator[Registration]:
    for entry in mapping.entries:
        shown = unit.facts.values[entry.key] if entry.key != NOTHING else None
        if not isinstance(shown, v.Attribute | v.Name | v.Local | v.Text):
            continue
        keys = [_class_of_key(k, names) for k in ev.evaluate(unit, entry.key, None)]
        place = unit.place(unit.places.entries[entry.place])
        for key in keys:
            if key is not None and key in classes:
                for handler in registries.handlers(ev, ev.evaluate(unit, entry.value, None), method):
                    yield Registration(key, handler, place)


# ------------------------------------------------------------------------------------------- operations


def registrations(ev: Evaluator, found: list[Dispatcher]) -> list[Declared]:
    """The receives of in-house buses, one for each handler of each class; and the sends that put a message object
    into a list that a bus collects."""
    classes = frozenset(r.cls for d in found for r in d.registered if r.cls is not None)
    told: list[Declared] = []
    for one in dict.fromkeys(r for d in found for r in d.registered):
        unit = ev.world.known_unit(one.handler.unit)
        reading = _reading(one.name or (ev.world.class_fact(one.cls).name if one.cls is not None else ""))
        told.append(Declared("receive", unit, one.handler.index, one.place, reading, list(one.wrappers)))
    for sent in recorded.recorded(ev, classes):
        reading = _reading(ev.world.class_fact(sent.cls).name)
        told.append(Declared("send", sent.unit, sent.function, sent.place, reading, list(sent.wrappers)))
    return told


def _reading(name: str) -> Reading:
    return Reading(
        ROW, LIBRARY, "inproc", "inproc", [in_process()], [name], "class", (), (), None, "unknown", None, None
    )


def in_process() -> Address:
    """The address of an in-process channel: it has none but the message's class."""
    return Address(None, reason="delivered inside the process, by the message's class", reason_code="in-process")
