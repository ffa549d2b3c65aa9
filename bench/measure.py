"""Speed and memory of eda-lint on a code base: `python bench/measure.py TREE [--repeat N]`.

Prints one figure a line: start-up, cold and warm runs in kLOC/s, peak memory, share of files parsed. Each figure is
the best of N runs in processes of their own, because noise only ever adds time.
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
from typing import Any

PROGRAM = [sys.executable, "-m", "eda_lint"]


def run(*arguments: str) -> tuple[float, int, bytes]:
    """Seconds, peak memory in KiB (of the process and of its own children, the larger) and output of one run.

    Raises subprocess.CalledProcessError if the program could not do its work.
    """
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
    return seconds, usage.ru_maxrss, content


def best(repeat: int, *arguments: str) -> tuple[float, int]:
    """The shortest time and the smallest peak of several runs."""
    runs = [run(*arguments) for _ in range(repeat)]
    return min(seconds for seconds, _, _ in runs), min(peak for _, peak, _ in runs)


def python_lines(tree: Path) -> int:
    """Lines of all Python files below a directory."""
    return sum(path.read_bytes().count(b"\n") for path in tree.rglob("*.py") if path.is_file())


def measure(tree: Path, repeat: int) -> dict[str, Any]:
    """All figures for one code base."""
    lines = python_lines(tree)
    check = ("check", str(tree), "--exit-zero", "--format", "json")
    startup, _ = best(max(repeat, 5), "--help")
    cold, cold_peak = best(repeat, *check, "--no-cache")
    with tempfile.TemporaryDirectory() as cache:
        cached = (*check, "--cache-dir", cache)
        _, _, report = run(*cached)
        warm, warm_peak = best(repeat, *cached)
    return {
        "start-up of --help, ms": round(startup * 1000),
        "Python lines": lines,
        "cold, s": round(cold, 2),
        "cold, kLOC/s": round(lines / 1000 / cold, 1),
        "warm, s": round(warm, 2),
        "warm, kLOC/s": round(lines / 1000 / warm, 1),
        "peak memory cold, MiB": cold_peak // 1024,
        "peak memory warm, MiB": warm_peak // 1024,
        "summary": json.loads(report)["summary"],
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
