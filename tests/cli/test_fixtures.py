"""The program over a real code base: the result depends on the code alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture
def tangle(tmp_path: Path) -> Path:
    """A copy outside any git repository, so that nothing of this checkout plays a part."""
    return Path(shutil.copytree(FIXTURES / "tangle", tmp_path / "tangle"))


@pytest.mark.parametrize(
    "options",
    [("--no-cache",), ("--no-cache", "--jobs", "2"), ("--no-cache", "--parse-all")],
    ids=["no cache", "two workers", "everything parsed"],
)
def test_how_it_is_run_changes_nothing(options: tuple[str, ...], tangle: Path, tmp_path: Path, run) -> None:
    def findings(*given: str) -> tuple[int, object]:
        code, out, err = run("check", str(tangle), "--format", "json", *given)
        assert err == ""
        return code, json.loads(out)["findings"]

    cache = ("--jobs", "1", "--cache-dir", str(tmp_path / "cache"))
    cold = findings(*cache)
    assert cold[0] == 1
    assert cold[1]
    assert findings(*cache) == cold
    assert findings("--jobs", "1", *options) == cold


def test_judging_leaves_nothing_behind_but_the_cache(tangle: Path, run) -> None:
    before = {path.relative_to(tangle) for path in tangle.rglob("*")}
    run("check", str(tangle))
    after = {path.relative_to(tangle) for path in tangle.rglob("*")}
    assert {path.parts[0] for path in after - before} <= {".eda-lint-cache"}


def test_a_path_in_a_service_judges_the_whole_root(tangle: Path, run) -> None:
    whole = json.loads(run("check", str(tangle), "--format", "json")[1])["findings"]
    part = json.loads(run("check", str(tangle / "orders"), "--format", "json")[1])["findings"]
    assert part == [
        each
        for each in whole
        if any(place["file"].startswith("orders/") for place in (each, *each["notes"]))
    ]
    assert 0 < len(part) < len(whole)


def test_two_formats_tell_the_same_findings(tangle: Path, run) -> None:
    data = json.loads(run("check", str(tangle), "--format", "json")[1])
    sarif = json.loads(run("check", str(tangle), "--format", "sarif")[1])
    counting = [each for each in data["findings"] if not each["suppressed"] and not each["baselined"]]
    assert [each["ruleId"] for each in sarif["runs"][0]["results"]] == [each["code"] for each in counting]
    concise = run("check", str(tangle), "--format", "concise")[1].splitlines()
    assert [line.split(" ")[1] for line in concise[:-1]] == [each["code"] for each in counting]


def test_nothing_to_judge(tmp_path: Path, run) -> None:
    code, out, _ = run("check", str(tmp_path))
    assert code == 0
    assert "No message operations were found" in out
