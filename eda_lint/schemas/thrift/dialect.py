"""Thrift: how its structs are paired (by field id) and what differs between two of a kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal
from weakref import WeakKeyDictionary

from eda_lint.errors import shown
from eda_lint.model.schema import (
    Definition,
    Dictionary,
    Enumeration,
    Field,
    Record,
    Reference,
    Scalar,
    Schema,
    Sequence,
    Symbol,
    Type,
)
from eda_lint.schemas.dialect import DialectRules, Relation, Row
from eda_lint.schemas.diff import Difference, Found, Spot, Step, Walk
from eda_lint.schemas.display import type_text
from eda_lint.schemas.numbered import Pairs, pair_definitions, type_name
from eda_lint.schemas.thrift.reader import read
from eda_lint.schemas.thrift.services import namespace_changes, service_changes
from eda_lint.schemas.thrift.types import ROWS, container, relation


class ThriftRules(DialectRules):
    """What the comparison asks about Thrift."""

    name: ClassVar[Literal["thrift"]] = "thrift"
    rows: ClassVar[Mapping[str, Row]] = ROWS

    def __init__(self) -> None:
        self._pairs: WeakKeyDictionary[Walk, Pairs] = WeakKeyDictionary()

    def read(self, files: Mapping[str, str]) -> Schema:
        """The schema that some `.thrift` files hold together. Raises SchemaError if none can be read."""
        return read(files)

    def relation(self, old: Type, new: Type, walk: Walk) -> Relation | None:
        """How two types relate that are no two structs, enums or containers of one kind."""
        return relation(old, new)

    # ------------------------------------------------------------------------------------------------ definitions

    def start(self, walk: Walk) -> Found:
        """Namespaces, then structs and enums by name, then services."""
        pairs = self._pairs[walk] = pair_definitions(walk.old, walk.new, _stems(walk.old), _stems(walk.new))
        yield from namespace_changes(walk.old, walk.new)
        for name, definition in walk.old.definitions.items():
            other = pairs.by_name.get(name)
            if other is None:
                yield self.definition_removed(definition, walk)
                continue
            after = walk.new.definitions[other]
            spot = Spot(shown(other), definition.place, after.place)
            if name in pairs.renamed:
                message = f"`{shown(name)}` is now called `{shown(other)}`: bytes are the same, JSON and code are not."
                yield Difference("definition-renamed", spot, message, shown(name), shown(other))
            yield Step(definition.type, after.type, spot)
        paired = set(pairs.by_name.values())
        for name, definition in walk.new.definitions.items():
            if name not in paired:
                yield self.definition_added(definition, walk)
        yield from service_changes(walk.old, walk.new, pairs)

    def definition_removed(self, definition: Definition, walk: Walk) -> Difference:
        """A struct or enum that the new side lacks."""
        kind = definition.type.kind if isinstance(definition.type, Record) else "enum"
        message = (
            f"{kind} `{shown(definition.name)}` removed: who still meets such messages cannot decode them. "
            "Keep it until no retained message needs it."
        )
        return Difference("definition-removed", Spot(shown(definition.name), old_place=definition.place), message)

    # ------------------------------------------------------------------------------------------------------ types

    def types(self, old: Type, new: Type, spot: Spot, walk: Walk) -> Found:
        """What differs between two types; a list is no set."""
        if isinstance(old, Reference) and isinstance(new, Reference) and self._same(old.name, new.name, walk):
            return
        if container(old) != container(new):
            yield from self.leaves(old, new, spot, walk)
            return
        match old, new:
            case Sequence(), Sequence():
                yield Step(old.items, new.items, spot)
            case Dictionary(), Dictionary():
                yield Step(old.keys, new.keys, spot.into("{key}"))
                yield Step(old.values, new.values, spot.into("{}"))
            case _:
                yield from super().types(old, new, spot, walk)

    def _same(self, old: str, new: str, walk: Walk) -> bool:
        return old == new or self._pairs[walk].by_name.get(old) == new

    # ---------------------------------------------------------------------------------------------------- structs

    def records(self, old: Record, new: Record, spot: Spot, walk: Walk) -> Found:
        """Two structs: their kinds, then their fields by id."""
        if old.kind != new.kind:
            yield _kind(old, new, spot)
        before = {field.number: field for field in old.fields}
        after = {field.number: field for field in new.fields}
        names = ({f.name: f for f in old.fields}, {f.name: f for f in new.fields})
        union = old.kind == new.kind == "union"
        for number, field in before.items():
            other = after.get(number)
            if other is None:
                yield _removed(field, names[1].get(field.name), union, spot)
            elif not _alike(field, other):
                inner = spot.into(shown(other.name), old_place=field.place, new_place=other.place)
                yield from _changes(field, other, names, inner)
                yield from self._named_type(field, other, inner, walk)
                yield Step(field.type, other.type, inner)
        last = max((number for number in before if number is not None), default=0)
        for number, field in after.items():
            if number not in before:
                yield from _added(field, names[0].get(field.name), last, union, spot)

    def _named_type(self, old: Field, new: Field, spot: Spot, walk: Walk) -> Iterator[Difference]:
        """A field that names another struct or enum than before; whether they fit is looked at besides."""
        one, other = type_name(old.type), type_name(new.type)
        if not one or not other or self._same(one, other, walk):
            return
        before, after = walk.old_type(Reference(one)), walk.new_type(Reference(other))
        if isinstance(before, Reference) or type(before) is not type(after):
            return
        message = (
            f"type changed from `{shown(one)}` to `{shown(other)}`: messages decode as far as both have the same "
            "fields or values under the same numbers, but mean something else."
        )
        yield Difference("type-renamed", spot, message, shown(one), shown(other))

    # ------------------------------------------------------------------------------------------------------ enums

    def enumerations(self, old: Enumeration, new: Enumeration, spot: Spot, walk: Walk) -> Found:
        """Two enums: their values by number."""
        before: dict[int | None, Symbol] = {symbol.number: symbol for symbol in reversed(old.symbols)}
        after: dict[int | None, Symbol] = {symbol.number: symbol for symbol in reversed(new.symbols)}
        names = ({s.name: s.number for s in old.symbols}, {s.name: s.number for s in new.symbols})
        for symbol in old.symbols:
            other = after.get(symbol.number)
            if before[symbol.number] is symbol and other is None:
                yield _symbol_removed(symbol, names[1], spot)
            elif other is not None and symbol.name not in names[1]:
                inner = spot.into("", old_place=symbol.place, new_place=other.place)
                was, now = shown(symbol.name), shown(other.name)
                message = f"enum value {symbol.number} renamed from `{was}` to `{now}`: JSON and code change."
                yield Difference("symbol-renamed", inner, message, was, now)
            elif other is not None and names[1][symbol.name] != symbol.number:
                yield _symbol_removed(symbol, names[1], spot)
        for number, symbol in after.items():
            if number not in before and symbol.name not in names[0]:
                message = (
                    f"enum value `{shown(symbol.name)}` ({number}) added: old readers have no name for it, and "
                    "generated code of several languages fails on it."
                )
                yield Difference("symbol-added", spot.into("", new_place=symbol.place), message, new=shown(symbol.name))


def _stems(schema: Schema) -> dict[str, str]:
    """Definition → what comes before its own name."""
    return {name: name.rpartition(".")[0] for file in schema.files for name in file.definitions}


def _alike(old: Field, new: Field) -> bool:
    return (
        old.name == new.name
        and (old.type is new.type or (isinstance(old.type, Scalar) and old.type == new.type))
        and old.cardinality == new.cardinality
        and old.default == new.default
    )


def _kind(old: Record, new: Record, spot: Spot) -> Difference:
    if new.kind == "union":
        message = f"the {old.kind} became a union, of which exactly one field is set: old messages may hold several."
        return Difference("became-union", spot, message, old.kind, new.kind)
    if old.kind == "union":
        message = f"the union became a {new.kind}: old readers expect exactly one field, new messages may hold several."
        return Difference("became-struct", spot, message, old.kind, new.kind)
    return Difference("kind-changed", spot, f"the {old.kind} became a {new.kind}: code changes", old.kind, new.kind)


def _removed(field: Field, moved: Field | None, union: bool, spot: Spot) -> Difference:
    inner = spot.into(shown(field.name), old_place=field.place, new_place=moved.place if moved else None)
    what, text = f"field `{shown(field.name)}` (id {field.number})", type_text(field.type)
    if moved is not None:
        message = (
            f"{what} now has id {moved.number}: readers look for it under their own id and find nothing. "
            f"Give it id {field.number} again."
        )
        return Difference("field-renumbered", inner, message, text, type_text(moved.type))
    if union:
        message = f"{what} of the union removed: new readers of old messages find a union of which nothing is set."
        return Difference("member-removed", inner, message, text)
    if field.required:
        message = f"required {what} removed: readers of the old version refuse messages without it."
        return Difference("required-removed", inner, message, text)
    message = (
        f"{what} removed: readers of the old version find it unset, readers of the new one lose it. "
        "Leave a comment that its id is taken: Thrift cannot reserve it."
    )
    return Difference("field-removed", inner, message, text)


def _added(field: Field, moved: Field | None, last: int, union: bool, spot: Spot) -> Iterator[Difference]:
    inner = spot.into(shown(field.name), new_place=field.place)
    what, text = f"field `{shown(field.name)}` (id {field.number})", type_text(field.type)
    if field.required:
        message = f"required {what} added: readers of the new version refuse messages without it. Make it optional."
        yield Difference("required-added", inner, message, new=text)
    elif moved is not None:
        return
    elif union:
        message = f"{what} of the union added: old readers of new messages find a union of which nothing is set."
        yield Difference("member-added", inner, message, new=text)
    elif field.number is not None and 0 < field.number < last:
        message = (
            f"{what} added before the highest id, {last}: if an earlier version used the id, its messages hold "
            "another field there. Take the next free id."
        )
        yield Difference("field-inserted", inner, message, new=text)
    else:
        yield Difference("field-added", inner, f"{what} added", new=text)


def _changes(
    old: Field, new: Field, names: tuple[Mapping[str, Field], Mapping[str, Field]], spot: Spot
) -> Iterator[Difference]:
    """Name, requiredness and default of two fields of one id."""
    was, now = shown(old.name), shown(new.name)
    if old.name != new.name and (old.name in names[1] or new.name in names[0]):
        message = (
            f"id {old.number} stood for `{was}` and now stands for `{now}`, while both sides know one of the two under "
            "another id: readers take one field for the other. Give every field its former id again."
        )
        yield Difference("number-reused", spot, message, was, now)
    elif old.name != new.name:
        message = f"field `{was}` renamed to `{now}`: bytes are the same, JSON and code are not. Keep the name."
        yield Difference("field-renamed", spot, message, was, now)
    if old.cardinality != new.cardinality:
        yield _requiredness(old, new, spot)
    before = old.default.text if old.default else ""
    after = new.default.text if new.default else ""
    if "".join(before.split()) != "".join(after.split()):
        one, other = shown(before) or "none", shown(after) or "none"
        message = (
            f"default of `{now}` changed from {one} to {other}: the same message, in which it is absent, means "
            "different values to either side."
        )
        yield Difference("default-changed", spot, message, one, other)


def _requiredness(old: Field, new: Field, spot: Spot) -> Difference:
    words = {"singular": "default", "optional": "optional", "required": "required"}
    one, other = words[old.cardinality], words[new.cardinality]
    what = f"requiredness of `{shown(new.name)}` changed from {one} to {other}"
    if new.required:
        message = f"{what}: readers of the new version refuse messages without it. Leave it optional."
        return Difference("made-required", spot, message, one, other)
    if old.required:
        message = f"{what}: readers of the old version refuse messages without it."
        return Difference("made-optional", spot, message, one, other)
    return Difference(
        "requiredness-changed", spot, f"{what}: every reader takes messages with and without it", one, other
    )


def _symbol_removed(symbol: Symbol, names: Mapping[str, int | None], spot: Spot) -> Difference:
    inner = spot.into("", old_place=symbol.place)
    what = f"enum value `{shown(symbol.name)}`"
    if symbol.name in names:
        message = (
            f"{what} now has number {names[symbol.name]} instead of {symbol.number}: readers take one value for "
            "another. Give it the former number again."
        )
        return Difference("symbol-renumbered", inner, message)
    message = (
        f"{what} ({symbol.number}) removed: new readers have no name for it in old messages, and generated code of "
        "several languages fails on it. Keep it."
    )
    return Difference("symbol-removed", inner, message, shown(symbol.name))


DIALECT = ThriftRules()
