"""The questions asked backwards: who calls a function, who constructs or extends a class.

Only active units are looked through, by the names under which a function or class can be called there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import calls, kept, runners
from eda_lint.link.evaluation.annotations import injected
from eda_lint.link.evaluation.known import (
    ClassRef,
    Decorated,
    FunctionRef,
    Instance,
    Known,
    Knowns,
    Partial,
    Plain,
    Symbol,
    Thunk,
    Unknown,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.facts import Class, Write
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

SITES = 48
"""Most call sites of one function, or constructions of one class, that are looked at for what they hand in."""

ASKING = 40
"""Most parameters whose callers are asked for at a time."""


class Callers:
    """Reverse look-ups over the active units of one round."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._ev = evaluator
        self._sites: dict[tuple[str, int], tuple[tuple[Unit, int, bool], ...]] = {}
        self._by_name: dict[str, list[tuple[Unit, int]]] | None = None
        self._subclasses: dict[ClassRef, tuple[ClassRef, ...]] = {}
        self._given: dict[Symbol, Knowns] = {}
        self._asking: set[Symbol] = set()
        self._called: dict[tuple[str, int], list[tuple[Unit, int]]] | None = None
        self._below: dict[str, list[ClassRef]] | None = None
        self._foreign: dict[str, list[tuple[Unit, Write]]] | None = None
        self._items: dict[str, list[tuple[Unit, Write]]] | None = None
        self._on_applications: dict[str, list[tuple[Unit, Write]]] | None = None

    def calls_named(self, name: str) -> list[tuple[Unit, int]]:
        """Calls in active units whose last name (or the name it was imported under) is this."""
        if self._by_name is None:
            self._by_name = {}
            for unit in self._ev.world.active_units():
                for known, calls in unit.calls_by_name.items():
                    self._by_name.setdefault(known, []).extend((unit, call) for call in calls)
        return self._by_name.get(name, [])

    def foreign_writes(self, name: str) -> list[tuple[Unit, Write]]:
        """Assignments in active units to an attribute of this name on anything but `self`."""
        if self._foreign is None:
            self._foreign = {}
            for unit in self._ev.world.active_units():
                for known, writes in unit.foreign_writes.items():
                    self._foreign.setdefault(known, []).extend((unit, write) for write in writes)
        return self._foreign.get(name, [])

    def item_writes(self, key: str) -> list[tuple[Unit, Write]]:
        """Assignments in active units to an item of this constant key, of anything."""
        if self._items is None:
            self._items = {}
            for unit in self._ev.world.active_units():
                for known, writes in unit.writes_by_key.items():
                    self._items.setdefault(known, []).extend((unit, write) for write in writes)
        return self._items.get(key, [])

    def application_writes(self, name: str) -> list[tuple[Unit, Write]]:
        """Assignments to `self.name` in classes of active units that extend a framework's application class."""
        if self._on_applications is None:
            self._on_applications = {}
            for unit in self._ev.world.active_units():
                for owner, written in unit.self_writes.items():
                    if kept.CLASSES & unit.base_names(owner):
                        for known, writes in written.items():
                            self._on_applications.setdefault(known, []).extend((unit, write) for _, write in writes)
        return self._on_applications.get(name, [])

    # ------------------------------------------------------------------------------------- functions

    def sites(self, unit: Unit, function: int) -> tuple[tuple[Unit, int, bool], ...]:
        """Calls of a function: (unit, call, whether the receiver is among the positional arguments)."""
        key = (unit.path, function)
        found = self._sites.get(key)
        if found is None:
            self._sites[key] = ()
            self._sites[key] = tuple(self._find(unit, function))
            # Looking for calls under other names asks for arguments, and so for sites: those found by name are told.
            found = self._sites[key] = (*self._sites[key], *self._called_otherwise(unit, function))
        return found

    def _find(self, unit: Unit, function: int) -> Iterator[tuple[Unit, int, bool]]:
        fact = unit.function(function)
        if fact.name == "__init__":
            yield from self._constructions(unit, function)
            return
        if fact.name in ("<module>", "<lambda>"):
            return
        for other, call in self.calls_named(fact.name):
            for callee in self._ev.closed(self._ev.callee(other, call, None)):
                if self._means(callee, unit, function):
                    explicit = (
                        isinstance(callee, FunctionRef)
                        and callee.receiver is None
                        and self._ev.is_method(unit, function)
                    )
                    yield other, call, explicit
                    break

    def _called_otherwise(self, unit: Unit, function: int) -> list[tuple[Unit, int, bool]]:
        if unit.function(function).name in ("__init__", "<module>", "<lambda>"):
            return []
        return [(other, call, False) for other, call in self._dynamic().get((unit.path, function), ())]

    def _dynamic(self) -> dict[tuple[str, int], list[tuple[Unit, int]]]:
        """Function → calls of it under another name: a parameter, an element or an entry that holds it."""
        if self._called is None:
            self._called = {}
            # The first to need this may be asking what a parameter is, and what is being asked gives no answer.
            asking, self._asking = self._asking, set()
            for unit in self._ev.world.active_units():
                for call in range(len(unit.facts.calls)):
                    if self.is_handed_in(unit, call):
                        for known in self._called_there(unit, call):
                            self._called.setdefault((known.unit, known.index), []).append((unit, call))
            self._asking = asking
        return self._called

    def is_handed_in(self, unit: Unit, call: int) -> bool:
        """Whether what a call calls, or runs, is a parameter of the function, or came out of a collection."""
        fact = unit.facts.calls[call]
        handed = runners.function_value(unit, fact)
        return self._is_dynamic(unit, fact.function) or (handed is not None and self._is_dynamic(unit, handed))

    def _called_there(self, unit: Unit, call: int) -> list[FunctionRef]:
        """The functions that a call means but does not name. (A parameter may have the name of what it is given.)"""
        direct = self._ev.callee(unit, call, None)
        names = unit.call_names(unit.facts.calls[call])
        return [
            known
            for known in self._ev.closed(direct)
            if isinstance(known, FunctionRef)
            and self._takes(known, unit, call)
            and (known not in direct or self._ev.world.known_unit(known.unit).function(known.index).name not in names)
        ]

    def _takes(self, known: FunctionRef, unit: Unit, call: int) -> bool:
        """Whether a function can be called with as many arguments as a call has: a table may hold functions for
        calls of several kinds."""
        fact = unit.facts.calls[call]
        if any(a.star for a in fact.arguments) or runners.function_value(unit, fact) is not None:
            return True
        other = self._ev.world.known_unit(known.unit)
        bound = known.receiver is not None and self._ev.is_method(other, known.index)
        parameters = other.function(known.index).parameters[1 if bound else 0 :]
        named = {a.name for a in fact.arguments if a.name}
        given = len(fact.arguments) - len(named)
        positional = [p for p in parameters if p.kind == "positional"]
        if given > len(positional) and not any(p.kind == "*" for p in parameters):
            return False
        return all(p.default != NOTHING or p.name in named for p in positional[given:])

    @staticmethod
    def _is_dynamic(unit: Unit, function: int) -> bool:
        """Whether what is called is a name for a parameter, an element, an entry, or a partial."""
        shown = unit.facts.values[function]
        if not isinstance(shown, v.Local):
            return False
        for index in shown.bindings:
            value = unit.facts.bindings[index].value
            bound = unit.facts.values[value] if value != NOTHING else None
            if isinstance(bound, v.Parameter | v.Element | v.Item | v.Conditional):
                return True
            if isinstance(bound, v.Result) and unit.terminal(value) in ("partial", "get", "pop", "getattr"):
                return True
        return False

    def _means(self, callee: Known, unit: Unit, function: int) -> bool:
        if isinstance(callee, Partial):
            callee = callee.function
        if isinstance(callee, Decorated):
            callee = callee.function
        return isinstance(callee, FunctionRef) and callee.unit == unit.path and callee.index == function

    def _constructions(self, unit: Unit, function: int) -> Iterator[tuple[Unit, int, bool]]:
        owner = unit.owner_class(function)
        if owner is None:
            return
        cls = self._ev.world.class_ref(unit, owner)
        for constructed in (cls, *(s for s in self.subclasses(cls) if self._first_init(s) == (unit.path, function))):
            for other, call in self.constructed_at(constructed):
                yield other, call, False
        for other, call in self.calls_named("__init__"):
            for callee in self._ev.callee(other, call, None):
                if self._means(callee, unit, function):
                    assert isinstance(callee, FunctionRef)
                    yield other, call, callee.receiver is None
                    break

    def _first_init(self, cls: ClassRef) -> tuple[str, int] | None:
        from eda_lint.link.evaluation.instances import own_init

        for base in self._ev.mro(cls):
            if isinstance(base, ClassRef):
                init = own_init(self._ev, base)
                if init is not None:
                    return base.unit, init
        return None

    def constructed_at(self, cls: ClassRef) -> list[tuple[Unit, int]]:
        """Calls that construct exactly this class."""
        name = self._ev.world.class_fact(cls).name
        found = []
        for other, call in (*self.calls_named(name), *self.calls_named("cls")):
            if cls in self._ev.callee(other, call, None):
                found.append((other, call))
            if len(found) >= SITES:
                break
        return found

    def arguments(self, symbol: Symbol) -> Knowns:
        """What the callers of a function hand in for a parameter, closed over their own parameters."""
        given = self._given.get(symbol)
        if given is not None:
            return given
        if symbol in self._asking or len(self._asking) >= ASKING:
            return ()
        self._asking.add(symbol)
        try:
            given = self._given[symbol] = self._arguments(symbol)
        finally:
            self._asking.discard(symbol)
        return given

    def _arguments(self, symbol: Symbol) -> Knowns:
        ev = self._ev
        unit = ev.world.known_unit(symbol.unit)
        found: list[Known] = list(injected(ev, unit, symbol.function, symbol.index))
        if found:
            return ev.distinct(found)
        if unit.function(symbol.function).name == "__init__":
            return self._constructor_arguments(unit, symbol)
        for other, call, explicit in self.sites(unit, symbol.function)[:SITES]:
            thunks = self.argument(other, call, unit, symbol.function, symbol.index, explicit=explicit)
            for thunk in thunks:
                found.extend(ev.closed(ev.force(thunk)))
        return ev.distinct(k for k in found if k is not symbol)

    def _constructor_arguments(self, unit: Unit, symbol: Symbol) -> Knowns:
        """What constructions of a class, and of its subclasses through `super().__init__`, hand in."""
        from eda_lint.link.evaluation.instances import constructor_frames

        ev = self._ev
        owner = unit.owner_class(symbol.function)
        if owner is None:
            return ()
        cls = ev.world.class_ref(unit, owner)
        found: list[Known] = []
        for target in (cls, *self.subclasses(cls)):
            for other, call in self.constructed_at(target):
                instance = ev.world.interned.of(Instance, target, ev.world.site(other.path, call, None))
                frame = constructor_frames(ev, instance).get(cls)
                if frame is not None and frame.function == symbol.function:
                    for thunk in frame.arguments.get(symbol.index, ()):
                        found.extend(ev.closed(ev.force(thunk)))
        return ev.distinct(k for k in found if k is not symbol)

    def argument(
        self, other: Unit, call: int, unit: Unit, function: int, index: int, *, explicit: bool
    ) -> tuple[Thunk, ...]:
        """The thunks that one call hands in for one parameter."""
        ev = self._ev
        given = ev.closed_arguments(other, call)
        for callee in ev.callee(other, call, None):
            if isinstance(callee, Partial) and self._means(callee, unit, function):
                given = calls.completed(ev, callee, given)
                break
        if explicit:
            given = given.without_first()
        skip = 1 if ev.is_method(unit, function) else 0
        if index < skip:
            return ()
        return ev.bound(unit, function, given, skip).get(index, ())

    # --------------------------------------------------------------------------------------- classes

    def subclasses(self, cls: ClassRef) -> tuple[ClassRef, ...]:
        """Classes of active units below a class, by (path, index)."""
        found = self._subclasses.get(cls)
        if found is None:
            self._subclasses[cls] = ()
            seen: dict[ClassRef, None] = {}
            queue = [cls]
            while queue:
                for sub in self._direct(queue.pop(0)):
                    if sub not in seen and sub is not cls:
                        seen[sub] = None
                        queue.append(sub)
            found = self._subclasses[cls] = tuple(sorted(seen, key=lambda c: (c.unit, c.index)))
        return found

    def _direct(self, cls: ClassRef) -> list[ClassRef]:
        if self._below is None:
            self._below = {}
            for unit in self._ev.world.active_units():
                for index, definition in enumerate(unit.facts.definitions):
                    if isinstance(definition, Class):
                        for base in definition.bases:
                            for name in {unit.terminal(base), unit.original_name(base)}:
                                self._below.setdefault(name, []).append(self._ev.world.class_ref(unit, index))
        name = self._ev.world.class_fact(cls).name
        return [sub for sub in self._below.get(name, ()) if cls in self._ev.mro(sub)]

    def field_arguments(self, cls: ClassRef, name: str) -> Knowns:
        """What constructions of a class with generated constructor hand in for a field."""
        from eda_lint.link.evaluation.instances import fields_in_order

        ev = self._ev
        order = fields_in_order(ev, cls)
        found: list[Known] = []
        for target in (cls, *self.subclasses(cls)):
            for unit, call in self.constructed_at(target):
                given = ev.arguments(unit, call, None)
                thunk = given.keywords.get(name) or given.at(order.index(name) if name in order else None, None)
                if thunk is not None:
                    found.extend(ev.closed(ev.force(thunk)))
        return ev.distinct(k for k in found if not isinstance(k, Unknown | Plain))
