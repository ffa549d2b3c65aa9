"""JSON values as constants of the model."""

from __future__ import annotations

import json
import math
from typing import Any

from eda_lint.model.schema import Constant

__all__ = ["canonical", "constant", "type_of"]

_TYPES: dict[type, frozenset[str]] = {
    bool: frozenset(("boolean",)),
    int: frozenset(("integer", "number")),
    str: frozenset(("string",)),
    type(None): frozenset(("null",)),
    list: frozenset(("array",)),
}


def canonical(value: Any) -> str:
    """A value as JSON text that is the same for equal values: `1.0` is `1`, keys are sorted, no spaces."""
    return json.dumps(_integral(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _integral(value: Any) -> Any:
    if isinstance(value, float):
        return int(value) if math.isfinite(value) and value.is_integer() else value
    if isinstance(value, dict):
        return {key: _integral(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_integral(inner) for inner in value]
    return value


def constant(value: Any) -> Constant:
    """A value as a constant of the model: lists and objects become tuples."""
    if isinstance(value, dict):
        return tuple((key, constant(value[key])) for key in sorted(value))
    if isinstance(value, list):
        return tuple(constant(inner) for inner in value)
    checked: Constant = value
    return checked


def type_of(value: Any) -> frozenset[str]:
    """JSON Schema's names of a value's types: a number without a fraction is `integer` and `number`."""
    if isinstance(value, float):
        whole = math.isfinite(value) and value.is_integer()
        return frozenset(("integer", "number")) if whole else frozenset(("number",))
    return _TYPES.get(type(value), frozenset(("object",)))
