"""The sends of a project by the place where they stand, and what is called there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from eda_lint.model.finding import Note
from eda_lint.model.topology import Delivery, Effect, Operation, Place, Project

_MOST_NOTES = 8
"""A wrapper may have hundreds of callers; the first few show what goes through it."""


@dataclass(frozen=True, slots=True)
class Send:
    """One call that sends, with every way in which it was understood: a call may have several addresses."""

    operations: tuple[Operation, ...]
    called: str
    """The call as written (`self.producer.send`), or the client's name where that is not known."""
    method: str
    """The client library's method below it, or `""`."""
    through: tuple[Operation, ...]
    """Calls of the function that this call stands in that name a channel: this call is how they send."""

    @property
    def first(self) -> Operation:
        """The operation that stands for all."""
        return self.operations[0]

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """What is known of the outcome, in each way of understanding the call."""
        return tuple(one.delivery for one in self.operations if one.delivery is not None)

    @property
    def channels(self) -> tuple[str, ...]:
        """Addresses that are sent to here."""
        own = [one.address for one in self.operations if one.address is not None]
        return tuple(dict.fromkeys(own or [one.address for one in self.through if one.address is not None]))

    @property
    def channel_ids(self) -> tuple[str, ...]:
        """Ids of the channels that are sent to here."""
        return tuple(sorted({one.channel for one in (*self.operations, *self.through) if one.channel is not None}))

    @property
    def services(self) -> tuple[str, ...]:
        """Services whose code sends here."""
        return tuple(sorted({one.service for one in (*self.operations, *self.through)}))

    @property
    def target(self) -> str:
        """The channels as a message shows them."""
        shown = [f"`{name}`" for name in self.channels[:3]]
        more = len(self.channels) - len(shown)
        return ", ".join(shown) + (f" and {more} more" if more else "") if shown else "the channel"

    def notes(self) -> tuple[Note, ...]:
        """Where the wrapper is called, or the steps from the call down to the client library."""
        steps = [Note(step.place, f"`{step.function}` sends here", step=True) for step in self.first.via]
        callers = [
            Note(one.place, f"`{one.address or one.message}` is sent through it here")
            for one in self.through[:_MOST_NOTES]
            if one.address or one.message
        ]
        return tuple(dict.fromkeys([*steps, *callers]))


def sends(project: Project) -> Iterator[Send]:
    """Every call that sends, whose outcome is known of, in order of place."""
    called = {effect.place: effect.call for effect in _publishing(project)}
    places: dict[Place, list[Operation]] = defaultdict(list)
    through: dict[Place, list[Operation]] = defaultdict(list)
    for operation in project.operations:
        if operation.action == "send":
            places[operation.place].append(operation)
            for step in operation.via:
                through[step.place].append(operation)
    for place, operations in sorted(places.items()):
        if all(one.delivery is not None for one in operations):
            text = called.get(place, "")
            yield Send(
                operations=tuple(operations),
                called=text or operations[0].client,
                method=_method(operations, called, text),
                through=tuple(sorted(_outermost(through[place]), key=lambda one: (one.place, one.id))),
            )


def every(deliveries: Sequence[Delivery], *proofs: str) -> bool:
    """Whether the outcome becomes known in one of these ways, however the call is understood."""
    return bool(deliveries) and all(one.proof in proofs for one in deliveries)


def never_sent(deliveries: Sequence[Delivery]) -> bool:
    """Whether the call only makes a coroutine that nobody awaits."""
    return bool(deliveries) and all(one.is_coroutine and not one.awaited for one in deliveries)


def _publishing(project: Project) -> Iterator[Effect]:
    for activity in chain(project.activities, (handler.activity for handler in project.handlers)):
        yield from (effect for effect in activity.effects if effect.kind in ("publish", "enqueue"))


def _method(operations: Sequence[Operation], called: dict[Place, str], own: str) -> str:
    via = operations[0].via
    text = called.get(via[-1].place, "") if via else own
    return text.rpartition(".")[2]


def _outermost(operations: Iterable[Operation]) -> Iterator[Operation]:
    """Without the wrappers' own calls: their callers are the real operations."""
    return (one for one in operations if not one.wrapper)
