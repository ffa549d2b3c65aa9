"""Which schemas reach which channels, and who reads their fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from eda_lint.config import load_config
from eda_lint.model.contract import Contract
from eda_lint.model.topology import Project
from eda_lint.run import Request, understand

Understood = Callable[[Mapping[str, str]], Project]

EVENTS = """
from pydantic import BaseModel

class Customer(BaseModel):
    email: str

class OrderPlaced(BaseModel):
    order_id: str
    customer: Customer
"""
SENDER = """
from kafka import KafkaProducer
from shop.events import OrderPlaced
producer = KafkaProducer()

def placed(order):
    event = OrderPlaced(order_id=order.id, customer=order.customer)
    producer.send("orders.placed", event.model_dump_json().encode())
"""


@pytest.fixture
def understood(tmp_path: Path) -> Understood:
    def run(files: Mapping[str, str]) -> Project:
        for path, text in {"eda-lint.toml": "", **files}.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        config = load_config(tmp_path / "eda-lint.toml")
        return understand(Request(root=tmp_path, config=config, cache=False, contracts=True)).project

    return run


def only(project: Project) -> Contract:
    assert [contract.name for contract in project.contracts] != []
    assert len(project.contracts) == 1, project.contracts
    return project.contracts[0]


def sent(call: str, head: str = "") -> str:
    return (
        f"import pika\n{head}\nclass Sender:\n    def __init__(self, channel: pika.channel.Channel):\n"
        "        self.channel = channel\n\n    def send(self, order):\n"
        + "".join(f"        {line}\n" for line in call.splitlines())
    )


def test_a_class_that_is_serialised_and_parsed(understood: Understood) -> None:
    receiver = """
from kafka import KafkaConsumer
from shop.events import OrderPlaced

def main(mail):
    for record in KafkaConsumer("orders.placed", group_id="mail"):
        order = OrderPlaced.model_validate_json(record.value)
        mail(order.customer.email)
"""
    files = {"shop/__init__.py": "", "shop/events.py": EVENTS, "shop/send.py": SENDER, "shop/receive.py": receiver}
    contract = only(understood(files))
    assert (contract.name, contract.dialect, contract.place.file) == ("OrderPlaced", "python", "shop/events.py")
    assert contract.channels == ("kafka:orders.placed",)
    assert [one.rpartition(":")[2] for one in (*contract.sends, *contract.receives)] == ["send", "receive"]
    assert set(contract.schema.definitions) == {"OrderPlaced", "Customer"}
    assert {(read.field, read.place.line) for read in contract.reads} == {("customer", 8), ("email", 8)}
    assert contract.parsed
    assert not contract.readers_known


@pytest.mark.parametrize(
    ("call", "head", "name", "dialect"),
    [
        (
            'self.channel.basic_publish("", "placed", order_pb2.OrderPlaced(id=order.id).SerializeToString())',
            "from proto import order_pb2",
            "shop.OrderPlaced",
            "protobuf",
        ),
        (
            'message = OrderPlaced(id=order.id)\nself.channel.basic_publish("", "placed", message.SerializeToString())',
            "from proto.order_pb2 import OrderPlaced",
            "shop.OrderPlaced",
            "protobuf",
        ),
        (
            ('buffer = io.BytesIO()\nschemaless_writer(buffer, SCHEMA, order)\n'
            'self.channel.basic_publish("", "placed", buffer.getvalue())'),
            ('import io\nfrom fastavro import schemaless_writer\n'
            'SCHEMA = {"type": "record", "name": "Placed", "fields": [{"name": "id", "type": "string"}]}'),
            "Placed",
            "avro",
        ),
        (
            ('buffer = io.BytesIO()\nschemaless_writer(buffer, SCHEMA, order)\n'
            'self.channel.basic_publish("", "placed", buffer.getvalue())'),
            ('import io\nfrom fastavro import schemaless_writer\nfrom fastavro.schema import load_schema\n'
            'SCHEMA = load_schema("schemas/order.avsc")'),
            "shop.Order",
            "avro",
        ),
        (
            'self.channel.basic_publish("", "placed", encode(order))',
            'from encoding import encode',
            "shop.Order",
            "avro",
        ),
    ],
)  # fmt: skip
def test_documents_that_the_code_of_a_send_names(
    understood: Understood, call: str, head: str, name: str, dialect: str
) -> None:
    files = {
        "sender.py": sent(call, head),
        "encoding.py": "def encode(order):\n    with open('order.avsc') as file:\n        return write(file, order)\n",
        "proto/order.proto": 'syntax = "proto3";\npackage shop;\nmessage OrderPlaced {\n  string id = 1;\n}\n',
        "schemas/order.avsc": '{"type": "record", "name": "shop.Order", "fields": [{"name": "id", "type": "string"}]}',
    }
    found = [(one.name, one.dialect) for one in understood(files).contracts if one.dialect != "python"]
    assert found == [(name, dialect)]


def test_a_document_of_the_channels_name(understood: Understood) -> None:
    text = '{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": {"id": {}}}'
    files = {
        "sender.py": sent('self.channel.basic_publish("", "orders.placed", order)'),
        "schemas/orders.placed.v2.json": text,
        "schemas/orders.json": text,
    }
    contract = only(understood(files))
    assert (contract.place.file, contract.channels) == ("schemas/orders.placed.v2.json", ("rabbitmq:orders.placed",))


def test_two_documents_of_one_name_are_none(understood: Understood) -> None:
    text = '{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}'
    files = {"sender.py": sent('self.channel.basic_publish("", "orders.placed", order)')}
    files |= {f"schemas/{version}/orders.placed.json": text for version in ("v1", "v2")}
    assert understood(files).contracts == ()


def test_descriptions_of_http_are_no_contracts(understood: Understood) -> None:
    files = {
        "sender.py": sent('spec = open("openapi.json").read()\nself.channel.basic_publish("", "orders.placed", order)'),
        "openapi.json": '{"openapi": "3.1.0", "info": {"title": "orders.placed"}, "components": {"schemas": {}}}',
    }
    assert understood(files).contracts == ()


def test_who_reads_is_known_where_everybody_is_declared_to_be_here(understood: Understood) -> None:
    receiver = """
import json
from kafka import KafkaConsumer

def main(mail):
    for record in KafkaConsumer("orders.placed", group_id="mail"):
        order = json.loads(record.value)
        handle(order, mail)

def handle(order, mail):
    address = order["customer"]["email"]
    mail(address)
"""
    files = {
        "eda-lint.toml": '[[channels]]\nmatch = "orders.placed"\ncomplete = true\n',
        "shop/__init__.py": "", "shop/events.py": EVENTS, "shop/send.py": SENDER, "shop/receive.py": receiver,
    }  # fmt: skip
    contract = only(understood(files))
    assert {read.field for read in contract.reads} == {"customer", "email"}
    assert contract.readers_known
    assert not contract.parsed


def test_who_reads_is_not_known_where_the_message_goes_on_whole(understood: Understood) -> None:
    receiver = """
import json
from kafka import KafkaConsumer

def main(store):
    for record in KafkaConsumer("orders.placed", group_id="mail"):
        order = json.loads(record.value)
        store.save(order)
"""
    files = {
        "eda-lint.toml": '[[channels]]\nmatch = "orders.placed"\ncomplete = true\n',
        "shop/__init__.py": "", "shop/events.py": EVENTS, "shop/send.py": SENDER, "shop/receive.py": receiver,
    }  # fmt: skip
    assert not only(understood(files)).readers_known


def test_broken_documents_and_modules_are_survived(understood: Understood) -> None:
    files = {
        "sender.py": sent('self.channel.basic_publish("", "orders.placed", open("order.avsc").read())'),
        "order.avsc": '{"type": "record", "name": ',
        "schemas/orders.placed.json": '{"$schema": "x", ',
        "proto/bad.proto": "message OrderPlaced {",
    }
    assert understood(files).contracts == ()


def test_divergence_of_a_class_and_a_document(understood: Understood) -> None:
    avro = """{"type": "record", "name": "OrderPlaced", "fields": [
  {"name": "order_id", "type": "long"},
  {"name": "orderNote", "type": ["null", "string"], "default": null}
]}"""
    files = {
        "shop/__init__.py": "",
        "shop/events.py": EVENTS,
        "shop/send.py": SENDER,
        "schemas/order_placed.avsc": avro,
    }
    (divergence,) = understood(files).divergences
    assert (divergence.model.place.file, divergence.document.place.file) == (
        "shop/events.py",
        "schemas/order_placed.avsc",
    )
    assert [(one.kind, one.path) for one in divergence.comparison.changes] == [
        ("type-changed", "order_id"),
        ("field-removed", "orderNote"),
        ("field-added", "customer"),
    ]
