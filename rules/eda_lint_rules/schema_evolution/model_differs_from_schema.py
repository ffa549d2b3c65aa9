"""EDA907: a model class that says something else than the schema beside it. The page beside this file tells it in
full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.contract import Divergence
from eda_lint.model.finding import Finding, Note, Severity
from eda_lint.model.topology import Project

_SHOWN = 3


@dataclass(frozen=True)
class ModelDiffersFromSchema:
    """The code's class and the checked-in document of one message on one channel do not agree."""

    code: ClassVar[str] = "EDA907"
    name: ClassVar[str] = "model-differs-from-schema"
    summary: ClassVar[str] = "A model class and the checked-in schema of its message disagree"
    severity: ClassVar[Severity] = "warning"
    preview: ClassVar[bool] = True
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each class and document, at the class's first field that differs."""
        for divergence in project.divergences:
            yield _finding(divergence)


def _finding(divergence: Divergence) -> Finding:
    model, document = divergence.model, divergence.document
    found = divergence.comparison.changes
    told = "; ".join(change.message for change in found[:_SHOWN])
    more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    place = next((change.new_place for change in found if change.new_place is not None), model.place)
    notes = [Note(document.place, "the document")]
    notes += [Note(change.old_place, change.message) for change in found if change.old_place is not None]
    for change in found:
        if change.new_place is not None and change.new_place != place:
            notes.append(Note(change.new_place, change.message))
    return Finding(
        code=ModelDiffersFromSchema.code,
        name=ModelDiffersFromSchema.name,
        message=f"`{model.name}` and `{document.place.file}` are the same message and do not say the same: "
        f"{told}{more}. Whoever goes by the document reads or writes something else than this code.",
        place=place,
        confidence="likely",
        notes=tuple(dict.fromkeys(notes)),
        channels=tuple(sorted(set(model.channels) & set(document.channels))),
        symbol=model.name,
        shape=document.name,
    )
