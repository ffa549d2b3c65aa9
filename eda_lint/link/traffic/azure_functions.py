"""Functions that Azure Functions calls with messages, where a `function.json` beside them says so (programming model
v1). The decorators of model v2 are in the catalog.

Names of bindings and of their properties follow the bindings' reference in Microsoft's documentation.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eda_lint.catalog.tables import Callable, Role, Source
from eda_lint.link.evaluation.frames import Arguments
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.evaluation.world import Injected
from eda_lint.link.sources import Sources
from eda_lint.link.traffic import injection
from eda_lint.link.traffic.declared import Declared, returning
from eda_lint.link.traffic.readings import interpret
from eda_lint.model.facts import Function, Json

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

LIBRARY = "azure-functions"
CHANNELS: dict[str, tuple[str, ...]] = {
    "servicebus": ("queueName", "topicName"), "queue": ("queueName",), "eventhub": ("eventHubName", "path"),
    "kafka": ("topic",), "eventgrid": ("topicEndpointUri", "connection"), "daprpublish": ("topic",),
    "daprtopic": ("topic",),
}  # fmt: skip
"""Binding type (without `Trigger`, lower case) → properties that name its channel."""
GROUPS: dict[str, str] = {"servicebus": "subscriptionName", "eventhub": "consumerGroup", "kafka": "consumerGroup"}
TYPES: dict[str, tuple[str, str]] = {
    "servicebus": ("service_bus_message", "service_bus_output"), "queue": ("queue_message", "queue_output"),
    "eventhub": ("event_hub_event", "event_hub_output"), "kafka": ("kafka_event", "kafka_output"),
    "eventgrid": ("event_grid_event", "event_grid_output"), "daprpublish": ("dapr_event", "dapr_output"),
    "daprtopic": ("dapr_event", "dapr_output"),
}  # fmt: skip
"""Binding type → the catalog's types of what a trigger hands to the function, and of what it sends through."""
ELSEWHERE = "which topic feeds this function is said where it is deployed"


@dataclass(slots=True)
class Bound:
    """A function, with the bindings that have to do with messages: (binding, whether it triggers, name, row)."""

    path: str
    function: str
    bindings: list[tuple[str, bool, str, Callable]] = field(default_factory=list)


def bound(sources: Sources) -> list[Bound]:
    """The functions of the root that a `function.json` binds to channels."""
    found: list[Bound] = []
    for path in sources.documents("function.json"):
        document = sources.document(path)
        data = document.data if document is not None else None
        if not isinstance(data, dict) or not isinstance(data.get("bindings"), list):
            continue
        script, entry = data.get("scriptFile", "__init__.py"), data.get("entryPoint", "main")
        if not isinstance(script, str) or not isinstance(entry, str):
            continue
        file = posixpath.normpath(posixpath.join(posixpath.dirname(path), script))
        one = Bound(file, entry, list(_bindings(data["bindings"])))
        if one.bindings and not file.startswith("../") and sources.exists(file):
            found.append(one)
    return found


def _bindings(told: Json) -> Iterator[tuple[str, bool, str, Callable]]:
    for binding in told if isinstance(told, list) else ():
        if not isinstance(binding, dict) or not isinstance(binding.get("name"), str):
            continue
        kind = str(binding.get("type", "")).lower()
        triggers = kind.endswith("trigger")
        kind = kind.removesuffix("trigger")
        if kind in CHANNELS and (triggers or binding.get("direction") == "out"):
            yield kind, triggers, str(binding["name"]), _row(kind, triggers, binding)


def _row(kind: str, triggers: bool, binding: Mapping[str, Json]) -> Callable:
    """What a binding says, as a call of the catalog would."""
    found: dict[Role, Source | tuple[Source, ...]] = {}
    for role, names in (("channel", CHANNELS[kind]), ("group", (GROUPS.get(kind, ""),))):
        name = next((str(binding[n]) for n in names if isinstance(binding.get(n), str)), None)
        if name is not None:
            # Event Grid's binding names the setting that holds the topic's endpoint.
            named = kind == "eventgrid"
            found[role] = Source(constant=name, setting_mark="" if named else "%", names_setting=named)  # type: ignore[index]
    is_topic = kind == "servicebus" and "topicName" in binding
    return Callable(
        action="receive" if triggers else "",
        roles=found,
        holds=tuple(found),
        kind="topic" if is_topic else "",
        elsewhere=ELSEWHERE if triggers else "",
        note="Azure Functions calls the function",
    )


def note(ev: Evaluator, functions: list[Bound]) -> bool:
    """Note what bindings hand to the parameters of functions in active units; whether that is news."""
    before = len(ev.world.injected)
    for one in functions:
        for unit, index in _functions(ev, one):
            for kind, triggers, name, row in one.bindings:
                position = injection.parameter(unit, index, name)
                if position is not None:
                    type_ref = ev.world.catalog.resolve(LIBRARY, TYPES[kind][0 if triggers else 1])
                    injected = Injected(type_ref, row, unit.path)
                    ev.world.injected.setdefault((unit.path, index, position), injected)
    return len(ev.world.injected) > before


def _functions(ev: Evaluator, one: Bound) -> Iterator[tuple[Unit, int]]:
    unit = ev.world.active.get(one.path)
    for index, definition in enumerate(unit.facts.definitions) if unit is not None else ():
        if isinstance(definition, Function) and definition.name == one.function and definition.parent == 0 and unit:
            yield unit, index


def handlers(ev: Evaluator, functions: list[Bound]) -> list[Declared]:
    """The receives of bound functions of active units, and the sends of what they return."""
    found: list[Declared] = []
    for one in functions:
        for unit, index in _functions(ev, one):
            for kind, triggers, name, row in one.bindings:
                if triggers:
                    found.append(_declared(ev, unit, index, TYPES[kind][0], row))
                elif name == injection.RETURNED:
                    sending = injection.sending(ev, LIBRARY, TYPES[kind][1], row)
                    sent = _declared(ev, unit, index, TYPES[kind][1], sending)
                    found.append(Declared("send", unit, index, sent.place, returning(ev, unit, index, sent.reading)))
    return found


def _declared(ev: Evaluator, unit: Unit, index: int, type_name: str, row: Callable) -> Declared:
    type_ref = ev.world.catalog.resolve(LIBRARY, type_name)
    reading = interpret(ev, row, LIBRARY, type_ref, None, Arguments(), frozenset())
    return Declared("receive", unit, index, unit.definition_place(index), reading)
