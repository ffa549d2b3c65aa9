"""Which names of a body derive from a value, by the shape of expressions alone."""

from __future__ import annotations

from collections.abc import Iterable

from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.values import NOTHING


def children(unit: Unit, value: int) -> Iterable[int]:
    """The values that a value is made of; of a call its function and arguments."""
    match unit.facts.values[value]:
        case v.Attribute(of=of) | v.Awaited(of=of) | v.Element(of=of) | v.Entered(of=of) | v.Starred(of=of):
            return (of,)
        case v.Negation(of=of):
            return (of,)
        case v.Item(of=of, key=key):
            return (of, key)
        case v.Result(call=call):
            fact = unit.facts.calls[call]
            return (fact.function, *(a.value for a in fact.arguments))
        case v.Joined(parts=parts):
            return parts
        case v.Sequence(items=items):
            return items
        case v.Mapping(entries=entries):
            return tuple(x for e in entries for x in (e.key, e.value) if x != NOTHING)
        case v.Collected(key=key, element=element):
            return (key, element) if key != NOTHING else (element,)
        case v.Conditional(test=test, then=then, otherwise=otherwise):
            return (test, then, otherwise)
        case v.Either(operands=operands):
            return operands
        case v.Comparison(left=left, rights=rights):
            return (left, *rights)
        case v.Arithmetic(left=left, right=right):
            return (right,) if left == NOTHING else (left, right)
        case _:
            return ()


def mentions(unit: Unit, value: int, bindings: frozenset[int] | set[int], values: frozenset[int] = frozenset()) -> bool:
    """Whether a value is made of any of these bindings or values."""
    if value == NOTHING:
        return False
    stack, seen = [value], set()
    while stack:
        current = stack.pop()
        if current in seen:
            continue
        seen.add(current)
        if current in values:
            return True
        shown = unit.facts.values[current]
        if isinstance(shown, v.Local):
            if any(b in bindings for b in shown.bindings):
                return True
            continue
        stack.extend(children(unit, current))
    return False


FORMS = frozenset({"dumps", "encode", "str", "bytes", "packb", "asdict", "dict", "bytearray", "jsonable_encoder"})


def is_form_of(unit: Unit, value: int, bindings: set[int]) -> bool:
    """Whether a value is one of these names, in itself or in another form: an attribute, a method's result, a
    serialisation; not something new that was made with it."""
    stack, seen = [value], set()
    while stack:
        current = stack.pop()
        if current in seen or current == NOTHING:
            continue
        seen.add(current)
        match unit.facts.values[current]:
            case v.Local(bindings=found):
                if any(b in bindings for b in found):
                    return True
                stack.extend(unit.facts.bindings[b].value for b in found)
            case v.Attribute(of=of) | v.Awaited(of=of) | v.Starred(of=of) | v.Element(of=of):
                stack.append(of)
            case v.Conditional(then=then, otherwise=otherwise):
                stack.extend((then, otherwise))
            case v.Either(operands=operands):
                stack.extend(operands)
            case v.Result(call=call):
                fact = unit.facts.calls[call]
                function = unit.facts.values[fact.function]
                if unit.terminal(fact.function) in FORMS:
                    stack.extend(a.value for a in fact.arguments[:1])
                if isinstance(function, v.Attribute):
                    stack.append(function.of)
            case _:
                continue
    return False


def derived(unit: Unit, function: int, seeds: Iterable[int], values: frozenset[int] = frozenset()) -> set[int]:
    """Bindings of a function (and of definitions nested in it) that derive from seed bindings or values."""
    found = set(seeds)
    own = [(index, unit.facts.bindings[index]) for index in unit.bindings_within.get(function, ())]
    growing = True
    while growing:
        growing = False
        for index, binding in own:
            if index not in found and mentions(unit, binding.value, found, values):
                found.add(index)
                growing = True
    return found
