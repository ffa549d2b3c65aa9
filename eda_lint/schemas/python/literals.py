"""Plain dict literals read as records: what a program writes where it has no class for its messages."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from eda_lint.model.schema import (
    Definition,
    Dictionary,
    Enumeration,
    Field,
    Record,
    Scalar,
    Sequence,
    Symbol,
    Type,
)
from eda_lint.schemas.python.bindings import Module, Scope
from eda_lint.schemas.python.classes import Context
from eda_lint.schemas.python.expressions import call_name
from eda_lint.schemas.python.shapes import ANY, NULL, choice

_MAX_DEPTH = 20
_KINDS = {bool: "boolean", int: "integer", float: "number", str: "string"}

_CALLS = {
    "builtins.str": "string", "builtins.int": "integer", "builtins.float": "number", "builtins.bool": "boolean",
    "builtins.repr": "string", "builtins.len": "integer", "builtins.round": "number", "json.dumps": "string",
    "time.time": "number", "uuid.uuid4": "uuid", "uuid.uuid1": "uuid", "datetime.datetime.now": "datetime",
    "datetime.datetime.utcnow": "datetime", "datetime.date.today": "date", "decimal.Decimal": "decimal",
    "time.time_ns": "integer",
}  # fmt: skip
_METHODS = {"isoformat": "string", "strftime": "string", "timestamp": "number", "hex": "string", "decode": "string"}


def literals(module: Module, context: Context) -> Iterator[Definition]:
    """Dict literals that a module assigns to a name, returns from a function, or passes to a call.

    Each is called by the name it is bound to, by the function that returns it, or by the function it is passed to.
    """
    taken: set[str] = set()
    for name, literal in _named(module.tree):
        unique, count = name, 1
        while unique in taken:
            count += 1
            unique = f"{name}#{count}"
        taken.add(unique)
        record = literal_type(literal, Scope(module), context)
        if isinstance(record, Record) and record.fields:
            full_name = f"{module.name}.{unique}" if module.name else unique
            yield Definition(full_name, record, module.place(literal))


def _named(tree: ast.Module) -> Iterator[tuple[str, ast.Dict]]:
    """(name, literal) of each dict literal that stands by itself."""
    pending: list[tuple[ast.AST, str]] = [(tree, "")]
    while pending:
        node, function = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            function = f"{function}.{node.name}" if function else node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name):
                yield f"{function}.{target.id}" if function else target.id, node.value
                continue
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Dict):
            yield function or "return", node.value
            continue
        elif isinstance(node, ast.Call):
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                if isinstance(argument, ast.Dict):
                    called = (
                        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "call")
                    )
                    yield f"{function}.{called}" if function else called, argument
        pending.extend((child, function) for child in reversed(list(ast.iter_child_nodes(node))))


def literal_type(expression: ast.expr, scope: Scope, context: Context, depth: int = 0) -> Type:
    """The type of the value an expression makes, as far as its form shows it."""
    if depth > _MAX_DEPTH:
        return ANY
    match expression:
        case ast.Dict():
            return _record(expression, scope, context, depth)
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return Sequence(
                choice([literal_type(one, scope, context, depth + 1) for one in items] or [ANY]), name="list"
            )
        case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.GeneratorExp(elt=element):
            return Sequence(literal_type(element, scope, context, depth + 1), name="list")
        case ast.DictComp(value=value):
            return Dictionary(literal_type(value, scope, context, depth + 1))
        case ast.JoinedStr():
            return Scalar("string")
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return Scalar("boolean")
        case ast.IfExp(body=body, orelse=orelse):
            return choice([literal_type(one, scope, context, depth + 1) for one in (body, orelse)])
        case ast.Call():
            kind = _CALLS.get(call_name(expression, scope, context.modules))
            if kind is None and isinstance(expression.func, ast.Attribute):
                kind = _METHODS.get(expression.func.attr)
            return Scalar(kind) if kind else ANY
        case ast.Constant(value=None):
            return NULL
    known = context.constants.value(expression, scope)
    kind = _KINDS.get(type(known.value)) if known is not None else None
    return Scalar(kind) if kind else ANY


def _record(literal: ast.Dict, scope: Scope, context: Context, depth: int) -> Type:
    fields: dict[str, Field] = {}
    for key, value in zip(literal.keys, literal.values, strict=True):
        if key is None:
            inner = literal_type(value, scope, context, depth + 1)
            fields |= {one.name: one for one in inner.fields} if isinstance(inner, Record) else {}
            continue
        known = context.constants.value(key, scope)
        if known is None or not isinstance(known.value, str):
            values = [literal_type(one, scope, context, depth + 1) for one in literal.values]
            return Dictionary(choice(values)) if values else Dictionary(ANY)
        type_ = _field_type(known.value, value, scope, context, depth)
        fields[known.value] = Field(known.value, type_, place=scope.module.place(key))
    return Record(tuple(fields.values()), kind="object", options=(("family", "dict"),))


def _field_type(name: str, value: ast.expr, scope: Scope, context: Context, depth: int) -> Type:
    """A constant under a name that tells messages apart is that constant; any other constant is an example."""
    if name in _TELLING and isinstance(value, ast.Constant) and isinstance(value.value, str):
        return Enumeration((Symbol(value.value, value=value.value),))
    return literal_type(value, scope, context, depth + 1)


_TELLING = frozenset({"type", "event", "event_type", "eventType", "kind", "name", "event_name"})
