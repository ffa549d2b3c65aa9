"""attrs classes: `define`, `frozen`, `mutable`, `attr.s`, with `attrs.field`, `attr.ib` and defaults by decorator.

Sources: https://www.attrs.org/en/stable/api.html, /init.html (private names lose their underscores in `__init__`).
"""

from __future__ import annotations

import ast

from eda_lint.model.schema import Constraint, Default, Enumeration, Field, Record, Symbol, Type
from eda_lint.schemas.python.bindings import Scope
from eda_lint.schemas.python.classes import (
    Ancestor,
    Context,
    Fields,
    Member,
    Model,
    always_written,
    decorator,
    members,
    methods,
)
from eda_lint.schemas.python.constraints import with_constraints
from eda_lint.schemas.python.expressions import keywords, source_text
from eda_lint.schemas.python.shapes import ANY

_AUTO = frozenset({"attr.define", "attr.frozen", "attr.mutable"})
_OLD = frozenset({"attr.s", "attr.attrs", "attr.attributes"})
_ALWAYS_ANNOTATED = frozenset({"attr.dataclass"})
DECORATORS = _AUTO | _OLD | _ALWAYS_ANNOTATED
_FIELD_FUNCTIONS = frozenset({"attr.ib", "attr.attrib", "attr.attr", "attr.field"})


def read(model: Model, context: Context) -> Type:
    """The record of an attrs class; a field given again moves behind those of its bases."""
    fields = Fields()
    for ancestor in reversed(model.ancestors):
        found = decorator(ancestor, DECORATORS, context)
        if found is None:
            continue
        factories = _default_methods(ancestor)
        for member in _declared(ancestor, *found, context):
            fields.move(_field(member, factories, context))
    return Record(tuple(fields), model.name, "class", options=(("family", "attrs"),))


def _declared(ancestor: Ancestor, name: str, given: dict[str, ast.expr], context: Context) -> list[Member]:
    """The members that are fields: annotated ones, or, without `auto_attribs`, those assigned from `attr.ib()`."""
    own = members(ancestor)
    assigned = [one for one in own if context.name(one.value, one.scope) in _FIELD_FUNCTIONS]
    scope = Scope(ancestor.node.module, ancestor.node.outer)
    told = context.constant(given.get("auto_attribs"), scope)
    if isinstance(told, bool):
        annotated = told
    else:
        annotated = name in _ALWAYS_ANNOTATED or (name in _AUTO and all(one.annotation is not None for one in assigned))
    if not annotated:
        return assigned
    found: list[Member] = []
    for member in own:
        unwrapped = member.unwrapped(context)
        if unwrapped is not None and "ClassVar" not in unwrapped.qualifiers:
            found.append(member)
    return found


def _default_methods(ancestor: Ancestor) -> dict[str, str]:
    """Methods decorated with `@name.default`, by the field's name."""
    found: dict[str, str] = {}
    for method in methods(ancestor):
        for expression in method.decorator_list:
            if isinstance(expression, ast.Attribute) and expression.attr == "default":
                found[source_text(expression.value)] = method.name
    return found


def _field(member: Member, factories: dict[str, str], context: Context) -> Field:
    is_call = context.name(member.value, member.scope) in _FIELD_FUNCTIONS
    given = keywords(member.value) if is_call else {}
    default = _default(member, given, is_call, context)
    if default is None and member.name in factories:
        default = Default(factory=True, text=f"{factories[member.name]}()")
    type_ = member.type(context)
    if member.annotation is None and "type" in given:
        type_ = context.annotations.type(given["type"], member.scope, member.owner.environment)
    options: list[tuple[str, str]] = []
    if "validator" in given:
        type_ = _validated(type_, given["validator"], member.scope, context)
    if "converter" in given and not _is_none(given["converter"]):
        options.append(("converter", source_text(given["converter"])))
    initialised = "init" not in given or context.constant(given["init"], member.scope) is not False
    if not initialised:
        options.append(("init", "false"))
    return Field(
        name=member.name,
        type=type_,
        required=default is None and initialised,
        always=always_written(default) or not initialised,
        default=default,
        place=member.place,
        options=tuple(sorted(options)),
    )


def _is_none(expression: ast.expr) -> bool:
    return isinstance(expression, ast.Constant) and expression.value is None


def _default(member: Member, given: dict[str, ast.expr], is_call: bool, context: Context) -> Default | None:
    if not is_call:
        return _given(member.value, member, context)
    if "factory" in given and not _is_none(given["factory"]):
        return context.constants.factory(given["factory"], member.scope)
    positional = member.value.args[0] if isinstance(member.value, ast.Call) and member.value.args else None
    return _given(given.get("default", positional), member, context)


def _given(value: ast.expr | None, member: Member, context: Context) -> Default | None:
    """A default, `Factory(…)` included; NOTHING is none."""
    if value is None:
        return None
    name = context.name(value, member.scope)
    if name == "attr.NOTHING":
        return None
    if name == "attr.Factory" and isinstance(value, ast.Call):
        factory = value.args[0] if value.args else keywords(value).get("factory")
        return context.constants.factory(factory, member.scope) if factory is not None else None
    return context.constants.default(value, member.scope)


# ---------------------------------------------------------------------------------------------------- validators

_BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
_OTHERS = {"matches_re": "pattern", "max_len": "maxLength", "min_len": "minLength"}


def _validated(type_: Type, validator: ast.expr, scope: Scope, context: Context) -> Type:
    """A type with the constraints of `attrs.validators`; other validators are code of which the name is known."""
    pending, found = [validator], list[Constraint]()
    while pending:
        one = pending.pop()
        if isinstance(one, ast.List | ast.Tuple):
            pending.extend(reversed(one.elts))
            continue
        name = context.name(one, scope).removeprefix("attr.validators.")
        arguments = one.args if isinstance(one, ast.Call) else []
        if name in ("and_", "optional"):
            pending.extend(reversed(arguments))
        elif name in _BOUNDS or name in _OTHERS:
            value = context.constants.value(arguments[0], scope) if arguments else None
            constant = value.value if value is not None else source_text(one)
            found.append(Constraint(_BOUNDS.get(name) or _OTHERS[name], constant))
        elif name == "in_" and arguments:
            values = context.constant(arguments[0], scope)
            if isinstance(values, tuple) and type_ == ANY:
                type_ = Enumeration(tuple(Symbol(str(value), value=value) for value in values))
            else:
                found.append(Constraint("enum", values if isinstance(values, tuple) else source_text(arguments[0])))
        elif name not in ("instance_of", "is_callable", "deep_iterable", "deep_mapping"):
            found.append(Constraint("validator", source_text(one)))
    return with_constraints(type_, found)
