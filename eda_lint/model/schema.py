"""A message's format, told the same way for Avro, JSON Schema, Protobuf, Thrift and Python classes.

Readers in `schemas` write it, `schemas.diff` pairs two of them. A `Schema` holds what decides whether one side can
read what the other wrote, and where each field stands; comments, documentation and code generation options stay out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from eda_lint.model.topology import Place

Dialect = Literal["avro", "jsonschema", "protobuf", "thrift", "python"]

Verdict = Literal["ok", "warn", "break"]
"""ok: decodes and means the same; warn: decodes, but loses or changes something; break: cannot be decoded."""

Constant = None | bool | int | float | str | tuple["Constant", ...]
"""A constant of a schema: a default, an enumeration's value, the bound of a constraint. Objects are tuples of
(key, value) tuples, sorted by key."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """A restriction of the values of a type.

    `keyword` is JSON Schema's name where it has one (`minimum`, `exclusiveMaximum`, `maxLength`, `pattern`,
    `multipleOf`, `format`, `uniqueItems`, …); `validator` for code of which only the name (`value`) is known.
    """

    keyword: str
    value: Constant


# --------------------------------------------------------------------------------------------------------- types


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value without parts.

    `kind`: `null`, `boolean`, `integer` (unbounded), `int32`, `int64`, `uint32`, `uint64`, `sint32`, `sint64`,
    `fixed32`, `fixed64`, `sfixed32`, `sfixed64`, `int8`, `int16`, `float`, `double`, `number`, `decimal`, `string`,
    `bytes`, `uuid`, `date`, `time`, `datetime`, `duration`, `any` (every value), `never` (no value), `opaque` (a type
    that the reader does not know; `name` says which).
    """

    kind: str
    name: str = ""
    logical: str = ""
    """Avro's `logicalType`, or the dialect's own name of a refinement."""
    constraints: tuple[Constraint, ...] = ()
    strict: bool = False
    """No value of another type is converted (pydantic's strict mode, TypedDict)."""
    loose: bool = False
    """Values of other types pass too, unseen (JSON Schema's `{"minimum": 0}` without `type`)."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A value of an enumeration: a name, a number where the dialect has numbers, else the value on the wire."""

    name: str
    number: int | None = None
    value: Constant = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Enumeration:
    """One of several constants."""

    symbols: tuple[Symbol, ...]
    name: str = ""
    """Full name; empty for one that stands in place (`Literal[...]`, JSON Schema's `enum`)."""
    open: bool = False
    """A reader keeps values that it does not know (proto3, Thrift)."""
    default: str | None = None
    """The symbol a reader falls back to (Avro's `default`, Python's `_missing_`)."""
    aliases: tuple[str, ...] = ()
    reserved_numbers: tuple[tuple[int, int], ...] = ()
    """Inclusive ranges."""
    reserved_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fixed number of bytes."""

    name: str
    size: int
    logical: str = ""
    constraints: tuple[Constraint, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contains:
    """So many items of a sequence are of a type (JSON Schema's `contains`); `maximum` None: any number."""

    type: Type
    minimum: int = 1
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Sequence:
    """Any number of items of one type; `prefix` are the types of the first ones (tuples)."""

    items: Type
    prefix: tuple[Type, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    name: str = ""
    """`list`, `set`, `packed`, `expanded`: where the dialect tells them apart."""
    contains: tuple[Contains, ...] = ()
    loose: bool = False
    """Values of other types pass too, unseen."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Any number of entries from keys to values of one type."""

    values: Type
    keys: Type = field(default_factory=lambda: Scalar("string"))
    constraints: tuple[Constraint, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of any of the branches (union, `anyOf`, `Optional`); of exactly one with `exclusive` (`oneOf`)."""

    branches: tuple[Type, ...]
    exclusive: bool = False
    discriminator: str = ""
    """The field whose value selects the branch."""


@dataclass(frozen=True, slots=True)
class Intersection:
    """A value of all branches at once (`allOf`)."""

    branches: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class Complement:
    """Every value that is not of `type` (`not`)."""

    type: Type


@dataclass(frozen=True, slots=True)
class Default:
    """What a reader takes for a field that is absent. `factory`: made anew each time; `text` shows it."""

    value: Constant = None
    factory: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record."""

    name: str
    """As the schema's own language calls it."""
    type: Type
    number: int | None = None
    required: bool = False
    """A reader refuses a record without it."""
    always: bool = True
    """A writer always writes it: what it wrote satisfies a reader that requires the field."""
    default: Default | None = None
    written: str = ""
    """The name on the wire; empty where it is `name`."""
    read: tuple[str, ...] = ()
    """Further names a reader accepts (Avro's aliases, pydantic's `AliasChoices`, `populate_by_name`)."""
    cardinality: Literal["singular", "optional", "required", "repeated"] = "singular"
    """Protobuf and Thrift: the label; `singular` is implicit presence, `optional` explicit presence."""
    oneof: str = ""
    """The protobuf oneof it belongs to."""
    place: Place | None = None
    options: tuple[tuple[str, str], ...] = ()
    """Options of the dialect that code generators and checkers look at (`jstype`, `deprecated`), sorted."""
    reads_written: bool = True
    """A reader accepts the name that a writer writes (not with pydantic's `validation_alias` alone)."""

    @property
    def wire_name(self) -> str:
        """The name it has in an encoded message that has names."""
        return self.written or self.name


@dataclass(frozen=True, slots=True)
class Record:
    """Named fields.

    `name` is the full name, empty for one that stands in place. `rest` is what a reader does with fields that it does
    not declare: a type they must be of (`Scalar("any")`: it takes or ignores them), or None: it refuses them.
    """

    fields: tuple[Field, ...]
    name: str = ""
    kind: Literal["record", "struct", "union", "exception", "message", "group", "class", "object"] = "record"
    rest: Type | None = field(default_factory=lambda: Scalar("any"))
    patterns: tuple[tuple[str, Type], ...] = ()
    """JSON Schema's `patternProperties`."""
    positional: bool = False
    """Encoded as an array in the order of fields."""
    constraints: tuple[Constraint, ...] = ()
    aliases: tuple[str, ...] = ()
    reserved_numbers: tuple[tuple[int, int], ...] = ()
    """Inclusive ranges."""
    reserved_names: tuple[str, ...] = ()
    extension_numbers: tuple[tuple[int, int], ...] = ()
    tag: tuple[str, str] | None = None
    """The field and value that tell this record from others (msgspec's `tag`)."""
    options: tuple[tuple[str, str], ...] = ()
    names: Type | None = None
    """What every field's name must be, declared or not (JSON Schema's `propertyNames`)."""
    dependents: tuple[tuple[str, Type], ...] = ()
    """What the whole record must be as soon as it has the field (`dependentSchemas`, `dependentRequired`)."""
    loose: bool = False
    """Values of other types pass too, unseen."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A named type of `Schema.definitions`; so types may contain themselves. A name that is not there is a type that
    could not be read (a missing import)."""

    name: str


Type = Scalar | Enumeration | Fixed | Sequence | Dictionary | Choice | Intersection | Complement | Record | Reference

Named = Record | Enumeration | Fixed
"""A type that carries its own name."""


# -------------------------------------------------------------------------------------------------------- schema


@dataclass(frozen=True, slots=True)
class Definition:
    """A named type and where it stands."""

    name: str
    type: Type
    place: Place | None = None
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """A remote procedure of a service definition (Protobuf, Thrift)."""

    name: str
    request: Type
    response: Type
    options: tuple[tuple[str, str], ...] = ()
    """`client_streaming`, `server_streaming`, `oneway`, `idempotency_level`, sorted."""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A service definition."""

    name: str
    methods: tuple[Method, ...]
    extends: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """One file of a schema that has files (Protobuf, Thrift)."""

    path: str
    package: str = ""
    imports: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    """`syntax`, `edition` and file options, sorted."""
    definitions: tuple[str, ...] = ()
    """Full names of what it defines, in order."""


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """Something in a schema that could not be read; the rest was."""

    message: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema read whole.

    `root` is the type of a message; None where the dialect has no root (Protobuf, Thrift, a Python module): then each
    definition may be one.
    """

    dialect: Dialect
    root: Type | None
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    services: tuple[Service, ...] = ()
    files: tuple[SchemaFile, ...] = ()
    problems: tuple[SchemaProblem, ...] = ()


# ------------------------------------------------------------------------------------------------------- changes


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two schemas, and whom it breaks.

    `kind` is a row of the table in `schemas.compat` (`field-added`, `required-added`, `type-changed`, …); `path` leads
    from the message to the place (`OrderPlaced.customer.email`). `backward`: a new reader meets old data; `forward`:
    an old reader meets new data.
    """

    kind: str
    path: str
    backward: Verdict
    forward: Verdict
    message: str
    """What changed and what happens, one or two sentences."""
    source: str = ""
    """The passage of the specification that decides it."""
    old: str = ""
    """The old side as a short display text."""
    new: str = ""
    old_place: Place | None = None
    new_place: Place | None = None
    wire: Verdict | None = None
    """Protobuf: the worse of both directions for the binary encoding alone."""
    json: Verdict | None = None
    """Protobuf: for ProtoJSON."""
    code: Verdict | None = None
    """Protobuf: for source code that uses the generated classes."""
    rules: tuple[str, ...] = ()
    """Ids of other checkers' rules that look at the same change (buf's for Protobuf)."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing two schemas gives: the worst verdict per direction and the changes that led to it."""

    dialect: Dialect
    backward: Verdict
    forward: Verdict
    changes: tuple[Change, ...] = ()
    problems: tuple[SchemaProblem, ...] = ()
    """Parts of either side that could not be read."""
