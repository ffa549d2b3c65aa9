"""Names that come from the environment, and through the libraries that read it."""

from __future__ import annotations

import pytest

from tests.link.conftest import Link, sent

BASE = """
import os

TOPIC = os.environ.get("ORDERS_TOPIC", "orders")
NAMES = {"orders": "orders-topic"}
PLAIN = "plain"
"""
DJANGO = {
    "manage.py": "",
    "proj/__init__.py": "",
    "proj/settings/__init__.py": "",
    "proj/settings/base.py": BASE,
    "proj/settings/prod.py": "from .base import *\n",
}
"""A project with several settings modules."""


@pytest.mark.parametrize(
    ("setup", "channel", "addresses", "default", "files"),
    [
        pytest.param(
            "import os",
            "os.environ['T']",
            "${T}",
            None,
            {},
            id="environ",
        ),
        pytest.param(
            "import os",
            "os.environ.get('T')",
            "${T}",
            None,
            {},
            id="environ get",
        ),
        pytest.param(
            "import os",
            "os.environ.get('T', 'orders')",
            "${T}",
            "orders",
            {},
            id="environ get d",
        ),
        pytest.param(
            "import os",
            "os.getenv('T') or 'orders'",
            "${T}",
            "orders",
            {},
            id="getenv or",
        ),
        pytest.param(
            "import os",
            "os.getenv('T', default='orders')",
            "${T}",
            "orders",
            {},
            id="getenv default kw",
        ),
        pytest.param(
            "from os import environ, getenv",
            "environ['T']",
            "${T}",
            None,
            {},
            id="environ from",
        ),
        pytest.param(
            "from os import environ, getenv",
            "getenv('T','orders')",
            "${T}",
            "orders",
            {},
            id="getenv from",
        ),
        pytest.param(
            """
            import os
            env = os.environ
            """,
            "env['T']",
            "${T}",
            None,
            {},
            id="environ alias",
        ),
        pytest.param(
            """
            import os
            T = os.environ['T'] if 'T' in os.environ else 'orders'
            """,
            "T",
            "${T}",
            "orders",
            {},
            id="environ in",
        ),
        pytest.param(
            """
            import os
            if not (T := os.getenv('T')):
                T = 'orders'
            """,
            "T",
            "${T}",
            "orders",
            {},
            id="env walrus",
        ),
        pytest.param(
            """
            import os
            T = os.environ.setdefault('T','orders')
            """,
            "T",
            "${T}",
            "orders",
            {},
            id="environ setdefault",
        ),
        pytest.param(
            """
            import os
            def env(name, default=None):
                return os.environ.get(name, default)
            T = env('T','orders')
            """,
            "T",
            "${T}",
            "orders",
            {},
            id="env helper",
        ),
        pytest.param(
            """
            import os
            def req(name):
                v = os.environ.get(name)
                if not v:
                    raise RuntimeError(name)
                return v
            T = req('T')
            """,
            "T",
            "${T}",
            None,
            {},
            id="env helper required",
        ),
        pytest.param(
            """
            import os
            E = os.environ.get('ENV','dev')
            """,
            "f'{E}-orders'",
            "${ENV}-orders",
            "dev-orders",
            {},
            id="env fstring",
        ),
        pytest.param(
            """
            import os
            PRE='APP_'
            """,
            "os.environ[PRE + 'TOPIC']",
            "${APP_TOPIC}",
            None,
            {},
            id="env prefix const",
        ),
        pytest.param(
            """
            import os
            PRE='APP'
            """,
            "os.environ[f'{PRE}_TOPIC']",
            "${APP_TOPIC}",
            None,
            {},
            id="env fname",
        ),
        pytest.param(
            """
            from pydantic_settings import BaseSettings, SettingsConfigDict
            from pydantic import Field, AliasChoices, BaseModel
            class S(BaseSettings):
                topic: str = 'orders'
            S_ = S()
            """,
            "S_.topic",
            "${TOPIC}",
            "orders",
            {},
            id="ps",
        ),
        pytest.param(
            """
            from pydantic_settings import BaseSettings, SettingsConfigDict
            from pydantic import Field, AliasChoices, BaseModel
            class S(BaseSettings):
                model_config = SettingsConfigDict(env_prefix='APP_')
                topic: str = 'orders'
            cfg = S()
            """,
            "cfg.topic",
            "${APP_TOPIC}",
            "orders",
            {},
            id="ps prefix",
        ),
        pytest.param(
            """
            from pydantic_settings import BaseSettings, SettingsConfigDict
            from pydantic import Field, AliasChoices, BaseModel
            class S(BaseSettings):
                model_config = {'env_prefix':'APP_'}
                topic: str = 'orders'
            cfg = S()
            """,
            "cfg.topic",
            "${APP_TOPIC}",
            "orders",
            {},
            id="ps prefix dict",
        ),
        pytest.param(
            """
            from pydantic_settings import BaseSettings, SettingsConfigDict
            from pydantic import Field, AliasChoices, BaseModel
            class S(BaseSettings):
                topic: str = 'orders'
                class Config:
                    env_prefix = 'app_'
            cfg = S()
            """,
            "cfg.topic",
            "${APP_TOPIC}",
            "orders",
            {},
            id="ps Config",
        ),
        pytest.param(
            """
            from pydantic_settings import BaseSettings, SettingsConfigDict
            from pydantic import Field, AliasChoices, BaseModel
            class S(BaseSettings):
                topic: str = 'orders'
                class Config:
                    fields = {'topic': {'env': 'MY_TOPIC'}}
            cfg = S()
            """,
            "cfg.topic",
            "${MY_TOPIC}",
            "orders",
            {},
            id="ps Config fields env",
        ),
        pytest.param(
            """
            from pydantic_settings import BaseSettings, SettingsConfigDict
            from pydantic import Field, AliasChoices, BaseModel
            class S(BaseSettings):
                topic: str
            cfg = S()
            """,
            "cfg.topic",
            "${TOPIC}",
            None,
            {},
            id="ps required",
        ),
        pytest.param(
            """
            from pydantic_settings import BaseSettings, SettingsConfigDict
            from pydantic import Field, AliasChoices, BaseModel
            class S(BaseSettings):
                topic: str = Field('orders', env='MY_TOPIC')
            cfg = S()
            """,
            "cfg.topic",
            "${MY_TOPIC}",
            "orders",
            {},
            id="ps Field",
        ),
        pytest.param(
            """
            from pydantic_settings import BaseSettings, SettingsConfigDict
            from pydantic import Field, AliasChoices, BaseModel
            class S(BaseSettings):
                topic: str = Field(default='orders', alias='MY_TOPIC')
            cfg = S()
            """,
            "cfg.topic",
            "${MY_TOPIC}",
            "orders",
            {},
            id="ps alias",
        ),
        pytest.param(
            """
            from pydantic_settings import BaseSettings, SettingsConfigDict
            from pydantic import Field, AliasChoices, BaseModel
            class S(BaseSettings):
                topic: str = Field(default='orders', validation_alias=AliasChoices('MY_TOPIC','T2'))
            cfg = S()
            """,
            "cfg.topic",
            "${MY_TOPIC}",
            "orders",
            {},
            id="ps validation_alias",
        ),
        pytest.param(
            """
            from pydantic_settings import BaseSettings, SettingsConfigDict
            from pydantic import Field, AliasChoices, BaseModel
            class K(BaseModel):
                topic: str = 'orders'
            class S(BaseSettings):
                model_config = SettingsConfigDict(env_nested_delimiter='__')
                kafka: K = K()
            cfg = S()
            """,
            "cfg.kafka.topic",
            "${KAFKA__TOPIC}",
            "orders",
            {},
            id="ps nested",
        ),
        pytest.param(
            """
            from pydantic_settings import BaseSettings, SettingsConfigDict
            from pydantic import Field, AliasChoices, BaseModel
            class K(BaseModel):
                topic: str = 'orders'
            class S(BaseSettings):
                model_config = SettingsConfigDict(env_nested_delimiter='__', env_prefix='APP_')
                kafka: K = Field(default_factory=K)
            cfg = S()
            """,
            "cfg.kafka.topic",
            "${APP_KAFKA__TOPIC}",
            "orders",
            {},
            id="ps nested prefix",
        ),
        pytest.param(
            """
            from pydantic_settings import BaseSettings, SettingsConfigDict
            from pydantic import Field, AliasChoices, BaseModel
            class K(BaseSettings):
                model_config = SettingsConfigDict(env_prefix='KAFKA_')
                topic: str = 'orders'
            class S(BaseSettings):
                kafka: K = Field(default_factory=K)
            cfg = S()
            """,
            "cfg.kafka.topic",
            "${KAFKA_TOPIC}",
            "orders",
            {},
            id="ps nested settings",
        ),
        pytest.param(
            """
            from pydantic_settings import BaseSettings, SettingsConfigDict
            from pydantic import Field, AliasChoices, BaseModel
            from functools import lru_cache
            class S(BaseSettings):
                topic: str = 'orders'
            @lru_cache
            def get_settings() -> S:
                return S()
            """,
            "get_settings().topic",
            "${TOPIC}",
            "orders",
            {},
            id="ps lru",
        ),
        pytest.param(
            """
            from pydantic_settings import BaseSettings, SettingsConfigDict
            from pydantic import Field, AliasChoices, BaseModel
            class B(BaseSettings):
                topic: str = 'orders'
                model_config = SettingsConfigDict(env_prefix='APP_')
            class S(B):
                pass
            cfg = S()
            """,
            "cfg.topic",
            "${APP_TOPIC}",
            "orders",
            {},
            id="ps inherited",
        ),
        pytest.param(
            """
            from pydantic_settings import BaseSettings, SettingsConfigDict
            from pydantic import Field, AliasChoices, BaseModel
            class S(BaseSettings):
                prefix: str = 'shop'
                @property
                def topic(self):
                    return f'{self.prefix}.orders'
            cfg = S()
            """,
            "cfg.topic",
            "${PREFIX}.orders",
            "shop.orders",
            {},
            id="ps property",
        ),
        pytest.param(
            """
            from pydantic_settings import BaseSettings, SettingsConfigDict
            from pydantic import Field, AliasChoices, BaseModel
            from enum import Enum
            class T(str, Enum):
                A='orders'
            class S(BaseSettings):
                topic: T = T.A
            cfg = S()
            """,
            "cfg.topic",
            "${TOPIC}",
            "orders",
            {},
            id="ps enum default",
        ),
        pytest.param(
            """
            from pydantic_settings import BaseSettings, SettingsConfigDict
            from pydantic import Field, AliasChoices, BaseModel
            D='orders'
            class S(BaseSettings):
                topic: str = D
            cfg = S()
            """,
            "cfg.topic",
            "${TOPIC}",
            "orders",
            {},
            id="ps const default",
        ),
        pytest.param(
            """
            from pydantic_settings import BaseSettings, SettingsConfigDict
            from pydantic import Field, AliasChoices, BaseModel
            import os
            class S(BaseSettings):
                topic: str = os.getenv('ORDERS_TOPIC','orders')
            cfg = S()
            """,
            "cfg.topic",
            "${TOPIC}",
            "orders",
            {},
            id="ps getenv default",
        ),
        pytest.param(
            """
            from dynaconf import Dynaconf
            settings = Dynaconf(settings_files=['settings.toml'], environments=True)
            """,
            "settings.TOPIC",
            "${DYNACONF_TOPIC}",
            "orders",
            {"settings.toml": "[default]\ntopic='orders'\n[production]\nhost='x'\n"},
            id="dynaconf toml",
        ),
        pytest.param(
            """
            from dynaconf import Dynaconf
            settings = Dynaconf(envvar_prefix='APP', settings_files=['settings.yaml'])
            """,
            "settings.kafka.topic",
            "${APP_KAFKA__TOPIC}",
            "orders",
            {"settings.yaml": "kafka:\n  topic: orders\n"},
            id="dynaconf kafka.topic",
        ),
        pytest.param(
            """
            from dynaconf import Dynaconf
            settings = Dynaconf(envvar_prefix='APP', settings_files=['settings.yaml'])
            """,
            "settings.get('topic', 'orders')",
            "${APP_TOPIC}",
            "orders",
            {},
            id="dynaconf get",
        ),
        pytest.param(
            """
            from dynaconf import LazySettings
            settings = LazySettings()
            """,
            "settings['topic']",
            "${DYNACONF_TOPIC}",
            None,
            {},
            id="dynaconf item",
        ),
        pytest.param(
            "from dynaconf import settings",
            "settings.TOPIC",
            "${DYNACONF_TOPIC}",
            None,
            {},
            id="dynaconf global",
        ),
        pytest.param(
            "from decouple import config",
            "config('T', default='orders')",
            "${T}",
            "orders",
            {},
            id="decouple",
        ),
        pytest.param(
            """
            from decouple import config
            T = config('T')
            """,
            "T",
            "${T}",
            None,
            {},
            id="decouple req",
        ),
        pytest.param(
            """
            from decouple import AutoConfig
            config = AutoConfig(search_path='.')
            T = config('T', default='orders')
            """,
            "T",
            "${T}",
            "orders",
            {},
            id="decouple auto",
        ),
        pytest.param(
            """
            from decouple import Config, RepositoryEnv
            config = Config(RepositoryEnv('.env'))
            T = config('T', default='orders')
            """,
            "T",
            "${T}",
            "orders",
            {},
            id="decouple repo",
        ),
        pytest.param(
            """
            from environs import Env
            env = Env()
            env.read_env()
            T = env.str('T', 'orders')
            """,
            "T",
            "${T}",
            "orders",
            {},
            id="environs",
        ),
        pytest.param(
            """
            from environs import Env
            env = Env()
            T = env('T', 'orders')
            """,
            "T",
            "${T}",
            "orders",
            {},
            id="environs call",
        ),
        pytest.param(
            """
            from environs import Env
            env = Env()
            with env.prefixed('APP_'):
                T = env.str('T', default='orders')
            """,
            "T",
            "${APP_T}",
            "orders",
            {},
            id="environs prefixed",
        ),
        pytest.param(
            """
            from environs import Env
            env = Env(prefix='APP_')
            T = env.str('T', default='orders')
            """,
            "T",
            "${APP_T}",
            "orders",
            {},
            id="environs prefix ctor",
        ),
        pytest.param(
            """
            from environs import env
            T = env.str('T', default='orders')
            """,
            "T",
            "${T}",
            "orders",
            {},
            id="environs inst",
        ),
        pytest.param(
            """
            import environ
            env = environ.Env(DEBUG=(bool, False), T=(str,'orders'))
            T = env('T')
            """,
            "T",
            "${T}",
            "orders",
            {},
            id="django-environ",
        ),
        pytest.param(
            """
            import environ
            env = environ.Env()
            T = env.str('T', default='orders')
            """,
            "T",
            "${T}",
            "orders",
            {},
            id="django-environ str",
        ),
        pytest.param(
            """
            from starlette.config import Config
            config = Config('.env')
            T = config('T', cast=str, default='orders')
            """,
            "T",
            "${T}",
            "orders",
            {},
            id="starlette",
        ),
        pytest.param(
            """
            from starlette.config import Config
            config = Config('.env', env_prefix='APP_')
            T = config('T', cast=str, default='orders')
            """,
            "T",
            "${APP_T}",
            "orders",
            {},
            id="starlette prefix",
        ),
        pytest.param(
            "from django.conf import settings",
            "settings.TOPIC",
            "${ORDERS_TOPIC}",
            "orders",
            DJANGO,
            id="django",
        ),
        pytest.param(
            "from django.conf import settings",
            "settings.PLAIN",
            "${PLAIN}",
            "plain",
            DJANGO,
            id="django plain",
        ),
        pytest.param(
            "from django.conf import settings",
            "settings.NAMES['orders']",
            "orders-topic",
            None,
            DJANGO,
            id="django dict",
        ),
        pytest.param(
            "from django.conf import settings",
            "getattr(settings, 'NOPE', 'orders')",
            "${NOPE}",
            "orders",
            DJANGO,
            id="django getattr",
        ),
    ],
)
def test_names(
    link: Link, setup: str, channel: str | None, addresses: str, default: str | None, files: dict[str, str]
) -> None:
    assert sent(link, setup, channel, files) == (addresses, default)
