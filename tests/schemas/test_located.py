"""JSON and YAML texts that know their lines."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.errors import SchemaError
from eda_lint.schemas.located import DEPTH, Located, read_located

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


@given(JSON)
def test_json_is_what_json_says(value: object) -> None:
    assert read_located(json.dumps(value)) == value


@given(JSON)
def test_each_key_of_printed_json_has_the_line_it_is_printed_on(value: object) -> None:
    text = json.dumps(value, indent=1)
    lines = text.split("\n")
    open_ = [read_located(text)]
    while open_:
        one = open_.pop()
        if isinstance(one, Located):
            for key in one:
                assert lines[one.line_of(key) - 1].lstrip().startswith(json.dumps(key))
            open_.extend(one.values())
        elif isinstance(one, list):
            open_.extend(one)


def test_colons_and_quotes_in_texts_are_no_keys() -> None:
    found = read_located('{"a": "\\": {",\n "b":\n ["x:", ":"],\n "c" : 1}')
    assert found.lines == {"a": 1, "b": 2, "c": 4}


def test_a_key_that_is_not_there_has_the_line_of_the_object() -> None:
    assert read_located('{\n"a": {"b": 1}}')["a"].line_of("zzz") == 2


def test_repeated_keys_are_told_and_do_not_shift_lines() -> None:
    found = read_located('{"a": {"x": 1},\n"a": {"y": 2},\n"b": {"z": 3}}')
    assert found.repeated() == ("a",)
    assert found["a"] == {"y": 2}
    assert found["b"].line_of("z") == 3


def test_yaml_has_lines_and_merges() -> None:
    found = read_located("base: &x\n  type: string\n  on: yes\nuse:\n  <<: *x\n  type: integer\n", "a.yaml")
    assert found["use"] == {"type": "integer", "on": "yes"}
    assert (found.line_of("use"), found["use"].line_of("type"), found["use"].line_of("on")) == (4, 6, 3)


def test_yaml_scalars_follow_the_core_rules() -> None:
    found = read_located("[1, -2, 0.5, 1e3, true, ~, '7', \"x\", 010, 1.0.0]", "a.yaml")
    assert found == [1, -2, 0.5, 1000.0, True, None, "7", "x", 10, "1.0.0"]


@pytest.mark.parametrize(
    ("text", "path", "line", "part"),
    [
        ('{"a": 1,\n "b": }', "x.json", 2, "not JSON"),
        ("a: [1,\n b: }", "x.yaml", 2, "neither JSON nor YAML"),
        ('{"a":' * (DEPTH + 1) + "1" + "}" * (DEPTH + 1), "x.json", 1, "nested more than"),
        ("[" * 100_000, "x.json", None, "nested more than"),
        ("- " * (DEPTH + 2) + "1", "x.yaml", 1, "nested more than"),
    ],
)
def test_what_cannot_be_read_says_where(text: str, path: str, line: int | None, part: str) -> None:
    with pytest.raises(SchemaError, match=part) as caught:
        read_located(text, path)
    assert (caught.value.path, caught.value.line) == (path, line)


def test_aliases_that_stand_for_too_much_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 8)]
    with pytest.raises(SchemaError, match="aliases"):
        read_located("\n".join(lines), "bomb.yaml")


def test_byte_order_mark_and_python_numbers() -> None:
    assert read_located("\ufeff{}") == {}
    assert read_located('{"default": NaN}') == {"default": "NaN"}
