"""Schema documents that were removed while their messages are still sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eda_lint.model.contract import Evolution
from eda_lint.model.topology import Operation, Project


@dataclass(frozen=True, slots=True)
class Gone:
    """A document that is no longer there, and what still sends or reads its message."""

    evolution: Evolution
    operations: tuple[Operation, ...]


def removed(project: Project) -> Iterator[Gone]:
    """Removed documents whose type operations of the project still name."""
    for evolution in project.evolutions:
        contract = evolution.contract
        if not evolution.removed:
            continue
        names = {name.rpartition(".")[2] for name in (contract.name, *contract.schema.definitions)}
        found = [one for one in project.operations if one.message in names and not one.in_test and not one.wrapper]
        if found:
            ordered = sorted(found, key=lambda one: (one.action != "send", one.place, one.id))
            yield Gone(evolution, tuple(ordered))
