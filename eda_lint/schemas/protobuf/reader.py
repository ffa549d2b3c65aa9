"""Reader of Protocol Buffers: `.proto` files of proto2, proto3 and the editions → `Schema`.

The defaults of syntax and edition (presence, packed fields, open enums, delimited messages, UTF-8 checks) are
resolved as features, as protoc does since edition 2023: file → message → field, the nearest one decides.
Names are resolved by protoc's scoping rules over all files at hand; a type that no file defines (a missing import)
stays a `Reference` to its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from eda_lint.errors import SchemaError
from eda_lint.model.schema import (
    Default,
    Definition,
    Dictionary,
    Enumeration,
    Field,
    Method,
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
from eda_lint.schemas.idl_scanner import Scanner
from eda_lint.schemas.protobuf.parser import MAX_FIELD_NUMBER, parse
from eda_lint.schemas.protobuf.syntax import (
    EnumSyntax,
    ExtendSyntax,
    FieldSyntax,
    FileSyntax,
    MessageSyntax,
    OptionSyntax,
    ServiceSyntax,
)

SCALARS: Mapping[str, Scalar] = {
    **{
        kind: Scalar(kind)
        for kind in (
            *("int32", "int64", "uint32", "uint64", "sint32", "sint64"),
            *("fixed32", "fixed64", "sfixed32", "sfixed64", "float", "double", "string", "bytes"),
        )
    },
    "bool": Scalar("boolean"),
}
"""Protobuf's scalar types by name."""

_PROTO2 = {
    "field_presence": "EXPLICIT",
    "enum_type": "CLOSED",
    "repeated_field_encoding": "EXPANDED",
    "utf8_validation": "NONE",
    "message_encoding": "LENGTH_PREFIXED",
    "json_format": "LEGACY_BEST_EFFORT",
}
_PROTO3 = {
    "field_presence": "IMPLICIT",
    "enum_type": "OPEN",
    "repeated_field_encoding": "PACKED",
    "utf8_validation": "VERIFY",
    "message_encoding": "LENGTH_PREFIXED",
    "json_format": "ALLOW",
}
_EDITION = {**_PROTO3, "field_presence": "EXPLICIT"}

_PACKABLE = frozenset(SCALARS) - {"string", "bytes"}
_ENTRY = re.compile(r"(\w+)\s*:\s*(\w+)")

Features = Mapping[str, str]
Options = tuple[tuple[str, str], ...]


def read(files: Mapping[str, str]) -> Schema:
    """The schema that these files, path → text, define together.

    Raises SchemaError if a file holds text of which no statement is Protobuf.
    """
    trees: dict[str, FileSyntax] = {}
    for path, text in files.items():
        tree = parse(text.removeprefix("\ufeff"), path)
        if tree.scanner.problems and not tree.statements:
            first = tree.scanner.problems[0]
            raise SchemaError(
                f"no Protobuf schema: {first.message}",
                path=path or None,
                line=first.place.line if first.place else None,
                mend='Write `syntax = "proto3";` and the messages below it.',
            )
        trees[path] = tree
    return _Builder(trees).schema()


def features_of(options: Iterable[OptionSyntax], inherited: Features) -> Features:
    """The features that hold where these options stand."""
    own: dict[str, str] = {}
    for option in options:
        if option.name.startswith("features."):
            own[option.name.removeprefix("features.")] = option.value
        elif option.name == "features":
            own.update(_ENTRY.findall(option.value))
    return {**inherited, **own} if own else inherited


def json_name(name: str) -> str:
    """The name ProtoJSON gives a field that sets no `json_name`: lowerCamelCase."""
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


class _Builder:
    """Names of all files first, then their types."""

    def __init__(self, trees: Mapping[str, FileSyntax]) -> None:
        self.trees = trees
        self.names: dict[str, str] = {}
        """Full name → `message` or `enum`."""
        self.packages: set[str] = set()
        self.resolved: dict[tuple[str, str], str] = {}
        self.definitions: dict[str, Definition] = {}
        self.extensions: dict[str, list[Field]] = {}
        self.extended_at: dict[str, FieldSyntax] = {}
        self.problems: list[SchemaProblem] = []
        self.tree: FileSyntax = next(iter(trees.values()), FileSyntax(Scanner("", "")))

    def schema(self) -> Schema:
        for tree in self.trees.values():
            self._declare(tree.package, tree.messages, tree.enums)
            parts = tree.package.split(".")
            self.packages.update(".".join(parts[: n + 1]) for n in range(len(parts)))
        files, services = [], []
        for path, tree in self.trees.items():
            self.tree = tree
            before = len(self.definitions)
            features = features_of(tree.options, self._defaults(tree))
            self._scope(tree.package, tree.messages, tree.enums, tree.extends, features)
            services += [self._service(tree, service) for service in tree.services]
            options = [("syntax" if not tree.syntax.isdigit() else "edition", tree.syntax)]
            options += _options(tree.options)
            defined = tuple(list(self.definitions)[before:])
            files.append(SchemaFile(path, tree.package, tuple(tree.imports), tuple(sorted(options)), defined))
        self._extend()
        found = [p for tree in self.trees.values() for p in tree.scanner.problems]
        return Schema("protobuf", None, self.definitions, tuple(services), tuple(files), (*found, *self.problems))

    def _defaults(self, tree: FileSyntax) -> Features:
        if tree.syntax.isdigit():
            return _EDITION
        if tree.syntax not in ("proto2", "proto3"):
            self.problems.append(SchemaProblem(f"unknown syntax `{tree.syntax[:40]}`; read as proto3"))
        return _PROTO2 if tree.syntax == "proto2" else _PROTO3

    # ----------------------------------------------------------------------------------------------------- names

    def _declare(self, scope: str, messages: list[MessageSyntax], enums: list[EnumSyntax]) -> None:
        for enum in enums:
            self.names.setdefault(_join(scope, enum.name), "enum")
        for message in messages:
            name = _join(scope, message.name)
            self.names.setdefault(name, "message")
            self._declare(name, message.messages, message.enums)

    def _resolve(self, scope: str, name: str) -> str:
        """The full name of a type written in a scope: the innermost scope that knows the name's first part decides."""
        key = (scope, name)
        if key not in self.resolved:
            self.resolved[key] = self._search(scope, name)
        return self.resolved[key]

    def _search(self, scope: str, name: str) -> str:
        if name.startswith("."):
            return name[1:]
        at = scope
        while True:
            full = _join(at, name)
            if full in self.names:
                return full
            if not at:
                break
            at = at.rpartition(".")[0]
        return name

    # ------------------------------------------------------------------------------------------------ definitions

    def _scope(
        self,
        scope: str,
        messages: list[MessageSyntax],
        enums: list[EnumSyntax],
        extends: list[ExtendSyntax],
        features: Features,
    ) -> None:
        for message in messages:
            self._message(_join(scope, message.name), message, features)
        for enum in enums:
            self._enum(_join(scope, enum.name), enum, features)
        for extend in extends:
            target = self._resolve(scope, extend.target)
            for syntax in extend.fields:
                name = f"({_join(scope, syntax.name)})"
                self.extended_at.setdefault(target, syntax)
                self.extensions.setdefault(target, []).append(
                    self._field(scope, syntax, features, name=name, extra=(("extension", "true"),))
                )

    def _define(self, definition: Definition) -> None:
        if definition.name in self.definitions:
            self.problems.append(SchemaProblem(f"`{definition.name}` is defined twice", definition.place))
            return
        self.definitions[definition.name] = definition

    def _message(self, name: str, tree: MessageSyntax, inherited: Features) -> None:
        features = features_of(tree.options, inherited)
        fields: list[Field] = []
        seen: set[int] = set()
        for syntax in tree.fields:
            entry = self._field(name, syntax, features)
            if syntax.number in seen:
                message = f"the number {syntax.number} stands for two fields of `{name}`"
                self.problems.append(SchemaProblem(message, entry.place))
                continue
            seen.add(syntax.number)
            fields.append(entry)
        options = _options(tree.options)
        if features["json_format"] != "ALLOW":
            options.append(("json_format", features["json_format"]))
        record = Record(
            tuple(fields),
            name,
            "group" if tree.is_group else "message",
            reserved_numbers=tuple(tree.reserved_numbers),
            reserved_names=tuple(tree.reserved_names),
            extension_numbers=tuple(tree.extension_numbers),
            options=tuple(sorted(options)),
        )
        self._define(Definition(name, record, self.tree.scanner.place(tree.position)))
        self._scope(name, tree.messages, tree.enums, tree.extends, features)

    def _enum(self, name: str, tree: EnumSyntax, inherited: Features) -> None:
        features = features_of(tree.options, inherited)
        place = self.tree.scanner.place
        enum = Enumeration(
            tuple(Symbol(v.name, v.number, None, place(v.position)) for v in tree.values),
            name,
            open=features["enum_type"] != "CLOSED",
            reserved_numbers=tuple(tree.reserved_numbers),
            reserved_names=tuple(tree.reserved_names),
        )
        options = _options(tree.options)
        if features["json_format"] != "ALLOW":
            options.append(("json_format", features["json_format"]))
        self._define(Definition(name, enum, place(tree.position), tuple(sorted(options))))

    def _extend(self) -> None:
        """Put extension fields into the messages they extend; a message of a missing import is made up for them."""
        for target, fields in self.extensions.items():
            definition = self.definitions.get(target)
            place = definition.place if definition else fields[0].place
            record = definition.type if definition else Record((), target, "message", options=(("extended", "true"),))
            if not isinstance(record, Record):
                continue
            taken = {f.number for f in record.fields}
            unique = {f.number: f for f in reversed(fields) if f.number not in taken}
            merged = (*record.fields, *sorted(unique.values(), key=lambda f: f.number or 0))
            grown = Record(
                merged,
                record.name,
                record.kind,
                reserved_numbers=record.reserved_numbers,
                reserved_names=record.reserved_names,
                extension_numbers=record.extension_numbers,
                options=record.options,
            )
            self.definitions[target] = Definition(target, grown, place)

    # ---------------------------------------------------------------------------------------------------- fields

    def _field(
        self,
        scope: str,
        tree: FieldSyntax,
        features: Features,
        *,
        name: str = "",
        extra: tuple[tuple[str, str], ...] = (),
    ) -> Field:
        if tree.options:
            features = features_of(tree.options, features)
            extra = (*extra, *_options(tree.options))
        plain = tree.type if tree.type in SCALARS and not tree.group else ""
        kind: Type = SCALARS[plain] if plain else Reference(self._resolve(scope, tree.type))
        is_message = isinstance(kind, Reference) and self.names.get(kind.name, "message") == "message"
        if plain == "string" and features["utf8_validation"] != "VERIFY":
            extra = (*extra, ("utf8_validation", features["utf8_validation"]))
        if tree.group or (is_message and not tree.key and features["message_encoding"] == "DELIMITED"):
            extra = (*extra, ("encoding", "delimited"))
        cardinality, wrapped = self._shape(tree, kind, is_message, features)
        if not 0 < tree.number <= MAX_FIELD_NUMBER:
            message = f"the number {tree.number} of field `{tree.name}` is out of range"
            self.problems.append(SchemaProblem(message, self.tree.scanner.place(tree.position)))
        required = cardinality == "required"
        return Field(
            name=name or tree.name,
            type=wrapped,
            number=tree.number,
            required=required,
            always=required,
            default=_default(tree.options),
            cardinality=cardinality,  # type: ignore[arg-type]
            oneof=tree.oneof,
            place=self.tree.scanner.place(tree.position),
            options=tuple(sorted(extra)) if extra else (),
        )

    def _shape(self, tree: FieldSyntax, kind: Type, is_message: bool, features: Features) -> tuple[str, Type]:
        """The cardinality and the type with its list or map around it."""
        if tree.key:
            return "repeated", Dictionary(kind, SCALARS.get(tree.key, Scalar("opaque", tree.key)))
        if tree.label == "repeated":
            packable = tree.type in _PACKABLE or (isinstance(kind, Reference) and not is_message)
            packed = packable and features["repeated_field_encoding"] == "PACKED"
            for option in tree.options:
                if option.name == "packed":
                    packed = packable and option.value == "true"
            return "repeated", Sequence(kind, name="packed" if packed else "expanded")
        presence = features["field_presence"]
        if tree.label == "required" or presence == "LEGACY_REQUIRED":
            return "required", kind
        if tree.label == "optional" or tree.oneof or is_message or presence == "EXPLICIT":
            return "optional", kind
        return "singular", kind

    # -------------------------------------------------------------------------------------------------- services

    def _service(self, tree: FileSyntax, service: ServiceSyntax) -> Service:
        name, place = _join(tree.package, service.name), tree.scanner.place
        methods = []
        for method in service.methods:
            options = _options(method.options)
            options += [("client_streaming", "true")] * method.client_streaming
            options += [("server_streaming", "true")] * method.server_streaming
            methods.append(
                Method(
                    method.name,
                    Reference(self._resolve(tree.package, method.request)),
                    Reference(self._resolve(tree.package, method.response)),
                    tuple(sorted(options)),
                    place(method.position),
                )
            )
        return Service(name, tuple(methods), place=place(service.position))


def _join(scope: str, name: str) -> str:
    return f"{scope}.{name}" if scope else name


def _options(options: list[OptionSyntax]) -> list[tuple[str, str]]:
    """Options as pairs; features are resolved elsewhere, but those of single languages stay."""
    return [
        (option.name, option.value)
        for option in options
        if option.name not in ("features", "default", "packed")
        and (not option.name.startswith("features.") or "(" in option.name)
    ]


def _default(options: list[OptionSyntax]) -> Default | None:
    for option in options:
        if option.name == "default":
            return Default(option.value, text=option.value)
    return None
