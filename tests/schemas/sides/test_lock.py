"""The lock file: the same text for the same contracts, read back to the same schemas, damaged ones refused."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.errors import SchemaError
from eda_lint.model.contract import Contract
from eda_lint.model.topology import Place
from eda_lint.schemas import compare_schemas, read
from eda_lint.schemas.lock import decode, encode, stale
from eda_lint.schemas.sides.locked import LockSide

AVRO = (
    '{"type":"record","name":"OrderPlaced","fields":[{"name":"id","type":"string"},'
    '{"name":"state","type":{"type":"enum","name":"State","symbols":["A","B"],"default":"A"}},'
    '{"name":"total","type":["null","double"],"default":null}]}'
)
PROTO = (
    'syntax = "proto3"; message Order { string id = 1; repeated int32 n = 2; reserved 4 to 6; oneof a { bool b = 3; } }'
)
JSON = '{"type":"object","properties":{"id":{"type":"string","maxLength":3},"x":{"not":{"enum":[1,"a"]}}}}'
PYTHON = "from pydantic import BaseModel\nclass Order(BaseModel):\n    id: str\n    tags: list[str] = []\n"
THRIFT = "enum State { A = 1 }\nstruct Order { 1: required string id, 2: optional State state }"
TEXTS = {"avro": AVRO, "protobuf": PROTO, "jsonschema": JSON, "python": PYTHON, "thrift": THRIFT}


def contract(dialect: str, name: str = "Order", file: str = "a/order", version: str = "") -> Contract:
    return Contract(name, dialect, Place(file, 3), read(TEXTS[dialect], dialect=dialect, path=file), version)  # type: ignore[arg-type]


@pytest.mark.parametrize("dialect", sorted(TEXTS))
def test_what_is_read_back_is_the_same_schema(dialect: str) -> None:
    original = contract(dialect)
    (back,) = decode(encode([original]))
    assert (back.name, back.dialect, back.place.file) == ("Order", dialect, "a/order")
    assert compare_schemas(original.schema, back.schema).changes == ()
    assert compare_schemas(back.schema, original.schema).changes == ()
    assert encode([back]) == encode([original])


def test_the_text_hangs_on_no_order_and_no_place() -> None:
    one, other = contract("avro"), contract("protobuf", file="b")
    moved = replace(one, place=Place("a/order", 900))
    assert encode([one, other]) == encode([other, moved])
    assert len(encode([one, other]).splitlines()) == 4
    assert not stale(encode([one]), [moved])
    assert stale(encode([one]), [one, other])


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("{", 1, "no JSON"),
        ("[]", 1, "no lock file"),
        ('{"format":99,"contracts":[]}', 1, "format 99"),
        ('{"format":1,"contracts":[\n{}\n]}', 2, "entry 1"),
        ('{"format":1,"contracts":[\n{"file":"a","name":"b","dialect":"avro","schema":{"":"Place"}}]}', 2, "entry 1"),
        (
            '{"format":1,"contracts":[{"file":"a","name":"b","dialect":"avro","schema":{"":"Schema","dialect":"x"}}]}',
            2,
            "",
        ),
        ('{"format":1,"contracts":[{"file":"a","name":"b","dialect":"avro","schema":3}]}', 2, "no schema"),
        ("[" * 100_000, 1, "no JSON"),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(text: str, line: int, part: str) -> None:
    with pytest.raises(SchemaError) as caught:
        decode(text, "schemas.lock")
    assert (caught.value.path, caught.value.line) == ("schemas.lock", line)
    assert part in str(caught.value)
    assert "eda-lint schema lock" in caught.value.mend


@given(st.integers(0, 2_000), st.text(max_size=3))
def test_no_damage_ends_in_anything_but_a_clear_error(at: int, text: str) -> None:
    whole = encode([contract("avro"), contract("jsonschema")])
    with contextlib.suppress(SchemaError):
        decode(whole[:at] + text + whole[at + 1 :])


def test_a_contract_is_found_by_file_else_by_its_only_name() -> None:
    old = contract("avro", version="1")
    side = LockSide([old, contract("protobuf", "Bill", "b")], "schemas.lock")
    moved = replace(old, place=Place("elsewhere", 1))
    assert [v.label for v in side.versions(old, every=True)] == ["schemas.lock (version 1)"]
    assert [v.file for v in side.versions(moved, every=False)] == ["a/order"]
    assert side.versions(contract("avro", "Unknown"), every=True) == []
    assert [c.name for c in side.gone([moved])] == ["Bill"]
    assert side.gone([moved, contract("protobuf", "Other", "c")]) == []  # word for word the same: it moved


def test_several_versions_come_the_latest_first() -> None:
    one, two = (
        contract("avro", version="1"),
        replace(contract("avro", version="2"), schema=read('"string"', dialect="avro")),
    )
    text = json.dumps({"format": 1, "contracts": [json.loads(encode([c]))["contracts"][0] for c in (one, two)]})
    side = LockSide(decode(text), "bundle")
    assert [v.label for v in side.versions(one, every=True)] == ["bundle (version 2)", "bundle (version 1)"]
    assert [v.label for v in side.versions(one, every=False)] == ["bundle (version 2)"]
