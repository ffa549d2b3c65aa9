"""The syntax tree of a Thrift file, names as they are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from eda_lint.schemas.idl_scanner import Scanner


@dataclass(slots=True)
class TypeSyntax:
    """A type: a name, or `list`, `set` and `map` of others."""

    name: str
    position: int
    parts: tuple[TypeSyntax, ...] = ()


@dataclass(slots=True)
class FieldSyntax:
    """A field of a struct, an argument of a method or an exception it throws. `default` is its source text."""

    number: int
    label: str
    type: TypeSyntax
    name: str
    position: int
    default: str | None = None


@dataclass(slots=True)
class StructSyntax:
    """A struct, union or exception."""

    kind: Literal["struct", "union", "exception"]
    name: str
    position: int
    fields: list[FieldSyntax] = field(default_factory=list)


@dataclass(slots=True)
class EnumSyntax:
    """An enum and its values: name, number, position."""

    name: str
    position: int
    values: list[tuple[str, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class TypedefSyntax:
    """Another name for a type."""

    name: str
    position: int
    type: TypeSyntax


@dataclass(slots=True)
class MethodSyntax:
    """A method of a service."""

    name: str
    position: int
    returns: TypeSyntax
    arguments: list[FieldSyntax]
    throws: list[FieldSyntax]
    oneway: bool


@dataclass(slots=True)
class ServiceSyntax:
    """A service."""

    name: str
    position: int
    extends: str = ""
    methods: list[MethodSyntax] = field(default_factory=list)


@dataclass(slots=True)
class FileSyntax:
    """One `.thrift` file."""

    scanner: Scanner
    includes: list[tuple[str, str]] = field(default_factory=list)
    """Paths, and the names under which they are known (empty: the file's own)."""
    namespaces: list[tuple[str, str]] = field(default_factory=list)
    structs: list[StructSyntax] = field(default_factory=list)
    enums: list[EnumSyntax] = field(default_factory=list)
    typedefs: list[TypedefSyntax] = field(default_factory=list)
    services: list[ServiceSyntax] = field(default_factory=list)
    statements: int = 0
    """How many statements could be read."""
