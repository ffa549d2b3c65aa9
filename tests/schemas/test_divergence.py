"""A model class held against a document of another dialect."""

from __future__ import annotations

import pytest

from eda_lint.model.contract import Contract
from eda_lint.model.schema import Dialect
from eda_lint.model.topology import Place
from eda_lint.schemas import read
from eda_lint.schemas.divergence import diverging, last_name

HEAD = "from datetime import datetime\nfrom decimal import Decimal\nfrom pydantic import BaseModel\n\n"


def contract(text: str, dialect: Dialect, name: str) -> Contract:
    return Contract(name, dialect, Place("file", 1), read(text, dialect=dialect, path="file"))


def differing(fields: str, document: str, dialect: Dialect, name: str) -> list[tuple[str, str]]:
    model = contract(f"{HEAD}class Order(BaseModel):\n    {fields}\n", "python", "Order")
    comparison = diverging(contract(document, dialect, name), model)
    return [(change.kind, change.path) for change in comparison.changes]


def avro(*fields: str) -> str:
    return '{"type": "record", "name": "Order", "fields": [' + ", ".join(fields) + "]}"


@pytest.mark.parametrize(
    ("fields", "document", "expected"),
    [
        ("id: str", avro('{"name": "id", "type": "string"}'), []),
        ("id: int", avro('{"name": "id", "type": "string"}'), [("type-changed", "id")]),
        ("at: datetime", avro('{"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}'), []),
        ("at: datetime", avro('{"name": "at", "type": "string"}'), []),
        ("n: float", avro('{"name": "n", "type": "int"}'), []),
        ("n: int", avro('{"name": "n", "type": ["null", "int"]}'), [("null-removed", "n")]),
        ("n: int | None = None", avro('{"name": "n", "type": ["null", "int"], "default": null}'), []),
        ("ns: list[int]", avro('{"name": "ns", "type": {"type": "array", "items": "int"}}'), []),
        ("ns: list[int]", avro('{"name": "ns", "type": "int"}'), [("type-changed", "ns")]),
        ("a: str", avro('{"name": "b", "type": "string"}'), [("field-removed", "b"), ("field-added", "a")]),
    ],
)
def test_avro(fields: str, document: str, expected: list[tuple[str, str]]) -> None:
    assert differing(fields, document, "avro", "Order") == expected


def test_protobuf_writes_long_numbers_as_text_and_names_in_camel_case() -> None:
    text = 'syntax = "proto3";\nmessage Order {\n  int64 total = 1;\n  string orderId = 2;\n  bool paid = 3;\n}\n'
    assert differing("total: str\n    order_id: str\n    paid: int", text, "protobuf", "Order") == [
        ("type-changed", "paid")
    ]


def test_what_is_inside_is_compared_too() -> None:
    text = (
        '{"type": "object", "required": ["c"], "properties": {"c": {"type": "object", "required": ["x"], '
        '"properties": {"x": {"type": "string"}}}}}'
    )
    model = contract(
        f"{HEAD}class Inner(BaseModel):\n    x: int\n\nclass Order(BaseModel):\n    c: Inner\n", "python", "Order"
    )
    comparison = diverging(contract(text, "jsonschema", "order.json"), model)
    assert [(change.kind, change.path) for change in comparison.changes] == [("type-changed", "c.x")]
    assert comparison.backward == "break"


def test_types_that_hold_themselves_come_to_an_end() -> None:
    text = avro('{"name": "next", "type": ["null", "Order"], "default": null}')
    assert differing("next: 'Order | None' = None", text, "avro", "Order") == []


@pytest.mark.parametrize(
    ("name", "expected"), [("shop.Order", "Order"), ("Order.schema.json", "Order"), ("Order", "Order")]
)
def test_last_name(name: str, expected: str) -> None:
    assert last_name(name) == expected
