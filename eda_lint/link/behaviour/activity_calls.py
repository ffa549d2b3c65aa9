"""What a call does in an activity: an operation, a catalogued effect, a function of the code base that is entered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from eda_lint.catalog.tables import Callable
from eda_lint.link.behaviour import (
    activity_records,
    activity_scopes,
    activity_wrappers,
    effects,
    harmless,
    hosts,
    models,
)
from eda_lint.link.behaviour.activity_state import ALTERNATIVES, ENTERED, WRITES, Activation, Context
from eda_lint.link.behaviour.effects import CallEffect
from eda_lint.link.evaluation import roles
from eda_lint.link.evaluation.classes import class_attribute
from eda_lint.link.evaluation.frames import Arguments, Frame
from eda_lint.link.evaluation.instances import constructor_frames
from eda_lint.link.evaluation.known import (
    CatalogFunction,
    CatalogMethod,
    ClassRef,
    ClientObject,
    Decorated,
    External,
    FunctionRef,
    Instance,
    Known,
    Partial,
    Thunk,
    Unknown,
    function_of,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic.delivery import usage
from eda_lint.link.traffic.readings import row_of
from eda_lint.model import values as v
from eda_lint.model.describe import describe
from eda_lint.model.topology import Guard, Place

if TYPE_CHECKING:
    from eda_lint.link.behaviour.activities import Walk

DEFERRING = frozenset({
    "create_task", "ensure_future", "run_coroutine_threadsafe", "start_soon", "spawn", "add_task", "submit", "Thread",
    "Process", "Timer", "call_soon", "call_soon_threadsafe", "call_later", "create_background_task",
})  # fmt: skip
"""Last names of what runs a coroutine or a function on its own, beside what goes on here."""


@dataclass(frozen=True, slots=True)
class Site:
    """A call that is being walked."""

    call: int
    place: Place
    shown: str
    given: Arguments
    uses: bool
    """An argument derives from the message."""


def call(walk: Walk, act: Activation, number: int, ctx: Context) -> Context:
    """Walk one call; the context behind it."""
    if number in activity_scopes.managed(walk, act):
        return ctx
    unit = act.unit
    function = unit.facts.calls[number].function
    given = walk.ev.arguments(unit, number, act.frame)
    uses = any(is_tainted(act, t) for t in (*given.positional, *given.keywords.values()))
    site = Site(number, unit.call_place(number), describe(unit.facts, function), given, uses)
    inner = walk.arm(ctx, "deferred", 0) if _is_deferred(walk, act, number) else ctx
    if _operation(walk, act, site, inner):
        return ctx
    behind = _follow(walk, act, site, inner)
    return ctx if behind.guards == inner.guards else replace(ctx, guards=behind.guards)


def _follow(walk: Walk, act: Activation, site: Site, ctx: Context) -> Context:
    callees = tuple(_called(walk, k) for k in walk.ev.closed(walk.ev.callee(act.unit, site.call, act.frame)))
    if not any(_can_follow(walk, k) for k in callees):
        callees = (*_of_record(walk, act, site), *callees)
    alternatives = [k for k in callees if _methods(walk, k)][:ALTERNATIVES]
    number = walk.number() if len(alternatives) > 1 else 0
    followed = False
    for callee in callees:
        if callee in alternatives:
            inner = walk.arm(ctx, "case", alternatives.index(callee), "", number) if number else ctx
            for function in _methods(walk, callee):
                enter(walk, act, function, site.given, site.call, inner)
            followed = True
        elif isinstance(callee, ClassRef):
            _construct(walk, act, callee, site.call, ctx)
            followed = True
        elif _is_catalogued(walk, callee):
            ctx = _catalogued(walk, act, site, callee, ctx)
            followed = True
    if not followed and not harmless.is_harmless(walk.ev, act.unit, site.call, callees):
        walk.unproven(site.place, site.shown, site.uses, harmless.reason(callees))
    return ctx


def _called(walk: Walk, callee: Known) -> Known:
    """What calling something calls: of a library's object that is called itself its `__call__`."""
    if isinstance(callee, ClientObject) and walk.ev.world.catalog.methods(callee.type, "__call__"):
        return walk.ev.world.interned.of(CatalogMethod, callee, callee.type, "__call__")
    return callee


def _can_follow(walk: Walk, callee: Known) -> bool:
    return bool(_methods(walk, callee)) or isinstance(callee, ClassRef) or _is_catalogued(walk, callee)


def _is_catalogued(walk: Walk, callee: Known) -> bool:
    match callee:
        case CatalogMethod() | CatalogFunction():
            return True
        case External(path=path):
            return walk.ev.world.catalog.type_at(path) is not None
        case _:
            return False


def _methods(walk: Walk, callee: Known) -> list[FunctionRef]:
    """The function of the code base that calling something runs."""
    match callee:
        case FunctionRef():
            return [callee]
        case Decorated(function=function):
            return [function]
        case Partial(function=FunctionRef() as function):
            return [function]
        case Instance():
            found = class_attribute(walk.ev, callee.cls, "__call__", callee)
            return [k for k in found if isinstance(k, FunctionRef)][:1]
        case _:
            return []


def _of_record(walk: Walk, act: Activation, site: Site) -> list[Known]:
    """A method of a record that was loaded from the store: evaluation does not know what `session.get()` gives."""
    shown = act.unit.facts.values[act.unit.facts.calls[site.call].function]
    if not isinstance(shown, v.Attribute):
        return []
    model = models.loaded(walk.ev, act.unit, shown.of, act.frame)
    if model is None:
        return []
    record = walk.ev.world.interned.of(Instance, model, None)
    found = class_attribute(walk.ev, model, shown.name, record)
    return [k for k in found if isinstance(k, FunctionRef | CatalogMethod)]


# ----------------------------------------------------------------------------------------- operations


def _operation(walk: Walk, act: Activation, site: Site, ctx: Context) -> bool:
    """A send that is reported at this call."""
    ids = walk.by_call.get((act.unit.path, site.call), ())
    found = [walk.operations[i] for i in ids if i in walk.operations]
    sends = [o for o in found if o.action in ("send", "reply")]
    if not sends:
        return False
    operation = sends[0]
    callees = walk.ev.callee(act.unit, site.call, act.frame)
    is_postponed = (act.unit.path, site.call) in walk.postponed
    if is_postponed or any((told := row_of(walk.ev, k, site.given)) and told[0].after_commit for k in callees):
        ctx = replace(walk.arm(ctx, "deferred", 0), after_commit=True, transaction=None)
    transaction = None if ctx.after_commit else ctx.transaction or walk.open
    walk.add(
        ctx, "enqueue" if operation.kind == "task" else "publish", site.place, site.shown, operation=operation.id,
        target=operation.address or "", system=operation.system, library=operation.client, uses_message=site.uses,
        key="message" if site.uses else "unknown", transaction=transaction,
    )  # fmt: skip
    return True


# ----------------------------------------------------------------------------------------- functions


def enter(walk: Walk, act: Activation, function: FunctionRef, given: Arguments, number: int, ctx: Context) -> None:
    """Walk a function of the code base that is called here with these arguments."""
    if not walk.may_enter(function) or walk.entered >= ENTERED:
        return
    unit = walk.ev.world.unit(function.unit)
    if unit is None:
        return
    walk.entered += 1
    wrapper = activity_wrappers.wrapper(walk, function)
    if wrapper is not None:
        if function.receiver is not None:
            given = replace(given, positional=[walk.ev.world.given(function.receiver), *given.positional])
        function, unit = wrapper, walk.ev.world.known_unit(wrapper.unit)
    frame = walk.ev.enter(function, given, walk.ev.world.site(act.unit.path, number, act.frame))
    inner = walk.through(ctx, act.unit.call_place(number), function)
    walk.function(function, frame, tainted_parameters(act, unit, function, frame), inner, around=act)


def tainted_parameters(act: Activation, unit: Unit, function: FunctionRef, frame: Frame) -> set[int]:
    """Bindings of a function's parameters that are given something of the message."""
    found: set[int] = set()
    for index, parameter in enumerate(unit.function(function.index).parameters):
        if any(is_tainted(act, thunk) for thunk in frame.arguments.get(index, ())):
            found.add(parameter.binding)
    return found


def is_tainted(act: Activation, thunk: Thunk) -> bool:
    """Whether an argument derives from the message, also within a list or mapping that was spread."""
    if act.taint.holds(thunk):
        return True
    for known in thunk.given or ():
        for item in getattr(known, "items", ()) or [t for _, t in getattr(known, "entries", ())]:
            if isinstance(item, Thunk) and act.taint.holds(item):
                return True
    return False


def _construct(walk: Walk, act: Activation, cls: ClassRef, number: int, ctx: Context) -> None:
    """Constructing an object of the code base runs its `__init__`."""
    site = walk.ev.world.site(act.unit.path, number, act.frame)
    instance = walk.ev.world.interned.of(Instance, cls, site)
    for owner, frame in constructor_frames(walk.ev, instance).items():
        function = walk.ev.world.interned.of(FunctionRef, owner.unit, frame.function, instance, None)
        seeds = tainted_parameters(act, walk.ev.world.known_unit(owner.unit), function, frame)
        walk.function(function, frame, seeds, walk.through(ctx, act.unit.call_place(number), function))
        return


def _is_deferred(walk: Walk, act: Activation, number: int) -> bool:
    """Whether what a call runs goes on beside what follows, or later: `Thread(target=f)`, the coroutine in
    `create_task(f(x))`, or one that is kept in a list and not awaited here."""
    unit = act.unit
    if unit.terminal(unit.facts.calls[number].function) in DEFERRING:
        return True
    coroutines = walk.coroutines(unit)
    if number in coroutines.deferred:
        return True
    return number in coroutines.kept and any(
        (function := function_of(k)) is not None and _is_coroutine(walk, function)
        for k in walk.ev.callee(unit, number, act.frame)
    )


def _is_coroutine(walk: Walk, function: FunctionRef) -> bool:
    unit = walk.ev.world.known_unit(function.unit)
    return unit.function(function.index).is_async and not unit.body(function.index).yields


# --------------------------------------------------------------------------------------- catalogued


def _catalogued(walk: Walk, act: Activation, site: Site, callee: Known, ctx: Context) -> Context:
    ev = walk.ev
    told = row_of(ev, callee, site.given)
    if told is None:
        return ctx
    row, library = told[0], told[1]
    uses = site.uses or _receiver_tainted(act, site.call)
    if row.action == "settle":
        if _never_runs(walk, act, site, callee, row):
            return ctx
        walk.add(ctx, "settle", site.place, site.shown, settle=row.settle, library=library, uses_message=uses)
        return ctx
    if row.after_commit:
        _after_commit(walk, act, row, site, ctx)
        return ctx
    change = activity_records.saved(walk, act, site.call, row)
    effect = effects.of_call(ev, callee, site.given, act.taint, change=change)
    if effect is None:
        return ctx
    if not effect.kind:
        walk.unproven(site.place, site.shown, uses, "what the statement does is not known")
        return ctx
    return _effect(walk, act, site, effect, ctx, uses)


def _never_runs(walk: Walk, act: Activation, site: Site, callee: Known, row: Callable) -> bool:
    """A coroutine that nobody awaits: an acknowledgement that is not sent."""
    if not isinstance(callee, CatalogMethod) or not walk.ev.world.catalog.is_coroutine(callee.type, row):
        return False
    found = usage(act.unit, site.call)
    return found.dropped and not found.awaited


def _receiver_tainted(act: Activation, number: int) -> bool:
    function = act.unit.facts.values[act.unit.facts.calls[number].function]
    return isinstance(function, v.Attribute) and act.taint.value(function.of)


def _effect(walk: Walk, act: Activation, site: Site, effect: CallEffect, ctx: Context, uses: bool) -> Context:
    kind = effect.kind
    conflict = ctx.catching is not None and kind in ("insert", "flush", "commit")
    own = ctx
    if effect.guarded:
        keyed = effect.key == "message" or effect.guarded == "provider-key"
        own = walk.guarded(own, Guard(effect.guarded, site.place, keyed, site.shown))  # type: ignore[arg-type]
    claimed = ctx.catching if kind == "insert" and conflict else None
    own = walk.guarded(own, claimed)
    told = walk.router.of(effect.url, effect.method, act.unit) if kind == "http" else hosts.NOWHERE
    used = hosts.reply(walk.ev, act.unit, site.call) if kind == "http" else hosts.Reply((), False)
    walk.add(
        own, kind, site.place, site.shown, target=effect.target, key=effect.key, unique=effect.unique,
        conflict_handled=conflict, library=effect.library, method=effect.method, owner=told.owner,
        url=effect.target if kind == "http" else None, internal=told.internal, uses_message=uses,
        result_fields=used.fields, result_decides=used.decides, durable=effect.durable,
        transaction=_transaction(walk, effect, ctx),
    )  # fmt: skip
    if kind in ("commit", "rollback"):
        walk.open = None
    # What follows the insert in the same `try` is not reached for a duplicate.
    return walk.guarded(ctx, claimed)


def _transaction(walk: Walk, effect: CallEffect, ctx: Context) -> int | None:
    """The transaction that an effect is in; it may be the one that begins it."""
    kind = effect.kind
    begins = kind == "begin" or (effect.autobegin and kind in WRITES)
    if begins and walk.open is None and ctx.transaction is None:
        walk.open = walk.transaction()
    if kind in ("begin", "commit", "rollback") or effect.autobegin:
        return ctx.transaction or walk.open
    return ctx.transaction


def _after_commit(walk: Walk, act: Activation, row: Callable, site: Site, ctx: Context) -> None:
    """What is given to a hook runs once the transaction around has committed."""
    inner = replace(walk.arm(ctx, "deferred", 0), after_commit=True, transaction=None)
    for known in roles.role(walk.ev, "callback", row, site.given, None):
        function = function_of(known)
        if function is None:
            if not isinstance(known, Unknown):
                continue
            walk.unproven(site.place, site.shown, site.uses, known.reason)
            continue
        if isinstance(known, Partial):
            made = known.site
            given = walk.ev.arguments(walk.ev.world.known_unit(made.unit), made.call, made.frame).without_first()
            enter(walk, act, function, given, site.call, inner)
        else:
            walk.function(function, function.frame, set(), inner, around=act)
