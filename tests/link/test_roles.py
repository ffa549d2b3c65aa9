"""What arguments, receivers and assignments mean: prefixes, suffixes, owners, exclusions, objects that are called."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eda_lint.model.topology import Operation, Project

Link = Callable[..., Project]


def told(project: Project, action: str) -> list[tuple[int, str | None]]:
    """(line, address) of the operations of one action, in order."""
    return [(o.place.line, o.address) for o in project.operations if o.action == action]


def only(project: Project) -> Operation:
    """The one operation of a project."""
    (operation,) = project.operations
    return operation


def test_router_prefix_stands_before_the_channel(link: Link) -> None:
    project = link(
        "from faststream.kafka import KafkaRouter\n"
        "router = KafkaRouter(prefix='shop.')\n"
        "@router.subscriber('orders')\n"
        "async def on_order(body): ...\n"
    )
    assert only(project).address == "shop.orders"


@pytest.mark.parametrize(
    ("include", "address"),
    [
        ("broker.include_router(router)", "inner.orders"),
        ("broker.include_router(router, prefix='v1.')", "v1.inner.orders"),
        ("broker.include_routers(router)", "inner.orders"),
    ],
)
def test_prefix_of_what_includes_a_router(link: Link, include: str, address: str) -> None:
    project = link(
        "from faststream.kafka import KafkaBroker, KafkaRouter\n"
        "broker = KafkaBroker('x')\n"
        "router = KafkaRouter(prefix='inner.')\n"
        f"{include}\n"
        "@router.subscriber('orders')\n"
        "async def on_order(body): ...\n"
    )
    assert only(project).address == address


def test_routers_that_include_each_other_end(link: Link) -> None:
    project = link(
        "from faststream.kafka import KafkaRouter\n"
        "one, two = KafkaRouter(prefix='a.'), KafkaRouter(prefix='b.')\n"
        "one.include_router(two)\n"
        "two.include_router(one)\n"
        "@one.subscriber('orders')\n"
        "async def on_order(body): ...\n"
    )
    assert all(address is not None and address.endswith("a.orders") for _, address in told(project, "receive"))


def test_dispatcher_is_called_and_its_service_names_the_exchange(link: Link) -> None:
    project = link(
        "from nameko.events import EventDispatcher, event_handler\n"
        "class Orders:\n"
        "    name = 'orders'\n"
        "    dispatch = EventDispatcher()\n"
        "    def place(self, order):\n"
        "        self.dispatch('order_placed', {'id': order})\n"
        "class Bills:\n"
        "    name = 'bills'\n"
        "    @event_handler('orders', 'order_placed')\n"
        "    def bill(self, body): ...\n"
    )
    assert told(project, "send") == [(6, "orders.events:order_placed")]
    assert told(project, "receive") == [(9, "orders.events:order_placed")]
    assert len(project.channels) == 1


def test_call_of_something_else_of_that_name_is_none(link: Link) -> None:
    project = link(
        "from nameko.events import EventDispatcher\n"
        "class Orders:\n"
        "    name = 'orders'\n"
        "    dispatch = EventDispatcher()\n"
        "def dispatch(name, body): ...\n"
        "dispatch('order_placed', {})\n"
    )
    assert project.operations == ()


def test_publish_to_a_phone_is_no_message(link: Link) -> None:
    project = link(
        "import boto3\n"
        "sns = boto3.client('sns')\n"
        "sns.publish(PhoneNumber='+49', Message='x')\n"
        "sns.publish(TopicArn='arn:aws:sns:eu:1:orders', Message='x')\n"
        "sns.publish(TopicArn='arn:aws:sns:eu:1:bills', PhoneNumber=None, Message='x')\n"
    )
    assert told(project, "send") == [(4, "orders"), (5, "bills")]


def test_handler_by_assignment(link: Link) -> None:
    project = link(
        "import paho.mqtt.client as mqtt\n"
        "def on_message(client, userdata, message): ...\n"
        "client = mqtt.Client()\n"
        "client.on_message = on_message\n"
        "client.subscribe('sensors/#')\n"
    )
    assert only(project).handler == "app:on_message"


def test_assignment_to_another_object_gives_no_handler(link: Link) -> None:
    project = link(
        "import paho.mqtt.client as mqtt\n"
        "def on_message(client, userdata, message): ...\n"
        "client, other = mqtt.Client(), mqtt.Client()\n"
        "other.on_message = on_message\n"
        "client.subscribe('sensors/#')\n"
    )
    assert only(project).handler != "app:on_message"


def test_subscription_in_a_callback_of_the_client(link: Link) -> None:
    project = link(
        "import paho.mqtt.client as mqtt\n"
        "def on_connect(client, userdata, flags, code):\n"
        "    client.subscribe('sensors/#')\n"
        "def on_message(client, userdata, message): ...\n"
        "client = mqtt.Client()\n"
        "client.on_connect = on_connect\n"
        "client.on_message = on_message\n"
    )
    assert (only(project).address, only(project).handler) == ("sensors/#", "app:on_message")


def test_publisher_is_an_object_and_a_decorator(link: Link) -> None:
    project = link(
        "from faststream.kafka import KafkaBroker\n"
        "broker = KafkaBroker('x')\n"
        "placed = broker.publisher('orders.placed')\n"
        "@broker.subscriber('orders')\n"
        "@broker.publisher('bills')\n"
        "async def bill(body):\n"
        "    await placed.publish({'type': 'OrderPlaced'})\n"
        "    return {'type': 'BillMade', 'id': 1}\n"
    )
    sends = [(o.place.line, o.address, o.message) for o in project.operations if o.action == "send"]
    assert sends == [(5, "bills", "BillMade"), (7, "orders.placed", "OrderPlaced")]
    assert told(project, "receive") == [(4, "orders")]
    made = next(o for o in project.operations if o.address == "bills")
    assert made.payload.names() == {"type", "id"}


def test_publisher_chosen_by_branches(link: Link) -> None:
    project = link(
        "from dataclasses import dataclass\n"
        "from faststream.kafka import KafkaBroker\n"
        "broker = KafkaBroker('x')\n"
        "@dataclass\n"
        "class Publishers:\n"
        "    one: object\n"
        "    two: object\n"
        "made = Publishers(one=broker.publisher('a'), two=broker.publisher('b'))\n"
        "async def tell(which):\n"
        "    if which == 1:\n"
        "        publisher = made.one\n"
        "    elif which == 2:\n"
        "        publisher = made.two\n"
        "    else:\n"
        "        raise ValueError\n"
        "    await publisher.publish({'k': 1})\n"
    )
    assert told(project, "send") == [(16, "a"), (16, "b")]


def test_push_counts_only_where_somebody_pops(link: Link) -> None:
    project = link(
        "import redis\n"
        "store = redis.Redis()\n"
        "def remember(key, value):\n"
        "    store.lpush('history', value)\n"
        "    store.lpush(key, value)\n"
        "    store.lpush('jobs', value)\n"
        "def work():\n"
        "    return store.brpop('jobs')\n"
    )
    assert told(project, "send") == [(6, "jobs")]
    assert told(project, "receive") == [(8, "jobs")]


def test_function_handed_on_under_its_own_name(link: Link) -> None:
    project = link(
        {
            "app/__init__.py": "",
            "app/produce.py": (
                "from kafka import KafkaProducer\nproducer = KafkaProducer()\n"
                "def send_message(topic, body):\n    producer.send(topic, body)\n"
            ),
            "app/base.py": (
                "class Base:\n    def handle(self, body, *, send_message):\n        send_message('seen', body)\n"
            ),
            "app/main.py": (
                "from .base import Base\nfrom .produce import send_message\n"
                "def main(body):\n    Base().handle(body, send_message=send_message)\n"
            ),
        }
    )
    assert ("app/base.py", "seen") in {(o.place.file, o.address) for o in project.operations}


@pytest.mark.parametrize(
    ("enter", "is_coroutine"),
    [
        ("async with aioboto3.Session().client('sqs') as sqs:", True),
        ("with contextlib.closing(boto3.client('sqs')) as sqs:", False),
    ],
)
def test_asyncio_twin_makes_coroutines(link: Link, enter: str, is_coroutine: bool) -> None:
    project = link(
        "import contextlib\nimport aioboto3, boto3\nasync def main():\n"
        f"    {enter}\n"
        "        sqs.send_message(QueueUrl='https://sqs/1/orders', MessageBody='x')\n"
    )
    delivery = only(project).delivery
    assert delivery is not None
    assert delivery.is_coroutine is is_coroutine
