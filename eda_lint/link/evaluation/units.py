"""A file of the code base as link reads it: its facts, with the look-ups that evaluation needs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from eda_lint.link.evaluation import bodies, runners
from eda_lint.link.evaluation.bodies import Body
from eda_lint.model.facts import Call, Class, Function, ModuleFacts, Places, Span, Step, Write
from eda_lint.model.topology import Place
from eda_lint.model.values import (
    NOTHING,
    Arithmetic,
    Attribute,
    Awaited,
    Definition,
    Entered,
    Imported,
    Item,
    Local,
    Mapping,
    Name,
    Parameter,
    Result,
    Sequence,
    Text,
    Value,
)


class Unit:
    """One file. `name` is its dotted module name, `is_package` whether it is an `__init__.py`."""

    def __init__(self, path: str, name: str, facts: ModuleFacts, places: Places) -> None:
        self.path = path
        self.name = name
        self.facts = facts
        self.places = places
        self.is_package = path.rsplit("/", 1)[-1] == "__init__.py"
        self._bodies: dict[int, Body] = {}

    # ------------------------------------------------------------------------------------- names

    @cached_property
    def globals(self) -> dict[str, list[int]]:
        """Module-level bindings by name, in order; also names bound by `global` inside functions."""
        found: dict[str, list[int]] = {}
        for index, binding in enumerate(self.facts.bindings):
            if binding.scope == 0:
                found.setdefault(binding.name, []).append(index)
        return found

    @cached_property
    def members(self) -> dict[int, dict[str, list[int]]]:
        """Bindings in class bodies: class → name → bindings."""
        found: dict[int, dict[str, list[int]]] = {}
        for index, binding in enumerate(self.facts.bindings):
            if binding.scope and isinstance(self.facts.definitions[binding.scope], Class):
                found.setdefault(binding.scope, {}).setdefault(binding.name, []).append(index)
        return found

    @cached_property
    def star_imports(self) -> tuple[tuple[str, int], ...]:
        """(module, level) of each star import."""
        return tuple((i.module, i.level) for i in self.facts.imports if i.name == "*")

    # ----------------------------------------------------------------------------------- functions

    def function(self, index: int) -> Function:
        """Definition `index`, which is a function."""
        definition = self.facts.definitions[index]
        assert isinstance(definition, Function)
        return definition

    def owner_class(self, function: int) -> int | None:
        """The class whose body a function stands in directly."""
        parent = self.facts.definitions[function].parent
        if parent > 0 and isinstance(self.facts.definitions[parent], Class):
            return parent
        return None

    def decorator_names(self, definition: int) -> tuple[str, ...]:
        """Last names of a definition's decorators (`staticmethod`, `property`, …), calls looked through."""
        return tuple(self.terminal(value) for value in self.facts.definitions[definition].decorators)

    def enclosing_function(self, scope: int) -> int:
        """The function (or module, 0) that code in a scope runs in: class bodies are looked through."""
        while scope > 0 and isinstance(self.facts.definitions[scope], Class):
            scope = self.facts.definitions[scope].parent
        return max(scope, 0)

    def enclosing_class(self, function: int) -> int | None:
        """The class whose method a function is, or is nested in."""
        while function > 0:
            parent = self.facts.definitions[function].parent
            if parent > 0 and isinstance(self.facts.definitions[parent], Class):
                return parent
            function = parent
        return None

    def qualified(self, definition: int) -> str:
        """`Class.method`, `outer.inner`, or `<module>`."""
        names: list[str] = []
        while definition > 0:
            names.append(self.facts.definitions[definition].name)
            definition = self.facts.definitions[definition].parent
        return ".".join(reversed(names)) or "<module>"

    def symbol(self, definition: int) -> str:
        """`module:Class.method`."""
        return f"{self.name}:{self.qualified(definition)}"

    def steps(self, block: int) -> Iterator[Step]:
        """All steps of a block and the blocks in it, in source order."""
        return bodies.steps(self.facts, block)

    def body(self, definition: int) -> Body:
        """What the body of a function or class holds."""
        body = self._bodies.get(definition)
        if body is None:
            body = self._bodies[definition] = bodies.read(self.facts, definition)
        return body

    # ----------------------------------------------------------------------------------- attributes

    @cached_property
    def self_writes(self) -> dict[int, dict[str, list[tuple[int, Write]]]]:
        """Class → attribute → (function, write) for `self.attribute = …` in its methods."""
        found: dict[int, dict[str, list[tuple[int, Write]]]] = {}
        for function, write, attribute in self.attribute_writes:
            if not self.is_receiver(attribute.of, function):
                continue
            owner = self.enclosing_class(function)
            if owner is not None:
                found.setdefault(owner, {}).setdefault(attribute.name, []).append((function, write))
        return found

    @cached_property
    def attribute_writes(self) -> tuple[tuple[int, Write, Attribute], ...]:
        """Every write to an attribute: (function, write, target)."""
        found = []
        for index in range(len(self.facts.definitions)):
            for write in self.body(index).writes:
                target = self.facts.values[write.target]
                if isinstance(target, Attribute):
                    found.append((index, write, target))
        return tuple(found)

    @cached_property
    def foreign_writes(self) -> dict[str, list[Write]]:
        """Attribute → plain assignments to it on anything but `self`: `module.topic = …`, `Class.topic = …`."""
        found: dict[str, list[Write]] = {}
        for function, write, attribute in self.attribute_writes:
            if not write.operator and not self.is_receiver(attribute.of, function):
                found.setdefault(attribute.name, []).append(write)
        return found

    @cached_property
    def attribute_appends(self) -> dict[int, dict[str, list[tuple[int, int]]]]:
        """Class → attribute → (function, value) for `self.attribute.append(value)` in its methods."""
        found: dict[int, dict[str, list[tuple[int, int]]]] = {}
        for call in self.facts.calls:
            function = self.facts.values[call.function]
            if (
                not isinstance(function, Attribute)
                or function.name not in ("append", "add")
                or len(call.arguments) != 1
            ):
                continue
            base = self.facts.values[function.of]
            scope = self.enclosing_function(call.scope)
            owner = self.enclosing_class(scope)
            if isinstance(base, Attribute) and owner is not None and self.is_receiver(base.of, scope):
                found.setdefault(owner, {}).setdefault(base.name, []).append((scope, call.arguments[0].value))
        return found

    @cached_property
    def appended(self) -> dict[int, list[int]]:
        """List or set display (its value) → what is put into it by `name.append(value)` on a name bound to it."""
        found: dict[int, list[int]] = {}
        for name in ("append", "add"):
            for index in self.calls_by_name.get(name, ()):
                call = self.facts.calls[index]
                function = self.facts.values[call.function]
                base = self.facts.values[function.of] if isinstance(function, Attribute) else None
                if not isinstance(base, Local) or len(call.arguments) != 1 or call.arguments[0].star:
                    continue
                for binding in base.bindings:
                    shown = self.facts.bindings[binding].value
                    if shown != NOTHING and isinstance(self.facts.values[shown], Sequence):
                        found.setdefault(shown, []).append(call.arguments[0].value)
        return found

    @cached_property
    def item_writes(self) -> dict[int, list[tuple[int, int]]]:
        """Dict display (its value) → (key, value) of each `name[key] = value` on a name bound to it."""
        found: dict[int, list[tuple[int, int]]] = {}
        for index, definition in enumerate(self.facts.definitions):
            for write in self.body(index).writes if isinstance(definition, Function) else ():
                target = self.facts.values[write.target]
                if not isinstance(target, Item) or write.operator:
                    continue
                base = self.facts.values[target.of]
                for binding in base.bindings if isinstance(base, Local) else ():
                    shown = self.facts.bindings[binding].value
                    if shown != NOTHING and isinstance(self.facts.values[shown], Mapping):
                        found.setdefault(shown, []).append((target.key, write.value))
        return found

    @cached_property
    def writes_by_key(self) -> dict[str, list[Write]]:
        """Constant key → plain assignments to an item of that key (`registry["bus"] = …`)."""
        found: dict[str, list[Write]] = {}
        for index in range(len(self.facts.definitions)):
            for write in self.body(index).writes:
                target = self.facts.values[write.target]
                key = self.facts.values[target.key] if isinstance(target, Item) and not write.operator else None
                if isinstance(key, Text):
                    found.setdefault(key.text, []).append(write)
        return found

    @cached_property
    def placements(self) -> tuple[tuple[Write, str], ...]:
        """Plain assignments to an attribute of anything but `self`, or to an item of a constant key, with that name."""
        named = [*self.foreign_writes.items(), *self.writes_by_key.items()]
        return tuple((write, name) for name, writes in named for write in writes)

    def base_names(self, cls: int) -> set[str]:
        """The last names of a class's bases, as they are written there and as they were imported."""
        definition = self.facts.definitions[cls]
        bases = definition.bases if isinstance(definition, Class) else ()
        return {name for base in bases for name in (self.terminal(base), self.original_name(base))}

    def is_self_binding(self, binding: int) -> bool:
        """Whether a binding is the first parameter of a method."""
        value = self.facts.bindings[binding].value
        shown = self.facts.values[value] if value != NOTHING else None
        return isinstance(shown, Parameter) and shown.index == 0 and self.owner_class(shown.function) is not None

    def is_receiver(self, value: int, function: int) -> bool:
        """Whether a value is the first parameter (`self`) of the method that `function` is or is nested in."""
        local = self.facts.values[value]
        if not isinstance(local, Local) or len(local.bindings) != 1:
            return False
        bound = self.facts.bindings[local.bindings[0]].value
        if bound == NOTHING:
            return False
        parameter = self.facts.values[bound]
        return (
            isinstance(parameter, Parameter)
            and parameter.index == 0
            and self.owner_class(parameter.function) is not None
        )

    # ----------------------------------------------------------------------------------------- calls

    @cached_property
    def calls_by_name(self) -> dict[str, list[int]]:
        """Calls by the last name of what is called, or handed over to be run; names bound by import count under their
        original too."""
        found: dict[str, list[int]] = {}
        for index, call in enumerate(self.facts.calls):
            for name in self.call_names(call):
                found.setdefault(name, []).append(index)
            for name in self._handed_names(call) - {"", *self.call_names(call)}:
                found.setdefault(name, []).append(index)
        return found

    def _handed_names(self, call: Call) -> set[str]:
        """The names of the function that a call is handed to be run; of `partial(f)` those of `f`."""
        handed = runners.function_value(self, call)
        if handed is None:
            return set()
        if self.terminal(handed) == "partial":
            made = getattr(self.facts.values[handed], "call", -1)
            arguments = self.facts.calls[made].arguments if made >= 0 else ()
            handed = arguments[0].value if arguments else handed
        return {self.terminal(handed), self.original_name(handed)}

    def call_names(self, call: Call) -> tuple[str, ...]:
        """The last name of what is called, and the name it had where it was imported from."""
        name = self.terminal(call.function)
        original = self.original_name(call.function)
        return (name,) if original in ("", name) else (name, original)

    def terminal(self, value: int) -> str:
        """The last name of a value: `c` of `a.b.c`; of a call what it calls; `""` if it has none."""
        for _ in range(8):
            match self.facts.values[value]:
                case Attribute(name=name) | Name(name=name) | Local(name=name):
                    return name
                case Definition(index=index):
                    return self.facts.definitions[index].name
                case Arithmetic(operator="|", left=left) if left != NOTHING:
                    value = left
                case other if hasattr(other, "call"):
                    value = self.facts.calls[other.call].function
                case _:
                    return ""
        return ""

    def original_name(self, value: int) -> str:
        """For a name bound by `from m import n as name`: `n`."""
        found = self.facts.values[value]
        bindings: tuple[int, ...] | list[int] = ()
        if isinstance(found, Local):
            bindings = found.bindings
        elif isinstance(found, Name):
            bindings = self.globals.get(found.name, ())
        for index in bindings:
            bound = self.facts.bindings[index].value
            if bound != NOTHING:
                imported = self.facts.values[bound]
                if isinstance(imported, Imported) and imported.name:
                    return imported.name
        return ""

    # ---------------------------------------------------------------------------------------- values

    @cached_property
    def results(self) -> dict[int, list[int]]:
        """Call → the values that are its result."""
        found: dict[int, list[int]] = {}
        for index, value in enumerate(self.facts.values):
            if isinstance(value, Result):
                found.setdefault(value.call, []).append(index)
        return found

    @cached_property
    def awaits(self) -> dict[int, list[int]]:
        """Value → the values that await it."""
        found: dict[int, list[int]] = {}
        for index, value in enumerate(self.facts.values):
            if isinstance(value, Awaited):
                found.setdefault(value.of, []).append(index)
        return found

    @cached_property
    def entered(self) -> frozenset[int]:
        """Values that a `with` enters."""
        return frozenset(value.of for value in self.facts.values if isinstance(value, Entered))

    @cached_property
    def bound(self) -> dict[int, list[int]]:
        """Value → the bindings that give it a name."""
        found: dict[int, list[int]] = {}
        for index, binding in enumerate(self.facts.bindings):
            found.setdefault(binding.value, []).append(index)
        return found

    @cached_property
    def read_bindings(self) -> frozenset[int]:
        """Bindings that some expression may read."""
        return frozenset(b for value in self.facts.values if isinstance(value, Local) for b in value.bindings)

    @cached_property
    def read_names(self) -> frozenset[str]:
        """Module-level names that are read."""
        return frozenset(value.name for value in self.facts.values if isinstance(value, Name))

    @cached_property
    def bindings_within(self) -> dict[int, list[int]]:
        """Function or class → the bindings with a value in it and in the definitions nested in it; for the module (0)
        only its own."""
        found: dict[int, list[int]] = {}
        for index, binding in enumerate(self.facts.bindings):
            if binding.value == NOTHING:
                continue
            scope = binding.scope
            if scope == 0:
                found.setdefault(0, []).append(index)
            while scope > 0:
                found.setdefault(scope, []).append(index)
                scope = self.facts.definitions[scope].parent
        return found

    # ---------------------------------------------------------------------------------------- places

    def place(self, span: Span) -> Place:
        """A span of this file as a place."""
        return Place(self.path, span.line, span.column, span.end_line, span.end_column)

    def call_place(self, call: int) -> Place:
        """Where a call stands."""
        return self.place(self.places.calls[call])

    def definition_place(self, definition: int) -> Place:
        """Where a definition's keyword stands."""
        return self.place(self.places.definitions[definition])

    def value(self, index: int) -> Value:
        """The value at an index."""
        return self.facts.values[index]
