"""What one catalogued call means, read in one activation: channel, message, payload, handler, group."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eda_lint.catalog.load import TypeRef, default_of
from eda_lint.catalog.tables import Callable, Role, Source
from eda_lint.link.evaluation import roles, texts
from eda_lint.link.evaluation.frames import Arguments, Frame
from eda_lint.link.evaluation.known import (
    CatalogFunction,
    CatalogMethod,
    ClassRef,
    ClientObject,
    Decorated,
    Dispatching,
    External,
    Fresh,
    FunctionRef,
    Instance,
    Known,
    Knowns,
    Piece,
    Plain,
    Record,
    Symbol,
    Text,
    Told,
    Unknown,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import addresses, listeners, parallel, payloads
from eda_lint.link.traffic.addresses import Address
from eda_lint.link.traffic.parallel import Pairs
from eda_lint.model.topology import ChannelKind

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

Owner = tuple[str, int]


@dataclass(slots=True)
class Reading:
    """One catalogued call in one activation. `open_*`: the part hangs on a parameter of the reading function
    (or of its class's constructor), so callers may know more."""

    row: Callable
    library: str
    system: str
    kind: ChannelKind
    addresses: list[Address]
    messages: list[str]
    message_origin: payloads.Origin
    payload: Knowns
    handlers: Knowns
    group: str | None
    key: str
    receiver: Known | None
    made: ClientObject | None
    """The object that a subscribing constructor makes."""
    open_address: bool = False
    bound_at_construction: bool = False
    open_message: bool = False
    open_handler: bool = False
    settings: dict[str, str] = field(default_factory=dict)
    source: Knowns = ()
    """What channel, message, payload and handler are made of: two calls of one function that read equal differ no
    further out either."""
    pairs: Pairs = field(default_factory=dict)
    """Address → the messages on it, where each channel has its own (`@receiver([placed, paid])`)."""

    def messages_on(self, address: Address) -> list[str]:
        """The messages on one of the addresses."""
        named = next((p.text for p in address.parts if p.kind == "routing_key"), address.text)
        return self.pairs.get(named) or self.messages


def row_of(ev: Evaluator, callee: Known, given: Arguments) -> tuple[Callable, str, TypeRef | None, Known | None] | None:
    """The catalog row that a callee means for these arguments: (row, library, type, receiver)."""
    match callee:
        case CatalogMethod(receiver=receiver, type=type_ref):
            return roles.chosen(ev, callee, given), type_ref.library, type_ref, receiver
        case CatalogFunction(library=library):
            return roles.chosen(ev, callee, given), library, None, None
        case Dispatching(callable=row):
            return row, "in-process", None, None
        case Told(callable=row, library=library):
            return row, library, None, None
        case External(path=path):
            made = ev.world.catalog.type_at(path)
            constructor = ev.world.catalog.constructor(made) if made is not None else None
            return (constructor, made.library, made, None) if made is not None and constructor is not None else None
        case _:
            return None


def read(
    ev: Evaluator, unit: Unit, call: int, frame: Frame | None, callee: Known, own: frozenset[Owner]
) -> Reading | None:
    """Read a catalogued call. `own` are the functions whose parameters stay open (see `Reading`)."""
    given = ev.arguments(unit, call, frame)
    found = row_of(ev, callee, given)
    if found is None:
        return None
    row, library, type_ref, receiver = found
    meant = required(ev, row, library, given)
    if meant is None or roles.excluded(ev, row, given):
        return None
    library = meant
    made = None
    if isinstance(callee, External) and type_ref is not None:
        made = ev.world.interned.of(ClientObject, type_ref, ev.world.site(unit.path, call, frame), row, None)
    return interpret(ev, row, library, type_ref, receiver, given, own, made=made)


def interpret(
    ev: Evaluator,
    row: Callable,
    library: str,
    type_ref: TypeRef | None,
    receiver: Known | None,
    given: Arguments,
    own: frozenset[Owner],
    *,
    made: ClientObject | None = None,
) -> Reading:
    """The reading of a row with these arguments on this receiver."""
    payload = resolve_symbols(ev, roles.role(ev, "payload", row, given, receiver), own)
    messages, origin = payloads.message_names(ev, row, given, receiver, payload)
    message_role = roles.role(ev, "message", row, given, receiver)
    found_addresses, source = _addresses(ev, row, given, receiver if receiver is not None else made, own)
    symbols = owners(source)
    handlers = roles.role(ev, "handler", row, given, receiver)
    if row.handler_methods:
        handlers = listeners.methods_called(ev, handlers, row.handler_methods)
    if row.handler_factory:
        handlers = listeners.made(ev, handlers, row.handler_factory)
    system, kind = _system(ev, row, library, type_ref, receiver, found_addresses)
    reading = Reading(
        row, library, system, kind, found_addresses, messages, origin, payload,
        tuple(ev.closed(handlers)), _group(ev, row, given, receiver), _key(ev, row, given, receiver), receiver, made,
    )  # fmt: skip
    named = any(a.names_something for a in found_addresses)
    reading.open_address = (
        bool(symbols)
        or any(a.symbols for a in found_addresses)
        or (not named and any(a.reason_code == "parameter" for a in found_addresses))
    )
    reading.bound_at_construction = any(_is_constructor(ev, owner) for owner in symbols)
    annotated = any(isinstance(k, Symbol) for k in payload)
    reading.open_message = (not messages or annotated) and (
        payloads.is_symbolic(ev, payload)
        or any(isinstance(k, Symbol) or (isinstance(k, Unknown) and k.open) for k in message_role)
        or any(isinstance(k, Text) and k.symbolic for k in message_role)
    )
    reading.open_handler = any(isinstance(k, Symbol) for k in handlers)
    reading.settings = _settings(ev, row, given, receiver)
    reading.source = (*source, *message_role, *payload, *handlers)
    reading.pairs = parallel.pairs(ev, row, given, receiver)
    if None in reading.pairs and any(a.text is not None and a.text in reading.pairs for a in found_addresses):
        # Some of the objects have no channel of their own: what is on the others' is not all.
        reading.addresses = [*found_addresses, *addresses.of_knowns(ev, ())]
    return reading


def required(ev: Evaluator, row: Callable, library: str, given: Arguments) -> str | None:
    """The library that a call with a row of this library is an operation of: that of what the row asks for, where it
    asks for a value of certain types (`@receiver(signal)`); None if the arguments have none of them."""
    for name, types in row.requires.items():
        wanted = {ev.world.catalog.resolve(library, t) for t in types}
        thunk = roles.parameter(ev, row, given, name)
        found = ev.closed(ev.force(thunk)) if thunk is not None else ()
        flat = payloads.sequence_of(ev, found)
        met = [k.type for k in flat if isinstance(k, ClientObject | Decorated) and k.type in wanted]
        if not met:
            return None
        library = met[0].library
    return library


# ------------------------------------------------------------------------------------------- addresses


def _addresses(
    ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None, own: frozenset[Owner]
) -> tuple[list[Address], Knowns]:
    """The addresses, and what they are made of."""
    channel = _named(ev, "channel", row, given, receiver, own)
    exchange = _named(ev, "exchange", row, given, receiver, own)
    key = _named(ev, "routing_key", row, given, receiver, own)
    subscription = resolve_symbols(ev, roles.role(ev, "subscription", row, given, receiver), own)
    source = (*channel, *exchange, *key, *subscription)
    if exchange or (key and not channel):
        default = [Address("")] if not exchange else addresses.of_knowns(ev, exchange)
        keys = addresses.of_knowns(ev, key or channel) if key or channel else [Address("")]
        return addresses.with_exchange(default, keys), source
    if not channel and subscription:
        channel = subscription
    if row.kind == "inproc" and not row.roles.get("channel"):
        return [
            Address(None, reason="delivered inside the process, by the message's class", reason_code="in-process")
        ], source
    if not channel and row.elsewhere:
        return [Address(None, resolution="unresolved", reason=row.elsewhere, reason_code="deployment")], source
    if not channel and (given.open_positional or given.open_keywords):
        spread = Address(None, resolution="parameter", reason="the arguments are spread", reason_code="parameter")
        return [spread], source
    return addresses.of_knowns(ev, channel), source


def _named(
    ev: Evaluator, role: Role, row: Callable, given: Arguments, receiver: Known | None, own: frozenset[Owner]
) -> Knowns:
    """What plays a role in an address; each of the members where that is a list (`{"routing_keys": ["a", "b"]}`)."""
    found = payloads.sequence_of(ev, roles.role(ev, role, row, given, receiver))
    return resolve_symbols(ev, found or _unknown_object(ev, role, row, given), own)


def _unknown_object(ev: Evaluator, role: Role, row: Callable, given: Arguments) -> Knowns:
    """The argument that would tell a part of the address, where it is given and what it holds is not known
    (`publish(message)` of a message that could be any)."""
    told = row.roles.get(role, ())
    sources = (told,) if isinstance(told, Source) else told
    if not sources or not all(s.attribute is not None and s.param is not None for s in sources):
        return ()
    thunks = [t for s in sources for t in roles.argument_thunks(ev, s, row, given)]
    found = [
        k for k in payloads.sequence_of(ev, ev.force_all(thunks)) if not (isinstance(k, Plain) and k.value is None)
    ]
    if found and all(isinstance(k, ClientObject) for k in found):
        # What it was made with is known, and tells no such part: a queue that is bound to no exchange.
        return ()
    vague = [k for k in found if isinstance(k, Symbol | Unknown | Record)]
    return ev.distinct(vague or [ev.world.unknown("an object that does not tell it") for _ in found[:1]])


def owners(knowns: Knowns) -> set[Owner]:
    """The functions whose parameters these knowns are made of."""
    found: set[Owner] = set()
    for known in knowns:
        if isinstance(known, Symbol):
            found.add((known.unit, known.function))
        elif isinstance(known, Text):
            found |= {(p.owner[0], p.owner[1] // 1000) for p in known.pieces if p.kind == "symbol" and p.owner}
    return found


def resolve_symbols(ev: Evaluator, knowns: Knowns, own: frozenset[Owner]) -> Knowns:
    """With the parameters of other functions than `own` replaced by what their callers hand in."""
    found: list[Known] = []
    for known in knowns:
        if isinstance(known, Symbol) and (known.unit, known.function) not in own:
            closed = ev.closed((known,))
            found.extend(resolve_symbols(ev, tuple(k for k in closed if k is not known), own) or (known,))
        elif isinstance(known, Text) and known.symbolic:
            found.extend(_resolve_text(ev, known, own))
        else:
            found.append(known)
    return ev.distinct(found)


def _resolve_text(ev: Evaluator, text: Text, own: frozenset[Owner]) -> list[Known]:
    alternatives: list[list[Piece]] = [[]]
    for piece in text.pieces:
        options: list[tuple[Piece, ...]] = [(piece,)]
        if piece.kind == "symbol" and piece.owner and (piece.owner[0], piece.owner[1] // 1000) not in own:
            symbol = ev.world.interned.of(Symbol, piece.owner[0], piece.owner[1] // 1000, piece.owner[1] % 1000)
            closed = [k for k in ev.closed((symbol,)) if k is not symbol]
            options = [texts.pieces(ev, k, piece.text) for k in closed] or options
        alternatives = [[*a, *o] for a in alternatives for o in options][: texts.ALTERNATIVES]
    return [ev.world.text(a) for a in alternatives]


def _is_constructor(ev: Evaluator, owner: Owner) -> bool:
    unit = ev.world.known_unit(owner[0])
    return (
        unit.function(owner[1]).name in ("__init__", "__new__", "__attrs_post_init__")
        and unit.owner_class(owner[1]) is not None
    )


# ---------------------------------------------------------------------------------------------- others


def _system(
    ev: Evaluator, row: Callable, library: str, type_ref: TypeRef | None, receiver: Known | None, found: list[Address]
) -> tuple[str, ChannelKind]:
    catalog = ev.world.catalog
    if library == "in-process":
        return "inproc", "inproc"
    if type_ref is None and isinstance(receiver, ClientObject | Decorated):
        type_ref = receiver.type
    system = row.system or (catalog.system(type_ref) if type_ref is not None else catalog.library(library).system)
    kind = row.kind or (catalog.kind(type_ref) if type_ref is not None else catalog.library(library).kind)
    for prefixes in row.kind_by.values():
        for prefix, other in prefixes.items():
            if any(a.text and (a.default or a.text).startswith(prefix) for a in found):
                kind = other
    if system == "rabbitmq" and any(a.text for a in found):
        kind = "topic" if any(p.kind == "exchange" for a in found for p in a.parts) else "queue"
    return system, kind  # type: ignore[return-value]


def _group(ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None) -> str | None:
    for name in ("group", "subscription"):
        for known in ev.closed(roles.role(ev, name, row, given, receiver)):
            text = ev.text_of(known)
            if text is not None and text.pieces and not text.symbolic:
                return addresses.display(text.pieces)
    return None


def _key(ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None) -> str:
    if not roles.has_role("key", row):
        return "unknown"
    found = ev.closed(roles.role(ev, "key", row, given, receiver))
    if not found:
        return "none"
    if all(isinstance(k, Plain) and k.value is None for k in found):
        return "none"
    if all(isinstance(k, Fresh) for k in found):
        return "fresh"
    if all(isinstance(k, Text) and k.literal is not None for k in found):
        return "constant"
    if any(isinstance(k, Record) for k in found):
        return "message"
    return "unknown"


def _settings(ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None) -> dict[str, str]:
    """The settings that a call, or the call that made its receiver, decides."""
    found: dict[str, str] = {}
    _read_settings(ev, row, given, found)
    current = receiver
    for _ in range(4):
        if not isinstance(current, ClientObject) or current.maker is None or current.site is None:
            break
        site = current.site
        _read_settings(ev, current.maker, ev.arguments(ev.world.known_unit(site.unit), site.call, site.frame), found)
        current = current.parent
    return found


def _read_settings(ev: Evaluator, row: Callable, given: Arguments, found: dict[str, str]) -> None:
    here: dict[str, str] = {}
    for setting in row.settings:
        source = Source(param=setting.param or setting.key, key=(setting.key,) if setting.key and setting.param else ())
        for known in roles.source_values(ev, source, row, given, None):
            text = ev.text_of(known)
            shown = text.literal if text is not None else str(known.value) if isinstance(known, Plain) else None
            if shown is not None and shown in setting.values:
                here[setting.name] = setting.values[shown]
            elif not isinstance(known, Plain) or known.value is not None:
                here.setdefault(setting.name, "unknown")
    for setting in row.settings:
        default = default_of(setting, None)
        if default:
            here.setdefault(setting.name, default)
    for name, value in here.items():
        found.setdefault(name, value)


def listener_method(ev: Evaluator, known: Known) -> Known:
    """The method that a listener object is called on: an override of a catalogued type, `on_message`, `__call__`."""
    from eda_lint.link.evaluation.classes import class_attribute

    if isinstance(known, ClassRef):
        known = ev.world.interned.of(Instance, known, None)
    if not isinstance(known, Instance):
        return known
    names: list[str] = []
    for base in ev.mro(known.cls):
        if isinstance(base, External):
            type_ref = ev.world.catalog.type_at(base.path)
            if type_ref is not None:
                names += [n for n, rows in ev.world.catalog.override_names(type_ref).items() if rows and rows[0].action]
    for name in (*names, "on_message", "__call__"):
        for method in class_attribute(ev, known.cls, name, known):
            if isinstance(method, FunctionRef):
                return method
    return known
