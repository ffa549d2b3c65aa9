"""Which functions handle messages where a library is given an object: methods that it calls, or what they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eda_lint.link.evaluation import roles
from eda_lint.link.evaluation.classes import class_attribute
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.known import ClassRef, Decorated, External, FunctionRef, Instance, Known, Knowns
from eda_lint.link.traffic import payloads

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator
    from eda_lint.link.evaluation.units import Unit

INWARD = 3
"""How far a factory's own functions are followed."""


def methods_called(ev: Evaluator, listeners: Knowns, names: tuple[str, ...]) -> Knowns:
    """The methods that a library calls on listeners: those of these names, `*` any public one."""
    found: list[Known] = []
    for known in payloads.sequence_of(ev, ev.closed(listeners)):
        if isinstance(known, ClassRef):
            known = ev.world.interned.of(Instance, known, None)
        if not isinstance(known, Instance):
            found.append(known)
            continue
        wanted = names if "*" not in names else _public_methods(ev, known)
        for name in wanted:
            methods = class_attribute(ev, known.cls, name, known)
            found.extend(k for k in methods if isinstance(k, FunctionRef | Decorated))
    return ev.distinct(found)


def _public_methods(ev: Evaluator, instance: Instance) -> list[str]:
    """Names of the methods of an object's classes in the code base that do not begin with an underscore."""
    found: dict[str, None] = {}
    for cls in ev.mro(instance.cls):
        if isinstance(cls, ClassRef):
            unit = ev.world.known_unit(cls.unit)
            found.update(dict.fromkeys(n for n in unit.members.get(cls.index, {}) if not n.startswith("_")))
    return list(found)


def made(ev: Evaluator, factories: Knowns, method: str) -> Knowns:
    """The handlers that a method of these factories makes; a factory stays where none are found."""
    found: list[Known] = []
    for known in ev.closed(factories):
        if isinstance(known, ClassRef):
            known = ev.world.interned.of(Instance, known, None)
        made_here: dict[Known, None] = {}
        if isinstance(known, Instance):
            for function in class_attribute(ev, known.cls, method, known):
                if isinstance(function, FunctionRef):
                    _collect(ev, function, INWARD, made_here)
        found.extend(made_here or (known,))
    return ev.distinct(found)


def _collect(ev: Evaluator, function: FunctionRef, steps: int, found: dict[Known, None]) -> None:
    unit = ev.world.known_unit(function.unit)
    frame = ev.world.frame(function.unit, function.index, {}, function.receiver, None, None)
    for call in unit.body(function.index).calls:
        for callee in ev.callee(unit, call, frame):
            if isinstance(callee, External | ClassRef):
                found.update(dict.fromkeys(_handlers(ev, unit, call, frame, callee)))
            elif isinstance(callee, FunctionRef) and steps and callee.receiver is not None:
                _collect(ev, callee, steps - 1, found)


def _handlers(ev: Evaluator, unit: Unit, call: int, frame: Frame, made: External | ClassRef) -> Knowns:
    """The handlers that an object has which a call constructs."""
    if isinstance(made, External):
        type_ref = ev.world.catalog.type_at(made.path)
        row = ev.world.catalog.constructor(type_ref) if type_ref is not None else None
        if row is None or "handler" not in row.roles:
            return ()
        return ev.closed(roles.role(ev, "handler", row, ev.arguments(unit, call, frame), None))
    instance = ev.world.interned.of(Instance, made, ev.world.site(unit.path, call, frame))
    names = [
        name
        for base in ev.mro(made)
        if isinstance(base, External) and (type_ref := ev.world.catalog.type_at(base.path)) is not None
        for name, rows in ev.world.catalog.override_names(type_ref).items()
        if rows and rows[0].record
    ]
    methods = [m for name in names for m in class_attribute(ev, made, name, instance)]
    return tuple(m for m in methods if isinstance(m, FunctionRef))
