"""Chains of calls: from a call of the code base, through its wrappers, to a catalogued call.

A chain is read by entering its functions one after the other, each with the arguments of the call before
it, so that the catalogued call at its end is seen with the arguments of the call at its head. This is what
makes a function that passes its parameters on an operation for its callers, to any depth.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import calls
from eda_lint.link.evaluation.annotations import injected
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.instances import constructor_frames
from eda_lint.link.evaluation.known import (
    CatalogFunction,
    CatalogMethod,
    ClassRef,
    ClientObject,
    Decorated,
    Dispatching,
    External,
    FunctionRef,
    Instance,
    Known,
    Partial,
    Symbol,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import wrappers
from eda_lint.model import values as v
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

CONTEXTS = 12
"""Most activations in which the end of one chain is read."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One call on a chain, and the function that it stands in."""

    unit: Unit
    call: int

    @property
    def function(self) -> int:
        """The function whose body holds the call (0: the module's)."""
        return self.unit.enclosing_function(self.unit.facts.calls[self.call].scope)


def enclosing_functions(unit: Unit, function: int) -> list[int]:
    """A function and the functions it is nested in, innermost first; the module is left out."""
    found = []
    while function > 0:
        found.append(function)
        function = unit.enclosing_function(unit.facts.definitions[function].parent)
    return found


def contexts(ev: Evaluator, chain: tuple[Hop, ...], *, told: bool = False) -> list[Frame | None]:
    """The activations in which the last call of a chain is made when the first one is. `told`: on the objects that
    the callers of the first one's function hand in; otherwise which they are is left to those callers."""
    frames: list[Frame | None] = [None]
    for position, hop in enumerate(chain[:-1]):
        target = chain[position + 1]
        entered: dict[Frame, None] = {}
        for frame in frames:
            for callee in _callees(ev, hop, frame, outermost=position == 0, told=told):
                entered.update(dict.fromkeys(_enter(ev, callee, hop, frame, target)))
        if not entered:
            return []
        frames = [*list(entered)[:CONTEXTS]]
    return frames


def _callees(ev: Evaluator, hop: Hop, frame: Frame | None, *, outermost: bool, told: bool = False) -> Iterable[Known]:
    callees = ev.callee(hop.unit, hop.call, frame)
    if outermost and any(isinstance(k, Symbol) for k in callees):
        # A function that was handed in: any that a caller hands in may be meant.
        callees = (*callees, *(k for k in ev.closed(callees) if isinstance(k, FunctionRef | Decorated | Partial)))
    root = root_parameter(hop.unit, hop.call) if outermost and not told else None
    if root is not None and not _is_injected(ev, hop.unit, root):
        return dict.fromkeys(some_receiver(ev, k) for k in callees)
    return callees


def _is_injected(ev: Evaluator, unit: Unit, root: v.Parameter) -> bool:
    """Whether it is known which object a framework hands in for a parameter."""
    if (unit.path, root.function, root.index) in ev.world.injected:
        return True
    return bool(injected(ev, unit, root.function, root.index))


def rooted_in_parameter(unit: Unit, call: int) -> bool:
    """Whether what is called is reached from a parameter of the function itself, `self` apart: then which
    object it is, is for the function's callers to say."""
    return root_parameter(unit, call) is not None


def root_parameter(unit: Unit, call: int) -> v.Parameter | None:
    """The parameter of the function itself, `self` apart, that what is called is reached from."""
    value = unit.facts.calls[call].function
    for _ in range(12):
        match unit.facts.values[value]:
            case v.Attribute(of=of) | v.Item(of=of) | v.Awaited(of=of):
                value = of
            case v.Local(bindings=bindings):
                if len(bindings) != 1:
                    return None
                bound = unit.facts.bindings[bindings[0]].value
                if bound == NOTHING:
                    return None
                shown = unit.facts.values[bound]
                if isinstance(shown, v.Parameter):
                    is_self = shown.index == 0 and unit.owner_class(shown.function) is not None
                    return None if is_self else shown
                if isinstance(shown, v.Attribute | v.Entered | v.Local | v.Awaited):
                    value = bound
                else:
                    return None
            case v.Entered(of=of):
                value = of
            case _:
                return None
    return None


def some_receiver(ev: Evaluator, known: Known) -> Known:
    """The same method of "some" object: the receiver's allocation site forgotten."""
    of = ev.world.interned.of
    match known:
        case FunctionRef(receiver=Instance() as receiver):
            return of(FunctionRef, known.unit, known.index, of(Instance, receiver.cls, None), known.frame)
        case CatalogMethod(receiver=ClientObject() as client):
            return of(CatalogMethod, of(ClientObject, client.type, None, None, None), known.type, known.name)
        case _:
            return known


def _enter(ev: Evaluator, callee: Known, hop: Hop, frame: Frame | None, target: Hop) -> list[Frame]:
    """The activations of the function that holds the target call, or of one it is nested in."""
    wanted = enclosing_functions(target.unit, target.function)
    site = ev.world.site(hop.unit.path, hop.call, frame)
    match callee:
        case Decorated(function=function):
            return _enter(ev, function, hop, frame, target)
        case FunctionRef() if callee.unit == target.unit.path and callee.index in wanted:
            return [ev.enter(callee, ev.arguments(hop.unit, hop.call, frame), site)]
        case ClassRef():
            instance = ev.world.interned.of(Instance, callee, site)
            frames = constructor_frames(ev, instance)
            return [f for f in frames.values() if f.unit == target.unit.path and f.function in wanted]
        case Partial(function=function):
            if isinstance(function, FunctionRef) and function.unit == target.unit.path and function.index in wanted:
                given = calls.completed(ev, callee, ev.arguments(hop.unit, hop.call, frame))
                return [ev.enter(function, given, site)]
            return []
        case Instance():
            from eda_lint.link.evaluation.attributes import attribute

            return [
                f
                for method in attribute(ev, callee, "__call__")
                if isinstance(method, FunctionRef)
                for f in _enter(ev, method, hop, frame, target)
            ]
        case _:
            return []


def catalogued(ev: Evaluator, hop: Hop, frame: Frame | None, *, outermost: bool) -> list[Known]:
    """What the last call of a chain calls, as far as the catalog knows it."""
    found: list[Known] = []
    dispatching = ev.world.dispatching.get((hop.unit.path, hop.call))
    if dispatching is not None:
        return [ev.world.interned.of(Dispatching, dispatching)]
    for known in _callees(ev, hop, frame, outermost=outermost):
        match known:
            case CatalogMethod() | CatalogFunction():
                found.append(known)
            case External(path=path) if ev.world.catalog.type_at(path) is not None:
                found.append(known)
            case ClientObject(type=of) | Decorated(type=of) if ev.world.catalog.methods(of, "__call__"):
                found.append(ev.world.interned.of(CatalogMethod, known, of, "__call__"))
            case Symbol():
                found.extend(_called_objects(ev, known))
            case FunctionRef():
                declared = wrappers.told(ev, known)
                found.extend((declared,) if declared is not None else ())
            case _:
                continue
    return found


def _called_objects(ev: Evaluator, symbol: Symbol) -> list[Known]:
    """A parameter that is called and that a library hands in as an object to be called."""
    return [
        ev.world.interned.of(CatalogMethod, k, k.type, "__call__")
        for k in ev.closed((symbol,))
        if isinstance(k, ClientObject) and ev.world.catalog.methods(k.type, "__call__")
    ]
