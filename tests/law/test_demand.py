"""The law of demand (DESIGN § 3): what was not asked for cannot matter."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from check_law import answers, copied, demand_violations, minimal

FIXTURES = sorted(path.parent for path in Path(__file__).parents[2].glob("fixtures/*/eda-lint.toml"))


@pytest.fixture(params=FIXTURES, ids=lambda path: path.name)
def fixture(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a fixture outside this repository."""
    return copied(request.param, tmp_path / request.param.name)


def test_fixtures_are_there() -> None:
    assert {path.name for path in FIXTURES} >= {"shop", "tangle", "direct_http"}


def test_unwanted_files_of_fixtures_do_not_matter(fixture: Path, tmp_path: Path) -> None:
    before = answers(fixture)
    assert before.unwanted
    assert demand_violations(fixture, tmp_path / "emptied", before) == []
    assert answers(fixture, parse_all=True) - before == []


def test_unwanted_files_do_not_matter(code_base: Path, tmp_path: Path) -> None:
    before = answers(code_base)
    assert before.unwanted
    assert json.loads(before.graph)["operations"], "a law about nothing"
    assert demand_violations(code_base, tmp_path / "emptied", before) == []
    assert answers(code_base, parse_all=True) - before == []


def test_files_that_matter_are_wanted(code_base: Path) -> None:
    """The other half of the law: it would also hold if nothing were ever asked for."""
    wanted = answers(code_base).wanted
    needed = {
        "wrappers": {"shop/shop/views.py", "shop/shop/wiring.py", "shop/shop/outbox.py", "shop/shop/broker/names.py"},
        "handlers": {"orders/orders/models.py", "orders/orders/store.py"},
        "bus": {"ledger/main.py", "ledger/handlers.py"},
        "services": {"shop/client.py", "shop/config.py"},
        "tasks": {"site/site_orders/views.py", "site/site_orders/models.py"},
    }
    assert needed[code_base.name] <= wanted


def test_a_wanted_file_does_matter(code_base: Path, tmp_path: Path) -> None:
    """The comparison sees something: with a file emptied that was asked for, the answers differ."""
    before = answers(code_base)
    changed = copied(code_base, tmp_path / "changed" / code_base.name)
    for path in before.wanted:
        (changed / path).write_bytes(b"pass\n")
    assert answers(changed) - before


def test_unreadable_files_are_told_of_only_where_they_are_wanted(tmp_path: Path) -> None:
    (tmp_path / "eda-lint.toml").write_text("")
    (tmp_path / "idle.py").write_text("def broken(:\n")
    (tmp_path / "sender.py").write_text("import kafka\ndef broken(:\n")
    for parse_all in (False, True):
        findings = json.loads(answers(tmp_path, parse_all=parse_all).findings)["findings"]
        assert [(each["code"], each["file"]) for each in findings] == [("EDA002", "sender.py")]


@given(st.sets(st.integers(0, 40), min_size=1), st.data())
def test_minimal_keeps_a_cause(causes: set[int], data: st.DataObject) -> None:
    guilty = data.draw(st.sets(st.sampled_from(sorted(causes)), min_size=1))
    found = minimal(sorted(causes), lambda paths: guilty <= set(paths))
    assert set(found) == guilty
