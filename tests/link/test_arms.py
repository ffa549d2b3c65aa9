"""Which function messages of each type come to, where one handler tells types apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eda_lint.model.topology import Project

Link = Callable[..., Project]

HEAD = """
import json
from functools import singledispatch, singledispatchmethod
from dataclasses import dataclass
from kafka import KafkaConsumer
class Event: ...
@dataclass
class Placed(Event):
    id: str
@dataclass
class Paid(Event):
    id: str
def parse(text): return [Placed, Paid][len(text)](**json.loads(text))
def bill(message): ...
def ship(message): ...
"""
LOOP = HEAD + "def run():\n    for record in KafkaConsumer('orders'):\n"
BOTH = {"Placed": "bill", "Paid": "ship"}


def arms(project: Project) -> dict[str | None, str | None]:
    """Type → last name of the function that it is handed to, of all receives."""
    return {
        o.message: o.handed_to.rpartition(":")[2] if o.handed_to else None
        for o in project.operations
        if o.action == "receive"
    }


IF = """
        body = json.loads(record.value)
        if body["type"] == "Placed":
            print(body)
            bill(body)
        elif body["type"] == "Paid":
            ship(body["data"])
"""
MATCH_TEXT = """
        body = json.loads(record.value)
        match body.get("event_type"):
            case "Placed":
                bill(body)
            case "Paid":
                ship(body)
"""
MATCH_MAPPING = """
        match json.loads(record.value):
            case {"type": "Placed", "data": data}:
                bill(data)
            case {"type": "Paid"} as body:
                ship(body)
"""
MATCH_CLASS = """
        match parse(record.value):
            case Placed(id=id) as event:
                bill(event)
            case Paid() as event:
                ship(event)
"""
ISINSTANCE = """
        event = parse(record.value)
        if isinstance(event, Placed):
            bill(event)
        elif isinstance(event, (Paid,)):
            ship(event)
"""
TABLE = """
        body = json.loads(record.value)
        handler = {"Placed": bill, "Paid": ship}.get(body["type"])
        if handler is not None:
            handler(body)
"""


@pytest.mark.parametrize(
    "body",
    [IF, MATCH_TEXT, MATCH_MAPPING, MATCH_CLASS, ISINSTANCE, TABLE],
    ids=["if", "match on text", "match on mapping", "match on class", "isinstance", "table"],
)
def test_each_type_has_its_function(link: Link, body: str) -> None:
    project = link(LOOP + body)
    assert arms(project) == BOTH
    assert {(o.handler or "").rpartition(":")[2] for o in project.operations} == {"run"}


def test_generic_function(link: Link) -> None:
    project = link(
        HEAD
        + "@singledispatch\ndef handle(event): raise NotImplementedError\n"
        + "@handle.register\ndef placed(event: Placed): ...\n"
        + "@handle.register(Paid)\ndef paid(event): ...\n"
        + "handle.register(Event, bill)\n"
        + "def run():\n    for record in KafkaConsumer('orders'):\n        handle(parse(record.value))\n"
    )
    assert arms(project) == {"Placed": "placed", "Paid": "paid", "Event": "bill"}


def test_generic_method(link: Link) -> None:
    project = link(
        HEAD
        + "class Handler:\n"
        + "    @singledispatchmethod\n    def handle(self, event): ...\n"
        + "    @handle.register\n    def placed(self, event: Placed): ...\n"
        + "    @handle.register\n    def paid(self, event: Paid): ...\n"
        + "def run():\n    handler = Handler()\n"
        + "    for record in KafkaConsumer('orders'):\n        handler.handle(parse(record.value))\n"
    )
    assert arms(project) == {"Placed": "Handler.placed", "Paid": "Handler.paid"}


def test_table_on_an_object(link: Link) -> None:
    project = link(
        HEAD
        + "class Worker:\n"
        + "    def __init__(self):\n        self.handlers = {'Placed': self.placed, 'Paid': self.paid}\n"
        + "    def placed(self, body): ...\n    def paid(self, body): ...\n"
        + "    def run(self):\n"
        + "        for record in KafkaConsumer('orders'):\n"
        + "            body = json.loads(record.value)\n"
        + "            self.handlers[body['type']](body)\n"
        + "Worker().run()\n"
    )
    assert arms(project) == {"Placed": "Worker.placed", "Paid": "Worker.paid"}


def test_methods_named_after_types(link: Link) -> None:
    project = link(
        HEAD
        + "class Worker:\n"
        + "    def on_placed(self, body): ...\n    def on_paid(self, body): ...\n    def other(self): ...\n"
        + "    def run(self):\n"
        + "        for record in KafkaConsumer('orders'):\n"
        + "            body = json.loads(record.value)\n"
        + "            getattr(self, f\"on_{body['type']}\")(body)\n"
    )
    assert arms(project) == {"placed": "Worker.on_placed", "paid": "Worker.on_paid"}


def test_the_function_that_is_handed_the_message_tells_apart(link: Link) -> None:
    project = link(
        HEAD
        + "def route(event):\n"
        + "    if isinstance(event, Placed):\n        bill(event)\n"
        + "    elif isinstance(event, Paid):\n        ship(event)\n"
        + "def run():\n    for record in KafkaConsumer('orders'):\n        route(parse(record.value))\n"
    )
    assert arms(project) == BOTH


@pytest.mark.parametrize(
    "body",
    [
        IF.replace("bill(body)", "bill(body); ship(body)"),
        IF.replace("bill(body)", "bill('x')"),
        IF.replace("bill(body)", "body['done'] = True"),
    ],
    ids=["two functions", "no message", "no call"],
)
def test_an_arm_without_one_function_of_its_own(link: Link, body: str) -> None:
    assert arms(link(LOOP + body)) == {"Placed": None, "Paid": "ship"}


def test_other_tests_are_no_arms(link: Link) -> None:
    body = """
        body = json.loads(record.value)
        if isinstance(body, dict) and body["state"] == "open":
            bill(body)
        elif isinstance(record, KafkaConsumer):
            ship(body)
"""
    assert arms(link(LOOP + body)) == {None: None}
