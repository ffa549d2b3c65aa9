"""Git repositories for the tests of discovery."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest


class Repository:
    """A directory under git, and the few commands that tests give."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, **environment: str) -> str:
        """Run git in the root. Raises CalledProcessError where it fails."""
        return subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env=os.environ | environment,
            capture_output=True,
            check=True,
            encoding="utf-8",
            errors="surrogateescape",
        ).stdout

    def write(self, files: Mapping[str, str]) -> None:
        """Write files, making directories as needed."""
        write(self.root, files)

    def commit(self, files: Mapping[str, str] | None = None) -> str:
        """Write files, commit everything, and give the commit's id."""
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")
        return self.git("rev-parse", "HEAD").strip()


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write files below a directory."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode("utf-8", "surrogateescape"))


@pytest.fixture
def make_repository() -> Callable[[Path], Repository]:
    """Makes an empty repository in a directory."""
    return Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty repository; beside it is room for files that lie outside."""
    return Repository(tmp_path / "repo")


@pytest.fixture
def write_files() -> Callable[[Path, Mapping[str, str]], None]:
    """Writes files below a directory."""
    return write
