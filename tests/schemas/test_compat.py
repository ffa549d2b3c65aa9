"""The table of verdicts, and what a comparison makes of them."""

from __future__ import annotations

import pytest

from eda_lint.model.schema import Dialect, Verdict
from eda_lint.schemas import compare
from eda_lint.schemas.avro import DIALECT as AVRO
from eda_lint.schemas.compat import TABLE
from eda_lint.schemas.dialect import DIALECTS, Row, rules_for, worst


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [((), "ok"), (("ok", "warn", "ok"), "warn"), (("break", "warn"), "break")],
)
def test_the_worst_verdict_counts(verdicts: tuple[Verdict, ...], expected: Verdict) -> None:
    assert worst(verdicts) == expected


@pytest.mark.parametrize("kind", AVRO.rows)
def test_the_reverse_of_a_change_breaks_the_other_side(kind: str) -> None:
    row = TABLE[kind, "avro"]
    mirror = TABLE[row.mirror or kind, "avro"]
    assert (mirror.backward, mirror.forward) == (row.forward, row.backward)
    assert (mirror.mirror or row.mirror or kind) == kind


def test_every_row_cites_what_decides_it() -> None:
    assert all(row.source for row in AVRO.rows.values())


def test_a_dialect_that_is_none_is_refused() -> None:
    wrong: Dialect = "xml"  # type: ignore[assignment]
    with pytest.raises(ValueError, match="xml"):
        rules_for(wrong)
    assert "xml" not in DIALECTS


def test_a_comparison_has_the_worst_verdict_of_each_direction_and_both_sides_problems() -> None:
    old = '{"type": "record", "name": "R", "fields": [{"name": "a", "type": "Gone"}]}'
    new = '{"type": "record", "name": "R", "fields": [{"name": "a", "type": "Gone"}, {"name": "b", "type": "int"}]}'
    comparison = compare(old, new, dialect="avro")
    assert (comparison.backward, comparison.forward) == ("break", "ok")
    assert [one.message for one in comparison.problems] == ["type `Gone` is not defined"] * 2


def test_a_row_says_nothing_of_levels_unless_the_dialect_has_some() -> None:
    row = Row("ok", "break", "somewhere")
    assert (row.wire, row.json, row.code, row.rules) == (None, None, None, ())
