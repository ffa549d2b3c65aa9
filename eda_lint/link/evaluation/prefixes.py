"""What routers put before the channels of their subscribers: their own prefix, and those of what includes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eda_lint.catalog.tables import Callable, Role
from eda_lint.link.evaluation.known import CatalogMethod, ClientObject, Known, Piece

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
                if not isinstance(callee, CatalogMethod) or callee.receiver is receiver:
                    continue
                given = ev.arguments(unit, call, None)
                row = roles.chosen(ev, callee, given)
                if receiver not in roles.role(ev, "mounted", row, given, callee.receiver):
                    continue
                here = _given(ev, row, roles.role(ev, role, row, given, callee.receiver))
                for outer in of(ev, callee.receiver, role, nested - 1) or [()]:
                    found[(*outer, *here)] = None
    return list(found)


def _including_names(ev: Evaluator, receiver: ClientObject) -> list[str]:
    rows = [
        r for t in ev.world.catalog.lineage(receiver.type) for r in t.methods if "mounted" in r.roles and not r.route
    ]
    return list(dict.fromkeys(n for r in rows for n in (r.name, *r.names) if n))


def _given(ev: Evaluator, row: Callable, knowns: tuple[Known, ...]) -> tuple[Piece, ...]:
    del row
    return next((t.pieces for k in knowns if (t := ev.text_of(k)) is not None), ())
