"""What Powertools for AWS Lambda tells of a function: its event's source, who handles each record, the type of message.

Names of event types, envelopes, models and data classes follow the package's source (aws-lambda-powertools 3.37).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eda_lint.catalog.tables import Callable
from eda_lint.link.evaluation import roles, taint
from eda_lint.link.evaluation.frames import Arguments
from eda_lint.link.evaluation.known import (
    CatalogFunction,
    CatalogMethod,
    ClassRef,
    ClientObject,
    DecoratorOf,
    External,
    FunctionRef,
    Known,
    Text,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic.readings import row_of
from eda_lint.model.topology import ChannelKind
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

LIBRARY = "aws-lambda-powertools"
PACKAGES = frozenset({"aws_lambda_powertools", "aws_lambda_typing"})
"""Packages whose names of events say what sends them."""
SQS: tuple[str, ChannelKind] = ("aws_sqs", "queue")
SNS: tuple[str, ChannelKind] = ("aws_sns", "topic")
KINESIS: tuple[str, ChannelKind] = ("aws_kinesis", "stream")
DYNAMODB: tuple[str, ChannelKind] = ("aws_dynamodb", "stream")
KAFKA: tuple[str, ChannelKind] = ("kafka", "stream")
EVENTBRIDGE: tuple[str, ChannelKind] = ("aws_eventbridge", "topic")
KINDS: dict[str, tuple[str, ChannelKind]] = {
    "SQS": SQS, "KinesisDataStreams": KINESIS, "DynamoDBStreams": DYNAMODB, "Kafka": KAFKA,
    "SqsEnvelope": SQS, "SnsEnvelope": SNS, "SnsSqsEnvelope": SQS, "EventBridgeEnvelope": EVENTBRIDGE,
    "KinesisDataStreamEnvelope": KINESIS, "DynamoDBStreamEnvelope": DYNAMODB, "KafkaEnvelope": KAFKA,
    "SqsModel": SQS, "SnsModel": SNS, "EventBridgeModel": EVENTBRIDGE, "KinesisDataStreamModel": KINESIS,
    "DynamoDBStreamModel": DYNAMODB, "KafkaMskEventModel": KAFKA, "KafkaSelfManagedEventModel": KAFKA,
    "SQSEvent": SQS, "SNSEvent": SNS, "KinesisStreamEvent": KINESIS, "DynamoDBStreamEvent": DYNAMODB,
    "EventBridgeEvent": EVENTBRIDGE, "KafkaEvent": KAFKA, "ConsumerRecords": KAFKA,
    "ActiveMQEvent": ("activemq", "queue"), "RabbitMQEvent": ("rabbitmq", "queue"),
}  # fmt: skip
"""Event type of a batch, envelope, model or data class → (system, kind)."""


CONTEXTS = frozenset({"", "context", "ctx", "lambda_context", "aws_context", "unused_context"})
"""How the second parameter of a function that Lambda calls is named, underscores left out."""


@dataclass(slots=True)
class Told:
    """What a function says of the messages that it is called with."""

    source: tuple[str, ChannelKind] | None = None
    messages: list[str] = field(default_factory=list)
    handlers: list[FunctionRef] = field(default_factory=list)
    """Who is given each record of the batch."""


def told(ev: Evaluator, unit: Unit, function: int) -> Told:
    """What Powertools' decorators and calls tell of a function."""
    found = Told()
    if not any(one.module.partition(".")[0] in PACKAGES for one in unit.facts.imports):
        return found
    for row, given, receiver in _rows(ev, unit, function):
        kinds = [k for known in ev.closed(roles.role(ev, "kind", row, given, receiver)) for k in _kinds(ev, known)]
        if kinds and found.source is None and (row.decorator or "handler" in row.roles or has_context(unit, function)):
            found.source = kinds[0]
        for known in ev.closed(roles.role(ev, "handler", row, given, receiver)):
            if isinstance(known, FunctionRef) and known not in found.handlers:
                found.handlers.append(known)
        for known in ev.closed(roles.role(ev, "message", row, given, receiver)):
            if isinstance(known, ClassRef) and not _kinds(ev, known):
                found.messages.append(ev.world.class_fact(known).name)
    if found.source is None:
        found.source = _annotated(ev, unit, function) or _built(ev, unit, function)
    return found


def _rows(ev: Evaluator, unit: Unit, function: int) -> Iterator[tuple[Callable, Arguments, Known | None]]:
    """The catalogued decorators and calls of a function."""
    for decorator in unit.function(function).decorators:
        for known in ev.evaluate(unit, decorator, None):
            if isinstance(known, DecoratorOf) and known.library == LIBRARY:
                site = known.site
                given = ev.arguments(ev.world.known_unit(site.unit), site.call, site.frame)
                yield known.callable, given, known.receiver
            elif isinstance(known, CatalogFunction) and known.library == LIBRARY:
                row = roles.chosen(ev, known, Arguments())
                if row.bare:
                    yield row, Arguments(), None
    for call in unit.body(function).calls:
        for callee in ev.callee(unit, call, None):
            given = ev.arguments(unit, call, None)
            if isinstance(callee, ClientObject) and callee.type.library == LIBRARY:
                row_called = ev.world.catalog.method(callee.type, "__call__")
                if row_called is not None:
                    yield row_called, given, callee
            elif isinstance(callee, CatalogFunction | CatalogMethod):
                row_told = row_of(ev, callee, given)
                if row_told is not None and row_told[1] == LIBRARY and not row_told[0].decorator:
                    yield row_told[0], given, row_told[3]


def _kinds(ev: Evaluator, known: Known) -> list[tuple[str, ChannelKind]]:
    """The source that a value names: an event type, an envelope, a model, or a subclass of one of these."""
    match known:
        case Text():
            names = [(known.literal or "").rpartition(".")[2]]
        case External(path=path):
            names = [path.rpartition(".")[2]]
        case ClassRef():
            names = [b.path.rpartition(".")[2] for b in ev.mro(known) if isinstance(b, External)]
        case _:
            names = []
    return [KINDS[name] for name in names if name in KINDS]


def _annotated(ev: Evaluator, unit: Unit, function: int) -> tuple[str, ChannelKind] | None:
    """The source that the annotation of the first parameter names, of a function with event and context."""
    if not has_context(unit, function):
        return None
    annotation = unit.function(function).parameters[0].annotation
    known = ev.evaluate(unit, annotation, None) if annotation != NOTHING else ()
    return next((kind for one in known for kind in _kinds(ev, one)), None)


def _built(ev: Evaluator, unit: Unit, function: int) -> tuple[str, ChannelKind] | None:
    """The source that a data class names which a function with event and context makes of its event."""
    if not has_context(unit, function):
        return None
    event = {unit.function(function).parameters[-2].binding}
    for call in unit.body(function).calls:
        given = unit.facts.calls[call].arguments
        if given and unit.terminal(unit.facts.calls[call].function) in KINDS:
            made = [k for one in ev.callee(unit, call, None) for k in _kinds(ev, one)]
            if made and taint.is_form_of(unit, given[0].value, event):
                return made[0]
    return None


def has_context(unit: Unit, function: int) -> bool:
    """Whether a function takes an event and a context."""
    skip = 1 if unit.owner_class(function) is not None and "staticmethod" not in unit.decorator_names(function) else 0
    parameters = unit.function(function).parameters[skip:]
    return len(parameters) == 2 and parameters[1].name.strip("_") in CONTEXTS
