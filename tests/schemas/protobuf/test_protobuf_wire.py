"""Laws of the verdicts, and the verdicts against what google.protobuf makes of real messages.

Pairs of schemas are drawn, messages of one side are encoded and decoded by the other. A direction breaks if and only
if a message is refused, or a field that both sides know comes out as another value.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError, EncodeError, Message
from grpc_tools import protoc
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from eda_lint.model.schema import Comparison
from eda_lint.schemas import compare, read
from eda_lint.schemas.diff import diff
from eda_lint.schemas.protobuf import DIALECT

INTEGERS = ("int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64")
TYPES = (*INTEGERS, "bool", "float", "double", "string", "bytes", "E", "N")
LABELS = ("", "", "repeated", "optional", "required")

Field = tuple[str, str, str]
"""Label, type, oneof (empty: none)."""
Side = tuple[dict[int, Field], tuple[int, ...]]
"""Fields of the message M by number, and the numbers of the enum E."""


@st.composite
def sides(draw: st.DrawFn) -> Side:
    oneof = st.sampled_from(("", "", "", "o", "p"))
    field = st.tuples(st.sampled_from(LABELS), st.sampled_from(TYPES), oneof)
    numbers = draw(st.sets(st.integers(1, 4), min_size=1, max_size=4))
    enum = draw(st.sets(st.integers(1, 3)))
    return {number: draw(field) for number in sorted(numbers)}, (0, *sorted(enum))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """Two texts; mostly alike, so that single changes decide."""
    old, new = draw(sides()), draw(sides())
    kept = {number for number in old[0] if draw(st.integers(0, 3))}
    fields = {number: old[0][number] for number in kept} | {n: f for n, f in new[0].items() if n not in kept}
    enum = old[1] if draw(st.booleans()) else new[1]
    syntax = draw(st.sampled_from(("proto2", "proto3")))
    other = draw(st.sampled_from((syntax, syntax, "proto2", "proto3")))
    return text(old, syntax), text((fields, enum), other)


def text(side: Side, syntax: str, prefix: str = "") -> str:
    fields, enum = side
    lines: list[str] = []
    groups: dict[str, list[str]] = {}
    plain = "optional " if syntax == "proto2" else ""
    for number, (label, kind, oneof) in fields.items():
        kind = f"{prefix}{kind}" if kind in ("E", "N") else kind
        if oneof:
            groups.setdefault(oneof, []).append(f"{kind} f{number} = {number};")
            continue
        label = f"{label} " if label in ("repeated", "optional") or (label and syntax == "proto2") else plain
        lines.append(f"{label}{kind} f{number} = {number};")
    lines += [f"oneof {name} {{ {' '.join(members)} }}" for name, members in groups.items()]
    values = " ".join(f"{prefix}V{number} = {number};" for number in enum)
    return (
        f'syntax = "{syntax}";\nmessage {prefix}M {{ {" ".join(lines)} }}\n'
        f"message {prefix}N {{ {plain}int32 n = 1; }}\nenum {prefix}E {{ {values} }}\n"
        f"message {prefix}U {{ {plain}{prefix}E e = 1; }}\n"
    )


def compared(old: str, new: str) -> Comparison:
    return compare(old, new, dialect="protobuf")


def broken(comparison: Comparison) -> tuple[bool, bool]:
    return comparison.backward == "break", comparison.forward == "break"


quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(pairs())
def test_a_schema_does_not_differ_from_itself(pair: tuple[str, str]) -> None:
    for one in pair:
        assert diff(DIALECT, read(one, dialect="protobuf"), read(one, dialect="protobuf")) == ()


@quick
@given(pairs())
def test_what_breaks_backward_breaks_forward_the_other_way_round(pair: tuple[str, str]) -> None:
    old, new = pair
    assert broken(compared(old, new)) == broken(compared(new, old))[::-1]


@quick
@given(sides(), sides(), sides(), sides())
def test_more_changes_are_never_safer(a: Side, b: Side, c: Side, d: Side) -> None:
    one = compared(text(a, "proto3"), text(b, "proto3"))
    other = compared(text(c, "proto3", "X"), text(d, "proto3", "X"))
    both = compared(
        text(a, "proto3") + text(c, "proto3", "X").partition("\n")[2],
        text(b, "proto3") + text(d, "proto3", "X").partition("\n")[2],
    )
    order = ("ok", "warn", "break")
    assert both.backward == max(one.backward, other.backward, key=order.index)
    assert both.forward == max(one.forward, other.forward, key=order.index)


# --------------------------------------------------------------------------------------- against google.protobuf


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("protoc")


@settings(quick, max_examples=40)
@given(pair=pairs())
def test_agrees_with_google_protobuf(pair: tuple[str, str], folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    old, new = (compiled(one, folder) for one in pair)
    assume(old is not None and new is not None)
    assert old is not None
    assert new is not None
    said = compared(*pair)
    for writer, reader, verdict in ((old, new, said.backward), (new, old, said.forward)):
        lost = [why for name in ("M", "N", "U") for why in losses(writer[name], reader[name])]
        if lost:
            assert verdict == "break", (lost[0], pair)
        elif verdict == "break":
            assert unseen(pair, said), pair


def unseen(pair: tuple[str, str], said: Comparison) -> bool:
    """A break that samples need not show: a oneof with values that are all the default, an enum of one value."""
    kinds = {change.kind for change in said.changes if "break" in (change.backward, change.forward)}
    return kinds <= {"oneof-merged", "oneof-split"} or any("enum E { V0 = 0; }" in one for one in pair)


def compiled(one: str, folder: Path) -> dict[str, type[Message]] | None:
    (folder / "a.proto").write_text(one)
    out = folder / "set.pb"
    if protoc.main(["protoc", f"-I{folder}", f"--descriptor_set_out={out}", "a.proto"]):
        return None
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes()).file:
        pool.Add(file)  # type: ignore[no-untyped-call]
    return {n: message_factory.GetMessageClass(pool.FindMessageTypeByName(n)) for n in ("M", "N", "U")}


LOW, HIGH = -(2**31), 2**31 - 1
SAMPLES: dict[str, list[Any]] = {
    "int32": [1, -1, LOW, HIGH],
    "int64": [1, -1, -(2**63), 2**63 - 1],
    "uint32": [1, 2**31, 2**32 - 1],
    "uint64": [1, 2**33, 2**64 - 1],
    "bool": [True],
    "float": [1.5, -2.0],
    "string": ["a", "é"],
    "bytes": [b"a", b"\xff"],
}
CPP_KINDS = {1: "int32", 2: "int64", 3: "uint32", 4: "uint64", 5: "float", 6: "float", 7: "bool"}


def samples(field: Any) -> list[Any]:
    if field.message_type is not None:
        return [field.message_type._concrete_class(n=number) for number in (1, -1)]
    if field.enum_type is not None:
        return [value.number for value in field.enum_type.values if value.number] or [0]
    if field.cpp_type == 9:
        return SAMPLES["string" if field.type == 9 else "bytes"]
    return SAMPLES[CPP_KINDS[field.cpp_type]]


def messages(kind: type[Message]) -> Iterator[Message]:
    """A message per value of each field, one of all fields, and those that a oneof makes of them."""
    fields = list(kind.DESCRIPTOR.fields)
    required = {field.name: samples(field)[0] for field in fields if field.is_required}
    yield kind(**required)
    for field in fields:
        values = samples(field)
        for value in [values] if field.is_repeated else values:
            yield kind(**{**required, field.name: value})
    for ordered in itertools.islice(itertools.permutations(fields), 6):
        one = kind(**required)
        for field in ordered:
            one.MergeFrom(kind(**{field.name: samples(field) if field.is_repeated else samples(field)[-1]}))
        yield one


def losses(writer: type[Message], reader: type[Message]) -> Iterator[str]:
    for one in messages(writer):
        try:
            data = one.SerializeToString()
        except EncodeError:
            continue
        try:
            other = reader.FromString(data)
        except (DecodeError, UnicodeDecodeError) as error:
            yield f"refused: {error}"
            continue
        if not other.IsInitialized():
            yield "refused: a required field is missing"
        for field in one.DESCRIPTOR.fields:
            same = other.DESCRIPTOR.fields_by_number.get(field.number)
            if same is not None:
                before, after = values(one, field), values(other, same)
                if field.is_repeated and not same.is_repeated:
                    before = before[-1:] if field.message_type is None or same.message_type is None else after
                if before != after:
                    yield f"{field.name}: {before} → {after}"


def values(message: Message, field: Any) -> list[Any]:
    """The set values of a field, comparable over types; a set default counts as unset, as proto3 has it."""
    value = getattr(message, field.name)
    if not field.is_repeated and field.message_type is not None and not message.HasField(field.name):
        return []
    found = list(value) if field.is_repeated else [value]
    if field.message_type is not None:
        found = [one.SerializeToString() for one in found]
    elif field.type == 9:
        found = [one.encode() if isinstance(one, str) else None for one in found]
    return [one for one in found if one or one is None]
