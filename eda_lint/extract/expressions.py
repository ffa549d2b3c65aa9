"""Expressions: each gives a row of the value table, and its calls become steps in evaluation order."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Many
from typing import Any

import libcst as cst

from eda_lint.extract import comprehensions, definitions, strings
from eda_lint.extract.walk import Walk
from eda_lint.model.facts import Argument, Branch, Call, Do, Step, Yield
from eda_lint.model.values import (
    NOTHING,
    Arithmetic,
    Attribute,
    Awaited,
    Comparison,
    Conditional,
    Either,
    Entry,
    Item,
    Mapping,
    Negation,
    Result,
    Sequence,
    Starred,
)

BINARY_OPERATORS: dict[type, str] = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.MatrixMultiply: "@",
    cst.LeftShift: "<<",
    cst.RightShift: ">>",
    cst.BitAnd: "&",
    cst.BitOr: "|",
    cst.BitXor: "^",
}
_UNARY_OPERATORS: dict[type, str] = {cst.Plus: "+", cst.Minus: "-", cst.BitInvert: "~", cst.Not: "not"}
_COMPARISONS: dict[type, str] = {
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.LessThan: "<",
    cst.LessThanEqual: "<=",
    cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=",
    cst.In: "in",
    cst.NotIn: "not in",
    cst.Is: "is",
    cst.IsNot: "is not",
}
_STARS = {"": 0, "*": 1, "**": 2}


def _name(walk: Walk, node: cst.Name) -> int:
    return walk.name(node.value)


def _ellipsis(walk: Walk, _node: cst.Ellipsis) -> int:
    return walk.opaque("ellipsis")


def _imaginary(walk: Walk, _node: cst.Imaginary) -> int:
    return walk.opaque("complex")


# ------------------------------------------------------------------------------------- trailers


def _trailers(walk: Walk, node: cst.BaseExpression) -> int:
    """`a.b(c)[d].e()`: the spine is followed iteratively, for it may be long."""
    spine: list[Any] = []
    base: Any = node
    numbers: list[int] = []
    # Types are compared by identity: libcst's nodes are abstract classes, and `isinstance` is slow on those.
    while True:
        kind = type(base)
        if kind is cst.Attribute or kind is cst.Subscript:
            spine.append(base)
            base = base.value
        elif kind is cst.Call:
            spine.append(base)
            numbers.append(walk.take("calls", base))
            base = base.func
        else:
            break
    row = walk.value(base)
    for each in reversed(spine):
        kind = type(each)
        if kind is cst.Attribute:
            row = walk.add(Attribute(row, each.attr.value))
        elif kind is cst.Call:
            row = _call(walk, numbers.pop(), row, each)
        else:
            row = walk.add(Item(row, subscript_key(walk, each.slice)))
    return row


def arguments(walk: Walk, nodes: Many[cst.Arg]) -> list[Argument]:
    """Read arguments in order."""
    return [
        Argument(walk.value(each.value), each.keyword.value if each.keyword is not None else "", _STARS[each.star])
        for each in nodes
    ]


def _call(walk: Walk, number: int, function: int, node: cst.Call) -> int:
    given = arguments(walk, node.args)
    walk.calls[number] = Call(function, tuple(given), walk.scope.definition)
    walk.steps.append(Do(number))
    text = strings.format_call(walk, function, given)
    return walk.fresh(Result(number)) if text is None else text


def subscript_key(walk: Walk, elements: Many[cst.SubscriptElement]) -> int:
    """What stands between the brackets; several are a tuple."""
    rows = [_subscript_element(walk, each.slice) for each in elements]
    if len(rows) == 1 and elements[0].comma.__class__ is not cst.Comma:
        return rows[0]
    return walk.add(Sequence("tuple", tuple(rows)))


def _subscript_element(walk: Walk, node: cst.BaseSlice) -> int:
    if isinstance(node, cst.Index):
        row = walk.value(node.value)
        return row if node.star is None else walk.add(Starred(row))
    if isinstance(node, cst.Slice):
        for each in (node.lower, node.upper, node.step):
            if each is not None:
                walk.value(each)
    return walk.opaque("slice")


# ------------------------------------------------------------------------------------ operators


def _binary(walk: Walk, node: cst.BinaryOperation) -> int:
    spine: list[cst.BinaryOperation] = []
    base: cst.BaseExpression = node
    while isinstance(base, cst.BinaryOperation):
        spine.append(base)
        base = base.left
    row = walk.value(base)
    for each in reversed(spine):
        row = combine(walk, BINARY_OPERATORS[type(each.operator)], row, walk.value(each.right))
    return row


def combine(walk: Walk, operator: str, left: int, right: int) -> int:
    """Row of `left operator right`."""
    if operator == "+" and (strings.is_text(walk, left) or strings.is_text(walk, right)):
        return strings.join(walk, (left, right))
    if operator == "%":
        text = strings.percent(walk, left, right)
        if text is not None:
            return text
    return walk.add(Arithmetic(operator, left, right))


def _unary(walk: Walk, node: cst.UnaryOperation) -> int:
    row = walk.value(node.expression)
    operator = _UNARY_OPERATORS[type(node.operator)]
    if operator == "not":
        return walk.add(Negation(row))
    if operator == "-":
        number = strings.negated(walk, row)
        if number is not None:
            return number
    return walk.add(Arithmetic(operator, NOTHING, row))


def _comparison(walk: Walk, node: cst.Comparison) -> int:
    left = walk.value(node.left)
    operators = tuple([_COMPARISONS[type(each.operator)] for each in node.comparisons])
    return walk.add(Comparison(left, operators, tuple([walk.value(each.comparator) for each in node.comparisons])))


def _boolean(walk: Walk, node: cst.BooleanOperation) -> int:
    """Each operand after the first is evaluated only if the ones before it let it; calls in it are a branch."""
    kind = type(node.operator)
    nodes: list[cst.BaseExpression] = []
    base: cst.BaseExpression = node
    while isinstance(base, cst.BooleanOperation) and type(base.operator) is kind:
        nodes.append(base.right)
        base = base.left
    nodes.append(base)
    nodes.reverse()
    rows = [walk.value(nodes[0])]
    arms: list[list[Step]] = []
    outer = walk.steps
    walk.conditional += 1
    for each in nodes[1:]:
        walk.steps = []
        rows.append(walk.value(each))
        arms.append(walk.steps)
    walk.conditional -= 1
    rest: list[Step] = []
    is_and = kind is cst.And
    for index in range(len(arms) - 1, -1, -1):
        steps = arms[index] + rest
        rest = [_short_circuit(walk, rows[index], steps, is_and)] if steps else []
    walk.steps = outer
    walk.steps.extend(rest)
    return walk.add(Either("and" if is_and else "or", tuple(rows)))


def _short_circuit(walk: Walk, test: int, steps: list[Step], is_and: bool) -> Branch:
    walk.blocks.append(tuple(steps))
    block = len(walk.blocks) - 1
    if is_and:
        return Branch(test, block, NOTHING)
    walk.blocks.append(())
    return Branch(test, block + 1, block)


def _ternary(walk: Walk, node: cst.IfExp) -> int:
    def read() -> int:
        test = walk.value(node.test)
        outer = walk.steps
        walk.conditional += 1
        walk.steps = []
        then = walk.value(node.body)
        then_steps, walk.steps = walk.steps, []
        otherwise = walk.value(node.orelse)
        otherwise_steps, walk.steps = walk.steps, outer
        walk.conditional -= 1
        if then_steps or otherwise_steps:
            walk.blocks.append(tuple(then_steps))
            block = len(walk.blocks) - 1
            if otherwise_steps:
                walk.blocks.append(tuple(otherwise_steps))
            walk.steps.append(Branch(test, block, block + 1 if otherwise_steps else NOTHING))
        return walk.add(Conditional(test, then, otherwise))

    return walk.evaluate_foreseen(node, read)


# -------------------------------------------------------------------------------------- displays


def elements(walk: Walk, nodes: Many[cst.BaseElement]) -> tuple[int, ...]:
    """Items of a display."""
    rows = []
    for each in nodes:
        row = walk.value(each.value)
        rows.append(walk.add(Starred(row)) if type(each) is cst.StarredElement else row)
    return tuple(rows)


def _tuple(walk: Walk, node: cst.Tuple) -> int:
    return walk.fresh(Sequence("tuple", elements(walk, node.elements)))


def _list(walk: Walk, node: cst.List) -> int:
    return walk.fresh(Sequence("list", elements(walk, node.elements)))


def _set(walk: Walk, node: cst.Set) -> int:
    return walk.fresh(Sequence("set", elements(walk, node.elements)))


def _dict(walk: Walk, node: cst.Dict) -> int:
    entries = []
    for each in node.elements:
        place = walk.take("entries", each)
        key = walk.value(each.key) if isinstance(each, cst.DictElement) else NOTHING
        entries.append(Entry(key, walk.value(each.value), place))
    return walk.fresh(Mapping(tuple(entries)))


def _starred(walk: Walk, node: cst.StarredElement) -> int:
    return walk.add(Starred(walk.value(node.value)))


# ------------------------------------------------------------------------------------------ others


def _await(walk: Walk, node: cst.Await) -> int:
    return walk.add(Awaited(walk.value(node.expression)))


def _yield(walk: Walk, node: cst.Yield) -> int:
    value = NOTHING
    delegated = False
    if isinstance(node.value, cst.From):
        value = walk.value(node.value.item)
        delegated = True
    elif node.value is not None:
        value = walk.value(node.value)
    walk.scope.is_generator = True
    walk.steps.append(Yield(value, delegated))
    return walk.opaque("yield")


def _named(walk: Walk, node: cst.NamedExpr) -> int:
    row = walk.value(node.value)
    if id(node) in walk.sites:
        walk.bind(node, row)
    return row


VALUES: dict[type, Callable[[Walk, Any], int]] = {
    cst.Name: _name,
    cst.Attribute: _trailers,
    cst.Call: _trailers,
    cst.Subscript: _trailers,
    cst.SimpleString: strings.simple,
    cst.ConcatenatedString: strings.concatenated,
    cst.FormattedString: strings.formatted,
    cst.Integer: strings.numeral,
    cst.Float: strings.numeral,
    cst.Imaginary: _imaginary,
    cst.Ellipsis: _ellipsis,
    cst.BinaryOperation: _binary,
    cst.UnaryOperation: _unary,
    cst.BooleanOperation: _boolean,
    cst.Comparison: _comparison,
    cst.IfExp: _ternary,
    cst.Tuple: _tuple,
    cst.List: _list,
    cst.Set: _set,
    cst.Dict: _dict,
    cst.StarredElement: _starred,
    cst.Await: _await,
    cst.Yield: _yield,
    cst.NamedExpr: _named,
    cst.Lambda: definitions.lambda_,
    cst.ListComp: comprehensions.simple,
    cst.SetComp: comprehensions.simple,
    cst.GeneratorExp: comprehensions.simple,
    cst.DictComp: comprehensions.mapping,
}
"""How each expression is read. Anything else is opaque under its node's name."""
if hasattr(cst, "TemplatedString"):
    VALUES[cst.TemplatedString] = strings.templated
if hasattr(cst, "StarredDictComp"):
    VALUES[cst.StarredDictComp] = comprehensions.merged_mapping
