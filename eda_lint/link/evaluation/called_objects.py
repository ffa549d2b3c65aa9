"""Client objects that are called themselves (`dispatch = EventDispatcher()`, then `self.dispatch("placed", body)`):
under which names they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eda_lint.catalog.load import TypeRef
from eda_lint.catalog.tables import Library
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.facts import Function
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


def names(ev: Evaluator) -> set[str]:
    """Names in active units that are bound to what makes such an object. Evaluation confirms."""
    makers: set[str] = set()
    for library in ev.world.catalog.libraries.values():
        makers |= _makers(ev, library)
    makers.discard("")
    decorators = _decorators(ev)
    # What is made may be called where it stands: `chord(header)(body)`.
    found = set(makers)
    # A decorator may be called as a function: `send_mail = huey.task()(function)`.
    makers |= decorators
    for unit in ev.world.active_units():
        for binding in unit.facts.bindings:
            if binding.value != NOTHING and _made(unit, binding.value, makers):
                found.add(binding.name)
        found.update(t.name for _, write, t in unit.attribute_writes if _made(unit, write.value, makers))
        found |= _decorated(unit, decorators)
    return found


def _decorated(unit: Unit, decorators: set[str]) -> set[str]:
    """Names of the functions that a decorator makes into something to be called (huey's tasks)."""
    return {
        definition.name
        for definition in unit.facts.definitions
        if isinstance(definition, Function)
        and any({unit.terminal(d), unit.original_name(d)} & decorators for d in definition.decorators)
    }


def _makers(ev: Evaluator, library: Library) -> set[str]:
    """Last names of the constructors and functions of a library that give an object with a catalogued `__call__`, or
    one that a pipeline is made of which has."""
    called = _called(ev, library)
    called |= {key for key, t in library.types.items() if t.piped in called}
    found = {path.rpartition(".")[2] for key in called for path in library.types[key].paths}
    for row in library.functions:
        if row.returns in called and not row.decorator:
            found.update(path.rpartition(".")[2] for path in row.paths)
    for type_ in library.types.values():
        found.update(
            n for row in type_.methods if row.returns in called and not row.decorator for n in (row.name, *row.names)
        )
    return found


def _decorators(ev: Evaluator) -> set[str]:
    """Last names of catalogued decorators whose result is called to send."""
    found: set[str] = set()
    for library in ev.world.catalog.libraries.values():
        called = _called(ev, library)
        rows = (*library.functions, *(row for t in library.types.values() for row in t.methods))
        for row in rows:
            if row.decorator and row.returns in called:
                found.update((row.name, *row.names, *(path.rpartition(".")[2] for path in row.paths)))
    return found - {""}


def _called(ev: Evaluator, library: Library) -> set[str]:
    """The types of a library whose values are called to send."""
    catalog = ev.world.catalog
    return {
        key
        for key in library.types
        if any(row.action for row in catalog.methods(TypeRef(library.name, key), "__call__"))
    }


def _made(unit: Unit, value: int, makers: set[str]) -> bool:
    for _ in range(4):
        match unit.facts.values[value]:
            case v.Awaited(of=of) | v.Entered(of=of):
                value = of
            case v.Result(call=call):
                function = unit.facts.calls[call].function
                return bool({unit.terminal(function), unit.original_name(function)} & makers)
            case _:
                return False
    return False
