"""Which definition of one schema is which of the other, in dialects that number fields (Protobuf, Thrift)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eda_lint.model.schema import Dictionary, Enumeration, Record, Reference, Schema, Sequence, Type
from eda_lint.schemas.display import type_text


@dataclass(slots=True)
class Pairs:
    """Full names of the old side → those of the new side that take their place."""

    by_name: dict[str, str] = field(default_factory=dict)
    renamed: set[str] = field(default_factory=set)
    """Those whose own name is another one now."""


def type_name(type_: Type) -> str:
    """The definition that a type refers to, or is a list or map of; empty for any other type."""
    while isinstance(type_, Sequence | Dictionary):
        type_ = type_.items if isinstance(type_, Sequence) else type_.values
    return type_.name if isinstance(type_, Reference) else ""


def pair_definitions(
    old: Schema, new: Schema, old_packages: Mapping[str, str], new_packages: Mapping[str, str]
) -> Pairs:
    """Definitions of the same full name; then those whose name differs only by package; then one that is gone and one
    that is new with the same fields, if no other has them; and what lies inside of these.

    The packages are given per definition.
    """
    pairs = Pairs()
    for name in old.definitions:
        if name in new.definitions:
            pairs.by_name[name] = name
    taken = set(pairs.by_name)
    gone = [name for name in old.definitions if name not in pairs.by_name]
    if not gone:
        return pairs
    fresh = [name for name in new.definitions if name not in taken]
    locals_ = _unique({name: _local(name, new_packages) for name in fresh})
    for name in gone:
        other = locals_.get(_local(name, old_packages))
        if other and other not in taken:
            pairs.by_name[name] = other
            taken.add(other)
    _pair_renamed(old, new, pairs, taken, [name for name in gone if name not in pairs.by_name])
    return pairs


def _pair_renamed(old: Schema, new: Schema, pairs: Pairs, taken: set[str], gone: list[str]) -> None:
    before = _unique({name: _signature(old.definitions[name].type) for name in gone})
    fresh = {n: _signature(d.type) for n, d in new.definitions.items() if n not in taken}
    after = _unique(fresh)
    found: list[str] = []
    for signature, name in before.items():
        other = after.get(signature)
        if signature and other and name.count(".") == other.count("."):
            pairs.by_name[name] = other
            found.append(name)
            taken.add(other)
    for name in gone:
        parent, _, last = name.rpartition(".")
        if name not in pairs.by_name and parent in pairs.by_name:
            inner = f"{pairs.by_name[parent]}.{last}"
            if inner in new.definitions and inner not in taken:
                pairs.by_name[name] = inner
                taken.add(inner)
    for name in found:
        parent, other = name.rpartition(".")[0], pairs.by_name[name]
        same_parent = bool(parent) and pairs.by_name.get(parent) == other.rpartition(".")[0]
        if not same_parent or name.rpartition(".")[2] != other.rpartition(".")[2]:
            pairs.renamed.add(name)


def _signature(type_: Type) -> str:
    """What two definitions of different names must share to be the same one, renamed: all fields, or all values."""
    if isinstance(type_, Record) and type_.fields:
        return "; ".join(f"{f.number} {f.name} {f.cardinality} {type_text(f.type)}" for f in type_.fields)
    if isinstance(type_, Enumeration) and len(type_.symbols) > 1:
        return "; ".join(f"{symbol.number} {symbol.name}" for symbol in type_.symbols)
    return ""


def _unique(keys: Mapping[str, str]) -> dict[str, str]:
    """Key → name, for keys that only one name has."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for name, key in keys.items():
        if key in found:
            twice.add(key)
        found[key] = name
    return {key: name for key, name in found.items() if key not in twice}


def _local(name: str, packages: Mapping[str, str]) -> str:
    package = packages.get(name, "")
    return name.removeprefix(f"{package}.") if package else name
