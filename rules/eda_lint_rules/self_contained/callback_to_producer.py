"""EDA202: a handler that asks the producer of its event for what the event left out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.finding import Finding, Note, Severity
from eda_lint.model.topology import Arm, Effect, Handler, Operation, Place, Project
from eda_lint_rules.activity_flow import function_of
from eda_lint_rules.evidence import channels_of, handler_steps, short
from eda_lint_rules.self_contained.callbacks import Callback, callbacks

_ABSENT = re.compile(r"^not (?!in\b)[\w.\[\]'\"()]+$|^(?P<q>['\"]).*(?P=q) not in |\bis None$")
"""Tests that hold where the event does not have the field."""
_PRESENT = re.compile(r"^[\w.]+$|^[\w.]+\.get\(.*\)$|^(?P<q>['\"]).*(?P=q) in |\bis not None$")
"""Tests that hold where the event, or a copy that is kept, has it."""


@dataclass(frozen=True, slots=True)
class _Request:
    """A request that a handler makes to the service that sent its message."""

    handler: Handler
    effect: Effect
    sends: tuple[Operation, ...]
    """Where that service sends what is handled."""

    @property
    def owner(self) -> str:
        """The service that sent the message and is asked."""
        return self.sends[0].service

    @property
    def about(self) -> str:
        """The message's type, else the channel's address."""
        types = sorted({one.message for one in self.sends if one.message})
        return types[0] if len(types) == 1 else (self.sends[0].address or self.sends[0].id)


@dataclass(frozen=True)
class CallbackToProducer:
    """A handler that reads, from the service that published its event, data about what the event names.

    Fowler's event notification, where event-carried state transfer would do ("What do you mean by 'Event-Driven'?",
    2017). Whose URL it is comes from a route and a base URL, never from a name's resemblance.
    """

    code: ClassVar[str] = "EDA202"
    name: ClassVar[str] = "callback-to-producer"
    summary: ClassVar[str] = "Handler that calls the event's producer back for data that the event lacks"
    severity: ClassVar[Severity] = "warning"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each such request, with the number of handlers that do the same for this event."""
        together: dict[tuple[str, str], list[_Request]] = defaultdict(list)
        by_place: dict[Place, list[_Request]] = defaultdict(list)
        for one in _requests(project):
            together[one.owner, one.about].append(one)
            by_place[one.effect.place].append(one)
        for _, found in sorted(by_place.items()):
            first = min(found, key=lambda one: (len(one.effect.via), one.handler.id, one.about))
            yield _finding(project, first, together[first.owner, first.about])


def _requests(project: Project) -> Iterator[_Request]:
    """Each handler's requests to each service that sends what it handles."""
    found: dict[tuple[str, int, str], list[tuple[Callback, Operation]]] = defaultdict(list)
    for channel in project.topology.channels():
        for sent in project.topology.senders(channel.id):
            if sent.in_test:
                continue
            for one in callbacks(project, sent):
                if not any(_fallback(arm) for arm in one.effect.path):
                    found[one.handler.id, one.effect.order, sent.service].append((one, sent))
    for _, pairs in sorted(found.items()):
        callback = pairs[0][0]
        sends = {sent.id: sent for _, sent in pairs}.values()
        yield _Request(callback.handler, callback.effect, tuple(sorted(sends, key=lambda one: (one.place, one.id))))


def _fallback(arm: Arm) -> bool:
    """Whether the arm is taken only where the event, or a copy of the data, does not have it."""
    if arm.kind == "except":
        return True
    if arm.kind != "if":
        return False
    return bool((_PRESENT if arm.arm else _ABSENT).search(arm.test))


def _finding(project: Project, one: _Request, together: list[_Request]) -> Finding:
    handlers = sorted({other.handler.id: other for other in together}.items())
    others = [other for id, other in handlers if id != one.handler.id]
    notes = list(handler_steps(project, one.handler, one.effect, f"`{one.effect.call}` asks `{one.owner}`"))
    notes += [Note(sent.place, f"`{one.owner}` sends `{one.about}` here") for sent in one.sends]
    notes += [Note(other.effect.place, f"`{short(other.handler.id)}` asks `{one.owner}` too") for other in others]
    return Finding(
        code=CallbackToProducer.code,
        name=CallbackToProducer.name,
        message=_message(one, len(handlers)),
        place=one.effect.place,
        confidence="proven",
        mend=_mend(one, together),
        notes=tuple(dict.fromkeys(notes)),
        services=tuple(sorted({one.owner, *(other.handler.service for other in together)})),
        channels=channels_of(project, one.handler),
        symbol=function_of(one.handler.activity, one.effect),
        shape=f"{one.effect.method}:{one.effect.call}",
    )


def _message(one: _Request, count: int) -> str:
    times = "one request" if count == 1 else f"{count} requests, from {count} handlers"
    return (
        f"Handling `{one.about}` asks `{one.owner}`, which published it, for the rest: `{one.effect.call}` "
        f"({one.effect.method}). Each event costs its producer {times}; while it is down nothing is handled, and the "
        "answer is of now, not of when it happened."
    )


def _mend(one: _Request, together: list[_Request]) -> str:
    """The fields that the event lacks, by what its handlers read from the replies."""
    read = {field for other in together for field in other.effect.result_fields}
    carried = set.intersection(*({name.rpartition(".")[2] for name in sent.payload.names()} for sent in one.sends))
    lacking = sorted(read - carried)
    if lacking:
        return f"put {', '.join(f'`{field}`' for field in lacking)} into `{one.about}`"
    if read:
        return (
            f"read {', '.join(f'`{field}`' for field in sorted(read))} from `{one.about}`, which carries them already"
        )
    return f"put what the handler needs of the reply into `{one.about}`"
