"""Constants, defaults and enumerations, read from expressions without running anything."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from eda_lint.model.schema import Constant, Default, Enumeration, Symbol
from eda_lint.schemas.python.bindings import (
    Assigned,
    ClassNode,
    External,
    Function,
    Scope,
    dotted,
    statements,
)
from eda_lint.schemas.python.known import ENUM_BASES, canonical
from eda_lint.schemas.python.modules import Modules
from eda_lint.schemas.python.text_functions import text_function

_MAX_DEPTH = 30
_TEXT = 200


@dataclass(frozen=True, slots=True)
class Known:
    """A value that is known without running the code."""

    value: Constant


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call, with the scope its names are looked up in."""

    expression: ast.expr
    scope: Scope


def source_text(expression: ast.expr) -> str:
    """An expression as one short line."""
    try:
        text = ast.unparse(expression)
    except RecursionError:
        return "…"
    return text if len(text) <= _TEXT else text[: _TEXT - 1] + "…"


def call_name(expression: ast.expr | None, scope: Scope, modules: Modules) -> str:
    """The canonical dotted name of what a call calls; empty if it is no call or calls something of the project."""
    if not isinstance(expression, ast.Call):
        return ""
    entity = modules.resolve(expression.func, scope)
    return canonical(entity.name) if isinstance(entity, External) else ""


def keywords(call: ast.expr | None) -> dict[str, ast.expr]:
    """The keyword arguments of a call, those of `**{"name": …}` included."""
    found: dict[str, ast.expr] = {}
    for keyword in call.keywords if isinstance(call, ast.Call) else ():
        if keyword.arg is not None:
            found[keyword.arg] = keyword.value
        elif isinstance(keyword.value, ast.Dict):
            found |= text_items(keyword.value)
    return found


def text_items(mapping: ast.expr | None) -> dict[str, ast.expr]:
    """The entries of a dict literal, or of a `dict(…)`-like call, whose keys are texts."""
    if isinstance(mapping, ast.Call):
        return keywords(mapping)
    if not isinstance(mapping, ast.Dict):
        return {}
    pairs = zip(mapping.keys, mapping.values, strict=True)
    return {k.value: v for k, v in pairs if isinstance(k, ast.Constant) and isinstance(k.value, str)}


class Constants:
    """Evaluates what needs no running: literals, names bound to literals, enumeration members, sums of texts."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._enumerations: dict[int, Enumeration] = {}

    def value(self, expression: ast.expr | None, scope: Scope, depth: int = 0) -> Known | None:
        """The value of an expression; None if only running it could tell."""
        if expression is None or depth > _MAX_DEPTH:
            return None
        match expression:
            case ast.Constant(value=None | bool() | int() | float() | str() as value):
                return Known(value)
            case ast.Constant(value=bytes() as value):
                return Known(repr(value))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                inner = self.value(operand, scope, depth + 1)
                if inner is None or not isinstance(inner.value, int | float):
                    return None
                return Known(-inner.value if isinstance(sign, ast.USub) else inner.value)
            case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
                values = [self.value(item, scope, depth + 1) for item in items]
                known = [one.value for one in values if one is not None]
                return Known(tuple(known)) if len(known) == len(values) else None
            case ast.Dict():
                return self._dictionary(expression, scope, depth)
            case ast.BinOp():
                return self._arithmetic(expression, scope, depth)
            case ast.Name() | ast.Attribute():
                return self._named(expression, scope, depth)
            case ast.Call(args=[argument], keywords=[]):
                return self._converted(expression, argument, scope, depth)
            case ast.Call(args=[], keywords=[]):
                return _EMPTY.get(call_name(expression, scope, self._modules))
        return None

    def _dictionary(self, expression: ast.Dict, scope: Scope, depth: int) -> Known | None:
        entries: dict[str, Constant] = {}
        for key, value in zip(expression.keys, expression.values, strict=True):
            known_key, known_value = self.value(key, scope, depth + 1), self.value(value, scope, depth + 1)
            if known_key is None or known_value is None:
                return None
            entries[str(known_key.value)] = known_value.value
        return Known(tuple((key, entries[key]) for key in sorted(entries)))

    def _arithmetic(self, expression: ast.BinOp, scope: Scope, depth: int) -> Known | None:
        left, right = self.value(expression.left, scope, depth + 1), self.value(expression.right, scope, depth + 1)
        if left is None or right is None:
            return None
        a, b = left.value, right.value
        if isinstance(a, str) and isinstance(b, str):
            return Known(a + b) if isinstance(expression.op, ast.Add) and len(a) + len(b) < 10_000 else None
        if not (isinstance(a, int | float) and isinstance(b, int | float)) or max(abs(a), abs(b)) > 2**64:
            return None
        match expression.op:
            case ast.Add():
                return Known(a + b)
            case ast.Sub():
                return Known(a - b)
            case ast.Mult():
                return Known(a * b)
            case ast.Div() if b:
                return Known(a / b)
            case ast.LShift() if isinstance(a, int) and isinstance(b, int) and 0 <= b <= 64:
                return Known(a << b)
            case ast.Pow() if isinstance(a, int) and isinstance(b, int) and 0 <= b <= 64 and abs(a) <= 1024:
                return Known(a**b)
            case ast.BitOr() if isinstance(a, int) and isinstance(b, int):
                return Known(a | b)
        return None

    def _named(self, expression: ast.expr, scope: Scope, depth: int) -> Known | None:
        if isinstance(expression, ast.Attribute) and expression.attr in ("value", "name"):
            member = self._modules.resolve(expression.value, scope)
            if isinstance(member, Assigned) and member.scope.owner is not None:
                symbol = self._member(member, member.scope.owner)
                if symbol is not None:
                    return Known(symbol.name if expression.attr == "name" else symbol.value)
        entity = self._modules.resolve(expression, scope)
        if not isinstance(entity, Assigned):
            return None
        if entity.scope.owner is not None and (symbol := self._member(entity, entity.scope.owner)) is not None:
            return Known(symbol.value)
        return self.value(entity.value, entity.scope, depth + 1)

    def _member(self, member: Assigned, owner: ClassNode) -> Symbol | None:
        if not is_enumeration(owner, self._modules):
            return None
        return next((one for one in self.enumeration(owner).symbols if one.name == member.name), None)

    def _converted(self, call: ast.Call, argument: ast.expr, scope: Scope, depth: int) -> Known | None:
        name = call_name(call, scope, self._modules)
        if name not in _CONVERSIONS:
            return None
        inner = self.value(argument, scope, depth + 1)
        if inner is None:
            return None
        if name in ("decimal.Decimal", "builtins.str", "uuid.UUID") and isinstance(inner.value, str | int | float):
            return Known(str(inner.value))
        return inner if isinstance(inner.value, tuple) and name in _EMPTY else None

    # ------------------------------------------------------------------------------------------------- defaults

    def default(self, expression: ast.expr, scope: Scope) -> Default:
        """A default given as a value. Empty containers are made anew each time, however they are written."""
        known = self.value(expression, scope)
        if known is None:
            return Default(text=source_text(expression))
        if known.value == ():
            return Default((), factory=True, text="empty")
        return Default(known.value, text=source_text(expression))

    def factory(self, expression: ast.expr, scope: Scope) -> Default:
        """A default given as something to call."""
        if isinstance(expression, ast.Lambda):
            known = self.value(expression.body, scope)
            if known is not None and known.value != ():
                return Default(known.value, text=source_text(expression.body))
            text = source_text(expression.body)
            return Default((), factory=True, text="empty") if known else Default(factory=True, text=text)
        plain = expression.value if isinstance(expression, ast.Subscript) else expression  # list[str]
        entity = self._modules.resolve(plain, scope)
        empty = _EMPTY.get(canonical(entity.name)) if isinstance(entity, External) else None
        if empty is None:
            return Default(factory=True, text=f"{source_text(expression)}()")
        if empty.value == ():
            return Default((), factory=True, text="empty")
        return Default(empty.value, text=repr(empty.value))

    # --------------------------------------------------------------------------------------------- enumerations

    def enumeration(self, node: ClassNode) -> Enumeration:
        """The members of an `Enum` class, in order; aliases (a value given twice) are left out, as Enum does."""
        if (known := self._enumerations.get(id(node))) is not None:
            return known
        self._enumerations[id(node)] = Enumeration((), node.full_name)  # a member may refer to its own class
        bases = enumeration_bases(node, self._modules)
        symbols: list[Symbol] = []
        values: set[tuple[str, Constant]] = set()
        for name, value, statement in _members(node):
            known_value = self._member_value(name, value, bases, symbols, node.scope)
            if known_value is not None and (type(known_value.value).__name__, known_value.value) in values:
                continue
            if known_value is not None:
                values.add((type(known_value.value).__name__, known_value.value))
            constant = known_value.value if known_value is not None else source_text(value)
            number = constant if isinstance(constant, int) and not isinstance(constant, bool) else None
            symbols.append(Symbol(name, number, constant, node.module.place(statement)))
        default = "_missing_" if "_missing_" in node.bindings else None
        self._enumerations[id(node)] = found = Enumeration(tuple(symbols), node.full_name, default=default)
        return found

    def _member_value(
        self, name: str, expression: ast.expr, bases: frozenset[str], before: list[Symbol], scope: Scope
    ) -> Known | None:
        if call_name(expression, scope, self._modules) != "enum.auto":
            return self.value(expression, scope)
        generate = self._modules.inherited(scope.owner, "_generate_next_value_") if scope.owner is not None else None
        if isinstance(generate, Function):
            value = text_function(generate.node, Scope(generate.module), self._modules)(name)
            return Known(value) if value is not None else None
        if "enum.StrEnum" in bases:
            return Known(name.lower())
        numbers = [symbol.number for symbol in before if symbol.number is not None]
        if bases & {"enum.Flag", "enum.IntFlag"}:
            return Known(1 << max(numbers).bit_length() if numbers else 1)
        return Known(max(numbers) + 1 if numbers else 1)


_EMPTY: Mapping[str, Known] = {
    "builtins.bool": Known(False),
    "builtins.dict": Known(()),
    "builtins.float": Known(0.0),
    "builtins.frozenset": Known(()),
    "builtins.int": Known(0),
    "builtins.list": Known(()),
    "builtins.set": Known(()),
    "builtins.str": Known(""),
    "builtins.tuple": Known(()),
    "collections.OrderedDict": Known(()),
    "collections.deque": Known(()),
}
"""What a type gives when it is called without arguments."""

_CONVERSIONS = frozenset({*_EMPTY, "decimal.Decimal", "uuid.UUID", "datetime.timedelta"})


def enumeration_bases(node: ClassNode, modules: Modules) -> frozenset[str]:
    """The canonical names of what a class inherits from outside of the project, through its own bases."""
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
                pending.append(entity)
    return frozenset(found)


def is_enumeration(node: ClassNode, modules: Modules) -> bool:
    """Whether a class is an `Enum`."""
    return bool(enumeration_bases(node, modules) & ENUM_BASES)


def _members(node: ClassNode) -> list[tuple[str, ast.expr, ast.stmt]]:
    """(name, value, statement) of what a class body assigns, without private names and descriptors."""
    found: dict[str, tuple[str, ast.expr, ast.stmt]] = {}
    for statement, weak in statements(node.node.body):
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
            continue
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            if not isinstance(target, ast.Name) or target.id.startswith("_") or (weak and target.id in found):
                continue
            if isinstance(statement.value, ast.Lambda) or dotted(statement.value)[-1:] == ["property"]:
                continue
            found[target.id] = (target.id, statement.value, statement)
    return list(found.values())
