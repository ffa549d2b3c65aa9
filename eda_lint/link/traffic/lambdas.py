"""Functions that AWS Lambda calls with messages: named by a template with their event sources, or told by how
they read the event.

Event shapes and event source types follow AWS's Lambda developer guide and the SAM specification
(`AWS::Serverless::Function`, `Events`), serverless.yml its framework's reference.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eda_lint.catalog.tables import Callable
from eda_lint.link.evaluation import taint
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.sources import Sources
from eda_lint.link.traffic import powertools
from eda_lint.link.traffic.addresses import Address
from eda_lint.link.traffic.declared import Declared
from eda_lint.link.traffic.readings import Reading
from eda_lint.model import values as v
from eda_lint.model.facts import Function, Json
from eda_lint.model.topology import AddressPart, ChannelKind

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

ROW = Callable(action="receive", note="AWS Lambda calls the handler")

SOURCES: dict[str, tuple[str, ChannelKind, tuple[str, ...]]] = {
    "SQS": ("aws_sqs", "queue", ("Queue",)),
    "SNS": ("aws_sns", "topic", ("Topic",)),
    "Kinesis": ("aws_kinesis", "stream", ("Stream",)),
    "DynamoDB": ("aws_dynamodb", "stream", ("Stream",)),
    "CloudWatchEvent": ("aws_eventbridge", "topic", ("EventBusName",)),
    "EventBridgeRule": ("aws_eventbridge", "topic", ("EventBusName",)),
    "MSK": ("kafka", "stream", ("Topics",)),
    "SelfManagedKafka": ("kafka", "stream", ("Topics",)),
    "MQ": ("rabbitmq", "queue", ("Queues",)),
}
"""SAM event type → (system, kind, properties that name the channel)."""

SHAPES: dict[str, tuple[str, ChannelKind]] = {
    "body": ("aws_sqs", "queue"), "messageAttributes": ("aws_sqs", "queue"), "receiptHandle": ("aws_sqs", "queue"),
    "Sns": ("aws_sns", "topic"), "kinesis": ("aws_kinesis", "stream"), "dynamodb": ("aws_dynamodb", "stream"),
}  # fmt: skip
"""Key that is read of each of `event["Records"]` → what sends such records."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One event source of a function."""

    system: str
    kind: ChannelKind
    address: Address
    messages: tuple[str, ...] = ()


@dataclass(slots=True)
class Deployed:
    """A function that a template deploys."""

    path: str
    function: str
    triggers: list[Trigger] = field(default_factory=list)
    variables: dict[str, Json] = field(default_factory=dict)


def deployed(sources: Sources) -> list[Deployed]:
    """The functions with event sources that the root's templates deploy, whose code is in the root."""
    found: list[Deployed] = []
    carried: dict[str, set[str]] = {}
    for path in sources.documents(
        "template*.y*ml", "*template.y*ml", "template*.json", "sam*.y*ml", "cloudformation*.y*ml"
    ):
        document = sources.document(path)
        if document is not None and isinstance(document.data, dict):
            found.extend(_template(sources, path, document.data))
            _carried(document.data, carried)
    _name_parameters(found, carried)
    for path in sources.documents("serverless.y*ml"):
        document = sources.document(path)
        if document is not None and isinstance(document.data, dict):
            found.extend(_serverless(sources, path, document.data))
    return found


# ------------------------------------------------------------------------------------- CloudFormation


def _template(sources: Sources, path: str, data: Mapping[str, Json]) -> Iterator[Deployed]:
    resources = data.get("Resources")
    if not isinstance(resources, dict):
        return
    base = _at(data, "Globals", "Function")
    for resource in resources.values():
        if not isinstance(resource, dict) or resource.get("Type") != "AWS::Serverless::Function":
            continue
        properties = {**(base if isinstance(base, dict) else {}), **_mapping(resource.get("Properties"))}
        handler, code = properties.get("Handler"), properties.get("CodeUri", ".")
        if not isinstance(handler, str) or not isinstance(code, str):
            continue
        variables = {
            **_mapping(_at(base, "Environment", "Variables")),
            **_mapping(_at(properties, "Environment", "Variables")),
        }
        file = _handler_file(sources, posixpath.join(posixpath.dirname(path), code), handler)
        events = properties.get("Events")
        if file is None or not isinstance(events, dict):
            continue
        found = Deployed(file, handler.rpartition(".")[2], variables=variables)
        for event in events.values():
            found.triggers.extend(_event(data, event, variables))
        if found.triggers:
            yield found


def _carried(data: Mapping[str, Json], carried: dict[str, set[str]]) -> None:
    """Template parameters that functions are given as environment variables: parameter → variables."""
    tables = [_at(data, "Globals", "Function", "Environment", "Variables")]
    tables += [_at(r, "Properties", "Environment", "Variables") for r in _mapping(data.get("Resources")).values()]
    for table in tables:
        for variable, value in _mapping(table).items():
            name = _mapping(value).get("Ref")
            if isinstance(name, str) and name in _mapping(data.get("Parameters")):
                carried.setdefault(name, set()).add(variable)


def _name_parameters(found: list[Deployed], carried: Mapping[str, set[str]]) -> None:
    """Call a channel that a template's parameter names by the variable under which code knows that parameter."""
    for one in found:
        for index, trigger in enumerate(one.triggers):
            part = trigger.address.parts[0] if len(trigger.address.parts) == 1 else None
            names = carried.get(part.text, set()) if part is not None and part.kind == "env" else set()
            if len(names) == 1:
                name = next(iter(names))
                address = Address(f"${{{name}}}", (AddressPart("env", name),), None, "setting")
                one.triggers[index] = Trigger(trigger.system, trigger.kind, address, trigger.messages)


def _event(data: Mapping[str, Json], event: Json, variables: Mapping[str, Json]) -> Iterator[Trigger]:
    if not isinstance(event, dict):
        return
    told = SOURCES.get(str(event.get("Type")))
    if told is None:
        return
    system, kind, names = told
    properties = _mapping(event.get("Properties"))
    value = next((properties[n] for n in names if n in properties), None)
    messages = _detail_types(properties.get("Pattern")) if system == "aws_eventbridge" else ()
    for one in value if isinstance(value, list) else [value]:
        address = _address(data, one, variables)
        if address.text is None and system == "aws_eventbridge" and value is None:
            address = Address("default", (AddressPart("literal", "default"),), None, "literal")
        yield Trigger(system, kind, address, messages)


def _detail_types(pattern: Json) -> tuple[str, ...]:
    types = _mapping(pattern).get("detail-type")
    return tuple(t for t in types if isinstance(t, str)) if isinstance(types, list) else ()


def _address(data: Mapping[str, Json], value: Json, variables: Mapping[str, Json]) -> Address:
    """A channel as a template names it: text, a resource's own name, or the variable with the same reference."""
    if isinstance(value, str):
        return _literal(_last(value))
    if isinstance(value, dict) and len(value) == 1:
        kind, target = next(iter(value.items()))
        if kind == "Fn::Sub" and isinstance(target, str):
            name = re.sub(r"\$\{[^}]*\}", "{}", _last(target))
            return _literal(name) if "{}" not in name else _missing()
        told = target[0] if isinstance(target, list) and target else target
        if isinstance(told, str):
            return _reference(data, told.split(".")[0], value, variables)
    return _missing()


def _reference(data: Mapping[str, Json], name: str, value: Json, variables: Mapping[str, Json]) -> Address:
    resource = _mapping(_mapping(data.get("Resources")).get(name))
    properties = _mapping(resource.get("Properties"))
    for key in ("QueueName", "TopicName", "Name", "TableName", "StreamName"):
        if isinstance(properties.get(key), str):
            return _literal(str(properties[key]))
    for variable, told in variables.items():
        if told == value:
            return Address(f"${{{variable}}}", (AddressPart("env", variable),), None, "setting")
    if resource:
        return Address(f"{{{name}}}", (AddressPart("placeholder", name),), None, "pattern")
    parameter = _mapping(_mapping(data.get("Parameters")).get(name))
    default = parameter.get("Default")
    shown = (
        str(default) if isinstance(default, str) and not str(parameter.get("Type", "")).startswith("AWS::SSM") else None
    )
    return Address(f"${{{name}}}", (AddressPart("env", name, shown),), shown, "setting")


def _literal(text: str) -> Address:
    return Address(text, (AddressPart("literal", text),), None, "literal")


def _missing() -> Address:
    return Address(
        None, resolution="unresolved", reason="the template computes the channel's name", reason_code="template"
    )


def _last(text: str) -> str:
    """What names a channel in an ARN or URL."""
    if text.startswith("arn:"):
        tail = text.split(":", 5)[-1]
        return re.sub(r"^(stream|table)/", "", tail).split("/stream/")[0]
    return text.rsplit("/", 1)[-1] if "://" in text else text


# --------------------------------------------------------------------------------------- serverless.yml

SERVERLESS: dict[str, tuple[str, ChannelKind]] = {
    "sqs": ("aws_sqs", "queue"), "sns": ("aws_sns", "topic"), "stream": ("aws_kinesis", "stream"),
    "eventBridge": ("aws_eventbridge", "topic"), "msk": ("kafka", "stream"), "kafka": ("kafka", "stream"),
}  # fmt: skip


def _serverless(sources: Sources, path: str, data: Mapping[str, Json]) -> Iterator[Deployed]:
    functions = data.get("functions")
    shared = _mapping(_at(data, "provider", "environment"))
    for function in _mapping(functions).values():
        told = _mapping(function)
        handler, events = told.get("handler"), told.get("events")
        if not isinstance(handler, str) or not isinstance(events, list):
            continue
        file = _handler_file(sources, posixpath.dirname(path), handler.replace("/", "."))
        if file is None:
            continue
        found = Deployed(file, handler.rpartition(".")[2], variables={**shared, **_mapping(told.get("environment"))})
        for event in events:
            found.triggers.extend(_serverless_event(event, found.variables, data))
        if found.triggers:
            yield found


def _serverless_event(event: Json, variables: Mapping[str, Json], data: Mapping[str, Json]) -> Iterator[Trigger]:
    for name, value in _mapping(event).items():
        if name not in SERVERLESS:
            continue
        system, kind = SERVERLESS[name]
        target: Json = value
        messages: tuple[str, ...] = ()
        if isinstance(value, dict):
            target = next((value[k] for k in ("arn", "eventBus", "topicName", "topic") if k in value), None)
            messages = _detail_types(value.get("pattern"))
            if value.get("type") == "dynamodb" or (isinstance(target, str) and ":dynamodb:" in target):
                system = "aws_dynamodb"
        resources = _mapping(data.get("resources"))
        if isinstance(target, str) and "${" in target:
            yield Trigger(system, kind, _missing(), messages)
        elif target is None and system == "aws_eventbridge":
            yield Trigger(system, kind, _literal("default"), messages)
        else:
            yield Trigger(system, kind, _address(resources or data, target, variables), messages)


def _handler_file(sources: Sources, directory: str, handler: str) -> str | None:
    module = handler.rpartition(".")[0].replace(".", "/")
    path = posixpath.normpath(posixpath.join(directory, module))
    for candidate in (f"{path}.py", f"{path}/__init__.py"):
        if not candidate.startswith("../") and sources.exists(candidate):
            return candidate
    return None


def _mapping(value: Json | Mapping[str, Json]) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _at(value: Json | Mapping[str, Json], *keys: str) -> Json:
    *before, last = keys
    inner = value
    for key in before:
        inner = _mapping(inner).get(key)
    return _mapping(inner).get(last)


# ------------------------------------------------------------------------------------------ declarations


def handlers(ev: Evaluator, functions: list[Deployed]) -> list[Declared]:
    """The receive operations of Lambda handlers in active units."""
    found: list[Declared] = []
    known: set[tuple[str, int]] = set()
    for one in functions:
        unit = ev.world.active.get(one.path)
        if unit is None:
            continue
        for index in _functions_named(unit, one.function):
            known.add((unit.path, index))
            told = powertools.told(ev, unit, index)
            found.extend(_declare(unit, index, t, told) for t in one.triggers)
    for unit in ev.world.active_units():
        for index, definition in enumerate(unit.facts.definitions):
            if isinstance(definition, Function) and (unit.path, index) not in known:
                told = powertools.told(ev, unit, index)
                shape = told.source or _shape(unit, index)
                if shape is not None:
                    reason = "which channel feeds this function is said where it is deployed"
                    address = Address(None, resolution="unresolved", reason=reason, reason_code="deployment")
                    found.append(_declare(unit, index, Trigger(shape[0], shape[1], address), told))
    return found


def _functions_named(unit: Unit, name: str) -> list[int]:
    return [
        i for i, d in enumerate(unit.facts.definitions) if isinstance(d, Function) and d.name == name and d.parent == 0
    ]


def _declare(unit: Unit, function: int, trigger: Trigger, told: powertools.Told) -> Declared:
    messages = list(trigger.messages) or told.messages
    reading = Reading(
        ROW, "aws-lambda", trigger.system, trigger.kind, [trigger.address], messages,
        "attribute" if trigger.messages else "class" if messages else "unknown", (), (), None, "unknown", None, None,
    )  # fmt: skip
    place = unit.definition_place(function)
    return Declared("receive", unit, function, place, reading, handlers=tuple(told.handlers))


def _shape(unit: Unit, function: int) -> tuple[str, ChannelKind] | None:
    """What sends a function its events, by how the function reads them."""
    fact = unit.function(function)
    if len(fact.parameters) != 2 or fact.parent != 0 or fact.is_async:
        return None
    for decorator in fact.decorators:
        shown = unit.facts.values[decorator]
        for argument in unit.facts.calls[shown.call].arguments if isinstance(shown, v.Result) else ():
            if unit.terminal(argument.value) in powertools.KINDS:
                return powertools.KINDS[unit.terminal(argument.value)]
    if not powertools.has_context(unit, function):
        return None
    event = {fact.parameters[0].binding}
    keys = _keys_read(unit, function, event)
    if "Records" in keys:
        for key in _texts(unit):
            if key in SHAPES:
                return SHAPES[key]
    if "detail" in keys and keys & {"detail-type", "source", "id", "time"}:
        return "aws_eventbridge", "topic"
    return None


def _keys_read(unit: Unit, function: int, event: set[int]) -> set[str]:
    found: set[str] = set()
    for value in unit.facts.values:
        if isinstance(value, v.Item) and taint.mentions(unit, value.of, event):
            key = unit.facts.values[value.key]
            if isinstance(key, v.Text):
                found.add(key.text)
    for call in unit.body(function).calls:
        fact = unit.facts.calls[call]
        target = unit.facts.values[fact.function]
        if (
            isinstance(target, v.Attribute)
            and target.name == "get"
            and fact.arguments
            and taint.mentions(unit, target.of, event)
        ):
            key = unit.facts.values[fact.arguments[0].value]
            if isinstance(key, v.Text):
                found.add(key.text)
    return found


def _texts(unit: Unit) -> list[str]:
    """Keys read anywhere in the file, in order of the most telling."""
    keys = {
        k.text
        for value in unit.facts.values
        if isinstance(value, v.Item) and isinstance(k := unit.facts.values[value.key], v.Text)
    }
    return [key for key in ("Sns", "kinesis", "dynamodb", "receiptHandle", "messageAttributes", "body") if key in keys]
