"""Faust records. Source: https://faust-streaming.github.io/faust/userguide/models.html: a field whose type is
`Optional` is not required, and unknown fields of the message are kept."""

from __future__ import annotations

import ast
from dataclasses import replace

from eda_lint.model.schema import Choice, Default, Field, Record, Type
from eda_lint.schemas.python.classes import Context, Fields, Member, Model, always_written, members
from eda_lint.schemas.python.expressions import keywords
from eda_lint.schemas.python.shapes import ANY, NULL

BASES = frozenset({"faust.Record", "dataclasses_avroschema.AvroRecord"})


def read(model: Model, context: Context) -> Type:
    """The record of a faust model."""
    fields = Fields()
    for ancestor in reversed(model.ancestors):
        for member in members(ancestor):
            field = _field(member, context)
            if field is not None:
                fields.put(field)
    return Record(tuple(fields), model.name, "class", rest=ANY, options=(("family", "faust"),))


def _field(member: Member, context: Context) -> Field | None:
    unwrapped = member.unwrapped(context)
    if unwrapped is None or "ClassVar" in unwrapped.qualifiers:
        return None
    type_ = member.type(context)
    default = _default(member, context)
    if default is None and isinstance(type_, Choice) and NULL in type_.branches:
        default = Default(None, text="None")
    given = keywords(member.value) if _is_descriptor(member, context) else {}
    written = context.text(given.get("field"), member.scope)
    field = Field(
        member.name,
        type_,
        required=default is None,
        always=always_written(default),
        default=default,
        place=member.place,
    )
    return replace(field, written=written) if written and written != member.name else field


def _is_descriptor(member: Member, context: Context) -> bool:
    name = context.name(member.value, member.scope) if isinstance(member.value, ast.Call) else ""
    return name.startswith("faust.") and name.endswith(("Field", "FieldDescriptor"))


def _default(member: Member, context: Context) -> Default | None:
    if member.value is None:
        return None
    if not _is_descriptor(member, context):
        return context.constants.default(member.value, member.scope)
    given = keywords(member.value)
    if "default" in given:
        return context.constants.default(given["default"], member.scope)
    required = context.constant(given.get("required"), member.scope) is not False
    return None if required else Default(None, text="None")
