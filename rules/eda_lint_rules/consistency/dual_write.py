"""EDA601: a change that is stored and told in two steps, of which one can happen without the other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import ClassVar

from eda_lint.model.finding import Finding, Note, Severity
from eda_lint.model.topology import Confidence, Effect, Operation, Place, Project
from eda_lint_rules.consistency.dual_writes import Form, Told, told
from eda_lint_rules.evidence import activity_steps, handler_steps, short, where

_TELEMETRY = re.compile(
    r"(?:^|[._:/-])(?:metrics?|telemetry|traces?|tracing|logs?|statsd|heartbeats?|cache|invalidations?)(?:[._:/-]|$)"
)
"""Channels of which nobody misses a message."""
_LIVE = frozenset({"redis", "nats"})
"""Systems whose topics keep nothing: a message reaches whoever listens at that moment."""
_RELAY = re.compile(r"outbox|relay", re.IGNORECASE)
"""Code that publishes what an outbox holds."""
_AT_MOST: dict[Form, Severity | None] = {"inside": None, "before": "warning", "after": "warning", "hook": "info"}


@dataclass(frozen=True)
class DualWrite:
    """A change in a database and a message about it that are not one atomic step.

    microservices.io, Transactional Outbox; Kleppmann, Designing Data-Intensive Applications, on dual writes. Inside
    the transaction the message can tell of what is rolled back, or be read before the commit; after the commit it can
    get lost. A hook that runs after the commit mends the order, not the loss.
    """

    code: ClassVar[str] = "EDA601"
    name: ClassVar[str] = "dual-write"
    summary: ClassVar[str] = "Message sent inside a transaction, or after the commit without an outbox"
    severity: ClassVar[Severity] = "error"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    outbox: tuple[str, ...] = (
        "*outbox*", "*event_store*", "*eventstore*", "*stored_event*", "*domain_event*", "*domainevent*",
        "*integration_event*", "*integrationevent*", "*message_queue*", "*pending_event*", "*pending_message*",
    )  # fmt: skip
    """Tables (or models, in lower case) from which a relay publishes, as globs."""
    transactional_queues: tuple[str, ...] = ("procrastinate", "pgmq", "django-tasks", "pgqueuer", "oban")
    """Clients whose messages are rows of the same database, so that they are part of the transaction."""

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each function and change that it tells of, at the first call that sends, in its gravest
        form."""
        found: dict[Place, list[Told]] = defaultdict(list)
        for one in self._told(project):
            found[one.publish.place].append(one)
        groups: dict[tuple[str, Place, str], list[Told]] = defaultdict(list)
        for _, forms in sorted(found.items()):
            gravest = min(forms, key=lambda one: one.rank)
            groups[gravest.form, gravest.write.place, gravest.function].append(gravest)
        for first, *others in groups.values():
            yield _finding(project, first, others)

    def _told(self, project: Project) -> Iterator[Told]:
        operations = {one.id: one for one in project.operations}
        for one in told(project, operations, self._is_outbox):
            operation = operations.get(one.publish.operation or "")
            if operation is None or not self._exempt(operation, one):
                yield one

    def _exempt(self, operation: Operation, one: Told) -> bool:
        if operation.kind in ("inproc", "rpc") or operation.client in self.transactional_queues or operation.in_test:
            return True
        if operation.system in _LIVE and operation.kind == "topic" and one.form != "inside":
            # Readers of such a topic miss messages anyway, so a lost one changes nothing for them.
            return True
        if _TELEMETRY.search((operation.address or "").lower()):
            return True
        return bool(_RELAY.search(short(one.function)) or _RELAY.search(one.publish.place.file))

    def _is_outbox(self, write: Effect) -> bool:
        name = write.target.lower()
        return any(fnmatchcase(name, glob) for glob in self.outbox)


def _finding(project: Project, one: Told, others: list[Told]) -> Finding:
    publish = one.publish
    operation = next((found for found in project.operations if found.id == publish.operation), None)
    return Finding(
        code=DualWrite.code,
        name=DualWrite.name,
        message=_message(one, operation),
        place=publish.place,
        confidence=_confidence(one),
        mend=_mend(one),
        notes=_notes(project, one, others),
        services=(one.activity.service,),
        channels=(operation.channel,) if operation is not None and operation.channel else (),
        symbol=one.function,
        shape=f"{publish.kind}:{publish.call}",
        at_most=_AT_MOST[one.form],
    )


def _confidence(one: Told) -> Confidence:
    if one.form == "hook" and one.publish.kind == "enqueue":
        # The usual and recommended way with task queues: to be known, not to be mended everywhere.
        return "possible"
    return "likely" if one.form in ("before", "after") else "proven"


def _message(one: Told, operation: Operation | None) -> str:
    write = f"`{one.write.target or one.write.call}` ({where(one.write)})"
    task = one.publish.kind == "enqueue"
    name = (operation.message or operation.address) if operation is not None else None
    what = f"`{name}`" if name else "a task" if task else "a message"
    sent = f"`{one.publish.call}` {'enqueues' if task else 'sends'} {what}"
    reader = "The worker" if task else "Readers"
    match one.form:
        case "inside":
            return (
                f"{sent} inside the transaction that changes {write}. {reader} can come before the commit and find the "
                "old state, or be told of what is rolled back."
            )
        case "before":
            return (
                f"{sent} before {write} is stored. {reader} can come before the commit, and if storing fails what was "
                "told never happened."
            )
        case "hook":
            return (
                f"{sent} in a hook after the commit of {write}. The order is right, but if the process dies in "
                f"between, {'the task is never run' if task else 'nobody is told'}."
            )
        case _:
            return (
                f"{sent} after {write} is committed. If the process or the broker fails in between, the change is "
                f"stored and {'the task is never run' if task else 'nobody is told'}."
            )


def _mend(one: Told) -> str:
    outbox = "insert the message into an outbox table in the same transaction and let a relay publish it"
    if one.form in ("inside", "before") and one.publish.kind == "enqueue":
        return "enqueue after the commit (`transaction.on_commit`, `delay_on_commit`), or " + outbox
    return outbox


def _notes(project: Project, one: Told, others: list[Told]) -> tuple[Note, ...]:
    outer = one.outer or one.publish
    text = f"`{outer.call}` {'hands it on' if one.inner else 'tells of it'}"
    if one.handler is not None:
        notes = list(handler_steps(project, one.handler, outer, text))
    else:
        notes = list(activity_steps(one.activity, outer, text))
    changed = Note(one.write.place, f"`{one.write.call}` changes `{one.write.target or 'the database'}`", True)
    notes.insert(len(notes) if one.form == "before" else len(notes) - 1, changed)
    if one.inner is not None:
        notes += activity_steps(one.inner, one.publish, f"`{one.publish.call}` tells of it")
    if one.opened is not None:
        notes.append(Note(one.opened, "the transaction is opened here"))
    if one.committed is not None:
        notes.append(Note(one.committed.place, f"`{one.committed.call}` commits"))
    notes += [Note(other.publish.place, f"`{other.publish.call}` tells of it in the same way") for other in others]
    return tuple(dict.fromkeys(notes))
