"""Pages of idioms: how code bases hide a call behind their own functions, and what must be understood nevertheless."""

from __future__ import annotations

from pathlib import Path

import pytest

from eda_lint.testing import Case, check_case, page_cases

PAGES = sorted((Path(__file__).parent / "pages").glob("*.md"))
SILENT = "EDA002"
"""A rule that finds nothing in these programs: they are about operations."""


def cases() -> list[Case]:
    """The cases of all pages."""
    return [case for page in PAGES for case in page_cases(page.read_text(), origin=page.name, code=SILENT)]


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.origin.removesuffix('.md')}: {case.title}")
def test_idiom(case: Case) -> None:
    assert case.operations, "a case that expects nothing tests nothing"
    check_case(case)
