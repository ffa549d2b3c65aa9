"""The operations of a project, from what the rounds found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from eda_lint.link.evaluation.known import (
    Decorated,
    FunctionRef,
    Known,
    Knowns,
    Partial,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.infrastructure.channels import Plan
from eda_lint.link.traffic import delivery, event_bus, pairing, payloads, postponed, receiving, task_routes
from eda_lint.link.traffic.addresses import Address
from eda_lint.link.traffic.bindings import Bindings, queue_names
from eda_lint.link.traffic.channels import ChannelDeclaration, join_channels, touched_outside
from eda_lint.link.traffic.consumption import Consumption
from eda_lint.link.traffic.declared import Declared
from eda_lint.link.traffic.handling import Handling
from eda_lint.link.traffic.operations import Occurrence, Occurrences
from eda_lint.link.traffic.readings import Reading, listener_method
from eda_lint.model.topology import Channel, Operation, Place, Via

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


@dataclass(slots=True)
class HandlerUse:
    """A handler's definition, with the operations that reach it."""

    unit: Unit
    function: int
    operations: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    consumption: Consumption | None = None
    ways: list[Consumption | None] = field(default_factory=list)
    """All places where a message comes out that is handled here; None for a function that is called back."""


@dataclass(slots=True)
class Built:
    """What building gives: operations, channels, handlers to be analysed, and which call an operation is of."""

    operations: list[Operation]
    channels: list[Channel]
    handlers: dict[str, HandlerUse]
    by_call: dict[tuple[str, int], list[str]]
    """(unit path, call) → ids of the operations reported there."""
    payloads: dict[str, Knowns] = field(default_factory=dict)
    """Send → what it sends."""
    postponed: frozenset[tuple[str, int]] = frozenset()
    """(unit path, call) of sends that the call only notes: they are made later."""


class Deployed(Protocol):
    """What is known of the variables in addresses (`link.runtime.deployed`)."""

    def with_defaults(self, operations: Sequence[Operation]) -> list[Operation]:
        """Operations with what their variables are given as the default."""

    def names(self, operations: Sequence[Operation]) -> dict[str, str]:
        """Operation → name of its channel, where its address does not tell."""

    def identities(self, operations: Sequence[Operation]) -> dict[str, str]:
        """Operation → the channel of a template that it means, where its name is not known."""


class Builder:
    """Turns occurrences and declarations into operations."""

    def __init__(self, ev: Evaluator, occurrences: Occurrences, declarations: Sequence[Declared]) -> None:
        self._ev = ev
        self._occurrences = occurrences
        self._declarations = declarations
        self._operations: list[Operation] = []
        self._at: dict[Place, list[Operation]] = {}
        self._handlers: dict[str, HandlerUse] = {}
        self._by_call: dict[tuple[str, int], list[str]] = {}
        self._postponed: set[tuple[str, int]] = set()
        self._payloads: dict[str, Knowns] = {}
        self._ids: dict[str, int] = {}
        self._paired: set[str] = set()
        self._bindings = Bindings(ev)
        self._fed: set[tuple[str, str]] = set()
        self._handling = Handling(ev)

    def build(self, channels: Sequence[ChannelDeclaration], deployed: Deployed, plan: Plan) -> Built:
        """All operations, in order of place. `deployed` knows the channels that variables in addresses mean, `plan`
        who else reads or feeds a channel."""
        for occurrence in self._occurrences.found:
            if occurrence.action != "receive" or not occurrence.readings[0].row.runs:
                self._occurrence(occurrence)
        for one in self._declarations:
            self._declared(one)
        for unit, function, occurrence in self._occurrences.templates:
            self._template(unit, function, occurrence)
        # Messages of one call stay in the order in which the source names them.
        self._operations.sort(key=lambda o: (o.place, o.action, o.address or ""))
        self._operations = _task_names(self._operations)
        router = task_routes.Router(self._ev, self._operations)
        self._operations = router.routed(_task_queues(router.routed(self._operations, "send")), "receive")
        self._drop(self._fed_only())
        self._operations = deployed.with_defaults(self._operations)
        joined, found = join_channels(self._operations, channels, deployed.names(self._operations))
        lonely = pairing.lonely(joined, self._paired)
        if lonely:
            self._drop(lonely)
            joined, found = join_channels(self._operations, channels, deployed.names(self._operations))
        outside = touched_outside(joined, plan, deployed.identities(joined))
        found = [replace(c, external=True) if self._fed_otherwise(c) or c.id in outside else c for c in found]
        return Built(joined, found, self._handlers, self._by_call, self._payloads, frozenset(self._postponed))

    # ---------------------------------------------------------------------------------- occurrences

    def _occurrence(self, occurrence: Occurrence) -> None:
        for one in receiving.by_object(self._ev, self._occurrences, occurrence):
            self._report(one)

    def _report(self, occurrence: Occurrence) -> None:
        head = occurrence.chain[0]
        place = head.unit.call_place(head.call)
        via = tuple(Via(hop.unit.call_place(hop.call), hop.unit.symbol(hop.function)) for hop in occurrence.chain[1:])
        handlers = self._handlers_of(occurrence) if occurrence.action == "receive" else []
        if self._ev.world.sources.is_installed(head.unit.path):
            # What an installed package does is told where it is called; where it calls back by itself, there.
            handlers = [] if occurrence.callers else handlers
        readings = self._bound(occurrence) if occurrence.action == "receive" else self._sent(occurrence)
        if occurrence.action == "send" and postponed.is_postponed(self._ev, occurrence.chain, occurrence.frames):
            self._postponed.add((head.unit.path, head.call))
        for reading in readings:
            proof = None
            if occurrence.action == "send":
                proof = delivery.of_chain(self._ev, occurrence.chain, reading)
            self._emit(
                occurrence.action,
                head.unit,
                head.function,
                place,
                reading,
                handlers,
                via,
                proof,
                occurrence.wrapper,
                head.call,
            )

    def _sent(self, occurrence: Occurrence) -> list[Reading]:
        """The readings of a send, and of what the settings make of it beside."""
        found = occurrence.readings
        path = occurrence.chain[0].unit.path
        return [*found, *event_bus.published(self._ev, found, path)] if occurrence.action == "send" else found

    def _bound(self, occurrence: Occurrence) -> list[Reading]:
        """The readings of a receive, with what its queue is bound to for addresses."""
        found: list[Reading] = []
        frames = occurrence.frames or [None]
        for index, reading in enumerate(occurrence.readings):
            told = self._bindings.of(occurrence, reading, frames[min(index, len(frames) - 1)])
            for system in dict.fromkeys(b.system for b in told):
                to = list(dict.fromkeys(a for b in told if b.system == system for a in b.addresses))
                found.append(replace(reading, addresses=to, system=system, kind="topic"))
            if told:
                self._fed.update((reading.system, name) for name in queue_names(reading))
                self._fed.update(
                    (b.system, a.text) for b in told for a in b.addresses if a.text and a.text.endswith(":")
                )
            if not told or any(a.names_something and a.text for a in reading.addresses):
                found.append(reading)
        return found

    def _fed_otherwise(self, channel: Channel) -> bool:
        """Whether a queue is filled through bindings, or a key is one of an exchange that is bound without a key: a
        fanout exchange, whose messages reach every queue whatever their key."""
        exchange, colon, _ = channel.address.partition(":")
        return (channel.system, channel.address) in self._fed or (channel.system, exchange + colon) in self._fed

    def _fed_only(self) -> set[str]:
        """Receives under a queue's own name to which nobody sends by that name: its bindings are its addresses."""
        sent = {(o.system, o.default or o.address) for o in self._operations if o.action == "send"}
        return {
            o.id
            for o in self._operations
            if o.action == "receive"
            and o.system == "rabbitmq"
            and (o.system, o.default or o.address) in self._fed - sent
            and not any(p.kind == "exchange" for p in o.parts)
        }

    def _template(self, unit: Unit, function: int, occurrence: Occurrence) -> None:
        """A subclass's handler, for which its base class subscribes."""
        hop = occurrence.chain[0]
        via = (Via(hop.unit.call_place(hop.call), hop.unit.symbol(hop.function)),)
        use = HandlerUse(unit, function)
        for reading in occurrence.readings:
            place = unit.definition_place(function)
            self._emit("receive", unit, function, place, reading, [use], via, None, False, -1 - function)

    def _emit(
        self,
        action: str,
        unit: Unit,
        function: int,
        place: Place,
        reading: Reading,
        handlers: Sequence[HandlerUse],
        via: tuple[Via, ...],
        proof: object,
        wrapper: bool,
        call: int,
    ) -> None:
        installed = self._ev.world.sources.is_installed
        if installed(unit.path):
            for use in handlers if action == "receive" else ():
                at, index = use.unit, use.function
                if not installed(at.path):
                    inner = (Via(place, unit.symbol(function)), *via)
                    home = at.definition_place(index)
                    self._emit(action, at, index, home, reading, [use], inner, proof, wrapper, -1 - index)
            return
        payload = (
            payloads.payload_of(self._ev, reading.payload) if action == "send" else payloads.payload_of(self._ev, ())
        )
        names: Sequence[HandlerUse | None] = handlers or [None]
        for address in reading.addresses or [Address(None)]:
            for handler in names:
                for message in self._messages(reading, address, handler):
                    handler_id = handler.unit.symbol(handler.function) if handler else None
                    operation = Operation(
                        id=self._id(place, action),
                        action=action,  # type: ignore[arg-type]
                        system=reading.system,
                        client=reading.library,
                        kind=reading.kind,
                        place=place,
                        function=unit.symbol(function),
                        service=self._ev.world.sources.service(receiving.home(unit, handler)).name,
                        address=address.text,
                        parts=address.parts,
                        default=address.default,
                        resolution=address.resolution,
                        reason=address.reason if address.text is None else None,
                        reason_code=address.reason_code if address.text is None else None,
                        message=message,
                        message_origin=reading.message_origin if message else "unknown",
                        handler=handler_id,
                        group=reading.group,
                        key=reading.key,  # type: ignore[arg-type]
                        auto_settle=_auto_settle(reading) if action == "receive" else None,
                        via=via,
                        payload=payload,
                        delivery=proof,  # type: ignore[arg-type]
                        in_test=self._ev.world.sources.is_test(unit.path),
                        wrapper=wrapper,
                        handed_to=self._handling.handed_to(handler, message) if handler and message else None,
                    )
                    if not self._same(operation):
                        self._keep(operation, reading, handler)
                        self._by_call.setdefault((unit.path, call), []).append(operation.id)

    def _keep(self, operation: Operation, reading: Reading, handler: HandlerUse | None) -> None:
        """Note an operation, and what it is to the channels, payloads and handlers."""
        self._operations.append(operation)
        if operation.action == "send":
            self._payloads[operation.id] = reading.payload
        self._at.setdefault(operation.place, []).append(operation)
        if reading.row.paired:
            self._paired.add(operation.id)
        if handler is not None:
            use = self._handlers.setdefault(operation.handler or "", handler)
            use.operations.append(operation.id)
            use.ways += [w for w in handler.ways or [None] if w not in use.ways]
            if operation.message is not None and operation.message not in use.messages:
                use.messages.append(operation.message)

    def _messages(self, reading: Reading, address: Address, handler: HandlerUse | None) -> Sequence[str | None]:
        """The types of messages on one address of a reading that a handler takes; `(None,)` if they are not known."""
        if handler is not None and reading.row.named_by_handler:
            return (handler.unit.facts.definitions[handler.function].name,)
        return reading.messages_on(address) or (self._handling.types(handler) if handler else ()) or (None,)

    def _drop(self, ids: set[str]) -> None:
        """Forget operations that are none after all."""
        self._operations = [o for o in self._operations if o.id not in ids]
        self._at = {place: [o for o in found if o.id not in ids] for place, found in self._at.items()}
        self._by_call = {c: kept for c, known in self._by_call.items() if (kept := [i for i in known if i not in ids])}
        for use in self._handlers.values():
            use.operations = [i for i in use.operations if i not in ids]
        self._handlers = {id: use for id, use in self._handlers.items() if use.operations}

    def _id(self, place: Place, action: str) -> str:
        base = f"{place.file}:{place.line}:{place.column}:{action}"
        count = self._ids[base] = self._ids.get(base, 0) + 1
        return base if count == 1 else f"{base}:{count}"

    def _same(self, operation: Operation) -> bool:
        """Whether it is reported already, be it by another way through the same wrapper."""
        alike = replace(operation, via=())
        return any(replace(o, id=operation.id, via=()) == alike for o in self._at.get(operation.place, ()))

    # ------------------------------------------------------------------------------------- handlers

    def _handlers_of(self, occurrence: Occurrence) -> list[HandlerUse]:
        found: dict[str, HandlerUse] = {}
        knowns = self._occurrences.handlers(occurrence)
        for known in knowns:
            use = self._use(known)
            if use is not None:
                found.setdefault(use.unit.symbol(use.function), use)
        if not knowns:
            for reading in occurrence.readings:
                for consumption in self._handling.consumed(occurrence, reading):
                    unit, function = self._handling.handler_of(consumption)
                    use = found.setdefault(unit.symbol(function), HandlerUse(unit, function, consumption=consumption))
                    use.ways.append(consumption)
        return list(found.values())

    def _use(self, known: Known) -> HandlerUse | None:
        known = listener_method(self._ev, known)
        if isinstance(known, Decorated):
            known = known.function
        if isinstance(known, Partial):
            known = known.function
        if isinstance(known, FunctionRef):
            return HandlerUse(self._ev.world.known_unit(known.unit), known.index)
        return None

    # ------------------------------------------------------------------------------------ declared

    def _declared(self, one: Declared) -> None:
        known = self._ev.world.known_unit
        uses = [HandlerUse(known(h.unit), h.index) for h in one.handlers] or [HandlerUse(one.unit, one.function)]
        reading = one.reading
        if (one.decorated is not None or reading.row.returns) and not reading.row.returned:
            reading = self._task_reading(one)
        via = tuple(Via(place, function) for place, function in one.wrappers)
        handlers = uses if one.action == "receive" else []
        self._emit(
            one.action, one.unit, one.function, one.place, reading, handlers, via, None, False, -1 - one.function
        )

    def _task_reading(self, one: Declared) -> Reading:
        """A task's type is its registered name, else the function's."""
        if not one.reading.messages and one.reading.kind in ("task", "unknown", "queue"):
            one.reading.messages = [one.unit.facts.definitions[one.function].name]
            one.reading.message_origin = "attribute"
        return one.reading


def _auto_settle(reading: Reading) -> bool | None:
    value = reading.settings.get("auto_settle")
    return None if value in (None, "unknown", "") else value in ("true", "True", "yes", "auto", "early")


def _task_names(operations: list[Operation]) -> list[Operation]:
    """A task that is sent by its automatic name, its module and function, is the one that its function's name names."""
    named = {
        (o.system, automatic): o.message
        for o in operations
        if o.kind == "task" and o.action == "receive" and o.message and (automatic := _automatic_name(o))
    }
    return [
        replace(o, message=named.get((o.system, o.message), o.message)) if o.kind == "task" and o.message else o
        for o in operations
    ]


def _automatic_name(operation: Operation) -> str | None:
    """The name that a task has where none is given: its module and its function, or the class whose method runs; None
    for one that has another."""
    module, _, qualified = operation.function.rpartition(":")
    for name in (qualified, qualified.rpartition(".")[0]):
        if name and name == operation.message:
            return f"{module}.{name}"
    return None


def _task_queues(operations: list[Operation]) -> list[Operation]:
    """A task's queue is named by its callers: receives of a task take the addresses of its sends."""
    queues: dict[tuple[str, str], list[Operation]] = {}
    for operation in operations:
        if operation.kind == "task" and operation.action == "send" and operation.message and operation.address:
            queues.setdefault((operation.system, operation.message), []).append(operation)
    found: list[Operation] = []
    for operation in operations:
        sends = queues.get((operation.system, operation.message or ""), ())
        if operation.kind != "task" or operation.action != "receive" or operation.address or not sends:
            found.append(operation)
            continue
        for index, send in enumerate({s.address: s for s in sends}.values()):
            told = replace(
                operation, address=send.address, parts=send.parts, default=send.default, resolution=send.resolution,
                reason=None, reason_code=None, id=operation.id if not index else f"{operation.id}:q{index}",
            )  # fmt: skip
            found.append(told)
    return found
