"""What a message carries: its type's name and its fields, through serialisation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from eda_lint.catalog.tables import Callable
from eda_lint.link.evaluation import roles
from eda_lint.link.evaluation.attributes import attribute
from eda_lint.link.evaluation.elements import elements
from eda_lint.link.evaluation.frames import Arguments
from eda_lint.link.evaluation.instances import fields_in_order
from eda_lint.link.evaluation.known import (
    ClassRef,
    ClientObject,
    Decorated,
    DictOf,
    Encoded,
    EnumMember,
    External,
    Fresh,
    FunctionRef,
    Instance,
    Known,
    Knowns,
    ListOf,
    Named,
    Plain,
    Record,
    Symbol,
    Text,
    Unknown,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.topology import Payload, PayloadField

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

TYPE_FIELDS = (
    "event_type", "eventType", "event_name", "eventName", "message_type", "messageType", "type", "event", "detail-type",
    "DetailType", "ce_type", "ce-type", "action_type", "msg_type", "name", "kind",
)  # fmt: skip
"""Fields that name a message's type, most telling first (rules.md EDA101)."""

CLASS_FIELDS = (
    "event_type",
    "event_name",
    "message_type",
    "EVENT_TYPE",
    "EVENT_NAME",
    "__event_name__",
    "type",
    "name",
)
"""Class attributes of an event class that name its type."""

METADATA = re.compile(
    r"(^|\.)(id|pk|uuid|guid|type|kind|version|tenant|specversion|source|status|name|event|ts|timestamp|time)$"
    r"|(_id|Id|_ids|_uuid|_pk|_key|_ref|_urn|_arn|_type|_at|_on|_ts|_time|_version)$",
)
IDENTIFIER = re.compile(r"(^|\.)(id|pk|uuid|guid)$|(_id|Id|ID|_ids|_uuid|_pk|_key|_ref|_urn|_arn)$")
TIME = re.compile(r"(^|\.)(ts|timestamp|time|date)$|(_at|At|_on|_ts|_time|_timestamp|Timestamp|_date)$")
DISCRIMINATOR = re.compile(
    r"(^|\.)(type|kind|event|version|schema_version|specversion|source|tenant|event_name|service|producer)$"
    r"|(_type|Type|_version|_name)$"
)

MIME = re.compile(r"(application|text|image|multipart|audio|video)/|(json|utf-?8|gzip|binary)$", re.IGNORECASE)
"""A content type, where some would put the event's name."""

Origin = Literal["field", "class", "attribute", "argument", "channel", "unknown"]
NESTED = 6
"""How deep a payload's type is looked for in lists and envelopes."""
DEPTH = 3


# ----------------------------------------------------------------------------------------- message type


def message_names(
    ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None, payload: Knowns
) -> tuple[list[str], Origin]:
    """The message's type names, and what told them: an attribute of the call, a field, the class."""
    explicit = _names(ev, roles.role(ev, "message", row, given, receiver))
    explicit = [n for n in explicit if MIME.match(n) is None]
    if explicit:
        return explicit, "attribute"
    return of_payload(ev, payload)


def of_payload(ev: Evaluator, payload: Knowns) -> tuple[list[str], Origin]:
    """The type names that payloads tell of themselves, and what told them."""
    names: list[str] = []
    origin: Origin = "unknown"
    for known in payload:
        found, how = _payload_name(ev, known)
        if found:
            names.extend(n for n in found if n not in names)
            origin = how
    return names, origin


def names_of(ev: Evaluator, known: Known) -> list[str]:
    """The type names that a value gives a message of which it is the payload, or the name itself."""
    names, _ = _payload_name(ev, known)
    return names or _names(ev, (known,))


def _names(ev: Evaluator, knowns: Knowns) -> list[str]:
    found: list[str] = []
    for known in knowns:
        name = name_of(ev, known)
        if name and name not in found:
            found.append(name)
    return found


def name_of(ev: Evaluator, known: Known) -> str | None:
    """The name that a value is for a message: a text, an enum's member, a class, a task's function."""
    if isinstance(known, EnumMember):
        text = ev.text_of(known)
        return text.literal if text is not None and text.literal else known.name
    if isinstance(known, Text):
        if known.literal:
            return known.literal
        if any(p.kind == "literal" and len(p.text.strip(" ._:-")) > 1 for p in known.pieces) and not known.symbolic:
            from eda_lint.link.traffic.addresses import display

            return display(known.pieces)
        return None
    if isinstance(known, ClassRef):
        return ev.world.class_fact(known).name
    if isinstance(known, FunctionRef):
        return ev.world.known_unit(known.unit).function(known.index).name
    if isinstance(known, Decorated):
        return next(iter(_names(ev, roles.held(ev, known, "message", roles.PARENTS))), None)
    return None


def _payload_name(ev: Evaluator, known: Known, depth: int = NESTED) -> tuple[list[str], Origin]:
    if depth == 0:  # a list may hold itself
        return [], "unknown"
    match known:
        case Encoded(of=of) | Named(text=of):
            return _payload_name(ev, of, depth - 1)
        case ClientObject():
            names = _names(ev, ev.closed(roles.held(ev, known, "message", roles.PARENTS)))
            return (names, "attribute") if names else of_payload(ev, roles.held(ev, known, "payload", roles.PARENTS))
        case DictOf():
            for field in TYPE_FIELDS:
                names = _names(ev, _entry(ev, known, field))
                if names and _telling(field, names):
                    return names, "field"
            for nested in ("metadata", "header", "headers", "meta", "envelope"):
                for inner in _entry(ev, known, nested):
                    if isinstance(inner, DictOf):
                        names, _ = _payload_name(ev, inner, depth - 1)
                        if names:
                            return names, "field"
            return [], "unknown"
        case Instance():
            return _class_name(ev, known)
        case ListOf(items=items):
            found: list[str] = []
            origin: Origin = "unknown"
            for inner in ev.force_all(items):
                names, origin = _payload_name(ev, inner, depth - 1)
                found.extend(n for n in names if n not in found)
            return found, origin
        case Symbol():
            return _annotated_name(ev, known)
        case External(path=path):
            return ([path.rpartition(".")[2].rstrip("()")], "class") if path.endswith("()") else ([], "unknown")
        case _:
            return [], "unknown"


GENERIC = re.compile(
    r"(Base|Abstract)?(Domain|Integration|Application|System|Cloud)?(Event|Message|Command|Payload|Model|Record)(Base)?"
)
"""Names of classes that any message may be of."""


def _annotated_name(ev: Evaluator, symbol: Symbol) -> tuple[list[str], Origin]:
    """The class that a parameter is annotated with, where it is one kind of message and no base of several."""
    from eda_lint.link.traffic.message_types import is_data

    found = []
    for known in ev.typed(symbol):
        if not isinstance(known, Instance) or known.site is not None:
            return [], "unknown"
        name = ev.world.class_fact(known.cls).name
        if GENERIC.fullmatch(name) or ev.callers.subclasses(known.cls) or not is_data(ev, known.cls):
            return [], "unknown"
        found.extend(_class_name(ev, known)[0])
    return list(dict.fromkeys(found)), "class" if found else "unknown"


def _telling(field: str, names: list[str]) -> bool:
    """`name` and `kind` are fields of things as often as of messages: only a name-like text counts."""
    if field not in ("name", "kind", "type", "event"):
        return True
    return all(re.fullmatch(r"[A-Za-z][\w.:/{}-]*", n) is not None for n in names)


def _class_name(ev: Evaluator, instance: Instance) -> tuple[list[str], Origin]:
    for field in CLASS_FIELDS[:6]:
        names = _names(ev, tuple(k for k in attribute(ev, instance, field) if isinstance(k, Text | EnumMember)))
        if names:
            return names, "field"
    return [ev.world.class_fact(instance.cls).name], "class"


def _entry(ev: Evaluator, mapping: DictOf, key: str) -> Knowns:
    wanted = ev.world.literal(key)
    return ev.force_all(t for k, t in mapping.entries if k is wanted or ev.text_of(k) is wanted)


# -------------------------------------------------------------------------------------------- fields


def payload_of(ev: Evaluator, knowns: Knowns) -> Payload:
    """The fields that a payload is written with; `open` if anything unknown flows in."""
    useful = [k for k in knowns if not (isinstance(k, Plain) and k.value is None)]
    if not useful:
        return Payload()
    found: dict[str, PayloadField] = {}
    is_open = False
    scalar = True
    type_name: str | None = None
    for index, known in enumerate(useful):
        fields, known_open, known_scalar, name = _fields(ev, known, "", DEPTH)
        names = {f.path for f in fields}
        for field in fields:
            if index and field.path not in found:
                field = replace(field, required=False)
            found.setdefault(field.path, field)
        for path in [p for p in found if p not in names and index]:
            found[path] = replace(found[path], required=False)
        is_open = is_open or known_open
        scalar = scalar and known_scalar
        type_name = type_name or name
    return Payload(tuple(found.values()), is_open, scalar and not is_open, type_name)


def _fields(ev: Evaluator, known: Known, prefix: str, depth: int) -> tuple[list[PayloadField], bool, bool, str | None]:
    """(fields, open, scalar, class name) of one alternative."""
    match known:
        case Encoded(of=of) | Named(text=of):
            return _fields(ev, of, prefix, depth)
        case ClientObject(type=type_ref) if ev.world.catalog.envelope(type_ref):
            return _enveloped(ev, known, ev.world.catalog.envelope(type_ref), prefix, depth)
        case DictOf():
            return (*_dict_fields(ev, known, prefix, depth), False, None)
        case Instance():
            names = fields_in_order(ev, known.cls) or sorted(_written_attributes(ev, known))
            fields = [_field(ev, prefix + n, tuple(attribute(ev, known, n))) for n in names if not n.startswith("_")]
            return fields, not fields, False, ev.world.class_fact(known.cls).name
        case ListOf():
            return [], True, False, None
        case ClientObject() | Symbol() | Record() | Unknown() | External():
            return [], True, False, None
        case Text(pieces=pieces):
            return [], any(p.kind in ("hole", "symbol") for p in pieces) and len(pieces) > 1, True, None
        case Plain() | Fresh() | EnumMember():
            return [], False, True, None
        case _:
            return [], True, False, None


def _enveloped(
    ev: Evaluator, known: ClientObject, envelope: tuple[str, ...], prefix: str, depth: int
) -> tuple[list[PayloadField], bool, bool, str | None]:
    """The fields that a library writes by itself, and those of the data beside them."""
    fields = [PayloadField(prefix + name, True, field_kind(name)) for name in envelope]
    data = [k for k in roles.held(ev, known, "payload", roles.PARENTS) if not isinstance(k, Plain)]
    inner: list[PayloadField] = []
    is_open = not data
    for one in data[:1] if depth > 1 else ():
        inner, is_open, _, _ = _fields(ev, one, f"{prefix}data.", depth - 1)
    return [*fields, *(inner or [PayloadField(f"{prefix}data", kind="data")])], is_open or len(data) > 1, False, None


def _dict_fields(ev: Evaluator, mapping: DictOf, prefix: str, depth: int) -> tuple[list[PayloadField], bool]:
    fields: list[PayloadField] = []
    is_open = mapping.open
    for key, thunk in mapping.entries:
        text = ev.text_of(key)
        if text is None or text.literal is None:
            is_open = True
            continue
        path = prefix + text.literal
        if any(f.path == path for f in fields):
            continue
        knowns = ev.force(thunk)
        nested = [k.of if isinstance(k, Encoded) else k for k in knowns]
        dicts = [k for k in nested if isinstance(k, DictOf | Instance)]
        if dicts and depth > 1:
            inner, inner_open, _, _ = _fields(ev, dicts[0], f"{path}.", depth - 1)
            fields.extend(inner or [PayloadField(path, kind="data")])
            is_open = is_open or inner_open
        else:
            fields.append(_field(ev, path, knowns))
    if mapping.origin is not None:
        added, added_open = _added_later(ev, mapping.origin, prefix)
        fields.extend(f for f in added if f.path not in {g.path for g in fields})
        is_open = is_open or added_open
    return fields, is_open


def _field(ev: Evaluator, path: str, knowns: Knowns) -> PayloadField:
    text = None
    if len(knowns) == 1:
        known_text = ev.text_of(knowns[0])
        text = known_text.literal if known_text is not None else None
    return PayloadField(path, True, field_kind(path, knowns), text)


def field_kind(path: str, knowns: Knowns = ()) -> Literal["identifier", "time", "discriminator", "data", "unknown"]:
    """What a field is, by its name (rules.md EDA201)."""
    last = path.rpartition(".")[2]
    if IDENTIFIER.search(last):
        return "identifier"
    if TIME.search(last):
        return "time"
    if DISCRIMINATOR.search(last):
        return "discriminator"
    if any(isinstance(k, Fresh) and k.source in ("now", "time") for k in knowns):
        return "time"
    return "data"


def _written_attributes(ev: Evaluator, instance: Instance) -> set[str]:
    found: set[str] = set()
    for cls in ev.mro(instance.cls):
        if isinstance(cls, ClassRef):
            found |= set(ev.world.known_unit(cls.unit).self_writes.get(cls.index, {}))
    return found


def _added_later(ev: Evaluator, origin: tuple[str, int], prefix: str) -> tuple[list[PayloadField], bool]:
    """Fields that the function which made a dict display adds afterwards (`data["x"] = …`)."""
    unit = ev.world.known_unit(origin[0])
    bindings = {i for i, b in enumerate(unit.facts.bindings) if b.value == origin[1]}
    if not bindings:
        return [], False
    return added_items(unit, bindings, prefix)


def added_items(unit: Unit, bindings: set[int], prefix: str) -> tuple[list[PayloadField], bool]:
    """Literal keys assigned on a local dict, and whether anything else changes it."""
    fields: list[PayloadField] = []
    is_open = False
    scope = unit.enclosing_function(unit.facts.bindings[min(bindings)].scope)
    for write in unit.body(scope).writes:
        target = unit.facts.values[write.target]
        if isinstance(target, v.Item) and _is_local(unit, target.of, bindings):
            key = unit.facts.values[target.key]
            if isinstance(key, v.Text):
                path = prefix + key.text
                fields.append(PayloadField(path, False, field_kind(path)))
            else:
                is_open = True
    for call in unit.body(scope).calls:
        function = unit.facts.values[unit.facts.calls[call].function]
        if isinstance(function, v.Attribute) and function.name in ("update", "setdefault") and _is_local(
            unit, function.of, bindings
        ):  # fmt: skip
            is_open = True
    return fields, is_open


def _is_local(unit: Unit, value: int, bindings: set[int]) -> bool:
    shown = unit.facts.values[value]
    return isinstance(shown, v.Local) and any(b in bindings for b in shown.bindings)


def is_symbolic(ev: Evaluator, knowns: Knowns) -> bool:
    """Whether a payload is, or is made directly of, a parameter nobody has given yet."""
    for known in knowns:
        inner = known.of if isinstance(known, Encoded) else known
        if isinstance(inner, Symbol) or (isinstance(inner, Unknown) and inner.open):
            return True
        if isinstance(inner, Text) and inner.symbolic:
            return True
        if isinstance(inner, DictOf) and inner.open:
            return True
        if isinstance(inner, DictOf):
            for field in TYPE_FIELDS[:12]:
                if any(isinstance(k, Symbol) or (isinstance(k, Text) and k.symbolic) for k in _entry(ev, inner, field)):
                    return True
        if isinstance(inner, Instance) and inner.site is None:
            return True
        if isinstance(inner, ListOf) and any(isinstance(k, Symbol) for e in inner.items for k in ev.force(e)):
            return True
    return False


def sequence_of(ev: Evaluator, knowns: Sequence[Known]) -> Knowns:
    """The members of list payloads, beside the payloads that are none."""
    found: list[Known] = []
    for known in knowns:
        found.extend(elements(ev, known) if isinstance(known, ListOf) else (known,))
    return ev.distinct(found)
