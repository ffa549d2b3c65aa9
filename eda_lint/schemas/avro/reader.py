"""Reads Avro schemas (`.avsc`) and protocols (`.avpr`), one or several files together.

Specification: https://avro.apache.org/docs/1.12.0/specification/ (Schema Declaration, Names, Aliases, Logical Types).
Named types of all files know each other, in whatever order the files come. What the specification forbids but a
reader can understand (an array written in place of a field's type, a default of the wrong type) is a problem of the
schema, and it is read as it is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from eda_lint.errors import SchemaError, shown
from eda_lint.model.schema import (
    Choice,
    Constant,
    Default,
    Definition,
    Dictionary,
    Enumeration,
    Field,
    Fixed,
    Method,
    Named,
    Record,
    Reference,
    Scalar,
    Schema,
    SchemaFile,
    SchemaProblem,
    Sequence,
    Service,
    Symbol,
    Type,
)
from eda_lint.model.topology import Place
from eda_lint.schemas.avro.idl import read_idl
from eda_lint.schemas.avro.types import PRIMITIVES, fits, logical_type
from eda_lint.schemas.diff import name_of
from eda_lint.schemas.located import Located, Value, read_located

_NAMED = frozenset({"record", "error", "enum", "fixed"})
_COMPLEX = _NAMED | {"array", "map"}
# A text or comment without end goes on to the end: one that failed to match would be tried anew from each quote.
_COMMENT = re.compile(r'(?s:"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|(//[^\n]*|/\*.*?(?:\*/|\Z)))')
_NO_BREAK = re.compile(r"[^\n]")
_HOLDS_TYPES = ("type", "items", "values", "fields", "types", "request", "response", "errors", "messages")


@dataclass(frozen=True, slots=True)
class Source:
    """One file as the data that its JSON form is; objects are `Located`."""

    path: str
    data: Value
    types: tuple[Value, ...] = ()
    """Named types that stand beside the schema (IDL)."""
    namespace: str = ""
    """The namespace of names that have none."""

    def place(self, value: Value, member: str = "") -> Place | None:
        """Where an object, or a member of it, stands; None for other values."""
        if not isinstance(value, Located):
            return None
        return Place(self.path, value.line_of(member))


def read_sources(sources: Iterable[Source]) -> Schema:
    """The schema that some files hold together.

    Its root is the type that the files are about: the only one, or the only one that no other uses. Raises SchemaError
    if a file holds no schema at all.
    """
    sources = list(sources)
    reader = _Reader()
    for source in sources:
        reader.names.update(_names([source.data, *source.types], source.namespace))
    tops = [top for source in sources for top in reader.file(source)]
    return Schema(
        dialect="avro",
        root=tops[0] if len(tops) == 1 else _only_unused(tops, reader.used),
        definitions=reader.definitions,
        services=tuple(reader.services),
        files=tuple(reader.files),
        problems=tuple(reader.problems),
    )


def read_source(path: str, text: str) -> Source:
    """A file's data: IDL by its ending, else JSON, perhaps with comments, as Avro's own reader takes it, or a bare
    type's name. Raises SchemaError if it is none."""
    if path.endswith(".avdl"):
        idl = read_idl(text, path)
        return Source(path, idl.data, idl.types, idl.namespace)
    if text.strip() == "null":
        return Source(path, "null")
    return Source(path, read_located(_without_comments(text), path))


def _without_comments(text: str) -> str:
    """The text with comments as blanks, so that lines stay."""
    if "//" not in text and "/*" not in text:
        return text
    return _COMMENT.sub(lambda match: _NO_BREAK.sub(" ", match[1]) if match[1] else match[0], text)


def _only_unused(tops: list[Type], used: set[str]) -> Type | None:
    unused = [top for top in tops if name_of(top) not in used]
    return unused[0] if len(unused) == 1 else None


def full_name(name: str, namespace: str) -> str:
    """A name in a namespace; one with dots stands for itself."""
    return name if "." in name or not namespace else f"{namespace}.{name}"


def _names(data: Any, namespace: str) -> Iterator[str]:
    """The full names of all named types in some data."""
    left: list[tuple[Any, str]] = [(data, namespace)]
    while left:
        one, inner = left.pop()
        if isinstance(one, list):
            left += [(item, inner) for item in one if not isinstance(item, str)]
        elif isinstance(one, dict):
            kind, name, own = one.get("type"), one.get("name"), one.get("namespace")
            inner = own if isinstance(own, str) else inner
            if isinstance(name, str) and isinstance(kind, str) and kind in _NAMED:
                full = full_name(name, inner)
                yield full
                inner = full.rpartition(".")[0]
            for key in _HOLDS_TYPES:
                held = one.get(key)
                if isinstance(held, list | dict):
                    left.append((list(held.values()) if key == "messages" and isinstance(held, dict) else held, inner))


class _Reader:
    """Builds the model from the data of all files."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.definitions: dict[str, Definition] = {}
        self.services: list[Service] = []
        self.files: list[SchemaFile] = []
        self.problems: list[SchemaProblem] = []
        self.used: set[str] = set()
        """Names that something else than themselves refers to."""
        self._inside: list[str] = []
        self._source: Source

    # ------------------------------------------------------------------------------------------------- files

    def file(self, source: Source) -> list[Type]:
        """The types that a file is about. Raises SchemaError if it holds none."""
        self._source = source
        data = source.data
        before = set(self.definitions)
        others = [self.type(one, source.namespace, one) for one in source.types]
        if data is None and others:
            tops = others
        elif isinstance(data, dict) and "protocol" in data and "type" not in data:
            tops = self._protocol(data)
        elif isinstance(data, str | list) or (isinstance(data, dict) and "type" in data):
            tops = [self.type(data, source.namespace, data)]
        else:
            raise SchemaError(
                "this is no Avro schema",
                path=source.path or None,
                line=1,
                mend="An Avro schema is a type's name, an object with `type`, or an array of schemas.",
            )
        defined = tuple(name for name in self.definitions if name not in before)
        self.files.append(SchemaFile(path=source.path, definitions=defined))
        return tops

    def _protocol(self, data: dict[str, Any]) -> list[Type]:
        """A protocol: its types, and its messages as a service."""
        namespace = _text(data.get("namespace"))
        name = full_name(_text(data.get("protocol")), namespace)
        namespace = namespace or name.rpartition(".")[0]
        types = data.get("types")
        tops = [self.type(one, namespace, one) for one in types] if isinstance(types, list) else []
        messages = data.get("messages")
        methods = [
            self._method(key, one, namespace, messages)
            for key, one in (messages.items() if isinstance(messages, dict) else ())
            if isinstance(one, dict)
        ]
        if methods:
            self.services.append(Service(name=name, methods=tuple(methods), place=self._place(data, "protocol")))
        return tops

    def _method(self, name: str, data: dict[str, Any], namespace: str, messages: Any) -> Method:
        fields = data.get("request")
        request = Record(fields=self._fields(fields, namespace, data))
        response = data.get("response", "null")
        one_way = data.get("one-way") is True
        return Method(
            name=name,
            request=request,
            response=self.type(response, namespace, data),
            options=(("oneway", "true"),) if one_way else (),
            place=self._place(messages, name),
        )

    # ------------------------------------------------------------------------------------------------- types

    def type(self, data: Any, namespace: str, owner: Any) -> Type:
        """The type that some data describes; `owner` is the object it stands in, for places."""
        if isinstance(data, str):
            return self._named(data, namespace, owner)
        if isinstance(data, list):
            return self._union(data, namespace, owner)
        if isinstance(data, dict):
            kind = data.get("type")
            if isinstance(kind, str):
                return self._object(kind, data, namespace)
            if kind is not None:
                return self.type(kind, _text(data.get("namespace")) or namespace, data)
        self._problem("a type expected: a name, an object with `type`, or an array of types", owner)
        return Scalar("opaque")

    def _named(self, name: str, namespace: str, owner: Any) -> Type:
        """A primitive type, or a reference: in the enclosing namespace, else in none."""
        if name in PRIMITIVES:
            return Scalar(PRIMITIVES[name])
        full = full_name(name, namespace)
        if full not in self.names:
            if name not in self.names:
                self._problem(f"type `{shown(name)}` is not defined", owner, "type")
                return Reference(full)
            full = name
        if full not in self._inside:
            self.used.add(full)
        return Reference(full)

    def _union(self, data: list[Any], namespace: str, owner: Any) -> Type:
        branches: list[Type] = []
        for one in data:
            branch = self.type(one, namespace, one if isinstance(one, dict) else owner)
            if isinstance(branch, Choice):
                self._problem("a union holds another union", owner)
                branches.extend(branch.branches)
            else:
                branches.append(branch)
        return Choice(tuple(branches))

    def _object(self, kind: str, data: dict[str, Any], namespace: str) -> Type:
        if kind in PRIMITIVES:
            base = PRIMITIVES[kind]
            logical, constraints, complaint = logical_type(data, kind)
            if complaint:
                self._problem(complaint, data, "logicalType")
            return Scalar(base, logical=logical, constraints=constraints)
        if kind == "array":
            return Sequence(self.type(data.get("items"), namespace, data))
        if kind == "map":
            return Dictionary(self.type(data.get("values"), namespace, data))
        if kind not in _NAMED:
            return self._named(kind, namespace, data)
        own = data.get("namespace")
        name = full_name(_text(data.get("name")), own if isinstance(own, str) else namespace)
        if not name:
            self._problem(f"this {kind} has no name", data)
        inner = name.rpartition(".")[0]
        self._inside.append(name)
        described = self._describe(kind, name, inner, data)
        self._inside.pop()
        return self._define(name, described, data)

    def _describe(self, kind: str, name: str, namespace: str, data: dict[str, Any]) -> Named:
        aliases = tuple(full_name(one, namespace) for one in _texts(data.get("aliases")))
        if kind == "enum":
            return self._enumeration(name, aliases, data)
        if kind == "fixed":
            size = data.get("size")
            if not isinstance(size, int) or isinstance(size, bool) or size < 0:
                self._problem(f"fixed `{shown(name)}` has no size", data)
                size = 0
            logical, constraints, complaint = logical_type(data, kind, size)
            if complaint:
                self._problem(complaint, data, "logicalType")
            return Fixed(name, size, logical, constraints, aliases)
        return Record(
            fields=self._fields(data.get("fields"), namespace, data),
            name=name,
            kind="exception" if kind == "error" else "record",
            aliases=aliases,
        )

    def _enumeration(self, name: str, aliases: tuple[str, ...], data: dict[str, Any]) -> Enumeration:
        place = self._place(data, "symbols")
        symbols = tuple(dict.fromkeys(_texts(data.get("symbols"))))
        if not isinstance(data.get("symbols"), list):
            self._problem(f"enum `{shown(name)}` has no symbols", data)
        default = data.get("default")
        if default is not None and default not in symbols:
            self._problem(f"the default of enum `{shown(name)}` is none of its symbols", data, "default")
            default = None
        return Enumeration(
            symbols=tuple(Symbol(one, place=place) for one in symbols), name=name, default=default, aliases=aliases
        )

    def _define(self, name: str, described: Named, data: dict[str, Any]) -> Type:
        known = self.definitions.get(name)
        if known is None:
            self.definitions[name] = Definition(name, described, self._place(data, "name"))
        elif without_places(known.type) != without_places(described):
            self._problem(f"type `{shown(name)}` is defined twice, differently; the first one counts", data, "name")
        return Reference(name)

    # ------------------------------------------------------------------------------------------------ fields

    def _fields(self, data: Any, namespace: str, owner: dict[str, Any]) -> tuple[Field, ...]:
        if not isinstance(data, list):
            self._problem("a record without `fields`", owner)
            return ()
        fields: dict[str, Field] = {}
        for one in data:
            if not isinstance(one, dict) or not isinstance(one.get("name"), str):
                self._problem("a field without a name", one if isinstance(one, dict) else owner)
                continue
            field = self._field(one, namespace)
            if field.name in fields:
                self._problem(f"two fields are called `{shown(field.name)}`; the first one counts", one, "name")
            fields.setdefault(field.name, field)
        return tuple(fields.values())

    def _field(self, data: dict[str, Any], namespace: str) -> Field:
        name = data["name"]
        type_ = self._field_type(data, namespace)
        default = Default(constant(data["default"])) if "default" in data else None
        if default is not None and not fits(data["default"], type_, self.definitions):
            self._problem(f"the default of field `{shown(name)}` is not of its type", data, "default")
        return Field(
            name=name,
            type=type_,
            required=default is None,
            default=default,
            read=tuple(_texts(data.get("aliases"))),
            place=self._place(data, "name"),
        )

    def _field_type(self, data: dict[str, Any], namespace: str) -> Type:
        kind = data.get("type")
        if isinstance(kind, str) and kind in _COMPLEX and full_name(kind, namespace) not in self.names:
            name = shown(data["name"])
            self._problem(f"field `{name}`: the {kind} must stand in an object of its own under `type`", data, "type")
            return self._object(kind, data, namespace)
        return self.type(kind, namespace, data)

    # ------------------------------------------------------------------------------------------------ places

    def _place(self, value: Any, member: str = "") -> Place | None:
        return self._source.place(value, member)

    def _problem(self, message: str, value: Any, member: str = "") -> None:
        self.problems.append(SchemaProblem(message, self._place(value, member)))


def without_places(type_: Type) -> Type:
    """A named type for comparing with another: without where its parts stand."""
    match type_:
        case Record(fields=fields):
            return replace(type_, fields=tuple(replace(field, place=None) for field in fields))
        case Enumeration(symbols=symbols):
            return replace(type_, symbols=tuple(replace(symbol, place=None) for symbol in symbols))
        case _:
            return type_


def constant(value: Any) -> Constant:
    """A JSON value as a constant of the model."""
    if isinstance(value, list):
        return tuple(constant(one) for one in value)
    if isinstance(value, dict):
        return tuple((key, constant(value[key])) for key in sorted(value))
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
