"""Whom each kind of difference breaks in Avro, and the passage that says so."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from eda_lint.schemas.dialect import Row

_RECORD = "Avro specification, Schema Resolution: if both are records"
_ENUM = "Avro specification, Schema Resolution: if both are enums"
_UNION = "Avro specification, Schema Resolution: if either is a union"
_NAMES = "Avro specification, Schema Resolution: the unqualified names match"
_ALIASES = "Avro specification, Aliases"

ROWS: Mapping[str, Row] = MappingProxyType(
    {
        "field-added": Row("ok", "ok", _RECORD, "field-removed"),
        "field-removed": Row("ok", "ok", _RECORD, "field-added"),
        "required-added": Row("break", "ok", _RECORD, "required-removed"),
        "required-removed": Row("ok", "break", _RECORD, "required-added"),
        "field-renamed": Row("break", "break", _RECORD),
        "default-added": Row("ok", "ok", _RECORD, "default-removed"),
        "default-removed": Row("ok", "ok", _RECORD, "default-added"),
        "default-changed": Row("warn", "warn", _RECORD),
        "renamed-with-alias": Row("ok", "break", _ALIASES, "renamed-to-alias"),
        "renamed-to-alias": Row("break", "ok", _ALIASES, "renamed-with-alias"),
        "definition-renamed": Row("break", "break", _NAMES),
        "namespace-changed": Row("warn", "warn", _NAMES),
        "symbol-added": Row("ok", "break", _ENUM, "symbol-removed"),
        "symbol-added-to-default": Row("ok", "warn", _ENUM, "symbol-removed-to-default"),
        "symbol-removed": Row("break", "ok", _ENUM, "symbol-added"),
        "symbol-removed-to-default": Row("warn", "ok", _ENUM, "symbol-added-to-default"),
        "enum-default-added": Row("ok", "ok", _ENUM, "enum-default-removed"),
        "enum-default-removed": Row("ok", "ok", _ENUM, "enum-default-added"),
        "enum-default-changed": Row("warn", "warn", _ENUM),
        "branch-added": Row("ok", "break", _UNION, "branch-removed"),
        "branch-removed": Row("break", "ok", _UNION, "branch-added"),
        "type-changed": Row("break", "break", "Avro specification, Schema Resolution"),
        "null-added": Row("ok", "break", _UNION, "null-removed"),
        "null-removed": Row("break", "ok", _UNION, "null-added"),
        "type-widened": Row("ok", "break", "Avro specification, Schema Resolution", "type-narrowed"),
        "type-narrowed": Row("break", "ok", "Avro specification, Schema Resolution", "type-widened"),
        "fixed-size-changed": Row("break", "break", "Avro specification, Schema Resolution: if both are fixed"),
        "logical-type-changed": Row("warn", "warn", "Avro specification, Logical Types"),
        "method-added": Row("ok", "break", "Avro specification, Protocol Declaration", "method-removed"),
        "method-removed": Row("break", "ok", "Avro specification, Protocol Declaration", "method-added"),
        "definition-added": Row("ok", "warn", "A type that old readers do not know", "definition-removed"),
        "definition-removed": Row("warn", "ok", "A type that new readers do not know", "definition-added"),
    }
)
