"""What link understood: operations, channels, handlers, effects, services, and the questions rules ask.

These types are the hand-over from `link` to `check`. They hold no syntax and no values, only names, places
and judgements with their reasons, so that rules can be pure functions of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from eda_lint.model.contract import Contract, Divergence, Evolution

Action = Literal["send", "receive", "settle", "reply"]
"""Seen from the service whose code it is (AsyncAPI 3)."""

ChannelKind = Literal["stream", "topic", "queue", "task", "inproc", "rpc", "unknown"]
"""stream: replayable log; topic: each subscription gets a copy; queue: one worker gets it; task: a task queue."""

Confidence = Literal["proven", "likely", "possible"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: `file` is relative to the root with forward slashes; lines and columns from 1,
    columns in code points, end exclusive."""

    file: str
    line: int
    column: int = 1
    end_line: int = 0
    end_column: int = 0


@dataclass(frozen=True, slots=True)
class Via:
    """One wrapper on the way from an operation's call site to the client library: the call inside `function`."""

    place: Place
    function: str


@dataclass(frozen=True, slots=True)
class AddressPart:
    """A piece of a channel's address.

    literal: `text`; env: `text` is the variable or setting, `default` its default if known;
    placeholder: `text` names a segment known only at run time; exchange and routing_key: AMQP names
    (each is followed by no further nesting: `text` is the display form of that half).
    """

    kind: Literal["literal", "env", "placeholder", "exchange", "routing_key"]
    text: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """A destination, joined over all operations that name it.

    `id` is unique in the project (`system:address`). `match` says which name joined it: the address as
    written, or the default of the setting that names it.
    """

    id: str
    system: str
    kind: ChannelKind
    address: str
    parts: tuple[AddressPart, ...] = ()
    external: bool = False
    """Declared as fed or read by somebody outside the root."""
    complete: bool = False
    """Declared: everybody who uses it is inside the root."""
    commands: bool = False
    """A command channel (task queue, RPC, or declared): naming rules are off."""


@dataclass(frozen=True, slots=True)
class PayloadField:
    """A field of a payload: dotted `path`; `required` on the reading side means `d["x"]` without a default."""

    path: str
    required: bool = True
    kind: Literal["identifier", "time", "discriminator", "data", "unknown"] = "unknown"
    text: str | None = None
    """Its constant value, where it has one."""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Payload:
    """Fields written by a send, or read by a handler. `open`: something unknown flows in, so absence of a
    field proves nothing."""

    fields: tuple[PayloadField, ...] = ()
    open: bool = True
    scalar: bool = False
    """The body is a bare scalar (an id, a number), no record of fields."""
    type_name: str | None = None
    """The class the payload is built from, if any."""

    def names(self) -> frozenset[str]:
        """Dotted paths of all fields."""
        return frozenset(f.path for f in self.fields)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the caller of a send learns whether it arrived, and whether this call site listens."""

    proof: Literal["future", "callback", "await", "return", "batch", "none", "unknown"] = "unknown"
    is_coroutine: bool = False
    """The library's method is `async`: without `await` nothing is sent."""
    awaited: bool = True
    """Awaited, gathered, returned, or handed to something that may await it."""
    checked: bool = True
    """The result (future, batch result) is looked at, returned, or escapes to code that may."""
    has_callback: bool = False
    flushed: Literal["no", "same-function", "elsewhere", "unknown"] = "unknown"
    """Whether the producer is flushed or closed, and where."""
    failure_key: str | None = None
    """For batches: the key of the result that counts failures (`FailedRecordCount`)."""
    retried_by: str | None = None
    """Name of the exact API that would prove it (`future.get(timeout=…)`), for the mend."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A place where a message is sent, received or settled, and how each part was understood."""

    id: str
    action: Action
    system: str
    """OpenTelemetry's `messaging.system`: kafka, rabbitmq, aws_sqs, … or `inproc`."""
    client: str
    """The library's distribution name."""
    kind: ChannelKind
    place: Place
    function: str
    """Qualified name of the function it stands in, `module:Class.method`."""
    service: str
    channel: str | None = None
    """`Channel.id`, or None where the address did not resolve."""
    address: str | None = None
    parts: tuple[AddressPart, ...] = ()
    default: str | None = None
    """The default of the one `${NAME}` in the address."""
    resolution: Literal["literal", "constant", "setting", "pattern", "parameter", "unresolved", "none"] = "none"
    reason: str | None = None
    reason_code: str | None = None
    message: str | None = None
    """The message's type name."""
    message_origin: Literal["field", "class", "attribute", "argument", "channel", "unknown"] = "unknown"
    handler: str | None = None
    """Qualified name of the handler (`Handler.id`)."""
    group: str | None = None
    key: Literal["message", "fresh", "constant", "none", "unknown"] = "unknown"
    auto_settle: bool | None = None
    """For receives: the library acknowledges by itself before or regardless of the handler's end."""
    via: tuple[Via, ...] = ()
    payload: Payload = field(default_factory=Payload)
    delivery: Delivery | None = None
    in_test: bool = False
    wrapper: bool = False
    """The address comes from the function's own parameters: its callers are the real operations."""
    handed_to: str | None = None
    """For receives: the function that the handler hands messages of this type on to, if that is one of its own,
    `module:Class.method`."""


EffectKind = Literal[
    "read", "set", "delete", "upsert", "conditional", "insert", "increment", "append",
    "send", "charge", "publish", "enqueue", "http", "flush", "begin", "commit", "rollback", "settle",
]  # fmt: skip
"""What a call does to the world. `send` is irreversible and leaves the system (mail, SMS, push);
`publish` is a send operation, `enqueue` one on a task queue; `settle` an ack, nack, delete or commit."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm of a branch, loop or try that an effect stands in. Two effects with the same `id` and
    different `arm` exclude each other (or, for a try, follow each other)."""

    id: int
    kind: Literal["if", "loop", "try", "except", "finally", "else", "with", "case", "deferred"]
    arm: int
    test: str = ""
    """The test, or the caught names, as a short display text."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Something that makes a duplicate harmless, and why it counts (rules.md EDA301)."""

    kind: Literal[
        "inbox", "exists", "unique", "conflict-clause", "get-or-create", "claim", "state", "decorator",
        "provider-key", "exactly-once", "other",
    ]  # fmt: skip
    place: Place
    keyed_by_message: bool
    text: str
    """Short display text for evidence."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a function does to the world, in evaluation order, seen from the root of its activity."""

    kind: EffectKind
    place: Place
    """Where the call that has the effect stands."""
    call: str
    """Display text of what is called (`stripe.Charge.create`)."""
    order: int
    """Position in evaluation order within the activity."""
    target: str = ""
    """Table, model, URL, channel or key space; `""` if unknown."""
    via: tuple[Via, ...] = ()
    """Calls of the project's own functions on the way from the root, outermost first."""
    path: tuple[Arm, ...] = ()
    """Branches it stands in, outermost first."""
    guards: tuple[Guard, ...] = ()
    """Guards that dominate it."""
    transaction: int | None = None
    """Id of the transaction it is inside of, within the activity."""
    key: Literal["message", "fresh", "constant", "unknown", "none"] = "unknown"
    """Where the key of the written record (or the idempotency key) comes from."""
    unique: bool = False
    """An insert whose key is unique by the model and derived from the message."""
    conflict_handled: bool = False
    system: str = ""
    library: str = ""
    operation: str | None = None
    """`Operation.id` for publish, enqueue and settle."""
    settle: Literal["ack", "nack", "reject", "commit", "delete", ""] = ""
    method: str = ""
    """HTTP method, upper case."""
    owner: str | None = None
    """For HTTP: the service that owns the URL, proven by route and base URL."""
    url: str | None = None
    internal: bool = False
    """For HTTP: the host is one of this system (bare host name, service of the root, localhost)."""
    uses_message: bool = False
    """An argument derives from the message."""
    result_fields: tuple[str, ...] = ()
    """For HTTP: fields read from the reply."""
    result_decides: bool = False
    """The result is tested or returned: the caller needs it."""
    durable: bool = True
    """False for metrics, logs, caches and in-memory state."""
    after_commit: bool = False
    """Runs in an on-commit hook."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A call that could not be followed. `receives_message`: the message or a part of it is an argument."""

    place: Place
    call: str
    receives_message: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Activity:
    """What happens, in order, when a function runs, through the project's own functions."""

    function: str
    """Qualified name, `module:Class.method`."""
    place: Place
    service: str
    effects: tuple[Effect, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    in_test: bool = False
    entry: Literal["route", "task", "handler", "command", "function", "module"] = "function"
    """How it is entered."""
    transactional: bool = False
    """The whole function runs inside a transaction that something outside it opened (ATOMIC_REQUESTS)."""
    transaction_evidence: Place | None = None


@dataclass(frozen=True, slots=True)
class Handler:
    """The body reached from a receive, and what it does."""

    id: str
    place: Place
    service: str
    receives: tuple[str, ...]
    """`Operation.id`s that reach it."""
    messages: tuple[str, ...]
    """Type names it takes; empty: all."""
    reads: Payload
    activity: Activity
    in_test: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """A server route: what a URL of this service is answered by."""

    service: str
    method: str
    """Upper case, or `*`."""
    path: str
    """With `{x}` for parameters."""
    handler: str
    place: Place


@dataclass(frozen=True, slots=True)
class Service:
    """A deployable of the root, or a library that others import."""

    name: str
    path: str
    """Directory relative to the root, `.` for the root itself."""
    kind: Literal["service", "library"] = "service"
    marks: tuple[str, ...] = ()
    """The files that made it one."""


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """A source file that could not be read, and whether its content was asked for."""

    place: Place
    kind: str
    message: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much was understood. `operations` counts every catalogued call on a client value."""

    operations: int = 0
    resolved: int = 0
    files: int = 0
    parsed: int = 0
    lines: int = 0
    parsed_lines: int = 0
    unresolved: tuple[tuple[str, str, int], ...] = ()
    """(reason code, example, count), most frequent first."""
    unread_packages: tuple[str, ...] = ()
    unread_reasons: tuple[tuple[str, str], ...] = ()
    """(declared package that was not read, why)."""


class Topology(Protocol):
    """The questions that rules ask of the graph. All answers are in a fixed order."""

    def senders(self, channel: str) -> tuple[Operation, ...]:
        """Send operations on a channel (its id), wrappers' own calls left out."""

    def receivers(self, channel: str) -> tuple[Operation, ...]:
        """Receive operations on a channel."""

    def channels(self) -> tuple[Channel, ...]:
        """All channels, by id."""

    def reactions(self, handler: str) -> tuple[Operation, ...]:
        """What a handler sends, directly or through the project's own functions."""

    def producers_of(self, message: str) -> tuple[str, ...]:
        """Services that send a message type."""

    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Handler-level cycles of reactions, each as handler ids."""


@dataclass(frozen=True, slots=True)
class Project:
    """All that link understood of one root."""

    services: tuple[Service, ...]
    channels: tuple[Channel, ...]
    operations: tuple[Operation, ...]
    handlers: tuple[Handler, ...]
    activities: tuple[Activity, ...]
    """Of every function that sends, or calls other services over HTTP."""
    routes: tuple[Route, ...]
    topology: Topology
    coverage: Coverage
    problems: tuple[SourceProblem, ...] = ()
    services_complete: bool = False
    """Declared: every service of the system is inside the root."""
    contracts: tuple[Contract, ...] = ()
    """Schemas of the messages that operations send and read, by identity."""
    evolutions: tuple[Evolution, ...] = ()
    """What became of contracts since the older state that the run compares with, if it compares with one."""
    divergences: tuple[Divergence, ...] = ()

    def operation(self, id: str) -> Operation:
        """The operation with this id. Raises KeyError."""
        for operation in self.operations:
            if operation.id == id:
                return operation
        raise KeyError(id)

    def channel(self, id: str) -> Channel:
        """The channel with this id. Raises KeyError."""
        for channel in self.channels:
            if channel.id == id:
                return channel
        raise KeyError(id)
