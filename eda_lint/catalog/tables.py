"""The grammar of a catalog file, as types. `load` reads TOML into these and refuses what does not fit.

A file describes one library: its types (classes whose values are tracked), its functions, and for each
callable which *parameter* plays which role. Positions come from `params`, written as in a signature.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Role = Literal[
    "channel", "exchange", "routing_key", "payload", "key", "headers", "group", "message", "handler",
    "settle", "subscription", "url", "method", "body", "record_key", "values", "lookup", "defaults",
    "idempotency_key", "base_url", "callback", "statement", "kind",
]  # fmt: skip
"""What an argument means. `message` is the type name of the message; `record_key` names the record that an
effect writes; `lookup` the keyword arguments that find it (`**`)."""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a role's value comes from. Exactly one of `param`, `receiver`, `constant` is given.

    `param` names a parameter of `params` (`"*topics"` spelled `topics`: all of them, one value each).
    `key` then reads that key of a mapping argument (`{"group.id": g}`), several for nested ones;
    `each` reads it from every item of a sequence argument; `keys` takes the mapping's keys as values
    (`streams={"orders": ">"}`); `attribute` reads a constructor role of a catalogued object
    (`message.body`). `receiver` takes a role that the receiver holds. `constant` is fixed text.
    `last` keeps what follows the last of these separator characters (an ARN's `:`, a URL's `/`).
    """

    param: str | None = None
    key: tuple[str, ...] = ()
    each: bool = False
    keys: bool = False
    attribute: str | None = None
    receiver: str | None = None
    constant: str | None = None
    last: str = ""
    when: dict[str, str] = {}
    """Only if these parameters have these constant texts."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A default that changes behaviour: value of a (keyword or mapping) argument, by version of the library."""

    name: str
    """What it decides, as link asks for it: `auto_settle`, `acks`, `confirms`, …"""
    param: str = ""
    key: str = ""
    values: dict[str, str] = {}
    """Text of the argument's constant → value of the setting."""
    default: str = ""
    versions: dict[str, str] = {}
    """Version specifier (PEP 440) → default there; the first that matches the locked version wins."""


class Callable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A function, method or constructor."""

    name: str = ""
    """Method name; several in `names`. Not used for functions (they have `paths`)."""
    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    """Dotted import paths of a function."""
    params: tuple[str, ...] | None = None
    """As in a signature, without `self`: `"topic"`, `"value=None"`, `"*"`, `"*topics"`, `"**configs"`.
    None: unknown, keyword arguments only."""
    action: Literal["send", "receive", "settle", "reply", "bind", "declare", ""] = ""
    """`bind` ties a queue to an exchange (roles channel, exchange, routing_key); `declare` tells a
    channel's kind (roles channel or exchange, kind)."""
    effect: str = ""
    """An `EffectKind` of the model, for effect tables."""
    roles: dict[Role, Source | tuple[Source, ...]] = {}
    """The first source that gives something wins."""
    returns: str = ""
    """Type (its key in `types`, or `library:type` of another file) of the result."""
    returns_by: dict[str, dict[str, str]] = {}
    """Parameter → its constant text → type: `client("sqs")`."""
    gives: Source | None = None
    """The call's value is that of this argument: `topic_path(project, topic)`, `get_queue_url(QueueName=q)`.
    Items and attributes of the result give it too (`["QueueUrl"]`)."""
    holds: tuple[Role, ...] = ()
    """Roles that the returned object (or constructed one) holds from this call's roles, beside those that
    the receiver held: `conn.create_sender(addr)`."""
    record: str = ""
    """Type of the received record that the call returns or yields; `handler` roles get it as argument."""
    record_at: int = 0
    """Position of the record among the handler's parameters (pika: body is 3)."""
    is_coroutine: bool = False
    proof: Literal["future", "callback", "await", "return", "batch", "none", ""] = ""
    """How delivery becomes known."""
    proof_api: str = ""
    """The exact API that proves it, for the mend."""
    failure_key: str = ""
    failure_check: tuple[str, ...] = ()
    settle: Literal["ack", "nack", "reject", "commit", "delete", ""] = ""
    flushes: bool = False
    """Afterwards everything sent is known to have left (flush, close, stop)."""
    decorator: bool = False
    """Used as `@receiver.name(…)`: the decorated function is the handler."""
    bare: bool = False
    """The decorator may also be used without parentheses."""
    context: bool = False
    """Used in `with`: what it enters is the result itself (default for types)."""
    kind: Literal["stream", "topic", "queue", "task", "inproc", "rpc", ""] = ""
    """Channel kind, where it differs from the library's."""
    kind_by: dict[str, dict[str, str]] = {}
    """Role or parameter → prefix or constant text → kind: `/queue/` → queue."""
    settings: tuple[Settings, ...] = ()
    subscribes: bool = False
    """The construction (or this call) is itself the receive operation; later polls are not."""
    polls: bool = False
    """Gives records of what was subscribed before; an operation only if nothing subscribed."""
    command: bool = False
    """What it sends is a command by design (task queue, RPC)."""
    expression: bool = False
    """The payload is the call's own remaining arguments (`task.delay(*args, **kwargs)`)."""
    note: str = ""


class Type(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A class whose values are tracked."""

    paths: tuple[str, ...] = ()
    """Import paths of the class; empty for one that only other calls return."""
    extends: tuple[str, ...] = ()
    """Types of this file whose methods and attributes it also has."""
    constructor: Callable | None = None
    methods: tuple[Callable, ...] = ()
    attributes: dict[str, str] = {}
    """Attribute → type; or role-carrying attributes of a record through `payload_at` below."""
    iterates: str = ""
    """Type that `for x in value` gives; the loop is the handler."""
    enters: str = ""
    """Type that `with value as x` gives, if not itself."""
    item: str = ""
    """Type that `value[k]` gives."""
    payload_at: tuple[str, ...] = ()
    """For records: where the payload is, as attributes (`value`), calls (`value()`) or items (`["Body"]`)."""
    headers_at: tuple[str, ...] = ()
    overrides: tuple[Callable, ...] = ()
    """Methods that a subclass in user code implements and the library calls: the handler."""
    class_roles: dict[Role, str] = {}
    """Roles that a subclass gives as a class attribute (`queue = "orders"`)."""
    annotations: tuple[str, ...] = ()
    """Further paths that mean this type in annotations (stubs, protocols)."""


class Library(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One catalog file."""

    name: str
    """Distribution name, as operations report it in `client`."""
    distributions: tuple[str, ...] = ()
    """Further distributions with the same import root."""
    imports: tuple[str, ...]
    """Import roots; a file that imports one is a seed (clients), or known as effect (effects)."""
    system: str = ""
    """OpenTelemetry `messaging.system`; a callable's type may override by `systems`."""
    systems: dict[str, str] = {}
    """Type → system, where one library talks to several."""
    kind: Literal["stream", "topic", "queue", "task", "inproc", "rpc", "unknown"] = "unknown"
    kinds: dict[str, str] = {}
    """Type → kind."""
    versions: str = ""
    """Versions that the table was read from."""
    types: dict[str, Type] = {}
    functions: tuple[Callable, ...] = ()
    """Module-level functions by `paths`."""
    source: str = ""
    """Where the facts come from (documentation or release read)."""
    unsigned: dict[str, str] = {}
    """Callables (`type.method` or path) whose signature cannot be read from the wheel → reason."""
