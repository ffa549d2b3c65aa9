"""A receive on a queue that is bound has the addresses of its bindings."""

from __future__ import annotations

from collections.abc import Callable

from eda_lint.model.topology import Project

Link = Callable[..., Project]

PIKA = "import pika\nchannel = pika.BlockingConnection().channel()\ndef on(ch, method, properties, body): ...\n"


def received(project: Project) -> list[tuple[str, str | None, str | None]]:
    """(system, address, group) of the receives, in order."""
    return [(o.system, o.address, o.group) for o in project.operations if o.action == "receive"]


def test_queue_named_by_the_server(link: Link) -> None:
    project = link(
        PIKA + "queue = channel.queue_declare('', exclusive=True).method.queue\n"
        "channel.queue_bind(queue=queue, exchange='events', routing_key='order.placed')\n"
        "channel.basic_consume(queue=queue, on_message_callback=on)\n"
        "channel.basic_publish('events', 'order.placed', b'x')\n"
    )
    assert received(project) == [("rabbitmq", "events:order.placed", None)]
    assert len(project.channels) == 1, "who sends meets who receives"


def test_bound_queue_with_a_name_is_the_group(link: Link) -> None:
    project = link(
        PIKA + "for key in ['order.placed', 'order.paid']:\n"
        "    channel.queue_bind('bills', 'events', key)\n"
        "channel.basic_consume('bills', on)\n"
    )
    assert received(project) == [
        ("rabbitmq", "events:order.paid", "bills"),
        ("rabbitmq", "events:order.placed", "bills"),
    ]


def test_queue_that_is_sent_to_by_name_keeps_its_name(link: Link) -> None:
    project = link(
        PIKA + "channel.queue_bind('bills', 'events', 'order.paid')\n"
        "channel.basic_consume('bills', on)\n"
        "channel.basic_publish('', 'bills', b'x')\n"
    )
    assert {address for _, address, _ in received(project)} == {"bills", "events:order.paid"}


def test_unbound_queue_is_itself(link: Link) -> None:
    project = link(PIKA + "channel.queue_bind('bills', 'events', 'order.paid')\nchannel.basic_consume('other', on)\n")
    assert received(project) == [("rabbitmq", "other", "other")]


def test_binding_in_a_wrapper_is_read_for_each_object(link: Link) -> None:
    project = link(
        PIKA + "class Consumer:\n"
        "    def __init__(self, queue, keys):\n"
        "        self.queue = queue\n"
        "        self.keys = keys\n"
        "    def run(self, callback):\n"
        "        for key in self.keys:\n"
        "            channel.queue_bind(queue=self.queue, exchange='shop', routing_key=key)\n"
        "        channel.basic_consume(queue=self.queue, on_message_callback=callback)\n"
        "Consumer('orders', ['a', 'b']).run(on)\n"
        "Consumer('bills', ['c']).run(on)\n"
    )
    outer = [(o.place.line, o.address, o.group) for o in project.operations if o.via]
    assert outer == [(12, "shop:a", "orders"), (12, "shop:b", "orders"), (13, "shop:c", "bills")]


def test_two_queues_of_one_helper_are_told_apart(link: Link) -> None:
    project = link(
        "import aio_pika\n"
        "async def declare(channel, name):\n"
        "    return await channel.declare_queue(name)\n"
        "async def main():\n"
        "    connection = await aio_pika.connect_robust('x')\n"
        "    channel = await connection.channel()\n"
        "    exchange = await channel.declare_exchange('events')\n"
        "    good = await declare(channel, 'good')\n"
        "    bad = await declare(channel, 'bad')\n"
        "    await good.bind(exchange, routing_key='paid')\n"
        "    await bad.bind(exchange, routing_key='failed')\n"
        "    await good.consume(on_good)\n"
        "    await bad.consume(on_bad)\n"
        "async def on_good(message: aio_pika.IncomingMessage): ...\n"
        "async def on_bad(message: aio_pika.IncomingMessage): ...\n"
    )
    assert [(o.address, o.handler) for o in project.operations if o.action == "receive"] == [
        ("events:paid", "app:on_good"),
        ("events:failed", "app:on_bad"),
    ]


def test_fanout_reaches_the_queue_whatever_the_key(link: Link) -> None:
    project = link(
        PIKA + "channel.exchange_declare('logs', exchange_type='fanout')\n"
        "channel.queue_bind('all', 'logs')\n"
        "channel.basic_consume('all', on)\n"
        "channel.basic_publish('logs', 'whatever', b'x')\n"
    )
    assert all(c.external for c in project.channels), "nobody is accused of sending what nobody reads"


def test_queue_that_is_subscribed_to_a_topic(link: Link) -> None:
    project = link(
        "import boto3\n"
        "sns, sqs = boto3.client('sns'), boto3.client('sqs')\n"
        "sns.subscribe(TopicArn='arn:aws:sns:eu:1:orders', Protocol='sqs', Endpoint='arn:aws:sqs:eu:1:billing')\n"
        "sns.subscribe(TopicArn='arn:aws:sns:eu:1:orders', Protocol='email', Endpoint='a@example.org')\n"
        "def work():\n"
        "    for message in sqs.receive_message(QueueUrl='https://sqs/1/billing')['Messages']:\n"
        "        print(message['Body'])\n"
    )
    assert {(s, a) for s, a, _ in received(project)} == {("aws_sqs", "billing"), ("aws_sns", "orders")}
    assert next(c for c in project.channels if c.system == "aws_sqs").external
