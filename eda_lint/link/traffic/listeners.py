"""Methods of an object that a library calls with messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eda_lint.link.evaluation.classes import class_attribute
from eda_lint.link.evaluation.known import ClassRef, Decorated, FunctionRef, Instance, Known, Knowns
from eda_lint.link.traffic import payloads

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


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
