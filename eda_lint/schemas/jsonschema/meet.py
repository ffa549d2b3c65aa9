"""Intersections of types, written as one type where one says the same."""

from __future__ import annotations

from eda_lint.model.schema import Field, Intersection, Record, Scalar, Type

__all__ = ["ANY", "NEVER", "UNDECLARED", "flattened", "meet"]

ANY = Scalar("any")
NEVER = Scalar("never")
UNDECLARED = ("declared", "no")
"""Option of a field that `required` names and `properties` does not."""


def meet(parts: list[Type]) -> Type:
    """The type of values that are of all the types: records, numbers and strings that can be written as one are."""
    found: list[Type] = []
    for part in (inner for whole in parts for inner in flattened(whole)):
        if part == NEVER:
            return NEVER
        if part == ANY or part in found:
            continue
        for index, other in enumerate(found):
            merged = _merged(other, part)
            if merged is not None:
                found[index] = merged
                break
        else:
            found.append(part)
    if not found:
        return ANY
    return found[0] if len(found) == 1 else Intersection(tuple(found))


def flattened(type_: Type) -> tuple[Type, ...]:
    """The branches of an intersection; any other type by itself."""
    return type_.branches if isinstance(type_, Intersection) else (type_,)


def _merged(one: Type, other: Type) -> Type | None:
    """Two types as one that says the same; None if there is none."""
    if isinstance(one, Record) and isinstance(other, Record):
        return _merged_records(one, other)
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return _merged_scalars(one, other)
    return None


def _merged_scalars(one: Scalar, other: Scalar) -> Scalar | None:
    kinds = {one.kind, other.kind}
    if kinds <= {"integer", "number"}:
        if len(kinds) == 2 and (one if one.kind == "integer" else other).loose:
            return None
        kind = "integer" if "integer" in kinds else "number"
    elif kinds == {"string"}:
        kind = "string"
    else:
        return None
    if {c.keyword for c in one.constraints} & {c.keyword for c in other.constraints}:
        return None
    return Scalar(kind, constraints=(*one.constraints, *other.constraints), loose=one.loose and other.loose)


def _merged_records(one: Record, other: Record) -> Record | None:
    if one.rest != ANY or other.rest != ANY:
        return None
    if {c.keyword for c in one.constraints} & {c.keyword for c in other.constraints}:
        return None
    fields = {field.name: field for field in one.fields}
    for field in other.fields:
        known = fields.get(field.name)
        fields[field.name] = field if known is None else _merged_fields(known, field)
    names = [each for each in (one.names, other.names) if each is not None]
    return Record(
        tuple(fields.values()),
        name=one.name or other.name,
        kind="object",
        patterns=(*one.patterns, *other.patterns),
        constraints=(*one.constraints, *other.constraints),
        names=meet(names) if names else None,
        dependents=(*one.dependents, *other.dependents),
        loose=one.loose and other.loose,
    )


def _merged_fields(one: Field, other: Field) -> Field:
    first, second = (other, one) if UNDECLARED in one.options else (one, other)
    return Field(
        first.name,
        meet([first.type, second.type]),
        required=one.required or other.required,
        always=one.required or other.required,
        default=first.default or second.default,
        place=first.place or second.place,
        options=first.options if UNDECLARED not in second.options or UNDECLARED in first.options else (),
    )
