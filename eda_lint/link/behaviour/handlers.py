"""Handlers: the functions that messages come to, with all that is done from where a message comes out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from eda_lint.link.behaviour import activities
from eda_lint.link.behaviour.activity_state import Context
from eda_lint.link.evaluation import activations
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.known import ClassRef, Instance
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import payload_reads
from eda_lint.link.traffic.build import HandlerUse
from eda_lint.model.topology import Handler, Payload, PayloadField, Place

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

WAYS = 6
"""Most ways to one handler that are walked."""
NO_MESSAGE = frozenset({"channel", "ch", "context", "ctx", "_context", "client", "userdata", "consumer"})
"""Parameters by which libraries hand a handler something else than the message."""


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """How messages come to a handler: a block of a function that consumes them, or a function that is called back."""

    unit: Unit
    function: int
    seeds: frozenset[int]
    values: frozenset[int]
    block: int | None
    frame: Frame | None

    @property
    def owner(self) -> ClassRef | None:
        """The class of the object whose method it is."""
        receiver = self.frame.receiver if self.frame is not None else None
        return receiver.cls if isinstance(receiver, Instance) else None

    @property
    def key(self) -> tuple[str, int, int | None, ClassRef | None]:
        """What makes two ways the same: objects of one class differ only in what they were made with."""
        return self.unit.path, self.function, self.block, self.owner


def handler(walk: activities.Walk, id: str, use: HandlerUse) -> Handler:
    """A handler with its activity, walked anew: of several ways to it, each in an arm of its own."""
    ev = walk.ev
    found = ways(ev, use)
    number = walk.number() if len(found) > 1 else 0
    for index, way in enumerate(found):
        context = walk.arm(Context(), "case", index, "", number) if number else None
        walk.open = None
        walk.run(way.unit, way.function, set(way.seeds), way.values, block=way.block, frame=way.frame, context=context)
    first = found[0]
    service = ev.world.sources.service(_home(use, found)).name
    activity = replace(activities.told(walk, first.unit, first.function), entry="handler", service=service)
    place = use.unit.definition_place(use.function) if use.function else Place(use.unit.path, 1, 1, 1, 1)
    in_test = ev.world.sources.is_test(use.unit.path)
    return Handler(
        id=id,
        place=place,
        service=service,
        receives=tuple(dict.fromkeys(use.operations)),
        messages=tuple(use.messages),
        reads=_reads(ev, use, found),
        activity=replace(activity, in_test=in_test),
        in_test=in_test,
    )


def _home(use: HandlerUse, found: list[Way]) -> str:
    """The file whose service a handler is part of: a subclass's, where a base class handles for it."""
    owners = {way.owner.unit for way in found if way.owner is not None}
    return next(iter(owners)) if len(owners) == 1 else use.unit.path


def ways(ev: Evaluator, use: HandlerUse) -> list[Way]:
    """All ways to a handler, without repetition, at most `WAYS`."""
    found: dict[object, Way] = {}
    for one in _ways(ev, use):
        found.setdefault(one.key, one)
    return list(found.values())[:WAYS]


def _ways(ev: Evaluator, use: HandlerUse) -> Iterable[Way]:
    consumed = [c for c in use.ways if c is not None] or ([use.consumption] if use.consumption is not None else [])
    for one in consumed:
        yield Way(one.unit, one.function, one.seeds, one.values, one.block, one.frame)
    if not consumed or None in use.ways:
        seeds = parameters(ev, use.unit, use.function)
        for frame in activations.frames(ev, use.unit, use.function) if use.function else [None]:
            yield Way(use.unit, use.function, seeds, frozenset(), None, frame)


def parameters(ev: Evaluator, unit: Unit, function: int) -> frozenset[int]:
    """Bindings of the parameters of a function that hold the message."""
    if not function:
        return frozenset()
    skip = 1 if ev.is_method(unit, function) else 0
    return frozenset(
        p.binding
        for index, p in enumerate(unit.function(function).parameters)
        if index >= skip and p.name not in NO_MESSAGE and not _is_output(ev, (unit.path, function, index))
    )


def _is_output(ev: Evaluator, key: tuple[str, int, int]) -> bool:
    """Whether a parameter is handed something to send through."""
    injected = ev.world.injected.get(key)
    return injected is not None and not any(t.payload_at for t in ev.world.catalog.lineage(injected.type))


def _reads(ev: Evaluator, use: HandlerUse, found: list[Way]) -> Payload:
    """The fields read where the message comes out, and by the function that it is handed to."""
    fields: dict[str, PayloadField] = {}
    parts = [payload_reads.reads(w.unit, w.function, set(w.seeds), w.values) for w in found]
    if all((w.unit, w.function) != (use.unit, use.function) for w in found):
        parts.append(
            payload_reads.reads(use.unit, use.function, set(parameters(ev, use.unit, use.function)), frozenset())
        )
    for part in parts:
        for one in part.fields:
            known = fields.get(one.path)
            if known is None or (one.required and not known.required):
                fields[one.path] = one
    return Payload(tuple(fields.values()), open=True)
