"""Test rules against their own pages, and projects against comments in their own files.

A rule's page is its documentation and its test: its titled code blocks form small projects, and comments in them
say what must be found (`eda_lint.testing.annotations` lists them, `eda_lint.testing.spec` says how a page is read).
The shipped rules are tested with nothing else. For the rules of another package:

    import pytest
    from acme_rules import RULES
    from eda_lint.testing import check_case, pages

    PAGES = pages(RULES)

    @pytest.mark.parametrize("page", PAGES, ids=lambda page: page.code)
    def test_form(page):
        assert page.faults() == ()

    @pytest.mark.parametrize("case", [case for page in PAGES for case in page.cases()], ids=lambda case: case.title)
    def test_case(case):
        check_case(case, RULES)

`fixtures(directory)` gives the same for directories, each a project with an `eda-lint.toml`. A case only compares
what its page is about: the page's own rule, and the rules that a block names with `codes="…"` or expects; a
directory is held to the default set. `run_case` gives the differences as values instead of raising.
"""

from __future__ import annotations

from eda_lint.testing.annotations import AnnotationError, Expectation, OperationExpectation
from eda_lint.testing.compare import Mismatch, describe
from eda_lint.testing.harness import Analysis, Engine, Page, check_case, fixtures, pages, run_case
from eda_lint.testing.spec import SECTIONS, Case, SpecError, directory_case, page_cases, page_faults

__all__ = [
    "SECTIONS",
    "Analysis",
    "AnnotationError",
    "Case",
    "Engine",
    "Expectation",
    "Mismatch",
    "OperationExpectation",
    "Page",
    "SpecError",
    "check_case",
    "describe",
    "directory_case",
    "fixtures",
    "page_cases",
    "page_faults",
    "pages",
    "run_case",
]
