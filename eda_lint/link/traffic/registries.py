"""Which handlers a registry holds, as the statements that fill it say.

What fills it may be a method (`bus.subscribe(OrderPlaced, bill)`), a decorator, a class scan or `__init_subclass__`:
each activation of the function that fills it is read with what it is given.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import taint
from eda_lint.link.evaluation.annotations import instances
from eda_lint.link.evaluation.attributes import attribute
from eda_lint.link.evaluation.classes import class_attribute
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.known import (
    ClassRef,
    Decorated,
    EnumMember,
    FunctionRef,
    Instance,
    Known,
    ListOf,
    Partial,
    Text,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import pairs
from eda_lint.link.traffic.activating import Activation, activations
from eda_lint.link.traffic.fillings import Filling
from eda_lint.model import values as v
from eda_lint.model.topology import Place
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


NESTED = 5
"""How deep lists, partials and wrappers of handlers are looked into."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A handler for a class of messages, or for those of a name, and where it was registered."""

    cls: ClassRef | None
    handler: FunctionRef
    place: Place
    wrappers: tuple[tuple[Place, str], ...] = ()
    name: str = ""


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
        for pair in (found_pairs := pairs.of(ev, filling.unit, filling.key, filling.value, one.frame)):
            if isinstance(pair.key, ClassRef):
                at = pair.place or place
                found += [Registration(pair.key, h, at, wrappers) for h in handlers(ev, pair.values, method)]
        if found_pairs:
            continue
        told = handlers(ev, ev.evaluate(filling.unit, filling.value, one.frame), method)
        if len(classes) > 1 and len(told) > 1:
            # Which of them belong together is not known.
            continue
        for handler in told:
            at = place
            if one.subclass is not None or (one.decorated and handler.receiver is not None):
                at = ev.world.known_unit(handler.unit).definition_place(handler.index)
            found += [Registration(cls, handler, at, wrappers) for cls in classes]
    return found


@dataclass(frozen=True, slots=True)
class Listener:
    """A handler under a text (a topic, a queue, a type), and where it was registered."""

    key: Known
    handler: FunctionRef
    place: Place
    wrappers: tuple[tuple[Place, str], ...] = ()


def listeners(ev: Evaluator, filling: Filling, method: str) -> list[Listener]:
    """The handlers that a statement registers under texts; of an object its `method` (`""`: the object is called)."""
    unit = filling.unit
    found: list[Listener] = []
    for one in activations(ev, unit, filling.function):
        keys = [k for k in ev.closed(ev.evaluate(unit, filling.key, one.frame)) if isinstance(k, Text | EnumMember)]
        place = one.place or filling.place
        wrappers = ((filling.place, unit.symbol(filling.function)),) if one.place is not None else ()
        for handler in handlers(ev, ev.evaluate(unit, filling.value, one.frame), method) if keys else ():
            found += [Listener(key, handler, place, wrappers) for key in keys]
    return list(dict.fromkeys(found))


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


def handlers(ev: Evaluator, knowns: Iterable[Known], method: str, depth: int = NESTED) -> list[FunctionRef]:
    """The functions of the code base that handlers are: of an object or class the method that is called."""
    found: dict[FunctionRef, None] = {}
    for known in ev.closed(tuple(knowns)) if depth else ():
        match known:
            case FunctionRef():
                meant = _through(ev, known, depth - 1)
                found.update({meant: None} if meant is not None else {})
            case Decorated(function=function):
                found[function] = None
            case Partial(function=ClassRef() as cls):
                # A provider, which makes an object of the class.
                made = ev.world.interned.of(Instance, cls, None)
                found.update(dict.fromkeys(_methods_of(ev, made, method or "__call__")))
            case Partial(function=function):
                found.update(dict.fromkeys(handlers(ev, (function,), method, depth - 1)))
            case ListOf(items=items):
                found.update(dict.fromkeys(handlers(ev, ev.force_all(items), method, depth - 1)))
            case Instance():
                found.update(dict.fromkeys(_methods_of(ev, known, method or "__call__")))
            case ClassRef():
                made = ev.world.interned.of(Instance, known, None)
                found.update(dict.fromkeys(_methods(ev, known, method, made) if method else ()))
            case _:
                continue
    return list(found)


def _methods_of(ev: Evaluator, instance: Instance, name: str) -> list[FunctionRef]:
    """A method of an object, or a function that it holds under a name (`subscription.callback`)."""
    found: dict[FunctionRef, None] = {}
    for known in ev.closed(tuple(attribute(ev, instance, name))):
        if isinstance(known, FunctionRef):
            found[known] = None
        elif isinstance(known, Decorated):
            found[known.function] = None
    return list(found)


def _methods(ev: Evaluator, cls: ClassRef, name: str, receiver: Known) -> list[FunctionRef]:
    return [k for k in class_attribute(ev, cls, name, receiver) if isinstance(k, FunctionRef)]


def _through(ev: Evaluator, function: FunctionRef, depth: int) -> FunctionRef | None:
    """The function that a lambda or a nested function hands its argument to: `lambda event: audit(event, store)` is
    `audit`, a wrapper is what it wraps; None for one that wraps nothing that is known."""
    unit = ev.world.known_unit(function.unit)
    fact = unit.function(function.index)
    outer = unit.enclosing_function(fact.parent)
    if fact.name != "<lambda>" and not (outer and function.frame is not None):
        return function
    own = {p.binding for p in fact.parameters}
    calls = [
        call
        for call in unit.body(function.index).calls
        if any(taint.mentions(unit, a.value, own) for a in unit.facts.calls[call].arguments)
        and (fact.name == "<lambda>" or _is_captured(unit, call, outer))
    ]
    inner = [k for call in calls for k in handlers(ev, ev.callee(unit, call, function.frame), "", depth)]
    if len(set(inner)) == 1:
        return inner[0]
    return None if calls and not inner and fact.name != "<lambda>" else function


def _is_captured(unit: Unit, call: int, outer: int) -> bool:
    """Whether what is called is a parameter of the function around."""
    shown = unit.facts.values[unit.facts.calls[call].function]
    given = {p.binding for p in unit.function(outer).parameters}
    bindings = shown.bindings if isinstance(shown, v.Local) else ()
    values = [unit.facts.values[unit.facts.bindings[b].value] for b in bindings if unit.facts.bindings[b].value >= 0]
    through = {b for value in values if isinstance(value, v.Local) for b in value.bindings}
    return bool(given & ({*bindings} | through))


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
