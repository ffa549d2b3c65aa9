"""Speed and memory of eda-lint on a code base: `python bench/measure.py TREE [--repeat N]`.

Prints one figure a line: start-up, cold and warm runs in kLOC/s, peak memory, share of files parsed. Each figure is
the best of N runs in processes of their own, because noise only ever adds time. The figures in CPU seconds are of
runs without worker processes, and hold on a busy machine too.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

PROGRAM = [sys.executable, "-m", "eda_lint"]


class Run(NamedTuple):
    """One run of the program."""

    seconds: float
    cpu: float
    """Seconds of processor time, of the process and of its own children."""
    peak: int
    """Peak memory in MiB, of the process or of a child, the larger."""
    output: bytes = b""


def run(*arguments: str) -> Run:
    """Run the program. Raises subprocess.CalledProcessError if it could not do its work."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen([*PROGRAM, *arguments], stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        content = output.read()
    if process.returncode not in (0, 1):
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, content)


def best(repeat: int, *arguments: str) -> Run:
    """The smallest figures of several runs."""
    runs = [run(*arguments) for _ in range(repeat)]
    return Run(min(r.seconds for r in runs), min(r.cpu for r in runs), min(r.peak for r in runs), runs[0].output)


def python_lines(tree: Path) -> int:
    """Lines of all Python files below a directory."""
    return sum(path.read_bytes().count(b"\n") for path in tree.rglob("*.py") if path.is_file())


def measure(tree: Path, repeat: int) -> dict[str, Any]:
    """All figures for one code base."""
    lines = python_lines(tree)
    check = ("check", str(tree), "--exit-zero", "--format", "json")
    startup = best(max(repeat, 5), "--help")
    cold = best(repeat, *check, "--no-cache")
    alone = best(repeat, *check, "--no-cache", "--jobs", "1")
    with tempfile.TemporaryDirectory() as cache:
        cached = (*check, "--cache-dir", cache, "--jobs", "1")
        run(*cached)
        warm = best(repeat, *cached)
    summary = json.loads(warm.output)["summary"]
    return {
        "start-up of --help, ms": round(startup.seconds * 1000),
        "start-up of --help, CPU ms": round(startup.cpu * 1000),
        "Python lines": lines,
        "cold, s": round(cold.seconds, 2),
        "cold, kLOC/s": round(lines / 1000 / cold.seconds, 1),
        "cold, CPU s": round(alone.cpu, 2),
        "cold, kLOC per CPU s": round(lines / 1000 / alone.cpu, 1),
        "warm, s": round(warm.seconds, 2),
        "warm, kLOC/s": round(lines / 1000 / warm.seconds, 1),
        "warm, CPU s": round(warm.cpu, 2),
        "warm, kLOC per CPU s": round(lines / 1000 / warm.cpu, 1),
        "peak memory cold, MiB": max(cold.peak, alone.peak),
        "peak memory warm, MiB": warm.peak,
        **{name: summary[name] for name in ("files", "files_read", "operations", "resolved")},
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tree", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    for name, value in measure(given.tree, given.repeat).items():
        print(f"{name}: {json.dumps(value)}")


if __name__ == "__main__":
    main()
