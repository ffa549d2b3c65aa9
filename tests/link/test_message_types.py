"""Which types of message a receive takes, as its handler's code says."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eda_lint.model.topology import Project

Link = Callable[..., Project]

LOOP = "import json\nfrom kafka import KafkaConsumer\nfor record in KafkaConsumer('orders'):\n"


def taken(project: Project) -> set[str | None]:
    """The message types of the receives."""
    return {o.message for o in project.operations if o.action == "receive"}


@pytest.mark.parametrize(
    "body",
    [
        (
            "    body = json.loads(record.value)\n"
            "    if body['type'] == 'Placed':\n        pass\n"
            "    elif body['type'] == 'Paid':\n        pass\n"
        ),
        "    kind = json.loads(record.value).get('event_type')\n    if kind in ('Placed', 'Paid'):\n        pass\n",
        "    match json.loads(record.value)['type']:\n        case 'Placed' | 'Paid':\n            pass\n",
        (
            "    match json.loads(record.value):\n"
            "        case {'type': 'Placed'}:\n            pass\n"
            "        case {'type': 'Paid'}:\n            pass\n"
        ),
        (
            "    body = json.loads(record.value)\n"
            "    if not body['type'] == 'Placed' or 'Paid' == body['type']:\n        pass\n"
        ),
    ],
    ids=["if", "in", "match", "mapping pattern", "or"],
)
def test_texts_that_a_type_field_is_compared_with(link: Link, body: str) -> None:
    assert taken(link(LOOP + body)) == {"Placed", "Paid"}


@pytest.mark.parametrize(
    "body",
    [
        "    if json.loads(record.value)['state'] == 'open':\n        pass\n",
        "    settings = {'type': 'x'}\n    if settings['type'] == 'Placed':\n        pass\n",
        "    if record.headers['content_type'] == 'application/json':\n        pass\n",
        "    print(json.loads(record.value)['type'])\n",
    ],
    ids=["another field", "another dict", "a MIME type", "no test"],
)
def test_other_tests_name_no_type(link: Link, body: str) -> None:
    assert taken(link(LOOP + body)) == {None}


def test_dict_of_handlers(link: Link) -> None:
    project = link(
        "import json\nfrom kafka import KafkaConsumer\n"
        "def placed(body): ...\ndef paid(body): ...\n"
        "HANDLERS = {'Placed': placed, 'Paid': paid}\n"
        "def run():\n"
        "    for record in KafkaConsumer('orders'):\n"
        "        body = json.loads(record.value)\n"
        "        handle = HANDLERS.get(body['type'])\n"
        "        if handle:\n"
        "            handle(body)\n"
    )
    assert taken(project) == {"Placed", "Paid"}


def test_header_in_a_callback(link: Link) -> None:
    project = link(
        "import pika\n"
        "def on(channel, method, properties, body):\n"
        "    if properties.type == 'Placed':\n"
        "        pass\n"
        "pika.BlockingConnection().channel().basic_consume('orders', on)\n"
    )
    assert taken(project) == {"Placed"}


@pytest.mark.parametrize(
    "body",
    [
        "    Placed.model_validate_json(record.value)\n",
        "    Placed(**json.loads(record.value))\n",
        "    read(record.value)\n",
    ],
    ids=["parsed", "spread", "in a function that is given the message"],
)
def test_class_that_the_body_is_read_into(link: Link, body: str) -> None:
    project = link(
        "import json\nfrom kafka import KafkaConsumer\nfrom pydantic import BaseModel\n"
        "class Placed(BaseModel):\n    id: int\n"
        "def read(data):\n    return Placed.model_validate_json(data)\n"
        "for record in KafkaConsumer('orders'):\n" + body
    )
    assert taken(project) == {"Placed"}


def test_row_of_a_database_is_no_type(link: Link) -> None:
    project = link(
        "import json\nfrom kafka import KafkaConsumer\nfrom django.db import models\n"
        "class Order(models.Model):\n    state = models.TextField()\n"
        "for record in KafkaConsumer('orders'):\n    Order(**json.loads(record.value)).save()\n"
    )
    assert taken(project) == {None}


def test_class_that_any_message_is_handed_around_in_is_no_type(link: Link) -> None:
    project = link(
        "from dataclasses import dataclass\nfrom kafka import KafkaConsumer\n"
        "@dataclass\nclass ConsumedRecord:\n    value: bytes\n"
        "def handle(record: ConsumedRecord): ...\n"
        "for raw in KafkaConsumer('orders'):\n    handle(raw)\n"
    )
    assert taken(project) == {None}


def test_annotation_of_the_parameter(link: Link) -> None:
    project = link(
        "from faststream.kafka import KafkaBroker\nfrom pydantic import BaseModel\n"
        "class Placed(BaseModel):\n    id: int\n"
        "class Paid(BaseModel):\n    id: int\n"
        "broker = KafkaBroker('x')\n"
        "@broker.subscriber('orders')\n"
        "async def on(body: Placed | Paid, limit: int = 3): ...\n"
        "@broker.subscriber('raw')\n"
        "async def raw(body: dict): ...\n"
    )
    assert {(o.address, o.message) for o in project.operations} == {
        ("orders", "Placed"),
        ("orders", "Paid"),
        ("raw", None),
    }


def test_tasks_are_named_by_their_functions(link: Link) -> None:
    project = link(
        "from redis import Redis\nfrom rq import Queue\nfrom celery import Celery, signature\n"
        "app = Celery('x')\nqueue = Queue('high', connection=Redis())\n"
        "def job(order): ...\n"
        "@app.task\ndef mail(order): ...\n"
        "queue.enqueue(job, 1)\n"
        "mail.delay(1)\n"
        "mail.si(1).delay()\n"
        "signature('bills.make', args=(1,)).delay()\n"
        "app.send_task('app.mail', args=[1])\n"
    )
    sends = [o.message for o in project.operations if o.action == "send"]
    assert sends == ["job", "mail", "mail", "bills.make", "mail"]
