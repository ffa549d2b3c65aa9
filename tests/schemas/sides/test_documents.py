"""Documents of a tree: which files are schemas, what they are read with, and which part of them is a contract."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from eda_lint.model.schema import Record, Scalar
from eda_lint.schemas.documents import Documents, dialect_of

RECORD = '{"type":"record","name":"%s","namespace":"shop","fields":[%s]}'


def documents(files: Mapping[str, str]) -> Documents:
    return Documents(files, files.get)


@pytest.mark.parametrize(
    ("path", "text", "dialect"),
    [
        ("a.avsc", "", "avro"),
        ("a.PROTO", "", "protobuf"),
        ("a.thrift", "", "thrift"),
        ("a.py", "", "python"),
        ("a.json", "{}", None),
        ("a.schema.json", "{}", "jsonschema"),
        ("a.json", '{"$schema": "x"}', "jsonschema"),
        ("a.yaml", "asyncapi: 3.0.0\n", "jsonschema"),
        ("a.yml", "openapi: '3.1'\n", "jsonschema"),
        ("a.json", RECORD % ("A", ""), "avro"),
        ("package.json", '{"name":"x","fields":1}', None),
        ("a.txt", '"$schema": 1', None),
    ],
)
def test_which_files_are_schemas(path: str, text: str, dialect: str | None) -> None:
    assert dialect_of(path, text) == dialect


def test_imports_are_read_from_the_same_tree() -> None:
    found = documents({
        "proto/shop/order.proto": 'package shop; import "shop/money.proto"; message Order { optional Money m = 1; }',
        "proto/shop/money.proto": 'syntax="proto3"; package shop; message Money { int64 cents = 1; }',
        "other/shop/money.proto": 'syntax="proto3"; package shop; message Money { string cents = 1; }',
    })  # fmt: skip
    contract = found.contract("proto/shop/order.proto")
    assert contract is not None
    assert contract.whole
    assert set(contract.schema.definitions) == {"shop.Order", "shop.Money"}
    place = contract.schema.definitions["shop.Money"].place
    assert place is not None
    assert place.file == "proto/shop/money.proto"


def test_a_missing_import_is_survived() -> None:
    contract = documents({"a.proto": 'import "gone.proto"; message A { Gone g = 1; string s = 2; }'}).contract(
        "a.proto"
    )
    assert contract is not None
    assert list(contract.schema.definitions) == ["A"]


def test_named_types_of_avro_in_other_files() -> None:
    found = documents({
        "order.avsc": RECORD % ("Order", '{"name":"money","type":"Money"}'),
        "money.avsc": RECORD % ("Money", '{"name":"cents","type":"long"}'),
        "broken.avsc": '{"type": "record", "name": "Money"',
    })  # fmt: skip
    contract = found.contract("order.avsc")
    assert contract is not None
    assert set(contract.schema.definitions) == {"shop.Order", "shop.Money"}
    assert contract.name == "shop.Order"


def test_references_of_json_schema_to_other_files() -> None:
    found = documents({
        "s/order.schema.json": '{"properties":{"a":{"$ref":"address.json#/$defs/a"}}}',
        "s/address.json": '{"$defs":{"a":{"type":"string"}}}',
    })  # fmt: skip
    contract = found.contract("s/order.schema.json")
    assert contract is not None
    assert not contract.schema.problems


def test_one_type_of_a_document_is_a_contract_with_what_it_is_made_of() -> None:
    text = "syntax='proto3'; message A { B b = 1; } message B { string s = 1; } message C { A a = 1; }"
    contract = documents({"a.proto": text.replace("'", '"')}).contract("a.proto", "A")
    assert contract is not None
    assert not contract.whole
    assert set(contract.schema.definitions) == {"A", "B"}
    assert contract.identity == "a.proto::A"


def test_python_models_follow_imports_as_the_file_would() -> None:
    found = documents({
        "svc/events.py": "from pydantic import BaseModel\nfrom shared.money import Money\n"
        "class Order(BaseModel):\n    total: Money\n",
        "svc/shared/money.py": "from pydantic import BaseModel\nclass Money(BaseModel):\n    cents: int\n",
        "shared/money.py": "class Money: ...\n",
    })  # fmt: skip
    contract = found.contract("svc/events.py", "Order")
    assert contract is not None
    assert (
        sorted(contract.schema.definitions) == ["Order", "shared.money.Money"] or len(contract.schema.definitions) == 2
    )


def test_broken_documents_are_told_and_the_rest_goes_on() -> None:
    found = documents({"a.avsc": "{", "b.proto": "message {", "c.avsc": '"string"', "d.thrift": "struct"})
    assert [contract.place.file for contract in found.all()] == ["c.avsc"]
    assert [fault.path for fault in found.faults] == ["a.avsc", "b.proto", "d.thrift"]
    assert all(fault.message for fault in found.faults)


@pytest.mark.parametrize(
    ("path", "text", "version"),
    [
        ("a.schema.json", '{"$id":"https://x.example/order/v3/schema.json"}', "3"),
        ("a.schema.json", '{"version":"1.2"}', "1.2"),
        ("a.yaml", "asyncapi: 3.0.0\n", ""),
        ("a.proto", 'syntax="proto3"; package shop.orders.v2; message A {}', "2"),
        ("a.avsc", '{"type":"record","name":"A","namespace":"shop.v4","fields":[]}', "4"),
        ("a.avsc", '{"type":"record","name":"A","fields":[]}', ""),
    ],
)
def test_versions(path: str, text: str, version: str) -> None:
    contract = documents({path: text}).contract(path)
    assert contract is not None
    assert contract.version == version


def test_relative_imports_of_python_start_from_the_files_own_directory() -> None:
    files = {
        "src/shop/api/users.py": "class Other:\n    pass\n",
        "src/shop/users.py": "from .ids import UserID\n\nclass User:\n    pass\n",
        "src/shop/ids.py": "UserID = int\n",
        "src/shop/api/orders.py": (
            "from pydantic import BaseModel\nfrom ..users import UserID\n\nclass Order(BaseModel):\n    by: UserID\n"
        ),
    }
    contract = Documents(files, files.get).contract("src/shop/api/orders.py", "Order")
    assert contract is not None
    record = contract.schema.definitions["Order"].type
    assert isinstance(record, Record)
    assert record.fields[0].type == Scalar("integer")
