"""The code base that is judged may be the current directory, and have modules of any name: none of them is run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

NAMES = (
    "_collections_abc", "abc", "ast", "asyncio", "base64", "click", "code", "codecs", "collections", "contextlib",
    "copyreg", "dataclasses", "eda_lint_rules", "enum", "fnmatch", "functools", "hashlib", "heapq", "importlib", "io",
    "json", "kafka", "libcst", "logging", "msgspec", "multiprocessing", "networkx", "operator", "os", "packaging",
    "pathlib", "pathspec", "pickle", "platform", "queue", "random", "re", "readline", "runpy", "secrets", "select",
    "selectors", "signal", "site", "sitecustomize", "socket", "string", "struct", "subprocess", "tempfile",
    "threading", "tokenize", "tomllib", "traceback", "types", "typing", "usercustomize", "warnings", "yaml", "zlib",
)  # fmt: skip
INTERPRETERS_OWN = (
    "collections", "contextlib", "functools", "importlib", "operator", "types", "warnings",
)  # fmt: skip
"""What the interpreter itself imports for a plain `-m`, from the current directory, before any other code runs."""
TRAP = """\
import builtins
with builtins.open({mark!r}, "a") as file:
    file.write(__name__ + "\\n")
raise SystemExit(3)
"""
SENDS = "from kafka import KafkaProducer\n\nKafkaProducer().send('orders.placed', b'1').get(timeout=1)\n"
LARGE = 450_000
"""Bytes of source that are worth worker processes, which are started by other means than the program."""


@pytest.fixture
def hostile(tmp_path: Path) -> tuple[Path, Path]:
    """A root full of traps, and the file in which they leave their mark."""
    root, mark = tmp_path / "root", tmp_path / "mark"
    root.mkdir()
    (root / "eda-lint.toml").write_text("")
    for name in NAMES:
        (root / f"{name}.py").write_text(TRAP.format(mark=str(mark)) + "import kafka\n")
    (root / "orders.py").write_text(SENDS)
    for number in range(8):
        lines = "VALUE = 'a quite long text'\n" * (LARGE // 8 // 27)
        (root / f"large{number}.py").write_text(f"import kafka  # {number}\n{lines}")
    return root, mark


MODULE = [sys.executable, "-m", "eda_lint"]
SAFE_MODULE = [sys.executable, "-P", "-m", "eda_lint"]
SCRIPT = [str(Path(sys.executable).with_name("eda-lint"))]


@pytest.mark.parametrize("way", [MODULE, SAFE_MODULE, SCRIPT], ids=["module", "safe-module", "script"])
@pytest.mark.parametrize("arguments", [("check", "--jobs", "2", "--format", "concise"), ("coverage", "--no-cache"), ()])
def test_nothing_of_the_current_directory_is_run(
    way: list[str], arguments: tuple[str, ...], hostile: tuple[Path, Path]
) -> None:
    root, mark = hostile
    for name in INTERPRETERS_OWN if way == MODULE else ():
        (root / f"{name}.py").unlink()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    done = subprocess.run([*way, *arguments], cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert not mark.exists(), mark.read_text()
    if arguments:
        assert "1 message operation" in done.stdout or "Message operations: 1 found" in done.stdout, done.stderr
        assert done.returncode == 0, done.stdout
    else:
        assert "Usage: eda-lint" in done.stdout + done.stderr
