"""What decorators of the code base put around a function is part of what calling it does."""

from __future__ import annotations

from pathlib import Path

from eda_lint.config import Config
from eda_lint.run import Request, understand

DAO = """
from functools import wraps
from app import db, Row

def autocommit(func):
    @wraps(func)
    def commit_or_rollback(*args, **kwargs):
        res = func(*args, **kwargs)
        db.session.commit()
        return res
    return commit_or_rollback

@autocommit
def save(row):
    db.session.add(row)
"""
APP = """
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)

class Row(db.Model):
    __tablename__ = "rows"
    id = db.Column(db.Integer, primary_key=True)
"""
VIEW = """
from kafka import KafkaProducer
from app import Row
from dao import save

producer = KafkaProducer()

def view(value):
    row = Row(id=value)
    save(row)
    producer.send("rows", {"type": "RowSaved", "id": value}).get()
"""


def effects(root: Path) -> list[str]:
    """Kinds of the effects of `view`, in order."""
    project = understand(Request(root, Config(), cache=False)).project
    (activity,) = [a for a in project.activities if a.function.endswith(":view")]
    return [e.kind for e in activity.effects]


def test_a_wrapper_commits_after_the_function_that_it_wraps(tmp_path: Path) -> None:
    (tmp_path / "dao.py").write_text(DAO)
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "view.py").write_text(VIEW)

    assert effects(tmp_path) == ["insert", "commit", "publish"]


def test_a_decorator_that_gives_the_function_back_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "dao.py").write_text(DAO.replace("return commit_or_rollback", "return func"))
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "view.py").write_text(VIEW)

    assert effects(tmp_path) == ["insert", "publish"]


ACK = """
import aio_pika
from app import Row, db

async def on_message(message: aio_pika.abc.AbstractIncomingMessage) -> None:
    message.ack()
    db.session.add(Row(id=1))
    db.session.commit()

async def main():
    connection = await aio_pika.connect("amqp://broker")
    channel = await connection.channel()
    queue = await channel.declare_queue("rows")
    await queue.consume(on_message)
"""


def test_an_acknowledgement_that_nobody_awaits_settles_nothing(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "consumer.py").write_text(ACK)
    (handler,) = understand(Request(tmp_path, Config(), cache=False)).project.handlers
    assert [e.kind for e in handler.activity.effects] == ["insert", "commit"]

    (tmp_path / "consumer.py").write_text(ACK.replace("message.ack()", "await message.ack()"))
    (handler,) = understand(Request(tmp_path, Config(), cache=False)).project.handlers
    assert [e.kind for e in handler.activity.effects] == ["settle", "insert", "commit"]
