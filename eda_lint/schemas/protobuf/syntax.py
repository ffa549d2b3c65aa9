"""The syntax tree of a `.proto` file, names as they are written."""

from __future__ import annotations

from dataclasses import dataclass, field

from eda_lint.schemas.idl_scanner import Scanner


@dataclass(slots=True)
class OptionSyntax:
    """`option name = value;` or an entry of a list in brackets; the value is its source text, unquoted if a string."""

    name: str
    value: str
    position: int


@dataclass(slots=True)
class FieldSyntax:
    """A field of a message, a oneof or an `extend` block. `key` is the key type of a map."""

    label: str
    type: str
    name: str
    number: int
    position: int
    options: list[OptionSyntax] = field(default_factory=list)
    oneof: str = ""
    key: str = ""
    group: MessageSyntax | None = None


@dataclass(slots=True)
class EnumValueSyntax:
    """A value of an enum."""

    name: str
    number: int
    position: int
    options: list[OptionSyntax] = field(default_factory=list)


@dataclass(slots=True)
class EnumSyntax:
    """An enum."""

    name: str
    position: int
    values: list[EnumValueSyntax] = field(default_factory=list)
    options: list[OptionSyntax] = field(default_factory=list)
    reserved_numbers: list[tuple[int, int]] = field(default_factory=list)
    reserved_names: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ExtendSyntax:
    """`extend target { … }`."""

    target: str
    position: int
    fields: list[FieldSyntax] = field(default_factory=list)


@dataclass(slots=True)
class MessageSyntax:
    """A message, or the message that a group declares."""

    name: str
    position: int
    fields: list[FieldSyntax] = field(default_factory=list)
    messages: list[MessageSyntax] = field(default_factory=list)
    enums: list[EnumSyntax] = field(default_factory=list)
    extends: list[ExtendSyntax] = field(default_factory=list)
    options: list[OptionSyntax] = field(default_factory=list)
    reserved_numbers: list[tuple[int, int]] = field(default_factory=list)
    reserved_names: list[str] = field(default_factory=list)
    extension_numbers: list[tuple[int, int]] = field(default_factory=list)
    is_group: bool = False


@dataclass(slots=True)
class MethodSyntax:
    """An `rpc`."""

    name: str
    position: int
    request: str
    response: str
    client_streaming: bool
    server_streaming: bool
    options: list[OptionSyntax] = field(default_factory=list)


@dataclass(slots=True)
class ServiceSyntax:
    """A service."""

    name: str
    position: int
    methods: list[MethodSyntax] = field(default_factory=list)
    options: list[OptionSyntax] = field(default_factory=list)


@dataclass(slots=True)
class FileSyntax:
    """One `.proto` file. `syntax` is `proto2`, `proto3` or an edition's year."""

    scanner: Scanner
    syntax: str = "proto2"
    package: str = ""
    imports: list[str] = field(default_factory=list)
    options: list[OptionSyntax] = field(default_factory=list)
    messages: list[MessageSyntax] = field(default_factory=list)
    enums: list[EnumSyntax] = field(default_factory=list)
    extends: list[ExtendSyntax] = field(default_factory=list)
    services: list[ServiceSyntax] = field(default_factory=list)
    statements: int = 0
    """How many statements could be read."""
