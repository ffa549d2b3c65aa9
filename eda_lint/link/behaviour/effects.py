"""What one call does to the world: a catalogued effect, with its target, key and provenance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.catalog.effect_tables import worst
from eda_lint.catalog.load import TypeRef
from eda_lint.catalog.tables import Callable, Source
from eda_lint.link.behaviour import models, sql, update_expressions
from eda_lint.link.evaluation import roles, taint, texts
from eda_lint.link.evaluation.frames import Arguments
from eda_lint.link.evaluation.known import (
    ClassRef,
    ClientObject,
    DictOf,
    Fresh,
    Instance,
    Known,
    Knowns,
    Piece,
    Plain,
    Record,
    Site,
    Text,
    Thunk,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic.addresses import display
from eda_lint.link.traffic.readings import row_of

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


@dataclass(slots=True)
class CallEffect:
    """A catalogued call's effect, before it has a place in an activity."""

    row: Callable
    library: str
    kind: str
    """An `EffectKind`, or `""` where what is done is not known."""
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


def of_call(ev: Evaluator, callee: Known, given: Arguments, tainted: Taint, *, change: str = "") -> CallEffect | None:
    """The effect of calling a catalogued callable; None if it has none; of kind `""` if what it does is not known.

    `change` is what the call does to a record, where the activity knows that better than the catalog."""
    told = row_of(ev, callee, given)
    if told is None:
        return None
    row, library, type_ref, receiver = told
    effect = CallEffect(row, library, "read", durable=not row.volatile)
    effect.model = models.source_model(ev, row, given, receiver) or _argument_model(ev, row, given)
    kind = change or _kind(ev, row, given, receiver, effect)
    if kind is None:
        return None
    effect.kind = _changed(ev, row, given, receiver, kind)
    effect.autobegin = _autobegins(ev, type_ref, receiver) and not _autocommits(ev, receiver)
    effect.target = (
        (models.table(ev, effect.model) if effect.model is not None else "")
        or effect.target
        or _target(ev, row, given, receiver)
    )
    _key(ev, row, given, receiver, tainted, effect)
    if kind == "http":
        _http(ev, row, given, receiver, effect)
    if row.guard in ("conflict-clause", "get-or-create"):
        effect.guarded = row.guard
    _provider_key(ev, row, given, tainted, effect)
    return effect


def _provider_key(ev: Evaluator, row: Callable, given: Arguments, tainted: Taint, effect: CallEffect) -> None:
    if roles.has_role("idempotency_key", row):
        thunks = [t for s in _sources(row, "idempotency_key") for t in roles.argument_thunks(ev, s, row, given)]
        if any(tainted.holds(t) for t in thunks) or _from_message(ev, thunks):
            effect.guarded = "provider-key"
        elif thunks and all(isinstance(k, Fresh) for t in thunks for k in ev.force(t)):
            effect.key = "fresh"


def _sources(row: Callable, name: str) -> tuple[Source, ...]:
    found = row.roles.get(name, ())  # type: ignore[call-overload]
    return found if isinstance(found, tuple) else (found,)


def _from_message(ev: Evaluator, thunks: list[Thunk]) -> bool:
    return any(isinstance(k, Record) for t in thunks for k in ev.force(t))


def _autobegins(ev: Evaluator, type_ref: TypeRef | None, receiver: Known | None) -> bool:
    """Whether a call is made on a session or connection that begins a transaction by itself, or on what it made."""
    types = [type_ref] if type_ref is not None else []
    for _ in range(4):
        if not isinstance(receiver, ClientObject):
            break
        types.append(receiver.type)
        receiver = receiver.parent
    return any(t.autobegin for one in types for t in ev.world.catalog.lineage(one))


def _autocommits(ev: Evaluator, receiver: Known | None) -> bool:
    """Whether a connection was made to commit each statement by itself."""
    for _ in range(4):
        if not isinstance(receiver, ClientObject):
            return False
        if receiver.site is not None:
            site = receiver.site
            given = ev.arguments(ev.world.known_unit(site.unit), site.call, site.frame)
            thunk = given.keywords.get("autocommit")
            if thunk is not None and any(isinstance(k, Plain) and k.value for k in ev.force(thunk)):
                return True
        receiver = receiver.parent
    return False


def _target(ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None) -> str:
    for known in roles.role(ev, "target", row, given, receiver):
        text = ev.text_of(known)
        if text is not None and text.pieces:
            return display(text.pieces)
    return ""


# ----------------------------------------------------------------------------------------------- kind


def _kind(ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None, effect: CallEffect) -> str | None:
    """What a row does with these arguments; None for nothing, `""` for something unknown."""
    for parameter, kinds in row.effect_by.items():
        thunk = roles.parameter(ev, row, given, parameter)
        if thunk is None:
            continue
        knowns = ev.force(thunk)
        shown = set(texts.literal_texts(ev, knowns)) | {str(k.value) for k in knowns if isinstance(k, Plain)}
        for text, kind in kinds.items():
            if text in shown or (text == "*" and not all(isinstance(k, Plain) and k.value is None for k in knowns)):
                return kind
    found = [
        kinds[text]
        for parameter, kinds in row.effect_keys.items()
        if (thunk := roles.parameter(ev, row, given, parameter)) is not None
        for known in ev.force(thunk)
        if isinstance(known, DictOf)
        for text in texts.literal_texts(ev, tuple(k for k, _ in known.entries))
        if text in kinds
    ]
    if found:
        return worst(found)
    if row.language:
        return _of_statement(ev, row, given, receiver, effect)
    return row.effect or None


def _of_statement(ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None, effect: CallEffect) -> str:
    """What a statement does: what its text says, or what the object that it is was made for."""
    found: list[str] = []
    for known in roles.role(ev, "statement", row, given, receiver):
        text = _statement(ev, known)
        if text is None:
            pending = _pending(known) if isinstance(known, ClientObject) else ""
            found += [pending] if pending else []
        elif row.language == "dynamodb":
            found.append(update_expressions.classify(text) or row.effect)
        else:
            found.append(_of_sql(text, effect))
    if not found:
        return row.effect
    return "" if "" in found else worst(found)


def _of_sql(text: str, effect: CallEffect) -> str:
    told = sql.classify(text)
    effect.target = told.table
    if told.conflict and told.kind in ("insert", "upsert"):
        effect.guarded = "conflict-clause"
    return told.kind or ""


def _changed(ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None, kind: str) -> str:
    """A write of what the database adds to a column is an increment; a record that was loaded is only changed."""
    if kind in ("set", "upsert", "conditional"):
        thunks = [*_values(ev, row, given, receiver).values(), *_written(ev, row, given)]
        if any(_adds(ev, t) for t in thunks):
            return "increment"
    if kind == "insert":
        thunks = [t for s in _sources(row, "values") for t in roles.argument_thunks(ev, s, row, given)][:1]
        if any(t.given is None and models.loaded(ev, ev.world.known_unit(t.unit), t.value, t.frame) for t in thunks):
            return "set"
    return kind


def _written(ev: Evaluator, row: Callable, given: Arguments) -> list[Thunk]:
    """The values of a mapping that a call writes (`query.update({"n": T.n + 1})`)."""
    return [
        value
        for name in ("values", "defaults")
        for source in _sources(row, name)
        for thunk in roles.argument_thunks(ev, source, row, given)
        for known in ev.force(thunk)
        if isinstance(known, DictOf)
        for _, value in known.entries
    ]


def _adds(ev: Evaluator, thunk: Thunk) -> bool:
    return thunk.given is None and models.adds_to_column(ev, ev.world.known_unit(thunk.unit), thunk.value, thunk.frame)


def _pending(known: ClientObject) -> str:
    """The effect that executing a statement object has: the last that a call of its chain gave it."""
    for row, given, _ in _chain_of(known):
        del given
        if row.pending:
            return row.pending
    return ""


def _statement(ev: Evaluator, known: Known) -> str | None:
    text = ev.text_of(known)
    if text is None and isinstance(known, ClientObject):
        for inner in roles.held(ev, known, "statement", 4):
            text = text or ev.text_of(inner)
    return display(text.pieces) if text is not None else None


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


def _chain_of(known: Known | None) -> Iterator[tuple[Callable, Site, ClientObject]]:
    """The calls that made a statement or query, last first."""
    for _ in range(12):
        if not isinstance(known, ClientObject):
            return
        if known.maker is not None and known.site is not None:
            yield known.maker, known.site, known
        known = known.parent


# ------------------------------------------------------------------------------------------------ key


def _key(
    ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None, tainted: Taint, effect: CallEffect
) -> None:
    """Where the key of the written record comes from, and whether the model makes it unique."""
    if effect.model is not None and effect.kind in ("insert", "upsert") and not _spread(given):
        _unique_key(ev, row, given, receiver, tainted, effect)
        if effect.key != "unknown":
            return
    thunks = [t for name in ("record_key", "lookup") for t in _role_thunks(ev, row, given, receiver, name)]
    if thunks:
        found = [_provenance(ev, t, tainted) for t in thunks]
        effect.key = next((k for k in ("message", "fresh", "unknown", "constant") if k in found), "unknown")


def _unique_key(
    ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None, tainted: Taint, effect: CallEffect
) -> None:
    assert effect.model is not None
    values = _values(ev, row, given, receiver)
    if not values:
        return
    sources: list[str] = []
    for fields in models.unique_fields(ev, effect.model):
        if fields <= values.keys():
            own = [_provenance(ev, values[f], tainted) for f in sorted(fields)]
            if any(s == "message" for s in own) and all(s in ("message", "constant") for s in own):
                effect.unique = True
                effect.key = "message"
                return
            sources += own
    if "fresh" in sources:
        effect.key = "fresh"
    elif not sources and effect.kind == "insert":
        # No value is given for anything that is unique: the store makes up a key.
        effect.key = "none"


def _spread(given: Arguments) -> bool:
    return given.open_keywords or given.open_positional


def _role_thunks(ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None, name: str) -> list[Thunk]:
    """The arguments that play a role in a call, or in the calls that made its receiver where the role is held."""
    found = [t for s in _sources(row, name) for t in roles.argument_thunks(ev, s, row, given)]
    if not found and any(s.receiver for s in _sources(row, name)):
        for maker, site, _ in _chain_of(receiver):
            made = ev.arguments(ev.world.known_unit(site.unit), site.call, site.frame)
            found += [t for s in _sources(maker, name) for t in roles.argument_thunks(ev, s, maker, made)]
    return found


def _values(ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None) -> dict[str, Thunk]:
    """Field → value of the record that a call writes."""
    found: dict[str, Thunk] = {}
    _named(ev, row, given, found)
    for thunk in _role_thunks(ev, row, given, receiver, "statement"):
        for statement in ev.force(thunk):
            for maker, site, _ in _chain_of(statement):
                _named(ev, maker, ev.arguments(ev.world.known_unit(site.unit), site.call, site.frame), found)
    instances = [k for t in given.positional[:1] for k in ev.force(t)] + ([receiver] if receiver is not None else [])
    for known in instances:
        if isinstance(known, Instance) and known.site is not None and models.is_model(ev, known.cls):
            made = ev.arguments(ev.world.known_unit(known.site.unit), known.site.call, known.site.frame)
            if not _spread(made):
                found.update(made.keywords)
    return found


def _named(ev: Evaluator, row: Callable, given: Arguments, found: dict[str, Thunk]) -> None:
    for name in ("values", "lookup"):
        for source in _sources(row, name):
            rest = roles.keywords(ev, row, given, source.param or "")
            if rest is not None:
                found.update(rest)


def _provenance(ev: Evaluator, thunk: Thunk, tainted: Taint) -> str:
    if tainted.holds(thunk):
        return "message"
    knowns: Knowns = ev.force(thunk)
    if knowns and all(isinstance(k, Fresh) for k in knowns):
        return "fresh"
    if any(isinstance(k, Record) for k in knowns):
        return "message"
    if knowns and all((isinstance(k, Text) and k.literal is not None) or isinstance(k, Plain) for k in knowns):
        return "constant"
    return "unknown"


def _http(ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None, effect: CallEffect) -> None:
    methods = roles.role(ev, "method", row, given, receiver)
    for known in methods:
        text = ev.text_of(known)
        if text is not None and text.literal:
            effect.method = text.literal.upper()
    told = methods or roles.role(ev, "body", row, given, receiver) or given.open_positional or given.open_keywords
    if "method" in row.roles and not told:
        effect.method = "GET"
    urls = [t for k in roles.role(ev, "url", row, given, receiver) if (t := ev.text_of(k)) is not None]
    bases = [t for k in roles.held(ev, receiver, "base_url", 4) if (t := ev.text_of(k)) is not None] if receiver else []
    if urls:
        effect.url = urls[0]
        first = urls[0].pieces[0] if urls[0].pieces else None
        if bases and first is not None and not (first.kind == "literal" and "://" in first.text):
            slash = [Piece("literal", "/")] if _needs_slash(bases[0], first) else []
            effect.url = ev.world.text([*bases[0].pieces, *slash, *urls[0].pieces])
        effect.target = display(effect.url.pieces)
        remote = effect.target.rpartition("/")[2]
        if row.reads and remote.startswith(row.reads):
            effect.method = "GET"


def _needs_slash(base: Text, first: Piece) -> bool:
    """Whether a client puts a slash between its base URL and a path."""
    last = base.pieces[-1] if base.pieces else None
    ends = last is not None and (last.text if last.kind == "literal" else last.default or "").endswith("/")
    return not ends and not (first.kind == "literal" and first.text.startswith("/"))
