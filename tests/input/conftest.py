"""Hostile code bases, and the program that reads them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from hostile import Said, read_root, write_root


@pytest.fixture
def read(tmp_path: Path) -> Callable[[Path], Said]:
    """Lets the program read a root."""
    return lambda root: read_root(root, tmp_path / "said")


@pytest.fixture
def base(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Writes a code base."""
    return lambda files: write_root(files, tmp_path / "root")
