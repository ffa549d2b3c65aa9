"""EDA910: the same field, with another meaning. The page beside this file tells it in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.finding import Finding, Severity
from eda_lint.model.topology import Project
from eda_lint_rules.schema_evolution import changes


@dataclass(frozen=True)
class ChangedMeaning:
    """A change that every reader decodes, and after which the same bytes mean something else."""

    code: ClassVar[str] = "EDA910"
    name: ClassVar[str] = "changed-meaning"
    summary: ClassVar[str] = "A field that still decodes means something else"
    severity: ClassVar[Severity] = "info"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each such change of a schema that reaches a channel."""
        for found in changes.of_rule(project, self.code):
            yield changes.finding(type(self), project, found)
