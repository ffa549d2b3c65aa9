"""Which further files can matter: questions that follow values, never bare method names (DESIGN § 3).

A round of link runs over the active units. Afterwards this asks who else can reach what the round found:
who imports a wrapper, a class whose objects send, a task, a client kept in a module's global; and which
function or class is handed such an object. The files that answer are active in the next round.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import decorator_classes, kept
from eda_lint.link.evaluation.known import (
    CatalogFunction,
    ClassRef,
    ClientObject,
    Decorated,
    DictOf,
    FunctionRef,
    Instance,
    Known,
    ListOf,
    ModuleRef,
    Partial,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic.declared import Declared
from eda_lint.link.traffic.operations import Occurrences
from eda_lint.model import values as v
from eda_lint.model.facts import Function, Write
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


HANDING_ON = frozenset({"partial", "Depends", "Factory", "Singleton", "ThreadSafeSingleton", "Resource", "Callable"})
"""Last names of calls that give what their argument makes."""


LISTING = frozenset({"append", "add", "extend"})
"""Methods that put something into a list or set."""


class Demand:
    """The questions already asked; they stay answered over rounds."""

    def __init__(self, *, include_tests: bool) -> None:
        self._asked: set[tuple[str, str]] = set()
        self._include_tests = include_tests

    def admits(self, role: str) -> bool:
        """Whether files of this role are judged."""
        return self._include_tests or role != "test"

    def grow(self, ev: Evaluator, occurrences: Occurrences, declarations: list[Declared]) -> bool:
        """Ask all open questions; whether a file became active."""
        relevant = Relevant(ev, occurrences, declarations)
        grew = False
        for unit, name in relevant.names():
            grew = self._ask(ev, name, stem(unit)) or grew
        for name, word in relevant.put_elsewhere():
            grew = self._ask(ev, name, word) or grew
        for path in relevant.handed_to():
            grew = self._activate(ev, path) or grew
        return grew

    def _ask(self, ev: Evaluator, name: str, module: str) -> bool:
        if (name, module) in self._asked or not name.isidentifier() or len(name) < 2:
            return False
        self._asked.add((name, module))
        grew = False
        for path in ev.world.sources.mentions(*dict.fromkeys((name, module))):
            grew = self._activate(ev, path) or grew
            if path.endswith("/__init__.py") and self.admits(ev.world.sources.role(path)):
                grew = self._ask(ev, name, path.split("/")[-2]) or grew
        return grew

    def _activate(self, ev: Evaluator, path: str) -> bool:
        return self.admits(ev.world.sources.role(path)) and ev.world.activate(path)


def stem(unit: Unit) -> str:
    """The name that an import of a unit must say: its file's, or its package's."""
    return module_stem(unit.path)


def module_stem(path: str) -> str:
    """The name that an import of the module at a path must say."""
    parts = path.split("/")
    if parts[-1] == "__init__.py":
        return parts[-2] if len(parts) > 1 else ""
    return parts[-1][: -len(".py")]


class Relevant:
    """What a round found that other files may reach."""

    def __init__(self, ev: Evaluator, occurrences: Occurrences, declarations: list[Declared]) -> None:
        self._ev = ev
        self._functions = dict.fromkeys(occurrences.relevant)
        self._dispatchers = [one for one in occurrences.dispatchers if one.likely]
        for one in self._dispatchers:
            function = one.unit.enclosing_function(one.unit.facts.calls[one.call].scope)
            if function:
                self._functions[one.unit.path, function] = None
            self._functions.update({(unit.path, registrar): None for unit, registrar in one.registrars})
        self._declarations = declarations
        self._classes: dict[ClassRef, None] = {}
        self._classes.update(dict.fromkeys(base for one in self._dispatchers for base in one.bases))
        for path, function in self._functions:
            unit = ev.world.known_unit(path)
            owner = unit.enclosing_class(function)
            if owner is not None:
                self._classes[ev.world.class_ref(unit, owner)] = None
        for cls in list(self._classes):
            for sub in ev.callers.subclasses(cls):
                self._classes[sub] = None
        self._wrapper_names = {ev.world.known_unit(p).facts.definitions[f].name for p, f in self._functions}
        """Functions that send or receive may be handed on themselves (`handle(message, publish=publish)`)."""
        self._makers = self._making_names()
        self._holders = self._holding_names()

    def names(self) -> list[tuple[Unit, str]]:
        """(unit, name) of every definition or global that other files may import to reach an operation."""
        ev = self._ev
        found: dict[tuple[str, str], None] = {}
        for path, function in self._functions:
            unit = ev.world.known_unit(path)
            top = self._top(unit, function)
            if top:
                found[path, unit.facts.definitions[top].name] = None
        for cls in self._classes:
            found[cls.unit, ev.world.class_fact(cls).name] = None
        for dispatcher in self._dispatchers:
            for cls in dispatcher.classes:
                found[cls.unit, ev.world.class_fact(cls).name] = None
        for one in self._declarations:
            if one.decorated is not None or one.reading.row.returns:
                top = self._top(one.unit, one.function)
                if top:
                    found[one.unit.path, one.unit.facts.definitions[top].name] = None
        for unit in ev.world.active_units():
            for name in (*self._globals(unit), *self._shelves(unit)):
                found[unit.path, name] = None
        return sorted(((ev.world.known_unit(p), n) for p, n in found), key=lambda x: (x[0].path, x[1]))

    @staticmethod
    def _top(unit: Unit, definition: int) -> int:
        """The module-level definition that a definition is in."""
        while definition > 0 and unit.facts.definitions[definition].parent > 0:
            definition = unit.facts.definitions[definition].parent
        return definition

    def _globals(self, unit: Unit) -> list[str]:
        """Module-level names of a unit that hold something relevant, or functions that give it."""
        ev = self._ev
        found = []
        for name, bindings in unit.globals.items():
            if name not in self._holders:
                continue
            for index in bindings:
                value = unit.facts.bindings[index].value
                if value == NOTHING or not self._is_own(unit, name, unit.facts.values[value]):
                    continue
                if any(self.is_relevant(k) for k in ev.evaluate(unit, value, None)):
                    found.append(name)
                    break
        return found

    @staticmethod
    def _is_own(unit: Unit, name: str, value: v.Value) -> bool:
        """Whether a module gives a name to what it holds: by making it, or as a package that exports what one of its
        modules has under another name (`from .queue import app as queue_app`)."""
        return not isinstance(value, v.Imported) or (unit.is_package and value.name not in ("", name))

    def _shelves(self, unit: Unit) -> list[str]:
        """Module-level classes of a unit whose body binds something relevant (`producer = KafkaProducer()`, a
        provider of a container)."""
        ev = self._ev
        found = []
        for cls, members in unit.members.items():
            definition = unit.facts.definitions[cls]
            if definition.parent != 0 or ev.world.class_ref(unit, cls) in self._classes:
                continue
            values = [unit.facts.bindings[b].value for name in members.keys() & self._holders for b in members[name]]
            if any(
                value != NOTHING
                and not isinstance(unit.facts.values[value], v.Definition)
                and any(self.is_relevant(k) for k in ev.evaluate(unit, value, None))
                for value in values
            ):
                found.append(definition.name)
        return found

    def is_relevant(self, known: Known) -> bool:
        """Whether a known can send or receive, or makes what can."""
        match known:
            case ClientObject(type=type_ref) | Decorated(type=type_ref):
                return type_ref in self._ev.world.messaging
            case Instance(cls=cls):
                return cls in self._classes or self._holds_relevant(cls)
            case ClassRef():
                return known in self._classes or decorator_classes.extended(self._ev, known) is not None
            case FunctionRef(unit=unit, index=index):
                return (unit, index) in self._functions or self._gives_relevant(known)
            case Partial(function=function):
                return self.is_relevant(function)
            case CatalogFunction(path=path):
                return any(row.action for row in self._ev.world.catalog.functions_at(path))
            case ListOf(items=items):
                return any(isinstance(k, Instance) and self.is_relevant(k) for k in self._ev.force_all(items[:8]))
            case _:
                return False

    def _holds_relevant(self, cls: ClassRef) -> bool:
        """Whether a class keeps a client or a relevant object under a public name."""
        unit = self._ev.world.known_unit(cls.unit)
        for name in unit.self_writes.get(cls.index, {}):
            if name in self._holders and not name.startswith("_"):
                instance = self._ev.world.interned.of(Instance, cls, None)
                from eda_lint.link.evaluation.attributes import attribute

                for known in attribute(self._ev, instance, name):
                    if self._is_direct(known):
                        return True
        return False

    def _gives_relevant(self, function: FunctionRef) -> bool:
        unit = self._ev.world.known_unit(function.unit)
        name = unit.function(function.index).name
        if name not in self._holders:
            return False
        return any(self._is_direct(k) for k in self._ev.returned(function))

    def _is_direct(self, known: Known) -> bool:
        """Whether a known is a client that has to do with messages, or an object of a class that sends or receives."""
        if isinstance(known, ClientObject):
            return known.type in self._ev.world.messaging
        return isinstance(known, Instance) and known.cls in self._classes

    def put_elsewhere(self) -> list[tuple[str, str]]:
        """(name, word that must stand beside it) of what is put on an application, a module, a class or in a dict of
        another file: who takes it from there imports nothing of the file that put it."""
        ev = self._ev
        found: dict[tuple[str, str], None] = {}
        for unit in ev.world.active_units():
            for write, name in unit.placements:
                if not self._may_be_relevant(unit, write.value):
                    continue
                words = self._places(unit, write)
                if words and any(self.is_relevant(k) for k in ev.evaluate(unit, write.value, None)):
                    found.update(dict.fromkeys((name, word) for word in words))
            for owner, written in unit.self_writes.items():
                if not kept.CLASSES & unit.base_names(owner):
                    continue
                for name, writes in written.items():
                    if any(self._may_be_relevant(unit, write.value) for _, write in writes):
                        found.update(dict.fromkeys((name, word) for word in kept.WORDS))
        return list(found)

    def _places(self, unit: Unit, write: Write) -> list[str]:
        """The words by which other files name the place that an assignment puts something in."""
        target = unit.facts.values[write.target]
        assert isinstance(target, v.Attribute | v.Item)
        if kept.is_carrier(unit, target.of):
            return list(kept.WORDS)
        found: dict[str, None] = {}
        for known in self._ev.evaluate(unit, target.of, None):
            match known:
                case ModuleRef(path=path):
                    found[module_stem(path)] = None
                case ClassRef():
                    found[self._ev.world.class_fact(known).name] = None
                case DictOf(origin=(path, _)):
                    found[unit.original_name(target.of) or unit.terminal(target.of)] = None
                case _:
                    pass
        return [word for word in found if word]

    # --------------------------------------------------------------------------------------- holders

    def _making_names(self) -> set[str]:
        """Last names of what may be called to make something relevant. Evaluation confirms."""
        ev = self._ev
        return {ev.world.class_fact(c).name for c in self._classes} | ev.world.makers | decorator_classes.names(ev)

    def _holding_names(self) -> set[str]:
        """Names (variables, attributes, functions) that by their spelling may hold something relevant: those
        bound to a construction or to another such name. Evaluation confirms."""
        found = Holders(self._makers, set(self._wrapper_names))
        found.names |= {one.unit.facts.definitions[one.function].name for one in self._declarations}
        for _ in range(6):
            before = len(found.names), len(found.makers)
            for unit in self._ev.world.active_units():
                found.collect(unit)
            if (len(found.names), len(found.makers)) == before:
                break
        return found.names

    # -------------------------------------------------------------------------------------- arguments

    def handed_to(self) -> list[str]:
        """Paths of the units whose functions or classes are handed something relevant."""
        ev = self._ev
        found: dict[str, None] = {}
        for dispatcher in self._dispatchers:
            found.update(dict.fromkeys(p for p in sorted(dispatcher.origins) if p not in ev.world.active))
        # What a worker runs is no operation by any word in its own file, but it may send.
        run = (one.unit.path for one in self._declarations if one.reading.row.runs)
        found.update(dict.fromkeys(path for path in run if path not in ev.world.active))
        for unit in ev.world.active_units():
            for index, call in enumerate(unit.facts.calls):
                handed = [a.value for a in call.arguments if self._may_be_relevant(unit, a.value)]
                if not handed:
                    continue
                if not any(self.is_relevant(k) for value in handed for k in ev.evaluate(unit, value, None)):
                    continue
                for callee in ev.callee(unit, index, None):
                    if isinstance(callee, FunctionRef | ClassRef) and callee.unit not in ev.world.active:
                        found[callee.unit] = None
        return sorted(found)

    def _may_be_relevant(self, unit: Unit, value: int) -> bool:
        """Whether a value is, by its last name, a holder, or made where it stands (`Outbox(Writer("orders"))`)."""
        name = unit.terminal(value)
        if name in self._holders or name in self._wrapper_names:
            return True
        return isinstance(unit.facts.values[value], v.Result) and name in self._makers


@dataclass(slots=True)
class Holders:
    """Names that by their spelling may hold something relevant. Evaluation confirms what matters."""

    makers: set[str]
    """Names that give something relevant when they are called: classes, catalogued calls, functions that return it."""
    names: set[str]
    """Names that are something relevant: variables, attributes, functions that send."""

    def collect(self, unit: Unit) -> None:
        """Add the names of a unit that are bound to, or return, something that is by its name relevant."""
        for binding in unit.facts.bindings:
            if binding.value != NOTHING and binding.name not in self.names and self.is_made(unit, binding.value):
                self.names.add(binding.name)
        for _, write, target in unit.attribute_writes:
            if target.name not in self.names and self.is_made(unit, write.value):
                self.names.add(target.name)
        for name in LISTING & unit.calls_by_name.keys():
            for call in unit.calls_by_name[name]:
                fact = unit.facts.calls[call]
                function = unit.facts.values[fact.function]
                if isinstance(function, v.Attribute) and any(self.is_made(unit, a.value) for a in fact.arguments[:1]):
                    self.names.add(unit.terminal(function.of))
        for index, definition in enumerate(unit.facts.definitions):
            if isinstance(definition, Function) and definition.name not in self.makers:
                body = unit.body(index)
                if any(self.is_made(unit, value) for value in (*body.returns, *body.yields)):
                    self.makers.add(definition.name)
                    self.names.add(definition.name)

    def is_made(self, unit: Unit, value: int) -> bool:
        """Whether a value is, by the names in it, a construction of or a name for something relevant."""
        for _ in range(6):
            shown = unit.facts.values[value]
            match shown:
                case v.Awaited(of=of) | v.Entered(of=of) | v.Element(of=of):
                    value = of
                case v.Conditional(then=then, otherwise=otherwise):
                    return self.is_made(unit, then) or self.is_made(unit, otherwise)
                case v.Either(operands=operands):
                    return any(self.is_made(unit, o) for o in operands[-2:])
                case v.Result(call=call):
                    return self._is_making(unit, call)
                case v.Item(of=of):
                    return unit.terminal(of) in self.names
                case v.Imported(name=name):
                    return name in self.names
                case v.Attribute() | v.Name() | v.Local():
                    return bool({unit.terminal(value), unit.original_name(value)} & self.names)
                case _:
                    return False
        return False

    def _is_making(self, unit: Unit, call: int) -> bool:
        fact = unit.facts.calls[call]
        called = {unit.terminal(fact.function), unit.original_name(fact.function)} - {""}
        if called & self.makers:
            return True
        if called & HANDING_ON:
            first = [{unit.terminal(a.value), unit.original_name(a.value)} for a in fact.arguments[:2]]
            return any(names & (self.names | self.makers) for names in first)
        return False
