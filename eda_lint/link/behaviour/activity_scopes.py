"""What surrounds the steps of a function: `with` statements, decorators, and the transactions they hold open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from eda_lint.catalog.tables import Callable
from eda_lint.link.behaviour.activity_state import Activation, Context
from eda_lint.link.evaluation.classes import class_attribute
from eda_lint.link.evaluation.known import (
    CatalogFunction,
    CatalogMethod,
    ClientObject,
    FunctionRef,
    Generated,
    Instance,
    Known,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic.keeping import made_at
from eda_lint.link.traffic.readings import row_of
from eda_lint.model import values as v
from eda_lint.model.describe import describe
from eda_lint.model.facts import With
from eda_lint.model.topology import Guard, Place
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.behaviour.activities import Walk

Flow = tuple[Context, bool]
"""The context behind, and whether nothing comes behind."""


def body(walk: Walk, act: Activation, ctx: Context) -> None:
    """Walk a function's body, within what its decorators put around it."""
    definition = act.unit.facts.definitions[act.function]
    place = act.unit.definition_place(act.function) if act.function else Place(act.unit.path, 1)
    inner = _decorated(walk, act, ctx)
    opened = inner.transaction if inner.transaction != ctx.transaction else None
    if opened is not None:
        walk.add(ctx, "begin", place, "begin", transaction=opened)
    walk.block(act, definition.body, inner)
    if opened is not None:
        walk.add(ctx, "commit", place, "commit", transaction=opened)


def _decorated(walk: Walk, act: Activation, ctx: Context) -> Context:
    """Decorators that open a transaction or make the function idempotent."""
    unit = act.unit
    for decorator in unit.facts.definitions[act.function].decorators if act.function else ():
        name = unit.original_name(decorator) or unit.terminal(decorator)
        if name in walk.guarding:
            guard = Guard("decorator", unit.definition_place(act.function), True, f"@{name}")
            ctx = walk.guarded(ctx, guard)
        shown = unit.facts.values[decorator]
        value = unit.facts.calls[shown.call].function if isinstance(shown, v.Result) else decorator
        for known in walk.ev.evaluate(unit, value, None):
            if isinstance(known, CatalogFunction | CatalogMethod):
                catalog = walk.ev.world.catalog
                function = isinstance(known, CatalogFunction)
                rows = catalog.functions_at(known.path) if function else catalog.methods(known.type, known.name)  # type: ignore[union-attr]
                library = known.library if isinstance(known, CatalogFunction) else known.type.library
                scope = library, made_at(known.receiver) if isinstance(known, CatalogMethod) else None
                if any(row.transaction for row in rows) and not (ctx.transaction is not None and ctx.scope == scope):
                    ctx = replace(ctx, transaction=walk.transaction(), scope=scope)
    return ctx


# ---------------------------------------------------------------------------------------------- with


def managed(walk: Walk, act: Activation) -> frozenset[int]:
    """Calls in `with` items whose effect comes when the `with` enters or leaves: generators that are entered there,
    transactions, messages that are settled at the end."""
    if act.managed is None:
        found: set[int] = set()
        for step in act.unit.steps(act.unit.facts.definitions[act.function].body):
            for value, _ in step.items if isinstance(step, With) else ():
                call = _call_of(act.unit, value)
                if call is None:
                    continue
                row = _row(walk, act, call)
                entered = any(isinstance(k, Generated) for k in walk.ev.evaluate(act.unit, value, act.frame))
                if entered or (row is not None and (row[0].transaction or _settles_at_exit(row[0]))):
                    found.add(call)
        act.managed = frozenset(found)
    return act.managed


def entered(walk: Walk, act: Activation, step: With, ctx: Context) -> Flow:
    """Enter the items of a `with` one after the other, then its body, then leave them."""
    return ctx, _items(walk, act, step, 0, ctx)[1]


def _items(walk: Walk, act: Activation, step: With, position: int, ctx: Context) -> Flow:
    if position == len(step.items):
        return walk.block(act, step.body, ctx)
    value, _ = step.items[position]
    call = _call_of(act.unit, value)
    told = _row(walk, act, call) if call is not None else None
    if told is not None and call is not None:
        row, library, receiver = told
        if row.transaction:
            return _scope(walk, act, step, position, ctx, row.transaction == "savepoint", (library, made_at(receiver)))
        if _settles_at_exit(row):
            return _settled(walk, act, step, position, ctx, call, row)
    for known in walk.ev.evaluate(act.unit, value, act.frame):
        result = _item(walk, act, step, position, ctx, known)
        if result is not None:
            return result
    return _items(walk, act, step, position + 1, ctx)


def _item(walk: Walk, act: Activation, step: With, position: int, ctx: Context, known: Known) -> Flow | None:
    """Enter one item by what it is; None if entering it means nothing."""
    place = act.unit.place(act.unit.places.withs[step.place])
    match known:
        case Generated(function=function):
            ended: list[bool] = []

            def yielded(outer: Context) -> None:
                # What the generator opened around its `yield` is around the body too.
                inner = replace(ctx, transaction=outer.transaction, scope=outer.scope, path=outer.path)
                if not ended:
                    ended.append(_items(walk, act, step, position + 1, inner)[1])

            site = place
            walk.function(function, known.frame, set(), walk.through(ctx, site, function), on_yield=yielded)
            return (ctx, any(ended)) if ended else None
        case Instance():
            _special(walk, known, ("__enter__", "__aenter__"), ctx, place)
            result = _items(walk, act, step, position + 1, ctx)
            _special(walk, known, ("__exit__", "__aexit__"), ctx, place)
            return result
        case ClientObject(type=type_ref):
            leaves = next((t.leaves for t in walk.ev.world.catalog.lineage(type_ref) if t.leaves), "")
            return _leaving(walk, act, step, position, ctx, leaves) if leaves else None
        case _:
            return None


def _scope(
    walk: Walk,
    act: Activation,
    step: With,
    position: int,
    ctx: Context,
    savepoint: bool,
    scope: tuple[str, tuple[str, int] | None],
) -> Flow:
    if ctx.transaction is not None and (savepoint or ctx.scope == scope):
        return _items(walk, act, step, position + 1, ctx)
    place = act.unit.place(act.unit.places.withs[step.place])
    library = scope[0]
    opened = walk.transaction()
    walk.add(ctx, "begin", place, "begin", transaction=opened, library=library)
    result = _items(walk, act, step, position + 1, replace(ctx, transaction=opened, scope=scope))
    walk.add(ctx, "commit", place, "commit", transaction=opened, library=library)
    return result


def _settled(walk: Walk, act: Activation, step: With, position: int, ctx: Context, call: int, row: Callable) -> Flow:
    """`async with message.process()`: acknowledged when the block is left."""
    result = _items(walk, act, step, position + 1, ctx)
    function = act.unit.facts.calls[call].function
    shown = act.unit.facts.values[function]
    uses = isinstance(shown, v.Attribute) and act.taint.value(shown.of)
    place, name = act.unit.call_place(call), describe(act.unit.facts, function)
    walk.add(ctx, "settle", place, name, settle=row.settle, uses_message=uses)
    return result


def _leaving(walk: Walk, act: Activation, step: With, position: int, ctx: Context, leaves: str) -> Flow:
    """A session or connection whose own transaction ends when it is left."""
    place = act.unit.place(act.unit.places.withs[step.place])
    before = walk.begin_anew()
    result = _items(walk, act, step, position + 1, ctx)
    inside = walk.begin_anew(before)
    if inside is not None:
        walk.add(ctx, "commit" if leaves == "commit" else "rollback", place, leaves, transaction=inside)
    return result


def _special(walk: Walk, instance: Instance, names: tuple[str, ...], ctx: Context, place: Place) -> None:
    for name in names:
        for method in class_attribute(walk.ev, instance.cls, name, instance):
            if isinstance(method, FunctionRef):
                frame = walk.ev.world.frame(method.unit, method.index, {}, instance, None, None)
                walk.function(method, frame, set(), walk.through(ctx, place, method))
                return


def _settles_at_exit(row: Callable) -> bool:
    return row.action == "settle" and row.context


def _call_of(unit: Unit, value: int) -> int | None:
    """The call that gives an item of a `with`, through one name."""
    for _ in range(4):
        match unit.facts.values[value]:
            case v.Result(call=call):
                return call
            case v.Awaited(of=of):
                value = of
            case v.Local(bindings=(binding,)) if unit.facts.bindings[binding].value != NOTHING:
                value = unit.facts.bindings[binding].value
            case _:
                return None
    return None


def _row(walk: Walk, act: Activation, call: int) -> tuple[Callable, str, Known | None] | None:
    for callee in walk.ev.callee(act.unit, call, act.frame):
        told = row_of(walk.ev, callee, walk.ev.arguments(act.unit, call, act.frame))
        if told is not None:
            return told[0], told[1], told[3]
    return None
