"""Restrictions of values that were added, dropped, tightened or relaxed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from eda_lint.model.schema import Constant, Constraint, Dictionary, Record, Scalar, Sequence, Type, Verdict
from eda_lint.schemas.diff import Difference, Spot
from eda_lint.schemas.display import constant_text
from eda_lint.schemas.inclusion import Inclusions
from eda_lint.schemas.jsonschema.notes import ANNOTATIONS
from eda_lint.schemas.jsonschema.rows import KEYWORDS

__all__ = ["constraint_differences"]

_Bound = tuple[Fraction, bool]
_LOWER = {"minimum": False, "exclusiveMinimum": True}
_UPPER = {"maximum": False, "exclusiveMaximum": True}


def constraint_differences(
    old: Scalar | Record | Sequence | Dictionary,
    new: Scalar | Record | Sequence | Dictionary,
    spot: Spot,
    inclusions: Inclusions,
) -> Iterator[Difference]:
    """What differs between the restrictions of two types of one kind."""
    if old.constraints == new.constraints:
        return
    before, after = _by_keyword(old.constraints), _by_keyword(new.constraints)
    for side in (_LOWER, _UPPER):
        yield from _bound_differences(before, after, side, spot)
    for keyword in dict.fromkeys((*before, *after)):
        if keyword in _LOWER or keyword in _UPPER or before.get(keyword) == after.get(keyword):
            continue
        one, other = before.get(keyword), after.get(keyword)
        if keyword in ANNOTATIONS:
            yield _annotation(keyword, one, other, spot)
        elif one is None:
            yield _difference("constraint-added", keyword, one, other, spot)
        elif other is None:
            yield _difference("constraint-removed", keyword, one, other, spot)
        elif keyword.startswith(("min", "max")) and isinstance(one, int) and isinstance(other, int):
            tightened = (other > one) == keyword.startswith("min")
            yield _difference("constraint-tightened" if tightened else "constraint-relaxed", keyword, one, other, spot)
        else:
            yield _proven(old, keyword, one, other, spot, inclusions)


def _by_keyword(constraints: tuple[Constraint, ...]) -> dict[str, Constant]:
    return {each.keyword: each.value for each in constraints}


def _proven(old: Type, keyword: str, one: Constant, other: Constant, spot: Spot, inclusions: Inclusions) -> Difference:
    """A restriction whose values do not tell which of them is tighter."""
    kind = old.kind if isinstance(old, Scalar) else "any"
    before = Scalar(kind, constraints=(Constraint(keyword, one),))
    after = replace(before, constraints=(Constraint(keyword, other),))
    backward: Verdict = "ok" if inclusions.backward(before, after).answer == "yes" else "break"
    forward: Verdict = "ok" if inclusions.forward(before, after).answer == "yes" else "break"
    found = _difference("constraint-changed", keyword, one, other, spot)
    return replace(found, backward=backward, forward=forward)


def _bound_differences(
    before: dict[str, Constant], after: dict[str, Constant], side: dict[str, bool], spot: Spot
) -> Iterator[Difference]:
    """The bounds of numbers: the exclusive and the inclusive keyword say one thing together."""
    one, other = _bound(before, side), _bound(after, side)
    if one == other:
        return
    was, now = one or other, other or one
    assert was is not None
    assert now is not None
    keyword = _keyword(now if other else was, side)
    first = None if one is None else f"{_keyword(one, side)} {_shown(one[0])}"
    second = None if other is None else f"{_keyword(other, side)} {_shown(other[0])}"
    if one is None:
        kind = "constraint-added"
    elif other is None:
        kind = "constraint-removed"
    else:
        tighter = other > one if side is _LOWER else (other[0], not other[1]) < (one[0], not one[1])
        kind = "constraint-tightened" if tighter else "constraint-relaxed"
    yield _difference(kind, keyword, first, second, spot, quoted=False)


def _bound(constraints: dict[str, Constant], side: dict[str, bool]) -> _Bound | None:
    found: list[_Bound] = []
    for keyword, exclusive in side.items():
        value = constraints.get(keyword)
        if isinstance(value, int | float) and not isinstance(value, bool):
            found.append((Fraction(str(value)), exclusive))
    if not found:
        return None
    return max(found) if side is _LOWER else min(found, key=lambda bound: (bound[0], not bound[1]))


def _keyword(bound: _Bound, side: dict[str, bool]) -> str:
    return next(keyword for keyword, exclusive in side.items() if exclusive is bound[1])


def _shown(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else str(float(value))


def _difference(kind: str, keyword: str, one: Constant, other: Constant, spot: Spot, quoted: bool = True) -> Difference:
    first = "" if one is None else constant_text(one) if quoted else str(one)
    second = "" if other is None else constant_text(other) if quoted else str(other)
    what = {
        "constraint-added": f"`{keyword}` ({second}) added: new readers refuse old messages beyond it",
        "constraint-removed": f"`{keyword}` ({first}) removed: old readers refuse new messages beyond it",
        "constraint-tightened": f"`{keyword}` was {first}, is {second}: new readers refuse old messages beyond it",
        "constraint-relaxed": f"`{keyword}` was {first}, is {second}: old readers refuse new messages beyond theirs",
    }.get(kind, f"`{keyword}` was {first}, is {second}")
    return Difference(kind, spot, what, first, second, source=KEYWORDS.get(keyword, ""))


def _annotation(keyword: str, one: Constant, other: Constant, spot: Spot) -> Difference:
    first, second = constant_text(one), constant_text(other)
    if one is None:
        text = f"`{keyword}` is {second} now: readers that check it may refuse old messages"
        return Difference("annotation-added", spot, text, "", second)
    if other is None:
        text = f"`{keyword}` was {first}: old readers that check it may refuse new messages"
        return Difference("annotation-removed", spot, text, first, "")
    text = f"`{keyword}` was {first}, is {second}: readers that check it may refuse what the other side wrote"
    return Difference("annotation-changed", spot, text, first, second)
