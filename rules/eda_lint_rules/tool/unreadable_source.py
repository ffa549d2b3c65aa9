"""EDA002: a file that matters could not be read. The page beside this file tells it in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.finding import Finding, Severity
from eda_lint.model.topology import Project


@dataclass(frozen=True, slots=True)
class UnreadableSource:
    """Every problem of a file whose content was asked for."""

    code: ClassVar[str] = "EDA002"
    name: ClassVar[str] = "unreadable-source"
    summary: ClassVar[str] = "A file that has to do with messages could not be read"
    severity: ClassVar[Severity] = "warning"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding per problem of a wanted file, where the problem is."""
        for problem in project.problems:
            if problem.wanted and not _is_template(problem.place.file):
                yield Finding(
                    code=self.code,
                    name=self.name,
                    message=f"This file was not understood, so whatever it sends or receives is missing from "
                    f"this report: {problem.message}",
                    place=problem.place,
                    symbol=problem.place.file,
                    shape=problem.kind,
                )


def _is_template(path: str) -> bool:
    """Whether a file is one to be filled in (cookiecutter, copier, Jinja): it is no Python before that."""
    return "{{" in path or "{%" in path or "templates" in path.split("/")
