"""Parameters that a library fills because a decorator, or a file beside the function, binds them by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from eda_lint.catalog.read import names_of
from eda_lint.catalog.tables import Callable
from eda_lint.link.evaluation import roles, texts
from eda_lint.link.evaluation.frames import Arguments
from eda_lint.link.evaluation.known import DecoratorOf
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.evaluation.world import Injected
from eda_lint.link.traffic.declared import Declared, returning
from eda_lint.link.traffic.readings import interpret
from eda_lint.model import values as v
from eda_lint.model.facts import Function

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

RETURNED = "$return"
"""The name under which what a function returns is bound (Azure Functions)."""


class Binding(NamedTuple):
    """One decorator that binds a name, and the name."""

    unit: Unit
    function: int
    position: int
    made: DecoratorOf
    given: Arguments
    name: str
    type: str


def note(ev: Evaluator) -> bool:
    """Note what decorators of active units have handed to the parameters of functions; whether that is news."""
    before = len(ev.world.injected)
    for one in _bindings(ev):
        index = parameter(one.unit, one.function, one.name)
        if index is not None:
            type_ref = ev.world.catalog.resolve(one.made.library, one.type)
            injected = Injected(type_ref, one.made.callable, one.made.site.unit, one.made.site.call)
            ev.world.injected.setdefault((one.unit.path, one.function, index), injected)
    return len(ev.world.injected) > before


def returned(ev: Evaluator) -> list[Declared]:
    """The sends of what functions return, where a decorator binds that."""
    found: list[Declared] = []
    for one in _bindings(ev):
        if one.name == RETURNED:
            type_ref = ev.world.catalog.resolve(one.made.library, one.type)
            definition = one.unit.function(one.function)
            place = one.unit.place(one.unit.places.decorators[definition.first_decorator + one.position])
            row = sending(ev, one.made.library, one.type, one.made.callable)
            reading = interpret(ev, row, one.made.library, type_ref, one.made.receiver, one.given, frozenset())
            reading = returning(ev, one.unit, one.function, reading)
            found.append(Declared("send", one.unit, one.function, place, reading))
    return found


def sending(ev: Evaluator, library: str, type_name: str, bound: Callable) -> Callable:
    """The row of a send of what is returned: roles of the binding call, kind and system of the type."""
    type_ref = ev.world.catalog.resolve(library, type_name)
    return Callable(
        action="send", roles=bound.roles, returned=True, kind=ev.world.catalog.kind(type_ref),  # type: ignore[arg-type]
        system=ev.world.catalog.system(type_ref), params=bound.params, elsewhere=bound.elsewhere,
    )  # fmt: skip


def parameter(unit: Unit, function: int, name: str) -> int | None:
    """The index of a function's parameter of this name."""
    parameters = unit.function(function).parameters
    return next((i for i, p in enumerate(parameters) if p.name == name), None)


def _bindings(ev: Evaluator) -> Iterator[Binding]:
    names = {
        name
        for library in ev.world.catalog.libraries.values()
        for type_ in library.types.values()
        for row in type_.methods
        if row.injects
        for name in names_of(row)
    }
    for unit in ev.world.active_units():
        for index, definition in enumerate(unit.facts.definitions):
            if isinstance(definition, Function):
                for position, decorator in enumerate(definition.decorators):
                    shown = unit.facts.values[decorator]
                    if isinstance(shown, v.Result) and unit.terminal(unit.facts.calls[shown.call].function) in names:
                        yield from _bound(ev, unit, index, position, decorator)


def _bound(ev: Evaluator, unit: Unit, function: int, position: int, decorator: int) -> Iterator[Binding]:
    for known in ev.evaluate(unit, decorator, None):
        if not isinstance(known, DecoratorOf):
            continue
        site = known.site
        given = ev.arguments(ev.world.known_unit(site.unit), site.call, site.frame)
        for name, type_name in known.callable.injects.items():
            thunk = roles.parameter(ev, known.callable, given, name)
            for text in texts.literal_texts(ev, ev.force(thunk)) if thunk is not None else ():
                yield Binding(unit, function, position, known, given, text, type_name)
