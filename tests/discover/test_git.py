"""What a commit in the making changes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from eda_lint.discover import Staged, staged_paths
from eda_lint.discover.git import ask, environment
from eda_lint.errors import GitError


def test_before_the_first_commit(repository: Any) -> None:
    repository.write({"a.py": "", "b.py": ""})
    repository.git("add", "a.py")
    assert staged_paths(repository.root) == Staged(changed=("a.py",))


def test_every_kind_of_change(repository: Any) -> None:
    body = "".join(f"line {n}\n" for n in range(30))
    repository.commit({"edit.py": "1", "drop.py": "gone", "old name.py": body, "same.py": "", "kind.py": "x"})
    repository.git("rm", "-q", "drop.py")
    repository.git("mv", "old name.py", "new\nname.py")
    repository.write({"edit.py": "2", "new.py": "something", "unstaged.py": ""})
    (repository.root / "kind.py").unlink()
    (repository.root / "kind.py").symlink_to("same.py")
    repository.git("add", "edit.py", "new.py", "kind.py")
    change = staged_paths(repository.root)
    assert change.changed == ("edit.py", "kind.py", "new\nname.py", "new.py")
    assert change.deleted == ("drop.py", "old name.py")
    assert change.renamed == (("old name.py", "new\nname.py"),)
    assert change.paths == {"edit.py", "kind.py", "new\nname.py", "new.py", "drop.py", "old name.py"}


def test_paths_are_relative_to_the_root_and_only_below_it(repository: Any) -> None:
    repository.commit({"a.py": "", "sub/b.py": "x" * 99})
    repository.write({"a.py": "1", "sub/c.py": "1"})
    repository.git("mv", "sub/b.py", "b.py")
    repository.git("add", "-A")
    assert staged_paths(repository.root / "sub") == Staged(changed=("c.py",), deleted=("b.py",))


def test_nothing_staged_and_no_repository(repository: Any, tmp_path: Path) -> None:
    repository.commit({"a.py": ""})
    repository.write({"a.py": "changed"})
    assert staged_paths(repository.root) == Staged()
    with pytest.raises(GitError, match="no such directory"):
        staged_paths(tmp_path / "nowhere")


def test_a_users_settings_change_nothing(repository: Any) -> None:
    body = "".join(f"line {n}\n" for n in range(30))
    repository.commit({"a/old.py": body})
    for setting in ("diff.noprefix=true", "diff.renames=false", "color.ui=always", "core.quotePath=true"):
        repository.git("config", *setting.split("="))
    repository.git("mv", "a/old.py", "a/ü.py")
    assert staged_paths(repository.root).renamed == (("a/old.py", "a/ü.py"),)


@pytest.mark.parametrize("mode", ["-a", "b.py"])
def test_a_hook_sees_the_index_of_its_commit(
    repository: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: str
) -> None:
    """`git commit -a` and `git commit PATH` use an index of their own, which only the hook is told of."""
    repository.commit({"a.py": "1", "b.py": "1", "sub/c.py": ""})
    hook = repository.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\ncp "$GIT_INDEX_FILE" .git/kept\n', "utf-8")
    hook.chmod(0o755)
    repository.write({"a.py": "2", "b.py": "2"})
    repository.git("commit", "-q", mode, "-m", "x")
    repository.git("reset", "-q", "--soft", "HEAD~1")
    repository.git("read-tree", "HEAD")
    assert staged_paths(repository.root) == Staged()
    expected = Staged(changed=("a.py", "b.py") if mode == "-a" else ("b.py",))
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/kept")
    assert staged_paths(repository.root) == expected
    assert staged_paths(repository.root / "sub") == Staged()
    monkeypatch.setenv("GIT_INDEX_FILE", str(repository.root / ".git" / "kept"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert staged_paths(repository.root) == expected


def test_the_index_of_another_repository_is_not_taken(
    repository: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, make_repository: Any
) -> None:
    repository.commit({"a.py": ""})
    other = make_repository(tmp_path / "other")
    other.commit({"b.py": ""})
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git" / "index"))
    assert staged_paths(repository.root) == Staged()
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/missing")
    assert staged_paths(repository.root) == Staged()


def test_the_environment_keeps_what_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "0")
    monkeypatch.setenv("GIT_DIR", "/x")
    settings = environment()
    assert "GIT_DIR" not in settings
    assert settings["GIT_CONFIG_COUNT"] == "0"
    assert settings["GIT_NO_LAZY_FETCH"] == "1"
    assert settings["PATH"] == os.environ["PATH"]


def test_a_repositorys_monitor_program_is_not_run(repository: Any, tmp_path: Path) -> None:
    repository.commit({"a.py": ""})
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch '{tmp_path}/sprung'\n", "utf-8")
    trap.chmod(0o755)
    repository.git("config", "core.fsmonitor", str(trap))
    (tmp_path / "sprung").unlink(missing_ok=True)
    ask(repository.root, "ls-files", "-z", "--others", "--cached", "--exclude-standard")
    staged_paths(repository.root)
    assert not (tmp_path / "sprung").exists()
