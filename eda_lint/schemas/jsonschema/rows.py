"""Whom each kind of difference breaks in JSON Schema, and the passage that says so.

Where a type decides (a member that is added where an old reader expects something else), the difference brings its
own verdicts; the rows are what holds without such a surprise.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from eda_lint.schemas.dialect import Row

_CORE = "JSON Schema 2020-12 core"
_VALIDATION = "JSON Schema 2020-12 validation"
PROPERTIES = f"{_CORE}, 10.3.2.1 (properties)"
ADDITIONAL = f"{_CORE}, 10.3.2.3 (additionalProperties)"
PATTERN_PROPERTIES = f"{_CORE}, 10.3.2.2 (patternProperties)"
NAMES = f"{_CORE}, 10.3.2.4 (propertyNames)"
DEPENDENT = f"{_CORE}, 10.2.2.4 (dependentSchemas); {_VALIDATION}, 6.5.4 (dependentRequired)"
REQUIRED = f"{_VALIDATION}, 6.5.3 (required)"
ENUM = f"{_VALIDATION}, 6.1.2 (enum), 6.1.3 (const)"
TYPE = f"{_VALIDATION}, 6.1.1 (type)"
ITEMS = f"{_CORE}, 10.3.1 (items)"
CONTAINS = f"{_CORE}, 10.3.1.3 (contains)"
CHOICES = f"{_CORE}, 10.2.1 (allOf, anyOf, oneOf, not)"
ANNOTATION = f"{_VALIDATION}, 7 (format), 8 (content): annotations, which validators need not check"
DEFAULT = f"{_VALIDATION}, 9.2 (default): an annotation; what a reader makes of it is its own"
KEYWORDS: Mapping[str, str] = MappingProxyType(
    {
        "minimum": f"{_VALIDATION}, 6.2.4", "maximum": f"{_VALIDATION}, 6.2.2", "multipleOf": f"{_VALIDATION}, 6.2.1",
        "exclusiveMinimum": f"{_VALIDATION}, 6.2.5", "exclusiveMaximum": f"{_VALIDATION}, 6.2.3",
        "minLength": f"{_VALIDATION}, 6.3.2", "maxLength": f"{_VALIDATION}, 6.3.1", "pattern": f"{_VALIDATION}, 6.3.3",
        "minItems": f"{_VALIDATION}, 6.4.2", "maxItems": f"{_VALIDATION}, 6.4.1",
        "uniqueItems": f"{_VALIDATION}, 6.4.3", "minProperties": f"{_VALIDATION}, 6.5.2",
        "maxProperties": f"{_VALIDATION}, 6.5.1",
    }
)  # fmt: skip

ROWS: Mapping[str, Row] = MappingProxyType(
    {
        "field-added": Row("warn", "ok", PROPERTIES, "field-removed"),
        "field-removed": Row("ok", "warn", PROPERTIES, "field-added"),
        "required-added": Row("break", "ok", REQUIRED, "required-removed"),
        "required-removed": Row("ok", "break", REQUIRED, "required-added"),
        "field-renamed": Row("warn", "warn", PROPERTIES),
        "became-required": Row("break", "ok", REQUIRED, "became-optional"),
        "became-optional": Row("ok", "break", REQUIRED, "became-required"),
        "default-added": Row("ok", "ok", DEFAULT, "default-removed"),
        "default-removed": Row("ok", "ok", DEFAULT, "default-added"),
        "default-changed": Row("warn", "warn", DEFAULT),
        "members-closed": Row("warn", "ok", ADDITIONAL, "members-opened"),
        "members-opened": Row("ok", "warn", ADDITIONAL, "members-closed"),
        "members-changed": Row("break", "break", ADDITIONAL),
        "pattern-properties-changed": Row("break", "break", PATTERN_PROPERTIES),
        "member-names-changed": Row("break", "break", NAMES),
        "dependents-changed": Row("break", "break", DEPENDENT),
        "contains-changed": Row("break", "break", CONTAINS),
        "constraint-added": Row("break", "ok", "", "constraint-removed"),
        "constraint-removed": Row("ok", "break", "", "constraint-added"),
        "constraint-tightened": Row("break", "ok", "", "constraint-relaxed"),
        "constraint-relaxed": Row("ok", "break", "", "constraint-tightened"),
        "constraint-changed": Row("break", "break", ""),
        "annotation-added": Row("warn", "ok", ANNOTATION, "annotation-removed"),
        "annotation-removed": Row("ok", "warn", ANNOTATION, "annotation-added"),
        "annotation-changed": Row("warn", "warn", ANNOTATION),
        "symbol-added": Row("ok", "break", ENUM, "symbol-removed"),
        "symbol-removed": Row("break", "ok", ENUM, "symbol-added"),
        "null-added": Row("ok", "break", TYPE, "null-removed"),
        "null-removed": Row("break", "ok", TYPE, "null-added"),
        "branch-added": Row("ok", "break", CHOICES, "branch-removed"),
        "branch-removed": Row("break", "ok", CHOICES, "branch-added"),
        "type-widened": Row("ok", "break", TYPE, "type-narrowed"),
        "type-narrowed": Row("break", "ok", TYPE, "type-widened"),
        "type-changed": Row("break", "break", TYPE),
        "type-rewritten": Row("ok", "ok", TYPE),
        "values-refused": Row("break", "break", TYPE),
        "definition-added": Row("ok", "warn", PROPERTIES, "definition-removed"),
        "definition-removed": Row("warn", "ok", PROPERTIES, "definition-added"),
    }
)
"""Kind of difference → its row."""
