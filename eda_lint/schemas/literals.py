"""Python literals as JSON text that keeps their lines."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable

DEPTH = 100
"""Deepest nesting that is written out."""
SIZE = 2_000_000
"""Longest text: a name that stands for a list of names can stand for very much."""

Lookup = Callable[[ast.expr], ast.expr | None]
"""The value of a name or attribute, None if it is not known."""


def json_of(expression: ast.expr, lookup: Lookup) -> str | None:
    """A text or a literal of dictionaries, lists and constants as JSON, with each part on the line that it has in
    the module; None if a part of it is not known before run time.

    A text stands as it is. Where its lines are not those of the file (it is made of pieces or of escapes) it stands
    on the line on which it begins.
    """
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        return _lines_of_text(expression, expression.value)
    writer = _Writer(lookup)
    try:
        writer.write(expression, 0, moves=True)
    except _UnknownError:
        return None
    return "".join(writer.parts)


def _lines_of_text(node: ast.Constant, text: str) -> str:
    own = (node.end_lineno or node.lineno) - node.lineno
    if text.count("\n") != own:
        text = text.replace("\n", " ").replace("\r", " ")
    return "\n" * (node.lineno - 1) + text


class _UnknownError(Exception):
    """A part is not known before run time."""


class _Writer:
    def __init__(self, lookup: Lookup) -> None:
        self.parts: list[str] = []
        self._lookup = lookup
        self._line = 1
        self._size = 0

    def write(self, node: ast.expr, depth: int, *, moves: bool) -> None:
        """Write a literal. `moves`: it stands in the text itself, not somewhere that a name refers to."""
        if depth > DEPTH:
            raise _UnknownError
        if moves:
            self._to(node.lineno)
        match node:
            case ast.Dict():
                self._dictionary(node, depth, moves)
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                self._put("[")
                for number, item in enumerate(items):
                    self._put("," if number else "")
                    self.write(item, depth + 1, moves=moves)
                self._put("]")
            case ast.Constant(value=value):
                self._constant(value)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
                self._constant(-value)
            case ast.Name() | ast.Attribute():
                known = self._lookup(node)
                if known is None:
                    raise _UnknownError
                self.write(known, depth + 1, moves=False)
            case _:
                raise _UnknownError

    def _dictionary(self, node: ast.Dict, depth: int, moves: bool) -> None:
        self._put("{")
        for number, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                raise _UnknownError
            self._put("," if number else "")
            if moves:
                self._to(key.lineno)
            self._put(json.dumps(key.value) + ":")
            self.write(value, depth + 1, moves=moves)
        self._put("}")

    def _constant(self, value: object) -> None:
        if value is not None and not isinstance(value, bool | int | float | str):
            raise _UnknownError
        try:
            self._put(json.dumps(value))
        except ValueError:  # An integer of more digits than Python converts.
            raise _UnknownError from None

    def _to(self, line: int) -> None:
        if line > self._line:
            self._put("\n" * (line - self._line))
            self._line = line

    def _put(self, text: str) -> None:
        self._size += len(text)
        if self._size > SIZE:
            raise _UnknownError
        self.parts.append(text)
