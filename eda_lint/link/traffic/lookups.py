"""What is looked up in a registry by the class of a value, and then called: `handlers[type(event)](event)`.

Only the shape of the code is asked here, over assignments, loops and functions that do the look-up for others. The
key must be the class of a value, as it is (`type(event)`, `event.__class__`), by name (`type(event).__name__`), one of
its bases (`for cls in type(event).__mro__`), or what `isinstance` finds it to be in a loop over the registry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.known import FunctionRef
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

GETTERS = frozenset({"get", "pop", "setdefault"})
"""Methods of a mapping that look up their first argument."""
COPIES = frozenset({"list", "tuple", "set", "frozenset", "reversed", "sorted", "iter", "chain", "copy", "filter"})
"""Functions that give the elements of their arguments."""
MAKERS = frozenset({"partial", "resolve", "provide", "create", "get", "inject", "instantiate", "make", "build", "wrap"})
"""Functions that make what is called of what was looked up: a container that is asked for a handler's class."""
ADDERS = ("extend", "append")
"""Methods that put something into a list that a name holds."""
CONTAINERS = frozenset({
    "append", "add", "extend", "insert", "update", "get", "pop", "items", "keys", "values", "remove", "discard",
    "clear", "copy", "count", "index", "setdefault", "union", "format", "join", "startswith", "endswith", "split",
    "appendleft",
})  # fmt: skip
"""Methods of what may be looked up that are no handlers."""
STEPS = 40
"""Most values looked at from one call."""
HELPERS = 2
"""How many functions that look up for others are gone through."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """What one call calls: the value in `registry` under the class of `subject`, or that value's `method`."""

    unit: Unit
    registry: int
    """The mapping, or the list of (class, handler), in `unit`."""
    subject: int
    """The value whose class is the key, where the call stands; NOTHING if it is not seen there."""
    method: str = ""


Classes = dict[int, int]
"""Bindings of parameters that hold the class of a value → that value where the look-up was asked for, as `~value`."""


class Search:
    """Follows a value back to the look-up that gave it, within one function and those that it asks."""

    def __init__(
        self, ev: Evaluator, unit: Unit, classes: Classes, helpers: frozenset[str], depth: int = HELPERS
    ) -> None:
        self._ev = ev
        self._unit = unit
        self._values = unit.facts.values
        self._classes = classes
        self._helpers = helpers
        self._depth = depth

    def find(self, value: int) -> Lookup | None:
        """The first look-up that a value comes from."""
        stack, seen = [value], set[int]()
        while stack and len(seen) < STEPS:
            current = stack.pop()
            if current == NOTHING or current in seen:
                continue
            seen.add(current)
            found = self.at(current)
            if found is not None:
                return found
            stack.extend(reversed(list(self._sources(current))))
        return None

    def at(self, value: int) -> Lookup | None:
        """The look-up that a value itself is."""
        match self._values[value]:
            case v.Item(of=of, key=key):
                subject = self.class_of(key)
                if subject is not None:
                    return Lookup(self._unit, of, subject)
                return self._paired(of, key)
            case v.Result(call=call):
                return self._result(call)
            case _:
                return None

    def _sources(self, value: int) -> Iterator[int]:
        """The values that a value is, is an element of, or is chosen from."""
        match self._values[value]:
            case v.Local(bindings=bindings):
                yield from (self._unit.facts.bindings[b].value for b in bindings)
                yield from self._added(bindings)
            case v.Parameter(function=function, index=index):
                yield from self._handed(function, index)
            case v.Element(of=of) | v.Awaited(of=of) | v.Starred(of=of):
                yield of
            case v.Either(operands=operands):
                yield from operands
            case v.Conditional(then=then, otherwise=otherwise):
                yield from (then, otherwise)
            case v.Arithmetic(operator="+", left=left, right=right):
                yield from (left, right)
            case v.Collected(element=element):
                yield element
            case v.Sequence(items=items):
                yield from items
            case v.Item(of=of, key=key) if isinstance(self._values[key], v.Number):
                yield of
            case v.Result(call=call):
                yield from self._made_of(call)
            case _:
                return

    def _made_of(self, call: int) -> Iterator[int]:
        fact = self._unit.facts.calls[call]
        function = self._values[fact.function]
        name = self._unit.terminal(fact.function)
        if name in COPIES or name in MAKERS:
            yield from (a.value for a in fact.arguments)
        elif isinstance(function, v.Attribute) and name in ("items", "values"):
            yield function.of
        elif isinstance(function, v.Local | v.Item | v.Result):
            # An object of a class that was looked up.
            yield fact.function

    def _added(self, bindings: tuple[int, ...]) -> Iterator[int]:
        """What is put into a list that a name holds."""
        key = f"{self._unit.path}#added"
        found = self._ev.world.shapes.get(key)
        if found is None:
            found = self._ev.world.shapes[key] = _added_values(self._unit)
        assert isinstance(found, dict)
        for binding in bindings:
            yield from found.get(binding, ())

    def _handed(self, function: int, index: int) -> Iterator[int]:
        """What calls in the same file give for a parameter (`self._run(handler, event)`)."""
        fact = self._unit.function(function)
        skip = 1 if self._ev.is_method(self._unit, function) else 0
        for call in self._unit.calls_by_name.get(fact.name, ()):
            for position, argument in enumerate(self._unit.facts.calls[call].arguments):
                if argument.star:
                    break
                if argument.name == fact.parameters[index].name or (not argument.name and position + skip == index):
                    yield argument.value

    def _result(self, call: int) -> Lookup | None:
        fact = self._unit.facts.calls[call]
        function = self._values[fact.function]
        if isinstance(function, v.Attribute) and function.name in GETTERS and fact.arguments:
            subject = self.class_of(fact.arguments[0].value)
            if subject is not None:
                return Lookup(self._unit, function.of, subject)
        return self._asked(call)

    def _paired(self, of: int, key: int) -> Lookup | None:
        """The second of a pair whose first is a class that `isinstance` finds a value to be."""
        pair = self._values[of]
        if not isinstance(pair, v.Element) or not isinstance(self._values[key], v.Number):
            return None
        subject = self._is_instance_of(of)
        if subject is None:
            return None
        return Lookup(self._unit, self._iterated(pair.of), subject)

    def _iterated(self, over: int) -> int:
        """The mapping or list that a loop goes over, copies and `items()` looked through."""
        for _ in range(4):
            shown = self._values[over]
            if not isinstance(shown, v.Result):
                break
            fact = self._unit.facts.calls[shown.call]
            function = self._values[fact.function]
            if isinstance(function, v.Attribute) and function.name == "items":
                over = function.of
            elif self._unit.terminal(over) in COPIES and fact.arguments:
                over = fact.arguments[0].value
            else:
                break
        return over

    def _is_instance_of(self, element: int) -> int | None:
        """The value that some `isinstance(value, cls)` tests, where `cls` is a loop's element, or a part of it."""
        for call in self._unit.calls_by_name.get("isinstance", ()):
            arguments = self._unit.facts.calls[call].arguments
            if len(arguments) != 2:
                continue
            tested = self._values[arguments[1].value]
            for binding in tested.bindings if isinstance(tested, v.Local) else ():
                bound = self._unit.facts.bindings[binding].value
                part = self._values[bound] if bound != NOTHING else None
                if bound == element or (isinstance(part, v.Item) and part.of == element):
                    return arguments[0].value
        return None

    # --------------------------------------------------------------------------------------------- keys

    def class_of(self, key: int) -> int | None:
        """The value whose class (or its name, or one of its bases) a key is; NOTHING for one that is not seen."""
        for _ in range(8):
            if key == NOTHING:
                return None
            match self._values[key]:
                case v.Result(call=call):
                    fact = self._unit.facts.calls[call]
                    name = self._unit.terminal(fact.function)
                    function = self._values[fact.function]
                    if name == "type" and len(fact.arguments) == 1 and not isinstance(function, v.Attribute):
                        return fact.arguments[0].value
                    if name == "getmro" and fact.arguments:
                        key = fact.arguments[0].value
                    elif name == "mro" and isinstance(function, v.Attribute):
                        key = function.of
                    else:
                        return None
                case v.Attribute(of=of, name="__class__"):
                    return of
                case v.Attribute(of=of, name="__name__" | "__qualname__" | "__mro__"):
                    key = of
                case v.Element(of=of) if self._is_bases(of):
                    key = of
                case v.Element():
                    return self._is_instance_of(key)
                case v.Local(bindings=(binding, *_)):
                    if binding in self._classes:
                        return self._classes[binding]
                    key = self._unit.facts.bindings[binding].value
                case _:
                    return None
        return None

    def _is_bases(self, value: int) -> bool:
        shown = self._values[value]
        if isinstance(shown, v.Result):
            return self._unit.terminal(value) in ("mro", "getmro")
        return isinstance(shown, v.Attribute) and shown.name == "__mro__"

    # ------------------------------------------------------------------------------------------ helpers

    def _asked(self, call: int) -> Lookup | None:
        """What a function of the code base looks up for its caller, under a class or a value that it is given."""
        if not self._helpers or not self._depth:
            return None
        fact = self._unit.facts.calls[call]
        if not fact.arguments or self._unit.terminal(fact.function) not in self._helpers:
            return None
        for known in self._ev.callee(self._unit, call, None):
            if isinstance(known, FunctionRef):
                found = self._within(known, call)
                if found is not None:
                    return found
        return None

    def _within(self, function: FunctionRef, call: int) -> Lookup | None:
        unit = self._ev.world.known_unit(function.unit)
        body = unit.body(function.index)
        given = self._given(unit, function, call)
        classes = {b: ~subject for b, value in given.items() if (subject := self.class_of(value)) is not None}
        inner = type(self)(self._ev, unit, classes, self._helpers, self._depth - 1)
        for value in (*body.returns, *body.yields):
            found = inner.find(value) if value != NOTHING else None
            if found is not None:
                return replace(found, subject=self._outside(unit, found.subject, given))
        return None

    def _given(self, unit: Unit, function: FunctionRef, call: int) -> dict[int, int]:
        """Binding of each parameter → the value that a call gives it, as far as the call spells it."""
        parameters = unit.function(function.index).parameters
        if self._ev.is_method(unit, function.index) and function.receiver is not None:
            parameters = parameters[1:]
        found: dict[int, int] = {}
        for position, argument in enumerate(self._unit.facts.calls[call].arguments):
            if argument.star:
                break
            for index, parameter in enumerate(parameters):
                if parameter.name == argument.name or (not argument.name and index == position):
                    found[parameter.binding] = argument.value
        return found

    @staticmethod
    def _outside(unit: Unit, subject: int, given: dict[int, int]) -> int:
        """A helper's subject as its caller sees it."""
        if subject < NOTHING:
            return ~subject
        shown = unit.facts.values[subject] if subject != NOTHING else None
        for binding in shown.bindings if isinstance(shown, v.Local) else ():
            if binding in given:
                return given[binding]
        return NOTHING


def _added_values(unit: Unit) -> dict[int, list[int]]:
    """Name → what is appended to the list that it holds."""
    found: dict[int, list[int]] = {}
    for name in ADDERS:
        for call in unit.calls_by_name.get(name, ()):
            fact = unit.facts.calls[call]
            function = unit.facts.values[fact.function]
            base = unit.facts.values[function.of] if isinstance(function, v.Attribute) else None
            for binding in base.bindings if isinstance(base, v.Local) else ():
                found.setdefault(binding, []).extend(a.value for a in fact.arguments)
    return found


def is_same(unit: Unit, one: int, other: int) -> bool:
    """Whether two values are spelled the same: one name, or the same attribute of it."""
    for _ in range(6):
        if one == other:
            return True
        match unit.facts.values[one], unit.facts.values[other]:
            case v.Local(bindings=left), v.Local(bindings=right):
                return bool(set(left) & set(right))
            case v.Name(name=left_name), v.Name(name=right_name):
                return left_name == right_name
            case v.Attribute(of=left_of, name=left_name), v.Attribute(of=right_of, name=right_name):
                if left_name != right_name:
                    return False
                one, other = left_of, right_of
            case _:
                return False
    return False
