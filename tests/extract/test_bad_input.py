"""Files that cannot be read: a clear problem with its place, and never an exception."""

from __future__ import annotations

import subprocess
import sys
import threading
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.extract import extract
from eda_lint.extract.limits import ARMS, BRACKETS, BYTES, OPERATORS, weigh
from eda_lint.model.facts import Extracted, Problem


def problem(content: bytes) -> Problem:
    found = extract(content)
    assert found.facts is None
    assert len(found.problems) == 1
    assert "\n" not in found.problems[0].message
    return found.problems[0]


@pytest.mark.parametrize(
    ("content", "kind", "line", "column"),
    [
        (b"a = 1\nb = (\n", "syntax", None, None),
        (b"def f(:\n    pass\n", "syntax", 1, 7),
        (b"x = 1\n  y = 2\n", "syntax", 2, None),
        (b"a = 1\nb = '\x00'\n", "encoding", 2, 6),
        ("a = 1".encode("utf-16"), "encoding", 1, 1),
        (b"a = 1\nb = '\xff'\n", "encoding", 2, 6),
        (b"a = '\xed\xa0\x80'\n", "encoding", 1, 6),
        (b"a = 1\n# coding: utf-8\nb = '\xff'\n", "encoding", 3, 6),
        (b"# coding: klingon\n", "encoding", 1, 1),
        (b"#!x\n# coding: klingon\n", "encoding", 2, 1),
        (b"# coding: rot13\nn = 1\n", "encoding", 1, 1),
        (b"# coding: unicode_escape\nn = 1\n", "encoding", 1, 1),
        (b"# coding: punycode\nn = 1\n", "encoding", 1, 1),
        (b"\xef\xbb\xbf# coding: latin-1\n", "encoding", 1, 1),
        (b"# coding: utf-7\nx = '+2AA-'\n", "encoding", 1, 1),
    ],
)
def test_problems_say_where(content: bytes, kind: str, line: int | None, column: int | None) -> None:
    found = problem(content)
    assert found.kind == kind
    assert line is None or found.line == line
    assert column is None or found.column == column


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = 1\nprint 'hello'\n", 2),
        ("print x\n", 1),
        ("if a:\n    print 'x' % y\n", 2),
        ("exec 'code'\n", 1),
        ("raise E, 'x'\n", 1),
        ("if a <> b:\n    pass\n", 1),
        ("x = `a`\n", 1),
        ("x = 0777\n", 1),
        ("x = ur'a'\n", 1),
    ],
)
def test_python2_is_told_apart(source: str, line: int) -> None:
    found = problem(source.encode())
    assert (found.kind, found.line) == ("python2", line)


def test_a_mere_syntax_error_is_not_python2() -> None:
    assert problem(b"def f(:\n    print('x')\n").kind == "syntax"


def test_syntax_that_only_python_knows_is_told_as_such() -> None:
    found = problem(b"x = 1\n(y): int = 1\n(y.z): int\ndef f():\n    (i): int\n")
    assert (found.kind, "libcst" in found.message) == ("syntax", True)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"# only a comment",
        b"\xef\xbb\xbfx = 1\n",
        b"x = 1\r\ny = 2\r\n",
        b"x = 1\ry = 2\r",
        b"x = 1\n\x0cy = 2\n",
        b"# -*- coding: latin-1 -*-\nx = '\xe4'\n",
        "# coding: cp1252\nx = '\x80'\n".encode("latin-1"),
        "x = 'ü'; ünïcode = f(x)\n".encode(),
        b"if True:\n\tx = 1\n",
        b"x = 1 \\\n  + 2\n",
        b"x = '\\d'\n",
        b"assert (x, 'always true')\n",
        b"x is 1\n",
    ],
)
def test_odd_and_yet_python(content: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = extract(content)
    assert found.problems == ()
    assert found.facts is not None


NESTED = {
    "brackets": lambda n: "x = " + "(" * n + ")" * n,
    "mixed": lambda n: "x = " + "[f({1:" * n + "1" + "})]" * n,
    "unclosed": lambda n: "x = " + "(" * n,
    "sum": lambda n: "x = " + " + ".join(["a"] * n),
    "power": lambda n: "x = " + "**".join(["a"] * n),
    "and": lambda n: "x = " + " and ".join(["a()"] * n),
    "not": lambda n: "x = " + "not " * n + "a",
    "minus": lambda n: "x = " + "-" * n + "a",
    "attributes": lambda n: "x = a" + ".b" * n,
    "calls": lambda n: "x = a" + ".b()" * n,
    "calls over lines": lambda n: "x = (a" + "\n.b(1, 2)" * n + ")",
    "juxtaposed calls": lambda n: "x = a" + "(1, 2)" * n,
    "items": lambda n: "x = a" + "[0]" * n,
    "ternary": lambda n: "x = " + "a if b else " * n + "c",
    "lambda": lambda n: "x = " + "lambda: " * n + "c",
    "strings": lambda n: "x = (" + "'a'\n" * n + ")",
    "elif": lambda n: "if a: pass\n" + "elif a: pass\n" * n,
    "blocks": lambda n: "".join(" " * i + "if a:\n" for i in range(n)) + " " * n + "pass\n",
    "f-strings": lambda n: "x = " + 'f"{' * n + "1" + '}"' * n,
    "f-string expression": lambda n: "x = f'" + "{" + "(" * n + "1" + ")" * n + "}'",
    "f-string sum": lambda n: "x = f'{" + "+".join(["a"] * n) + "}'",
    "comprehension": lambda n: "x = [a " + "for b in c " * n + "]",
    "assignments": lambda n: "x = " * n + "1",
    "alternatives": lambda n: "match x:\n  case " + " | ".join(["1"] * n) + ": pass\n",
    "await": lambda n: "async def f(): " + "await (" * n + "x" + ")" * n,
    "hidden behind a comment": lambda n: "x = (  # '''\n" + "(" * n + ")" * n + ")  # '''",
    "hidden behind a keyword": lambda n: "return\nx = " + "a.b(" * n + ")" * n,
}


@pytest.mark.parametrize("name", NESTED)
def test_deep_nesting_is_refused_and_not_tried(name: str) -> None:
    found = extract((NESTED[name](3000) + "\n").encode())
    assert found.facts is None
    assert found.problems[0].kind in ("limits", "syntax")


@pytest.mark.parametrize("name", sorted(set(NESTED) - {"unclosed", "f-strings", "hidden behind a keyword"}))
def test_moderate_nesting_is_read(name: str) -> None:
    found = extract((NESTED[name](45) + "\n").encode())
    assert found.problems == ()


def test_what_is_read_fits_a_small_stack() -> None:
    """The deepest files that pass are read with the stack that the smallest platform gives."""
    deepest = [NESTED[name](count) for name, count in (("brackets", 190), ("sum", 900), ("blocks", 90), ("items", 450))]
    code = (
        "import sys; from eda_lint.extract import extract; print([extract(s.encode()).facts is not None for s in %r])"
    )
    pytest.importorskip("resource", reason="no stack limit to set on this platform")
    done = subprocess.run(
        ["sh", "-c", 'ulimit -s 1024; exec "$0" -c "$1"', sys.executable, code % (deepest,)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "[True, True, True, True]", done.stderr


def test_recursion_limit_and_stack_size_are_left_as_they_were() -> None:
    before = sys.getrecursionlimit(), threading.stack_size()
    assert extract(("x = " + " + ".join(["a"] * 900) + "\n").encode()).facts is not None
    assert (sys.getrecursionlimit(), threading.stack_size()) == before


def test_huge_file_is_refused() -> None:
    content = b"DATA = [\n" + b"    (1, 'abc', -2.5),\n" * 500_000 + b"]\n"
    found = problem(content)
    assert found.kind == "limits"
    assert len(content) > BYTES


@pytest.mark.parametrize(
    "source",
    [
        "x = [" + "-1, " * 3000 + "]",
        "x = {" + "'a': B.c + d, " * 2000 + "}",
        "x = [\n" + "    Model(a=1, b=-2.0, c=X.y),\n" * 1000 + "]",
        "x = 1\n" + "y = a.b(c) + d\n" * 3000,
        "def f():\n" + "    a.b(c)\n" * 3000,
        "x = '''" + "((((" * 300 + "'''",
        "# " + "((((" * 300,
        "x = f'''" + "body {{ a-b: c-d; }} (" * 400 + "{x}'''",
        "x = (" + "'line\\n'\n" * 900 + ")",
        "def f():\n" + "".join(f"    if a == {i}: x()\n" for i in range(2000)),
    ],
)
def test_long_and_flat_is_read(source: str) -> None:
    assert weigh(source).problem is None


def test_limits_say_the_line() -> None:
    source = "a = 1\n\nb = (\n" + "+ 1\n" * (OPERATORS + 100) + ")\n"
    found = weigh(source).problem
    assert found is not None
    assert 3 <= found.line <= OPERATORS + 10
    deep = weigh("a = 1\n\nb = " + "(" * (BRACKETS + 50) + ")" * (BRACKETS + 50)).problem
    assert deep is not None
    assert (deep.line, deep.column > 200) == (3, True)
    arms = weigh("if a: pass\n" + "elif b: pass\n" * (ARMS + 5)).problem
    assert arms is not None
    assert arms.line > ARMS


@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    assert isinstance(extract(content), Extracted)


TOKENS = st.sampled_from(
    ["def f(", "class C", "(", ")", "[", "]", "{", "}", ":", "\n", "\n    ", "if ", "else", "x", "=", ":=", "lambda ",
     "f'{", "}'", "'", '"""', "yield ", "await ", "async ", "for x in ", "*", "**", "@", "match x:", "case ", "_",
     "try:", "except ", "with ", "as y", "return ", "import a", "from . ", "del ", "global x", "nonlocal x", ",", "."]
)  # fmt: skip


@given(st.lists(TOKENS, max_size=30))
def test_any_tokens(tokens: list[str]) -> None:
    found = extract("".join(tokens).encode())
    assert all(each.kind != "internal" for each in found.problems), found.problems
