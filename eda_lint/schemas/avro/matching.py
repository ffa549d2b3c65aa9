"""What stands for what when an Avro reader meets a writer's schema: names, aliases, fields, branches of unions.

Specification: https://avro.apache.org/docs/1.12.0/specification/#schema-resolution and #aliases. Everything here is of
one reader and one writer; a comparison asks twice, with the sides exchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from eda_lint.model.schema import (
    Choice,
    Definition,
    Enumeration,
    Field,
    Fixed,
    Named,
    Record,
    Reference,
    Scalar,
    Schema,
    Type,
)
from eda_lint.schemas.avro.types import promotions, unqualified
from eda_lint.schemas.dialect import Pair


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


class Branches:
    """The branches of one reader's union, found by what a writer writes."""

    def __init__(self, branches: Sequence[Type]) -> None:
        """Each of `branches` without references to known definitions."""
        self._by_key: dict[tuple[str, str], list[int]] = {}
        self._branches = branches
        for index, one in enumerate(branches):
            for key in _reader_keys(one):
                self._by_key.setdefault(key, []).append(index)

    def candidates(self, writer: Type) -> list[int]:
        """The branches that match a writer's one: those of its full name or its very type first, then those of its
        unqualified name or an alias, then those that it is promoted to; else in the order of the union."""
        exact = _exact_key(writer)
        found = list(self._by_key.get(exact, ()))
        if isinstance(writer, Scalar):
            found.sort(key=lambda index: self._logical(index) != writer.logical)
            for kind in promotions(writer.kind):
                found += self._by_key.get(("scalar", kind), ())
        elif isinstance(writer, Named):
            loose = {
                index
                for key in (("name", unqualified(writer.name)), ("alias", writer.name))
                for index in self._by_key.get((f"{type(writer).__name__} {key[0]}", key[1]), ())
            }
            loose |= set(self._by_key.get(("undefined", unqualified(writer.name)), ()))
            found += sorted(loose - set(found))
        elif isinstance(writer, Reference):
            named = set(self._by_key.get(("named", unqualified(writer.name)), ()))
            found += sorted(named - set(found))
        return found

    def _logical(self, index: int) -> str:
        branch = self._branches[index]
        return branch.logical if isinstance(branch, Scalar) else ""


def _exact_key(type_: Type) -> tuple[str, str]:
    match type_:
        case Scalar(kind=kind):
            return "scalar", kind
        case Reference(name=name):
            return "reference", name
        case Record() | Enumeration() | Fixed():
            return f"{type(type_).__name__} full", type_.name
        case _:
            return "shape", type(type_).__name__


def _reader_keys(type_: Type) -> list[tuple[str, str]]:
    keys = [_exact_key(type_)]
    if isinstance(type_, Named):
        shape = type(type_).__name__
        keys.append((f"{shape} name", unqualified(type_.name)))
        keys += [(f"{shape} alias", alias) for alias in type_.aliases]
        keys.append(("named", unqualified(type_.name)))
    elif isinstance(type_, Reference):
        keys += [("named", unqualified(type_.name)), ("undefined", unqualified(type_.name))]
    return keys
