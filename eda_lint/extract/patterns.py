"""`case` patterns, in a flat table; what a capture binds is told as a part of the subject."""

from __future__ import annotations

import libcst as cst

from eda_lint.extract.walk import Walk
from eda_lint.model.facts import Pattern
from eda_lint.model.values import Attribute, Item


def pattern(walk: Walk, node: cst.MatchPattern, subject: int) -> int:
    """Index of a pattern that is matched against the value in row `subject`; its captures become bindings."""
    match node:
        case cst.MatchValue() | cst.MatchSingleton():
            return _add(walk, Pattern("value", walk.value(node.value)))
        case cst.MatchAs():
            return _as(walk, node, subject)
        case cst.MatchOr():
            # Any alternative's captures may be the ones that hold.
            walk.conditional += 1
            parts = [pattern(walk, each.pattern, subject) for each in node.patterns]
            walk.conditional -= 1
            return _add(walk, Pattern("or", parts=tuple(parts)))
        case cst.MatchList() | cst.MatchTuple():
            return _sequence(walk, node, subject)
        case cst.MatchMapping():
            return _mapping(walk, node, subject)
        case cst.MatchClass():
            return _class(walk, node, subject)
        case _:
            return _add(walk, Pattern("wildcard"))


def is_irrefutable(node: cst.MatchCase) -> bool:
    """Whether a case takes whatever comes: `case _:` or `case name:`."""
    return node.guard is None and isinstance(node.pattern, cst.MatchAs) and node.pattern.pattern is None


def _add(walk: Walk, found: Pattern) -> int:
    walk.patterns.append(found)
    return len(walk.patterns) - 1


def _capture(walk: Walk, node: cst.CSTNode, value: int, parts: tuple[int, ...] = ()) -> int:
    return _add(walk, Pattern("capture", parts=parts, binding=walk.bind(node, value)))


def _as(walk: Walk, node: cst.MatchAs, subject: int) -> int:
    inner = () if node.pattern is None else (pattern(walk, node.pattern, subject),)
    if node.name is None:
        return inner[0] if inner else _add(walk, Pattern("wildcard"))
    return _capture(walk, node, subject, inner)


def _sequence(walk: Walk, node: cst.MatchList | cst.MatchTuple, subject: int) -> int:
    parts = []
    count = len(node.patterns)
    after_star = False
    for index, each in enumerate(node.patterns):
        if isinstance(each, cst.MatchSequenceElement):
            key = walk.number(index - count if after_star else index)
            parts.append(pattern(walk, each.value, walk.add(Item(subject, key))))
            continue
        after_star = True
        if each.name is not None:
            parts.append(_capture(walk, each, walk.opaque("starred")))
        else:
            parts.append(_add(walk, Pattern("wildcard")))
    return _add(walk, Pattern("sequence", parts=tuple(parts)))


def _mapping(walk: Walk, node: cst.MatchMapping, subject: int) -> int:
    parts, keys = [], []
    for each in node.elements:
        key = walk.value(each.key)
        keys.append(str(key))
        parts.append(pattern(walk, each.pattern, walk.add(Item(subject, key))))
    if node.rest is not None:
        keys.append("")
        parts.append(_capture(walk, node, walk.opaque("rest")))
    return _add(walk, Pattern("mapping", parts=tuple(parts), keys=tuple(keys)))


def _class(walk: Walk, node: cst.MatchClass, subject: int) -> int:
    cls = walk.value(node.cls)
    parts, keys = [], []
    for positional in node.patterns:
        keys.append("")
        # `case str(x)`: for the builtins with one positional pattern it is the subject itself.
        only = len(node.patterns) == 1 and isinstance(node.cls, cst.Name) and node.cls.value in _SELF_MATCHING
        parts.append(pattern(walk, positional.value, subject if only else walk.opaque("pattern")))
    for keyword in node.kwds:
        keys.append(keyword.key.value)
        parts.append(pattern(walk, keyword.pattern, walk.add(Attribute(subject, keyword.key.value))))
    return _add(walk, Pattern("class", cls, tuple(parts), tuple(keys)))


_SELF_MATCHING = frozenset(
    ("bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple")
)
