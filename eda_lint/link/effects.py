"""What one call does to the world: a catalogued effect, with its target, key and provenance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.catalog.tables import Callable
from eda_lint.link import models, roles, taint, texts
from eda_lint.link.addresses import display
from eda_lint.link.frames import Arguments, Frame
from eda_lint.link.known import (
    CatalogFunction,
    CatalogMethod,
    ClassRef,
    ClientObject,
    DictOf,
    Fresh,
    Instance,
    Known,
    Knowns,
    Plain,
    Text,
    Thunk,
)
from eda_lint.link.readings import row_of
from eda_lint.link.units import Unit
from eda_lint.model.topology import EffectKind

if TYPE_CHECKING:
    from eda_lint.link.evaluate import Evaluator

WORST_FIRST = ("charge", "send", "publish", "http", "increment", "append", "insert", "conditional", "upsert", "set", "delete", "read")


@dataclass(slots=True)
class CallEffect:
    """A catalogued call's effect, before it has a place in an activity."""

    row: Callable
    library: str
    kind: EffectKind
    target: str = ""
    key: str = "unknown"
    unique: bool = False
    guarded: str = ""
    """Kind of guard that the call is by itself (conflict clause, provider key, get-or-create)."""
    method: str = ""
    url: Text | None = None
    durable: bool = True
    autobegin: bool = False
    model: ClassRef | None = None


class Taint:
    """What derives from the message, in one activation."""

    def __init__(self, unit: Unit, bindings: set[int], values: frozenset[int]) -> None:
        self.unit = unit
        self.bindings = bindings
        self.values = values

    def holds(self, thunk: Thunk) -> bool:
        """Whether a thunk of this activation derives from the message."""
        if thunk.given is not None or thunk.unit != self.unit.path:
            return False
        return taint.mentions(self.unit, thunk.value, self.bindings, self.values)

    def value(self, value: int) -> bool:
        """Whether a value of this unit derives from the message."""
        return taint.mentions(self.unit, value, self.bindings, self.values)


def of_call(ev: Evaluator, callee: Known, given: Arguments, tainted: Taint, frame: Frame | None) -> CallEffect | None:
    """The effect of calling a catalogued callable; None if it has none."""
    if not isinstance(callee, CatalogMethod | CatalogFunction):
        return None
    told = row_of(ev, callee, given)
    if told is None:
        return None
    row, library, type_ref, receiver = told
    kind = _kind(ev, row, given, receiver)
    if not kind:
        return None
    effect = CallEffect(row, library, kind, durable=not row.volatile)  # type: ignore[arg-type]
    effect.autobegin = type_ref is not None and any(t.autobegin for t in ev.world.catalog.lineage(type_ref))
    effect.model = models.model_of(ev, receiver) or _argument_model(ev, row, given)
    if row.language == "sql":
        _read_sql(ev, row, given, receiver, effect)
    if effect.model is not None:
        effect.target = models.table(ev, effect.model)
    _key(ev, row, given, receiver, tainted, effect)
    if kind == "http":
        _http(ev, row, given, receiver, effect)
    if row.guard in ("conflict-clause", "get-or-create"):
        effect.guarded = row.guard
    if roles.has_role("idempotency_key", row):
        thunks = [t for s in _sources(row, "idempotency_key") for t in roles.argument_thunks(ev, s, row, given)]
        if any(tainted.holds(t) for t in thunks) or _from_message(ev, thunks):
            effect.guarded = "provider-key"
        elif thunks and all(isinstance(k, Fresh) for t in thunks for k in ev.force(t)):
            effect.key = "fresh"
    return effect


def _sources(row: Callable, name: str) -> tuple[roles.Source, ...]:
    found = row.roles.get(name, ())  # type: ignore[call-overload]
    return found if isinstance(found, tuple) else (found,)


def _from_message(ev: Evaluator, thunks: list[Thunk]) -> bool:
    from eda_lint.link.known import Record

    return any(isinstance(k, Record) for t in thunks for k in ev.force(t))


def _kind(ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None) -> str:
    for parameter, kinds in row.effect_by.items():
        thunk = roles.parameter(ev, row, given, parameter)
        if thunk is None:
            continue
        knowns = ev.force(thunk)
        shown = set(texts.literal_texts(ev, knowns)) | {str(k.value) for k in knowns if isinstance(k, Plain)}
        for text, kind in kinds.items():
            if text in shown or (text == "*" and not all(isinstance(k, Plain) and k.value is None for k in knowns)):
                return kind
    for parameter, kinds in row.effect_keys.items():
        thunk = roles.parameter(ev, row, given, parameter)
        found = [
            kinds[text]
            for known in (ev.force(thunk) if thunk else ())
            if isinstance(known, DictOf)
            for text in texts.literal_texts(ev, tuple(k for k, _ in known.entries))
            if text in kinds
        ]
        if found:
            return min(found, key=lambda k: WORST_FIRST.index(k) if k in WORST_FIRST else 99)
    if row.language:
        for known in roles.role(ev, "statement", row, given, receiver):
            if isinstance(known, ClientObject):
                pending = _pending(known)
                if pending:
                    return pending
        return row.effect or "read"
    return row.effect


def _pending(known: ClientObject) -> str:
    """The effect that executing a statement object has: the last that a call of its chain gave it."""
    current: Known | None = known
    for _ in range(12):
        if not isinstance(current, ClientObject):
            return ""
        if current.maker is not None and current.maker.pending:
            return current.maker.pending
        current = current.parent
    return ""


def _read_sql(ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None, effect: CallEffect) -> None:
    from eda_lint.link import sql

    for known in roles.role(ev, "statement", row, given, receiver):
        text = _statement(ev, known)
        if text is None:
            if isinstance(known, ClientObject) and _pending(known):
                effect.model = effect.model or _statement_model(ev, known)
            continue
        told = sql.classify(text)
        effect.kind = told.kind
        effect.target = told.table or ""
        if told.conflict:
            effect.guarded = "conflict-clause"


def _statement(ev: Evaluator, known: Known) -> str | None:
    text = ev.text_of(known)
    if text is None and isinstance(known, ClientObject):
        for inner in roles.held(ev, known, "statement", 4):
            text = text or ev.text_of(inner)
    return display(text.pieces) if text is not None else None


def _statement_model(ev: Evaluator, known: ClientObject) -> ClassRef | None:
    current: Known | None = known
    for _ in range(8):
        if not isinstance(current, ClientObject):
            return None
        if current.maker is not None and current.site is not None:
            given = ev.arguments(ev.world.known_unit(current.site.unit), current.site.call, current.site.frame)
            for thunk in given.positional[:1]:
                for inner in ev.force(thunk):
                    if isinstance(inner, ClassRef) and models.is_model(ev, inner):
                        return inner
        current = current.parent
    return None


def _argument_model(ev: Evaluator, row: Callable, given: Arguments) -> ClassRef | None:
    for name in ("record_key", "values", "body"):
        for source in _sources(row, name):
            for thunk in roles.argument_thunks(ev, source, row, given):
                for known in ev.force(thunk):
                    model = models.model_of(ev, known)
                    if model is not None:
                        return model
    for thunk in given.positional[:1]:
        for known in ev.force(thunk):
            if isinstance(known, Instance) and models.is_model(ev, known.cls):
                return known.cls
    return None


def _key(
    ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None, tainted: Taint, effect: CallEffect
) -> None:
    """Where the key of the written record comes from, and whether the model makes it unique."""
    values = _values(ev, row, given, receiver)
    if effect.model is not None and values:
        for fields in models.unique_fields(ev, effect.model):
            if fields <= values.keys():
                sources = [_provenance(ev, values[f], tainted) for f in sorted(fields)]
                if any(s == "message" for s in sources) and all(s in ("message", "constant") for s in sources):
                    effect.unique = True
                    effect.key = "message"
                    return
                if "fresh" in sources:
                    effect.key = "fresh"
                    return
    thunks = [
        t
        for name in ("record_key", "lookup")
        for s in _sources(row, name)
        for t in roles.argument_thunks(ev, s, row, given)
    ]
    if thunks:
        found = [_provenance(ev, t, tainted) for t in thunks]
        effect.key = next((k for k in ("message", "fresh", "unknown", "constant") if k in found), "unknown")


def _values(ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None) -> dict[str, Thunk]:
    """Field → value of the record that a call writes."""
    found: dict[str, Thunk] = {}
    for name in ("values", "lookup"):
        for source in _sources(row, name):
            rest = roles.keywords(ev, row, given, source.param or "")
            if rest is not None:
                found.update(rest)
    instances = [k for t in given.positional[:1] for k in ev.force(t)] + ([receiver] if receiver is not None else [])
    for known in instances:
        if isinstance(known, Instance) and known.site is not None:
            made = ev.arguments(ev.world.known_unit(known.site.unit), known.site.call, known.site.frame)
            found.update(made.keywords)
    return found


def _provenance(ev: Evaluator, thunk: Thunk, tainted: Taint) -> str:
    if tainted.holds(thunk):
        return "message"
    knowns: Knowns = ev.force(thunk)
    if knowns and all(isinstance(k, Fresh) for k in knowns):
        return "fresh"
    if knowns and all((isinstance(k, Text) and k.literal is not None) or isinstance(k, Plain) for k in knowns):
        return "constant"
    return "unknown"


def _http(ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None, effect: CallEffect) -> None:
    for known in roles.role(ev, "method", row, given, receiver):
        text = ev.text_of(known)
        if text is not None and text.literal:
            effect.method = text.literal.upper()
    urls = [t for k in roles.role(ev, "url", row, given, receiver) if (t := ev.text_of(k)) is not None]
    bases = [t for k in roles.held(ev, receiver, "base_url", 4) if (t := ev.text_of(k)) is not None] if receiver else []
    if urls:
        effect.url = urls[0]
        first = urls[0].pieces[0] if urls[0].pieces else None
        if bases and first is not None and not (first.kind == "literal" and "://" in first.text):
            effect.url = ev.world.text([*bases[0].pieces, *urls[0].pieces])
        effect.target = display(effect.url.pieces)
