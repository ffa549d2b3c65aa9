"""Small projects in source text, linked for real."""

from __future__ import annotations

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
