"""What the names of the standard library and of the model libraries mean, as tables.

Names are looked up in their canonical form (`canonical`): the place a library documents, not the private module that
an import happens to use.
"""

from __future__ import annotations

import collections
import collections.abc
import dataclasses
import enum
import typing
from collections.abc import Mapping
from functools import lru_cache

from eda_lint.model.schema import Constraint, Scalar, Type

_FLAT = frozenset(
    {
        "annotated_types", "attr", "dataclasses_avroschema", "dataclasses_json", "faust", "mashumaro", "msgspec",
        "pydantic", "pydantic_core", "pydantic_extra_types",
    }
)  # fmt: skip
"""Libraries whose public names are unique whatever module they come from."""

_SAME_ROOT = {
    "attrs": "attr",
    "typing_extensions": "typing",
    "pydantic_settings": "pydantic",
    "marshmallow_enum": "marshmallow",
}


@lru_cache(maxsize=8192)
def canonical(name: str) -> str:
    """The documented form of a dotted name (`pydantic.main.BaseModel` → `pydantic.BaseModel`)."""
    parts = name.split(".")
    parts[0] = _SAME_ROOT.get(parts[0], parts[0])
    root, last = parts[0], parts[-1]
    if root == "collections" and len(parts) == 3 and parts[1] == "abc":
        return f"typing.{last}"
    if root == "sqlmodel":
        return f"sqlmodel.{last}" if last in ("SQLModel", "Relationship") else f"pydantic.{last}"
    if len(parts) > 2 and parts[-2] in _KEPT.get(root, ()):
        return f"{root}.{parts[-2]}.{last}"
    if root in _FLAT or root == "marshmallow":
        return f"{root}.{last}"
    return name if len(parts) == 1 else f"{root}.{'.'.join(parts[1:])}"


_KEPT: Mapping[str, tuple[str, ...]] = {
    "attr": ("validators",),
    "marshmallow": ("fields", "validate"),
    "pydantic": ("alias_generators", "dataclasses"),
}
"""Modules that are part of a documented name."""


def _scalar(kind: str, logical: str = "", *constraints: Constraint, strict: bool = False) -> Scalar:
    return Scalar(kind, logical=logical, constraints=constraints, strict=strict)


_POSITIVE = Constraint("exclusiveMinimum", 0)
_NEGATIVE = Constraint("exclusiveMaximum", 0)
_NOT_NEGATIVE = Constraint("minimum", 0)
_NOT_POSITIVE = Constraint("maximum", 0)

SCALARS: Mapping[str, Type] = {
    "builtins.None": _scalar("null"),
    "builtins.bool": _scalar("boolean"),
    "builtins.bytearray": _scalar("bytes"),
    "builtins.bytes": _scalar("bytes"),
    "builtins.float": _scalar("number"),
    "builtins.int": _scalar("integer"),
    "builtins.memoryview": _scalar("bytes"),
    "builtins.object": _scalar("any"),
    "builtins.str": _scalar("string"),
    "datetime.date": _scalar("date"),
    "datetime.datetime": _scalar("datetime"),
    "datetime.time": _scalar("time"),
    "datetime.timedelta": _scalar("duration"),
    "decimal.Decimal": _scalar("decimal"),
    "numbers.Number": _scalar("number"),
    "numbers.Real": _scalar("number"),
    "numbers.Integral": _scalar("integer"),
    "types.NoneType": _scalar("null"),
    "typing.Any": _scalar("any"),
    "typing.AnyStr": _scalar("string"),
    "typing.Hashable": _scalar("any"),
    "typing.LiteralString": _scalar("string"),
    "typing.Never": _scalar("never"),
    "typing.NoReturn": _scalar("never"),
    "typing.Text": _scalar("string"),
    "typing.ByteString": _scalar("bytes"),
    "uuid.UUID": _scalar("uuid"),
    # Written and read as text of a form.
    "ipaddress.IPv4Address": _scalar("string", "ipv4"),
    "ipaddress.IPv4Interface": _scalar("string", "ipv4interface"),
    "ipaddress.IPv4Network": _scalar("string", "ipv4network"),
    "ipaddress.IPv6Address": _scalar("string", "ipv6"),
    "ipaddress.IPv6Interface": _scalar("string", "ipv6interface"),
    "ipaddress.IPv6Network": _scalar("string", "ipv6network"),
    "os.PathLike": _scalar("string", "path"),
    "pathlib.Path": _scalar("string", "path"),
    "pathlib.PosixPath": _scalar("string", "path"),
    "pathlib.PurePath": _scalar("string", "path"),
    "pathlib.PurePosixPath": _scalar("string", "path"),
    "re.Pattern": _scalar("string", "regex"),
    "typing.Pattern": _scalar("string", "regex"),
    "zoneinfo.ZoneInfo": _scalar("string", "timezone"),
    # https://docs.pydantic.dev/latest/api/types/ and /api/networks/
    "pydantic.AmqpDsn": _scalar("string", "uri"),
    "pydantic.AnyHttpUrl": _scalar("string", "uri"),
    "pydantic.AnyUrl": _scalar("string", "uri"),
    "pydantic.AnyWebsocketUrl": _scalar("string", "uri"),
    "pydantic.AwareDatetime": _scalar("datetime", "aware"),
    "pydantic.Base64Bytes": _scalar("bytes", "base64"),
    "pydantic.Base64Str": _scalar("string", "base64"),
    "pydantic.Base64UrlBytes": _scalar("bytes", "base64url"),
    "pydantic.Base64UrlStr": _scalar("string", "base64url"),
    "pydantic.ByteSize": _scalar("integer", "bytesize"),
    "pydantic.ClickHouseDsn": _scalar("string", "uri"),
    "pydantic.CockroachDsn": _scalar("string", "uri"),
    "pydantic.DirectoryPath": _scalar("string", "path"),
    "pydantic.EmailStr": _scalar("string", "email"),
    "pydantic.FilePath": _scalar("string", "path"),
    "pydantic.FileUrl": _scalar("string", "uri"),
    "pydantic.FiniteFloat": _scalar("number"),
    "pydantic.FtpUrl": _scalar("string", "uri"),
    "pydantic.FutureDate": _scalar("date"),
    "pydantic.FutureDatetime": _scalar("datetime"),
    "pydantic.HttpUrl": _scalar("string", "uri"),
    "pydantic.IPvAnyAddress": _scalar("string", "ip"),
    "pydantic.IPvAnyInterface": _scalar("string", "ipinterface"),
    "pydantic.IPvAnyNetwork": _scalar("string", "ipnetwork"),
    "pydantic.ImportString": _scalar("string", "import"),
    "pydantic.Json": _scalar("string", "json"),
    "pydantic.JsonValue": _scalar("any"),
    "pydantic.KafkaDsn": _scalar("string", "uri"),
    "pydantic.MariaDBDsn": _scalar("string", "uri"),
    "pydantic.MongoDsn": _scalar("string", "uri"),
    "pydantic.MySQLDsn": _scalar("string", "uri"),
    "pydantic.NaiveDatetime": _scalar("datetime", "naive"),
    "pydantic.NameEmail": _scalar("string", "name-email"),
    "pydantic.NatsDsn": _scalar("string", "uri"),
    "pydantic.NegativeFloat": _scalar("number", "", _NEGATIVE),
    "pydantic.NegativeInt": _scalar("integer", "", _NEGATIVE),
    "pydantic.NewPath": _scalar("string", "path"),
    "pydantic.NonNegativeFloat": _scalar("number", "", _NOT_NEGATIVE),
    "pydantic.NonNegativeInt": _scalar("integer", "", _NOT_NEGATIVE),
    "pydantic.NonPositiveFloat": _scalar("number", "", _NOT_POSITIVE),
    "pydantic.NonPositiveInt": _scalar("integer", "", _NOT_POSITIVE),
    "pydantic.PastDate": _scalar("date"),
    "pydantic.PastDatetime": _scalar("datetime"),
    "pydantic.PositiveFloat": _scalar("number", "", _POSITIVE),
    "pydantic.PositiveInt": _scalar("integer", "", _POSITIVE),
    "pydantic.PostgresDsn": _scalar("string", "uri"),
    "pydantic.RedisDsn": _scalar("string", "uri"),
    "pydantic.SecretBytes": _scalar("bytes", "secret"),
    "pydantic.SecretStr": _scalar("string", "secret"),
    "pydantic.SnowflakeDsn": _scalar("string", "uri"),
    "pydantic.SocketPath": _scalar("string", "path"),
    "pydantic.StrictBool": _scalar("boolean", strict=True),
    "pydantic.StrictBytes": _scalar("bytes", strict=True),
    "pydantic.StrictFloat": _scalar("number", strict=True),
    "pydantic.StrictInt": _scalar("integer", strict=True),
    "pydantic.StrictStr": _scalar("string", strict=True),
    "pydantic.UUID1": _scalar("uuid", "1"),
    "pydantic.UUID3": _scalar("uuid", "3"),
    "pydantic.UUID4": _scalar("uuid", "4"),
    "pydantic.UUID5": _scalar("uuid", "5"),
    "pydantic.UUID6": _scalar("uuid", "6"),
    "pydantic.UUID7": _scalar("uuid", "7"),
    "pydantic.UUID8": _scalar("uuid", "8"),
    "pydantic.WebsocketUrl": _scalar("string", "uri"),
    "msgspec.Raw": _scalar("any"),
    # https://marcosschroh.github.io/dataclasses-avroschema/fields_specification/
    "dataclasses_avroschema.DateTimeMicro": _scalar("datetime"),
    "dataclasses_avroschema.Float32": _scalar("number"),
    "dataclasses_avroschema.Int32": _scalar("integer", "int32"),
    "dataclasses_avroschema.TimeMicro": _scalar("time"),
}
"""Types without parts."""

CONSTRAINED: Mapping[str, Scalar] = {
    "pydantic.conbytes": Scalar("bytes"),
    "pydantic.condate": Scalar("date"),
    "pydantic.condecimal": Scalar("decimal"),
    "dataclasses_avroschema.condecimal": Scalar("decimal"),
    "pydantic.confloat": Scalar("number"),
    "pydantic.conint": Scalar("integer"),
    "pydantic.constr": Scalar("string"),
}
"""Functions that give a constrained type."""

SEQUENCES: Mapping[str, str] = {
    "builtins.frozenset": "set",
    "builtins.list": "list",
    "builtins.set": "set",
    "collections.deque": "list",
    "typing.AbstractSet": "set",
    "typing.Collection": "list",
    "typing.Deque": "list",
    "typing.FrozenSet": "set",
    "typing.Generator": "list",
    "typing.Iterable": "list",
    "typing.Iterator": "list",
    "typing.List": "list",
    "typing.MutableSequence": "list",
    "typing.MutableSet": "set",
    "typing.Sequence": "list",
    "typing.Set": "set",
    "typing.ValuesView": "list",
    "typing.KeysView": "set",
}
"""Sequences of one type, and whether they keep each item once."""

DICTIONARIES = frozenset(
    {
        "builtins.dict", "collections.OrderedDict", "collections.defaultdict", "collections.ChainMap",
        "types.MappingProxyType", "typing.ChainMap", "typing.DefaultDict", "typing.Dict", "typing.Mapping",
        "typing.MutableMapping", "typing.OrderedDict",
    }
)  # fmt: skip

COUNTERS = frozenset({"collections.Counter", "typing.Counter"})

TUPLES = frozenset({"builtins.tuple", "typing.Tuple"})

QUALIFIERS: Mapping[str, str] = {
    "dataclasses.InitVar": "InitVar",
    "typing.ClassVar": "ClassVar",
    "typing.Final": "Final",
    "typing.NotRequired": "NotRequired",
    "typing.ReadOnly": "ReadOnly",
    "typing.Required": "Required",
}
"""What stands around a field's type and says something of the field."""

TRANSPARENT = frozenset(
    {
        "pydantic.SkipJsonSchema", "pydantic.InstanceOf",
        "pydantic.SerializeAsAny", "pydantic.SkipValidation", "pydantic.OnErrorOmit",
        "sqlalchemy.orm.Mapped", "typing.Awaitable",
    }
)  # fmt: skip
"""`X[T]` that holds a T."""

ENUM_BASES = frozenset(
    {"enum.Enum", "enum.Flag", "enum.IntEnum", "enum.IntFlag", "enum.ReprEnum", "enum.StrEnum", "enum.EnumMeta"}
)  # fmt: skip

KEYWORDS: Mapping[str, str] = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
    "max_digits": "maxDigits",
    "decimal_places": "decimalPlaces",
    "pattern": "pattern",
    "regex": "pattern",
    "min_length": "minLength",
    "max_length": "maxLength",
    "min_items": "minLength",
    "max_items": "maxLength",
    "unique_items": "uniqueItems",
    "tz": "timezone",
}
"""Keyword arguments that constrain a value, by JSON Schema's names (`https://docs.pydantic.dev/latest/concepts/fields/`,
`https://jcristharif.com/msgspec/constraints.html`)."""

ANNOTATED_TYPES: Mapping[str, tuple[str, ...]] = {
    "annotated_types.Ge": ("minimum",),
    "annotated_types.Gt": ("exclusiveMinimum",),
    "annotated_types.Interval": (),
    "annotated_types.Le": ("maximum",),
    "annotated_types.Len": ("minLength", "maxLength"),
    "annotated_types.Lt": ("exclusiveMaximum",),
    "annotated_types.MaxLen": ("maxLength",),
    "annotated_types.MinLen": ("minLength",),
    "annotated_types.MultipleOf": ("multipleOf",),
}
"""Positional arguments of `annotated_types`' classes."""


def exports(module: str, name: str) -> bool:
    """Whether `from module import *` brings a name that a schema can use, for the libraries known here."""
    if (public := _PUBLIC.get(module)) is not None:
        return name in public
    full_name = canonical(f"{module}.{name}")
    return full_name in SCALARS or full_name in CONSTRAINED or name in _EXPORTS.get(module.partition(".")[0], ())


_PUBLIC: Mapping[str, frozenset[str]] = {
    "collections": frozenset(collections.__all__),
    "collections.abc": frozenset(collections.abc.__all__),
    "dataclasses": frozenset(dataclasses.__all__),
    "datetime": frozenset({"date", "datetime", "time", "timedelta", "timezone"}),
    "enum": frozenset(enum.__all__),
    "typing": frozenset(typing.__all__),
    "typing_extensions": frozenset({*typing.__all__, "ReadOnly", "TypeAliasType"}),
}

_EXPORTS: Mapping[str, frozenset[str]] = {
    "attr": frozenset({"Factory", "attrib", "attrs", "define", "field", "frozen", "ib", "mutable", "s"}),
    "attrs": frozenset({"Factory", "define", "field", "frozen", "mutable"}),
    "marshmallow": frozenset({"EXCLUDE", "INCLUDE", "RAISE", "Schema", "fields", "validate"}),
    "msgspec": frozenset({"Meta", "Struct", "UNSET", "UnsetType", "field"}),
    "pydantic": frozenset(
        {
            "AfterValidator", "AliasChoices", "AliasGenerator", "AliasPath", "BaseModel", "BaseSettings",
            "BeforeValidator", "ConfigDict", "Discriminator", "Extra", "Field", "GenericModel", "InstanceOf",
            "PlainValidator", "PrivateAttr", "RootModel", "SerializeAsAny", "SkipValidation", "Strict",
            "StringConstraints", "Tag", "WrapValidator", "computed_field", "conlist", "conset", "create_model",
            "field_validator", "model_validator", "root_validator", "validator",
        }
    ),
    "sqlmodel": frozenset({"Field", "Relationship", "SQLModel"}),
}  # fmt: skip
