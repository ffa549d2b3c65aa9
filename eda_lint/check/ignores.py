"""Where findings do not count: suppressing comments and `per-file-ignores`, and which of the comments were used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from eda_lint.check.noqa import Suppressions
from eda_lint.check.unused import Use
from eda_lint.config import PathPatterns
from eda_lint.model.finding import Finding


@dataclass(frozen=True, slots=True)
class FileIgnore:
    """One entry of `per-file-ignores`. A glob is read as in `.gitignore`; a leading `!` means all other files."""

    pattern: str
    selectors: tuple[str, ...]
    files: PathPatterns

    def covers(self, finding: Finding) -> bool:
        """Whether the finding's file and rule are both meant."""
        named = any(
            selector in ("ALL", finding.name) or finding.code.startswith(selector) for selector in self.selectors
        )
        return named and self.files.match(finding.place.file) != self.pattern.startswith("!")


def read_file_ignores(table: Mapping[str, Sequence[str]]) -> tuple[FileIgnore, ...]:
    """The entries of `per-file-ignores`, in their order. Raises ConfigError for a malformed glob."""
    return tuple(
        FileIgnore(pattern, tuple(selectors), PathPatterns([pattern.removeprefix("!")]))
        for pattern, selectors in table.items()
    )


@dataclass(slots=True)
class Ignores:
    """Answers whether a finding is suppressed, and remembers which comments said so."""

    comments: Suppressions
    file_ignores: tuple[FileIgnore, ...] = ()
    used: set[Use] = field(default_factory=set)

    def suppression(self, finding: Finding) -> str | None:
        """The reason given with the suppression (`""` without one), or None if the finding counts.

        All comments that cover a finding count as used, so removing one of two is never asked for by accident.
        """
        reasons = []
        for comment in self.comments.covering(finding.place):
            for selector in comment.names(finding.code, finding.name):
                self.used.add((comment, selector))
                reasons.append(comment.reason)
        reasons.extend(f"per-file-ignores: {entry.pattern}" for entry in self.file_ignores if entry.covers(finding))
        return next((reason for reason in reasons if reason), "") if reasons else None
