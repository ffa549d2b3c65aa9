"""EDA903: a field number with a second meaning, or one that may get it. The page beside this file tells it in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.finding import Finding, Severity
from eda_lint.model.topology import Project
from eda_lint_rules.schema_evolution import changes


@dataclass(frozen=True)
class ReusedNumber:
    """A number of Protobuf or Thrift that was given another field, or freed without being reserved.

    The number is the field: what was written under it is read as whatever has it now.
    """

    code: ClassVar[str] = "EDA903"
    name: ClassVar[str] = "reused-number"
    summary: ClassVar[str] = "A field number was reused, or freed without being reserved"
    severity: ClassVar[Severity] = "error"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each number. One that is only free to be taken counts as a warning."""
        for found in changes.of_rule(project, self.code):
            taken = found.change.kind not in ("field-removed", "symbol-removed", "reserved-removed")
            yield changes.finding(type(self), project, found, at_most=None if taken else "warning")
