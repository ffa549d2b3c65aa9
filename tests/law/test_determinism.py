"""Same input, same bytes (DESIGN § 9): whatever the hash seed, worker count, cache, place and order of the files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from eda_lint.extract import pool

sys.path.insert(0, str(Path(__file__).parent))

from check_law import answers, copied

FIXTURES = Path(__file__).parents[2] / "fixtures"
SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from check_law import answers
for root in sys.argv[2:]:
    found = answers(Path(root))
    sys.stdout.write(found.findings + found.graph)
"""


@pytest.fixture
def tangle(tmp_path: Path) -> Path:
    return copied(FIXTURES / "tangle", tmp_path / "tangle")


def test_hash_seeds(tangle: Path, code_bases: list[Path]) -> None:
    said = set()
    for seed in ("0", "1", "4711"):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(Path(__file__).parent), *map(str, (tangle, *code_bases))],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        )
        said.add(done.stdout)
    assert len(said) == 1
    assert b"EDA" in said.pop()


def test_worker_count(tangle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = answers(tangle)
    batches: list[int] = []
    side_by_side = pool._side_by_side

    def counted(*given: object) -> object:
        batches.append(given[1])  # type: ignore[arg-type]
        return side_by_side(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(pool, "IN_PROCESS", 0)
    monkeypatch.setattr(pool, "_side_by_side", counted)
    assert answers(tangle, jobs=2) - alone == []
    assert 2 in batches, "no worker took part"


def test_cache(tangle: Path, tmp_path: Path) -> None:
    def said() -> bytes:
        arguments = ("check", "--root", str(tangle), "--exit-zero", "--preview", "--format", "json")
        return subprocess.run(
            [sys.executable, "-m", "eda_lint", *arguments, "--cache-dir", str(cache)], capture_output=True, check=True
        ).stdout

    cache = tmp_path / "cache"
    cold = said()
    entries = [path for path in cache.rglob("*") if path.is_file()]
    assert entries, "nothing was kept"
    assert said() == cold
    for number, entry in enumerate(entries):
        if number % 2:
            entry.write_bytes(entry.read_bytes()[: entry.stat().st_size // 2])
    assert said() == cold


def test_place_and_order_of_the_files(tangle: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "far away" / "ünder ein anderer name"
    for path in sorted(tangle.rglob("*"), reverse=True):
        if path.is_file():
            target = elsewhere / path.relative_to(tangle)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    assert answers(elsewhere) - answers(tangle) == []


def test_a_second_look_in_one_process(code_bases: list[Path]) -> None:
    """Nothing is left over from one run that the next one sees."""
    first = [answers(root) for root in code_bases]
    assert [answers(root) - before for root, before in zip(code_bases, first, strict=True)] == [[]] * len(first)
