"""Pydantic models, versions 1 and 2, and what is built on them (SQLModel, pydantic-settings, AvroBaseModel).

Sources: https://docs.pydantic.dev/latest/concepts/fields/, /concepts/alias/, /api/config/, /migration/ ("Required,
optional, and nullable fields": in version 1 `Optional[X]` without a default is optional, in version 2 it is required).
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from eda_lint.model.schema import Default, Field, Record, Scalar, Type
from eda_lint.schemas.python.aliases import NO_RENAMING, Renaming, renaming
from eda_lint.schemas.python.annotations import Unwrapped
from eda_lint.schemas.python.bindings import ClassNode, Scope
from eda_lint.schemas.python.classes import (
    Ancestor,
    Context,
    Fields,
    Member,
    Model,
    always_written,
    argument,
    class_keywords,
    members,
    methods,
    through_functions,
)
from eda_lint.schemas.python.constraints import constrained, strict
from eda_lint.schemas.python.enumerations import outside_bases
from eda_lint.schemas.python.expressions import Argument, keywords, text_items
from eda_lint.schemas.python.pydantic_versions import major_version
from eda_lint.schemas.python.shapes import ANY, NULL, choice, discriminated

BASES = frozenset(
    {
        "pydantic.BaseModel", "pydantic.BaseSettings", "pydantic.GenericModel", "pydantic.RootModel",
        "sqlmodel.SQLModel", "dataclasses_avroschema.AvroBaseModel",
    }
)  # fmt: skip
"""Classes whose subclasses are pydantic models."""

_FIELD_FUNCTIONS = frozenset({"pydantic.Field", "pydantic.FieldInfo"})
_NOT_FIELDS = frozenset({"pydantic.PrivateAttr", "pydantic.ModelPrivateAttr", "sqlmodel.Relationship"})

Setting = tuple[ast.expr, Scope]


@dataclass(frozen=True, slots=True)
class Config:
    """What a model's configuration says of its fields."""

    version: int
    extra: str = "ignore"
    by_name: bool = False
    """The name of the field is read besides its alias."""
    strict: bool = False
    rename: Renaming = NO_RENAMING
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Version 1: aliases by field (`Config.fields`)."""


def read(model: Model, context: Context) -> Type:
    """The type a model stands for: a record, or the type of its root."""
    config = configuration(model, context)
    fields = Fields()
    for ancestor in reversed(model.ancestors):
        if config.version == 1 and not _is_model(ancestor, context):
            continue  # version 1 takes no fields from plain classes
        for member in members(ancestor):
            field = _field(member, fields, config, context)
            if field is not None:
                fields.put(field)
    _computed(model, fields, context)
    _validators(model, fields, context)
    for root in ("root", "__root__"):
        if root in fields.by_name and (root == "__root__" or "pydantic.RootModel" in model.externals):
            return fields.by_name[root].type
    if "pydantic.RootModel" in model.externals:
        return root_type(model, context)
    return Record(tuple(fields), model.name, "class", rest=_rest(config, model, context), options=_options(config))


def root_type(model: Model, context: Context) -> Type:
    """The T of `class M(RootModel[T])`."""
    for ancestor in model.ancestors:
        for base in ancestor.node.node.bases:
            scope = Scope(ancestor.node.module, ancestor.node.outer)
            if isinstance(base, ast.Subscript) and context.name(base.value, scope) == "pydantic.RootModel":
                return context.annotations.type(base.slice, scope, ancestor.environment)
    return ANY


def _is_model(ancestor: Ancestor, context: Context) -> bool:
    return bool(outside_bases(ancestor.node, context.modules) & BASES)


def _rest(config: Config, model: Model, context: Context) -> Type | None:
    """What happens to undeclared fields; `__pydantic_extra__: dict[str, T]` says of which type they are."""
    if config.extra == "forbid":
        return None
    for ancestor in model.ancestors if config.extra == "allow" else ():
        for member in members(ancestor):
            if member.name == "__pydantic_extra__" and member.annotation is not None:
                return getattr(member.type(context), "values", ANY)
    return ANY


def _options(config: Config) -> tuple[tuple[str, str], ...]:
    return (("family", "pydantic"), ("version", str(config.version)))


# ---------------------------------------------------------------------------------------------------- one field


def _field(member: Member, fields: Fields, config: Config, context: Context) -> Field | None:
    """The field a member of a class body declares, None if it declares none."""
    member = through_functions(member, _FIELD_FUNCTIONS, context)
    called = context.name(member.value, member.value_scope) if isinstance(member.value, ast.Call) else ""
    if member.name == "model_config" or called in _NOT_FIELDS:
        return None
    if member.name.startswith("_") and member.name != "__root__":
        return None
    if member.annotation is None:
        return _unannotated(member, called, fields, config, context)
    unwrapped = member.unwrapped(context)
    if unwrapped is None or "ClassVar" in unwrapped.qualifiers:
        return None
    if "Final" in unwrapped.qualifiers and member.value is not None and config.version == 2 and not called:
        return None  # a Final with a default is a class variable
    type_ = (
        context.annotations.unwrapped(unwrapped) if unwrapped.expression is not None else _value_type(member, context)
    )
    return _described(member, type_, unwrapped, called, config, context)


def _described(
    member: Member, type_: Type, unwrapped: Unwrapped, called: str, config: Config, context: Context
) -> Field:
    """A field with what `Field(…)` says of it, in the annotation's metadata and as the assigned value."""
    given: dict[str, Argument] = {}
    for one in unwrapped.metadata:
        if context.name(one.expression, one.scope) in _FIELD_FUNCTIONS and isinstance(one.expression, ast.Call):
            given |= _arguments(one.expression, one.scope)
    call = member.value if called in _FIELD_FUNCTIONS else None
    if isinstance(call, ast.Call):
        given |= _arguments(call, member.value_scope)
        type_ = constrained(type_, [argument(call, member)], context.constants, context.modules)
    elif member.value is not None:
        given.pop("default_factory", None)
        given["default"] = argument(member.value, member)
    if (field_discriminator := given.get("discriminator")) is not None:
        text = context.text(field_discriminator.expression, field_discriminator.scope)
        type_ = discriminated(type_, text) if text else type_
    if config.strict:
        type_ = strict(type_)
    default = _default(given, type_, config, context)
    if config.version == 1 and default is not None and default.text == "None":
        type_ = choice([type_, NULL])  # version 1: a default of None makes the type Optional
    field = Field(
        name=member.name,
        type=type_,
        required=default is None,
        always=always_written(default) and not _true(given, "exclude", context),
        default=default,
        place=member.place,
    )
    return _named(field, given, config, context)


def _true(given: Mapping[str, Argument], name: str, context: Context) -> bool:
    return name in given and context.true(given[name].expression, given[name].scope)


def _arguments(call: ast.Call, scope: Scope) -> dict[str, Argument]:
    """The arguments of `Field(…)`; `...` as default says that there is none."""
    found = {name: Argument(value, scope) for name, value in keywords(call).items()}
    if call.args:
        found.setdefault("default", Argument(call.args[0], scope))
    return found


def _default(given: Mapping[str, Argument], type_: Type, config: Config, context: Context) -> Default | None:
    if (factory := given.get("default_factory")) is not None and _is_something(factory.expression):
        return context.constants.factory(factory.expression, factory.scope)
    default = given.get("default")
    if default is not None and _is_something(default.expression, none=True):
        if context.name(default.expression, default.scope) not in _UNDEFINED:
            return context.constants.default(default.expression, default.scope)
        return None
    if default is not None or config.version == 2:
        return None
    nullable = type_ in (NULL, ANY) or NULL in getattr(type_, "branches", ())
    return Default(None, text="None") if nullable else None


_UNDEFINED = frozenset({"pydantic_core.PydanticUndefined", "pydantic.Undefined", "pydantic.Required"})


def _is_something(expression: ast.expr, *, none: bool = False) -> bool:
    """Whether an argument is neither `...` nor, unless `none`, None."""
    if not isinstance(expression, ast.Constant):
        return True
    return expression.value is not ... and (none or expression.value is not None)


def _unannotated(member: Member, called: str, fields: Fields, config: Config, context: Context) -> Field | None:
    """Version 1: `x = 5` overrides an inherited field's default, or declares a field of the value's type."""
    if config.version != 1 or member.value is None or member.name in ("Config", "__slots__"):
        return None
    before = fields.by_name.get(member.name)
    known = context.constants.value(member.value, member.value_scope)
    if called not in _FIELD_FUNCTIONS and known is None:
        return None
    type_ = before.type if before is not None else _value_type(member, context)
    no_metadata = Unwrapped(None, member.scope, member.owner.environment)
    return _described(member, type_, no_metadata, called, config, context)


_KINDS = {bool: "boolean", int: "integer", float: "number", str: "string"}


def _value_type(member: Member, context: Context) -> Type:
    known = context.constants.value(member.value, member.value_scope)
    kind = _KINDS.get(type(known.value)) if known is not None else None
    return Scalar(kind) if kind else ANY


# -------------------------------------------------------------------------------------------------------- names


def _named(field: Field, given: Mapping[str, Argument], config: Config, context: Context) -> Field:
    """A field with the names it is written and read under."""
    alias = _text(given, "alias", context) or config.aliases.get(field.name, "")
    written = _text(given, "serialization_alias", context) or alias or config.rename.written(field.name) or ""
    read = _validation_names(given, context) or ((alias,) if alias else ())
    if not read:
        generated = config.rename.read(field.name)
        read = (generated,) if generated else (field.name,)
    if config.by_name and field.name not in read:
        read = (*read, field.name)
    wire = written or field.name
    options = (("renamed_by", config.rename.unknown),) if config.rename.unknown and not alias else ()
    return replace(
        field,
        written=written if written != field.name else "",
        read=tuple(name for name in read if name != wire),
        reads_written=wire in read,
        options=(*field.options, *options),
    )


def _text(given: Mapping[str, Argument], name: str, context: Context) -> str:
    return context.text(given[name].expression, given[name].scope) if name in given else ""


def _validation_names(given: Mapping[str, Argument], context: Context) -> tuple[str, ...]:
    """The names in `validation_alias`: a text, `AliasChoices(…)`, or the first part of an `AliasPath(…)`."""
    if "validation_alias" not in given:
        return ()
    expression, scope = given["validation_alias"].expression, given["validation_alias"].scope
    if not isinstance(expression, ast.Call):
        text = context.text(expression, scope)
        return (text,) if text else ()
    found: list[str] = []
    is_path = context.name(expression, scope) == "pydantic.AliasPath"
    for one in expression.args[:1] if is_path else expression.args:
        inner = one.args[0] if isinstance(one, ast.Call) and one.args else one
        if text := context.text(inner, scope):
            found.append(text)
    return tuple(found)


# ----------------------------------------------------------------------------------------- configuration, methods


def configuration(model: Model, context: Context) -> Config:
    """What `model_config`, `class Config` and class keywords say, those of bases included."""
    found: dict[str, Setting] = {}
    for ancestor in reversed(model.ancestors):
        scope = ancestor.node.scope
        for member in members(ancestor):
            if member.name == "model_config" and member.value is not None:
                found |= {name: (value, scope) for name, value in _config_items(member.value, scope, context).items()}
        inner = ancestor.node.bindings.get("Config")
        if isinstance(inner, ClassNode):
            for one in members(Ancestor(inner, {})):
                if one.value is not None:
                    found[one.name] = (one.value, inner.scope)
        outside = Scope(ancestor.node.module, ancestor.node.outer)
        found |= {name: (value, outside) for name, value in class_keywords(ancestor).items()}
    version = major_version(model, frozenset(found), context.pydantic)
    extra = _extra(found.get("extra"), context)
    is_settings = "pydantic.BaseSettings" in model.externals
    return Config(
        version=version,
        extra=extra or ("forbid" if is_settings else "ignore"),
        by_name=any(
            context.true(*found[name])
            for name in ("populate_by_name", "allow_population_by_field_name", "validate_by_name")
            if name in found
        ),
        strict="strict" in found and context.true(*found["strict"]),
        rename=renaming(found.get("alias_generator"), context),
        aliases=_old_aliases(found.get("fields"), context) if version == 1 else {},
    )


def _old_aliases(setting: Setting | None, context: Context) -> dict[str, str]:
    """Version 1: `fields = {"name": "alias", "other": {"alias": "Other"}}`."""
    found: dict[str, str] = {}
    for name, value in text_items(setting[0]).items() if setting is not None else ():
        given = text_items(value).get("alias", value)
        if setting is not None and (alias := context.text(given, setting[1])):
            found[name] = alias
    return found


def _config_items(value: ast.expr, scope: Scope, context: Context) -> dict[str, ast.expr]:
    """The entries of `ConfigDict(…)`, of a dict literal, or of a name bound to one."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr):
        return _config_items(value.left, scope, context) | _config_items(value.right, scope, context)
    if isinstance(value, ast.Name | ast.Attribute):
        entity = context.modules.resolve(value, scope)
        inner = getattr(entity, "value", None)
        return text_items(inner) if isinstance(inner, ast.expr) else {}
    return text_items(value)


def _extra(setting: Setting | None, context: Context) -> str:
    if setting is None:
        return ""
    expression, scope = setting
    if isinstance(expression, ast.Attribute) and expression.attr in ("allow", "forbid", "ignore"):
        return expression.attr  # pydantic.Extra.forbid
    return context.text(expression, scope)


def _computed(model: Model, fields: Fields, context: Context) -> None:
    """`@computed_field` properties: written, never read."""
    for ancestor in reversed(model.ancestors):
        for method in methods(ancestor):
            names = [context.name(one, ancestor.node.scope) for one in method.decorator_list]
            if "pydantic.computed_field" not in names:
                continue
            type_ = context.annotations.type(method.returns, ancestor.node.scope, ancestor.environment)
            place = ancestor.node.module.place(method)
            fields.put(Field(method.name, type_, options=(("computed", "true"),), place=place))


def _validators(model: Model, fields: Fields, context: Context) -> None:
    """Notes on each field the functions that validate it: code of which only the name is known."""
    for ancestor in reversed(model.ancestors):
        for method in methods(ancestor):
            for expression in method.decorator_list:
                name = context.name(expression, ancestor.node.scope)
                if name not in ("pydantic.field_validator", "pydantic.validator") or not isinstance(
                    expression, ast.Call
                ):
                    continue
                mode = context.text(keywords(expression).get("mode"), ancestor.node.scope)
                before = mode in ("before", "plain", "wrap") or context.true(
                    keywords(expression).get("pre"), ancestor.node.scope
                )
                option = ("converter" if before else "validator", method.name)
                for one in expression.args:
                    field = fields.by_name.get(context.text(one, ancestor.node.scope))
                    if field is not None:
                        fields.put(replace(field, options=tuple(sorted({*field.options, option}))))


def described_type(type_: Type, given: list[ast.expr], scope: Scope, context: Context) -> Type:
    """A type with the constraints of some calls (`pydantic.dataclasses` fields)."""
    return constrained(type_, [Argument(one, scope) for one in given], context.constants, context.modules)
