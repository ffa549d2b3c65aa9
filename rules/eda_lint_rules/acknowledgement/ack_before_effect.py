"""EDA403: a message that is acknowledged before what it is about is done."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.finding import Finding, Note, Severity
from eda_lint.model.topology import Effect, Handler, Place, Project
from eda_lint_rules.activity_flow import WRITES, changes_the_world, commit_of, function_of, precedes
from eda_lint_rules.evidence import channels_of, handled, handler_steps, receives, short, where

_TELEMETRY = re.compile(r"(?:^|[._:/-])(?:metrics?|telemetry|traces?|tracing|logs?|statsd|heartbeats?)(?:[._:/-]|$)")
"""Targets of effects that nobody misses."""


@dataclass(frozen=True, slots=True)
class _Early:
    """An acknowledgement in a handler, and the effects that can be lost after it."""

    handler: Handler
    settle: Effect
    lost: tuple[Effect, ...]


@dataclass(frozen=True)
class AckBeforeEffect:
    """A message that is acknowledged, committed or deleted before a durable effect of its handling.

    RabbitMQ's guide to consumer acknowledgements and Kafka's delivery semantics: whoever acknowledges first has
    chosen at-most-once delivery.
    """

    code: ClassVar[str] = "EDA403"
    name: ClassVar[str] = "ack-before-effect"
    summary: ClassVar[str] = "Message acknowledged before its effect, so that a failure loses it"
    severity: ClassVar[Severity] = "error"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each acknowledgement, at its call, however many handlers come behind it."""
        groups: dict[Place, list[_Early]] = defaultdict(list)
        for handler in project.handlers:
            if not handler.in_test:
                for early in _early(project, handler):
                    groups[early.settle.place].append(early)
        for _, found in sorted(groups.items()):
            yield _finding(project, sorted(found, key=lambda one: (len(one.settle.via), one.handler.id)))


def _early(project: Project, handler: Handler) -> Iterator[_Early]:
    for settle in handler.activity.effects:
        if settle.kind == "settle" and _settles_this(project, handler, settle) and not _stored(handler, settle):
            lost = tuple(_lost(handler, settle))
            if lost:
                yield _Early(handler, settle, lost)


def _settles_this(project: Project, handler: Handler, settle: Effect) -> bool:
    """Whether it is the message at hand that is acknowledged, not one that came before it."""
    if settle.settle in ("ack", "delete"):
        return settle.uses_message
    if settle.settle != "commit":
        return False
    if settle.uses_message:
        return True
    # A commit names no message: what stands before the poll commits the records of the last round.
    function = function_of(handler.activity, settle)
    polls = [one.place for one in receives(project, handler) if one.function == function]
    return not any(place.file == settle.place.file and settle.place < place for place in polls)


def _stored(handler: Handler, settle: Effect) -> bool:
    """Whether the message was put in a safe place first, from which the rest can be done again (an inbox)."""
    for effect in handler.activity.effects:
        if not (effect.durable and effect.uses_message and precedes(effect, settle)):
            continue
        if effect.kind in ("publish", "enqueue"):
            return True
        if effect.kind in ("insert", "upsert", "append"):
            commit = commit_of(handler.activity, effect)
            if commit is None or precedes(commit, settle):
                return True
    return False


def _lost(handler: Handler, settle: Effect) -> Iterator[Effect]:
    """Effects that come after the acknowledgement, or become permanent only after it."""
    for effect in handler.activity.effects:
        if not changes_the_world(effect) or _TELEMETRY.search(effect.target.lower()):
            continue
        if precedes(settle, effect):
            yield effect
        elif effect.kind in WRITES and effect.order < settle.order and precedes(effect, settle):
            commit = commit_of(handler.activity, effect)
            if commit is not None and precedes(settle, commit):
                yield effect


def _finding(project: Project, found: list[_Early]) -> Finding:
    first = found[0]
    settle, handler = first.settle, first.handler
    lost = next((effect for effect in first.lost if effect.uses_message), first.lost[0])
    commit = commit_of(handler.activity, lost) if lost.order < settle.order else None
    late = commit or lost
    notes = list(handler_steps(project, handler, settle, f"`{settle.call}` tells the broker that it is done"))
    notes += [Note(step.place, f"calls `{short(step.function)}`", True) for step in late.via]
    notes.append(Note(late.place, f"`{late.call}` has yet to happen", True))
    others = {effect.place: effect for one in found for effect in one.lost if effect.place != late.place}
    notes += [Note(place, f"`{effect.call}` is lost as well") for place, effect in sorted(others.items())]
    sure = any(effect.uses_message for effect in first.lost)
    return Finding(
        code=AckBeforeEffect.code,
        name=AckBeforeEffect.name,
        message=_message(project, first, lost, commit),
        place=settle.place,
        confidence="proven" if sure else "likely",
        mend=f"call `{settle.call}` after `{late.call}` ({where(late)})",
        notes=tuple(dict.fromkeys(notes)),
        services=tuple(sorted({one.handler.service for one in found})),
        channels=tuple(sorted({channel for one in found for channel in channels_of(project, one.handler)})),
        symbol=function_of(handler.activity, settle),
        shape=f"{settle.settle}:{settle.call}",
    )


def _message(project: Project, early: _Early, lost: Effect, commit: Effect | None) -> str:
    what = f"`{lost.call}` ({where(lost)})"
    if commit is not None:
        what += f" is committed ({where(commit)})"
    return (
        f"`{early.settle.call}` acknowledges {handled(project, early.handler, lost)} before {what}. If that fails, or "
        "the process dies in between, the message is gone and nobody does it again."
    )
