from __future__ import annotations

import json
from pathlib import Path

import pytest

from eda_lint.check.baseline import Baseline, Known, load, prune, write
from eda_lint.errors import ConfigError
from eda_lint.model.finding import Finding, Judged
from eda_lint.model.topology import Place


def judged(fingerprint: str, *, file: str = "a.py", symbol: str = "a:f", suppressed: bool = False) -> Judged:
    finding = Finding("EDA301", "a-name", "m", Place(file, 3), symbol=symbol)
    return Judged(finding, "warning", fingerprint, suppressed=suppressed)


def test_what_is_written_is_read_and_sorted_for_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    found = [judged("2" * 32, file="b.py"), judged("1" * 32), judged("3" * 32, suppressed=True)]
    assert write(path, found) == 2
    assert load(path).known == (Known("a.py", "EDA301", "a:f", "1" * 32), Known("b.py", "EDA301", "a:f", "2" * 32))
    text = path.read_text()
    assert json.loads(text)["version"] == 1
    assert [line.strip()[:18] for line in text.splitlines() if "EDA301" in line] == ['{"code": "EDA301",'] * 2
    write(path, reversed(found))
    assert path.read_text() == text


def test_an_empty_baseline_is_one(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    assert write(path, []) == 0
    assert load(path) == Baseline()


def test_names_that_are_no_unicode_survive(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write(path, [judged("1" * 32, file="odd\udcff\n.py")])
    assert load(path).known[0].file == "odd\udcff\n.py"


def test_prune_drops_what_is_gone_and_adds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write(path, [judged("1" * 32), judged("2" * 32)])
    assert prune(path, [judged("2" * 32, file="moved.py"), judged("9" * 32)]) == 1
    assert load(path).known == (Known("moved.py", "EDA301", "a:f", "2" * 32),)


def test_what_is_suppressed_in_the_code_leaves_the_baseline(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write(path, [judged("1" * 32)])
    assert prune(path, [judged("1" * 32, suppressed=True)]) == 1


def test_unknown_keys_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text('{"version": 1, "new": 1, "findings": [{"fingerprint": "x", "later": []}]}')
    assert load(path).fingerprints == {"x"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no JSON"),
        ("<<<<<<< HEAD\n", "no JSON"),
        ("[" * 5_000, "no JSON"),
        ("[]", "no `version`"),
        ("{}", "no `version`"),
        ('{"version": "1", "findings": []}', "no `version`"),
        ('{"version": true, "findings": []}', "no `version`"),
        ('{"version": 0, "findings": []}', "no `version`"),
        ('{"version": 2, "findings": []}', "reads up to 1"),
        ('{"version": 1}', "no list `findings`"),
        ('{"version": 1, "findings": {}}', "no list `findings`"),
        ('{"version": 1, "findings": [{"fingerprint": "x"}, {}]}', "entry 2 of the baseline has no `fingerprint`"),
        ('{"version": 1, "findings": [7]}', "entry 1"),
        ('{"version": 1, "findings": [{"fingerprint": "x", "file": 7}]}', "something else than text"),
    ],
)
def test_a_damaged_or_newer_file_is_a_clear_error(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=told) as caught:
        load(path)
    assert "baseline.json" in str(caught.value)
    with pytest.raises(ConfigError):
        prune(path, [])
    assert path.read_text() == text


def test_a_file_that_is_missing_or_no_text_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="baseline write"):
        load(tmp_path / "none.json")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path)
    (tmp_path / "binary").write_bytes(b"\xff\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "binary")


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "baseline.json"
    write(path, [judged("1" * 32)])
    before = path.read_text()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ConfigError, match="cannot be written: No space left"):
        write(path, [])
    assert path.read_text() == before
    assert list(tmp_path.iterdir()) == [path]


def test_writing_into_no_directory_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        write(tmp_path / "no" / "baseline.json", [])


def test_mode_and_link_of_an_existing_file_stay(tmp_path: Path) -> None:
    real = tmp_path / "real.json"
    real.write_text("")
    real.chmod(0o640)
    link = tmp_path / "link.json"
    try:
        link.symlink_to(real)
    except OSError:
        pytest.skip("no symbolic links here")
    write(link, [judged("1" * 32)])
    assert link.is_symlink()
    assert load(real).fingerprints == {"1" * 32}
    assert real.stat().st_mode & 0o777 == 0o640
