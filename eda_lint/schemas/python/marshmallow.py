"""Marshmallow schemas. Sources: https://marshmallow.readthedocs.io/en/stable/quickstart.html (`unknown` is RAISE
unless told otherwise; fields are not required unless told so), /marshmallow.fields.html, /upgrading.html (`missing`
and `default` became `load_default` and `dump_default`)."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace

from eda_lint.model.schema import (
    Constraint,
    Default,
    Dictionary,
    Enumeration,
    Field,
    Record,
    Reference,
    Scalar,
    Sequence,
    Symbol,
    Type,
)
from eda_lint.schemas.python.bindings import Assigned, ClassNode, Function, Scope
from eda_lint.schemas.python.classes import (
    Ancestor,
    Context,
    Fields,
    Member,
    Model,
    assigned_call,
    members,
    returned_call,
)
from eda_lint.schemas.python.constraints import with_constraints
from eda_lint.schemas.python.enumerations import outside_bases
from eda_lint.schemas.python.expressions import keywords, source_text, text_items
from eda_lint.schemas.python.shapes import ANY, NULL, choice

BASES = frozenset({"marshmallow.Schema", "marshmallow.SQLAlchemySchema", "marshmallow.SQLAlchemyAutoSchema"})

_TYPES: Mapping[str, Type] = {
    "AwareDateTime": Scalar("datetime", logical="aware"),
    "Bool": Scalar("boolean"),
    "Boolean": Scalar("boolean"),
    "Date": Scalar("date"),
    "DateTime": Scalar("datetime"),
    "Decimal": Scalar("decimal"),
    "Dict": Dictionary(ANY, ANY),
    "Email": Scalar("string", logical="email"),
    "Field": ANY,
    "Float": Scalar("number"),
    "Function": ANY,
    "IP": Scalar("string", logical="ip"),
    "IPv4": Scalar("string", logical="ipv4"),
    "IPv6": Scalar("string", logical="ipv6"),
    "Int": Scalar("integer"),
    "Integer": Scalar("integer"),
    "Mapping": Dictionary(ANY, ANY),
    "Method": ANY,
    "NaiveDateTime": Scalar("datetime", logical="naive"),
    "Number": Scalar("number"),
    "Raw": ANY,
    "Str": Scalar("string"),
    "String": Scalar("string"),
    "Time": Scalar("time"),
    "TimeDelta": Scalar("duration"),
    "URL": Scalar("string", logical="uri"),
    "UUID": Scalar("uuid"),
    "Url": Scalar("string", logical="uri"),
}
_WRITTEN_ONLY = frozenset({"Constant", "Function", "Method"})


@dataclass(frozen=True, slots=True)
class _Meta:
    unknown: str = ""
    fields: frozenset[str] | None = None
    exclude: frozenset[str] = frozenset()


def read(model: Model, context: Context) -> Type:
    """The record of a schema: the declared fields of its bases and mixins, then its own."""
    fields = Fields()
    for ancestor in reversed(model.ancestors):
        for member in members(ancestor):
            field = _field(member, model, context)
            if field is not None:
                fields.put(field)
            elif member.name in fields.by_name:
                del fields.by_name[member.name]  # `name = None` takes an inherited field away
    meta = _meta(model, context)
    kept = tuple(
        one for one in fields if one.name not in meta.exclude and (meta.fields is None or one.name in meta.fields)
    )
    rest = ANY if meta.unknown in ("EXCLUDE", "INCLUDE") else None
    return Record(kept, model.name, "class", rest=rest, options=(("family", "marshmallow"),))


def from_dict(entity: Assigned, name: str, context: Context) -> Type:
    """The record of `Schema.from_dict({"name": fields.Str(), …})`."""
    items = entity.value.args[0] if isinstance(entity.value, ast.Call) and entity.value.args else None
    found: list[Field] = []
    for key, value in text_items(items).items():
        field = _described(key, value, entity.scope, name, context)
        if field is not None:
            found.append(replace(field, place=entity.scope.module.place(value)))
    return Record(tuple(found), name, "class", rest=None, options=(("family", "marshmallow"),))


def _meta(model: Model, context: Context) -> _Meta:
    """What `class Meta` of the nearest class that has one says; a class keyword `unknown=` too."""
    for ancestor in model.ancestors:
        inner = ancestor.node.bindings.get("Meta")
        if not isinstance(inner, ClassNode):
            continue
        values = {one.name: one.value for one in members(Ancestor(inner, {})) if one.value is not None}
        names = context.constant(values.get("fields"), inner.scope)
        additional = context.constant(values.get("additional"), inner.scope)
        exclude = context.constant(values.get("exclude"), inner.scope)
        chosen = frozenset(str(one) for one in names) if isinstance(names, tuple) and names else None
        return _Meta(
            _unknown(values.get("unknown"), inner.scope, context),
            chosen if additional is None else None,
            frozenset(str(one) for one in exclude) if isinstance(exclude, tuple) else frozenset(),
        )
    return _Meta()


def _unknown(expression: ast.expr | None, scope: Scope, context: Context) -> str:
    if expression is None:
        return ""
    text = context.text(expression, scope) or context.name(expression, scope).rpartition(".")[2]
    return text.upper()


def _field(member: Member, model: Model, context: Context) -> Field | None:
    if member.value is None:
        return None
    found = _described(member.name, member.value, member.scope, model.name, context)
    return replace(found, place=member.place) if found is not None else None


def _described(name: str, value: ast.expr, scope: Scope, owner: str, context: Context) -> Field | None:
    """A field from `fields.Int(required=True, …)`; None if the expression makes no field."""
    for _ in range(5):
        if isinstance(value, ast.Name | ast.Attribute):
            value, scope = assigned_call(value, scope, context)
        function = context.modules.resolve(value.func, scope) if isinstance(value, ast.Call) else None
        if not (isinstance(function, Function) and isinstance(value, ast.Call)):
            break  # a function of the project that returns a field is looked into
        value, scope = returned_call(function.node, value) or value, Scope(function.module)
    kind = _kind(value, scope, context)
    if kind is None:
        return None
    given = keywords(value)
    type_ = _type(kind, value, given, scope, owner, context)
    if context.true(given.get("many"), scope):
        type_ = Sequence(type_, name="list")
    validate = given.get("validate")
    if validate is not None:
        type_ = _validated(type_, validate, scope, context)
    missing = given.get("load_default", given.get("missing"))
    default = _default(missing, scope, context)
    if kind == "Constant" and isinstance(type_, Enumeration):
        default = Default(type_.symbols[0].value, text=repr(type_.symbols[0].value))
    allow_none = context.constant(given.get("allow_none"), scope)
    if allow_none is True or (allow_none is None and default is not None and default.text == "None"):
        type_ = choice([type_, NULL])
    reads = not (context.true(given.get("dump_only"), scope) or kind in _WRITTEN_ONLY)
    writes = not context.true(given.get("load_only"), scope)
    required = context.true(given.get("required"), scope) and reads
    written = context.text(given.get("data_key"), scope)
    return Field(
        name=name,
        type=type_,
        required=required,
        always=required and writes,
        default=default,
        written=written if written != name else "",
        options=() if reads and writes else (("direction", "written" if writes else "read"),),
    )


def _default(expression: ast.expr | None, scope: Scope, context: Context) -> Default | None:
    if expression is None or context.name(expression, scope) == "marshmallow.missing":
        return None
    if isinstance(expression, ast.Lambda):
        return context.constants.factory(expression, scope)
    if context.name(expression, scope) in ("builtins.list", "builtins.dict", "builtins.set"):
        return context.constants.factory(expression, scope)
    return context.constants.default(expression, scope)


def _kind(value: ast.expr, scope: Scope, context: Context) -> str | None:
    """The class of a field (`String`), through the project's own subclasses of marshmallow's."""
    if not isinstance(value, ast.Call):
        return None
    name = context.name(value, scope)
    entity = context.modules.resolve(value.func, scope)
    if isinstance(entity, ClassNode):
        externals = outside_bases(entity, context.modules)
        name = next((one for one in sorted(externals) if one.startswith("marshmallow.fields.")), "")
    if name.startswith("marshmallow.") and (name.startswith("marshmallow.fields.") or name.endswith(".EnumField")):
        return name.rpartition(".")[2]
    return None


def _type(kind: str, value: ast.expr, given: dict[str, ast.expr], scope: Scope, owner: str, context: Context) -> Type:
    arguments = value.args if isinstance(value, ast.Call) else []
    first = arguments[0] if arguments else None
    match kind:
        case "List" | "Tuple":
            inner = first or given.get("cls_or_instance") or given.get("tuple_fields")
            if kind == "Tuple":
                prefix = tuple(_inner(one, scope, owner, context) for one in getattr(inner, "elts", []))
                return Sequence(Scalar("never"), prefix, name="tuple")
            return Sequence(_inner(inner, scope, owner, context), name="list")
        case "Dict" | "Mapping":
            values, keys = given.get("values"), given.get("keys")
            return Dictionary(
                _inner(values, scope, owner, context) if values is not None else ANY,
                _inner(keys, scope, owner, context) if keys is not None else ANY,
            )
        case "Nested":
            return _nested(first or given.get("nested"), scope, owner, context)
        case "Pluck":
            return ANY
        case "Enum" | "EnumField":
            return _enumeration(first or given.get("enum"), given.get("by_value"), scope, context)
        case "Constant":
            known = context.constants.value(first or given.get("constant"), scope)
            return Enumeration((Symbol(str(known.value), value=known.value),)) if known is not None else ANY
    return _TYPES.get(kind, ANY)


def _inner(expression: ast.expr | None, scope: Scope, owner: str, context: Context) -> Type:
    """The type of a field inside of another: an instance, or the class alone."""
    if expression is None:
        return ANY
    if not isinstance(expression, ast.Call):
        expression = ast.Call(expression, [], [])
    field = _described("", expression, scope, owner, context)
    return field.type if field is not None else ANY


def _nested(expression: ast.expr | None, scope: Scope, owner: str, context: Context) -> Type:
    """The schema in `Nested(…)`: a class, an instance, a function that gives one, its name, or `"self"`."""
    if isinstance(expression, ast.Lambda):
        expression = expression.body
    many = False
    if isinstance(expression, ast.Call):
        many = context.true(keywords(expression).get("many"), scope)
        expression = expression.func
    if isinstance(expression, ast.Dict):
        return ANY
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        if expression.value == "self":
            return Reference(owner)
        expression = ast.Name(expression.value.rpartition(".")[2], ast.Load())
    type_ = context.annotations.type(expression, scope, {}) if expression is not None else ANY
    return Sequence(type_, name="list") if many else type_


def _enumeration(expression: ast.expr | None, by_value: ast.expr | None, scope: Scope, context: Context) -> Type:
    """An enum field: its members' names on the wire, their values with `by_value`."""
    entity = context.modules.resolve(expression, scope) if expression is not None else None
    if not isinstance(entity, ClassNode):
        return ANY
    if by_value is not None and context.constant(by_value, scope) is not False:
        return context.annotations.type(expression, scope, {})
    known = context.constants.enumerations.read(entity)
    return Enumeration(tuple(replace(one, number=None, value=one.name) for one in known.symbols))


_VALIDATORS: Mapping[str, Mapping[str, str]] = {
    "Length": {"min": "minLength", "max": "maxLength"},
    "Range": {"min": "minimum", "max": "maximum"},
}


def _validated(type_: Type, validator: ast.expr, scope: Scope, context: Context) -> Type:
    """A type with the constraints of `marshmallow.validate`; other validators are code of which the name is known."""
    found: list[Constraint] = []
    for one in validator.elts if isinstance(validator, ast.List | ast.Tuple) else [validator]:
        name = context.name(one, scope).rpartition(".")[2]
        given, arguments = keywords(one), one.args if isinstance(one, ast.Call) else []
        first = context.constant(arguments[0], scope) if arguments else None
        if name in _VALIDATORS:
            named = dict(zip(("min", "max"), arguments, strict=False)) | given
            for key, keyword in _VALIDATORS[name].items():
                value = context.constant(named.get(key), scope)
                if value is not None:
                    inclusive = context.constant(given.get(f"{key}_inclusive"), scope) is not False
                    found.append(Constraint(keyword if inclusive else f"exclusive{keyword.capitalize()}", value))
        elif name == "OneOf":
            choices = context.constant(arguments[0] if arguments else given.get("choices"), scope)
            if isinstance(choices, tuple):
                return Enumeration(tuple(Symbol(str(value), value=value) for value in choices))
            found.append(Constraint("validator", source_text(one)))
        elif name == "Equal" and first is not None:
            return Enumeration((Symbol(str(first), value=first),))
        elif name == "Regexp" and first is not None:
            found.append(Constraint("pattern", first))
        else:
            found.append(Constraint("validator", source_text(one)))
    return with_constraints(type_, found)
