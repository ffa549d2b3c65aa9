"""The activations of a function as the code base calls it: for each object whose method it is, with what its callers
hand in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.instances import method_frame
from eda_lint.link.evaluation.known import FunctionRef, Instance, Known
from eda_lint.link.evaluation.units import Unit

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

RECEIVERS = 24
"""Most objects for which one method is looked at."""
CALLERS = 12
"""Most calls of one function that are looked at for what they hand in."""
DEPTH = 3
"""How far up the callers of a function are followed."""


def frames(ev: Evaluator, unit: Unit, function: int, depth: int = DEPTH) -> list[Frame | None]:
    """The activations of a function, at least one; None for one of which nothing is known."""
    found: dict[Frame | None, None] = {}
    if unit.enclosing_class(function) is None:
        found.update(dict.fromkeys(_called(ev, unit, function, None, depth)))
    for instance in receivers(ev, unit, function):
        found.update(dict.fromkeys(_of_object(ev, unit, function, instance, depth)))
    return list(found)[:RECEIVERS] or [None]


def receivers(ev: Evaluator, unit: Unit, function: int) -> list[Instance]:
    """The objects whose method a function is, or is nested in: of its class and those below, as they are made in
    the code base. A class that has others below it and is never made itself is left out: it is abstract."""
    owner = unit.enclosing_class(function)
    if owner is None:
        return []
    of = ev.world.interned.of
    cls = ev.world.class_ref(unit, owner)
    found: list[Instance] = []
    for one in (cls, *ev.callers.subclasses(cls)):
        sites = [ev.world.site(u.path, call, None) for u, call in ev.callers.constructed_at(one)]
        if sites:
            found += [of(Instance, one, site) for site in sites]
        elif one is not cls and not ev.callers.subclasses(one):
            found.append(of(Instance, one, None))
    return found[:RECEIVERS]


def _of_object(ev: Evaluator, unit: Unit, function: int, instance: Instance, depth: int) -> list[Frame]:
    """The activations of a method of one object: by its callers, else with the object alone."""
    outer = function
    while unit.owner_class(outer) is None and outer > 0:
        outer = unit.facts.definitions[outer].parent
    if outer <= 0:
        return []
    if len(unit.function(outer).parameters) > 1 and depth:
        found = list(dict.fromkeys(_called(ev, unit, outer, instance, depth)))
        if found:
            return found
    owner = unit.owner_class(outer)
    assert owner is not None
    frame = method_frame(ev, instance, ev.world.class_ref(unit, owner), unit, outer)
    return [frame or ev.world.frame(unit.path, outer, {}, instance, None, None)]


def _called(ev: Evaluator, unit: Unit, function: int, instance: Instance | None, depth: int) -> Iterator[Frame]:
    """What the calls of a function enter; of a method those on this object."""
    if not function or not depth or not unit.function(function).parameters:
        return
    for other, call, _ in ev.callers.sites(unit, function)[:CALLERS]:
        around = other.enclosing_function(other.facts.calls[call].scope)
        if (other, around) == (unit, function):
            continue
        outer: list[Frame | None] = [None]
        if instance is not None and _is_own(ev, other, call, instance):
            outer = list(_of_object(ev, other, around, instance, depth - 1))
        elif around and instance is None:
            outer = frames(ev, other, around, depth - 1)
        for frame in outer:
            yield from _entered(ev, other, call, frame, unit, function, instance)


def _entered(
    ev: Evaluator, other: Unit, call: int, frame: Frame | None, unit: Unit, function: int, instance: Instance | None
) -> Iterator[Frame]:
    for callee in ev.callee(other, call, frame):
        if not isinstance(callee, FunctionRef) or (callee.unit, callee.index) != (unit.path, function):
            continue
        if instance is not None:
            if not _is_same(callee.receiver, instance):
                continue
            callee = ev.world.interned.of(FunctionRef, callee.unit, callee.index, instance, callee.frame)
        yield ev.enter(callee, ev.arguments(other, call, frame), ev.world.site(other.path, call, frame))


def calls(ev: Evaluator, unit: Unit, function: int, frame: Frame | None) -> list[tuple[Unit, int, Frame | None]]:
    """The calls of a function in one of its activations: on the same object, with the activation they stand in."""
    instance = frame.receiver if frame is not None and isinstance(frame.receiver, Instance) else None
    found: list[tuple[Unit, int, Frame | None]] = []
    for other, call, _ in ev.callers.sites(unit, function)[:CALLERS]:
        around = other.enclosing_function(other.facts.calls[call].scope)
        if (other, around) == (unit, function):
            continue
        outer: list[Frame | None] = [None]
        if instance is not None and _is_own(ev, other, call, instance):
            outer = list(_of_object(ev, other, around, instance, 1))
        elif around:
            outer = frames(ev, other, around, 1)
        for one in outer:
            entered = list(_entered(ev, other, call, one, unit, function, instance))
            if entered and (instance is not None or frame is None or frame in entered):
                found.append((other, call, one))
    return found


def _is_own(ev: Evaluator, unit: Unit, call: int, instance: Instance) -> bool:
    """Whether a call is one of the object's own methods on itself (`self.consume(…)`)."""
    around = unit.enclosing_class(unit.enclosing_function(unit.facts.calls[call].scope))
    if around is None or ev.world.class_ref(unit, around) not in ev.mro(instance.cls):
        return False
    receivers_ = (k.receiver for k in ev.callee(unit, call, None) if isinstance(k, FunctionRef))
    return any(isinstance(k, Instance) and k.site is None for k in receivers_)


def _is_same(receiver: Known | None, instance: Instance) -> bool:
    """Whether a receiver is this object: made by the same call, whatever the activation that made it."""
    if receiver is instance:
        return True
    if not isinstance(receiver, Instance) or receiver.site is None or instance.site is None:
        return False
    return (receiver.cls, receiver.site.unit, receiver.site.call) == (
        instance.cls,
        instance.site.unit,
        instance.site.call,
    )
