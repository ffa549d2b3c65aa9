"""Types as short texts."""

from __future__ import annotations

import pytest

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
    Symbol,
    Type,
)
from eda_lint.schemas.display import constant_text, type_text

LONG, NULL = Scalar("int64"), Scalar("null")


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (LONG, "int64"),
        (Scalar("int64", logical="timestamp-millis"), "int64 (timestamp-millis)"),
        (Scalar("opaque", name="Decimal"), "Decimal"),
        (Sequence(Dictionary(LONG)), "list of map of int64"),
        (Choice((NULL, Reference("Money"))), "null or Money"),
        (Choice(()), "nothing"),
        (Intersection((LONG, NULL)), "int64 and null"),
        (Complement(NULL), "not null"),
        (Fixed("Key", 16), "Key (fixed 16)"),
        (Enumeration((Symbol("A"), Symbol("B"))), "A | B"),
        (Enumeration((Symbol("A"),), name="Kind"), "Kind"),
        (Record((), name="Order"), "Order"),
        (Record((), kind="object"), "object"),
        (Choice(tuple(Scalar(f"t{n}") for n in range(9))), "t0 or t1 or t2 or t3 or t4 or t5 or …"),
        (Sequence(Sequence(Sequence(Sequence(LONG)))), "list of list of list of list of …"),
        (Reference("a\nb"), "a\\nb"),
    ],
)
def test_a_type_in_a_few_words(type_: Type, text: str) -> None:
    assert type_text(type_) == text


def test_a_text_ends_after_a_line() -> None:
    assert len(type_text(Reference("x" * 1000))) == 120
    assert len(constant_text("x" * 1000)) == 120


@pytest.mark.parametrize(
    ("value", "text"), [(None, "null"), (True, "true"), ("a\n", '"a\\n"'), ((1, 2), "[1, 2]"), (1.5, "1.5")]
)
def test_a_constant_as_json_shows_it(value: Constant, text: str) -> None:
    assert constant_text(value) == text
