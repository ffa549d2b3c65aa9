"""Which calls of a file run at once, if they make coroutines: those that are awaited where they stand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from eda_lint.link.evaluation import taint
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.facts import Return, Yield
from eda_lint.model.values import NOTHING

RUNNING = frozenset({
    "run", "run_until_complete", "gather", "wait", "wait_for", "as_completed", "append", "add", "extend", "shield",
    "timeout", "run_sync", "async_to_sync", "run_forever", "logged_gather", "limited_gather",
})  # fmt: skip
"""Last names of what runs a coroutine that it is given, or keeps it for what will."""


@dataclass(frozen=True, slots=True)
class Coroutines:
    """Calls by what becomes of the coroutine that they make, if they make one."""

    deferred: frozenset[int]
    """Handed to something that runs it beside what follows."""
    kept: frozenset[int]
    """Neither awaited, returned nor handed to what runs it: kept for later, in a list or an object."""


def of_unit(unit: Unit, deferring: Collection[str]) -> Coroutines:
    """The calls of a file."""
    deferred, run = set[int](), set[int]()
    for call in unit.facts.calls:
        name = unit.terminal(call.function)
        for argument in call.arguments:
            shown = unit.facts.values[argument.value]
            if name in deferring:
                deferred |= {shown.call} if isinstance(shown, v.Result) else set()
            elif name in RUNNING or name.endswith("gather"):
                _collect(unit, argument.value, run)
    for value in unit.facts.values:
        if isinstance(value, v.Awaited):
            _collect(unit, value.of, run)
    for index in range(len(unit.facts.definitions)):
        for step in unit.steps(unit.facts.definitions[index].body):
            if isinstance(step, Return | Yield) and step.value != NOTHING:
                shown = unit.facts.values[step.value]
                run |= {shown.call} if isinstance(shown, v.Result) else set()
    return Coroutines(frozenset(deferred), frozenset(range(len(unit.facts.calls))) - run - deferred)


def _collect(unit: Unit, value: int, into: set[int]) -> None:
    """The calls that a value is made of, through names, with those in their arguments."""
    stack, seen = [value], set[int]()
    while stack:
        current = stack.pop()
        if current == NOTHING or current in seen:
            continue
        seen.add(current)
        match unit.facts.values[current]:
            case v.Result(call=call):
                into.add(call)
                stack.extend(a.value for a in unit.facts.calls[call].arguments)
            case v.Local(bindings=bindings):
                stack.extend(unit.facts.bindings[b].value for b in bindings)
            case _:
                stack.extend(taint.children(unit, current))
