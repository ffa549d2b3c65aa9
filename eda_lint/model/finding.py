"""A finding: one fault, one place, notes elsewhere. It holds no severity and no syntax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from eda_lint.model.topology import Confidence, Coverage, Place, SourceProblem

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Note:
    """Another place that belongs to the fault: the other end, or a step of the evidence."""

    place: Place
    message: str
    step: bool = False
    """Part of the path of evidence (receive → handler → call → effect), in order."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found."""

    code: str
    name: str
    message: str
    """What happens at run time and what to do, in one or two sentences. The first is the title."""
    place: Place
    confidence: Confidence = "proven"
    mend: str = ""
    """The exact change that would mend it, in this library's API."""
    notes: tuple[Note, ...] = ()
    services: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    symbol: str = ""
    """What the fingerprint is made of with `shape`: qualified function or message type; no line, no inferred name."""
    shape: str = ""
    """The shape of the fault, stable under better inference (e.g. the library method)."""
    at_most: Severity | None = None
    """It counts as no more than this, however grave the rule is configured to be: what was found is a weaker form of
    what the rule is about (an unread channel where not all readers are known)."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding under the user's configuration: with severity, fingerprint, and whether it counts."""

    finding: Finding
    severity: Severity
    fingerprint: str
    suppressed: bool = False
    suppression: str = ""
    """The reason given with the suppression."""
    baselined: bool = False

    @property
    def counts(self) -> bool:
        """Whether it can make the run fail."""
        return not (self.suppressed or self.baselined)


@dataclass(frozen=True, slots=True)
class RuleCard:
    """A rule as reports show it."""

    code: str
    name: str
    summary: str
    severity: Severity
    """Default severity."""
    preview: bool
    since: str
    page: str
    """The rule's Markdown page, whole."""


@dataclass(frozen=True, slots=True)
class Crash:
    """A rule that failed instead of answering. The other rules' findings stand, but the run is not a success."""

    code: str
    name: str
    plugin: str
    """The distribution (or entry point) that the rule came with."""
    message: str
    """One line: the exception and where in the plugin it arose."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of the rules gives; the only thing that reporters see (with the sources for code frames)."""

    judged: tuple[Judged, ...]
    """By (path, line, column, code). Suppressed and baselined ones are marked, never left out."""
    rules: tuple[RuleCard, ...]
    """The rules that ran, by code."""
    coverage: Coverage
    problems: tuple[SourceProblem, ...] = ()
    fail_on: Severity | Literal["never"] = "warning"
    filtered: int = 0
    """Findings left out because they touch none of the given paths."""
    crashes: tuple[Crash, ...] = ()
    """Rules that failed, by code."""

    @property
    def failed(self) -> bool:
        """Whether a finding that counts is at or above `fail_on`."""
        rank = {"never": 0, "error": 1, "warning": 2, "info": 3}
        return any(j.counts and rank[j.severity] <= rank[self.fail_on] for j in self.judged)

    @property
    def exit_code(self) -> Literal[0, 1, 2]:
        """0 clean, 1 findings at or above `fail_on`, 2 where a rule crashed: what was not judged is not clean."""
        if self.crashes:
            return 2
        return 1 if self.failed else 0
