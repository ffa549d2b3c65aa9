"""What the metaschema says of a document that breaks it."""

from __future__ import annotations

from typing import Any

from eda_lint.errors import shown
from eda_lint.model.schema import SchemaProblem
from eda_lint.model.topology import Place
from eda_lint.schemas.located import Located, Value

__all__ = ["fault"]

_MOST = 20
"""Problems of one document that are told."""


def fault(document: Value, path: str) -> list[SchemaProblem]:
    """What the `jsonschema` library finds wrong with a schema, by the metaschema it declares (else 2020-12).

    Only asked about documents in which the reader met something that no draft allows: validating each one against
    the metaschema would cost more than everything else together.
    """
    from jsonschema.validators import Draft202012Validator, validator_for

    try:
        kind: Any = validator_for(document, default=Draft202012Validator)
        errors = sorted(kind(kind.META_SCHEMA).iter_errors(document), key=lambda error: list(map(str, error.path)))
    except Exception:  # noqa: BLE001 - a library's failure on a hostile document is no failure of ours
        return []
    return [
        SchemaProblem(
            f"{shown(error.message[:200])} (at {shown(error.json_path)})", Place(path, _line(document, error))
        )
        for error in errors[:_MOST]
    ]


def _line(document: Value, error: Any) -> int:
    value, line = document, 1
    for part in error.absolute_path:
        if isinstance(value, Located):
            line = value.line_of(str(part))
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            break
    return line
