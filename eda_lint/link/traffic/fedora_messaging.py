"""Consumers that a configuration file of fedora-messaging names: `fedora-messaging consume` calls them.

Keys follow the library's configuration reference (fedora-messaging 3.9): `callback` is `module:name`, each of
`bindings` ties a queue to an exchange by routing keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.catalog.tables import Callable
from eda_lint.link.evaluation.classes import class_attribute
from eda_lint.link.evaluation.known import ClassRef, FunctionRef, Instance
from eda_lint.link.sources import Sources
from eda_lint.link.traffic.addresses import Address
from eda_lint.link.traffic.declared import Declared
from eda_lint.link.traffic.readings import Reading
from eda_lint.model.facts import Json
from eda_lint.model.topology import AddressPart

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

LIBRARY = "fedora-messaging"
ROOT = "fedora_messaging"
ROW = Callable(action="receive", note="fedora-messaging calls the consumer that its configuration names")


@dataclass(frozen=True, slots=True)
class Configured:
    """A consumer that a file names: where its module is, its name there, and what its queues are bound to."""

    path: str
    name: str
    addresses: tuple[Address, ...]
    queue: str | None


def configured(sources: Sources) -> list[Configured]:
    """The consumers of the root that its configuration files name."""
    importers = [path for path in sources.mentions(ROOT) if not sources.is_test(path)]
    found: dict[Configured, None] = {}
    for path in sources.documents_with(("callback",), "*.toml") if importers else ():
        document = sources.document(path)
        data = document.data if document is not None else None
        callback = data.get("callback") if isinstance(data, dict) else None
        if isinstance(data, dict) and isinstance(callback, str) and callback.count(":") == 1:
            module, _, name = callback.partition(":")
            file = next((f for i in importers if (f := _module(sources, module, i)) is not None), None)
            if file is not None and sources.exists(file):
                found[Configured(file, name, tuple(_addresses(data)), _queue(data))] = None
    return list(found)


def _module(sources: Sources, name: str, importer: str) -> str | None:
    """The file of a module that a file could import, or is."""
    return importer if sources.module_name(importer) == name else sources.module(name, importer)


def _bindings(data: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    told = data.get("bindings")
    for binding in told if isinstance(told, list) else [told]:
        if isinstance(binding, dict):
            yield binding


def _addresses(data: Mapping[str, Json]) -> Iterator[Address]:
    """The addresses of the bindings; one without a text if there are none, or all keys are meant."""
    found: list[Address] = []
    for binding in _bindings(data):
        exchange, keys = binding.get("exchange"), binding.get("routing_keys")
        for key in keys if isinstance(keys, list) else ():
            if isinstance(exchange, str) and isinstance(key, str):
                parts = (AddressPart("exchange", exchange), AddressPart("routing_key", key))
                found.append(Address(f"{exchange}:{key}", parts, None, "literal"))
    if not found:
        reason = "which routing keys the queue is bound to is said where it is deployed"
        found.append(Address(None, resolution="unresolved", reason=reason, reason_code="deployment"))
    yield from dict.fromkeys(found)


def _queue(data: Mapping[str, Json]) -> str | None:
    named = {str(b["queue"]) for b in _bindings(data) if isinstance(b.get("queue"), str)}
    return named.pop() if len(named) == 1 else None


def handlers(ev: Evaluator, consumers: list[Configured]) -> list[Declared]:
    """The receives of configured consumers in active units: what several files say of one is said of it once."""
    found: dict[FunctionRef, list[Configured]] = {}
    for one in consumers:
        unit = ev.world.active.get(one.path)
        for known in ev.exported(unit, one.name) if unit is not None else ():
            if isinstance(known, ClassRef):
                instance = ev.world.interned.of(Instance, known, None)
                known = next(iter(class_attribute(ev, known, "__call__", instance)), known)
            if isinstance(known, FunctionRef):
                found.setdefault(known, []).append(one)
    return [_declared(ev, handler, told) for handler, told in found.items()]


def _declared(ev: Evaluator, handler: FunctionRef, told: list[Configured]) -> Declared:
    unit = ev.world.known_unit(handler.unit)
    to = dict.fromkeys(a for one in told for a in one.addresses)
    named = [a for a in to if a.names_something] or list(to)[:1]
    queues = {one.queue for one in told}
    group = queues.pop() if len(queues) == 1 else None
    reading = Reading(
        ROW, LIBRARY, "rabbitmq", "topic", named, [], "unknown", (), (), group, "unknown", None, None,
        settings={"auto_settle": "false"},
    )  # fmt: skip
    return Declared("receive", unit, handler.index, unit.definition_place(handler.index), reading)
