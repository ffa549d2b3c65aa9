from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.catalog.steps import Step, parse


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        (".", ()),
        ("value", (Step("attribute", "value"),)),
        ("value()", (Step("call", "value"),)),
        ('["Body"]', (Step("key", "Body"),)),
        ("[2]", (Step("index", index=2),)),
        ("message.data", (Step("attribute", "message"), Step("attribute", "data"))),
        ('["Records"][*]["body"]', (Step("key", "Records"), Step("each"), Step("key", "body"))),
        ("[1].type", (Step("index", index=1), Step("attribute", "type"))),
    ],
)
def test_chains(text: str, steps: tuple[Step, ...]) -> None:
    assert parse(text) == steps


@pytest.mark.parametrize("text", ["", "..", ".a", "a.", "a b", "a[", "[x]", "a()()", "a..b", "a.[1]", "[-1]", "a\n"])
def test_what_is_no_chain_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="chain of steps"):
        parse(text)


@given(st.text(alphabet='ab.[]"()*1 ', max_size=12))
def test_any_text_is_a_chain_or_refused(text: str) -> None:
    try:
        steps = parse(text)
    except ValueError:
        return
    assert steps or text == "."
