"""What single calls of an activity do: kinds, keys, guards, records of models, statements."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eda_lint.model.topology import Activity, Effect, Project

Link = Callable[..., Project]

PIKA = "import pika\nchannel = pika.BlockingConnection().channel()\n"
USE = "\nchannel.basic_consume('orders', handle)\n"
ALCHEMY = PIKA + (
    "import json\n"
    "from sqlalchemy import create_engine, insert, select, text, update\n"
    "from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column\n"
    "engine = create_engine('postgresql://db')\n"
    "class Base(DeclarativeBase): ...\n"
    "class Order(Base):\n"
    "    __tablename__ = 'orders'\n"
    "    id: Mapped[str] = mapped_column(primary_key=True)\n"
    "    number: Mapped[str] = mapped_column(unique=True)\n"
    "    count: Mapped[int] = mapped_column()\n"
    "    status: Mapped[str]\n"
    "    def pay(self):\n"
    "        self.status = 'paid'\n"
)
DJANGO = PIKA + (
    "import json\nfrom django.db import IntegrityError, models\nfrom django.db.models import F\n"
    "class Account(models.Model):\n"
    "    balance = models.IntegerField()\n"
    "    owner = models.CharField(unique=True)\n"
    "    note = models.TextField()\n"
)


def handled(link: Link, before: str, body: str) -> Activity:
    """The activity of a handler with this body, in which `event` is the message and `session` a session."""
    opens = "session." in body
    indent = " " * (8 if opens else 4)
    lines = ["def handle(ch, method, properties, body):", "    event = json.loads(body)"]
    lines += ["    with Session(engine) as session:"] if opens else []
    lines += [indent + line for line in body.splitlines()]
    project = link(before + "\n".join(lines) + USE)
    assert len(project.handlers) == 1
    return project.handlers[0].activity


def changes(activity: Activity) -> list[Effect]:
    """Effects that change a store or leave the system, in order."""
    return [e for e in activity.effects if e.kind not in ("read", "begin", "commit", "rollback", "flush", "settle")]


# --------------------------------------------------------------------------------------------- records


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("order = session.get(Order, event['id'])\norder.status = 'paid'\nsession.commit()", "set"),
        ("order = session.get(Order, event['id'])\norder.count += 1\nsession.commit()", "increment"),
        ("order = session.get(Order, event['id'])\norder.count = order.count + 1\nsession.commit()", "increment"),
        ("order = session.get(Order, event['id'])\norder.pay()\nsession.commit()", "set"),
        ("order = session.query(Order).filter_by(id=event['id']).one()\norder.status = 'x'\nsession.commit()", "set"),
        ("order = session.scalars(select(Order)).first()\norder.status = 'x'\nsession.commit()", "set"),
        ("order = session.execute(select(Order)).scalar_one()\norder.status = 'x'\nsession.commit()", "set"),
        ("for order in session.scalars(select(Order)):\n    order.status = 'x'\nsession.commit()", "set"),
        ("session.execute(update(Order).values(count=Order.count + 1))\nsession.commit()", "increment"),
        ("session.execute(update(Order).values(count=event['count']))\nsession.commit()", "set"),
        ("session.query(Order).update({'count': Order.count + 1})\nsession.commit()", "increment"),
        ("session.execute(insert(Order).values(status='x'))\nsession.commit()", "insert"),
        ("session.execute(text('UPDATE orders SET count = count + 1'))\nsession.commit()", "increment"),
    ],
)
def test_changes_of_tracked_records(link: Link, body: str, kind: str) -> None:
    activity = handled(link, ALCHEMY, body)
    (change,) = changes(activity)
    assert change.kind == kind
    assert change.target == "orders"
    commit = next(e for e in activity.effects if e.kind == "commit")
    assert change.transaction is not None
    assert commit.transaction == change.transaction


def test_record_that_was_loaded_is_only_changed_by_add(link: Link) -> None:
    activity = handled(link, ALCHEMY, "order = session.get(Order, event['id'])\nsession.add(order)\nsession.commit()")
    assert [e.kind for e in changes(activity)] == ["set"]


def test_attributes_of_other_objects_are_no_records(link: Link) -> None:
    source = ALCHEMY + "class Box: ...\n"
    assert changes(handled(link, source, "box = Box()\nbox.status = 'x'\norder = Order()\norder.status = 'y'")) == []


def test_record_handed_to_a_function_is_still_loaded(link: Link) -> None:
    source = ALCHEMY + (
        "def find(session, id):\n    return session.get(Order, id)\ndef mark(order):\n    order.status = 'paid'\n"
    )
    activity = handled(link, source, "mark(find(session, event['id']))\nsession.commit()")
    assert [(e.kind, e.via[-1].function.rpartition(":")[2]) for e in changes(activity)] == [("set", "mark")]


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("account = Account.objects.get(owner=event['owner'])\naccount.note = 'x'\naccount.save()", ["set"]),
        ("account = Account.objects.get(owner=event['owner'])\naccount.balance += 1\naccount.save()", ["increment"]),
        ("a = Account.objects.get(owner=event['o'])\na.balance = F('balance') + 1\na.save()", ["increment"]),
        ("Account.objects.filter(owner=event['o']).update(balance=F('balance') + event['n'])", ["increment"]),
        ("Account.objects.filter(owner=event['o']).update(balance=event['n'])", ["set"]),
        ("account = Account(note='x')\naccount.save()\naccount.save()", ["insert", "set"]),
    ],
)
def test_changes_of_django_records(link: Link, body: str, kinds: list[str]) -> None:
    assert [e.kind for e in changes(handled(link, DJANGO, body))] == kinds


@pytest.mark.parametrize(
    ("given", "key", "unique"),
    [
        ("note='x'", "none", False),
        ("note=event['note']", "none", False),
        ("owner=event['owner']", "message", True),
        ("owner=str(uuid.uuid4())", "fresh", False),
        ("owner=unknown()", "unknown", False),
        ("**event", "unknown", False),
    ],
)
def test_key_of_an_insert(link: Link, given: str, key: str, unique: bool) -> None:
    source = DJANGO + "import uuid\nfrom elsewhere import unknown\n"
    (insert,) = changes(handled(link, source, f"Account.objects.create({given})"))
    assert (insert.kind, insert.key, insert.unique) == ("insert", key, unique)


# ------------------------------------------------------------------------------------------ statements


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("SET stock = stock - :n", "increment"),
        ("ADD stock :n", "increment"),
        ("SET notes = list_append(notes, :n)", "append"),
        ("SET state = :n", "set"),
    ],
)
def test_dynamodb_update_expressions(link: Link, expression: str, kind: str) -> None:
    source = PIKA + "import json\nimport boto3\ntable = boto3.resource('dynamodb').Table('stock')\n"
    body = f"table.update_item(Key={{'id': event['id']}}, UpdateExpression='{expression}')"
    assert [e.kind for e in changes(handled(link, source, body))] == [kind]


@pytest.mark.parametrize(
    ("statement", "kind", "guarded"),
    [
        ("INSERT INTO seen (id) VALUES (%s)", "insert", False),
        ("INSERT INTO seen (id) VALUES (%s) ON CONFLICT DO NOTHING", "insert", True),
        ("INSERT INTO seen (id, n) VALUES (%s, 1) ON CONFLICT (id) DO UPDATE SET n = seen.n + 1", "increment", False),
        ("UPDATE seen SET n = 1 WHERE id = %s", "set", False),
    ],
)
def test_sql_statements(link: Link, statement: str, kind: str, guarded: bool) -> None:
    source = PIKA + "import json\nimport psycopg\ndatabase = psycopg.connect('a')\n"
    (change,) = changes(handled(link, source, f"database.execute('{statement}', (event['id'],))"))
    assert change.kind == kind
    assert bool(change.guards) is guarded
    assert change.target == "seen"


def test_statement_that_is_not_understood_is_unproven(link: Link) -> None:
    source = PIKA + "import json\nimport psycopg\ndatabase = psycopg.connect('a')\n"
    activity = handled(link, source, "database.execute('CALL refund(%s)', (event['id'],))")
    assert changes(activity) == []
    assert any(u.receives_message for u in activity.unresolved)


# ---------------------------------------------------------------------------------------------- guards

MAIL = "smtplib.SMTP('a').sendmail('a', ['b'], 'x')"


@pytest.mark.parametrize(
    "test",
    [
        "session.get(Order, event['id']) is not None",
        "session.query(Order).filter_by(id=event['id']).count()",
        "session.get(Order, event['id']).status == 'paid'",
    ],
)
def test_what_was_stored_is_a_guard(link: Link, test: str) -> None:
    activity = handled(link, ALCHEMY + "import smtplib\n", f"if {test}:\n    return\n{MAIL}")
    (sent,) = changes(activity)
    assert sent.guards
    assert sent.guards[0].keyed_by_message


@pytest.mark.parametrize(
    "test",
    [
        "event['type'] in HANDLERS",
        "event['id'] in SEEN",
        "event.get('amount', 0) < 10",
        "LIMIT < 10",
        "is_large(event)",
        "not body",
    ],
)
def test_what_the_process_or_the_message_knows_is_no_guard(link: Link, test: str) -> None:
    source = PIKA + (
        "import json, os, smtplib\ndef f(): ...\nHANDLERS = {'x': f}\nSEEN = set()\nLIMIT = int(os.environ['LIMIT'])\n"
        "def is_large(event):\n    return event['amount'] > 10\n"
    )
    (sent,) = changes(handled(link, source, f"if {test}:\n    return\n{MAIL}"))
    assert sent.guards == ()


def test_caught_duplicate_guards_what_follows(link: Link) -> None:
    source = DJANGO + "import smtplib\n"
    body = f"try:\n    Account.objects.create(owner=event['id'])\nexcept IntegrityError:\n    return\n{MAIL}"
    insert, sent = changes(handled(link, source, body))
    assert insert.conflict_handled
    assert [g.kind for g in sent.guards] == ["unique"]


def test_configured_decorators_are_guards(link: Link) -> None:
    source = (
        PIKA + "import smtplib\nfrom shop.inbox import remember\n@remember\n"
        f"def handle(ch, method, properties, body):\n    {MAIL}" + USE
    )
    bare = link(source)
    told = link(source, config='guards = ["shop.inbox.remember"]\n')
    assert [bool(changes(p.handlers[0].activity)[0].guards) for p in (bare, told)] == [False, True]


# -------------------------------------------------------------------------------------------- unresolved


def test_catalogued_constructors_are_no_unresolved_calls(link: Link) -> None:
    source = ALCHEMY + "from confluent_kafka import Consumer\n"
    activity = handled(link, source, "with Session(engine) as session:\n    Consumer({'group.id': event['id']})")
    assert activity.unresolved == ()


@pytest.mark.parametrize(
    ("call", "receives"),
    [("unknown(event)", True), ("unknown()", False), ("queue.Queue().put(event)", True)],
)
def test_calls_that_cannot_be_followed(link: Link, call: str, receives: bool) -> None:
    source = PIKA + "import json, queue\nfrom elsewhere import unknown\n"
    assert [u.receives_message for u in handled(link, source, call).unresolved] == [receives]


# ---------------------------------------------------------------------------------------------- delivery


@pytest.mark.parametrize(("config", "expected"), [("{}", False), ("{'on_delivery': print}", True)])
def test_callback_in_a_producers_configuration(link: Link, config: str, expected: bool) -> None:
    project = link(
        f"from confluent_kafka import Producer\nproducer = Producer({config})\nproducer.produce('orders', b'x')\n"
    )
    (send,) = [o for o in project.operations if o.action == "send"]
    assert send.delivery is not None
    assert send.delivery.has_callback is expected


def test_models_of_a_base_that_an_attribute_gives(link: Link) -> None:
    source = PIKA + (
        "import json\nfrom flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n"
        "class Order(db.Model):\n    id = db.Column(db.String, primary_key=True)\n    status = db.Column(db.String)\n"
    )
    body = "order = Order.query.filter(Order.id.in_([event['id']])).first()\norder.status = 'x'\ndb.session.commit()"
    activity = handled(link, source, body)
    assert [(e.kind, e.target) for e in changes(activity)] == [("set", "Order")]
    assert activity.unresolved == ()
