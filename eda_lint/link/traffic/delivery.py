"""Whether the code that sends learns of the outcome: awaited, checked, given a callback, flushed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from eda_lint.catalog.load import TypeRef
from eda_lint.link.evaluation import roles, taint
from eda_lint.link.evaluation.known import CatalogMethod, ClientObject, FunctionRef
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic.chains import Hop
from eda_lint.model import values as v
from eda_lint.model.facts import Return
from eda_lint.model.topology import Delivery
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator
    from eda_lint.link.traffic.readings import Reading

LOGGING = frozenset({"debug", "info", "warning", "warn", "error", "exception", "log", "print", "critical", "msg"})


class Usage:
    """What becomes of a call's result in the function that makes the call."""

    __slots__ = ("awaited", "binding", "dropped", "escapes", "returned")

    def __init__(self) -> None:
        self.dropped = False
        self.awaited = False
        self.returned = False
        self.escapes = False
        self.binding: int | None = None


def usage(unit: Unit, call: int) -> Usage:
    """How the result of a call is used; a result bound to a name that nobody reads is dropped."""
    found = Usage()
    direct = set(unit.results.get(call, ()))
    awaited = {index for value in direct for index in unit.awaits.get(value, ())}
    found.awaited = bool(awaited)
    forms = direct | awaited
    body = unit.body(unit.enclosing_function(unit.facts.calls[call].scope))
    found.dropped = not forms.isdisjoint(body.evaluated)
    found.returned = any(_is_form(unit, value, forms) for value in (*body.returns, *body.yields))
    if found.dropped or found.returned:
        return found
    named = [index for value in forms for index in unit.bound.get(value, ())]
    if named:
        found.binding = min(named)
        found.dropped = not _read(unit, found.binding)
        found.escapes = not found.dropped
        return found
    found.escapes = True
    return found


def _is_form(unit: Unit, value: int, forms: set[int]) -> bool:
    if value in forms:
        return True
    shown = unit.facts.values[value] if value != NOTHING else None
    if isinstance(shown, v.Conditional):
        return _is_form(unit, shown.then, forms) or _is_form(unit, shown.otherwise, forms)
    if isinstance(shown, v.Local):
        return any(unit.facts.bindings[b].value in forms for b in shown.bindings)
    return False


def _read(unit: Unit, binding: int) -> bool:
    bound = unit.facts.bindings[binding]
    return binding in unit.read_bindings or (bound.scope == 0 and bound.name in unit.read_names)


def of_chain(ev: Evaluator, chain: tuple[Hop, ...], reading: Reading) -> Delivery | None:
    """The delivery of an operation: of its own call, where every call below it returns what it got."""
    row = reading.row
    head, end = chain[0], chain[-1]
    for inner in chain[1:]:
        if not usage(inner.unit, inner.call).returned:
            proof = "unknown"
            break
    else:
        proof = row.proof or "unknown"
        for name, values in row.proof_by.items():
            proof = values.get(reading.settings.get(name, ""), proof)
    is_coroutine = _makes_coroutine(ev, reading) if len(chain) == 1 else _enters_async(ev, chain)
    here = usage(head.unit, head.call)
    return Delivery(
        proof=proof,  # type: ignore[arg-type]
        is_coroutine=is_coroutine,
        awaited=here.awaited or here.returned or here.escapes,
        checked=not here.dropped
        if proof != "batch"
        else _batch_checked(head.unit, here, row.failure_check or (row.failure_key,)),
        has_callback=_has_callback(ev, end, reading),
        flushed=_flushed(ev, end, reading),
        failure_key=row.failure_key or None,
        retried_by=row.proof_api or None,
    )


def _makes_coroutine(ev: Evaluator, reading: Reading) -> bool:
    """Whether the library's own call only makes a coroutine: the method's, or all of the asyncio twin's."""
    receiver = reading.receiver
    if isinstance(receiver, ClientObject):
        return ev.world.catalog.is_coroutine(receiver.type, reading.row)
    return reading.row.is_coroutine


def _enters_async(ev: Evaluator, chain: tuple[Hop, ...]) -> bool:
    """Whether what the head calls is a coroutine function of the code base."""
    head = chain[0]
    callees = [k for k in ev.callee(head.unit, head.call, None) if isinstance(k, FunctionRef)]
    return bool(callees) and all(
        ev.world.known_unit(k.unit).function(k.index).is_async and not ev.world.known_unit(k.unit).body(k.index).yields
        for k in callees
    )


def _batch_checked(unit: Unit, here: Usage, keys: tuple[str, ...]) -> bool:
    """Whether a batch's result is looked into for failures, returned, or handed to code that may look."""
    if here.dropped:
        return False
    if here.returned or here.binding is None:
        return True
    for value in unit.facts.values:
        if isinstance(value, v.Local) and here.binding in value.bindings:
            break
    else:
        return False
    return _looked_into(unit, here.binding, keys)


def _looked_into(unit: Unit, binding: int, keys: tuple[str, ...]) -> bool:
    derived = {binding}
    for value in unit.facts.values:
        if isinstance(value, v.Item | v.Attribute) and taint.mentions(unit, value.of, derived):
            name = value.name if isinstance(value, v.Attribute) else _text(unit, value.key)
            if name is None or name in keys:
                return True
    for call in unit.facts.calls:
        function = unit.facts.values[call.function]
        if (
            isinstance(function, v.Attribute)
            and function.name in ("get", "pop")
            and taint.mentions(unit, function.of, derived)
        ):
            name = _text(unit, call.arguments[0].value) if call.arguments else None
            if name is None or name in keys:
                return True
        elif (
            any(_hands_whole(unit, a.value, binding) for a in call.arguments)
            and unit.terminal(call.function) not in LOGGING
        ):
            return True
    return any(
        isinstance(step, Return) and step.value != NOTHING and _hands_whole(unit, step.value, binding)
        for step in unit.steps(unit.facts.definitions[unit.enclosing_function(unit.facts.bindings[binding].scope)].body)
    )


def _text(unit: Unit, value: int) -> str | None:
    shown = unit.facts.values[value]
    return shown.text if isinstance(shown, v.Text) else None


def _hands_whole(unit: Unit, value: int, binding: int) -> bool:
    shown = unit.facts.values[value]
    if isinstance(shown, v.Local):
        return binding in shown.bindings
    if isinstance(shown, v.Sequence):
        return any(_hands_whole(unit, i, binding) for i in shown.items)
    if isinstance(shown, v.Mapping):
        return any(_hands_whole(unit, e.value, binding) for e in shown.entries)
    return False


def _has_callback(ev: Evaluator, end: Hop, reading: Reading) -> bool:
    row = reading.row
    if not roles.has_role("callback", row):
        return False
    given = ev.arguments(end.unit, end.call, None)
    if given.open_keywords:
        return True
    found = roles.role(ev, "callback", row, given, reading.receiver)
    return bool(found) and any(getattr(k, "value", 0) is not None for k in found)


def _flushed(ev: Evaluator, end: Hop, reading: Reading) -> Literal["no", "same-function", "elsewhere", "unknown"]:
    """Whether the producer is flushed or closed in the same function, or anywhere in the service."""
    receiver = reading.receiver
    if not isinstance(receiver, ClientObject):
        return "unknown"
    flushing = _flushing(ev, receiver.type, ev.world.sources.service(end.unit.path).name)
    if (end.unit.path, end.function) in flushing:
        return "same-function"
    return "elsewhere" if flushing or _entered(end.unit, receiver) else "no"


def _flushing(ev: Evaluator, type_ref: TypeRef, service: str) -> frozenset[tuple[str, int]]:
    """(file, function) of every function of a service that flushes or closes a client of this type."""
    found = ev.flushing.get((type_ref, service))
    if found is None:
        rows = [row for t in ev.world.catalog.lineage(type_ref) for row in t.methods if row.flushes]
        names = {name for row in rows for name in (row.name, *row.names) if name}
        found = ev.flushing[type_ref, service] = frozenset(
            (unit.path, Hop(unit, call).function)
            for name in sorted(names)
            for unit, call in ev.callers.calls_named(name)
            if ev.world.sources.service(unit.path).name == service
            and any(isinstance(k, CatalogMethod) and k.type == type_ref for k in ev.callee(unit, call, None))
        )
    return found


def _entered(unit: Unit, receiver: ClientObject) -> bool:
    """Whether the producer is used as a context manager, which closes it."""
    if receiver.site is None or receiver.site.unit != unit.path:
        return False
    return any(value in unit.entered for value in unit.results.get(receiver.site.call, ()))
