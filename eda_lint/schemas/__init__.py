"""Schemas of messages: read from five dialects into one model, and compared in both directions.

read(text or {path: text}, dialect=…) → Schema        one reader per dialect
diff(old, new) → differences                          neutral: what changed, paired by number, name or alias
compare(old, new, dialect=…) → Comparison             judged by the table in `compat`, per direction
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from eda_lint.model.schema import Comparison, Dialect, Schema
from eda_lint.schemas.compat import compare_schemas
from eda_lint.schemas.dialect import rules_for

__all__ = ["compare", "compare_schemas", "read"]


def read(source: str | Mapping[str, str], *, dialect: Dialect, path: str = "") -> Schema:
    """Read a schema from its text, or from `{path: text}` of all its files; `path` names a single text in places.

    Raises SchemaError if it cannot be read at all, with path, line and what mends it; what could not be read in part
    is in `Schema.problems`.
    """
    files = {path: source} if isinstance(source, str) else source
    with _uncollected():
        return rules_for(dialect).read(files)


def compare(
    old: str | Mapping[str, str] | Schema, new: str | Mapping[str, str] | Schema, *, dialect: Dialect
) -> Comparison:
    """Compare two versions of a schema, each a text, `{path: text}` of its files, or already read.

    Raises SchemaError if a side cannot be read at all.
    """
    with _uncollected():
        before = old if isinstance(old, Schema) else read(old, dialect=dialect)
        after = new if isinstance(new, Schema) else read(new, dialect=dialect)
        return compare_schemas(before, after)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the cyclic garbage collector: a large schema is a million small objects that all stay, and looking
    through them again and again takes a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
