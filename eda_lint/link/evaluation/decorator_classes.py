"""Classes of the code base that extend a library's decorator, which is a class itself (`rq.decorators.job`)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from eda_lint.catalog.load import Catalog
from eda_lint.link.evaluation.known import CatalogFunction, ClassRef
from eda_lint.model import values as v
from eda_lint.model.facts import Class

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


def extended(ev: Evaluator, cls: ClassRef) -> CatalogFunction | None:
    """The catalogued decorator that a class extends, at any distance; None for any other class."""
    wanted = _decorators(ev.world.catalog)
    for base in ev.mro(cls):
        if not isinstance(base, ClassRef):
            continue
        unit = ev.world.known_unit(base.unit)
        if not wanted & unit.base_names(base.index):
            continue
        for value in ev.world.class_fact(base).bases:
            if isinstance(unit.facts.values[value], v.Name | v.Local | v.Attribute):
                for known in ev.evaluate(unit, value, None):
                    if isinstance(known, CatalogFunction):
                        return known
    return None


def names(ev: Evaluator) -> set[str]:
    """Names of the classes of active files that by the spelling of their bases may be such. Evaluation confirms."""
    wanted = _decorators(ev.world.catalog)
    return {
        definition.name
        for unit in ev.world.active_units()
        for index, definition in enumerate(unit.facts.definitions)
        if isinstance(definition, Class) and definition.bases and wanted & unit.base_names(index)
    }


@functools.lru_cache(maxsize=4)
def _decorators(catalog: Catalog) -> frozenset[str]:
    rows = (row for library in catalog.libraries.values() for row in library.functions if row.decorator)
    return frozenset(path.rpartition(".")[2] for row in rows for path in row.paths)
