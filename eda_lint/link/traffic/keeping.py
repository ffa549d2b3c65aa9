"""Handlers that one call gives an object and another call receives for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import roles
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.known import CatalogMethod, ClientObject, Known, Knowns
from eda_lint.link.traffic.chains import Hop
from eda_lint.link.traffic.readings import Reading, row_of

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

MAKERS = 12
"""Longest chain of objects that made one another (`frame.filter(…).apply(…)`)."""


def made_at(known: Known | None) -> tuple[str, int] | None:
    """The call that made a client's object, whatever the activation."""
    if isinstance(known, ClientObject) and known.site is not None:
        return known.site.unit, known.site.call
    return None


def handlers(
    ev: Evaluator, keepers: Sequence[tuple[Hop, Known]], end: Hop, readings: Sequence[Reading], frame: Frame | None
) -> Knowns:
    """Handlers that another call gave the receiver of these readings of the call `end`
    (`connection.set_listener("", listener)`), or what that call made (`app.dataframe(topic).apply(handle)`)."""
    found: list[Known] = []
    receivers = {made_at(r.receiver) for r in readings} - {None}
    for hop, callee in keepers:
        if not isinstance(callee, CatalogMethod) or not isinstance(callee.receiver, ClientObject):
            continue
        beside = hop.unit is end.unit and hop.function == end.function
        received = [made_at(k) for k in _makers(callee.receiver) if k.maker is not None and k.maker.action == "receive"]
        if received and (end.unit.path, end.call) not in received:
            continue
        if not received and not beside and made_at(callee.receiver) not in receivers:
            continue
        given = ev.arguments(hop.unit, hop.call, frame if beside else None)
        told = row_of(ev, callee, given)
        if told is not None and "handler" in told[0].keeps:
            found.extend(ev.closed(roles.role(ev, "handler", told[0], given, callee.receiver)))
    return ev.distinct(found)


def _makers(known: ClientObject) -> Iterator[ClientObject]:
    """An object and those whose methods made it, nearest first."""
    current: Known | None = known
    for _ in range(MAKERS):
        if not isinstance(current, ClientObject):
            return
        yield current
        current = current.parent
