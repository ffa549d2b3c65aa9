"""Names that are hidden behind more than one step: defaults of defaults, files into models, commands into functions."""

from __future__ import annotations

import pytest

from tests.link.conftest import Link, sent

SINGLETON = """
from pydantic_settings import BaseSettings
class S(BaseSettings):
    topic: str = 'orders'
settings = S()
"""
FACTORY = """
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    topic: str = 'orders'
def get_settings():
    return Settings()
"""
CLASS_ONLY = """
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    topic: str = 'orders'
"""


@pytest.mark.parametrize(
    ("setup", "channel", "addresses", "default", "files"),
    [
        pytest.param(
            "import os",
            "os.environ.get('A', os.environ.get('B', 'orders'))",
            "${A}",
            "orders",
            {},
            id="env nested",
        ),
        pytest.param(
            "import os",
            "os.getenv('A') or os.getenv('B')",
            "${A},${B}",
            None,
            {},
            id="env or env",
        ),
        pytest.param(
            "import os",
            "os.getenv('A') or os.getenv('B') or 'orders'",
            "${A},${B}",
            None,
            {},
            id="env or env or lit",
        ),
        pytest.param(
            """
            import os
            env = dict(os.environ)
            """,
            "env['T']",
            "${T}",
            None,
            {},
            id="dict(environ)",
        ),
        pytest.param(
            """
            import os
            env = os.environ.copy()
            """,
            "env['T']",
            "${T}",
            None,
            {},
            id="environ copy",
        ),
        pytest.param(
            """
            import os
            from dotenv import dotenv_values
            config = {**dotenv_values('.env'), **os.environ}
            """,
            "config['T']",
            "${T}",
            None,
            {},
            id="dict merge environ",
        ),
        pytest.param(
            """
            import os
            try:
                T = os.environ['T']
            except KeyError:
                T = 'orders'
            """,
            "T",
            "${T}",
            "orders",
            {},
            id="try env",
        ),
        pytest.param(
            """
            import os
            T = os.environ.get('T')
            if T is None:
                T = 'orders'
            """,
            "T",
            "${T}",
            "orders",
            {},
            id="env if none",
        ),
        pytest.param(
            """
            from pydantic import BaseSettings, Field
            class S(BaseSettings):
                topic: str = Field(..., env='MY_TOPIC')
            cfg = S()
            """,
            "cfg.topic",
            "${MY_TOPIC}",
            None,
            {},
            id="pydantic v1 env ellipsis",
        ),
        pytest.param(
            """
            from typing import Annotated
            from pydantic_settings import BaseSettings
            from pydantic import Field
            class S(BaseSettings):
                topic: Annotated[str, Field(validation_alias='MY_TOPIC')] = 'orders'
            cfg = S()
            """,
            "cfg.topic",
            "${MY_TOPIC}",
            "orders",
            {},
            id="annotated alias",
        ),
        pytest.param(
            """
            from kafka import KafkaProducer
            from app_pkg.config import settings

            def go():
                KafkaProducer().send(settings.topic)
            """,
            None,
            "${TOPIC}",
            "orders",
            {
                "app_pkg/__init__.py": "",
                "app_pkg/config.py": SINGLETON,
            },
            id="settings module",
        ),
        pytest.param(
            """
            from fastapi import Depends, FastAPI
            from kafka import KafkaProducer
            from app_pkg.config import Settings, get_settings
            app = FastAPI()
            @app.post('/')
            def go(settings: Settings = Depends(get_settings)):
                KafkaProducer().send(settings.topic)
            """,
            None,
            "${TOPIC}",
            "orders",
            {
                "app_pkg/__init__.py": "",
                "app_pkg/config.py": FACTORY,
            },
            id="depends settings",
        ),
        pytest.param(
            """
            from kafka import KafkaProducer
            from app_pkg.config import Settings
            class Pub:
                def __init__(self, settings: Settings):
                    self.settings = settings
                    self.producer = KafkaProducer()
                def go(self):
                    self.producer.send(self.settings.topic)
            """,
            None,
            "${TOPIC}",
            "orders",
            {
                "app_pkg/__init__.py": "",
                "app_pkg/config.py": CLASS_ONLY,
            },
            id="settings param",
        ),
        pytest.param(
            """
            import os
            class Config:
                TOPIC = os.getenv('T','orders')
            """,
            "Config.TOPIC",
            "${T}",
            "orders",
            {},
            id="config class",
        ),
        pytest.param(
            """
            import os
            class Base:
                TOPIC='orders'
            class Dev(Base):
                pass
            class Prod(Base):
                pass
            configs={'dev':Dev,'prod':Prod}
            cfg = configs[os.getenv('ENV','dev')]
            """,
            "cfg.TOPIC",
            "orders",
            None,
            {},
            id="config classes dict",
        ),
        pytest.param(
            """
            import os
            class Base:
                TOPIC='orders'
            class Dev(Base):
                pass
            configs=dict(dev=Dev,prod=Base)
            cfg = configs[os.getenv('ENV','dev')]()
            """,
            "cfg.TOPIC",
            "orders",
            None,
            {},
            id="config classes inst",
        ),
        pytest.param(
            """
            from dataclasses import dataclass
            @dataclass
            class C:
                prefix: str = 'shop'
                def __post_init__(self):
                    self.topic = f'{self.prefix}.orders'
            cfg = C()
            """,
            "cfg.topic",
            "shop.orders",
            None,
            {},
            id="post_init",
        ),
        pytest.param(
            """
            class T:
                PREFIX='shop'
                @classmethod
                def topic(cls, n):
                    return f'{cls.PREFIX}.{n}'
            """,
            "T.topic('orders')",
            "shop.orders",
            None,
            {},
            id="classmethod",
        ),
        pytest.param(
            """
            def topic(name, env='dev'):
                return '-'.join([env, name])
            """,
            "topic('orders')",
            "dev-orders",
            None,
            {},
            id="static",
        ),
        pytest.param(
            "topic = lambda n: f'shop.{n}'",
            "topic('orders')",
            "shop.orders",
            None,
            {},
            id="lambda",
        ),
        pytest.param(
            """
            import os
            from enum import Enum
            class T(str, Enum):
                A='orders'
            ENV=os.getenv('ENV')
            """,
            "f'{ENV}-{T.A.value}'",
            "${ENV}-orders",
            None,
            {},
            id="settings fstring",
        ),
        pytest.param(
            """
            from typing import Literal
            class C:
                topic: Literal['orders'] = 'orders'
            """,
            "C().topic",
            "orders",
            None,
            {},
            id="literal type",
        ),
        pytest.param(
            """
            from kafka import KafkaProducer
            CONFIG = {'order.placed': {'topic': 'orders'}}
            def go(e):
                for name, conf in CONFIG.items():
                    KafkaProducer().send(conf['topic'])
            """,
            None,
            "orders",
            None,
            {},
            id="for items",
        ),
        pytest.param(
            """
            import yaml
            from kafka import KafkaProducer
            with open('topics.yaml') as f:
                CONFIG = yaml.safe_load(f)
            def go(e):
                for conf in CONFIG['events']:
                    KafkaProducer().send(conf['topic'])
            """,
            None,
            "mails,orders",
            None,
            {"topics.yaml": "events:\n - {name: a, topic: orders}\n - {name: b, topic: mails}\n"},
            id="yaml topology",
        ),
        pytest.param(
            """
            class A: pass
            class B: pass
            TOPICS = {A: 'orders', B: 'mails'}
            """,
            "TOPICS[type(x)]",
            "mails,orders",
            None,
            {},
            id="type keyed",
        ),
        pytest.param(
            "from django.conf import settings",
            "settings.KAFKA['topics']['orders']",
            "orders-v1",
            None,
            {"proj/settings.py": "KAFKA={'topics': {'orders': 'orders-v1'}}\n"},
            id="django nested",
        ),
        pytest.param(
            "from django.conf import settings",
            "settings.TOPIC",
            "${TOPIC}",
            "orders",
            {"proj/settings.py": "import environ\nenv = environ.Env()\nTOPIC = env('TOPIC', default='orders')\n"},
            id="django env()",
        ),
        pytest.param(
            """
            from django.conf import settings
            N='TOPIC'
            """,
            "getattr(settings, N)",
            "${TOPIC}",
            "orders",
            {"proj/settings.py": "TOPIC='orders'\n"},
            id="django getattr fstr",
        ),
        pytest.param(
            """
            from kafka import KafkaProducer
            from consts import *
            def go():
                KafkaProducer().send(TOPIC)
            """,
            None,
            "orders",
            None,
            {"consts.py": "TOPIC='orders'\n"},
            id="star const",
        ),
        pytest.param(
            """
            from kafka import KafkaProducer
            import consts as c
            def go():
                KafkaProducer().send(c.TOPIC)
            """,
            None,
            "orders",
            None,
            {"consts.py": "TOPIC='orders'\n"},
            id="alias mod",
        ),
        pytest.param(
            """
            from kafka import KafkaProducer
            from pkg import TOPIC
            def go():
                KafkaProducer().send(TOPIC)
            """,
            None,
            "orders",
            None,
            {"pkg/__init__.py": "from .consts import TOPIC\n", "pkg/consts.py": "TOPIC='orders'\n"},
            id="reexport",
        ),
        pytest.param(
            """
            import yaml
            from pydantic import BaseModel
            class C(BaseModel):
                topic: str
            with open('c.yaml') as f:
                cfg = C(**yaml.safe_load(f))
            """,
            "cfg.topic",
            "orders",
            None,
            {"c.yaml": "topic: orders\n"},
            id="pydantic from yaml",
        ),
        pytest.param(
            """
            import yaml
            from pydantic import BaseModel
            class C(BaseModel):
                topic: str
            cfg = C.model_validate(yaml.safe_load(open('c.yaml')))
            """,
            "cfg.topic",
            "orders",
            None,
            {"c.yaml": "topic: orders\n"},
            id="pydantic validate",
        ),
        pytest.param(
            """
            import yaml
            from pydantic import BaseModel
            class K(BaseModel):
                topic: str
            class C(BaseModel):
                kafka: K
            cfg = C(**yaml.safe_load(open('c.yaml')))
            """,
            "cfg.kafka.topic",
            "orders",
            None,
            {"c.yaml": "kafka: {topic: orders}\n"},
            id="pydantic nested yaml",
        ),
        pytest.param(
            """
            from dataclasses import dataclass
            @dataclass
            class C:
                topic: str
            cfg = C(**{'topic':'orders'})
            """,
            "cfg.topic",
            "orders",
            None,
            {},
            id="dataclass kw dict",
        ),
        pytest.param(
            """
            import os
            class C:
                def __init__(self, prefix='APP'):
                    self.topic = os.environ.get(f'{prefix}_TOPIC', 'orders')
            cfg = C()
            """,
            "cfg.topic",
            "${APP_TOPIC}",
            "orders",
            {},
            id="environ prefix loop",
        ),
        pytest.param(
            """
            import yaml
            cfg = yaml.safe_load(open('c.yaml'))
            """,
            "cfg['topic']",
            "${T}",
            "orders",
            {"c.yaml": "topic: ${T:-orders}\n"},
            id="yaml env",
        ),
        pytest.param(
            """
            import tomllib
            from pathlib import Path
            cfg = tomllib.loads(Path('pyproject.toml').read_text())
            """,
            "cfg['tool']['x']['topic']",
            "orders",
            None,
            {"pyproject.toml": '[tool.x]\ntopic="orders"\n'},
            id="toml pyproject",
        ),
        pytest.param(
            """
            import yaml, os
            env = os.getenv('ENV','dev')
            cfg = yaml.safe_load(open(f'config.{env}.yaml'))
            """,
            "cfg['topic']",
            "orders",
            None,
            {"config.dev.yaml": "topic: orders\n"},
            id="config two envs",
        ),
        pytest.param(
            """
            import json, os
            BASE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
            cfg = json.load(open(os.path.join(BASE, 'conf', 'c.json')))
            """,
            "cfg['topic']",
            "None",
            None,
            {"conf/c.json": '{"topic":"orders"}'},
            id="sub path join",
        ),
        pytest.param(
            """
            import hydra
            from kafka import KafkaProducer
            @hydra.main(config_path='conf', config_name='config')
            def main(cfg):
                KafkaProducer().send(cfg.topic)
            """,
            None,
            "orders",
            None,
            {"conf/config.yaml": "topic: orders\n"},
            id="hydra",
        ),
        pytest.param(
            """
            import click
            from kafka import KafkaProducer
            @click.command()
            @click.argument('topic')
            def main(topic):
                KafkaProducer().send(topic)
            """,
            None,
            "None",
            None,
            {},
            id="click pass",
        ),
        pytest.param(
            """
            import argparse, os
            p = argparse.ArgumentParser()
            p.add_argument('-t','--topic', default=os.getenv('T','orders'))
            args = p.parse_args()
            """,
            "args.topic",
            "${T}",
            "orders",
            {},
            id="argparse env",
        ),
        pytest.param(
            """
            import argparse
            from kafka import KafkaProducer
            def parse():
                p = argparse.ArgumentParser()
                g = p.add_argument_group('x')
                g.add_argument('--topic-name', default='orders')
                return p.parse_args()
            def main():
                args = parse()
                KafkaProducer().send(args.topic_name)
            """,
            None,
            "${topic_name}",
            "orders",
            {},
            id="argparse fn",
        ),
        pytest.param(
            """
            import argparse
            from kafka import KafkaProducer
            def run(topic):
                KafkaProducer().send(topic)
            def main():
                p = argparse.ArgumentParser()
                p.add_argument('--topic', default='orders')
                args = p.parse_args()
                run(args.topic)
            """,
            None,
            "${topic},None",
            None,
            {},
            id="argparse pass",
        ),
        pytest.param(
            "A='orders.fifo'",
            "A.removesuffix('.fifo')",
            "orders",
            None,
            {},
            id="strip suffix",
        ),
        pytest.param(
            "A='orders.fifo'",
            "A.split('.')[0]",
            "orders",
            None,
            {},
            id="slice",
        ),
        pytest.param(
            "class OrderPlaced: pass",
            "OrderPlaced.__name__",
            "OrderPlaced",
            None,
            {},
            id="name of class",
        ),
        pytest.param(
            "class OrderPlaced: pass",
            "f'events.{OrderPlaced.__name__.lower()}'",
            "events.orderplaced",
            None,
            {},
            id="name of class lower",
        ),
        pytest.param(
            """
            from types import MappingProxyType
            T = MappingProxyType({'a':'orders'})
            """,
            "T['a']",
            "orders",
            None,
            {},
            id="mapping proxy",
        ),
        pytest.param(
            """
            from collections import ChainMap
            T = ChainMap({'b':'x'},{'a':'orders'})
            """,
            "T['a']",
            "orders",
            None,
            {},
            id="chainmap",
        ),
        pytest.param(
            """
            import os
            class C:
                topic: str = os.environ.get('T', 'orders')
            cfg = C()
            """,
            "cfg.topic",
            "${T}",
            "orders",
            {},
            id="os.environ.get in class attr ann",
        ),
        pytest.param(
            """
            import os
            from dataclasses import dataclass
            @dataclass(frozen=True)
            class C:
                topic: str = os.environ.get('T', 'orders')
            cfg = C()
            """,
            "cfg.topic",
            "${T}",
            "orders",
            {},
            id="envclass typed",
        ),
        pytest.param(
            """
            import os
            LIVE = os.getenv('LIVE') == '1'
            T = 'orders' if LIVE else 'orders-test'
            """,
            "T",
            "orders,orders-test",
            None,
            {},
            id="bool env",
        ),
    ],
)
def test_names(
    link: Link, setup: str, channel: str | None, addresses: str, default: str | None, files: dict[str, str]
) -> None:
    assert sent(link, setup, channel, files) == (addresses, default)
