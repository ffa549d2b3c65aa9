"""What the code base's ORM models say of their records: unique fields, tables, base class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from eda_lint.catalog.load import TypeRef
from eda_lint.catalog.tables import Callable, Role
from eda_lint.link.evaluation import roles, taint, texts
from eda_lint.link.evaluation.frames import Arguments, Frame
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
    ListOf,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic.readings import row_of
from eda_lint.model import values as v
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

ONE_TO_ONE = frozenset({"OneToOneField", "AutoField", "BigAutoField"})
CONSTRAINTS = frozenset({"UniqueConstraint", "PrimaryKeyConstraint"})
LOADS = 10
"""Longest way from a record to the call that reads it."""


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
    if next(_writes(ev, cls), None) is not None:
        return True
    return "__tablename__" in ev.world.known_unit(cls.unit).members.get(cls.index, {})


def writes_tracked(ev: Evaluator, cls: ClassRef) -> bool:
    """Whether assigning an attribute of a record reaches the database by itself (SQLAlchemy)."""
    return next(_writes(ev, cls), "tracked") == "tracked"


def _writes(ev: Evaluator, cls: ClassRef) -> Iterator[str]:
    """How the catalogued bases of a class write, nearest first; also those that a call or an attribute gives
    (`declarative_base()`, `db.Model`)."""
    catalog = ev.world.catalog
    for base in ev.mro(cls):
        refs: list[TypeRef] = []
        if isinstance(base, External):
            ref = catalog.type_at(base.path)
            refs += [ref] if ref is not None else []
        elif isinstance(base, ClassRef):
            unit = ev.world.known_unit(base.unit)
            given = [k for value in ev.world.class_fact(base).bases for k in ev.evaluate(unit, value, None)]
            refs += [k.type for k in given if isinstance(k, ClientObject)]
        for ref in refs:
            yield from (t.writes for t in catalog.lineage(ref) if t.writes)


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


# ------------------------------------------------------------------------------------- loaded records


def loaded(ev: Evaluator, unit: Unit, value: int, frame: Frame | None, steps: int = LOADS) -> ClassRef | None:
    """The model of which a value is a record that was read from the store: what `session.get()` and its like
    give, through names, parameters and the code base's own functions."""
    for _ in range(steps):
        match unit.facts.values[value]:
            case v.Awaited(of=of) | v.Item(of=of) | v.Element(of=of) | v.Entered(of=of):
                value = of
            case v.Local(bindings=bindings):
                found = (unit.facts.bindings[b].value for b in bindings)
                given = (loaded(ev, unit, x, frame, steps - 1) for x in found if x != NOTHING)
                return next((m for m in given if m is not None), None)
            case v.Parameter(function=function, index=index):
                inside = frame.find(unit.path, function) if frame is not None else None
                thunks = inside.arguments.get(index, ()) if inside is not None else ()
                given = (
                    loaded(ev, ev.world.known_unit(t.unit), t.value, t.frame, steps - 1)
                    for t in thunks
                    if t.given is None
                )
                return next((m for m in given if m is not None), None)
            case v.Conditional(then=then, otherwise=otherwise):
                return loaded(ev, unit, then, frame, steps - 1) or loaded(ev, unit, otherwise, frame, steps - 1)
            case v.Either(operands=operands):
                value = operands[0]
            case v.Result(call=call):
                return _loaded_by(ev, unit, call, frame, steps - 1)
            case _:
                return None
    return None


def _loaded_by(ev: Evaluator, unit: Unit, call: int, frame: Frame | None, steps: int) -> ClassRef | None:
    given = ev.arguments(unit, call, frame)
    for callee in ev.callee(unit, call, frame):
        if isinstance(callee, CatalogMethod | CatalogFunction):
            told = row_of(ev, callee, given)
            if told is not None and (told[0].effect == "read" or told[0].guard == "exists"):
                return source_model(ev, told[0], given, told[3])
        elif isinstance(callee, FunctionRef) and steps > 0:
            other = ev.world.known_unit(callee.unit)
            inner = ev.enter(callee, given, ev.world.site(unit.path, call, frame))
            if inner.depth > LOADS:
                continue
            for value in other.body(callee.index).returns:
                found = loaded(ev, other, value, inner, steps - 1) if value != NOTHING else None
                if found is not None:
                    return found
    return None


def source_model(
    ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None, steps: int = 6
) -> ClassRef | None:
    """The model that a catalogued call is about: its target, its statement's, or what its receiver was made for."""
    names: tuple[Role, ...] = ("target", "statement")
    for name in names:
        for known in roles.role(ev, name, row, given, receiver):
            found = _model_in(ev, known)
            if found is not None:
                return found
    found = model_of(ev, receiver)
    if found is None and steps and isinstance(receiver, ClientObject) and receiver.maker and receiver.site:
        site = receiver.site
        made = ev.arguments(ev.world.known_unit(site.unit), site.call, site.frame)
        return source_model(ev, receiver.maker, made, receiver.parent, steps - 1)
    return found


def _model_in(ev: Evaluator, known: Known) -> ClassRef | None:
    """The model in a target: a class, a record, a statement about one, or a list of them."""
    if isinstance(known, ListOf):
        return next((m for k in ev.force_all(known.items) if (m := model_of(ev, k)) is not None), None)
    found = model_of(ev, known)
    if found is None and isinstance(known, ClientObject):
        held = roles.held(ev, known, "target", roles.PARENTS)
        return next((m for k in held if (m := model_of(ev, k)) is not None), None)
    return found


def adds_to_column(ev: Evaluator, unit: Unit, value: int, frame: Frame | None) -> bool:
    """Whether a value is arithmetic that the database does over a stored column: `F("stock") - 1`, `Order.n + 1`."""
    stack, seen = [value], set[int]()
    while stack:
        current = stack.pop()
        if current == NOTHING or current in seen:
            continue
        seen.add(current)
        match unit.facts.values[current]:
            case v.Arithmetic(left=left, right=right):
                if any(_is_column(ev, unit, x, frame) for x in (left, right)):
                    return True
                stack.extend((left, right))
            case v.Joined(parts=parts):
                if any(_is_column(ev, unit, x, frame) for x in parts):
                    return True
            case v.Local(bindings=bindings):
                stack.extend(unit.facts.bindings[b].value for b in bindings)
            case v.Result() | v.Attribute() | v.Item() | v.Conditional() | v.Either():
                stack.extend(c for c in taint.children(unit, current))
            case _:
                continue
    return False


def _is_column(ev: Evaluator, unit: Unit, value: int, frame: Frame | None) -> bool:
    if value == NOTHING:
        return False
    catalog = ev.world.catalog
    known = ev.evaluate(unit, value, frame)
    if any(isinstance(k, ClientObject) and any(t.column for t in catalog.lineage(k.type)) for k in known):
        return True
    shown = unit.facts.values[value]
    if not isinstance(shown, v.Attribute):
        return False
    # A model's own attribute, asked of the class: `mapped_column()` says so, whatever it is assigned from.
    owners = [k for k in ev.evaluate(unit, shown.of, frame) if isinstance(k, ClassRef) and is_model(ev, k)]
    return any(shown.name in ev.world.known_unit(k.unit).members.get(k.index, {}) for k in owners)
