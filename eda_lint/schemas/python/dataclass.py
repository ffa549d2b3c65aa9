"""Dataclasses (of the standard library, of pydantic, dataclasses-avroschema, dataclasses-json), NamedTuple, TypedDict.

Sources: https://docs.python.org/3/library/dataclasses.html, https://docs.python.org/3/library/typing.html,
https://peps.python.org/pep-0655/, https://peps.python.org/pep-0728/.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from eda_lint.model.schema import Default, Field, Record, Type
from eda_lint.schemas.python.aliases import converter
from eda_lint.schemas.python.bindings import Assigned, ClassNode, Function, Scope
from eda_lint.schemas.python.classes import (
    Ancestor,
    Context,
    Fields,
    Member,
    Model,
    always_written,
    argument,
    class_keywords,
    decorator,
    members,
    through_functions,
)
from eda_lint.schemas.python.constraints import constrained
from eda_lint.schemas.python.expressions import keywords, text_items
from eda_lint.schemas.python.shapes import ANY

DECORATORS = frozenset({"dataclasses.dataclass", "pydantic.dataclasses.dataclass", "attr.dataclass"})
BASES = frozenset({"dataclasses_avroschema.AvroModel"})
"""A class that makes dataclasses of its subclasses."""

_FIELD_FUNCTIONS = frozenset({"dataclasses.field", "pydantic.Field", "mashumaro.field"})


def is_dataclass(ancestor: Ancestor, context: Context) -> bool:
    """Whether a class is decorated as a dataclass itself."""
    return decorator(ancestor, _OWN_DECORATORS, context) is not None


_OWN_DECORATORS = DECORATORS - {"attr.dataclass"}


def read(model: Model, context: Context) -> Type:
    """The record of a dataclass: the fields of its bases that are dataclasses, then its own."""
    made = bool(set(model.externals) & BASES)
    fields = Fields()
    values: dict[str, Member] = {}
    for ancestor in reversed(model.ancestors):
        own = members(ancestor)
        if made or is_dataclass(ancestor, context):
            for member in own:
                inherited = values.get(member.name) if member.value is None else None
                field = _field(member, inherited, model, context)
                if field is not None:
                    fields.put(field)
        values |= {member.name: member for member in own if member.value is not None}
    rest = _rest(model, context)
    return Record(tuple(fields), model.name, "class", rest=rest, options=(("family", "dataclass"),))


def _rest(model: Model, context: Context) -> Type | None:
    """A pydantic dataclass may forbid unknown fields (`config=ConfigDict(extra="forbid")`)."""
    for ancestor in model.ancestors:
        found = decorator(ancestor, _OWN_DECORATORS, context)
        config = found[1].get("config") if found else None
        scope = Scope(ancestor.node.module, ancestor.node.outer)
        if config is not None and context.text(text_items(config).get("extra"), scope) == "forbid":
            return None
    forbids = _inner_config(model).get("forbid_extra_keys")
    return None if forbids is not None and context.true(*forbids) else ANY


def _inner_config(model: Model) -> dict[str, tuple[ast.expr, Scope]]:
    """What mashumaro's `class Config` inside of a dataclass sets, those of its bases included."""
    found: dict[str, tuple[ast.expr, Scope]] = {}
    for ancestor in reversed(model.ancestors):
        inner = ancestor.node.bindings.get("Config")
        for one in members(Ancestor(inner, {})) if isinstance(inner, ClassNode) else ():
            if one.value is not None:
                found[one.name] = (one.value, one.scope)
    return found


def _field(member: Member, inherited: Member | None, model: Model, context: Context) -> Field | None:
    """A field; `inherited` is the member of a base whose value is the class attribute of that name."""
    unwrapped = member.unwrapped(context)
    if unwrapped is None or unwrapped.qualifiers & {"ClassVar", "InitVar"}:
        return None
    if context.name(member.annotation, member.scope) in ("dataclasses.KW_ONLY", "dataclasses.InitVar"):
        return None
    member = through_functions(member, _FIELD_FUNCTIONS, context)
    value, scope = member.value, member.value_scope
    if inherited is not None and context.name(inherited.value, inherited.scope) not in _FIELD_FUNCTIONS:
        value, scope = inherited.value, inherited.scope
    elif inherited is not None:
        given = keywords(inherited.value)
        if "default" in given:  # a base's field(default=…) leaves the default as its class attribute
            value, scope = given["default"], inherited.scope
    call = value if isinstance(value, ast.Call) and context.name(value, scope) in _FIELD_FUNCTIONS else None
    given = keywords(call)
    default = _default(value, call, given, scope, context) or _property_default(member)
    type_ = member.type(context)
    if call is not None:
        type_ = constrained(type_, [argument(call, member)], context.constants, context.modules)
    initialised = "init" not in given or context.constant(given["init"], scope) is not False
    field = Field(
        member.name,
        type_,
        required=default is None and initialised,
        always=always_written(default) or not initialised,
        default=default,
        place=member.place,
        options=() if initialised else (("init", "false"),),
    )
    return _named(field, given, scope, model, context)


def _property_default(member: Member) -> Default | None:
    """A property under the field's name is its class attribute, so dataclasses take it for the default."""
    bound = member.owner.node.bindings.get(member.name)
    return Default(factory=True, text="property") if isinstance(bound, Function) else None


def _default(
    value: ast.expr | None, call: ast.Call | None, given: dict[str, ast.expr], scope: Scope, context: Context
) -> Default | None:
    if call is None:
        return context.constants.default(value, scope) if value is not None else None
    if "default_factory" in given and context.name(given["default_factory"], scope) != "dataclasses.MISSING":
        return context.constants.factory(given["default_factory"], scope)
    default = given.get("default") or (call.args[0] if call.args else None)
    if default is None or context.name(default, scope) == "dataclasses.MISSING":
        return None
    if isinstance(default, ast.Constant) and default.value is ...:
        return None
    return context.constants.default(default, scope)


def _named(field: Field, given: dict[str, ast.expr], scope: Scope, model: Model, context: Context) -> Field:
    """A field with the names that dataclasses-json, mashumaro and dataclasses-avroschema give it in its metadata,
    or pydantic in an alias."""
    written = context.text(given.get("alias"), scope)
    read: tuple[str, ...] = ()
    metadata = given.get("metadata")
    config = keywords(metadata) if isinstance(metadata, ast.Call) else text_items(metadata)
    written = context.text(config.get("field_name"), scope) or context.text(config.get("alias"), scope) or written
    aliases = context.constant(config.get("aliases"), scope)
    if isinstance(aliases, tuple):
        read = tuple(alias for alias in aliases if isinstance(alias, str))
    if not written:
        written = _letter_case(model, field.name, context) or _config_alias(model, field.name, context)
    written = written if written != field.name else ""
    return replace(field, written=written, read=read) if written or read else field


def _config_alias(model: Model, name: str, context: Context) -> str:
    """The name that mashumaro's `aliases = {"name": "Name"}` gives."""
    aliases = _inner_config(model).get("aliases")
    return context.text(text_items(aliases[0]).get(name), aliases[1]) if aliases is not None else ""


def _letter_case(model: Model, name: str, context: Context) -> str:
    for ancestor in model.ancestors:
        found = decorator(ancestor, frozenset({"dataclasses_json.dataclass_json"}), context)
        case = found[1].get("letter_case") if found else None
        if case is not None:
            convert = converter(case, Scope(ancestor.node.module, ancestor.node.outer), context)
            return (convert(name) if convert else None) or ""
    return ""


# ----------------------------------------------------------------------------------------------------- TypedDict


def read_typed_dict(model: Model, context: Context) -> Type:
    """The record of a TypedDict: keys of its bases, then its own; `total=False` counts for the class that says it."""
    fields = Fields()
    rest: Type | None = ANY
    for made in model.made:
        base = typed_dict_call(made, "", context)
        for field in base.fields if isinstance(base, Record) else ():
            fields.put(field)
    for ancestor in reversed(model.ancestors):
        scope = Scope(ancestor.node.module, ancestor.node.outer)
        given = class_keywords(ancestor)
        total = context.constant(given.get("total"), scope) is not False
        if context.true(given.get("closed"), scope):
            rest = None
        if "extra_items" in given:
            rest = context.annotations.type(given["extra_items"], scope, ancestor.environment)
        for member in members(ancestor):
            if (unwrapped := member.unwrapped(context)) is not None:
                type_ = member.type(context)
                fields.put(typed_key(member.name, type_, unwrapped.qualifiers, total, member))
    return Record(tuple(fields), model.name, "class", rest=rest, options=(("family", "typeddict"),))


def typed_key(name: str, type_: Type, qualifiers: frozenset[str], total: bool, member: Member | None) -> Field:
    """A key of a TypedDict."""
    required = "Required" in qualifiers or (total and "NotRequired" not in qualifiers)
    return Field(name, type_, required=required, always=required, place=member.place if member else None)


def typed_dict_call(entity: Assigned, name: str, context: Context) -> Type:
    """The record of `X = TypedDict("X", {"name": type}, total=False)`."""
    call, scope = entity.value, entity.scope
    items = call.args[1] if isinstance(call, ast.Call) and len(call.args) > 1 else None
    given = keywords(call)
    total = context.constant(given.pop("total", None), scope) is not False
    entries = text_items(items) if isinstance(items, ast.Dict) else given
    fields: list[Field] = []
    for key, annotation in entries.items():
        unwrapped = context.annotations.unwrap(annotation, scope, {})
        type_ = context.annotations.type(annotation, scope, {})
        field = typed_key(key, type_, unwrapped.qualifiers, total, None)
        fields.append(replace(field, place=scope.module.place(annotation)))
    return Record(tuple(fields), name, "class", options=(("family", "typeddict"),))


# ---------------------------------------------------------------------------------------------------- NamedTuple


def read_named_tuple(model: Model, context: Context) -> Type:
    """The record of a NamedTuple: written as an array in the order of its fields, and of exactly that length."""
    for ancestor in reversed(model.ancestors):
        fields = tuple(
            Field(
                member.name,
                member.type(context),
                required=member.value is None,
                always=member.value is None,
                default=context.constants.default(member.value, member.scope) if member.value is not None else None,
                place=member.place,
            )
            for member in members(ancestor)
            if member.annotation is not None
        )
        if _is_named_tuple(ancestor, context):
            return _positional(model.name, fields)
    for made in model.made:
        if isinstance(made.value, ast.Call):
            return named_tuple_call(made.value, made.scope, model.name, context)
    return _positional(model.name, ())


def _is_named_tuple(ancestor: Ancestor, context: Context) -> bool:
    scope = Scope(ancestor.node.module, ancestor.node.outer)
    return any(context.name(base, scope) == "typing.NamedTuple" for base in ancestor.node.node.bases)


def _positional(name: str, fields: tuple[Field, ...]) -> Record:
    return Record(fields, name, "class", rest=None, positional=True, options=(("family", "namedtuple"),))


def named_tuple_call(call: ast.Call, scope: Scope, name: str, context: Context) -> Type:
    """The record of `NamedTuple("X", [("name", type)])` or `namedtuple("X", "a b", defaults=[…])`."""
    given = keywords(call)
    items = call.args[1] if len(call.args) > 1 else given.get("field_names") or given.get("fields")
    place = scope.module.place(call)
    if context.name(call, scope) == "typing.NamedTuple":
        pairs = [
            pair.elts for pair in getattr(items, "elts", []) if isinstance(pair, ast.Tuple) and len(pair.elts) == 2
        ]
        return _positional(
            name,
            tuple(
                Field(context.text(key, scope), context.annotations.type(type_, scope, {}), required=True, place=place)
                for key, type_ in pairs
            ),
        )
    value = context.constant(items, scope)
    names = (
        value.replace(",", " ").split() if isinstance(value, str) else list(value if isinstance(value, tuple) else ())
    )
    defaults = context.constant(given.get("defaults"), scope)
    values = defaults if isinstance(defaults, tuple) else ()
    fields: list[Field] = []
    for index, one in enumerate(names):
        position = index - (len(names) - len(values))
        default = Default(values[position], text=repr(values[position])) if position >= 0 else None
        fields.append(
            Field(str(one), ANY, required=default is None, always=default is None, default=default, place=place)
        )
    return _positional(name, tuple(fields))


def made_dataclass(entity: Assigned, name: str, context: Context) -> Type:
    """The record of `make_dataclass("X", [("name", type), …])` and of msgspec's `defstruct`."""
    call, scope = entity.value, entity.scope
    items = call.args[1] if isinstance(call, ast.Call) and len(call.args) > 1 else None
    fields: list[Field] = []
    for item in getattr(items, "elts", []):
        parts = item.elts if isinstance(item, ast.Tuple) else [item]
        type_ = context.annotations.type(parts[1], scope, {}) if len(parts) > 1 else ANY
        default = context.constants.default(parts[2], scope) if len(parts) > 2 else None
        field_name = context.text(parts[0], scope)
        if field_name:
            place = scope.module.place(item)
            fields.append(
                Field(field_name, type_, required=default is None, always=default is None, default=default, place=place)
            )
    return Record(tuple(fields), name, "class", options=(("family", "dataclass"),))


def made_model(entity: Assigned, name: str, context: Context) -> Type:
    """The record of pydantic's `create_model("X", name=(type, default))`."""
    scope = entity.scope
    fields: list[Field] = []
    for key, value in keywords(entity.value).items():
        if key.startswith("__"):
            continue
        parts = value.elts if isinstance(value, ast.Tuple) and len(value.elts) == 2 else None
        annotation, default_value = (parts[0], parts[1]) if parts else (value, None)
        missing = default_value is None or (isinstance(default_value, ast.Constant) and default_value.value is ...)
        default = None if missing or default_value is None else context.constants.default(default_value, scope)
        type_ = context.annotations.type(annotation, scope, {})
        place = scope.module.place(value)
        fields.append(Field(key, type_, required=missing, always=missing, default=default, place=place))
    return Record(tuple(fields), name, "class", options=(("family", "pydantic"),))
