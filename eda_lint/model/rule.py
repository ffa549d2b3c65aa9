"""The interface of a rule, the same for shipped rules and anybody's plugin.

A rule is a frozen dataclass. Its class attributes say what it is, its fields are its options (every field
has a default; an unknown option in the configuration is an error). It sees `(project, base)` and nothing
else: no file, clock, environment or I/O.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Protocol, runtime_checkable

from eda_lint.model.finding import Finding, Severity
from eda_lint.model.topology import Project


@runtime_checkable
class Rule(Protocol):
    """What the engine needs of a rule."""

    code: ClassVar[str]
    """`EDA` and three digits for the shipped ones; other packages choose their own letters."""
    name: ClassVar[str]
    """kebab-case; reads well after "allow"."""
    summary: ClassVar[str]
    """One line, no full stop."""
    severity: ClassVar[Severity]
    """Default severity."""
    preview: ClassVar[bool]
    """Not in the default set: runs with `--preview` or `extend-select`."""
    since: ClassVar[str]
    """First version that had it."""

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """Findings of this rule in `project`; `base` is the same project at an older state, if known."""
