"""The routes of servers: what each router serves and mounts, read off the catalog's rows.

Routers, applications, lists of routes and modules with `urlpatterns` are nodes; registering a handler gives a node
a route, mounting puts one node under another with a prefix. `server_paths.placed` then walks from the applications.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from eda_lint.catalog.load import TypeRef
from eda_lint.catalog.tables import Callable, Role
from eda_lint.link.evaluation import roles, texts
from eda_lint.link.evaluation.frames import Arguments, Frame
from eda_lint.link.evaluation.known import (
    CatalogFunction,
    ClientObject,
    FunctionRef,
    Instance,
    Known,
    ListOf,
    ModuleRef,
    Plain,
    Text,
    Thunk,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.runtime import routes, server_files, server_handlers
from eda_lint.link.runtime.server_paths import Mounting, Node, Prefix, Routing, Serving
from eda_lint.link.traffic.readings import row_of
from eda_lint.model import values as v
from eda_lint.model.topology import Route
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

ROOT_SETTING = "ROOT_URLCONF"
"""Django's setting that names the module of the root's routes."""
UNKNOWN: Mapping[str, str] = {"regex": "(?:[^/]+)", "braces": "{}", "angles": "<>", "colon": ":unknown", "": "{}"}
"""How each spelling of paths says that anything may stand there."""
TRANSPARENT = frozenset({"format_suffix_patterns", "list", "tuple", "sorted", "reversed", "to_url_patterns"})
"""Functions that give the routes they are given; any other may put a prefix before them (`i18n_patterns`)."""


def read(ev: Evaluator, variables: Mapping[str, str]) -> list[Route]:
    """All routes that the code base's servers answer, in a fixed order. A route whose place under the root of its
    host is not known has the path `/{*}`, which no URL proves."""
    collector = Collector(server_files.reader(ev), variables)
    collector.run()
    return collector.routing.routes()


class Collector:
    """Reads every row of routes once, into `routing`."""

    def __init__(self, ev: Evaluator, variables: Mapping[str, str]) -> None:
        self.ev = ev
        self.routing = Routing()
        self._variables = variables
        self._calls: dict[tuple[str, int], Node | None] = {}
        self._modules: set[str] = set()
        self._decorated: dict[str, dict[int, int]] = {}
        catalog = ev.world.catalog
        self._names = {n for library in catalog.libraries.values() for n in server_files.route_names(library)}
        self._decorating = server_files.decorating_names(catalog)
        self._syntax = {
            name: next((r.path_syntax for r in _rows(library) if r.path_syntax), "braces")
            for name, library in catalog.libraries.items()
        }

    def run(self) -> None:
        """Read all files that take part."""
        sources = self.ev.world.sources
        for unit in self.ev.world.active_units():
            decorators = self._decorated[unit.path] = server_handlers.decorated_by(unit)
            for name in sorted(self._names & unit.calls_by_name.keys()):
                for call in unit.calls_by_name[name]:
                    if name not in self._decorating or call in decorators:
                        self._call(unit, call, None)
        for path in sources.mentions(ROOT_SETTING):
            settings = self.ev.world.unit(path) if not sources.is_test(path) else None
            if settings is not None:
                for text in texts.literal_texts(self.ev, self.ev.exported(settings, ROOT_SETTING)):
                    module = sources.module(text, path)
                    if module is not None:
                        self.routing.applications[self._module(module)] = sources.service(path).name

    # ----------------------------------------------------------------------------------------- calls

    def _call(self, unit: Unit, call: int, frame: Frame | None) -> Node | None:
        """The node of a call that is a row of routes, or of the router that it is a method of."""
        key = (unit.path, call)
        if key not in self._calls:
            self._calls[key] = None
            given = self.ev.arguments(unit, call, frame)
            for callee in self.ev.callee(unit, call, frame):
                told = row_of(self.ev, callee, given)
                if told is None or not told[0].route:
                    continue
                row, library, type_ref, receiver = told
                node = self.node_of(receiver) if receiver is not None else ("object", unit.path, call)
                if node is None:
                    continue
                if receiver is None:
                    self._calls[key] = node
                if receiver is None and type_ref is not None:
                    made = self.ev.world.interned.of(
                        ClientObject, type_ref, self.ev.world.site(unit.path, call, frame), row, None
                    )
                    self._describe(node, made, type_ref, unit.path)
                if row.route == "serves":
                    self._serves(node, unit, call, row, given, receiver)
                else:
                    self._mounts(node, row, library, given, receiver)
        return self._calls[key]

    def _serves(
        self, node: Node, unit: Unit, call: int, row: Callable, given: Arguments, receiver: Known | None
    ) -> None:
        paths = self._paths(roles.role(self.ev, "url", row, given, receiver), row.path_syntax)
        thunks = self._thunks("handler", row, given)
        if "mounted" in row.roles and any(self._inclusion(t) is not None for t in thunks):
            for inner, certain in (n for t in thunks for n in self._included(t)):
                for path in paths:
                    prefix = routes.normalise(path, row.path_syntax) if path is not None and certain else None
                    self.routing.add(node, Mounting(prefix, inner))
            return
        methods = [m.upper() for m in texts.literal_texts(self.ev, roles.role(self.ev, "method", row, given, receiver))]
        methods = [m for m in methods if m != "*"]
        place = unit.call_place(call)
        for path in paths:
            for answer in self._answers(unit, call, row, thunks, path or "", methods):
                below = answer.path if path is not None else None
                self.routing.add(node, Serving(answer.method, below, answer.symbol, place, self._service(unit.path)))

    def _answers(
        self, unit: Unit, call: int, row: Callable, thunks: list[Thunk], path: str, methods: list[str]
    ) -> list[server_handlers.Answer]:
        ev = self.ev
        handlers: list[server_handlers.Answering] = []
        if row.decorator:
            if unit.path not in self._decorated:
                self._decorated[unit.path] = server_handlers.decorated_by(unit)
            index = self._decorated[unit.path].get(call)
            if index is not None:
                kind = ev.world.class_ref(unit, index) if hasattr(unit.facts.definitions[index], "bases") else None
                made = kind or ev.world.interned.of(FunctionRef, unit.path, index, None, None)
                handlers.append(server_handlers.Answering(made))
        for thunk in thunks:
            if thunk.given is None:
                named = ev.world.known_unit(thunk.unit)
                handlers.extend(server_handlers.answering(ev, named, thunk.value, thunk.frame))
        if not handlers:
            return [server_handlers.Answer(s.method, s.path, "") for s in routes.served(path, row.path_syntax, methods)]
        return [a for h in handlers for a in server_handlers.answers(ev, h, path, row.path_syntax, methods, row.verbs)]

    def _mounts(self, node: Node, row: Callable, library: str, given: Arguments, receiver: Known | None) -> None:
        told = roles.role(self.ev, "prefix", row, given, receiver)
        prefixes = self._prefixes(told, library)
        given_here = any(not isinstance(k, Plain) for k in told)
        for thunk in self._thunks("mounted", row, given):
            for inner, certain in self._nodes(thunk):
                for prefix in prefixes:
                    self.routing.add(
                        node, Mounting(prefix if certain else None, inner, replaces=row.replaces_prefix and given_here)
                    )

    def _thunks(self, role: Role, row: Callable, given: Arguments) -> list[Thunk]:
        told = row.roles.get(role, ())
        for source in told if isinstance(told, tuple) else (told,):
            found = roles.argument_thunks(self.ev, source, row, given)
            if found:
                return found
        return []

    def _paths(self, knowns: tuple[Known, ...], syntax: str) -> list[str | None]:
        """Paths as texts in their library's spelling; None for one of which nothing is known."""
        found: dict[str | None, None] = {}
        for known in knowns:
            text = self.ev.text_of(known)
            if text is not None:
                found[self._literal(text, UNKNOWN[syntax])] = None
            elif not (isinstance(known, Plain) and known.value is None):
                found[None] = None
        return list(found)

    def _literal(self, text: Text, hole: str) -> str | None:
        """A path; an unknown part after a known one is taken for (a part of) one segment (`f"/{VERSION}/orders"`)."""
        whole = ""
        for piece in text.pieces:
            value = piece.text if piece.kind == "literal" else None
            if piece.kind == "env":
                value = self._variables.get(piece.text, piece.default)
            if value is None and not whole:
                return None
            whole += hole if value is None else value
        return whole

    def _prefixes(self, told: tuple[Known, ...], library: str) -> list[Prefix]:
        """The prefixes that a role gives; the empty one where it gives none."""
        syntax = self._syntax[library]
        paths = self._paths(told, syntax)
        return [routes.normalise(path, syntax) if path is not None else None for path in paths] or [()]

    def _service(self, path: str) -> str:
        return self.ev.world.sources.service(path).name

    # ----------------------------------------------------------------------------------------- nodes

    def node_of(self, known: Known) -> Node | None:
        """The node of a router; None for what is none."""
        while isinstance(known, ClientObject) and isinstance(known.parent, ClientObject):
            if known.maker is not known.parent.maker or known.site is not known.parent.site:
                break
            known = known.parent  # an attribute of a router (`app.router`, `router.urls`) is the router
        if isinstance(known, Instance):
            type_ref = server_files.router_type(self.ev, known)
            if type_ref is None:
                return None
            node: Node = ("class", known.cls.unit, known.cls.index)
            self._describe(node, known, type_ref, known.site.unit if known.site is not None else known.cls.unit)
            return node
        if not isinstance(known, ClientObject):
            return None
        row = self.ev.world.catalog.constructor(known.type)
        if row is not None and row.route and known.site is not None:
            made = self._call(self.ev.world.known_unit(known.site.unit), known.site.call, known.site.frame)
            if made is not None:
                return made
        if server_files.router_type(self.ev, known) is None:
            return None
        return self._router(known)

    def _router(self, known: ClientObject) -> Node:
        """A router is told apart by where it is made, and for which service: a factory of a library makes one for
        each. One that is only typed (a parameter) is any of its type in the service."""
        if known.site is None:
            service = self._service(self.ev.asking) if self.ev.asking else ""
            return ("some", f"{service} {known.type.library}:{known.type.type}", 0)
        outermost = known.site
        while outermost.frame is not None and outermost.frame.site is not None:
            outermost = outermost.frame.site
        own, asked_for = self._service(known.site.unit), self._service(outermost.unit)
        node: Node = ("object" if own == asked_for else f"object of {asked_for}", known.site.unit, known.site.call)
        self._describe(node, known, known.type, outermost.unit)
        return node

    def _describe(self, node: Node, known: Known, type_ref: TypeRef, path: str) -> None:
        """Note what a router is by itself: an application, and its own prefix."""
        catalog = self.ev.world.catalog
        if any(t.application for t in catalog.lineage(type_ref)):
            self.routing.applications.setdefault(node, self._service(path))
        row = catalog.constructor(type_ref)
        if row is not None and "prefix" in row.holds:
            for prefix in self._prefixes(roles.held(self.ev, known, "prefix", 1), type_ref.library):
                self.routing.own.setdefault(node, {})[prefix] = None

    def _module(self, path: str) -> Node:
        """The node of a module's list of routes."""
        node: Node = ("module", path, 0)
        unit = self.ev.world.unit(path) if path not in self._modules else None
        self._modules.add(path)
        if unit is not None:
            values = [unit.facts.bindings[i].value for i in unit.globals.get(server_files.LIST, ())]
            for name in ("append", "extend", "insert"):
                for call in unit.calls_by_name.get(name, ()):
                    fact = unit.facts.calls[call]
                    function = unit.facts.values[fact.function]
                    if isinstance(function, v.Attribute) and unit.terminal(function.of) == server_files.LIST:
                        values.extend(a.value for a in fact.arguments[-1:])
            seen: set[tuple[str, int]] = set()
            for value in values:
                for inner, certain in self._walk(unit, value, None, seen):
                    self.routing.add(node, Mounting(() if certain else None, inner))
        return node

    def _nodes(self, thunk: Thunk) -> list[tuple[Node, bool]]:
        """The nodes that an argument stands for, and whether nothing can stand between."""
        if thunk.given is not None:
            return list(self._known_nodes(thunk.given, set()))
        return list(self._walk(self.ev.world.known_unit(thunk.unit), thunk.value, thunk.frame, set()))

    def _inclusion(self, thunk: Thunk) -> tuple[Callable, Arguments] | None:
        """The call that includes other routes, if the argument is one (`include("orders.urls")`)."""
        unit = self.ev.world.known_unit(thunk.unit) if thunk.given is None else None
        shown = unit.facts.values[thunk.value] if unit is not None else None
        if unit is not None and isinstance(shown, v.Result):
            given = self.ev.arguments(unit, shown.call, thunk.frame)
            for callee in self.ev.callee(unit, shown.call, thunk.frame):
                told = row_of(self.ev, callee, given) if isinstance(callee, CatalogFunction) else None
                if told is not None and "mounted" in told[0].roles and not told[0].route:
                    return told[0], given
        return None

    def _included(self, thunk: Thunk) -> list[tuple[Node, bool]]:
        told = self._inclusion(thunk)
        if told is None:
            return []
        row, given = told
        found: list[tuple[Node, bool]] = []
        for inner in self._thunks("mounted", row, given):
            module = self._named_module(inner)
            found.extend([(module, True)] if module is not None else self._nodes(inner))
        return found

    def _named_module(self, thunk: Thunk) -> Node | None:
        for text in texts.literal_texts(self.ev, self.ev.force(thunk)):
            path = self.ev.world.sources.module(text, thunk.unit) if thunk.unit else None
            return self._module(path) if path is not None else None
        return None

    def _walk(
        self, unit: Unit, value: int, frame: Frame | None, seen: set[tuple[str, int]]
    ) -> Iterator[tuple[Node, bool]]:
        """The nodes in a value that is a list of routes, a router, or made of such."""
        stack = [(value, True)]
        while stack:
            current, certain = stack.pop()
            if current == NOTHING or (unit.path, current) in seen:
                continue
            seen.add((unit.path, current))
            shown = unit.facts.values[current]
            inner = _parts(unit, shown)
            if inner is not None:
                stack.extend((part, certain) for part in reversed(inner))
            elif isinstance(shown, v.Result):
                node = self._call(unit, shown.call, frame)
                if node is not None:
                    yield node, certain
                    continue
                found = list(self._known_nodes(self.ev.evaluate(unit, current, frame), seen))
                yield from ((n, certain and sure) for n, sure in found)
                if not found:
                    plain = certain and unit.terminal(unit.facts.calls[shown.call].function) in TRANSPARENT
                    stack.extend((a.value, plain) for a in reversed(unit.facts.calls[shown.call].arguments))
            else:
                yield from self._known_nodes(self.ev.evaluate(unit, current, frame), seen)

    def _known_nodes(self, knowns: tuple[Known, ...], seen: set[tuple[str, int]]) -> Iterator[tuple[Node, bool]]:
        for known in knowns:
            if isinstance(known, ListOf):
                for item in known.items:
                    if item.given is None:
                        yield from self._walk(self.ev.world.known_unit(item.unit), item.value, item.frame, seen)
                    else:
                        yield from self._known_nodes(item.given, seen)
            elif isinstance(known, ModuleRef):
                yield self._module(known.path), True
            else:
                node = self.node_of(known)
                if node is not None:
                    yield node, True


def _parts(unit: Unit, shown: v.Value) -> list[int] | None:
    """The values that a list of routes is put together of; None if it is no such thing."""
    match shown:
        case v.Sequence(items=items):
            return list(items)
        case v.Starred(of=of):
            return [of]
        case v.Arithmetic(operator="+", left=left, right=right):
            return [left, right]
        case v.Conditional(then=then, otherwise=otherwise):
            return [then, otherwise]
        case v.Local(bindings=bindings):
            return _listed(unit, bindings)
        case v.Name(name=name):
            return _listed(unit, tuple(unit.globals.get(name, ())))
        case _:
            return None


def _listed(unit: Unit, bindings: tuple[int, ...]) -> list[int] | None:
    """Values bound to a name, where they are lists; other bindings are evaluated."""
    values = [unit.facts.bindings[i].value for i in bindings]
    lists = [x for x in values if x != NOTHING and isinstance(unit.facts.values[x], v.Sequence | v.Arithmetic)]
    return lists if lists and len(lists) == len(values) else None


def _rows(library: object) -> Iterator[Callable]:
    for type_ in getattr(library, "types", {}).values():
        yield from type_.methods
        if type_.constructor is not None:
            yield type_.constructor
    yield from getattr(library, "functions", ())
