"""What a change of a `.thrift` file means, by law, and against what thriftpy2 makes of real messages."""

from __future__ import annotations

import itertools
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import thriftpy2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from thriftpy2.utils import deserialize, serialize

from eda_lint.errors import SchemaError
from eda_lint.model.schema import Change, Comparison
from eda_lint.schemas import compare, read
from eda_lint.schemas.diff import diff
from eda_lint.schemas.thrift import DIALECT
from eda_lint.schemas.thrift.types import ROWS

MORE = "struct N { 1: i32 n } enum E { A = 0, B = 1 } enum F { A = 0, B = 1, C = 2 } union U { 1: i32 n }"


def compared(old: str, new: str, more: str = MORE) -> Comparison:
    return compare(f"struct S {{ {old} }} {more}", f"struct S {{ {new} }} {more}", dialect="thrift")


def only(comparison: Comparison, kind: str) -> Change:
    (change,) = (change for change in comparison.changes if change.kind == kind)
    return change


@pytest.mark.parametrize(
    ("old", "new", "backward", "forward"),
    [
        ("", "1: i32 a", "ok", "ok"),
        ("1: i32 a", "", "warn", "warn"),
        ("", "1: required i32 a", "break", "ok"),
        ("1: required i32 a", "", "warn", "break"),
        ("1: i32 a", "1: required i32 a", "break", "ok"),
        ("1: optional i32 a", "1: required i32 a", "break", "ok"),
        ("1: required i32 a", "1: optional i32 a", "ok", "break"),
        ("1: optional i32 a", "1: i32 a", "ok", "ok"),
        ("1: i32 a", "1: i32 b", "warn", "warn"),
        ("1: i32 a", "2: i32 a", "break", "break"),
        ("1: i32 a, 2: i32 b", "1: i32 b, 2: i32 a", "break", "break"),
        ("1: i32 a, 3: i32 c", "1: i32 a, 2: i32 b, 3: i32 c", "warn", "warn"),
        ("1: i32 a", "1: i32 a = 5", "warn", "warn"),
        ("1: list<i32> a = [1, 2]", "1: list<i32> a = [1,2]", "ok", "ok"),
        # a field whose tag is another one is skipped
        ("1: i32 a", "1: i64 a", "break", "break"),
        ("1: bool a", "1: string a", "break", "break"),
        ("1: list<i32> a", "1: set<i32> a", "break", "break"),
        ("1: list<i32> a", "1: list<i64> a", "break", "break"),
        ("1: map<i32, N> a", "1: map<string, N> a", "break", "break"),
        ("1: N a", "1: map<i32, i32> a", "break", "break"),
        # the same tag
        ("1: string a", "1: binary a", "warn", "break"),
        ("1: E a", "1: i32 a", "ok", "warn"),
        ("1: byte a", "1: i8 a", "ok", "ok"),
        ("1: E a", "1: F a", "warn", "break"),
        ("1: N a", "1: U a", "break", "warn"),
        # what no file defines
        ("1: x.A a", "1: x.A a", "ok", "ok"),
        ("1: x.A a", "1: x.B a", "warn", "warn"),
        ("1: x.A a", "1: string a", "break", "break"),
        ("1: x.A a", "1: i32 a", "warn", "warn"),
    ],
)
def test_fields(old: str, new: str, backward: str, forward: str) -> None:
    changed = compared(old, new)
    assert (changed.backward, changed.forward) == (backward, forward)
    for change in changed.changes:
        assert change.source
        assert change.message
        assert change.old_place or change.new_place


@pytest.mark.parametrize(
    ("old", "new", "kind", "backward", "forward"),
    [
        ("enum E { A = 1 }", "enum E { A = 1, B = 2 }", "symbol-added", "ok", "break"),
        ("enum E { A = 1, B = 2 }", "enum E { A = 1 }", "symbol-removed", "break", "ok"),
        ("enum E { A = 1 }", "enum E { B = 1 }", "symbol-renamed", "warn", "warn"),
        ("enum E { A = 1 }", "enum E { A = 2 }", "symbol-renumbered", "break", "break"),
        ("union U { 1: i32 a }", "union U { 1: i32 a, 2: i32 b }", "member-added", "ok", "break"),
        ("union U { 1: i32 a, 2: i32 b }", "union U { 1: i32 a }", "member-removed", "break", "ok"),
        ("struct S { 1: i32 a }", "union S { 1: i32 a }", "became-union", "break", "ok"),
        ("union S { 1: i32 a }", "struct S { 1: i32 a }", "became-struct", "ok", "break"),
        ("exception S { 1: i32 a }", "struct S { 1: i32 a }", "kind-changed", "ok", "ok"),
        ("struct S { 1: i32 a } struct T {}", "struct S { 1: i32 a }", "definition-removed", "warn", "warn"),
        ("struct S { 1: i32 a }", "struct T { 1: i32 a }", "definition-renamed", "warn", "warn"),
        ("namespace py a struct S {}", "namespace py b struct S {}", "namespace-changed", "ok", "ok"),
        ("service A { void f() }", "service B { void f() }", "service-removed", "warn", "warn"),
        ("service A { void f() }", "service A { }", "method-removed", "warn", "warn"),
        ("service A { void f() }", "service A { oneway void f() }", "method-changed", "warn", "warn"),
        ("service A { void f() }", "service A { i32 f() }", "method-changed", "warn", "warn"),
        ("service A { void f(1: i32 a) }", "service A { void f(1: i64 a) }", "method-changed", "warn", "warn"),
        ("service A { void f() throws (1: X x) }", "service A { void f() }", "method-changed", "warn", "warn"),
        ("service A { } service B { }", "service A extends B { } service B { }", "service-changed", "warn", "warn"),
    ],
)
def test_definitions(old: str, new: str, kind: str, backward: str, forward: str) -> None:
    changed = compare(old, new, dialect="thrift")
    assert [change.kind for change in changed.changes] == [kind]
    assert (changed.backward, changed.forward) == (backward, forward)


def test_typedefs_do_not_differ_from_what_they_stand_for() -> None:
    old = "typedef list<i32> Numbers\nstruct S { 1: Numbers a }"
    assert compare(old, "struct S { 1: list<i32> a }", dialect="thrift").changes == ()
    assert compare(old, "typedef list<i64> Numbers\nstruct S { 1: Numbers a }", dialect="thrift").backward == "break"


def test_structs_in_another_file_are_the_same_structs() -> None:
    one = {"a.thrift": "struct S { 1: T t } struct T { 1: i32 x }"}
    two = {"a.thrift": 'include "b.thrift"\nstruct S { 1: b.T t }', "b.thrift": "struct T { 1: i32 x }"}
    assert compare(one, two, dialect="thrift").changes == ()
    two["b.thrift"] = "struct T { 1: string x }"
    changed = compare(one, two, dialect="thrift")
    assert only(changed, "type-changed").path == "a.S.t.x"


def test_structs_that_contain_themselves() -> None:
    changed = compared("1: S child, 2: list<S> more, 3: i32 x", "1: S child, 2: list<S> more, 3: i64 x")
    assert [(change.kind, change.path) for change in changed.changes] == [("type-changed", "S.x")]


# ------------------------------------------------------------------------------------------ laws, and thriftpy2

TYPES = ("bool", "byte", "i16", "i32", "i64", "double", "string", "list<i32>", "set<i32>", "map<string, i32>", "N")
SAMPLES: dict[str, Any] = {
    "bool": True,
    "byte": 3,
    "i16": 300,
    "i32": 70000,
    "i64": 2**40,
    "double": 1.5,
    "string": "text",
    "list<i32>": [1, 2],
    "set<i32>": {1, 2},
    "map<string, i32>": {"a": 1},
}
Side = dict[int, tuple[str, str]]
"""Label and type by id."""

sides = st.dictionaries(
    st.integers(1, 4), st.tuples(st.sampled_from(("", "required", "optional")), st.sampled_from(TYPES)), min_size=1
)
quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def text(side: Side) -> str:
    fields = ", ".join(f"{number}: {label} {kind} f{number}" for number, (label, kind) in sorted(side.items()))
    return f"struct N {{ 1: i32 n }}\nstruct S {{ {fields} }}\n"


@quick
@given(sides, sides)
def test_laws(old: Side, new: Side) -> None:
    before, after = read(text(old), dialect="thrift"), read(text(new), dialect="thrift")
    assert diff(DIALECT, before, read(text(old), dialect="thrift")) == ()
    there, back = compare(before, after, dialect="thrift"), compare(after, before, dialect="thrift")
    assert (there.backward == "break", there.forward == "break") == (back.forward == "break", back.backward == "break")


def test_agrees_with_thriftpy2_on_every_pair_of_types(tmp_path: Path) -> None:
    """A field of every type, read as every other type: it arrives if and only if the change is none that breaks."""
    pairs = list(itertools.product(TYPES, TYPES))
    olds, news = ({n: ("", pair[side]) for n, pair in enumerate(pairs, 1)} for side in (0, 1))
    modules = []
    for name, side in (("old", olds), ("new", news)):
        (tmp_path / f"{name}.thrift").write_text(text(side))
        modules.append(thriftpy2.load(str(tmp_path / f"{name}.thrift"), module_name=f"{name}_thrift"))
    changed = compare(text(olds), text(news), dialect="thrift")
    broken = {change.path.partition(".")[2].partition("[")[0].partition("{")[0] for change in changed.changes}
    for number, (old, new) in enumerate(pairs, 1):
        name = f"f{number}"
        value = modules[0].N(n=7) if old == "N" else SAMPLES[old]
        try:
            arrived = getattr(deserialize(modules[1].S(), serialize(modules[0].S(**{name: value}))), name)
        except struct.error:  # the reader took the bytes of one type for those of another
            arrived = None
        same = arrived is not None and (arrived.n == 7 if old == new == "N" else plain(arrived) == plain(value))
        assert same == (name not in broken), (old, new, arrived)


def plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list | set) else value


@quick
@given(st.text(alphabet="struct S{}<>()=:;,12 \"'\n#/*@enum i32", max_size=80))
def test_no_text_makes_it_crash(noise: str) -> None:
    for old, new in ((noise, "struct S {}"), (f"struct S {{ {noise} }}", noise)):
        with suppress(SchemaError):
            compare(old, new, dialect="thrift")


@pytest.mark.parametrize("kind", sorted(ROWS))
def test_a_row_breaks_whom_its_mirror_breaks_the_other_way_round(kind: str) -> None:
    row = ROWS[kind]
    mirror = ROWS[row.mirror or kind]
    assert (row.backward == "break", row.forward == "break") == (mirror.forward == "break", mirror.backward == "break")
