"""Laws that hold for every program, over programs made of random statements."""

from __future__ import annotations

import ast
import textwrap

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from eda_lint.extract import extract
from eda_lint.model.facts import Bind, Do, Extracted, ModuleFacts
from eda_lint.model.values import Local, Value

NAMES = st.sampled_from(["a", "b", "c", "self"])


def expressions() -> st.SearchStrategy[str]:
    atoms = st.one_of(NAMES, st.sampled_from(["1", "'t'", "None", "f'{a}x'", "b''"]))

    def extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds("{}({})".format, NAMES, inner),
            st.builds("({}).m({}, k={}, *{})".format, inner, inner, inner, NAMES),
            st.builds("({} if {} else {})".format, inner, inner, inner),
            st.builds("({} and {} or {})".format, inner, inner, inner),
            st.builds("({} + {})".format, inner, inner),
            st.builds("({})[{}]".format, inner, inner),
            st.builds("{{{}: {}, **{}}}".format, inner, inner, NAMES),
            st.builds("[{}, *{}]".format, inner, NAMES),
            st.builds("[{} for {} in {} if {}]".format, inner, NAMES, inner, inner),
            st.builds("{{{}: {} for {} in {} for {} in {}}}".format, inner, inner, NAMES, inner, NAMES, inner),
            st.builds("(lambda {}={}: {})".format, NAMES, inner, inner),
            st.builds("({} := {})".format, NAMES, inner),
            st.builds("f'{{{}}}'".format, NAMES),
        )

    return st.recursive(atoms, extend, max_leaves=6)


def statements() -> st.SearchStrategy[str]:
    simple = st.one_of(
        expressions(),
        st.builds("{} = {}".format, NAMES, expressions()),
        st.builds("{}.x, {}[{}] = {}".format, NAMES, NAMES, expressions(), expressions()),
        st.builds("{}: {} = {}".format, NAMES, NAMES, expressions()),
        st.builds("{} += {}".format, NAMES, expressions()),
        st.builds("del {}".format, NAMES),
        st.builds("import {}.x".format, NAMES),
        st.builds("assert {}, {}".format, expressions(), expressions()),
        st.builds("raise {}".format, expressions()),
    )

    def indent(body: list[str]) -> str:
        return textwrap.indent("\n".join(body), "  ")

    def nest(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        body = st.lists(inner, min_size=1, max_size=3).map(indent)
        return st.one_of(
            st.builds("if {}:\n{}\nelif {}:\n{}\nelse:\n{}".format, expressions(), body, expressions(), body, body),
            st.builds("for {} in {}:\n{}\n  continue".format, NAMES, expressions(), body),
            st.builds("while {}:\n{}\n  break\nelse:\n{}".format, expressions(), body, body),
            st.builds("try:\n{}\nexcept {} as {}:\n{}\nfinally:\n{}".format, body, expressions(), NAMES, body, body),
            st.builds("with {} as {}, {}:\n{}".format, expressions(), NAMES, expressions(), body),
            st.builds("@{}\ndef {}(a, b: {}, *c, d={}):\n{}".format, NAMES, NAMES, NAMES, expressions(), body),
            st.builds("class {}({}):\n{}".format, NAMES, NAMES, body),
            st.builds("match {}:\n  case [{}, *_]:\n{}".format, expressions(), NAMES, body.map(lambda b: indent([b]))),
        )

    return st.recursive(simple, nest, max_leaves=8)


PROGRAMS = st.lists(statements(), max_size=5).map(lambda body: "\n".join(body) + "\n")


def _check(extracted: Extracted, source: str) -> ModuleFacts | None:
    if extracted.facts is None:
        # A walrus where none may stand is the one thing that these programs get wrong.
        assert [each.kind for each in extracted.problems] == ["syntax"]
        return None
    return extracted.facts


@settings(max_examples=50)
@given(PROGRAMS)
def test_every_number_is_used_once(source: str) -> None:
    extracted = extract(source.encode())
    facts = _check(extracted, source)
    if facts is None:
        return
    places = extracted.places
    assert len(places.calls) == len(facts.calls)
    assert len(places.definitions) == len(facts.definitions)
    done = [step.call for block in facts.blocks for step in block if isinstance(step, Do)]
    assert sorted(done) == list(range(len(facts.calls)))
    bound = [step.binding for block in facts.blocks for step in block if isinstance(step, Bind)]
    assert len(set(bound)) == len(bound)
    assert all(each.value >= 0 for each in facts.bindings)
    tree = ast.parse(source)
    starts = sorted((n.lineno, n.col_offset + 1) for n in ast.walk(tree) if isinstance(n, ast.Call))
    assert sorted((span.line, span.column) for span in places.calls) == starts


@settings(max_examples=30)
@given(PROGRAMS)
def test_places_name_what_is_called(source: str) -> None:
    """A call's place and a call's facts speak of the same call: the name before its bracket is the name called."""
    extracted = extract(source.encode())
    facts = _check(extracted, source)
    if facts is None:
        return
    lines = source.split("\n")
    for call, span in zip(facts.calls, extracted.places.calls, strict=True):
        function = facts.values[call.function]
        text = lines[span.line - 1][span.column - 1 :]
        if hasattr(function, "of"):
            assert text.startswith(("(", "["))
        else:
            assert text.startswith(f"{function.name}(")  # type: ignore[union-attr]


@settings(max_examples=30)
@given(PROGRAMS)
def test_rows_are_acyclic_and_bindings_belong_to_their_names(source: str) -> None:
    facts = _check(extract(source.encode()), source)
    if facts is None:
        return
    for row, value in enumerate(facts.values):
        if isinstance(value, Local):
            assert all(facts.bindings[index].name == value.name for index in value.bindings)
            assert list(value.bindings) == sorted(set(value.bindings))
        assert all(child < row for child in _children(value))


def _children(value: Value) -> list[int]:
    """Rows that a value is made of."""
    rows = []
    for name in ("of", "key", "left", "right", "test", "then", "otherwise", "element"):
        child = getattr(value, name, -1)
        rows.append(child if isinstance(child, int) else -1)
    for name in ("parts", "items", "operands", "rights"):
        rows.extend(getattr(value, name, ()))
    return rows


@settings(max_examples=25)
@given(PROGRAMS, st.integers(0, 30))
def test_same_bytes_and_no_fact_of_layout(source: str, at: int) -> None:
    first = extract(source.encode())
    assert msgspec.msgpack.encode(first) == msgspec.msgpack.encode(extract(source.encode()))
    lines = source.split("\n")
    lines.insert(min(at, len(lines)), "")
    moved = extract("\n".join(lines).encode())
    assert msgspec.msgpack.encode(moved.facts) == msgspec.msgpack.encode(first.facts)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(first), type=Extracted) == first
