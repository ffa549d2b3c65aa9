"""Packages that are installed and declared: read as source, and what they send is what their callers send."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from eda_lint.config import load_config
from eda_lint.run import Request, Understanding, understand

BUS = """
import json

from kafka import KafkaConsumer, KafkaProducer

from .names import DEFAULT


class Bus:
    def __init__(self, prefix=""):
        self.prefix = prefix
        self.producer = KafkaProducer(acks=0)

    def publish(self, topic, event):
        self.producer.send(self.prefix + topic, json.dumps(event).encode())

    def heartbeat(self):
        self.producer.send(DEFAULT, b"{}")


class Worker:
    topic = None

    def run(self):
        for message in KafkaConsumer(self.topic):
            self.handle(message.value)

    def handle(self, body):
        raise NotImplementedError
"""
FILES = {
    "acme_events/__init__.py": "from acme_events.bus import Bus, Worker\n",
    "acme_events/bus.py": BUS,
    "acme_events/names.py": 'DEFAULT = "heartbeats"\n',
    "acme_events/broken.py": "from kafka import (\n",
    "acme_events/tests/test_bus.py": "from acme_events import Bus\n\nBus().publish('only-in-tests', {})\n",
}
APP = """
from acme_events import Bus, Worker

bus = Bus("shop.")


def place(order):
    bus.publish("orders", {"id": order})
    bus.heartbeat()


class Mailer(Worker):
    topic = "mails"

    def handle(self, body):
        print(body)
"""

Read = Callable[..., Understanding]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """`read(app, installed, config)`: what is understood of `app.py`, with these files in `.venv`'s packages."""

    def reading(app: str, installed: dict[str, str], config: str = 'packages = ["acme_events"]') -> Understanding:
        site = tmp_path / "env" / "lib" / "python3.12" / "site-packages"
        site.mkdir(parents=True)
        root = tmp_path / "root"
        root.mkdir()
        for base, path, text in (
            (root, "app.py", app),
            (root, "eda-lint.toml", config + '\npython = "../env"\n'),
            *((site, *item) for item in installed.items()),
        ):
            (base / path).parent.mkdir(parents=True, exist_ok=True)
            (base / path).write_text(text)
        return understand(Request(root=root, config=load_config(root / "eda-lint.toml"), cache=False))

    return reading


def told(understood: Understanding) -> list[tuple[str, str | None, str, int, tuple[str, ...]]]:
    return [
        (o.action, o.address, o.place.file, o.place.line, tuple(f"{v.place.file}:{v.place.line}" for v in o.via))
        for o in understood.project.operations
    ]


def test_calls_through_an_installed_package_are_operations_of_the_code_base(read: Read) -> None:
    bus = "<site-packages>/acme_events/bus.py"
    assert told(read(APP, FILES)) == [
        ("send", "shop.orders", "app.py", 8, (f"{bus}:15",)),
        ("send", "heartbeats", "app.py", 9, (f"{bus}:18",)),
        ("receive", "mails", "app.py", 15, (f"{bus}:25",)),
    ]


def test_nothing_is_said_of_the_package_itself(read: Read) -> None:
    understood = read(APP, FILES)
    coverage = understood.project.coverage
    assert (coverage.files, coverage.parsed) == (1, 1)
    assert coverage.unread_packages == ()
    assert understood.project.problems == ()
    assert list(understood.places) == ["app.py"]
    assert {a.place.file for a in understood.project.activities} == {"app.py"}
    wanted = {path for path in understood.codebase.wanted if understood.is_installed(path)}
    assert "<site-packages>/acme_events/tests/test_bus.py" not in wanted


def test_a_package_that_is_not_there_is_told_with_the_reason(read: Read) -> None:
    coverage = read(APP, {}, 'packages = ["acme_events", "zebra"]').project.coverage
    assert coverage.unread_packages == ("acme_events", "zebra")
    assert dict(coverage.unread_reasons)["zebra"] == "no Python source of it in ../env"


def test_what_the_catalog_knows_is_not_read(read: Read) -> None:
    understood = read("import kafka\n", {"kafka/__init__.py": "1/0\n"}, 'packages = ["kafka"]')
    assert not any(map(understood.is_installed, understood.codebase.python))
    assert understood.project.coverage.unread_packages == ()


def test_the_files_of_a_package_see_no_file_of_the_code_base(read: Read) -> None:
    installed = {
        "acme_events.py": "import names\nfrom kafka import KafkaProducer\n\nproducer = KafkaProducer()\n\n\n"
        "def tell():\n    producer.send(names.TOPIC)\n",
    }
    understood = read("import acme_events\n\nTOPIC = 'mine'\nacme_events.tell()\n", installed)
    assert [(a, address) for a, address, *_ in told(understood)] == [("send", None)]
