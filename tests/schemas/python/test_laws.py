"""Laws of comparison, on generated models."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from eda_lint.schemas import compare

HEAD = """
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import *
from uuid import UUID
import attrs, dataclasses, msgspec, pydantic

class Color(Enum):
    RED = "red"
    BLUE = "blue"
class Size(Enum):
    S = "s"
    RED = "red"
"""
FAMILIES = {
    "pydantic": "class {}(pydantic.BaseModel):\n",
    "closed": "class {}(pydantic.BaseModel, extra='forbid'):\n",
    "dataclass": "@dataclasses.dataclass(kw_only=True)\nclass {}:\n",
    "attrs": "@attrs.define(kw_only=True)\nclass {}:\n",
    "msgspec": "class {}(msgspec.Struct, kw_only=True):\n",
    "array": "class {}(msgspec.Struct, array_like=True, kw_only=True):\n",
}
LEAVES = ["int", "float", "str", "bool", "datetime", "date", "UUID", "Decimal", "bytes", "Any", "None", "Color", "Size",
          "Literal['red']", "Literal[1, 2]", "Unknown", "Part", "Other"]  # fmt: skip


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        inner.map("list[{}]".format),
        inner.map("set[{}]".format),
        inner.map("dict[str, {}]".format),
        inner.map("Optional[{}]".format),
        st.tuples(inner, inner).map(lambda two: f"Union[{two[0]}, {two[1]}]"),
        st.tuples(inner, inner).map(lambda two: f"tuple[{two[0]}, {two[1]}]"),
    )


types = st.recursive(st.sampled_from(LEAVES), _compound, max_leaves=4)
fields = st.dictionaries(
    st.sampled_from(["order_id", "qty", "quantity", "note", "x"]),
    st.tuples(types, st.sampled_from(["", " = None", " = 1", " = 2"])),
    min_size=1,
    max_size=4,
)
models = st.tuples(fields, fields, fields)


def source(family: str, three: tuple[dict[str, tuple[str, str]], ...]) -> str:
    text = HEAD
    for name, parts in zip(("Part", "Other", "Order"), three, strict=True):
        text += FAMILIES[family].format(name)
        text += "".join(f"    {field}: {type_}{default}\n" for field, (type_, default) in parts.items())
    return text


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(list(FAMILIES)), models)
def test_a_version_does_not_differ_from_itself(family, three):
    assert compare(source(family, three), source(family, three), dialect="python").changes == ()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(list(FAMILIES)), models, models)
def test_backward_is_forward_of_the_reverse(family, old, new):
    there = compare(source(family, old), source(family, new), dialect="python")
    back = compare(source(family, new), source(family, old), dialect="python")
    assert (there.backward, there.forward) == (back.forward, back.backward)


ORDER = {"ok": 0, "warn": 1, "break": 2}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["pydantic", "closed", "dataclass", "attrs", "msgspec"]), models, types, st.booleans())
def test_a_further_change_is_never_safer(family, three, type_, required):
    old = source(family, three)
    changed = (*three[:2], {**three[2], "order_id": (type_, "")})
    extended = (*changed[:2], {**changed[2], "added": ("int", "" if required else " = 1")})
    few, more = (compare(old, source(family, one), dialect="python") for one in (changed, extended))
    assert ORDER[few.backward] <= ORDER[more.backward]
    assert ORDER[few.forward] <= ORDER[more.forward]
