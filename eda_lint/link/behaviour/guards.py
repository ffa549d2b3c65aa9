"""What keeps a second delivery from doing harm: tests, caught duplicates, keys (rules.md EDA301).

A test counts as a guard when it asks something that outlives the handler: a record, a claim, a conditional
write, the state of an object that was loaded. A test of the message alone, of a constant or of the process's
own memory does not: it gives the same answer again on redelivery, or none after a restart.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from eda_lint.catalog.load import Catalog, TypeRef
from eda_lint.catalog.tables import Callable
from eda_lint.link.evaluation import roles, taint, texts
from eda_lint.link.evaluation.frames import Arguments, Frame
from eda_lint.link.evaluation.known import (
    BuiltinMethod,
    CatalogFunction,
    CatalogMethod,
    ClassRef,
    ClientObject,
    Decorated,
    DictOf,
    External,
    FunctionRef,
    Instance,
    Known,
    Knowns,
    ListOf,
    Plain,
    Record,
    Text,
    Unknown,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic.readings import row_of
from eda_lint.model import values as v
from eda_lint.model.describe import describe
from eda_lint.model.topology import Guard, Place
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.behaviour.effects import Taint
    from eda_lint.link.evaluation.evaluate import Evaluator

PURE = frozenset({
    "isinstance", "len", "hasattr", "getattr", "type", "int", "str", "bool", "float", "any", "all", "callable",
    "lower", "upper", "strip", "startswith", "endswith", "get", "keys", "values", "items", "split", "issubset",
    "issuperset", "error", "value", "decode", "min", "max", "sum", "sorted", "set", "list", "tuple", "dict",
    "isdigit", "json", "loads", "match", "search", "fullmatch", "partition_eof", "code", "isoformat", "total_seconds",
})  # fmt: skip
DUPLICATES = frozenset({
    "IntegrityError", "UniqueViolation", "UniqueViolationError", "DuplicateKeyError", "ConflictError",
    "DuplicateError", "ConditionalCheckFailedException", "ConditionalCheckFailed", "AlreadyExists",
    "AlreadyProcessed", "DuplicateEntry", "ClientError", "NotUniqueError", "FileExistsError", "DuplicateEvent",
    "DuplicateMessage", "BulkWriteError",
})  # fmt: skip
"""Exceptions that say that a record is there already."""
DECORATORS = frozenset({
    "idempotent", "idempotent_function", "dedupe", "deduplicate", "once", "unique_task", "process_once", "run_once",
    "exactly_once", "idempotency", "idempotent_consumer", "idempotent_handler", "ensure_idempotent",
})  # fmt: skip


def of_test(ev: Evaluator, unit: Unit, test: int, frame: Frame | None, tainted: Taint, place: Place) -> Guard | None:
    """The guard that a test is, if it is one."""
    kind: str | None = None
    stack, seen = [test], set[int]()
    while stack:
        current = stack.pop()
        if current in seen or current == NOTHING:
            continue
        seen.add(current)
        match unit.facts.values[current]:
            case v.Local(bindings=bindings):
                if any(b in tainted.bindings for b in bindings) and not any(
                    _is_read(ev, unit, b, frame, tainted) for b in bindings
                ):
                    continue
                kind = kind or _of_bindings(ev, unit, bindings, frame, tainted)
                stack.extend(_origins(unit, bindings))
            case v.Result(call=call):
                kind = _of_call(ev, unit, call, frame) or kind
                stack.extend(taint.children(unit, current))
            case v.Attribute(of=of):
                if _in_memory(ev, unit, current, frame) or _is_code(ev, unit, current, frame):
                    continue
                kind = kind or _of_attribute(ev, unit, current, of, frame, tainted)
                stack.append(of)
            case _:
                stack.extend(taint.children(unit, current))
    if kind is None:
        return None
    return Guard(kind, place, tainted.value(test), describe(unit.facts, test))  # type: ignore[arg-type]


def _origins(unit: Unit, bindings: tuple[int, ...]) -> list[int]:
    found = []
    for index in bindings:
        value = unit.facts.bindings[index].value
        if value != NOTHING and not isinstance(unit.facts.values[value], v.Parameter):
            found.append(value)
    return found


def _is_read(ev: Evaluator, unit: Unit, binding: int, frame: Frame | None, tainted: Taint) -> bool:
    """Whether a name that derives from the message is in truth what a look-up by the message gave."""
    value = unit.facts.bindings[binding].value
    if value == NOTHING or value in tainted.values:
        return False
    shown = unit.facts.values[value]
    for _ in range(8):
        match shown:
            case v.Awaited(of=of) | v.Item(of=of) | v.Attribute(of=of) | v.Element(of=of) | v.Entered(of=of):
                shown = unit.facts.values[of]
            case v.Result(call=call):
                function = unit.facts.values[unit.facts.calls[call].function]
                pure = unit.terminal(unit.facts.calls[call].function) in PURE
                if pure and isinstance(function, v.Attribute) and not _catalogued(ev, unit, call, frame):
                    shown = unit.facts.values[function.of]
                    continue
                return _of_call(ev, unit, call, frame) is not None
            case _:
                return False
    return False


def _of_bindings(
    ev: Evaluator, unit: Unit, bindings: tuple[int, ...], frame: Frame | None, tainted: Taint
) -> str | None:
    return "state" if any(_is_read(ev, unit, b, frame, tainted) for b in bindings) else None


def _catalogued(ev: Evaluator, unit: Unit, call: int, frame: Frame | None) -> bool:
    return any(isinstance(k, CatalogMethod | CatalogFunction) for k in ev.callee(unit, call, frame))


def _of_call(ev: Evaluator, unit: Unit, call: int, frame: Frame | None) -> str | None:
    """What a call in a test asks: a catalogued guard, a read, or something that cannot be followed."""
    given = ev.arguments(unit, call, frame)
    callees = ev.callee(unit, call, frame)
    known = False
    found: str | None = None
    for callee in callees:
        told = row_of(ev, callee, given)
        if told is None:
            continue
        known = True
        row = told[0]
        guard = _guard_by(ev, row, given) or row.guard
        if guard:
            return guard
        if not _receives(row) and not _asks_record(ev, told[2]) and (row.effect == "read" or row.action == ""):
            found = "state"
    name = unit.terminal(unit.facts.calls[call].function)
    if found or known or name in PURE or _is_record(ev, callees) or _builds(ev, callees):
        return found
    return "other"


def _guard_by(ev: Evaluator, row: Callable, given: Arguments) -> str:
    for parameter, kinds in row.guard_by.items():
        thunk = roles.parameter(ev, row, given, parameter)
        if thunk is None:
            continue
        knowns = ev.force(thunk)
        shown = {str(getattr(k, "value", "")) for k in knowns} | set(texts.literal_texts(ev, knowns))
        for text, kind in kinds.items():
            if text in shown or (text == "*" and not all(isinstance(k, Plain) and k.value is None for k in knowns)):
                return kind
    return ""


def _receives(row: Callable) -> bool:
    """A poll asks whether there is a message, not whether it was handled."""
    return row.polls or bool(row.record) or row.action in ("receive", "settle")


def _asks_record(ev: Evaluator, type_ref: TypeRef | None) -> bool:
    return type_ref is not None and type_ref.type in _record_types(ev.world.catalog)


def _is_record(ev: Evaluator, callees: Knowns) -> bool:
    """A method of the message itself (`message.error()`)."""
    return bool(callees) and all(isinstance(k, Record | BuiltinMethod) or _of_client_record(ev, k) for k in callees)


def _of_client_record(ev: Evaluator, known: Known) -> bool:
    """A method that the catalog does not list, of an object that a client handed out."""
    return isinstance(known, Unknown) and known.reason.partition(".")[0] in _record_types(ev.world.catalog)


@functools.lru_cache(maxsize=4)
def _record_types(catalog: Catalog) -> frozenset[str]:
    """Names of the catalogued types that are received messages."""
    return frozenset(
        name
        for library in catalog.libraries.values()
        for name, type_ in library.types.items()
        if type_.payload_at or type_.identity_at or type_.key_at
    )


def _builds(ev: Evaluator, callees: Knowns) -> bool:
    """A function of the code base that computes from its arguments alone: a test of it is a test of them."""
    functions = [k for k in callees if isinstance(k, FunctionRef)]
    return bool(functions) and len(functions) == len(callees) and all(_is_pure(ev, f, 3) for f in functions)


def _is_pure(ev: Evaluator, function: FunctionRef, hops: int) -> bool:
    unit = ev.world.known_unit(function.unit)
    body = unit.body(function.index)
    if body.writes or body.yields or not body.returns or hops == 0:
        return False
    for call in body.calls:
        name = unit.terminal(unit.facts.calls[call].function)
        callees = ev.callee(unit, call, None)
        inner = [k for k in callees if isinstance(k, FunctionRef)]
        if inner and len(inner) == len(callees) and all(_is_pure(ev, f, hops - 1) for f in inner):
            continue
        if name not in PURE or any(isinstance(k, CatalogMethod | CatalogFunction) for k in callees):
            return False
    # What an object or a global holds may be loaded from a store: only arguments and constants are pure.
    return not any(_reads_object(unit, function.index, value) for value in body.returns)


def _reads_object(unit: Unit, function: int, value: int) -> bool:
    stack = [value]
    while stack:
        current = stack.pop()
        if current == NOTHING:
            continue
        if unit.is_receiver(current, function):
            return True
        stack.extend(taint.children(unit, current))
    return False


def _of_attribute(ev: Evaluator, unit: Unit, value: int, of: int, frame: Frame | None, tainted: Taint) -> str | None:
    """An attribute of something that was loaded is state; of the message or of a module it is not."""
    if tainted.value(of) and not _loaded(ev, unit, of, frame, tainted):
        return None
    if _is_setting(ev, unit, value, frame):
        return None
    for known in ev.evaluate(unit, of, frame):
        if isinstance(known, ClientObject | Instance):
            return "state"
        if isinstance(known, Unknown) and not known.open:
            return "other"
    return None


def _is_setting(ev: Evaluator, unit: Unit, value: int, frame: Frame | None) -> bool:
    """A value that the code itself or the environment fixes: it is the same for every message."""
    known = ev.evaluate(unit, value, frame)
    return bool(known) and all(
        isinstance(k, Plain) or (isinstance(k, Text) and all(p.kind in ("literal", "env") for p in k.pieces))
        for k in known
    )


def _is_code(ev: Evaluator, unit: Unit, value: int, frame: Frame | None) -> bool:
    """A function or class: no data."""
    known = ev.evaluate(unit, value, frame)
    return bool(known) and all(isinstance(k, FunctionRef | ClassRef | External | Decorated) for k in known)


def _loaded(ev: Evaluator, unit: Unit, value: int, frame: Frame | None, tainted: Taint) -> bool:
    shown = unit.facts.values[value]
    return isinstance(shown, v.Local) and any(_is_read(ev, unit, b, frame, tainted) for b in shown.bindings)


def _in_memory(ev: Evaluator, unit: Unit, value: int, frame: Frame | None) -> bool:
    """A set, list or dict kept in the process: forgotten at restart, not shared between workers."""
    known = ev.evaluate(unit, value, frame)
    return any(isinstance(k, ListOf | DictOf) for k in known) and not any(isinstance(k, Record) for k in known)


def caught_duplicates(unit: Unit, types: int) -> bool:
    """Whether an `except` names an exception that means "already there"."""
    if types == NOTHING:
        return False
    shown = unit.facts.values[types]
    items = shown.items if isinstance(shown, v.Sequence) else (types,)
    return any(_leaf(unit, i) in DUPLICATES for i in items)


def _leaf(unit: Unit, value: int) -> str:
    return unit.original_name(value) or unit.terminal(value)
