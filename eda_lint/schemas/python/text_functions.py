"""Small functions from a text to a text, evaluated on one text: the alias generators that projects write themselves.

Only operations on texts and on lists of texts are known; anything else makes the result unknown. Nothing of the
project is run: the function's syntax is walked, with a bound on steps and on the length of texts.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping

from eda_lint.schemas.python.bindings import External, Function, Scope
from eda_lint.schemas.python.known import canonical
from eda_lint.schemas.python.modules import Modules

_MAX_STEPS = 2_000
_MAX_LENGTH = 1_000

Item = str | int | bool | list["Item"] | tuple["Item", ...] | re.Match[str] | None


class _Unknown(Exception):  # noqa: N818 — control flow, never seen outside of this module
    """The function does something that is not known here."""


def text_function(
    function: ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, modules: Modules
) -> Callable[[str], str | None]:
    """The function as one from a field's name to a text; None where evaluating it fails."""

    def convert(name: str) -> str | None:
        try:
            result = _Evaluation(scope, modules).call(function, [name])
        except (_Unknown, LookupError, TypeError, ValueError, AttributeError, RecursionError):
            return None
        return result if isinstance(result, str) else None

    return convert


class _Return(Exception):  # noqa: N818 — control flow
    def __init__(self, value: Item) -> None:
        super().__init__()
        self.value = value


_METHODS = frozenset(
    {
        "capitalize", "casefold", "endswith", "find", "index", "isalnum", "isalpha", "isdigit", "islower", "isupper",
        "join", "lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rpartition", "rsplit",
        "rstrip", "split", "startswith", "strip", "swapcase", "title", "upper",
    }
)  # fmt: skip

_COMPARISONS: Mapping[type[ast.cmpop], Callable[..., bool]] = {
    ast.Eq: operator.eq,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.NotEq: operator.ne,
    ast.NotIn: lambda a, b: a not in b,
}


class _Evaluation:
    """One evaluation with its bound."""

    def __init__(self, scope: Scope, modules: Modules) -> None:
        self._scope = scope
        self._modules = modules
        self._steps = 0

    def call(self, function: ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef, arguments: list[Item]) -> Item:
        names = [argument.arg for argument in function.args.args if argument.arg != "cls"]
        defaults = {
            argument.arg: self.value(default, {})
            for argument, default in zip(
                function.args.args[len(function.args.args) - len(function.args.defaults) :],
                function.args.defaults,
                strict=True,
            )
        }
        variables: dict[str, Item] = {**defaults, **dict(zip(names, arguments, strict=False))}
        if isinstance(function, ast.Lambda):
            return self.value(function.body, variables)
        try:
            self._run(function.body, variables)
        except _Return as result:
            return result.value
        return None

    def _run(self, body: list[ast.stmt], variables: dict[str, Item]) -> None:
        for statement in body:
            self._step()
            match statement:
                case ast.Return(value=None):
                    raise _Return(None)
                case ast.Return(value=ast.expr() as value):
                    raise _Return(self.value(value, variables))
                case ast.Assign(targets=[target]):
                    self._assign(target, self.value(statement.value, variables), variables)
                case ast.AugAssign(target=ast.Name(id=name), op=ast.Add()):
                    variables[name] = _sum(variables[name], self.value(statement.value, variables))
                case ast.If():
                    taken = statement.body if self.value(statement.test, variables) else statement.orelse
                    self._run(taken, variables)
                case ast.For(orelse=[]):
                    for item in _items(self.value(statement.iter, variables)):
                        self._assign(statement.target, item, variables)
                        self._run(statement.body, variables)
                case ast.Expr(value=ast.Constant()) | ast.Pass():
                    pass
                case _:
                    raise _Unknown

    def _assign(self, target: ast.expr, value: Item, variables: dict[str, Item]) -> None:
        match target:
            case ast.Name(id=name):
                variables[name] = value
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                values = _items(value)
                starred = next((i for i, one in enumerate(targets) if isinstance(one, ast.Starred)), None)
                if starred is not None:
                    after = len(targets) - starred - 1
                    middle = values[starred : len(values) - after]
                    values = [*values[:starred], middle, *values[len(values) - after :]]
                for one, item in zip(targets, values, strict=True):
                    self._assign(one.value if isinstance(one, ast.Starred) else one, item, variables)
            case _:
                raise _Unknown

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise _Unknown

    def value(self, expression: ast.expr, variables: dict[str, Item]) -> Item:
        """The value of an expression. Raises _Unknown for what is not known."""
        self._step()
        match expression:
            case ast.Constant(value=str() | int() | None as value):
                return value
            case ast.Name(id=name) if name in variables:
                return variables[name]
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                return _sum(self.value(left, variables), self.value(right, variables))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                number = self.value(operand, variables)
                return -number if isinstance(number, int) else self._fail()
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self.value(operand, variables)
            case ast.JoinedStr(values=parts):
                return "".join(str(self.value(part, variables)) for part in parts)
            case ast.FormattedValue(value=inner, conversion=-1, format_spec=None):
                return self.value(inner, variables)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.value(body if self.value(test, variables) else orelse, variables)
            case ast.BoolOp(op=op, values=values):
                result: Item = None
                for one in values:
                    result = self.value(one, variables)
                    if bool(result) is isinstance(op, ast.Or):
                        break
                return result
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
                return _COMPARISONS[type(op)](self.value(left, variables), self.value(right, variables))
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return self._sequence(items, variables)
            case ast.Subscript():
                return self._subscript(expression, variables)
            case ast.GeneratorExp(generators=[one]) | ast.ListComp(generators=[one]):
                return self._comprehension(expression.elt, one, variables)
            case ast.Call():
                return self._called(expression, variables)
        return self._fail()

    def _fail(self) -> Item:
        raise _Unknown

    def _sequence(self, items: list[ast.expr], variables: dict[str, Item]) -> list[Item]:
        found: list[Item] = []
        for item in items:
            if isinstance(item, ast.Starred):
                found.extend(_items(self.value(item.value, variables)))
            else:
                found.append(self.value(item, variables))
        return found

    def _subscript(self, expression: ast.Subscript, variables: dict[str, Item]) -> Item:
        whole = self.value(expression.value, variables)
        if not isinstance(whole, str | list | tuple):
            raise _Unknown
        if isinstance(expression.slice, ast.Slice):
            bounds = expression.slice
            lower, upper, step = (self._bound(one, variables) for one in (bounds.lower, bounds.upper, bounds.step))
            return whole[lower:upper:step]
        index = self.value(expression.slice, variables)
        return whole[index] if isinstance(index, int) else self._fail()

    def _bound(self, expression: ast.expr | None, variables: dict[str, Item]) -> int | None:
        bound = self.value(expression, variables) if expression is not None else None
        if bound is None or isinstance(bound, int):
            return bound
        raise _Unknown

    def _comprehension(self, element: ast.expr, one: ast.comprehension, variables: dict[str, Item]) -> list[Item]:
        found: list[Item] = []
        for item in _items(self.value(one.iter, variables)):
            inner = dict(variables)
            self._assign(one.target, item, inner)
            if all(self.value(test, inner) for test in one.ifs):
                found.append(self.value(element, inner))
        return found

    def _called(self, call: ast.Call, variables: dict[str, Item]) -> Item:
        if call.keywords:
            raise _Unknown
        function = call.func
        if isinstance(function, ast.Attribute):
            name = self._external(function)
            if name in ("re.sub", "re.split"):
                return self._regular(name, call, variables)
            whole = self.value(function.value, variables)
            arguments = self._sequence(call.args, variables)
            if isinstance(whole, re.Match) and function.attr == "group":
                group = arguments[0] if arguments else 0
                return whole.group(group) if isinstance(group, int | str) else self._fail()
            if not isinstance(whole, str) or function.attr not in _METHODS:
                raise _Unknown
            result: Item = getattr(whole, function.attr)(*arguments)
            return _bounded(result)
        arguments = self._sequence(call.args, variables)
        entity = self._modules.resolve(function, self._scope)
        if isinstance(entity, Function):
            return self.call(entity.node, arguments)
        match self._external(function), arguments:
            case "builtins.len", [str() | list() | tuple() as whole]:
                return len(whole)
            case "builtins.enumerate", [whole]:
                return [(index, item) for index, item in enumerate(_items(whole))]
            case "builtins.enumerate", [whole, int(start)]:
                return [(index, item) for index, item in enumerate(_items(whole), start)]
            case (("builtins.list" | "builtins.tuple" | "builtins.iter"), [whole]):
                return _items(whole)
            case "builtins.str", [str(whole)]:
                return whole
            case "builtins.map", _:
                raise _Unknown
        raise _Unknown

    def _external(self, expression: ast.expr) -> str:
        entity = self._modules.resolve(expression, self._scope)
        return canonical(entity.name) if isinstance(entity, External) else ""

    def _regular(self, name: str, call: ast.Call, variables: dict[str, Item]) -> Item:
        """`re.sub` and `re.split` on a short text; the pattern is the project's own, so its length is bounded."""
        pattern = self.value(call.args[0], variables)
        text = self.value(call.args[-1], variables)
        if not (isinstance(pattern, str) and isinstance(text, str)) or len(pattern) > 60 or len(text) > 60:
            raise _Unknown
        if _QUANTIFIED_TWICE.search(pattern) or len(_QUANTIFIER.findall(pattern)) > _MAX_QUANTIFIERS:
            raise _Unknown
        try:
            if name == "re.split":
                return list(re.split(pattern, text))
            replacement = call.args[1]
            if isinstance(replacement, ast.Lambda):
                return re.sub(pattern, lambda match: str(self.call(replacement, [match])), text)
            with_text = self.value(replacement, variables)
            return re.sub(pattern, with_text, text) if isinstance(with_text, str) else self._fail()
        except re.error as error:
            raise _Unknown from error


_QUANTIFIER = re.compile(r"[*+{]")
_MAX_QUANTIFIERS = 3
"""So many repetitions take at most the third power of a short text's length."""

_QUANTIFIED_TWICE = re.compile(r"[*+}]\)?[*+{]|\)[*+{]")
"""A repeated group: such patterns can take exponential time."""


def _items(value: Item) -> list[Item]:
    if isinstance(value, str | list | tuple):
        return list(value)
    raise _Unknown


def _sum(a: Item, b: Item) -> Item:
    if isinstance(a, str) and isinstance(b, str):
        return _bounded(a + b)
    if isinstance(a, list) and isinstance(b, list):
        return [*a, *b]
    if isinstance(a, int) and isinstance(b, int):
        return a + b
    raise _Unknown


def _bounded(value: Item) -> Item:
    if isinstance(value, str | list) and len(value) > _MAX_LENGTH:
        raise _Unknown
    return value
