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
    "idempotency_key", "base_url", "callback", "statement", "kind", "prefix", "target",
    "mounted",
]  # fmt: skip
"""What an argument means. `message` is the type name of the message; `record_key` names the record that an
effect writes; `lookup` the keyword arguments that find it (`**`); `prefix` a text that a router puts before
the channels of its subscribers (read through `Source.before`); `target` the model, table, collection, bucket
or file that an effect changes or reads; `values` what it writes; `statement` a command text, or a statement built
with the library (see `Callable.pending`); `mounted` the router, application or list of routes that is put under a
`prefix` of paths.

Constant texts, wherever a table compares them (`when`, `values`, `returns_by`, `kind_by`): a string is itself,
True, False, None and numbers are their `repr`, a dotted name its last segment (`ExchangeType.FANOUT` is
`FANOUT`); case is ignored.

Steps, wherever a table says where a part stands (`payload_at`, `record_in`, …): a chain of `name` (attribute),
`name()` (call), `["key"]`, `[2]` (index, also by unpacking), `[*]` (any item, also by iterating or
`.items()`/`.values()`), written without blanks (`["Records"][*]["body"]`, `message.data`); `.` is the value
itself."""


class Source(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where a role's value comes from. Exactly one of `param`, `receiver`, `constant`, `owner`, `bound` is given.

    `param` names a parameter of `params` (`"*topics"` spelled `topics`: all of them, one value each).
    `key` then reads that key of a mapping argument (`{"group.id": g}`), several for nested ones; a key of
    digits also reads that position of a sequence (`subscribe([("orders", 1)])` with `each` and key `0`);
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
    before: Role | Literal[""] = ""
    """A role that the receiver holds; its text is put before this one (`KafkaRouter(prefix="shop.")`)."""
    handler_types: tuple[str, ...] = ()
    """For a handler: types of its parameters, in place of the callable's `handler_types`; the record is the one
    at `record_at` (kombu's `callbacks` get body and message, its `on_message` the message)."""
    owner: str | None = None
    """In place of `param`: a class attribute of the class whose method makes the call (nameko's `name`)."""
    suffix: str = ""
    """Fixed text that follows (`orders` + `.events`)."""
    setting_mark: str = ""
    """A text that stands between two of this character is the name of a setting (`%QUEUE%`)."""
    names_setting: bool = False
    """The text is the name of a setting."""
    bound: Literal["", "name", "path", "called"] = ""
    """In place of `param`: the name that the object which this call makes is bound to, or its dotted path (`name`:
    `placed`, `path`: `shop.signals.placed` of `placed = Signal()`), for objects that have no other name. `called`: the
    name under which the call calls what it calls, for methods that a table cannot list."""
    without: str = ""
    """Fixed text that is taken off the end (`OrdersStub` without `Stub`)."""
    class_of: bool = False
    """Takes the class of the argument, where that is an object of a class of its own: a message that is a subclass of
    the library's is named by its class."""
    member: str = ""
    """Reads this attribute of the argument, where that is a class of the code base or an object of one
    (`__event_name__`)."""


class Settings(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A default that changes behaviour: value of a (keyword or mapping) argument, by version of the library.

    Of several with one name, the first whose argument is given with a text in `values` decides; if none is,
    the first whose default (for the locked version) is not empty. `""` is "not known"."""

    name: str
    """What it decides, as link asks for it: `auto_settle`, `acks`, `confirms`, …"""
    param: str = ""
    key: str = ""
    values: dict[str, str] = {}
    """Text of the argument's constant → value of the setting."""
    default: str = ""
    versions: dict[str, str] = {}
    """Version specifier (PEP 440) → default there; the first that matches the locked version wins. If the
    version is not known, `default` holds: leave it empty where the releases differ."""


class Callable(msgspec.Struct, frozen=True, eq=False, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """A function, method or constructor."""

    name: str = ""
    """Method name; several in `names`. Not used for functions (they have `paths`)."""
    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    """Dotted import paths of a function."""
    params: tuple[str, ...] | None = None
    """As in a signature, without `self`: `"topic"`, `"value=None"`, `"*"`, `"*topics"`, `"**configs"`.
    None: unknown, keyword arguments only. `"**others"` at the end shortens a long signature: it stands for
    keyword parameters that no role needs."""
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
    handler_types: tuple[str, ...] = ()
    """Types of the positional parameters of the handler (for an override: of the user's method, after `self`),
    in order; `""` for one that is not tracked. One whose type is the receiver's own is the receiver itself
    (pika gives the channel, on which the handler then acknowledges). Where the record is among them,
    `record_at` says which."""
    record_in: str = ""
    """Steps from the result to the records (`["Messages"][*]`); `""`: the result itself, or what it yields."""
    keeps: tuple[Role, ...] = ()
    """Roles of this call that the *receiver* holds, for all its calls in whatever order
    (`connection.set_listener("", listener)` beside `connection.subscribe("/queue/x", 1)`). Where a constructor's
    source says `receiver`, that is the object it makes."""
    requires: dict[str, tuple[str, ...]] = {}
    """Parameter → types: the call is this one only if the argument, or an item of it, is a value of one of
    them (`@receiver(signal)` where the signal is an OpenEdxPublicSignal)."""
    returned: bool = False
    """A decorator whose function's return value is the payload: each return sends."""
    versions: str = ""
    """PEP 440 specifier of the releases whose signature this is. Several callables of one name are overloads:
    those of the locked version, or of all versions if it is not known, in file order; the first that the
    arguments bind to is meant."""
    sets: dict[str, str] = {}
    """Settings that the receiver has once this was called on it (`confirm_delivery()` sets `confirms`)."""
    proof_by: dict[str, dict[str, str]] = {}
    """Setting (of the receiver, its maker or this call) → its value → proof, where that differs from `proof`."""
    unless: tuple[str, ...] = ()
    """Parameters whose argument makes the call something else: no operation then (`publish(PhoneNumber=…)`)."""
    paired: bool = False
    """A message only where the code base has the other side on the same channel (a push onto a list is a send if
    somebody pops from it); alone, or where the channel is not known, it is no operation but an effect."""
    effect_by: dict[str, dict[str, str]] = {}
    """Parameter → constant text of its argument → the effect that the call then has instead of `effect`
    (`open(mode="a")` → append). The text `*` matches any argument given but `None`. The first parameter, in file
    order, with a text that matches decides; an argument whose text is not known matches only `*`."""
    effect_keys: dict[str, dict[str, str]] = {}
    """Parameter → key of its mapping argument → effect, where the keys say what is done (MongoDB's
    `{"$inc": …}`). Several keys: the worst by `effect_tables.WORST_FIRST`; a key not listed, or an argument that
    is no known mapping, leaves `effect`."""
    language: Literal["", "sql", "dynamodb"] = ""
    """The effect is in the text of the `statement` role, and link reads it: `link.sql` or
    `link.update_expressions`; an `effect_by` that matches goes before it. A statement that is no text but a value
    with a `pending` effect has that one. If neither is known the effect is `effect`, or unknown where that is
    empty."""
    pending: str = ""
    """An effect that this call does not have, but that its result stands for until a call with a `statement` role
    executes it (`insert(Order)`). A method of such a result that gives the type again (`.values()`) keeps the
    pending effect unless it names another, and the result holds the roles of all calls of the chain."""
    guard: Literal["", "exists", "claim", "get-or-create", "conflict-clause", "state", "provider-key"] = ""
    """The call can keep a duplicate from doing harm, as `model.topology.Guard` says. `exists`, `claim`: if its
    result is tested; `get-or-create`: where its lookup (or key) comes from the message, and for later effects if
    the `created` of its result is tested; `conflict-clause`: on this statement alone; `provider-key`: if the
    `idempotency_key` role comes from the message."""
    guard_by: dict[str, dict[str, str]] = {}
    """Parameter → constant text of its argument (`*` any but None) → guard, in place of `guard`
    (`set(nx=True)` → claim)."""
    duplicate_raises: tuple[str, ...] = ()
    """Dotted paths of the exceptions that say that the record is there already."""
    transaction: Literal["", "scope", "savepoint"] = ""
    """Used in `with`, or as a decorator: begins when entered, commits when left without an exception, else rolls
    back. A savepoint inside another transaction commits nothing; on its own it is a scope."""
    after_commit: bool = False
    """What the `callback` role is given runs once the surrounding transaction has committed, at once without one;
    for an operation, the operation itself does."""
    volatile: bool = False
    """What it changes is a cache, metric or log: no durable state."""
    unique_by: dict[str, str] = {}
    """For the constructor of a model's field: parameter → constant text with which the field is unique in its
    table (`unique="True"`); the parameter `*` means always. The field's default is the `defaults` role."""
    unique_together: bool = False
    """The names of its `record_key` role are fields that are unique together (a model's constraint)."""
    route: Literal["", "serves", "mounts"] = ""
    """A web server's row. `serves`: requests to the path in the `url` role (with the `method`, all if it has none)
    are answered by the `handler` (the decorated function for a `decorator`). `mounts`: the routes of the `mounted`
    role are served under `prefix` by the receiver. A `prefix` that the receiver holds stands before both. A row that
    serves and whose `mounted` role gives something mounts that under its `url`. A `mounted` text is the name of a
    module whose `urlpatterns` are meant."""
    path_syntax: Literal["", "braces", "angles", "colon", "regex"] = ""
    """How its paths spell parameters, as `link.routes.normalise` reads them: `{id:int}`, `<int:id>`, `:id`,
    `(?P<id>…)`."""
    verbs: dict[str, str] = {}
    """Where the handler is a class or an instance: names of its methods → HTTP method, and after a blank a path
    that is put after the route's own (`retrieve = "GET {pk}/"`)."""
    alias: bool = False
    """Also used as a decorator without parentheses: the decorated function is then the argument of the `handler` role's
    parameter (`@signal.connect`)."""
    injects: dict[str, str] = {}
    """For a decorator: parameter whose text names a parameter of the decorated function → type of what the library
    hands to that one. The object holds the roles of this call (`@app.queue_output(arg_name="bills", …)`)."""
    system: str = ""
    """System, where it differs from that of the library and the type."""
    elsewhere: str = ""
    """Where the channel is told if this call does not, as a reason for the reader (`where it is deployed`)."""
    handler_methods: tuple[str, ...] = ()
    """Where the `handler` is an object, or several: those of its methods that the library calls, each a handler of its
    own; `*` is any public one (an endpoint whose methods are called by remote name)."""
    handler_factory: str = ""
    """Where the `handler` is an object that makes what handles: its method that does. The handlers are what catalogued
    calls in that method have for `handler` (`RunTask(handle, next_step)`), and the overrides with a `record` of objects
    that are constructed there."""
    named_by_handler: bool = False
    """The type of a message that is received is the name of the method that handles it (a remote call)."""
    runs: bool = False
    """The `handler` (a function, several, or dotted paths of them) is what a worker will run: each is a receive on the
    channel of this call, at its definition. A call that sends is a send too; one that receives is nothing itself."""
    reads: tuple[str, ...] = ()
    """Beginnings of the names of remote methods (what follows the last slash of the `url`) that only read: the method
    of the request is GET then."""
    replaces_prefix: bool = False
    """A `prefix` given to this row that mounts stands in place of the one that the mounted object holds, not before
    it."""


class Type(msgspec.Struct, frozen=True, eq=False, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
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
    """Roles that a subclass gives as a class attribute (`queue = "orders"`), or as one of a class inside it
    (`Meta.queue_name`). A `message` that is given by none is the name of the class."""
    annotations: tuple[str, ...] = ()
    """Further paths that mean this type in annotations (stubs, protocols)."""
    attribute_roles: dict[str, Role] = {}
    """Attributes that user code assigns on a value, and the role that this gives it (`client.on_message = f`)."""
    key_at: tuple[str, ...] = ()
    """For records: steps to the message key (partition, ordering or group key)."""
    message_at: tuple[str, ...] = ()
    """For records: steps to the type name of the message."""
    identity_at: tuple[str, ...] = ()
    """For records: steps to what the same message has again when it is delivered again (message id, offset)."""
    coroutines: bool = False
    """All methods with an action or effect, inherited ones too, are coroutine functions, whatever `is_coroutine`
    says (the asyncio twin of a client); read it through `Catalog.is_coroutine`."""
    writes: Literal["", "explicit", "tracked"] = ""
    """For the base class of models: when assigning an attribute of a record reaches the database. `explicit`: at
    `save()` (Django); `tracked`: at the next flush or commit of the session that holds the record (SQLAlchemy).
    Where an attribute or a call gives such a type (`db.Model`, `declarative_base()`), it gives the class itself.
    Methods and attributes are those of the class and of its instances; the `target` is the class. A call that
    gives this type (`objects.get()`) gives an instance of the class that is its `target`, loaded from the store."""
    column: bool = False
    """Reads the stored value inside the database: arithmetic over it that is written is an increment
    (`F("stock") - 1`)."""
    autobegin: bool = False
    """Its first read or write begins a transaction, which lasts until its commit or rollback."""
    leaves: Literal["", "commit", "close", "rollback"] = ""
    """What leaving `with value` without an exception does to the transaction. `close` ends it unsaved."""
    item_role: Role | Literal[""] = ""
    """The key of `value[k]` is this role of what it gives; so is the name of an attribute that `attributes` has
    under `*`, any name that is not there itself (`client.shop.orders`, `client["shop"]["orders"]`)."""
    application: bool = False
    """Answers a server's requests by itself: unless it is mounted, its routes begin at the root of the host."""
    generated: str = ""
    """Regular expression for the import paths of classes that are made by a code generator, where the code base does
    not hold them (`orders_pb2_grpc.OrdersStub`). A method of the name `*` is any that is called on a value of it."""
    piped: str = ""
    """Type of the pipeline that `|` makes of values of this type; each step keeps its roles."""
    settings_class: tuple[str, ...] = ()
    """Customary names of a class, without a base, whose attributes are the arguments of the constructor: it is given to
    the library's command line (arq's `WorkerSettings`). In a file that imports the library any class that has the
    attribute of the constructor's `handler` is one."""
    attribute_types: dict[str, tuple[str, ...]] = {}
    """Attributes that user code assigns a function to, and the types of the function's positional parameters, as in
    `Callable.handler_types` (`client.on_connect = f` calls `f(client, …)`)."""
    envelope: tuple[str, ...] = ()
    """Fields of a message that the library writes by itself; the `payload` stands in the field `data` beside them."""
    attribute_gives: dict[str, Role] = {}
    """Attributes that read as what the object holds for a role (`topic.name` is its `channel`)."""


class Library(msgspec.Struct, frozen=True, eq=False, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """One catalog file. Two files with the same `name`, one under `clients/` and one under `effects/`, are one
    library (`read.join`): types with the same key are one type; a function told again only adds `returns_by`."""

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
    objects: dict[str, str] = {}
    """Module-level values: dotted path → type (`celery.current_app`)."""
    object_roles: dict[str, dict[Role, str]] = {}
    """What these values hold: dotted path → role → text (a signal that the library itself defines → its event type).
    Each of them is among `objects`."""
