"""Every page of every installed rule is in form, and each of its cases comes out as it says."""

from __future__ import annotations

import pytest

from eda_lint.testing import Case, Page, check_case, pages

PAGES = pages()
CASES = [pytest.param(case, id=f"{page.code}: {case.title}") for page in PAGES for case in page.cases()]


def test_rules_are_installed() -> None:
    assert PAGES, "no rule is registered: install the project (`pip install -e .`), so that its entry point exists"


@pytest.mark.parametrize("page", [pytest.param(page, id=page.code) for page in PAGES])
def test_form(page: Page) -> None:
    assert page.faults() == ()


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check_case(case)
