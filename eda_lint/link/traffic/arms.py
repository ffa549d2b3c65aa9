"""Which function a handler hands messages of each type to: the arms of what tells the types apart.

One receive that dispatches several types has one handler, and behind it a function for each type: in the arms of `if`
and `match`, in a dict by type, registered with `functools.singledispatch`, or a method named after the type. An arm
counts where it hands the message, or a part of it, to one function of the code base.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import taint
from eda_lint.link.evaluation.annotations import instances
from eda_lint.link.evaluation.classes import class_attribute
from eda_lint.link.evaluation.known import ClassRef, DictOf, FunctionRef, Instance, Known, ListOf
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import listening, message_types, payloads, registries
from eda_lint.link.traffic.message_types import Body
from eda_lint.model import values as v
from eda_lint.model.facts import Branch, Do, Function, Match, Pattern
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

DEPTH = 2
"""How many calls are followed to find who tells the types apart."""
TYPES = 24
"""Most types told of one handler."""
ASIDE = frozenset({"print", "debug", "info", "warning", "error", "exception", "log", "isinstance", "len", "str"})
"""Calls that are given a message and do not handle it."""


@dataclass(frozen=True, slots=True)
class Arm:
    """A type of message, and the function that is given messages of it."""

    name: str
    function: FunctionRef | None = None
    by_class: bool = False
    """The type is a class, and the message an object of it."""


def only_some(ev: Evaluator, body: Body, function: tuple[str, int]) -> bool:
    """Whether a function is handed messages of some of the types that a body tells apart, and not of others."""
    found = of_body(ev, body, 0)
    mine = [a for a in found if a.function is not None and (a.function.unit, a.function.index) == function]
    return bool(mine) and len(mine) < len(found)


def of_body(ev: Evaluator, body: Body, depth: int = DEPTH) -> list[Arm]:
    """The arms of a handler, in order; where its own code tells nothing apart, those of the function that it hands
    the message to."""
    bindings = taint.derived(body.unit, body.function, body.seeds, body.values)
    search = _Arms(ev, body, bindings)
    found: dict[str, Arm] = {}
    for arm in (*search.branches(), *search.matches(), *search.tables(), *search.generic(), *search.named()):
        known = found.get(arm.name)
        if known is None or known.function is None:
            found[arm.name] = arm
    if not found and depth:
        for inner in message_types.handed_on(ev, body, bindings):
            if (inner.unit, inner.function) != (body.unit, body.function):
                for arm in of_body(ev, inner, depth - 1):
                    found.setdefault(arm.name, arm)
    return list(found.values())[:TYPES]


class _Arms:
    """Looks for what tells types apart in one body."""

    def __init__(self, ev: Evaluator, body: Body, bindings: set[int]) -> None:
        self._ev = ev
        self._body = body
        self._unit = body.unit
        self._bindings = bindings

    def branches(self) -> Iterator[Arm]:
        """`if body["type"] == "x": handle(body)` and `if isinstance(event, OrderPlaced): …`."""
        for step in self._unit.steps(self._body.block):
            if isinstance(step, Branch):
                names = list(self._tested(step.test))
                target = self._target(step.then) if names else None
                yield from (Arm(name, target, by_class) for name, by_class in names)

    def _tested(self, test: int) -> Iterator[tuple[str, bool]]:
        """(type, whether it is a class) that a test asks for."""
        stack = [test]
        while stack:
            shown = self._unit.facts.values[stack.pop()]
            if isinstance(shown, v.Either):
                stack.extend(reversed(shown.operands))
            elif isinstance(shown, v.Comparison) and len(shown.operators) == 1:
                for name in message_types.compared(self._ev, self._body, shown, self._bindings):
                    yield name, False
            elif isinstance(shown, v.Result):
                yield from self._instance_test(shown.call)

    def _instance_test(self, call: int) -> Iterator[tuple[str, bool]]:
        fact = self._unit.facts.calls[call]
        if self._unit.terminal(fact.function) != "isinstance" or len(fact.arguments) != 2:
            return
        subject, wanted = (a.value for a in fact.arguments)
        if taint.mentions(self._unit, subject, self._bindings, self._body.values):
            for known in _flat(self._ev, self._ev.evaluate(self._unit, wanted, None)):
                if isinstance(known, ClassRef) and message_types.is_data(self._ev, known):
                    yield self._ev.world.class_fact(known).name, True

    def matches(self) -> Iterator[Arm]:
        """`match body["type"]`, `match body: case {"type": "x"}` and `match event: case OrderPlaced()`."""
        for step in self._unit.steps(self._body.block):
            if not isinstance(step, Match):
                continue
            typed = message_types.is_type_field(self._body, step.subject, self._bindings)
            if not typed and not taint.mentions(self._unit, step.subject, self._bindings, self._body.values):
                continue
            for case in step.cases:
                target = self._target(case.body, set(self._captured(case.pattern)))
                for name, by_class in self._pattern(case.pattern, typed):
                    yield Arm(name, target, by_class)

    def _captured(self, pattern: int) -> Iterator[int]:
        """Bindings that a pattern makes of parts of the message."""
        stack = [pattern]
        while stack:
            shown: Pattern = self._unit.facts.patterns[stack.pop()]
            stack.extend(shown.parts)
            if shown.binding != NOTHING:
                yield shown.binding

    def _pattern(self, pattern: int, typed: bool) -> Iterator[tuple[str, bool]]:
        shown: Pattern = self._unit.facts.patterns[pattern]
        if typed:
            for name in message_types.pattern_names(self._ev, self._unit, pattern):
                yield name, False
        elif shown.kind == "mapping":
            for key, part in zip(shown.keys, shown.parts, strict=False):
                if message_types.pattern_key(self._unit, key) in message_types.FIELDS:
                    for name in message_types.pattern_names(self._ev, self._unit, part):
                        yield name, False
        elif shown.kind == "class":
            for known in self._ev.evaluate(self._unit, shown.value, None):
                if isinstance(known, ClassRef) and message_types.is_data(self._ev, known):
                    yield self._ev.world.class_fact(known).name, True
        elif shown.kind in ("or", "capture"):
            for part in shown.parts:
                yield from self._pattern(part, typed)

    def tables(self) -> Iterator[Arm]:
        """`HANDLERS[body["type"]](body)`: a dict of functions by type."""
        for of, key in message_types.lookups(self._body):
            if not message_types.is_type_field(self._body, key, self._bindings):
                continue
            for one in listening.tables(self._ev, self._unit, of):
                told = payloads.name_of(self._ev, one.key)
                if told:
                    yield Arm(told, one.handler)
            for known in self._ev.closed(self._ev.evaluate(self._unit, of, self._body.frame)):
                for name, thunk in known.entries if isinstance(known, DictOf) else ():
                    told = payloads.name_of(self._ev, name)
                    functions = registries.handlers(self._ev, self._ev.force(thunk), "handle")
                    if told:
                        yield Arm(told, functions[0] if len(functions) == 1 else None)

    def generic(self) -> Iterator[Arm]:
        """A call of a function made by `functools.singledispatch`: those registered with it."""
        for call in self._calls(self._body.block):
            if not self._is_given(call, set()):
                continue
            for known in self._ev.callee(self._unit, call, self._body.frame):
                if isinstance(known, FunctionRef):
                    given = self._classes_given(call)
                    for cls, function in registered(self._ev, known):
                        if message_types.is_data(self._ev, cls) and (not given or cls in given):
                            yield Arm(self._ev.world.class_fact(cls).name, function, by_class=True)

    def _classes_given(self, call: int) -> set[Known]:
        """The classes, with their bases, of the objects that a call is given, where these are known."""
        found: set[Known] = set()
        for argument in self._unit.facts.calls[call].arguments[:1]:
            for known in self._ev.evaluate(self._unit, argument.value, self._body.frame):
                if isinstance(known, Instance):
                    found.update(self._ev.mro(known.cls))
        return found

    def named(self) -> Iterator[Arm]:
        """`getattr(self, f"on_{body['type']}")(body)`: methods named after types."""
        for call in self._unit.calls_by_name.get("getattr", ()):
            fact = self._unit.facts.calls[call]
            if fact.scope != self._body.function or len(fact.arguments) < 2:
                continue
            prefix = self._prefix(fact.arguments[1].value)
            if prefix is None:
                continue
            for known in self._ev.evaluate(self._unit, fact.arguments[0].value, self._body.frame):
                if isinstance(known, Instance):
                    yield from self._methods(known, prefix)

    def _prefix(self, value: int) -> str | None:
        """What stands before the type in the name of a method; None if the name is not made so."""
        shown = self._unit.facts.values[value]
        if not isinstance(shown, v.Joined) or len(shown.parts) != 2:
            return None
        first = self._unit.facts.values[shown.parts[0]]
        if not isinstance(first, v.Text) or len(first.text) < 3:
            return None
        return first.text if message_types.is_type_field(self._body, shown.parts[1], self._bindings) else None

    def _methods(self, receiver: Instance, prefix: str) -> Iterator[Arm]:
        for base in self._ev.mro(receiver.cls):
            if isinstance(base, ClassRef):
                unit = self._ev.world.known_unit(base.unit)
                for name in unit.members.get(base.index, {}):
                    if name.startswith(prefix) and name != prefix:
                        found = class_attribute(self._ev, receiver.cls, name, receiver)
                        functions = [k for k in found if isinstance(k, FunctionRef)]
                        yield from (Arm(name.removeprefix(prefix), function) for function in functions)

    # -------------------------------------------------------------------------------------------- targets

    def _target(self, block: int, captured: set[int] | None = None) -> FunctionRef | None:
        """The one function of the code base that a block hands the message, or `captured` parts of it, to."""
        found: dict[tuple[str, int], FunctionRef] = {}
        for call in self._calls(block):
            if self._unit.terminal(self._unit.facts.calls[call].function) in ASIDE:
                continue
            if not self._is_given(call, captured or set()):
                continue
            for known in registries.handlers(self._ev, self._ev.callee(self._unit, call, self._body.frame), "__call__"):
                found[known.unit, known.index] = known
        return next(iter(found.values())) if len(found) == 1 else None

    def _calls(self, block: int) -> list[int]:
        return [s.call for s in self._unit.steps(block) if isinstance(s, Do)]

    def _is_given(self, call: int, captured: set[int]) -> bool:
        """Whether a call is given the message or a part of it."""
        bindings = self._bindings | captured
        return any(
            message_types.is_whole(self._unit, a.value, bindings, self._body.values)
            for a in self._unit.facts.calls[call].arguments
        )


def _flat(ev: Evaluator, knowns: Iterable[Known]) -> Iterator[Known]:
    for known in knowns:
        if isinstance(known, ListOf):
            yield from ev.force_all(known.items)
        else:
            yield known


GENERIC = frozenset({"singledispatch", "singledispatchmethod"})


def registered(ev: Evaluator, function: FunctionRef) -> list[tuple[ClassRef, FunctionRef]]:
    """(class, function) of what is registered with a generic function (`functools.singledispatch`)."""
    unit = ev.world.known_unit(function.unit)
    if GENERIC.isdisjoint(unit.decorator_names(function.index)):
        return []
    found: list[tuple[ClassRef, FunctionRef]] = []
    for other in ev.world.active_units():
        for index, definition in enumerate(other.facts.definitions):
            for decorator in definition.decorators if isinstance(definition, Function) else ():
                if _registers(ev, other, decorator, function):
                    plain = ev.world.interned.of(FunctionRef, other.path, index, function.receiver, None)
                    found += [(cls, plain) for cls in _registered_classes(ev, other, decorator, plain)]
        for call in other.calls_by_name.get("register", ()):
            fact = other.facts.calls[call]
            if len(fact.arguments) == 2 and _registers(ev, other, fact.function, function):
                classes = [k for k in ev.evaluate(other, fact.arguments[0].value, None) if isinstance(k, ClassRef)]
                functions = registries.handlers(ev, ev.evaluate(other, fact.arguments[1].value, None), "")
                found += [(cls, one) for cls in classes for one in functions]
    return found


def _registers(ev: Evaluator, unit: Unit, value: int, function: FunctionRef) -> bool:
    """Whether a value is `function.register`, or a call of it."""
    shown = unit.facts.values[value]
    if isinstance(shown, v.Result):
        shown = unit.facts.values[unit.facts.calls[shown.call].function]
    if not isinstance(shown, v.Attribute) or shown.name != "register":
        return False
    return any(
        isinstance(k, FunctionRef) and (k.unit, k.index) == (function.unit, function.index)
        for k in ev.evaluate(unit, shown.of, None)
    )


def _registered_classes(ev: Evaluator, unit: Unit, decorator: int, function: FunctionRef) -> list[ClassRef]:
    shown = unit.facts.values[decorator]
    if isinstance(shown, v.Result):
        arguments = unit.facts.calls[shown.call].arguments
        return [k for a in arguments for k in ev.evaluate(unit, a.value, None) if isinstance(k, ClassRef)]
    skip = 1 if unit.owner_class(function.index) is not None else 0
    for parameter in unit.function(function.index).parameters[skip : skip + 1]:
        if parameter.annotation != NOTHING:
            return [k.cls for k in instances(ev, unit, parameter.annotation, None) if isinstance(k, Instance)]
    return []
