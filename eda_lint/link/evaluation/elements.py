"""Items, elements, and what `with` binds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import configurations, files, kept, oslo_config, settings, texts
from eda_lint.link.evaluation.attributes import attribute
from eda_lint.link.evaluation.bounds import bounded
from eda_lint.link.evaluation.classes import class_attribute, is_enum, own_member
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.instances import fields_in_order
from eda_lint.link.evaluation.known import (
    ApplicationConfig,
    ClassRef,
    ClientObject,
    DictOf,
    Environment,
    External,
    FilePath,
    FunctionRef,
    Generated,
    Instance,
    Known,
    Knowns,
    Layered,
    ListOf,
    Named,
    Plain,
    Record,
    SectionedFile,
    Symbol,
    Text,
    Unknown,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


def item(ev: Evaluator, unit: Unit, of: int, key: int, frame: Frame | None) -> Sequence[Known]:
    """`of[key]`, for each thing that `of` may be."""
    bases = ev.evaluate(unit, of, frame)
    keys = ev.evaluate(unit, key, frame)
    is_slice = isinstance(unit.facts.values[key], v.Opaque)
    found: list[Known] = []
    for base in bases:
        found.extend(item_of(ev, base, keys, is_slice=is_slice))
    return (
        kept.item(ev, unit, of, keys, bases, tuple(found))
        or configurations.of_application(ev, bases, keys, tuple(found))
        or found
    )


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
        case FilePath():
            return [k for known in files.data(ev, base) for k in item_of(ev, known, keys, is_slice=is_slice)]
        case Layered() | SectionedFile() | ApplicationConfig():
            return [k for name in texts.literal_texts(ev, keys) for k in configurations.item(ev, base, name)]
        case Environment():
            return [settings.variable(ev, base, k, None) for k in keys]
        case Named():
            return (base,)
        case External() if oslo_config.is_part(base):
            return oslo_config.item(ev, base, keys)
        case Record(type=type_ref, origin=origin, path=path):
            names = [t.literal or "" for t in (ev.text_of(k) for k in keys) if t is not None]
            return (
                ev.world.interned.of(
                    Record, None if path else type_ref, origin, (*path, names[0] if names else "*")[:6]
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
                for k in own_member(ev, base, t.literal, base)
            ]
        case Symbol():
            given = tuple(k for k in ev.closed((base,)) if not isinstance(k, Symbol))
            found = [k for known in given for k in item_of(ev, known, keys, is_slice=is_slice)]
            return found or (ev.world.unknown(Unknown.PARAMETER, open=True),)
        case Text():
            return (base,) if is_slice and base.literal is None else (ev.world.unknown("text item"),)
        case Instance():
            return _instance_item(ev, base, keys)
        case Unknown():
            return (base,)
        case _:
            return (ev.world.unknown("item"),)


def _instance_item(ev: Evaluator, base: Instance, keys: Knowns) -> Sequence[Known]:
    """What an object's `__getitem__` returns; of a named tuple, also by unpacking, the field at that position."""
    methods = [f for f in attribute(ev, base, "__getitem__") if isinstance(f, FunctionRef)]
    if methods:
        return [k for f in methods for k in ev.returned(f)]
    if any(isinstance(c, External) and c.path == "typing.NamedTuple" for c in ev.mro(base.cls)):
        names = fields_in_order(ev, base.cls)
        places = [k.value for k in keys if isinstance(k, Plain) and isinstance(k.value, int)]
        found = [k for n in places if n < len(names) for k in attribute(ev, base, names[n])]
        if found:
            return found
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
            return [k for name in unit.members.get(base.index, {}) for k in own_member(ev, base, name, base)]
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
                    iterators = [r for f in methods for r in ev.returned(f)]
                    return [k for r in iterators for k in (_next(ev, base) if r is base else elements(ev, r))]
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
