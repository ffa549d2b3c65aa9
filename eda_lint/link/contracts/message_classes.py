"""The classes that messages are of: what a send serialises, and what a handler reads its message into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import annotations as declared_types
from eda_lint.link.evaluation import taint
from eda_lint.link.evaluation.known import ClassRef, DictOf, Encoded, Instance, Known, Knowns, ListOf, Named, Symbol
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import message_types, payloads
from eda_lint.link.traffic.message_types import Body
from eda_lint.model import values as v
from eda_lint.model.facts import Do, Function
from eda_lint.model.topology import Place
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

READERS = frozenset({
    "TypeAdapter", "Decoder", "decode", "structure", "from_dict", "convert", "parse_obj_as", "parse_raw_as", "loads",
    "load", "from_json", "deserialize",
})  # fmt: skip
"""Functions, constructors and methods that are given the class to make of a message (pydantic, msgspec, cattrs,
dacite)."""
DEPTH = 2
"""How many calls are followed to find what a message is read into."""
_NESTED = 3
"""How deep a payload is looked into for the object that it carries."""
_MOST = 24


@dataclass(frozen=True, slots=True)
class Carried:
    """What a message is made of in the code: the class of a file by its qualified name, or the dict display (empty
    name) at a place."""

    path: str
    name: str
    place: Place


def sent(ev: Evaluator, payload: Knowns) -> tuple[Carried, ...]:
    """The classes whose objects a payload serialises, and the dict displays that it is written with."""
    found: dict[Carried, None] = {}
    for known in payload:
        for one in _sent(ev, known, _NESTED):
            found.setdefault(one)
    return tuple(found)[:_MOST]


def _sent(ev: Evaluator, known: Known, depth: int) -> Iterator[Carried]:
    match known:
        case Encoded(of=of) | Named(text=of):
            if depth:
                yield from _sent(ev, of, depth - 1)
        case Instance(cls=cls):
            yield _of_class(ev, cls)
        case Symbol():
            for typed in ev.typed(known):
                if isinstance(typed, Instance) and message_types.is_data(ev, typed.cls) and not _is_base(ev, typed.cls):
                    yield _of_class(ev, typed.cls)
        case ListOf(items=items):
            for item in ev.force_all(items) if depth else ():
                yield from _sent(ev, item, depth - 1)
        case DictOf(origin=(path, value)):
            place = _first_entry(ev.world.known_unit(path), value)
            if place is not None:
                yield Carried(path, "", place)
        case _:
            return


def received(ev: Evaluator, bodies: Iterable[Body]) -> tuple[Carried, ...]:
    """The classes that the code of a handler reads its message into, or is declared to take."""
    for body in bodies:
        found = dict.fromkeys(_of_class(ev, cls) for cls in _received(ev, body, DEPTH))
        if found:
            return tuple(found)[:_MOST]
    return ()


def _received(ev: Evaluator, body: Body, depth: int) -> list[ClassRef]:
    bindings = taint.derived(body.unit, body.function, body.seeds, body.values)
    found = [*_annotated(ev, body), *_parsed(ev, body, bindings)]
    if not found and depth:
        for inner in message_types.handed_on(ev, body, bindings):
            if (inner.unit, inner.function) != (body.unit, body.function):
                found += _received(ev, inner, depth - 1)
    return list(dict.fromkeys(found))


def _annotated(ev: Evaluator, body: Body) -> Iterator[ClassRef]:
    definition = body.unit.facts.definitions[body.function]
    if not isinstance(definition, Function):
        return
    for parameter in definition.parameters:
        if parameter.binding not in body.seeds or parameter.annotation == NOTHING or parameter.kind in ("*", "**"):
            continue
        for known in declared_types.instances(ev, body.unit, parameter.annotation, None):
            if isinstance(known, Instance) and message_types.is_data(ev, known.cls) and not _is_base(ev, known.cls):
                yield known.cls


def _parsed(ev: Evaluator, body: Body, bindings: set[int]) -> Iterator[ClassRef]:
    unit = body.unit
    for step in unit.steps(body.block):
        if not isinstance(step, Do):
            continue
        fact = unit.facts.calls[step.call]
        given = [a for a in fact.arguments if taint.mentions(unit, a.value, bindings, body.values)]
        if not given:
            continue
        function = unit.facts.values[fact.function]
        if isinstance(function, v.Attribute) and function.name in message_types.PARSERS:
            yield from _classes(ev, unit, function.of)
        elif any(a.star == 2 for a in given):
            yield from _classes(ev, unit, fact.function)
        yield from _named_beside(ev, unit, step.call)


def _named_beside(ev: Evaluator, unit: Unit, call: int) -> Iterator[ClassRef]:
    """Classes that a reading call is given (`decode(body, type=Order)`), or that its reader was made with
    (`TypeAdapter(Order).validate_json(body)`)."""
    fact = unit.facts.calls[call]
    calls = [call] if unit.terminal(fact.function) in READERS else []
    function = unit.facts.values[fact.function]
    if isinstance(function, v.Attribute):
        maker = _made_by(unit, function.of)
        if maker is not None and unit.terminal(unit.facts.calls[maker].function) in READERS:
            calls.append(maker)
    for one in calls:
        for argument in unit.facts.calls[one].arguments:
            if argument.star == 0:
                yield from _classes(ev, unit, argument.value, themselves=True)


def _made_by(unit: Unit, value: int) -> int | None:
    """The call that makes what a value is, through one name."""
    shown = unit.facts.values[value]
    if isinstance(shown, v.Local) and len(shown.bindings) == 1:
        bound = unit.facts.bindings[shown.bindings[0]].value
        shown = unit.facts.values[bound] if bound != NOTHING else shown
    elif isinstance(shown, v.Name) and len(unit.globals.get(shown.name, ())) == 1:
        bound = unit.facts.bindings[unit.globals[shown.name][0]].value
        shown = unit.facts.values[bound] if bound != NOTHING else shown
    return shown.call if isinstance(shown, v.Result) else None


def _classes(ev: Evaluator, unit: Unit, value: int, *, themselves: bool = False) -> Iterator[ClassRef]:
    for known in ev.evaluate(unit, value, None):
        cls = known.cls if isinstance(known, Instance) and not themselves else known
        if isinstance(cls, ClassRef):
            yield cls


def _is_base(ev: Evaluator, cls: ClassRef) -> bool:
    """Whether a class is one that any message may be of, so that it tells nothing of the one at hand."""
    name = ev.world.class_fact(cls).name
    return payloads.GENERIC.fullmatch(name) is not None or bool(ev.callers.subclasses(cls))


def _of_class(ev: Evaluator, cls: ClassRef) -> Carried:
    unit = ev.world.known_unit(cls.unit)
    return Carried(cls.unit, unit.qualified(cls.index), unit.definition_place(cls.index))


def _first_entry(unit: Unit, value: int) -> Place | None:
    shown = unit.facts.values[value]
    if not isinstance(shown, v.Mapping) or not shown.entries:
        return None
    return unit.place(unit.places.entries[shown.entries[0].place])
