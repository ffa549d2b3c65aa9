"""Functions, lambdas and classes: decorators and defaults are read outside, the body in a scope of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import libcst as cst

from eda_lint.extract.annotations import annotation
from eda_lint.extract.numbering import parameters
from eda_lint.extract.scopes import Scope
from eda_lint.extract.survey import survey, survey_expression
from eda_lint.extract.walk import Walk
from eda_lint.model.facts import Argument, Class, Define, Function, ParameterFact, Return
from eda_lint.model.values import NOTHING, Definition, Parameter, Starred

Kind = Literal["positional", "keyword", "*", "**"]


def function(walk: Walk, node: cst.FunctionDef) -> None:
    """A `def` statement."""
    first_decorator, decorators = _decorators(walk, node.decorators)
    index = walk.take("definitions", node)
    type_parameters(walk, node.type_parameters)
    facts = _parameters(walk, node.params, index)
    returns = annotation(walk, node.returns, NOTHING)
    scope = _enter(walk, index, "function", facts)
    survey(walk, node.body)
    outer = walk.open()
    walk.suite(node.body)
    body = walk.close(outer)
    _leave(walk, scope)
    walk.definitions[index] = Function(
        node.name.value,
        walk.scope.definition,
        facts,
        decorators,
        first_decorator,
        returns,
        body,
        node.asynchronous is not None,
        scope.is_generator,
    )
    walk.steps.append(Define(index))
    walk.bind(node, walk.fresh(Definition(index)))


def lambda_(walk: Walk, node: cst.Lambda) -> int:
    """A lambda: a function whose body is one `Return`."""
    index = walk.take("definitions", node)
    facts = _parameters(walk, node.params, index)
    scope = _enter(walk, index, "function", facts)
    survey_expression(walk, node.body)
    outer = walk.open()
    walk.steps.append(Return(walk.value(node.body)))
    body = walk.close(outer)
    _leave(walk, scope)
    parent = walk.scope.definition
    walk.definitions[index] = Function(
        "<lambda>", parent, facts, (), walk.counts["decorators"], NOTHING, body, False, scope.is_generator
    )
    return walk.fresh(Definition(index))


def class_(walk: Walk, node: cst.ClassDef) -> None:
    """A class statement."""
    first_decorator, decorators = _decorators(walk, node.decorators)
    index = walk.take("definitions", node)
    type_parameters(walk, node.type_parameters)
    bases = []
    for base in node.bases:
        row = walk.value(base.value)
        bases.append(walk.add(Starred(row)) if base.star else row)
    keywords = tuple(
        [
            Argument(walk.value(each.value), each.keyword.value if each.keyword is not None else "", len(each.star))
            for each in node.keywords
        ]
    )
    scope = _enter(walk, index, "class", ())
    survey(walk, node.body)
    outer = walk.open()
    walk.suite(node.body)
    body = walk.close(outer)
    _leave(walk, scope)
    walk.definitions[index] = Class(
        node.name.value, walk.scope.definition, tuple(bases), keywords, decorators, first_decorator, body
    )
    walk.steps.append(Define(index))
    walk.bind(node, walk.fresh(Definition(index)))


def _decorators(walk: Walk, nodes: Iterable[cst.Decorator]) -> tuple[int, tuple[int, ...]]:
    first = walk.counts["decorators"]
    rows = []
    for each in nodes:
        walk.take("decorators", each)
        rows.append(walk.value(each.decorator))
    return first, tuple(rows)


def type_parameters(walk: Walk, node: cst.TypeParameters | None) -> None:
    """Bounds and defaults of type parameters; the parameters themselves are not told apart from globals."""
    if node is not None:
        for each in node.params:
            if isinstance(each.param, cst.TypeVar) and each.param.bound is not None:
                walk.value(each.param.bound)
            if each.default is not None:
                walk.value(each.default)


def _parameters(walk: Walk, node: cst.Parameters, index: int) -> tuple[ParameterFact, ...]:
    """Annotations and defaults are read in the enclosing scope, the bindings belong to the function."""
    keyword_only = {id(each) for each in node.kwonly_params}
    facts = []
    for position, each in enumerate(parameters(node)):
        kind: Kind = "positional"
        if each is node.star_arg:
            kind = "*"
        elif each is node.star_kwarg:
            kind = "**"
        elif id(each) in keyword_only:
            kind = "keyword"
        type_ = annotation(walk, each.annotation, NOTHING)
        default = walk.value(each.default) if each.default is not None else NOTHING
        name = each.name.value
        binding = walk.new_binding(name, index, walk.fresh(Parameter(index, position)), type_)
        facts.append(ParameterFact(name, kind, binding, type_, default))
    return tuple(facts)


def _enter(walk: Walk, index: int, kind: Literal["function", "class"], facts: tuple[ParameterFact, ...]) -> Scope:
    scope = Scope(index, kind, walk.scope)
    scope.conditional = walk.conditional
    for fact in facts:
        scope.names[fact.name] = [fact.binding]
        scope.state[fact.name] = (fact.binding,)
    walk.scope = scope
    walk.conditional = 0
    return scope


def _leave(walk: Walk, scope: Scope) -> None:
    walk.leave(scope)
    walk.conditional = scope.conditional
    assert scope.parent is not None
    walk.scope = scope.parent
