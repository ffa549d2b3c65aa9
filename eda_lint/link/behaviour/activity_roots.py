"""The activities of functions that nobody hands a message: those that send, or call others over HTTP.

A root is the outermost function around the call, so that what a nested function or a lambda does is seen where it
is made; and the functions that call it, so that what is stored before and told after is seen together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import replace
from typing import TYPE_CHECKING

from eda_lint.link.behaviour import activities
from eda_lint.link.evaluation import activations
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.runtime import deployment, transactions
from eda_lint.link.traffic.build import Built
from eda_lint.model.facts import Function
from eda_lint.model.topology import Activity, Operation, Route

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

HOPS = 2
"""How far up from a call that sends callers are roots too."""
CALLERS = 12
"""Most callers of one function that are roots for its sake: what everybody calls says little about each."""
HTTP_NAMES = frozenset({"get", "post", "put", "patch", "delete", "request", "send", "urlopen", "head", "options"})

Root = tuple[str, int]
"""A unit's path and a function of it; 0 is the module."""


def found(
    ev: Evaluator,
    make: Callable[[], activities.Walk],
    built: Built,
    operations: dict[str, Operation],
    routes: Sequence[Route],
    visited: Set[Root],
) -> list[Activity]:
    """The activity of each root, by place. Handlers are left out, and what only they reach (`visited` are the
    functions that they do): they have an activity already, which knows of the message."""
    handled = {(use.unit.path, use.function) for use in built.handlers.values()}
    entries = deployment.entries(routes)
    atomic = deployment.atomic_requests(ev)
    told: list[Activity] = []
    for path, function in sorted(roots(ev, built, operations, handled)):
        unit = ev.world.known_unit(path)
        if unit.symbol(function) not in entries and _only_handles(ev, (path, function), visited):
            continue
        walk = make()
        frame = activations.frames(ev, unit, function)[0] if function else None
        activity = activities.activity(walk, unit, function, set(), frame=frame)
        served = unit.symbol(function) in entries
        evidence = atomic.get(activity.service) if served and not transactions.is_exempt(unit, function) else None
        told.append(
            replace(
                activity,
                entry="route" if served else "module" if function == 0 else "function",
                transactional=evidence is not None,
                transaction_evidence=evidence,
            )
        )
    return told


def _only_handles(ev: Evaluator, root: Root, visited: Set[Root]) -> bool:
    """Whether a function runs only when a message is handled."""
    path, function = root
    if root not in visited or not function:
        return False
    sites = ev.callers.sites(ev.world.known_unit(path), function)
    around = {(u.path, outermost(u, u.enclosing_function(u.facts.calls[call].scope))) for u, call, _ in sites}
    return around <= visited


def roots(ev: Evaluator, built: Built, operations: dict[str, Operation], handled: set[Root]) -> set[Root]:
    """The functions whose activities are told."""
    sending = [
        (path, call)
        for (path, call), ids in built.by_call.items()
        if call >= 0 and any(operations[i].action in ("send", "reply") for i in ids if i in operations)
    ]
    starts: dict[Root, None] = {}
    for path, call in sending:
        unit = ev.world.known_unit(path)
        starts[path, outermost(unit, unit.enclosing_function(unit.facts.calls[call].scope))] = None
    for unit in ev.world.active_units():
        for function in _calling_http(ev, unit):
            starts[unit.path, outermost(unit, function)] = None
    installed = ev.world.sources.is_installed
    return {root for root in _with_callers(ev, starts, handled) if root not in handled and not installed(root[0])}


def outermost(unit: Unit, function: int) -> int:
    """The function that a function is nested in, farthest out; itself if in none."""
    while function > 0:
        around = unit.enclosing_function(unit.facts.definitions[function].parent)
        if around <= 0:
            break
        function = around
    return function


def _with_callers(ev: Evaluator, starts: Iterable[Root], handled: set[Root]) -> set[Root]:
    reached: set[Root] = set(starts)
    front = list(reached)
    for _ in range(HOPS):
        found: set[Root] = set()
        for path, function in sorted(front):
            if function and (path, function) not in handled:
                unit = ev.world.known_unit(path)
                sites = ev.callers.sites(unit, function)
                if len(sites) <= CALLERS:
                    callers = {
                        (u.path, outermost(u, u.enclosing_function(u.facts.calls[call].scope))) for u, call, _ in sites
                    }
                    found |= {root for root in callers if root[1]}
        front = sorted(found - reached)
        reached |= found
    return reached


def _calling_http(ev: Evaluator, unit: Unit) -> list[int]:
    """Functions of a unit that make at least two calls of an HTTP client."""
    found = []
    for index, definition in enumerate(unit.facts.definitions):
        if isinstance(definition, Function) and index:
            calls = [c for c in unit.body(index).calls if unit.terminal(unit.facts.calls[c].function) in HTTP_NAMES]
            if sum(1 for c in calls if deployment.is_http(ev, unit, c)) >= 2:
                found.append(index)
    return found
