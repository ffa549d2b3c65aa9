"""Which schemas the code of an operation is made with: files it names, schemas that it hands to a serialiser or a
validator, generated classes.

What is looked at is what the operation's call is made of (its arguments, and the client that was made with a
serialiser), and where that names no schema, what its function calls beside. Values are followed through names,
attributes of `self` and the project's own functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import taint
from eda_lint.link.evaluation.known import Decorated, FunctionRef, ModuleRef
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

FILE = re.compile(r"[\w./ {}-]*\w\.(?:avsc|avpr|avdl|proto|thrift|json|ya?ml)")
"""A text that names a schema's file."""
GENERATED = re.compile(r"(?:^|\.)(\w+?)_pb2$|(?:^|\.)(ttypes)$")
"""The last name of a module that protoc or thrift wrote."""
_VALUES = 4000
_CALLEES = 40


@dataclass(slots=True)
class Used:
    """What was met: texts that name files, calls as (path, line), and (module, class) of generated code."""

    files: dict[str, None] = field(default_factory=dict)
    calls: dict[tuple[str, int], None] = field(default_factory=dict)
    generated: dict[tuple[str, str], None] = field(default_factory=dict)

    def joined(self, other: Used) -> Used:
        """What either met."""
        return Used(self.files | other.files, self.calls | other.calls, self.generated | other.generated)


def of_values(ev: Evaluator, unit: Unit, values: Iterable[int]) -> Used:
    """What these values of a file are made of."""
    return _Walk(ev).run(unit, values)


def of_function(ev: Evaluator, unit: Unit, function: int) -> Used:
    """What the calls of a function are made of, and the calls themselves."""
    walk = _Walk(ev)
    return walk.run(unit, walk.entered(unit, function))


class _Walk:
    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self._used = Used()
        self._seen: set[tuple[str, int]] = set()
        self._entered: set[tuple[str, int]] = set()

    def entered(self, unit: Unit, function: int) -> list[int]:
        """What the calls of a function are made of; the calls are noted."""
        body = unit.body(function)
        found: list[int] = []
        for call in body.calls:
            fact = unit.facts.calls[call]
            self._used.calls.setdefault((unit.path, unit.call_place(call).line))
            found += [fact.function, *(argument.value for argument in fact.arguments)]
        return found

    def run(self, unit: Unit, values: Iterable[int]) -> Used:
        """Follow values, at most so many."""
        queue = [(unit, value) for value in values if value != NOTHING]
        while queue and len(self._seen) < _VALUES:
            at, value = queue.pop(0)
            if (at.path, value) not in self._seen:
                self._seen.add((at.path, value))
                queue += [(u, x) for u, x in self._parts(at, value) if x != NOTHING]
        return self._used

    def _parts(self, unit: Unit, value: int) -> Iterator[tuple[Unit, int]]:
        """What a value is made of, one step on; notes what it is itself."""
        match unit.facts.values[value]:
            case v.Text(text=text):
                if len(text) < 300 and FILE.fullmatch(text):
                    self._used.files.setdefault(text)
            case v.Imported(module=module, name=name):
                self._generated(module, name)
                yield from self._imported(unit, value)
            case v.Attribute(of=of, name=name):
                yield unit, of
                self._attribute(unit, of, name)
                yield from self._bound(unit, of, name)
            case v.Local(bindings=bindings):
                yield from ((unit, unit.facts.bindings[b].value) for b in bindings)
            case v.Name(name=name):
                yield from ((unit, unit.facts.bindings[b].value) for b in unit.globals.get(name, ()))
            case v.Result(call=call):
                self._used.calls.setdefault((unit.path, unit.call_place(call).line))
                yield from ((unit, child) for child in taint.children(unit, value))
                yield from self._called(unit, call)
            case _:
                yield from ((unit, child) for child in taint.children(unit, value))

    def _generated(self, module: str, name: str) -> None:
        """`from shop.order_pb2 import Order`."""
        if name and GENERATED.search(module):
            self._used.generated.setdefault((module, name))

    def _attribute(self, unit: Unit, of: int, name: str) -> None:
        """`order_pb2.Order` after `import order_pb2` or `from shop import order_pb2`."""
        shown = unit.facts.values[of]
        if isinstance(shown, v.Name):
            bound = [unit.facts.bindings[b].value for b in unit.globals.get(shown.name, ())]
        elif isinstance(shown, v.Local):
            bound = [unit.facts.bindings[b].value for b in shown.bindings]
        else:
            bound = [of]
        for one in bound:
            imported = unit.facts.values[one] if one != NOTHING else None
            if isinstance(imported, v.Imported):
                module = ".".join(part for part in (imported.module, imported.name) if part)
                if GENERATED.search(module):
                    self._used.generated.setdefault((module, name))

    def _bound(self, unit: Unit, of: int, name: str) -> Iterator[tuple[Unit, int]]:
        """What `self.name` is assigned in its class, and what a module of the code base binds."""
        owner = _owner(unit, of)
        writes = unit.self_writes.get(owner, {}).get(name, ()) if owner is not None else ()
        yield from ((unit, write.value) for _, write in writes)
        for known in self._ev.evaluate(unit, of, None):
            other = self._ev.world.unit(known.path) if isinstance(known, ModuleRef) else None
            if other is not None:
                yield from ((other, other.facts.bindings[b].value) for b in other.globals.get(name, ()))

    def _imported(self, unit: Unit, value: int) -> Iterator[tuple[Unit, int]]:
        """What an imported name is bound to in its own module."""
        shown = unit.facts.values[value]
        assert isinstance(shown, v.Imported)
        if not shown.name:
            return
        sources = self._ev.world.sources
        path = (
            sources.relative(shown.module, shown.level, unit.path)
            if shown.level
            else sources.module(shown.module, unit.path)
        )
        other = self._ev.world.unit(path) if path is not None else None
        if other is None:
            return
        yield from ((other, other.facts.bindings[b].value) for b in other.globals.get(shown.name, ()))

    def _called(self, unit: Unit, call: int) -> Iterator[tuple[Unit, int]]:
        """The calls in a function of the code base that is called."""
        if len(self._entered) >= _CALLEES:
            return
        for known in self._ev.callee(unit, call, None):
            function = known.function if isinstance(known, Decorated) else known
            if isinstance(function, FunctionRef) and (function.unit, function.index) not in self._entered:
                self._entered.add((function.unit, function.index))
                other = self._ev.world.known_unit(function.unit)
                yield from ((other, root) for root in self.entered(other, function.index))
                yield from ((other, returned) for returned in other.body(function.index).returns)


def _owner(unit: Unit, value: int) -> int | None:
    """The class whose method has a value as its first parameter."""
    if not unit.is_receiver(value, 0):
        return None
    local = unit.facts.values[value]
    bound = unit.facts.bindings[local.bindings[0]].value if isinstance(local, v.Local) else NOTHING
    parameter = unit.facts.values[bound] if bound != NOTHING else None
    return unit.enclosing_class(parameter.function) if isinstance(parameter, v.Parameter) else None
