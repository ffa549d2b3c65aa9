"""Queues that are bound to exchanges or subscribed to topics: what a receive on the queue really receives.

A queue is filled through its bindings, and those who send know the exchange and the routing key, not the queue. So a
receive on a bound queue has the addresses of its bindings. The queue's own name stays an address where it is its
consumers' (SQS), or where somebody sends to the queue itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import roles
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.known import ClientObject, Known
from eda_lint.link.traffic import addresses, chains
from eda_lint.link.traffic.addresses import Address
from eda_lint.link.traffic.chains import Hop
from eda_lint.link.traffic.keeping import made_at
from eda_lint.link.traffic.operations import Occurrence
from eda_lint.link.traffic.readings import Reading, resolve_symbols, row_of

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


@dataclass(frozen=True, slots=True)
class Binding:
    """One `queue_bind`, `queue.bind` or `subscribe`, read in one activation."""

    hop: Hop
    system: str
    """The system of what the queue is bound to."""
    queues: frozenset[str]
    """Names of the queue, as displayed and as defaults; `""` for one that the server names."""
    queue: Known | None
    """The queue's object, if it is bound by a method of it."""
    addresses: tuple[Address, ...]


class Bindings:
    """The bindings of all active units."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        names = _bind_names(ev)
        self._hops = [
            Hop(unit, call)
            for unit in ev.world.active_units()
            for call in sorted({c for n in names & unit.calls_by_name.keys() for c in unit.calls_by_name[n]})
        ]
        self._everywhere = [b for hop in self._hops for b in self._read(hop, None)]

    def of(self, occurrence: Occurrence, reading: Reading, frame: Frame | None) -> list[Binding]:
        """The bindings of the queue that a receive reads, those made beside it in the same activation first."""
        if not self._hops:
            return []
        end = occurrence.chain[-1]
        beside = [b for hop in self._hops if _beside(hop, end) for b in self._read(hop, frame)]
        same = [b for b in beside if b.queue is not None and b.queue is reading.receiver]
        found = same or [b for b in beside if self._means(b, reading)]
        return found or [b for b in self._everywhere if self._means(b, reading) and self._reachable(b, end, reading)]

    def _read(self, hop: Hop, frame: Frame | None) -> list[Binding]:
        ev = self._ev
        found: list[Binding] = []
        for callee in chains.catalogued(ev, hop, frame, outermost=False):
            given = ev.arguments(hop.unit, hop.call, frame)
            told = row_of(ev, callee, given)
            if told is None or told[0].action != "bind":
                continue
            row, _, type_ref, receiver = told
            queue, exchange, key = (
                resolve_symbols(ev, roles.role(ev, role, row, given, receiver), frozenset())
                for role in ("channel", "exchange", "routing_key")
            )
            to = addresses.of_knowns(ev, exchange) if exchange else []
            if "routing_key" in row.roles:
                to = addresses.with_exchange(to, addresses.of_knowns(ev, key))
            to = [a for a in to if a.names_something and not a.symbols]
            if to and type_ref is not None:
                names = _names(addresses.of_knowns(ev, queue)) if queue else {""}
                found.append(
                    Binding(
                        hop, ev.world.catalog.system(type_ref), frozenset(names), _queue_object(receiver), tuple(to)
                    )
                )
        return found

    def _means(self, binding: Binding, reading: Reading) -> bool:
        if "" in binding.queues and binding.queue is not None:
            return _same(binding.queue, reading.receiver)
        return bool(binding.queues & queue_names(reading))

    def _reachable(self, binding: Binding, end: Hop, reading: Reading) -> bool:
        """A queue named by the server is known only near where it was declared."""
        if "" not in binding.queues or (binding.queue is not None and _same(binding.queue, reading.receiver)):
            return True
        hop = binding.hop
        return hop.unit is end.unit and hop.unit.enclosing_class(hop.function) == end.unit.enclosing_class(end.function)


def queue_names(reading: Reading) -> set[str]:
    """The names of the queue that a receive reads; `""` where the server names it."""
    found = _names([a for a in reading.addresses if not any(p.kind == "exchange" for p in a.parts)])
    if any(a.text is None and a.reason_code == "not-given" for a in reading.addresses):
        found.add("")
    return found


def _names(found: list[Address]) -> set[str]:
    return {name for a in found if a.text is not None for name in (a.text, a.default) if name is not None}


def _queue_object(receiver: Known | None) -> Known | None:
    """The queue, where the binding is a method of it; a channel or client binds queues by name."""
    return receiver if isinstance(receiver, ClientObject) and receiver.type.type.endswith("queue") else None


def _same(queue: Known, receiver: Known | None) -> bool:
    """Whether two objects were made by one call, in whatever activation."""
    return queue is receiver or (made_at(queue) is not None and made_at(queue) == made_at(receiver))


def _beside(hop: Hop, end: Hop) -> bool:
    return hop.unit is end.unit and hop.function == end.function


def _bind_names(ev: Evaluator) -> set[str]:
    """Names of the methods that bind."""
    return {
        name
        for library in ev.world.catalog.libraries.values()
        for type_ in library.types.values()
        for row in type_.methods
        if row.action == "bind"
        for name in (row.name, *row.names)
    }
