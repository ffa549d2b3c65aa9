"""The state of the one walk: flat tables that grow, the block being filled, and the scope being read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from eda_lint.extract.numbering import Category, preorder
from eda_lint.extract.scopes import Scope
from eda_lint.model.facts import Bind, Binding, Call, Class, Function, Import, Pattern, Step
from eda_lint.model.values import NOTHING, Constant, Local, Name, Number, Opaque, Text, Value

_CONSTANTS = {"True": True, "False": False, "None": None}


class Walk:
    """What the walk over one file has told so far.

    `values` and `statements` are the dispatch tables by node type; they are handed in so that the modules
    for expressions and statements may use each other through the walk.
    """

    def __init__(
        self,
        values: dict[type, Callable[[Walk, Any], int]],
        statements: dict[type, Callable[[Walk, Any], None]],
        has_named_expressions: bool,
        has_nonlocals: bool,
    ) -> None:
        self._values = values
        self._statements = statements
        self.has_named_expressions = has_named_expressions
        self.has_nonlocals = has_nonlocals
        self.rows: list[Value] = []
        self._known: dict[Value | tuple[type, int | float], int] = {}
        self.imports: list[Import] = []
        self.calls: list[Call | None] = []
        self.bindings: list[Binding] = []
        self.definitions: list[Function | Class | None] = []
        self.blocks: list[tuple[Step, ...]] = []
        self.patterns: list[Pattern] = []
        self.steps: list[Step] = []
        self.scope = Scope(0, "module", None)
        self.sites: dict[int, int] = {}
        """Identity of a binding node → its binding."""
        self.ranges: dict[int, tuple[int, int]] = {}
        """Identity of a compound statement (or part of one) → its slice of the scope's `sites`."""
        self.conditional = 0
        """How many short circuits and the like the expression being read stands in."""
        self.counts: dict[Category, int] = dict.fromkeys(
            ("calls", "definitions", "decorators", "entries", "writes", "handlers", "withs"), 0
        )
        self._numbers: dict[int, int] = {}
        self._numbered = 0

    # ------------------------------------------------------------------------------------------ values

    def add(self, value: Value) -> int:
        """Row of a value; equal ones share a row. Not for allocation sites, which stay apart (`fresh`)."""
        row = self._known.get(value)
        if row is None:
            row = self._known[value] = len(self.rows)
            self.rows.append(value)
        return row

    def fresh(self, value: Value) -> int:
        """A new row."""
        self.rows.append(value)
        return len(self.rows) - 1

    def number(self, number: int | float) -> int:
        """Row of a number: 1 and 1.0 are equal and yet different facts."""
        if isinstance(number, int) and not -(2**63) <= number < 2**63:
            return self.opaque("big number")
        key = (type(number), number)
        row = self._known.get(key)
        if row is None:
            row = self._known[key] = self.fresh(Number(number))
        return row

    def text(self, text: str) -> int:
        """Row of a text; one that holds a lone surrogate is no text that can be written down."""
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                return self.opaque("surrogate")
        return self.add(Text(text))

    def opaque(self, reason: str) -> int:
        """Row of an expression nothing is known of."""
        return self.add(Opaque(reason))

    def value(self, node: cst.CSTNode) -> int:
        """Read an expression: its calls become steps, its row is returned."""
        read = self._values.get(type(node))
        return self.opaque(type(node).__name__.lower()) if read is None else read(self, node)

    # ---------------------------------------------------------------------------------------- numbering

    def take(self, category: Category, node: cst.CSTNode) -> int:
        """Number of a node: the one that `foresee` gave it, or the next."""
        if self._numbers:
            number = self._numbers.pop(id(node), None)
            if number is not None:
                return number
        return self._next(category)

    def _next(self, category: Category) -> int:
        number = self.counts[category]
        self.counts[category] = number + 1
        if category == "calls":
            self.calls.append(None)
        elif category == "definitions":
            self.definitions.append(None)
        return number

    def foresee(self, node: cst.CSTNode, target: bool = False) -> None:
        """Number everything under a node now, because it is evaluated in another order than it is written."""
        for category, each in preorder(node, target):
            if id(each) not in self._numbers:
                self._numbers[id(each)] = self._next(category)

    def evaluate_foreseen(self, node: cst.CSTNode, read: Callable[[], int]) -> int:
        """Read an expression whose evaluation order differs from its source order."""
        if not self._numbered:
            self.foresee(node)
        self._numbered += 1
        row = read()
        self._numbered -= 1
        return row

    # ------------------------------------------------------------------------------------------- blocks

    def open(self) -> list[Step]:
        """Start a block; gives the outer one, for `close`."""
        outer = self.steps
        self.steps = []
        return outer

    def close(self, outer: list[Step]) -> int:
        """End a block: its index."""
        self.blocks.append(tuple(self.steps))
        self.steps = outer
        return len(self.blocks) - 1

    def suite(self, node: cst.BaseSuite) -> None:
        """Walk the statements of a body."""
        for statement in node.body:
            self.statement(statement)

    def statement(self, node: cst.CSTNode) -> None:
        """Walk a statement."""
        walk = self._statements.get(type(node))
        if walk is not None:
            walk(self, node)

    # -------------------------------------------------------------------------------------------- names

    def site(self, node: cst.CSTNode, name: str) -> None:
        """Number a binding place of the current scope (survey)."""
        index = len(self.bindings)
        self.bindings.append(Binding(name, self.scope.definition, NOTHING))
        self.sites[id(node)] = index
        self.scope.sites.append((name, index))

    def bind(self, node: cst.CSTNode, value: int, annotation: int = NOTHING) -> int:
        """The binding place `node` is reached: its name has this value from here on. Gives the binding."""
        index = self.sites[id(node)]
        self.set_binding(index, value, annotation)
        self.steps.append(Bind(index))
        return index

    def set_binding(self, index: int, value: int, annotation: int = NOTHING, keep: bool = False) -> None:
        """Fill in a binding that the survey numbered, and let it reach what follows."""
        name = self.bindings[index].name
        owner = self.scope.owner(name)
        self.bindings[index] = Binding(name, owner.definition, value, annotation)
        if owner is self.scope:
            owner.set(name, index, keep or self.conditional > 0)

    def new_binding(self, name: str, scope: int, value: int, annotation: int = NOTHING) -> int:
        """A binding that no survey numbers: a parameter's or a comprehension's."""
        self.bindings.append(Binding(name, scope, value, annotation))
        return len(self.bindings) - 1

    def names_in(self, node: cst.CSTNode) -> frozenset[str]:
        """Names of the current scope that a surveyed compound statement binds."""
        return frozenset(name for name, _ in self.sites_in(node) if self.scope.owner(name) is self.scope)

    def sites_in(self, node: cst.CSTNode) -> list[tuple[str, int]]:
        """Binding places in a surveyed compound statement."""
        low, high = self.ranges[id(node)]
        return self.scope.sites[low:high] if low < high else []

    def name(self, name: str) -> int:
        """Row of a name that is read here."""
        if name in _CONSTANTS:
            return self.add(Constant(_CONSTANTS[name]))
        scope = self.scope
        for overlay in reversed(scope.overlays):
            if name in overlay:
                return self.add(Local(name, overlay[name]))
        # A comprehension in a class body does not see the class's names.
        if name in scope.names and not (scope.kind == "class" and scope.overlays):
            if name in scope.shared:
                return self._all_bindings(scope, name)
            reaching = scope.state.get(name, ())
            # In a function an unbound local is an error; a module or class falls back to globals and builtins.
            if reaching or scope.kind == "function":
                return self.add(Local(name, reaching))
        return self._outer_name(name)

    def _outer_name(self, name: str) -> int:
        scope = self.scope
        in_place = scope.kind != "function"
        if name in scope.globals:
            return self.add(Name(name))
        while (outer := scope.parent) is not None:
            for overlay in reversed(outer.overlays):
                if name in overlay:
                    return self.add(Local(name, overlay[name]))
            if outer.kind == "module" and in_place and outer.state.get(name):
                return self.add(Local(name, outer.state[name]))
            if outer.kind == "function":
                in_place = False
                if name in outer.names:
                    return self._all_bindings(outer, name)
                if name in outer.globals:
                    break
            scope = outer
        return self.add(Name(name))

    def _all_bindings(self, scope: Scope, name: str) -> int:
        row = scope.awaiting.get(name)
        if row is None:
            row = scope.awaiting[name] = self.fresh(Local(name, ()))
        return row

    def leave(self, scope: Scope) -> None:
        """A scope's walk is over: fill in the values that list all bindings of its names."""
        for name, row in scope.awaiting.items():
            self.rows[row] = Local(name, tuple(sorted(scope.names[name])))
