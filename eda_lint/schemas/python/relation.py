"""Which values of one type a reader of another takes.

Types are taken as the sets of JSON values their writers make. Sources:
https://docs.pydantic.dev/latest/concepts/conversion_table/ (JSON input; lax mode converts some values of other types),
https://jcristharif.com/msgspec/supported-types.html, https://typing.python.org/en/latest/spec/ (`int` is accepted
where `float` is expected, `bool` where `int` is).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from eda_lint.model.schema import (
    Choice,
    Constant,
    Constraint,
    Dictionary,
    Enumeration,
    Record,
    Reference,
    Scalar,
    Sequence,
    Type,
    Verdict,
)

_CONVERSION: Final = "https://docs.pydantic.dev/latest/concepts/conversion_table/"


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a reader takes what a writer of another type wrote, and why not or with which loss."""

    verdict: Verdict
    reason: str = ""


OK = Answer("ok")

_TAKEN: Mapping[tuple[str, str], Answer] = {
    # (reader, writer)
    ("number", "integer"): OK,
    ("integer", "boolean"): Answer("warn", "booleans become 0 and 1"),
    ("number", "boolean"): Answer("warn", "booleans become 0 and 1"),
    ("decimal", "integer"): OK,
    ("decimal", "number"): Answer("warn", "binary fractions become decimals"),
    ("number", "decimal"): Answer("warn", "decimals are written as texts and lose digits as floats"),
    ("string", "date"): OK,
    ("string", "datetime"): OK,
    ("string", "time"): OK,
    ("string", "duration"): OK,
    ("string", "uuid"): OK,
    ("string", "decimal"): Answer("warn", "decimals are read as texts"),
    ("string", "bytes"): Answer("warn", "bytes are read as texts"),
    ("bytes", "string"): Answer("warn", "texts are read as bytes"),
    ("datetime", "date"): Answer("warn", "dates become midnights"),
    ("datetime", "integer"): Answer("warn", "numbers are read as seconds or milliseconds since 1970"),
    ("datetime", "number"): Answer("warn", "numbers are read as seconds since 1970"),
    ("duration", "integer"): Answer("warn", "numbers are read as seconds"),
    ("duration", "number"): Answer("warn", "numbers are read as seconds"),
    **{
        ("bytes", kind): Answer("warn", "texts are read as bytes")
        for kind in ("uuid", "date", "datetime", "time", "duration", "decimal")
    },
}
"""Every value of the writer's type is taken, in some with another meaning; other pairs of kinds break."""

_LAX = frozenset(
    {
        ("integer", "boolean"), ("number", "boolean"), ("number", "decimal"), ("datetime", "integer"),
        ("datetime", "number"), ("duration", "integer"), ("duration", "number"), ("datetime", "date"),
        ("bytes", "string"), ("bytes", "uuid"), ("bytes", "date"), ("bytes", "datetime"), ("bytes", "time"),
        ("bytes", "duration"), ("bytes", "decimal"),
    }
)  # fmt: skip
"""Taken only where the reader converts."""

_ANY_TEXT = frozenset({"", "path", "secret", "import"})
"""Forms of texts that every text has."""


def takes(reader: Type, writer: Type) -> Answer:
    """Whether a reader of one type takes every value of another, for types without parts or of different shapes."""
    if isinstance(reader, Scalar) and reader.kind == "any":
        return OK
    if isinstance(writer, Scalar) and writer.kind == "never":
        return OK
    if _unknown(reader) or _unknown(writer):
        same = _unknown(reader) and _unknown(writer) and _last(_name(reader)) == _last(_name(writer))
        return OK if same else Answer("warn", "one of the types is not known")
    match reader, writer:
        case Scalar(), Scalar():
            return _scalar_takes(reader, writer)
        case Scalar(), Enumeration():
            return _scalar_takes_symbols(reader, writer)
        case Enumeration(), Enumeration():
            known = {symbol.value for symbol in reader.symbols}
            return OK if all(one.value in known for one in writer.symbols) else Answer("break", "values are missing")
        case (Dictionary(), Record()) | (Record(), Dictionary()):
            return Answer("break", "one side has named fields, the other any keys")
    return Answer("break", "values of one type are not values of the other")


def _unknown(type_: Type) -> bool:
    return isinstance(type_, Reference) or (isinstance(type_, Scalar) and type_.kind == "opaque")


def _name(type_: Type) -> str:
    return type_.name if isinstance(type_, Reference | Scalar) else ""


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _scalar_takes(reader: Scalar, writer: Scalar) -> Answer:
    if reader.kind != writer.kind:
        pair = (reader.kind, writer.kind)
        answer = _TAKEN.get(pair)
        if answer is None or (pair in _LAX and reader.strict):
            return Answer("break", f"a reader of {reader.kind} refuses a value of {writer.kind}")
        if reader.kind == "string" and reader.logical not in _ANY_TEXT:
            return Answer("break", f"not every text is of the form `{reader.logical}`")
        return answer
    if reader.logical == writer.logical or reader.logical in _ANY_TEXT:
        return OK
    if reader.kind == "integer":
        return OK  # byte sizes, int32: integers all the same
    return Answer("break", f"not every value is of the form `{reader.logical}`")


def takes_key(reader: Type, writer: Type) -> Answer:
    """Whether a reader of a dict with keys of one type takes keys of another: on the wire all of them are texts."""
    if isinstance(reader, Scalar) and reader.kind == "string" and reader.logical in _ANY_TEXT:
        return OK
    return takes(reader, writer)


_KIND_OF_CONSTANT: Mapping[type, str] = {bool: "boolean", int: "integer", float: "number", str: "string"}


def _scalar_takes_symbols(reader: Scalar, writer: Enumeration) -> Answer:
    worst = OK
    for symbol in writer.symbols:
        kind = _KIND_OF_CONSTANT.get(type(symbol.value), "null" if symbol.value is None else "any")
        answer = _scalar_takes(reader, Scalar(kind)) if kind != "any" else Answer("warn", "a value is not known")
        if answer.verdict == "break":
            return answer
        worst = answer if answer.verdict == "warn" else worst
    return worst


# --------------------------------------------------------------------------------------------------- constraints

_LOWER = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_UPPER = frozenset(
    {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxDigits", "decimalPlaces"}
)
_CODE = frozenset({"validator", "converter"})


def constraints_of(type_: Type) -> dict[str, Constant]:
    """The constraints of a type by keyword; those of code are left out. Bounds of integers are inclusive ones."""
    found: dict[str, Constant] = {}
    for one in type_.constraints if isinstance(type_, Scalar | Sequence | Dictionary) else ():
        if one.keyword in _CODE:
            continue
        keyword, value = (
            _inclusive(one) if isinstance(type_, Scalar) and type_.kind == "integer" else (one.keyword, one.value)
        )
        before = found.get(keyword)
        if isinstance(before, int | float) and isinstance(value, int | float):
            value = max(before, value) if keyword in _LOWER else min(before, value)
        found[keyword] = value
    return found


def _inclusive(one: Constraint) -> tuple[str, Constant]:
    if isinstance(one.value, int):
        if one.keyword == "exclusiveMinimum":
            return "minimum", one.value + 1
        if one.keyword == "exclusiveMaximum":
            return "maximum", one.value - 1
    return one.keyword, one.value


def code_of(type_: Type) -> frozenset[Constant]:
    """Names of the validators on a type."""
    constraints = type_.constraints if isinstance(type_, Scalar | Sequence | Dictionary) else ()
    return frozenset(one.value for one in constraints if one.keyword in _CODE)


def converts(type_: Type) -> bool:
    """Whether code changes values before they are checked."""
    if isinstance(type_, Choice):
        return any(converts(branch) for branch in type_.branches if not isinstance(branch, Choice))
    constraints = type_.constraints if isinstance(type_, Scalar | Sequence | Dictionary) else ()
    return any(one.keyword == "converter" for one in constraints)


def bound_taken(keyword: str, reader: Constant, writer: Constant) -> Answer:
    """Whether a reader with one bound takes every value of a writer with another."""
    if reader == writer:
        return OK
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (reader, writer))
    if numbers and isinstance(reader, int | float) and isinstance(writer, int | float):
        if keyword in _LOWER:
            return OK if reader <= writer else Answer("break", "values below the new bound are refused")
        if keyword in _UPPER:
            return OK if reader >= writer else Answer("break", "values above the new bound are refused")
        if keyword == "multipleOf" and reader:
            whole = writer / reader
            return OK if whole == int(whole) else Answer("break", "values between the new steps are refused")
    if keyword == "enum" and isinstance(reader, tuple) and isinstance(writer, tuple):
        return OK if set(writer) <= set(reader) else Answer("break", "values are missing")
    if keyword == "pattern":
        return Answer("break", "not every value matches the other pattern")
    return Answer("warn", "whether every value fits is not known")
