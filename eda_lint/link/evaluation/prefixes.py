"""What routers put before the channels of their subscribers: their own prefix, and those of what includes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eda_lint.catalog.tables import Callable, Role
from eda_lint.link.evaluation.frames import Arguments
from eda_lint.link.evaluation.known import CatalogMethod, ClientObject, External, Known, Piece

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

NESTED = 4
"""Most routers that include one another."""


def of(ev: Evaluator, receiver: Known, role: Role, nested: int = NESTED) -> list[tuple[Piece, ...]]:
    """Every prefix under which an object's channels are known, as pieces; none if it has no prefix."""
    from eda_lint.link.evaluation.roles import held

    own = [t.pieces for k in held(ev, receiver, role, 2) if (t := ev.text_of(k)) is not None and t.pieces]
    around = _including(ev, receiver, role, nested) if nested and isinstance(receiver, ClientObject) else []
    if not around:
        return own
    return [(*outer, *inner) for outer in around for inner in own or [()]]


def _including(ev: Evaluator, receiver: ClientObject, role: Role, nested: int) -> list[tuple[Piece, ...]]:
    """The prefixes that `outer.include_router(receiver, prefix=…)` puts before, with the outer's own."""
    from eda_lint.link.evaluation import roles

    found: dict[tuple[Piece, ...], None] = {}
    for name in _including_names(ev, receiver):
        for unit, call in ev.callers.calls_named(name):
            for callee in ev.callee(unit, call, None):
                given = ev.arguments(unit, call, None)
                if isinstance(callee, External):
                    router = _constructed(ev, callee, given, receiver)
                    found.update(dict.fromkeys(of(ev, router, role, nested - 1) if router is not None else ()))
                    continue
                if not isinstance(callee, CatalogMethod) or callee.receiver is receiver:
                    continue
                row = roles.chosen(ev, callee, given)
                if receiver not in roles.role(ev, "mounted", row, given, callee.receiver):
                    continue
                here = _given(ev, row, roles.role(ev, role, row, given, callee.receiver))
                for outer in of(ev, callee.receiver, role, nested - 1) or [()]:
                    found[(*outer, *here)] = None
    return list(found)


def _constructed(ev: Evaluator, made: External, given: Arguments, receiver: ClientObject) -> ClientObject | None:
    """The router that is constructed with a route among what it mounts (`KafkaRouter(handlers=[route])`)."""
    from eda_lint.link.evaluation import roles

    type_ref = ev.world.catalog.type_at(made.path)
    row = ev.world.catalog.constructor(type_ref) if type_ref is not None else None
    if row is None or "mounted" not in row.roles or receiver not in roles.role(ev, "mounted", row, given, None):
        return None
    return ev.world.interned.of(ClientObject, type_ref, given.site, row, None)


def _including_names(ev: Evaluator, receiver: ClientObject) -> list[str]:
    """Names under which something may be called that includes an object."""
    catalog = ev.world.catalog
    rows = [r for t in catalog.lineage(receiver.type) for r in t.methods if "mounted" in r.roles and not r.route]
    names = [n for r in rows for n in (r.name, *r.names) if n]
    constructor = catalog.constructor(receiver.type)
    if constructor is not None and constructor.action:
        for type_ in catalog.library(receiver.type.library).types.values():
            if type_.constructor is not None and "mounted" in type_.constructor.roles:
                names += [path.rpartition(".")[2] for path in type_.paths]
    return list(dict.fromkeys(names))


def _given(ev: Evaluator, row: Callable, knowns: tuple[Known, ...]) -> tuple[Piece, ...]:
    del row
    return next((t.pieces for k in knowns if (t := ev.text_of(k)) is not None), ())
