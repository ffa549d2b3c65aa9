"""Names in configuration files that the code loads by a path it names."""

from __future__ import annotations

import pytest

from tests.link.conftest import Link, sent


@pytest.mark.parametrize(
    ("setup", "channel", "addresses", "default", "files"),
    [
        pytest.param(
            """
            import configparser
            c = configparser.ConfigParser()
            c.read('app.ini')
            """,
            "c['kafka']['topic']",
            "orders",
            None,
            {"app.ini": "[kafka]\ntopic = orders\n"},
            id="ini",
        ),
        pytest.param(
            """
            from configparser import ConfigParser
            c = ConfigParser()
            c.read('app.ini')
            """,
            "c.get('kafka','topic')",
            "orders",
            None,
            {"app.ini": "[kafka]\ntopic = orders\n"},
            id="ini get",
        ),
        pytest.param(
            """
            from configparser import ConfigParser
            c = ConfigParser()
            c.read('app.ini')
            """,
            "c.get('kafka','nope', fallback='orders')",
            "orders",
            None,
            {"app.ini": "[kafka]\ntopic = orders\n"},
            id="ini get fallback",
        ),
        pytest.param(
            """
            from configparser import ConfigParser
            c = ConfigParser()
            c.read('app.ini')
            k = c['kafka']
            """,
            "k.get('topic')",
            "orders",
            None,
            {"app.ini": "[kafka]\ntopic = orders\n"},
            id="ini section get",
        ),
        pytest.param(
            """
            import yaml
            with open('conf.yaml') as f:
                cfg = yaml.safe_load(f)
            """,
            "cfg['kafka']['topic']",
            "orders",
            None,
            {"conf.yaml": "kafka:\n  topic: orders\n"},
            id="yaml open",
        ),
        pytest.param(
            """
            import yaml
            def load(path='conf.yaml'):
                with open(path) as f:
                    return yaml.load(f, Loader=yaml.SafeLoader)
            cfg = load()
            """,
            "cfg['kafka']['topic']",
            "orders",
            None,
            {"conf.yaml": "kafka:\n  topic: orders\n"},
            id="yaml open fn",
        ),
        pytest.param(
            """
            import yaml
            from pathlib import Path
            cfg = yaml.safe_load((Path(__file__).parent / 'conf.yaml').read_text())
            """,
            "cfg['kafka']['topic']",
            "orders",
            None,
            {"conf.yaml": "kafka:\n  topic: orders\n"},
            id="yaml path",
        ),
        pytest.param(
            """
            import yaml
            from pathlib import Path
            HERE = Path(__file__).resolve().parent
            with (HERE / 'conf.yaml').open() as f:
                cfg = yaml.safe_load(f)
            """,
            "cfg['kafka']['topic']",
            "orders",
            None,
            {"conf.yaml": "kafka:\n  topic: orders\n"},
            id="yaml path open",
        ),
        pytest.param(
            """
            import yaml, os
            p = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'conf.yaml')
            cfg = yaml.safe_load(open(p))
            """,
            "cfg['kafka']['topic']",
            "orders",
            None,
            {"conf.yaml": "kafka:\n  topic: orders\n"},
            id="yaml os.path",
        ),
        pytest.param(
            """
            from ruamel.yaml import YAML
            yaml = YAML()
            cfg = yaml.load(open('conf.yaml'))
            """,
            "cfg['kafka']['topic']",
            "orders",
            None,
            {"conf.yaml": "kafka:\n  topic: orders\n"},
            id="yaml ruamel",
        ),
        pytest.param(
            """
            import tomllib
            with open('conf.toml','rb') as f:
                cfg = tomllib.load(f)
            """,
            "cfg['kafka']['topic']",
            "orders",
            None,
            {"conf.toml": '[kafka]\ntopic="orders"\n'},
            id="toml",
        ),
        pytest.param(
            """
            import toml
            cfg = toml.load('conf.toml')
            """,
            "cfg['kafka']['topic']",
            "orders",
            None,
            {"conf.toml": '[kafka]\ntopic="orders"\n'},
            id="toml pkg",
        ),
        pytest.param(
            """
            import json
            with open('conf.json') as f:
                cfg = json.load(f)
            """,
            "cfg['kafka']['topic']",
            "orders",
            None,
            {"conf.json": '{"kafka": {"topic": "orders"}}'},
            id="json",
        ),
        pytest.param(
            """
            import json
            from pathlib import Path
            cfg = json.loads(Path('conf.json').read_text())
            """,
            "cfg['kafka']['topic']",
            "orders",
            None,
            {"conf.json": '{"kafka": {"topic": "orders"}}'},
            id="json loads",
        ),
        pytest.param(
            """
            import json
            class Config:
                def __init__(self, path):
                    with open(path) as f:
                        self.data = json.load(f)
                def get(self, k):
                    return self.data[k]
            cfg = Config('conf.json')
            """,
            "cfg.get('topic')",
            "orders",
            None,
            {"conf.json": '{"topic": "orders"}'},
            id="json class",
        ),
        pytest.param(
            """
            import json, os
            with open(os.getenv('CONF','conf.json')) as f:
                cfg = json.load(f)
            """,
            "cfg['topic']",
            "orders",
            None,
            {"conf.json": '{"topic": "orders"}'},
            id="json env path",
        ),
        pytest.param(
            """
            import yaml
            from importlib import resources
            cfg = yaml.safe_load(resources.files('pkg').joinpath('conf.yaml').read_text())
            """,
            "cfg['topic']",
            "orders",
            None,
            {"pkg/__init__.py": "", "pkg/conf.yaml": "topic: orders\n"},
            id="resources",
        ),
        pytest.param(
            """
            import yaml
            from importlib.resources import files, read_text
            cfg = yaml.safe_load(read_text('pkg','conf.yaml'))
            """,
            "cfg['topic']",
            "orders",
            None,
            {"pkg/__init__.py": "", "pkg/conf.yaml": "topic: orders\n"},
            id="resources2",
        ),
        pytest.param(
            """
            import os
            from dotenv import load_dotenv, dotenv_values
            load_dotenv()
            cfg = dotenv_values('.env')
            """,
            "cfg['T']",
            "orders",
            None,
            {".env": "T=orders\n"},
            id="dotenv",
        ),
        pytest.param(
            """
            from omegaconf import OmegaConf
            cfg = OmegaConf.load('conf.yaml')
            """,
            "cfg.kafka.topic",
            "orders",
            None,
            {"conf.yaml": "kafka:\n  topic: orders\n"},
            id="omegaconf",
        ),
    ],
)
def test_names(
    link: Link, setup: str, channel: str | None, addresses: str, default: str | None, files: dict[str, str]
) -> None:
    assert sent(link, setup, channel, files) == (addresses, default)
