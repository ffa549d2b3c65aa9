"""Who handles what comes out of a receive, and what types of message its code tells apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.known import ClientObject, Known
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import arms, consumption, message_types
from eda_lint.link.traffic.chains import Hop
from eda_lint.link.traffic.keeping import made_at
from eda_lint.link.traffic.operations import Occurrence
from eda_lint.link.traffic.readings import Reading

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator
    from eda_lint.link.traffic.build import HandlerUse


class Handling:
    """Answers about handlers, each asked of its code once."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self._taken: dict[tuple[str, int, int], list[str]] = {}
        self._arms: dict[tuple[str, int, int], list[arms.Arm]] = {}
        self._consumptions = consumption.consumptions(ev)

    def types(self, use: HandlerUse) -> Sequence[str]:
        """The types of message that a handler takes, as its code says; none if it takes any, or does not say."""
        key = _key(use)
        if key not in self._taken:
            found = self._arms_of(use)
            names = self._told(use) if not any(arm.by_class for arm in found) else []
            self._taken[key] = names or [arm.name for arm in found]
        return self._taken[key]

    def handed_to(self, use: HandlerUse, message: str) -> str | None:
        """The function that a handler hands messages of a type on to."""
        functions = [a.function for a in self._arms_of(use) if a.name == message and a.function is not None]
        if not functions or (functions[0].unit, functions[0].index) == (use.unit.path, use.function):
            return None
        return self._ev.world.known_unit(functions[0].unit).symbol(functions[0].index)

    def handler_of(self, told: consumption.Consumption) -> tuple[Unit, int]:
        """The function that handles what comes out of a consumption: none that is given some types alone."""
        unit, function = consumption.handler_of(self._ev, told)
        inner = (unit.path, function)
        if (unit, function) != (told.unit, told.function) and arms.only_some(self._ev, _body(told), inner):
            return told.unit, told.function
        return unit, function

    def consumed(self, occurrence: Occurrence, reading: Reading) -> list[consumption.Consumption]:
        """The loops over, or polls of, what this operation subscribed; the operation's own call if it polls."""
        subject = reading.made if reading.made is not None else reading.receiver
        end = occurrence.chain[-1]
        own = [c for c in self._consumptions if c.unit is end.unit and c.values and _is_result(c, end.call)]
        if own and reading.made is None:
            return [c for c in own if c.frame is not None and c.frame in occurrence.frames] or own
        if not isinstance(subject, ClientObject):
            return []
        there = [c for c in self._consumptions if _made_there(c.source, end)]
        # Which of several objects it is, is for the callers of an open call to say.
        decided = not occurrence.open or all(_is_own(end, c) for c in there)
        exact = consumption.matching(self._ev, self._consumptions, subject)
        if len(occurrence.chain) == 1 and there and decided:
            return [c for c in there if c in exact] or there
        if exact or occurrence.open:
            return exact
        same = [c for c in self._consumptions if made_at(c.source) == made_at(subject)]
        return there or (same if made_at(subject) is not None else [])

    def _told(self, use: HandlerUse) -> list[str]:
        return next(filter(None, (message_types.of_body(self._ev, b) for b in self._bodies(use))), [])

    def _arms_of(self, use: HandlerUse) -> list[arms.Arm]:
        """The arms by which a handler tells types apart."""
        key = _key(use)
        if key not in self._arms:
            found = (arms.of_body(self._ev, body) for body in self._bodies(use))
            self._arms[key] = next(filter(None, found), [])
        return self._arms[key]

    def _bodies(self, use: HandlerUse) -> list[message_types.Body]:
        """The code that handles a message, from where it comes out."""
        told = use.consumption
        found = [_body(told)] if told is not None else []
        if told is None or (told.unit, told.function) != (use.unit, use.function):
            found.append(message_types.of_function(self._ev, use.unit, use.function))
        return found


def _key(use: HandlerUse) -> tuple[str, int, int]:
    return (use.unit.path, use.function, use.consumption.block if use.consumption else -1)


def _body(told: consumption.Consumption) -> message_types.Body:
    return message_types.Body(told.unit, told.function, told.seeds, told.values, told.block, told.frame)


def _made_there(source: Known, end: Hop) -> bool:
    """Whether what is consumed was made by a call, or of what it made."""
    while isinstance(source, ClientObject):
        if made_at(source) == (end.unit.path, end.call):
            return True
        if source.parent is None:
            break
        source = source.parent
    return False


def _is_own(end: Hop, told: consumption.Consumption) -> bool:
    """Whether the class whose method makes a consumer also consumes from it."""
    cls = end.unit.enclosing_class(end.function)
    return told.unit is end.unit and cls is not None and end.unit.enclosing_class(told.function) == cls


def _is_result(told: consumption.Consumption, call: int) -> bool:
    values = told.unit.facts.values
    return any(getattr(values[v], "call", -1) == call for v in told.values)
