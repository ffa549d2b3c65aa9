"""The functions that a platform calls by a module's name: `handler`, be it a function, an object that can be called,
a bound method, or what a class method made (`handler = Orders.get_handler()`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import taint
from eda_lint.link.evaluation.activations import frames
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.known import FunctionRef, Known
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import registries
from eda_lint.model import values as v
from eda_lint.model.facts import Function
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

HOPS = 3
"""How often a function that only hands its arguments on is looked through."""
NAMES = re.compile(r"handler|lambda|^main$", re.IGNORECASE)
"""Names of a module under which a platform is given a function that is not defined there."""


def called(ev: Evaluator, unit: Unit, name: str) -> list[FunctionRef]:
    """What is called by a module's name: the functions that it defines, else what the name is bound to."""
    defined = [
        ev.world.interned.of(FunctionRef, unit.path, index, None, None)
        for index, definition in enumerate(unit.facts.definitions)
        if isinstance(definition, Function) and definition.name == name and definition.parent == 0
    ]
    if defined:
        return defined
    found = registries.handlers(ev, ev.exported(unit, name), "__call__")
    return list(dict.fromkeys(_within(ev, one) for one in found))


def assigned(ev: Evaluator, unit: Unit) -> Iterator[FunctionRef]:
    """Functions of the code base that a module binds to a name by which a platform may call them."""
    for name, bindings in unit.globals.items():
        values = [unit.facts.bindings[b].value for b in bindings if unit.facts.bindings[b].value != NOTHING]
        shown = [unit.facts.values[value] for value in values]
        if NAMES.search(name) and any(isinstance(one, v.Attribute | v.Result) for one in shown):
            yield from called(ev, unit, name)


def _within(ev: Evaluator, function: FunctionRef) -> FunctionRef:
    """The function that one which hands all its arguments on hands them to."""
    for _ in range(HOPS):
        unit = ev.world.known_unit(function.unit)
        given = arguments(ev, unit, function.index)
        inner = [
            known
            for call in unit.body(function.index).calls
            if _hands_all(unit, call, given)
            for known in registries.handlers(ev, _callees(ev, unit, call, function), "")
        ]
        if len(set(inner)) != 1:
            return function
        function = inner[0]
    return function


def _callees(ev: Evaluator, unit: Unit, call: int, function: FunctionRef) -> list[Known]:
    frame: Frame | None = ev.world.frame(unit.path, function.index, {}, function.receiver, function.frame, None)
    return list(ev.callee(unit, call, frame))


def _hands_all(unit: Unit, call: int, given: list[int]) -> bool:
    """Whether a call is given each of these parameters as it is."""
    arguments_ = [unit.facts.values[a.value] for a in unit.facts.calls[call].arguments]
    whole = {b for shown in arguments_ if isinstance(shown, v.Local) for b in shown.bindings}
    return len(given) > 1 and set(given) <= whole


def arguments(ev: Evaluator, unit: Unit, function: int) -> list[int]:
    """The bindings of a function's parameters, `self` apart."""
    skip = 1 if ev.is_method(unit, function) else 0
    return [p.binding for p in unit.function(function).parameters[skip:]]


def handed_on(ev: Evaluator, unit: Unit, function: int, binding: int) -> Iterator[tuple[Unit, int, int]]:
    """(unit, function, binding) of the functions that are handed a parameter as it is."""
    for call in unit.body(function).calls:
        positions = [
            index
            for index, argument in enumerate(unit.facts.calls[call].arguments)
            if not argument.star and taint.is_form_of(unit, argument.value, {binding})
        ]
        if not positions:
            continue
        for frame in frames(ev, unit, function, 1)[:4]:
            for known in ev.callee(unit, call, frame):
                if isinstance(known, FunctionRef):
                    other = ev.world.known_unit(known.unit)
                    parameters = arguments(ev, other, known.index)
                    yield from ((other, known.index, parameters[p]) for p in positions if p < len(parameters))
