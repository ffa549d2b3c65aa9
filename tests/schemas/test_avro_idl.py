"""Avro IDL: it means what its JSON form means, and its lines are kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.errors import SchemaError
from eda_lint.model.schema import Record
from eda_lint.schemas import compare, read

PROTOCOL = """
/** What a shop tells. */
@version("1.0")
@namespace("org.shop")
protocol Shop {
  import idl "money.avdl"; // read beside this file

  @aliases(["org.old.Kind"])
  enum Kind { NEW, @since("2") PAID } = NEW;

  fixed Key(0x10);

  /* a record */
  record Order {
    string @order("ignore") id;
    Kind kind = "NEW";
    union { null, Key } @aliases(["secret"]) key = null;
    string? note = null;
    time_ms? at = 0;
    @logicalType("timestamp-micros") long placed, paid = 0;
    decimal(9, 2) total;
    array<map<Order>> related = [];
    double ratio = -1.5e3;
    org.shop.Key `record`;
    Money? price;
  }

  error Refused { string why; }

  Order find(string id, int limit = 10) throws Refused;
  void ping() oneway;
}
"""
MONEY = """
namespace org.shop;
record Money { long cents; }
"""
AS_JSON: dict[str, Any] = {
    "protocol": "Shop",
    "namespace": "org.shop",
    "types": [
        {
            "type": "enum",
            "name": "Kind",
            "symbols": ["NEW", "PAID"],
            "default": "NEW",
            "aliases": ["org.old.Kind"],
        },
        {"type": "fixed", "name": "Key", "size": 16},
        {
            "type": "record",
            "name": "Order",
            "fields": [
                {"name": "id", "type": "string"},
                {"name": "kind", "type": "Kind", "default": "NEW"},
                {"name": "key", "type": ["null", "Key"], "default": None, "aliases": ["secret"]},
                {"name": "note", "type": ["null", "string"], "default": None},
                {"name": "at", "type": [{"type": "int", "logicalType": "time-millis"}, "null"], "default": 0},
                {"name": "placed", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                {"name": "paid", "type": {"type": "long", "logicalType": "timestamp-micros"}, "default": 0},
                {"name": "total", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
                {
                    "name": "related",
                    "type": {"type": "array", "items": {"type": "map", "values": "Order"}},
                    "default": [],
                },
                {"name": "ratio", "type": "double", "default": -1500.0},
                {"name": "record", "type": "Key"},
                {"name": "price", "type": ["null", "Money"]},
            ],
        },
        {"type": "error", "name": "Refused", "fields": [{"name": "why", "type": "string"}]},
    ],
    "messages": {
        "find": {
            "request": [{"name": "id", "type": "string"}, {"name": "limit", "type": "int", "default": 10}],
            "response": "Order",
            "errors": ["Refused"],
        },
        "ping": {"request": [], "response": "null", "one-way": True},
    },
}


def test_it_means_what_its_json_form_means() -> None:
    money = {"type": "record", "name": "Money", "namespace": "org.shop", "fields": [{"name": "cents", "type": "long"}]}
    idl = read({"shop.avdl": PROTOCOL, "money.avdl": MONEY}, dialect="avro")
    plain = read({"shop.avpr": json.dumps(AS_JSON), "money.avsc": json.dumps(money)}, dialect="avro")
    assert not idl.problems
    assert compare(idl, plain, dialect="avro").changes == ()
    assert set(idl.definitions) == set(plain.definitions)


def test_fields_and_definitions_keep_their_lines() -> None:
    schema = read({"shop.avdl": PROTOCOL}, dialect="avro")
    order = schema.definitions["org.shop.Order"]
    assert order.place is not None
    assert (order.place.file, PROTOCOL.splitlines()[order.place.line - 1].strip()) == ("shop.avdl", "record Order {")
    assert isinstance(order.type, Record)
    for field in order.type.fields:
        assert field.place is not None
        assert field.name in PROTOCOL.splitlines()[field.place.line - 1]


def test_what_an_import_would_bring_in_is_missed_by_name() -> None:
    schema = read({"shop.avdl": PROTOCOL}, dialect="avro")
    assert [problem.message for problem in schema.problems] == ["type `Money` is not defined"]


def test_a_file_may_be_about_one_type_among_others() -> None:
    text = "namespace a; schema array<Item>; record Item { Kind kind; } enum Kind { X }"
    schema = read({"items.avdl": text}, dialect="avro")
    assert set(schema.definitions) == {"a.Item", "a.Kind"}
    plain = {"type": "array", "items": {"type": "record", "name": "Item", "namespace": "a", "fields": [
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["X"]}}]}}  # fmt: skip
    assert compare(schema, json.dumps(plain), dialect="avro").changes == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("protocol P {\n record R { int a }\n}", "`;` expected, found `}`"),
        ("protocol P {\n record R {", "a name expected, found the end of the file"),
        ("protocol P {\n enum E { A B }\n}", "`,` expected, found `B`"),
        ("protocol P {\n import x 'y';\n}", "`idl`, `protocol` or `schema` expected, found `x`"),
        ("protocol P {\n record R { int a = ; }\n}", "a value expected, found `;`"),
        ("\nunknown thing", "`record`, `error`, `enum` or `fixed` expected, found `unknown`"),
    ],
)
def test_what_leaves_the_grammar_is_refused_where_it_does(text: str, message: str) -> None:
    with pytest.raises(SchemaError) as caught:
        read(text, dialect="avro", path="p.avdl")
    assert caught.value.message == message
    assert (caught.value.path, caught.value.line) == ("p.avdl", 2)


@pytest.mark.parametrize(
    "text",
    [
        "protocol P { record R { " + "array<" * 5000 + "int" + ">" * 5000 + " a; } }",
        "protocol P { record R { int a = " + "[" * 5000 + "]" * 5000 + "; } }",
    ],
)
def test_nesting_is_bounded(text: str) -> None:
    with pytest.raises(SchemaError, match="nested more than 100 deep"):
        read(text, dialect="avro", path="p.avdl")


@pytest.mark.parametrize("text", ["", "\x1a", "/*" * 50_000, '"' * 50_000, "@a(" * 50_000, "protocol P {" * 3])
def test_no_text_makes_it_crash_or_wait(text: str) -> None:
    with pytest.raises(SchemaError):
        read(text, dialect="avro", path="p.avdl")


@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(PROTOCOL)))
    end = data.draw(st.integers(begin, min(len(PROTOCOL), begin + 5)))
    put = data.draw(st.sampled_from(["", "{", "}", "<", '"', "\\", "`", "/*", "-", "9", "\x00", "é"]))
    try:
        read(PROTOCOL[:begin] + put + PROTOCOL[end:], dialect="avro", path="p.avdl")
    except SchemaError as error:
        assert error.line is None or error.line > 0  # noqa: PT017
