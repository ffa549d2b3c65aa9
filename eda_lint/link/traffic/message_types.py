"""Which types of message a handler takes, as far as its own code tells: the class it is declared with or reads the
body into, and the texts that it compares the message's type field with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import taint
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.instances import fields_in_order
from eda_lint.link.evaluation.known import (
    ClassRef,
    Decorated,
    DictOf,
    EnumMember,
    External,
    FunctionRef,
    Instance,
    Known,
    Text,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import dispatch, payloads
from eda_lint.link.traffic.dispatch import is_message
from eda_lint.model import values as v
from eda_lint.model.facts import Branch, Do, Function, Loop, Match, Pattern
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

FIELDS = frozenset(payloads.TYPE_FIELDS) | {
    "content_type", "event_class", "message_name", "topic_name", "eventName", "event-type", "message-type", "ce-type",
    "type_", "event_kind", "subject", "command", "action", "op",
}  # fmt: skip
"""Fields and headers by which handlers tell messages apart."""

PARSERS = frozenset({
    "model_validate_json", "model_validate", "parse_raw", "parse_obj", "from_json", "from_dict", "loads", "load",
    "decode",
    "deserialize", "FromString", "ParseFromString", "from_bytes", "fromJson", "structure", "from_payload",
    "from_message",
    "from_event", "parse", "validate_json", "validate_python", "model_construct", "from_record", "from_raw", "unpack",
})  # fmt: skip
"""Methods of a class that make an object of it from a message."""

DATA_BASES = frozenset({
    "pydantic.BaseModel", "pydantic.main.BaseModel", "msgspec.Struct", "typing.NamedTuple", "faust.Record",
    "typing.TypedDict",
    "pydantic.v1.BaseModel", "dataclasses_avroschema.AvroModel", "dataclasses_json.DataClassJsonMixin",
})  # fmt: skip
DATA_DECORATORS = frozenset({"dataclass", "define", "frozen", "attrs", "s", "dataclass_json"})
DEPTH = 2
"""How many calls are followed to find who tells the types apart."""
TYPES = 24
"""Most types told of one handler."""


@dataclass(frozen=True, slots=True)
class Body:
    """The code that handles a message: a function's, or the block of a loop in it."""

    unit: Unit
    function: int
    seeds: frozenset[int]
    """Bindings that hold the message."""
    values: frozenset[int]
    """Values that are the message, where it is bound to no name."""
    block: int
    frame: Frame | None = None
    """The activation of the method that it is, for one object."""


def of_body(ev: Evaluator, body: Body, depth: int = DEPTH) -> list[str]:
    """The type names that a handler takes; none if it takes any, or does not say. Where its own code says nothing,
    the functions that it hands the message to are asked."""
    bindings = taint.derived(body.unit, body.function, body.seeds, body.values)
    tested = dict.fromkeys(_tested(ev, body, bindings))
    names = tested or dict.fromkeys(_annotated(ev, body)) or dict.fromkeys(_parsed(ev, body, bindings))
    names = names or dict.fromkeys(_translated(ev, body, bindings))
    if not names and depth:
        for inner in handed_on(ev, body, bindings):
            if (inner.unit, inner.function) != (body.unit, body.function):
                names.update(dict.fromkeys(of_body(ev, inner, depth - 1)))
    return list(names)[:TYPES]


def handed_on(ev: Evaluator, body: Body, bindings: set[int]) -> Iterator[Body]:
    """The bodies of the functions that the message is handed to, with what they are given of it."""
    unit = body.unit
    for call in _calls(body):
        given = [a.value for a in unit.facts.calls[call].arguments if is_whole(unit, a.value, bindings, body.values)]
        if not given:
            continue
        for known in ev.callee(unit, call, body.frame):
            function = known.function if isinstance(known, Decorated) else known
            if isinstance(function, FunctionRef):
                yield of_function(ev, ev.world.known_unit(function.unit), function.index)


def is_whole(unit: Unit, value: int, bindings: set[int], values: frozenset[int]) -> bool:
    """Whether a value is the message or a part of it by itself, and no new thing that was made with it."""
    shown = unit.facts.values[value]
    if isinstance(shown, v.Result) and value not in values:
        arguments = unit.facts.calls[shown.call].arguments
        return any(is_whole(unit, a.value, bindings, values) for a in arguments[:1])
    return isinstance(shown, v.Local | v.Attribute | v.Item | v.Result) and taint.mentions(
        unit, value, bindings, values
    )


def of_function(ev: Evaluator, unit: Unit, function: int) -> Body:
    """The body of a function that is called with a message: any of its parameters may hold it."""
    fact = unit.facts.definitions[function]
    skip = 1 if isinstance(fact, Function) and function and ev.is_method(unit, function) else 0
    seeds = (
        frozenset(p.binding for p in fact.parameters[skip:]) if isinstance(fact, Function) and function else frozenset()
    )
    return Body(unit, function, seeds, frozenset(), fact.body)


# --------------------------------------------------------------------------------------------- tested


def _tested(ev: Evaluator, body: Body, bindings: set[int]) -> Iterator[str]:
    """Texts that a type field of the message is compared with, by `==`, `in`, `match` or as the key of a dict."""
    for value in _tests(body):
        shown = body.unit.facts.values[value]
        if isinstance(shown, v.Comparison) and len(shown.operators) == 1:
            yield from compared(ev, body, shown, bindings)
    for step in body.unit.steps(body.block):
        if isinstance(step, Match):
            yield from _matched(ev, body, step, bindings)
    for of, key in lookups(body):
        if is_type_field(body, key, bindings):
            for known in ev.closed(ev.evaluate(body.unit, of, None)):
                yield from _names(ev, (k for k, _ in known.entries) if isinstance(known, DictOf) else ())


def compared(ev: Evaluator, body: Body, test: v.Comparison, bindings: set[int]) -> Iterator[str]:
    """The texts that a comparison asks a type field of the message for."""
    left, operator, right = test.left, test.operators[0], test.rights[0]
    if operator == "==":
        for field, text in ((left, right), (right, left)):
            if is_type_field(body, field, bindings):
                yield from _names(ev, ev.evaluate(body.unit, text, None))
    elif operator == "in" and is_type_field(body, left, bindings):
        for known in ev.evaluate(body.unit, right, None):
            yield from _names(ev, payloads.sequence_of(ev, (known,)) if not isinstance(known, Text) else ())


def _matched(ev: Evaluator, body: Body, step: Match, bindings: set[int]) -> Iterator[str]:
    if is_type_field(body, step.subject, bindings):
        for case in step.cases:
            yield from pattern_names(ev, body.unit, case.pattern)
    elif taint.mentions(body.unit, step.subject, bindings, body.values):
        for case in step.cases:
            pattern = body.unit.facts.patterns[case.pattern]
            if pattern.kind == "capture" and pattern.parts:
                pattern = body.unit.facts.patterns[pattern.parts[0]]
            for key, part in zip(pattern.keys, pattern.parts, strict=False):
                if pattern.kind == "mapping" and pattern_key(body.unit, key) in FIELDS:
                    yield from pattern_names(ev, body.unit, part)


def pattern_key(unit: Unit, key: str) -> str:
    """The text that a key of a mapping pattern is; empty if it is none."""
    shown = unit.facts.values[int(key)] if key.isdigit() and int(key) < len(unit.facts.values) else None
    return shown.text if isinstance(shown, v.Text) else ""


def pattern_names(ev: Evaluator, unit: Unit, pattern: int) -> Iterator[str]:
    """The texts that a pattern compares with."""
    shown: Pattern = unit.facts.patterns[pattern]
    if shown.kind == "value":
        yield from _names(ev, ev.evaluate(unit, shown.value, None))
    elif shown.kind == "or":
        for part in shown.parts:
            yield from pattern_names(ev, unit, part)


def _tests(body: Body) -> Iterator[int]:
    """Values that decide what is done: tests of branches and loops, and what they are made of."""
    for step in body.unit.steps(body.block):
        if isinstance(step, Branch) or (isinstance(step, Loop) and step.kind == "while"):
            test = step.test if isinstance(step, Branch) else step.over
            stack, seen = [test], set()
            while stack:
                current = stack.pop()
                if current == NOTHING or current in seen:
                    continue
                seen.add(current)
                yield current
                if isinstance(body.unit.facts.values[current], v.Either | v.Negation):
                    stack.extend(reversed(list(taint.children(body.unit, current))))


def lookups(body: Body) -> Iterator[tuple[int, int]]:
    """(mapping, key) of each look-up in the body whose result is called."""
    for call in _calls(body):
        value = body.unit.facts.calls[call].function
        for _ in range(4):
            match body.unit.facts.values[value]:
                case v.Local(bindings=found) if found:
                    value = body.unit.facts.bindings[found[-1]].value
                    if value == NOTHING:
                        break
                case v.Awaited(of=of) | v.Element(of=of):
                    value = of
                case v.Item(of=of, key=key):
                    yield of, key
                    break
                case v.Result(call=inner):
                    fact = body.unit.facts.calls[inner]
                    function = body.unit.facts.values[fact.function]
                    if isinstance(function, v.Attribute) and function.name in ("get", "pop") and fact.arguments:
                        yield function.of, fact.arguments[0].value
                    break
                case _:
                    break


def _calls(body: Body) -> list[int]:
    return [s.call for s in body.unit.steps(body.block) if isinstance(s, Do)]


def is_type_field(body: Body, value: int, bindings: set[int]) -> bool:
    """Whether a value is a field of the message that names its type: `body["type"]`, `properties.type`,
    `headers.get("event_type")`, or a name for one."""
    unit = body.unit
    for _ in range(6):
        match unit.facts.values[value]:
            case v.Local(bindings=found) if found:
                value = unit.facts.bindings[found[-1]].value
                if value == NOTHING:
                    return False
            case v.Attribute(of=of, name="value" | "lower" | "upper" | "decode" | "name") if _is_compound(unit, of):
                value = of
            case v.Attribute(of=of, name=name):
                return name in FIELDS and taint.mentions(unit, of, bindings, body.values)
            case v.Item(of=of, key=key):
                shown = unit.facts.values[key]
                return (
                    isinstance(shown, v.Text)
                    and shown.text in FIELDS
                    and taint.mentions(unit, of, bindings, body.values)
                )
            case v.Result(call=call):
                fact = unit.facts.calls[call]
                function = unit.facts.values[fact.function]
                if not isinstance(function, v.Attribute):
                    if len(fact.arguments) != 1 or unit.terminal(fact.function) not in (
                        "str",
                        "EventType",
                        "MessageType",
                    ):
                        return False
                    value = fact.arguments[0].value
                elif function.name in ("get", "pop") and fact.arguments:
                    shown = unit.facts.values[fact.arguments[0].value]
                    return (
                        isinstance(shown, v.Text)
                        and shown.text in FIELDS
                        and taint.mentions(unit, function.of, bindings, body.values)
                    )
                else:
                    value = function.of
            case _:
                return False
    return False


def _is_compound(unit: Unit, value: int) -> bool:
    return isinstance(unit.facts.values[value], v.Attribute | v.Item | v.Result)


def _names(ev: Evaluator, knowns: Iterable[Known]) -> Iterator[str]:
    for known in knowns:
        name = payloads.name_of(ev, known) if isinstance(known, Text | EnumMember) else None
        if name and payloads.MIME.match(name) is None and "{" not in name:
            yield name


# ------------------------------------------------------------------------------------------ annotated


def _annotated(ev: Evaluator, body: Body) -> Iterator[str]:
    """The class that the parameter which holds the message is annotated with; of several parameters the first."""
    from eda_lint.link.evaluation import annotations

    definition = body.unit.facts.definitions[body.function]
    if not isinstance(definition, Function):
        return
    for parameter in definition.parameters:
        if parameter.binding not in body.seeds or parameter.annotation == NOTHING or parameter.kind in ("*", "**"):
            continue
        for known in annotations.instances(ev, body.unit, parameter.annotation, None):
            if isinstance(known, Instance) and is_data(ev, known.cls):
                name = ev.world.class_fact(known.cls).name
                if payloads.GENERIC.fullmatch(name) is None:
                    yield name
        return


TRANSPORT = re.compile(r"(Record|Envelope|Context|Delivery)$")
"""Classes that a message is handed around in, whatever its type."""


def is_data(ev: Evaluator, cls: ClassRef) -> bool:
    """Whether a class is one of messages or plain data, and no service, model of a database or means of transport."""
    if TRANSPORT.search(ev.world.class_fact(cls).name):
        return False
    if is_message(ev, cls):
        return True
    unit = ev.world.known_unit(cls.unit)
    decorators = {unit.terminal(d) for d in ev.world.class_fact(cls).decorators}
    if decorators & DATA_DECORATORS:
        return bool(fields_in_order(ev, cls))
    return any(isinstance(b, External) and b.path in DATA_BASES for b in ev.mro(cls))


# --------------------------------------------------------------------------------------------- parsed


def _parsed(ev: Evaluator, body: Body, bindings: set[int]) -> Iterator[str]:
    """Classes that the body of the message is read into."""
    unit = body.unit
    for call in _calls(body):
        fact = unit.facts.calls[call]
        given = [a for a in fact.arguments if taint.mentions(unit, a.value, bindings, body.values)]
        if not given:
            continue
        function = unit.facts.values[fact.function]
        if isinstance(function, v.Attribute) and function.name in PARSERS:
            yield from _class_names(ev, unit, function.of)
        elif any(a.star == 2 for a in given):
            yield from _class_names(ev, unit, fact.function)


def _translated(ev: Evaluator, body: Body, bindings: set[int]) -> Iterator[str]:
    """Message classes of the code base that are made of fields of the message and given to an in-house bus: what is
    handled is the same message in the program's own words."""
    unit = body.unit
    for call in _calls(body):
        fact = unit.facts.calls[call]
        made = [a.value for a in fact.arguments if _is_made_of(unit, a.value, bindings, body.values)]
        if not made or not any(dispatch.leads_to_bus(ev, k) for k in ev.callee(unit, call, body.frame)):
            continue
        for value in made:
            for known in ev.evaluate(unit, value, body.frame):
                if isinstance(known, Instance) and is_message(ev, known.cls):
                    yield ev.world.class_fact(known.cls).name


def _is_made_of(unit: Unit, value: int, bindings: set[int], values: frozenset[int]) -> bool:
    """Whether a value is constructed of nothing but fields of the message."""
    shown = unit.facts.values[value]
    if isinstance(shown, v.Local) and len(shown.bindings) == 1:
        value = unit.facts.bindings[shown.bindings[0]].value
        shown = unit.facts.values[value] if value != NOTHING else shown
    if not isinstance(shown, v.Result):
        return False
    arguments = unit.facts.calls[shown.call].arguments
    return bool(arguments) and all(taint.mentions(unit, a.value, bindings, values) for a in arguments)


def _class_names(ev: Evaluator, unit: Unit, value: int) -> Iterator[str]:
    for known in ev.evaluate(unit, value, None):
        cls = known.cls if isinstance(known, Instance) else known
        if isinstance(cls, ClassRef) and is_data(ev, cls):
            yield ev.world.class_fact(cls).name
