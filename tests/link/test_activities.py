"""What a handler does, in order: where it begins, what it enters, what surrounds each effect."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eda_lint.model.topology import Activity, Handler, Project

Link = Callable[..., Project]

MODELS = """
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
class Base(DeclarativeBase): ...
class Order(Base):
    __tablename__ = "orders"
    id: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column()
    status: Mapped[str]
class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
"""
PIKA = "import pika\nchannel = pika.BlockingConnection().channel()\n"


def only(project: Project) -> Handler:
    """The one handler of a project."""
    assert len(project.handlers) == 1, [h.id for h in project.handlers]
    return project.handlers[0]


def kinds(activity: Activity) -> list[str]:
    """The kinds of an activity's effects, in order, reads left out."""
    return [e.kind for e in activity.effects if e.kind != "read"]


def activity(project: Project, name: str) -> Activity:
    """The activity of the function of this name."""
    return next(a for a in project.activities if a.function.rpartition(":")[2] == name)


# ------------------------------------------------------------------------------------------- beginning


def test_activity_begins_where_the_record_comes_out(link: Link) -> None:
    project = link(
        "import json, smtplib\nfrom kafka import KafkaConsumer\n"
        "consumer = KafkaConsumer('orders', enable_auto_commit=False)\n"
        "def mail(order):\n"
        "    smtplib.SMTP('localhost').sendmail('a', [order['email']], 'text')\n"
        "for record in consumer:\n"
        "    consumer.commit()\n"
        "    mail(json.loads(record.value))\n"
    )
    handler = only(project)
    assert handler.id.endswith(":mail")
    assert kinds(handler.activity) == ["settle", "send"]
    assert handler.activity.effects[-1].via[0].function.endswith(":mail")
    assert {f.path for f in handler.reads.fields} == {"email"}


def test_one_handler_for_each_class_below_a_consuming_base(link: Link) -> None:
    project = link(
        "import json, smtplib\nfrom abc import ABC, abstractmethod\nfrom kafka import KafkaConsumer\n"
        "class Reader(ABC):\n"
        "    topic = ''\n"
        "    def run(self):\n"
        "        consumer = KafkaConsumer(self.topic, group_id=self.topic + '-readers')\n"
        "        for record in consumer:\n"
        "            self.handle(json.loads(record.value))\n"
        "            consumer.commit()\n"
        "    @abstractmethod\n"
        "    def handle(self, event): ...\n"
        "class Mails(Reader):\n"
        "    topic = 'refunds'\n"
        "    def handle(self, event):\n"
        "        smtplib.SMTP('localhost').sendmail('a', [event['email']], 'text')\n"
        "class Prints(Reader):\n"
        "    topic = 'orders'\n"
        "    def handle(self, event):\n"
        "        print(event['id'])\n"
        "Mails().run()\nPrints().run()\n"
    )
    found = {h.id.rpartition(":")[2]: h for h in project.handlers}
    assert sorted(found) == ["Mails.handle", "Prints.handle"]
    assert kinds(found["Mails.handle"].activity) == ["send", "settle"]
    assert kinds(found["Prints.handle"].activity) == ["settle"]
    receives = {o.address: (o.group, o.handler) for o in project.operations if o.action == "receive"}
    assert receives["refunds"] == ("refunds-readers", found["Mails.handle"].id)
    assert receives["orders"] == ("orders-readers", found["Prints.handle"].id)


def test_consumer_of_an_object_that_another_object_reads(link: Link) -> None:
    project = link(
        "from kafka import KafkaConsumer\n"
        "class Reader:\n"
        "    def __init__(self, topic):\n"
        "        self.client = KafkaConsumer(topic)\n"
        "    def each(self, function):\n"
        "        for record in self.client:\n"
        "            function(record)\n"
        "class Listener:\n"
        "    def __init__(self):\n"
        "        self.reader = Reader('orders')\n"
        "    def run(self):\n"
        "        for record in self.reader.client:\n"
        "            self.process(record)\n"
        "    def process(self, record):\n"
        "        print(record)\n"
        "Listener().run()\n"
    )
    assert only(project).id.endswith(":Listener.process")


def test_function_that_is_handed_to_the_loop(link: Link) -> None:
    project = link(
        "from kafka import KafkaConsumer\n"
        "class Reader:\n"
        "    def __init__(self, topic):\n"
        "        self.client = KafkaConsumer(topic)\n"
        "    def each(self, function):\n"
        "        for record in self.client:\n"
        "            function(record)\n"
        "def show(record):\n"
        "    print(record)\n"
        "Reader('orders').each(show)\n"
    )
    assert only(project).id.endswith(":show")


def test_poll_of_a_consumer_made_by_the_constructor(link: Link) -> None:
    project = link(
        "import json\nfrom confluent_kafka import Consumer\n"
        "class Events:\n"
        "    def __init__(self):\n"
        "        self.consumer = Consumer({'bootstrap.servers': 'kafka', 'group.id': 'g'})\n"
        "        self.consumer.subscribe(['orders'])\n"
        "    def run(self):\n"
        "        while True:\n"
        "            message = self.consumer.poll(1.0)\n"
        "            if message is None:\n"
        "                continue\n"
        "            if message.error():\n"
        "                continue\n"
        "            self.handle(json.loads(message.value()))\n"
        "            self.consumer.commit(message=message)\n"
        "    def handle(self, event):\n"
        "        open('log', 'a').write(event['id'])\n"
        "Events().run()\n"
    )
    handler = only(project)
    assert handler.id.endswith(":Events.handle")
    assert kinds(handler.activity)[-1] == "settle"
    assert not any(e.guards for e in handler.activity.effects), "a poll asks nothing of what was handled"
    assert not handler.activity.unresolved


def test_what_parks_a_record_is_not_its_handler(link: Link) -> None:
    project = link(
        "from kafka import KafkaConsumer\n"
        "def park(record): ...\n"
        "def handle(value): ...\n"
        "for record in KafkaConsumer('orders'):\n"
        "    try:\n"
        "        handle(record.value)\n"
        "    except ValueError:\n"
        "        park(record)\n"
    )
    assert only(project).id.endswith(":handle")


def test_objects_of_the_handler_keep_what_they_were_made_with(link: Link) -> None:
    project = link(
        "import requests\nfrom kafka import KafkaConsumer\n"
        "class Orders:\n"
        "    def __init__(self, base):\n"
        "        self.base = base\n"
        "    def load(self, id):\n"
        "        return requests.get(f'{self.base}/orders/{id}').json()\n"
        "orders = Orders('http://orders:8000')\n"
        "for record in KafkaConsumer('orders'):\n"
        "    print(orders.load(record.value['id'])['total'])\n"
    )
    effect = next(e for e in only(project).activity.effects if e.kind == "http")
    assert effect.url is not None
    assert effect.url.startswith("http://orders:8000/orders/")


# ------------------------------------------------------------------------------------------ surroundings


def test_message_that_is_settled_by_a_block_is_settled_at_its_end(link: Link) -> None:
    project = link(
        "import aio_pika, smtplib\n"
        "async def handle(message: aio_pika.abc.AbstractIncomingMessage):\n"
        "    async with message.process():\n"
        "        smtplib.SMTP('localhost').sendmail('a', ['b'], message.body)\n"
        "async def main():\n"
        "    connection = await aio_pika.connect_robust('amqp://rabbitmq/')\n"
        "    channel = await connection.channel()\n"
        "    queue = await channel.declare_queue('orders')\n"
        "    await queue.consume(handle)\n"
    )
    effects = only(project).activity.effects
    assert [e.kind for e in effects] == ["send", "settle"]
    assert effects[1].settle == "ack"
    assert effects[1].uses_message


@pytest.mark.parametrize("block", ["with transaction.atomic():", "with transaction.atomic(), open('x') as f:"])
def test_a_scope_begins_and_commits_once(link: Link, block: str) -> None:
    project = link(
        "from confluent_kafka import Producer\nfrom django.db import models, transaction\n"
        "class Member(models.Model):\n    name = models.TextField()\n"
        "producer = Producer({})\n"
        f"def register(name):\n    {block}\n"
        "        Member.objects.create(name=name)\n"
        "        producer.produce('members', name)\n"
    )
    told = activity(project, "register")
    assert [k for k in kinds(told) if k != "append"] == ["begin", "insert", "publish", "commit"]
    assert len({e.transaction for e in told.effects if e.kind in ("begin", "insert", "publish", "commit")}) == 1


def test_two_connections_have_two_transactions(link: Link) -> None:
    project = link(
        "import psycopg\nfrom kafka import KafkaProducer\n"
        "producer = KafkaProducer()\n"
        "def look():\n"
        "    other = psycopg.connect('b')\n"
        "    with other.transaction():\n"
        "        other.execute('UPDATE seen SET n = 1')\n"
        "def run():\n"
        "    database = psycopg.connect('a')\n"
        "    with database.transaction():\n"
        "        look()\n"
        "        producer.send('orders', b'x')\n"
    )
    told = activity(project, "run")
    write = next(e for e in told.effects if e.kind == "set")
    sent = next(e for e in told.effects if e.kind == "publish")
    assert sent.transaction is not None
    assert write.transaction != sent.transaction


@pytest.mark.parametrize(
    ("connect", "expected"),
    [("psycopg.connect('a')", ["insert", "commit"]), ("psycopg.connect('a', autocommit=True)", ["insert"])],
)
def test_leaving_a_connection_commits_what_it_began(link: Link, connect: str, expected: list[str]) -> None:
    project = link(
        PIKA + "import psycopg\ndef handle(ch, method, properties, body):\n"
        f"    with {connect} as database:\n"
        "        database.execute('INSERT INTO seen (id) VALUES (%s)', (body,))\n"
        "channel.basic_consume('orders', handle)\n"
    )
    assert kinds(only(project).activity) == expected


def test_lambda_in_a_hook_runs_after_the_commit(link: Link) -> None:
    project = link(
        "from confluent_kafka import Producer\nfrom django.db import models, transaction\n"
        "class Member(models.Model):\n    name = models.TextField()\n"
        "producer = Producer({})\n"
        "def tell(name):\n    producer.produce('members', name)\n"
        "def register(name):\n"
        "    with transaction.atomic():\n"
        "        Member.objects.create(name=name)\n"
        "        transaction.on_commit(lambda: tell(name))\n"
    )
    told = activity(project, "register")
    sent = next(e for e in told.effects if e.kind == "publish")
    assert sent.after_commit
    assert sent.transaction is None
    assert not any("<lambda>" in a.function for a in project.activities)


def test_coroutines_that_are_kept_run_later(link: Link) -> None:
    project = link(
        "import asyncio, aiokafka\n"
        "async def send(producer):\n    await producer.send_and_wait('orders', b'x')\n"
        "async def run():\n"
        "    producer = aiokafka.AIOKafkaProducer()\n"
        "    await send(producer)\n"
        "    await asyncio.gather(send(producer))\n"
        "    return [send(producer), send(producer)]\n"
    )
    told = activity(project, "run")
    assert [any(a.kind == "deferred" for a in e.path) for e in told.effects] == [False, False, True, True]


# ---------------------------------------------------------------------------------------------- roots


def test_callers_of_what_sends_are_told_too(link: Link) -> None:
    project = link(
        MODELS + "from kafka import KafkaProducer\n"
        "producer = KafkaProducer()\n"
        "def tell():\n    producer.send('orders', b'x')\n"
        "def place(engine):\n"
        "    with Session(engine) as session:\n"
        "        session.add(Note(text='x'))\n"
        "        session.commit()\n"
        "    tell()\n"
    )
    assert kinds(activity(project, "place")) == ["insert", "commit", "publish"]


def test_what_only_a_handler_reaches_is_told_of_the_handler(link: Link) -> None:
    project = link(
        PIKA + "def forward(body):\n    channel.basic_publish('', 'parcels', body)\n"
        "def handle(ch, method, properties, body):\n    forward(body)\n"
        "channel.basic_consume('orders', handle)\n"
    )
    assert kinds(only(project).activity) == ["publish"]
    assert [a.function for a in project.activities if "forward" in a.function] == []


# --------------------------------------------------------------------------------------------- dispatch


@pytest.mark.parametrize(
    "dispatch",
    [
        "{'A': first, 'B': second}[body['type']](body)",
        "HANDLERS[body['type']](body)",
        "HANDLERS.get(body['type'])(body)",
        "first(body) if body['type'] == 'A' else second(body)",
    ],
)
def test_handlers_by_type_are_followed_in_arms_of_their_own(link: Link, dispatch: str) -> None:
    project = link(
        PIKA + "import json, smtplib\n"
        "def first(body):\n    smtplib.SMTP('a').sendmail('a', ['b'], body['x'])\n"
        "def second(body):\n    smtplib.SMTP('a').sendmail('a', ['b'], body['y'])\n"
        "HANDLERS = {'A': first, 'B': second}\n"
        "def handle(ch, method, properties, body):\n"
        f"    body = json.loads(body)\n    {dispatch}\n"
        "channel.basic_consume('orders', handle)\n"
    )
    one, other = only(project).activity.effects
    assert (one.kind, other.kind) == ("send", "send")
    arms = {a.id: a.arm for a in one.path}
    assert any(arms.get(a.id, a.arm) != a.arm for a in other.path), "they exclude each other"
    assert [one.guards, other.guards] == [(), ()], "a table of functions records nothing"


def test_function_that_an_executor_runs(link: Link) -> None:
    project = link(
        PIKA + "import smtplib\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "pool = ThreadPoolExecutor()\n"
        "def mail(body):\n    smtplib.SMTP('a').sendmail('a', ['b'], body)\n"
        "def handle(ch, method, properties, body):\n"
        "    pool.submit(mail, body)\n"
        "    ch.basic_ack(method.delivery_tag)\n"
        "channel.basic_consume('orders', handle)\n"
    )
    sent, settled = only(project).activity.effects
    assert (sent.kind, settled.kind) == ("send", "settle")
    assert any(a.kind == "deferred" for a in sent.path)


def test_celery_tasks_are_handlers(link: Link) -> None:
    project = link(
        "import smtplib\nfrom celery import Celery\napp = Celery('shop')\n"
        "@app.task(acks_late=True)\n"
        "def mail(address):\n    smtplib.SMTP('a').sendmail('a', [address], 'x')\n"
        "def order(address):\n    mail.delay(address)\n"
    )
    handler = only(project)
    assert handler.id.endswith(":mail")
    assert kinds(handler.activity) == ["send"]
    assert handler.activity.effects[0].uses_message
    assert kinds(activity(project, "order")) == ["enqueue"]


def test_a_walk_ends_whatever_the_code(link: Link) -> None:
    lines = [f"def f{i}(body):\n    f{(i * 7 + 1) % 40}(body)\n    f{(i * 3 + 2) % 40}(body)\n" for i in range(40)]
    project = link(
        PIKA
        + "".join(lines)
        + "def handle(ch, method, properties, body):\n    f0(body)\n    handle(ch, method, properties, body)\n"
        "channel.basic_consume('orders', handle)\n"
    )
    assert only(project).activity.effects == ()


@pytest.mark.parametrize(
    ("helper", "loop"),
    [
        (
            "    return consumer.poll(1.0)",
            "while True:\n    record = get()\n    if record is None:\n        continue\n",
        ),
        ("    yield consumer.poll(1.0)", "for record in get():\n"),
        ("    message = consumer.poll(1.0)\n    return Box(message)", "while True:\n    record = get()\n"),
    ],
    ids=["returned", "yielded", "in an object"],
)
def test_record_that_a_function_gives_is_handled_by_its_caller(link: Link, helper: str, loop: str) -> None:
    project = link(
        "import smtplib\nfrom confluent_kafka import Consumer\n"
        "consumer = Consumer({'group.id': 'g'})\nconsumer.subscribe(['orders'])\n"
        "class Box:\n    def __init__(self, message):\n        self.message = message\n"
        f"def get():\n{helper}\n"
        "def mail(record):\n    smtplib.SMTP('a').sendmail('a', ['b'], str(record))\n"
        f"{loop}    consumer.commit()\n    mail(record)\n"
    )
    handler = only(project)
    assert handler.id.endswith(":mail")
    assert kinds(handler.activity) == ["settle", "send"]
    assert not any(e.guards for e in handler.activity.effects)
