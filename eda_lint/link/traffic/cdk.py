"""What apps of the AWS CDK deploy, where they are written in Python: constructs, and what is connected to what.

https://docs.aws.amazon.com/cdk/api/v2/python/ (`aws_cdk.aws_sqs`, `aws_lambda_event_sources`, `aws_sns_subscriptions`,
`aws_events_targets`); names of version 1 are the same.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import texts
from eda_lint.link.evaluation.frames import Arguments
from eda_lint.link.evaluation.known import Construct, DictOf, External, FilePath, Known, Knowns, ListOf, Text, Thunk
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.infrastructure.channels import UNKNOWN, DeployedFunction, Feed, Name, Plan, handler_file, literal
from eda_lint.link.infrastructure.cloudformation import DEFAULT_BUS, KINDS
from eda_lint.link.sources import Sources
from eda_lint.model import values as v

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

LIBRARY = "aws_cdk"

CHANNELS: dict[str, tuple[str, str]] = {
    "aws_sqs.Queue": ("aws_sqs", "queue_name"), "aws_sns.Topic": ("aws_sns", "topic_name"),
    "aws_kinesis.Stream": ("aws_kinesis", "stream_name"), "aws_dynamodb.Table": ("aws_dynamodb", "table_name"),
    "aws_dynamodb.TableV2": ("aws_dynamodb", "table_name"),
    "aws_events.EventBus": ("aws_eventbridge", "event_bus_name"),
    "aws_sqs.CfnQueue": ("aws_sqs", "queue_name"), "aws_sns.CfnTopic": ("aws_sns", "topic_name"),
}  # fmt: skip
"""Construct → messaging system, and the argument with the channel's name."""
FUNCTIONS = frozenset({
    "aws_lambda.Function", "aws_lambda_python_alpha.PythonFunction", "aws_lambda_python.PythonFunction",
    "aws_lambda.SingletonFunction",
})  # fmt: skip
SOURCES = {
    "SqsEventSource": "aws_sqs", "SnsEventSource": "aws_sns", "KinesisEventSource": "aws_kinesis",
    "DynamoEventSource": "aws_dynamodb",
}  # fmt: skip
"""Event source → system; what it is made of is its first argument."""

SUBJECTS = ("queue", "topic", "stream", "table", "handler", "fn")
"""Names of the first parameter of event sources, subscriptions and targets."""

Key = tuple[str, int]
"""A construct: the file and the call that make it."""


def stack_files(sources: Sources) -> tuple[str, ...]:
    """The files that may hold a part of an app."""
    return tuple(path for path in sources.mentions(LIBRARY) if not sources.is_test(path))


def plan(ev: Evaluator) -> Plan:
    """All that the active files of apps deploy."""
    app = _App(ev)
    return app.read()


class _App:
    """The constructs of all stacks, read into a plan."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self._units = [u for u in ev.world.active_units() if any(_of_cdk(i.module) for i in u.facts.imports)]
        self._functions: dict[Key, DeployedFunction] = {}
        self._plan = Plan()

    def read(self) -> Plan:
        """The plan."""
        calls = [(unit, call, self._made(unit, call)) for unit in self._units for call in range(len(unit.facts.calls))]
        for unit, call, made in calls:
            if made is not None and _short(made.path) in FUNCTIONS:
                self._function(unit, call, made)
        for unit, call, made in calls:
            for feed, target in self._connected(unit, call, made):
                self._connect(feed, target)
        self._plan.functions.extend(self._functions.values())
        return self._plan

    def _made(self, unit: Unit, call: int) -> Construct | None:
        """The construct that a call makes."""
        name = unit.terminal(unit.facts.calls[call].function)
        if not name[:1].isupper():
            return None
        for known in self._ev.callee(unit, call, None):
            if isinstance(known, External) and _of_cdk(known.path):
                return self._ev.world.interned.of(Construct, known.path, self._ev.world.site(unit.path, call, None))
        return None

    def _connect(self, feed: Feed, target: Known | None) -> None:
        key = (target.site.unit, target.site.call) if isinstance(target, Construct) else None
        function = self._functions.get(key) if key is not None else None
        if function is not None:
            function.feeds.append(feed)
        else:
            self._plan.read_elsewhere.append(feed)
            if isinstance(target, Construct) and _short(target.path) in CHANNELS:
                self._plan.fed_elsewhere.append(self._feed(target))

    # ----------------------------------------------------------------------------------------- functions

    def _function(self, unit: Unit, call: int, made: Construct) -> None:
        given = self._ev.arguments(unit, call, None)
        handler = self._text(given, "handler")
        entry = "PythonFunction" in made.path
        if entry:
            index = (self._text(given, "index") or "index.py").removesuffix(".py").replace("/", ".")
            handler = f"{index}.{handler or 'handler'}"
        directories = self._directories(unit, given.keywords.get("entry" if entry else "code"))
        found = (handler_file(self._ev.world.sources, d, handler) for d in directories if handler and "." in handler)
        file = next(filter(None, found), None)
        if file is None or handler is None:
            return
        one = DeployedFunction(
            file, handler.rpartition(".")[2], posixpath.dirname(file), home=posixpath.dirname(unit.path)
        )
        for known in self._force(given.keywords.get("environment")):
            for key, thunk in known.entries if isinstance(known, DictOf) else ():
                self._variable(one, key, self._force(thunk))
        for variable, values in self._added_variables(made):
            self._variable(one, variable, values)
        self._functions[unit.path, call] = one

    def _variable(self, one: DeployedFunction, key: Known, values: Knowns) -> None:
        text = self._ev.text_of(key)
        if text is not None and text.literal:
            one.variables[text.literal] = self._name(values)

    def _added_variables(self, function: Construct) -> Iterator[tuple[Known, Knowns]]:
        """`function.add_environment("QUEUE", queue.queue_url)`."""
        for unit in self._units:
            for call in unit.calls_by_name.get("add_environment", ()):
                given = self._ev.arguments(unit, call, None)
                if len(given.positional) > 1 and self._is(self._receiver(unit, call), function):
                    for key in self._force(given.positional[0]):
                        yield key, self._force(given.positional[1])

    def _directories(self, unit: Unit, code: Thunk | None) -> Iterator[str]:
        """Directories that the code of a function may be packed from: apps are run where their `cdk.json` is."""
        for known in self._force(code):
            assets: Sequence[Known] = (known,) if isinstance(known, FilePath | Text) else ()
            if isinstance(known, Construct):
                inner = self._ev.arguments(
                    self._ev.world.known_unit(known.site.unit), known.site.call, known.site.frame
                )
                assets = self._force(inner.at(0, "path"))
            for asset in assets:
                if isinstance(asset, FilePath) and asset.anchored:
                    yield asset.place
                    continue
                text = self._ev.text_of(asset)
                place = asset.place if isinstance(asset, FilePath) else text.literal if text is not None else None
                directory = posixpath.dirname(unit.path)
                while place is not None:
                    yield posixpath.normpath(posixpath.join(directory, place))
                    if not directory:
                        break
                    directory = posixpath.dirname(directory)

    # --------------------------------------------------------------------------------------- connections

    def _connected(self, unit: Unit, call: int, made: Construct | None) -> Iterator[tuple[Feed, Known | None]]:
        """(channel, what it feeds) as one call says it."""
        name = unit.terminal(unit.facts.calls[call].function)
        if name == "add_event_source":
            for source in self._constructs(unit, call, 0, "source"):
                system = SOURCES.get(source.path.rpartition(".")[2])
                for channel in self._subject(source) if system else ():
                    if isinstance(channel, Construct):
                        yield from ((self._feed(channel), one) for one in self._receiver(unit, call))
        elif name == "add_subscription":
            for topic in self._receiver(unit, call):
                for subscription in self._constructs(unit, call, 0, "topic_subscription"):
                    target = self._subject(subscription)
                    if isinstance(topic, Construct) and _short(topic.path) in CHANNELS:
                        yield self._feed(topic), next((k for k in target if isinstance(k, Construct)), None)
        elif name in ("EventSourceMapping", "add_event_source_mapping"):
            given = self._ev.arguments(unit, call, None)
            targets = self._force(given.keywords.get("target")) if made is not None else self._receiver(unit, call)
            for channel in self._force(given.keywords.get("event_source_arn")):
                if isinstance(channel, Construct):
                    yield from ((self._feed(channel), one) for one in targets)
        elif name == "Rule" and made is not None:
            yield from self._rule(unit, call, made)
        elif name == "add_event_notification":
            for destination in (k for n in (1, 2) for k in self._constructs(unit, call, n, None)):
                for channel in self._subject(destination):
                    if isinstance(channel, Construct) and _short(channel.path) in CHANNELS:
                        self._plan.fed_elsewhere.append(self._feed(channel))

    def _rule(self, unit: Unit, call: int, made: Construct) -> Iterator[tuple[Feed, Known | None]]:
        """A rule of an event bus, with the targets that it has from the start and those that are added."""
        given = self._ev.arguments(unit, call, None)
        patterns = [k for k in self._force(given.keywords.get("event_pattern")) if isinstance(k, Construct)]
        if not patterns:
            return  # a schedule
        types = tuple(
            text
            for pattern in patterns
            for known in self._keyword(pattern, "detail_type")
            for text in texts.literal_texts(self._ev, self._items(known))
        )
        bus = self._force(given.keywords.get("event_bus"))
        feed = Feed("aws_eventbridge", "topic", self._name(bus) if bus else DEFAULT_BUS, types)
        targets = [k for t in self._force(given.keywords.get("targets")) for k in self._items(t)]
        for other in self._units:
            for added in other.calls_by_name.get("add_target", ()):
                if self._is(self._receiver(other, added), made):
                    targets += self._constructs(other, added, 0, "target")
        for target in targets:
            inner = self._subject(target) if isinstance(target, Construct) else ()
            yield feed, next((k for k in inner if isinstance(k, Construct)), None)

    def _feed(self, channel: Construct) -> Feed:
        name = self._name((channel,))
        return Feed(name.system, KINDS.get(name.system, "topic"), name)

    # -------------------------------------------------------------------------------------------- values

    def _name(self, knowns: Sequence[Known]) -> Name:
        """What a value names: a construct that is a channel, or a text."""
        for known in knowns:
            if isinstance(known, Construct):
                return self._channel(known)
            text = self._ev.text_of(known)
            if text is not None and text.literal is not None:
                return literal(text.literal)
        return UNKNOWN

    def _channel(self, made: Construct) -> Name:
        short = _short(made.path)
        base = next((path for path in CHANNELS if short == path or short.startswith(f"{path}.")), None)
        if base is None:
            return UNKNOWN
        system, argument = CHANNELS[base]
        unit = self._ev.world.known_unit(made.site.unit)
        given = self._ev.arguments(unit, made.site.call, made.site.frame)
        if short != base:
            # `Queue.from_queue_arn(self, "Queue", arn)`: what is deployed elsewhere is named by its ARN.
            told = [t for k in self._force(given.at(2, None)) for t in texts.literal_texts(self._ev, (k,))]
            return Name(literal(told[0]).text, system=system) if told else Name(system=system)
        named = texts.literal_texts(self._ev, self._force(given.keywords.get(argument)))
        if len(named) == 1:
            return Name(named[0], system=system)
        ids = texts.literal_texts(self._ev, self._force(given.at(1, "id")))
        place = "/".join(
            part for part in (posixpath.dirname(unit.path), ids[0] if ids else f"{made.site.call}") if part
        )
        return Name(None, f"{{{place}}}", f"{{{place}}}", system=system)

    def _force(self, thunk: Thunk | None) -> Knowns:
        return self._ev.closed(self._ev.force(thunk)) if thunk is not None else ()

    def _text(self, given: Arguments, name: str) -> str | None:
        return next(iter(texts.literal_texts(self._ev, self._force(given.keywords.get(name)))), None)

    def _items(self, known: Known) -> Knowns:
        return self._ev.force_all(known.items) if isinstance(known, ListOf) else (known,)

    def _constructs(self, unit: Unit, call: int, position: int, name: str | None) -> list[Construct]:
        thunk = self._ev.arguments(unit, call, None).at(position, name)
        return [k for k in self._force(thunk) if isinstance(k, Construct)]

    def _subject(self, made: Construct) -> Knowns:
        """What an event source, a subscription or a target is made of: its first argument."""
        given = self._given(made)
        named = next((given.keywords[name] for name in SUBJECTS if name in given.keywords), None)
        return self._force(given.positional[0] if given.positional else named)

    def _keyword(self, made: Construct, name: str) -> Knowns:
        return self._force(self._given(made).keywords.get(name))

    def _given(self, made: Construct) -> Arguments:
        return self._ev.arguments(self._ev.world.known_unit(made.site.unit), made.site.call, made.site.frame)

    def _receiver(self, unit: Unit, call: int) -> Knowns:
        function = unit.facts.values[unit.facts.calls[call].function]
        return self._ev.closed(self._ev.evaluate(unit, function.of, None)) if isinstance(function, v.Attribute) else ()

    @staticmethod
    def _is(knowns: Knowns, made: Construct) -> bool:
        place = (made.site.unit, made.site.call)
        return any(isinstance(k, Construct) and (k.site.unit, k.site.call) == place for k in knowns)


def _of_cdk(module: str) -> bool:
    return module == LIBRARY or module.startswith(f"{LIBRARY}.")


def _short(path: str) -> str:
    return path.removeprefix(f"{LIBRARY}.")
