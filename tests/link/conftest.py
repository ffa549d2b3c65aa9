"""Small projects in source text, linked for real."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from eda_lint.config import load_config
from eda_lint.model.topology import Project
from eda_lint.run import Request, understand

Link = Callable[..., Project]


@pytest.fixture
def link(tmp_path: Path) -> Link:
    """`link(files)` or `link("source of app.py")`: the project that link makes of them, with `config` as its table."""

    def linked(files: dict[str, str] | str, config: str = "") -> Project:
        texts = {"app.py": files} if isinstance(files, str) else files
        for path, text in {"eda-lint.toml": config, **texts}.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        config_read = load_config(tmp_path / "eda-lint.toml")
        return understand(Request(root=tmp_path, config=config_read, cache=False)).project

    return linked


def sent(link: Link, setup: str, channel: str | None, files: dict[str, str]) -> tuple[str, str | None]:
    """The addresses (sorted, joined) of the sends in `app.py`, and the default if it is one: of `setup`, and after it a
    function that sends to `channel` (an expression, in which `x` is a parameter; None: `setup` sends itself)."""
    code = textwrap.dedent(setup).strip() + "\n"
    if channel is not None:
        code = (
            f"from kafka import KafkaProducer\n\n{code}\nproducer = KafkaProducer()\n\n\n"
            f"def go(x):\n    producer.send({channel}, b'')\n"
        )
    found = [o for o in link({"app.py": code, **files}).operations if o.action == "send"]
    return ",".join(sorted(str(o.address) for o in found)), found[0].default if len(found) == 1 else None
