"""Who sends to and who receives from each channel, and what of it cannot be known."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from eda_lint.model.topology import Channel, Confidence, Operation, Project
from eda_lint_rules.topology.names import fixed, is_pattern, may_meet

_ASIDE = re.compile(
    r"(?:^|[._:/-])(?:dlq|dlt|dlx|dead|dead[._-]?letters?|parking[._-]?lot|quarantine|poison|errors?|"
    r"retry|retries|audit|audits|archive|cdc|tombstones?)(?:[._:/-]|$)|(?:dlq|dlt|deadletters?)$|^aws\.|^\$(?!\{)",
    re.IGNORECASE,
)
"""Channels that people or brokers look after: dead letters, retries, audits, change capture, a platform's own."""

_CARRIED: Mapping[str, frozenset[str]] = {
    "aws.sns": frozenset({"aws_sqs", "aws_lambda"}),
    "aws_sns": frozenset({"aws_sqs", "aws_lambda"}),
    "aws_eventbridge": frozenset({"aws_sqs", "aws.sns", "aws_sns", "aws_lambda", "kinesis", "aws_kinesis"}),
    "kinesis": frozenset({"aws_lambda"}),
    "aws_kinesis": frozenset({"aws_lambda"}),
    "aws_sqs": frozenset({"aws_lambda"}),
    # A subscription has a name of its own, and which topic it is of stands in the project's settings.
    "gcp_pubsub": frozenset({"gcp_pubsub"}),
    "eventgrid": frozenset({"servicebus", "eventhubs"}),
}
"""System → systems that infrastructure may carry its messages on to, under names that no code says."""

_CONSUMER_QUEUE = re.compile(r"^/?queue/Consumer\.[^.]+\.(?=VirtualTopic\.)|^/?(?:queue|topic)/(?=VirtualTopic\.)")
"""ActiveMQ: a queue of one reader below a virtual topic."""


@dataclass(slots=True)
class Traffic:
    """The senders and receivers of a project's channels, tests left out."""

    project: Project
    exempt: Sequence[str] = ()
    """Globs of addresses that the user took out."""
    senders: dict[str, list[Operation]] = field(default_factory=lambda: defaultdict(list))
    """Channel id → what feeds it, wrappers' own calls and replies included."""
    receivers: dict[str, list[Operation]] = field(default_factory=lambda: defaultdict(list))
    _channels: dict[str, Channel] = field(default_factory=dict)
    _unknown: dict[tuple[str, str], list[Operation]] = field(default_factory=lambda: defaultdict(list))
    """(action, system) → operations that may be on any channel of the system."""
    _loose: dict[str, list[Channel]] = field(default_factory=dict)
    """Channels by action whose addresses may mean others than those with the same text."""

    def __post_init__(self) -> None:
        """Sort the project's operations by channel and direction."""
        self._channels = {channel.id: channel for channel in self.project.channels}
        for operation in self.project.operations:
            if operation.in_test or operation.action == "settle":
                continue
            channel = self._channels.get(operation.channel or "")
            if channel is not None:
                ends = self.receivers if operation.action == "receive" else self.senders
                ends[channel.id].append(operation)
            # Callers are the real operations of a wrapper; a reply goes to whoever asked.
            open_ended = operation.action != "reply" and not operation.wrapper
            if open_ended and (channel is None or not fixed(channel.address)):
                self._unknown[operation.action, operation.system].append(operation)

        self._loose = {
            action: [channel for channel in self._named(ends) if not _is_plain(channel)]
            for action, ends in (("receive", self.receivers), ("send", self.senders))
        }

    def unread(self) -> Iterator[tuple[Channel, list[Operation], Confidence]]:
        """Channels that somebody sends to and nobody reads, with the sends, and how sure that is."""
        for channel, sends in self._judged(self.senders):
            sends = [one for one in sends if one.action == "send"]
            if sends and not any(_meets(channel, other) for other in self._candidates(channel, "receive")):
                yield channel, sends, self._certainty(channel, "receive")

    def unfed(self) -> Iterator[tuple[Channel, list[Operation], Confidence]]:
        """Channels that somebody reads and nobody sends to, with the receives, and how sure that is."""
        for channel, receives in self._judged(self.receivers):
            met = any(_meets(other, channel) for other in self._candidates(channel, "send"))
            if not met and not is_pattern(channel.address):
                yield channel, receives, self._certainty(channel, "send")

    def addresses(self, action: str, system: str) -> list[str]:
        """Names under which messages of a system are sent, or received."""
        ends = self.receivers if action == "receive" else self.senders
        return [channel.address for channel in self._named(ends) if channel.system == system]

    def _named(self, ends: Mapping[str, list[Operation]]) -> list[Channel]:
        return [self._channels[id] for id in sorted(ends)]

    def _judged(self, ends: Mapping[str, list[Operation]]) -> Iterator[tuple[Channel, list[Operation]]]:
        """Channels of which an end alone means something. A task is started by schedules, shells and consoles too,
        a reply is read by whoever asked, and a signal inside the process is an offer that nobody need take."""
        for id in sorted(ends):
            channel = self._channels[id]
            aside = _ASIDE.search(channel.address) or any(fnmatchcase(channel.address, glob) for glob in self.exempt)
            operations = [one for one in ends[id] if not one.wrapper] or ends[id]
            open_ended = any(_kind(channel, one) in ("task", "rpc", "inproc") for one in operations)
            if channel.address and not channel.external and not aside and (not open_ended or channel.complete):
                yield channel, sorted(operations, key=lambda one: (one.place, one.id))

    def _candidates(self, channel: Channel, action: str) -> list[Channel]:
        """Channels on the other side that may be the same: for a plain name those of the same name, and patterns."""
        named = self._named(self.receivers if action == "receive" else self.senders)
        if not _is_plain(channel):
            return named
        return [*(one for one in named if one.address == channel.address), *self._loose[action]]

    def _certainty(self, channel: Channel, missing: str) -> Confidence:
        """How sure it is that nobody is on the other end, which does `missing`."""
        there = self.receivers if missing == "receive" else self.senders
        others = {self._channels[id].system for id in there} | {s for a, s in self._unknown if a == missing}
        if missing == "receive":
            carried = bool(_CARRIED.get(channel.system, frozenset()) & others)
        else:
            carried = any(channel.system in _CARRIED.get(system, frozenset()) for system in others)
        if self._unknown.get((missing, channel.system)) or carried or self._bound(channel, there):
            return "possible"
        if not fixed(channel.address) and channel.system in others:
            return "possible"
        return "likely" if fixed(channel.address) != channel.address.strip("./:-_ ") else "proven"

    def _bound(self, channel: Channel, there: Mapping[str, list[Operation]]) -> bool:
        """Whether a binding that no code shows may connect the channel: AMQP senders name an exchange, readers a
        queue."""
        if channel.system != "rabbitmq":
            return False
        mine = _exchange(channel) is None
        return any(o.system == "rabbitmq" and (_exchange(o) is None) != mine for o in self._named(there))


def _meets(sent: Channel, received: Channel) -> bool:
    """Whether what is sent to one channel may be read from the other."""
    if sent.id == received.id or sent.address == received.address:
        return True
    # A name of which nothing is known is counted among the unknown ends; it proves no meeting.
    if sent.system != received.system or not fixed(sent.address) or not fixed(received.address):
        return False
    exchanges = _exchange(sent), _exchange(received)
    if exchanges[0] is not None and exchanges[1] is not None:
        # A fanout or headers exchange takes no notice of the key.
        return may_meet(exchanges[0], exchanges[1])
    if exchanges != (None, None):
        return False
    return any(may_meet(one, other) for one in _names(sent) for other in _names(received))


def _names(channel: Channel) -> list[str]:
    """The names that an address may stand for: a setting often lists several, with commas between them."""
    return [_CONSUMER_QUEUE.sub("", name.strip()) for name in channel.address.split(",") if name.strip()]


def _is_plain(channel: Channel) -> bool:
    """Whether only an address with the same text can mean the same channel."""
    written = _CONSUMER_QUEUE.search(channel.address) is None and "," not in channel.address
    return written and not is_pattern(channel.address) and _exchange(channel) is None


def _exchange(channel: Channel) -> str | None:
    return next((part.text for part in channel.parts if part.kind == "exchange"), None)


def _kind(channel: Channel, operation: Operation) -> str:
    return channel.kind if channel.kind != "unknown" else operation.kind
