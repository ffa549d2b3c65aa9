"""Roots that are no proper code base, and configuration that is no configuration: exit codes as documented."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from hostile import SENDER, Said

from eda_lint.cli.entry import main

Base = Callable[[Mapping[str, str | bytes]], Path]
Read = Callable[[Path], Said]


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-c", "protocol.file.allow=always", *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def call(*arguments: str) -> tuple[int, str, str]:
        code = main([*arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        assert "internal error" not in err
        return code, out, err

    return call


def test_nothing(tmp_path: Path, run: Callable[..., tuple[int, str, str]]) -> None:
    """An empty directory, an empty repository, and one whose only commit was emptied: zero operations is said."""
    sender = tmp_path / "sender.py"
    for step in ("empty directory", "repository without a commit", "deleted file"):
        if step == "repository without a commit":
            git(tmp_path, "init", "-q")
        if step == "deleted file":
            sender.write_bytes(SENDER)
            git(tmp_path, "add", ".")
            git(tmp_path, "commit", "-qm", "first")
            sender.unlink()
        code, out, err = run("check", "--root", str(tmp_path), "--no-cache")
        assert (code, err) == (0, "")
        assert "No message operations were found" in out


def test_repositories_in_odd_states(base: Base, read: Read, tmp_path: Path) -> None:
    root = base(
        {"gone/sender.py": SENDER, "ignored/sender.py": SENDER, ".gitignore": "ignored/\n[\\\n!*\n**/**/**/[z-a]\n"}
    )
    other = tmp_path / "other"
    other.mkdir()
    (other / "sender.py").write_bytes(SENDER.replace(b"still.found", b"of.submodule"))
    for repository in (other, root):
        git(repository, "init", "-q")
        git(repository, "add", ".")
        git(repository, "commit", "-qm", "all")
    git(root, "submodule", "--quiet", "add", str(other), "vendored")
    (root / "gone/sender.py").unlink()
    assert "of.submodule" not in read(root).addresses()


@pytest.mark.parametrize("content", [b"gitdir: /nowhere\n", b"", b"\x00\xff", b"gitdir: .git\n"])
def test_broken_repositories(content: bytes, base: Base, run: Callable[..., tuple[int, str, str]]) -> None:
    root = base({".git": content})
    code, out, err = run("check", "--root", str(root), "--no-cache", "--format", "json")
    assert (code, err) == (json.loads(out)["summary"]["failed"], "")
    assert json.loads(out)["summary"]["operations"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "no/such/path"),
        ("check", "--root", "no/such/root"),
        ("check", "--root", "file.py"),
        ("check", "--format", "klingon"),
        ("check", "--select", "EDA9999"),
        ("check", "--jobs", "-1"),
        ("check", "--files-from", "no/such/list"),
        ("check", "--baseline", "no/such/baseline.json"),
        ("check", "--staged"),
        ("check", "a" * 5000),
        ("graph", "--format", "klingon"),
        ("explain", "EDA9999"),
        ("no-such-verb",),
        ("check", "--no-such-option"),
        ("check", "-o", "no/such/directory/out.txt"),
    ],
    ids=lambda arguments: " ".join(arguments)[:40],
)
def test_wrong_arguments(
    arguments: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Callable[..., tuple[int, str, str]],
) -> None:
    (tmp_path / "file.py").write_bytes(SENDER)
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*arguments)
    assert code == 2
    assert err.strip()
    assert out == ""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("eda-lint.toml", b"services-complete = maybe\n"),
        ("eda-lint.toml", b"\xff\xfe\x00"),
        ("eda-lint.toml", b"unknown-key = 1\n"),
        ("eda-lint.toml", b"channels = 3\n"),
        ("eda-lint.toml", b"[[channels]]\nmatch = 5\n"),
        ("eda-lint.toml", b"catalog = ['missing.toml']\n"),
        ("eda-lint.toml", b"a = " + b"[" * 3000 + b"]" * 3000 + b"\n"),
        ("pyproject.toml", b"[tool.eda-lint]\nselect = 'EDA9999\n"),
        ("pyproject.toml", b"[tool]\neda-lint = 3\n"),
    ],
)
def test_wrong_configuration(
    name: str, content: bytes, tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    (tmp_path / "sender.py").write_bytes(SENDER)
    (tmp_path / name).write_bytes(content)
    code, out, err = run("check", "--root", str(tmp_path), "--no-cache")
    assert code == 2
    assert name in err or "missing.toml" in err
    assert out == ""


def test_a_cache_that_cannot_be_used(base: Base, run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    """A file where the directory should be, and rubbish in it: slower, and nothing else."""
    root = base({})
    expected = run("check", "--root", str(root), "--no-cache", "--format", "json")
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"")
    for cache in (blocked / "below", tmp_path / "cache"):
        assert run("check", "--root", str(root), "--format", "json", "--cache-dir", str(cache)) == expected
    for path in (tmp_path / "cache").rglob("*"):
        if path.is_file():
            path.write_bytes(os.urandom(path.stat().st_size))
    assert run("check", "--root", str(root), "--format", "json", "--cache-dir", str(tmp_path / "cache")) == expected
