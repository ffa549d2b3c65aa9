"""What `--staged` keeps."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from eda_lint.cli.staged import filtered
from eda_lint.discover.git import Staged
from eda_lint.model.finding import Finding, Judged, Note, Outcome
from eda_lint.model.topology import Coverage, Place


def outcome(*found: Finding) -> Outcome:
    judged = tuple(Judged(each, "warning", str(number)) for number, each in enumerate(found))
    return Outcome(judged=judged, rules=(), coverage=Coverage(), filtered=1)


def finding(code: str, file: str, *notes: str) -> Finding:
    return Finding(code, "name", "message", Place(file, 1), notes=tuple(Note(Place(each, 2), "here") for each in notes))


FOUND = (
    finding("EDA301", "a.py"),
    finding("EDA301", "b.py", "c.py", "a.py"),
    finding("EDA301", "c.py"),
    finding("EDA801", "c.py"),
)


def kept(change: Staged) -> list[int]:
    result = filtered(outcome(*FOUND), change)
    assert len(result.judged) + result.filtered == len(FOUND) + 1
    return [FOUND.index(each.finding) for each in result.judged]


def test_a_finding_stays_if_any_of_its_places_is_staged() -> None:
    assert kept(Staged(changed=("a.py",))) == [0, 1]


def test_nothing_staged_keeps_nothing() -> None:
    assert kept(Staged()) == []


def test_deleted_code_keeps_findings_about_the_topology() -> None:
    assert kept(Staged(deleted=("gone.py",))) == [3]


def test_a_rename_takes_code_away_from_its_old_place() -> None:
    assert kept(Staged(changed=("a.py",), deleted=("old.py",), renamed=(("old.py", "a.py"),))) == [0, 1, 3]


def test_a_deleted_document_changes_no_topology() -> None:
    assert kept(Staged(deleted=("README.md",))) == []


def git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, capture_output=True)


def test_the_staged_set_decides_what_check_reports(shop: Path, understood, run) -> None:
    understood("shop/legacy.py")
    git("init", "--quiet")
    assert run("check", "--staged")[0] == 0
    git("add", "shop/orders.py")
    assert run("check", "--staged")[0] == 0
    git("add", "shop/legacy.py")
    assert run("check", "--staged")[0] == 1


def test_without_a_repository_there_is_nothing_staged_to_ask_for(shop: Path, understood, run) -> None:
    understood("shop/legacy.py")
    code, _, err = run("check", "--staged")
    assert code == 2
    assert "--staged asks git" in err
    assert "not a git repository" in err
    assert err.count("\n") == 1


def test_under_pre_commit_only_tracked_files_are_judged(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from eda_lint.cli.options import World
    from eda_lint.cli.session import open_session

    assert not open_session(World()).tracked_only
    assert open_session(World(), tracked_only=True).tracked_only
    monkeypatch.setenv("PRE_COMMIT", "1")
    assert open_session(World()).tracked_only
