"""One page for each client: a small program that uses it, with what must be understood of each line."""

from __future__ import annotations

from pathlib import Path

import pytest

from eda_lint.catalog.load import load_catalog
from eda_lint.testing import Case, check_case, page_cases

PAGES = sorted((Path(__file__).parent / "pages").glob("*.md"))
SILENT = "EDA002"
"""A rule that finds nothing in these programs: they are about operations."""


def cases() -> list[Case]:
    """The cases of all pages, with the page's name for title."""
    return [case for page in PAGES for case in page_cases(page.read_text(), origin=page.name, code=SILENT)]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.origin.removesuffix(".md"))
def test_client(case: Case) -> None:
    assert any(not o.absent for o in case.operations), "a page that expects nothing tests nothing"
    check_case(case)


def test_every_client_has_a_page() -> None:
    titles = {page.read_text().splitlines()[0].removeprefix("# ") for page in PAGES}
    catalog = load_catalog()
    sending = {
        name
        for name, library in catalog.libraries.items()
        if set(library.imports) & catalog.import_roots()
        and any(row.action for t in library.types.values() for row in (*t.methods, *t.overrides))
    }
    assert sending <= titles
