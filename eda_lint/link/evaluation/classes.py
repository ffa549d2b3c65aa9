"""Classes: their bases, and what their names are bound to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.known import (
    BuiltinMethod,
    CatalogMethod,
    ClassRef,
    ClientObject,
    EnumMember,
    External,
    FunctionRef,
    Instance,
    Known,
    Knowns,
    ModuleRef,
    Plain,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.facts import Function
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

ENUMS = frozenset({"enum.Enum", "enum.StrEnum", "enum.IntEnum", "enum.Flag", "strenum.StrEnum"})
VALIDATORS = frozenset({"model_validate", "parse_obj", "model_construct", "construct"})
"""Class methods of pydantic that make an object of a mapping."""
PROPERTIES = frozenset({"property", "cached_property", "classproperty", "hybrid_property"})
BASES = 32
"""Most bases looked at for one class."""


def mro(ev: Evaluator, cls: ClassRef) -> Sequence[Known]:
    """A class and its bases, nearest first, without repetition (C3 order is not needed for look-ups that
    only ask which of a few definitions comes first)."""
    found: dict[Known, None] = {cls: None}
    queue: list[ClassRef] = [cls]
    while queue and len(found) < BASES:
        current = queue.pop(0)
        unit = ev.world.known_unit(current.unit)
        for base in ev.world.class_fact(current).bases:
            shown = unit.facts.values[base]
            value = shown.of if isinstance(shown, v.Item) else base
            for known in _as_bases(ev, ev.evaluate(unit, value, None)):
                if known not in found and isinstance(known, ClassRef | External):
                    found[known] = None
                    if isinstance(known, ClassRef):
                        queue.append(known)
    return list(found)


def _as_bases(ev: Evaluator, knowns: Knowns) -> Sequence[Known]:
    """Bases as classes: where a catalogued call or attribute gives a class (`declarative_base()`, `db.Model`), that."""
    found: list[Known] = []
    for known in knowns:
        paths = ev.world.catalog.type(known.type).paths if isinstance(known, ClientObject) else ()
        found.append(ev.world.interned.of(External, paths[0]) if paths else known)
    return found


def is_enum(ev: Evaluator, cls: ClassRef) -> bool:
    """Whether a class is an enum."""
    return any(isinstance(k, External) and k.path in ENUMS for k in ev.mro(cls))


def _is_text_enum(ev: Evaluator, cls: ClassRef) -> bool:
    """Whether `auto()` gives the member's name in lower case."""
    return any(isinstance(k, External) and k.path.endswith(".StrEnum") for k in ev.mro(cls))


def class_attribute(ev: Evaluator, cls: ClassRef, name: str, receiver: Known) -> Sequence[Known]:
    """`Class.name` through the bases; methods are bound to `receiver` if it is an object or for classmethods."""
    for base in ev.mro(cls):
        if isinstance(base, External):
            found = _external_member(ev, base, name, receiver)
        elif isinstance(base, ClassRef):
            found = own_member(ev, base, name, receiver)
        else:
            continue
        if found and all(isinstance(k, Plain) and k.value is None for k in found) and isinstance(base, ClassRef):
            found = _assigned(ev, base, name) or found
        if found:
            return found
    if name == "__class__":
        return (cls,)
    if name == "__name__":
        return (ev.world.literal(ev.world.class_fact(cls).name),)
    found = outside_writes(ev, cls, name)
    if found:
        return found
    if any(isinstance(k, External) and k.path != "builtins.object" for k in ev.mro(cls)):
        if name in VALIDATORS:
            return (ev.world.interned.of(BuiltinMethod, cls, name),)
        return (ev.world.unknown(f"{name} of a base outside the code base"),)
    return (ev.world.unknown(f"{name} not found"),)


def own_member(ev: Evaluator, cls: ClassRef, name: str, receiver: Known) -> Knowns:
    """What a class itself binds to a name; methods are bound as `class_attribute` says."""
    unit = ev.world.known_unit(cls.unit)
    bindings = unit.members.get(cls.index, {}).get(name)
    if not bindings:
        return ()
    found: list[Known] = []
    for index in bindings:
        binding = unit.facts.bindings[index]
        if binding.value == NOTHING:
            continue
        shown = unit.facts.values[binding.value]
        if isinstance(shown, v.Definition) and isinstance(unit.facts.definitions[shown.index], Function):
            found.extend(_method(ev, unit, shown.index, receiver))
        elif is_enum(ev, cls) and not isinstance(shown, v.Definition):
            thunk = ev.world.thunk(unit.path, binding.value, None)
            if isinstance(shown, v.Result) and unit.terminal(binding.value) == "auto" and _is_text_enum(ev, cls):
                thunk = ev.world.given(ev.world.literal(name.lower()))
            found.append(ev.world.interned.of(EnumMember, cls, name, thunk))
        else:
            found.extend(ev.evaluate(unit, binding.value, None))
    return ev.distinct(found)


def _method(ev: Evaluator, unit: Unit, index: int, receiver: Known) -> Knowns:
    decorators = unit.decorator_names(index)
    if PROPERTIES & set(decorators) and not isinstance(receiver, ClassRef):
        return ev.returned(ev.world.interned.of(FunctionRef, unit.path, index, receiver, None))
    if "setter" in decorators or "deleter" in decorators:
        return ()
    made = ev.definition(unit, index, None)
    bound: list[Known] = []
    for known in made:
        if isinstance(known, FunctionRef) and "staticmethod" not in decorators:
            to = receiver
            if "classmethod" in decorators and isinstance(receiver, Instance):
                to = receiver.cls
            if isinstance(receiver, ClassRef) and "classmethod" not in decorators:
                bound.append(known)
                continue
            known = ev.world.interned.of(FunctionRef, known.unit, known.index, to, known.frame)
        bound.append(known)
    return tuple(bound)


def _external_member(ev: Evaluator, base: External, name: str, receiver: Known) -> Knowns:
    catalog = ev.world.catalog
    type_ref = catalog.type_at(base.path)
    if type_ref is None:
        return ()
    if catalog.methods(type_ref, name):
        return (ev.world.interned.of(CatalogMethod, receiver, type_ref, name),)
    child = catalog.attribute(type_ref, name)
    if child is not None:
        return (ev.world.interned.of(ClientObject, child, None, None, receiver),)
    return ()


def super_attribute(ev: Evaluator, cls: ClassRef, receiver: Known, name: str) -> Sequence[Known]:
    """`super().name` in a method of `cls`."""
    owner = receiver.cls if isinstance(receiver, Instance) else receiver if isinstance(receiver, ClassRef) else cls
    order = list(ev.mro(owner))
    rest = order[order.index(cls) + 1 :] if cls in order else list(ev.mro(cls))[1:]
    for base in rest:
        found = (
            _external_member(ev, base, name, receiver)
            if isinstance(base, External)
            else own_member(ev, base, name, receiver)
            if isinstance(base, ClassRef)
            else ()
        )
        if found:
            return found
    return (ev.world.unknown(f"super().{name}"),)


def _assigned(ev: Evaluator, cls: ClassRef, name: str) -> Knowns:
    """What methods of a class, or other files, assign to an attribute that the class body sets to None."""
    unit = ev.world.known_unit(cls.unit)
    own = unit.self_writes.get(cls.index, {}).get(name, ())
    found = [k for _, write in own if not write.operator for k in ev.evaluate(unit, write.value, None)]
    return ev.distinct((*found, *outside_writes(ev, cls, name)))


def outside_writes(ev: Evaluator, base: ClassRef | ModuleRef, name: str) -> Knowns:
    """What other active units assign to `module.name` or `Class.name`."""
    found: list[Known] = []
    for unit, write in ev.callers.foreign_writes(name):
        target = unit.facts.values[write.target]
        if isinstance(target, v.Attribute) and base in ev.evaluate(unit, target.of, None):
            found.extend(ev.evaluate(unit, write.value, None))
    return ev.distinct(found)
