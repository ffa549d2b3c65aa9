"""What stands for what when an Avro reader meets a writer's schema: names, aliases, fields, branches of unions.

Specification: https://avro.apache.org/docs/1.12.0/specification/#schema-resolution and #aliases. Everything here is of
one reader and one writer; a comparison asks twice, with the sides exchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from eda_lint.model.schema import Choice, Definition, Field, Named, Record, Reference, Scalar, Schema, Type
from eda_lint.schemas.avro_types import promotes
from eda_lint.schemas.dialect import Pair


def unqualified(name: str) -> str:
    """A full name without its namespace."""
    return name.rpartition(".")[2]


def name_matches(reader: Named, writer: Named) -> bool:
    """The unqualified names are the same, or an alias of the reader is the writer's name (Schema Resolution)."""
    if unqualified(reader.name) == unqualified(writer.name):
        return True
    return writer.name in reader.aliases


def definition_pairs(old: Schema, new: Schema) -> Iterable[tuple[Definition | None, Definition | None]]:
    """Types by their full name, an alias of either side, or the unqualified name; then those that are gone."""
    rest = {name: one for name, one in old.definitions.items() if name not in new.definitions}
    bare = {unqualified(name): name for name in rest}
    once = {alias: name for name, one in rest.items() for alias in _aliases(one)}
    for name, after in new.definitions.items():
        known = name if name in old.definitions else next((one for one in _aliases(after) if one in rest), None)
        known = known or once.get(name) or bare.get(unqualified(name))
        yield (old.definitions[known] if known is not None else None), after
        rest.pop(known or "", None)
    for before in rest.values():
        yield before, None


def _aliases(definition: Definition) -> tuple[str, ...]:
    return definition.type.aliases if isinstance(definition.type, Named) else ()


def field_matches(reader: Record, writer: Record) -> dict[str, str]:
    """The reader's fields by the writer's field each is read from: the same name, else the first alias that fits."""
    written = {one.name for one in writer.fields}
    found: dict[str, str] = {}
    for one in reader.fields:
        name = one.name if one.name in written else next((alias for alias in one.read if alias in written), None)
        if name is not None:
            found[one.name] = name
    return found


def field_pairs(
    old: Record, new: Record, backward: Mapping[str, str], forward: Mapping[str, str]
) -> Iterable[Pair[Field]]:
    """The pairs of both directions: `backward` maps new names to old ones, `forward` old names to new ones."""
    olds, news = {one.name: one for one in old.fields}, {one.name: one for one in new.fields}
    for one in new.fields:
        match = backward.get(one.name)
        if match is not None:
            yield Pair(olds[match], one, forward=forward.get(match) == one.name)
    for one in old.fields:
        match = forward.get(one.name)
        if match is not None and backward.get(match) != one.name:
            yield Pair(one, news[match], backward=False)


def branches_of(type_: Type) -> tuple[Type, ...]:
    """The branches of a union; another type is its own only branch."""
    return type_.branches if isinstance(type_, Choice) else (type_,)


def rank_of(reader: Type, writer: Type) -> int | None:
    """How well a reader's branch matches a writer's: 0 best; None: not at all."""
    if isinstance(reader, Named) and isinstance(writer, Named):
        if type(reader) is not type(writer) or not name_matches(reader, writer):
            return None
        return 0 if reader.name == writer.name else 1
    if isinstance(reader, Scalar) and isinstance(writer, Scalar):
        if reader.kind == writer.kind:
            return 0 if reader.logical == writer.logical else 1
        return 2 if promotes(writer, reader) else None
    if isinstance(reader, Reference) and isinstance(writer, Reference):
        return 0 if reader.name == writer.name else None
    return 0 if type(reader) is type(writer) else None
