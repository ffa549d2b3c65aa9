"""Simple statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from eda_lint.extract import compound, definitions, targets
from eda_lint.extract.annotations import annotation
from eda_lint.extract.expressions import BINARY_OPERATORS, combine
from eda_lint.extract.walk import Walk
from eda_lint.model.facts import Assert, Branch, Evaluate, Import, Leave, Raise, Return, Write
from eda_lint.model.values import NOTHING, Imported


def _line(walk: Walk, node: cst.SimpleStatementLine) -> None:
    for each in node.body:
        walk.statement(each)


def _expression(walk: Walk, node: cst.Expr) -> None:
    # Documentation and `...` do nothing and are not told.
    kind = type(node.value)
    if kind is cst.ConcatenatedString:
        walk.value(node.value)
    elif kind is not cst.SimpleString and kind is not cst.Ellipsis:
        walk.steps.append(Evaluate(walk.value(node.value)))


def _assign(walk: Walk, node: cst.Assign) -> None:
    for each in node.targets:
        if not targets.is_plain(each.target):
            walk.foresee(each.target, target=True)
    value = walk.value(node.value)
    for each in node.targets:
        targets.assign(walk, each.target, value)


def _annotated(walk: Walk, node: cst.AnnAssign) -> None:
    target = node.target
    if not targets.is_plain(target):
        walk.foresee(target, target=True)
    type_ = annotation(walk, node.annotation, NOTHING)
    value = walk.value(node.value) if node.value is not None else NOTHING
    if isinstance(target, cst.Name):
        if node.value is not None:
            walk.bind(target, value, type_)
        else:
            # Nothing is bound, but the type is known of whatever value the name has.
            walk.set_binding(walk.sites[id(target)], NOTHING, type_, keep=True)
    elif isinstance(target, cst.Attribute | cst.Subscript):
        row, place = targets.write_target(walk, target)
        walk.steps.append(Write(row, value, "", place, type_))


def _augmented(walk: Walk, node: cst.AugAssign) -> None:
    target = node.target
    operator = BINARY_OPERATORS[_AUGMENTED[type(node.operator)]]
    if isinstance(target, cst.Name):
        before = walk.name(target.value)
        walk.bind(target, combine(walk, operator, before, walk.value(node.value)))
    elif isinstance(target, cst.Attribute | cst.Subscript):
        row, place = targets.write_target(walk, target)
        walk.steps.append(Write(row, walk.value(node.value), operator, place))


def _delete(walk: Walk, node: cst.Del) -> None:
    stack: list[cst.CSTNode] = [node.target]
    while stack:
        each = stack.pop()
        if isinstance(each, cst.Name):
            walk.bind(each, walk.opaque("deleted"))
        elif isinstance(each, cst.Tuple | cst.List):
            stack.extend(element.value for element in reversed(each.elements))
        else:
            walk.steps.append(Evaluate(walk.value(each)))


def _import(walk: Walk, node: cst.Import) -> None:
    for alias in node.names:
        module = dotted(alias.name)
        walk.imports.append(Import(module, 0, ""))
        bound = module if alias.asname is not None else module.partition(".")[0]
        walk.bind(alias, walk.add(Imported(bound, 0, "")))


def _import_from(walk: Walk, node: cst.ImportFrom) -> None:
    module = dotted(node.module) if node.module is not None else ""
    level = len(node.relative)
    if isinstance(node.names, cst.ImportStar):
        walk.imports.append(Import(module, level, "*"))
        return
    for alias in node.names:
        name = dotted(alias.name)
        walk.imports.append(Import(module, level, name))
        walk.bind(alias, walk.add(Imported(module, level, name)))


def dotted(node: cst.CSTNode) -> str:
    """`a.b.c` as text."""
    names = []
    while isinstance(node, cst.Attribute):
        names.append(node.attr.value)
        node = node.value
    names.append(node.value if isinstance(node, cst.Name) else "")
    return ".".join(reversed(names))


def _assert(walk: Walk, node: cst.Assert) -> None:
    test = walk.value(node.test)
    if node.msg is not None:
        outer = walk.open()
        walk.conditional += 1
        walk.value(node.msg)
        walk.conditional -= 1
        message = walk.close(outer)
        if walk.blocks[message]:
            walk.blocks.append(())
            walk.steps.append(Branch(test, message + 1, message))
        else:
            walk.blocks.pop()
    walk.steps.append(Assert(test))


def _return(walk: Walk, node: cst.Return) -> None:
    walk.steps.append(Return(walk.value(node.value) if node.value is not None else NOTHING))
    walk.scope.dead = True


def _raise(walk: Walk, node: cst.Raise) -> None:
    value = walk.value(node.exc) if node.exc is not None else NOTHING
    if node.cause is not None:
        walk.value(node.cause.item)
    walk.steps.append(Raise(value))
    walk.scope.dead = True


def _break(walk: Walk, _node: cst.Break) -> None:
    walk.steps.append(Leave("break"))
    if walk.scope.loops:
        loop = walk.scope.loops[-1]
        loop.breaks.append(walk.scope.snapshot(loop.names))
    walk.scope.dead = True


def _continue(walk: Walk, _node: cst.Continue) -> None:
    walk.steps.append(Leave("continue"))
    if walk.scope.loops:
        loop = walk.scope.loops[-1]
        loop.continues.append(walk.scope.snapshot(loop.names))
    walk.scope.dead = True


def _type_alias(walk: Walk, node: cst.TypeAlias) -> None:
    definitions.type_parameters(walk, node.type_parameters)
    walk.bind(node, walk.value(node.value))


_AUGMENTED: dict[type, type] = {
    cst.AddAssign: cst.Add,
    cst.SubtractAssign: cst.Subtract,
    cst.MultiplyAssign: cst.Multiply,
    cst.DivideAssign: cst.Divide,
    cst.FloorDivideAssign: cst.FloorDivide,
    cst.ModuloAssign: cst.Modulo,
    cst.PowerAssign: cst.Power,
    cst.MatrixMultiplyAssign: cst.MatrixMultiply,
    cst.LeftShiftAssign: cst.LeftShift,
    cst.RightShiftAssign: cst.RightShift,
    cst.BitAndAssign: cst.BitAnd,
    cst.BitOrAssign: cst.BitOr,
    cst.BitXorAssign: cst.BitXor,
}

STATEMENTS: dict[type, Callable[[Walk, Any], None]] = {
    cst.SimpleStatementLine: _line,
    cst.Expr: _expression,
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.AugAssign: _augmented,
    cst.Del: _delete,
    cst.Import: _import,
    cst.ImportFrom: _import_from,
    cst.Assert: _assert,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Break: _break,
    cst.Continue: _continue,
    cst.TypeAlias: _type_alias,
    cst.FunctionDef: definitions.function,
    cst.ClassDef: definitions.class_,
    **compound.COMPOUND,
}
"""How each statement is walked. `pass`, `global` and `nonlocal` do nothing."""
for _name, _walk in (("LazyImport", _import), ("LazyImportFrom", _import_from)):
    if hasattr(cst, _name):
        STATEMENTS[getattr(cst, _name)] = _walk
