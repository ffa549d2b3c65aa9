"""Names that objects and dicts of configuration hold."""

from __future__ import annotations

import pytest

from tests.link.conftest import Link, sent


@pytest.mark.parametrize(
    ("setup", "channel", "addresses", "default", "files"),
    [
        pytest.param(
            """
            from flask import Flask
            app = Flask(__name__)
            app.config['TOPIC'] = 'orders'
            """,
            "app.config['TOPIC']",
            "orders",
            None,
            {},
            id="flask item",
        ),
        pytest.param(
            """
            from flask import Flask
            app = Flask(__name__)
            app.config.from_object('config.Config')
            """,
            "app.config['TOPIC']",
            "${TOPIC}",
            "orders",
            {"config.py": "class Config:\n    TOPIC = 'orders'\n"},
            id="flask from_object",
        ),
        pytest.param(
            """
            from flask import Flask
            from config import Config
            app = Flask(__name__)
            app.config.from_object(Config)
            """,
            "app.config.get('TOPIC')",
            "${TOPIC}",
            "orders",
            {"config.py": "class Config:\n    TOPIC = 'orders'\n"},
            id="flask from_object cls",
        ),
        pytest.param(
            """
            from flask import Flask
            app = Flask(__name__)
            app.config.from_object('config')
            """,
            "app.config['TOPIC']",
            "${T}",
            "orders",
            {"config.py": "import os\nTOPIC = os.getenv('T','orders')\n"},
            id="flask from_object mod",
        ),
        pytest.param(
            """
            from flask import Flask, current_app
            app = Flask(__name__)
            app.config.from_object('config')
            """,
            "current_app.config['TOPIC']",
            "${TOPIC}",
            "orders",
            {"config.py": "TOPIC = 'orders'\n"},
            id="flask current_app",
        ),
        pytest.param(
            """
            from flask import Flask
            app = Flask(__name__)
            app.config.from_mapping(TOPIC='orders')
            """,
            "app.config['TOPIC']",
            "${TOPIC}",
            "orders",
            {},
            id="flask mapping",
        ),
        pytest.param(
            """
            from flask import Flask
            app = Flask(__name__)
            app.config.update(TOPIC='orders')
            """,
            "app.config['TOPIC']",
            "${TOPIC}",
            "orders",
            {},
            id="flask update",
        ),
        pytest.param(
            """
            from flask import Flask
            app = Flask(__name__)
            app.config.from_pyfile('settings.py')
            """,
            "app.config['TOPIC']",
            "${TOPIC}",
            "orders",
            {"settings.py": "TOPIC = 'orders'\n"},
            id="flask pyfile",
        ),
        pytest.param(
            """
            from flask import Flask
            app = Flask(__name__)
            app.config.from_prefixed_env()
            """,
            "app.config['TOPIC']",
            "${FLASK_TOPIC}",
            None,
            {},
            id="flask prefixed env",
        ),
        pytest.param(
            """
            from dataclasses import dataclass, field
            @dataclass
            class C:
                topic: str = 'orders'
            cfg = C()
            """,
            "cfg.topic",
            "orders",
            None,
            {},
            id="dataclass",
        ),
        pytest.param(
            """
            from dataclasses import dataclass, field
            @dataclass
            class C:
                topic: str
            cfg = C(topic='orders')
            """,
            "cfg.topic",
            "orders",
            None,
            {},
            id="dataclass kw",
        ),
        pytest.param(
            """
            import os
            from dataclasses import dataclass, field
            @dataclass
            class C:
                topic: str = field(default_factory=lambda: os.getenv('T','orders'))
            cfg = C()
            """,
            "cfg.topic",
            "${T}",
            "orders",
            {},
            id="dataclass factory",
        ),
        pytest.param(
            """
            import os
            from dataclasses import dataclass, field
            @dataclass
            class C:
                topic: str
                @classmethod
                def from_env(cls):
                    return cls(topic=os.getenv('T','orders'))
            cfg = C.from_env()
            """,
            "cfg.topic",
            "${T}",
            "orders",
            {},
            id="dataclass from_env",
        ),
        pytest.param(
            """
            from dataclasses import dataclass, field
            @dataclass
            class K:
                topic: str = 'orders'
            @dataclass
            class C:
                kafka: K = field(default_factory=K)
            cfg = C()
            """,
            "cfg.kafka.topic",
            "orders",
            None,
            {},
            id="dataclass nested",
        ),
        pytest.param(
            """
            import attr
            @attr.s(auto_attribs=True)
            class C:
                topic: str = attr.ib(default='orders')
            cfg = C()
            """,
            "cfg.topic",
            "orders",
            None,
            {},
            id="attrs",
        ),
        pytest.param(
            """
            from typing import NamedTuple
            class C(NamedTuple):
                topic: str = 'orders'
            cfg = C()
            """,
            "cfg.topic",
            "orders",
            None,
            {},
            id="namedtuple",
        ),
        pytest.param(
            """
            from types import SimpleNamespace
            cfg = SimpleNamespace(topic='orders')
            """,
            "cfg.topic",
            "orders",
            None,
            {},
            id="simplens",
        ),
        pytest.param(
            """
            import os
            def conf():
                c = {'topic': os.getenv('T','orders')}
                c['x'] = 1
                return c
            cfg = conf()
            """,
            "cfg['topic']",
            "${T}",
            "orders",
            {},
            id="dict fn",
        ),
        pytest.param(
            """
            import os
            def conf():
                c = {}
                c['topic'] = os.getenv('T','orders')
                return c
            cfg = conf()
            """,
            "cfg['topic']",
            "${T}",
            "orders",
            {},
            id="dict fn built",
        ),
        pytest.param(
            """
            cfg = {}
            cfg.update({'topic':'orders'})
            """,
            "cfg['topic']",
            "orders",
            None,
            {},
            id="dict update",
        ),
        pytest.param(
            """
            cfg = {}
            cfg.update(topic='orders')
            """,
            "cfg['topic']",
            "orders",
            None,
            {},
            id="dict update kw",
        ),
        pytest.param(
            "cfg = dict(topic='orders')",
            "cfg['topic']",
            "orders",
            None,
            {},
            id="dict call",
        ),
        pytest.param(
            "cfg = {'kafka': {'topics': {'orders':'orders-v1'}}}",
            "cfg['kafka']['topics']['orders']",
            "orders-v1",
            None,
            {},
            id="dict nested",
        ),
        pytest.param(
            """
            base={'topic':'orders'}
            cfg = base | {'a':'b'}
            """,
            "cfg['topic']",
            "orders",
            None,
            {},
            id="dict |",
        ),
        pytest.param(
            """
            base={'topic':'orders'}
            cfg = {**base, 'a':'b'}
            """,
            "cfg['topic']",
            "orders",
            None,
            {},
            id="dict **",
        ),
        pytest.param(
            "cfg = {}",
            "cfg.get('topic','orders')",
            "orders",
            None,
            {},
            id="dict get default",
        ),
        pytest.param(
            "CONFIG = {'order.placed': {'topic': 'orders'}}",
            "CONFIG[x]['topic']",
            "orders",
            None,
            {},
            id="topology dict",
        ),
        pytest.param(
            "TOPICS = {'a': 'orders', 'b': 'mails'}",
            "TOPICS[x]",
            "mails,orders",
            None,
            {},
            id="lookup map",
        ),
    ],
)
def test_names(
    link: Link, setup: str, channel: str | None, addresses: str, default: str | None, files: dict[str, str]
) -> None:
    assert sent(link, setup, channel, files) == (addresses, default)


@pytest.mark.parametrize(
    ("setup", "channel", "addresses"),
    [
        ("import settings", "settings.orders_queue", "${orders_queue}"),
        ("import loader\nsettings = loader.get('live')", "settings.ORDERS_TOPIC", "${ORDERS_TOPIC}"),
        (
            "class A:\n    def __init__(self, settings):\n        self.settings = settings",
            "A(x).settings.a_topic",
            "${a_topic}",
        ),
        ("import loader\nsettings = loader.get('live')", "settings.name", "None"),
        ("import loader\nthing = loader.get('live')", "thing.orders_topic", "None"),
        ("settings = {}", "settings.orders_topic", "None"),
        ("class Settings:\n    pass\nsettings = Settings()", "settings.orders_topic", "None"),
    ],
)
def test_settings_by_their_names(link: Link, setup: str, channel: str, addresses: str) -> None:
    assert sent(link, setup, channel, {}) == (addresses, None)
