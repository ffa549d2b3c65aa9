from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping

import pytest

from eda_lint.model.schema import Enumeration, Field, Record, Schema
from eda_lint.schemas.python import FindModule, read_files


class Read:
    """A schema read from source, with short ways to its parts."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def record(self, name: str) -> Record:
        found = self.schema.definitions[name].type
        assert isinstance(found, Record), found
        return found

    def enumeration(self, name: str) -> Enumeration:
        found = self.schema.definitions[name].type
        assert isinstance(found, Enumeration), found
        return found

    def field(self, path: str) -> Field:
        """`Order.customer`."""
        record, _, name = path.rpartition(".")
        return {field.name: field for field in self.record(record).fields}[name]

    def required(self, name: str) -> dict[str, bool]:
        return {field.name: field.required for field in self.record(name).fields}


@pytest.fixture
def read() -> Callable[..., Read]:
    def reading(
        source: str | Mapping[str, str], *, find_module: FindModule | None = None, pydantic: int | None = None
    ) -> Read:
        files = {"events.py": source} if isinstance(source, str) else source
        texts = {path: textwrap.dedent(text) for path, text in files.items()}
        return Read(read_files(texts, find_module=find_module, pydantic_version=pydantic))

    return reading
