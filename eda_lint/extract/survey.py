"""The survey: where a scope's statements bind names, before any expression is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import libcst as cst

from eda_lint.extract.numbering import named_expressions
from eda_lint.extract.walk import Walk


def survey(walk: Walk, suite: cst.BaseSuite | cst.Module) -> None:
    """Number the binding places of the current scope's body and file them under their names."""
    scope = walk.scope
    _statements(walk, suite.body)
    for name, binding in scope.sites:
        scope.owner(name).names.setdefault(name, []).append(binding)
    if walk.has_nonlocals and scope.kind == "function":
        scope.shared = _nonlocals(suite)


def survey_expression(walk: Walk, node: cst.BaseExpression) -> None:
    """The same for a lambda's body."""
    scope = walk.scope
    if walk.has_named_expressions:
        _named(walk, node)
    for name, binding in scope.sites:
        scope.names.setdefault(name, []).append(binding)


def _statements(walk: Walk, body: Iterable[cst.CSTNode]) -> None:
    for node in body:
        kind = type(node)
        if kind is cst.SimpleStatementLine:
            _statements(walk, node.body)  # type: ignore[attr-defined]
            continue
        look = _SURVEYS.get(kind)
        if look is not None:
            look(walk, node)
        elif walk.has_named_expressions:
            _named(walk, node)


def _named(walk: Walk, *nodes: cst.CSTNode | None) -> None:
    if walk.has_named_expressions:
        for node in nodes:
            if node is not None:
                for each in named_expressions(node):
                    if isinstance(each.target, cst.Name):
                        walk.site(each, each.target.value)


def target(walk: Walk, node: cst.CSTNode) -> None:
    """Number the names in an assignment's target."""
    stack = [node]
    while stack:
        each = stack.pop()
        if isinstance(each, cst.Name):
            walk.site(each, each.value)
        elif isinstance(each, cst.Tuple | cst.List):
            stack.extend(element.value for element in reversed(each.elements))
        elif isinstance(each, cst.StarredElement):
            stack.append(each.value)
        else:
            _named(walk, each)


def _assign(walk: Walk, node: cst.Assign) -> None:
    for each in node.targets:
        target(walk, each.target)
    _named(walk, node.value)


def _single_assign(walk: Walk, node: cst.AnnAssign | cst.AugAssign) -> None:
    target(walk, node.target)
    _named(walk, node.value)


def _delete(walk: Walk, node: cst.Del) -> None:
    target(walk, node.target)


def _import(walk: Walk, node: cst.Import) -> None:
    for alias in node.names:
        walk.site(alias, import_binding_name(alias))


def _import_from(walk: Walk, node: cst.ImportFrom) -> None:
    if not isinstance(node.names, cst.ImportStar):
        for alias in node.names:
            walk.site(alias, import_binding_name(alias))


def import_binding_name(alias: cst.ImportAlias) -> str:
    """The name that an import binds: its alias, or the first name of the dotted path."""
    if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
        return alias.asname.name.value
    node: cst.CSTNode = alias.name
    while isinstance(node, cst.Attribute):
        node = node.value
    return node.value if isinstance(node, cst.Name) else ""


def _definition(walk: Walk, node: cst.FunctionDef | cst.ClassDef) -> None:
    if walk.has_named_expressions:
        for decorator in node.decorators:
            _named(walk, decorator)
        if isinstance(node, cst.FunctionDef):
            _named(walk, node.params)
        else:
            _named(walk, *node.bases, *node.keywords)
    walk.site(node, node.name.value)


def _type_alias(walk: Walk, node: cst.TypeAlias) -> None:
    walk.site(node, node.name.value)
    _named(walk, node.value)


def _global(walk: Walk, node: cst.Global) -> None:
    walk.scope.globals.update(item.name.value for item in node.names)


def _nonlocal(walk: Walk, node: cst.Nonlocal) -> None:
    walk.scope.nonlocals.update(item.name.value for item in node.names)


def _ranged(look: Callable[[Walk, Any], None]) -> Callable[[Walk, Any], None]:
    def ranged(walk: Walk, node: cst.CSTNode) -> None:
        low = len(walk.scope.sites)
        look(walk, node)
        walk.ranges[id(node)] = (low, len(walk.scope.sites))

    return ranged


def _if(walk: Walk, node: cst.If) -> None:
    branch: cst.If | cst.Else | None = node
    while isinstance(branch, cst.If):
        _named(walk, branch.test)
        _statements(walk, branch.body.body)
        branch = branch.orelse
    if branch is not None:
        _statements(walk, branch.body.body)


def _for(walk: Walk, node: cst.For) -> None:
    target(walk, node.target)
    _named(walk, node.iter)
    _statements(walk, node.body.body)
    if node.orelse is not None:
        _statements(walk, node.orelse.body.body)


def _while(walk: Walk, node: cst.While) -> None:
    _named(walk, node.test)
    _statements(walk, node.body.body)
    if node.orelse is not None:
        _statements(walk, node.orelse.body.body)


def _try(walk: Walk, node: cst.Try | cst.TryStar) -> None:
    low = len(walk.scope.sites)
    _statements(walk, node.body.body)
    walk.ranges[id(node.body)] = (low, len(walk.scope.sites))
    for handler in node.handlers:
        _named(walk, handler.type)
        if handler.name is not None and isinstance(handler.name.name, cst.Name):
            walk.site(handler, handler.name.name.value)
        _statements(walk, handler.body.body)
    if node.orelse is not None:
        _statements(walk, node.orelse.body.body)
    if node.finalbody is not None:
        low = len(walk.scope.sites)
        _statements(walk, node.finalbody.body.body)
        walk.ranges[id(node.finalbody)] = (low, len(walk.scope.sites))


def _with(walk: Walk, node: cst.With) -> None:
    for item in node.items:
        _named(walk, item.item)
        if item.asname is not None:
            target(walk, item.asname.name)
    _statements(walk, node.body.body)


def _match(walk: Walk, node: cst.Match) -> None:
    _named(walk, node.subject)
    for case in node.cases:
        _pattern(walk, case.pattern)
        _named(walk, case.guard)
        _statements(walk, case.body.body)


def _pattern(walk: Walk, root: cst.CSTNode) -> None:
    stack: list[cst.CSTNode] = [root]
    while stack:
        node = stack.pop()
        match node:
            case cst.MatchAs():
                if node.name is not None:
                    walk.site(node, node.name.value)
                if node.pattern is not None:
                    stack.append(node.pattern)
            case cst.MatchStar():
                if node.name is not None:
                    walk.site(node, node.name.value)
            case cst.MatchMapping():
                stack.extend(each.pattern for each in node.elements)
                if node.rest is not None:
                    walk.site(node, node.rest.value)
            case cst.MatchClass():
                stack.extend(each.value for each in node.patterns)
                stack.extend(each.pattern for each in node.kwds)
            case cst.MatchList() | cst.MatchTuple():
                stack.extend(getattr(each, "value", each) for each in node.patterns)
            case cst.MatchOr():
                stack.extend(each.pattern for each in node.patterns)
            case _:
                pass


_HOLDERS = (cst.BaseCompoundStatement, cst.BaseSuite, cst.SimpleStatementLine, cst.Else, cst.Finally)


def _nonlocals(suite: cst.BaseSuite | cst.Module) -> set[str]:
    """Names that functions nested in this body declare `nonlocal`."""
    found: set[str] = set()
    stack: list[tuple[cst.CSTNode, bool]] = [(each, False) for each in suite.body]
    while stack:
        node, nested = stack.pop()
        if isinstance(node, cst.Nonlocal):
            if nested:
                found.update(item.name.value for item in node.names)
            continue
        nested = nested or isinstance(node, cst.FunctionDef)
        if isinstance(node, _HOLDERS):
            stack.extend((each, nested) for each in node.children)
        elif isinstance(node, cst.ExceptHandler | cst.ExceptStarHandler | cst.MatchCase):
            stack.append((node.body, nested))
    return found


_SURVEYS: dict[type, Callable[[Walk, Any], None]] = {
    cst.Assign: _assign,
    cst.AnnAssign: _single_assign,
    cst.AugAssign: _single_assign,
    cst.Del: _delete,
    cst.Import: _import,
    cst.ImportFrom: _import_from,
    cst.FunctionDef: _definition,
    cst.ClassDef: _definition,
    cst.TypeAlias: _type_alias,
    cst.Global: _global,
    cst.Nonlocal: _nonlocal,
    cst.If: _ranged(_if),
    cst.For: _ranged(_for),
    cst.While: _ranged(_while),
    cst.Try: _ranged(_try),
    cst.TryStar: _ranged(_try),
    cst.With: _ranged(_with),
    cst.Match: _ranged(_match),
}
for _name, _look in (("LazyImport", _import), ("LazyImportFrom", _import_from)):
    if hasattr(cst, _name):
        _SURVEYS[getattr(cst, _name)] = _look
