"""Small code bases, each with code that matters only through a question, and code that does not matter."""

from __future__ import annotations

from pathlib import Path

import pytest

IDLE = '''"""Says much and matters to nobody."""
import json
from dataclasses import dataclass

# eda-lint: file-ignore[EDA301] nothing here
@dataclass
class Box:
    """A box."""
    def send(self, topic, value):
        return json.dumps({"topic": topic, "value": value})

def handle(event):
    Box().send("orders", event)  # eda-lint: ignore[EDA501]
'''
BROKEN = "def broken(:\n    print 'nobody asks'\n"

WRAPPERS = {
    "eda-lint.toml": "",
    "shop/requirements.txt": "kafka-python==2.0.2\n",
    "shop/shop/__init__.py": "",
    "shop/shop/broker/__init__.py": "from .writer import Writer as Writer\nfrom .names import *\n",
    "shop/shop/broker/names.py": "ORDERS = 'orders.placed'\nBILLS = ORDERS.replace('orders', 'bills')\n",
    "shop/shop/broker/writer.py": (
        "from kafka import KafkaProducer\n"
        "class Writer:\n"
        "    def __init__(self, topic):\n"
        "        self.topic = topic\n"
        "        self.producer = KafkaProducer()\n"
        "    def write(self, record):\n"
        "        self.producer.send(self.topic, record)\n"
    ),
    "shop/shop/outbox.py": (
        "class Outbox:\n    def __init__(self, writer):\n        self.writer = writer\n"
        "    def put(self, record):\n        self.writer.write(record)\n"
    ),
    "shop/shop/wiring.py": (
        "from shop.broker import ORDERS, Writer\nfrom shop.outbox import Outbox\n\norders = Outbox(Writer(ORDERS))\n"
    ),
    "shop/shop/views.py": (
        "from shop.wiring import orders\n\ndef place(request):\n"
        "    orders.put({'type': 'OrderPlaced', 'id': request.id})\n"
    ),
    "shop/shop/idle.py": IDLE,
    "shop/shop/broken.py": BROKEN,
}

HANDLERS = {
    "eda-lint.toml": "",
    "orders/requirements.txt": "kafka-python\n",
    "orders/orders/__init__.py": "",
    "orders/orders/models.py": (
        "from django.db import models\n\nclass Order(models.Model):\n    state = models.TextField()\n"
    ),
    "orders/orders/store.py": (
        "from orders.models import Order\n\ndef keep(id):\n    Order.objects.create(state='new', number=id)\n"
    ),
    "orders/orders/worker.py": (
        "import json\nfrom kafka import KafkaConsumer\nfrom orders.store import keep\n\n"
        "consumer = KafkaConsumer('orders.placed', group_id='orders')\n"
        "for record in consumer:\n    keep(json.loads(record.value)['id'])\n"
    ),
    "orders/orders/other.py": IDLE,
    "orders/tests/test_worker.py": "from orders.worker import consumer\nfrom kafka import KafkaProducer\n",
}

BUS = {
    "pyproject.toml": "[project]\nname = 'ledger'\n[tool.eda-lint]\n",
    "ledger/__init__.py": "",
    "ledger/events.py": (
        "from dataclasses import dataclass\n\nclass Event: ...\n\n@dataclass\nclass Booked(Event):\n    id: int\n"
    ),
    "ledger/bus.py": (
        "class Bus:\n    def __init__(self, handlers):\n        self.handlers = handlers\n"
        "    def publish(self, event):\n"
        "        for handler in self.handlers[type(event)]:\n            handler(event)\n"
    ),
    "ledger/handlers.py": (
        "import requests\nfrom ledger.events import Booked\n\n"
        "def tell(event):\n    requests.post('http://bank/told', json={'id': event.id})\n\n"
        "HANDLERS = {Booked: [tell]}\n"
    ),
    "ledger/main.py": (
        "from ledger.bus import Bus\nfrom ledger.events import Booked\nfrom ledger.handlers import HANDLERS\n\n"
        "bus = Bus(HANDLERS)\n\ndef book(id):\n    bus.publish(Booked(id))\n"
    ),
    "ledger/idle.py": IDLE,
}

SERVICES = {
    "eda-lint.toml": "",
    "docker-compose.yml": "services:\n  users:\n    build: users\n  shop:\n    build: shop\n",
    "users/Dockerfile": "FROM python\n",
    "users/app.py": (
        "from flask import Flask\n\napp = Flask(__name__)\n\n@app.get('/users/<id>')\n"
        "def user(id):\n    return {'id': id}\n"
    ),
    "shop/Dockerfile": "FROM python\n",
    "shop/config.py": "import os\nUSERS = os.environ.get('USERS_URL', 'http://users:8000')\n",
    "shop/client.py": (
        "import requests\nfrom config import USERS\n\n"
        "def user(id):\n    return requests.get(f'{USERS}/users/{id}').json()\n"
    ),
    "shop/worker.py": (
        "import json\nimport pika\nfrom client import user\n\n"
        "def on_order(channel, method, properties, body):\n"
        "    print(user(json.loads(body)['user_id'])['email'])\n    channel.basic_ack(method.delivery_tag)\n\n"
        "channel = pika.BlockingConnection().channel()\n"
        "channel.basic_consume(queue='orders', on_message_callback=on_order)\n"
    ),
    "common/pyproject.toml": "[project]\nname = 'common'\n",
    "common/common/__init__.py": "",
    "common/common/words.py": IDLE,
    "shop/report.py": "from common.words import Box\n\nprint(Box())\n",
    "users/report.py": "from common.words import Box\n\nprint(Box())\n",
}

TASKS = {
    "eda-lint.toml": "",
    "site/manage.py": "print('manage')\n",
    "site/site/__init__.py": "",
    "site/site/settings.py": "DATABASES = {'default': {'ATOMIC_REQUESTS': True}}\nROOT_URLCONF = 'site.urls'\n",
    "site/site/urls.py": (
        "from django.urls import path\nfrom site_orders.views import place\n\nurlpatterns = [path('orders', place)]\n"
    ),
    "site/site_orders/__init__.py": "",
    "site/site_orders/models.py": (
        "from django.db import models\n\nclass Order(models.Model):\n    number = models.IntegerField()\n"
    ),
    "site/site_orders/tasks.py": (
        "from celery import shared_task\n\n@shared_task\ndef send_receipt(order_id):\n    print(order_id)\n"
    ),
    "site/site_orders/views.py": (
        "from site_orders.models import Order\nfrom site_orders import tasks\n\n"
        "def place(request):\n    order = Order.objects.create(number=1)\n    tasks.send_receipt.delay(order.id)\n"
    ),
    "site/site_orders/admin.py": IDLE,
    "site/site_orders/migrations/0001_initial.py": IDLE,
}

PROJECTS = {"wrappers": WRAPPERS, "handlers": HANDLERS, "bus": BUS, "services": SERVICES, "tasks": TASKS}


@pytest.fixture(params=PROJECTS)
def code_base(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The root of one of the small code bases."""
    return written(PROJECTS[request.param], tmp_path / request.param)


@pytest.fixture
def code_bases(tmp_path: Path) -> list[Path]:
    """The roots of all of them."""
    return [written(files, tmp_path / name) for name, files in PROJECTS.items()]


def written(files: dict[str, str], root: Path) -> Path:
    """A directory with these files."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root
