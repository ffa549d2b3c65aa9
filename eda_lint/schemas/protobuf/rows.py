"""Verdicts of Protobuf's changes: per direction, per level (binary, ProtoJSON, generated code), with buf's rule ids.

Sources: protobuf.dev's language guides ("Updating a message type", "Deleting fields", "Encoding", "JSON options",
"Enum behavior") and the documentation of buf's breaking change rules.
"""

from __future__ import annotations

from collections.abc import Mapping

from eda_lint.schemas.dialect import Row
from eda_lint.schemas.protobuf.types import ENCODING, JSON, UPDATING

DELETING = "protobuf.dev/programming-guides/proto3#deleting"
ENUMS = "protobuf.dev/programming-guides/enum"
REQUIRED = "protobuf.dev/programming-guides/proto2#field-labels"
PRESENCE = "protobuf.dev/programming-guides/field_presence"
PACKAGES = "protobuf.dev/programming-guides/proto3#packages"

FIELD_DELETED = ("FIELD_NO_DELETE", "FIELD_NO_DELETE_UNLESS_NAME_RESERVED", "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED")
VALUE_DELETED = (
    "ENUM_VALUE_NO_DELETE",
    "ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED",
    "ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED",
)
CARDINALITY = (
    "FIELD_SAME_CARDINALITY",
    "FIELD_WIRE_COMPATIBLE_CARDINALITY",
    "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY",
)
_TYPE = ("FIELD_SAME_TYPE", "FIELD_WIRE_COMPATIBLE_TYPE", "FIELD_WIRE_JSON_COMPATIBLE_TYPE")
_REQUIRED = "MESSAGE_SAME_REQUIRED_FIELDS"


def _row(backward: str, forward: str, source: str, levels: str, rules: tuple[str, ...] = (), mirror: str = "") -> Row:
    """`levels`: the verdicts for wire, ProtoJSON and code, in this order."""
    wire, json, code = levels.split()
    return Row(backward, forward, source, mirror, wire, json, code, rules)  # type: ignore[arg-type]


ROWS: Mapping[str, Row] = {
    # messages and fields
    "field-added": _row("ok", "ok", UPDATING, "ok warn ok", mirror="field-removed"),
    "field-removed": _row("warn", "warn", DELETING, "warn break break", FIELD_DELETED, "field-added"),
    "required-added": _row("break", "ok", REQUIRED, "break break ok", (_REQUIRED,), "required-removed"),
    "required-removed": _row(
        "warn", "break", REQUIRED, "break break break", (*FIELD_DELETED, _REQUIRED), "required-added"
    ),
    "made-required": _row("break", "ok", REQUIRED, "break break warn", (_REQUIRED, *CARDINALITY), "made-optional"),
    "made-optional": _row("ok", "break", REQUIRED, "break break warn", (_REQUIRED, *CARDINALITY), "made-required"),
    "field-renamed": _row("warn", "warn", UPDATING, "ok break break", ("FIELD_SAME_NAME", "FIELD_SAME_JSON_NAME")),
    "field-renumbered": _row("break", "break", UPDATING, "break warn warn", FIELD_DELETED),
    "number-reused": _row("break", "break", UPDATING, "break warn warn", ("FIELD_SAME_NAME", "FIELD_SAME_JSON_NAME")),
    "reserved-used": _row("warn", "warn", DELETING, "warn warn ok"),
    "reserved-removed": _row("warn", "warn", DELETING, "warn warn ok", ("RESERVED_MESSAGE_NO_DELETE",)),
    "reserved-added": _row("ok", "ok", DELETING, "ok ok ok", (), "reserved-removed"),
    "type-changed": _row("break", "break", ENCODING, "break break break", _TYPE),
    "message-type-changed": _row("warn", "warn", UPDATING, "ok ok break", _TYPE),
    "cardinality-changed": _row("warn", "warn", UPDATING, "warn break break", CARDINALITY),
    "presence-changed": _row("ok", "ok", PRESENCE, "ok ok warn", ("FIELD_SAME_CARDINALITY",)),
    "encoding-changed": _row("break", "break", ENCODING, "break ok break", _TYPE),
    "map-changed": _row("warn", "warn", UPDATING, "ok break break", (CARDINALITY[0], CARDINALITY[2])),
    "json-name-changed": _row("warn", "warn", JSON, "ok break ok", ("FIELD_SAME_JSON_NAME",)),
    "default-changed": _row("warn", "warn", UPDATING, "warn warn warn", ("FIELD_SAME_DEFAULT",)),
    "utf8-check-changed": _row("warn", "warn", UPDATING, "warn ok ok", ("FIELD_SAME_UTF8_VALIDATION",)),
    "field-option-changed": _row("ok", "ok", "", "ok ok warn"),
    "oneof-merged": _row("break", "ok", UPDATING, "break break break", ("FIELD_SAME_ONEOF",), "oneof-split"),
    "oneof-split": _row("ok", "break", UPDATING, "break break break", ("FIELD_SAME_ONEOF",), "oneof-merged"),
    "oneof-changed": _row("warn", "warn", UPDATING, "warn warn break", ("FIELD_SAME_ONEOF",)),
    "oneof-renamed": _row("ok", "ok", UPDATING, "ok ok break", ("FIELD_SAME_ONEOF",)),
    "oneof-removed": _row("ok", "ok", UPDATING, "ok ok break", ("ONEOF_NO_DELETE",)),
    "extension-range-removed": _row("warn", "warn", UPDATING, "warn warn break", ("EXTENSION_MESSAGE_NO_DELETE",)),
    "message-set-changed": _row(
        "break", "break", ENCODING, "break ok break", ("MESSAGE_SAME_MESSAGE_SET_WIRE_FORMAT",)
    ),
    "message-option-changed": _row("ok", "ok", "", "ok ok warn"),
    "json-format-changed": _row("ok", "ok", JSON, "ok warn ok", ("MESSAGE_SAME_JSON_FORMAT",)),
    # enums
    "symbol-added": _row("ok", "warn", ENUMS, "warn break warn", (), "symbol-removed"),
    "symbol-removed": _row("warn", "ok", ENUMS, "warn break break", VALUE_DELETED, "symbol-added"),
    "symbol-renamed": _row("warn", "warn", ENUMS, "ok break break", ("ENUM_VALUE_SAME_NAME",)),
    "symbol-alias-added": _row("ok", "ok", ENUMS, "ok ok ok", (), "symbol-renamed"),
    "symbol-renumbered": _row("warn", "warn", ENUMS, "warn ok warn", VALUE_DELETED),
    "symbols-swapped": _row("break", "break", ENUMS, "break ok warn", ("ENUM_VALUE_SAME_NAME",)),
    "enum-opened": _row("ok", "warn", ENUMS, "warn warn warn", ("ENUM_SAME_TYPE",), "enum-closed"),
    "enum-closed": _row("warn", "ok", ENUMS, "warn warn warn", ("ENUM_SAME_TYPE",), "enum-opened"),
    "enum-default-changed": _row("warn", "warn", ENUMS, "warn warn warn"),
    # definitions, files, services
    "definition-added": _row("ok", "ok", UPDATING, "ok ok ok", (), "definition-removed"),
    "definition-removed": _row("warn", "warn", UPDATING, "warn warn break", (), "definition-added"),
    "definition-renamed": _row("warn", "warn", UPDATING, "ok ok break"),
    "definition-moved": _row("ok", "ok", "", "ok ok break"),
    "package-changed": _row("warn", "warn", PACKAGES, "ok warn break", ("FILE_SAME_PACKAGE",)),
    "syntax-changed": _row("ok", "ok", "", "ok ok warn", ("FILE_SAME_SYNTAX",)),
    "file-removed": _row("ok", "ok", "", "ok ok break", ("FILE_NO_DELETE",)),
    "file-option-changed": _row("ok", "ok", "", "ok ok break"),
    "service-removed": _row("warn", "warn", "", "ok ok break"),
    "method-removed": _row("warn", "warn", "", "ok ok break", ("RPC_NO_DELETE",)),
    "method-changed": _row("warn", "warn", "", "ok ok break"),
}
"""Kind of change → its verdicts.

What breaks one way breaks the other way round; warnings need not, since only a removal leaves a number that may be
taken again. Removals, renames and moves name their buf rules where they are found, since these depend on what is
reserved and which files remain.
"""
