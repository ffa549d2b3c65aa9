"""What a function is given of a record: all of it, or single fields for it to tell on or to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eda_lint.link.evaluation import roles, taint
from eda_lint.link.evaluation.known import CatalogFunction, CatalogMethod
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic.delivery import LOGGING
from eda_lint.model import values as v
from eda_lint.model.facts import Do
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

ENVELOPES = frozenset({"data", "body", "payload", "value", "message", "detail", "content", "event", "records", "msg"})
"""Names under which a record or an envelope holds all that it says, in lower case."""

BESIDE_THE_VALUE = frozenset({"key", "topic", "partition", "offset", "headers", "timestamp", "channel", "subject"})
"""What a record says besides its value."""

CONVERSIONS = frozenset({"int", "float", "str", "bool", "len", "isinstance", "print", "repr", "list", "dict", "commit"})
"""Calls that are no work of their own."""


def logged(unit: Unit, block: int) -> set[int]:
    """The calls of a block that make what is written to a log: nothing is handled there."""
    found: set[int] = set()
    for step in unit.steps(block):
        if isinstance(step, Do) and _logs(unit, step.call):
            for argument in unit.facts.calls[step.call].arguments:
                found |= _calls(unit, argument.value)
    return found


def _logs(unit: Unit, call: int) -> bool:
    """`logger.info(...)`, `logging.error(...)`, `self.log.debug(...)`, `print(...)`."""
    fact = unit.facts.calls[call]
    name = unit.terminal(fact.function)
    function = unit.facts.values[fact.function]
    if not isinstance(function, v.Attribute):
        return name == "print"
    return name in LOGGING and "log" in unit.terminal(function.of).lower()


def _calls(unit: Unit, value: int) -> set[int]:
    """The calls that stand in an expression."""
    found: set[int] = set()
    stack, seen = [value], {NOTHING}
    while stack:
        current = stack.pop()
        if current in seen:
            continue
        seen.add(current)
        shown = unit.facts.values[current]
        if isinstance(shown, v.Result):
            found.add(shown.call)
        stack.extend(taint.children(unit, current))
    return found


def only_tells(
    ev: Evaluator,
    unit: Unit,
    block: int,
    call: int,
    function: tuple[str, int],
    bindings: set[int],
    values: frozenset[int],
) -> bool:
    """Whether a function sends what it is given single fields of, while the block that calls it does work of its own
    with the record: the handler is who works, not who tells of it."""
    given = [a.value for a in unit.facts.calls[call].arguments if taint.mentions(unit, a.value, bindings, values)]
    if not given or not all(_is_field(unit, value, bindings) for value in given):
        return False
    return _sends(ev, *function) and works(unit, block, call, bindings, values)


def _is_field(unit: Unit, value: int, bindings: set[int]) -> bool:
    """Whether a value is a field of a record, or made of fields: not the record, nor its whole value."""
    for _ in range(12):
        match unit.facts.values[value]:
            case v.Local(bindings=found):
                told = [unit.facts.bindings[b].value for b in found if b in bindings]
                if len(told) != 1 or told[0] == NOTHING:
                    return False
                value = told[0]
            case v.Item(of=of, key=key):
                text = unit.facts.values[key]
                if isinstance(text, v.Text):
                    return text.text.lower() not in ENVELOPES
                value = of
            case v.Awaited(of=of):
                value = of
            case v.Arithmetic() | v.Joined() | v.Comparison():
                return True
            case v.Result(call=call):
                fact = unit.facts.calls[call]
                method = unit.facts.values[fact.function]
                name = unit.terminal(fact.function)
                if name in BESIDE_THE_VALUE and isinstance(method, v.Attribute):
                    return True
                if name in ("get", "pop") and isinstance(method, v.Attribute) and fact.arguments:
                    text = unit.facts.values[fact.arguments[0].value]
                    return isinstance(text, v.Text) and text.text.lower() not in ENVELOPES
                if name in CONVERSIONS and fact.arguments:
                    value = fact.arguments[0].value
                elif isinstance(method, v.Attribute) and name in ("decode", "encode", "strip", "lower", "upper"):
                    value = method.of
                else:
                    return False
            case v.Attribute(name=name):
                return name in BESIDE_THE_VALUE
            case _:
                return False
    return False


def _sends(ev: Evaluator, path: str, function: int) -> bool:
    """Whether a function itself calls what sends a message."""
    unit = ev.world.known_unit(path)
    for step in unit.steps(unit.facts.definitions[function].body):
        if not isinstance(step, Do):
            continue
        for known in ev.callee(unit, step.call, None):
            if not isinstance(known, CatalogMethod | CatalogFunction):
                continue
            if roles.chosen(ev, known, ev.arguments(unit, step.call, None)).action == "send":
                return True
    return False


def works(unit: Unit, block: int, call: int, bindings: set[int], values: frozenset[int]) -> bool:
    """Whether a block does something with fields of the record besides this call: reading, decoding, converting and
    noting them is not it."""
    aside = logged(unit, block) | {call}
    for argument in unit.facts.calls[call].arguments:
        aside |= _calls(unit, argument.value)
    for step in unit.steps(block):
        if not isinstance(step, Do) or step.call in aside or _logs(unit, step.call):
            continue
        fact = unit.facts.calls[step.call]
        if unit.terminal(fact.function) in CONVERSIONS:
            continue
        if any(
            taint.mentions(unit, a.value, bindings, values) and _is_field(unit, a.value, bindings)
            for a in fact.arguments
        ):
            return True
    return False
