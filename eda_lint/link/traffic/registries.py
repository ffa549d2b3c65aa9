"""Registries of handlers: where a mapping from message classes to handlers lives, and what puts handlers into it.

A registry is known by its slot: an attribute of a class, a name of a module, or a local that functions share. What
fills it may be a method (`bus.subscribe(OrderPlaced, bill)`), a decorator, a class scan or `__init_subclass__`: each
activation of the function that fills it is read with what it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import taint
from eda_lint.link.evaluation.annotations import instances
from eda_lint.link.evaluation.classes import class_attribute
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.known import (
    ClassRef,
    Decorated,
    FunctionRef,
    Instance,
    Known,
    ListOf,
    ModuleRef,
    Partial,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic.activating import Activation, activations
from eda_lint.link.traffic.lookups import GETTERS
from eda_lint.model import values as v
from eda_lint.model.facts import Write
from eda_lint.model.topology import Place
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

Slot = tuple[str, object, str]
"""(`attribute`, class, name), (`global`, path, name) or (`local`, path, binding as text)."""
FILLERS = frozenset({"append", "add", "insert", "appendleft", "extend", "update"})
"""Methods that put something into what a registry holds for a class."""
HOPS = 4
"""Most imports that a global is followed through."""


@dataclass(frozen=True, slots=True)
class Filling:
    """A statement that puts a handler into a registry under a class."""

    unit: Unit
    function: int
    slots: frozenset[Slot]
    key: int
    value: int
    place: Place


@dataclass(frozen=True, slots=True)
class Registration:
    """A handler for a class of messages, and where it was registered."""

    cls: ClassRef
    handler: FunctionRef
    place: Place
    wrappers: tuple[tuple[Place, str], ...] = ()


# -------------------------------------------------------------------------------------------------- slots


def slots(ev: Evaluator, unit: Unit, value: int) -> frozenset[Slot]:
    """Where a mapping lives."""
    return frozenset(_slots(ev, unit, value, HOPS))


def _slots(ev: Evaluator, unit: Unit, value: int, hops: int) -> Iterator[Slot]:
    match unit.facts.values[value]:
        case v.Attribute(of=of, name=name):
            for known in ev.closed(ev.evaluate(unit, of, None)):
                match known:
                    case Instance(cls=cls) | (ClassRef() as cls):
                        yield ("attribute", holder(ev, cls, name), name)
                    case ModuleRef(path=path):
                        yield from _global(ev, path, name, hops)
                    case _:
                        continue
        case v.Name(name=name):
            yield from _global(ev, unit.path, name, hops)
        case v.Local(bindings=bindings):
            for binding in bindings:
                bound = unit.facts.bindings[binding].value
                shown = unit.facts.values[bound] if bound != NOTHING else None
                if isinstance(shown, v.Imported):
                    yield from _imported(ev, unit, shown, hops)
                elif isinstance(shown, v.Attribute | v.Name | v.Local) and hops:
                    yield from _slots(ev, unit, bound, hops - 1)
                elif isinstance(shown, v.Mapping | v.Result | v.Sequence):
                    yield ("local", unit.path, str(binding))
        case _:
            return


def _global(ev: Evaluator, path: str, name: str, hops: int) -> Iterator[Slot]:
    unit = ev.world.unit(path)
    if unit is None:
        return
    bindings = unit.globals.get(name, ())
    imports = [
        shown
        for b in bindings
        if unit.facts.bindings[b].value != NOTHING
        and isinstance(shown := unit.facts.values[unit.facts.bindings[b].value], v.Imported)
    ]
    if not imports:
        yield ("global", path, name)
    for shown in imports:
        yield from _imported(ev, unit, shown, hops)


def _imported(ev: Evaluator, unit: Unit, shown: v.Imported, hops: int) -> Iterator[Slot]:
    sources = ev.world.sources
    path = (
        sources.relative(shown.module, shown.level, unit.path)
        if shown.level
        else sources.module(shown.module, unit.path)
    )
    if path is not None and shown.name and hops:
        yield from _global(ev, path, shown.name, hops - 1)


def holder(ev: Evaluator, cls: ClassRef, name: str) -> ClassRef:
    """The class, of this one and its bases, that first has an attribute; this one if none says."""
    found = cls
    for base in ev.mro(cls):
        if isinstance(base, ClassRef):
            unit = ev.world.known_unit(base.unit)
            if name in unit.members.get(base.index, {}) or name in unit.self_writes.get(base.index, {}):
                found = base
    return found


# ----------------------------------------------------------------------------------------------- fillings


def fillings(ev: Evaluator, wanted: frozenset[Slot]) -> list[Filling]:
    """All statements of active units that fill registries in these slots, in order."""
    names = {name for kind, _, name in wanted if kind != "local"}
    found: list[Filling] = []
    for unit in ev.world.active_units():
        for function, x, key, value, place in _statements(unit):
            shown = unit.facts.values[x]
            named = isinstance(shown, v.Local) or {unit.terminal(x), unit.original_name(x)} & names
            into = slots(ev, unit, x) & wanted if named else frozenset()
            if into:
                found.append(Filling(unit, function, into, key, value, place))
    return found


Statement = tuple[int, int, int, int, Place]
"""(function, registry, key, value, place)"""


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
    if isinstance(target, v.Item):
        yield function, target.of, target.key, write.value, place
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


# ------------------------------------------------------------------------------------------ registrations


def registered(ev: Evaluator, filling: Filling, method: str) -> list[Registration]:
    """The handlers that a statement registers; of an object its `method` (`""`: the object is called)."""
    scanned = _scan(ev, filling, method)
    if scanned:
        return scanned
    found: list[Registration] = []
    for one in activations(ev, filling.unit, filling.function):
        classes = _classes(ev, filling, one)
        if not classes:
            continue
        place = one.place or filling.place
        wrappers = ((filling.place, filling.unit.symbol(filling.function)),) if one.place is not None else ()
        for handler in handlers(ev, ev.evaluate(filling.unit, filling.value, one.frame), method):
            at = place
            if one.subclass is not None or (one.decorated and handler.receiver is not None):
                at = ev.world.known_unit(handler.unit).definition_place(handler.index)
            found += [Registration(cls, handler, at, wrappers) for cls in classes]
    return found


def _classes(ev: Evaluator, filling: Filling, one: Activation) -> list[ClassRef]:
    """The classes that a key is, in one activation; where it is read off the handler, what that is annotated with."""
    key = filling.key
    shown = filling.unit.facts.values[key]
    if isinstance(shown, v.Attribute) and shown.name in ("__name__", "__qualname__"):
        key = shown.of
    found = [k for k in ev.closed(ev.evaluate(filling.unit, key, one.frame)) if isinstance(k, ClassRef)]
    return found or _annotated(ev, filling, one.frame)


def _annotated(ev: Evaluator, filling: Filling, frame: Frame | None) -> list[ClassRef]:
    """What the first parameter of the handler is annotated with, where the key is computed from the handler."""
    unit = filling.unit
    shown = unit.facts.values[filling.value]
    if not isinstance(shown, v.Local):
        return []
    bindings = taint.derived(unit, filling.function, shown.bindings)
    if not taint.mentions(unit, filling.key, bindings):
        return []
    return [
        cls
        for handler in handlers(ev, ev.evaluate(unit, filling.value, frame), "handle")
        for cls in parameter_classes(ev, handler)
    ]


def parameter_classes(ev: Evaluator, handler: FunctionRef) -> list[ClassRef]:
    """The classes that the first parameter of a handler, `self` apart, is annotated with."""
    unit = ev.world.known_unit(handler.unit)
    skip = 1 if ev.is_method(unit, handler.index) else 0
    for parameter in unit.function(handler.index).parameters[skip : skip + 1]:
        if parameter.annotation != NOTHING:
            told = instances(ev, unit, parameter.annotation, None)
            return [k.cls for k in told if isinstance(k, Instance)]
    return []


def handlers(ev: Evaluator, knowns: Iterable[Known], method: str) -> list[FunctionRef]:
    """The functions of the code base that handlers are: of an object or class the method that is called."""
    found: dict[FunctionRef, None] = {}
    for known in ev.closed(tuple(knowns)):
        match known:
            case FunctionRef():
                found[_through(ev, known)] = None
            case Decorated(function=function):
                found[function] = None
            case Partial(function=function):
                found.update(dict.fromkeys(handlers(ev, (function,), method)))
            case ListOf(items=items):
                found.update(dict.fromkeys(handlers(ev, ev.force_all(items), method)))
            case Instance(cls=cls):
                found.update(dict.fromkeys(_methods(ev, cls, method or "__call__", known)))
            case ClassRef():
                made = ev.world.interned.of(Instance, known, None)
                found.update(dict.fromkeys(_methods(ev, known, method, made) if method else ()))
            case _:
                continue
    return list(found)


def _methods(ev: Evaluator, cls: ClassRef, name: str, receiver: Known) -> list[FunctionRef]:
    return [k for k in class_attribute(ev, cls, name, receiver) if isinstance(k, FunctionRef)]


def _through(ev: Evaluator, function: FunctionRef) -> FunctionRef:
    """The function that a lambda hands its argument to: `lambda event: audit(event, store)` is `audit`."""
    unit = ev.world.known_unit(function.unit)
    fact = unit.function(function.index)
    returns = unit.body(function.index).returns
    if fact.name != "<lambda>" or len(returns) != 1 or not fact.parameters:
        return function
    shown = unit.facts.values[returns[0]]
    while isinstance(shown, v.Awaited):
        shown = unit.facts.values[shown.of]
    if not isinstance(shown, v.Result):
        return function
    own = {p.binding for p in fact.parameters}
    if not any(taint.mentions(unit, a.value, own) for a in unit.facts.calls[shown.call].arguments):
        return function
    called = [k for k in ev.callee(unit, shown.call, function.frame) if isinstance(k, FunctionRef)]
    return called[0] if len(called) == 1 else function


# -------------------------------------------------------------------------------------------------- scans


def _scan(ev: Evaluator, filling: Filling, method: str) -> list[Registration]:
    """Handler classes found by `Base.__subclasses__()`: each with the class that its attribute names."""
    base, element = _scanned(ev, filling)
    if base is None:
        return []
    found: list[Registration] = []
    for sub in ev.callers.subclasses(base):
        for handler in _methods(ev, sub, method or "__call__", ev.world.interned.of(Instance, sub, None)):
            place = ev.world.known_unit(handler.unit).definition_place(handler.index)
            classes = _scan_classes(ev, filling, element, sub, handler)
            found += [Registration(cls, handler, place) for cls in classes]
    return found


def _scan_classes(ev: Evaluator, filling: Filling, element: int, sub: ClassRef, handler: FunctionRef) -> list[ClassRef]:
    key = filling.unit.facts.values[filling.key]
    if isinstance(key, v.Attribute) and _is(filling.unit, key.of, element):
        return [k for k in class_attribute(ev, sub, key.name, sub) if isinstance(k, ClassRef)]
    return parameter_classes(ev, handler)


def _is(unit: Unit, value: int, element: int) -> bool:
    shown = unit.facts.values[value]
    return value == element or (
        isinstance(shown, v.Local) and any(unit.facts.bindings[b].value == element for b in shown.bindings)
    )


def scanned_base(ev: Evaluator, filling: Filling) -> ClassRef | None:
    """The class below which a statement looks for handler classes."""
    return _scanned(ev, filling)[0]


def _scanned(ev: Evaluator, filling: Filling) -> tuple[ClassRef | None, int]:
    base, element = _scanned_base(ev, filling.unit, filling.key)
    return (base, element) if base is not None else _scanned_base(ev, filling.unit, filling.value)


def _scanned_base(ev: Evaluator, unit: Unit, value: int) -> tuple[ClassRef | None, int]:
    """(base, the loop's element) of a value that is made of an element of a base's subclasses."""
    stack, seen = [value], set[int]()
    while stack and len(seen) < 20:
        current = stack.pop()
        if current == NOTHING or current in seen:
            continue
        seen.add(current)
        shown = unit.facts.values[current]
        if isinstance(shown, v.Element):
            base = _subclasses_of(ev, unit, shown.of)
            if base is not None:
                return base, current
        if isinstance(shown, v.Local):
            stack.extend(unit.facts.bindings[b].value for b in shown.bindings)
        elif isinstance(shown, v.Attribute):
            stack.append(shown.of)
        elif isinstance(shown, v.Result):
            stack.append(unit.facts.calls[shown.call].function)
    return None, NOTHING


def _subclasses_of(ev: Evaluator, unit: Unit, value: int) -> ClassRef | None:
    shown = unit.facts.values[value]
    if not isinstance(shown, v.Result) or "subclasses" not in unit.terminal(value):
        return None
    fact = unit.facts.calls[shown.call]
    function = unit.facts.values[fact.function]
    of = fact.arguments[0].value if fact.arguments else function.of if isinstance(function, v.Attribute) else NOTHING
    return next((k for k in ev.evaluate(unit, of, None) if isinstance(k, ClassRef)), None) if of != NOTHING else None
