"""EDA101: an event whose name is an instruction."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import ClassVar

from eda_lint.model.finding import Finding, Note, Severity
from eda_lint.model.topology import Channel, Confidence, Operation, Project
from eda_lint_rules.fire_and_forget.grammar import Reading, classify

_COMMAND_CHANNEL = re.compile(
    r"(?:^|[._:/-])(?:cmd|commands?|tasks?|jobs?|work|requests?|rpc|inbox|queries|query)(?:[._:/-]|$)", re.IGNORECASE
)
"""Names of channels that carry commands."""
_ONE_RECIPIENT = re.compile(
    r"(?:^|[._:/-])(?:user|device|client|agent|peer|participant|member|worker)s?[._:/-]\{", re.IGNORECASE
)
"""Addresses with a channel for each recipient (`session:user:{user_id}`)."""
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_ORCHESTRATOR = re.compile(r"saga|orchestrat|workflow|process_?manager", re.IGNORECASE)
"""Code whose business is to tell participants what to do."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """A send on an event channel, and the name of what it sends."""

    operation: Operation
    channel: Channel
    name: str
    confidence: Confidence


@dataclass(frozen=True)
class CommandNamedEvent:
    """A message on an event channel whose type name reads as an instruction.

    Fowler calls it a passive-aggressive command ("What do you mean by 'Event-Driven'?", 2017); Hohpe and Woolf tell
    Event Message from Command Message.
    """

    code: ClassVar[str] = "EDA101"
    name: ClassVar[str] = "command-named-event"
    summary: ClassVar[str] = "Event whose name tells somebody what to do"
    severity: ClassVar[Severity] = "warning"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    allow: tuple[str, ...] = ()
    """Message names that may stay as they are (globs): those that another party chose."""

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each such name on each channel, at the first place that sends it."""
        groups: dict[tuple[str, str], list[_Sent]] = defaultdict(list)
        for sent in _sent(project):
            # What stands in a placeholder is called differently by a function and by those who call it.
            groups[_PLACEHOLDER.sub("{}", sent.channel.id), sent.name].append(sent)
        for (_, name), sends in sorted(groups.items()):
            reading = classify(name)
            if reading.kind in ("command", "query") and not any(fnmatchcase(name, glob) for glob in self.allow):
                yield _finding(project, _apart(sends), reading)


def _sent(project: Project) -> Iterator[_Sent]:
    """Every named send on a channel that is known to carry events."""
    channels = {channel.id: channel for channel in project.channels}
    sends = [one for one in project.operations if one.action == "send" and one.channel in channels]
    types: dict[str, set[str]] = defaultdict(set)
    for operation in sends:
        types[operation.channel or ""].add(operation.message or "")
    inner = {step.place for operation in sends for step in operation.via}
    for operation in sends:
        channel = channels[operation.channel or ""]
        # A wrapper's own call says nothing that its callers do not say at the place where the name is chosen.
        if (operation.wrapper and operation.place in inner) or not _carries_events(operation, channel):
            continue
        name, confidence = _name(operation, single_type=len(types[channel.id]) == 1)
        if name:
            yield _Sent(operation, channel, name, confidence)


def _apart(sends: list[_Sent]) -> list[_Sent]:
    """The sends in order of place, without those that are another one of them seen from its caller."""
    places = {one.operation.place for one in sends}
    apart = [one for one in sends if not any(step.place in places for step in one.operation.via)]
    return sorted(apart or sends, key=lambda one: one.operation.place)


def _carries_events(operation: Operation, channel: Channel) -> bool:
    """Whether the channel is one for events, and the sender no orchestrator. Queues, task queues, RPC and in-process
    buses carry commands as well as anything; so does a topic that is called one for commands, or is one recipient's.
    """
    kind = channel.kind if channel.kind != "unknown" else operation.kind
    if kind not in ("stream", "topic") or channel.commands:
        return False
    names = (channel.address, operation.address or "", operation.default or "")
    if any(_COMMAND_CHANNEL.search(name) or _ONE_RECIPIENT.search(name) for name in names):
        return False
    return not (_ORCHESTRATOR.search(operation.function) or _ORCHESTRATOR.search(operation.place.file))


def _name(operation: Operation, *, single_type: bool) -> tuple[str, Confidence]:
    """The name of what is sent: its type, else its routing key, else the channel's name if it stands for one type."""
    if operation.message and operation.message_origin not in ("channel", "unknown"):
        # `Archive Article` is a title for people: of an activity that is reported on as well as of an order.
        return operation.message, "possible" if " " in operation.message else "likely"
    key = next((part.text for part in operation.parts if part.kind == "routing_key"), "")
    if key and "{" not in key:
        return key, "likely"
    literal = all(part.kind == "literal" for part in operation.parts)
    if single_type and literal and operation.address and "{" not in operation.address:
        return operation.address, "possible"
    return "", "possible"


def _finding(project: Project, sends: list[_Sent], reading: Reading) -> Finding:
    """The finding at the first send, with the other sends and those who handle it as notes."""
    first = sends[0]
    receivers = [
        one
        for one in project.topology.receivers(first.channel.id)
        if not one.in_test and (one.message is None or one.message == first.name)
    ]
    notes = [Note(one.operation.place, f"`{first.name}` is sent here too") for one in sends[1:]]
    notes += [Note(one.place, f"{one.service} receives it here") for one in receivers]
    services = {one.operation.service for one in sends} | {one.service for one in receivers}
    return Finding(
        code=CommandNamedEvent.code,
        name=CommandNamedEvent.name,
        message=_message(first, reading),
        place=first.operation.place,
        confidence="possible" if reading.weak else first.confidence,
        mend=_mend(reading, sorted({one.service for one in receivers})),
        notes=tuple(dict.fromkeys(notes)),
        services=tuple(sorted(services)),
        channels=(first.channel.id,),
        symbol=first.name,
        shape=reading.kind,
    )


def _message(sent: _Sent, reading: Reading) -> str:
    """What is wrong, and what to do."""
    where = f"`{sent.name}` is published to {sent.channel.kind} `{sent.channel.address}`"
    if sent.name == sent.operation.address:
        where = f"{sent.channel.kind.capitalize()} `{sent.name}` carries events"
    if reading.kind == "query":
        return f"{where} but asks for an answer that an event cannot get. Call the owner of the answer, or keep a copy."
    return (
        f"{where} but names an action for someone else to do. Publish what happened and let each consumer decide, or "
        "send it as a command to the queue of the one that acts on it."
    )


def _mend(reading: Reading, consumers: list[str]) -> str:
    """The exact change, as far as names can tell."""
    if reading.kind == "query":
        return "ask over HTTP or RPC, or subscribe to the events of the service that owns the data"
    parts = []
    if reading.suggestion:
        parts.append(f"name it `{reading.suggestion}` if that has happened")
    if len(consumers) == 1:
        parts.append(f"or make it a command on a queue of `{consumers[0]}`, its only consumer")
    elif reading.suggestion:
        parts.append("or after the fact that leads to it")
    return " ".join(parts) or "name it after what happened, in the past tense"
