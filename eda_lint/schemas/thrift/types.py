"""How two Thrift types relate, and the verdicts of Thrift's changes.

Source: thrift.apache.org, "Thrift Binary protocol encoding" (every field carries its id and the tag of its type; a
reader skips a field whose tag is another one), "Interface definition language" (requiredness) and "Thrift Types".
"""

from __future__ import annotations

from collections.abc import Mapping

from eda_lint.model.schema import (
    Dictionary,
    Enumeration,
    Record,
    Reference,
    Scalar,
    Sequence,
    Type,
    Verdict,
)
from eda_lint.schemas.dialect import Relation, Row
from eda_lint.schemas.display import type_text

ENCODING = "github.com/apache/thrift, doc/specs/thrift-binary-protocol.md, Struct encoding"
IDL = "thrift.apache.org/docs/idl, Field requiredness"
TYPES = "thrift.apache.org/docs/types"


def relation(old: Type, new: Type) -> Relation | None:
    """How two types relate that are no two structs, enums, or containers of one kind."""
    if isinstance(old, Scalar) and isinstance(new, Scalar) and old.kind == new.kind:
        return None
    if isinstance(old, Reference) and isinstance(new, Reference):
        return _unseen(old, new)
    backward, after = _reads(old, new)
    forward, before = _reads(new, old)
    message = f"type changed from `{type_text(old)}` to `{type_text(new)}`: "
    if after == before:
        message += f"either side, reading what the other wrote, {after}."
    else:
        message += f"a new reader of old messages {after}, an old reader of new messages {before}."
    return Relation(backward, forward, "type-changed", f"{message} Add a field with a new id instead.", ENCODING)


def _reads(writer: Type, reader: Type) -> tuple[Verdict, str]:
    match writer, reader:
        case Scalar(kind="string"), Scalar(kind="bytes"):
            return "warn", "gets the text's bytes"
        case Scalar(kind="bytes"), Scalar(kind="string"):
            return "break", "fails where the bytes are no UTF-8"
        case Enumeration(), Scalar(kind="int32"):
            return "ok", "gets the value's number"
        case Scalar(kind="int32"), Enumeration():
            return "warn", "gets numbers that are no value of the enum"
        case (Reference(), Scalar(kind="int32")) | (Scalar(kind="int32"), Reference()):
            return "warn", "decodes it only if the type that no file here defines is an enum"
        case (
            (Reference(), Record())
            | (Record(), Reference())
            | (Reference(), Enumeration())
            | (
                Enumeration(),
                Reference(),
            )
        ):
            return "warn", "decodes it as far as the type that no file here defines is the same"
        case _:
            return "break", "finds another type under the id and skips the value"


def _unseen(old: Reference, new: Reference) -> Relation | None:
    if old.name == new.name:
        return None
    message = (
        f"type changed from `{type_text(old)}` to `{type_text(new)}`, and neither is defined in the files at hand: "
        "whether they read each other cannot be seen. Add the files that they include."
    )
    return Relation("warn", "warn", "type-renamed", message, TYPES)


def container(type_: Type) -> str:
    """`list`, `set` or `map`; empty for any other type."""
    if isinstance(type_, Dictionary):
        return "map"
    return type_.name if isinstance(type_, Sequence) else ""


ROWS: Mapping[str, Row] = {
    "field-added": Row("ok", "ok", ENCODING, "field-removed"),
    "field-inserted": Row("warn", "warn", "github.com/apache/thrift, test/audit/README.md", "field-removed"),
    "field-removed": Row("warn", "warn", ENCODING, "field-added"),
    "required-added": Row("break", "ok", IDL, "required-removed"),
    "required-removed": Row("warn", "break", IDL, "required-added"),
    "made-required": Row("break", "ok", IDL, "made-optional"),
    "made-optional": Row("ok", "break", IDL, "made-required"),
    "requiredness-changed": Row("ok", "ok", IDL),
    "field-renamed": Row("warn", "warn", TYPES),
    "field-renumbered": Row("break", "break", ENCODING),
    "number-reused": Row("break", "break", ENCODING),
    "default-changed": Row("warn", "warn", "thrift.apache.org/docs/idl, Default values"),
    "type-changed": Row("break", "break", ENCODING),
    "type-renamed": Row("warn", "warn", TYPES),
    "member-added": Row("ok", "break", "thrift.apache.org/docs/idl, Union", "member-removed"),
    "member-removed": Row("break", "ok", "thrift.apache.org/docs/idl, Union", "member-added"),
    "became-union": Row("break", "ok", "thrift.apache.org/docs/idl, Union", "became-struct"),
    "became-struct": Row("ok", "break", "thrift.apache.org/docs/idl, Union", "became-union"),
    "kind-changed": Row("ok", "ok", TYPES),
    "symbol-added": Row("ok", "break", "thrift.apache.org/docs/idl, Enum", "symbol-removed"),
    "symbol-removed": Row("break", "ok", "thrift.apache.org/docs/idl, Enum", "symbol-added"),
    "symbol-renamed": Row("warn", "warn", "thrift.apache.org/docs/idl, Enum"),
    "symbol-renumbered": Row("break", "break", "thrift.apache.org/docs/idl, Enum"),
    "definition-added": Row("ok", "ok", TYPES, "definition-removed"),
    "definition-removed": Row("warn", "warn", TYPES, "definition-added"),
    "definition-renamed": Row("warn", "warn", TYPES),
    "definition-moved": Row("ok", "ok", TYPES),
    "namespace-changed": Row("ok", "ok", "thrift.apache.org/docs/idl, Namespace"),
    "service-removed": Row("warn", "warn", "thrift.apache.org/docs/idl, Service"),
    "service-changed": Row("warn", "warn", "thrift.apache.org/docs/idl, Service"),
    "method-removed": Row("warn", "warn", "thrift.apache.org/docs/idl, Function"),
    "method-changed": Row("warn", "warn", "thrift.apache.org/docs/idl, Function"),
}
"""Kind of change → its verdicts. Enums count as closed: generated code of most languages has no value for an unknown
number (Java gives null, Python's and Rust's enums raise). Services do not carry events, so their changes only warn."""
