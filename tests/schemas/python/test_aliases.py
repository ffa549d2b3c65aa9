"""Generated names: the libraries' own generators, and functions of the project evaluated without running them."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.schemas.python import aliases
from eda_lint.schemas.python.bindings import Scope, parsed
from eda_lint.schemas.python.modules import Modules
from eda_lint.schemas.python.text_functions import text_function

names = st.from_regex(r"[a-z_][a-zA-Z0-9_]{0,12}", fullmatch=True)


@given(names)
def test_generators_of_pydantic(name):
    generators = pytest.importorskip("pydantic.alias_generators")
    assert aliases.camel(name) == generators.to_camel(name)
    assert aliases.pascal(name) == generators.to_pascal(name)
    assert aliases.snake(name) == generators.to_snake(name)


@pytest.mark.parametrize("style", ["camel", "pascal", "kebab", "lower", "upper"])
@pytest.mark.parametrize(
    "name",
    ["order_id", "a", "order_line_id2", "_private_name", "two__words", "URL", "camelCase", "a_bC", "x1_y2z", "_aB_cD_"],
)
def test_generators_of_msgspec(style, name):
    msgspec = pytest.importorskip("msgspec")
    struct = msgspec.defstruct("A", [(name, int)], rename=style)
    assert aliases.NAMED[style](name) == struct.__struct_encode_fields__[0]


def evaluated(source: str, name: str) -> str | None:
    module = parsed(source, "names.py")
    function = module.tree.body[-1]
    assert isinstance(function, ast.FunctionDef)
    return text_function(function, Scope(module), Modules())(name)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return s.upper()", "ORDER_LINE_ID"),
        ("return ''.join(word.capitalize() for word in s.split('_'))", "OrderLineId"),
        ("first, *rest = s.split('_')\n    return first + ''.join(w.title() for w in rest)", "orderLineId"),
        ("parts = s.split('_')\n    return parts[0] + ''.join(p.title() for p in parts[1:])", "orderLineId"),
        (
            "return ''.join(w if i == 0 else w.capitalize() for i, w in enumerate(s.split('_')))",
            "orderLineId",
        ),
        ("o = ''\n    for i, w in enumerate(s.split('_')): o += w.title() if i else w\n    return o", "orderLineId"),
        ("if s == 'id':\n        return '_id'\n    return f'x_{s}'", "x_order_line_id"),
        ("return re.sub(r'_([a-z])', lambda m: m.group(1).upper(), s)", "orderLineId"),
        ("return s.replace('_', '-')", "order-line-id"),
        ("return s[0].lower() + s[1:]", "order_line_id"),
        ("return (lambda: s)()", None),
        ("return open(s).read()", None),
        ("return convert(s)", None),
        ("return s * 10", None),
        ("while True: pass", None),
        ("return [1][5]", None),
        ("return s.join", None),
        ("return s.split('_')", None),
        ("return s.upper(1, 2)", None),
        ("return re.sub('(a+)+$', '', s)", None),
        ("return re.sub('(', '', s)", None),
    ],
)  # fmt: skip
def test_functions_of_texts(body, expected):
    assert evaluated(f"import re\ndef f(s):\n    {body}\n", "order_line_id") == expected


@pytest.mark.parametrize(
    "source",
    [
        "def f(s):\n    return f(s)\n",
        "def f(s):\n    return f(s + s)\n",
        "def f(s):\n    for a in s:\n        for b in s:\n            for c in s: s += s\n    return s\n",
        "def f(s):\n    return s.replace('a', s + s + s)\n" * 2,
    ],
)
def test_functions_without_end_are_given_up(source):
    assert evaluated(source, "a" * 200) in (None, "a" * 200) or len(evaluated(source, "a" * 200) or "") <= 1000
