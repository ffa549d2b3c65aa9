"""Types of the model as formulas."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from eda_lint.model.schema import (
    Choice,
    Complement,
    Constraint,
    Definition,
    Dictionary,
    Enumeration,
    Fixed,
    Intersection,
    Record,
    Reference,
    Scalar,
    Sequence,
    Type,
)
from eda_lint.schemas.inclusion.formulas import (
    ALL,
    ARRAY,
    BOOLEAN,
    NULL,
    NUMBER,
    OBJECT,
    STRING,
    Formula,
    Formulas,
    frozen,
    number,
)

__all__ = ["Translator"]

_SCALARS = {"null": NULL, "boolean": BOOLEAN, "integer": NUMBER, "number": NUMBER, "string": STRING}
_BOUNDS = {"minimum": "ge", "exclusiveMinimum": "gt", "maximum": "le", "exclusiveMaximum": "lt"}
_ONE = number(1)


class Translator:
    """Translates the types of one schema. `same`: definitions that say the same in the other schema too."""

    def __init__(
        self, formulas: Formulas, definitions: Mapping[str, Definition], side: str, same: frozenset[str] = frozenset()
    ) -> None:
        self._f = formulas
        self._definitions = definitions
        self._side = side
        self._same = same
        self._known: dict[int, tuple[Type, Formula]] = {}

    def translate(self, type_: Type) -> Formula:
        """The formula of a type."""
        known = self._known.get(id(type_))
        if known is None:
            known = self._known[id(type_)] = (type_, self._translated(type_))
        return known[1]

    def _translated(self, type_: Type) -> Formula:
        f = self._f
        match type_:
            case Scalar():
                return self._scalar(type_)
            case Enumeration():
                return f.statement("in", frozenset(frozen(json.loads(symbol.name)) for symbol in type_.symbols))
            case Choice():
                parts = [self.translate(branch) for branch in type_.branches]
                return f.one(parts) if type_.exclusive else f.either(parts)
            case Intersection():
                return f.both(self.translate(branch) for branch in type_.branches)
            case Complement():
                return f.negate(self.translate(type_.type))
            case Reference():
                if type_.name not in self._definitions:
                    return f.statement("opaque", type_.name)
                return f.statement("ref", "" if type_.name in self._same else self._side, type_.name)
            case Record():
                return self._record(type_)
            case Dictionary():
                parts = [f.statement("all", f.true, self.translate(type_.values)), *self._ranges(type_.constraints)]
                return f.both([f.statement("type", OBJECT), *parts])
            case Sequence():
                return self._sequence(type_)
            case Fixed():
                return f.statement("opaque", type_.name)

    def _guarded(self, type_: int, parts: list[Formula], loose: bool) -> Formula:
        f = self._f
        if loose:
            return f.either([f.statement("type", ALL & ~type_), f.both(parts)])
        return f.both([f.statement("type", type_), *parts])

    def _scalar(self, type_: Scalar) -> Formula:
        f = self._f
        if type_.kind == "any":
            return f.true
        if type_.kind == "never":
            return f.false
        if type_.kind not in _SCALARS:
            return f.statement("opaque", type_.name or type_.kind)
        parts: list[Formula] = [f.statement("mult", _ONE)] if type_.kind == "integer" else []
        least, most = 0, None
        for constraint in type_.constraints:
            keyword, value = constraint.keyword, constraint.value
            if keyword in _BOUNDS and isinstance(value, int | float):
                parts.append(f.statement(_BOUNDS[keyword], number(value)))
            elif keyword == "multipleOf" and isinstance(value, int | float):
                parts.append(f.statement("mult", number(value)))
            elif keyword == "pattern" and isinstance(value, str):
                parts.append(self._pattern(value))
            elif keyword == "minLength" and isinstance(value, int):
                least = max(least, value)
            elif keyword == "maxLength" and isinstance(value, int):
                most = value if most is None else min(most, value)
        parts.append(f.statement("length", least, most))
        return self._guarded(_SCALARS[type_.kind], parts, type_.loose)

    def _pattern(self, pattern: str) -> Formula:
        return self._f.statement("match", pattern)

    def _ranges(self, constraints: tuple[Constraint, ...]) -> list[Formula]:
        said: dict[str, Any] = {constraint.keyword: constraint.value for constraint in constraints}
        f = self._f
        return [
            f.statement("members", said.get("minProperties", 0), said.get("maxProperties")),
            f.statement("size", said.get("minItems", 0), said.get("maxItems")),
            f.statement("unique") if said.get("uniqueItems") else f.true,
        ]

    def _sequence(self, type_: Sequence) -> Formula:
        f = self._f
        parts = [f.statement("at", index, self.translate(each)) for index, each in enumerate(type_.prefix)]
        parts.append(f.statement("from", len(type_.prefix), self.translate(type_.items)))
        parts += self._ranges(type_.constraints)
        for contained in type_.contains:
            inner = self.translate(contained.type)
            parts.append(f.statement("count", inner, contained.minimum, contained.maximum))
        return self._guarded(ARRAY, parts, type_.loose)

    def _record(self, type_: Record) -> Formula:
        f = self._f
        parts = self._ranges(type_.constraints)
        names: list[Any] = []
        for field in type_.fields:
            name = ("s", field.name)
            names.append(name)
            parts.append(f.statement("all", f.statement("in", frozenset((name,))), self.translate(field.type)))
            if field.required:
                parts.append(f.statement("has", field.name))
        patterns = [self._pattern(pattern) for pattern, _ in type_.patterns]
        for pattern, (_, inner) in zip(patterns, type_.patterns, strict=True):
            parts.append(f.statement("all", pattern, self.translate(inner)))
        rest = f.false if type_.rest is None else self.translate(type_.rest)
        if rest is not f.true:
            others = f.both([f.statement("out", frozenset(names)), *(f.negate(pattern) for pattern in patterns)])
            parts.append(f.statement("all", others, rest))
        if type_.names is not None:
            parts.append(f.statement("all", f.negate(self.translate(type_.names)), f.false))
        parts += [f.either([f.statement("lacks", name), self.translate(inner)]) for name, inner in type_.dependents]
        return self._guarded(OBJECT, parts, type_.loose)
