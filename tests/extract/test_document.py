"""Configuration files, well and badly formed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.extract.document import BYTES, format_of, read_document
from eda_lint.extract.yaml_events import NODES
from eda_lint.model.facts import Document


def data(name: str, text: str) -> Any:
    found = read_document(name, text.encode())
    assert found is not None
    assert found.problems == ()
    return found.data


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("template.yaml", "yaml"),
        ("A.YML", "yaml"),
        ("pyproject.toml", "toml"),
        ("poetry.lock", "toml"),
        ("Pipfile.lock", "json"),
        ("package.json", "json"),
        ("setup.cfg", "ini"),
        (".env", "env"),
        (".env.local", "env"),
        ("prod.env", "env"),
        ("Makefile", None),
        ("yaml", None),
        ("main.py", None),
    ],
)
def test_format(name: str, expected: str | None) -> None:
    assert format_of(name) == expected
    assert (read_document(name, b"") is None) == (expected is None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: [x, 'y', \"z\"]\n", {"a": 1, "b": ["x", "y", "z"]}),
        ("on: push\n8080: yes\nnull: ~\n", {"on": "push", "8080": True, "null": None}),
        ("a: 0x1F\nb: 0o17\nc: 017\nd: 1_000\ne: 1.5e+3\nf: .5\ng: 1.2.3\n",
         {"a": 31, "b": 15, "c": 15, "d": 1000, "e": 1500.0, "f": 0.5, "g": "1.2.3"}),
        ("a: 2024-01-01\nb: '1'\nc: !!str 1\n", {"a": "2024-01-01", "b": "1", "c": "1"}),
        ("a: |\n  x\n  y\n", {"a": "x\ny\n"}),
        ("a: 1\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
        ("", None),
        ("a: &x {k: 1}\nb: *x\nc: {<<: *x, l: 2}\n", {"a": {"k": 1}, "b": {"k": 1}, "c": {"k": 1, "l": 2}}),
        ("x: &x {k: 1}\ny: &y {k: 2, m: 3}\nc: {k: 0, <<: [*x, *y]}\n",
         {"x": {"k": 1}, "y": {"k": 2, "m": 3}, "c": {"k": 0, "m": 3}}),
        ("a: !Ref Topic\n", {"a": {"Ref": "Topic"}}),
        ("a: !GetAtt Queue.Arn\n", {"a": {"Fn::GetAtt": ["Queue", "Arn"]}}),
        ("a: !GetAtt [Queue, Arn]\n", {"a": {"Fn::GetAtt": ["Queue", "Arn"]}}),
        ("a: !Sub 'arn:${X}'\n", {"a": {"Fn::Sub": "arn:${X}"}}),
        ("a: !Join ['-', [!Ref X, y]]\n", {"a": {"Fn::Join": ["-", [{"Ref": "X"}, "y"]]}}),
        ("a: !vault secret\n", {"a": {"!vault": "secret"}}),
        ("a: !custom {b: 1}\n", {"a": {"!custom": {"b": 1}}}),
        ("? [a, b]\n: 1\n", {"?": 1}),
    ],
)  # fmt: skip
def test_yaml(text: str, expected: Any) -> None:
    assert data("x.yaml", text) == expected


def test_toml_json_ini_env() -> None:
    assert data("x.toml", "a = 1979-05-27\n[b]\nc = [1, {d = 'e'}]\n") == {
        "a": "1979-05-27",
        "b": {"c": [1, {"d": "e"}]},
    }
    assert data("x.json", '\ufeff{"a": [1, null, true]}') == {"a": [1, None, True]}
    assert data("x.ini", "[DEFAULT]\nz = 1\n[Main]\nKey = %(x)s\nflag\n") == {
        "DEFAULT": {"z": "1"},
        "Main": {"Key": "%(x)s", "flag": None},
    }
    env = "# c\nexport A=1\nB='x # y' # c\nC = a b # c\nD=\nE=#c\nF=a#b\n\n"
    assert data(".env", env) == {"A": "1", "B": "x # y", "C": "a b", "D": "", "E": "", "F": "a#b"}


@pytest.mark.parametrize(
    ("name", "content", "kind", "line"),
    [
        ("x.yaml", b"a: 1\nb: [\n", "syntax", 3),
        ("x.yaml", b"a: {{ .Values.x }}\nb: }\n", "syntax", 2),
        ("x.yaml", b"a: \x00\n", "syntax", None),
        ("x.yaml", b"a: *nowhere\n", "limits", 1),
        ("x.yaml", b"a: &a [*a]\n", "limits", 1),
        ("x.yaml", b"[" * 5000, None, None),
        ("x.yaml", b"- " * 5000 + b"a", None, None),
        ("x.yaml", b"a: 1\nb: \xff\n", "encoding", 2),
        ("x.toml", b"a = 1\nb = \n", "syntax", 2),
        ("x.toml", b"a = " + b"[" * 5000 + b"]" * 5000, "limits", None),
        ("x.json", b'{"a": 1,\n"b": ]}', "syntax", 2),
        ("x.json", b"[" * 100_000 + b"]" * 100_000, "limits", None),
        ("x.json", b"[" * 150 + b"]" * 150, "limits", None),
        ("x.json", b"", "syntax", 1),
        ("x.json", b"1" * 6000, "limits", None),
        ("x.ini", b"no section\n", "syntax", 1),
        ("x.ini", b"[a]\n  b\n[[[\n=\n", "syntax", None),
        (".env", b"A=1\nnot an assignment\n", "syntax", 2),
        ("x.yaml", b"a: 1\n" * (BYTES // 5 + 1), "limits", 1),
    ],
)
def test_malformed(name: str, content: bytes, kind: str | None, line: int | None) -> None:
    found = read_document(name, content)
    assert found is not None
    assert len(found.problems) == 1
    problem = found.problems[0]
    assert kind is None or problem.kind == kind
    assert line is None or problem.line == line
    assert "\n" not in problem.message


def test_what_stands_before_a_fault_is_kept() -> None:
    found = read_document("x.yaml", b"a: 1\n---\nb: [\n")
    assert found is not None
    assert found.data == {"a": 1}
    env = read_document(".env", b"A=1\n???\nB=2\n")
    assert env is not None
    assert env.data == {"A": "1", "B": "2"}


def test_alias_bomb_is_refused() -> None:
    levels = "".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]\n" for i in range(1, 10))
    found = read_document("x.yaml", ("l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n" + levels).encode())
    assert found is not None
    assert [each.kind for each in found.problems] == ["limits"]
    assert str(NODES) in found.problems[0].message


@given(st.sampled_from(["x.yaml", "x.toml", "x.json", "x.ini", ".env"]), st.text(max_size=60) | st.binary(max_size=60))
def test_anything(name: str, content: str | bytes) -> None:
    raw = content.encode(errors="surrogatepass") if isinstance(content, str) else content
    assert isinstance(read_document(name, raw), Document)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-1000, 1000) | st.text("abc: -'\"#", max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", min_size=1, max_size=3), inner, max_size=3)
        ),
        max_leaves=10,
    )
)
def test_yaml_is_read_as_it_was_written(value: Any) -> None:
    yaml = pytest.importorskip("yaml")
    assert data("x.yaml", yaml.safe_dump(value)) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM x\nENV A=1 B='two words'\nRUN echo ENV C=3\n", {"A": "1", "B": "two words"}),
        ("env A some words\nARG B=2\nARG C\n", {"A": "some words", "B": "2"}),
        ("ENV A=1 \\\n    B=2\n", {"A": "1", "B": "2"}),
        ('ENV A="open\nENV B=2\n', {"B": "2"}),
        ("", {}),
    ],
)
def test_dockerfile(text: str, expected: dict[str, str]) -> None:
    for name in ("Dockerfile", "Dockerfile.dev", "api.dockerfile", "Containerfile"):
        document = read_document(name, text.encode())
        assert document is not None
        assert (document.format, document.data) == ("dockerfile", expected)
