"""The same files, whether they are read from disk, from git's list, or from a commit."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eda_lint.discover import GitTree, Tree, WorkTree
from eda_lint.errors import ConfigError, GitError

ODD = {"with space.py": "1", "new\nline.py": "2", "<script>.py": "3", "-dash.py": "4", "\udcff.py": "5", "ü/ñ.py": "6"}


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    secret = tmp_path / "secret.py"
    secret.write_text("secret", "utf-8")
    return secret


def contents(tree: Tree) -> dict[str, str]:
    return {path: tree.read(path).decode() for path in tree.paths()}


class TestWorkTree:
    def test_tracked_and_new_files_but_no_ignored_and_no_deleted_ones(self, repository: Any) -> None:
        repository.commit({"a.py": "", "gone.py": "", "b/c.py": "", ".gitignore": "*.log\nout/\n"})
        repository.write({"new.py": "", "x.log": "", "out/d.py": ""})
        (repository.root / "gone.py").unlink()
        tree = WorkTree(repository.root)
        assert tree.paths() == (".gitignore", "a.py", "b/c.py", "new.py")
        assert tree.from_git
        assert WorkTree(repository.root, tracked_only=True).paths() == (".gitignore", "a.py", "b/c.py")
        everything = WorkTree(repository.root, respect_gitignore=False).paths()
        assert set(everything) - set(tree.paths()) == {"x.log", "out/d.py"}

    def test_a_root_inside_the_repository(self, repository: Any) -> None:
        repository.commit({"a.py": "", "b/c.py": "x", "b/d/e.py": ""})
        assert contents(WorkTree(repository.root / "b")) == {"c.py": "x", "d/e.py": ""}

    def test_a_root_that_the_repository_ignores(self, repository: Any) -> None:
        repository.commit({".gitignore": "out/\n", "a.py": ""})
        repository.write({"out/b.py": "", "out/.gitignore": "c.py\n", "out/c.py": ""})
        assert WorkTree(repository.root / "out").paths() == (".gitignore", "b.py")

    def test_exclude(self, repository: Any) -> None:
        repository.commit({"a.py": "", "venv/b.py": "", "x/venv/c.py": "", "x/y.gen.py": ""})
        assert WorkTree(repository.root, exclude=["venv", "*.gen.py"]).paths() == ("a.py",)
        with pytest.raises(ConfigError):
            WorkTree(repository.root, exclude=["!"])

    def test_odd_names(self, repository: Any) -> None:
        repository.write(ODD)
        assert contents(WorkTree(repository.root)) == ODD
        repository.git("add", "-A")
        assert contents(WorkTree(repository.root)) == ODD

    def test_a_merge_conflict_lists_each_file_once(self, repository: Any) -> None:
        repository.commit({"a.py": "1"})
        repository.git("checkout", "-q", "-b", "other")
        repository.commit({"a.py": "2"})
        repository.git("checkout", "-q", "main")
        repository.commit({"a.py": "3"})
        with pytest.raises(Exception, match="non-zero"):
            repository.git("merge", "-q", "other")
        assert WorkTree(repository.root).paths() == ("a.py",)

    def test_links(self, repository: Any, outside: Path) -> None:
        repository.write({"a.py": "a", "d/b.py": "b", "old/c.py": ""})
        repository.git("add", "-A")
        for name, target in [
            ("inside.py", "d/b.py"), ("outside.py", str(outside)), ("loop.py", "loop.py"), ("nowhere.py", "no.py"),
            ("directory", "d"), ("d/up", ".."),
        ]:  # fmt: skip
            (repository.root / name).symlink_to(target)
        # Git goes on telling what was below a directory that has become a link out of the tree.
        (repository.root / "old" / "c.py").unlink()
        (repository.root / "old").rmdir()
        (outside.parent / "c.py").write_text("secret", "utf-8")
        (repository.root / "old").symlink_to(outside.parent)
        expected = {"a.py": "a", "d/b.py": "b", "inside.py": "b"}
        assert contents(WorkTree(repository.root)) == expected
        assert contents(WorkTree(repository.root, tracked_only=True)).keys() == {"a.py", "d/b.py"}

    def test_what_is_no_plain_file_is_no_entry(self, repository: Any) -> None:
        repository.write({"a.py": ""})
        os.mkfifo(repository.root / "pipe.py")
        assert WorkTree(repository.root).paths() == ("a.py",)

    def test_repositories_inside_are_told_and_not_entered(
        self, repository: Any, tmp_path: Path, make_repository: Any
    ) -> None:
        inner = make_repository(tmp_path / "inner")
        inner.commit({"x.py": ""})
        repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.root), "sub")
        make_repository(repository.root / "nested").commit({"y.py": ""})
        repository.write({"a.py": ""})
        tree = WorkTree(repository.root)
        assert tree.paths() == (".gitmodules", "a.py")
        assert tree.unentered == ("nested", "sub")

    def test_reading_what_is_not_in_the_tree(self, repository: Any, outside: Path) -> None:
        repository.commit({"a.py": "", ".gitignore": "b.py\n"})
        repository.write({"b.py": ""})
        tree = WorkTree(repository.root)
        for path in ("../secret.py", str(outside), "b.py", "no.py", "", "."):
            with pytest.raises(FileNotFoundError):
                tree.read(path)
            with pytest.raises(FileNotFoundError):
                tree.digest(path)

    def test_a_file_that_goes_away_meanwhile(self, repository: Any) -> None:
        repository.commit({"a.py": ""})
        tree = WorkTree(repository.root)
        (repository.root / "a.py").unlink()
        with pytest.raises(FileNotFoundError):
            tree.read("a.py")

    def test_an_empty_repository_and_an_empty_directory(self, repository: Any, tmp_path: Path) -> None:
        assert WorkTree(repository.root).paths() == ()
        (tmp_path / "empty").mkdir()
        assert WorkTree(tmp_path / "empty").paths() == ()

    def test_no_repository(self, tmp_path: Path, write_files: Any) -> None:
        write_files(tmp_path, {"a.py": "x"})
        tree = WorkTree(tmp_path)
        assert (contents(tree), tree.from_git) == ({"a.py": "x"}, False)
        with pytest.raises(GitError):
            WorkTree(tmp_path, tracked_only=True)

    def test_without_git(self, repository: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        repository.commit({"a.py": "", ".gitignore": "b.py"})
        repository.write({"b.py": ""})
        monkeypatch.setenv("PATH", "")
        assert WorkTree(repository.root).paths() == (".gitignore", "a.py")
        with pytest.raises(GitError, match=r"git is not installed\. Install git"):
            WorkTree(repository.root, tracked_only=True)

    def test_the_variables_of_a_hook_do_not_lead_astray(
        self, repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_repository: Any
    ) -> None:
        repository.commit({"a.py": ""})
        other = make_repository(tmp_path / "other")
        other.commit({"b.py": ""})
        monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
        monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
        monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git" / "index"))
        assert WorkTree(repository.root, tracked_only=True).paths() == ("a.py",)
        with GitTree(repository.root, "HEAD") as tree:
            assert tree.paths() == ("a.py",)


class TestWalk:
    """Where there is no git, the same files are found."""

    IGNORES = {
        ".gitignore": "*.log\n/top.py\nout/\n!keep.log\ndeep/*\n!deep/b.py\nbad\\\n",
        "sub/.gitignore": "!x.log\nonly.py\nout2/\n",
        "sub/only.py": "", "sub/x.log": "", "sub/top.py": "", "sub/out/a.py": "", "sub/out2/a.py": "",
        "sub/inner/only.py": "", "top.py": "", "keep.log": "", "no.log": "", "out/a.py": "", "out/keep.log": "",
        "deep/a.py": "", "deep/b.py": "", "only.py": "", "a.py": "",
    }  # fmt: skip

    def test_agrees_with_git(self, repository: Any, tmp_path: Path, write_files: Any) -> None:
        repository.write(self.IGNORES)
        write_files(tmp_path / "plain", self.IGNORES)
        expected = WorkTree(repository.root)
        walked = WorkTree(tmp_path / "plain")
        assert (expected.from_git, walked.from_git) == (True, False)
        assert walked.paths() == expected.paths()
        assert set(WorkTree(tmp_path / "plain", respect_gitignore=False).paths()) == set(self.IGNORES)

    def test_links_names_and_git_directories(self, tmp_path: Path, outside: Path, write_files: Any) -> None:
        root = tmp_path / "plain"
        write_files(root, ODD | {"x/.git/config": "", "node_modules/a.py": ""})
        (root / "loop").symlink_to(root)
        (root / "out.py").symlink_to(outside)
        assert contents(WorkTree(root, exclude=["node_modules"])) == ODD

    def test_an_unreadable_directory_is_told(
        self, tmp_path: Path, write_files: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Tests may run as root, who can list every directory: the refusal is made."""
        write_files(tmp_path, {"a.py": "", "closed/b.py": ""})
        scan = os.scandir

        def refuse(path: Path) -> Any:
            if Path(path).name == "closed":
                raise PermissionError(13, "Permission denied", str(path))
            return scan(path)

        monkeypatch.setattr(os, "scandir", refuse)
        tree = WorkTree(tmp_path)
        assert (tree.paths(), tree.unentered) == (("a.py",), ("closed",))

    def test_a_directory_that_is_not_there(self, tmp_path: Path) -> None:
        tree = WorkTree(tmp_path / "no")
        assert (tree.paths(), tree.unentered) == ((), (".",))


class TestGitTree:
    @pytest.fixture
    def tree(self, repository: Any) -> Iterator[GitTree]:
        repository.commit({"a.py": "old", "b/c.py": "c", "venv/x.py": ""})
        repository.commit({"a.py": "new"})
        with GitTree(repository.root, "HEAD~1", exclude=["venv"]) as tree:
            yield tree

    def test_content_of_the_ref_and_not_of_the_disk(self, repository: Any, tree: GitTree) -> None:
        (repository.root / "a.py").unlink()
        assert contents(tree) == {"a.py": "old", "b/c.py": "c"}
        assert tree.read("a.py") == b"old"

    def test_digests_are_those_of_the_work_tree(self, repository: Any, tree: GitTree) -> None:
        disk = WorkTree(repository.root)
        assert tree.digest("b/c.py") == disk.digest("b/c.py")
        assert tree.digest("a.py") != disk.digest("a.py")

    def test_a_root_inside_the_repository(self, repository: Any) -> None:
        repository.commit({"a.py": "", "b/c.py": "x"})
        with GitTree(repository.root / "b", "HEAD") as tree:
            assert contents(tree) == {"c.py": "x"}
        (repository.root / "new").mkdir()
        assert GitTree(repository.root / "new", "main").paths() == ()

    def test_odd_names_and_contents(self, repository: Any) -> None:
        commit = repository.commit(ODD | {"empty.py": "", "zeros.py": "a\0b\n\n", "long.py": "x" * 200_000})
        with GitTree(repository.root, commit) as tree:
            assert tree.commit == commit
            found = {path: tree.read(path) for path in tree.paths()}
        assert {path: found[path].decode() for path in ODD} == ODD
        assert (found["empty.py"], found["zeros.py"], len(found["long.py"])) == (b"", b"a\0b\n\n", 200_000)

    def test_links(self, repository: Any, outside: Path) -> None:
        repository.write({"d/b.py": "b"})
        for name, target in [
            ("d/near.py", "b.py"), ("far.py", "d/near.py"), ("out.py", "../secret.py"), ("absolute.py", str(outside)),
            ("loop.py", "loop.py"), ("nowhere.py", "no.py"), ("directory", "d"),
        ]:  # fmt: skip
            (repository.root / name).symlink_to(target)
        repository.commit()
        with GitTree(repository.root, "HEAD") as tree:
            assert contents(tree) == {"d/b.py": "b", "d/near.py": "b", "far.py": "b"}

    def test_submodules_are_no_entries(self, repository: Any, tmp_path: Path, make_repository: Any) -> None:
        inner = make_repository(tmp_path / "inner")
        inner.commit({"x.py": ""})
        repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.root), "sub")
        repository.commit({"a.py": ""})
        assert GitTree(repository.root, "HEAD").paths() == (".gitmodules", "a.py")

    @pytest.mark.parametrize(
        "ref",
        ["", "nowhere", "-h", "--help", "--all", "HEAD\n", "HEAD\0", "HEAD:a.py", ":a.py", "HEAD^9", "\udcff", "a b"],
    )
    def test_what_is_no_commit(self, repository: Any, ref: str) -> None:
        repository.commit({"a.py": ""})
        with pytest.raises(GitError) as caught:
            GitTree(repository.root, ref)
        assert "\n" not in str(caught.value)

    def test_an_unknown_ref_says_how_to_get_it(self, repository: Any) -> None:
        repository.commit()
        with pytest.raises(GitError, match=r"knows no commit `origin/main`. Fetch it first"):
            GitTree(repository.root, "origin/main")

    def test_tags_branches_and_short_ids(self, repository: Any) -> None:
        commit = repository.commit({"a.py": ""})
        repository.git("tag", "-a", "-m", "x", "v1")
        for ref in ("v1", "main", "@", commit[:10], "v1^{}"):
            assert GitTree(repository.root, ref).commit == commit

    def test_no_repository_and_no_git(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
        with pytest.raises(GitError, match="not a git repository"):
            GitTree(tmp_path, "HEAD")
        with pytest.raises(GitError, match="no such directory"):
            GitTree(tmp_path / "no", "HEAD")
        monkeypatch.setenv("PATH", "")
        with pytest.raises(GitError, match="not installed"):
            GitTree(tmp_path, "HEAD")

    def test_reading_what_is_not_in_the_tree(self, tree: GitTree) -> None:
        for path in ("no.py", "../a.py", "venv/x.py", "b", "HEAD:a.py", "a.py\nHEAD"):
            with pytest.raises(FileNotFoundError):
                tree.read(path)

    def test_an_object_that_is_missing_is_an_error_of_that_file_alone(self, repository: Any) -> None:
        repository.commit({"a.py": "a", "b.py": "b"})
        name = repository.git("rev-parse", "HEAD:a.py").strip()
        (repository.root / ".git" / "objects" / name[:2] / name[2:]).unlink()
        with GitTree(repository.root, "HEAD") as tree:
            with pytest.raises(OSError, match="lacks the object"):
                tree.read("a.py")
            assert tree.read("b.py") == b"b"

    def test_a_tree_reads_on_after_its_process_ended(self, tree: GitTree) -> None:
        assert tree.read("a.py") == b"old"
        tree.close()
        assert tree.read("a.py") == b"old"
        assert tree._process is not None
        tree._process.kill()
        tree._process.wait()
        with pytest.raises(OSError, match="git ended"):
            tree.read("a.py")
        assert tree.read("a.py") == b"old"

    def test_threads_get_their_own_content(self, repository: Any) -> None:
        files = {f"{n}.py": str(n) * 1000 for n in range(20)}
        repository.commit(files)
        wrong: list[str] = []
        with GitTree(repository.root, "HEAD") as tree:

            def read() -> None:
                wrong.extend(path for path, text in files.items() if tree.read(path).decode() != text)

            threads = [threading.Thread(target=read) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert wrong == []
