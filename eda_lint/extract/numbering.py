"""Source preorder: the one order in which facts and places number calls, definitions, entries and writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import libcst as cst

Category = Literal["calls", "definitions", "decorators", "entries", "writes", "handlers", "withs"]
"""What is numbered; each category counts by itself."""

CATEGORIES: dict[type[cst.CSTNode], Category] = {
    cst.Call: "calls",
    cst.Lambda: "definitions",
    cst.FunctionDef: "definitions",
    cst.ClassDef: "definitions",
    cst.Decorator: "decorators",
    cst.DictElement: "entries",
    cst.StarredDictElement: "entries",
    cst.ExceptHandler: "handlers",
    cst.ExceptStarHandler: "handlers",
    cst.With: "withs",
}
"""Numbered nodes. (Writes depend on where a node stands, see `preorder`.)"""

_CHILDREN: dict[str, tuple[str, ...]] = {
    # Whitespace, punctuation and names hold nothing that is numbered and are left out.
    "Module": ("body",),
    "IndentedBlock": ("body",),
    "SimpleStatementLine": ("body",),
    "SimpleStatementSuite": ("body",),
    "Expr": ("value",),
    "Assign": ("targets", "value"),
    "AssignTarget": ("target",),
    "AnnAssign": ("target", "annotation", "value"),
    "AugAssign": ("target", "value"),
    "Annotation": ("annotation",),
    "Return": ("value",),
    "Raise": ("exc", "cause"),
    "From": ("item",),
    "Assert": ("test", "msg"),
    "Del": ("target",),
    "TypeAlias": ("type_parameters", "value"),
    "If": ("test", "body", "orelse"),
    "Else": ("body",),
    "For": ("target", "iter", "body", "orelse"),
    "While": ("test", "body", "orelse"),
    "Try": ("body", "handlers", "orelse", "finalbody"),
    "TryStar": ("body", "handlers", "orelse", "finalbody"),
    "ExceptHandler": ("type", "body"),
    "ExceptStarHandler": ("type", "body"),
    "Finally": ("body",),
    "With": ("items", "body"),
    "WithItem": ("item", "asname"),
    "AsName": ("name",),
    "Match": ("subject", "cases"),
    "MatchCase": ("pattern", "guard", "body"),
    "Decorator": ("decorator",),
    "FunctionDef": ("type_parameters", "params", "returns", "body"),
    "ClassDef": ("type_parameters", "bases", "keywords", "body"),
    "Parameters": ("posonly_params", "params", "star_arg", "kwonly_params", "star_kwarg"),
    "Param": ("annotation", "default"),
    "TypeParameters": ("params",),
    "TypeParam": ("param", "default"),
    "TypeVar": ("bound",),
    "Lambda": ("params", "body"),
    "Call": ("func", "args"),
    "Arg": ("value",),
    "Attribute": ("value",),
    "Subscript": ("value", "slice"),
    "SubscriptElement": ("slice",),
    "Index": ("value",),
    "Slice": ("lower", "upper", "step"),
    "BinaryOperation": ("left", "right"),
    "BooleanOperation": ("left", "right"),
    "UnaryOperation": ("expression",),
    "Comparison": ("left", "comparisons"),
    "ComparisonTarget": ("comparator",),
    "IfExp": ("body", "test", "orelse"),
    "Await": ("expression",),
    "Yield": ("value",),
    "NamedExpr": ("value",),
    "Tuple": ("elements",),
    "List": ("elements",),
    "Set": ("elements",),
    "Dict": ("elements",),
    "Element": ("value",),
    "StarredElement": ("value",),
    "DictElement": ("key", "value"),
    "StarredDictElement": ("value",),
    "ListComp": ("elt", "for_in"),
    "SetComp": ("elt", "for_in"),
    "GeneratorExp": ("elt", "for_in"),
    "DictComp": ("key", "value", "for_in"),
    "StarredDictComp": ("value", "for_in"),
    "CompFor": ("target", "iter", "ifs", "inner_for_in"),
    "CompIf": ("test",),
    "FormattedString": ("parts",),
    "FormattedStringExpression": ("expression", "format_spec"),
    "TemplatedString": ("parts",),
    "TemplatedStringExpression": ("expression", "format_spec"),
    "ConcatenatedString": ("left", "right"),
}

CHILDREN: dict[type[cst.CSTNode], tuple[str, ...]] = {
    # Releases differ in the newest node types; one that this release does not know cannot occur.
    getattr(cst, name): fields
    for name, fields in _CHILDREN.items()
    if hasattr(cst, name)
}
"""Children in source order, by node type."""

_TARGETS = {
    (cst.AssignTarget, "target"),
    (cst.AnnAssign, "target"),
    (cst.AugAssign, "target"),
    (cst.For, "target"),
    (cst.CompFor, "target"),
    (cst.AsName, "name"),
}
_UNPACKING = (cst.Tuple, cst.List, cst.Element, cst.StarredElement)
_DEFINITIONS = (cst.FunctionDef, cst.ClassDef)


def preorder(root: cst.CSTNode, target: bool = False) -> Iterator[tuple[Category, cst.CSTNode]]:
    """The numbered nodes under `root`, each with its category, in source order.

    A definition counts from its keyword, so its decorators come before it. An attribute or an item that is
    assigned to is a write; `target` says that `root` itself is assigned to.
    """
    stack: list[tuple[cst.CSTNode, bool, bool]] = [(root, target, False)]
    while stack:
        node, is_target, decorated = stack.pop()
        kind = type(node)
        if kind in _DEFINITIONS and not decorated:
            stack.append((node, False, True))
            decorators: Sequence[cst.Decorator] = node.decorators  # type: ignore[attr-defined]
            stack.extend((each, False, False) for each in reversed(decorators))
            continue
        category = CATEGORIES.get(kind)
        if category is not None:
            yield category, node
        elif is_target and (kind is cst.Attribute or kind is cst.Subscript):
            yield "writes", node
        _push_children(stack, node, is_target and kind in _UNPACKING)


def _push_children(stack: list[tuple[cst.CSTNode, bool, bool]], node: cst.CSTNode, inherited: bool) -> None:
    kind = type(node)
    fields = CHILDREN.get(kind)
    if fields is None:
        return
    for field in reversed(fields):
        child = getattr(node, field)
        is_target = inherited or (kind, field) in _TARGETS
        if isinstance(child, tuple | list):
            stack.extend([(each, is_target, False) for each in reversed(child)])
        elif child is not None:
            # Sentinels and text are no nodes; they have no children and are dropped in their turn.
            stack.append((child, is_target, False))


def named_expressions(root: cst.CSTNode) -> Iterator[cst.NamedExpr]:
    """Assignment expressions under `root` that bind in its scope, in source order; lambdas have their own."""
    stack: list[tuple[cst.CSTNode, bool, bool]] = [(root, False, False)]
    while stack:
        node = stack.pop()[0]
        if isinstance(node, cst.NamedExpr):
            yield node
        if isinstance(node, cst.Lambda):
            defaults = [each.default for each in parameters(node.params) if each.default is not None]
            stack.extend((each, False, False) for each in defaults)
        elif not isinstance(node, cst.BaseCompoundStatement | cst.BaseSuite):
            _push_children(stack, node, False)


def parameters(node: cst.Parameters) -> list[cst.Param]:
    """All parameters in source order."""
    found = [*node.posonly_params, *node.params]
    if isinstance(node.star_arg, cst.Param):
        found.append(node.star_arg)
    found.extend(node.kwonly_params)
    if node.star_kwarg is not None:
        found.append(node.star_kwarg)
    return found
