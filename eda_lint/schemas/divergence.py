"""Holds a model class against the document of the same message in another dialect.

Dialects differ in what they can say, so only what both say is compared: which fields there are, whether a reader needs
them, and what family of JSON value they are (`string`, `number`, `boolean`, `array`, `object`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eda_lint.errors import shown
from eda_lint.model.contract import Contract
from eda_lint.model.schema import (
    Change,
    Choice,
    Comparison,
    Dictionary,
    Enumeration,
    Field,
    Fixed,
    Intersection,
    Record,
    Reference,
    Scalar,
    Schema,
    Sequence,
    Type,
    Verdict,
)
from eda_lint.model.topology import Place
from eda_lint.schemas.dialect import worst
from eda_lint.schemas.diff import resolve
from eda_lint.schemas.display import type_text

_DEPTH = 12
_TEXT = frozenset({"string", "uuid", "bytes"})
_EITHER = frozenset({"date", "time", "datetime", "duration", "decimal"})
_VAGUE = frozenset({"any", "opaque", "never"})


@dataclass(frozen=True, slots=True)
class _Pair:
    document: Record
    model: Record
    path: str
    depth: int


def last_name(name: str) -> str:
    """The last part of a type's full name, without the suffixes of a schema's file."""
    for ending in (".json", ".yaml", ".yml", ".schema"):
        name = name.removesuffix(ending)
    return name.rpartition(".")[2]


def diverging(document: Contract, model: Contract) -> Comparison:
    """What a model says otherwise than the document; the document counts as old, the model as new."""
    before = _record(document.schema, _root(document))
    after = _record(model.schema, _root(model))
    changes = tuple(_walk(document.schema, model.schema, before, after)) if before and after else ()
    return Comparison("python", worst(c.backward for c in changes), worst(c.forward for c in changes), changes)


def _root(contract: Contract) -> Type:
    root = contract.schema.root
    return root if root is not None and contract.dialect != "python" else Reference(contract.name)


def _walk(old: Schema, new: Schema, before: Record, after: Record) -> Iterator[Change]:
    queue = [_Pair(before, after, "", 0)]
    while queue:
        pair = queue.pop(0)
        known = {one.wire_name: one for one in pair.model.fields}
        read = {name for one in pair.model.fields for name in (one.name, *one.read)} | known.keys()
        for field in pair.document.fields:
            path = f"{pair.path}{shown(field.wire_name)}"
            mine = known.get(field.wire_name) or _alike(known, field.wire_name)
            if mine is None:
                if field.wire_name not in read and not _patterned(pair.model):
                    yield _missing(path, field, pair.model, document=True)
                continue
            known.pop(mine.wire_name, None)
            yield from _field(old, new, field, mine, path)
            inner = _record(old, field.type), _record(new, mine.type)
            if inner[0] is not None and inner[1] is not None and pair.depth < _DEPTH:
                queue.append(_Pair(inner[0], inner[1], f"{path}.", pair.depth + 1))
        for mine in known.values():
            if not _patterned(pair.document):
                yield _missing(f"{pair.path}{shown(mine.wire_name)}", mine, pair.document, document=False)


def _patterned(record: Record) -> bool:
    """Whether a record names fields by patterns, so that a name says nothing."""
    return bool(record.patterns)


def _alike(known: dict[str, Field], name: str) -> Field | None:
    """ProtoJSON and its like write `order_id` as `orderId`."""
    plain = name.replace("_", "").lower()
    found = [field for wire, field in known.items() if wire.replace("_", "").lower() == plain]
    return found[0] if len(found) == 1 else None


def _missing(path: str, field: Field, other: Record, *, document: bool) -> Change:
    """A field that one side alone has. `document`: the document has it."""
    required = field.required or (field.default is None and field.always and field.cardinality == "singular")
    verdict: Verdict = "break" if field.required or other.rest is None else "warn"
    if document:
        text = f"the document has `{path}`{' and requires it' if field.required else ''}, the model does not"
        return Change("field-removed", path, "ok", verdict if required else "warn", text, old_place=field.place)
    text = f"the model has `{path}`{' and requires it' if field.required else ''}, the document does not"
    return Change("field-added", path, verdict, "ok", text, new_place=field.place)


def _field(old: Schema, new: Schema, before: Field, after: Field, path: str) -> Iterator[Change]:
    families = _families(old, before.type), _families(new, after.type)
    if families[0] and families[1] and not _meet(families[0] - {"null"}, families[1] - {"null"}):
        text = f"`{path}` is {type_text(before.type)} in the document and {type_text(after.type)} in the model"
        yield _change("type-changed", path, "break", "break", text, before.place, after.place)
    elif "null" in families[0] and after.required and "null" not in families[1] and families[1]:
        text = f"`{path}` may be null in the document, and the model refuses that"
        yield _change("null-removed", path, "break", "ok", text, before.place, after.place)
    elif old.dialect == "protobuf":
        return  # what is unset is not written, whatever the message means by it
    elif after.required and not before.required and not before.always:
        text = f"the model requires `{path}`, the document does not"
        yield _change("became-required", path, "break", "ok", text, before.place, after.place)
    elif before.required and not after.required and not after.always:
        text = f"the document requires `{path}`, the model may leave it out"
        yield _change("became-optional", path, "ok", "break", text, before.place, after.place)


def _change(
    kind: str, path: str, backward: Verdict, forward: Verdict, text: str, old: Place | None, new: Place | None
) -> Change:
    return Change(kind, path, backward, forward, text, old_place=old, new_place=new)


def _meet(one: frozenset[str], other: frozenset[str]) -> bool:
    return not one or not other or bool(one & other)


def _families(schema: Schema, type_: Type) -> frozenset[str]:
    """The families of values that a type may be; empty where that is not known."""
    found: set[str] = set()
    stack = [(type_, 0)]
    while stack:
        current, depth = stack.pop()
        match resolve(schema.definitions, current):
            case Scalar(kind=kind, logical=logical, loose=loose):
                if kind in _VAGUE or loose:
                    return frozenset()
                found |= _scalar(kind, schema.dialect, logical)
            case Enumeration(symbols=symbols):
                values = {type(symbol.value) for symbol in symbols}
                found.add("string" if values <= {str, type(None)} else "number")
                if schema.dialect in ("protobuf", "thrift"):
                    found |= {"string", "number"}
            case Fixed():
                found.add("string")
            case Sequence():
                found.add("array")
            case Dictionary() | Record():
                found.add("object")
            case Choice(branches=branches) if depth < _DEPTH:
                stack += [(branch, depth + 1) for branch in branches]
            case Intersection(branches=branches) if branches and depth < _DEPTH:
                stack.append((branches[0], depth + 1))
            case _:
                return frozenset()
    return frozenset(found)


def _scalar(kind: str, dialect: str, logical: str) -> set[str]:
    """Moments and decimals travel as text or as numbers, 64-bit integers of Protobuf as text in JSON."""
    if kind in ("null", "boolean"):
        return {kind}
    if logical or kind in _EITHER or (dialect == "protobuf" and kind.endswith("64")):
        return {"string", "number"}
    return {"string" if kind in _TEXT else "number"}


def _record(schema: Schema, type_: Type) -> Record | None:
    """The record that a type is, null and lists looked through."""
    for _ in range(_DEPTH):
        match resolve(schema.definitions, type_):
            case Record() as record:
                return record
            case Sequence(items=items):
                type_ = items
            case Choice(branches=branches):
                others = list(_not_null(schema, branches))
                if len(others) != 1:
                    return None
                type_ = others[0]
            case _:
                return None
    return None


def _not_null(schema: Schema, branches: Iterable[Type]) -> Iterator[Type]:
    for branch in branches:
        resolved = resolve(schema.definitions, branch)
        if not (isinstance(resolved, Scalar) and resolved.kind == "null"):
            yield branch
