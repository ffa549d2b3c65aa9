"""From catalogued calls to operations, and from wrappers' own calls to the calls of the wrappers.

A catalogued call is an operation once, at its own place. Where its channel, message or handler hangs on
parameters of the function it stands in, or its channel on what its object was constructed with, each call
of that function is read too, through the chain of calls between, and is an operation of its own if it names
a channel, a message or a handler that the inner call could not name, or if it sends through an object whose
channel was bound at construction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import called_objects, roles
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
from eda_lint.link.traffic import chains, dispatch, keeping
from eda_lint.link.traffic.chains import Hop
from eda_lint.link.traffic.following import Following
from eda_lint.link.traffic.readings import Owner, Reading, read

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


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
        following = Following(self.ev, self)
        following.follow(bases)
        for base in bases:
            if base.action == "receive":
                self._by_subclass(base)
        for found in self.found:
            following.told_by_callers(found)

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
        occurrence = self.read_chain((hop,), [None])
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

    def read_chain(
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
        return self.read_chain(occurrence.chain, [frame])

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

    # ------------------------------------------------------------------------------------- handlers

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
            occurrence = self.read_chain(base.chain, [frame])
            for handler in self.handlers(occurrence) if occurrence is not None else ():
                if isinstance(handler, FunctionRef) and occurrence is not None and self._own_method(handler, sub):
                    self.templates.append((self.ev.world.known_unit(handler.unit), handler.index, occurrence))

    def _own_method(self, handler: FunctionRef, cls: ClassRef) -> bool:
        unit = self.ev.world.known_unit(handler.unit)
        return handler.unit == cls.unit and unit.owner_class(handler.index) == cls.index

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
