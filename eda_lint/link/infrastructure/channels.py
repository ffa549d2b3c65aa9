"""Channels, functions and readers as templates name them, whatever the tool that deploys them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from eda_lint.link.sources import Sources
from eda_lint.model.facts import Json
from eda_lint.model.topology import ChannelKind

AWS: dict[str, tuple[str, ChannelKind]] = {
    "sqs": ("aws_sqs", "queue"), "sns": ("aws_sns", "topic"), "kinesis": ("aws_kinesis", "stream"),
    "dynamodb": ("aws_dynamodb", "stream"), "events": ("aws_eventbridge", "topic"), "kafka": ("kafka", "stream"),
    "mq": ("rabbitmq", "queue"), "firehose": ("aws_firehose", "stream"),
}  # fmt: skip
"""The service of an ARN → system and kind of its channels."""

_ARN = re.compile(r"arn:[^:]*:(?P<service>[a-z0-9-]*):[^:]*:[^:]*:(?P<rest>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Name:
    """What a channel is called, or what stands for its name.

    `key` tells apart what is not known by name: all references to one resource or parameter have the same.
    """

    text: str | None = None
    key: str = ""
    shown: str = ""
    """How it is displayed where its name is not known: `{Orders}` for a resource, `${Topic}` for a parameter."""
    default: str | None = None
    """A parameter's default."""
    system: str = ""
    """The messaging system, where a reference tells it."""

    @property
    def identity(self) -> str:
        """The same for all references to one channel; empty if nothing is known of it."""
        return self.text if self.text is not None else self.key


UNKNOWN = Name()


@dataclass(frozen=True, slots=True)
class Feed:
    """A channel that feeds something, and the types of messages that it lets through (none: all)."""

    system: str
    kind: ChannelKind
    name: Name
    messages: tuple[str, ...] = ()


@dataclass(slots=True)
class DeployedFunction:
    """A function of the code base that a template deploys. `directory` is that of its code, `home` the template's."""

    path: str
    function: str
    directory: str
    feeds: list[Feed] = field(default_factory=list)
    variables: dict[str, Name] = field(default_factory=dict)
    home: str = ""


@dataclass(slots=True)
class Plan:
    """All that is deployed."""

    functions: list[DeployedFunction] = field(default_factory=list)
    read_elsewhere: list[Feed] = field(default_factory=list)
    """Channels that feed what is no Python function of the code base: other functions, queues, addresses."""
    fed_elsewhere: list[Feed] = field(default_factory=list)
    """Channels that something other than code sends to: a topic, a rule, a bucket's notifications."""
    variables: list[tuple[str, str, Name]] = field(default_factory=list)
    """(directory, variable, what it is) of programs whose code is only told by a directory."""

    def with_more(self, other: Plan) -> Plan:
        """A plan of what both say."""
        found = Plan()
        found.add(self)
        found.add(other)
        return found

    def add(self, other: Plan) -> None:
        """Take in what another plan says."""
        self.functions.extend(other.functions)
        self.read_elsewhere.extend(other.read_elsewhere)
        self.fed_elsewhere.extend(other.fed_elsewhere)
        self.variables.extend(other.variables)


def last(text: str) -> str:
    """What names a channel in an ARN or a URL; other text is a name."""
    arn = _ARN.fullmatch(text)
    if arn is not None:
        tail = re.sub(r"^(?:stream|table|event-bus|deliverystream|rule)/", "", arn["rest"]).split("/stream/")[0]
        return tail.rpartition("/")[2] if arn["service"] == "kafka" else tail
    return text.rstrip("/").rpartition("/")[2] if "://" in text else text


def tail(text: str) -> str:
    """The last piece of an ARN or a URL in which variables (`${…}`) may stand; other text as it is."""
    if not text.startswith(("arn:", "https://", "http://")):
        return text
    return re.split(r"[:/](?![^{]*\})", text)[-1]


def system_of(text: str) -> str:
    """The messaging system of an ARN or of the URL of a queue; empty if it tells none."""
    arn = _ARN.fullmatch(text)
    if arn is not None:
        return AWS.get(arn["service"], ("", "unknown"))[0]
    return "aws_sqs" if re.match(r"https://(?:sqs\.|[\w-]+\.queue\.)[\w.-]*amazonaws\.com", text) else ""


def literal(text: str) -> Name:
    """The name in a text: itself, or what names a channel in an ARN or URL."""
    return Name(text=last(text), system=system_of(text))


def handler_file(sources: Sources, directory: str, handler: str) -> str | None:
    """The file of a handler (`package.module.function`) in a directory, if the code base has it."""
    module = handler.rpartition(".")[0].replace(".", "/")
    path = posixpath.normpath(posixpath.join(directory, module))
    for candidate in (f"{path}.py", f"{path}/__init__.py"):
        if not candidate.startswith("../") and sources.exists(candidate):
            return candidate
    return None


def detail_types(pattern: Json) -> tuple[str, ...]:
    """The event types that an EventBridge pattern lets through, where they are plain texts."""
    types = mapping(pattern).get("detail-type")
    return tuple(t for t in types if isinstance(t, str)) if isinstance(types, list) else ()


def mapping(value: Json | Mapping[str, Json]) -> Mapping[str, Json]:
    """A mapping as it is, anything else as an empty one."""
    return value if isinstance(value, Mapping) else {}


def listed(value: Json) -> list[Json]:
    """A list as it is, anything else as an empty one."""
    return value if isinstance(value, list) else []


def at(value: Json | Mapping[str, Json], *keys: str) -> Json:
    """What a path of keys leads to; None where one is missing."""
    inner: Json | Mapping[str, Json] = value
    for key in keys[:-1]:
        inner = mapping(inner).get(key)
    return mapping(inner).get(keys[-1])


def variables_by_name(functions: Iterable[DeployedFunction]) -> Iterator[tuple[str, str]]:
    """(identity, variable) of everything that a function is given."""
    for one in functions:
        for variable, name in one.variables.items():
            if name.identity:
                yield name.identity, variable
