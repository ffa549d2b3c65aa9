"""Hostile code bases, read by the program in a process of its own: what it says, and that it lives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIMEOUT = 60
"""Seconds after which a run counts as hung; they take about one."""

SENDER = b"from kafka import KafkaProducer\n\nKafkaProducer().send('still.found', b'')\n"
"""What every hostile code base holds besides, and what must always be found."""

SCRIPT = """
import json, sys
from eda_lint.cli.entry import main
root, findings, graph = sys.argv[1:]
common = ["--root", root, "--no-cache", "--jobs", "1"]
codes = [main(["check", *common, "--preview", "--format", "json", "-o", findings])]
codes.append(main(["graph", *common, "--format", "json", "-o", graph]))
print(json.dumps(codes))
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What `check` and `graph` said of a code base."""

    codes: tuple[int, int]
    findings: list[dict[str, Any]]
    summary: dict[str, Any]
    operations: list[dict[str, Any]]

    @property
    def problems(self) -> dict[str, str]:
        """Files that could not be read → kind of problem."""
        return {each["file"]: each["kind"] for each in self.summary["problems"]}

    def addresses(self, action: str = "send") -> set[str | None]:
        """Addresses of all operations with an action."""
        return {each["address"] for each in self.operations if each["action"] == action}

    def sends_in(self, file: str) -> list[str | None]:
        """Addresses of the sends in a file, in order."""
        return [each["address"] for each in self.operations if each["file"] == file and each["action"] == "send"]


def read_root(root: Path, work: Path) -> Said:
    """Let the program read a root, and hold it to what always holds."""
    work.mkdir(parents=True, exist_ok=True)
    out = work / "findings.json", work / "graph.json"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(root), *map(str, out)],
        capture_output=True,
        timeout=TIMEOUT,
        cwd=work,
        env=os.environ | {"PYTHONWARNINGS": "error"},
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    assert done.stderr == b""
    check, graph = json.loads(done.stdout)
    findings, topology = (json.loads(path.read_bytes()) for path in out)
    said = Said((check, graph), findings["findings"], findings["summary"], topology["operations"])
    assert check == int(said.summary["failed"])
    assert graph == 0
    assert said.summary["crashes"] == []
    assert "still.found" in said.addresses()
    return said


def write_root(files: Mapping[str, str | bytes], root: Path) -> Path:
    """Write a code base of these files, besides the one that must always be found."""
    for name, content in {"eda-lint.toml": b"", "good/sender.py": SENDER, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root
