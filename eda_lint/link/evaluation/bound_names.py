"""Names that objects have because of where they are kept: the variable that a call's result is bound to, and what the
class of an object says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eda_lint.link.evaluation.known import ClassRef, Encoded, EnumMember, Instance, Known, Knowns, Site, Text, Unknown
from eda_lint.link.evaluation.units import Unit

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


def name(ev: Evaluator, site: Site | None, form: str) -> Knowns:
    """The name of the module global, class attribute or `self.` attribute that the result of a call is bound to, or
    (`form` `path`) its dotted path; (`called`) the name of what is called. Nothing for what is bound to no such name: a
    local is a different object each time."""
    if site is None or site.call < 0:
        return ()
    unit = ev.world.known_unit(site.unit)
    if form == "called":
        function = unit.facts.calls[site.call].function
        called = unit.original_name(function) or unit.terminal(function)
        return (ev.world.literal(called),) if called else ()
    for value in unit.results.get(site.call, ()):
        found = _global_or_member(unit, value) or _attribute(unit, value)
        if found:
            text = found[-1] if form == "name" else ".".join(part for part in (unit.name, *found) if part)
            return (ev.world.literal(text),)
    return ()


def _global_or_member(unit: Unit, value: int) -> tuple[str, ...]:
    for index in unit.bound.get(value, ()):
        binding = unit.facts.bindings[index]
        if binding.scope == 0:
            return (binding.name,)
        if any(index in indices for indices in unit.members.get(binding.scope, {}).values()):
            return (*unit.qualified(binding.scope).split("."), binding.name)
    return ()


def _attribute(unit: Unit, value: int) -> tuple[str, ...]:
    for function, write, target in unit.attribute_writes:
        if write.value == value and unit.is_receiver(target.of, function):
            owner = unit.enclosing_class(function)
            return (*unit.qualified(owner).split("."), target.name) if owner is not None else ()
    return ()


def member(ev: Evaluator, knowns: Knowns, attribute_name: str) -> Knowns:
    """What an attribute of these classes, or of objects of them, is, as far as it is a name."""
    from eda_lint.link.evaluation.attributes import attribute

    found: list[Known] = []
    for known in ev.closed(knowns):
        of = known.of if isinstance(known, Encoded) else known
        if isinstance(of, Instance | ClassRef):
            found.extend(k for k in attribute(ev, of, attribute_name) if isinstance(k, Text | EnumMember))
    return ev.distinct(found)


def attribute_at(ev: Evaluator, instance: Instance, path: str) -> Knowns:
    """What an attribute of an object is, or one of a class inside its class (`Meta.queue_name`)."""
    from eda_lint.link.evaluation.attributes import attribute

    current: Knowns = (instance,)
    for part in path.split("."):
        current = ev.distinct(k for of in current for k in attribute(ev, of, part) if not isinstance(k, Unknown))
    return current
