"""EDA905: a value that old readers of a closed enumeration refuse. The page beside this file tells it in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.finding import Finding, Severity
from eda_lint.model.topology import Project
from eda_lint_rules.schema_evolution import changes


@dataclass(frozen=True)
class ClosedEnumGrown:
    """An enumeration got a value, and readers of the old version have nothing to read it as."""

    code: ClassVar[str] = "EDA905"
    name: ClassVar[str] = "closed-enum-grown"
    summary: ClassVar[str] = "A closed enumeration got a value that old readers refuse"
    severity: ClassVar[Severity] = "warning"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each such change of a schema that reaches a channel."""
        for found in changes.of_rule(project, self.code):
            yield changes.finding(type(self), project, found)
