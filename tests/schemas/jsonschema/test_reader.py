"""What the reader makes of JSON Schema documents."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eda_lint.errors import SchemaError
from eda_lint.model.schema import (
    Choice,
    Complement,
    Constraint,
    Dictionary,
    Enumeration,
    Intersection,
    Record,
    Reference,
    Scalar,
    Schema,
    Sequence,
)
from eda_lint.schemas import compare, read

Json = Any


def schema(document: Json, **files: Json) -> Schema:
    """The schema of a document, beside which further files may lie (`common__json` is `common.json`)."""
    texts = {name.replace("__", "."): json.dumps(each) for name, each in files.items()}
    return read({"main.json": json.dumps(document), **texts}, dialect="jsonschema")


def test_fields_have_types_places_and_defaults() -> None:
    text = """{
      "title": "Order", "type": "object",
      "required": ["id", "undeclared"],
      "properties": {
        "id": {"type": "string", "minLength": 1},
        "total": {"type": ["integer", "null"],
                  "default": 0}
      }
    }"""
    root = read(text, dialect="jsonschema", path="order.json").root
    assert isinstance(root, Record)
    assert root.name == "Order"
    identifier, total, undeclared = root.fields
    assert (identifier.required, identifier.always, total.required) == (True, True, False)
    assert identifier.type == Scalar("string", constraints=(Constraint("minLength", 1),))
    assert total.type == Choice((Scalar("null"), Scalar("integer")))
    assert total.default is not None
    assert total.default.value == 0
    assert [field.place.line for field in root.fields if field.place] == [5, 6, 3]
    assert undeclared.type == Scalar("any")


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (True, Scalar("any")),
        (False, Scalar("never")),
        ({}, Scalar("any")),
        ({"type": ["string", "number", "integer"]}, Choice((Scalar("number"), Scalar("string")))),
        ({"type": ["null", "boolean", "number", "string", "array", "object"]}, Scalar("any")),
        ({"type": "string", "const": 1}, Scalar("never")),
        ({"not": {"type": "null"}}, Complement(Scalar("null"))),
        ({"minimum": 3}, Scalar("number", constraints=(Constraint("minimum", 3),), loose=True)),
        (
            {"type": "integer", "minimum": 3, "exclusiveMinimum": True},
            Scalar("integer", constraints=(Constraint("exclusiveMinimum", 3),)),
        ),
        (
            {"allOf": [{"type": "integer"}, {"minimum": 1}, {"maximum": 2}]},
            Scalar("integer", constraints=(Constraint("minimum", 1), Constraint("maximum", 2))),
        ),
        ({"type": "object", "additionalProperties": {"type": "string"}}, Dictionary(Scalar("string"))),
        ({"type": "array", "items": [True], "additionalItems": False}, Sequence(Scalar("never"), (Scalar("any"),))),
        ({"prefixItems": [True], "items": False}, Sequence(Scalar("never"), (Scalar("any"),), loose=True)),
        ({"type": "string", "nullable": True}, Choice((Scalar("null"), Scalar("string")))),
        ({"anyOf": [{"type": "string"}]}, Scalar("string")),
    ],
)
def test_types(document: Json, expected: object) -> None:
    found = schema(document)
    assert found.root == expected
    assert found.problems == ()


def test_constants_keep_apart_what_json_keeps_apart() -> None:
    root = schema({"enum": [1, 1.0, True, "1", [], {}, {"b": 1, "a": 2}]}).root
    assert isinstance(root, Enumeration)
    assert [symbol.name for symbol in root.symbols] == ["1", "true", '"1"', "[]", "{}", '{"a":2,"b":1}']


def test_references_lead_everywhere() -> None:
    found = schema(
        {
            "$id": "https://example.org/main.json",
            "type": "object",
            "properties": {
                "local": {"$ref": "#/$defs/a~1b"},
                "self": {"$ref": "#"},
                "anchor": {"$ref": "#here"},
                "file": {"$ref": "common.json#/definitions/Money"},
                "embedded": {"$ref": "https://example.org/inner"},
                "relative": {"$ref": "inner"},
            },
            "$defs": {
                "a/b": {"type": "string"},
                "x": {"$anchor": "here", "type": "integer"},
                "y": {"$id": "inner", "type": "object", "properties": {"deep": {"$ref": "#/$defs/z"}},
                      "$defs": {"z": {"type": "boolean"}}},
            },
        },
        common__json={"definitions": {"Money": {"type": "number"}}},
    )  # fmt: skip
    assert found.problems == ()
    types = {name: definition.type for name, definition in found.definitions.items()}
    assert types["#/$defs/a~1b"] == Scalar("string")
    assert types["#/$defs/x"] == Scalar("integer")
    assert types["common.json#/definitions/Money"] == Scalar("number")
    assert types["#/$defs/y/$defs/z"] == Scalar("boolean")
    assert isinstance(types["#"], Record)
    assert isinstance(found.root, Record)
    targets = [field.type.name for field in found.root.fields if isinstance(field.type, Reference)]
    assert targets[-2:] == ["#/$defs/y", "#/$defs/y"]


def test_a_reference_that_leads_nowhere_is_told_and_the_rest_read() -> None:
    found = schema({"properties": {"a": {"$ref": "gone.json"}, "b": {"$ref": "#/nowhere"}, "c": {"type": "string"}}})
    assert [problem.message for problem in found.problems] == ["`gone.json` leads nowhere", "`#/nowhere` leads nowhere"]
    assert isinstance(found.root, Record)
    assert found.root.fields[2].type == Scalar("string")


def test_old_drafts_ignore_what_stands_beside_a_reference() -> None:
    old = {"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/a", "maxLength": 2,
           "definitions": {"a": {"type": "string"}}}  # fmt: skip
    assert isinstance(schema(old).root, Reference)
    assert isinstance(schema({**old, "$schema": "https://json-schema.org/draft/2019-09/schema"}).root, Intersection)


@pytest.mark.parametrize(
    ("document", "names"),
    [
        ({"openapi": "3.0.0", "components": {"schemas": {"A": {"type": "string"}}}}, {"#/components/schemas/A"}),
        (
            {"asyncapi": "2.6.0", "channels": {"x/y": {"publish": {"message": {"payload": {"type": "string"}}}}},
             "components": {"messages": {"M": {"payload": {"type": "object"}}}}},
            {"#/channels/x~1y/publish/message/payload", "#/components/messages/M/payload"},
        ),
        (
            {"asyncapi": "3.0.0", "channels": {"c": {"messages": {"m": {"payload": {"type": "string"}}}}}},
            {"#/channels/c/messages/m/payload"},
        ),
        ({"definitions": {"A": {"type": "string"}, "B": True}}, {"#/definitions/A", "#/definitions/B"}),
    ],
)  # fmt: skip
def test_documents_that_hold_schemas_have_definitions_and_no_root(document: Json, names: set[str]) -> None:
    found = schema(document)
    assert found.root is None
    assert set(found.definitions) == names


def test_of_several_files_the_one_that_no_other_names_is_the_message() -> None:
    found = read({"a.json": '{"type": "string"}', "b.yaml": "properties:\n  x: {$ref: a.json}\n"}, dialect="jsonschema")
    assert isinstance(found.root, Record)
    apart = read({"a.json": '{"type": "string"}', "b.json": '{"type": "null"}'}, dialect="jsonschema")
    assert apart.root is None
    assert set(apart.definitions) == {"a.json", "b.json"}


def test_what_the_metaschema_forbids_is_told_by_line() -> None:
    text = '{\n"type": "object",\n"properties": {\n"a": {"type": "strin"},\n"b": {"minLength": -1}},\n"required": 5}'
    found = read(text, dialect="jsonschema", path="x.json")
    assert isinstance(found.root, Record)
    told = {(problem.place.line, problem.message) for problem in found.problems if problem.place}
    assert (4, "there is no type `strin`") in told
    assert any(line == 5 and "minimum of 0" in message for line, message in told)
    assert any(line == 6 and "is not of type 'array'" in message for line, message in told)


def test_repeated_keys_are_told() -> None:
    found = read('{"type": "object", "type": "string"}', dialect="jsonschema")
    assert found.root == Scalar("string")
    assert "more than once" in found.problems[0].message


@pytest.mark.parametrize("text", ["3", "[]", '"x"', "", "null", '{"a"', "\x00", "- 1\n- 2"])
def test_what_is_no_schema_is_refused(text: str) -> None:
    with pytest.raises(SchemaError):
        read(text, dialect="jsonschema")


def test_no_file_at_all_is_refused() -> None:
    with pytest.raises(SchemaError):
        read({}, dialect="jsonschema")


def test_unevaluated_members_are_those_no_branch_has_seen() -> None:
    base = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
    new = {"$ref": "#/$defs/B", "properties": {"b": True}, "unevaluatedProperties": False, "$defs": {"B": base}}
    same = {**base, "properties": {**base["properties"], "b": True}, "additionalProperties": False}
    found = compare(json.dumps(new), json.dumps(same), dialect="jsonschema")
    assert (found.backward, found.forward) == ("ok", "ok")


KEYWORDS = (
    "type", "enum", "const", "properties", "required", "items", "prefixItems", "$ref", "$id", "$anchor",
    "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "pattern", "minimum", "exclusiveMinimum",
    "multipleOf", "minLength", "maxItems", "uniqueItems", "contains", "minContains", "additionalProperties",
    "patternProperties", "propertyNames", "dependencies", "dependentRequired", "unevaluatedProperties",
    "unevaluatedItems", "$defs", "definitions", "nullable", "discriminator", "default", "format", "$schema",
    "openapi", "asyncapi", "components", "channels", "title",
)  # fmt: skip
HOSTILE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 3)
    | st.floats()
    | st.sampled_from(("object", "#", "#/a", "(", "http://[", "a\ud800")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYWORDS), inner, max_size=4),
    max_leaves=14,
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(HOSTILE, HOSTILE)
def test_nothing_but_schema_errors_is_raised(one: Json, other: Json) -> None:
    try:
        found = compare(json.dumps(one), json.dumps(other), dialect="jsonschema")
    except SchemaError:
        return
    assert found.backward in ("ok", "warn", "break")
