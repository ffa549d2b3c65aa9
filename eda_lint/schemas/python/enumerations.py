"""Enumerations: the members of an `Enum` class and the values they are written as.

Source: https://docs.python.org/3/library/enum.html.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from eda_lint.model.schema import Constant, Enumeration, Symbol
from eda_lint.schemas.python.bindings import ClassNode, External, Function, Scope, dotted, statements
from eda_lint.schemas.python.expressions import Known, call_name, source_text
from eda_lint.schemas.python.known import ENUM_BASES, canonical
from eda_lint.schemas.python.modules import Modules
from eda_lint.schemas.python.text_functions import text_function

Evaluate = Callable[[ast.expr, Scope], Known | None]
"""Gives the value of an expression that needs no running."""


class Enumerations:
    """Reads enumerations, each once."""

    def __init__(self, modules: Modules, evaluate: Evaluate) -> None:
        self._modules = modules
        self._evaluate = evaluate
        self._read: dict[int, Enumeration] = {}

    def read(self, node: ClassNode) -> Enumeration:
        """The members of a class, in order; aliases (a value given twice) are left out, as Enum does."""
        if (known := self._read.get(id(node))) is not None:
            return known
        self._read[id(node)] = Enumeration((), node.full_name)  # a member may refer to its own class
        bases = outside_bases(node, self._modules)
        position = self._value_position(node)
        symbols: list[Symbol] = []
        values: set[tuple[str, Constant]] = set()
        for name, expression, statement in _members(node):
            value = self._value(name, expression, bases, symbols, node.scope, position)
            key = (type(value.value).__name__, value.value) if value is not None else ("source", name)
            if key in values:
                continue
            values.add(key)
            # A tuple is no JSON scalar, so a value of which only the source is known is never taken for a text.
            constant = value.value if value is not None else (source_text(expression),)
            number = constant if isinstance(constant, int) and not isinstance(constant, bool) else None
            symbols.append(Symbol(name, number, constant, node.module.place(statement)))
        default = "_missing_" if self._modules.inherited(node, "_missing_") is not None else None
        self._read[id(node)] = found = Enumeration(tuple(symbols), node.full_name, default=default)
        return found

    def member(self, node: ClassNode, name: str) -> Symbol | None:
        """A member by its name; None if the class is no enumeration or has no such member."""
        if not is_enumeration(node, self._modules):
            return None
        return next((one for one in self.read(node).symbols if one.name == name), None)

    def _value(
        self,
        name: str,
        expression: ast.expr,
        bases: frozenset[str],
        before: list[Symbol],
        scope: Scope,
        position: int | None,
    ) -> Known | None:
        if self._is_auto(expression, scope):
            return self._automatic(name, bases, before, scope)
        if position is not None and isinstance(expression, ast.Tuple) and position < len(expression.elts):
            expression = expression.elts[position]
        value = self._evaluate(expression, scope)
        if value is not None and "builtins.str" in bases and isinstance(value.value, int | float):
            return Known(str(value.value))  # `class Code(str, Enum): A = 1` has the value "1"
        return value

    def _is_auto(self, expression: ast.expr, scope: Scope) -> bool:
        """`auto()`, or a call of the project's own function that does nothing but return one."""
        if call_name(expression, scope, self._modules) == "enum.auto":
            return True
        called = self._modules.resolve(expression.func, scope) if isinstance(expression, ast.Call) else None
        if not isinstance(called, Function):
            return False
        last = called.node.body[-1]
        inside = Scope(called.module)
        return isinstance(last, ast.Return) and call_name(last.value, inside, self._modules) == "enum.auto"

    def _automatic(self, name: str, bases: frozenset[str], before: list[Symbol], scope: Scope) -> Known | None:
        generate = self._modules.inherited(scope.owner, "_generate_next_value_") if scope.owner is not None else None
        if isinstance(generate, Function):
            value = text_function(generate.node, Scope(generate.module), self._modules)(name)
            return Known(value) if value is not None else None
        if "enum.StrEnum" in bases:
            return Known(name.lower())
        numbers = [symbol.number for symbol in before if symbol.number is not None]
        if bases & {"enum.Flag", "enum.IntFlag"}:
            return Known(1 << max(numbers).bit_length() if numbers else 1)
        number = max(numbers) + 1 if numbers else len(before) + 1
        return Known(str(number) if "builtins.str" in bases else number)

    def _value_position(self, node: ClassNode) -> int | None:
        """Where in a member's tuple its value stands, if `__new__` or `__init__` takes it from there
        (`obj._value_ = code`)."""
        for name in ("__new__", "__init__"):
            bound = self._modules.inherited(node, name)
            if not isinstance(bound, Function):
                continue
            parameters = [argument.arg for argument in bound.node.args.args[1:]]
            for statement, _ in statements(bound.node.body):
                if (
                    isinstance(statement, ast.Assign)
                    and dotted(statement.targets[0])[1:] == ["_value_"]
                    and isinstance(statement.value, ast.Name)
                    and statement.value.id in parameters
                ):
                    return parameters.index(statement.value.id)
        return None


def outside_bases(node: ClassNode, modules: Modules) -> frozenset[str]:
    """The canonical names of what a class inherits from outside of the project, through its own bases."""
    if (known := modules.outside.get(node)) is not None:
        return known
    found: set[str] = set()
    pending, seen = [node], {id(node)}
    while pending:
        current = pending.pop()
        for base in current.node.bases:
            entity = modules.resolve(base, Scope(current.module, current.outer))
            if isinstance(entity, External):
                found.add(canonical(entity.name))
            elif isinstance(entity, ClassNode) and id(entity) not in seen:
                seen.add(id(entity))
                known = modules.outside.get(entity)
                if known is not None:
                    found |= known
                else:
                    pending.append(entity)
    modules.outside[node] = frozenset(found)
    return modules.outside[node]


def is_enumeration(node: ClassNode, modules: Modules) -> bool:
    """Whether a class is an `Enum`."""
    return bool(outside_bases(node, modules) & ENUM_BASES)


def _members(node: ClassNode) -> list[tuple[str, ast.expr, ast.stmt]]:
    """(name, value, statement) of what a class body assigns, without private names and descriptors."""
    found: dict[str, tuple[str, ast.expr, ast.stmt]] = {}
    for statement, weak in statements(node.node.body):
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
            continue
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            if not isinstance(target, ast.Name) or _is_private(target.id) or (weak and target.id in found):
                continue
            if isinstance(statement.value, ast.Lambda) or dotted(statement.value)[-1:] == ["property"]:
                continue
            found[target.id] = (target.id, statement.value, statement)
    return list(found.values())


def _is_private(name: str) -> bool:
    """Names that Enum takes for its own or its methods' (`_missing_`, `__order`); `_UNKNOWN` is a member."""
    return name.startswith("__") or (name.startswith("_") and name.endswith("_"))
