"""What an annotation says of a value: instances of the classes that it names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.known import (
    CatalogFunction,
    ClassRef,
    ClientObject,
    DictOf,
    External,
    FunctionRef,
    Instance,
    Known,
    Knowns,
    ListOf,
    ModuleRef,
    Partial,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

CONTAINERS = frozenset({
    "list", "List", "Sequence", "Iterable", "Iterator", "set", "Set", "FrozenSet", "frozenset", "tuple", "Tuple",
    "Collection", "deque", "AsyncIterator", "AsyncIterable", "Generator", "AsyncGenerator",
})  # fmt: skip
MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "DefaultDict", "defaultdict", "OrderedDict"})
TRANSPARENT = frozenset({
    "Optional", "Union", "Annotated", "Final", "ClassVar", "Awaitable", "Coroutine", "NotRequired", "Required",
    "InitVar",
    "ContextManager", "AsyncContextManager", "AbstractAsyncContextManager", "AbstractContextManager", "Provide",
    "Inject",
})  # fmt: skip


def instances(ev: Evaluator, unit: Unit, annotation: int, frame: Frame | None) -> Knowns:
    """What a value with this annotation may be; `Annotated[T, Depends(f)]` gives what `f` returns."""
    if annotation == v.NOTHING:
        return ()
    match unit.facts.values[annotation]:
        case v.Arithmetic(operator="|", left=left, right=right):
            return ev.distinct((*instances(ev, unit, left, frame), *instances(ev, unit, right, frame)))
        case v.Item(of=of, key=key):
            return _subscripted(ev, unit, of, key, frame)
        case v.Text() | v.Constant() | v.Number() | v.Opaque():
            return ()
        case _:
            meant = alias(ev, unit, annotation)
            if meant is not None:
                return instances(ev, *meant, frame)
            found: list[Known] = []
            for known in ev.evaluate(unit, annotation, frame):
                found.extend(instance_of(ev, known))
            return ev.distinct(found)


def alias(ev: Evaluator, unit: Unit, annotation: int) -> tuple[Unit, int] | None:
    """The subscripted annotation that a name stands for (`BusDep = Annotated[Bus, Depends(f)]`), with its file."""
    from eda_lint.link.evaluation.names import imported_module

    bindings: Iterable[int] = ()
    match unit.facts.values[annotation]:
        case v.Local(bindings=bindings):
            pass
        case v.Name(name=name):
            bindings = unit.globals.get(name, ())
        case _:
            return None
    for binding in bindings:
        value = unit.facts.bindings[binding].value
        shown = unit.facts.values[value] if value != v.NOTHING else None
        if isinstance(shown, v.Item) and unit.terminal(shown.of) in TRANSPARENT:
            return unit, value
        if isinstance(shown, v.Imported) and shown.name:
            for module in imported_module(ev, unit, shown.module, shown.level):
                other = ev.world.unit(module.path) if isinstance(module, ModuleRef) else None
                for index in other.globals.get(shown.name, ()) if other is not None else ():
                    assert other is not None
                    inner = other.facts.bindings[index].value
                    bound = other.facts.values[inner] if inner != v.NOTHING else None
                    if isinstance(bound, v.Item) and other.terminal(bound.of) in TRANSPARENT:
                        return other, inner
    return None


def injected(ev: Evaluator, unit: Unit, function: int, index: int) -> Knowns:
    """What a framework hands in for a parameter that asks for it: `= Depends(f)`, `Annotated[T, Depends(f)]`."""
    parameter = unit.function(function).parameters[index]
    if parameter.default != v.NOTHING:
        found = depends(ev, unit, parameter.default, None)
        if found:
            return found
    if parameter.annotation == v.NOTHING:
        return ()
    at, annotation = alias(ev, unit, parameter.annotation) or (unit, parameter.annotation)
    shown = at.facts.values[annotation]
    if not isinstance(shown, v.Item) or at.terminal(shown.of) != "Annotated":
        return ()
    key = at.facts.values[shown.key]
    extras = key.items[1:] if isinstance(key, v.Sequence) else ()
    return ev.distinct([k for extra in extras for k in depends(ev, at, extra, None)])


def instance_of(ev: Evaluator, known: Known) -> Knowns:
    """Some instance of a class: of the code base, or of a catalogued type."""
    match known:
        case ClassRef():
            return (ev.world.interned.of(Instance, known, None),)
        case External(path=path):
            type_ref = ev.world.catalog.type_at(path)
            if type_ref is not None:
                return (ev.world.interned.of(ClientObject, type_ref, None, None, None),)
        case _:
            pass
    return ()


def _subscripted(ev: Evaluator, unit: Unit, of: int, key: int, frame: Frame | None) -> Knowns:
    name = unit.terminal(of)
    shown = unit.facts.values[key]
    arguments = shown.items if isinstance(shown, v.Sequence) else (key,)
    if name == "Annotated":
        for extra in arguments[1:]:
            found = depends(ev, unit, extra, frame)
            if found:
                return found
        return instances(ev, unit, arguments[0], frame)
    if name in TRANSPARENT:
        return ev.distinct([k for a in arguments for k in instances(ev, unit, a, frame)])
    if name in CONTAINERS:
        items = tuple(ev.world.given(k) for k in instances(ev, unit, arguments[0], frame))
        return (ev.world.interned.of(ListOf, items, False),) if items else ()
    if name in MAPPINGS and len(arguments) == 2:
        found = instances(ev, unit, arguments[1], frame)
        entries = tuple((ev.world.unknown("any key"), ev.world.given(k)) for k in found)
        return (ev.world.interned.of(DictOf, entries, True, None),) if found else ()
    if name in ("Type", "type"):
        return tuple(k for k in ev.evaluate(unit, arguments[0], frame) if isinstance(k, ClassRef | External))
    return instances(ev, unit, of, frame)


def depends(ev: Evaluator, unit: Unit, value: int, frame: Frame | None) -> Knowns:
    """What `Depends(f)` (FastAPI, FastStream, …) injects: the result of `f`, or an instance of it."""
    shown = unit.facts.values[value]
    if not isinstance(shown, v.Result) or unit.terminal(unit.facts.calls[shown.call].function) not in (
        "Depends", "Security", "Inject", "Provide", "Provided", "TaskiqDepends", "Closing",
    ):  # fmt: skip
        return ()
    arguments = unit.facts.calls[shown.call].arguments
    if not arguments:
        return ()
    found: list[Known] = []
    for known in ev.evaluate(unit, arguments[0].value, frame):
        match known:
            case Partial(function=ClassRef() | FunctionRef()):
                found.extend(ev.made_by(known))
            case FunctionRef():
                found.extend(ev.returned(known))
            case ClassRef() | External():
                found.extend(instance_of(ev, known))
            case Instance() | CatalogFunction():
                found.append(known)
            case _:
                pass
    return ev.distinct(found)
