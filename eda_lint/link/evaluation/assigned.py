"""Roles that a client's object gets by assignment: `client.on_message = handle`, `consumer.callbacks = [handle]`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.bounds import bounded
from eda_lint.link.evaluation.known import ClientObject, FunctionRef, Known, Knowns, ListOf
from eda_lint.link.evaluation.units import Unit

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


@bounded
def role(ev: Evaluator, receiver: ClientObject, name: str) -> Knowns:
    """What plays a role of an object because it was assigned to one of its attributes, in any active file."""
    names = {a for t in ev.world.catalog.lineage(receiver.type) for a, r in t.attribute_roles.items() if r == name}
    if not names:
        return ()
    found: list[Known] = []
    for unit in ev.world.active_units():
        for _, write, target in unit.attribute_writes:
            if target.name in names and _same(ev, unit, target.of, receiver):
                for known in ev.evaluate(unit, write.value, None):
                    found.extend(ev.force_all(known.items) if isinstance(known, ListOf) else (known,))
    return ev.distinct(found)


def callbacks(ev: Evaluator) -> Iterator[tuple[FunctionRef, tuple[str, ...], str]]:
    """Functions that are assigned to attributes which the library calls: with the types of what it hands them, and
    the library's name."""
    catalog = ev.world.catalog
    called = {a for library in catalog.libraries.values() for t in library.types.values() for a in t.attribute_types}
    for unit in ev.world.active_units():
        for _, write, target in unit.attribute_writes:
            if target.name not in called:
                continue
            for known in ev.closed(ev.evaluate(unit, target.of, None)):
                if isinstance(known, ClientObject):
                    types = next(
                        (
                            t.attribute_types[target.name]
                            for t in catalog.lineage(known.type)
                            if target.name in t.attribute_types
                        ),
                        (),
                    )
                    for function in ev.evaluate(unit, write.value, None) if types else ():
                        if isinstance(function, FunctionRef):
                            yield function, types, known.type.library


def _same(ev: Evaluator, unit: Unit, value: int, receiver: ClientObject) -> bool:
    """Whether a value is the object. One that the library hands to a callback is any of its type."""
    for known in ev.closed(ev.evaluate(unit, value, None)):
        if known is receiver:
            return True
        if isinstance(known, ClientObject) and known.type == receiver.type:
            if known.site is None or receiver.site is None:
                return True
            if (known.site.unit, known.site.call) == (receiver.site.unit, receiver.site.call):
                return True
    return False
