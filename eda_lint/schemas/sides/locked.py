"""A lock file, or a bundle of several states, as the old side."""

from __future__ import annotations

from collections.abc import Sequence

from eda_lint.model.contract import Contract
from eda_lint.schemas.evolution import Version, without_same


class LockSide:
    """Contracts as a lock file has them. A contract whose file moved is known by its name, if only one has it."""

    def __init__(self, contracts: Sequence[Contract], label: str) -> None:
        self._label = label
        self._contracts = tuple(contracts)

    def versions(self, contract: Contract, *, every: bool) -> Sequence[Version]:
        """The versions in the file, the last written first."""
        same = [one for one in self._contracts if one.identity == contract.identity]
        if not same:
            named = [one for one in self._contracts if (one.name, one.dialect) == (contract.name, contract.dialect)]
            same = named if len({one.place.file for one in named}) == 1 else []
        found = [Version(self._named(one), one.schema, one.place.file) for one in reversed(same)]
        return found if every else found[:1]

    def gone(self, contracts: Sequence[Contract]) -> Sequence[Contract]:
        """Contracts of the file that are no longer there, by file and by name."""
        known = {one.identity for one in contracts} | {(one.name, one.dialect) for one in contracts}
        gone = [one for one in self._contracts if one.identity not in known and (one.name, one.dialect) not in known]
        return without_same(gone, contracts)

    def _named(self, contract: Contract) -> str:
        return f"{self._label} (version {contract.version})" if contract.version else self._label
