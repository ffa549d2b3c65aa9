"""The law of demand on any code base: `python tests/law/check_law.py ROOT… [--preview] [--minimise]`.

What the program never asked to read cannot matter: with every unwanted Python file replaced by `pass`, findings,
operations and coverage stay the same, and reading every file (`--parse-all`) gives the same bytes. A violation
names the first differences, and with `--minimise` the unwanted files whose content makes them.
"""

from __future__ import annotations

import argparse
import difflib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eda_lint.check.load import load_rules
from eda_lint.check.run import judge
from eda_lint.config import find_root, load_config
from eda_lint.report import json as findings_json
from eda_lint.report.graph import graph_json
from eda_lint.run import Request, understand

EMPTY = b"pass\n"
SHOWN = 12
"""Most lines of a difference that are printed."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the program says of a code base, and which of its Python files it asked for."""

    findings: str
    graph: str
    wanted: frozenset[str]
    files: frozenset[str]

    @property
    def unwanted(self) -> frozenset[str]:
        """The Python files whose content cannot matter."""
        return self.files - self.wanted

    def __sub__(self, other: Answers) -> list[str]:
        """Lines that differ, as a short unified diff; nothing if both say the same."""
        lines: list[str] = []
        for name in ("findings", "graph"):
            one, two = (getattr(each, name).splitlines() for each in (other, self))
            lines += difflib.unified_diff(one, two, f"{name} before", f"{name} after", n=2, lineterm="")
        return lines


def answers(root: Path, *, parse_all: bool = False, jobs: int = 1, preview: bool = True) -> Answers:
    """Findings and graph of the code base at a root, as the command line prints them."""
    found = find_root((), root)
    config = replace(load_config(found.config_path), preview=preview)
    understood = understand(Request(found.path, config, jobs=jobs, cache=False, parse_all=parse_all))
    outcome = judge(
        understood.project,
        None,
        load_rules(config),
        config=config,
        places=understood.places,
        tests=understood.is_test,
        full_run=True,
    )
    codebase = understood.codebase
    return Answers(
        findings_json.render(outcome),
        graph_json(understood.project),
        frozenset(codebase.wanted),
        frozenset(codebase.python),
    )


def emptied(root: Path, paths: Collection[str]) -> None:
    """Replace the content of files by `pass`, in place."""
    for path in paths:
        file = root / path
        if file.is_symlink():
            file.unlink()
        file.write_bytes(EMPTY)


def copied(root: Path, target: Path) -> Path:
    """A copy without git's data, so that nothing outside it plays a part. Links stay links."""
    return Path(shutil.copytree(root, target, symlinks=True, ignore=shutil.ignore_patterns(".git", ".eda-lint-cache")))


def demand_violations(root: Path, work: Path, before: Answers, *, preview: bool = True) -> list[str]:
    """Differences that the content of unwanted files makes. `work` is a new directory for the copy."""
    copy = copied(root, work / root.name)
    emptied(copy, before.unwanted)
    return answers(copy, preview=preview) - before


def minimal(causes: Sequence[str], matters: Callable[[Sequence[str]], bool]) -> list[str]:
    """A small part of `causes` for which `matters` still holds (delta debugging by halves, then one by one)."""
    kept = list(causes)
    size = len(kept) // 2
    while size:
        start = 0
        while start < len(kept):
            without = kept[:start] + kept[start + size :]
            if without and matters(without):
                kept = without
            else:
                start += size
        size //= 2
    return kept


def causes(root: Path, work: Path, before: Answers, *, preview: bool = True) -> list[str]:
    """Unwanted files that, emptied, already change an answer."""
    number = 0

    def matters(paths: Sequence[str]) -> bool:
        nonlocal number
        number += 1
        copy = copied(root, work / str(number) / root.name)
        emptied(copy, paths)
        changed = bool(answers(copy, preview=preview) - before)
        shutil.rmtree(work / str(number))
        return changed

    return minimal(sorted(before.unwanted), matters)


def check(root: Path, *, preview: bool, minimise: bool) -> dict[str, Any]:
    """The law on one code base, as a row to print."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        # The original is copied too: a root inside a repository, and ignored files, must not make the difference.
        original = copied(root, work / "before" / root.name)
        before = answers(original, preview=preview)
        demand = demand_violations(original, work / "after", before, preview=preview)
        everything = answers(original, parse_all=True, preview=preview) - before
        row: dict[str, Any] = {
            "root": root.name,
            "files": len(before.files),
            "wanted": len(before.wanted),
            "operations": json.loads(before.graph)["coverage"]["operations"],
            "findings": len(json.loads(before.findings)["findings"]),
            "demand": len(demand),
            "parse_all": len(everything),
        }
        if demand and minimise:
            row["causes"] = causes(original, work / "causes", before, preview=preview)
    for title, lines in (("unwanted files emptied", demand), ("everything parsed", everything)):
        if lines:
            sys.stderr.write("\n".join([f"--- {root.name}: {title}", *lines[:SHOWN], ""]))
    return row


def main() -> int:
    """Print a row for each code base; 1 if the law is broken anywhere."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("roots", nargs="+", type=Path, metavar="ROOT")
    parser.add_argument("--no-preview", action="store_false", dest="preview")
    parser.add_argument("--minimise", action="store_true", help="find the files that break it (many runs)")
    given = parser.parse_args()
    broken = False
    for root in given.roots:
        row = check(root.resolve(), preview=given.preview, minimise=given.minimise)
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
        broken = broken or bool(row["demand"] or row["parse_all"])
    return int(broken)


if __name__ == "__main__":
    raise SystemExit(main())
