"""Unions of two versions: each branch a writer may write must be taken by a branch of the reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from eda_lint.errors import shown
from eda_lint.model.schema import (
    Choice,
    Dictionary,
    Enumeration,
    Record,
    Reference,
    Scalar,
    Sequence,
    Type,
    Verdict,
)
from eda_lint.schemas.dialect import worst
from eda_lint.schemas.diff import Difference, Found, Spot, Step, Walk
from eda_lint.schemas.display import type_text

Direction = Literal["backward", "forward"]
Judge = Callable[[Difference, Direction], Verdict]

_MAX_CANDIDATES = 60
_MAX_NESTED = 400


def compare_choices(old: Type, new: Type, spot: Spot, walk: Walk, judge: Judge) -> Found:
    """What differs between two types of which at least one is a union."""
    discriminators = {one.discriminator for one in (old, new) if isinstance(one, Choice) and one.discriminator}
    if len(discriminators) > 1:
        yield Difference(
            "discriminator-changed", spot, f"the field that tells variants apart changed: {discriminators}"
        )
    discriminator = next(iter(sorted(discriminators)), "")
    before = _branches(old, walk.old_type)
    after = _branches(new, walk.new_type)
    pairs, lost, found = _paired(before, after, discriminator, walk)
    several = sum(isinstance(walk.new_type(one), Record) for one in after) > 1
    for one, other in pairs:
        record = walk.new_type(other)
        name = record.name.rpartition(".")[2] if several and isinstance(record, Record) else ""
        yield Step(one, other, _where_it_counts(one, other, before, after, spot.into(shown(name)), walk, judge))
    for branch in lost:
        verdict = _best(walk, branch, after, "backward", judge)
        if verdict != "ok":
            yield _alone(branch, spot, walk.old_type, verdict, added=False)
    for branch in found:
        verdict = _best(walk, branch, before, "forward", judge)
        if verdict != "ok":
            yield _alone(branch, spot, walk.new_type, verdict, added=True)


def _where_it_counts(
    one: Type, other: Type, before: list[Type], after: list[Type], spot: Spot, walk: Walk, judge: Judge
) -> Spot:
    """The spot of a pair for the directions in which no other branch of the reader takes what the pair breaks
    (`Literal["a"] | str` takes what `Literal["a", "b"] | str` writes)."""
    if len(before) == len(after) == 1:
        return spot
    found = walk.compare(one, other)
    by_new = worst(judge(change, "backward") for change in found) != "break"
    by_old = worst(judge(change, "forward") for change in found) != "break"
    return spot.only(
        backward=by_new or _best(walk, one, after, "backward", judge) == "break",
        forward=by_old or _best(walk, other, before, "forward", judge) == "break",
    )


def _branches(type_: Type, resolve: Callable[[Type], Type]) -> list[Type]:
    """The branches of a union, those of unions inside of it included; a type that is none is its only branch."""
    found: list[Type] = []
    pending = [type_]
    while pending and len(found) < _MAX_NESTED:
        one = pending.pop()
        resolved = resolve(one)
        if isinstance(resolved, Choice):
            pending.extend(reversed(resolved.branches))
        else:
            found.append(one)
    return found


def _paired(
    before: list[Type], after: list[Type], discriminator: str, walk: Walk
) -> tuple[list[tuple[Type, Type]], list[Type], list[Type]]:
    """Branches that stand for each other, then those of one side alone."""
    pairs: list[tuple[Type, Type]] = []
    rest_old, rest_new = list(before), list(after)
    for key_of in (_whole, lambda type_, _: _key(type_, discriminator), lambda type_, _: _shape(type_)):
        keys_old = _unique([key_of(walk.old_type(one), one) for one in rest_old])
        keys_new = _unique([key_of(walk.new_type(one), one) for one in rest_new])
        places = {key: index for index, key in enumerate(keys_new) if key is not None}
        matched = [(i, places[key]) for i, key in enumerate(keys_old) if key is not None and key in places]
        pairs += [(rest_old[i], rest_new[j]) for i, j in matched]
        taken_old, taken_new = {i for i, _ in matched}, {j for _, j in matched}
        rest_old = [one for i, one in enumerate(rest_old) if i not in taken_old]
        rest_new = [one for j, one in enumerate(rest_new) if j not in taken_new]
    return pairs, rest_old, rest_new


def _unique(keys: list[object]) -> list[object]:
    """The keys, those that stand several times replaced by None."""
    return [key if keys.count(key) == 1 else None for key in keys]


def _whole(_: Type, written: Type) -> object:
    """The type itself, references by their last name."""
    return ("reference", written.name.rpartition(".")[2]) if isinstance(written, Reference) else written


def _key(type_: Type, discriminator: str) -> object:
    """What tells a branch from others of its union: its tag, the constant in the discriminating field."""
    if not isinstance(type_, Record):
        return None
    if type_.tag is not None:
        return ("tag", type_.tag)
    for field in type_.fields:
        if discriminator in (field.wire_name, field.name) and isinstance(field.type, Enumeration):
            return ("value", tuple(str(symbol.value) for symbol in field.type.symbols))
    return None


def _shape(type_: Type) -> object:
    match type_:
        case Scalar(kind=kind):
            return ("scalar", kind)
        case Sequence():
            return "sequence"
        case Dictionary():
            return "dictionary"
        case Enumeration():
            return "enumeration"
    return None


def _best(walk: Walk, branch: Type, candidates: list[Type], direction: Direction, judge: Judge) -> Verdict:
    """The best verdict that a branch of the writer gets from the branches of the reader."""
    best: Verdict = "break"
    for candidate in candidates[:_MAX_CANDIDATES]:
        old, new = (branch, candidate) if direction == "backward" else (candidate, branch)
        found = walk.compare(old, new)
        verdict = worst(judge(one, direction) for one in found)
        if verdict == "ok":
            return "ok"
        best = verdict if best == "break" else best
    return best


def _alone(branch: Type, spot: Spot, resolve: Callable[[Type], Type], verdict: Verdict, *, added: bool) -> Difference:
    resolved = resolve(branch)
    text = type_text(branch)
    if isinstance(resolved, Scalar) and resolved.kind == "null":
        if added:
            return Difference(
                "null-added", spot, "null is allowed now: old readers refuse it", new=text, forward=verdict
            )
        message = "null is no longer allowed: a new reader refuses old messages that have it"
        return Difference("null-removed", spot, message, old=text, backward=verdict)
    if added:
        message = f"variant {shown(text)} added: old readers do not know it"
        return Difference("branch-added", spot, message, new=text, forward=verdict)
    message = f"variant {shown(text)} removed: a new reader refuses old messages that have it"
    return Difference("branch-removed", spot, message, old=text, backward=verdict)
