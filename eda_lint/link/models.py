"""What the code base's ORM models say of their records: unique fields, tables, base class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eda_lint.link import texts
from eda_lint.link.known import ClassRef, ClientObject, Decorated, External, Instance, Known
from eda_lint.link.units import Unit
from eda_lint.model import values as v
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluate import Evaluator

ONE_TO_ONE = frozenset({"OneToOneField", "AutoField", "BigAutoField"})
CONSTRAINTS = frozenset({"UniqueConstraint", "PrimaryKeyConstraint"})


def model_of(ev: Evaluator, known: Known | None, steps: int = 6) -> ClassRef | None:
    """The model class behind a manager, query set, instance or class."""
    match known:
        case ClassRef():
            return known if is_model(ev, known) else None
        case Instance(cls=cls):
            return cls if is_model(ev, cls) else None
        case ClientObject(parent=parent) if steps:
            return model_of(ev, parent, steps - 1)
        case Decorated():
            return None
        case _:
            return None


def is_model(ev: Evaluator, cls: ClassRef) -> bool:
    """Whether a class is an ORM model: its bases reach a catalogued one whose records are written."""
    for base in ev.mro(cls):
        if isinstance(base, External):
            ref = ev.world.catalog.type_at(base.path)
            if ref is not None and any(t.writes for t in ev.world.catalog.lineage(ref)):
                return True
    return "__tablename__" in ev.world.known_unit(cls.unit).members.get(cls.index, {})


def writes_tracked(ev: Evaluator, cls: ClassRef) -> bool:
    """Whether assigning an attribute of a record reaches the database by itself (SQLAlchemy)."""
    for base in ev.mro(cls):
        if isinstance(base, External):
            ref = ev.world.catalog.type_at(base.path)
            if ref is not None:
                told = next((t.writes for t in ev.world.catalog.lineage(ref) if t.writes), "")
                if told:
                    return told == "tracked"
    return True


def table(ev: Evaluator, cls: ClassRef) -> str:
    """The name of a model's table, or of the class."""
    unit = ev.world.known_unit(cls.unit)
    for index in unit.members.get(cls.index, {}).get("__tablename__", ()):
        value = unit.facts.bindings[index].value
        found = texts.literal_texts(ev, ev.evaluate(unit, value, None)) if value != NOTHING else []
        if found:
            return found[0]
    return ev.world.class_fact(cls).name


def unique_fields(ev: Evaluator, cls: ClassRef) -> set[frozenset[str]]:
    """Sets of fields that are unique together, primary key included."""
    found: set[frozenset[str]] = set()
    for base in ev.mro(cls):
        if not isinstance(base, ClassRef):
            continue
        unit = ev.world.known_unit(base.unit)
        for name, bindings in unit.members.get(base.index, {}).items():
            for index in bindings:
                value = unit.facts.bindings[index].value
                if value == NOTHING:
                    continue
                shown = unit.facts.values[value]
                if isinstance(shown, v.Result) and _is_unique(unit, shown.call):
                    found.add(frozenset({name}))
                if name in ("__table_args__", "unique_together"):
                    found |= _constraints(unit, value)
                if name == "Meta" and isinstance(shown, v.Definition):
                    found |= _meta(unit, shown.index)
    return found


def _is_unique(unit: Unit, call: int) -> bool:
    fact = unit.facts.calls[call]
    if unit.terminal(fact.function) in ONE_TO_ONE:
        return True
    for argument in fact.arguments:
        shown = unit.facts.values[argument.value]
        if argument.name in ("unique", "primary_key") and isinstance(shown, v.Constant) and shown.value is True:
            return True
    return False


def _meta(unit: Unit, cls: int) -> set[frozenset[str]]:
    found: set[frozenset[str]] = set()
    for name, bindings in unit.members.get(cls, {}).items():
        if name in ("unique_together", "constraints"):
            for index in bindings:
                found |= _constraints(unit, unit.facts.bindings[index].value)
    return found


def _constraints(unit: Unit, value: int) -> set[frozenset[str]]:
    if value == NOTHING:
        return set()
    shown = unit.facts.values[value]
    if isinstance(shown, v.Result):
        return _constraint(unit, shown.call)
    if not isinstance(shown, v.Sequence):
        return set()
    names = [unit.facts.values[i] for i in shown.items]
    if names and all(isinstance(n, v.Text) for n in names):
        return {frozenset(n.text for n in names if isinstance(n, v.Text))}
    return {c for i in shown.items for c in _constraints(unit, i)}


def _constraint(unit: Unit, call: int) -> set[frozenset[str]]:
    fact = unit.facts.calls[call]
    name = unit.terminal(fact.function)
    if name not in CONSTRAINTS and not (name == "Index" and any(a.name == "unique" for a in fact.arguments)):
        return set()
    if any(a.name == "condition" for a in fact.arguments):
        return set()
    columns: list[str] = []
    for argument in fact.arguments:
        shown = unit.facts.values[argument.value]
        if argument.name == "fields" and isinstance(shown, v.Sequence):
            columns += [t.text for i in shown.items if isinstance(t := unit.facts.values[i], v.Text)]
        elif not argument.name and isinstance(shown, v.Text):
            columns.append(shown.text)
    return {frozenset(columns)} if columns else set()
