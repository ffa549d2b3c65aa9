"""Names that a generator gives to fields (`alias_generator`, `rename`, `letter_case`).

Known generators are those of pydantic, msgspec, dataclasses-json and pyhumps; a function or lambda of the project is
evaluated on the field's name if it is made of text operations alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from eda_lint.schemas.python.bindings import External, Function, Scope
from eda_lint.schemas.python.classes import Context
from eda_lint.schemas.python.expressions import keywords, source_text, text_items
from eda_lint.schemas.python.known import canonical
from eda_lint.schemas.python.text_functions import text_function

Convert = Callable[[str], str | None]
"""A field's name → the name it is given, None if that is not known or if it keeps its own."""


def _keep(_: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Renaming:
    """How fields without an alias of their own are called on the wire."""

    written: Convert = _keep
    read: Convert = _keep
    unknown: str = ""
    """The source of a generator that could not be evaluated."""


NO_RENAMING = Renaming()
"""Fields keep their names."""


def pascal(name: str) -> str:
    """`order_id` → `OrderId`, as `pydantic.alias_generators.to_pascal` does."""
    camel = name.title()
    return re.sub("([0-9A-Za-z])_(?=[0-9A-Z])", lambda match: match.group(1), camel)


def camel(name: str) -> str:
    """`order_id` → `orderId`, as `pydantic.alias_generators.to_camel` does (a camel name stays as it is)."""
    if re.match("^[a-z]+[A-Za-z0-9]*$", name) and not re.search(r"\d(?=[a-z])", name):
        return name
    return re.sub("(^_*[A-Z])", lambda match: match.group(1).lower(), pascal(name))


def snake(name: str) -> str:
    """`orderId` → `order_id`, as `pydantic.alias_generators.to_snake` does."""
    for pattern in ("([A-Z]+)([A-Z][a-z])", "([a-z])([A-Z])", "([0-9])([A-Z])", "([a-z])([0-9])"):
        name = re.sub(pattern, lambda match: f"{match.group(1)}_{match.group(2)}", name)
    return name.replace("-", "_").lower()


def _words(name: str) -> list[str]:
    return [word for word in name.strip("_").split("_") if word]


def word_camel(name: str) -> str:
    """`order_id` → `orderId`, as msgspec's `rename="camel"` does."""
    words = _words(name)
    return _leading(name) + words[0] + "".join(word.title() for word in words[1:]) if words else name


def word_pascal(name: str) -> str:
    """`order_id` → `OrderId`, as msgspec's `rename="pascal"` does."""
    return _leading(name) + "".join(word.title() for word in _words(name)) if _words(name) else name


def _leading(name: str) -> str:
    return name[: len(name) - len(name.lstrip("_"))]


def kebab(name: str) -> str:
    """`order_id` → `order-id`, as msgspec's `rename="kebab"` does."""
    return name.strip("_").replace("_", "-") or name


NAMED: Mapping[str, Convert] = {
    "camel": word_camel,
    "kebab": kebab,
    "lower": str.lower,
    "pascal": word_pascal,
    "snake": snake,
    "upper": str.upper,
}
"""Generators by the name msgspec gives them."""

_FUNCTIONS: Mapping[str, Convert] = {
    "pydantic.alias_generators.to_camel": camel,
    "pydantic.alias_generators.to_pascal": pascal,
    "pydantic.alias_generators.to_snake": snake,
    "pydantic.to_camel": camel,
    "pydantic.to_lower_camel": camel,
    "pydantic.to_pascal": pascal,
    "pydantic.to_snake": snake,
    "builtins.str.upper": str.upper,
    "builtins.str.lower": str.lower,
    "builtins.str.title": str.title,
    "humps.camelize": word_camel,
    "humps.camel.case": word_camel,
    "humps.pascalize": word_pascal,
    "humps.kebabize": kebab,
    "stringcase.camelcase": word_camel,
    "stringcase.pascalcase": word_pascal,
    "stringcase.spinalcase": kebab,
    "inflection.camelize": word_pascal,
    "caseconverter.camelcase": word_camel,
    "caseconverter.pascalcase": word_pascal,
    "caseconverter.kebabcase": kebab,
    "dataclasses_json.CAMEL": word_camel,
    "dataclasses_json.KEBAB": kebab,
    "dataclasses_json.PASCAL": word_pascal,
    "dataclasses_json.SNAKE": snake,
}


def renaming(setting: tuple[ast.expr, Scope] | None, context: Context) -> Renaming:
    """What an `alias_generator` (a function, or pydantic's `AliasGenerator(…)`) does."""
    if setting is None:
        return Renaming()
    expression, scope = setting
    if isinstance(expression, ast.Constant) and expression.value is None:
        return Renaming()
    if context.name(expression, scope) == "pydantic.AliasGenerator" and isinstance(expression, ast.Call):
        given = keywords(expression)
        alias = given.get("alias") or (expression.args[0] if expression.args else None)
        written, read = given.get("serialization_alias") or alias, given.get("validation_alias") or alias
        write = converter(written, scope, context) if written is not None else _keep
        reader = converter(read, scope, context) if read is not None else _keep
        return Renaming(write or _keep, reader or _keep, "" if write and reader else source_text(expression))
    convert = converter(expression, scope, context)
    return Renaming(convert, convert) if convert else Renaming(unknown=source_text(expression))


def converter(expression: ast.expr, scope: Scope, context: Context) -> Convert | None:
    """The function from a field's name to its new name; None if it is not known."""
    known = context.constants.value(expression, scope)
    if known is not None and isinstance(known.value, str):
        return NAMED.get(known.value)
    if isinstance(expression, ast.Dict):
        renamed = {name: context.text(value, scope) or None for name, value in text_items(expression).items()}
        return renamed.get
    if isinstance(expression, ast.Lambda):
        return text_function(expression, scope, context.modules)
    entity = context.modules.resolve(expression, scope)
    if isinstance(entity, External):
        return _FUNCTIONS.get(canonical(entity.name))
    if isinstance(entity, Function):
        return text_function(entity.node, Scope(entity.module), context.modules)
    value = getattr(entity, "value", None)
    if isinstance(value, ast.Lambda):
        return text_function(value, getattr(entity, "scope", scope), context.modules)
    return None
