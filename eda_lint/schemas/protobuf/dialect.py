"""Protobuf: how its messages are paired (by number) and what differs between two of a kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal
from weakref import WeakKeyDictionary

from eda_lint.errors import shown
from eda_lint.model.schema import (
    Dictionary,
    Enumeration,
    Field,
    Record,
    Reference,
    Scalar,
    Schema,
    Sequence,
    Type,
    Verdict,
)
from eda_lint.schemas.dialect import DialectRules, Relation, Row
from eda_lint.schemas.diff import Difference, Found, Spot, Step, Walk
from eda_lint.schemas.display import type_text
from eda_lint.schemas.numbered import Pairs, pair_definitions, type_name
from eda_lint.schemas.protobuf.definitions import (
    definition_changes,
    file_changes,
    packages_of,
    paired_files,
    removed,
    service_changes,
)
from eda_lint.schemas.protobuf.enums import enum_changes
from eda_lint.schemas.protobuf.fields import field_changes, renamed
from eda_lint.schemas.protobuf.messages import Reserved, message_changes
from eda_lint.schemas.protobuf.reader import read
from eda_lint.schemas.protobuf.rows import CARDINALITY, FIELD_DELETED, ROWS
from eda_lint.schemas.protobuf.types import relation, well_known


class ProtobufRules(DialectRules):
    """What the comparison asks about Protobuf."""

    name: ClassVar[Literal["protobuf"]] = "protobuf"
    rows: ClassVar[Mapping[str, Row]] = ROWS

    def __init__(self) -> None:
        self._pairs: WeakKeyDictionary[Walk, Pairs] = WeakKeyDictionary()
        self._entries: WeakKeyDictionary[Walk, dict[int, tuple[Dictionary, Record]]] = WeakKeyDictionary()

    def read(self, files: Mapping[str, str]) -> Schema:
        """The schema that some `.proto` files hold together. Raises SchemaError if none can be read."""
        return read(files)

    def relation(self, old: Type, new: Type, walk: Walk) -> Relation | None:
        """How two types relate that are no two messages and no two enums."""
        return relation(old, new)

    # ------------------------------------------------------------------------------------------------ definitions

    def start(self, walk: Walk) -> Found:
        """Files and packages, then messages and enums by name, then services."""
        packages = packages_of(walk.old)
        pairs = self._pairs[walk] = pair_definitions(walk.old, walk.new, packages, packages_of(walk.new))
        files = paired_files(walk.old, walk.new)
        kept = frozenset(f.path for f in walk.new.files), frozenset(f.package for f in walk.new.files)
        yield from file_changes(walk.old, walk.new, files)
        for name, definition in walk.old.definitions.items():
            other = pairs.by_name.get(name)
            if other is None:
                yield removed(definition, packages.get(name, ""), *kept)
                continue
            after = walk.new.definitions[other]
            spot = Spot(shown(other), definition.place, after.place)
            yield from definition_changes(definition, after, pairs, files, spot)
            yield Step(definition.type, after.type, spot)
        paired = set(pairs.by_name.values())
        for name, definition in walk.new.definitions.items():
            if name not in paired:
                yield self.definition_added(definition, walk)
        yield from service_changes(walk.old, walk.new, pairs)

    # ------------------------------------------------------------------------------------------------------ types

    def types(self, old: Type, new: Type, spot: Spot, walk: Walk) -> Found:
        """What differs between two types; a map is a list of entries to its bytes, and a list is its items."""
        if isinstance(old, Reference) or isinstance(new, Reference):
            if isinstance(old, Reference) and isinstance(new, Reference) and self._same(old.name, new.name, walk):
                return
            old, new = _known(old), _known(new)
        match old, new:
            case Sequence(), Sequence():
                yield Step(old.items, new.items, spot)
            case Dictionary(), Dictionary():
                yield Step(old.keys, new.keys, spot.into("{key}"))
                yield Step(old.values, new.values, spot.into("{}"))
            case Dictionary(), _:
                yield _map(old, new, spot)
                yield Step(Sequence(self._entry(old, walk), name="expanded"), new, spot)
            case _, Dictionary():
                yield _map(old, new, spot)
                yield Step(old, Sequence(self._entry(new, walk), name="expanded"), spot)
            case Sequence(), _:
                yield _cardinality(old, walk.old_type(old.items), type_text(new), spot, was_list=True)
                yield Step(old.items, new, spot)
            case _, Sequence():
                yield _cardinality(new, walk.new_type(new.items), type_text(old), spot, was_list=False)
                yield Step(old, new.items, spot)
            case _:
                yield from super().types(old, new, spot, walk)

    def _same(self, old: str, new: str, walk: Walk) -> bool:
        return old == new or self._pairs[walk].by_name.get(old) == new

    def _entry(self, kind: Dictionary, walk: Walk) -> Record:
        """The message that stands for one entry of a map (kept, since the walk knows types by identity)."""
        entries = self._entries.setdefault(walk, {})
        if id(kind) not in entries:
            fields = (Field("key", kind.keys, 1), Field("value", kind.values, 2))
            entries[id(kind)] = (kind, Record(fields, "map entry", "message"))
        return entries[id(kind)][1]

    # --------------------------------------------------------------------------------------------------- messages

    def records(self, old: Record, new: Record, spot: Spot, walk: Walk) -> Found:
        """Two messages: themselves, their oneofs, then their fields by number."""
        yield from message_changes(old, new, spot)
        before = {field.number: field for field in old.fields}
        after = {field.number: field for field in new.fields}
        names = ({f.name: f for f in old.fields}, {f.name: f for f in new.fields})
        reserved = Reserved(old), Reserved(new)
        for number, field in before.items():
            other = after.get(number)
            if other is None:
                yield self._removed(field, names[1].get(field.name), reserved[1], spot)
            elif not _alike(field, other):
                inner = spot.into(shown(other.name), old_place=field.place, new_place=other.place)
                if field.name != other.name:
                    yield renamed(field, other, names, inner)
                yield from field_changes(field, other, inner)
                yield from self._named_type(field, other, inner, walk)
                yield Step(field.type, other.type, inner)
        for number, field in after.items():
            if number not in before:
                yield from self._added(field, names[0].get(field.name), reserved[0], spot)

    def _removed(self, field: Field, moved: Field | None, reserved: Reserved, spot: Spot) -> Difference:
        inner = spot.into(shown(field.name), old_place=field.place, new_place=moved.place if moved else None)
        what = f"field `{shown(field.name)}` (number {field.number})"
        text = type_text(field.type)
        if moved is not None:
            return Difference(
                "field-renumbered",
                inner,
                f"{what} now has number {moved.number}: readers look for it under their own number and find nothing. "
                f"Give it number {field.number} again.",
                text,
                type_text(moved.type),
            )
        by_number = reserved.number(field.number)
        by_name = field.name in reserved.names
        rules = tuple(
            rule
            for rule in FIELD_DELETED
            if not ((by_number and rule.endswith("NUMBER_RESERVED")) or (by_name and rule.endswith("NAME_RESERVED")))
        )
        if dict(field.options).get("extension"):
            rules = ("EXTENSION_NO_DELETE", "PACKAGE_EXTENSION_NO_DELETE")
        if field.required:
            message = (
                f"required {what} removed: readers of the old version refuse messages without it. "
                "Make it optional first, and remove it when no such reader is left."
            )
            return Difference("required-removed", inner, message, text, rules=(*rules, "MESSAGE_SAME_REQUIRED_FIELDS"))
        if by_number and by_name:
            mend = "Its number and name are reserved."
        else:
            missing = "number and name" if not (by_number or by_name) else "name" if by_number else "number"
            mend = f"Reserve its {missing}, or someone gives the number another meaning."
        message = f"{what} removed: readers of the old version find it unset, readers of the new one lose it. {mend}"
        backward: Verdict = "ok" if by_number else "warn"
        return Difference("field-removed", inner, message, text, backward=backward, rules=rules)

    def _added(self, field: Field, moved: Field | None, reserved: Reserved, spot: Spot) -> Iterator[Difference]:
        inner = spot.into(shown(field.name), new_place=field.place)
        what = f"field `{shown(field.name)}` (number {field.number})"
        if reserved.number(field.number) or field.name in reserved.names:
            which = f"number {field.number}" if reserved.number(field.number) else "the name"
            message = f"{what} takes {which}, which is reserved: messages older than the reservation still hold the "
            yield Difference("reserved-used", inner, message + "former field. Take a number and a name never used.")
        if field.required:
            message = f"required {what} added: readers of the new version refuse messages without it. Make it optional."
            yield Difference("required-added", inner, message, new=type_text(field.type))
        elif moved is None:
            yield Difference("field-added", inner, f"{what} added", new=type_text(field.type))

    def _named_type(self, old: Field, new: Field, spot: Spot, walk: Walk) -> Iterator[Difference]:
        """A field that names another message or enum than before; whether they fit is looked at besides."""
        one, other = type_name(old.type), type_name(new.type)
        if not one or not other or self._same(one, other, walk):
            return
        before, after = walk.old_type(Reference(one)), walk.new_type(Reference(other))
        if isinstance(before, Reference) or isinstance(after, Reference) or type(before) is not type(after):
            return
        rules: tuple[str, ...] = ROWS["message-type-changed"].rules
        if isinstance(before, Enumeration) and isinstance(after, Enumeration):
            known = {(symbol.number, symbol.name) for symbol in after.symbols}
            same_name = one.rpartition(".")[2] == other.rpartition(".")[2]
            if same_name and all((symbol.number, symbol.name) in known for symbol in before.symbols):
                rules = ("FIELD_SAME_TYPE",)
        message = (
            f"type changed from `{shown(one)}` to `{shown(other)}`: messages decode as far as both have the same "
            "fields under the same numbers, but mean something else."
        )
        yield Difference("message-type-changed", spot, message, shown(one), shown(other), rules=rules)

    # ------------------------------------------------------------------------------------------------------ enums

    def enumerations(self, old: Enumeration, new: Enumeration, spot: Spot, walk: Walk) -> Found:
        """Two enums: themselves, then their values by number."""
        yield from enum_changes(old, new, spot)


def _known(type_: Type) -> Type:
    """A type that no file defines, if it is one that comes with protoc."""
    if isinstance(type_, Reference):
        definition = well_known().get(type_.name)
        return type_ if definition is None else definition.type
    return type_


def _alike(old: Field, new: Field) -> bool:
    """Nothing can differ between two paired fields: the common case, told without building anything."""
    return (
        old.name == new.name
        and (old.type is new.type or (isinstance(old.type, Scalar) and old.type == new.type))
        and old.cardinality == new.cardinality
        and old.oneof == new.oneof
        and old.options == new.options
        and old.default == new.default
    )


def _map(old: Type, new: Type, spot: Spot) -> Difference:
    """A map became something else or the reverse. Only the JSON differs from a list of entries."""
    message = (
        f"changed from {_shape(old)} to {_shape(new)}: a map is a list of key and value to the bytes, but another form "
        "in JSON and another class in code."
    )
    rules = ROWS["map-changed"].rules
    if isinstance(old, Record | Reference) or isinstance(new, Record | Reference):
        rules = (*rules, "FIELD_SAME_TYPE")
    return Difference("map-changed", spot, message, type_text(old), type_text(new), rules=rules)


def _shape(type_: Type) -> str:
    if isinstance(type_, Dictionary):
        return "a map"
    return "a list" if isinstance(type_, Sequence) else "a single value"


def _cardinality(kind: Sequence, items: Type, other: str, spot: Spot, *, was_list: bool) -> Difference:
    """A list became a single value or the reverse. Only packed lists cannot be read as one value (the last one wins
    otherwise); a list takes a single value for its only item."""
    packable = isinstance(items, Enumeration) or (isinstance(items, Scalar) and items.kind not in ("string", "bytes"))
    lost: Verdict = "break" if kind.name == "packed" and packable else "warn"
    what = "drops the packed values" if lost == "break" else "keeps the last value of several"
    many = f"list of {other}" if not was_list else type_text(kind)
    if isinstance(items, Record | Reference):
        what = "merges the messages of the list into one"
    side = "new" if was_list else "old"
    message = f"changed from {_ways(was_list)}: a reader of the {side} version {what}."
    return Difference(
        "cardinality-changed",
        spot,
        message,
        many if was_list else other,
        other if was_list else many,
        backward=lost if was_list else "ok",
        forward="ok" if was_list else lost,
        wire=lost,
        rules=CARDINALITY,
    )


def _ways(was_list: bool) -> str:
    return "a list to a single value" if was_list else "a single value to a list"


DIALECT = ProtobufRules()
