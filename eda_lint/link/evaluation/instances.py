"""Objects of the code base's classes: one for each place that makes one, with what their methods write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import settings_classes
from eda_lint.link.evaluation.annotations import instances as annotated
from eda_lint.link.evaluation.classes import BASES, VALIDATORS, class_attribute, own_member
from eda_lint.link.evaluation.frames import Arguments, Frame
from eda_lint.link.evaluation.known import (
    BuiltinMethod,
    ClassRef,
    DictOf,
    Encoded,
    FunctionRef,
    Instance,
    Known,
    Knowns,
    ListOf,
    Plain,
    Site,
    Thunk,
    Unknown,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

SERIALIZING = frozenset({
    "model_dump", "model_dump_json", "dict", "json", "to_dict", "to_json", "asdict", "serialize", "as_dict", "copy",
    "SerializeToString", "dumps", "to_bytes", "model_copy", "as_json", "encode", "avro_json", "to_message",
})  # fmt: skip
"""Methods that give a payload object in a form to send."""


def instance_attribute(ev: Evaluator, instance: Instance, name: str) -> Sequence[Known]:
    """`instance.name`: what its methods write, its constructor's fields, then its class."""
    if name == "__class__":
        return (instance.cls,)
    if name == "__dict__":
        return (ev.world.interned.of(Encoded, instance),)
    written = _written(ev, instance, name)
    useful = tuple(k for k in written if not (isinstance(k, Plain) and k.value is None))
    if useful and not _is_property(ev, instance.cls, name):
        return (_declared(ev, instance.cls, name) if all(isinstance(k, Unknown) for k in useful) else ()) or useful
    fields = _field(ev, instance, name)
    if fields:
        return fields
    found = class_attribute(ev, instance.cls, name, instance)
    real = [k for k in found if not isinstance(k, Unknown) and not (isinstance(k, Plain) and k.value is None)]
    if real and not (instance.site is None and _all_abstract(ev, real)):
        return real
    if instance.site is None:
        below = _in_subclasses(ev, instance.cls, name)
        if below:
            return below
    if name in SERIALIZING and not real:
        return (ev.world.interned.of(BuiltinMethod, instance, name),)
    return real or written or found


def _is_property(ev: Evaluator, cls: ClassRef, name: str) -> bool:
    """Whether reading an attribute runs a property: what is assigned to it goes to the property's setter."""
    for base in ev.mro(cls):
        if isinstance(base, ClassRef):
            unit = ev.world.known_unit(base.unit)
            for binding in unit.members.get(base.index, {}).get(name, ()):
                value = unit.facts.bindings[binding].value
                shown = unit.facts.values[value] if value != NOTHING else None
                if isinstance(shown, v.Definition) and "property" in unit.decorator_names(shown.index):
                    return True
    return False


def _all_abstract(ev: Evaluator, knowns: list[Known]) -> bool:
    return all(
        isinstance(k, FunctionRef) and "abstractmethod" in ev.world.known_unit(k.unit).decorator_names(k.index)
        for k in knowns
    )


def _in_subclasses(ev: Evaluator, cls: ClassRef, name: str) -> Knowns:
    """What subclasses make of an attribute that their base leaves open."""
    found: list[Known] = []
    for sub in ev.callers.subclasses(cls):
        instance = ev.world.interned.of(Instance, sub, None)
        written = _written(ev, instance, name) or own_member(ev, sub, name, instance)
        found.extend(k for k in written if not isinstance(k, Unknown | Plain))
    return ev.distinct(found)


def _declared(ev: Evaluator, cls: ClassRef, name: str) -> Knowns:
    """What a class's annotations say of an attribute, in its body or where it is assigned."""
    found: list[Known] = []
    for base in ev.mro(cls):
        if not isinstance(base, ClassRef):
            continue
        unit = ev.world.known_unit(base.unit)
        annotations = [unit.facts.bindings[b].annotation for b in unit.members.get(base.index, {}).get(name, ())]
        annotations += [write.annotation for _, write in unit.self_writes.get(base.index, {}).get(name, ())]
        for annotation in annotations:
            if annotation != NOTHING:
                found.extend(annotated(ev, unit, annotation, None))
    return ev.distinct(found)


def _written(ev: Evaluator, instance: Instance, name: str) -> Knowns:
    found: list[Known] = []
    for cls in ev.mro(instance.cls):
        if not isinstance(cls, ClassRef):
            continue
        unit = ev.world.known_unit(cls.unit)
        for function, write in unit.self_writes.get(cls.index, {}).get(name, ()):
            if write.operator:
                continue
            frame = method_frame(ev, instance, cls, unit, function)
            if write.value != NOTHING:
                found.extend(ev.evaluate(unit, write.value, frame))
            elif write.annotation != NOTHING:
                found.extend(annotated(ev, unit, write.annotation, frame))
        appended = unit.attribute_appends.get(cls.index, {}).get(name, ())
        if appended and (not found or any(isinstance(k, ListOf) for k in found)):
            items = [i for k in found if isinstance(k, ListOf) for i in k.items]
            items += [
                ev.world.thunk(unit.path, value, method_frame(ev, instance, cls, unit, function))
                for function, value in appended
            ]
            found = [k for k in found if not isinstance(k, ListOf)]
            found.append(ev.world.interned.of(ListOf, tuple(dict.fromkeys(items)), False))
    return ev.distinct(found)


def method_frame(ev: Evaluator, instance: Instance, cls: ClassRef, unit: Unit, function: int) -> Frame | None:
    """The activation of one of an instance's methods: `__init__` with the constructor's arguments, another
    with its receiver alone. A write in a nested function is seen from the method it is nested in."""
    while unit.owner_class(function) is None and function > 0:
        function = unit.facts.definitions[function].parent
    running = ev.inside.find(unit.path, function) if ev.inside is not None else None
    if running is not None and running.receiver is instance:
        return running
    if unit.facts.definitions[function].name == "__init__":
        frame = constructor_frames(ev, instance).get(cls)
        if frame is not None and frame.function == function:
            return frame
    if instance.site is None:
        return None
    return ev.world.frame(unit.path, function, {}, instance, None, instance.site)


def constructor_frames(ev: Evaluator, instance: Instance) -> dict[ClassRef, Frame]:
    """The activation of each `__init__` that constructing this instance runs, through `super().__init__`."""
    if instance.site is None:
        return _symbolic_constructors(ev, instance)
    site = instance.site
    arguments = constructor_arguments(ev, instance.cls, site)
    found: dict[ClassRef, Frame] = {}
    for cls in ev.mro(instance.cls):
        if not isinstance(cls, ClassRef) or cls in found:
            continue
        init = own_init(ev, cls)
        if init is None:
            continue
        frame = ev.enter(ev.world.interned.of(FunctionRef, cls.unit, init, instance, None), arguments, site)
        found[cls] = frame
        _super_constructors(ev, instance, cls, init, frame, found)
        break
    return found


def constructor_arguments(ev: Evaluator, cls: ClassRef, site: Site) -> Arguments:
    """What a class is constructed with at a site; where that is a partial of the class, or a provider of it, what
    follows the class there."""
    unit = ev.world.known_unit(site.unit)
    given = ev.arguments(unit, site.call, site.frame)
    function = unit.facts.values[unit.facts.calls[site.call].function]
    if isinstance(function, v.Attribute) and function.name in VALIDATORS and given.positional:
        return Arguments(keywords=_entries(ev, ev.force(given.positional[0])))
    if given.positional and cls in ev.force(given.positional[0]) and cls not in ev.callee(unit, site.call, site.frame):
        return given.without_first()
    return given


def _entries(ev: Evaluator, knowns: Knowns) -> dict[str, Thunk]:
    """What mappings hold under texts."""
    found: dict[str, Thunk] = {}
    for known in knowns:
        for key, thunk in known.entries if isinstance(known, DictOf) else ():
            text = ev.text_of(key)
            if text is not None and text.literal is not None:
                found.setdefault(text.literal, thunk)
    return found


def _symbolic_constructors(ev: Evaluator, instance: Instance) -> dict[ClassRef, Frame]:
    """For "some instance": the base's `__init__` entered from the subclass's own call of it."""
    found: dict[ClassRef, Frame] = {}
    for cls in ev.mro(instance.cls):
        if isinstance(cls, ClassRef):
            init = own_init(ev, cls)
            if init is not None:
                frame = ev.world.frame(cls.unit, init, {}, instance, None, None)
                _super_constructors(ev, instance, cls, init, frame, found)
                break
    return found


def own_init(ev: Evaluator, cls: ClassRef) -> int | None:
    """The `__init__` that a class defines itself."""
    unit = ev.world.known_unit(cls.unit)
    for index in unit.members.get(cls.index, {}).get("__init__", ()):
        value = unit.facts.bindings[index].value
        shown = unit.facts.values[value] if value != NOTHING else None
        if isinstance(shown, v.Definition):
            return shown.index
    return None


def _super_constructors(
    ev: Evaluator, instance: Instance, cls: ClassRef, init: int, frame: Frame, found: dict[ClassRef, Frame]
) -> None:
    if len(found) > BASES:
        return
    unit = ev.world.known_unit(cls.unit)
    for call in unit.body(init).calls:
        function = unit.facts.values[unit.facts.calls[call].function]
        if not isinstance(function, v.Attribute) or function.name != "__init__":
            continue
        arguments = ev.arguments(unit, call, frame)
        for known in ev.callee(unit, call, frame):
            if not isinstance(known, FunctionRef):
                continue
            target_unit = ev.world.known_unit(known.unit)
            owner = target_unit.owner_class(known.index)
            if owner is None:
                continue
            target = ev.world.class_ref(target_unit, owner)
            if target in found or target is cls:
                continue
            given = arguments if known.receiver is not None else arguments.without_first()
            bound = ev.world.interned.of(FunctionRef, known.unit, known.index, instance, None)
            inner = ev.enter(bound, given, ev.world.site(unit.path, call, frame))
            found[target] = inner
            _super_constructors(ev, instance, target, known.index, inner, found)


def _field(ev: Evaluator, instance: Instance, name: str) -> Knowns:
    """A field of a class whose constructor is made from its annotations (dataclass, pydantic, NamedTuple, attrs)."""
    for cls in ev.mro(instance.cls):
        if not isinstance(cls, ClassRef):
            continue
        unit = ev.world.known_unit(cls.unit)
        for index in unit.members.get(cls.index, {}).get(name, ()):
            binding = unit.facts.bindings[index]
            if binding.annotation == NOTHING:
                continue
            if instance.site is not None and own_init(ev, cls) is None:
                thunk = _constructor_argument(ev, instance, name)
                if thunk is not None:
                    return ev.force(thunk)
            setting = settings_classes.field(ev, unit, cls, name, binding, None)
            if setting:
                return setting
            if instance.site is None and own_init(ev, cls) is None:
                given = ev.callers.field_arguments(instance.cls, name)
                if given:
                    return given
            if binding.value == NOTHING:
                return annotated(ev, unit, binding.annotation, None)
            return ()
    return ()


GENERATORS = frozenset({"dataclass", "define", "frozen", "mutable", "attrs", "s"})
"""Decorators that give a class a constructor made of its annotations. A class that has none of them, below or above
one that has, adds no field."""


def fields_in_order(ev: Evaluator, cls: ClassRef) -> list[str]:
    """Names of the annotated fields of a class, bases first, as a generated constructor takes them."""
    bases = [base for base in reversed(list(ev.mro(cls))) if isinstance(base, ClassRef)]
    generated = [base for base in bases if GENERATORS & set(ev.world.known_unit(base.unit).decorator_names(base.index))]
    found: dict[str, None] = {}
    for base in generated or bases:
        unit = ev.world.known_unit(base.unit)
        for name, bindings in unit.members.get(base.index, {}).items():
            if any(_is_field(unit, unit.facts.bindings[b].annotation) for b in bindings):
                found[name] = None
    return list(found)


def _is_field(unit: Unit, annotation: int) -> bool:
    if annotation == NOTHING:
        return False
    shown = unit.facts.values[annotation]
    return unit.terminal(shown.of if isinstance(shown, v.Item) else annotation) != "ClassVar"


def _constructor_argument(ev: Evaluator, instance: Instance, name: str) -> Thunk | None:
    assert instance.site is not None
    arguments = constructor_arguments(ev, instance.cls, instance.site)
    if name in arguments.keywords:
        return arguments.keywords[name]
    order = fields_in_order(ev, instance.cls)
    position = order.index(name) if name in order else None
    return arguments.at(position, name)
