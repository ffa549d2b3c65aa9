"""Functions that AWS Lambda calls with messages: named by a template with their event sources, or told by how
they read the event.

Event shapes follow AWS's Lambda developer guide. (`link.infrastructure` reads the templates.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eda_lint.catalog.tables import Callable
from eda_lint.link.evaluation import taint
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.infrastructure import plans
from eda_lint.link.infrastructure.channels import Name, Plan
from eda_lint.link.traffic import entries, event_shapes, powertools
from eda_lint.link.traffic.addresses import Address
from eda_lint.link.traffic.declared import Declared
from eda_lint.link.traffic.readings import Reading
from eda_lint.model import values as v
from eda_lint.model.facts import Function
from eda_lint.model.topology import AddressPart, ChannelKind

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

ROW = Callable(action="receive", note="AWS Lambda calls the handler")


@dataclass(frozen=True, slots=True)
class Trigger:
    """One event source of a function."""

    system: str
    kind: ChannelKind
    address: Address
    messages: tuple[str, ...] = ()


@dataclass(slots=True)
class Deployed:
    """A function that a template deploys."""

    path: str
    function: str
    triggers: list[Trigger] = field(default_factory=list)


def deployed(plan: Plan) -> list[Deployed]:
    """The functions of a plan that messages reach, with the addresses of their channels."""
    variable_of = plans.variable_of(plan)
    found: list[Deployed] = []
    for one in plan.functions:
        triggers = [
            # A table's stream is nobody's by the table's name.
            Trigger(
                feed.system,
                feed.kind,
                _address(feed.name, None if feed.system == "aws_dynamodb" else variable_of(one, feed.name)),
                feed.messages,
            )
            for feed in one.feeds
            if feed.system
        ]
        if triggers:
            found.append(Deployed(one.path, one.function, triggers))
    return found


def _address(name: Name, variable: str | None) -> Address:
    """A channel as code would call it: by its name, by the variable that carries it, by its place in a template."""
    if name.text is not None:
        return Address(name.text, (AddressPart("literal", name.text),), None, "literal")
    if variable is not None:
        return Address(f"${{{variable}}}", (AddressPart("env", variable, name.default),), name.default, "setting")
    if name.shown.startswith("$"):
        return Address(name.shown, (AddressPart("env", name.shown[2:-1], name.default),), name.default, "setting")
    if name.shown:
        return Address(name.shown, (AddressPart("placeholder", name.shown[1:-1]),), None, "pattern")
    return Address(
        None, resolution="unresolved", reason="the template computes the channel's name", reason_code="template"
    )


# ------------------------------------------------------------------------------------------ declarations


def handlers(ev: Evaluator, functions: list[Deployed]) -> list[Declared]:
    """The receive operations of Lambda handlers in active units."""
    found: list[Declared] = []
    known: set[tuple[str, int]] = set()
    for one in functions:
        unit = ev.world.active.get(one.path)
        if unit is None:
            continue
        for function in entries.called(ev, unit, one.function):
            at = ev.world.known_unit(function.unit)
            known.add((at.path, function.index))
            told = powertools.told(ev, at, function.index)
            found.extend(_declare(at, function.index, t, told) for t in one.triggers)
    for unit in ev.world.active_units():
        assigned = {f.index for f in entries.assigned(ev, unit) if f.unit == unit.path} if _reads_records(unit) else ()
        for index, definition in enumerate(unit.facts.definitions):
            if isinstance(definition, Function) and (unit.path, index) not in known:
                told = powertools.told(ev, unit, index)
                shape = told.source or _shape(ev, unit, index, index in assigned)
                if shape is not None:
                    reason = "which channel feeds this function is said where it is deployed"
                    address = Address(None, resolution="unresolved", reason=reason, reason_code="deployment")
                    found.append(_declare(unit, index, Trigger(shape[0], shape[1], address), told))
    return found


def files(ev: Evaluator, functions: list[Deployed]) -> Iterator[str]:
    """The files of the functions that the names in templates stand for, where the named module does not define them."""
    for one in functions:
        unit = ev.world.active.get(one.path)
        if unit is not None:
            yield from (function.unit for function in entries.called(ev, unit, one.function))


def _declare(unit: Unit, function: int, trigger: Trigger, told: powertools.Told) -> Declared:
    messages = list(trigger.messages) or told.messages
    reading = Reading(
        ROW, "aws-lambda", trigger.system, trigger.kind, [trigger.address], messages,
        "attribute" if trigger.messages else "class" if messages else "unknown", (), (), None, "unknown", None, None,
    )  # fmt: skip
    place = unit.definition_place(function)
    return Declared("receive", unit, function, place, reading, handlers=tuple(told.handlers))


def _shape(ev: Evaluator, unit: Unit, function: int, assigned: bool) -> tuple[str, ChannelKind] | None:
    """What sends a function its events, by how it, or the function that it hands the event to, reads them. `assigned`:
    the module binds it to a name of its own."""
    fact = unit.function(function)
    given = entries.arguments(ev, unit, function)
    if len(given) != 2 or (fact.parent != 0 and not assigned) or fact.is_async:
        return None
    for decorator in fact.decorators:
        shown = unit.facts.values[decorator]
        for argument in unit.facts.calls[shown.call].arguments if isinstance(shown, v.Result) else ():
            if unit.terminal(argument.value) in powertools.KINDS:
                return powertools.KINDS[unit.terminal(argument.value)]
    if not powertools.has_context(unit, function):
        return None
    keys = event_shapes.read_of_records(ev, unit, function, given[0])
    told = event_shapes.sender(keys)
    if told is None and event_shapes.answers_a_batch(unit, function):
        told = event_shapes.sender(event_shapes.read_within(unit, function, given[0]))
    if told is not None or keys & event_shapes.OTHERS:
        return told
    found = _read(unit, function, given[0])
    if found is None:
        for other, inner, binding in entries.handed_on(ev, unit, function, given[0]):
            found = found or _read(other, inner, binding)
    return found


def _read(unit: Unit, function: int, event: int) -> tuple[str, ChannelKind] | None:
    """What sends events, by the keys that a function reads of one, and those that are read anywhere in its file."""
    keys = _keys_read(unit, function, {event})
    if event_shapes.RECORDS in keys:
        told = event_shapes.sender(_texts(unit) - {"messageId"})
        if told is not None:
            return told
    if "detail" in keys and keys & {"detail-type", "source", "id", "time"}:
        return "aws_eventbridge", "topic"
    return None


def _reads_records(unit: Unit) -> bool:
    return any(isinstance(value, v.Text) and value.text in ("Records", "detail") for value in unit.facts.values)


def _keys_read(unit: Unit, function: int, event: set[int]) -> set[str]:
    found: set[str] = set()
    for value in unit.facts.values:
        if isinstance(value, v.Item) and taint.mentions(unit, value.of, event):
            key = unit.facts.values[value.key]
            if isinstance(key, v.Text):
                found.add(key.text)
    for call in unit.body(function).calls:
        fact = unit.facts.calls[call]
        target = unit.facts.values[fact.function]
        if (
            isinstance(target, v.Attribute)
            and target.name == "get"
            and fact.arguments
            and taint.mentions(unit, target.of, event)
        ):
            key = unit.facts.values[fact.arguments[0].value]
            if isinstance(key, v.Text):
                found.add(key.text)
    return found


def _texts(unit: Unit) -> set[str]:
    """Keys read anywhere in the file."""
    return {
        k.text
        for value in unit.facts.values
        if isinstance(value, v.Item) and isinstance(k := unit.facts.values[value.key], v.Text)
    }
