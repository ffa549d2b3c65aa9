"""Set inclusion: known answers."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from eda_lint.schemas.inclusion import Inclusion, Inclusions
from eda_lint.schemas.jsonschema.reader import read_jsonschema

Json = Any


def included(inner: Json, outer: Json, *, closed: bool = False) -> Inclusion:
    """Whether what one schema allows another one does."""
    old, new = (read_jsonschema({"": json.dumps(each)}) for each in (inner, outer))
    assert old.root is not None
    assert new.root is not None
    return Inclusions(old, new).backward(old.root, new.root, closed=closed)


TEXT, NUMBER, INTEGER = {"type": "string"}, {"type": "number"}, {"type": "integer"}
LIST = {"$defs": {"L": {"anyOf": [{"type": "null"}, {"type": "array", "items": {"$ref": "#/$defs/L"}}]}}}

YES = [
    (INTEGER, NUMBER),
    (False, TEXT),
    (TEXT, {}),
    ({"type": "integer", "minimum": 1, "maximum": 3, "multipleOf": 2}, {"enum": [2]}),
    ({"type": "integer", "exclusiveMinimum": 0}, {"type": "integer", "minimum": 1}),
    ({"type": "number", "multipleOf": 0.3}, {"multipleOf": 0.1}),
    ({"const": 1.0}, {"const": 1}),
    ({"type": "string", "minLength": 1}, {"type": "string", "pattern": ".+"}),
    ({"type": "string", "pattern": "^(ab)+$"}, {"type": "string", "pattern": "^[ab]*$", "minLength": 2}),
    ({"type": "string", "format": "email"}, {"type": "string", "format": "uri"}),
    ({"type": "array", "items": INTEGER}, {"type": "array", "items": NUMBER}),
    ({"type": "array", "items": False}, {"type": "array", "maxItems": 0}),
    ({"type": "array", "prefixItems": [TEXT], "items": False}, {"type": "array", "items": TEXT}),
    ({"type": "array", "contains": {"const": 1}, "minContains": 2}, {"type": "array", "minItems": 2}),
    ({"type": "array", "uniqueItems": True, "items": {"type": "boolean"}}, {"type": "array", "maxItems": 2}),
    ({"type": "array", "minItems": 5000, "items": TEXT}, {"type": "array", "minItems": 4000, "items": TEXT}),
    ({"type": "object", "required": ["a", "b"]}, {"type": "object", "minProperties": 2}),
    ({"type": "object", "properties": {"a": INTEGER}, "required": ["a"]}, {"properties": {"a": NUMBER}}),
    ({"type": "object", "properties": {"a": False}, "required": ["a"]}, TEXT),
    ({"type": "object", "propertyNames": {"enum": ["a", "b"]}}, {"type": "object", "maxProperties": 2}),
    ({"type": "object", "patternProperties": {"^a": TEXT}}, {"properties": {"abc": TEXT}}),
    ({"type": "object", "dependentRequired": {"a": ["b"]}, "required": ["a"]}, {"required": ["b"]}),
    ({"oneOf": [TEXT, INTEGER]}, {"anyOf": [INTEGER, TEXT]}),
    ({"anyOf": [TEXT, INTEGER]}, {"oneOf": [TEXT, INTEGER]}),
    ({"oneOf": [INTEGER, NUMBER]}, {"not": INTEGER}),
    ({"not": {"type": "string", "minLength": 2}}, {"anyOf": [{"not": TEXT}, {"maxLength": 1}]}),
    ({}, {"anyOf": [{"maximum": 2}, {"minimum": 2}]}),
    ({}, {"anyOf": [{"required": ["a"]}, {"properties": {"a": {"const": 1}}}]}),
    ({"if": TEXT, "then": {"maxLength": 2}, "else": False}, {"type": "string", "maxLength": 3}),
    ({"allOf": [{"properties": {"a": TEXT}}], "unevaluatedProperties": False}, {"additionalProperties": TEXT}),
    ({**LIST, "$ref": "#/$defs/L"}, {**LIST, "$ref": "#/$defs/L"}),
    ({**LIST, "$ref": "#/$defs/L"}, {"type": ["null", "array"]}),
    (
        {
            "$ref": "#/$defs/A",
            "$defs": {"A": {"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}, "required": ["a"]}},
        },
        False,
    ),
    ({"$ref": "elsewhere.json"}, {"$ref": "elsewhere.json"}),
    ({"type": "string", "pattern": "(?=a)b"}, {"type": "string", "pattern": "(?=a)b"}),
]

NO = [
    (NUMBER, INTEGER),
    (TEXT, False),
    ({}, TEXT),
    ({"type": "number", "minimum": 0}, {"type": "number", "exclusiveMinimum": 0}),
    ({"const": True}, {"const": 1}),
    ({"enum": [[], {}]}, {"enum": [[]]}),
    ({"enum": [9007199254740993]}, {"const": 9007199254740992}),
    ({"type": "string", "pattern": "a"}, {"type": "string", "pattern": "^a"}),
    ({"type": "string", "maxLength": 30}, {"type": "string", "maxLength": 29}),
    ({"type": "array"}, {"type": "array", "uniqueItems": True}),
    ({"type": "array", "prefixItems": [TEXT, TEXT]}, {"type": "array", "items": TEXT}),
    ({"type": "array", "minItems": 5000}, {"type": "array", "minItems": 5001}),
    ({"type": "object"}, {"properties": {"a": TEXT}}),
    ({"type": "object", "minProperties": 40}, {"type": "object", "minProperties": 41}),
    ({"type": "object", "patternProperties": {"^a": TEXT}}, {"properties": {"b": TEXT}}),
    ({"anyOf": [TEXT, INTEGER]}, {"oneOf": [TEXT, INTEGER, NUMBER]}),
    ({**LIST, "$ref": "#/$defs/L"}, {"anyOf": [{"type": "null"}, {"type": "array", "items": {"type": "null"}}]}),
    ({"not": {"type": "string", "maxLength": 1}}, {"not": {"type": "string", "maxLength": 2}}),
    ({"type": "object", "dependentSchemas": {"a": {"required": ["b"]}}}, {"required": ["b"]}),
]


@pytest.mark.parametrize(("inner", "outer"), YES)
def test_yes(inner: Json, outer: Json) -> None:
    assert included(inner, outer).answer == "yes"


@pytest.mark.parametrize(("inner", "outer"), NO)
def test_no_with_a_value_that_shows_it(inner: Json, outer: Json) -> None:
    found = included(inner, outer)
    assert found.answer == "no"
    assert jsonschema.Draft202012Validator(inner).is_valid(found.witness)
    assert not jsonschema.Draft202012Validator(outer).is_valid(found.witness)


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        ({"type": "string", "pattern": "(?=a)b"}, {"type": "string", "pattern": "b"}),
        ({"$ref": "elsewhere.json"}, TEXT),
        ({"$ref": "#/$defs/A", "$defs": {"A": {"not": {"$ref": "#/$defs/A"}}}}, TEXT),
        (TEXT, {"$ref": "#/$defs/A", "$defs": {"A": {"anyOf": [INTEGER, {"$ref": "#/$defs/A"}]}}}),
    ],
)
def test_what_is_not_decided_is_said_to_be(inner: Json, outer: Json) -> None:
    assert included(inner, outer).answer == "unknown"


@pytest.mark.parametrize(
    ("inner", "outer", "answer"),
    [
        ({"properties": {"a": TEXT}}, {"properties": {"a": TEXT, "b": INTEGER}}, "yes"),
        ({"properties": {"a": TEXT}}, {"properties": {"a": TEXT}, "additionalProperties": False}, "yes"),
        (
            {"type": "object", "properties": {"a": TEXT}},
            {"properties": {"a": {}}, "additionalProperties": False},
            "yes",
        ),
        ({"type": "object"}, {"type": "object", "additionalProperties": False}, "no"),
        ({"type": "object", "additionalProperties": TEXT}, {"additionalProperties": INTEGER}, "no"),
        (
            {"type": "object", "properties": {"a": TEXT}, "patternProperties": {"^x": TEXT}},
            {"properties": {"x1": INTEGER}},
            "no",
        ),
        (
            {"type": "object", "properties": {"a": {"properties": {"b": {}}}}},
            {"properties": {"a": {"properties": {"c": TEXT}}}},
            "yes",
        ),
    ],
)
def test_writers_have_only_members_that_they_declare(inner: Json, outer: Json, answer: str) -> None:
    assert included(inner, outer, closed=True).answer == answer


def test_many_alternatives_told_apart_by_a_constant() -> None:
    def event(name: str, limit: int) -> Json:
        fields = {f"f{n}": {"type": "string", "maxLength": limit} for n in range(6)}
        return {"type": "object", "properties": {"kind": {"const": name}, **fields}, "required": ["kind"]}

    old = {"oneOf": [event(f"e{n}", 5) for n in range(20)]}
    new = {"oneOf": [event(f"e{n}", 6 if n == 7 else 5) for n in range(21)]}
    assert included(old, new).answer == "yes"
    assert included(new, old).answer == "no"


def test_many_tuples_told_apart_by_their_first_items() -> None:
    def message(name: str, extra: Json) -> Json:
        return {"type": "array", "prefixItems": [{"const": 2}, {"const": name}, extra, {"$ref": "#/$defs/Group"}]}

    def stream(extra: Json) -> Json:
        parts = {f"M{n}": message(f"m{n}", extra if n == 5 else TEXT) for n in range(20)}
        group = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Group"}}}
        return {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in parts], "$defs": {**parts, "Group": group}}

    assert included(stream(INTEGER), stream(NUMBER)).answer == "yes"
    found = included(stream(NUMBER), stream(INTEGER))
    assert found.answer == "no"
    assert found.witness[:2] == [2, "m5"]
