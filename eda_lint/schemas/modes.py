"""Compatibility modes: which directions and which old versions a new schema must agree with.

The names are those of schema registries (Confluent's, Karapace, Apicurio). BACKWARD asks that new readers can read old
data, FORWARD that old readers can read new data, FULL asks for both; a mode that ends in `_TRANSITIVE` asks it of every
old version, the others of the last one. A stream that can be replayed holds data of all versions: it needs a
transitive mode.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from eda_lint.model.schema import Change, Comparison, Schema
from eda_lint.schemas.compat import compare_schemas

Mode = Literal["BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE", "NONE"]
MODES: tuple[Mode, ...] = get_args(Mode)

Order = Literal["any", "consumers-first", "producers-first", "none"]
"""Who is deployed first: `none` means that no order is safe."""

_ORDERS: dict[Order, str] = {
    "any": "Consumers and producers can be deployed in any order",
    "consumers-first": "Deploy consumers first: they read both versions, and no old consumer may meet new data",
    "producers-first": "Deploy producers first, and consumers when no old data is left to read",
    "none": "No order of deployment is safe: publish the new version on a channel of its own",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A new schema held against one old version; `version` counts from 0."""

    version: int
    comparison: Comparison
    breaks: tuple[Change, ...]
    """The changes that the mode does not allow."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A new schema held against the versions that a mode asks about, the latest first."""

    mode: Mode
    judged: tuple[Judged, ...]

    @property
    def compatible(self) -> bool:
        """The mode allows the new schema."""
        return not any(one.breaks for one in self.judged)


def mode_named(name: str) -> Mode:
    """A mode by its name in any case, with `-` or `_`. Raises ValueError for another name."""
    wanted = name.strip().upper().replace("-", "_")
    for mode in MODES:
        if mode == wanted:
            return mode
    raise ValueError(f"unknown compatibility mode {name!r}; the modes are {', '.join(MODES)}")


def asks_backward(mode: Mode) -> bool:
    """New readers must be able to read old data."""
    return mode.startswith(("BACKWARD", "FULL"))


def asks_forward(mode: Mode) -> bool:
    """Old readers must be able to read new data."""
    return mode.startswith(("FORWARD", "FULL"))


def is_transitive(mode: Mode) -> bool:
    """Every old version counts, not the last one alone."""
    return mode.endswith("_TRANSITIVE")


def breaking(comparison: Comparison, mode: Mode) -> tuple[Change, ...]:
    """The changes that a mode does not allow, in their order."""
    return tuple(
        change
        for change in comparison.changes
        if (asks_backward(mode) and change.backward == "break") or (asks_forward(mode) and change.forward == "break")
    )


def judge_history(history: Sequence[Schema], new: Schema, mode: Mode) -> Judgement:
    """Hold a new schema against its old versions, oldest first in `history`, as a mode asks."""
    if mode == "NONE" or not history:
        return Judgement(mode, ())
    first = 0 if is_transitive(mode) else len(history) - 1
    judged = []
    for version in range(len(history) - 1, first - 1, -1):
        comparison = compare_schemas(history[version], new)
        judged.append(Judged(version, comparison, breaking(comparison, mode)))
    return Judgement(mode, tuple(judged))


def deploy_order(comparison: Comparison) -> Order:
    """Which side can be deployed first without a moment in which somebody meets data that he cannot read."""
    if comparison.backward != "break":
        return "consumers-first" if comparison.forward == "break" else "any"
    return "none" if comparison.forward == "break" else "producers-first"


def order_text(order: Order) -> str:
    """A deploy order as a sentence for a message."""
    return _ORDERS[order]
