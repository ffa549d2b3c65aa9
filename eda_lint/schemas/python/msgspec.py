"""msgspec structs. Sources: https://jcristharif.com/msgspec/structs.html and /schema-evolution.html."""

from __future__ import annotations

import ast
from dataclasses import replace

from eda_lint.model.schema import Choice, Default, Field, Record, Type
from eda_lint.schemas.python.aliases import Convert, converter
from eda_lint.schemas.python.annotations import UNSET
from eda_lint.schemas.python.bindings import Scope
from eda_lint.schemas.python.classes import Context, Fields, Member, Model, members, settings
from eda_lint.schemas.python.constraints import strict
from eda_lint.schemas.python.enumerations import outside_bases
from eda_lint.schemas.python.expressions import keywords
from eda_lint.schemas.python.shapes import ANY, choice

BASES = frozenset({"msgspec.Struct"})
_FIELD_FUNCTIONS = frozenset({"msgspec.field"})


def read(model: Model, context: Context) -> Type:
    """The record of a struct, with its tag, and whether it is written as an array and refuses unknown fields."""
    given = settings(model)
    convert = converter(*given["rename"], context) if "rename" in given else None
    fields, keyword_only = Fields(), Fields()
    for ancestor in reversed(model.ancestors):
        if not outside_bases(ancestor.node, context.modules) & BASES:
            continue
        scope = Scope(ancestor.node.module, ancestor.node.outer)
        own = {keyword.arg: keyword.value for keyword in ancestor.node.node.keywords}
        target = keyword_only if context.true(own.get("kw_only"), scope) else fields
        for member in members(ancestor):
            field = _field(member, convert, context)
            if field is not None:
                fields.by_name.pop(field.name, None) if target is keyword_only else None
                target.put(field)
    positional = "array_like" in given and context.true(*given["array_like"])
    forbid = "forbid_unknown_fields" in given and context.true(*given["forbid_unknown_fields"])
    return Record(
        (*fields, *keyword_only),
        model.name,
        "class",
        rest=None if forbid else ANY,
        positional=positional,
        tag=_tag(model, context),
        options=(("family", "msgspec"),),
    )


def _tag(model: Model, context: Context) -> tuple[str, str] | None:
    """The field and value that tell the struct from others: `tag=True` is the class's name, `tag_field` alone too."""
    given = settings(model)
    field = context.text(*given["tag_field"]) if "tag_field" in given else ""
    if "tag" not in given:
        return (field, model.node.node.name) if field else None
    value = context.constants.value(*given["tag"])
    if value is None:
        expression, scope = given["tag"]
        convert = converter(expression, scope, context)
        named = convert(model.node.node.name) if convert else None
        return (field or "type", named) if named else None
    if value.value is None or value.value is False:
        return None
    return (field or "type", model.node.node.name if value.value is True else str(value.value))


def _field(member: Member, convert: Convert | None, context: Context) -> Field | None:
    unwrapped = member.unwrapped(context)
    if unwrapped is None or "ClassVar" in unwrapped.qualifiers:
        return None
    call = member.value if context.name(member.value, member.scope) in _FIELD_FUNCTIONS else None
    given = keywords(call) if isinstance(call, ast.Call) else {}
    default = _default(member, call, given, context)
    type_ = strict(_without_unset(member.type(context)))  # msgspec converts nothing unless told to
    written = context.text(given.get("name"), member.scope) or (convert(member.name) if convert else None) or ""
    field = Field(
        name=member.name,
        type=type_,
        required=default is None,
        always=default is None,
        default=default,
        place=member.place,
    )
    return replace(field, written=written) if written != member.name else field


def _default(member: Member, call: ast.expr | None, given: dict[str, ast.expr], context: Context) -> Default | None:
    if call is None:
        return context.constants.default(member.value, member.scope) if member.value is not None else None
    if "default_factory" in given:
        return context.constants.factory(given["default_factory"], member.scope)
    return context.constants.default(given["default"], member.scope) if "default" in given else None


def _without_unset(type_: Type) -> Type:
    """`T | UnsetType` is a T that may be left out."""
    if not isinstance(type_, Choice) or UNSET not in type_.branches:
        return type_
    return choice([branch for branch in type_.branches if branch != UNSET])
