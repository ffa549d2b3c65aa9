"""Expressions looked at without evaluating them: calls, their names and arguments, entries of dict literals."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from eda_lint.model.schema import Constant
from eda_lint.schemas.python.bindings import External, Scope
from eda_lint.schemas.python.known import canonical
from eda_lint.schemas.python.modules import Modules

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
