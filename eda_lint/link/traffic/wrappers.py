"""Wrappers that the configuration declares: functions that send or receive in a way that their code does not show.

They act as catalogued functions would. The signature of one that the code base defines is read there; of one from
outside only keyword arguments can be told apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from eda_lint.catalog.load import Catalog
from eda_lint.catalog.tables import Callable, Library, Role, Source
from eda_lint.link.evaluation.known import FunctionRef, Told
from eda_lint.model.topology import ChannelKind
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator
    from eda_lint.link.evaluation.units import Unit
    from eda_lint.link.evaluation.world import World

CLIENT = "declared"
"""What operations of declared wrappers give as their client; those of several systems have one each."""

KINDS: dict[str, ChannelKind] = {
    "kafka": "stream", "aws_kinesis": "stream", "eventhubs": "stream", "pulsar": "stream", "aws_sqs": "queue",
    "rabbitmq": "topic", "aws_sns": "topic", "aws_eventbridge": "topic", "gcp_pubsub": "topic", "nats": "topic",
    "mqtt": "topic", "redis": "topic", "celery": "task", "dramatiq": "task", "rq": "task", "arq": "task",
    "inproc": "inproc", "servicebus": "queue", "activemq": "queue",
}  # fmt: skip
"""The channel kind that a system's name tells; `[[channels]] kind` says more."""


@dataclass(frozen=True, slots=True)
class WrapperDeclaration:
    """One declared wrapper: dotted path, what it does, and role → the name of its parameter."""

    function: str
    action: Literal["send", "receive", "settle", "reply"]
    system: str = ""
    roles: tuple[tuple[Role, str], ...] = ()


def with_wrappers(catalog: Catalog, declarations: Iterable[WrapperDeclaration]) -> Catalog:
    """A catalog in which declared wrappers are functions too; the same one if there are none."""
    by_system: dict[str, list[WrapperDeclaration]] = {}
    for one in declarations:
        by_system.setdefault(one.system, []).append(one)
    if not by_system:
        return catalog
    libraries = dict(catalog.libraries)
    for system, group in sorted(by_system.items()):
        rows = tuple(_row(one) for one in group)
        name = CLIENT if len(by_system) == 1 else f"{CLIENT}:{system}"
        kind = KINDS.get(system, "unknown")
        libraries[name] = Library(name=name, imports=(), system=system, kind=kind, functions=rows)
    return Catalog(libraries, catalog.import_roots(), catalog.effect_roots())


def _row(one: WrapperDeclaration) -> Callable:
    roles: dict[Role, Source | tuple[Source, ...]] = {role: Source(param=name) for role, name in one.roles}
    decorator = one.action == "receive" and "handler" not in roles
    return Callable(paths=(one.function,), action=one.action, roles=roles, decorator=decorator)


def activate(world: World, declarations: Iterable[WrapperDeclaration], admitted: Iterable[str]) -> None:
    """Make the files active that can call a declared wrapper: they say its name and its module's or class's."""
    allowed = set(admitted)
    for one in declarations:
        *before, name = one.function.split(".")
        for other in before[-2:]:
            for path in world.sources.mentions(*dict.fromkeys((name, other))):
                if world.sources.role(path) in allowed:
                    world.activate(path)


def told(ev: Evaluator, function: FunctionRef) -> Told | None:
    """What the configuration says of a function of the code base."""
    unit = ev.world.known_unit(function.unit)
    found = ev.world.catalog.function_at(f"{unit.name}.{unit.symbol(function.index).partition(':')[2]}")
    if found is None or not found[0].name.startswith(CLIENT):
        return None
    library, row = found
    key = (function.unit, function.index)
    if key not in ev.world.told:
        ev.world.told[key] = msgspec.structs.replace(row, params=_parameters(ev, unit, function.index))
    return ev.world.interned.of(Told, ev.world.told[key], library.name)


def _parameters(ev: Evaluator, unit: Unit, function: int) -> tuple[str, ...]:
    """A function's parameters as the catalog writes them, without `self`."""
    skip = 1 if ev.is_method(unit, function) else 0
    found: list[str] = []
    for parameter in unit.function(function).parameters[skip:]:
        if parameter.kind == "keyword" and not any(p.startswith("*") for p in found):
            found.append("*")
        star = parameter.kind if parameter.kind in ("*", "**") else ""
        found.append(f"{star}{parameter.name}" + ("" if parameter.default == NOTHING else "=None"))
    return tuple(found)
