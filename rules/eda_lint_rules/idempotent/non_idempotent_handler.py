"""EDA301: a handler that does more when its message comes twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.finding import Finding, Note, Severity
from eda_lint.model.topology import Confidence, Effect, Handler, Project
from eda_lint_rules.activity_flow import function_of
from eda_lint_rules.evidence import channels_of, handled, handler_steps, short, where
from eda_lint_rules.redelivery import reason, repeats

_STORED = ("increment", "append", "insert")
"""Writes that a repetition adds to, worst first."""
_HARM = {
    "charge": "charges twice",
    "send": "sends twice",
    "http": "makes the request twice",
    "publish": "publishes two events that no reader can tell to be one",
    "increment": "counts twice",
    "append": "appends twice",
    "insert": "stores two records",
}
_ASKING = re.compile(
    r"token|oauth|login|auth\b|search|query|graphql|predict|inference|validate|lookup|rpc", re.IGNORECASE
)
"""Addresses of requests that only ask, though they post."""


@dataclass(frozen=True, slots=True)
class _Repeated:
    """An effect that happens again for a duplicate, seen from one handler."""

    handler: Handler
    effect: Effect


@dataclass(frozen=True)
class NonIdempotentHandler:
    """A handler with an effect that a second delivery of the same message repeats.

    Hohpe and Woolf, Idempotent Receiver; microservices.io, Idempotent Consumer. Only what is proven is reported: a
    handler with a call that is given the message and could not be followed is left alone, as is an effect behind any
    test that may stop a duplicate.
    """

    code: ClassVar[str] = "EDA301"
    name: ClassVar[str] = "non-idempotent-handler"
    summary: ClassVar[str] = "Handler that charges, sends, counts or stores again when its message comes twice"
    severity: ClassVar[Severity] = "warning"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each call that sends, charges or posts, and one for all that a handler stores; code that
        several handlers share is reported once."""
        groups: dict[tuple[str, ...], list[_Repeated]] = defaultdict(list)
        for handler in project.handlers:
            if not handler.in_test and _proven(handler) and repeats(project, handler) is not None:
                _collect(handler, groups)
        seen: set[tuple[object, str]] = set()
        for repeated in groups.values():
            first = min(repeated, key=_worst_first)
            # The same line, reached by another handler through another function.
            if (first.effect.place, first.effect.kind) not in seen:
                seen.add((first.effect.place, first.effect.kind))
                yield _finding(project, first, repeated)


def _proven(handler: Handler) -> bool:
    """Whether every call that is given the message was followed: one that was not may keep track of duplicates."""
    return not any(call.receives_message for call in handler.activity.unresolved)


def _collect(handler: Handler, groups: dict[tuple[str, ...], list[_Repeated]]) -> None:
    for effect in handler.activity.effects:
        if not effect.durable or effect.guards or not _adds(effect):
            continue
        place = effect.place
        shared = (effect.kind, place.file, str(place.line), str(place.column))
        key = ("stored", handler.id) if effect.kind in _STORED else shared
        groups[key].append(_Repeated(handler, effect))


def _adds(effect: Effect) -> bool:
    """Whether doing it again is more than doing it once."""
    match effect.kind:
        case "charge" | "send" | "increment" | "append":
            return True
        case "insert":
            # With a key made of the message a repetition fails instead; with an unknown one nothing is proven.
            return not (effect.unique or effect.conflict_handled) and effect.key in ("fresh", "none")
        case "publish":
            return effect.key == "fresh"
        case "http":
            return effect.method in ("POST", "PATCH") and not _ASKING.search(effect.url or effect.target)
        case _:
            return False


def _confidence(effect: Effect) -> Confidence:
    """A request whose answer is read may be a question, whatever its method."""
    if effect.kind != "http" or not (effect.result_fields or effect.result_decides):
        return "proven"
    return "possible" if effect.result_fields else "likely"


def _worst_first(repeated: _Repeated) -> tuple[int, int, object, str]:
    kind = repeated.effect.kind
    rank = _STORED.index(kind) if kind in _STORED else 0
    return rank, len(repeated.effect.via), repeated.effect.place, repeated.handler.id


def _finding(project: Project, first: _Repeated, all_of_it: list[_Repeated]) -> Finding:
    effect, handler = first.effect, first.handler
    again = repeats(project, handler)
    others = sorted({one.effect.place: one for one in all_of_it if one.effect.place != effect.place}.items())
    handlers = sorted({one.handler.id: one.handler for one in all_of_it if one.handler.id != handler.id}.items())
    notes = list(handler_steps(project, handler, effect, f"`{effect.call}` {_HARM[effect.kind]}"))
    notes += [Note(place, f"`{one.effect.call}` {_HARM[one.effect.kind]} as well") for place, one in others]
    notes += [Note(one.place, f"`{short(id)}` does it too") for id, one in handlers]
    return Finding(
        code=NonIdempotentHandler.code,
        name=NonIdempotentHandler.name,
        message=_message(project, first, again=bool(again)),
        place=effect.place,
        confidence=_confidence(effect),
        mend=_mend(effect),
        notes=tuple(dict.fromkeys(notes)),
        services=tuple(sorted({one.handler.service for one in all_of_it})),
        channels=channels_of(project, handler),
        symbol=function_of(handler.activity, effect),
        shape=f"{effect.kind}:{effect.call}",
        at_most=None if again else "info",
    )


def _message(project: Project, repeated: _Repeated, *, again: bool) -> str:
    effect, handler = repeated.effect, repeated.handler
    first = (
        f"Handling {handled(project, handler, effect)} twice {_HARM[effect.kind]}: `{effect.call}` ({where(effect)}) "
        f"{'is given no key' if effect.kind in ('charge', 'http') else 'has no key'} made of the message, and nothing "
        "before it records that the message was handled."
    )
    if not again:
        return f"{first} This consumer gets a message at most once, but its producers may send it twice."
    return f"{first} {reason(project, handler)}."


def _mend(effect: Effect) -> str:
    match effect.kind:
        case "charge":
            return f"pass `{effect.call}` an idempotency key made of the message's id"
        case "http":
            return "send an `Idempotency-Key` header made of the message's id, or PUT to an address made of it"
        case "send":
            return (
                f"insert the message's id, unique there, into a table before `{effect.call}`, and stop if it is there"
            )
        case "publish":
            return "make the new event's id of the handled one's (`uuid5(NAMESPACE_URL, message_id)`)"
        case "insert":
            return (
                f"give {_table(effect)} a unique column made of the message's id, and take the duplicate for done "
                "(`ON CONFLICT DO NOTHING`, `get_or_create`, or the caught integrity error)"
            )
        case _:
            return (
                "insert the message's id into a table where it is unique, in the same transaction, and stop if it is "
                "there; or store the message's own value instead of adding to the old one"
            )


def _table(effect: Effect) -> str:
    return f"`{effect.target}`" if effect.target else "the table"
