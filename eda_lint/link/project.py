"""Link, whole: rounds of inference over a code base that grows by question, then the project that rules see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eda_lint.catalog.load import Catalog
from eda_lint.link.behaviour import activities, activity_roots, hosts
from eda_lint.link.behaviour.handlers import handler
from eda_lint.link.contracts.build import contracts, divergences
from eda_lint.link.demand import Demand
from eda_lint.link.evaluation import assigned, unbound
from eda_lint.link.evaluation.evaluate import Evaluator
from eda_lint.link.evaluation.known import Decorated, External, FunctionRef
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.evaluation.world import World
from eda_lint.link.graph import GraphTopology
from eda_lint.link.infrastructure import plans
from eda_lint.link.runtime import deployment
from eda_lint.link.runtime.deployed import DeployedNames
from eda_lint.link.sources import Sources
from eda_lint.link.traffic import (
    azure_functions,
    cdk,
    dispatch,
    event_shapes,
    fedora_messaging,
    injection,
    jobs,
    lambdas,
    listening,
)
from eda_lint.link.traffic.build import Builder, Built
from eda_lint.link.traffic.channels import ChannelDeclaration
from eda_lint.link.traffic.declared import Declared, declared
from eda_lint.link.traffic.operations import Occurrences
from eda_lint.link.traffic.readings import Reading, listener_method
from eda_lint.link.traffic.wrappers import WrapperDeclaration, activate, with_wrappers
from eda_lint.model import values as v
from eda_lint.model.facts import Class
from eda_lint.model.topology import Coverage, Handler, Operation, Project, SourceProblem

ROLES = ("source", "test", "example", "migration", "generated")
ROUNDS = 16
"""Most rounds of growing; every round but the last makes a file active."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the configuration says that link needs."""

    channels: tuple[ChannelDeclaration, ...] = ()
    include_tests: bool = False
    services_complete: bool = False
    guards: tuple[str, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    """(declared package whose source was not found, why)"""
    wrappers: tuple[WrapperDeclaration, ...] = ()
    contracts: bool = True
    """Whether the schemas of messages are asked for: it takes time, and few runs need it."""


def link(sources: Sources, catalog: Catalog, options: Options) -> Project:
    """Understand a code base."""
    world = World(sources, with_wrappers(catalog, options.wrappers))
    demand = Demand(include_tests=options.include_tests)
    for path in sources.seeds():
        if demand.admits(sources.role(path)):
            world.activate(path)
    activate(world, options.wrappers, [r for r in ROLES if demand.admits(r)])
    templates = plans.read_plan(sources)
    plan, stacks = templates, cdk.stack_files(sources)
    functions = lambdas.deployed(plan)
    bound = azure_functions.bound(sources)
    consumers = fedora_messaging.configured(sources)
    named = (*unbound.files(world), *jobs.files(world))
    asked = (*event_shapes.files(sources), *sources.looking_up_by_class(), *named)
    called = [*(f.path for f in functions), *(b.path for b in bound), *(c.path for c in consumers)]
    activated(world, [*called, *stacks, *asked], demand)
    evaluator, occurrences, declarations = _round(world)
    for _ in range(ROUNDS):
        handed = handed_to_handlers(evaluator, occurrences, declarations)
        if stacks:
            plan = templates.with_more(cdk.plan(evaluator))
            functions = lambdas.deployed(plan)
            # What deploys a function may know its file only now.
            handed = activated(world, [f.path for f in functions], demand) or handed
        handed = any((handed, azure_functions.note(evaluator, bound), injection.note(evaluator)))
        needed = [*lambdas.files(evaluator, functions), *listening.files(evaluator)]
        entered = [path for path in needed if demand.admits(sources.role(path))]
        handed = any([handed, *(world.activate(path) for path in entered)])
        if not demand.grow(evaluator, occurrences, declarations) and not handed:
            break
        evaluator, occurrences, declarations = _round(world)
    declarations += [*lambdas.handlers(evaluator, functions), *azure_functions.handlers(evaluator, bound)]
    declarations += fedora_messaging.handlers(evaluator, consumers)
    built = Builder(evaluator, occurrences, declarations).build(options.channels, DeployedNames(sources, plan), plan)
    return _assemble(evaluator, built, options)


def activated(world: World, paths: Iterable[str], demand: Demand) -> bool:
    """Make files active that are judged; whether that is news."""
    news = [world.activate(path) for path in paths if demand.admits(world.sources.role(path))]
    return any(news)


def _round(world: World) -> tuple[Evaluator, Occurrences, list[Declared]]:
    world.forget()
    evaluator = Evaluator(world)
    occurrences = Occurrences(evaluator)
    occurrences.run()
    buses = dispatch.registrations(evaluator, occurrences.dispatchers)
    listened = listening.declared(evaluator, occurrences)
    told = [*declared(evaluator), *injection.returned(evaluator), *buses, *listened]
    return evaluator, occurrences, [*told, *jobs.declared(evaluator, occurrences.found)]


def handed_to_handlers(ev: Evaluator, occurrences: Occurrences, declarations: list[Declared]) -> bool:
    """Note what libraries hand to the handlers of this round; whether that is news."""
    before = len(ev.world.handed)
    for unit in ev.world.active_units():
        for index, definition in enumerate(unit.facts.definitions):
            if isinstance(definition, Class):
                _note_overrides(ev, unit, index)
    for called, types, library in assigned.callbacks(ev):
        _note_types(ev, ev.world.known_unit(called.unit), called.index, types, library)
    for one in declarations:
        _note_handed(ev, one.unit, one.function, one.reading)
    for occurrence in occurrences.found:
        for known in occurrences.handlers(occurrence) if occurrence.action == "receive" else ():
            method = listener_method(ev, known)
            function = method.function if isinstance(method, Decorated) else method
            if isinstance(function, FunctionRef):
                for reading in occurrence.readings:
                    _note_handed(ev, ev.world.known_unit(function.unit), function.index, reading)
    return len(ev.world.handed) > before


def _note_handed(ev: Evaluator, unit: Unit, function: int, reading: Reading) -> None:
    types = reading.row.handler_types or ((reading.row.record,) if reading.row.record else ())
    _note_types(ev, unit, function, types, reading.library)


def _note_overrides(ev: Evaluator, unit: Unit, cls: int) -> None:
    """Methods of a subclass that the library calls, with handler types of their own (`get_consumers`)."""
    for base in ev.mro(ev.world.class_ref(unit, cls)):
        type_ref = ev.world.catalog.type_at(base.path) if isinstance(base, External) else None
        if type_ref is None:
            continue
        for name, rows in ev.world.catalog.override_names(type_ref).items():
            for binding in unit.members.get(cls, {}).get(name, ()):
                shown = unit.facts.values[unit.facts.bindings[binding].value]
                if isinstance(shown, v.Definition) and rows and rows[0].handler_types:
                    _note_types(ev, unit, shown.index, rows[0].handler_types, type_ref.library)


def _note_types(ev: Evaluator, unit: Unit, function: int, types: Sequence[str], library: str) -> None:
    skip = 1 if ev.is_method(unit, function) else 0
    positional = [i for i, p in enumerate(unit.function(function).parameters) if p.kind == "positional"][skip:]
    for index, type_name in zip(positional, types, strict=False):
        if type_name:
            ev.world.handed.setdefault((unit.path, function, index), ev.world.catalog.resolve(library, type_name))


def _assemble(ev: Evaluator, built: Built, options: Options) -> Project:
    sources = ev.world.sources
    operations = {o.id: o for o in built.operations}
    routes = deployment.routes(ev)
    router = hosts.Router(routes, sources.services(), deployment.hosts(ev), deployment.variables(ev))
    guarding = frozenset(name.rpartition(".")[2] for name in options.guards)

    def walk() -> activities.Walk:
        return activities.Walk(ev, built.by_call, operations, router, guarding, built.postponed)

    handlers: list[Handler] = []
    visited: set[tuple[str, int]] = set()
    for id, use in sorted(built.handlers.items()):
        walked = walk()
        handlers.append(handler(walked, id, use))
        visited |= walked.visited
    found = activity_roots.found(ev, walk, built, operations, routes, visited)
    topology = GraphTopology(built.channels, built.operations, handlers)
    promised = contracts(ev, built, complete=options.services_complete) if options.contracts else ()
    return Project(
        services=sources.services(),
        channels=tuple(built.channels),
        operations=tuple(built.operations),
        handlers=tuple(handlers),
        activities=tuple(found),
        routes=tuple(routes),
        topology=topology,
        coverage=coverage(built.operations, options.unread),
        services_complete=options.services_complete,
        contracts=promised,
        divergences=divergences(promised),
    )


def is_resolved(operation: Operation) -> bool:
    """Whether it is known where a message goes: its channel, or for a task queue the task, since which worker
    takes it is decided by the task's name."""
    return operation.address is not None or (operation.kind == "task" and operation.message is not None)


def coverage(operations: Sequence[Operation], unread: tuple[tuple[str, str], ...]) -> Coverage:
    """How many operations have an address (those whose callers are the real operations left out), and why not."""
    judged = [o for o in operations if o.kind != "inproc" and not (o.wrapper and o.address is None)]
    resolved = [o for o in judged if is_resolved(o)]
    reasons: dict[str, tuple[str, int]] = {}
    for operation in judged:
        if not is_resolved(operation):
            code = operation.reason_code or "unknown"
            place = f"{operation.place.file}:{operation.place.line}"
            first, count = reasons.get(code, (f"{place} {operation.reason or ''}".strip(), 0))
            reasons[code] = (first, count + 1)
    frequent = sorted(reasons.items(), key=lambda r: (-r[1][1], r[0]))
    rows = tuple((code, example, count) for code, (example, count) in frequent)
    names = tuple(name for name, _ in unread)
    return Coverage(len(judged), len(resolved), unresolved=rows, unread_packages=names, unread_reasons=unread)


__all__ = ["Options", "SourceProblem", "link"]
