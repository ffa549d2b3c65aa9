"""Values as display text."""

from __future__ import annotations

import time

import pytest

from eda_lint.extract import extract
from eda_lint.model.describe import LIMIT, describe


def described(source: str, limit: int = LIMIT) -> str:
    facts = extract(source.encode()).facts
    assert facts is not None
    return describe(facts, [each for each in facts.bindings if each.name == "value"][-1].value, limit)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("self.producer.send", "self.producer.send"),
        ("self.producer.send(1)", "self.producer.send(…)"),
        ("f()", "f()"),
        ("a['k'][0]", 'a["k"][0]'),
        ("'x'", '"x"'),
        ("'say \"hi\"\\n'", '"say \\"hi\\"\\n"'),
        ("f'{a.b}.orders'", 'f"{a.b}.orders"'),
        ("-1.5", "-1.5"),
        ("None", "None"),
        ("[1, *a]", "[1, *a]"),
        ("{'a': 1, **b}", '{"a": 1, **b}'),
        ("a if b else c", "a if b else c"),
        ("a and b or not c", "a and b or not c"),
        ("a < b <= c", "a < b <= c"),
        ("~a + b", "~a + b"),
        ("lambda: 1", "<lambda>"),
        ("[x for x in y]", "[…]"),
        ("a[1:2]", "a[…]"),
    ],
)
def test_reads_like_source(expression: str, expected: str) -> None:
    assert described(f"value = {expression}\n") == expected


def test_imports_and_parameters() -> None:
    assert described("from ..a import b as value\n") == "..a.b"
    assert described("import a.b as value\n") == "a.b"
    assert described("def f(x, value): ...\n") == "value"
    assert described("async def f():\n    value = await g()\n") == "await g()"


@pytest.mark.parametrize(
    "source",
    [
        "value = a" + ".b" * 400,
        "value = 'x' * 10 + " + repr("y" * 500),
        "value = [" + "1, " * 2000 + "]",
        "value = " + " and ".join("abc" for _ in range(300)),
        "value = {'a': {'b': {'c': {'d': {'e': {'f': 'a long text that does not fit at all'}}}}}}",
    ],
)
def test_is_cut(source: str) -> None:
    found = described(source + "\n")
    assert len(found) == LIMIT
    assert found.endswith("…")


def test_shared_rows_do_not_explode() -> None:
    source = "a = 1\n" + "a = a + a\n" * 10 + "value = " + "(" * 60 + "x" + " + x)" * 60 + "\n"
    began = time.perf_counter()
    assert len(described(source)) == LIMIT
    assert time.perf_counter() - began < 2


def test_one_line_whatever_the_text_holds() -> None:
    assert "\n" not in described("value = '''a\nb\r\n\x1b[31m'''\n")
    assert "\x1b" not in described("value = '\\x1b[31m'\n")
