"""The bodies of functions and classes: their steps in source order, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from eda_lint.model.facts import (
    Bind,
    Branch,
    Do,
    Evaluate,
    Loop,
    Match,
    ModuleFacts,
    Return,
    Step,
    Try,
    With,
    Write,
    Yield,
)
from eda_lint.model.values import NOTHING


@dataclass(slots=True)
class Body:
    """What a function's own body holds, nested definitions left out, in source order."""

    returns: list[int] = field(default_factory=list)
    yields: list[int] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    binds: list[int] = field(default_factory=list)
    evaluated: set[int] = field(default_factory=set)
    """Values of expression statements: nobody gets them."""


def child_blocks(step: Step) -> tuple[int, ...]:
    """Blocks inside a step, in order."""
    found: tuple[int, ...]
    match step:
        case Branch():
            found = (step.then, step.otherwise)
        case Loop():
            found = (step.body, step.otherwise)
        case Try():
            found = (step.body, *(h.body for h in step.handlers), step.otherwise, step.finally_)
        case With():
            found = (step.body,)
        case Match():
            found = tuple(c.body for c in step.cases)
        case _:
            return ()
    return tuple(b for b in found if b != NOTHING)


def steps(facts: ModuleFacts, block: int) -> Iterator[Step]:
    """All steps of a block and the blocks in it, in source order."""
    stack: list[Iterator[Step]] = [iter(facts.blocks[block])]
    while stack:
        step = next(stack[-1], None)
        if step is None:
            stack.pop()
            continue
        yield step
        stack.extend(iter(facts.blocks[child]) for child in reversed(child_blocks(step)))


def read(facts: ModuleFacts, definition: int) -> Body:
    """What the body of a function or class holds."""
    body = Body()
    for step in steps(facts, facts.definitions[definition].body):
        match step:
            case Do():
                body.calls.append(step.call)
            case Return():
                body.returns.append(step.value)
            case Yield():
                body.yields.append(step.value)
            case Write():
                body.writes.append(step)
            case Bind():
                body.binds.append(step.binding)
            case Evaluate():
                body.evaluated.add(step.value)
            case _:
                pass
    return body
