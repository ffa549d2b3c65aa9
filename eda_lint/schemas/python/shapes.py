"""Types put together and measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from eda_lint.model.schema import Choice, Dictionary, Enumeration, Scalar, Sequence, Type

ANY = Scalar("any")
NULL = Scalar("null")

MAX_SIZE = 60
"""Parts of an alias that is written out where it is used."""


def choice(branches: Iterable[Type]) -> Type:
    """A union, flat and without a branch given twice; a single branch is itself."""
    flat: dict[Type, None] = {}
    for branch in branches:
        for inner in branch.branches if isinstance(branch, Choice) and not branch.discriminator else (branch,):
            flat[inner] = None
    return Choice(tuple(flat)) if len(flat) != 1 else next(iter(flat))


def size(type_: Type, bound: int = MAX_SIZE) -> int:
    """How many parts a type has, counted up to a bound; references are one."""
    count, pending = 0, [type_]
    while pending and count <= bound:
        one = pending.pop()
        count += 1
        match one:
            case Sequence(items=items, prefix=prefix):
                pending.extend((items, *prefix))
            case Dictionary(values=values, keys=keys):
                pending.extend((values, keys))
            case Choice(branches=branches):
                pending.extend(branches)
            case Enumeration(symbols=symbols):
                count += len(symbols)
    return count


def discriminated(type_: Type, discriminator: str) -> Type:
    """A choice told apart by a field."""
    return replace(type_, discriminator=discriminator) if isinstance(type_, Choice) else type_
