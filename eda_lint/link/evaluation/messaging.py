"""Which catalogued types have to do with messages: those that send or receive, and those that lead to one."""

from __future__ import annotations

from collections.abc import Iterator

from eda_lint.catalog.load import Catalog, TypeRef
from eda_lint.catalog.tables import Callable, Library, Type


def messaging_types(catalog: Catalog) -> frozenset[TypeRef]:
    """Types with a method that sends, receives or settles, and types whose methods or attributes give one."""
    found: set[TypeRef] = set()
    leads: dict[TypeRef, set[TypeRef]] = {}
    for library in catalog.libraries.values():
        for key in library.types:
            ref = TypeRef(library.name, key)
            rows = [row for type_ in catalog.lineage(ref) for row in rows_of(type_)]
            if any(row.action for row in rows):
                found.add(ref)
            leads[ref] = {t for type_ in catalog.lineage(ref) for t in _leads_to(catalog, library, type_)}
    growing = True
    while growing:
        grown = {ref for ref, to in leads.items() if ref not in found and to & found}
        found |= grown
        growing = bool(grown)
    return frozenset(found)


def makers(catalog: Catalog, types: frozenset[TypeRef]) -> frozenset[str]:
    """Last names of the classes, methods and functions that give a value of one of these types."""
    found: set[str] = set()
    for library in catalog.libraries.values():
        for key, type_ in library.types.items():
            if TypeRef(library.name, key) in types:
                found.update(path.rpartition(".")[2] for path in type_.paths)
            for row in type_.methods:
                if any(t in types for t in _given(catalog, library, row)):
                    found.update((row.name, *row.names))
        for row in library.functions:
            if row.action or any(t in types for t in _given(catalog, library, row)):
                found.update(path.rpartition(".")[2] for path in row.paths)
    return frozenset(found - {""})


def rows_of(type_: Type) -> Iterator[Callable]:
    """The callables of a type's own table."""
    yield from type_.methods
    yield from type_.overrides
    if type_.constructor is not None:
        yield type_.constructor


def _given(catalog: Catalog, library: Library, row: Callable) -> Iterator[TypeRef]:
    names = [row.returns, row.record, *(t for types in row.returns_by.values() for t in types.values())]
    for name in names:
        if name:
            yield catalog.resolve(library.name, name)


def _leads_to(catalog: Catalog, library: Library, type_: Type) -> Iterator[TypeRef]:
    for row in rows_of(type_):
        yield from _given(catalog, library, row)
    for name in (*type_.attributes.values(), type_.iterates, type_.enters, type_.item):
        if name:
            yield catalog.resolve(library.name, name)
