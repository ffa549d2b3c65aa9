"""Where an activity changes a database and tells others, and how the two lie to each other in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from eda_lint.model.topology import Activity, Effect, Handler, Operation, Place, Project
from eda_lint_rules.activity_flow import commit_of, durable_writes, exclusive, function_of, precedes
from eda_lint_rules.redelivery import repeats

Form = Literal["inside", "before", "after", "hook"]
"""inside: in the transaction of the write; before: sent before the write; after: sent after the commit; hook: sent in
a hook that runs after the commit."""
_RANK: tuple[Form, ...] = ("inside", "before", "after", "hook")
_NO_RECORD = frozenset({"python", "google-cloud-storage", "redis", "elasticsearch", "opensearch-py"})
"""Libraries whose stores are files, caches and indexes: copies of a record, or what a message points to."""
_HOPS = 4
"""Longest chain of in-process handlers that is followed inside a transaction."""


@dataclass(frozen=True, slots=True)
class Told:
    """A send that tells of a change without being one step with it."""

    form: Form
    activity: Activity
    publish: Effect
    write: Effect
    handler: Handler | None = None
    opened: Place | None = None
    """Where the transaction is opened, if it is."""
    committed: Effect | None = None
    inner: Activity | None = None
    """The activity of the in-process handler that sends, if it is not the one that writes."""
    outer: Effect | None = None
    """The in-process send in `activity` through which `inner` runs."""

    @property
    def function(self) -> str:
        """The function that sends."""
        return function_of(self.inner or self.activity, self.publish)

    @property
    def rank(self) -> tuple[int, int, str]:
        """Gravest first, then nearest, then by name."""
        return _RANK.index(self.form), len(self.publish.via), self.activity.function


def told(project: Project, operations: Mapping[str, Operation], is_outbox: Callable[[Effect], bool]) -> Iterator[Told]:
    """All dual writes of all activities, each send as often as it is reached."""
    reached = _Reached(project, operations)
    for activity, handler in _activities(project):
        writes = [write for write in durable_writes(activity) if write.library not in _NO_RECORD]
        # Who fills an outbox has a relay that publishes; what is sent here as well only makes it quick.
        if not writes or any(is_outbox(write) for write in writes):
            continue
        for publish in activity.effects:
            if publish.kind not in ("publish", "enqueue"):
                continue
            found = _told(project, activity, publish, writes, handler)
            if found is not None:
                yield found
                if found.form == "inside":
                    yield from reached.through(found)


def _activities(project: Project) -> Iterator[tuple[Activity, Handler | None]]:
    for handler in project.handlers:
        if not handler.in_test:
            yield handler.activity, handler
    for activity in project.activities:
        if not activity.in_test:
            yield activity, None


def _told(
    project: Project, activity: Activity, publish: Effect, writes: list[Effect], handler: Handler | None
) -> Told | None:
    if publish.after_commit:
        write = next((one for one in writes if not one.after_commit and not exclusive(one, publish)), None)
        return None if write is None else Told("hook", activity, publish, write, handler)
    inside = _inside(activity, publish, writes)
    if inside is not None:
        return replace(inside, handler=handler)
    if publish.kind == "enqueue":
        # A task that is enqueued after the commit is what every guide to task queues asks for.
        return None
    if any(arm.kind == "deferred" for arm in publish.path) or _repeated(project, publish, handler):
        return _before(activity, publish, writes, handler)
    return _after(activity, publish, writes, handler) or _before(activity, publish, writes, handler)


def _inside(activity: Activity, publish: Effect, writes: list[Effect]) -> Told | None:
    """Whether the send stands in the transaction of a write."""
    if activity.transactional and not any(arm.kind == "deferred" for arm in publish.path):
        own = _in_one_run([one for one in writes if not one.after_commit], publish)
        if own:
            return Told("inside", activity, publish, own[0], opened=activity.transaction_evidence)
    if publish.transaction is None:
        return None
    own = _in_one_run([one for one in writes if one.transaction == publish.transaction], publish)
    if not own:
        return None
    begins = (one for one in activity.effects if one.kind == "begin" and one.transaction == publish.transaction)
    begin = next(begins, None)
    commit = commit_of(activity, publish)
    if begin is None and commit is None:
        # A session begins by itself with its first statement; who ends it is not seen, so it may be over by then.
        return None
    if begin is not None:
        return Told("inside", activity, publish, own[0], opened=begin.place)
    return Told("inside", activity, publish, own[0], committed=commit)


def _in_one_run(writes: list[Effect], publish: Effect) -> list[Effect]:
    """The writes that a run which sends makes as well, the one that the send tells of first: the nearest in the code,
    rather before it than behind it."""
    own = [
        one for one in writes if not exclusive(one, publish) and (one.order < publish.order or precedes(publish, one))
    ]
    if not own or _polls(publish, own):
        return []
    return sorted(own, key=lambda one: (-_shared(one, publish), one.order > publish.order, len(one.via), -one.order))


def _shared(one: Effect, other: Effect) -> int:
    """How many calls on the way to them two effects have in common."""
    ways = zip(one.via, other.via, strict=False)
    return next(
        (depth for depth, (first, second) in enumerate(ways) if first != second), min(len(one.via), len(other.via))
    )


def _polls(publish: Effect, writes: list[Effect]) -> bool:
    """Whether rows are sent one by one and only marked then: a polling publisher, whose table is its outbox."""
    loops = {arm.id for arm in publish.path if arm.kind == "loop"}
    return bool(loops) and all(
        write.order > publish.order and write.kind in ("set", "conditional", "delete", "upsert") for write in writes
    )


def _repeated(project: Project, publish: Effect, handler: Handler | None) -> bool:
    """Whether a lost send is made up for by the redelivery of the message that is being handled: it comes again, and
    nothing on the way to the send asks whether it was done before."""
    if handler is None or publish.guards or not repeats(project, handler):
        return False
    settled = [one for one in handler.activity.effects if one.kind == "settle" and one.settle not in ("nack", "reject")]
    return not any(precedes(one, publish) for one in settled)


def _after(activity: Activity, publish: Effect, writes: list[Effect], handler: Handler | None) -> Told | None:
    """Whether a write is permanent before the send."""
    for write in reversed(writes):
        if write.kind == "append" or not precedes(write, publish) or write.after_commit:
            continue
        commit = commit_of(activity, write)
        if commit is not None and precedes(commit, publish):
            return Told("after", activity, publish, write, handler, committed=commit)
        if write.transaction is None and not activity.transactional:
            return Told("after", activity, publish, write, handler)
    return None


def _before(activity: Activity, publish: Effect, writes: list[Effect], handler: Handler | None) -> Told | None:
    """Whether a record is only made after the send about it. (What only marks a record as sent may come later.) A send
    that has a change behind it tells of that one, and what is stored then is something else: an audit, a log."""
    if handler is not None or any(one.order < publish.order and not exclusive(one, publish) for one in writes):
        return None
    for write in writes:
        if write.kind == "insert" and precedes(publish, write) and _always(write, publish):
            commit = commit_of(activity, write)
            if commit is not None:
                return Told("before", activity, publish, write, handler, committed=commit)
    return None


def _always(write: Effect, publish: Effect) -> bool:
    """Whether a run that sends also comes to a later write: it stands in no branch and no loop of its own."""
    around = {(arm.id, arm.kind, arm.arm) for arm in publish.path}
    return all((arm.id, arm.kind, arm.arm) in around or arm.kind in ("try", "with", "finally") for arm in write.path)


class _Reached:
    """What runs when something is sent in process: its handlers, inside the sender's transaction."""

    def __init__(self, project: Project, operations: Mapping[str, Operation]) -> None:
        self._project = project
        self._operations = operations
        self._in_process = [
            one
            for one in project.operations
            if one.action == "receive" and one.kind == "inproc" and one.channel is None
        ]
        self._handlers: dict[str, list[Handler]] = {}
        for handler in project.handlers:
            for received in handler.receives:
                self._handlers.setdefault(received, []).append(handler)

    def through(self, found: Told) -> Iterator[Told]:
        """Sends of the handlers that an in-process send inside a transaction runs, to any of a few hops."""
        seen: set[str] = set()
        waiting = [(found.publish, 0)]
        while waiting:
            publish, hops = waiting.pop()
            for handler in self._run_by(publish):
                if handler.id in seen or hops >= _HOPS:
                    continue
                seen.add(handler.id)
                for effect in handler.activity.effects:
                    if effect.kind in ("publish", "enqueue") and not effect.after_commit:
                        waiting.append((effect, hops + 1))
                        yield replace(found, publish=effect, inner=handler.activity, outer=found.publish)

    def _run_by(self, publish: Effect) -> list[Handler]:
        operation = self._operations.get(publish.operation or "")
        if operation is None or operation.kind != "inproc":
            return []
        if operation.channel is not None:
            receivers = self._project.topology.receivers(operation.channel)
        else:
            # A bus of the code base's own has no names but its messages' classes.
            receivers = tuple(one for one in self._in_process if operation.message and one.message)
        return [
            handler
            for received in receivers
            if not (received.message and operation.message) or received.message == operation.message
            for handler in self._handlers.get(received.id, ())
        ]
