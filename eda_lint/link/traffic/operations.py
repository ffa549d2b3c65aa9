"""From catalogued calls to operations, and from wrappers' own calls to the calls of the wrappers.

A catalogued call is an operation once, at its own place. Where its channel, message or handler hangs on
parameters of the function it stands in, or its channel on what its object was constructed with, each call
of that function is read too, through the chain of calls between, and is an operation of its own if it names
a channel, a message or a handler that the inner call could not name, or if it sends through an object whose
channel was bound at construction.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import called_objects, roles, taint
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.known import (
    CatalogFunction,
    CatalogMethod,
    ClassRef,
    ClientObject,
    FunctionRef,
    Instance,
    Known,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import chains, dispatch, keeping, payloads
from eda_lint.link.traffic.chains import Hop
from eda_lint.link.traffic.readings import Owner, Reading, read
from eda_lint.model import values as v

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

HOPS = 10
"""Longest chain of wrappers."""
CHAINS = 2_000
"""Most chains read for one catalogued call."""


@dataclass(slots=True)
class Occurrence:
    """One place of an operation: the readings of its chain of calls, all of one action.

    `chain[0]` is where it is reported, `chain[-1]` the catalogued call. `wrapper`: its own address hangs on
    parameters, so that its callers are the real operations.
    """

    action: str
    chain: tuple[Hop, ...]
    readings: list[Reading]
    frames: list[Frame | None]
    wrapper: bool = False
    reported: bool = True
    callers: int = 0
    inner: Occurrence | None = None
    """The occurrence that this one reaches through a wrapper."""
    handlers: list[Known] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether callers may know more."""
        return any(r.open_address or r.open_message or r.open_handler for r in self.readings)

    @property
    def texts(self) -> set[str]:
        """The addresses that are known."""
        return {a.text for r in self.readings for a in r.addresses if a.text is not None}

    @property
    def messages(self) -> set[str]:
        """The message types that are known."""
        return {m for r in self.readings for m in r.messages}


class Occurrences:
    """Finds the operations of all active units, in order of (path, call, chain)."""

    def __init__(self, ev: Evaluator) -> None:
        self.ev = ev
        self.found: list[Occurrence] = []
        self.relevant: dict[tuple[str, int], None] = {}
        """Functions (unit path, definition) that callers must be asked for."""
        self._said: dict[Hop, dict[object, Occurrence]] = {}
        self.settles: list[tuple[Hop, Known]] = []
        self.keepers: list[tuple[Hop, Known]] = []
        self.dispatchers: list[dispatch.Dispatcher] = []
        self.templates: list[tuple[Unit, int, Occurrence]] = []
        """Handlers of subclasses whose base class subscribes for them: (unit, function, what the base does)."""

    def run(self) -> None:
        """Scan every active unit and follow what is open to its callers."""
        self.dispatchers = dispatch.dispatchers(self.ev)
        buses = [d for d in self.dispatchers if d.registered]
        self.ev.world.dispatching = {(d.unit.path, d.call): d.row for d in buses}
        names = self._names() | {d.unit.terminal(d.unit.facts.calls[d.call].function) for d in buses}
        for unit in self.ev.world.active_units():
            for name in sorted(names & unit.calls_by_name.keys()):
                for call in unit.calls_by_name[name]:
                    if (
                        unit.terminal(unit.facts.calls[call].function) == name
                        or name not in unit.call_names(unit.facts.calls[call])[:1]
                    ):
                        self._call(Hop(unit, call))
        bases = list(self.found)
        self._follow(bases)
        for base in bases:
            if base.action == "receive":
                self._by_subclass(base)
        for found in self.found:
            self._told_by_callers(found)

    def _names(self) -> set[str]:
        """Last names under which a catalogued call with an action may be made."""
        found: set[str] = set()
        for library in self.ev.world.catalog.libraries.values():
            for type_ in library.types.values():
                for row in type_.methods:
                    if row.action or row.keeps:
                        found.update((row.name, *row.names))
                if type_.constructor is not None and type_.constructor.action:
                    found.update(path.rpartition(".")[2] for path in type_.paths)
            for row in library.functions:
                if row.action:
                    found.update(path.rpartition(".")[2] for path in row.paths)
        for path, function, index in self.ev.world.handed:
            found.add(self.ev.world.known_unit(path).function(function).parameters[index].name)
        found |= called_objects.names(self.ev)
        found.discard("")
        return found

    # ---------------------------------------------------------------------------------------- scan

    def _call(self, hop: Hop) -> None:
        ev = self.ev
        callees = chains.catalogued(ev, hop, None, outermost=True)
        if not callees:
            return
        self._in_house_decorator(hop, callees)
        occurrence = self._read((hop,), [None])
        if occurrence is None:
            if hop.function and hop.unit.enclosing_class(hop.function) is not None:
                # A channel that a base class leaves open may be given by subclasses in other files.
                self.relevant[(hop.unit.path, hop.function)] = None
            return
        row = occurrence.readings[0].row
        if row.keeps and not row.action:
            self.keepers.extend((hop, k) for k in callees)
            return
        if occurrence.action == "settle":
            self.settles.extend((hop, k) for k in callees)
            return
        if occurrence.action not in ("send", "receive", "reply"):
            return
        if row.keeps:
            self.keepers.extend((hop, k) for k in callees)
        self.found.append(occurrence)

    def _in_house_decorator(self, hop: Hop, callees: list[Known]) -> None:
        """A catalogued decorator that is applied inside a function makes that function a decorator too."""
        if hop.function == 0:
            return
        for callee in callees:
            if isinstance(callee, CatalogMethod | CatalogFunction):
                row = roles.chosen(self.ev, callee, self.ev.arguments(hop.unit, hop.call, None))
                if row.decorator and row.action:
                    for function in chains.enclosing_functions(hop.unit, hop.function):
                        self.relevant[(hop.unit.path, function)] = None

    def _read(
        self, chain: tuple[Hop, ...], frames: list[Frame | None], own: frozenset[Owner] | None = None
    ) -> Occurrence | None:
        """All readings of a chain's last call in these activations; None if nothing catalogued is called."""
        ev = self.ev
        head, end = chain[0], chain[-1]
        own = self._own(head) if own is None else own
        readings: list[Reading] = []
        for frame in frames:
            for callee in chains.catalogued(ev, end, frame, outermost=len(chain) == 1):
                reading = read(ev, end.unit, end.call, frame, callee, own)
                if reading is not None and not reading.row.decorator and self._is_operation(reading, end):
                    readings.append(reading)
        if not readings:
            return None
        action = readings[0].row.action
        readings = [r for r in readings if r.row.action == action]
        return Occurrence(action, chain, readings, list(frames))

    def in_frame(self, occurrence: Occurrence, frame: Frame) -> Occurrence | None:
        """An occurrence as it is read in one activation of the function that it stands in."""
        return self._read(occurrence.chain, [frame])

    def _own(self, head: Hop) -> frozenset[Owner]:
        """Functions whose parameters the head of a chain cannot know: its own, those it is nested in, and its
        class's constructor."""
        unit = head.unit
        own = {(unit.path, f) for f in chains.enclosing_functions(unit, head.function)}
        cls = unit.enclosing_class(head.function)
        if cls is not None:
            own |= self._constructors(self.ev.world.class_ref(unit, cls))
        if chains.rooted_in_parameter(unit, head.call):
            for callee in self.ev.callee(unit, head.call, None):
                receiver = callee.receiver if isinstance(callee, FunctionRef) else None
                if isinstance(receiver, Instance):
                    own |= self._constructors(receiver.cls)
        return frozenset(own)

    def _constructors(self, cls: ClassRef) -> set[Owner]:
        """The `__init__`s that constructing a class runs."""
        from eda_lint.link.evaluation.instances import own_init

        found: set[Owner] = set()
        for base in self.ev.mro(cls):
            if isinstance(base, ClassRef):
                init = own_init(self.ev, base)
                if init is not None:
                    found.add((base.unit, init))
        return found

    def _is_operation(self, reading: Reading, end: Hop) -> bool:
        """A construction that names no channel subscribes to nothing; a poll of a subscribed object is none."""
        row = reading.row
        if row.polls:
            return self._unsubscribed(reading)
        if reading.made is not None and row.action:
            return any(a.reason_code != "not-given" for a in reading.addresses)
        return True

    def _unsubscribed(self, reading: Reading) -> bool:
        """Whether nothing is known to have subscribed the object that is polled."""
        if not isinstance(reading.receiver, ClientObject):
            return False
        return any(a.names_something for a in reading.addresses) and reading.receiver.maker is None

    # -------------------------------------------------------------------------------------- callers

    def _follow(self, bases: list[Occurrence]) -> None:
        """Read the callers of all that is open, theirs, and so on: shortest chains first."""
        queue = deque((base, base) for base in bases)
        read_chains = dict.fromkeys(map(id, bases), 0)
        while queue:
            base, inner = queue.popleft()
            foreign = self.ev.world.sources.is_installed(inner.chain[0].unit.path)
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
                    self.found.append(outer)
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
            apart = Occurrences._narrows(outer, inner) or bool(outer.messages - inner.messages)
            inner.wrapper = inner.wrapper or not inner.texts or apart
            inner = inner.inner

    def _told_by_callers(self, occurrence: Occurrence) -> None:
        """A call through an object that its function is given, where no caller is an operation of its own: the
        channels are those of the objects that the callers hand in."""
        chain = occurrence.chain
        if occurrence.wrapper or occurrence.texts or len(chain) < 2 or not chains.rooted_in_parameter(*_called(chain)):
            return
        frames = chains.contexts(self.ev, chain, told=True)
        again = self._read(chain, frames, own=frozenset()) if frames else None
        if again is not None and again.action == occurrence.action and again.texts:
            occurrence.readings, occurrence.frames = again.readings, again.frames

    def _by_subclass(self, base: Occurrence) -> None:
        """A base class that subscribes for its subclasses: each subclass's own handler is an operation there."""
        hop = base.chain[0]
        owner = hop.unit.enclosing_class(hop.function)
        if owner is None:
            return
        cls = self.ev.world.class_ref(hop.unit, owner)
        for sub in self.ev.callers.subclasses(cls):
            instance = self.ev.world.interned.of(Instance, sub, None)
            frame = self.ev.world.frame(hop.unit.path, hop.function, {}, instance, None, None)
            occurrence = self._read(base.chain, [frame])
            for handler in self._handlers(occurrence) if occurrence is not None else ():
                if isinstance(handler, FunctionRef) and occurrence is not None and self._own_method(handler, sub):
                    self.templates.append((self.ev.world.known_unit(handler.unit), handler.index, occurrence))

    def _own_method(self, handler: FunctionRef, cls: ClassRef) -> bool:
        unit = self.ev.world.known_unit(handler.unit)
        return handler.unit == cls.unit and unit.owner_class(handler.index) == cls.index

    def _settle_alone(self, base: Occurrence) -> None:
        """A call in a method that nobody is seen to call is no wrapper: what its object was constructed with
        may say the channel after all."""
        for reading in base.readings:
            if not reading.bound_at_construction or any(a.names_something for a in reading.addresses):
                continue
            for frame in base.frames:
                for callee in chains.catalogued(self.ev, base.chain[-1], frame, outermost=True):
                    own = frozenset(
                        (base.chain[0].unit.path, f)
                        for f in chains.enclosing_functions(base.chain[0].unit, base.chain[0].function)
                    )
                    again = read(self.ev, base.chain[-1].unit, base.chain[-1].call, frame, callee, own)
                    if again is not None and any(a.names_something for a in again.addresses):
                        reading.addresses = again.addresses

    def _outer(self, inner: Occurrence, chain: tuple[Hop, ...]) -> Occurrence | None:
        frames = chains.contexts(self.ev, chain)
        outer = self._read(chain, frames) if frames else None
        if outer is None or outer.action != inner.action:
            return None
        return outer

    def _outer_chains(self, inner: Occurrence) -> Iterator[tuple[Hop, ...]]:
        head = inner.chain[0]
        # What is called here was handed in: whoever does that names it, and is asked for already.
        handed_in = len(inner.chain) > 1 and self.ev.callers.is_handed_in(head.unit, head.call)
        for function in chains.enclosing_functions(head.unit, head.function):
            if not handed_in:
                self.relevant[(head.unit.path, function)] = None
            for unit, call, _ in self.ev.callers.sites(head.unit, function):
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
        beside = [h.call for h, _ in self.keepers if h.unit is unit and h.function == function]
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
            for known in self.ev.evaluate(hop.unit, argument.value, None):
                if known in handlers or set(payloads.names_of(self.ev, known)) & outer.messages:
                    return True
        return False

    def _handlers(self, occurrence: Occurrence) -> set[Known]:
        return {k for k in self.handlers(occurrence) if isinstance(k, FunctionRef | Instance)}

    def handlers(self, occurrence: Occurrence) -> list[Known]:
        """What handles an operation's messages, as far as a call says it: this one, or one beside it."""
        found: dict[Known, None] = {}
        frames = occurrence.frames or [None]
        for index, reading in enumerate(occurrence.readings):
            frame = frames[min(index, len(frames) - 1)]
            known = reading.handlers or keeping.handlers(
                self.ev, self.keepers, occurrence.chain[-1], occurrence.readings, frame
            )
            found.update(dict.fromkeys(known))
        return list(found)

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
            for k in self.ev.callee(unit, hop.call, None)
        )


def _called(chain: tuple[Hop, ...]) -> tuple[Unit, int]:
    return chain[0].unit, chain[0].call
