"""A bound on look-ups that call each other without a table in between."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from eda_lint.link.evaluation.known import Known

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

NESTING = 120
"""Most look-ups open at a time. An object that is its own attribute, item or iterator would go on for ever."""

P = ParamSpec("P")
LookUp = Callable[Concatenate["Evaluator", P], Sequence[Known]]


def bounded(look_up: LookUp[P]) -> LookUp[P]:
    """A look-up that says that it is too deep instead of going on."""

    @functools.wraps(look_up)
    def within(ev: Evaluator, /, *args: P.args, **kwargs: P.kwargs) -> Sequence[Known]:
        if ev.nesting >= NESTING:
            return (ev.world.unknown("too deep"),)
        ev.nesting += 1
        try:
            return look_up(ev, *args, **kwargs)
        finally:
            ev.nesting -= 1

    return within
