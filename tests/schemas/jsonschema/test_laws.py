"""JSON Schema: the laws of comparing."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eda_lint.model.schema import Comparison
from eda_lint.schemas import compare
from eda_lint.schemas.dialect import worst

Json = Any

TYPES: tuple[Json, ...] = (
    {"type": "string"},
    {"type": "string", "maxLength": 5},
    {"type": "string", "pattern": "^[a-z]+$", "format": "uuid"},
    {"type": ["string", "null"]},
    {"type": "integer"},
    {"type": "number", "minimum": 0},
    {"enum": ["A", "B"]},
    {"enum": ["A", "B", 1]},
    {"type": "array", "items": {"type": "string"}},
    {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
    {"$ref": "#/$defs/money"},
    {"oneOf": [{"type": "string"}, {"$ref": "#/$defs/money"}]},
    {"type": "object", "properties": {"x": {"type": "integer", "default": 1}}, "additionalProperties": False},
    {"type": "object", "additionalProperties": {"type": "integer"}},
    {"not": {"type": "null"}},
)
MONEY = {"type": "object", "properties": {"amount": {"type": "number"}, "of": {"$ref": "#/$defs/money"}}}
FIELDS = ("id", "email", "total", "note")
FIELD = st.tuples(st.sampled_from(TYPES), st.booleans()) | st.none()


def schema(fields: dict[str, tuple[Json, bool] | None], closed: bool = False) -> Json:
    """An object of some fields, each with a type and whether it is required."""
    present = {name: field for name, field in fields.items() if field is not None}
    return {
        "type": "object",
        "properties": {"kind": {"type": "string"}, **{name: field[0] for name, field in present.items()}},
        "required": [name for name, field in present.items() if field[1]],
        "$defs": {"money": MONEY},
        **({"additionalProperties": False} if closed else {}),
    }


OBJECTS = st.builds(schema, st.fixed_dictionaries(dict.fromkeys(FIELDS, FIELD)), st.booleans())
SCHEMAS = OBJECTS | st.sampled_from(TYPES).map(lambda one: {"allOf": [one], "$defs": {"money": MONEY}}) | st.booleans()
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def compared(old: Json, new: Json) -> Comparison:
    """The comparison of two schemas."""
    return compare(json.dumps(old), json.dumps(new), dialect="jsonschema")


@SETTINGS
@given(SCHEMAS)
def test_nothing_differs_from_itself(one: Json) -> None:
    assert compared(one, one).changes == ()


@SETTINGS
@given(SCHEMAS, SCHEMAS)
def test_backward_is_forward_of_the_reverse(one: Json, other: Json) -> None:
    there, back = compared(one, other), compared(other, one)
    assert (there.backward, there.forward) == (back.forward, back.backward)
    assert all(change.message and change.source for change in there.changes)


@SETTINGS
@given(
    st.fixed_dictionaries(dict.fromkeys(FIELDS, FIELD)),
    st.fixed_dictionaries(dict.fromkeys(FIELDS, FIELD)),
    st.sets(st.sampled_from(FIELDS)),
    st.booleans(),
)
def test_more_changes_are_never_safer(
    old: dict[str, tuple[Json, bool] | None],
    new: dict[str, tuple[Json, bool] | None],
    some: set[str],
    closed: bool,
) -> None:
    before = schema(old, closed)
    fewer = compared(before, schema({name: new[name] if name in some else old[name] for name in FIELDS}, closed))
    more = compared(before, schema(new, closed))
    assert worst((fewer.backward, more.backward)) == more.backward
    assert worst((fewer.forward, more.forward)) == more.forward
