"""What JSON Schema's keywords say about values of one type each, as types of the model.

Without `type` a keyword restricts values of its own type and lets all others pass; such a type is `loose`.
Source: JSON Schema 2020-12 validation, 6 (keywords by type); core, 10.3 (applicators of objects and arrays).
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from eda_lint.model.schema import (
    Choice,
    Constraint,
    Contains,
    Default,
    Dictionary,
    Field,
    Record,
    Scalar,
    Sequence,
    Type,
)
from eda_lint.model.topology import Place
from eda_lint.schemas.inclusion.languages import UndecidedError, UnsupportedPatternError, matches
from eda_lint.schemas.jsonschema.meet import ANY, NEVER, UNDECLARED
from eda_lint.schemas.located import Located, Value
from eda_lint.schemas.values import canonical, constant

if TYPE_CHECKING:
    from eda_lint.schemas.jsonschema.reader import Reader
    from eda_lint.schemas.jsonschema.resources import Resource

__all__ = ["bodies", "is_matched"]

_ORDER = ("null", "boolean", "integer", "number", "string", "array", "object")
_OF_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "divisibleBy")
_OF_STRINGS = ("minLength", "maxLength", "pattern", "contentEncoding", "contentMediaType")
_OF_ARRAYS = (
    "items", "prefixItems", "additionalItems", "minItems", "maxItems", "uniqueItems", "contains",
)  # fmt: skip
_OF_OBJECTS = (
    "properties", "patternProperties", "additionalProperties", "required", "minProperties", "maxProperties",
    "propertyNames", "dependencies", "dependentRequired", "dependentSchemas",
)  # fmt: skip
_NUMBER_FORMATS = frozenset(("int32", "int64", "float", "double", "uint32", "uint64", "int8", "int16"))


def bodies(reader: Reader, schema: Located, resource: Resource, *, typed: bool) -> list[Type]:
    """What the keywords of a schema say about values; `typed`: `type` is still to be applied."""
    types = reader.types(schema, resource) if typed else None
    said = _Bodies(reader, schema, resource)
    if types is None:
        found = [said.of("number", loose=True), said.of("string", loose=True)]
        found += [said.of("array", loose=True), said.of("object", loose=True)]
        return [each for each in found if each is not None]
    names = [name for name in _ORDER if name in types and not (name == "integer" and "number" in types)]
    branches = [said.of(name, loose=False) or Scalar(name) for name in names]
    if not branches:
        return [NEVER]
    if len(branches) == 6 and all(_is_bare(branch) for branch in branches):
        return []
    return [branches[0] if len(branches) == 1 else Choice(tuple(branches))]


def _is_bare(type_: Type) -> bool:
    return type_ in (_BARE_ARRAY, _BARE_OBJECT) or (isinstance(type_, Scalar) and not type_.constraints)


class _Bodies:
    """The keywords of one schema by the type of value they restrict."""

    def __init__(self, reader: Reader, schema: Located, resource: Resource) -> None:
        self._reader = reader
        self._schema = schema
        self._resource = resource

    def of(self, name: str, *, loose: bool) -> Type | None:
        """What is said about values of a type; None if nothing is and it would be loose."""
        if name in ("integer", "number"):
            constraints = self._numbers()
            return Scalar(name, constraints=constraints, loose=loose) if constraints else None
        if name == "string":
            constraints = self._strings()
            return Scalar(name, constraints=constraints, loose=loose) if constraints else None
        if name == "array":
            has = any(key in self._schema for key in _OF_ARRAYS)
            return self._array(loose) if has else None if loose else _BARE_ARRAY
        if name == "object":
            has = any(key in self._schema for key in _OF_OBJECTS)
            return self._object(loose) if has else None if loose else _BARE_OBJECT
        return None

    # ---------------------------------------------------------------------------------------------- scalars

    def _numbers(self) -> tuple[Constraint, ...]:
        found: list[Constraint] = []
        for low, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            bound, edge = self._number(low), self._schema.get(exclusive)
            if isinstance(edge, bool):
                if bound is not None:
                    found.append(Constraint(exclusive if edge else low, bound))
                continue
            if bound is not None:
                found.append(Constraint(low, bound))
            limit = self._number(exclusive)
            if limit is not None:
                found.append(Constraint(exclusive, limit))
        for key in ("multipleOf", "divisibleBy"):
            step = self._number(key)
            if step is not None and step > 0:
                found.append(Constraint("multipleOf", step))
            elif step is not None:
                self._wrong(key, f"`{key}` is greater than 0")
        said = self._schema.get("format")
        if isinstance(said, str) and said in _NUMBER_FORMATS:
            found.append(Constraint("format", said))
        return tuple(found)

    def _strings(self) -> tuple[Constraint, ...]:
        found: list[Constraint] = []
        for key in ("minLength", "maxLength"):
            found += self._count(key)
        for key in ("pattern", "format", "contentEncoding", "contentMediaType"):
            said = self._schema.get(key)
            if isinstance(said, str) and not (key == "format" and said in _NUMBER_FORMATS):
                found.append(Constraint(key, said))
            elif key in self._schema and not isinstance(said, str):
                self._wrong(key, f"`{key}` is a text")
        return tuple(found)

    # ----------------------------------------------------------------------------------------------- arrays

    def _array(self, loose: bool) -> Sequence:
        schema = self._schema
        prefix: tuple[Type, ...] = ()
        items: Type = ANY
        listed = schema.get("prefixItems", schema.get("items"))
        if isinstance(listed, list):
            prefix = tuple(self._schema_of(each) for each in listed)
            rest = "items" if "prefixItems" in schema else "additionalItems"
            if rest in schema and not isinstance(schema[rest], list):
                items = self._schema_of(schema[rest])
        elif "items" in schema:
            items = self._schema_of(schema["items"])
        constraints = [*self._count("minItems"), *self._count("maxItems")]
        if schema.get("uniqueItems") is True:
            constraints.append(Constraint("uniqueItems", True))
        elif "uniqueItems" in schema and schema["uniqueItems"] is not False:
            self._wrong("uniqueItems", "`uniqueItems` is a boolean")
        return Sequence(items, prefix, tuple(constraints), contains=self._contains(), loose=loose)

    def _contains(self) -> tuple[Contains, ...]:
        if "contains" not in self._schema:
            return ()
        least, most = self._whole("minContains"), self._whole("maxContains")
        return (Contains(self._schema_of(self._schema["contains"]), 1 if least is None else least, most),)

    # ---------------------------------------------------------------------------------------------- objects

    def _object(self, loose: bool) -> Type:
        schema = self._schema
        patterns = tuple((name, self._schema_of(inner)) for name, inner in self._members("patternProperties"))
        rest: Type | None = ANY
        if "additionalProperties" in schema:
            rest = self._schema_of(schema["additionalProperties"])
            rest = None if rest == NEVER else rest
        constraints = (*self._count("minProperties"), *self._count("maxProperties"))
        names = self._schema_of(schema["propertyNames"]) if "propertyNames" in schema else None
        fields = self._fields(patterns, rest)
        dependents = self._dependents()
        if not (fields or patterns or names or dependents or loose) and rest is not None and rest != ANY:
            return Dictionary(rest, constraints=constraints)
        title = schema.get("title")
        return Record(
            fields, name=title if isinstance(title, str) else "", kind="object", rest=rest, patterns=patterns,
            constraints=constraints, names=names, dependents=dependents, loose=loose,
        )  # fmt: skip

    def _fields(self, patterns: tuple[tuple[str, Type], ...], rest: Type | None) -> tuple[Field, ...]:
        required = self._texts("required")
        declared = self._schema.get("properties")
        lines = declared.line_of if isinstance(declared, Located) else self._schema.line_of
        found: list[Field] = []
        for name, inner in self._members("properties"):
            must = name in required
            default = inner.get("default", _ABSENT) if isinstance(inner, Located) else _ABSENT
            found.append(
                Field(
                    name,
                    self._schema_of(inner),
                    required=must,
                    always=must,
                    default=None if default is _ABSENT else Default(constant(default), text=canonical(default)),
                    place=Place(self._resource.path, lines(name)),
                )
            )
        known = {field.name for field in found}
        place = Place(self._resource.path, self._schema.line_of("required"))
        for name in required:
            if name not in known:
                type_ = ANY if any(is_matched(pattern, name) for pattern, _ in patterns) else rest or NEVER
                found.append(Field(name, type_, required=True, place=place, options=(UNDECLARED,)))
        return tuple(found)

    def _dependents(self) -> tuple[tuple[str, Type], ...]:
        found: list[tuple[str, Type]] = []
        for key in ("dependencies", "dependentRequired", "dependentSchemas"):
            for name, said in self._members(key):
                if isinstance(said, list):
                    needed = tuple(
                        Field(each, ANY, required=True, options=(UNDECLARED,)) for each in said if isinstance(each, str)
                    )
                    found.append((name, Record(needed, kind="object", loose=True)))
                else:
                    found.append((name, self._schema_of(said)))
        return tuple(found)

    # --------------------------------------------------------------------------------------------- keywords

    def _schema_of(self, schema: Value) -> Type:
        return self._reader.schema(schema, self._resource)

    def _wrong(self, key: str, message: str) -> None:
        self._reader.wrong(self._resource, self._schema.line_of(key), message)

    def _number(self, key: str) -> int | float | None:
        said = self._schema.get(key)
        if isinstance(said, int | float) and not isinstance(said, bool) and math.isfinite(said):
            return said
        if key in self._schema:
            self._wrong(key, f"`{key}` is a number")
        return None

    def _whole(self, key: str) -> int | None:
        said = self._number(key)
        if said is not None and (said < 0 or said != int(said)):
            self._wrong(key, f"`{key}` is a whole number, 0 or more")
            return None
        return None if said is None else int(said)

    def _count(self, key: str) -> list[Constraint]:
        said = self._whole(key)
        return [] if said is None or (said == 0 and key.startswith("min")) else [Constraint(key, said)]

    def _members(self, key: str) -> list[tuple[str, Value]]:
        said = self._schema.get(key)
        if isinstance(said, Located):
            return list(said.items())
        if key in self._schema:
            self._wrong(key, f"`{key}` is an object")
        return []

    def _texts(self, key: str) -> tuple[str, ...]:
        said: Any = self._schema.get(key, [])
        if isinstance(said, list) and all(isinstance(each, str) for each in said):
            return tuple(dict.fromkeys(said))
        if not isinstance(said, bool):  # Draft 3 wrote `required: true` into the property.
            self._wrong(key, f"`{key}` is a list of texts")
        return ()


_ABSENT: Any = object()
_BARE_ARRAY = Sequence(ANY)
_BARE_OBJECT = Record((), kind="object")


def is_matched(pattern: str, name: str) -> bool | None:
    """Whether a pattern is found in a name; None if that cannot be told."""
    try:
        return matches(pattern, name)
    except (UnsupportedPatternError, UndecidedError):
        try:
            return re.search(pattern, name) is not None
        except (re.error, RecursionError, OverflowError):
            return None
