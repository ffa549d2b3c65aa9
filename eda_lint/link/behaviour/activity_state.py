"""Where the walk over an activity stands: what surrounds a step, and which function it is a step of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from eda_lint.link.behaviour.effects import Taint
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.units import Unit
from eda_lint.model.topology import Arm, Guard, Via

HOPS = 8
"""Deepest nesting of functions that is entered."""
EFFECTS = 300
"""Most effects of one activity."""
ENTERED = 400
"""Most functions entered in one activity."""
ALTERNATIVES = 12
"""Most functions entered for one call (a table of handlers, the subclasses of a base)."""

WRITES = frozenset({"set", "delete", "upsert", "conditional", "insert", "increment", "append"})
"""Effects that change a store."""


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a step."""

    path: tuple[Arm, ...] = ()
    guards: tuple[Guard, ...] = ()
    via: tuple[Via, ...] = ()
    transaction: int | None = None
    """The transaction that a `with` or a decorator around holds open."""
    scope: tuple[str, tuple[str, int] | None] = ("", None)
    """The library of that transaction, and the call that made its connection: a scope of the same within it is a
    savepoint."""
    after_commit: bool = False
    catching: Guard | None = None
    """The innermost `except` around that takes a duplicate for done."""


@dataclass(slots=True)
class Activation:
    """One function being walked. `frame` is None for a function that nobody is known to call."""

    unit: Unit
    function: int
    frame: Frame | None
    taint: Taint
    on_yield: Callable[[Context], None] | None = None
    """For a generator that a `with` enters: what runs where it yields."""
    managed: frozenset[int] | None = None
    """Calls whose effect comes when a `with` enters or leaves, not where they are made."""
    increments: set[int] = field(default_factory=set)
    """Bindings of records of which an attribute was increased, to be written by `save()`."""
