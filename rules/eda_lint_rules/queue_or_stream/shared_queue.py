"""EDA701: two services compete for the messages of one queue. The page beside this file tells it in full."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import PurePosixPath
from typing import ClassVar

from eda_lint.model.finding import Finding, Note, Severity
from eda_lint.model.topology import Channel, Confidence, Operation, Project, Service

_SUCCESSION = re.compile(r"[._-]?(?:v?[0-9]+|old|new|next|legacy|blue|green|canary|deprecated)$", re.IGNORECASE)
"""Ends of the names of services of which one replaces the other."""

_OWN_SCOPE = {
    "aws_sqs": "give each service a queue of its own, and subscribe both to one SNS topic",
    "rabbitmq": "give each service a queue of its own, and bind both to the same exchange",
    "activemq": "give each service a queue of its own below one virtual topic",
    "gcp_pubsub": "give each service a subscription of its own to the topic",
}


@dataclass(frozen=True)
class SharedQueue:
    """Services that receive through one queue, subscription or consumer group: each message reaches only one.

    Competing Consumers (Hohpe and Woolf) are instances of one service.
    """

    code: ClassVar[str] = "EDA701"
    name: ClassVar[str] = "shared-queue"
    summary: ClassVar[str] = "Services compete for the messages of one queue or subscription"
    severity: ClassVar[Severity] = "error"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each queue (or group of a channel) that two services or more receive through."""
        channels = {channel.id: channel for channel in project.channels}
        services = {service.name: service for service in project.services if service.kind == "service"}
        scopes: dict[tuple[str, str], list[Operation]] = defaultdict(list)
        for operation in project.operations:
            channel = channels.get(operation.channel or "")
            if channel is None or operation.action != "receive" or operation.wrapper or operation.in_test:
                continue
            scope = _scope(operation, channel)
            if scope is not None and operation.service in services:
                scopes[channel.id, scope].append(operation)
        for (id, group), receives in sorted(scopes.items()):
            readers = _readers(receives)
            if len(readers) > 1:
                yield _finding(channels[id], group, readers, services)


def _scope(operation: Operation, channel: Channel) -> str | None:
    """What the readers of a channel share: the queue itself (`""`) or a group; None if each has its own copy, or
    nothing is known."""
    # An AMQP queue without a name is one that the broker makes for this reader alone.
    if not channel.address or "{" in channel.address:
        return None
    kind = channel.kind if channel.kind != "unknown" else operation.kind
    if kind == "queue":
        return ""
    if kind in ("topic", "stream") and operation.group and "{" not in operation.group:
        return operation.group
    return None


def _readers(receives: Sequence[Operation]) -> dict[str, Operation]:
    """The first receive of each service, services by name."""
    readers: dict[str, Operation] = {}
    for operation in sorted(receives, key=lambda one: (one.service, one.place)):
        readers.setdefault(operation.service, operation)
    return readers


def _finding(
    channel: Channel, group: str, readers: Mapping[str, Operation], services: Mapping[str, Service]
) -> Finding:
    second = list(readers.values())[1]
    others = [one for name, one in readers.items() if one is not second]
    kind = channel.kind if channel.kind != "unknown" else second.kind
    through = f"read {kind} `{channel.address}`"
    if group:
        through = f"read {kind} `{channel.address}` as group `{group}`"
    own = "a group" if group else "a queue"
    return Finding(
        code=SharedQueue.code,
        name=SharedQueue.name,
        message=f"{_listed(list(readers))} {'both ' if len(readers) == 2 else ''}{through}, so each message reaches "
        f"only one of them. Give each {own} of its own.",
        place=second.place,
        confidence=_confidence(list(readers.values()), [services[name] for name in readers]),
        mend=f"give each service a {'group' if kind == 'stream' else 'subscription'} of its own"
        if group
        else _OWN_SCOPE.get(channel.system, "give each service a queue of its own that gets a copy of each message"),
        notes=tuple(Note(one.place, f"`{one.service}` reads it here") for one in others),
        services=tuple(readers),
        channels=(channel.id,),
        symbol=channel.address,
        shape="group" if group else "queue",
    )


def _listed(names: Sequence[str]) -> str:
    shown = [f"`{name}`" for name in names]
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def _confidence(receives: Sequence[Operation], services: Sequence[Service]) -> Confidence:
    """Proven where every name is written out; the same default of two settings may be set apart when deployed."""
    if not any(_deployed_apart(one, other) for one, other in combinations(services, 2)):
        return "possible"
    return "likely" if any(one.default is not None for one in receives) else "proven"


def _deployed_apart(one: Service, other: Service) -> bool:
    """Whether two services are certainly two: neither a part of the other, nor its successor."""
    paths = PurePosixPath(one.path), PurePosixPath(other.path)
    nested = paths[0] in (paths[1], *paths[1].parents) or paths[1] in paths[0].parents
    return not nested and _SUCCESSION.sub("", one.name) != _SUCCESSION.sub("", other.name)
