"""Avro schemas and their mutations, drawn for the laws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st

Json = Any

NAMES = ("Order", "Item", "Money")
FIELDS = ("id", "total", "customer_name", "note")
SYMBOLS = ("NEW", "PAID", "SENT", "LOST")
PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "string", "bytes")
DEFAULTS: dict[str, Json] = {
    "null": None,
    "boolean": False,
    "int": 0,
    "long": 1,
    "float": 0.5,
    "double": 1.5,
    "string": "",
    "bytes": "x",
}


@st.composite
def types(draw: st.DrawFn, depth: int = 2, taken: tuple[str, ...] = ()) -> Json:
    """A type as JSON; a name is defined once, and used again as a reference (so types may hold themselves)."""
    shapes = ["primitive", "enum", "fixed"]
    if depth:
        shapes += ["array", "map", "union", "record", "record"]
    shape = draw(st.sampled_from(shapes))
    free = [name for name in NAMES if name not in taken]
    if shape == "array":
        return {"type": "array", "items": draw(types(depth - 1, taken))}
    if shape == "map":
        return {"type": "map", "values": draw(types(depth - 1, taken))}
    if shape == "union":
        return draw(unions(depth - 1, taken))
    if shape == "record" and free:
        return draw(records(depth, taken, draw(st.sampled_from(free))))
    if shape == "enum" and free:
        symbols = draw(st.lists(st.sampled_from(SYMBOLS), min_size=1, unique=True))
        enum: dict[str, Json] = {"type": "enum", "name": f"{draw(st.sampled_from(free))}Kind", "symbols": symbols}
        if draw(st.booleans()):
            enum["default"] = draw(st.sampled_from(symbols))
        return enum
    if shape == "fixed" and free:
        name, size = draw(st.sampled_from(free)), draw(st.sampled_from((2, 4)))
        return {"type": "fixed", "name": f"{name}Bytes", "size": size}
    return draw(st.sampled_from(PRIMITIVES))


@st.composite
def unions(draw: st.DrawFn, depth: int, taken: tuple[str, ...]) -> Json:
    """A union: no two branches of one kind, none of them a union."""
    branches = draw(st.lists(types(depth, taken), max_size=3))
    kept: dict[str, Json] = {}
    for one in branches:
        if not isinstance(one, list):
            kept.setdefault(one if isinstance(one, str) else one.get("name", one["type"]), one)
    return list(kept.values())


@st.composite
def records(draw: st.DrawFn, depth: int, taken: tuple[str, ...], name: str) -> Json:
    """A record; a field may refer to it or to one around it."""
    fields: list[Json] = []
    for field in draw(st.lists(st.sampled_from(FIELDS), unique=True, max_size=3)):
        around = (*taken, name)
        type_ = draw(st.one_of(types(depth - 1, around), st.sampled_from(around)))
        one: dict[str, Json] = {"name": field, "type": type_}
        if isinstance(type_, str) and type_ in DEFAULTS and draw(st.booleans()):
            one["default"] = DEFAULTS[type_]
        if draw(st.integers(0, 4)) == 0:
            one["aliases"] = [draw(st.sampled_from(FIELDS))]
        fields.append(one)
    record: dict[str, Json] = {"type": "record", "name": name, "fields": fields}
    if draw(st.integers(0, 4)) == 0:
        record["aliases"] = [draw(st.sampled_from(NAMES))]
    return record


@st.composite
def mutated(draw: st.DrawFn, data: Json) -> Json:
    """The schema with some parts exchanged: types, names, fields, symbols, defaults."""
    if draw(st.integers(0, 7)) == 0:
        return draw(types(1))
    if isinstance(data, str) and data in PRIMITIVES:
        return draw(st.one_of(st.just(data), st.sampled_from(PRIMITIVES)))
    if isinstance(data, list):
        kept = [draw(mutated(one)) for one in data if draw(st.integers(0, 3))]
        return [one for one in kept if not isinstance(one, list)]
    if not isinstance(data, dict):
        return data
    copy = dict(data)
    for key in ("items", "values"):
        if key in copy:
            copy[key] = draw(mutated(copy[key]))
    if "symbols" in copy and draw(st.booleans()):
        copy["symbols"] = draw(st.lists(st.sampled_from(SYMBOLS), min_size=1, unique=True))
        copy.pop("default", None)
    if "size" in copy:
        copy["size"] = draw(st.sampled_from((2, 4)))
    if "fields" in copy:
        copy["fields"] = [
            {"name": one["name"], "type": draw(mutated(one["type"]))}
            for one in copy["fields"]
            if draw(st.integers(0, 3))
        ]
    return copy


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Json, Json]:
    """Two versions of a schema, each as JSON; or two that have nothing in common."""
    old = draw(types(3))
    new = draw(st.one_of(mutated(old), types(2)))
    return old, new


@pytest.fixture
def avro_pairs() -> Callable[[], st.SearchStrategy[tuple[Json, Json]]]:
    """The strategy for pairs of versions."""
    return pairs
