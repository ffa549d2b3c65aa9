"""Registries that refer to themselves, and code that only looks like registering: an answer, and in time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eda_lint.model.topology import Project

HEAD = """
class Event: ...
class Placed(Event): ...
HANDLERS = {}
def publish(event):
    for handler in HANDLERS[type(event)]:
        handler(event)
"""

PROGRAMS = {
    "a list in itself": "many = []\nmany.append(many)\nHANDLERS[Placed] = many\npublish(Placed())\n",
    "lambdas that call each other": (
        "one = lambda event: two(event)\ntwo = lambda event: one(event)\nHANDLERS[Placed] = [one]\npublish(Placed())\n"
    ),
    "a handler that publishes": (
        "def again(event):\n    publish(event)\nHANDLERS[Placed] = [again]\npublish(Placed())\n"
    ),
    "a registrar that calls itself": (
        "def on(kind, handler):\n    HANDLERS[kind] = [handler]\n    on(kind, handler)\non(Placed, print)\n"
    ),
    "registrars in a circle": (
        "def one(kind, handler):\n    two(kind, handler)\n"
        "def two(kind, handler):\n    one(kind, handler)\n    HANDLERS.setdefault(kind, []).append(handler)\n"
        "one(Placed, publish)\n"
    ),
    "a decorator that decorates itself": (
        "def on(function):\n    HANDLERS[Placed] = [function]\n    return on(on)\n@on\n@on\ndef told(event): ...\n"
    ),
    "partials of partials": (
        "from functools import partial\ndef told(*a): ...\n"
        "p = told\n" + "p = partial(p, 1)\n" * 30 + "HANDLERS[Placed] = [p]\npublish(Placed())\n"
    ),
    "a registry under itself": "HANDLERS[HANDLERS] = HANDLERS\nHANDLERS[type(HANDLERS)](HANDLERS)\n",
    "a class that is its own subclass": (
        "class Base(Base):\n    def __init_subclass__(cls, kind=None):\n        HANDLERS[kind] = cls\n"
        "class Sub(Base, kind=Placed): ...\n"
    ),
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_comes_to_an_end(link: Callable[..., Project], program: str) -> None:
    project = link(HEAD + program)
    assert {o.system for o in project.operations} <= {"inproc"}


def test_handlers_that_may_belong_to_either_class_are_not_told(link: Callable[..., Project]) -> None:
    project = link(
        HEAD
        + "class Paid(Event): ...\ndef one(event): ...\ndef two(event): ...\n"
        + "def on(kinds, handlers):\n    for kind in kinds:\n        HANDLERS[kind] = handlers\n"
        + "on([Placed, Paid], [one, two])\non([Placed], [one, two])\n"
    )
    told = {(o.message, (o.handler or "").rpartition(":")[2]) for o in project.operations if o.action == "receive"}
    assert told == {("Placed", "one"), ("Placed", "two")}
