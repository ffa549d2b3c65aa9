"""Git refs, merge bases, directories and lock files as old sides, in real repositories."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from eda_lint.cli.entry import main
from eda_lint.discover.tree import WorkTree
from eda_lint.errors import EdaLintError, GitError, UsageError
from eda_lint.schemas.evolution import evolutions
from eda_lint.schemas.sides.opening import documents_of, open_side

OLD = '{"type": "record",\n "name": "Order",\n "doc": "Placed",\n "fields": [\n{"name":"id","type":"string"}]}'
NEW = OLD.replace("string", "bytes").replace("id", "key")


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "-q", "-b", "main", ".")
    (root / "order.avsc").write_text(OLD)
    (root / "gone.proto").write_text('syntax="proto3"; message Gone { string id = 1; }')
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    monkeypatch.chdir(root)
    return root


def changed(root: Path, against: str, mode: str = "FULL") -> list[tuple[str, str, bool]]:
    contracts = list(documents_of(WorkTree(root)).all())
    found = evolutions(contracts, open_side(against, root), mode)  # type: ignore[arg-type]
    return [(each.contract.name, each.since, each.removed) for each in found]


def test_a_commit_with_renames(repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD")
    git(repository, "mv", "order.avsc", "placed.avsc")
    (repository / "placed.avsc").write_text(OLD.replace('"string"', '["null","string"]'))
    assert changed(repository, "HEAD") == [("Order", f"HEAD ({first[:7]})", False)]
    assert changed(repository, first[:9]) == [("Order", first[:9], False)]


def test_what_is_gone(repository: Path) -> None:
    (repository / "gone.proto").unlink()
    assert changed(repository, "HEAD") == [("gone.proto", "", True)]


def test_merge_base_is_where_the_branch_left(repository: Path) -> None:
    base = git(repository, "rev-parse", "HEAD")
    git(repository, "checkout", "-qb", "feature")
    git(repository, "checkout", "-q", "main")
    (repository / "order.avsc").write_text(NEW)
    git(repository, "commit", "-qam", "two")
    git(repository, "checkout", "-q", "feature")
    assert changed(repository, "merge-base") == []
    assert changed(repository, "main...") == []
    assert changed(repository, "main") == [("Order", f"main ({git(repository, 'rev-parse', 'main')[:7]})", False)]
    (repository / "order.avsc").write_text(NEW)
    assert changed(repository, "merge-base") == [("Order", f"merge base with main ({base[:7]})", False)]


def test_a_transitive_mode_looks_at_the_history(repository: Path) -> None:
    (repository / "order.avsc").write_text(NEW)
    git(repository, "commit", "-qam", "two")
    (repository / "order.avsc").write_text(OLD)
    assert len(changed(repository, "HEAD", "FULL")) == 1
    assert len(changed(repository, "HEAD", "FULL_TRANSITIVE")) == 1  # the first commit says the same as now
    (repository / "order.avsc").write_text('"string"')
    assert len(changed(repository, "HEAD", "FULL_TRANSITIVE")) == 2
    assert changed(repository, "HEAD", "NONE") == []


def test_a_directory(repository: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "order.avsc").write_text(NEW)
    assert changed(repository, str(other)) == [("Order", str(other), False)]


@pytest.mark.parametrize("against", ["--output=x", "-", "nope", "nope...", "registry+ftp://x", "registry+https://"])
def test_what_names_nothing_is_refused(repository: Path, against: str) -> None:
    with pytest.raises(EdaLintError):
        open_side(against, repository)


def test_a_ref_that_begins_with_a_dash_is_no_option(repository: Path) -> None:
    with pytest.raises(UsageError, match="is no ref"):
        open_side("--upload-pack=touch pwned", repository)
    assert main(["schema", "check", "--all-schemas", "--against=--output=pwned", "--no-cache"]) == 2
    assert not (repository / "pwned").exists()


def test_a_shallow_clone_names_the_mend(repository: Path, tmp_path: Path) -> None:
    git(repository, "checkout", "-qb", "feature")
    for text in (NEW, OLD):
        (repository / "order.avsc").write_text(text)
        git(repository, "commit", "-qam", "more")
    git(repository, "checkout", "-q", "main")
    (repository / "x").write_text("")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "main moves")
    shallow = tmp_path / "shallow"
    git(
        tmp_path,
        "clone",
        "-q",
        "--depth=1",
        "--no-single-branch",
        "-b",
        "feature",
        f"file://{repository}",
        str(shallow),
    )
    with pytest.raises(GitError) as caught:
        open_side("origin/main...", shallow)
    assert "fetch-depth: 0" in caught.value.mend


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(GitError):
        open_side("merge-base", tmp_path)


def test_what_a_document_only_refers_to_is_not_gone_with_it(repository: Path) -> None:
    (repository / "money.proto").write_text('syntax="proto3"; message Money { int64 cents = 1; }')
    (repository / "bill.proto").write_text('syntax="proto3"; import "money.proto"; message Bill { Money m = 1; }')
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "two")
    (repository / "bill.proto").unlink()
    contracts = list(documents_of(WorkTree(repository)).all())
    (gone,) = evolutions(contracts, open_side("HEAD", repository), "FULL")
    assert [change.path for change in gone.comparison.changes] == ["bill.proto", "Bill"]


def test_a_change_is_told_where_it_stands_and_not_by_each_document_that_imports_it(repository: Path) -> None:
    money = 'syntax="proto3"; message Money { int64 cents = 1; }'
    (repository / "money.proto").write_text(money)
    (repository / "bill.proto").write_text('syntax="proto3"; import "money.proto"; message Bill { Money m = 1; }')
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "two")
    (repository / "money.proto").write_text(money.replace("int64", "string"))
    assert [name for name, _, _ in changed(repository, "HEAD")] == ["money.proto"]
