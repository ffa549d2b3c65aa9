"""EDA603: a change that is told to other services by calling one after the other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.finding import Finding, Note, Severity
from eda_lint.model.topology import Activity, Effect, Handler, Place, Project
from eda_lint_rules.activity_flow import durable_writes, exclusive, function_of
from eda_lint_rules.evidence import activity_steps, handler_steps, short, where

_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_ORCHESTRATOR = re.compile(r"saga|orchestrat|workflow|process_?manager|gateway", re.IGNORECASE)
"""Code whose business is to call others."""


@dataclass(frozen=True, slots=True)
class _FanOut:
    """A change and the calls that follow it, in one activity."""

    activity: Activity
    handler: Handler | None
    change: Effect
    calls: tuple[Effect, ...]

    @property
    def distance(self) -> tuple[int, str]:
        """How far its calls lie from its root; the nearest root speaks for those that reach the same calls."""
        return sum(len(call.via) for call in self.calls), self.activity.function


@dataclass(frozen=True)
class HttpFanout:
    """A durable change followed by writing HTTP calls to several services of the same system.

    Each further listener is a further line in this function, and the change is told to all of them or to those before
    the first that is down.
    """

    code: ClassVar[str] = "EDA603"
    name: ClassVar[str] = "http-fanout"
    summary: ClassVar[str] = "Change told to several services by calling each of them"
    severity: ClassVar[Severity] = "warning"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    at_least: int = 2
    """Number of different services from which on calls are a fan-out."""

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each group of calls, at the first of them."""
        groups: dict[Place, list[_FanOut]] = defaultdict(list)
        for one in _fan_outs(project):
            if len({_service(call) for call in one.calls}) >= self.at_least:
                groups[one.calls[0].place].append(one)
        for _, found in sorted(groups.items()):
            yield _finding(project, min(found, key=lambda one: one.distance))


def _fan_outs(project: Project) -> Iterator[_FanOut]:
    roots: list[tuple[Activity, Handler | None]] = [(one.activity, one) for one in project.handlers]
    roots += [(one, None) for one in project.activities]
    for activity, handler in roots:
        if activity.in_test or _ORCHESTRATOR.search(activity.function) or _ORCHESTRATOR.search(activity.place.file):
            continue
        for change in durable_writes(activity):
            calls = [call for call in _tells(activity) if call.order > change.order and not exclusive(change, call)]
            together = tuple(call for call in calls if not exclusive(calls[0], call))
            if together:
                yield _FanOut(activity, handler, change, together)
                break


def _tells(activity: Activity) -> Iterator[Effect]:
    """Calls that write to another service of the system and whose answer decides nothing."""
    for effect in activity.effects:
        if effect.kind != "http" or effect.method not in _WRITING or not effect.internal or effect.result_decides:
            continue
        if _service(effect) not in ("", activity.service):
            yield effect


def _service(call: Effect) -> str:
    """Whose call it is: the owner that routes prove, else the host (or the setting that names it)."""
    if call.owner is not None:
        return call.owner
    return (call.url or "").partition("://")[2].partition("/")[0] or (call.url or "").partition("/")[0]


def _finding(project: Project, one: _FanOut) -> Finding:
    first = one.calls[0]
    services = sorted({_service(call) for call in one.calls})
    text = f"`{first.call}` tells `{_service(first)}`"
    if one.handler is not None:
        notes = list(handler_steps(project, one.handler, first, text))
    else:
        notes = list(activity_steps(one.activity, first, text))
    change = Note(one.change.place, f"`{one.change.call}` changes `{one.change.target or 'the database'}`", True)
    notes.insert(len(notes) - 1, change)
    notes += [Note(call.place, f"`{call.call}` tells `{_service(call)}`", True) for call in one.calls[1:]]
    return Finding(
        code=HttpFanout.code,
        name=HttpFanout.name,
        message=_message(one, services),
        place=first.place,
        confidence="likely",
        mend=f"publish one event about {_about(one)} and let {_listed(services)} subscribe to it",
        notes=tuple(dict.fromkeys(notes)),
        services=tuple(sorted({one.activity.service, *(call.owner for call in one.calls if call.owner)})),
        symbol=function_of(one.activity, first),
        shape="http-fanout",
    )


def _message(one: _FanOut, services: list[str]) -> str:
    changed = f"`{one.change.target or one.change.call}` ({where(one.change)})"
    return (
        f"`{short(function_of(one.activity, one.calls[0]))}` changes {changed} and then calls {len(services)} services "
        f"to tell them: {_listed(services)}. It works only while all of them do, a failure in between leaves some "
        "untold, and who else wants to know has to be added here."
    )


def _about(one: _FanOut) -> str:
    return f"`{one.change.target}`" if one.change.target else "the change"


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names[:-1]) + f" and `{names[-1]}`" if len(names) > 1 else f"`{names[0]}`"
