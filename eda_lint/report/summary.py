"""What a run amounts to, in figures and in the line that ends every report."""

from __future__ import annotations

from dataclasses import dataclass

from eda_lint.model.finding import Outcome

NO_OPERATIONS = "No message operations were found, so nothing was checked."
"""Said loudly: a run that understood nothing must not look clean."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of an outcome. Errors, warnings and infos are those that count."""

    errors: int
    warnings: int
    infos: int
    suppressed: int
    baselined: int

    @property
    def counting(self) -> int:
        """Findings that are neither suppressed nor baselined."""
        return self.errors + self.warnings + self.infos


def totals(outcome: Outcome) -> Totals:
    """The counts of an outcome. A finding that is both suppressed and baselined counts as suppressed."""
    by_severity = {"error": 0, "warning": 0, "info": 0}
    for each in outcome.judged:
        if each.counts:
            by_severity[each.severity] += 1
    return Totals(
        errors=by_severity["error"],
        warnings=by_severity["warning"],
        infos=by_severity["info"],
        suppressed=sum(each.suppressed for each in outcome.judged),
        baselined=sum(each.baselined and not each.suppressed for each in outcome.judged),
    )


def closing_line(outcome: Outcome) -> str:
    """Findings by severity, what was left out, and how much was understood, in one line."""
    return f"{_found(outcome)} {_understood(outcome)}"


def no_operations(outcome: Outcome) -> str:
    """What to say where no operation was found, or `""`."""
    coverage = outcome.coverage
    if coverage.operations:
        return ""
    looked = f"{_count(coverage.files, 'Python file')} under the root, {coverage.parsed} of them read"
    return (
        f"{NO_OPERATIONS} ({looked}.) Is this the right root, and does the code use a client that eda-lint knows? "
        "`eda-lint coverage` tells; `[[tool.eda-lint.wrappers]]` declares in-house clients."
    )


def _found(outcome: Outcome) -> str:
    counts = totals(outcome)
    parts = [
        _count(number, word)
        for number, word in ((counts.errors, "error"), (counts.warnings, "warning"), (counts.infos, "info"))
        if number
    ]
    found = ", ".join(parts) if parts else "No findings"
    left_out = [
        f"{number} {word}"
        for number, word in (
            (counts.suppressed, "suppressed"),
            (counts.baselined, "baselined"),
            (outcome.filtered, "outside the given paths"),
        )
        if number
    ]
    return f"{found} ({', '.join(left_out)})." if left_out else f"{found}."


def _understood(outcome: Outcome) -> str:
    coverage = outcome.coverage
    return (
        f"{_count(coverage.operations, 'message operation')} found, {coverage.resolved} resolved; "
        f"{coverage.parsed} of {_count(coverage.files, 'file')} read."
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
