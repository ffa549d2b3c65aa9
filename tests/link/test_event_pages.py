"""Idioms of event-driven code, one page each: small programs with what must be understood of each line."""

from __future__ import annotations

from pathlib import Path

import pytest

from eda_lint.testing import Case, check_case, page_cases

PAGES = sorted((Path(__file__).parent / "events").glob("*.md"))
SILENT = "EDA002"
"""A rule that finds nothing in these programs: they are about operations."""


def cases() -> list[Case]:
    """The cases of all pages."""
    return [case for page in PAGES for case in page_cases(page.read_text(), origin=page.stem, code=SILENT)]


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.origin}: {case.title}")
def test_idiom(case: Case) -> None:
    assert case.operations, "a case that expects nothing tests nothing"
    check_case(case)
