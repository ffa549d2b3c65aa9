"""Another state of the same files as the old side: a directory, or commits of a git repository."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eda_lint.model.contract import Contract
from eda_lint.schemas.documents import Documents
from eda_lint.schemas.evolution import Version, without_same


@dataclass(frozen=True, slots=True)
class State:
    """One older state of the code base. `renamed`: path now → path then, of files that moved."""

    label: str
    documents: Documents
    renamed: Mapping[str, str]


class TreeSide:
    """Older states of the code base, the latest first."""

    def __init__(self, state: State, history: Callable[[str], Sequence[State]] | None = None) -> None:
        """`history` gives the states in which a file differed, the latest first, for the transitive modes."""
        self._state = state
        self._history = history

    def versions(self, contract: Contract, *, every: bool) -> Sequence[Version]:
        """The contract as these states have it, by file (renames followed) and name."""
        path = contract.place.file
        states = [self._state]
        if every and self._history is not None:
            states += self._history(self._state.renamed.get(path, path))
        found: list[Version] = []
        for state in states:
            version = _version(state, contract)
            if version is not None and all(version.schema != known.schema for known in found):
                found.append(version)
        return found

    def gone(self, contracts: Sequence[Contract]) -> Sequence[Contract]:
        """Documents of the older state that are no longer there and were not moved either."""
        now = {contract.place.file for contract in contracts} | set(self._state.renamed.values())
        return without_same([old for old in self._state.documents.all() if old.place.file not in now], contracts)


def _version(state: State, contract: Contract) -> Version | None:
    path = state.renamed.get(contract.place.file, contract.place.file)
    old = state.documents.contract(path, "" if contract.whole else contract.name, dialect=contract.dialect)
    return None if old is None else Version(state.label, old.schema, path)
