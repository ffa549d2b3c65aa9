"""Many files side by side."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pytest

from eda_lint.extract import extract, pool
from eda_lint.extract.pool import extract_many
from eda_lint.extract.store import Store

FILES = [(f"p{index}.py", b"x%d = f(%d)\n" % (index, index % 7)) for index in range(20)] + [
    ("bad.py", b"def (\n"),
    ("twin.py", b"x1 = f(1)\n"),
]


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """However little there is to read, workers do it, and in many tasks."""
    monkeypatch.setattr(pool, "IN_PROCESS", 1)
    monkeypatch.setattr(pool, "_BATCH", 40)


def test_in_process_equals_one_by_one() -> None:
    assert extract_many(FILES) == {path: extract(content) for path, content in FILES}
    assert extract_many([]) == {}


def test_order_is_that_of_the_items(eager: None) -> None:
    found = extract_many(FILES, jobs=2, executor=ThreadPoolExecutor)
    assert list(found) == [path for path, _ in FILES]


def test_any_executor_gives_the_same(eager: None, tmp_path: Path) -> None:
    expected = extract_many(FILES)
    store = Store(tmp_path)
    assert extract_many(FILES, jobs=3, store=store, executor=ThreadPoolExecutor) == expected
    entries = {path: path.read_bytes() for path in tmp_path.rglob("facts/*/*")}
    assert len(entries) == len({content for _, content in FILES})
    serial = Store(tmp_path / "serial")
    extract_many(FILES, store=serial)
    assert sorted(path.read_bytes() for path in serial.directory.rglob("facts/*/*")) == sorted(entries.values())


def test_store_is_asked_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    expected = extract_many(FILES, store=store)
    monkeypatch.setattr(pool, "extract", lambda content: pytest.fail("was read again"))
    assert extract_many(FILES, store=store) == expected


def test_equal_contents_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []
    monkeypatch.setattr(pool, "extract", lambda content: seen.append(content) or extract(content))
    extract_many([("a.py", b"x\n"), ("b.py", b"x\n")])
    assert seen == [b"x\n"]


def _encode_or_die(contents: Sequence[bytes]) -> list[bytes]:
    if any(b"die" in content for content in contents):
        os._exit(3)
    return pool.encode_batch(contents)


def _dying(jobs: int) -> Executor:
    """Processes whose task ends them when it meets a certain file."""
    executor = pool._processes(jobs)
    submit = executor.submit
    executor.submit = lambda _function, *args: submit(_encode_or_die, *args)  # type: ignore[assignment, method-assign]
    return executor


SCRIPT = """
import sys
sys.path.insert(0, {directory!r})
import test_pool
from eda_lint.extract import pool
if __name__ == "__main__":
    pool.IN_PROCESS, pool._BATCH = 1, 40
    files = [*test_pool.FILES, ("deadly.py", b"die()" + bytes(10)), ("after.py", b"y = 1")]
    found = pool.extract_many(files, jobs=2, executor=test_pool._dying)
    assert [each.kind for each in found["deadly.py"].problems] == ["internal"], found["deadly.py"]
    assert all(found[path] == test_pool.extract(content) for path, content in files if path != "deadly.py")
    assert pool.extract_many(test_pool.FILES, jobs=2) == pool.extract_many(test_pool.FILES)
    print("ok")
"""


def test_processes_and_a_file_that_ends_its_worker(tmp_path: Path) -> None:
    script = tmp_path / "main.py"
    script.write_text(SCRIPT.format(directory=str(Path(__file__).parent)))
    root = Path(pool.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert done.stdout.strip() == "ok", done.stderr


def test_internal_faults_are_told_and_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("eda_lint.extract.module.module_facts", fail)
    store = Store(tmp_path)
    found = extract_many([("a.py", b"x = 1\n")], store=store)
    assert [each.kind for each in found["a.py"].problems] == ["internal"]
    assert list(tmp_path.rglob("facts/*/*")) == []


def test_the_parser_is_imported_only_to_read_files() -> None:
    code = (
        "import sys, eda_lint.extract.pool, eda_lint.extract.store, eda_lint.extract.document, eda_lint.extract.decode;"
    )
    code += "print(sorted({'libcst', 'yaml', 'networkx'} & set(sys.modules)))"
    root = Path(pool.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert done.stdout.strip() == "[]"
