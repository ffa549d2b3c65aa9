"""The old side that a user names: a git ref, a merge base, a directory, a lock file or a schema registry.

main, v1.4, HEAD~1      that commit
main..., merge-base     where the branch left `main`, or the default branch
path/to/directory       another state of the same files
path/to/schemas.lock    what `schema lock` wrote
registry+https://…      a schema registry
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from eda_lint.discover import git
from eda_lint.discover.tree import GitTree, Tree, WorkTree
from eda_lint.errors import GitError, UsageError, shown
from eda_lint.extract.decode import decode
from eda_lint.schemas import lock
from eda_lint.schemas.documents import Documents
from eda_lint.schemas.evolution import OldSide
from eda_lint.schemas.sides.locked import LockSide
from eda_lint.schemas.sides.trees import State, TreeSide

MERGE_BASE = "merge-base"
"""What names the merge base with the default branch; the default."""
HISTORY = 50
"""Most commits of a file that a transitive mode looks at."""


def open_side(against: str, root: Path, *, exclude: Iterable[str] = ()) -> OldSide:
    """The old side that `against` names, for the code base at `root`.

    Raises UsageError for what cannot be meant, GitError for a commit that is not there, SchemaError for a lock file
    that cannot be read.
    """
    excluded = tuple(exclude)
    if against.startswith("registry+"):
        from eda_lint.schemas.sides.registry import RegistrySide

        return RegistrySide.at(against.removeprefix("registry+"))
    if against.startswith("-"):
        raise UsageError(f"`{shown(against)}` is no ref", mend="A ref does not begin with a dash")
    if against == MERGE_BASE or against.endswith("..."):
        ref = against.removesuffix("...") if against != MERGE_BASE else git.default_branch(root)
        return _commit_side(root, git.merge_base(root, ref), f"merge base with {ref}", excluded)
    path = Path(against)
    if path.is_dir():
        return TreeSide(State(against, documents_of(WorkTree(path, exclude=excluded)), {}))
    if path.is_file():
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise UsageError(f"`{shown(against)}` cannot be read: {error}") from error
        return LockSide(lock.decode(text, against), path.name)
    try:
        commit = git.commit_of(root, against)
    except GitError as error:
        mend = error.mend or "Name a git ref, a directory, a lock file, or registry+https://…"
        raise GitError(f"{error.message}; there is no file or directory of that name either", mend=mend) from error
    return _commit_side(root, commit, against, excluded)


def documents_of(tree: Tree) -> Documents:
    """The schemas of a tree."""

    def load(path: str) -> str | None:
        try:
            return decode(tree.read(path))
        except OSError:
            return None

    return Documents(tree.paths(), load)


def _commit_side(root: Path, commit: str, name: str, exclude: Sequence[str]) -> TreeSide:
    def state(of: str, label: str) -> State:
        return State(label, documents_of(GitTree(root, of, exclude)), git.renamed_since(root, of))

    def history(path: str) -> list[State]:
        return [state(one, one[:7]) for one in git.commits_of(root, commit, path, HISTORY) if one != commit]

    label = name if commit.startswith(name) else f"{name} ({commit[:7]})"
    return TreeSide(state(commit, label), history)
