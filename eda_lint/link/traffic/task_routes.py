"""Celery's routing settings: which queue a task goes to where neither its declaration nor the call says so.

`task_routes` (`CELERY_TASK_ROUTES`, `CELERY_ROUTES`) maps a task's name, or a glob over names, to a queue. As in the
library a name goes before a glob, and the first glob that fits counts.
(https://docs.celeryq.dev/en/stable/userguide/routing.html)
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.known import DictOf, Known, Knowns, ListOf
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import addresses
from eda_lint.link.traffic.addresses import Address
from eda_lint.model.topology import Operation
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

SYSTEM = "celery"
ROUTES = ("task_routes", "CELERY_TASK_ROUTES", "CELERY_ROUTES")
QUEUE_KEYS = ("queue", "routing_key")


@dataclass(slots=True)
class Routes:
    """What one service's settings say of queues."""

    table: list[tuple[str, Address]] = field(default_factory=list)
    """(name or glob, queue), in order."""

    def queue(self, names: Sequence[str]) -> Address | None:
        """The queue of a task with these names."""
        for name in names:
            for pattern, queue in self.table:
                if pattern == name:
                    return queue
        for pattern, queue in self.table:
            if "*" in pattern and any(fnmatch.fnmatchcase(name, pattern) for name in names):
                return queue
        return None


class Router:
    """The queues that the settings give to tasks where nothing else does."""

    def __init__(self, ev: Evaluator, operations: Sequence[Operation]) -> None:
        """Read the settings, if there are tasks whose queue is not known."""
        self._routes = _routes(ev) if any(_is_open(o) for o in operations) else {}
        self._names = _names(operations)

    def routed(self, operations: list[Operation], action: str) -> list[Operation]:
        """The operations, those of one action with their queues."""
        if not self._routes:
            return operations
        return [_routed(o, self._routes, self._names) if o.action == action and _is_open(o) else o for o in operations]


def _is_open(operation: Operation) -> bool:
    return operation.system == SYSTEM and operation.kind == "task" and not operation.address and bool(operation.message)


def _routed(operation: Operation, routes: dict[str, Routes], names: dict[str, list[str]]) -> Operation:
    known = routes.get(operation.service) or (next(iter(routes.values())) if len(routes) == 1 else None)
    queue = known.queue(names.get(operation.message or "", [operation.message or ""])) if known is not None else None
    if queue is None:
        return operation
    return replace(
        operation, address=queue.text, parts=queue.parts, default=queue.default, resolution=queue.resolution,
        reason=None, reason_code=None,
    )  # fmt: skip


def _names(operations: Sequence[Operation]) -> dict[str, list[str]]:
    """Message → the names that the task may have in the settings: the given one, and module and function."""
    found: dict[str, list[str]] = {}
    for operation in operations:
        if operation.system == SYSTEM and operation.message:
            known = found.setdefault(operation.message, [operation.message])
            module, _, qualified = operation.function.rpartition(":")
            if operation.action == "receive" and operation.message in (qualified, qualified.rpartition(".")[0]):
                automatic = f"{module}.{operation.message}"
                if automatic not in known:
                    known.append(automatic)
    return {message: known for message, known in found.items() if len(known) <= 2}


# -------------------------------------------------------------------------------------------- settings


def _routes(ev: Evaluator) -> dict[str, Routes]:
    """Service → its routes."""
    found: dict[str, Routes] = {}
    paths = dict.fromkeys(p for name in ROUTES for p in ev.world.sources.mentions(name))
    for path in paths:
        if ev.world.sources.role(path) in ("test", "example"):
            continue
        unit = ev.world.unit(path)
        if unit is None:
            continue
        told = found.setdefault(ev.world.sources.service(path).name, Routes())
        for value in _settings(unit):
            told.table.extend(_table(ev, ev.closed(ev.evaluate(unit, value, None))))
    return {service: routes for service, routes in found.items() if routes.table}


def _settings(unit: Unit) -> Iterator[int]:
    """The routes that a module of settings, an assignment to the configuration or a keyword gives."""
    wanted = frozenset(ROUTES)
    for members in (unit.globals, *unit.members.values()):
        for name in sorted(wanted & members.keys()):
            yield from (value for b in members[name] if (value := unit.facts.bindings[b].value) != NOTHING)
    for _, write, target in unit.attribute_writes:
        if target.name in wanted and write.value != NOTHING:
            yield write.value
    for call in unit.facts.calls:
        yield from (a.value for a in call.arguments if a.name in wanted)


def _table(ev: Evaluator, knowns: Knowns) -> Iterator[tuple[str, Address]]:
    for known in knowns:
        if isinstance(known, DictOf):
            for key, thunk in known.entries:
                yield from _route(ev, (key,), ev.closed(ev.force(thunk)))
        elif isinstance(known, ListOf):
            for item in known.items:
                inner = ev.closed(ev.force(item))
                for one in inner:
                    if isinstance(one, ListOf) and one.exact and len(one.items) == 2:
                        yield from _route(ev, ev.force(one.items[0]), ev.closed(ev.force(one.items[1])))
                yield from _table(ev, tuple(k for k in inner if not (isinstance(k, ListOf) and k.exact)))


def _route(ev: Evaluator, keys: Knowns, values: Knowns) -> Iterator[tuple[str, Address]]:
    queue = _queue(ev, values)
    for key in keys if queue is not None else ():
        text = ev.text_of(key)
        if text is not None and text.literal and queue is not None:
            yield text.literal, queue


def _queue(ev: Evaluator, knowns: Knowns) -> Address | None:
    """The queue that a route names: by itself, or under `queue`."""
    named: list[Known] = []
    for known in knowns:
        if isinstance(known, DictOf):
            for wanted in QUEUE_KEYS:
                inner = [k for key, thunk in known.entries if key is ev.world.literal(wanted) for k in ev.force(thunk)]
                if inner:
                    named.extend(inner)
                    break
        else:
            named.append(known)
    return next((a for a in addresses.of_knowns(ev, tuple(named)) if a.names_something), None)
