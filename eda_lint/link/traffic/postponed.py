"""Wrappers that only note a message, by what they are told: `publish(message)` beside `publish(message, now=True)`.

A send that a call reaches through a branch which its arguments rule out is not made by that call: what the wrapper did
with the message instead has it sent later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eda_lint.link.evaluation import outcomes
from eda_lint.link.evaluation.bodies import child_blocks
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic.chains import Hop
from eda_lint.model.facts import Branch, Do, Raise, Return, Step
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


def is_postponed(ev: Evaluator, chain: tuple[Hop, ...], frames: list[Frame | None]) -> bool:
    """Whether the first call of a chain never makes the last one itself, in whatever activation."""
    return len(chain) > 1 and bool(frames) and all(_ruled_out(ev, chain, frame) for frame in frames)


def _ruled_out(ev: Evaluator, chain: tuple[Hop, ...], frame: Frame | None) -> bool:
    for hop in reversed(chain[1:]):
        if frame is None or not hop.function:
            return False
        if not _is_reached(ev, hop.unit, hop.function, hop.call, frame):
            return True
        frame = frame.site.frame if frame.site is not None else None
    return False


def _is_reached(ev: Evaluator, unit: Unit, function: int, call: int, frame: Frame) -> bool:
    """Whether a call of a function can be reached, by the tests on the way whose outcome its arguments tell."""
    block = unit.facts.definitions[function].body
    while True:
        inner = NOTHING
        for step in unit.facts.blocks[block]:
            if isinstance(step, Do) and step.call == call:
                return True
            holding = next((b for b in child_blocks(step) if _holds(unit, b, call)), NOTHING)
            outcome = outcomes.of_test(ev, unit, step.test, frame) if isinstance(step, Branch) else None
            if isinstance(step, Branch) and outcome is not None:
                taken, other = (step.then, step.otherwise) if outcome else (step.otherwise, step.then)
                if holding != NOTHING and holding == other:
                    return False
                if holding == NOTHING and taken != NOTHING and _leaves(unit.facts.blocks[taken]):
                    return False
            if holding != NOTHING:
                inner = holding
                break
        if inner == NOTHING:
            return True
        block = inner


def _holds(unit: Unit, block: int, call: int) -> bool:
    return any(isinstance(step, Do) and step.call == call for step in unit.steps(block))


def _leaves(steps: tuple[Step, ...]) -> bool:
    return bool(steps) and isinstance(steps[-1], Return | Raise)
