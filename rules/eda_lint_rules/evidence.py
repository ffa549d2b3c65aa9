"""The path of evidence of a finding about an activity: receive site, handler, calls, effect."""

from __future__ import annotations

from collections.abc import Iterator

from eda_lint.model.finding import Note
from eda_lint.model.topology import Activity, Effect, Handler, Operation, Project


def handler_steps(project: Project, handler: Handler, effect: Effect, text: str) -> tuple[Note, ...]:
    """From where the message comes in to the effect; `text` says what happens there."""
    return _distinct([*_received(project, handler, effect), *_steps(effect, text)])


def activity_steps(activity: Activity, effect: Effect, text: str) -> tuple[Note, ...]:
    """From a function's beginning to an effect of it; `text` says what happens there."""
    return _distinct([Note(activity.place, f"`{short(activity.function)}` runs", True), *_steps(effect, text)])


def receives(project: Project, handler: Handler) -> tuple[Operation, ...]:
    """The receive operations that reach a handler, in order of place."""
    wanted = set(handler.receives)
    found = [operation for operation in project.operations if operation.id in wanted]
    return tuple(sorted(found, key=lambda operation: (operation.place, operation.id)))


def handled(project: Project, handler: Handler, effect: Effect) -> str:
    """What a handler handles when it comes to an effect, for a sentence: its message types, else the channel."""
    if handler.messages:
        names = sorted(handler.messages)
        return " or ".join(f"`{name}`" for name in names[:3]) + (" or others" if len(names) > 3 else "")
    source = _source(project, handler, effect)
    return f"a message of `{source.address}`" if source is not None and source.address else "a message"


def channels_of(project: Project, handler: Handler) -> tuple[str, ...]:
    """Ids of the channels that a handler reads."""
    return tuple(sorted({operation.channel for operation in receives(project, handler) if operation.channel}))


def short(function: str) -> str:
    """A qualified function's name without its module."""
    return function.rpartition(":")[2] or function


def where(effect: Effect) -> str:
    """`file:line` of an effect, for a sentence that speaks of another place than the finding's."""
    return f"{effect.place.file}:{effect.place.line}"


def _source(project: Project, handler: Handler, effect: Effect) -> Operation | None:
    """The receive that leads to an effect: of several (consumers that share a base class), one that stands in a file
    on the way to it."""
    files = {effect.place.file, *(step.place.file for step in effect.via)}
    found = receives(project, handler)
    return min(
        found,
        key=lambda one: (one.wrapper, one.address is None, one.place.file not in files, one.place, one.id),
        default=None,
    )


def _received(project: Project, handler: Handler, effect: Effect) -> Iterator[Note]:
    source = _source(project, handler, effect)
    if source is not None:
        channel = f" from `{source.address}`" if source.address and handler.messages else ""
        yield Note(source.place, f"{source.service} receives {handled(project, handler, effect)}{channel}", True)
    yield Note(handler.place, f"`{short(handler.id)}` handles it", True)


def _steps(effect: Effect, text: str) -> Iterator[Note]:
    for step in effect.via:
        yield Note(step.place, f"calls `{short(step.function)}`", True)
    yield Note(effect.place, text, True)


def _distinct(notes: list[Note]) -> tuple[Note, ...]:
    """Without a step that stands where the one before it stands (a decorated handler is its own receive site)."""
    return tuple(note for index, note in enumerate(notes) if not index or notes[index - 1].place != note.place)
