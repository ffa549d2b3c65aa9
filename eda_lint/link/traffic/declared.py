"""Receive operations that no call makes: decorators, methods that a library calls on a subclass, callbacks
assigned to an attribute."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eda_lint.catalog.load import TypeRef
from eda_lint.catalog.tables import Callable
from eda_lint.link.evaluation import roles
from eda_lint.link.evaluation.calls import decorable
from eda_lint.link.evaluation.frames import Arguments
from eda_lint.link.evaluation.known import (
    CatalogFunction,
    CatalogMethod,
    ClassRef,
    Decorated,
    DecoratorOf,
    External,
    FunctionRef,
    Instance,
    Known,
    Site,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import payloads, wrappers
from eda_lint.link.traffic.readings import Reading, interpret, read, required
from eda_lint.model import values as v
from eda_lint.model.facts import Class, Function
from eda_lint.model.topology import Place

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


@dataclass(slots=True)
class Declared:
    """One declared operation: where it is reported, what it means, and who handles it."""

    action: str
    unit: Unit
    function: int
    """The handler's definition."""
    place: Place
    reading: Reading
    wrappers: list[tuple[Place, str]] = field(default_factory=list)
    decorated: Decorated | None = None
    handlers: tuple[FunctionRef, ...] = ()
    """Who handles, where that is not the function itself."""


def declared(ev: Evaluator) -> list[Declared]:
    """All declared operations of active units, in order."""
    found: list[Declared] = []
    for unit in ev.world.active_units():
        for index, definition in enumerate(unit.facts.definitions):
            if isinstance(definition, Function) and definition.decorators:
                for position, decorator in enumerate(definition.decorators):
                    place = unit.place(unit.places.decorators[definition.first_decorator + position])
                    found.extend(_decorator(ev, unit, index, decorator, place))
            elif isinstance(definition, Class):
                found.extend(_overrides(ev, unit, index))
        found.extend(_called_decorators(ev, unit))
    return found


def _decorator(ev: Evaluator, unit: Unit, function: int, decorator: int, place: Place) -> list[Declared]:
    found = _told(ev, unit, function, decorator, place)
    for known in ev.evaluate(unit, decorator, None) if not found else ():
        match known:
            case DecoratorOf(receiver=receiver, callable=row, library=library, site=site):
                reading = _read(ev, row, library, receiver, site)
                if row.action and reading is not None:
                    found.append(Declared(row.action, unit, function, place, returning(ev, unit, function, reading)))
            case CatalogMethod() | CatalogFunction():
                given = Arguments([ev.world.given(ev.world.interned.of(FunctionRef, unit.path, function, None, None))])
                row = roles.chosen(ev, known, given)
                if row.alias and row.action:
                    reading = read_alias(ev, known, row, given)
                    found.append(Declared(row.action, unit, function, place, reading))
                elif row.decorator and row.bare and row.action:
                    library = known.type.library if isinstance(known, CatalogMethod) else known.library
                    receiver = known.receiver if isinstance(known, CatalogMethod) else None
                    reading = interpret(ev, row, library, None, receiver, Arguments(), frozenset())
                    found.append(Declared(row.action, unit, function, place, returning(ev, unit, function, reading)))
            case FunctionRef() | Instance():
                found.extend(_in_house(ev, unit, function, decorator, place, known))
            case _:
                pass
    return found


def read_alias(ev: Evaluator, known: CatalogMethod | CatalogFunction, row: Callable, given: Arguments) -> Reading:
    """The reading of a method that a function is handed to as by a decorator (`@signal.connect`)."""
    library = known.type.library if isinstance(known, CatalogMethod) else known.library
    receiver = known.receiver if isinstance(known, CatalogMethod) else None
    return interpret(ev, row, library, None, receiver, given, frozenset())


def _told(ev: Evaluator, unit: Unit, function: int, decorator: int, place: Place) -> list[Declared]:
    """A decorator of the code base that the configuration declares to receive for what it decorates."""
    shown = unit.facts.values[decorator]
    if not isinstance(shown, v.Result):
        return []
    found: list[Declared] = []
    for known in ev.callee(unit, shown.call, None):
        told = wrappers.told(ev, known) if isinstance(known, FunctionRef) else None
        reading = (
            read(ev, unit, shown.call, None, told, frozenset())
            if told is not None and told.callable.decorator
            else None
        )
        if reading is not None:
            found.append(Declared(reading.row.action, unit, function, place, reading))
    return found


def returning(ev: Evaluator, unit: Unit, function: int, reading: Reading) -> Reading:
    """Where what the decorated function returns is what is sent: that as its payload."""
    if reading.row.returned:
        plain = ev.world.interned.of(FunctionRef, unit.path, function, None, None)
        reading.payload = ev.closed(ev.returned(plain))
        if not reading.messages:
            reading.messages, reading.message_origin = payloads.of_payload(ev, reading.payload)
    return reading


def _in_house(ev: Evaluator, unit: Unit, function: int, decorator: int, place: Place, known: Known) -> list[Declared]:
    """A decorator of the code base that makes the function what a catalogued decorator would."""
    from eda_lint.link.evaluation.calls import call_known

    plain = ev.world.interned.of(FunctionRef, unit.path, function, None, None)
    shown = unit.facts.values[decorator]
    call = shown.call if isinstance(shown, v.Result) else -1
    site = ev.world.site(unit.path, call, None)
    found: list[Declared] = []
    for made in call_known(ev, known, Arguments([ev.world.given(plain)]), site):
        if isinstance(made, Decorated) and made.maker.action:
            reading = (
                _read(ev, made.maker, made.type.library, made.receiver, made.site)
                if made.site is not None
                else interpret(ev, made.maker, made.type.library, None, made.receiver, Arguments(), frozenset())
            )
            if reading is None:
                continue
            wrappers = []
            if made.site is not None:
                inner = ev.world.known_unit(made.site.unit)
                scope = inner.enclosing_function(inner.facts.calls[made.site.call].scope)
                wrappers.append((inner.call_place(made.site.call), inner.symbol(scope)))
            found.append(Declared(made.maker.action, unit, function, place, reading, wrappers, made))
    return found


def _read(ev: Evaluator, row: Callable, library: str, receiver: Known | None, site: Site) -> Reading | None:
    given = roles.options(ev, row, site)
    meant = required(ev, row, library, given)
    return interpret(ev, row, meant, None, receiver, given, frozenset()) if meant is not None else None


def _called_decorators(ev: Evaluator, unit: Unit) -> list[Declared]:
    """`app.task(f, name="x")`, `app.subscriber("x")(f)`: a decorator called as a function."""
    bare = _bare_names(ev)
    found: list[Declared] = []
    for index, call in enumerate(unit.facts.calls):
        returned = isinstance(unit.facts.values[call.function], v.Result)
        named = {unit.terminal(call.function), unit.original_name(call.function)}
        if not call.arguments or not (returned or named & bare):
            continue
        for known in ev.evaluate(unit, call.function, None):
            match known:
                case DecoratorOf(callable=row, library=library, receiver=receiver, site=site) if row.action:
                    found.extend(_given(ev, unit, index, row, library, receiver, site))
                case CatalogMethod() | CatalogFunction() if not returned:
                    row = roles.chosen(ev, known, ev.arguments(unit, index, None))
                    library = known.type.library if isinstance(known, CatalogMethod) else known.library
                    receiver = known.receiver if isinstance(known, CatalogMethod) else None
                    if row.decorator and row.bare and row.action:
                        site = ev.world.site(unit.path, index, None)
                        found.extend(_given(ev, unit, index, row, library, receiver, site))
                case _:
                    pass
    return found


def _bare_names(ev: Evaluator) -> set[str]:
    """The names of the catalogued decorators that may be given the function itself."""
    found: set[str] = set()
    for library in ev.world.catalog.libraries.values():
        for row in (*library.functions, *(m for t in library.types.values() for m in t.methods)):
            if row.decorator and row.bare:
                found.update((row.name, *row.names, *(p.rpartition(".")[2] for p in row.paths)))
    return found - {""}


def _given(
    ev: Evaluator, unit: Unit, call: int, row: Callable, library: str, receiver: Known | None, site: Site
) -> list[Declared]:
    """What a decorator makes of the functions that this call gives it."""
    found: list[Declared] = []
    for handler in decorable(ev, ev.arguments(unit, call, None)):
        reading = _read(ev, row, library, receiver, site)
        if reading is None:
            continue
        # A name that callers decide is not the function's: nothing is known of such a task.
        named_elsewhere = not reading.messages and bool(
            roles.role(ev, "message", row, roles.options(ev, row, site), receiver)
        )
        if (named_elsewhere or not row.returns) and not any(a.names_something for a in reading.addresses):
            continue
        there = ev.world.known_unit(handler.unit)
        if row.returns and not reading.messages and handler.receiver is not None:
            reading.messages, reading.message_origin = [roles.own_name(ev, handler)], "attribute"
        found.append(Declared(row.action, there, handler.index, unit.call_place(call), reading))
    return found


def _overrides(ev: Evaluator, unit: Unit, cls: int) -> list[Declared]:
    """Methods of a subclass of a catalogued type that the library calls with each message."""
    ref = ev.world.class_ref(unit, cls)
    found: list[Declared] = []
    for base in ev.mro(ref):
        if not isinstance(base, External):
            continue
        type_ref: TypeRef | None = ev.world.catalog.type_at(base.path)
        if type_ref is None:
            continue
        for name, rows in ev.world.catalog.override_names(type_ref).items():
            if not rows or rows[0].action != "receive":
                continue
            for binding in unit.members.get(cls, {}).get(name, ()):
                shown = unit.facts.values[unit.facts.bindings[binding].value]
                if isinstance(shown, v.Definition) and not _subclassed(ev, ref, name):
                    instance = ev.world.interned.of(Instance, ref, None)
                    reading = interpret(ev, rows[0], type_ref.library, type_ref, instance, Arguments(), frozenset())
                    found.append(Declared("receive", unit, shown.index, unit.definition_place(shown.index), reading))
    return found


def _subclassed(ev: Evaluator, cls: ClassRef, name: str) -> bool:
    """An abstract method is handled by the subclasses' own."""
    unit = ev.world.known_unit(cls.unit)
    for binding in unit.members.get(cls.index, {}).get(name, ()):
        shown = unit.facts.values[unit.facts.bindings[binding].value]
        if isinstance(shown, v.Definition) and "abstractmethod" in unit.decorator_names(shown.index):
            return True
    return False
