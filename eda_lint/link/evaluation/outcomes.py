"""What a test comes to in one activation, where arguments decide it: `if now` in `publish(message, now=True)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.known import Known, Plain, Text
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


def of_test(ev: Evaluator, unit: Unit, test: int, frame: Frame) -> bool | None:
    """The outcome of a test of one parameter; None of any other, or where what callers give disagrees."""
    negated = False
    while isinstance(shown := unit.facts.values[test], v.Negation):
        negated = not negated
        test = shown.of
    if not _is_parameter(unit, test):
        return None
    told = {_truth(known) for known in ev.evaluate(unit, test, frame)}
    outcome = told.pop() if len(told) == 1 else None
    return None if outcome is None else outcome != negated


def _is_parameter(unit: Unit, value: int) -> bool:
    """Whether a value is a parameter that is bound to nothing else."""
    shown = unit.facts.values[value]
    if not isinstance(shown, v.Local) or len(shown.bindings) != 1:
        return False
    bound = unit.facts.bindings[shown.bindings[0]].value
    return bound != NOTHING and isinstance(unit.facts.values[bound], v.Parameter)


def _truth(known: Known) -> bool | None:
    if isinstance(known, Plain):
        return bool(known.value)
    if isinstance(known, Text) and known.literal is not None:
        return bool(known.literal)
    return None
