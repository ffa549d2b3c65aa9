"""The search over bytes, against Python's own reading of the same text."""

from __future__ import annotations

import ast
import io
import keyword
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.discover import Screen, screen
from eda_lint.discover.screen import holds, imported_modules

IMPORTS = {
    "plain": "import kafka",
    "part": "import kafka.admin",
    "renamed": "import kafka as k",
    "second": "import os, kafka",
    "second_renamed": "import os as o, kafka.x as k",
    "from": "from kafka import KafkaProducer",
    "from_part": "from kafka.errors import (\n    KafkaError,\n)",
    "from_star": "from kafka import*",
    "from_parenthesis": "from kafka import(a)",
    "indented": "if x:\n\timport kafka\n",
    "one_line": "try: import kafka\nexcept ImportError: pass",
    "semicolon": "x = 1; import kafka; y = 2",
    "semicolon_from": "x = 1;from kafka import y",
    "continued": "import os, \\\n    kafka",
    "continued_from": "from kafka \\\n    import y",
    "continued_at_once": "from \\\n  kafka.a import y",
    "continued_after_import": "import \\\n  kafka",
    "spaced": "from  kafka . errors  import  y",
    "blank_lines_before": "\n\n  # c\nimport kafka",
    "crlf": "import os\r\nimport kafka\r\n",
    "crlf_continued": "import os, \\\r\n  kafka\r\n",
    "old_mac": "import os\rimport kafka\r",
    "bom": "\ufeffimport kafka",
    "form_feed": "\x0cimport kafka",
    "comment_behind": "import kafka# x",
    "last_line": "pass\nimport kafka",
    "by_text": "m = importlib.import_module('kafka.x')",
    "by_text_over_lines": 'm = import_module(\n  "kafka")',
    "by_builtin": "m = __import__ ('kafka')",
}
OTHERS = {
    "relative": "from .kafka import x",
    "relative_package": "from . import kafka",
    "name": "from os import kafka",
    "longer": "import kafkaesque, xkafka, kafka_x",
    "attribute": "kafka.send()",
    "comment": "# we import kafka here",
    "inside": "x = reimport, kafka",
    "alias": "import os as kafka",
    "longer_word": "importer kafka",
    "unicode": "import kafkaü, ükafka",
    "nothing": "",
}


def test_every_form_of_import_is_a_seed() -> None:
    files = {f"{name}.py": text.encode() for name, text in (IMPORTS | OTHERS).items()}
    assert Screen(files).seeds(["kafka"]) == tuple(sorted(f"{name}.py" for name in IMPORTS))


def test_dotted_roots() -> None:
    files = {
        "whole.py": b"import google.cloud.pubsub_v1",
        "below.py": b"from google.cloud.pubsub_v1.types import X",
        "rest.py": b"from google.cloud import (storage,\n  pubsub_v1)",
        "other.py": b"from google.cloud import storage",
        "longer.py": b"import google.cloud.pubsub_v1beta",
    }
    assert Screen(files).seeds(["google.cloud.pubsub_v1"]) == ("below.py", "rest.py", "whole.py")
    assert Screen(files).seeds(["google"]) == tuple(sorted(files))
    assert Screen(files).seeds([]) == Screen(files).seeds([""]) == ()


def test_bytes_that_are_no_text_do_no_harm() -> None:
    files = {
        "a.py": b"\xff\xfe\x00import kafka\x00",
        "b.py": b"\xff\n from kafka import \xff",
        "c.py": b"\\\n\\\nimport",
    }
    assert Screen(files).seeds(["kafka"]) == ("b.py",)


@pytest.mark.parametrize(
    "text",
    [
        b"import a; " * 20_000,
        b"x import " * 20_000,
        b"import a, " * 20_000,
        b":import a, \\\n" * 20_000,
        b"from " + b" " * 200_000 + b"import a",
        (b" " * 2000 + b"import a") * 100,
    ],
)
def test_long_lines_are_not_copied_for_every_hit(text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = 0
    plain_tail = screen._tail

    def counting(content: bytes, end: int) -> bytes:
        nonlocal copied
        tail = plain_tail(content, end)
        copied += len(tail)
        return tail

    monkeypatch.setattr(screen, "_tail", counting)
    assert len(imported_modules(text)) <= 3
    assert copied <= 2 * len(text) + 4096


NAMES = st.sampled_from(["kafka", "os", "a.b", "kafka.errors", "ü", "_x"])
BLANK = st.sampled_from([" ", "  ", "\t", " \\\n ", "\\\n "])


@st.composite
def statements(draw: st.DrawFn) -> str:
    blank = draw(BLANK)
    if draw(st.booleans()):
        targets = draw(st.lists(st.tuples(NAMES, st.sampled_from(["", " as y"])), min_size=1, max_size=3))
        line = f"import{blank}" + f",{draw(BLANK)}".join(name + alias for name, alias in targets)
    else:
        dots = draw(st.sampled_from(["", "", ".", ".."]))
        names = draw(st.sampled_from(["x", "*", "(x, y)", "(\n x,\n kafka)", "x as kafka"]))
        line = f"from{blank}{dots}{draw(NAMES)}{draw(BLANK)}import{draw(BLANK)}{names}"
    wrapped = draw(
        st.sampled_from(["{}", "if 1: {}", "x = 1; {}; y", "if 1:\n    {}", "'''\n'''; {}", "class A:\n\t{}"])
    )
    return wrapped.format(line)


@given(
    st.lists(
        statements() | st.sampled_from(["x = 1  # import a", "'import a'", "f(x)", "'''\nimport q\n'''"]), max_size=4
    )
)
def test_no_import_that_python_sees_is_missed(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return  # a star import inside a class
    expected = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            expected |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            expected.add(str(node.module))
    found = {module.decode() for module in imported_modules(text.encode())}
    assert expected <= found
    assert found <= expected | {"a", "q"}


class TestMentions:
    FILES = {
        "a.py": b"def send_order(bus): bus.publish('order.placed')",
        "b.py": b"send_order # publish",
        "c.py": b"resend_order; send_orders; xpublish",
        "d.py": "größe = send_order".encode(),
        "e.py": b"",
    }

    def test_whole_identifiers_all_of_them(self) -> None:
        screen = Screen(self.FILES)
        assert screen.mentions("send_order") == ("a.py", "b.py", "d.py")
        assert screen.mentions("send_order", "publish") == ("a.py", "b.py")
        assert screen.mentions("publish", "send_order", "publish") == ("a.py", "b.py")
        assert screen.mentions("order.placed") == ("a.py",)
        assert screen.mentions("größe") == ("d.py",)
        assert screen.mentions("gr") == screen.mentions("e") == screen.mentions("nowhere") == ()

    def test_no_word_no_file(self) -> None:
        assert Screen(self.FILES).mentions() == Screen(self.FILES).mentions("") == ()
        assert Screen(self.FILES).mentions("a", "x..y") == Screen({}).mentions("a") == ()

    def test_odd_names_and_bytes(self) -> None:
        screen = Screen({"x\n<script>\udcff.py": b"\xffword word", "y.py": b"\xffword\x00"})
        assert screen.mentions("word") == ("x\n<script>\udcff.py",)
        assert screen.mentions("\ud800") == ()

    def test_the_index_answers_as_the_search_did(self, monkeypatch: pytest.MonkeyPatch) -> None:
        words = ["send_order", "publish", "order", "placed", "bus", "größe", "nowhere", "def"]
        searched = Screen(self.FILES)
        before = [searched.mentions(word, other) for word in words for other in words]
        assert searched._index is None
        monkeypatch.setattr(screen, "SCANS", 0)
        indexed = Screen(self.FILES)
        assert [indexed.mentions(word, other) for word in words for other in words] == before
        assert indexed._index is not None

    def test_the_index_is_built_after_many_words(self) -> None:
        asked = Screen(self.FILES)
        for number in range(screen.SCANS):
            asked.mentions(f"word{number}")
        assert asked._index is None
        assert asked.mentions("send_order", "publish") == ("a.py", "b.py")
        assert asked._index is not None


@given(st.lists(st.text("ab_1 .ü\n", max_size=12), max_size=4), st.text("ab_ü", min_size=1, max_size=2))
def test_search_and_index_agree_with_pythons_tokens(texts: list[str], word: str) -> None:
    files = {f"{n}.py": text.encode() for n, text in enumerate(texts)}
    found = Screen(files).mentions(word)
    index = screen._indexed(files.values())
    assert found == tuple(path for n, path in enumerate(files) if n in index.get(word.encode(), ()))
    for path, content in files.items():
        assert holds(content, word.encode()) == (path in found)
        if word in _names(content):
            assert path in found


def _names(content: bytes) -> set[str]:
    try:
        tokens = list(tokenize.tokenize(io.BytesIO(content).readline))
    except (tokenize.TokenError, SyntaxError):
        return set()
    return {token.string for token in tokens if token.type == tokenize.NAME and not keyword.iskeyword(token.string)}
