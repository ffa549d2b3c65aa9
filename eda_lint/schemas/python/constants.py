"""Constants and defaults, read from expressions without running anything."""

from __future__ import annotations

import ast
import logging
from collections.abc import Mapping

from eda_lint.model.schema import Constant, Default
from eda_lint.schemas.python.bindings import Assigned, External, Scope
from eda_lint.schemas.python.enumerations import Enumerations
from eda_lint.schemas.python.expressions import Known, call_name, source_text
from eda_lint.schemas.python.known import canonical
from eda_lint.schemas.python.modules import Modules

_MAX_DEPTH = 30


class Constants:
    """Evaluates what needs no running: literals, names bound to literals, enumeration members, sums of texts."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self.enumerations = Enumerations(modules, self.value)

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
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self.value(operand, scope, depth + 1)
                return Known(not inner.value) if inner is not None else None
            case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
                values = [self.value(item, scope, depth + 1) for item in items]
                known = [one.value for one in values if one is not None]
                if isinstance(expression, ast.Set):
                    known.sort(key=repr)  # a set has no order
                return Known(tuple(known)) if len(known) == len(values) else None
            case ast.Dict():
                return self._dictionary(expression, scope, depth)
            case ast.BinOp():
                return self._arithmetic(expression, scope, depth)
            case ast.Name() | ast.Attribute():
                return self._named(expression, scope, depth)
            case ast.Call(args=[argument], keywords=[]):
                return self._converted(expression, argument, scope, depth)
            case ast.Call(func=ast.Attribute(value=text, attr=method), args=[], keywords=[]) if method in _TEXT_METHODS:
                inner = self.value(text, scope, depth + 1)
                return Known(getattr(inner.value, method)()) if inner and isinstance(inner.value, str) else None
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
                symbol = self.enumerations.member(member.scope.owner, member.name)
                if symbol is not None:
                    return Known(symbol.name if expression.attr == "name" else symbol.value)
        entity = self._modules.resolve(expression, scope)
        if isinstance(entity, External):
            return _LEVELS.get(entity.name)
        if not isinstance(entity, Assigned):
            return None
        owner = entity.scope.owner
        if owner is not None and (symbol := self.enumerations.member(owner, entity.name)) is not None:
            return Known(symbol.value)
        return self.value(entity.value, entity.scope, depth + 1)

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

_TEXT_METHODS = frozenset({"casefold", "lower", "strip", "swapcase", "title", "upper"})
"""Methods of texts that give a text."""

_LEVELS: Mapping[str, Known] = {
    f"logging.{name}": Known(level) for name, level in logging.getLevelNamesMapping().items()
}
"""Constants of the standard library that enumerations are made of."""

_CONVERSIONS = frozenset({*_EMPTY, "decimal.Decimal", "uuid.UUID", "datetime.timedelta"})
