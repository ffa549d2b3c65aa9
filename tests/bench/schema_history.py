"""Run by hand: hold every version of every schema in a repository's history against the one before it.

    python tests/bench/schema_history.py path/to/repository [--only GLOB]… [--commits 2000] [--sample 20 --out FILE]

It counts changes and verdicts by dialect, and fails if one cannot be judged for another reason than that a document
is broken. `--sample` writes the texts of evenly chosen changes with their verdicts, to be checked by a real reader or
by hand.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from eda_lint.errors import EdaLintError
from eda_lint.model.contract import Contract
from eda_lint.model.schema import Comparison
from eda_lint.schemas.compat import compare_schemas
from eda_lint.schemas.documents import DATA, DIALECT_OF, Documents, dialect_of

SUFFIXES = (*DIALECT_OF, *DATA)


@dataclass(frozen=True)
class Step:
    """A file that a commit changed."""

    commit: str
    old: str
    new: str


class History:
    """A repository's blobs, read through one `git cat-file`."""

    def __init__(self, repository: Path) -> None:
        self.repository = repository
        self._batch = subprocess.Popen(
            ["git", "-C", str(repository), "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._paths: dict[str, list[str]] = {}

    def git(self, *arguments: str) -> str:
        """What git answers."""
        command = ["git", "-C", str(self.repository), "-c", "core.quotepath=off", *arguments]
        return subprocess.run(command, check=True, capture_output=True, encoding="utf-8", errors="replace").stdout

    def steps(self, globs: list[str], commits: int) -> Iterator[Step]:
        """Every change of a file in place or by a rename, the latest first."""
        log = self.git(
            "log", "--no-merges", f"-{commits}", "--format=@%H", "--name-status", "-M", "--diff-filter=MR", "--",
            *(globs or [f"*{suffix}" for suffix in SUFFIXES]),
        )  # fmt: skip
        commit = ""
        for line in log.splitlines():
            if line.startswith("@"):
                commit = line[1:]
            elif line:
                _, old, *new = line.split("\t")
                if not globs or any(fnmatchcase(old, glob) for glob in globs):
                    yield Step(commit, old, new[0] if new else old)

    def documents(self, commit: str) -> Documents:
        """The schemas at a commit."""
        if commit not in self._paths:
            self._paths = {commit: self.git("ls-tree", "-r", "--name-only", commit).splitlines()}
        return Documents(self._paths[commit], lambda path: self.text(commit, path))

    def text(self, commit: str, path: str) -> str | None:
        """A file's text at a commit."""
        assert self._batch.stdin is not None
        assert self._batch.stdout is not None
        self._batch.stdin.write(f"{commit}:{path}\n".encode())
        self._batch.stdin.flush()
        header = self._batch.stdout.readline().split()
        if len(header) != 3:
            return None
        content = self._batch.stdout.read(int(header[2]) + 1)[:-1]
        return content.decode(errors="replace") if header[1] == b"blob" else None


def judged(history: History, step: Step) -> tuple[Contract, Contract, Comparison] | None:
    """Both versions of a file and what changed; None if it holds no schema, or one is broken."""
    text = history.text(step.commit, step.new)
    dialect = dialect_of(step.new, text) if text is not None else None
    if dialect is None:
        return None
    new = history.documents(step.commit).contract(step.new, dialect=dialect)
    old = history.documents(f"{step.commit}~").contract(step.old, dialect=dialect)
    if old is None or new is None or not (old.schema.definitions or old.schema.root):
        return None
    return old, new, compare_schemas(old.schema, new.schema)


def main() -> int:
    """Judge a history; 1 if something could not be judged."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--commits", type=int, default=2000)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    history = History(arguments.repository)
    counts: Counter[str] = Counter()
    rows: list[dict[str, object]] = []
    crashed = 0
    began = time.perf_counter()
    for step in history.steps(arguments.only, arguments.commits):
        try:
            found = judged(history, step)
        except EdaLintError as error:
            counts["refused"] += 1
            _tell("refused:", step, error)
            continue
        except Exception as error:  # noqa: BLE001 - what a bench is for
            crashed += 1
            _tell("crashed:", step, repr(error))
            continue
        if found is None:
            counts["no schema, or a broken one"] += 1
            continue
        _, new, comparison = found
        if not comparison.changes:
            counts[f"{new.dialect}: nothing changed"] += 1
            continue
        counts[f"{new.dialect}: backward {comparison.backward}, forward {comparison.forward}"] += 1
        rows.append(_row(history, step, comparison))
    for name, count in sorted(counts.items()):
        _tell(f"{count:6}  {name}")
    _tell(f"{crashed:6}  crashed; {time.perf_counter() - began:.1f} s")
    if arguments.sample and arguments.out:
        chosen = rows[:: max(len(rows) // arguments.sample, 1)][: arguments.sample]
        arguments.out.write_text("".join(json.dumps(row) + "\n" for row in chosen), encoding="utf-8")
    return 1 if crashed else 0


def _tell(*parts: object) -> None:
    sys.stdout.write(" ".join(map(str, parts)) + "\n")


def _row(history: History, step: Step, comparison: Comparison) -> dict[str, object]:
    return {
        "commit": step.commit,
        "path": step.new,
        "dialect": comparison.dialect,
        "backward": comparison.backward,
        "forward": comparison.forward,
        "changes": [[c.kind, c.path, c.backward, c.forward, c.message] for c in comparison.changes],
        "old": history.text(f"{step.commit}~", step.old),
        "new": history.text(step.commit, step.new),
    }


if __name__ == "__main__":
    raise SystemExit(main())
