"""The table of what each kind of difference between Python classes does, with its source.

Where the verdict depends on more than the kind (whether unknown fields are refused, which way a bound moved), the
difference brings its own; the row then holds the usual case.
"""

from __future__ import annotations

from collections.abc import Mapping

from eda_lint.schemas.dialect import Row

_EXTRA = "https://docs.pydantic.dev/latest/concepts/models/#extra-data"
_REQUIRED = "https://docs.pydantic.dev/latest/concepts/fields/#default-values"
_EVOLUTION = "https://jcristharif.com/msgspec/schema-evolution.html"
_ENUMS = "https://docs.python.org/3/library/enum.html#enum.Enum._missing_"
_CONVERSION = "https://docs.pydantic.dev/latest/concepts/conversion_table/"
_UNIONS = "https://docs.pydantic.dev/latest/concepts/unions/"
_CONSTRAINTS = "https://docs.pydantic.dev/latest/concepts/fields/#field-constraints"

ROWS: Mapping[str, Row] = {
    "definition-added": Row("ok", "ok", _EXTRA, mirror="definition-removed"),
    "definition-removed": Row("ok", "ok", _EXTRA, mirror="definition-added"),
    "definition-renamed": Row("ok", "ok", "the name of a class is not written, unless it is its tag"),
    "encoding-changed": Row(
        "break", "break", "https://jcristharif.com/msgspec/structs.html#encoding-decoding-as-arrays"
    ),
    "field-added": Row("ok", "ok", _EVOLUTION, mirror="field-removed"),
    "field-added-closed": Row("ok", "break", _EXTRA, mirror="field-removed-closed"),
    "required-added": Row("break", "ok", _REQUIRED, mirror="required-removed"),
    "field-removed": Row("ok", "ok", _EVOLUTION, mirror="field-added"),
    "field-removed-closed": Row("break", "ok", _EXTRA, mirror="field-added-closed"),
    "required-removed": Row("ok", "break", _REQUIRED, mirror="required-added"),
    "field-renamed": Row("warn", "warn", "https://docs.pydantic.dev/latest/concepts/alias/"),
    "field-moved": Row("break", "break", "https://jcristharif.com/msgspec/structs.html#encoding-decoding-as-arrays"),
    "optional-to-required": Row("break", "ok", _REQUIRED, mirror="required-to-optional"),
    "required-to-optional": Row("ok", "break", _REQUIRED, mirror="optional-to-required"),
    "default-changed": Row("warn", "warn", "what a message means that lacks the field"),
    "validator-changed": Row("warn", "warn", "https://docs.pydantic.dev/latest/concepts/validators/"),
    "closed": Row("warn", "ok", _EXTRA, mirror="opened"),
    "opened": Row("ok", "warn", _EXTRA, mirror="closed"),
    "tag-changed": Row("break", "break", "https://jcristharif.com/msgspec/structs.html#tagged-unions"),
    "discriminator-changed": Row("break", "break", f"{_UNIONS}#discriminated-unions"),
    "symbol-added": Row("ok", "break", _ENUMS, mirror="symbol-removed"),
    "symbol-removed": Row("break", "ok", _ENUMS, mirror="symbol-added"),
    "null-added": Row("ok", "break", _UNIONS, mirror="null-removed"),
    "null-removed": Row("break", "ok", _UNIONS, mirror="null-added"),
    "branch-added": Row("ok", "break", _UNIONS, mirror="branch-removed"),
    "branch-removed": Row("break", "ok", _UNIONS, mirror="branch-added"),
    "type-changed": Row("break", "break", _CONVERSION),
    "collection-changed": Row("warn", "ok", _CONVERSION),
    "length-changed": Row("break", "break", "https://docs.pydantic.dev/latest/api/standard_library_types/#tuples"),
    "constraint-added": Row("break", "ok", _CONSTRAINTS, mirror="constraint-removed"),
    "constraint-removed": Row("ok", "break", _CONSTRAINTS, mirror="constraint-added"),
    "constraint-changed": Row("break", "break", _CONSTRAINTS),
}
