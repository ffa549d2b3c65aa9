"""EDA901: a schema change after which new readers cannot read old data. The page beside this file tells it in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.finding import Finding, Note, Severity
from eda_lint.model.topology import Project
from eda_lint_rules.schema_evolution import changes
from eda_lint_rules.schema_evolution.gone import Gone, removed


@dataclass(frozen=True)
class BackwardIncompatibleSchema:
    """A change after which the new reader cannot decode what was written before: what waits in the channel, what is
    replayed, and what senders that are not deployed yet go on to write.

    EDA903 to EDA906 take the changes that have a rule of their own.
    """

    code: ClassVar[str] = "EDA901"
    name: ClassVar[str] = "backward-incompatible-schema"
    summary: ClassVar[str] = "New readers cannot read what the old schema wrote"
    severity: ClassVar[Severity] = "error"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each such change of a schema that reaches a channel, and for each removed document."""
        for found in changes.of_rule(project, self.code):
            yield changes.finding(type(self), project, found)
        for gone in removed(project):
            yield _removed(gone)


def _removed(gone: Gone) -> Finding:
    contract = gone.evolution.contract
    first = gone.operations[0]
    verb = "sent" if first.action == "send" else "read"
    return Finding(
        code=BackwardIncompatibleSchema.code,
        name=BackwardIncompatibleSchema.name,
        message=f"`{contract.place.file}`, the schema of `{first.message}`, was removed, and the message is still "
        f"{verb} here: nothing says any more what it holds.",
        place=first.place,
        confidence="likely",
        notes=tuple(Note(one.place, "it is named here too") for one in gone.operations[1:]),
        services=tuple(dict.fromkeys(one.service for one in gone.operations)),
        channels=tuple(dict.fromkeys(one.channel for one in gone.operations if one.channel)),
        symbol=contract.name,
        shape="removed",
        at_most="warning",
    )
