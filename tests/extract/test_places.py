"""Where facts stand, and that both ways to find out agree."""

from __future__ import annotations

import ast
import random
import sysconfig
import warnings
from pathlib import Path

import libcst
import msgspec
import pytest

from eda_lint.extract import extract
from eda_lint.extract.decode import decode
from eda_lint.extract.facts import module_facts
from eda_lint.extract.places import fast_places, slow_places, suppression_comments
from eda_lint.model.facts import Comment, Extracted, Places, Span

SOURCE = """\
@deco(a)
class C(b()):  # é
    x = {"k": f(1), **g("ü"), "l": [h()]}
    y = "ü"; z = i("é", j())

    @one
    @two(lambda: 1)
    async def m(self):
        self.a, self.b[0] = k().l()
        try:
            pass
        except (E,
                F) as e:
            pass
        except:
            pass
        with (open(p) as q, lock):
            return [n(v) for v in o()] if r() else s()
"""


def source_text(span: Span) -> str:
    lines = SOURCE.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


@pytest.fixture
def places() -> Places:
    return extract(SOURCE.encode()).places


def test_each_number_finds_its_text(places: Places) -> None:
    facts = extract(SOURCE.encode()).facts
    assert facts is not None
    assert [source_text(span) for span in places.calls] == [
        "deco(a)", "b()", "f(1)", 'g("ü")', "h()", 'i("é", j())', "j()", "two(lambda: 1)", "k().l()", "k()",
        "open(p)", "n(v)", "o()", "r()", "s()",
    ]  # fmt: skip
    assert [source_text(span) for span in places.decorators] == ["deco(a)", "one", "two(lambda: 1)"]
    assert [source_text(span) for span in places.entries] == ['"k"', "**", '"l"']
    assert [source_text(span) for span in places.writes] == ["self.a", "self.b[0]"]
    assert [source_text(span).split("\n")[0] for span in places.handlers] == ["except (E,", "except"]
    assert [source_text(span) for span in places.withs] == ["with (open(p) as q, lock"]
    assert [source_text(span)[:8] for span in places.definitions[1:]] == ["class C(", "lambda: ", "async de"]
    assert places.definitions[0] == Span(1, 1, 19, 1)
    names = [definition.name for definition in facts.definitions]
    assert names == ["<module>", "C", "<lambda>", "m"]


def test_statements_are_headers_and_simple_statements(places: Places) -> None:
    assert set(places.statements) >= {(1, 1), (2, 2), (3, 3), (4, 4), (8, 8), (9, 9), (12, 13), (17, 17), (18, 18)}
    assert list(places.statements) == sorted(places.statements)


def test_header_ends_at_its_colon() -> None:
    found = extract(b"def f(\n    a,\n):  # here\n    # not here\n    pass\n").places.statements
    assert found == ((1, 3), (5, 5))


def _stdlib() -> list[Path]:
    root = Path(sysconfig.get_path("stdlib"))
    files = [p for p in sorted(root.rglob("*.py")) if "site-packages" not in p.parts and p.stat().st_size < 20_000]
    return random.Random(20).sample(files, 40)


@pytest.mark.parametrize("path", _stdlib(), ids=lambda path: path.name)
def test_laws_on_the_standard_library(path: Path) -> None:
    content = path.read_bytes()
    extracted = extract(content)
    source = decode(content)
    if extracted.facts is None or source is None:
        with pytest.raises((SyntaxError, UnicodeError, ValueError)):
            ast.parse(content)
        return
    _agrees_with_ast(source, extracted)
    module = libcst.parse_module(source)
    facts, walk = module_facts(module, source)
    assert facts == extracted.facts
    fast, slow = fast_places(source, walk.counts), slow_places(module)
    assert fast is not None
    for category in ("calls", "definitions", "decorators", "entries", "writes", "handlers", "withs"):
        mine, theirs = getattr(fast, category), getattr(slow, category)
        # The two parsers differ in where a body ends that ends in `;`; starts are the same.
        assert [span[:2] for span in map(msgspec.structs.astuple, mine)] == [
            span[:2] for span in map(msgspec.structs.astuple, theirs)
        ]
    encoded = msgspec.msgpack.encode(extracted)
    assert msgspec.msgpack.decode(encoded, type=Extracted) == extracted
    assert msgspec.msgpack.encode(extract(content)) == encoded


def _agrees_with_ast(source: str, extracted: Extracted) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nodes = list(ast.walk(ast.parse(source)))
    facts = extracted.facts
    assert facts is not None

    def count(*kinds: type) -> int:
        return sum(isinstance(node, kinds) for node in nodes)

    assert len(facts.calls) == count(ast.Call)
    assert len(facts.definitions) == 1 + count(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    assert len(facts.imports) == sum(len(n.names) for n in nodes if isinstance(n, ast.Import | ast.ImportFrom))


def test_fallback_is_used_where_ast_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = extract(SOURCE.encode())
    monkeypatch.setattr("eda_lint.extract.module.fast_places", lambda source, counts: None)
    slow = extract(SOURCE.encode())
    assert slow.facts == fast.facts
    for category in ("calls", "definitions", "decorators", "entries", "writes", "handlers", "withs", "statements"):
        assert getattr(slow.places, category) == getattr(fast.places, category), category


def test_counts_that_differ_refuse_the_fast_way() -> None:
    assert fast_places("f()\n", dict.fromkeys(("calls", "decorators", "entries"), 0)) is None


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends(newline: str) -> None:
    source = "a()\n# c\n  # eda-lint: x\nb(\n  c())\n".replace("\n", newline)
    found = extract(source.encode())
    assert [(span.line, span.column) for span in found.places.calls] == [(1, 1), (4, 1), (5, 3)]


def test_a_blank_line_changes_places_and_no_fact() -> None:
    first, second = extract(SOURCE.encode()), extract(("\n" + SOURCE.replace("    y =", "\n    y =")).encode())
    assert msgspec.msgpack.encode(first.facts) == msgspec.msgpack.encode(second.facts)
    assert first.places.calls != second.places.calls


def test_comments_that_may_suppress() -> None:
    source = "a()  # noqa: EDA301\n    \n  # eda-lint: ignore[EDA1]\nb = '# noqa'  # other\n"
    assert suppression_comments(source) == (
        Comment(1, 6, "# noqa: EDA301", False),
        Comment(3, 3, "# eda-lint: ignore[EDA1]", True),
    )


def test_comments_of_a_file_that_tokenize_gives_up_on() -> None:
    assert [each.line for each in suppression_comments("a  # noqa: X\n(((\n")] == [1]
