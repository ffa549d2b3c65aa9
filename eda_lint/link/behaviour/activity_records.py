"""Records of the code base's models in an activity: attributes that are assigned, and how they reach the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eda_lint.catalog.tables import Callable
from eda_lint.link.behaviour import models
from eda_lint.link.behaviour.activity_state import Activation, Context
from eda_lint.link.evaluation import taint
from eda_lint.link.evaluation.known import ClassRef, Instance
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.describe import describe
from eda_lint.model.facts import Write
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.behaviour.activities import Walk

SAVING = frozenset({"save", "asave"})


def assigned(walk: Walk, act: Activation, step: Write, ctx: Context) -> None:
    """An attribute of a record is assigned; increased, if its new value is made of the old one."""
    unit = act.unit
    target = unit.facts.values[step.target]
    if not isinstance(target, v.Attribute):
        return
    base = unit.facts.values[target.of]
    increases = bool(step.operator) or reads_old(walk, act, step.value, target)
    if increases and isinstance(base, v.Local):
        act.increments.update(base.bindings)
    model = _stored(walk, act, target.of)
    if model is None or not models.writes_tracked(walk.ev, model):
        return
    if walk.open is None and ctx.transaction is None:
        walk.open = walk.transaction()
    walk.add(
        ctx, "increment" if increases else "set", unit.place(unit.places.writes[step.place]),
        describe(unit.facts, step.target), target=models.table(walk.ev, model), key="message",
        transaction=ctx.transaction or walk.open,
        uses_message=act.taint.value(step.value) or act.taint.value(target.of),
    )  # fmt: skip


def _stored(walk: Walk, act: Activation, value: int) -> ClassRef | None:
    """The model of a value that is a record in the store: loaded, or handed in; not one that was made here."""
    model = models.loaded(walk.ev, act.unit, value, act.frame)
    if model is not None:
        return model
    known = walk.ev.evaluate(act.unit, value, act.frame)
    if any(isinstance(k, Instance) and k.site is not None for k in known):
        return None
    if act.unit.is_receiver(value, act.function) and act.unit.facts.definitions[act.function].name == "__init__":
        return None
    return next((m for k in known if isinstance(k, Instance) and (m := models.model_of(walk.ev, k))), None)


def reads_old(walk: Walk, act: Activation, value: int, target: v.Attribute) -> bool:
    """Whether a value is arithmetic over the attribute that it is assigned to, or over a stored column."""
    unit = act.unit
    if value == NOTHING or not isinstance(unit.facts.values[value], v.Arithmetic | v.Joined):
        return False
    base = unit.facts.values[target.of]
    stack = [value]
    while stack:
        current = stack.pop()
        shown = unit.facts.values[current]
        if isinstance(shown, v.Attribute) and shown.name == target.name and _same(unit, shown.of, base):
            return True
        stack.extend(taint.children(unit, current))
    return models.adds_to_column(walk.ev, unit, value, act.frame)


def _same(unit: Unit, value: int, base: v.Value) -> bool:
    return unit.facts.values[value] == base


def saved(walk: Walk, act: Activation, call: int, row: Callable) -> str:
    """What `record.save()` does: increments what was increased before, inserts what was made here, sets what was
    loaded; `""` if that is not known, or another method is called."""
    unit = act.unit
    function = unit.facts.values[unit.facts.calls[call].function]
    if not isinstance(function, v.Attribute) or function.name not in SAVING or row.effect != "upsert":
        return ""
    base = unit.facts.values[function.of]
    if isinstance(base, v.Local) and any(b in act.increments for b in base.bindings):
        return "increment"
    if models.loaded(walk.ev, unit, function.of, act.frame) is not None:
        return "set"
    known = walk.ev.evaluate(unit, function.of, act.frame)
    if known and all(isinstance(k, Instance) and k.site is not None and models.model_of(walk.ev, k) for k in known):
        again = walk.saved.issuperset(known)
        walk.saved.update(known)
        return "set" if again else "insert"
    return ""
