"""Avro: what a reader makes of schemas, protocols and several files, also broken ones."""

from __future__ import annotations

import json
from typing import Any

import pytest

from eda_lint.errors import SchemaError
from eda_lint.model.schema import (
    Choice,
    Constraint,
    Dictionary,
    Enumeration,
    Field,
    Fixed,
    Record,
    Reference,
    Scalar,
    Schema,
    Sequence,
    Type,
)
from eda_lint.schemas import read


def avro(data: Any) -> Schema:
    return read(data if isinstance(data, str) else json.dumps(data), dialect="avro")


def record(*fields: Any, **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": "Order", "fields": list(fields), **more}


def field_of(data: Any) -> Field:
    """The only field of a schema's record."""
    schema = avro(data)
    (found,) = record_of(schema).fields
    return found


def record_of(schema: Schema, name: str = "Order") -> Record:
    found = schema.definitions[name].type
    assert isinstance(found, Record)
    return found


def complaints(schema: Schema) -> list[str]:
    return [problem.message for problem in schema.problems]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ('"int"', Scalar("int32")),
        ("long", Scalar("int64")),
        ("null", Scalar("null")),
        ({"type": "string"}, Scalar("string")),
        ({"type": {"type": "bytes"}}, Scalar("bytes")),
        ({"type": "array", "items": "double"}, Sequence(Scalar("double"))),
        ({"type": "map", "values": ["null", "float"]}, Dictionary(Choice((Scalar("null"), Scalar("float"))))),
        ({"type": "long", "logicalType": "timestamp-millis"}, Scalar("int64", logical="timestamp-millis")),
        ({"type": "string", "logicalType": "uuid"}, Scalar("string", logical="uuid")),
        ({"type": "int", "logicalType": "of-my-own"}, Scalar("int32", logical="of-my-own")),
        (
            {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2},
            Scalar("bytes", logical="decimal", constraints=(Constraint("precision", 9), Constraint("scale", 2))),
        ),
    ],
)
def test_a_type_is_read(data: Any, expected: Type) -> None:
    schema = avro(data)
    assert schema.root == expected
    assert not schema.problems


@pytest.mark.parametrize(
    "data",
    [
        {"type": "string", "logicalType": "date"},
        {"type": "bytes", "logicalType": "decimal"},
        {"type": "bytes", "logicalType": "decimal", "precision": 2, "scale": 3},
        {"type": "bytes", "logicalType": "decimal", "precision": True},
        {"type": "fixed", "name": "D", "size": 2, "logicalType": "decimal", "precision": 5},
        {"type": "fixed", "name": "U", "size": 12, "logicalType": "uuid"},
    ],
)
def test_a_logical_type_that_does_not_fit_is_ignored_as_the_specification_asks(data: Any) -> None:
    schema = avro(data)
    found = schema.definitions["D" if data.get("name") == "D" else "U"].type if "name" in data else schema.root
    assert isinstance(found, Scalar | Fixed)
    assert found.logical == ""
    assert len(schema.problems) == 1


def test_a_logical_type_beside_the_type_of_a_field_is_none() -> None:
    """It must stand in the type's own object; beside `name` it is just another attribute."""
    assert field_of(record({"name": "at", "type": "long", "logicalType": "timestamp-millis"})).type == Scalar("int64")


def test_a_field_has_its_default_its_aliases_and_its_line() -> None:
    text = """{
  "type": "record", "name": "Order", "namespace": "shop",
  "fields": [
    {"name": "id", "type": "long"},
    {
      "name": "note",
      "aliases": ["remark"],
      "type": ["null", "string"],
      "default": null
    }
  ]
}"""
    schema = read(text, dialect="avro", path="order.avsc")
    first, second = record_of(schema, "shop.Order").fields
    assert first.required
    assert first.default is None
    assert (second.required, second.read) == (False, ("remark",))
    assert second.default is not None
    assert second.default.value is None
    assert [(one.place.file, one.place.line) for one in (first, second) if one.place] == [
        ("order.avsc", 4),
        ("order.avsc", 6),
    ]


def test_names_are_looked_up_in_their_namespace_then_in_none() -> None:
    inner = {"type": "fixed", "name": "Key", "size": 2}
    schema = avro(
        [
            {"type": "enum", "name": "Kind", "symbols": ["A"]},
            record(
                {"name": "key", "type": inner},
                {"name": "again", "type": "Key"},
                {"name": "kind", "type": "Kind"},
                {"name": "full", "type": "shop.Key"},
                namespace="shop",
            ),
        ]
    )
    assert set(schema.definitions) == {"Kind", "shop.Key", "shop.Order"}
    types = [one.type for one in record_of(schema, "shop.Order").fields]
    assert types == [Reference("shop.Key"), Reference("shop.Key"), Reference("Kind"), Reference("shop.Key")]
    assert not schema.problems


def test_a_name_with_dots_is_a_full_name_and_sets_the_namespace_inside() -> None:
    schema = avro({"type": "record", "name": "a.b.Order", "namespace": "c", "fields": [
        {"name": "x", "type": {"type": "enum", "name": "Kind", "symbols": ["A"], "aliases": ["Old", "d.Older"]}},
    ]})  # fmt: skip
    assert set(schema.definitions) == {"a.b.Order", "a.b.Kind"}
    kind = schema.definitions["a.b.Kind"].type
    assert isinstance(kind, Enumeration)
    assert kind.aliases == ("a.b.Old", "d.Older")


def test_a_type_may_hold_itself() -> None:
    schema = avro(record({"name": "next", "type": ["null", "Order"]}))
    assert schema.root == Reference("Order")
    assert not schema.problems


def test_files_know_each_others_types_in_any_order() -> None:
    files = {
        "a.avsc": json.dumps(record({"name": "item", "type": "shop.Item"}, namespace="shop")),
        "b.avsc": json.dumps({"type": "record", "name": "Item", "namespace": "shop", "fields": []}),
    }
    schema = read(files, dialect="avro")
    assert schema.root == Reference("shop.Order")
    assert [(one.path, one.definitions) for one in schema.files] == [
        ("a.avsc", ("shop.Order",)),
        ("b.avsc", ("shop.Item",)),
    ]
    assert not schema.problems


def test_files_about_several_things_have_no_root() -> None:
    one, other = (json.dumps({"type": "record", "name": name, "fields": []}) for name in ("A", "B"))
    assert read({"a.avsc": one, "b.avsc": other}, dialect="avro").root is None


def test_the_same_type_in_two_files_is_one_and_a_different_one_a_problem() -> None:
    money = {"type": "record", "name": "Money", "fields": [{"name": "cents", "type": "long"}]}
    files = {name: json.dumps(record({"name": "m", "type": money}) | {"name": name}) for name in ("A", "B")}
    assert not read(files, dialect="avro").problems
    files["B"] = files["B"].replace("long", "int")
    assert complaints(read(files, dialect="avro")) == [
        "type `Money` is defined twice, differently; the first one counts"
    ]


def test_a_protocol_has_types_and_messages() -> None:
    schema = avro(
        {
            "protocol": "Shop",
            "namespace": "org.shop",
            "types": [
                {"type": "record", "name": "Order", "fields": []},
                {"type": "error", "name": "Refused", "fields": [{"name": "why", "type": "string"}]},
            ],
            "messages": {
                "place": {"request": [{"name": "order", "type": "Order"}], "response": "null", "errors": ["Refused"]},
                "ping": {"request": [], "one-way": True},
            },
        }
    )
    (service,) = schema.services
    assert service.name == "org.shop.Shop"
    place, ping = service.methods
    assert isinstance(place.request, Record)
    assert [one.type for one in place.request.fields] == [Reference("org.shop.Order")]
    assert ping.options == (("oneway", "true"),)
    assert record_of(schema, "org.shop.Refused").kind == "exception"


def test_comments_are_read_over_where_they_are_no_text() -> None:
    text = '/* a\nb */ {"type": "record", // the order\n "name": "Order", "doc": "see http://x/*y", "fields": []}'
    schema = read(text, dialect="avro")
    place = schema.definitions["Order"].place
    assert place is not None
    assert place.line == 3


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (record({"name": "a", "type": "Nowhere"}), "type `Nowhere` is not defined"),
        (record({"name": "a", "type": "int", "default": "1"}), "the default of field `a` is not of its type"),
        (record({"name": "a", "type": "int", "default": 2**31}), "the default of field `a` is not of its type"),
        (record({"name": "a", "type": ["null", "int"], "default": "null"}), "the default of field `a` is not of its"),
        (record({"name": "a"}), "a type expected"),
        (record({"type": "int"}), "a field without a name"),
        (record({"name": "a", "type": "int"}, {"name": "a", "type": "int"}), "two fields are called `a`"),
        (record({"name": "a", "type": "array", "items": "int"}), "field `a`: the array must stand in an object"),
        ({"type": "record", "name": "Order"}, "a record without `fields`"),
        ({"type": "record", "fields": []}, "this record has no name"),
        ({"type": "enum", "name": "E"}, "enum `E` has no symbols"),
        ({"type": "enum", "name": "E", "symbols": ["A"], "default": "B"}, "the default of enum `E` is none"),
        ({"type": "fixed", "name": "F"}, "fixed `F` has no size"),
        (["null", ["int"]], "a union holds another union"),
    ],
)
def test_what_the_specification_forbids_is_a_problem_and_the_rest_is_read(data: Any, complaint: str) -> None:
    schema = avro(data)
    assert len(schema.problems) == 1
    assert schema.problems[0].message.startswith(complaint)
    assert schema.root is not None


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        ([1], {"type": "array", "items": "int"}),
        ({"a": 1.5}, {"type": "map", "values": "double"}),
        ({"x": 1}, {"type": "record", "name": "In", "fields": []}),
        ("A", {"type": "enum", "name": "E", "symbols": ["A"]}),
        ("\u00ff", {"type": "fixed", "name": "F", "size": 1}),
        (3, "float"),
        (7, ["null", "int"]),
    ],
)
def test_a_default_of_its_type_is_no_problem(value: Any, type_: Any) -> None:
    assert not avro(record({"name": "a", "type": type_, "default": value})).problems


def test_an_array_in_place_of_a_fields_type_is_read_as_it_is_meant() -> None:
    assert field_of(record({"name": "a", "type": "array", "items": "int"})).type == Sequence(Scalar("int32"))


@pytest.mark.parametrize("text", ["{", "7", "true", "[1", '{"name": "x"}', '{"a": 1, "protocol": 1, "type": 1'])
def test_what_is_no_schema_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(SchemaError) as caught:
        read(text, dialect="avro", path="a.avsc")
    assert caught.value.path == "a.avsc"


def test_nothing_to_read_is_refused() -> None:
    with pytest.raises(SchemaError):
        read({}, dialect="avro")


def test_nesting_is_bounded() -> None:
    with pytest.raises(SchemaError, match="200"):
        read('{"type": "array", "items": ' * 5000 + '"int"' + "}" * 5000, dialect="avro")
    deep = '{"type": "array", "items": ' * 190 + '"int"' + "}" * 190
    assert read(deep, dialect="avro").root is not None
