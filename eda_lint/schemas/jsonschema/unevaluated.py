"""`unevaluatedProperties` and `unevaluatedItems`, written out as what is left over in each case.

What is evaluated depends on which branches of `anyOf`, `oneOf` and `if` a value fits. Here each combination of them
becomes a case of its own: the branches that fit, the branches that do not, and a record that knows the names these
evaluate. Source: JSON Schema 2020-12 core, 11.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from eda_lint.model.schema import Choice, Complement, Field, Record, Scalar, Sequence, Type
from eda_lint.schemas.jsonschema.meet import ANY, NEVER, meet
from eda_lint.schemas.located import Located, Value

if TYPE_CHECKING:
    from eda_lint.schemas.jsonschema.reader import Reader
    from eda_lint.schemas.jsonschema.resources import Resource

__all__ = ["with_unevaluated"]

_CASES = 64
"""Most combinations of branches that are written out; what has more is a type nobody can look into."""
_NESTED = 20
"""References in references that are followed."""


@dataclass(frozen=True, slots=True)
class _Case:
    """What is evaluated where some branches fit (`guards` say which)."""

    guards: tuple[Type, ...] = ()
    names: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    all_properties: bool = False
    items: int = 0
    all_items: bool = False

    def with_(self, other: _Case) -> _Case:
        """Both together."""
        return _Case(
            (*self.guards, *other.guards),
            self.names | other.names,
            self.patterns | other.patterns,
            self.all_properties or other.all_properties,
            max(self.items, other.items),
            self.all_items or other.all_items,
        )


class _TooManyError(Exception):
    """More cases than are written out."""


def with_unevaluated(reader: Reader, schema: Located, resource: Resource, found: Type) -> Type:
    """The type of a schema with what `unevaluatedProperties` and `unevaluatedItems` in it add."""
    for key in ("unevaluatedProperties", "unevaluatedItems"):
        if key not in schema:
            continue
        rest = reader.schema(schema[key], resource)
        if rest == ANY:
            continue
        try:
            cases = _cases(reader, schema, resource, _NESTED)
        except _TooManyError:
            return meet([found, Scalar("opaque", name=key)])
        close = _closed_record if key == "unevaluatedProperties" else _closed_sequence
        if key == "unevaluatedProperties" and isinstance(found, Record) and _covers(found, cases):
            found = replace(found, rest=None if rest == NEVER else rest)
            continue
        closed = [meet([*case.guards, close(case, rest)]) for case in cases]
        found = meet([found, closed[0] if len(closed) == 1 else Choice(tuple(closed))])
    return found


def _covers(record: Record, cases: list[_Case]) -> bool:
    """Whether what is evaluated is in any case what a record declares."""
    case = cases[0]
    if len(cases) > 1 or case.guards or case.all_properties:
        return False
    declared = {field.name for field in record.fields}
    return record.rest == ANY and declared == set(case.names) and {name for name, _ in record.patterns} == case.patterns


def _closed_record(case: _Case, rest: Type) -> Type:
    if case.all_properties:
        return ANY
    fields = tuple(Field(name, ANY) for name in sorted(case.names))
    patterns = tuple((pattern, ANY) for pattern in sorted(case.patterns))
    return Record(fields, kind="object", rest=None if rest == NEVER else rest, patterns=patterns, loose=True)


def _closed_sequence(case: _Case, rest: Type) -> Type:
    return ANY if case.all_items else Sequence(rest, (ANY,) * case.items, loose=True)


def _cases(reader: Reader, schema: Value, resource: Resource, depth: int) -> list[_Case]:
    """What a schema evaluates, in each case; the `unevaluated…` keywords of the schema itself left out at the top."""
    if not isinstance(schema, Located):
        return [_Case()]
    parts: list[list[_Case]] = [[_own(schema, top=depth == _NESTED)]]
    if isinstance(schema.get("$ref"), str):
        target = reader.resources.target(schema["$ref"], resource)
        if depth <= 0:
            raise _TooManyError
        if target is not None:
            parts.append(_cases(reader, target.schema, target.resource, depth - 1))
    parts += [_cases(reader, branch, resource, depth - 1) for branch in _listed(schema, "allOf")]
    parts += [_either(reader, branch, resource, depth) for branch in _listed(schema, "anyOf")]
    if _listed(schema, "oneOf"):
        parts.append(_one_of(reader, _listed(schema, "oneOf"), resource, depth))
    if "if" in schema:
        parts.append(_conditional(reader, schema, resource, depth))
    dependent = schema.get("dependentSchemas")
    for name, branch in dependent.items() if isinstance(dependent, Located) else ():
        has = Record((Field(name, ANY, required=True),), kind="object")
        met = [_Case((has,)).with_(case) for case in _cases(reader, branch, resource, depth - 1)]
        parts.append([*met, _Case((Complement(has),))])
    total = 1
    for part in parts:
        total *= len(part)
        if total > _CASES:
            raise _TooManyError
    found: list[_Case] = []
    for combination in product(*parts):
        case = combination[0]
        for other in combination[1:]:
            case = case.with_(other)
        found.append(case)
    return found


def _own(schema: Located, *, top: bool) -> _Case:
    """What the keywords of a schema evaluate themselves."""
    properties, patterns = schema.get("properties"), schema.get("patternProperties")
    listed = schema.get("prefixItems", schema.get("items"))
    inner = not top
    return _Case(
        names=frozenset(properties) if isinstance(properties, Located) else frozenset(),
        patterns=frozenset(patterns) if isinstance(patterns, Located) else frozenset(),
        all_properties="additionalProperties" in schema or (inner and "unevaluatedProperties" in schema),
        items=len(listed) if isinstance(listed, list) else 0,
        all_items=("items" in schema and not isinstance(schema["items"], list))
        or "additionalItems" in schema
        or (inner and "unevaluatedItems" in schema),
    )


def _listed(schema: Located, key: str) -> list[Value]:
    said = schema.get(key)
    return said if isinstance(said, list) else []


def _either(reader: Reader, branch: Value, resource: Resource, depth: int) -> list[_Case]:
    """A branch of `anyOf`: it fits, or it does not."""
    inner = _cases(reader, branch, resource, depth - 1)
    if all(case == _Case() for case in inner):
        return [_Case()]
    type_ = reader.schema(branch, resource)
    return [*(_Case((type_,)).with_(case) for case in inner), _Case((Complement(type_),))]


def _one_of(reader: Reader, branches: list[Value], resource: Resource, depth: int) -> list[_Case]:
    """`oneOf`: each branch by itself."""
    found: list[_Case] = []
    for branch in branches:
        guard = _Case((reader.schema(branch, resource),))
        found += [guard.with_(case) for case in _cases(reader, branch, resource, depth - 1)]
    return found


def _conditional(reader: Reader, schema: Located, resource: Resource, depth: int) -> list[_Case]:
    """`if`: it fits and so does `then`, or it does not and `else` does."""
    condition = reader.schema(schema["if"], resource)
    fits = _cases(reader, schema["if"], resource, depth - 1)
    then = _cases(reader, schema.get("then", True), resource, depth - 1)
    otherwise = _cases(reader, schema.get("else", True), resource, depth - 1)
    met = [_Case((condition,)).with_(one).with_(other) for one in fits for other in then]
    return [*met, *(_Case((Complement(condition),)).with_(case) for case in otherwise)]
