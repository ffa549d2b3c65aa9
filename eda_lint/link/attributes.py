"""Attributes, items and elements of knowns; the heap is kept per allocation site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eda_lint.link import annotations, settings
from eda_lint.link.bounds import bounded
from eda_lint.link.frames import Frame
from eda_lint.link.known import (
    BuiltinMethod,
    CatalogMethod,
    ClassRef,
    ClientObject,
    Decorated,
    DictOf,
    Encoded,
    EnumMember,
    Environment,
    External,
    FunctionRef,
    Generated,
    Instance,
    Known,
    Knowns,
    ListOf,
    ModuleRef,
    Named,
    Partial,
    Plain,
    Record,
    SuperOf,
    Symbol,
    Text,
    Thunk,
    Unknown,
)
from eda_lint.link.units import Unit
from eda_lint.model import values as v
from eda_lint.model.facts import Class, Function
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluate import Evaluator

ENUMS = frozenset({"enum.Enum", "enum.StrEnum", "enum.IntEnum", "enum.Flag", "strenum.StrEnum"})
PROPERTIES = frozenset({"property", "cached_property", "classproperty", "hybrid_property"})
SERIALIZING = frozenset({
    "model_dump", "model_dump_json", "dict", "json", "to_dict", "to_json", "asdict", "serialize", "as_dict", "copy",
    "SerializeToString", "dumps", "to_bytes", "model_copy", "as_json", "encode", "avro_json", "to_message",
})  # fmt: skip
"""Methods that give a payload object in a form to send."""
BASES = 32
"""Most bases looked at for one class."""


@bounded
def attribute(ev: Evaluator, base: Known, name: str) -> Sequence[Known]:
    """`base.name`."""
    world = ev.world
    match base:
        case ModuleRef():
            return ev.module_attribute(base, name)
        case External(path="django.conf.settings"):
            return settings.django_setting(ev, name, ev.asking)
        case External(path=path):
            return (ev.external(f"{path}.{name}"),)
        case ClassRef():
            return class_attribute(ev, base, name, base)
        case Instance():
            return instance_attribute(ev, base, name)
        case ClientObject():
            return client_attribute(ev, base, name)
        case Decorated(type=type_ref):
            if world.catalog.methods(type_ref, name):
                return (world.interned.of(CatalogMethod, base, type_ref, name),)
            return (world.interned.of(BuiltinMethod, base, name),)
        case SuperOf(cls=cls, receiver=receiver):
            return _super_attribute(ev, cls, receiver, name)
        case EnumMember(value=value, name=member):
            if name == "value":
                return ev.force(value)
            if name == "name":
                return (world.literal(member),)
            text = ev.text_of(base)
            if text is not None:
                return (world.interned.of(BuiltinMethod, text, name),)
            return class_attribute(ev, base.cls, name, base)
        case Symbol():
            return _symbol_attribute(ev, base, name)
        case Named():
            return (base,)
        case Record(type=type_ref, origin=origin, path=path):
            return (world.interned.of(Record, type_ref if len(path) < 1 else None, origin, (*path, name)[:6]),)
        case Environment():
            return settings.environment_attribute(ev, base, name)
        case Encoded():
            return (world.interned.of(BuiltinMethod, base, name),)
        case Text() | ListOf() | DictOf():
            return _builtin(ev, base, name)
        case FunctionRef() | Partial():
            return (world.interned.of(BuiltinMethod, base, name),)
        case Unknown(reason=reason, open=is_open):
            return (world.unknown(reason, open=is_open),)
        case _:
            return (world.unknown(f"attribute {name}"),)


def _builtin(ev: Evaluator, base: Known, name: str) -> Sequence[Known]:
    if isinstance(base, DictOf):
        # Configuration objects that are read by attribute (dynaconf, Box, namespaces) act as dicts too.
        found = [k for key, thunk in base.entries if ev.text_of(key) is ev.world.literal(name) for k in ev.force(thunk)]
        if found:
            return found
    return (ev.world.interned.of(BuiltinMethod, base, name),)


def _symbol_attribute(ev: Evaluator, symbol: Symbol, name: str) -> Sequence[Known]:
    """What callers hand in decides; the annotation is asked where no caller is known."""
    given = tuple(k for k in ev.closed((symbol,)) if not isinstance(k, Symbol | Unknown | Plain))
    found: list[Known] = [k for known in given for k in attribute(ev, known, name)]
    useful = [k for k in found if not isinstance(k, Unknown)]
    if useful:
        return useful
    for known in ev.typed(symbol):
        found.extend(attribute(ev, known, name))
    return [k for k in found if not isinstance(k, Unknown)] or (ev.world.unknown(Unknown.PARAMETER, open=True),)


# ------------------------------------------------------------------------------------------- classes


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


def class_attribute(ev: Evaluator, cls: ClassRef, name: str, receiver: Known) -> Sequence[Known]:
    """`Class.name` through the bases; methods are bound to `receiver` if it is an object or for classmethods."""
    for base in ev.mro(cls):
        if isinstance(base, External):
            found = _external_member(ev, base, name, receiver)
        elif isinstance(base, ClassRef):
            found = _own_member(ev, base, name, receiver)
        else:
            continue
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
        return (ev.world.unknown(f"{name} of a base outside the code base"),)
    return (ev.world.unknown(f"{name} not found"),)


def _own_member(ev: Evaluator, cls: ClassRef, name: str, receiver: Known) -> Knowns:
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


def _super_attribute(ev: Evaluator, cls: ClassRef, receiver: Known, name: str) -> Sequence[Known]:
    owner = receiver.cls if isinstance(receiver, Instance) else receiver if isinstance(receiver, ClassRef) else cls
    order = list(ev.mro(owner))
    rest = order[order.index(cls) + 1 :] if cls in order else list(ev.mro(cls))[1:]
    for base in rest:
        found = (
            _external_member(ev, base, name, receiver)
            if isinstance(base, External)
            else _own_member(ev, base, name, receiver)
            if isinstance(base, ClassRef)
            else ()
        )
        if found:
            return found
    return (ev.world.unknown(f"super().{name}"),)


# ----------------------------------------------------------------------------------------- instances


def instance_attribute(ev: Evaluator, instance: Instance, name: str) -> Sequence[Known]:
    """`instance.name`: what its methods write, its constructor's fields, then its class."""
    if name == "__class__":
        return (instance.cls,)
    if name == "__dict__":
        return (ev.world.unknown("instance dict"),)
    written = _written(ev, instance, name)
    useful = tuple(k for k in written if not (isinstance(k, Plain) and k.value is None))
    if useful:
        return useful
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
        written = _written(ev, instance, name) or _own_member(ev, sub, name, instance)
        found.extend(k for k in written if not isinstance(k, Unknown | Plain))
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
                found.extend(annotations.instances(ev, unit, write.annotation, frame))
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
    arguments = ev.arguments(ev.world.known_unit(site.unit), site.call, site.frame)
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
            setting = settings.field(ev, unit, cls, name, binding, None)
            if setting:
                return setting
            if instance.site is None and own_init(ev, cls) is None:
                given = ev.callers.field_arguments(instance.cls, name)
                if given:
                    return given
            if binding.value == NOTHING:
                return annotations.instances(ev, unit, binding.annotation, None)
            return ()
    return ()


def fields_in_order(ev: Evaluator, cls: ClassRef) -> list[str]:
    """Names of the annotated fields of a class, bases first, as a generated constructor takes them."""
    found: dict[str, None] = {}
    for base in reversed(list(ev.mro(cls))):
        if isinstance(base, ClassRef):
            unit = ev.world.known_unit(base.unit)
            for name, bindings in unit.members.get(base.index, {}).items():
                if any(unit.facts.bindings[b].annotation != NOTHING for b in bindings):
                    found[name] = None
    return list(found)


def _constructor_argument(ev: Evaluator, instance: Instance, name: str) -> Thunk | None:
    assert instance.site is not None
    site = instance.site
    arguments = ev.arguments(ev.world.known_unit(site.unit), site.call, site.frame)
    if name in arguments.keywords:
        return arguments.keywords[name]
    order = fields_in_order(ev, instance.cls)
    position = order.index(name) if name in order else None
    return arguments.at(position, name)


def outside_writes(ev: Evaluator, base: ClassRef | ModuleRef, name: str) -> Knowns:
    """What other active units assign to `module.name` or `Class.name`."""
    found: list[Known] = []
    for unit, write in ev.callers.foreign_writes(name):
        target = unit.facts.values[write.target]
        if isinstance(target, v.Attribute) and base in ev.evaluate(unit, target.of, None):
            found.extend(ev.evaluate(unit, write.value, None))
    return ev.distinct(found)


# ------------------------------------------------------------------------------------ client objects


def client_attribute(ev: Evaluator, base: ClientObject, name: str) -> Sequence[Known]:
    """A catalogued method or attribute of a client's value."""
    catalog = ev.world.catalog
    if catalog.methods(base.type, name):
        return (ev.world.interned.of(CatalogMethod, base, base.type, name),)
    child = catalog.attribute(base.type, name)
    if child is not None:
        return (ev.world.interned.of(ClientObject, child, base.site, base.maker, base),)
    return (ev.world.unknown(f"{base.type.type}.{name}"),)


# ---------------------------------------------------------------------------------- items and elements


def item(ev: Evaluator, bases: Knowns, unit: Unit, key: int, frame: Frame | None) -> Sequence[Known]:
    """`base[key]` for each base."""
    keys = ev.evaluate(unit, key, frame)
    is_slice = isinstance(unit.facts.values[key], v.Opaque)
    found: list[Known] = []
    for base in bases:
        found.extend(item_of(ev, base, keys, is_slice=is_slice))
    return found


@bounded
def item_of(ev: Evaluator, base: Known, keys: Knowns, *, is_slice: bool = False) -> Sequence[Known]:
    """One base's items at any of these keys."""
    match base:
        case DictOf():
            return _dict_item(ev, base, keys)
        case ListOf(items=items, exact=exact):
            if is_slice:
                return (base,)
            number = keys[0].value if len(keys) == 1 and isinstance(keys[0], Plain) else None
            if (
                exact
                and isinstance(number, int)
                and not isinstance(number, bool)
                and -len(items) <= number < len(items)
            ):
                return ev.force(items[number])
            return ev.force_all(items)
        case Environment():
            return [settings.variable(ev, base, k, None) for k in keys]
        case Named():
            return (base,)
        case Record(type=type_ref, origin=origin, path=path):
            texts = [t.literal or "" for t in (ev.text_of(k) for k in keys) if t is not None]
            return (
                ev.world.interned.of(
                    Record, None if path else type_ref, origin, (*path, texts[0] if texts else "*")[:6]
                ),
            )
        case ClientObject(type=type_ref):
            inner = ev.world.catalog.item(type_ref)
            return (ev.world.interned.of(ClientObject, inner, base.site, base.maker, base),) if inner else ()
        case ClassRef() if is_enum(ev, base):
            return [
                k
                for t in (ev.text_of(k) for k in keys)
                if t and t.literal
                for k in _own_member(ev, base, t.literal, base)
            ]
        case Symbol():
            given = tuple(k for k in ev.closed((base,)) if not isinstance(k, Symbol))
            found = [k for known in given for k in item_of(ev, known, keys, is_slice=is_slice)]
            return found or (ev.world.unknown(Unknown.PARAMETER, open=True),)
        case Text():
            return (base,) if is_slice and base.literal is None else (ev.world.unknown("text item"),)
        case Instance():
            return [k for f in attribute(ev, base, "__getitem__") if isinstance(f, FunctionRef) for k in ev.returned(f)]
        case Unknown():
            return (base,)
        case _:
            return (ev.world.unknown("item"),)


def _dict_item(ev: Evaluator, base: DictOf, keys: Knowns) -> Sequence[Known]:
    wanted = [t for t in (ev.text_of(k) for k in keys) if t is not None and t.literal is not None]
    exact = set(keys)
    found: list[Known] = []
    for key, thunk in base.entries:
        text = ev.text_of(key)
        if key in exact or (text is not None and text in wanted) or isinstance(key, Unknown):
            found.extend(ev.force(thunk))
    if found:
        return found
    if wanted and len(wanted) == len(keys):
        return (ev.world.unknown("no such key"),)
    return ev.force_all(thunk for _, thunk in base.entries) or (ev.world.unknown("item"),)


@bounded
def elements(ev: Evaluator, base: Known) -> Sequence[Known]:
    """What iterating over a known gives."""
    match base:
        case ListOf(items=items):
            return ev.force_all(items)
        case DictOf(entries=entries):
            return [k for k, _ in entries]
        case Generated(function=function, frame=frame):
            return ev.yielded(function, frame)
        case ClientObject(type=type_ref):
            inner = ev.world.catalog.iterated(type_ref)
            return (ev.world.interned.of(ClientObject, inner, base.site, base.maker, base),) if inner else ()
        case ClassRef() if is_enum(ev, base):
            unit = ev.world.known_unit(base.unit)
            return [k for name in unit.members.get(base.index, {}) for k in _own_member(ev, base, name, base)]
        case Record(type=type_ref, origin=origin, path=path):
            return (ev.world.interned.of(Record, type_ref, origin, (*path, "*")[:6]),)
        case Symbol():
            given = tuple(k for k in ev.closed((base,)) if not isinstance(k, Symbol))
            return (
                [k for known in given for k in elements(ev, known)]
                or [k for known in ev.typed(base) for k in elements(ev, known)]
                or (ev.world.unknown(Unknown.PARAMETER, open=True),)
            )
        case Instance():
            for name in ("__iter__", "__aiter__"):
                methods = [f for f in class_attribute(ev, base.cls, name, base) if isinstance(f, FunctionRef)]
                if methods:
                    given = [r for f in methods for r in ev.returned(f)]
                    return [k for r in given for k in (_next(ev, base) if r is base else elements(ev, r))]
            return ()
        case Unknown():
            return (base,)
        case _:
            return ()


def _next(ev: Evaluator, iterator: Instance) -> list[Known]:
    """What an object that is its own iterator gives."""
    return [
        k
        for name in ("__next__", "__anext__")
        for f in class_attribute(ev, iterator.cls, name, iterator)
        if isinstance(f, FunctionRef)
        for k in ev.returned(f)
    ]


@bounded
def entered(ev: Evaluator, base: Known) -> Sequence[Known]:
    """What `with base as x` binds."""
    match base:
        case Generated(function=function, frame=frame):
            return ev.yielded(function, frame)
        case ClientObject(type=type_ref):
            inner = ev.world.catalog.entered(type_ref)
            return (
                (ev.world.interned.of(ClientObject, inner, base.site, base.maker, base),)
                if inner != type_ref
                else (base,)
            )
        case Instance():
            for name in ("__enter__", "__aenter__"):
                methods = [f for f in class_attribute(ev, base.cls, name, base) if isinstance(f, FunctionRef)]
                if methods:
                    return [k for f in methods for k in ev.returned(f)] or (base,)
            return (base,)
        case _:
            return (base,)


def is_subclass_of(ev: Evaluator, cls: ClassRef, other: ClassRef) -> bool:
    """Whether a class is another one or below it."""
    return other in ev.mro(cls)


__all__ = ["Class", "attribute", "elements", "entered", "item", "mro"]
