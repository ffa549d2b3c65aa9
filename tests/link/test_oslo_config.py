"""Defaults of oslo.config options: those of the option's own group, and only where the project tells one."""

from __future__ import annotations

from pathlib import Path

import pytest

from eda_lint.config import Config
from eda_lint.run import Request, understand

SEND = """
import oslo_messaging
from oslo_config import cfg
client = oslo_messaging.RPCClient(None, oslo_messaging.Target(topic={topic}))
client.cast({{}}, "note")
"""


def address(root: Path, topic: str, options: str) -> tuple[str | None, str | None]:
    (root / "conf.py").write_text(f"from oslo_config import cfg\n{options}\n")
    (root / "app.py").write_text(SEND.format(topic=topic))
    operations = understand(Request(root=root, config=Config(), cache=False)).project.operations
    assert [o.action for o in operations] == ["send"]
    return operations[0].address, operations[0].default


@pytest.mark.parametrize(
    ("topic", "options", "expected"),
    [
        ("cfg.CONF.topic", "cfg.CONF.register_opts([cfg.StrOpt('topic', default='a')])", ("${topic}", "a")),
        ("cfg.CONF.topic", "cfg.CONF.register_opt(cfg.StrOpt('topic', default='a'))", ("${topic}", "a")),
        ("cfg.CONF.topic", "cfg.CONF.register_opts([cfg.StrOpt('topic', default='a')], 'g')", ("${topic}", None)),
        ("cfg.CONF.g.topic", "cfg.CONF.register_opts([cfg.StrOpt('topic', default='a')], 'g')", ("${g.topic}", "a")),
        ("cfg.CONF['g'].topic", "cfg.CONF.register_opt(cfg.Opt('topic', default='a'), group='g')", ("${g.topic}", "a")),
        ("cfg.CONF.g.topic", "cfg.CONF.register_opts([cfg.StrOpt('topic')], 'g')", ("${g.topic}", None)),
        ("cfg.CONF.g.topic", "cfg.CONF.register_opts([cfg.StrOpt('topic', default=x)], 'g')", ("${g.topic}", None)),
        (
            "cfg.CONF.topic",
            "cfg.CONF.register_opts([cfg.StrOpt('topic', default='a'), cfg.StrOpt('topic', default='b')])",
            ("${topic}", None),
        ),
        ("cfg.CONF.topic", "StrOpt()\ncfg.StrOpt(*[])\ncfg.CONF.register_opts()", ("${topic}", None)),
        ("cfg.CONF", "", (None, None)),
    ],
)
def test_default(tmp_path: Path, topic: str, options: str, expected: tuple[str | None, str | None]) -> None:
    assert address(tmp_path, topic, options) == expected
