"""EDA001: a comment that suppresses nothing. The page beside this file tells it in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.finding import Finding, Severity
from eda_lint.model.topology import Project


@dataclass(frozen=True, slots=True)
class UnusedSuppression:
    """Announces the rule; the engine finds its faults, because only it sees what the other rules found."""

    code: ClassVar[str] = "EDA001"
    name: ClassVar[str] = "unused-suppression"
    summary: ClassVar[str] = "A suppression comment covers no finding"
    severity: ClassVar[Severity] = "warning"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """Nothing: comments are matched with findings after all rules have run."""
        return ()
