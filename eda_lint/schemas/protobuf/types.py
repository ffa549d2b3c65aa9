"""How two Protobuf types relate: what a reader of one makes of bytes that a writer of the other wrote.

Source: protobuf.dev, "Encoding" (wire types, two's complement of negative int32, ZigZag) and "Language Guide, updating
a message type". That guide calls int32, uint32, int64, uint64 and bool compatible, for they parse; but they parse to
another number where the reader's range does not hold the written one. Here a type reads another without loss if
every value of the writer is the same value to the reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from eda_lint.model.schema import Definition, Enumeration, Record, Reference, Scalar, Type, Verdict
from eda_lint.schemas.dialect import Relation
from eda_lint.schemas.display import type_text

UPDATING = "protobuf.dev/programming-guides/proto3#updating"
ENCODING = "protobuf.dev/programming-guides/encoding"
JSON = "protobuf.dev/programming-guides/json"

_RANGES: Mapping[str, tuple[int, int]] = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
    "boolean": (0, 1),
}
"""Types written as plain varints, and the numbers they hold."""

_NUMBERS: Mapping[str, tuple[int, int]] = {
    **_RANGES,
    "sint32": _RANGES["int32"],
    "sint64": _RANGES["int64"],
    "sfixed32": _RANGES["int32"],
    "sfixed64": _RANGES["int64"],
    "fixed32": _RANGES["uint32"],
    "fixed64": _RANGES["uint64"],
}

_WIRE = {
    **dict.fromkeys(("int32", "int64", "uint32", "uint64", "boolean"), "a varint"),
    **dict.fromkeys(("sint32", "sint64"), "a ZigZag varint"),
    **dict.fromkeys(("fixed32", "sfixed32", "float"), "four bytes"),
    **dict.fromkeys(("fixed64", "sfixed64", "double"), "eight bytes"),
    **dict.fromkeys(("string", "bytes"), "a length and bytes"),
}

_JSON_GROUPS = {
    kind: number
    for number, kinds in enumerate(
        (("int32", "uint32"), ("int64", "uint64"), ("fixed32", "sfixed32"), ("fixed64", "sfixed64"))
    )
    for kind in kinds
}
_WIRE_GROUPS = {
    kind: number
    for number, kinds in enumerate(
        (
            ("int32", "int64", "uint32", "uint64", "boolean"),
            ("sint32", "sint64"),
            ("fixed32", "sfixed32"),
            ("fixed64", "sfixed64"),
        )
    )
    for kind in kinds
}

_Reading = tuple[Verdict, str]
"""A verdict and what happens, as the end of a sentence about the reader."""

_WORSE: Mapping[Verdict, int] = {"ok": 0, "warn": 1, "break": 2}


def relation(old: Type, new: Type) -> Relation | None:
    """How two types relate of which at least one is no message, or one is a type that no file defines."""
    if isinstance(old, Scalar) and isinstance(new, Scalar) and old.kind == new.kind:
        return None
    if isinstance(old, Reference) and isinstance(new, Reference):
        return _unseen(old, new)
    backward, after = reads(old, new)
    forward, before = reads(new, old)
    message = f"type changed from {_text(old)} to {_text(new)}: "
    if after == before:
        message += f"either side, reading what the other wrote, {after}"
    else:
        message += f"a new reader of old messages {after}, an old reader of new messages {before}"
    worst = max(backward, forward, key=_WORSE.__getitem__)
    message += ". Add a field with a new number instead." if worst == "break" else "."
    return Relation(
        backward,
        forward,
        "type-changed",
        message,
        ENCODING if worst == "break" else UPDATING,
        wire=worst,
        json=_json(old, new),
        code="break",
        rules=rules(old, new),
    )


def reads(writer: Type, reader: Type) -> _Reading:
    """What a reader of one type makes of a field that was written with another."""
    match writer, reader:
        case Scalar(), Scalar():
            return _scalars(writer.kind, reader.kind)
        case Enumeration(), Scalar():
            return _enum_as_scalar(writer, reader.kind)
        case Scalar(), Enumeration():
            return _scalar_as_enum(writer.kind, reader)
        case (Record() | Reference(), Scalar(kind="bytes")):
            return "warn", "gets the message's bytes undecoded"
        case (Scalar(kind="bytes"), Record() | Reference()):
            return "break", "parses bytes that need not be a message of this type"
        case (Reference(), Record()) | (Record(), Reference()):
            return "warn", "decodes it as far as the type that no file here defines is the same"
        case (Reference(), Scalar() | Enumeration()) | (Scalar() | Enumeration(), Reference()):
            return _unknown_and_number(writer, reader)
        case _:
            return "break", "cannot decode it"


def _scalars(writer: str, reader: str) -> _Reading:
    if writer == reader:
        return "ok", "gets the same value"
    if writer in _RANGES and reader in _RANGES:
        return _fits(_RANGES[writer], _RANGES[reader])
    if (writer, reader) == ("sint32", "sint64"):
        return "ok", "gets the same value"
    if (writer, reader) == ("sint64", "sint32"):
        return "break", "gets another number where it is too large"
    if (writer, reader) == ("string", "bytes"):
        return "warn", "gets the text's UTF-8 bytes"
    if (writer, reader) == ("bytes", "string"):
        return "break", "fails where the bytes are no UTF-8"
    if _WIRE.get(writer) == _WIRE.get(reader) or {_WIRE.get(writer), _WIRE.get(reader)} == {
        "a varint",
        "a ZigZag varint",
    }:
        return "break", "takes the same bytes for another value"
    return "break", f"expects {_WIRE.get(reader, reader)}, finds {_WIRE.get(writer, writer)} and drops the value"


def _fits(writer: tuple[int, int], reader: tuple[int, int]) -> _Reading:
    if reader[0] <= writer[0] and writer[1] <= reader[1]:
        return "ok", "gets the same value"
    if reader == _RANGES["boolean"]:
        return "break", "gets true for every number but 0"
    where = [
        *["too large"] * (writer[1] > reader[1]),
        *["negative"] * (writer[0] < 0 == reader[0]),
        *["too small"] * (writer[0] < reader[0] < 0),
    ]
    return "break", f"gets another number where it is {' or '.join(where)}"


def _enum_as_scalar(writer: Enumeration, reader: str) -> _Reading:
    if reader not in _RANGES:
        return "break", "takes the number for another value" if reader in ("sint32", "sint64") else "drops the value"
    low, high = _RANGES[reader]
    numbers = [symbol.number or 0 for symbol in writer.symbols]
    if any(not low <= number <= high for number in numbers):
        return "break", "gets another number for some values"
    return "ok", "gets the value's number"


def _scalar_as_enum(writer: str, reader: Enumeration) -> _Reading:
    if writer not in _RANGES:
        return "break", "takes the number for another value" if writer in ("sint32", "sint64") else "drops the value"
    if writer in ("int32", "boolean"):
        known = {symbol.number for symbol in reader.symbols}
        if reader.open or (writer == "boolean" and known >= {0, 1}):
            return "ok", "gets the number, with or without a name"
        return "break", "loses numbers without a name, for the enum is closed"
    return "break", "gets another number where it exceeds 32 bits"


def _unknown_and_number(writer: Type, reader: Type) -> _Reading:
    other = reader if isinstance(writer, Reference) else writer
    if isinstance(other, Enumeration) or (isinstance(other, Scalar) and other.kind in _RANGES):
        return "warn", "decodes it only if the type that no file here defines is an enum"
    return "break", "cannot decode it"


def _unseen(old: Reference, new: Reference) -> Relation | None:
    if old.name == new.name:
        return None
    return Relation(
        "warn",
        "warn",
        "message-type-changed",
        f"type changed from {_text(old)} to {_text(new)}, and neither is defined in the files at hand: whether they "
        "read each other cannot be seen. Add the files that they import.",
        UPDATING,
        wire="warn",
        json="warn",
        code="break",
        rules=("FIELD_SAME_TYPE", "FIELD_WIRE_COMPATIBLE_TYPE", "FIELD_WIRE_JSON_COMPATIBLE_TYPE"),
    )


def _json(old: Type, new: Type) -> Verdict:
    """The worse of both directions in ProtoJSON, where numbers are numbers and 64 bit ones texts (both are read)."""
    return max(_json_reads(old, new), _json_reads(new, old), key=_WORSE.__getitem__)


def _json_reads(writer: Type, reader: Type) -> Verdict:
    match writer, reader:
        case Scalar(kind=one), Scalar(kind=other) if one in _NUMBERS and other in _NUMBERS:
            low, high = _NUMBERS[other]
            inside = low <= _NUMBERS[one][0] and _NUMBERS[one][1] <= high
            return "ok" if inside and "boolean" not in (one, other) else "break"
        case Scalar(kind=one), Scalar(kind="float" | "double") if one in _NUMBERS and one != "boolean":
            return "warn"
        case Scalar(kind="float"), Scalar(kind="double"):
            return "ok"
        case Scalar(kind="int32"), Enumeration():
            return "ok"
        case _:
            return "break"


def rules(old: Type, new: Type) -> tuple[str, ...]:
    """buf's rules that report this change of type (its wire groups let bool and integers pass, its JSON groups keep
    32 and 64 bits apart, and a string may become bytes)."""
    found = ["FIELD_SAME_TYPE"]
    one = old.kind if isinstance(old, Scalar) else type(old).__name__
    other = new.kind if isinstance(new, Scalar) else type(new).__name__
    if _WIRE_GROUPS.get(one, one) != _WIRE_GROUPS.get(other, other) and (one, other) != ("string", "bytes"):
        found.append("FIELD_WIRE_COMPATIBLE_TYPE")
    if _JSON_GROUPS.get(one, one) != _JSON_GROUPS.get(other, other):
        found.append("FIELD_WIRE_JSON_COMPATIBLE_TYPE")
    return tuple(found)


def _text(type_: Type) -> str:
    if isinstance(type_, Scalar) and type_.kind == "boolean":
        return "`bool`"
    article = {Enumeration: "enum ", Record: "message "}.get(type(type_), "")
    return f"{article}`{type_text(type_)}`"


# -------------------------------------------------------------------------------------------------- well-known types

_WELL_KNOWN = """
syntax = "proto3";
package google.protobuf;
message Any { string type_url = 1; bytes value = 2; }
message Timestamp { int64 seconds = 1; int32 nanos = 2; }
message Duration { int64 seconds = 1; int32 nanos = 2; }
message Empty {}
message FieldMask { repeated string paths = 1; }
message Struct { map<string, Value> fields = 1; }
message Value {
  oneof kind {
    NullValue null_value = 1;
    double number_value = 2;
    string string_value = 3;
    bool bool_value = 4;
    Struct struct_value = 5;
    ListValue list_value = 6;
  }
}
message ListValue { repeated Value values = 1; }
enum NullValue { NULL_VALUE = 0; }
message DoubleValue { double value = 1; }
message FloatValue { float value = 1; }
message Int64Value { int64 value = 1; }
message UInt64Value { uint64 value = 1; }
message Int32Value { int32 value = 1; }
message UInt32Value { uint32 value = 1; }
message BoolValue { bool value = 1; }
message StringValue { string value = 1; }
message BytesValue { bytes value = 1; }
"""


@cache
def well_known() -> Mapping[str, Definition]:
    """The types that protoc brings along (`google/protobuf/timestamp.proto`, …), which nobody hands in as a file."""
    from eda_lint.schemas.protobuf.reader import read

    return read({"google/protobuf": _WELL_KNOWN}).definitions
