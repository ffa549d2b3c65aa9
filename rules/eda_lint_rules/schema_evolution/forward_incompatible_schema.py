"""EDA902: a schema change after which old readers cannot read new data. The page beside this file tells it in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.finding import Finding, Severity
from eda_lint.model.topology import Project
from eda_lint_rules.schema_evolution import changes


@dataclass(frozen=True)
class ForwardIncompatibleSchema:
    """A change after which a reader that has not been deployed yet cannot decode what the new sender writes.

    EDA904 to EDA906 take the changes that have a rule of their own; what breaks both ways is EDA901's.
    """

    code: ClassVar[str] = "EDA902"
    name: ClassVar[str] = "forward-incompatible-schema"
    summary: ClassVar[str] = "Old readers cannot read what the new schema writes"
    severity: ClassVar[Severity] = "error"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each such change of a schema that reaches a channel."""
        for found in changes.of_rule(project, self.code):
            yield changes.finding(type(self), project, found)
