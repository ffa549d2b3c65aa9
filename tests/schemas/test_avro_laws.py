"""Avro: the laws of comparing, and agreement with Apache Avro's own checker."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import avro.compatibility
import avro.errors
import avro.schema
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from eda_lint.errors import SchemaError
from eda_lint.model.schema import Comparison
from eda_lint.schemas import compare, read
from eda_lint.schemas.avro import DIALECT
from eda_lint.schemas.diff import diff

ORDER = {"ok": 0, "warn": 1, "break": 2}
Pairs = Callable[[], st.SearchStrategy[tuple[Any, Any]]]
quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def compared(old: Any, new: Any) -> Comparison:
    return compare(json.dumps(old), json.dumps(new), dialect="avro")


@quick
@given(st.data())
def test_a_schema_does_not_differ_from_itself(avro_pairs: Pairs, data: st.DataObject) -> None:
    old, _ = data.draw(avro_pairs())
    schema = read(json.dumps(old), dialect="avro")
    assert diff(DIALECT, schema, read(json.dumps(old, indent=1), dialect="avro")) == ()


@quick
@given(st.data())
def test_backward_is_forward_the_other_way_round(avro_pairs: Pairs, data: st.DataObject) -> None:
    old, new = data.draw(avro_pairs())
    there, back = compared(old, new), compared(new, old)
    assert (there.backward, there.forward) == (back.forward, back.backward)


@quick
@given(st.data())
def test_more_changes_are_never_safer(avro_pairs: Pairs, data: st.DataObject) -> None:
    """A record that holds two changed types is as unsafe as the worse of them."""
    first, second = data.draw(avro_pairs()), data.draw(avro_pairs())
    one, other = compared(*first), compared(*second)
    assume(not any(set(names(first[k])) & set(names(second[k])) for k in (0, 1)))
    both = [
        {
            "type": "record",
            "name": "Both",
            "fields": [{"name": "a", "type": first[k]}, {"name": "b", "type": second[k]}],
        }
        for k in (0, 1)
    ]
    joined = compared(*both)
    for direction in ("backward", "forward"):
        worst = max(ORDER[getattr(one, direction)], ORDER[getattr(other, direction)])
        assert ORDER[getattr(joined, direction)] == worst


def names(data: Any) -> list[str]:
    """Every name that a schema defines or refers to."""
    if isinstance(data, list):
        return [name for one in data for name in names(one)]
    if isinstance(data, dict):
        own = [data["name"], *data.get("aliases", [])] if data["type"] in ("record", "enum", "fixed") else []
        inner = [data.get("items"), data.get("values"), *(one["type"] for one in data.get("fields", []))]
        return own + names([one for one in inner if one is not None])
    return [data] if data in ("Order", "Item", "Money") else []


@settings(quick, max_examples=300)
@given(st.data())
def test_agrees_with_apache_avro(avro_pairs: Pairs, data: st.DataObject) -> None:
    """Without logical types, which Apache's checker does not look at."""
    old, new = data.draw(avro_pairs())
    try:
        before, after = avro.schema.parse(json.dumps(old)), avro.schema.parse(json.dumps(new))
    except avro.errors.AvroException:
        assume(False)
    said = compared(old, new)
    assert (said.backward != "break") == reads(after, before), said.changes
    assert (said.forward != "break") == reads(before, after), said.changes


def reads(reader: avro.schema.Schema, writer: avro.schema.Schema) -> bool:
    checker = avro.compatibility.ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call]
    result = checker.get_compatibility(reader, writer)
    return bool(result.compatibility is avro.compatibility.SchemaCompatibilityType.compatible)


@pytest.mark.parametrize("text", ["", "{", "[1]", "7", "true", '{"type": 3}', '{"type": {}}', "{}", '"\\ud800"', "\0"])
def test_no_text_makes_it_crash(text: str) -> None:
    for old, new in ((text, '"int"'), ('"int"', text), (text, text)):
        with suppress(SchemaError):
            compare(old, new, dialect="avro")


KEYS = (
    "type",
    "name",
    "namespace",
    "fields",
    "items",
    "values",
    "symbols",
    "size",
    "aliases",
    "default",
    "logicalType",
)
VALUES = ("record", "enum", "fixed", "array", "map", "int", "null", "error", "a.B", "", "decimal", ".", "protocol")
anything = st.recursive(
    st.one_of(st.sampled_from(VALUES), st.none(), st.booleans(), st.integers(-1, 3), st.floats(allow_nan=False)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from((*KEYS, "protocol", "types", "messages", "request", "precision")), inner),
    ),
    max_leaves=20,
)


@settings(max_examples=200)
@given(anything, anything)
def test_no_data_makes_it_crash(old: Any, new: Any) -> None:
    with suppress(SchemaError):
        there = compared(old, new)
        back = compared(new, old)
        assert (there.backward, there.forward) == (back.forward, back.backward)
        assert compared(old, old).changes == ()
