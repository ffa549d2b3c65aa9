"""What `--staged` reports: the findings that have to do with the commit being made.

A finding stays if any of its places is in a staged file. A deleted file has no places any more, yet deleting the
only consumer of a channel is a fault of this commit: with Python files deleted or renamed away, findings about the
topology (family EDA8) stay wherever they are.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from typing import TYPE_CHECKING

from eda_lint.model.finding import Judged, Outcome

if TYPE_CHECKING:
    from eda_lint.discover.git import Staged

TOPOLOGY_FAMILY = "EDA8"


def filtered(outcome: Outcome, change: Staged) -> Outcome:
    """The outcome with the findings that have to do with the staged set; the others are counted in `filtered`."""
    removes_code = any(path.endswith(".py") for path in change.deleted)
    kept = tuple(each for each in outcome.judged if _concerns(each, change.paths, removes_code=removes_code))
    return replace(outcome, judged=kept, filtered=outcome.filtered + len(outcome.judged) - len(kept))


def _concerns(judged: Judged, files: Set[str], *, removes_code: bool) -> bool:
    finding = judged.finding
    if removes_code and finding.code.startswith(TOPOLOGY_FAMILY):
        return True
    return any(place.file in files for place in (finding.place, *(note.place for note in finding.notes)))
