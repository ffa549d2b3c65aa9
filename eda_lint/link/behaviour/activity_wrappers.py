"""What decorators of the code base put around a function: the wrapper that runs in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eda_lint.link.evaluation.builtin import TRANSPARENT_DECORATORS
from eda_lint.link.evaluation.frames import Arguments
from eda_lint.link.evaluation.known import FunctionRef, Known
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v

if TYPE_CHECKING:
    from eda_lint.link.behaviour.activities import Walk


def wrapper(walk: Walk, function: FunctionRef) -> FunctionRef | None:
    """The wrapper that a call of a decorated function enters, outermost first; None if none is left to enter.

    A wrapper that is running already has called the function: then the next one inwards is meant.
    """
    unit = walk.ev.world.known_unit(function.unit)
    for decorator in unit.function(function.index).decorators:
        if unit.terminal(decorator) in TRANSPARENT_DECORATORS:
            continue
        for known in walk.ev.evaluate(unit, decorator, None):
            if isinstance(known, FunctionRef):
                for made in _made(walk, unit, decorator, known, function):
                    if walk.may_enter(made) and _calls(walk, made, function):
                        return made
    return None


def _made(walk: Walk, unit: Unit, decorator: int, known: FunctionRef, function: FunctionRef) -> list[FunctionRef]:
    """The functions that a decorator returns for this one, but not the function itself."""
    plain = walk.ev.world.interned.of(FunctionRef, function.unit, function.index, None, function.frame)
    shown = unit.facts.values[decorator]
    site = walk.ev.world.site(unit.path, shown.call if isinstance(shown, v.Result) else -1, None)
    # Entered by itself: one decorator stands on more functions than calls are told apart elsewhere.
    found = walk.ev.returns(known, walk.ev.enter(known, Arguments([walk.ev.world.given(plain)]), site))
    return [k for k in found if isinstance(k, FunctionRef) and (k.unit, k.index) != (function.unit, function.index)]


def _calls(walk: Walk, made: FunctionRef, function: FunctionRef) -> bool:
    """Whether a wrapper calls the function that it was made for: a registry that returns another one does not."""
    unit = walk.ev.world.known_unit(made.unit)

    def is_it(known: Known) -> bool:
        return isinstance(known, FunctionRef) and (known.unit, known.index) == (function.unit, function.index)

    return any(is_it(k) for call in unit.body(made.index).calls for k in walk.ev.callee(unit, call, made.frame))
