"""Which classes of two versions of some modules are the same message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from eda_lint.model.schema import (
    Choice,
    Definition,
    Dictionary,
    Record,
    Reference,
    Schema,
    Sequence,
    Type,
)
from eda_lint.schemas.dialect import Pair


def pair_definitions(old: Schema, new: Schema) -> list[Pair[Definition]]:
    """Classes of the same name, of the same name in another module, or renamed; those that no other class holds
    first. A class that others hold or extend and that has no partner is left out: those others tell what changed."""
    held_old, held_new = held(old.definitions), held(new.definitions)
    pairs = [Pair(one, new.definitions[name]) for name, one in old.definitions.items() if name in new.definitions]
    lost = {name: one for name, one in old.definitions.items() if name not in new.definitions}
    found = {name: one for name, one in new.definitions.items() if name not in old.definitions}
    for before, after in [*_by_last_name(lost, found)]:
        pairs.append(Pair(before, after))
        del lost[before.name], found[after.name]
    lost = {name: one for name, one in lost.items() if name not in held_old and not _extended(one)}
    found = {name: one for name, one in found.items() if name not in held_new and not _extended(one)}
    for before, after in [*_renamed(lost, found)]:
        pairs.append(Pair(before, after))
        del lost[before.name], found[after.name]
    pairs.sort(key=lambda pair: pair.new is not None and pair.new.name in held_new)
    removed: list[Pair[Definition]] = [Pair(one, None) for one in lost.values()]
    added: list[Pair[Definition]] = [Pair(None, one) for one in found.values()]
    return [*pairs, *removed, *added]


def held(definitions: Mapping[str, Definition]) -> frozenset[str]:
    """Names of the definitions that another definition's type holds."""
    return frozenset(
        name for definition in definitions.values() for name in referenced(definition.type) if name != definition.name
    )


def referenced(type_: Type) -> Iterator[str]:
    """The names that a type refers to."""
    pending: list[Type] = [type_]
    while pending:
        one = pending.pop()
        match one:
            case Reference(name=name):
                yield name
            case Record(fields=fields):
                pending.extend(field.type for field in fields)
            case Sequence(items=items, prefix=prefix):
                pending.extend((items, *prefix))
            case Dictionary(values=values, keys=keys):
                pending.extend((values, keys))
            case Choice(branches=branches):
                pending.extend(branches)


def _extended(definition: Definition) -> bool:
    """Whether another class of the schema inherits from it."""
    return ("extended", "true") in definition.options


def _by_last_name(
    lost: Mapping[str, Definition], found: Mapping[str, Definition]
) -> Iterator[tuple[Definition, Definition]]:
    """Classes that moved to another module: of the same name, if only one on each side has it."""
    before, after = _unique_last_names(lost.values()), _unique_last_names(found.values())
    for name, definition in before.items():
        other = after.get(name)
        if definition is not None and other is not None:
            yield definition, other


def _unique_last_names(definitions: Iterable[Definition]) -> dict[str, Definition | None]:
    names: dict[str, Definition | None] = {}
    for one in definitions:
        last = one.name.partition("[")[0].rpartition(".")[2] + one.name.partition("[")[1] + one.name.partition("[")[2]
        names[last] = None if last in names else one
    return names


def _renamed(
    lost: Mapping[str, Definition], found: Mapping[str, Definition]
) -> Iterator[tuple[Definition, Definition]]:
    """Messages under a new name: the only one on each side, or those of the same names on the wire."""
    if len(lost) == 1 and len(found) == 1:
        before, after = next(iter(lost.values())), next(iter(found.values()))
        if type(before.type) is type(after.type) and _shares_fields(before.type, after.type):
            yield before, after
        return
    by_shape = _unique_shapes(found.values())
    for shape, definition in _unique_shapes(lost.values()).items():
        other = by_shape.get(shape)
        if shape and definition is not None and other is not None:
            yield definition, other


def _shares_fields(old: Type, new: Type) -> bool:
    """Whether two records have half of the smaller one's names in common; other types always."""
    if not isinstance(old, Record) or not isinstance(new, Record):
        return True
    before, after = set(_shape(old)), set(_shape(new))
    return 2 * len(before & after) >= min(len(before), len(after))


def _unique_shapes(definitions: Iterable[Definition]) -> dict[tuple[str, ...], Definition | None]:
    shapes: dict[tuple[str, ...], Definition | None] = {}
    for one in definitions:
        if isinstance(one.type, Record):
            shape = _shape(one.type)
            shapes[shape] = None if shape in shapes else one
    return shapes


def _shape(record: Record) -> tuple[str, ...]:
    return tuple(sorted(field.wire_name for field in record.fields))
