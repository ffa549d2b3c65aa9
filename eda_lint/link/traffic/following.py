"""From an occurrence of an operation to the calls of the functions that it stands in: which of them are operations too.

Callers are asked while something is open, or while they may say which of several channels or types it is. A caller
is an operation of its own if it names what the inner call could not; what lies within is then a wrapper.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import taint
from eda_lint.link.evaluation.known import FunctionRef, Instance, Known
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import chains, payloads
from eda_lint.link.traffic.chains import Hop
from eda_lint.link.traffic.readings import read
from eda_lint.model import values as v

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator
    from eda_lint.link.traffic.operations import Occurrence, Occurrences

HOPS = 10
"""Longest chain of wrappers."""
CHAINS = 2_000
"""Most chains read for one catalogued call."""


class Following:
    """Follows occurrences to their callers, and adds to the occurrences those that are operations of their own."""

    def __init__(self, ev: Evaluator, occurrences: Occurrences) -> None:
        self._ev = ev
        self._occurrences = occurrences
        self._said: dict[Hop, dict[object, Occurrence]] = {}

    def follow(self, bases: list[Occurrence]) -> None:
        """Read the callers of all that is open, theirs, and so on: shortest chains first."""
        queue = deque((base, base) for base in bases)
        read_chains = dict.fromkeys(map(id, bases), 0)
        while queue:
            base, inner = queue.popleft()
            foreign = self._ev.world.sources.is_installed(inner.chain[0].unit.path)
            asked = foreign or inner.open or self._hands_parameter(inner.chain[0]) or self._chooses(inner)
            asked = asked or (not inner.texts and chains.rooted_in_parameter(inner.chain[0].unit, inner.chain[0].call))
            if not asked or len(inner.chain) >= HOPS:
                continue
            for chain in self._outer_chains(inner):
                if read_chains[id(base)] >= CHAINS:
                    break
                read_chains[id(base)] += 1
                outer = self._outer(inner, chain)
                if outer is None:
                    continue
                inner.callers += 1
                known = self._known(outer)
                if known is not None and known.reported:
                    self._mark_wrappers(inner, known)
                    continue
                outer.inner = inner
                if foreign or self._adds(outer, inner) or (self._chooses(inner) and self._narrows(outer, inner)):
                    self._occurrences.found.append(outer)
                    self._mark_wrappers(inner, outer)
                else:
                    outer.reported = False
                if known is None:
                    queue.append((base, outer))
                else:
                    known.reported = outer.reported
        for base in bases:
            if base.callers == 0 and base.open:
                self._settle_alone(base)

    def _known(self, outer: Occurrence) -> Occurrence | None:
        """The occurrence at the same head that was read to the very same by another chain (wrappers that call each
        other in a circle, or reach one call in several ways): its callers will be read to the same too."""
        said = tuple((r.row, r.system, r.source) for r in outer.readings)
        known = self._said.setdefault(outer.chain[0], {}).setdefault(said, outer)
        return None if known is outer else known

    @staticmethod
    def _mark_wrappers(inner: Occurrence | None, outer: Occurrence) -> None:
        """What lies within is a wrapper's own call, where the caller names what it could not."""
        while inner is not None:
            apart = Following._narrows(outer, inner) or bool(outer.messages - inner.messages)
            inner.wrapper = inner.wrapper or not inner.texts or apart
            inner = inner.inner

    def told_by_callers(self, occurrence: Occurrence) -> None:
        """A call through an object that its function is given, where no caller is an operation of its own: the
        channels are those of the objects that the callers hand in."""
        chain = occurrence.chain
        if occurrence.wrapper or occurrence.texts or len(chain) < 2 or not chains.rooted_in_parameter(*_called(chain)):
            return
        frames = chains.contexts(self._ev, chain, told=True)
        again = self._occurrences.read_chain(chain, frames, own=frozenset()) if frames else None
        if again is not None and again.action == occurrence.action and again.texts:
            occurrence.readings, occurrence.frames = again.readings, again.frames

    def _settle_alone(self, base: Occurrence) -> None:
        """A call in a method that nobody is seen to call is no wrapper: what its object was constructed with
        may say the channel after all."""
        for reading in base.readings:
            if not reading.bound_at_construction or any(a.names_something for a in reading.addresses):
                continue
            for frame in base.frames:
                for callee in chains.catalogued(self._ev, base.chain[-1], frame, outermost=True):
                    own = frozenset(
                        (base.chain[0].unit.path, f)
                        for f in chains.enclosing_functions(base.chain[0].unit, base.chain[0].function)
                    )
                    again = read(self._ev, base.chain[-1].unit, base.chain[-1].call, frame, callee, own)
                    if again is not None and any(a.names_something for a in again.addresses):
                        reading.addresses = again.addresses

    def _outer(self, inner: Occurrence, chain: tuple[Hop, ...]) -> Occurrence | None:
        frames = chains.contexts(self._ev, chain)
        outer = self._occurrences.read_chain(chain, frames) if frames else None
        if outer is None or outer.action != inner.action:
            return None
        return outer

    def _outer_chains(self, inner: Occurrence) -> Iterator[tuple[Hop, ...]]:
        head = inner.chain[0]
        # What is called here was handed in: whoever does that names it, and is asked for already.
        handed_in = len(inner.chain) > 1 and self._ev.callers.is_handed_in(head.unit, head.call)
        for function in chains.enclosing_functions(head.unit, head.function):
            if not handed_in:
                self._occurrences.relevant[(head.unit.path, function)] = None
            for unit, call, _ in self._ev.callers.sites(head.unit, function):
                hop = Hop(unit, call)
                if any(h.unit is unit and h.function == hop.function and hop.function > 0 for h in inner.chain):
                    continue
                if hop not in inner.chain:
                    yield (hop, *inner.chain)

    def _adds(self, outer: Occurrence, inner: Occurrence) -> bool:
        if outer.texts - inner.texts and not (inner.texts and not inner.wrapper and outer.texts <= inner.texts):
            return True
        if outer.messages - inner.messages:
            return True
        if self._handlers(outer) - self._handlers(inner):
            return True
        if (
            (outer.messages or self._handlers(outer))
            and self._hands_parameter(inner.chain[0])
            and self._told_by_argument(outer)
        ):
            return True
        bound = any(r.bound_at_construction for r in inner.readings) or any(
            r.open_address and chains.rooted_in_parameter(h.unit, h.call)
            for r in inner.readings
            for h in inner.chain[:1]
        )
        return bound and not inner.texts and self._through_object(outer.chain[0])

    def _chooses(self, occurrence: Occurrence) -> bool:
        """Whether a call has several addresses or types, and what it is given is made of its function's parameters:
        which of them it is may be for the callers to say (`publish(event.topic, …)`)."""
        if len(occurrence.texts) < 2 and len(occurrence.messages) < 2:
            return False
        hop = occurrence.chain[0]
        given = {
            p.binding
            for f in chains.enclosing_functions(hop.unit, hop.function)
            for p in hop.unit.function(f).parameters
            if not hop.unit.is_self_binding(p.binding)
        }
        made = taint.derived(hop.unit, hop.function, given)
        return any(taint.mentions(hop.unit, a.value, made) for a in hop.unit.facts.calls[hop.call].arguments)

    @staticmethod
    def _narrows(outer: Occurrence, inner: Occurrence) -> bool:
        """Whether a caller says which of several addresses or types it is."""
        texts = bool(outer.texts) and outer.texts < inner.texts
        return texts or (bool(outer.messages) and outer.messages < inner.messages and outer.texts == inner.texts)

    def _hands_parameter(self, hop: Hop) -> bool:
        """Whether a call hands on something that its function was given."""
        unit, function = hop.unit, hop.function
        if function == 0:
            return False
        given = {p.binding for f in chains.enclosing_functions(unit, function) for p in unit.function(f).parameters}
        beside = [h.call for h, _ in self._occurrences.keepers if h.unit is unit and h.function == function]
        return any(
            taint.is_form_of(unit, a.value, given)
            for call in (hop.call, *beside)
            for a in unit.facts.calls[call].arguments
        )

    def _told_by_argument(self, outer: Occurrence) -> bool:
        """Whether an argument of the call is itself what names the message or the handler, and no parameter of
        the function that makes the call."""
        hop = outer.chain[0]
        own = {
            p.binding
            for f in chains.enclosing_functions(hop.unit, hop.function)
            for p in hop.unit.function(f).parameters
        }
        own = {b for b in own if not hop.unit.is_self_binding(b)}
        handlers = self._handlers(outer)
        for argument in hop.unit.facts.calls[hop.call].arguments:
            if taint.mentions(hop.unit, argument.value, own) and isinstance(
                hop.unit.facts.values[argument.value], v.Local
            ):
                continue
            for known in self._ev.evaluate(hop.unit, argument.value, None):
                if known in handlers or set(payloads.names_of(self._ev, known)) & outer.messages:
                    return True
        return False

    def _handlers(self, occurrence: Occurrence) -> set[Known]:
        return {k for k in self._occurrences.handlers(occurrence) if isinstance(k, FunctionRef | Instance)}

    def _through_object(self, hop: Hop) -> bool:
        """Whether a call is a method call on an object other than the caller itself."""
        unit = hop.unit
        function = unit.facts.values[unit.facts.calls[hop.call].function]
        if not isinstance(function, v.Attribute):
            return False
        if unit.is_receiver(function.of, hop.function):
            return False
        base = unit.facts.values[function.of]
        if isinstance(base, v.Result) and unit.terminal(function.of) == "super":
            return False
        return any(
            isinstance(k, FunctionRef) and isinstance(k.receiver, Instance)
            for k in self._ev.callee(unit, hop.call, None)
        )


def _called(chain: tuple[Hop, ...]) -> tuple[Unit, int]:
    return chain[0].unit, chain[0].call
