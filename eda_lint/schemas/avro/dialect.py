"""Avro: how a reader's schema is resolved against the writer's.

Specification: https://avro.apache.org/docs/1.12.0/specification/#schema-resolution. Resolution is a matter of one
reader and one writer: aliases and defaults are the reader's alone, and each branch that a writer may choose needs one
that the reader knows. So pairs are made for each direction by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from eda_lint.errors import SchemaError, shown
from eda_lint.model.schema import (
    Dialect,
    Dictionary,
    Enumeration,
    Field,
    Named,
    Record,
    Schema,
    Service,
    Symbol,
    Type,
)
from eda_lint.model.topology import Place
from eda_lint.schemas.avro.changes import (
    branch_added,
    branch_removed,
    from_to,
    name_changes,
    relation_of,
    renamed_with_alias,
    same,
)
from eda_lint.schemas.avro.matching import (
    Branches,
    branches_of,
    definition_pairs,
    field_matches,
    field_pairs,
    name_matches,
)
from eda_lint.schemas.avro.reader import read_source, read_sources
from eda_lint.schemas.avro.rows import ROWS
from eda_lint.schemas.avro.types import avro_text
from eda_lint.schemas.dialect import DialectRules, Relation, Row, related
from eda_lint.schemas.diff import Difference, Found, Spot, Step, Walk, name_of
from eda_lint.schemas.display import constant_text

Direction = Literal["backward", "forward"]


@dataclass(frozen=True, slots=True)
class AvroRules(DialectRules):
    """What Avro's resolution says of two schemas."""

    name: ClassVar[Dialect] = "avro"
    rename_mend: ClassVar[str] = "Give the new field the old name as an alias, and tell readers before writers"
    rows: ClassVar[Mapping[str, Row]] = ROWS

    def read(self, files: Mapping[str, str]) -> Schema:
        """The schema of some `.avsc` and `.avpr` files. Raises SchemaError."""
        if not files:
            raise SchemaError("there is no Avro schema to read")
        return read_sources(read_source(path, text) for path, text in sorted(files.items()))

    def start(self, walk: Walk) -> Found:
        """The roots, else types by full name, alias, or unqualified name; and the messages of protocols."""
        old, new = walk.old, walk.new
        if old.root is not None and new.root is not None:
            yield Step(old.root, new.root, Spot("", _place(old), _place(new)))
        else:
            for before, after in definition_pairs(old, new):
                if before is not None and after is not None:
                    yield Step(before.type, after.type, Spot(shown(after.name), before.place, after.place))
                elif before is not None:
                    yield self.definition_removed(before, walk)
                elif after is not None:
                    yield self.definition_added(after, walk)
        yield from services(old.services, new.services)

    # -------------------------------------------------------------------------------------------------- types

    def types(self, old: Type, new: Type, spot: Spot, walk: Walk) -> Found:
        """Named types are told apart by their names before their parts are looked at."""
        if isinstance(old, Named) and isinstance(new, Named) and type(old) is type(new):
            spot = spot if spot.path else replace(spot, path=shown(new.name))
            backward, forward = name_matches(new, old), name_matches(old, new)
            yield from name_changes(old, new, spot, backward, forward)
            spot = spot.only(backward=backward, forward=forward)
        if spot.backward or spot.forward:
            yield from super(AvroRules, self).types(old, new, spot, walk)

    def relation(self, old: Type, new: Type, walk: Walk) -> Relation | None:
        """Two primitive types, two fixed ones, or types of different shape."""
        return relation_of(old, new)

    def leaves(self, old: Type, new: Type, spot: Spot, walk: Walk) -> Found:
        """Their relation in the directions for which they are a pair."""
        relation = relation_of(old, new, backward=spot.backward, forward=spot.forward)
        if relation is not None:
            yield replace(related(relation, old, new, spot), old=avro_text(old), new=avro_text(new))

    # ------------------------------------------------------------------------------------------------- fields

    def fields(self, old: Record, new: Record, spot: Spot, walk: Walk) -> Found:
        """Fields by name, else by the reader's aliases."""
        backward, forward = field_matches(new, old), field_matches(old, new)
        renamed: set[str] = set()
        for pair in field_pairs(old, new, backward, forward):
            if pair.old is None or pair.new is None:
                continue
            inner = spot.into(
                shown(pair.new.name),
                old_place=pair.old.place,
                new_place=pair.new.place,
                backward=pair.backward,
                forward=pair.forward,
            )
            if pair.old.name != pair.new.name:
                whole = spot.into(shown(pair.new.name), old_place=pair.old.place, new_place=pair.new.place)
                yield renamed_with_alias(
                    pair.old, pair.new, forward.get(pair.old.name), backward.get(pair.new.name), pair, whole
                )
                renamed |= {pair.old.name, pair.new.name}
            else:
                yield from self.field_changes(pair.old, pair.new, inner, walk)
            yield Step(pair.old.type, pair.new.type, inner)
        removed = [one for one in old.fields if one.name not in forward and one.name not in renamed]
        added = [one for one in new.fields if one.name not in backward and one.name not in renamed]
        yield from self.unpaired(removed, added, old, new, spot, walk)

    def field_changes(self, old: Field, new: Field, spot: Spot, walk: Walk) -> Found:
        """Defaults and aliases of a field that kept its name."""
        name = shown(new.name)
        before, after = old.default, new.default
        if before is not None and after is None:
            yield Difference(
                "default-removed",
                spot,
                f"field `{name}` lost its default: data written before the field existed can no longer be read",
                old=constant_text(before.value),
            )
        elif before is None and after is not None:
            message = f"field `{name}` has a default now"
            yield Difference("default-added", spot, message, new=constant_text(after.value))
        elif before is not None and after is not None and not same(before.value, after.value):
            yield Difference(
                "default-changed",
                spot,
                f"the default of field `{name}` changed: data without the field now means something else",
                old=constant_text(before.value),
                new=constant_text(after.value),
            )

    def field_added(self, field: Field, old: Record, new: Record, spot: Spot, walk: Walk) -> Found:
        """A field of the new side alone."""
        name = shown(field.name)
        if field.required:
            message = (
                f"field `{name}` added without a default: readers of the new version cannot read data written before. "
                "Give it a default"
            )
            yield Difference("required-added", spot, message, new=avro_text(field.type))
        else:
            message = f"field `{name}` added; data written before is read with its default"
            yield Difference("field-added", spot, message, new=avro_text(field.type))

    def field_removed(self, field: Field, old: Record, new: Record, spot: Spot, walk: Walk) -> Found:
        """A field of the old side alone."""
        name = shown(field.name)
        if field.required:
            message = (
                f"field `{name}` removed: readers of the old version need it, it has no default there. "
                "Give it a default first, and remove it when every reader has that version"
            )
            yield Difference("required-removed", spot, message, old=avro_text(field.type))
        else:
            message = f"field `{name}` removed: readers of the old version take its default, the value is lost"
            yield Difference("field-removed", spot, message, old=avro_text(field.type))

    # ------------------------------------------------------------------------------------------- enumerations

    def enumeration_changes(self, old: Enumeration, new: Enumeration, spot: Spot, walk: Walk) -> Found:
        """The default, which readers take for symbols they do not know."""
        if old.default == new.default:
            return
        name = shown(new.name)
        if new.default is None:
            message = f"enum `{name}` lost its default: readers refuse symbols that are added later"
            yield Difference("enum-default-removed", spot, message, old=shown(old.default or ""))
        elif old.default is None:
            message = f"enum `{name}` has a default now"
            yield Difference("enum-default-added", spot, message, new=shown(new.default))
        else:
            message = f"the default of enum `{name}` changed: unknown symbols now mean something else"
            yield Difference("enum-default-changed", spot, message, old=shown(old.default), new=shown(new.default))

    def symbol_added(self, symbol: Symbol, old: Enumeration, new: Enumeration, spot: Spot, walk: Walk) -> Found:
        """A symbol that readers of the old version do not know."""
        name = shown(symbol.name)
        if old.default is None:
            message = (
                f"symbol `{name}` added: readers of the old version cannot read it, their enum has no default. "
                "Update every reader before a writer uses it"
            )
            yield Difference("symbol-added", spot, message, new=name)
        else:
            message = f"symbol `{name}` added: readers of the old version take it for `{shown(old.default)}`"
            yield Difference("symbol-added-to-default", spot, message, new=name)

    def symbol_removed(self, symbol: Symbol, old: Enumeration, new: Enumeration, spot: Spot, walk: Walk) -> Found:
        """A symbol that old data may hold."""
        name = shown(symbol.name)
        if new.default is None:
            message = (
                f"symbol `{name}` removed: data that holds it cannot be read any more. "
                "Keep it, or give the enum a default"
            )
            yield Difference("symbol-removed", spot, message, old=name)
        else:
            message = f"symbol `{name}` removed: old data that holds it is read as `{shown(new.default)}`"
            yield Difference("symbol-removed-to-default", spot, message, old=name)

    # ------------------------------------------------------------------------------------------------- unions

    def dictionaries(self, old: Dictionary, new: Dictionary, spot: Spot, walk: Walk) -> Found:
        """Two maps: their values, for keys are always strings."""
        yield Step(old.values, new.values, spot.into("{}"))

    def choices(self, old: Type, new: Type, spot: Spot, walk: Walk) -> Found:
        """A union on at least one side: each branch of the writer needs one of the reader."""
        olds, news = branches_of(old), branches_of(new)
        new_branches = Branches([walk.new_type(one) for one in news])
        old_branches = Branches([walk.old_type(one) for one in olds])
        backward = {
            i: self._first_that_reads(new_branches.candidates(walk.old_type(one)), "backward", one, news, walk)
            for i, one in enumerate(olds)
        }
        forward = {
            j: self._first_that_reads(old_branches.candidates(walk.new_type(one)), "forward", one, olds, walk)
            for j, one in enumerate(news)
        }
        if olds and news and all(one is None for one in (*backward.values(), *forward.values())):
            message = f"{from_to(old, new)}: neither side can read the other's data"
            yield Difference("type-changed", spot, message, avro_text(old), avro_text(new))
            return
        for i, one in enumerate(olds):
            match = backward[i]
            if match is None:
                yield branch_removed(walk.old_type(one), old, new, spot)
            else:
                yield Step(one, news[match], spot.only(forward=forward[match] == i))
        for j, one in enumerate(news):
            match = forward[j]
            if match is None:
                yield branch_added(walk.new_type(one), old, new, spot)
            elif backward[match] != j:
                yield Step(olds[match], one, spot.only(backward=False))

    def _first_that_reads(
        self, candidates: list[int], direction: Direction, writer: Type, readers: Sequence[Type], walk: Walk
    ) -> int | None:
        """Of the reader's branches that match a writer's one, the first that can read all of it; else the first."""
        if len(candidates) > 1:
            for index in candidates:
                reader = readers[index]
                old, new = (writer, reader) if direction == "backward" else (reader, writer)
                if all(self.verdict(one, direction) != "break" for one in walk.compare(old, new)):
                    return index
        return candidates[0] if candidates else None


DIALECT = AvroRules()


# ------------------------------------------------------------------------------------------------------- start


def _place(schema: Schema) -> Place | None:
    definition = schema.definitions.get(name_of(schema.root)) if schema.root is not None else None
    return definition.place if definition is not None else None


def services(old: Sequence[Service], new: Sequence[Service]) -> Found:
    """The messages of protocols: a request is written by the caller, a response by the one that is called."""
    methods = {f"{service.name}.{one.name}": one for service in old for one in service.methods}
    after = {f"{service.name}.{one.name}": one for service in new for one in service.methods}
    for name, method in methods.items():
        spot = Spot(shown(name), method.place, after[name].place if name in after else None)
        if name in after:
            yield Step(method.request, after[name].request, spot.into("request"))
            yield Step(method.response, after[name].response, spot.into("response"))
        else:
            yield Difference("method-removed", spot, f"message `{shown(name)}` removed: callers of it fail")
    for name, method in after.items():
        if name not in methods:
            spot = Spot(shown(name), new_place=method.place)
            yield Difference("method-added", spot, f"message `{shown(name)}` added")
