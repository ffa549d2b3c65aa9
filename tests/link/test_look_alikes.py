"""Programs that say words of messaging and send nothing: silence is right, an operation would be a false accusation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from eda_lint.model.topology import Project
from eda_lint.testing import Case, page_cases

PAGE = Path(__file__).parent / "look_alikes" / "look_alikes.md"
READ = "import kafka\n"
"""Makes a file one that is read for certain."""
CASES = page_cases(PAGE.read_text(), origin=PAGE.stem, code="EDA002")


def test_there_are_many() -> None:
    assert len(CASES) >= 30


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_look_alike(link: Callable[..., Project], case: Case) -> None:
    project = link({path: READ + str(text) for path, text in case.files.items()})
    assert project.coverage.parsed == len(case.files)
    assert project.operations == ()
