"""Annotations: a type written as a string is read as if it were not."""

from __future__ import annotations

import ast
import re

import libcst as cst

from eda_lint.extract import strings
from eda_lint.extract.walk import Walk
from eda_lint.model.values import Arithmetic, Attribute, Constant, Item, Name, Sequence, Starred

_SIMPLE = re.compile(r"[\w.\[\], |'\"]{1,400}\Z")
_NESTING = 20


def annotation(walk: Walk, node: cst.Annotation | None, absent: int) -> int:
    """Row of an annotation, or `absent`."""
    return absent if node is None else _type(walk, node.annotation)


def _type(walk: Walk, node: cst.BaseExpression) -> int:
    if isinstance(node, cst.SimpleString | cst.ConcatenatedString):
        row = walk.value(node)
        text = strings.literal(node.value) if isinstance(node, cst.SimpleString) else None
        unquoted = quoted(walk, text) if text else None
        return row if unquoted is None else unquoted
    if isinstance(node, cst.Subscript):
        return _subscript(walk, node)
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.BitOr):
        left = _type(walk, node.left)
        return walk.add(Arithmetic("|", left, _type(walk, node.right)))
    if isinstance(node, cst.List):
        return walk.add(Sequence("list", tuple([_type(walk, each.value) for each in node.elements])))
    return walk.value(node)


def _subscript(walk: Walk, node: cst.Subscript) -> int:
    base = walk.value(node.value)
    last = node.value.attr if isinstance(node.value, cst.Attribute) else node.value
    name = last.value if isinstance(last, cst.Name) else ""
    rows = []
    for index, element in enumerate(node.slice):
        if not isinstance(element.slice, cst.Index):
            rows.append(walk.opaque("slice"))
        elif name == "Literal" or (name == "Annotated" and index):
            rows.append(walk.value(element.slice.value))
        else:
            row = _type(walk, element.slice.value)
            rows.append(row if element.slice.star is None else walk.add(Starred(row)))
    return walk.add(Item(base, rows[0] if len(rows) == 1 else walk.add(Sequence("tuple", tuple(rows)))))


def quoted(walk: Walk, text: str) -> int | None:
    """Row of a type written as text, its names those of the module; None if it is more than names,
    subscripts and unions."""
    if not _SIMPLE.match(text):
        return None
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return _convert(walk, tree.body, 0)


def _convert(walk: Walk, node: ast.expr, depth: int) -> int | None:
    if depth > _NESTING:
        return None
    match node:
        case ast.Name(id=name):
            return walk.add(Name(name))
        case ast.Attribute(value=of, attr=name):
            base = _convert(walk, of, depth + 1)
            return None if base is None else walk.add(Attribute(base, name))
        case ast.Constant(value=None | True | False as constant):
            return walk.add(Constant(constant))
        case ast.Constant(value=str() as text):
            return quoted(walk, text) if depth else None
        case ast.Subscript(value=of, slice=key):
            base, row = _convert(walk, of, depth + 1), _convert(walk, key, depth + 1)
            return None if base is None or row is None else walk.add(Item(base, row))
        case ast.Tuple(elts=items) | ast.List(elts=items):
            rows = [_convert(walk, each, depth + 1) for each in items]
            kind = "tuple" if isinstance(node, ast.Tuple) else "list"
            found = tuple(row for row in rows if row is not None)
            return walk.add(Sequence(kind, found)) if len(found) == len(rows) else None  # type: ignore[arg-type]
        case ast.BinOp(op=ast.BitOr(), left=first, right=second):
            left, right = _convert(walk, first, depth + 1), _convert(walk, second, depth + 1)
            return None if left is None or right is None else walk.add(Arithmetic("|", left, right))
        case _:
            return None
