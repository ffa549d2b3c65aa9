"""The activations of a function that registers handlers: by its calls, as a decorator, and by subclassing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.frames import Arguments, Frame
from eda_lint.link.evaluation.known import ClassRef, Decorated, FunctionRef, Known, Symbol
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import chains
from eda_lint.model.facts import Class, Function
from eda_lint.model.topology import Place

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

SITES = 200
"""Most calls of one function that are read."""
DEPTH = 3
"""How far up the callers of a function are followed, where they only hand on what they are given."""


@dataclass(frozen=True, slots=True)
class Activation:
    """A function as it runs once: its frame, and where it was set off."""

    frame: Frame | None
    place: Place | None = None
    """The call, the decorator or the class; None for code that nobody has to call."""
    decorated: bool = False
    subclass: ClassRef | None = None
    """The class whose making ran it."""


def activations(ev: Evaluator, unit: Unit, function: int) -> Iterator[Activation]:
    """All activations of a function that the code base shows; of the module's body, the one."""
    if function == 0:
        yield Activation(None)
        return
    if unit.function(function).name == "__init_subclass__":
        yield from _subclassed(ev, unit, function)
        return
    yield from _called(ev, unit, function, DEPTH)
    yield from _decorating(ev, unit, function)
    if not unit.function(function).parameters[1 if ev.is_method(unit, function) else 0 :]:
        # What takes no arguments is known without its callers.
        yield Activation(None)


def _called(ev: Evaluator, unit: Unit, function: int, depth: int) -> Iterator[Activation]:
    for other, call, _ in ev.callers.sites(unit, function)[:SITES]:
        around = chains.Hop(other, call).function
        if (other, around) == (unit, function):
            continue
        outer: list[Activation] = [Activation(None)]
        if around and depth and _hands_on(ev, other, call):
            outer = list(_called(ev, other, around, depth - 1)) or outer
        for one in outer:
            for callee in ev.callee(other, call, one.frame):
                target = callee.function if isinstance(callee, Decorated) else callee
                if isinstance(target, FunctionRef) and (target.unit, target.index) == (unit.path, function):
                    site = ev.world.site(other.path, call, one.frame)
                    frame = ev.enter(target, ev.arguments(other, call, one.frame), site)
                    yield Activation(frame, one.place or other.call_place(call))


def _hands_on(ev: Evaluator, unit: Unit, call: int) -> bool:
    """Whether a call is given parameters of the function that it stands in."""
    return any(
        isinstance(k, Symbol) for a in unit.facts.calls[call].arguments for k in ev.evaluate(unit, a.value, None)
    )


def _decorating(ev: Evaluator, unit: Unit, function: int) -> Iterator[Activation]:
    """The definitions that a function, or the function that makes it, decorates."""
    names = {unit.function(f).name for f in chains.enclosing_functions(unit, function)}
    owner = unit.owner_class(function)
    if owner is not None and unit.function(function).name == "__call__":
        names.add(unit.facts.definitions[owner].name)
    for other in ev.world.active_units():
        for index, definition in enumerate(other.facts.definitions):
            for position, decorator in enumerate(definition.decorators):
                if {other.terminal(decorator), other.original_name(decorator)}.isdisjoint(names) and not (
                    owner is not None and unit.function(function).name == "__call__"
                ):
                    continue
                plain = _plain(ev, other, index, definition)
                for known in ev.evaluate(other, decorator, None):
                    for target in _callable(ev, known):
                        if (target.unit, target.index) == (unit.path, function):
                            frame = ev.enter(target, Arguments([ev.world.given(plain)]), None)
                            place = other.place(other.places.decorators[definition.first_decorator + position])
                            yield Activation(frame, place, decorated=True)


def _plain(ev: Evaluator, unit: Unit, index: int, definition: Function | Class) -> Known:
    if isinstance(definition, Class):
        return ev.world.class_ref(unit, index)
    return ev.world.interned.of(FunctionRef, unit.path, index, None, None)


def _callable(ev: Evaluator, known: Known) -> Iterator[FunctionRef]:
    from eda_lint.link.evaluation.attributes import attribute
    from eda_lint.link.evaluation.known import Instance

    if isinstance(known, FunctionRef):
        yield known
    elif isinstance(known, Instance):
        yield from (k for k in attribute(ev, known, "__call__") if isinstance(k, FunctionRef))


def _subclassed(ev: Evaluator, unit: Unit, function: int) -> Iterator[Activation]:
    """`__init_subclass__`, for each class that is made below its own, with the arguments of the class statement."""
    owner = unit.owner_class(function)
    if owner is None:
        return
    for sub in ev.callers.subclasses(ev.world.class_ref(unit, owner)):
        other = ev.world.known_unit(sub.unit)
        told = ev.world.class_fact(sub)
        keywords = {a.name: ev.world.thunk(other.path, a.value, None) for a in told.keywords if a.name}
        ref = ev.world.interned.of(FunctionRef, unit.path, function, sub, None)
        frame = ev.enter(ref, Arguments([], keywords), None)
        yield Activation(frame, other.definition_place(sub.index), subclass=sub)
