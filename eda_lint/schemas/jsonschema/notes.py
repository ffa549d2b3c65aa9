"""What a schema says that no value shows (formats, encodings, defaults), as one number per type.

Two types with the same formula and the same number differ in nothing that is reported.
"""

from __future__ import annotations

from typing import Any

from eda_lint.model.schema import (
    Choice,
    Complement,
    Dictionary,
    Intersection,
    Record,
    Reference,
    Scalar,
    Sequence,
    Type,
)

__all__ = ["ANNOTATIONS", "Notes"]

ANNOTATIONS = frozenset(("format", "contentEncoding", "contentMediaType"))
"""Keywords that tell people and tools something and refuse nothing."""


class Notes:
    """Numbers what types say beside their values; equal notes have equal numbers."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {(): 0}
        self._known: dict[int, tuple[Type, int]] = {}

    def of(self, type_: Type) -> int:
        """The number of a type's notes; 0 if it has none. A reference is noted by its name alone."""
        known = self._known.get(id(type_))
        if known is None:
            noted = self._noted(type_)
            number = self._numbers.setdefault(noted, len(self._numbers)) if noted else 0
            known = self._known[id(type_)] = (type_, number)
        return known[1]

    def _noted(self, type_: Type) -> tuple[Any, ...]:
        match type_:
            case Scalar(constraints=constraints):
                return tuple((each.keyword, each.value) for each in constraints if each.keyword in ANNOTATIONS)
            case Record():
                fields = ((field.name, self.of(field.type), field.default) for field in type_.fields)
                noted = tuple(one for one in fields if one[1] or one[2] is not None)
                rest = [type_.rest] if type_.rest is not None else []
                return noted + self._parts([*rest, *(inner for _, inner in type_.patterns)])
            case Sequence():
                return self._parts([type_.items, *type_.prefix, *(each.type for each in type_.contains)])
            case Dictionary():
                return self._parts([type_.values])
            case Choice() | Intersection():
                return self._parts(list(type_.branches))
            case Complement():
                return self._parts([type_.type])
            case Reference():
                return ("to", type_.name)
        return ()

    def _parts(self, parts: list[Type]) -> tuple[Any, ...]:
        numbers = tuple(self.of(part) for part in parts)
        return numbers if any(numbers) else ()
