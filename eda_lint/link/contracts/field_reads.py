"""Which fields of its message a handler reads, in its own code and in the functions that it hands the message to.

The answer is complete where the message goes nowhere else: then a field that is not among them is read by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import taint
from eda_lint.link.evaluation.known import Decorated, FunctionRef
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import message_types
from eda_lint.link.traffic.message_types import Body
from eda_lint.link.traffic.payload_reads import ENVELOPE
from eda_lint.model import values as v
from eda_lint.model.facts import Do
from eda_lint.model.topology import Place
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

_BODIES = 40
"""Most functions that a message is followed into."""
_HARMLESS = frozenset({
    "print", "debug", "info", "warning", "error", "exception", "log", "critical", "isinstance", "len", "repr", "str",
    "type", "hasattr", "id", "bool",
})  # fmt: skip
"""What may be given a whole message and reads no field that its work hangs on."""


@dataclass(frozen=True, slots=True)
class Reads:
    """Field → where it is read, and whether that fails without it. `complete`: no other field is."""

    fields: dict[str, tuple[Place, bool]]
    complete: bool


def of_bodies(ev: Evaluator, bodies: Iterable[Body]) -> Reads:
    """What the code of one handler reads of its message."""
    fields: dict[str, tuple[Place, bool]] = {}
    complete = True
    queue = list(bodies)
    seen: set[tuple[str, int, int]] = set()
    while queue:
        body = queue.pop(0)
        key = (body.unit.path, body.function, body.block)
        if key in seen:
            continue
        seen.add(key)
        if len(seen) > _BODIES:
            return Reads(fields, complete=False)
        bindings = taint.derived(body.unit, body.function, body.seeds, body.values)
        for name, place, required in _read(body, bindings):
            known = fields.get(name)
            if known is None or (required and not known[1]):
                fields[name] = (place, required)
        inner, followed = _handed(ev, body, bindings)
        queue += inner
        complete = complete and followed
    return Reads(fields, complete and bool(seen))


def _read(body: Body, bindings: set[int]) -> Iterator[tuple[str, Place, bool]]:
    """Keys, attributes and `.get("…")` of what the message is bound to, with the nearest call or the function's own
    place."""
    unit = body.unit
    home = unit.definition_place(body.function) if body.function else Place(unit.path, 1)
    for index, value in enumerate(unit.facts.values):
        match value:
            case v.Item(of=of, key=key):
                shown = unit.facts.values[key]
                name = shown.text if isinstance(shown, v.Text) else ""
            case v.Attribute(of=of, name=name):
                pass
            case _:
                continue
        if name and name not in ENVELOPE and taint.mentions(unit, of, bindings, body.values):
            yield name, _near(unit, body, index) or home, True
    for call in _calls(body):
        fact = unit.facts.calls[call]
        target = unit.facts.values[fact.function]
        if isinstance(target, v.Attribute) and target.name in ("get", "pop") and fact.arguments:
            shown = unit.facts.values[fact.arguments[0].value]
            if isinstance(shown, v.Text) and taint.mentions(unit, target.of, bindings, body.values):
                yield shown.text, unit.call_place(call), False


def _near(unit: Unit, body: Body, value: int) -> Place | None:
    """The call in which a value is used."""
    for call in _calls(body):
        fact = unit.facts.calls[call]
        if any(_holds(unit, a.value, value) for a in fact.arguments) or _holds(unit, fact.function, value):
            return unit.call_place(call)
    return None


def _holds(unit: Unit, value: int, part: int) -> bool:
    stack = [value]
    for _ in range(200):
        if not stack:
            return False
        current = stack.pop()
        if current == part:
            return True
        if not isinstance(unit.facts.values[current], v.Result):
            stack.extend(taint.children(unit, current))
    return False


def _handed(ev: Evaluator, body: Body, bindings: set[int]) -> tuple[list[Body], bool]:
    """The functions that are given the message whole, and whether that is all who are."""
    unit = body.unit
    found: list[Body] = []
    complete = True
    for call in _calls(body):
        fact = unit.facts.calls[call]
        given = [a for a in fact.arguments if message_types.is_whole(unit, a.value, bindings, body.values)]
        if not given or unit.terminal(fact.function) in _HARMLESS | message_types.PARSERS:
            continue
        if all(_is_field(unit, a.value) for a in given) and not any(a.star for a in given):
            continue
        functions = [k.function if isinstance(k, Decorated) else k for k in ev.callee(unit, call, body.frame)]
        own = [f for f in functions if isinstance(f, FunctionRef)]
        complete = complete and bool(own) and len(own) == len(functions) and not any(a.star for a in given)
        found += [message_types.of_function(ev, ev.world.known_unit(f.unit), f.index) for f in own]
    return found, complete


def _is_field(unit: Unit, value: int) -> bool:
    """Whether a value is one field of something, so that what gets it gets no other."""
    match unit.facts.values[value]:
        case v.Item(key=key):
            shown = unit.facts.values[key]
            return isinstance(shown, v.Text) and shown.text not in ENVELOPE
        case v.Attribute(name=name):
            return name not in ENVELOPE
        case v.Local(bindings=(binding,)):
            bound = unit.facts.bindings[binding].value
            what = unit.facts.values[bound] if bound != NOTHING else None
            return isinstance(what, v.Item | v.Attribute | v.Result) and _is_field(unit, bound)
        case v.Result(call=call):
            fact = unit.facts.calls[call]
            target = unit.facts.values[fact.function]
            return isinstance(target, v.Attribute) and target.name in ("get", "pop") and bool(fact.arguments)
        case _:
            return False


def _calls(body: Body) -> list[int]:
    return [step.call for step in body.unit.steps(body.block) if isinstance(step, Do)]
