"""Types as short texts for people: `string`, `list of Address`, `null or long (timestamp-millis)`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType

from eda_lint.errors import shown
from eda_lint.model.schema import (
    Choice,
    Complement,
    Constant,
    Dictionary,
    Enumeration,
    Fixed,
    Intersection,
    Record,
    Reference,
    Scalar,
    Sequence,
    Type,
)

_DEPTH = 4
_BRANCHES = 6
_LENGTH = 120
_OWN: Mapping[str, str] = MappingProxyType({})


def type_text(type_: Type, depth: int = _DEPTH, kinds: Mapping[str, str] = _OWN) -> str:
    """A type in a few words, at most 120 characters; parts deeper than `depth` are an ellipsis.

    `kinds`: what a dialect calls the kinds of scalars; the model's own names where it does not say.
    """
    text = _text(type_, depth, kinds)
    return text if len(text) <= _LENGTH else text[: _LENGTH - 1] + "…"


def _text(type_: Type, depth: int, kinds: Mapping[str, str]) -> str:
    if depth == 0:
        return "…"
    match type_:
        case Scalar(kind=kind, name=name, logical=logical):
            base = shown(name) if kind == "opaque" and name else kinds.get(kind, kind)
            return f"{base} ({shown(logical)})" if logical else base
        case Enumeration(name=name, symbols=symbols):
            return shown(name) if name else _several([shown(one.name) for one in symbols[: _BRANCHES + 1]], " | ")
        case Fixed(name=name, size=size, logical=logical):
            return f"{shown(name)} (fixed {size}{', ' + shown(logical) if logical else ''})"
        case Sequence(items=items):
            return f"list of {_text(items, depth - 1, kinds)}"
        case Dictionary(values=values):
            return f"map of {_text(values, depth - 1, kinds)}"
        case Choice(branches=branches):
            return _several([_text(one, depth - 1, kinds) for one in branches[: _BRANCHES + 1]], " or ")
        case Intersection(branches=branches):
            return _several([_text(one, depth - 1, kinds) for one in branches[: _BRANCHES + 1]], " and ")
        case Complement(type=inner):
            return f"not {_text(inner, depth - 1, kinds)}"
        case Record(name=name, kind=kind):
            return shown(name) or kind
        case Reference(name=name):
            return shown(name)


def _several(texts: list[str], joint: str) -> str:
    kept = texts[:_BRANCHES]
    return joint.join([*kept, "…"] if len(texts) > _BRANCHES else kept) or "nothing"


def constant_text(value: Constant) -> str:
    """A constant as JSON would show it, at most 120 characters."""
    text = shown(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= _LENGTH else text[: _LENGTH - 1] + "…"
