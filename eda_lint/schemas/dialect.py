"""What a dialect tells the comparison; each dialect's module offers one `DIALECT`, an instance of `DialectRules`.

A dialect overrides what differs from the defaults here:

    read             text of one or several files → Schema
    rows             kind of difference → verdict per direction, with its source
    start            the pairs to begin with (default: the roots, else definitions by name)
    pair_fields      how the fields of two records are paired (default: by `name`)
    pair_symbols     how the symbols of two enumerations are paired (default: by `name`)
    relation         how two types without parts, or of different shape, relate
    record_changes, field_changes, field_added, field_removed, enumeration_changes, choices, …
                     what to report, and which kind it is
    types            everything about a pair of types, where the above does not fit (set inclusion)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import ClassVar, Generic, Literal, TypeVar

from eda_lint.errors import shown
from eda_lint.model.schema import (
    Choice,
    Definition,
    Dialect,
    Dictionary,
    Enumeration,
    Field,
    Record,
    Schema,
    Sequence,
    Symbol,
    Type,
    Verdict,
)
from eda_lint.model.topology import Place
from eda_lint.schemas.diff import Difference, Found, Spot, Step, Walk, differences, name_of
from eda_lint.schemas.display import type_text
from eda_lint.schemas.renames import renames

DIALECTS: tuple[Dialect, ...] = ("avro", "jsonschema", "protobuf", "thrift", "python")

_Part = TypeVar("_Part")

_ORDER: Mapping[Verdict, int] = {"ok": 0, "warn": 1, "break": 2}


@dataclass(frozen=True, slots=True)
class Row:
    """The verdicts of one kind of difference. `mirror`: the kind of the reverse change (empty: its own)."""

    backward: Verdict
    forward: Verdict
    source: str
    mirror: str = ""
    wire: Verdict | None = None
    json: Verdict | None = None
    code: Verdict | None = None
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """How two types relate: the verdict per direction, the kind to report it under, and why."""

    backward: Verdict
    forward: Verdict
    kind: str
    message: str
    source: str = ""
    wire: Verdict | None = None
    json: Verdict | None = None
    code: Verdict | None = None
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair(Generic[_Part]):
    """Two parts that take each other's place; one of them None: removed or added.

    `backward`, `forward`: the directions in which they are a pair. In the others the dialect reports them itself.
    """

    old: _Part | None
    new: _Part | None
    backward: bool = True
    forward: bool = True


def rules_for(dialect: Dialect) -> DialectRules:
    """The rules of a dialect. Raises ValueError for a name that is no dialect."""
    if dialect not in DIALECTS:
        raise ValueError(f"unknown schema dialect: {dialect!r}")
    rules: DialectRules = import_module(f"eda_lint.schemas.{dialect}").DIALECT
    return rules


class DialectRules(ABC):
    """The defaults, and what every dialect must say itself."""

    name: ClassVar[Dialect]
    rows: ClassVar[Mapping[str, Row]]

    @abstractmethod
    def read(self, files: Mapping[str, str]) -> Schema:
        """The schema that some files hold together. Raises SchemaError if none can be read."""

    @abstractmethod
    def relation(self, old: Type, new: Type, walk: Walk) -> Relation | None:
        """How two types relate that are leaves or of different shapes; None: nothing differs."""

    rename_mend: ClassVar[str] = "Write both until every reader knows the new name"
    """What to do instead of renaming a field."""

    def verdict(self, difference: Difference, direction: Literal["backward", "forward"]) -> Verdict:
        """What a difference does in a direction: what it says itself, else the row of its kind; ok where its spot
        does not hold. A kind without a row breaks."""
        row = self.rows.get(difference.kind)
        if direction == "backward":
            holds, own, known = difference.spot.backward, difference.backward, row and row.backward
        else:
            holds, own, known = difference.spot.forward, difference.forward, row and row.forward
        return own or known or "break" if holds else "ok"

    # ------------------------------------------------------------------------------------------------ pairing

    def start(self, walk: Walk) -> Found:
        """The roots if both sides have one, else the definitions by name."""
        old, new = walk.old, walk.new
        if old.root is not None and new.root is not None:
            yield Step(old.root, new.root, Spot("", _place(old), _place(new)))
            return
        for name, definition in old.definitions.items():
            after = new.definitions.get(name)
            if after is None:
                yield self.definition_removed(definition, walk)
            else:
                yield Step(definition.type, after.type, Spot(shown(name), definition.place, after.place))
        for name, definition in new.definitions.items():
            if name not in old.definitions:
                yield self.definition_added(definition, walk)

    def pair_fields(self, old: Record, new: Record, walk: Walk) -> Iterable[Pair[Field]]:
        """Fields of the same name; then those removed, then those added."""
        return pair_by({field.name: field for field in old.fields}, {field.name: field for field in new.fields})

    def pair_symbols(self, old: Enumeration, new: Enumeration, walk: Walk) -> Iterable[Pair[Symbol]]:
        """Symbols of the same name; then those removed, then those added."""
        return pair_by({symbol.name: symbol for symbol in old.symbols}, {symbol.name: symbol for symbol in new.symbols})

    # -------------------------------------------------------------------------------------------------- types

    def types(self, old: Type, new: Type, spot: Spot, walk: Walk) -> Found:
        """What differs between two types and which parts to look at."""
        match old, new:
            case Record(), Record():
                yield from self.records(old, new, spot, walk)
            case Enumeration(), Enumeration():
                yield from self.enumerations(old, new, spot, walk)
            case Sequence(), Sequence():
                yield from self.sequences(old, new, spot, walk)
            case Dictionary(), Dictionary():
                yield from self.dictionaries(old, new, spot, walk)
            case (Choice(), _) | (_, Choice()):
                yield from self.choices(old, new, spot, walk)
            case _:
                yield from self.leaves(old, new, spot, walk)

    def leaves(self, old: Type, new: Type, spot: Spot, walk: Walk) -> Found:
        """The relation of two types as a difference."""
        relation = self.relation(old, new, walk)
        if relation is not None:
            yield related(relation, old, new, spot)

    def records(self, old: Record, new: Record, spot: Spot, walk: Walk) -> Found:
        """Two records: themselves, then their fields."""
        if not spot.path:
            spot = replace(spot, path=shown(new.name or old.name))
        yield from self.record_changes(old, new, spot, walk)
        yield from self.fields(old, new, spot, walk)

    def fields(self, old: Record, new: Record, spot: Spot, walk: Walk) -> Found:
        """The fields of two records, as `pair_fields` pairs them."""
        removed: list[Field] = []
        added: list[Field] = []
        for pair in self.pair_fields(old, new, walk):
            if pair.old is not None and pair.new is not None:
                inner = spot.into(
                    shown(pair.new.name),
                    old_place=pair.old.place,
                    new_place=pair.new.place,
                    backward=pair.backward,
                    forward=pair.forward,
                )
                yield from self.field_changes(pair.old, pair.new, inner, walk)
                yield Step(pair.old.type, pair.new.type, inner)
            elif pair.old is not None:
                removed.append(pair.old)
            elif pair.new is not None:
                added.append(pair.new)
        yield from self.unpaired(removed, added, old, new, spot, walk)

    def unpaired(
        self, removed: list[Field], added: list[Field], old: Record, new: Record, spot: Spot, walk: Walk
    ) -> Found:
        """Fields of one side alone: those that look renamed as one difference, then the removed, then the added."""
        taken: set[str] = set()
        for before, after in renames(removed, added, lambda one, other: _same_type(one, other, walk)):
            taken |= {f"-{before.name}", f"+{after.name}"}
            yield from self.field_renamed(before, after, old, new, spot, walk)
        for field in removed:
            if f"-{field.name}" not in taken:
                inner = spot.into(shown(field.name), old_place=field.place)
                yield from self.field_removed(field, old, new, inner, walk)
        for field in added:
            if f"+{field.name}" not in taken:
                inner = spot.into(shown(field.name), new_place=field.place)
                yield from self.field_added(field, old, new, inner, walk)

    def enumerations(self, old: Enumeration, new: Enumeration, spot: Spot, walk: Walk) -> Found:
        """Two enumerations: themselves, then their symbols."""
        yield from self.enumeration_changes(old, new, spot, walk)
        for pair in self.pair_symbols(old, new, walk):
            inner = spot.into(
                "",
                old_place=pair.old.place if pair.old is not None else None,
                new_place=pair.new.place if pair.new is not None else None,
                backward=pair.backward,
                forward=pair.forward,
            )
            if pair.old is not None and pair.new is not None:
                yield from self.symbol_changes(pair.old, pair.new, inner, walk)
            elif pair.old is not None:
                yield from self.symbol_removed(pair.old, old, new, inner, walk)
            elif pair.new is not None:
                yield from self.symbol_added(pair.new, old, new, inner, walk)

    def sequences(self, old: Sequence, new: Sequence, spot: Spot, walk: Walk) -> Found:
        """Two sequences: their items."""
        yield Step(old.items, new.items, spot.into("[]"))

    def dictionaries(self, old: Dictionary, new: Dictionary, spot: Spot, walk: Walk) -> Found:
        """Two dictionaries: their keys and values."""
        yield Step(old.keys, new.keys, spot.into("{key}"))
        yield Step(old.values, new.values, spot.into("{}"))

    def choices(self, old: Type, new: Type, spot: Spot, walk: Walk) -> Found:
        """A choice on at least one side. Default: only its relation as a whole."""
        yield from self.leaves(old, new, spot, walk)

    # ------------------------------------------------------------------------------- what is reported, by kind

    def record_changes(self, old: Record, new: Record, spot: Spot, walk: Walk) -> Found:
        """What differs between two records besides their fields (name, what they do with unknown fields)."""
        yield from ()

    def field_changes(self, old: Field, new: Field, spot: Spot, walk: Walk) -> Found:
        """What differs between two paired fields besides their types (name, number, default, required)."""
        yield from ()

    def field_added(self, field: Field, old: Record, new: Record, spot: Spot, walk: Walk) -> Found:
        """A field of the new side alone: `required-added` if a reader refuses a record without it."""
        kind = "required-added" if field.required else "field-added"
        yield Difference(kind, spot, f"field `{shown(field.name)}` added", new=type_text(field.type))

    def field_removed(self, field: Field, old: Record, new: Record, spot: Spot, walk: Walk) -> Found:
        """A field of the old side alone: `required-removed` if a reader refuses a record without it."""
        kind = "required-removed" if field.required else "field-removed"
        yield Difference(kind, spot, f"field `{shown(field.name)}` removed", old=type_text(field.type))

    def field_renamed(self, before: Field, after: Field, old: Record, new: Record, spot: Spot, walk: Walk) -> Found:
        """A field under a new name with no hint for readers: what its removal and its addition do together, and at
        least a warning, for its values are lost."""
        inner = spot.into(shown(after.name), old_place=before.place, new_place=after.place)
        parts = differences(
            (*self.field_removed(before, old, new, inner, walk), *self.field_added(after, old, new, inner, walk))
        )
        name, now = shown(before.name), shown(after.name)
        yield Difference(
            "field-renamed",
            inner,
            f"field `{name}` is called `{now}` now: no side finds the value that the other wrote. {self.rename_mend}",
            old=name,
            new=now,
            backward=worst(("warn", *(self.verdict(one, "backward") for one in parts))),
            forward=worst(("warn", *(self.verdict(one, "forward") for one in parts))),
            source=next((one.source for one in parts if one.source), ""),
        )

    def enumeration_changes(self, old: Enumeration, new: Enumeration, spot: Spot, walk: Walk) -> Found:
        """What differs between two enumerations besides their symbols (name, open, default)."""
        yield from ()

    def symbol_changes(self, old: Symbol, new: Symbol, spot: Spot, walk: Walk) -> Found:
        """What differs between two paired symbols (number, value)."""
        yield from ()

    def symbol_added(self, symbol: Symbol, old: Enumeration, new: Enumeration, spot: Spot, walk: Walk) -> Found:
        """A symbol of the new side alone."""
        yield Difference("symbol-added", spot, f"enum value `{shown(symbol.name)}` added", new=shown(symbol.name))

    def symbol_removed(self, symbol: Symbol, old: Enumeration, new: Enumeration, spot: Spot, walk: Walk) -> Found:
        """A symbol of the old side alone."""
        yield Difference("symbol-removed", spot, f"enum value `{shown(symbol.name)}` removed", old=shown(symbol.name))

    def definition_added(self, definition: Definition, walk: Walk) -> Difference:
        """A definition of the new side alone, in a dialect without a root."""
        spot = Spot(shown(definition.name), new_place=definition.place)
        return Difference("definition-added", spot, f"type `{shown(definition.name)}` added")

    def definition_removed(self, definition: Definition, walk: Walk) -> Difference:
        """A definition of the old side alone, in a dialect without a root."""
        spot = Spot(shown(definition.name), old_place=definition.place)
        return Difference("definition-removed", spot, f"type `{shown(definition.name)}` removed")


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of some verdicts; ok if there are none."""
    return max(verdicts, key=_ORDER.__getitem__, default="ok")


def _same_type(old: Field, new: Field, walk: Walk) -> bool:
    return not walk.compare(old.type, new.type)


def pair_by(old: Mapping[str, _Part], new: Mapping[str, _Part]) -> list[Pair[_Part]]:
    """Parts of the same key, in the old order; then those removed, then those added."""
    both = [Pair(part, new[key]) for key, part in old.items() if key in new]
    removed: list[Pair[_Part]] = [Pair(part, None) for key, part in old.items() if key not in new]
    added: list[Pair[_Part]] = [Pair(None, part) for key, part in new.items() if key not in old]
    return [*both, *removed, *added]


def related(relation: Relation, old: Type, new: Type, spot: Spot) -> Difference:
    """The relation of two types as a difference at a spot."""
    return Difference(
        kind=relation.kind,
        spot=spot,
        message=relation.message,
        old=type_text(old),
        new=type_text(new),
        backward=relation.backward,
        forward=relation.forward,
        source=relation.source,
        wire=relation.wire,
        json=relation.json,
        code=relation.code,
        rules=relation.rules,
    )


def _place(schema: Schema) -> Place | None:
    definition = schema.definitions.get(name_of(schema.root)) if schema.root is not None else None
    return definition.place if definition is not None else None
