from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from eda_lint.check.plugins import Registered
from eda_lint.model.finding import Finding, Severity
from eda_lint.model.topology import Place, Project
from eda_lint.testing import Analysis, Case, Engine, SpecError, check_case, fixtures, page_cases, run_case


def engine(seen: list[dict[str, bytes]], *findings: Finding) -> Engine:
    """An engine that records what it was given and answers with fixed findings."""

    def answer(
        root: Path, base: Path | None, codes: frozenset[str] | None, rules: Sequence[Registered]
    ) -> Analysis:
        for place in (root, base):
            if place is not None:
                files = (path for path in place.rglob("*") if path.is_file())
                seen.append({path.relative_to(place).as_posix(): path.read_bytes() for path in files})
        return Analysis(findings, ())

    return answer


def test_the_case_is_written_without_annotations_as_a_root_of_its_own() -> None:
    seen: list[dict[str, bytes]] = []
    (case,) = page_cases('## A\n```python title="svc/a.py"\nf()  # expect: EDA101 "x"\n```\n', code="EDA101")
    found = Finding("EDA101", "rule", "x", Place("svc/a.py", 1))
    assert run_case(case, (), engine=engine(seen, found)) == []
    assert seen == [{"eda-lint.toml": b"", "svc/a.py": b"f()\n"}]


def test_the_older_state_has_the_cases_configuration() -> None:
    seen: list[dict[str, bytes]] = []
    case = Case("t", {"eda-lint.toml": "preview = true\n", "a.py": "2"}, before={"a.py": "1"})
    run_case(case, (), engine=engine(seen))
    assert seen[1] == {"eda-lint.toml": b"preview = true\n", "a.py": b"1"}


def test_bytes_and_line_ends_are_written_as_they_are() -> None:
    seen: list[dict[str, bytes]] = []
    run_case(Case("t", {"a.py": b"\xff", "b.py": "x\r\n"}), (), engine=engine(seen))
    assert seen[0]["a.py"] == b"\xff"
    assert seen[0]["b.py"] == b"x\r\n"


def test_check_case_raises_with_the_differences() -> None:
    (case,) = page_cases('## A\n```python title="a.py"\nf()  # expect: EDA101\n```\n', code="EDA101")
    with pytest.raises(AssertionError, match=r"missing: EDA101"):
        check_case(case, (), engine=engine([]))
    check_case(case, (), engine=engine([], Finding("EDA101", "rule", "x", Place("a.py", 1))))


@dataclass(frozen=True)
class NoPage:
    """A rule without a page beside its module."""

    code: ClassVar[str] = "ACME001"
    name: ClassVar[str] = "no-page"
    summary: ClassVar[str] = "Nothing"
    severity: ClassVar[Severity] = "warning"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        return ()


def test_rules_given_directly_are_validated_like_a_plugins() -> None:
    with pytest.raises(Exception, match="ACME001"):
        run_case(Case("t", {"a.py": ""}), (NoPage,), engine=engine([]))


def test_fixtures_are_directories_with_a_configuration(tmp_path: Path) -> None:
    with pytest.raises(SpecError):
        list(fixtures(tmp_path))
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "eda-lint.toml").write_text("")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.py").write_text("")
    assert [case.title for case in fixtures(tmp_path)] == ["shop"]
