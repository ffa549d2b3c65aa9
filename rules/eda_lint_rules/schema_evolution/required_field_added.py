"""EDA904: a field that new readers require and old data lacks. The page beside this file tells it in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.finding import Finding, Severity
from eda_lint.model.topology import Project
from eda_lint_rules.schema_evolution import changes


@dataclass(frozen=True)
class RequiredFieldAdded:
    """A field became required: data written before lacks it, and the new reader refuses the message."""

    code: ClassVar[str] = "EDA904"
    name: ClassVar[str] = "required-field-added"
    summary: ClassVar[str] = "New readers require a field that old data lacks"
    severity: ClassVar[Severity] = "error"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each such change of a schema that reaches a channel."""
        for found in changes.of_rule(project, self.code):
            yield changes.finding(type(self), project, found)
