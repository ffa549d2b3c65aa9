"""Git asked questions: always without a shell, with a clean environment, and never so that it writes or fetches.

**Hooks.** Git sets `GIT_DIR`, `GIT_INDEX_FILE` and others for the hooks it runs, and they would redirect questions
about *any* directory. They are dropped. One of them carries news: `git commit -a` and `git commit PATH` build the
commit in a temporary index that only `GIT_INDEX_FILE` names. So that variable is kept where the file lies in the
git directory of the asked repository itself, and only for questions about the index.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eda_lint.errors import GitError, shown

_REDIRECTING = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CEILING_DIRECTORIES", "GIT_COMMON_DIR", "GIT_DIR", "GIT_GLOB_PATHSPECS",
    "GIT_GRAFT_FILE", "GIT_ICASE_PATHSPECS", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_LITERAL_PATHSPECS", "GIT_NAMESPACE", "GIT_NOGLOB_PATHSPECS", "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_QUARANTINE_PATH", "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)  # fmt: skip
"""What `git rev-parse --local-env-vars` tells and what else changes the meaning of a path; but not the variables
that give configuration, for a CI's `safe.directory` may come through them."""

_FIXED = {
    "GIT_NO_LAZY_FETCH": "1",  # a partial clone must not be completed over the network
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}

# A repository's own configuration may name programs that git would run while it looks for changed files.
_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.untrackedCache=keep")


@dataclass(frozen=True, slots=True)
class Staged:
    """What a commit would change below the root. Paths are relative to it, with forward slashes, sorted."""

    changed: tuple[str, ...] = ()
    """Added, changed, or the new name of a renamed file."""
    deleted: tuple[str, ...] = ()
    """Deleted, or the old name of a renamed file."""
    renamed: tuple[tuple[str, str], ...] = ()
    """Old and new names; both are in the other lists as well."""

    @property
    def paths(self) -> frozenset[str]:
        """All of them."""
        return frozenset(self.changed) | frozenset(self.deleted)


def environment() -> dict[str, str]:
    """The process's environment without what would redirect git."""
    return {name: value for name, value in os.environ.items() if name not in _REDIRECTING} | _FIXED


def command(*arguments: str) -> list[str]:
    """A git command line with the switches that keep it from running a repository's programs."""
    return ["git", *_SAFE, *arguments]


def ask(root: Path, *arguments: str, index: bool = False) -> bytes:
    """What git prints when it is run in `root`. `index`: honour a hook's temporary index.

    Raises GitError if git is missing, or says no: with the first line of what it says.
    """
    settings = environment()
    if index and (file := _hook_index(root)) is not None:
        settings["GIT_INDEX_FILE"] = str(file)
    try:
        done = subprocess.run(
            command(*arguments), cwd=root, env=settings, capture_output=True, stdin=subprocess.DEVNULL, check=False
        )
    except FileNotFoundError as error:
        if not root.is_dir():
            raise GitError("there is no such directory", path=root) from error
        raise GitError("git is not installed", mend="Install git") from error
    except (OSError, ValueError) as error:
        raise GitError(f"git cannot be run: {error}", path=root) from error
    if done.returncode:
        said = shown(done.stderr.decode("utf-8", "surrogateescape").strip().partition("\n")[0])
        raise GitError(said.removeprefix("fatal: ") or f"git ended with {done.returncode}", path=root)
    return done.stdout


def commit_of(root: Path, ref: str) -> str:
    """The full id of the commit that a ref, tag or expression (`HEAD~1`, `origin/main`) names.

    Raises GitError if there is none. A ref is data: one that begins with `-` is no option.
    """
    if not ref or "\0" in ref or "\n" in ref:
        raise GitError(f"`{shown(ref)}` is no git ref", path=root)
    ask(root, "rev-parse", "--git-dir")  # so that "no repository" is not told as "no such ref"
    try:
        answer = ask(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    except GitError as error:
        mend = "Fetch it first (`git fetch origin`; a CI checkout may be shallow: ask it for the full history)"
        raise GitError(f"git knows no commit `{shown(ref)}`", path=root, mend=mend) from error
    return answer.decode("ascii").split()[-1]


def default_branch(root: Path) -> str:
    """The ref of the branch that changes are merged into: what `origin` calls its head, else a common name.

    Raises GitError if none is known.
    """
    for name in ("refs/remotes/origin/HEAD", "origin/main", "origin/master", "main", "master"):
        try:
            commit_of(root, name)
        except GitError:
            continue
        if name.endswith("/HEAD"):
            head = ask(root, "rev-parse", "--abbrev-ref", "--end-of-options", name).decode("utf-8", "replace").strip()
            return head.splitlines()[-1] if head else name
        return name
    mend = "Name a ref, or fetch the branch (`git fetch origin main`; with actions/checkout: `fetch-depth: 0`)"
    raise GitError("git knows no default branch", path=root, mend=mend)


def merge_base(root: Path, ref: str) -> str:
    """The commit where the work tree's branch left another. Raises GitError if there is none, or none is fetched."""
    other, head = commit_of(root, ref), commit_of(root, "HEAD")
    try:
        return ask(root, "merge-base", head, other).decode("ascii").split()[0]
    except (GitError, IndexError) as error:
        shallow = ask(root, "rev-parse", "--is-shallow-repository").strip() == b"true"
        mend = "The checkout is shallow: fetch its history (actions/checkout: `fetch-depth: 0`)" if shallow else ""
        raise GitError(f"HEAD and `{shown(ref)}` have no common commit here", path=root, mend=mend) from error


def renamed_since(root: Path, commit: str) -> dict[str, str]:
    """New → old path of files below the root that moved since a commit, also of changes that are not committed."""
    output = ask(
        root, "diff", "--name-status", "-z", "--relative", "--find-renames", "--diff-filter=R", "--no-ext-diff",
        "--no-textconv", "--no-color", "--ignore-submodules", "--end-of-options", commit, "--",
    )  # fmt: skip
    found: dict[str, str] = {}
    fields = split_names(output)
    for _ in fields:
        old = next(fields)
        found[next(fields)] = old
    return found


def commits_of(root: Path, commit: str, path: str, limit: int) -> list[str]:
    """Commits up to one in which a file below the root changed, the latest first, at most so many."""
    output = ask(
        root, "log", f"--max-count={limit}", "--format=%H", "--end-of-options", commit, "--", f":(literal){path}"
    )
    return output.decode("ascii").split()


def split_names(output: bytes) -> Iterator[str]:
    """File names from NUL-separated output; bytes that are no UTF-8 become surrogates, as everywhere in Python."""
    return (os.fsdecode(name) for name in output.split(b"\0") if name)


def staged_paths(root: Path) -> Staged:
    """What the commit in the making changes below `root`; also before the first commit.

    Raises GitError outside a repository.
    """
    ask(root, "rev-parse", "--git-dir")  # `git diff` outside a repository is another command, and complains of options
    output = ask(
        root, "diff", "--cached", "--name-status", "-z", "--relative", "--find-renames", "--no-ext-diff",
        "--no-textconv", "--no-color", "--ignore-submodules", index=True,
    )  # fmt: skip
    changed: set[str] = set()
    deleted: set[str] = set()
    renamed: set[tuple[str, str]] = set()
    fields = split_names(output)
    for status in fields:
        path = next(fields)
        if status[0] == "D":
            deleted.add(path)
        elif status[0] in "RC":
            new = next(fields)
            changed.add(new)
            if status[0] == "R":
                deleted.add(path)
                renamed.add((path, new))
        else:
            changed.add(path)
    return Staged(_sorted(changed), _sorted(deleted), tuple(sorted(renamed)))


def _sorted(paths: set[str]) -> tuple[str, ...]:
    return tuple(sorted(paths))


def _hook_index(root: Path) -> Path | None:
    """The index that a hook was given, if it belongs to the repository of `root`."""
    given = os.environ.get("GIT_INDEX_FILE")
    if not given:
        return None
    try:
        answer = ask(root, "rev-parse", "--absolute-git-dir", "--show-toplevel")
    except GitError:
        return None
    git_directory, _, top = os.fsdecode(answer.rstrip(b"\n")).partition("\n")
    # Git runs hooks at the top of the work tree, and a relative name is meant from there.
    file = Path(os.path.realpath(Path(top, given)))
    return file if file.parent == Path(os.path.realpath(git_directory)) and file.is_file() else None
