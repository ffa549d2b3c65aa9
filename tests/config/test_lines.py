"""Lines of keys, against documents written so that each key's value is its own line."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.config.lines import key_lines

DOCUMENT = '''\
first = 1  # = [ { "
"quoted.key" = 2
'lit' . deep = 3

many = """
x = 1
[no]
"""
odd = \'\'\'a'' = 3\'\'\'
items = [ # [
  "a]", 11,
  { inner = 12, more = { x = 12 } },
  [13],
]
inline = { "a,b" = 15, c.d = 15 }
[table]
key = 17
[[array]]
key = 19
[array.sub]
key = 21
[[array]]
key = 23
[[array.sub.leaf]]
key = 25
date = 1979-05-27T07:32:00Z
'''


def test_keys_of_every_form() -> None:
    tomllib.loads(DOCUMENT)
    lines = key_lines(DOCUMENT)
    expected = {
        ("first",): 1,
        ("quoted.key",): 2,
        ("lit", "deep"): 3,
        ("many",): 5,
        ("odd",): 9,
        ("items",): 10,
        ("items", 1): 11,
        ("items", 2, "inner"): 12,
        ("items", 2, "more", "x"): 12,
        ("items", 3, 0): 13,
        ("inline", "a,b"): 15,
        ("inline", "c", "d"): 15,
        ("table", "key"): 17,
        ("array", 0, "key"): 19,
        ("array", 0, "sub", "key"): 21,
        ("array", 1, "key"): 23,
        ("array", 1, "sub", "leaf", 0, "key"): 25,
        ("array", 1, "sub", "leaf", 0, "date"): 26,
    }
    assert {path: lines.get(path) for path in expected} == expected
    assert ("no",) not in lines


@given(
    st.recursive(
        st.integers(0, 9),
        lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text("a b.\"'", min_size=1, max_size=3), v, max_size=3),
        max_leaves=8,
    )
)
def test_every_path_of_a_value_has_its_line(value: Any) -> None:
    text = f"\nroot = {_toml(value)}\n"
    data = tomllib.loads(text)
    lines = key_lines(text)
    assert set(lines) == set(_paths(data, ()))
    assert set(lines.values()) == {2}


@pytest.mark.parametrize("text", ["", "\n", "# only", "[", "a", "a =", "a = [", "[[", "a = {b", '"', "= ="])
def test_what_is_no_toml_does_no_harm(text: str) -> None:
    assert set(key_lines(text).values()) <= {0, 1}


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, dict):
        quoted = {key.replace("\\", "\\\\").replace('"', '\\"'): inner for key, inner in value.items()}
        return "{" + ", ".join(f'"{key}" = {_toml(inner)}' for key, inner in quoted.items()) + "}"
    return str(value)


def _paths(value: Any, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    found = [path] if path else []
    for key, item in inner:
        found += _paths(item, (*path, key))
    return found
