"""Which change of a JSON Schema breaks whom."""

from __future__ import annotations

import json
from typing import Any

import pytest

from eda_lint.model.schema import Comparison
from eda_lint.schemas import compare
from eda_lint.schemas.jsonschema import DIALECT

Json = Any

TEXT, NUMBER, INTEGER = {"type": "string"}, {"type": "number"}, {"type": "integer"}


def compared(old: Json, new: Json) -> Comparison:
    """The comparison of two schemas."""
    return compare(json.dumps(old), json.dumps(new), dialect="jsonschema")


def thing(properties: dict[str, Json], *required: str, **more: Json) -> Json:
    """The schema of an object."""
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {}), **more}


A, AB = {"a": TEXT}, {"a": TEXT, "b": INTEGER}
CLOSED = {"additionalProperties": False}

CASES = [
    # What changed, the old and the new schema, backward, forward, the kinds that are told.
    ("optional added, open", thing(A), thing(AB), "warn", "ok", {"field-added"}),
    ("optional added, closed", thing(A, **CLOSED), thing(AB, **CLOSED), "ok", "break", {"field-added"}),
    ("optional removed, open", thing(AB), thing(A), "ok", "warn", {"field-removed"}),
    ("optional removed, closed", thing(AB, **CLOSED), thing(A, **CLOSED), "break", "ok", {"field-removed"}),
    ("required added", thing(A), thing(AB, "b"), "break", "ok", {"required-added"}),
    ("required removed", thing(AB, "b"), thing(A), "ok", "break", {"required-removed"}),
    ("required added with default", thing(A), thing({**A, "b": {**INTEGER, "default": 1}}, "b"), "break", "ok",
     {"required-added"}),
    ("name in required alone", thing(A), thing(A, "zz"), "break", "ok", {"required-added"}),
    ("became required", thing(AB), thing(AB, "a"), "break", "ok", {"became-required"}),
    ("became optional", thing(AB, "a"), thing(AB), "ok", "break", {"became-optional"}),
    ("closed", thing(A), thing(A, **CLOSED), "warn", "ok", {"members-closed"}),
    ("opened", thing(A, **CLOSED), thing(A), "ok", "warn", {"members-opened"}),
    ("map closed", {"type": "object"}, {"type": "object", **CLOSED}, "break", "ok", {"members-closed"}),
    ("map's values", {"type": "object", "additionalProperties": INTEGER},
     {"type": "object", "additionalProperties": NUMBER}, "ok", "break", {"type-widened"}),
    ("added under a pattern", thing(A, patternProperties={"^b": NUMBER}), thing(AB, patternProperties={"^b": NUMBER}),
     "break", "ok", {"field-added"}),
    ("renamed", thing({"customer_email": TEXT}), thing({"customerEmail": TEXT}), "warn", "warn", {"field-renamed"}),
    ("type changed", thing({"a": TEXT}), thing({"a": INTEGER}), "break", "break", {"type-changed"}),
    ("integer to number", thing({"a": INTEGER}), thing({"a": NUMBER}), "ok", "break", {"type-widened"}),
    ("null added", thing({"a": TEXT}), thing({"a": {"type": ["string", "null"]}}), "ok", "break", {"null-added"}),
    ("nullable (OpenAPI)", thing({"a": {**TEXT, "nullable": True}}), thing({"a": TEXT}), "break", "ok",
     {"null-removed"}),
    ("enum widened", {"enum": ["A"]}, {"enum": ["A", "B"]}, "ok", "break", {"symbol-added"}),
    ("enum narrowed", {"enum": ["A", "B"]}, {"enum": ["A"]}, "break", "ok", {"symbol-removed"}),
    ("const changed", {"const": 1}, {"const": 2}, "break", "break", {"symbol-added", "symbol-removed"}),
    ("oneOf branch, apart", {"oneOf": [TEXT, INTEGER]}, {"oneOf": [TEXT, INTEGER, {"type": "null"}]}, "ok", "break",
     {"null-added"}),
    ("oneOf branch, overlapping", {"oneOf": [TEXT, INTEGER]}, {"oneOf": [TEXT, INTEGER, NUMBER]}, "break", "break",
     {"branch-added"}),
    ("anyOf branch gone", {"anyOf": [TEXT, INTEGER]}, {"anyOf": [TEXT]}, "break", "ok", {"branch-removed"}),
    ("anyOf to oneOf, apart", {"anyOf": [TEXT, INTEGER]}, {"oneOf": [TEXT, INTEGER]}, "ok", "ok", {"type-rewritten"}),
    ("order of branches", {"anyOf": [TEXT, INTEGER]}, {"anyOf": [INTEGER, TEXT]}, "ok", "ok", set()),
    ("within a branch", {"anyOf": [TEXT, thing(A)]}, {"anyOf": [TEXT, thing(AB, "b")]}, "break", "ok",
     {"required-added"}),
    ("pattern tighter", {**TEXT, "pattern": "^a"}, {**TEXT, "pattern": "^ab"}, "break", "ok", {"constraint-changed"}),
    ("patterns that find everything", {**TEXT, "pattern": "[a-z]*"}, {**TEXT, "pattern": "[A-Z]*"}, "ok", "ok",
     {"constraint-changed"}),
    ("maxLength shrunk", {**TEXT, "maxLength": 9}, {**TEXT, "maxLength": 5}, "break", "ok", {"constraint-tightened"}),
    ("minimum dropped", {**NUMBER, "minimum": 1}, NUMBER, "ok", "break", {"constraint-removed"}),
    ("exclusive (draft 4) to inclusive", {**NUMBER, "minimum": 1, "exclusiveMinimum": True}, {**NUMBER, "minimum": 1},
     "ok", "break", {"constraint-relaxed"}),
    ("redundant bound", {**NUMBER, "minimum": 1, "exclusiveMinimum": 1}, {**NUMBER, "exclusiveMinimum": 1}, "ok", "ok",
     set()),
    ("format added", TEXT, {**TEXT, "format": "email"}, "warn", "ok", {"annotation-added"}),
    ("format changed", {**TEXT, "format": "uuid"}, {**TEXT, "format": "email"}, "warn", "warn",
     {"annotation-changed"}),
    ("encoding gone", {**TEXT, "contentEncoding": "base64"}, TEXT, "ok", "warn", {"annotation-removed"}),
    ("default changed", thing({"a": {**TEXT, "default": "x"}}), thing({"a": {**TEXT, "default": "y"}}), "warn", "warn",
     {"default-changed"}),
    ("description changed", {**TEXT, "description": "x"}, {**TEXT, "description": "y"}, "ok", "ok", set()),
    ("items", {"type": "array", "items": TEXT}, {"type": "array"}, "ok", "break", {"type-widened"}),
    ("tuple longer", {"type": "array", "items": [TEXT]}, {"type": "array", "items": [TEXT, TEXT]}, "break", "ok",
     {"type-narrowed"}),
    ("unique", {"type": "array"}, {"type": "array", "uniqueItems": True}, "break", "ok", {"constraint-added"}),
    ("contains", {"type": "array", "contains": TEXT}, {"type": "array"}, "ok", "break", {"contains-changed"}),
    ("propertyNames", {"type": "object"}, {"type": "object", "propertyNames": {"maxLength": 3}}, "break", "ok",
     {"member-names-changed"}),
    ("dependents", thing(AB), thing(AB, dependentRequired={"a": ["b"]}), "break", "ok", {"dependents-changed"}),
    ("reference written out", {"$ref": "#/$defs/X", "$defs": {"X": thing(A)}}, thing(A), "ok", "ok", set()),
    ("behind a reference", thing({"x": {"$ref": "#/$defs/X"}}, **{"$defs": {"X": thing(A)}}),
     thing({"x": {"$ref": "#/$defs/X"}}, **{"$defs": {"X": thing(AB, "b")}}), "break", "ok", {"required-added"}),
    ("allOf of references", {"allOf": [{"$ref": "#/$defs/X"}, thing({"c": TEXT})], "$defs": {"X": thing(A)}},
     {"allOf": [{"$ref": "#/$defs/X"}, thing({"c": INTEGER})], "$defs": {"X": thing(A)}}, "break", "break",
     {"type-changed"}),
    ("tighter where nothing is", thing({"a": False}, "a"), thing({"a": TEXT}, "b"), "ok", "break", None),
    ("true reads all", TEXT, True, "ok", "break", {"type-widened"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "backward", "forward", "kinds"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_verdicts(old: Json, new: Json, backward: str, forward: str, kinds: set[str] | None) -> None:
    found = compared(old, new)
    assert (found.backward, found.forward) == (backward, forward)
    if kinds is not None:
        assert {change.kind for change in found.changes} == kinds
    for change in found.changes:
        assert change.message
        assert change.source
        assert change.kind in DIALECT.rows


@pytest.mark.parametrize(("old", "new"), [case[1:3] for case in CASES], ids=[c[0] for c in CASES])
def test_backward_is_forward_of_the_reverse(old: Json, new: Json) -> None:
    one, other = compared(old, new), compared(new, old)
    assert (one.backward, one.forward) == (other.forward, other.backward)


@pytest.mark.parametrize("schema", [side for case in CASES for side in case[1:3]])
def test_nothing_differs_from_itself(schema: Json) -> None:
    assert compared(schema, schema).changes == ()


def test_mirrored_kinds_have_mirrored_verdicts() -> None:
    for kind, row in DIALECT.rows.items():
        mirror = DIALECT.rows[row.mirror or kind]
        assert (row.backward, row.forward) == (mirror.forward, mirror.backward), kind


def test_places_and_path_lead_to_the_field() -> None:
    old = json.dumps({"title": "Order", **thing({"customer": thing({"email": TEXT})})}, indent=1)
    new = json.dumps({"title": "Order", **thing({"customer": thing({"email": INTEGER})})}, indent=1)
    (change,) = compare({"order.json": old}, {"order.json": new}, dialect="jsonschema").changes
    assert change.path == "Order.customer.email"
    assert change.old_place is not None
    assert change.new_place is not None
    assert '"email"' in old.split("\n")[change.old_place.line - 1]
    assert (change.new_place.file, change.new_place.line) == ("order.json", change.old_place.line)


def test_a_break_shows_a_value() -> None:
    (change,) = compared({"type": "string", "maxLength": 3}, {"anyOf": [{"maxLength": 2}, INTEGER]}).changes[:1]
    assert 'new readers refuse `"' in change.message


def test_what_no_part_shows_is_told_of_the_whole() -> None:
    found = compared({"oneOf": [TEXT, {"maxLength": 5}]}, {"oneOf": [TEXT, {"maxLength": 10}]})
    assert (found.backward, found.forward) == ("break", "ok")
    assert "values-refused" in {change.kind for change in found.changes}


def test_schemas_of_a_document_are_compared_by_name() -> None:
    def document(order: Json, **more: Json) -> Json:
        return {"openapi": "3.1.0", "components": {"schemas": {"Order": order, **more}}}

    found = compared(document(thing(A), Gone=TEXT), document(thing(AB, "b"), New=TEXT))
    assert {(change.kind, change.path) for change in found.changes} == {
        ("required-added", "Order.b"),
        ("definition-removed", "Gone"),
        ("definition-added", "New"),
    }


def test_large_and_deep_schemas_are_compared_soon() -> None:
    def nested(depth: int, leaf: Json) -> Json:
        return thing({"x": nested(depth - 1, leaf)}) if depth else leaf

    assert compared(nested(60, TEXT), nested(60, INTEGER)).backward == "break"
    wide = {f"field_{number}": {**TEXT, "maxLength": number} for number in range(1500)}
    assert compared(thing(wide), thing({**wide, "field_7": INTEGER})).backward == "break"
