"""Calls that say by their keywords whose they are, where the object is not known.

Clients of generated services take keyword arguments alone, in the service's own spelling: a `receive_message` with a
`QueueUrl`, a `publish` with a `TopicArn`. That is told by no other code, whatever hands the client around.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from eda_lint.catalog.load import Catalog, TypeRef
from eda_lint.catalog.read import names_of
from eda_lint.catalog.tables import Callable, Source
from eda_lint.link.evaluation.known import CatalogMethod, ClientObject, Known, Unknown
from eda_lint.link.evaluation.units import Unit

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator
    from eda_lint.link.evaluation.world import World


@functools.lru_cache(maxsize=4)
def table(catalog: Catalog) -> dict[str, list[tuple[frozenset[str], frozenset[str], TypeRef]]]:
    """Method name → (keywords that must be given, all keywords, type) of the methods that take such keywords alone."""
    found: dict[str, list[tuple[frozenset[str], frozenset[str], TypeRef]]] = {}
    for library in catalog.libraries.values():
        for key, type_ in library.types.items():
            for row in type_.methods:
                told = _keywords(catalog, row)
                for name in names_of(row) if told is not None else ():
                    found.setdefault(name, []).append((*told, TypeRef(library.name, key)))  # type: ignore[misc]
    return found


def _keywords(catalog: Catalog, row: Callable) -> tuple[frozenset[str], frozenset[str]] | None:
    parameters = catalog.parameters(row)
    if not parameters or not row.action or any(p.kind != "keyword" for p in parameters):
        return None
    if not all(p.name[0].isupper() for p in parameters):
        return None
    required = {p.name for p in parameters if not p.has_default}
    return frozenset(required | _channel(row)), frozenset(p.name for p in parameters)


def _channel(row: Callable) -> set[str]:
    """The parameter that names the channel: it must be given even where the service has a default for it."""
    sources = row.roles.get("channel", ())
    first = sources if isinstance(sources, Source) else sources[0] if sources else None
    return {first.param} if first is not None and first.param is not None else set()


def files(world: World) -> list[str]:
    """Files that hold such a call, whatever they import."""
    found: dict[str, None] = {}
    for name, rows in sorted(table(world.catalog).items()):
        for required, _, _ in rows:
            found.update(dict.fromkeys(world.sources.mentions(name, *sorted(required)[:2])))
    return sorted(found)


def method(ev: Evaluator, unit: Unit, call: int, callees: Sequence[Known]) -> Known | None:
    """The method that a call of something unknown means by its keywords."""
    if any(not isinstance(k, Unknown) for k in callees):
        return None
    fact = unit.facts.calls[call]
    rows = table(ev.world.catalog).get(unit.terminal(fact.function), ())
    given = {a.name for a in fact.arguments}
    if not rows or "" in given:
        return None
    for required, names, type_ref in rows:
        if required <= given <= names:
            client = ev.world.interned.of(ClientObject, type_ref, None, None, None)
            return ev.world.interned.of(CatalogMethod, client, type_ref, unit.terminal(fact.function))
    return None
