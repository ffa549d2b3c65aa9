"""Who handles what a consumer object gives: loops over it, polls of it, and the function they hand records to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import activations, runners, taint
from eda_lint.link.evaluation.activations import frames
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.known import (
    CatalogMethod,
    ClassRef,
    ClientObject,
    External,
    FunctionRef,
    Instance,
    Known,
    Symbol,
    function_of,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import chains, handed
from eda_lint.link.traffic.delivery import usage
from eda_lint.link.traffic.readings import row_of
from eda_lint.model import values as v
from eda_lint.model.facts import Bind, Do, Function, Loop, Try
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


@dataclass(frozen=True, slots=True, eq=False)
class Consumption:
    """A place where records of a consumer come out: the loop over it, or the call that polls it."""

    unit: Unit
    function: int
    source: ClientObject
    block: int
    """The block that handles the record: the loop's body, or the function's."""
    seeds: frozenset[int]
    """Bindings that hold the record (or the batch)."""
    values: frozenset[int]
    """Values that are the record, where it is bound to no name."""
    frame: Frame | None = None
    """The activation of the method that it stands in, for one object whose method it is; None for any."""

    @property
    def place(self) -> tuple[str, int, int]:
        """What tells places apart, whatever the object."""
        return self.unit.path, self.function, self.block


def consumptions(ev: Evaluator) -> list[Consumption]:
    """All loops over, and polls of, catalogued consumer objects in active units, in order."""
    found: list[Consumption] = []
    names = {
        n
        for library in ev.world.catalog.libraries.values()
        for t in library.types.values()
        for row in t.methods
        if row.polls or row.record
        for n in (row.name, *row.names)
    }
    for unit in ev.world.active_units():
        for index, definition in enumerate(unit.facts.definitions):
            if isinstance(definition, Function):
                found.extend(_loops(ev, unit, index))
        for name in sorted(names & unit.calls_by_name.keys()):
            for call in unit.calls_by_name[name]:
                found.extend(_polls(ev, unit, call))
    return [inner for one in found for inner in _handed_up(ev, one, UP)]


UP = 3
"""How often a record is followed to the callers of the function that returns it."""


def _handed_up(ev: Evaluator, one: Consumption, steps: int) -> list[Consumption]:
    """A consumption by a function that gives its callers the records, or yields them, is theirs."""
    unit, body = one.unit, one.unit.body(one.function)
    bindings = taint.derived(unit, one.function, one.seeds, one.values)
    gives = [x for x in (*body.returns, *body.yields) if _is_record(ev, one, x, bindings)]
    if not gives or not steps or not one.function:
        return [one]
    found: list[Consumption] = []
    for other, call, frame in activations.calls(ev, unit, one.function, one.frame):
        around = chains.Hop(other, call).function
        results = frozenset(
            i for i, value in enumerate(other.facts.values) if isinstance(value, v.Result) and value.call == call
        )
        loop = _loop_over(other, around, results) if body.yields else None
        if loop is not None:
            seeds = frozenset(_element_bindings(other, loop))
            lifted = Consumption(other, around, one.source, loop.body, seeds, frozenset(), frame)
        else:
            block = _innermost(other, around, call)
            lifted = Consumption(other, around, one.source, block, frozenset(), results, frame)
        found += _handed_up(ev, lifted, steps - 1)
    return found or [one]


def _is_record(ev: Evaluator, one: Consumption, value: int, bindings: set[int]) -> bool:
    """Whether a value is a record itself, or a part or form of it: made of it without a function of the code base."""
    unit = one.unit
    for _ in range(8):
        if value == NOTHING:
            return False
        if value in one.values:
            return True
        match unit.facts.values[value]:
            case v.Local(bindings=found):
                return any(b in bindings for b in found)
            case v.Attribute(of=of) | v.Item(of=of) | v.Awaited(of=of) | v.Element(of=of):
                value = of
            case v.Conditional(then=then, otherwise=otherwise):
                return any(_is_record(ev, one, x, bindings) for x in (then, otherwise))
            case v.Sequence(items=items):
                return any(_is_record(ev, one, x, bindings) for x in items)
            case v.Result(call=call):
                made = ev.callee(unit, call, one.frame)
                if not made or not all(isinstance(k, ClassRef | External) for k in made):
                    return False
                return any(_is_record(ev, one, a.value, bindings) for a in unit.facts.calls[call].arguments)
            case _:
                return False
    return False


def _loop_over(unit: Unit, function: int, results: frozenset[int]) -> Loop | None:
    for step in unit.steps(unit.facts.definitions[function].body):
        if isinstance(step, Loop) and step.kind != "while" and taint.mentions(unit, step.over, set(), results):
            return step
    return None


def _loops(ev: Evaluator, unit: Unit, function: int) -> list[Consumption]:
    found: list[Consumption] = []
    for step in unit.steps(unit.facts.definitions[function].body):
        if not isinstance(step, Loop) or step.kind == "while" or not _may_iterate_client(ev, unit, step.over):
            continue
        seeds = frozenset(_element_bindings(unit, step))
        for frame in frames(ev, unit, function):
            given = _iterates_client(ev, unit, step.over, frame)
            found += [Consumption(unit, function, known, step.body, seeds, frozenset(), frame) for known in given]
    return found


def _may_iterate_client(ev: Evaluator, unit: Unit, over: int) -> bool:
    if _iterates_client(ev, unit, over, None):
        return True
    symbols = tuple(k for k in ev.evaluate(unit, over, None) if isinstance(k, Symbol))
    return any(isinstance(k, ClientObject) and ev.world.catalog.iterated(k.type) for k in ev.closed(symbols))


def _iterates_client(ev: Evaluator, unit: Unit, over: int, frame: Frame | None) -> list[ClientObject]:
    known = ev.evaluate(unit, over, frame)
    return [k for k in known if isinstance(k, ClientObject) and ev.world.catalog.iterated(k.type) is not None]


def _element_bindings(unit: Unit, loop: Loop) -> list[int]:
    found = []
    for step in unit.facts.blocks[loop.body]:
        if not isinstance(step, Bind) or not _is_element(unit, unit.facts.bindings[step.binding].value, loop.over):
            break
        found.append(step.binding)
    if found:
        return found
    return [
        i
        for i, b in enumerate(unit.facts.bindings)
        if b.value != NOTHING and isinstance(shown := unit.facts.values[b.value], v.Element) and shown.of == loop.over
    ]


def _is_element(unit: Unit, value: int, over: int) -> bool:
    """Whether a value is what a loop gives, or an unpacked part of it."""
    while value != NOTHING:
        match unit.facts.values[value]:
            case v.Element(of=of):
                return of == over
            case v.Item(of=of):
                value = of
            case _:
                return False
    return False


def _polls(ev: Evaluator, unit: Unit, call: int) -> list[Consumption]:
    if not _polled(ev, unit, call, None) or usage(unit, call).dropped:
        return []
    function = chains.Hop(unit, call).function
    block = _innermost(unit, function, call)
    results = frozenset(
        i for i, value in enumerate(unit.facts.values) if isinstance(value, v.Result) and value.call == call
    )
    return [
        Consumption(unit, function, source, block, frozenset(), results, frame)
        for frame in frames(ev, unit, function)
        for source in _polled(ev, unit, call, frame)
    ]


def _polled(ev: Evaluator, unit: Unit, call: int, frame: Frame | None) -> list[ClientObject]:
    """The consumers that a call polls."""
    found: list[ClientObject] = []
    for callee in chains.catalogued(ev, chains.Hop(unit, call), frame, outermost=False):
        if not isinstance(callee, CatalogMethod) or not isinstance(callee.receiver, ClientObject):
            continue
        told = row_of(ev, callee, ev.arguments(unit, call, frame))
        if told is None or not (told[0].polls or told[0].record) or told[0].action == "send" or told[0].decorator:
            continue
        gives_object = told[0].subscribes and told[0].returns and not told[0].polls
        if (told[0].action or told[0].polls) and not gives_object:
            found.append(callee.receiver)
    return found


def _innermost(unit: Unit, function: int, call: int) -> int:
    """The body of the outermost loop that a call stands in, else the function's body: what follows the call
    may stand in any block around it."""
    body = unit.facts.definitions[function].body
    for step in unit.steps(body):
        if isinstance(step, Loop) and any(isinstance(s, Do) and s.call == call for s in unit.steps(step.body)):
            return step.body
    return body


def handler_of(ev: Evaluator, consumption: Consumption) -> tuple[Unit, int]:
    """The function that a record is handed to, if it is one; else the function that holds the loop."""
    unit = consumption.unit
    bindings = taint.derived(unit, consumption.function, consumption.seeds, consumption.values)
    direct: dict[tuple[str, int], int] = {}
    others: dict[tuple[str, int], int] = {}
    aside = _in_except(unit, consumption.block) | handed.logged(unit, consumption.block)
    for step in unit.steps(consumption.block):
        if not isinstance(step, Do) or step.call in aside:
            continue
        if unit.terminal(unit.facts.calls[step.call].function) in NO_HANDLERS:
            continue
        for given in unit.facts.calls[step.call].arguments:
            if not taint.mentions(unit, given.value, bindings, consumption.values):
                continue
            runs = runners.function_value(unit, unit.facts.calls[step.call]) is not None
            target = direct if runs or _is_direct(unit, given.value) else others
            for function in _functions(ev, consumption, step.call):
                target.setdefault((function.unit, function.index), step.call)
    for group in (direct, others):
        found = list(group) if len(group) == 1 else [f for f, call in group.items() if not _prepares(ev, unit, f, call)]
        if len(found) == 1:
            path, function_index = found[0]
            call, within = group[found[0]], consumption.block
            notes = BESIDE.search(ev.world.known_unit(path).function(function_index).name) is not None
            if notes and handed.works(unit, within, call, bindings, consumption.values):
                break
            if handed.only_tells(ev, unit, within, call, found[0], bindings, consumption.values):
                break
            return ev.world.known_unit(path), function_index
    return unit, consumption.function


BESIDE = re.compile(r"(^|_)(log|logging|monitor|monitoring|metrics?|trace|tracing|audit|stats?|heartbeat)(_|$)")
"""Names of functions that note a message beside its handling."""


def _prepares(ev: Evaluator, unit: Unit, function: tuple[str, int], call: int) -> bool:
    """Whether a function only makes something of a record, which is handled by another, or takes note of it."""
    if BESIDE.search(ev.world.known_unit(function[0]).function(function[1]).name):
        return True
    made = {b for value in unit.results.get(call, ()) for b in _bound(unit, value)}
    return any(
        other != call and taint.is_form_of(unit, argument.value, made)
        for other, fact in enumerate(unit.facts.calls)
        if made and fact.scope == unit.facts.calls[call].scope
        for argument in fact.arguments
    )


def _bound(unit: Unit, value: int) -> list[int]:
    """The names that a value is given, awaited or not."""
    values = [value, *unit.awaits.get(value, ())]
    return [binding for one in values for binding in unit.bound.get(one, ())]


def _in_except(unit: Unit, block: int) -> set[int]:
    """Calls made where handling has failed: what parks a record is not its handler."""
    return {
        inner.call
        for step in unit.steps(block)
        if isinstance(step, Try)
        for handler in step.handlers
        for inner in unit.steps(handler.body)
        if isinstance(inner, Do)
    }


NO_HANDLERS = frozenset(
    {"print", "isinstance", "len", "str", "repr", "commit", "ack", "nack", "reject", "delete_message"}
)
"""Calls that are given a record and are not its handling."""


# --------------------------------------------------------------------------------------------- matching


def matching(ev: Evaluator, found: list[Consumption], subject: ClientObject) -> list[Consumption]:
    """The consumptions of what an object gives, or of what it made. One in a method that hands records to a function
    of which nothing is known is left out where there are others: nobody calls it on this object."""
    matched = [c for c in found if _descends(c.source, subject)]
    told = [c for c in matched if not _hands_to_parameter(ev, c)]
    return told or matched


def _descends(known: ClientObject, from_: ClientObject) -> bool:
    """Whether an object is another one, or was made by it: the same calls made it, as far as both are known."""
    current: Known | None = known
    for _ in range(6):
        if current is from_:
            return True
        if isinstance(current, ClientObject) and current.type == from_.type and _same_origin(current, from_):
            return True
        current = current.parent if isinstance(current, ClientObject) else None
    return False


def _same_origin(one: ClientObject, other: ClientObject) -> bool:
    first, second = origin(one), origin(other)
    shorter = min(len(first), len(second))
    return shorter > 0 and first[:shorter] == second[:shorter] and (shorter > 1 or len(first) == len(second))


def origin(known: ClientObject) -> tuple[tuple[str, int], ...]:
    """The call that made an object, and the calls through which that call was reached, innermost first."""
    found: list[tuple[str, int]] = []
    site = known.site
    for _ in range(ORIGIN):
        if site is None:
            break
        found.append((site.unit, site.call))
        frame = site.frame
        receiver = frame.receiver if frame is not None else None
        site = frame.site if frame is not None else None
        if isinstance(receiver, Instance) and receiver.site is not None:
            # Which object it belongs to, not through which call its method came to run.
            site = receiver.site
    return tuple(found)


ORIGIN = 6
"""Most calls of an object's origin that are compared."""


def _hands_to_parameter(ev: Evaluator, consumption: Consumption) -> bool:
    unit = consumption.unit
    bindings = taint.derived(unit, consumption.function, consumption.seeds, consumption.values)
    for step in unit.steps(consumption.block):
        if isinstance(step, Do):
            fact = unit.facts.calls[step.call]
            given = any(taint.mentions(unit, a.value, bindings, consumption.values) for a in fact.arguments)
            if given and any(isinstance(k, Symbol) for k in ev.callee(unit, step.call, consumption.frame)):
                return True
    return False


def _is_direct(unit: Unit, value: int) -> bool:
    for _ in range(8):
        match unit.facts.values[value]:
            case v.Local() | v.Result():
                return isinstance(unit.facts.values[value], v.Local) or not _calls_inside(unit, value)
            case v.Attribute(of=of) | v.Item(of=of) | v.Awaited(of=of):
                value = of
            case _:
                return False
    return False


def _calls_inside(unit: Unit, value: int) -> bool:
    """A call whose callee is a function of the code base's own names rather than a method of the record."""
    shown = unit.facts.values[value]
    if not isinstance(shown, v.Result):
        return False
    function = unit.facts.values[unit.facts.calls[shown.call].function]
    return not isinstance(function, v.Attribute) or any(unit.facts.calls[shown.call].arguments)


def _functions(ev: Evaluator, consumption: Consumption, call: int) -> list[FunctionRef]:
    found: list[FunctionRef] = []
    for known in ev.callee(consumption.unit, call, consumption.frame):
        function = function_of(known)
        if function is not None:
            found.append(function)
    return found
