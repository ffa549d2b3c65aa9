"""The path of evidence of a finding about an activity: receive site, handler, calls, effect."""

from __future__ import annotations

from collections.abc import Iterator

from eda_lint.model.finding import Note
from eda_lint.model.topology import Activity, Effect, Handler, Operation, Project


def handler_steps(project: Project, handler: Handler, effect: Effect, text: str) -> tuple[Note, ...]:
    """From where the message comes in to the effect; `text` says what happens there."""
    return _distinct([*_received(project, handler), *_steps(effect, text)])


def activity_steps(activity: Activity, effect: Effect, text: str) -> tuple[Note, ...]:
    """From a function's beginning to an effect of it; `text` says what happens there."""
    return _distinct([Note(activity.place, f"`{short(activity.function)}` runs", True), *_steps(effect, text)])


def receives(project: Project, handler: Handler) -> tuple[Operation, ...]:
    """The receive operations that reach a handler, in order of place."""
    wanted = set(handler.receives)
    found = [operation for operation in project.operations if operation.id in wanted]
    return tuple(sorted(found, key=lambda operation: (operation.place, operation.id)))


def handled(project: Project, handler: Handler) -> str:
    """What a handler handles, for a sentence: its message types, else the channels it reads."""
    if handler.messages:
        return " or ".join(f"`{name}`" for name in sorted(handler.messages)[:3])
    addresses = sorted({operation.address for operation in receives(project, handler) if operation.address})
    return f"a message of `{addresses[0]}`" if addresses else "a message"


def channels_of(project: Project, handler: Handler) -> tuple[str, ...]:
    """Ids of the channels that a handler reads."""
    return tuple(sorted({operation.channel for operation in receives(project, handler) if operation.channel}))


def short(function: str) -> str:
    """A qualified function's name without its module."""
    return function.rpartition(":")[2] or function


def where(effect: Effect) -> str:
    """`file:line` of an effect, for a sentence that speaks of another place than the finding's."""
    return f"{effect.place.file}:{effect.place.line}"


def _received(project: Project, handler: Handler) -> Iterator[Note]:
    for operation in receives(project, handler)[:1]:
        source = f" from `{operation.address}`" if operation.address else ""
        yield Note(operation.place, f"{operation.service} receives {handled(project, handler)}{source}", True)
    yield Note(handler.place, f"`{short(handler.id)}` handles it", True)


def _steps(effect: Effect, text: str) -> Iterator[Note]:
    for step in effect.via:
        yield Note(step.place, f"calls `{short(step.function)}`", True)
    yield Note(effect.place, text, True)


def _distinct(notes: list[Note]) -> tuple[Note, ...]:
    """Without a step that stands where the one before it stands (a decorated handler is its own receive site)."""
    return tuple(note for index, note in enumerate(notes) if not index or notes[index - 1].place != note.place)
