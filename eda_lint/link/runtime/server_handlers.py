"""Who answers a route: functions, methods of class-based views, view sets, resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.catalog.tables import Callable
from eda_lint.link.evaluation.known import (
    ClassRef,
    Decorated,
    DecoratorOf,
    External,
    FunctionRef,
    Instance,
    Known,
    Partial,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.runtime import routes
from eda_lint.model import values as v
from eda_lint.model.facts import Function
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator
    from eda_lint.link.evaluation.frames import Frame

WRAPPERS = 6
"""Most calls around a handler that are looked through (`csrf_exempt(login_required(view))`)."""
VIEW = "as_view"
"""The class method by which frameworks make a handler of a class."""

BARE = frozenset({
    "object", "Generic", "ABC", "View", "MethodView", "APIView", "GenericAPIView", "ViewSet", "GenericViewSet",
    "HTTPEndpoint", "Protocol",
})  # fmt: skip
"""Base classes outside of the code base that answer nothing by themselves."""


@dataclass(frozen=True, slots=True)
class Answering:
    """What a registration names as handler. `actions`: HTTP method → method of the class, where the registration
    says so (`as_view({"get": "list"})`)."""

    known: FunctionRef | ClassRef
    actions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One answered method: path below the registration's prefix, and the symbol of who answers."""

    method: str
    path: tuple[str, ...]
    symbol: str


def answering(
    ev: Evaluator, unit: Unit, value: int, frame: Frame | None, wrappers: int = WRAPPERS
) -> Iterator[Answering]:
    """What a value names as handler, wrappers looked through."""
    shown = unit.facts.values[value]
    if isinstance(shown, v.Local | v.Name):
        bindings = shown.bindings if isinstance(shown, v.Local) else tuple(unit.globals.get(shown.name, ()))
        made = [b for i in bindings if (b := unit.facts.bindings[i].value) != NOTHING]
        if wrappers and made and all(isinstance(unit.facts.values[b], v.Result) for b in made):
            for bound in made:
                yield from answering(ev, unit, bound, frame, wrappers - 1)
            return
    if isinstance(shown, v.Result):
        function = unit.facts.values[unit.facts.calls[shown.call].function]
        if isinstance(function, v.Attribute) and function.name == VIEW:
            for known in ev.evaluate(unit, function.of, frame):
                if isinstance(known, ClassRef):
                    yield Answering(known, _actions(unit, shown.call))
            return
    found = [a for known in ev.evaluate(unit, value, frame) if (a := _named(known)) is not None]
    if found or not wrappers or not isinstance(shown, v.Result):
        yield from found
        return
    for argument in unit.facts.calls[shown.call].arguments[:1]:
        if not argument.star:
            yield from answering(ev, unit, argument.value, frame, wrappers - 1)


def _named(known: Known) -> Answering | None:
    match known:
        case FunctionRef() | ClassRef():
            return Answering(known)
        case Decorated(function=function):
            return Answering(function)
        case Instance(cls=cls):
            return Answering(cls)
        case Partial(function=FunctionRef() as function):
            return Answering(function)
        case _:
            return None


def _actions(unit: Unit, call: int) -> tuple[tuple[str, str], ...]:
    arguments = unit.facts.calls[call].arguments
    shown = unit.facts.values[arguments[0].value] if arguments and not arguments[0].star else None
    found = []
    for entry in shown.entries if isinstance(shown, v.Mapping) else ():
        key = unit.facts.values[entry.key] if entry.key != NOTHING else None
        name = unit.facts.values[entry.value]
        if isinstance(key, v.Text) and isinstance(name, v.Text):
            found.append((key.text.upper(), name.text))
    return tuple(found)


def answers(
    ev: Evaluator,
    handler: Answering,
    path: str,
    syntax: routes.PathSyntax,
    methods: list[str],
    verbs: Mapping[str, str],
) -> list[Answer]:
    """The routes that registering a handler under a path makes."""
    known = handler.known
    unit = ev.world.known_unit(known.unit)
    if isinstance(known, FunctionRef):
        found = routes.served(path, syntax, methods)
        return [Answer(one.method, one.path, unit.symbol(known.index)) for one in found]
    members = methods_of(ev, known)
    whole = unit.symbol(known.index)
    if handler.actions:
        base = routes.normalise(path, syntax)
        return [Answer(method, base, members.get(name, whole)) for method, name in handler.actions]
    inherits = any(isinstance(b, External) and b.path.rpartition(".")[2] not in BARE for b in ev.mro(known))
    # Of what a base outside brings, only view sets say under which path; the rest is whatever the class answers.
    below = any(" " in told for told in verbs.values())
    names = [name for name in verbs if name in members or (inherits and below)]
    served = routes.served(path, syntax, methods, verbs, names)
    made = [Answer(one.method, one.path, members.get(one.function, whole)) for one in served]
    if inherits and not below and names:
        made.append(Answer("*", routes.normalise(path, syntax), whole))
    return [*made, *_extra(ev, known, members, path, syntax)]


def methods_of(ev: Evaluator, cls: ClassRef) -> dict[str, str]:
    """Name → symbol of each method that a class has in the code base, the nearest first."""
    found: dict[str, str] = {}
    for base in ev.mro(cls):
        if isinstance(base, ClassRef):
            unit = ev.world.known_unit(base.unit)
            for name, index in own_methods(unit, base.index):
                found.setdefault(name, unit.symbol(index))
    return found


def own_methods(unit: Unit, cls: int) -> Iterator[tuple[str, int]]:
    """(name, definition) of the methods that a class defines itself."""
    for name, bindings in unit.members.get(cls, {}).items():
        for binding in bindings:
            value = unit.facts.bindings[binding].value
            shown = unit.facts.values[value] if value != NOTHING else None
            if isinstance(shown, v.Definition) and isinstance(unit.facts.definitions[shown.index], Function):
                yield name, shown.index


def _extra(
    ev: Evaluator, cls: ClassRef, members: Mapping[str, str], path: str, syntax: routes.PathSyntax
) -> Iterator[Answer]:
    """Methods of a view set that a decorator adds a route for, under the path or that of one record."""
    for base in ev.mro(cls):
        if not isinstance(base, ClassRef):
            continue
        unit = ev.world.known_unit(base.unit)
        for name, index in own_methods(unit, base.index):
            for decorator in unit.facts.definitions[index].decorators:
                for known in ev.evaluate(unit, decorator, None):
                    if isinstance(known, DecoratorOf) and known.callable.route == "serves" and known.receiver is None:
                        yield from _action(ev, known, known.callable, name, members.get(name, ""), path, syntax)


def _action(
    ev: Evaluator, known: DecoratorOf, row: Callable, name: str, symbol: str, path: str, syntax: routes.PathSyntax
) -> Iterator[Answer]:
    from eda_lint.link.evaluation import roles, texts

    given = ev.arguments(ev.world.known_unit(known.site.unit), known.site.call, known.site.frame)
    told = texts.literal_texts(ev, roles.role(ev, "url", row, given, None))
    methods = texts.literal_texts(ev, roles.role(ev, "method", row, given, None)) or ["*"]
    detail = roles.parameter(ev, row, given, "detail")
    on_record = detail is not None and any(getattr(k, "value", None) is True for k in ev.force(detail))
    middle = (routes.HOLE,) if on_record else ()
    whole = routes.join(routes.normalise(path, syntax), middle, routes.normalise(told[0] if told else name, "regex"))
    for method in methods:
        yield Answer(method.upper(), whole, symbol)


def decorated_by(unit: Unit) -> dict[int, int]:
    """Call of a decorator → the function or class that it decorates."""
    found: dict[int, int] = {}
    for index, definition in enumerate(unit.facts.definitions):
        for decorator in definition.decorators:
            shown = unit.facts.values[decorator]
            if isinstance(shown, v.Result):
                found[shown.call] = index
    return found
