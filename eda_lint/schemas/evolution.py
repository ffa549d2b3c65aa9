"""What became of contracts: each held against the older versions that an old side knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from eda_lint.model.contract import Contract, Evolution
from eda_lint.model.schema import Comparison, Definition, Dialect, Schema
from eda_lint.schemas.compat import compare_schemas, worst
from eda_lint.schemas.modes import Mode, asks_backward, asks_forward, is_transitive


@dataclass(frozen=True, slots=True)
class Version:
    """One older version of a contract. `label` names it for people, `file` is where it lay (empty: where it lies)."""

    label: str
    schema: Schema
    file: str = ""


class OldSide(Protocol):
    """Older states of contracts: a git ref, a directory, a lock file, a registry."""

    def versions(self, contract: Contract, *, every: bool) -> Sequence[Version]:
        """Older versions of a contract, the latest first; the latest alone unless `every`. Empty: it is new.

        Raises EdaLintError where the side cannot answer.
        """

    def gone(self, contracts: Sequence[Contract]) -> Sequence[Contract]:
        """Contracts that the side knows and that are no longer among these (or all, if none lie in a known file)."""


def evolutions(contracts: Iterable[Contract], side: OldSide, mode: Mode) -> tuple[Evolution, ...]:
    """Every contract that changed since the versions that a mode asks about, with what changed; the worst first is not
    decided here. A contract without an older version is new and has none."""
    if mode == "NONE":
        return ()
    found: list[Evolution] = []
    now = tuple(contracts)
    documents = {contract.place.file for contract in now if contract.whole}
    asks = (asks_backward(mode), asks_forward(mode))
    for contract in now:
        for version in side.versions(contract, every=is_transitive(mode)):
            comparison = compare_schemas(version.schema, contract.schema)
            if contract.whole:
                comparison = _told_once(comparison, documents - {contract.place.file})
            if comparison.changes:
                moved = version.file if version.file != contract.place.file else ""
                found.append(Evolution(contract, version.label, comparison, moved, False, *asks))
    for old in side.gone(now):
        empty = replace(old.schema, root=None, definitions={}, services=(), files=())
        before = replace(old.schema, root=None, definitions=_own(old))
        found.append(Evolution(old, "", compare_schemas(before, empty), "", True, *asks))
    return tuple(found)


def _told_once(comparison: Comparison, elsewhere: set[str]) -> Comparison:
    """A comparison without the changes in other documents: they are told there, and not by each that imports them."""
    kept = tuple(
        change
        for change in comparison.changes
        if (place := change.new_place or change.old_place) is None or place.file not in elsewhere
    )
    if len(kept) == len(comparison.changes):
        return comparison
    backward, forward = worst(c.backward for c in kept), worst(c.forward for c in kept)
    return replace(comparison, changes=kept, backward=backward, forward=forward)


def _own(contract: Contract) -> dict[str, Definition]:
    """What the document of a contract defines itself: what it only refers to is not gone with it."""
    own = {
        name: one
        for name, one in contract.schema.definitions.items()
        if one.place is None or one.place.file == contract.place.file
    }
    return own or dict(contract.schema.definitions)


def without_same(gone: Sequence[Contract], contracts: Sequence[Contract]) -> list[Contract]:
    """Of contracts that are gone, those that no present one says word for word: the others only moved."""
    present: dict[Dialect, list[Schema]] = {}
    for contract in contracts:
        present.setdefault(contract.dialect, []).append(contract.schema)
    return [
        old
        for old in gone
        if not any(
            set(old.schema.definitions) == set(schema.definitions) and not compare_schemas(old.schema, schema).changes
            for schema in present.get(old.dialect, ())
        )
    ]
