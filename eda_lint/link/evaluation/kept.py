"""Objects that are put in a place by one file and taken from it by another: on a web application, in a dict.

Frameworks hand the application to a request handler (`request.app`, `current_app`, `self.application`), and what was
put on it under a name is what is read under that name. Which object the handler is given cannot be known; that there
is one application for each service is assumed, so only what files of the same service put there is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eda_lint.link.evaluation.known import (
    BuiltinMethod,
    DictOf,
    External,
    Known,
    Knowns,
    Plain,
    Unknown,
)
from eda_lint.model import values as v
from eda_lint.model.facts import Write

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator
    from eda_lint.link.evaluation.units import Unit

APPLICATIONS = frozenset({"app", "application", "current_app", "_app"})
"""Names by which code calls the application it is a part of."""
SHELVES = frozenset({"state", "extensions", "config", "ctx"})
"""Attributes of an application (or of a request: `request.state`) that are made to keep things."""
REQUESTS = frozenset({"request", "websocket", "_request"})
WORDS = (*sorted(APPLICATIONS), *sorted(SHELVES))
"""One of these stands in every file that takes something from an application."""
CLASSES = frozenset({"Application", "Flask", "FastAPI", "Starlette", "Sanic", "Quart", "Litestar", "Blacksheep"})
"""Last names of frameworks' application classes, which code bases extend."""


def is_carrier(unit: Unit, value: int) -> bool:
    """Whether a value is by its spelling an application, or a shelf of one."""
    match unit.facts.values[value]:
        case v.Attribute(name=name) if name in APPLICATIONS:
            return True
        case v.Attribute(of=of, name=name) if name in SHELVES:
            return is_carrier(unit, of) or unit.terminal(of) in REQUESTS
        case v.Name(name=name) | v.Local(name=name):
            return name in APPLICATIONS
        case v.Result() | v.Awaited():
            return False
        case _:
            return unit.original_name(value) in APPLICATIONS


def attribute(ev: Evaluator, unit: Unit, of: int, name: str, found: Knowns) -> Knowns:
    """What the service puts on its application as `name`, for `of.name` that otherwise says nothing (`found`)."""
    if any(_is_useful(k) for k in found) or not is_carrier(unit, of):
        return ()
    given: list[Known] = []
    for other, write in ev.callers.foreign_writes(name):
        target = other.facts.values[write.target]
        if isinstance(target, v.Attribute) and is_carrier(other, target.of) and _together(ev, unit, other):
            given.extend(ev.evaluate(other, write.value, None))
    for other, write in ev.callers.application_writes(name):
        if _together(ev, unit, other):
            given.extend(ev.evaluate(other, write.value, None))
    return tuple(k for k in ev.distinct(given) if _is_useful(k))


def item(ev: Evaluator, unit: Unit, of: int, keys: Knowns, bases: Knowns, found: Knowns) -> Knowns:
    """What is put elsewhere under a constant key: into the same dict, or into the application."""
    if any(_is_useful(k) for k in found):
        return ()
    origins = {base.origin for base in bases if isinstance(base, DictOf) and base.origin is not None}
    carrier = is_carrier(unit, of)
    if not origins and not carrier:
        return ()
    given: list[Known] = []
    for text in (ev.text_of(k) for k in keys):
        for other, write in ev.callers.item_writes(text.literal) if text is not None and text.literal else ():
            target = other.facts.values[write.target]
            assert isinstance(target, v.Item)
            if (carrier and is_carrier(other, target.of) and _together(ev, unit, other)) or _is_one_of(
                ev, other, target.of, origins
            ):
                given.extend(ev.evaluate(other, write.value, None))
    return tuple(k for k in ev.distinct(given) if _is_useful(k))


def _is_one_of(ev: Evaluator, unit: Unit, of: int, origins: set[tuple[str, int]]) -> bool:
    return bool(origins) and any(isinstance(k, DictOf) and k.origin in origins for k in ev.evaluate(unit, of, None))


def _together(ev: Evaluator, one: Unit, other: Unit) -> bool:
    sources = ev.world.sources
    return one.path == other.path or sources.service(one.path).name == sources.service(other.path).name


def _is_useful(known: Known) -> bool:
    return not isinstance(known, Unknown | External | BuiltinMethod | Plain)


def is_put(unit: Unit, write: Write) -> bool:
    """Whether an assignment puts something on an application."""
    target = unit.facts.values[write.target]
    return isinstance(target, v.Attribute | v.Item) and is_carrier(unit, target.of)
