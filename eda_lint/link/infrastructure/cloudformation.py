"""What CloudFormation and SAM templates deploy: functions with their event sources, and readers of other kinds."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from eda_lint.link.infrastructure.channels import (
    UNKNOWN,
    DeployedFunction,
    Feed,
    Name,
    Plan,
    at,
    detail_types,
    handler_file,
    listed,
    mapping,
)
from eda_lint.link.infrastructure.templates import Template, Templates
from eda_lint.link.sources import Sources
from eda_lint.model.facts import Json
from eda_lint.model.topology import ChannelKind

EVENTS: dict[str, tuple[str, ChannelKind, tuple[str, ...]]] = {
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
KINDS: dict[str, ChannelKind] = {
    "aws_sqs": "queue", "aws_sns": "topic", "aws_kinesis": "stream", "aws_dynamodb": "stream",
    "aws_eventbridge": "topic", "kafka": "stream", "rabbitmq": "queue", "aws_firehose": "stream",
}  # fmt: skip
DEFAULT_BUS = Name(text="default", system="aws_eventbridge")
_FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")


def plan(sources: Sources, templates: Templates) -> Plan:
    """All that the root's templates deploy."""
    found = Plan()
    for template in templates.all:
        _Reader(sources, templates, template, found).read()
    return found


class _Reader:
    """One template read into a plan."""

    def __init__(self, sources: Sources, templates: Templates, template: Template, found: Plan) -> None:
        self._sources = sources
        self._templates = templates
        self._template = template
        self._found = found
        self._functions: dict[str, DeployedFunction] = {}

    def read(self) -> None:
        """Add what the template deploys."""
        for name, properties in self._template.of_type(*_FUNCTIONS):
            self._function(name, properties)
        for feed, target in self._connections():
            function = self._functions.get(target)
            if function is not None:
                function.feeds.append(feed)
            else:
                self._found.read_elsewhere.append(feed)
        self._found.fed_elsewhere.extend(self._notifications())
        self._found.functions.extend(self._functions.values())

    def _function(self, name: str, properties: Mapping[str, Json]) -> None:
        serverless = self._template.resources[name].get("Type") == _FUNCTIONS[0]
        base = mapping(at(self._template.data, "Globals", "Function")) if serverless else {}
        properties = {**base, **properties}
        handler, code = properties.get("Handler"), properties.get("CodeUri" if serverless else "Code", ".")
        directory = posixpath.normpath(posixpath.join(self._template.directory, code)) if isinstance(code, str) else ""
        file = handler_file(self._sources, directory, handler) if directory and isinstance(handler, str) else None
        variables = {
            **mapping(at(base, "Environment", "Variables")),
            **mapping(at(properties, "Environment", "Variables")),
        }
        feeds = list(self._events(properties.get("Events")))
        if file is None or not isinstance(handler, str):
            self._found.read_elsewhere.extend(feeds)
            return
        one = DeployedFunction(file, handler.rpartition(".")[2], directory, feeds, home=self._template.directory)
        one.variables = {key: self._name(value) for key, value in variables.items()}
        self._functions[name] = one

    def _events(self, events: Json) -> Iterator[Feed]:
        """The event sources of a SAM function or state machine."""
        for event in mapping(events).values():
            told = EVENTS.get(str(mapping(event).get("Type")))
            if told is None:
                continue
            system, kind, names = told
            properties = mapping(mapping(event).get("Properties"))
            value = next((properties[n] for n in names if n in properties), None)
            messages = detail_types(properties.get("Pattern")) if system == "aws_eventbridge" else ()
            for one in value if isinstance(value, list) else [value]:
                name = DEFAULT_BUS if one is None and system == "aws_eventbridge" else self._name(one)
                yield Feed(system, kind, name, messages)

    def _connections(self) -> Iterator[tuple[Feed, str]]:
        """(channel, logical name of what it feeds; `""` for what is no resource of the template)."""
        of_type = self._template.of_type
        for _, told in of_type("AWS::Lambda::EventSourceMapping"):
            yield from ((feed, self._logical(told.get("FunctionName"))) for feed in self._mapped(told))
        for _, told in of_type("AWS::SNS::Subscription"):
            yield self._subscription(self._name(told.get("TopicArn")), told)
        for topic, properties in of_type("AWS::SNS::Topic"):
            for each in listed(properties.get("Subscription")):
                yield self._subscription(self._name({"Ref": topic}), mapping(each))
        for _, told in of_type("AWS::Events::Rule"):
            if not told.get("EventPattern"):
                continue  # a schedule
            bus = told.get("EventBusName")
            name = self._name(bus) if bus is not None else DEFAULT_BUS
            feed = Feed("aws_eventbridge", "topic", name, detail_types(told.get("EventPattern")))
            for target in listed(told.get("Targets")):
                yield feed, self._logical(mapping(target).get("Arn"))
        for _, told in of_type("AWS::Serverless::StateMachine"):
            yield from ((feed, "") for feed in self._events(told.get("Events")))
        for _, told in of_type("AWS::Pipes::Pipe"):
            yield from ((feed, self._logical(told.get("Target"))) for feed in self._source(told.get("Source")))
        for _, told in of_type("AWS::KinesisFirehose::DeliveryStream"):
            source = at(told, "KinesisStreamSourceConfiguration", "KinesisStreamARN")
            yield from ((feed, "") for feed in self._source(source))

    def _mapped(self, told: Mapping[str, Json]) -> Iterator[Feed]:
        topics = told.get("Topics") or told.get("Queues")
        if isinstance(topics, list):
            system = "rabbitmq" if told.get("Queues") else "kafka"
            for topic in topics:
                yield Feed(system, KINDS[system], self._name(topic))
        else:
            yield from self._source(told.get("EventSourceArn"))

    def _source(self, value: Json) -> Iterator[Feed]:
        name = self._name(value)
        kind = KINDS.get(name.system)
        if kind is not None and name.system != "aws_firehose":
            yield Feed(name.system, kind, name)

    def _subscription(self, topic: Name, told: Mapping[str, Json]) -> tuple[Feed, str]:
        """A topic that feeds something. A queue that is subscribed is fed, whoever reads it."""
        if told.get("Protocol") == "sqs":
            queue = self._name(told.get("Endpoint"))
            if queue.identity:
                self._found.fed_elsewhere.append(Feed("aws_sqs", "queue", queue))
        return Feed("aws_sns", "topic", topic), self._logical(told.get("Endpoint"))

    def _notifications(self) -> Iterator[Feed]:
        """Channels that other services of AWS send to: buckets, rules, topics and failed invocations."""
        for _, told in self._template.of_type("AWS::S3::Bucket"):
            configuration = mapping(told.get("NotificationConfiguration"))
            for key, part, system in (
                ("QueueConfigurations", "Queue", "aws_sqs"),
                ("TopicConfigurations", "Topic", "aws_sns"),
            ):
                for each in listed(configuration.get(key)):
                    yield self._fed(system, mapping(each).get(part))
        for _, told in self._template.of_type("AWS::Events::Rule"):
            for target in listed(told.get("Targets")):
                yield self._fed("", mapping(target).get("Arn"))
        for _, told in self._template.of_type("AWS::Pipes::Pipe"):
            yield self._fed("", told.get("Target"))
        for _, told in self._template.of_type("AWS::SQS::Queue"):
            policy = told.get("RedrivePolicy")
            yield self._fed("aws_sqs", mapping(policy).get("deadLetterTargetArn"))
        for _, told in self._template.of_type(*_FUNCTIONS):
            for path in (("DeadLetterQueue", "TargetArn"), ("DeadLetterConfig", "TargetArn"),
                         ("EventInvokeConfig", "DestinationConfig", "OnFailure", "Destination"),
                         ("EventInvokeConfig", "DestinationConfig", "OnSuccess", "Destination")):  # fmt: skip
                yield self._fed("", at(told, *path))

    def _fed(self, system: str, value: Json) -> Feed:
        name = self._name(value)
        system = system or name.system
        return Feed(system, KINDS.get(system, "unknown"), name)

    def _name(self, value: Json) -> Name:
        return self._templates.name(self._template, value) if value is not None else UNKNOWN

    def _logical(self, value: Json) -> str:
        return self._templates.logical(value)
