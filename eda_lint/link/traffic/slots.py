"""Where a registry lives: an attribute of a class, a name of a module, or a local that functions share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.known import ClassRef, Instance, ModuleRef
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

Slot = tuple[str, object, str]
"""(`attribute`, class, name), (`global`, path, name) or (`local`, path, binding as text)."""
HOPS = 4
"""Most imports that a global is followed through."""


def slots(ev: Evaluator, unit: Unit, value: int) -> frozenset[Slot]:
    """Where a mapping lives."""
    return frozenset(_slots(ev, unit, value, HOPS))


def _slots(ev: Evaluator, unit: Unit, value: int, hops: int) -> Iterator[Slot]:
    match unit.facts.values[value]:
        case v.Attribute(of=of, name=name):
            for known in ev.closed(ev.evaluate(unit, of, None)):
                match known:
                    case Instance(cls=cls) | (ClassRef() as cls):
                        yield ("attribute", holder(ev, cls, name), name)
                    case ModuleRef(path=path):
                        yield from _global(ev, path, name, hops)
                    case _:
                        continue
        case v.Name(name=name):
            yield from _global(ev, unit.path, name, hops)
        case v.Local(bindings=bindings):
            for binding in bindings:
                bound = unit.facts.bindings[binding].value
                shown = unit.facts.values[bound] if bound != NOTHING else None
                if isinstance(shown, v.Imported):
                    yield from _imported(ev, unit, shown, hops)
                elif isinstance(shown, v.Attribute | v.Name | v.Local) and hops:
                    yield from _slots(ev, unit, bound, hops - 1)
                elif isinstance(shown, v.Mapping | v.Result | v.Sequence):
                    yield ("local", unit.path, str(binding))
        case _:
            return


def _global(ev: Evaluator, path: str, name: str, hops: int) -> Iterator[Slot]:
    unit = ev.world.unit(path)
    if unit is None:
        return
    bindings = unit.globals.get(name, ())
    imports = [
        shown
        for b in bindings
        if unit.facts.bindings[b].value != NOTHING
        and isinstance(shown := unit.facts.values[unit.facts.bindings[b].value], v.Imported)
    ]
    if not imports:
        yield ("global", path, name)
    for shown in imports:
        yield from _imported(ev, unit, shown, hops)


def _imported(ev: Evaluator, unit: Unit, shown: v.Imported, hops: int) -> Iterator[Slot]:
    sources = ev.world.sources
    path = (
        sources.relative(shown.module, shown.level, unit.path)
        if shown.level
        else sources.module(shown.module, unit.path)
    )
    if path is not None and shown.name and hops:
        yield from _global(ev, path, shown.name, hops - 1)


def holder(ev: Evaluator, cls: ClassRef, name: str) -> ClassRef:
    """The class, of this one and its bases, that first has an attribute; this one if none says."""
    found = cls
    for base in ev.mro(cls):
        if isinstance(base, ClassRef):
            unit = ev.world.known_unit(base.unit)
            if name in unit.members.get(base.index, {}) or name in unit.self_writes.get(base.index, {}):
                found = base
    return found
