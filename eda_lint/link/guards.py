"""What keeps a second delivery from doing harm: tests, caught duplicates, keys (rules.md EDA301).

A test counts as a guard when it asks something that outlives the handler: a record, a claim, a conditional
write, the state of an object that was loaded. A test of the message alone, of a constant or of the process's
own memory does not: it gives the same answer again on redelivery, or none after a restart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eda_lint.link import taint
from eda_lint.link.frames import Frame
from eda_lint.link.known import CatalogFunction, CatalogMethod, ClientObject, DictOf, Instance, ListOf, Record, Unknown
from eda_lint.link.readings import row_of
from eda_lint.link.units import Unit
from eda_lint.model import values as v
from eda_lint.model.describe import describe
from eda_lint.model.topology import Guard, Place
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluate import Evaluator

PURE = frozenset({
    "isinstance", "len", "hasattr", "getattr", "type", "int", "str", "bool", "float", "any", "all", "callable", "lower",
    "upper", "strip", "startswith", "endswith", "get", "keys", "values", "items", "split", "issubset", "issuperset", "error",
    "value", "decode", "min", "max", "sum", "sorted", "set", "list", "tuple", "dict", "isdigit", "json", "loads", "match",
    "search", "fullmatch", "partition_eof", "code", "isoformat", "total_seconds",
})  # fmt: skip
DUPLICATES = frozenset({
    "IntegrityError", "UniqueViolation", "UniqueViolationError", "DuplicateKeyError", "ConflictError", "DuplicateError",
    "ConditionalCheckFailedException", "ConditionalCheckFailed", "AlreadyExists", "AlreadyProcessed", "DuplicateEntry",
    "ClientError", "NotUniqueError", "FileExistsError", "DuplicateEvent", "DuplicateMessage", "BulkWriteError",
})  # fmt: skip
"""Exceptions that say that a record is there already."""
DECORATORS = frozenset({
    "idempotent", "idempotent_function", "dedupe", "deduplicate", "once", "unique_task", "process_once", "run_once",
    "exactly_once", "idempotency", "idempotent_consumer", "idempotent_handler", "ensure_idempotent",
})  # fmt: skip


def of_test(
    ev: Evaluator, unit: Unit, test: int, frame: Frame | None, tainted: set[int], values: frozenset[int], place: Place
) -> Guard | None:
    """The guard that a test is, if it is one."""
    kind: str | None = None
    stack, seen = [test], set()
    while stack:
        current = stack.pop()
        if current in seen or current == NOTHING:
            continue
        seen.add(current)
        shown = unit.facts.values[current]
        match shown:
            case v.Local(bindings=bindings):
                if any(b in tainted for b in bindings) and not any(_is_read(ev, unit, b, frame) for b in bindings):
                    continue
                kind = kind or _of_bindings(ev, unit, bindings, frame)
                stack.extend(_origins(unit, bindings))
            case v.Result(call=call):
                kind = _of_call(ev, unit, call, frame) or kind
                stack.extend(taint.children(unit, current))
            case v.Attribute(of=of):
                if _in_memory(ev, unit, current, frame):
                    continue
                kind = kind or _of_attribute(ev, unit, of, frame, tainted, values)
                stack.append(of)
            case _:
                stack.extend(taint.children(unit, current))
    if kind is None:
        return None
    keyed = _keyed(unit, test, tainted, values)
    return Guard(kind, place, keyed, describe(unit.facts, test))  # type: ignore[arg-type]


def _keyed(unit: Unit, test: int, tainted: set[int], values: frozenset[int]) -> bool:
    return taint.mentions(unit, test, tainted, values)


def _origins(unit: Unit, bindings: tuple[int, ...]) -> list[int]:
    found = []
    for index in bindings:
        value = unit.facts.bindings[index].value
        if value != NOTHING and not isinstance(unit.facts.values[value], v.Parameter):
            found.append(value)
    return found


def _is_read(ev: Evaluator, unit: Unit, binding: int, frame: Frame | None) -> bool:
    """Whether a name that derives from the message is in truth what a look-up by the message gave."""
    value = unit.facts.bindings[binding].value
    if value == NOTHING:
        return False
    shown = unit.facts.values[value]
    for _ in range(8):
        match shown:
            case v.Awaited(of=of) | v.Item(of=of) | v.Attribute(of=of) | v.Element(of=of) | v.Entered(of=of):
                shown = unit.facts.values[of]
            case v.Result(call=call):
                name = unit.terminal(unit.facts.calls[call].function)
                if name in PURE:
                    function = unit.facts.values[unit.facts.calls[call].function]
                    if isinstance(function, v.Attribute) and not _catalogued(ev, unit, call, frame):
                        shown = unit.facts.values[function.of]
                        continue
                return _of_call(ev, unit, call, frame) is not None
            case _:
                return False
    return False


def _of_bindings(ev: Evaluator, unit: Unit, bindings: tuple[int, ...], frame: Frame | None) -> str | None:
    return "state" if any(_is_read(ev, unit, b, frame) for b in bindings) else None


def _catalogued(ev: Evaluator, unit: Unit, call: int, frame: Frame | None) -> bool:
    return any(isinstance(k, CatalogMethod | CatalogFunction) for k in ev.callee(unit, call, frame))


def _of_call(ev: Evaluator, unit: Unit, call: int, frame: Frame | None) -> str | None:
    """What a call in a test asks: a catalogued guard, a read, or something that cannot be followed."""
    given = ev.arguments(unit, call, frame)
    found: str | None = None
    callees = ev.callee(unit, call, frame)
    for callee in callees:
        if isinstance(callee, CatalogMethod | CatalogFunction):
            told = row_of(ev, callee, given)
            if told is None:
                continue
            row = told[0]
            for parameter, kinds in row.guard_by.items():
                from eda_lint.link import roles, texts

                thunk = roles.parameter(ev, row, given, parameter)
                if thunk is not None:
                    shown = {str(getattr(k, "value", "")) for k in ev.force(thunk)} | set(texts.literal_texts(ev, ev.force(thunk)))
                    for text, kind in kinds.items():
                        if text == "*" or text in shown:
                            return kind
            if row.guard:
                return row.guard
            if row.effect == "read" or row.action == "":
                found = found or "state"
    if found:
        return found
    name = unit.terminal(unit.facts.calls[call].function)
    if name in PURE and not any(isinstance(k, CatalogMethod) for k in callees):
        return None
    return "other"


def _of_attribute(
    ev: Evaluator, unit: Unit, of: int, frame: Frame | None, tainted: set[int], values: frozenset[int]
) -> str | None:
    """An attribute of something that was loaded is state; of the message or of a module it is not."""
    if taint.mentions(unit, of, tainted, values) and not _loaded(ev, unit, of, frame):
        return None
    for known in ev.evaluate(unit, of, frame):
        if isinstance(known, ClientObject | Instance):
            return "state"
        if isinstance(known, Unknown) and not known.open:
            return "other"
    return None


def _loaded(ev: Evaluator, unit: Unit, value: int, frame: Frame | None) -> bool:
    shown = unit.facts.values[value]
    return isinstance(shown, v.Local) and any(_is_read(ev, unit, b, frame) for b in shown.bindings)


def _in_memory(ev: Evaluator, unit: Unit, value: int, frame: Frame | None) -> bool:
    """A set, list or dict kept in the process: forgotten at restart, not shared between workers."""
    return any(isinstance(k, ListOf | DictOf) for k in ev.evaluate(unit, value, frame)) and not any(
        isinstance(k, Record) for k in ev.evaluate(unit, value, frame)
    )


def caught_duplicates(unit: Unit, types: int) -> bool:
    """Whether an `except` names an exception that means "already there"."""
    if types == NOTHING:
        return False
    shown = unit.facts.values[types]
    items = shown.items if isinstance(shown, v.Sequence) else (types,)
    return any(_leaf(unit, i) in DUPLICATES for i in items)


def _leaf(unit: Unit, value: int) -> str:
    return unit.original_name(value) or unit.terminal(value)
