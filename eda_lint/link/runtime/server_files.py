"""Which files say what a server answers, asked by the names of the frameworks and of the objects made with them.

Routes are read in a world of their own: the files that hold them take part in it (whose parameters their callers
give is asked there too), and nothing of that makes their calls operations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from eda_lint.catalog.load import Catalog, TypeRef
from eda_lint.catalog.tables import Library, Type
from eda_lint.link.evaluation.known import ClassRef, ClientObject, FunctionRef, Instance, Known
from eda_lint.link.evaluation.world import World
from eda_lint.model import values as v
from eda_lint.model.facts import Function
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator
    from eda_lint.link.evaluation.units import Unit

LIST = "urlpatterns"
"""The name of a module's list of routes (`Callable.route` in the catalog)."""
ROUTER = re.compile(r"app|rout|blueprint|server|api(?![a-z])|\bbp|bp\b|_bp_", re.IGNORECASE)
"""Part of the names of routers, and of functions that make them."""
ROUNDS = 4
"""Most rounds of asking; every round but the last finds a file."""


def reader(ev: Evaluator) -> Evaluator:
    """An evaluator over the files that hold the routes of a code base."""
    from eda_lint.link.evaluation.evaluate import Evaluator

    sources = ev.world.sources
    world = World(sources, ev.world.catalog)
    files = Files(world)
    for words in distinctive(ev.world.catalog):
        files.ask(*words)
    reading = Evaluator(world)
    for _ in range(ROUNDS):
        if not files.grow(reading):
            break
        world.forget()
        reading = Evaluator(world)
    return reading


def distinctive(catalog: Catalog) -> list[tuple[str, ...]]:
    """The words, all of one group together, by which files with routes are found."""
    found: dict[tuple[str, ...], None] = {(LIST,): None}
    for library in catalog.libraries.values():
        for type_ in library.types.values():
            if is_router(type_):
                for path in type_.paths:
                    found[path.partition(".")[0], path.rpartition(".")[2]] = None
    return sorted(found)


def is_router(type_: Type) -> bool:
    """Whether a type's values serve or mount routes."""
    return any(row.route for row in type_.methods)


class Files:
    """The files that take part; questions are asked once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._asked: set[tuple[str, ...]] = set()
        self._makers = self._maker_names()

    def _maker_names(self) -> frozenset[str]:
        types = (t for library in self._world.catalog.libraries.values() for t in library.types.values())
        return frozenset(path.rpartition(".")[2] for type_ in types if is_router(type_) for path in type_.paths)

    def ask(self, *words: str) -> bool:
        """Let the files with all of these words take part; whether that is news."""
        if words in self._asked or not all(w.isidentifier() for w in words):
            return False
        self._asked.add(words)
        grew = False
        for path in self._world.sources.mentions(*dict.fromkeys(words)):
            grew = self._add(path) or grew
        return grew

    def _add(self, path: str) -> bool:
        return not self._world.sources.is_test(path) and self._world.activate(path)

    def grow(self, ev: Evaluator) -> bool:
        """Ask who else uses the routers of the files so far; whether a file was found."""
        grew = False
        for unit in list(self._world.active_units()):
            for name, type_ in self._globals(ev, unit):
                grew = self._importers(unit.path, name, type_) or grew
            for name in self._factories(ev, unit):
                grew = self.ask(name, _module(unit.path)) or grew
            for path in self._handed_to(ev, unit):
                grew = self._add(path) or grew
        return grew

    def _importers(self, path: str, name: str, type_: Type) -> bool:
        """Files that import a router and call one of its methods."""
        module = _module(path)
        grew = False
        for verb in sorted({n for row in type_.methods if row.route for n in (row.name, *row.names) if n}):
            grew = self.ask(name, module, verb) or grew
        return grew

    def _globals(self, ev: Evaluator, unit: Unit) -> Iterator[tuple[str, Type]]:
        """Module-level names that hold a router, with its type; imported ones where a package passes them on."""
        for name, bindings in unit.globals.items():
            for index in bindings:
                value = unit.facts.bindings[index].value
                imported = value != NOTHING and isinstance(unit.facts.values[value], v.Imported)
                if (imported and not unit.is_package) or not self._may_bind(unit, index):
                    continue
                for known in ev.evaluate(unit, value, None):
                    type_ = router_type(ev, known)
                    if type_ is not None:
                        yield name, ev.world.catalog.type(type_)

    def _factories(self, ev: Evaluator, unit: Unit) -> Iterator[str]:
        """Functions of a module that make a router and give it."""
        for index, definition in enumerate(unit.facts.definitions):
            if not isinstance(definition, Function) or index == 0 or definition.parent != 0:
                continue
            called = {name for call in unit.body(index).calls for name in unit.call_names(unit.facts.calls[call])}
            if called & self._makers:
                given = ev.returned(ev.world.interned.of(FunctionRef, unit.path, index, None, None))
                if any(router_type(ev, known) is not None for known in given):
                    yield definition.name

    def _handed_to(self, ev: Evaluator, unit: Unit) -> Iterator[str]:
        """Files whose functions are handed a router (`register_views(app)`)."""
        for index, call in enumerate(unit.facts.calls):
            handed = [a.value for a in call.arguments if isinstance(unit.facts.values[a.value], v.Local | v.Name)]
            if not any(self._may_hold(unit, value) for value in handed):
                continue
            if any(router_type(ev, k) is not None for value in handed for k in ev.evaluate(unit, value, None)):
                for callee in ev.callee(unit, index, None):
                    if isinstance(callee, FunctionRef | ClassRef):
                        yield callee.unit

    def _may_hold(self, unit: Unit, value: int) -> bool:
        """Whether a name may, by what is written, hold a router."""
        shown = unit.facts.values[value]
        bindings = shown.bindings if isinstance(shown, v.Local) else unit.globals.get(getattr(shown, "name", ""), ())
        return any(self._may_bind(unit, index) for index in bindings)

    def _may_bind(self, unit: Unit, binding: int) -> bool:
        """Whether a name is bound to the construction of a router, or to what a function or module gives that is
        called like one. Evaluation confirms; this keeps it from reading every module that a file imports."""
        bound = unit.facts.bindings[binding].value
        shown = unit.facts.values[bound] if bound != NOTHING else None
        names = {unit.facts.bindings[binding].name}
        if isinstance(shown, v.Imported):
            names.add(shown.name)
        elif isinstance(shown, v.Result):
            function = unit.facts.calls[shown.call].function
            names |= {unit.terminal(function), unit.original_name(function)}
        else:
            return False
        return bool(names & self._makers) or any(ROUTER.search(name) for name in names)


def _module(path: str) -> str:
    """The last name of a file's module."""
    *above, file = path.removesuffix(".py").split("/")
    return file if file != "__init__" else above[-1] if above else ""


def router_type(ev: Evaluator, known: Known) -> TypeRef | None:
    """The catalogued type of a value that serves or mounts routes."""
    catalog = ev.world.catalog
    if isinstance(known, ClientObject):
        return known.type if any(is_router(t) for t in catalog.lineage(known.type)) else None
    if isinstance(known, Instance):
        for base in ev.mro(known.cls):
            path = getattr(base, "path", None)
            type_ref = catalog.type_at(path) if isinstance(path, str) else None
            if type_ref is not None and any(is_router(t) for t in catalog.lineage(type_ref)):
                return type_ref
    return None


def route_names(library: Library) -> Iterator[str]:
    """Last names under which a library's rows of routes are called."""
    for type_ in library.types.values():
        for row in type_.methods:
            if row.route:
                yield from (n for n in (row.name, *row.names) if n)
        if type_.constructor is not None and type_.constructor.route:
            yield from (path.rpartition(".")[2] for path in type_.paths)
    for row in library.functions:
        if row.route and not row.decorator:
            yield from (path.rpartition(".")[2] for path in row.paths)


def decorating_names(catalog: Catalog) -> frozenset[str]:
    """Names of methods that register a handler by decorating it, and never in another way."""
    told: dict[str, set[bool]] = {}
    for library in catalog.libraries.values():
        for type_ in library.types.values():
            for row in type_.methods:
                for name in (row.name, *row.names) if row.route else ():
                    told.setdefault(name, set()).add(row.decorator)
    return frozenset(name for name, kinds in told.items() if kinds == {True})
