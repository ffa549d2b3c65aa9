"""EDA906: a field under a new name, without an alias for the old one. The page beside this file tells it in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.finding import Finding, Severity
from eda_lint.model.topology import Project
from eda_lint_rules.schema_evolution import changes


@dataclass(frozen=True)
class RenamedField:
    """A field of the same type and a similar name took the place of another: values are lost without an error.

    Where numbers are on the wire the binary encoding does not mind, but JSON and code do: that counts as information.
    """

    code: ClassVar[str] = "EDA906"
    name: ClassVar[str] = "renamed-field"
    summary: ClassVar[str] = "A field was renamed without an alias"
    severity: ClassVar[Severity] = "warning"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each renamed field."""
        for found in changes.of_rule(project, self.code):
            numbered = found.evolution.comparison.dialect in changes.NUMBERED
            yield changes.finding(type(self), project, found, at_most="info" if numbered else None)
