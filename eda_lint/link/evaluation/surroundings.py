"""What stands around a call, or beside a display, in its file: looked up once for each file that is asked about."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from eda_lint.link.evaluation.bodies import child_blocks
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.facts import Do, With
from eda_lint.model.values import NOTHING

_UPDATES: WeakKeyDictionary[Unit, dict[int, list[int]]] = WeakKeyDictionary()
_CONTEXTS: WeakKeyDictionary[Unit, dict[int, tuple[int, ...]]] = WeakKeyDictionary()


def updates(unit: Unit) -> Mapping[int, list[int]]:
    """Dict display (its value) → calls of `name.update(…)` on a name bound to it."""
    found = _UPDATES.get(unit)
    if found is None:
        found = _UPDATES[unit] = {}
        for call in unit.calls_by_name.get("update", ()):
            function = unit.facts.values[unit.facts.calls[call].function]
            base = unit.facts.values[function.of] if isinstance(function, v.Attribute) else None
            for binding in base.bindings if isinstance(base, v.Local) else ():
                shown = unit.facts.bindings[binding].value
                if shown != NOTHING and isinstance(unit.facts.values[shown], v.Mapping):
                    found.setdefault(shown, []).append(call)
    return found


def contexts(unit: Unit) -> Mapping[int, tuple[int, ...]]:
    """Call → what the `with` statements around it enter, outermost first."""
    found = _CONTEXTS.get(unit)
    if found is None:
        found = _CONTEXTS[unit] = {}
        stack: list[tuple[int, tuple[int, ...]]] = [(definition.body, ()) for definition in unit.facts.definitions]
        while stack:
            block, around = stack.pop()
            for step in unit.facts.blocks[block] if block != NOTHING else ():
                if isinstance(step, Do) and around:
                    found[step.call] = around
                inner = (*around, *(value for value, _ in step.items)) if isinstance(step, With) else around
                stack.extend((child, inner) for child in child_blocks(step))
    return found
