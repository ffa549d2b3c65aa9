"""A base class that consumes for its subclasses: one receive operation for each class of objects that run it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from eda_lint.link.evaluation import activations
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.known import ClassRef, Instance
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import consumption
from eda_lint.link.traffic.operations import Occurrence, Occurrences

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


class Handled(Protocol):
    """What a message comes to."""

    consumption: consumption.Consumption | None


def by_object(ev: Evaluator, occurrences: Occurrences, occurrence: Occurrence) -> list[Occurrence]:
    """An occurrence of a receive as each class reads it whose objects run its method (`self.topic`, `self.group`); the
    occurrence alone where that makes no difference, or where its callers are the real operations."""
    head = occurrence.chain[0]
    if occurrence.action != "receive" or len(occurrence.chain) > 1 or occurrence.wrapper:
        return [occurrence]
    if any(one.inner is occurrence for one in occurrences.found):
        return [occurrence]
    frames = by_class(activations.frames(ev, head.unit, head.function))
    if len(frames) < 2:
        return [occurrence]
    found = [one for frame in frames if (one := occurrences.in_frame(occurrence, frame)) is not None]
    return found or [occurrence]


def by_class(frames: list[Frame | None]) -> list[Frame]:
    """The first activation of each class of objects."""
    found: dict[ClassRef, Frame] = {}
    for frame in frames:
        if frame is not None and isinstance(frame.receiver, Instance):
            found.setdefault(frame.receiver.cls, frame)
    return list(found.values())


def home(unit: Unit, handler: Handled | None) -> str:
    """The file whose service an operation is part of: its own, or where a base class consumes for others, that of the
    object's class."""
    told = handler.consumption if handler is not None else None
    if told is None or told.unit is not unit or told.frame is None or not isinstance(told.frame.receiver, Instance):
        return unit.path
    return told.frame.receiver.cls.unit
