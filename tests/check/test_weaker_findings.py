"""A finding may be a weaker form of what its rule is about: it never counts as more than it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eda_lint.check.run import judge
from eda_lint.config import Config
from eda_lint.model.finding import Finding, Severity
from eda_lint.model.topology import Place


@pytest.mark.parametrize(
    ("configured", "at_most", "expected"),
    [
        ("error", None, "error"),
        ("error", "info", "info"),
        ("warning", "error", "warning"),
        ("info", "warning", "info"),
        ("warning", "warning", "warning"),
    ],
)
def test_the_milder_of_both_counts(
    rules: Callable[..., Any],
    project: Callable[..., Any],
    configured: Severity,
    at_most: Severity | None,
    expected: Severity,
) -> None:
    finding = Finding("EDA801", "rule-eda801", "Nobody reads it", Place("a.py", 1), at_most=at_most)
    outcome = judge(
        project(), None, rules({"EDA801": [finding]}), config=Config(severity={"EDA801": configured}), places={},
        tests=lambda file: False,
    )  # fmt: skip
    assert [judged.severity for judged in outcome.judged] == [expected]
    assert outcome.failed == (expected != "info")
