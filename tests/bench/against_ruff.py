"""How much longer eda-lint takes than ruff: `python tests/bench/against_ruff.py ROOT [--repeat N]`.

Both lint the same tree without a cache, in turn, so that a busy machine is equally busy for both; the least time of
each counts. ruff reads every file and eda-lint only those that can matter, and ruff is compiled.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path


def measured(command: list[str]) -> tuple[float, float]:
    """Wall seconds, and processor seconds of the process with its workers. Raises RuntimeError if it could not run."""
    started, before = time.perf_counter(), os.times()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    after = os.times()
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode(errors='replace').strip()}")
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - started, used


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("root", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    ruff = shutil.which("ruff", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))
    if ruff is None:
        parser.error("ruff is not installed")
    commands = {
        "ruff": [ruff, "check", "--no-cache", "--isolated", str(given.root)],
        "eda-lint": [sys.executable, "-m", "eda_lint", "check", "--no-cache", "--exit-zero", "--root", str(given.root)],
    }
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(given.repeat):
        for name, command in commands.items():
            runs[name].append(measured(command))
    for index, figure in enumerate(("wall", "processor")):
        ours, theirs = (min(run[index] for run in runs[name]) for name in ("eda-lint", "ruff"))
        sys.stdout.write(f"{figure}: eda-lint {ours:.2f} s, ruff {theirs:.2f} s, {ours / theirs:.1f} times\n")


if __name__ == "__main__":
    main()
