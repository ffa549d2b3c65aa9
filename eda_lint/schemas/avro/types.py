"""Avro's primitive and logical types: which a reader takes for which.

Specification: https://avro.apache.org/docs/1.12.0/specification/#schema-resolution (promotions) and #logical-types.
Avro's readers resolve the underlying types alone; a logical type decides what the value means, so a change of it
decodes and is wrong in silence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from eda_lint.errors import shown
from eda_lint.model.schema import (
    Choice,
    Constraint,
    Definition,
    Dictionary,
    Enumeration,
    Fixed,
    Named,
    Record,
    Reference,
    Scalar,
    Sequence,
    Type,
    Verdict,
)
from eda_lint.schemas.diff import name_of, resolve
from eda_lint.schemas.display import type_text

PRIMITIVES: Mapping[str, str] = {
    "null": "null",
    "boolean": "boolean",
    "int": "int32",
    "long": "int64",
    "float": "float",
    "double": "double",
    "bytes": "bytes",
    "string": "string",
}
"""Avro's name of a primitive type → the model's."""

_NAMES = MappingProxyType({kind: name for name, kind in PRIMITIVES.items()})

RESOLUTION = "Avro specification, Schema Resolution"
LOGICAL = "Avro specification, Logical Types"

_PROMOTIONS: Mapping[str, tuple[str, ...]] = {
    "int32": ("int64", "float", "double"),
    "int64": ("float", "double"),
    "float": ("double",),
    "string": ("bytes",),
    "bytes": ("string",),
}
_LOSSY = {("int32", "float"), ("int64", "float"), ("int64", "double")}

_LOGICAL_BASES: Mapping[str, tuple[str, ...]] = {
    "decimal": ("bytes", "fixed"),
    "big-decimal": ("bytes",),
    "uuid": ("string", "fixed"),
    "date": ("int",),
    "time-millis": ("int",),
    "time-micros": ("long",),
    "timestamp-millis": ("long",),
    "timestamp-micros": ("long",),
    "timestamp-nanos": ("long",),
    "local-timestamp-millis": ("long",),
    "local-timestamp-micros": ("long",),
    "local-timestamp-nanos": ("long",),
    "duration": ("fixed",),
}
_FIXED_SIZES = {"uuid": 16, "duration": 12}
_UNITS: Mapping[str, str] = {
    "date": "days",
    **{name: name.rpartition("-")[2] for name in _LOGICAL_BASES if name.endswith(("-millis", "-micros", "-nanos"))},
}

_NO_NUMBERS = ("NaN", "Infinity", "-Infinity")
"""How a default of a floating type that JSON has no number for is written."""

_Logical = tuple[str, tuple[Constraint, ...], str]


def logical_type(data: Mapping[str, Any], base: str, size: int = 0) -> _Logical:
    """The logical type of a schema object with its precision and scale, and a complaint if it is none.

    The specification asks readers to ignore a logical type that is invalid; one that it does not know is kept by
    name, for the program may know it.
    """
    logical = data.get("logicalType")
    if not isinstance(logical, str) or not logical:
        return "", (), ""
    bases = _LOGICAL_BASES.get(logical)
    if bases is None:
        return logical, (), ""
    if base not in bases or (base == "fixed" and size != _FIXED_SIZES.get(logical, size)):
        return "", (), f"logical type `{logical}` does not fit {base}; readers ignore it"
    return _decimal(data, base, size) if logical == "decimal" else (logical, (), "")


def _decimal(data: Mapping[str, Any], base: str, size: int) -> _Logical:
    precision: Any = data.get("precision")
    scale: Any = data.get("scale", 0)
    if not (_whole(precision) and _whole(scale) and precision > 0 and 0 <= scale <= precision):
        return "", (), "a decimal needs a precision of at least 1 and a scale not above it; readers ignore it"
    if base == "fixed" and precision > math.floor(math.log10(2) * (8 * size - 1)):
        return "", (), f"a decimal of {size} bytes cannot have the precision {precision}; readers ignore it"
    return "decimal", (Constraint("precision", precision), Constraint("scale", scale)), ""


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


# ---------------------------------------------------------------------------------------------------- resolution


def avro_text(type_: Type) -> str:
    """A type in a few words, with Avro's names of primitive types."""
    return type_text(type_, kinds=_NAMES)


def unqualified(name: str) -> str:
    """A full name without its namespace."""
    return name.rpartition(".")[2]


def base_of(type_: Type) -> str:
    """What resolution looks at: a primitive type's name, else the shape."""
    return type_.kind if isinstance(type_, Scalar) else type(type_).__name__


def promotions(kind: str) -> tuple[str, ...]:
    """The other primitive types that a reader takes a value of a type for."""
    return _PROMOTIONS.get(kind, ())


def reads(reader: Type, writer: Type) -> Verdict:
    """What a reader makes of a value of another primitive type, logical types left aside."""
    if isinstance(reader, Reference) or isinstance(writer, Reference):  # Not defined here: its name counts.
        both = isinstance(reader, Named | Reference) and isinstance(writer, Named | Reference)
        return "ok" if both and unqualified(name_of(reader)) == unqualified(name_of(writer)) else "break"
    written, read = base_of(writer), base_of(reader)
    if written == read:
        return "ok"
    if read not in _PROMOTIONS.get(written, ()):
        return "break"
    return "warn" if (written, read) in _LOSSY else "ok"


def reads_logical(reader: Scalar | Fixed, writer: Scalar | Fixed) -> tuple[Verdict, str]:
    """What becomes of a value's meaning, and why."""
    if reader.logical == writer.logical:
        if reader.logical != "decimal" or reader.constraints == writer.constraints:
            return "ok", ""
        return _reads_decimal(reader, writer)
    if not writer.logical or not reader.logical:
        one, which = (writer, "no longer read as") if writer.logical else (reader, "now read as")
        return "warn", f"the value is {which} `{shown(one.logical)}`"
    units = _UNITS.get(writer.logical), _UNITS.get(reader.logical)
    if None not in units and units[0] != units[1]:
        return "break", f"a number of {units[0]} is read as one of {units[1]}"
    return "warn", f"`{shown(writer.logical)}` is read as `{shown(reader.logical)}`"


def _reads_decimal(reader: Scalar | Fixed, writer: Scalar | Fixed) -> tuple[Verdict, str]:
    (written_precision, written_scale), (precision, scale) = _digits(writer), _digits(reader)
    if scale != written_scale:
        return "break", f"digits written with scale {written_scale} are read with scale {scale}: another amount"
    if precision < written_precision:
        return "break", f"a number of {written_precision} digits does not fit a precision of {precision}"
    return "warn", f"the precision differs ({written_precision} written, {precision} read)"


def _digits(type_: Scalar | Fixed) -> tuple[int, int]:
    values = {one.keyword: one.value for one in type_.constraints}
    precision, scale = values.get("precision"), values.get("scale")
    return precision if isinstance(precision, int) else 0, scale if isinstance(scale, int) else 0


# ------------------------------------------------------------------------------------------------------ defaults


def fits(value: Any, type_: Type, definitions: Mapping[str, Definition]) -> bool:
    """A JSON value is a default of a type. A union takes the value of any branch (specification 1.12; before, of the
    first one); a type that is not read yet takes everything."""
    type_ = resolve(definitions, type_)
    match type_:
        case Choice(branches=branches):
            return not branches or any(fits(value, one, definitions) for one in branches)
        case Sequence(items=items):
            return isinstance(value, list) and all(fits(one, items, definitions) for one in value)
        case Dictionary(values=values):
            return isinstance(value, dict) and all(fits(one, values, definitions) for one in value.values())
        case Record():
            return isinstance(value, dict)
        case Enumeration(symbols=symbols):
            return isinstance(value, str) and any(one.name == value for one in symbols)
        case Fixed():
            return isinstance(value, str)
        case Scalar(kind=kind):
            return _fits_primitive(value, kind)
        case _:
            return True


def _fits_primitive(value: Any, kind: str) -> bool:
    match kind:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "int32" | "int64":
            bits = 31 if kind == "int32" else 63
            return _whole(value) and -(2**bits) <= value < 2**bits
        case "float" | "double":
            return (isinstance(value, int | float) and not isinstance(value, bool)) or value in _NO_NUMBERS
        case "string" | "bytes":
            return isinstance(value, str)
        case _:
            return True
