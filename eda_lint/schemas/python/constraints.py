"""Constraints of values: from `Annotated` metadata and from the arguments of a field's call."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from eda_lint.model.schema import (
    Choice,
    Constraint,
    Dictionary,
    Scalar,
    Sequence,
    Type,
)
from eda_lint.schemas.python.bindings import External
from eda_lint.schemas.python.constants import Constants
from eda_lint.schemas.python.expressions import Argument, call_name, keywords, source_text
from eda_lint.schemas.python.known import ANNOTATED_TYPES, KEYWORDS, canonical
from eda_lint.schemas.python.modules import Modules

_VALIDATORS = frozenset({"AfterValidator", "BeforeValidator", "PlainValidator", "WrapValidator"})
_CONVERTING = frozenset({"BeforeValidator", "PlainValidator", "WrapValidator"})
_NULL = Scalar("null")


def constrained(type_: Type, metadata: Iterable[Argument], constants: Constants, modules: Modules) -> Type:
    """A type with the constraints that metadata or the arguments of a call put on it."""
    for argument in metadata:
        type_ = _with(type_, argument, constants, modules)
    return type_


def _with(type_: Type, argument: Argument, constants: Constants, modules: Modules) -> Type:
    expression, scope = argument.expression, argument.scope
    if isinstance(expression, ast.Name | ast.Attribute):
        entity = modules.resolve(expression, scope)
        if isinstance(entity, External):
            return strict(type_) if canonical(entity.name) == "pydantic.Strict" else type_
        value = getattr(entity, "value", None)
        if not isinstance(value, ast.Call):
            return type_
        argument = Argument(value, getattr(entity, "scope", scope))
        expression, scope = argument.expression, argument.scope
    if not isinstance(expression, ast.Call):
        return type_
    name = call_name(expression, scope, modules)
    last = name.rpartition(".")[2]
    if name == "pydantic.Strict":
        return strict(type_)
    if name == "pydantic.Discriminator" and expression.args:
        known = constants.value(expression.args[0], scope)
        text = known.value if known is not None and isinstance(known.value, str) else source_text(expression.args[0])
        return replace(type_, discriminator=text) if isinstance(type_, Choice) else type_
    if last in _VALIDATORS and name.startswith("pydantic"):
        shown = source_text(expression.args[0]) if expression.args else last
        return with_constraints(type_, [Constraint("converter" if last in _CONVERTING else "validator", shown)])
    if not (name.startswith(("pydantic.", "annotated_types.", "msgspec.", "dataclasses_avroschema.")) or not name):
        return type_
    found = positional(expression, name, argument, constants) if name in ANNOTATED_TYPES else []
    given = keywords(expression)
    found += keyword_constraints(given, argument, constants)
    type_ = with_constraints(type_, found)
    if (discriminator := _text(given.get("discriminator"), argument, constants)) and isinstance(type_, Choice):
        type_ = replace(type_, discriminator=discriminator)
    known = constants.value(given.get("strict"), scope)
    return strict(type_) if known is not None and known.value is True else type_


def positional(call: ast.Call, name: str, argument: Argument, constants: Constants) -> list[Constraint]:
    """Constraints of `annotated_types`' classes, which are given by position."""
    found: list[Constraint] = []
    for keyword, value in zip(ANNOTATED_TYPES[name], call.args, strict=False):
        known = constants.value(value, argument.scope)
        if known is None or known.value is not None:
            found.append(Constraint(keyword, known.value if known else source_text(value)))
    return found


def keyword_constraints(given: dict[str, ast.expr], argument: Argument, constants: Constants) -> list[Constraint]:
    """Constraints given as keyword arguments; a bound that is not known is its source text."""
    found: list[Constraint] = []
    for name, expression in given.items():
        if name not in KEYWORDS:
            continue
        value = expression
        if isinstance(value, ast.Call) and name in ("pattern", "regex") and value.args:
            value = value.args[0]  # re.compile("…")
        known = constants.value(value, argument.scope)
        if known is None or known.value is not None:
            found.append(Constraint(KEYWORDS[name], known.value if known else source_text(expression)))
    return found


def _text(expression: ast.expr | None, argument: Argument, constants: Constants) -> str:
    known = constants.value(expression, argument.scope)
    if known is not None:
        return known.value if isinstance(known.value, str) else ""
    if isinstance(expression, ast.Call) and expression.args:
        return _text(expression.args[0], argument, constants)
    return ""


_LENGTHS = {
    "list": {"minLength": "minItems", "maxLength": "maxItems"},
    "map": {"minLength": "minProperties", "maxLength": "maxProperties"},
}


def with_constraints(type_: Type, constraints: list[Constraint]) -> Type:
    """A type with further constraints, under the names that its shape has for lengths; null is never constrained."""
    if not constraints:
        return type_
    match type_:
        case Scalar(kind="null"):
            return type_
        case Scalar():
            return replace(type_, constraints=_merged(type_.constraints, constraints))
        case Sequence():
            named = [replace(one, keyword=_LENGTHS["list"].get(one.keyword, one.keyword)) for one in constraints]
            return replace(type_, constraints=_merged(type_.constraints, named))
        case Dictionary():
            named = [replace(one, keyword=_LENGTHS["map"].get(one.keyword, one.keyword)) for one in constraints]
            return replace(type_, constraints=_merged(type_.constraints, named))
        case Choice(branches=branches):
            return replace(type_, branches=tuple(with_constraints(branch, constraints) for branch in branches))
    return type_


def _merged(old: tuple[Constraint, ...], new: list[Constraint]) -> tuple[Constraint, ...]:
    """Both, in the order of their keywords; the later of two of the same keyword counts (but all validators)."""
    several = ("validator", "converter")
    found = {(one.keyword, one.value if one.keyword in several else None): one for one in (*old, *new)}
    return tuple(sorted(found.values(), key=lambda one: (one.keyword, str(one.value))))


def strict(type_: Type) -> Type:
    """A type whose values are not converted."""
    match type_:
        case Scalar():
            return replace(type_, strict=True)
        case Sequence():
            return replace(type_, items=strict(type_.items), prefix=tuple(strict(one) for one in type_.prefix))
        case Dictionary():
            return replace(type_, values=strict(type_.values), keys=strict(type_.keys))
        case Choice():
            return replace(type_, branches=tuple(strict(branch) for branch in type_.branches))
    return type_


def without_null(type_: Type) -> Type:
    """A choice without its null branch."""
    if not isinstance(type_, Choice):
        return type_
    rest = tuple(branch for branch in type_.branches if branch != _NULL)
    return rest[0] if len(rest) == 1 else replace(type_, branches=rest)
