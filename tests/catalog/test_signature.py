from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.catalog.signature import Parameter, bind, parse


def test_kinds_and_defaults() -> None:
    assert parse(["a", "/", "b", "c=None", "*rest", "d", "e=1", "**more"]) == (
        Parameter("a", "positional"),
        Parameter("b", "either"),
        Parameter("c", "either", True),
        Parameter("rest", "variadic"),
        Parameter("d", "keyword"),
        Parameter("e", "keyword", True),
        Parameter("more", "keywords"),
    )


@pytest.mark.parametrize(
    ("params", "why"),
    [
        (["a", "a"], "twice"),
        (["**more", "a"], "after"),
        (["a=1", "b"], "no default"),
        (["1a"], "no parameter"),
        (["*rest=1"], "no default here"),
        ([""], "no parameter"),
        (["a b"], "no parameter"),
    ],
)
def test_what_is_no_signature_is_refused(params: list[str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse(params)


def test_positions_and_keywords_find_their_parameters() -> None:
    send = parse(["topic", "value=None", "key=None"])
    assert bind(send, 1, ["key"]) == {"topic": 0, "key": "key"}
    assert bind(send, 4, []) is None
    assert bind(send, 1, ["topic"]) is None
    assert bind(send, 1, ["unknown"]) is None
    assert bind(send, 0, []) == {}


def test_stars_take_the_rest() -> None:
    consumer = parse(["*topics", "**configs"])
    assert bind(consumer, 2, ["group_id"]) == {"topics": (0, 1), "configs": ("group_id",), "group_id": "group_id"}


def test_an_unknown_signature_takes_keywords_only() -> None:
    assert bind(None, 0, ["QueueUrl"]) == {"QueueUrl": "QueueUrl"}
    assert bind(None, 1, []) is None


NAMES = ["a", "b", "c", "d"]
SIGNATURES: list[tuple[list[str], Callable[..., None]]] = [
    (["a", "b=1"], lambda a, b=1: None),
    (["a", "/", "b", "*", "c=1"], lambda a, /, b, *, c=1: None),
    (["*a", "b"], lambda *a, b: None),
    (["a", "**d"], lambda a, **d: None),
    (["a=1", "*b", "c=2", "**d"], lambda a=1, *b, c=2, **d: None),
    ([], lambda: None),
]


@given(
    both=st.sampled_from(SIGNATURES),
    positional=st.integers(0, 4),
    keywords=st.lists(st.sampled_from([*NAMES, "z"]), unique=True),
)
def test_binds_as_python_does(
    both: tuple[list[str], Callable[..., None]], positional: int, keywords: list[str]
) -> None:
    params, function = both
    try:
        real = inspect.signature(function).bind_partial(*range(positional), **{k: k for k in keywords}).arguments
    except TypeError:
        assert bind(parse(params), positional, keywords) is None
        return
    slots = bind(parse(params), positional, keywords)
    assert slots is not None
    for name, value in real.items():
        assert slots[name] == (tuple(value) if isinstance(value, (tuple, dict)) else value)
