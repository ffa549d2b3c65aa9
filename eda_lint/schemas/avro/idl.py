"""Reads Avro IDL (`.avdl`) into the data that its JSON form would be, with lines.

Grammar: https://avro.apache.org/docs/1.12.0/idl-language/. No Python library reads it, and Avro's own compiler keeps no
lines and refuses a file whose imports are missing. What imports bring in are the other files that are read together;
one that is not among them leaves its types undefined, which the reader reports.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from eda_lint.errors import SchemaError, shown
from eda_lint.schemas.located import Located, Value

DEPTH = 100
"""Deepest nesting of types and of constants that is read."""

_PART = r"(?:`[^\W\d]\w*`|[^\W\d]\w*)"
_TOKEN = re.compile(
    rf"""(?:\s++|//[^\n]*+|/\*(?s:.*?)(?:\*/|\Z))*+
    (?:([-+]?(?:NaN|Infinity|0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)[lLfFdD]?(?!\w))
    |({_PART}(?:[.-]{_PART})*)|("(?:[^"\\\n]|\\.)*")|(\x1a|\Z)|(.))""",
    re.VERBOSE,
)
_PRIMITIVES = frozenset({"boolean", "int", "long", "float", "double", "string", "bytes", "null"})
_LOGICAL = {
    "date": ("int", "date"),
    "time_ms": ("int", "time-millis"),
    "timestamp_ms": ("long", "timestamp-millis"),
    "local_timestamp_ms": ("long", "local-timestamp-millis"),
    "uuid": ("string", "uuid"),
}
_FLOATS = {"NaN": "NaN", "+NaN": "NaN", "-NaN": "NaN", "Infinity": "Infinity", "+Infinity": "Infinity"}
_OF_FIELDS = ("aliases", "order")


@dataclass(frozen=True, slots=True)
class IdlFile:
    """One file: `data` is the protocol or main schema (None if it only defines types), `types` what a file without
    protocol defines, `namespace` that of its names."""

    data: Value
    types: tuple[Value, ...] = ()
    namespace: str = ""


def read_idl(text: str, path: str = "") -> IdlFile:
    """The data of an IDL file. Raises SchemaError, with path and line, where the text leaves the grammar."""
    return _Parser(text, path).file()


class _Parser:
    """Recursive descent over the tokens of one file; types and constants nest within `DEPTH`."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path
        self._breaks = [match.end() for match in re.finditer("\n", text)]
        self._position = 0
        self._depth = 0
        self._next()

    # ------------------------------------------------------------------------------------------------- tokens

    def _next(self) -> None:
        match = _TOKEN.match(self._text, self._position)
        assert match is not None  # The last alternative takes any character, the one before it the end.
        self._kind = match.lastindex or 0
        self._token = match[self._kind]
        self._begin = match.start(self._kind)
        self._position = match.end()

    def _line(self) -> int:
        return bisect_right(self._breaks, self._begin) + 1

    def _at(self, sign: str) -> bool:
        return self._token == sign and self._kind in (2, 5)

    def _accept(self, sign: str) -> bool:
        if not self._at(sign):
            return False
        self._next()
        return True

    def _expect(self, sign: str) -> None:
        if not self._accept(sign):
            raise self._error(f"`{sign}` expected")

    def _identifier(self) -> str:
        if self._kind != 2:
            raise self._error("a name expected")
        name = self._token.replace("`", "")
        self._next()
        return name

    def _error(self, message: str) -> SchemaError:
        found = f"`{shown(self._token[:40])}`" if self._kind != 4 else "the end of the file"
        return SchemaError(f"{message}, found {found}", path=self._path or None, line=self._line())

    def _object(self, line: int, members: dict[str, Value]) -> Located:
        made = Located(members)
        made.line, made.lines, made.pairs = line, dict.fromkeys(members, line), []
        return made

    # -------------------------------------------------------------------------------------------------- files

    def file(self) -> IdlFile:
        """A protocol, or a main schema and named types."""
        namespace, main, types = "", None, []
        if self._accept("namespace"):
            namespace = self._identifier()
            self._expect(";")
        if self._accept("schema"):
            main = self._full_type()
            self._expect(";")
        while self._kind != 4:
            line, properties = self._line(), self._properties()
            if self._accept("protocol"):
                return IdlFile(self._protocol(line, properties))
            if not self._import():
                types.append(self._named(line, properties))
        return IdlFile(main, tuple(types), namespace)

    def _import(self) -> bool:
        if not self._accept("import"):
            return False
        if not (self._accept("idl") or self._accept("protocol") or self._accept("schema")):
            raise self._error("`idl`, `protocol` or `schema` expected")
        self._constant()
        self._expect(";")
        return True

    def _protocol(self, line: int, properties: dict[str, Value]) -> Located:
        name = self._identifier()
        types: list[Value] = []
        messages: dict[str, Value] = {}
        self._expect("{")
        while not self._accept("}"):
            if self._import():
                continue
            begin, own = self._line(), self._properties()
            if self._at_named():
                types.append(self._named(begin, own))
            else:
                messages.update(self._message(begin))
        listed = self._object(line, messages)
        for key, message in messages.items():
            listed.lines[key] = message.line
        return self._object(line, {**properties, "protocol": name, "types": types, "messages": listed})

    def _at_named(self) -> bool:
        return any(self._at(word) for word in ("record", "error", "enum", "fixed"))

    def _named(self, line: int, properties: dict[str, Value]) -> Located:
        if not self._at_named():
            raise self._error("`record`, `error`, `enum` or `fixed` expected")
        kind = self._identifier()
        members: dict[str, Value] = {**properties, "type": kind, "name": self._identifier()}
        if kind == "fixed":
            self._expect("(")
            members["size"] = self._constant()
            self._expect(")")
            self._expect(";")
        elif kind == "enum":
            members |= self._symbols()
        else:
            members["fields"] = self._fields()
        return self._object(line, members)

    def _symbols(self) -> dict[str, Value]:
        self._expect("{")
        symbols: list[Value] = []
        while not self._accept("}"):
            if symbols:
                self._expect(",")
            self._properties()
            symbols.append(self._identifier())
        if not self._accept("="):
            return {"symbols": symbols}
        default = self._identifier()
        self._expect(";")
        return {"symbols": symbols, "default": default}

    def _fields(self) -> list[Value]:
        self._expect("{")
        fields: list[Value] = []
        while not self._accept("}"):
            type_ = self._full_type()
            fields.append(self._variable(type_))
            while self._accept(","):
                fields.append(self._variable(type_))
            self._expect(";")
        return fields

    def _variable(self, type_: Value) -> Located:
        """A field or parameter. An optional type begins with the branch that its default is of."""
        line, properties = self._line(), self._properties()
        members: dict[str, Value] = {key: properties[key] for key in _OF_FIELDS if key in properties}
        members["name"] = self._identifier()
        if self._accept("="):
            members["default"] = self._constant()
        if isinstance(type_, _Optional):
            absent = members.get("default") is None
            members["type"] = ["null", type_.type] if absent else [type_.type, "null"]
        else:
            members["type"] = type_
        return self._object(line, members)

    def _message(self, line: int) -> dict[str, Value]:
        response = "null" if self._accept("void") else _written(self._full_type())
        name = self._identifier()
        self._expect("(")
        request: list[Value] = []
        while not self._accept(")"):
            if request:
                self._expect(",")
            request.append(self._variable(self._full_type()))
        members: dict[str, Value] = {"request": request, "response": response}
        if self._accept("oneway"):
            members["one-way"] = True
        elif self._accept("throws"):
            members["errors"] = [self._identifier()]
            while self._accept(","):
                members["errors"].append(self._identifier())
        self._expect(";")
        return {name: self._object(line, members)}

    # -------------------------------------------------------------------------------------------------- types

    def _full_type(self) -> Value:
        self._deeper()
        line, properties = self._line(), self._properties()
        found = self._plain_type(line)
        self._depth -= 1
        if isinstance(found, _Optional):
            return _Optional(self._with(found.type, properties, line))
        return self._with(found, properties, line)

    def _with(self, type_: Value, properties: dict[str, Value], line: int) -> Value:
        """A type with its properties; those of a reference to a named type are not part of that type."""
        if not properties or isinstance(type_, list) or (isinstance(type_, str) and type_ not in _PRIMITIVES):
            return type_
        return self._object(line, {"type": type_, **properties} if isinstance(type_, str) else {**type_, **properties})

    def _plain_type(self, line: int) -> Value:
        for word, key in (("array", "items"), ("map", "values")):
            if self._accept(word):
                self._expect("<")
                inner = _written(self._full_type())
                self._expect(">")
                return self._object(line, {"type": word, key: inner})
        if self._accept("union"):
            self._expect("{")
            branches = [_written(self._full_type())]
            while self._accept(","):
                branches.append(_written(self._full_type()))
            self._expect("}")
            return branches
        return self._nullable(line)

    def _nullable(self, line: int) -> Value:
        quoted = self._token.startswith("`")
        name = self._identifier()
        type_: Value = name
        if not quoted and name in _LOGICAL:
            base, logical = _LOGICAL[name]
            type_ = self._object(line, {"type": base, "logicalType": logical})
        elif not quoted and name == "decimal" and self._accept("("):
            members: dict[str, Value] = {"type": "bytes", "logicalType": "decimal", "precision": self._constant()}
            if self._accept(","):
                members["scale"] = self._constant()
            self._expect(")")
            type_ = self._object(line, members)
        return _Optional(type_) if self._accept("?") else type_

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEPTH:
            raise SchemaError(f"nested more than {DEPTH} deep", path=self._path or None, line=self._line())

    # ---------------------------------------------------------------------------------------------- constants

    def _properties(self) -> dict[str, Value]:
        found: dict[str, Value] = {}
        while self._accept("@"):
            name = self._identifier()
            self._expect("(")
            found[name] = self._constant()
            self._expect(")")
        return found

    def _constant(self) -> Value:
        """A JSON value, with the numbers of Java."""
        self._deeper()
        if self._accept("{"):
            value: Value = self._members()
        elif self._accept("["):
            value = []
            while not self._accept("]"):
                if value:
                    self._expect(",")
                value.append(self._constant())
        else:
            value = self._literal()
        self._depth -= 1
        return value

    def _members(self) -> Located:
        line, members = self._line(), dict[str, Value]()
        while not self._accept("}"):
            if members:
                self._expect(",")
            key = self._literal()
            self._expect(":")
            members[str(key)] = self._constant()
        return self._object(line, members)

    def _literal(self) -> Any:
        words = {"true": True, "false": False, "null": None}
        token = self._token
        if self._kind == 3:
            self._next()
            return _unquoted(token)
        value: Value
        if self._kind == 1:
            value = _number(token)
        elif self._kind == 2 and token in words:
            value = words[token]
        elif self._kind == 2 and token in _FLOATS:
            value = _FLOATS[token]
        else:
            raise self._error("a value expected")
        self._next()
        return value


@dataclass(frozen=True, slots=True)
class _Optional:
    """A type with a question mark: null stands before or behind it, as the default asks."""

    type: Value


def _written(type_: Value) -> Value:
    """A type as JSON; null comes first where no default decides."""
    return ["null", type_.type] if isinstance(type_, _Optional) else type_


def _unquoted(token: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:  # An escape of Java that JSON has not.
        return token[1:-1]


def _number(token: str) -> int | float | str:
    bare = token.lstrip("+-")
    if bare.startswith(("NaN", "Infinity")):
        return token.lstrip("+")
    if bare[:2] in ("0x", "0X"):
        value = int(bare.rstrip("lL"), 16)
        return -value if token.startswith("-") else value
    digits = token.rstrip("lLfFdD")
    if re.fullmatch(r"[-+]?[0-9]{1,400}", digits):
        octal = re.fullmatch(r"[-+]?0[0-7]+", digits)
        return int(digits, 8) if octal else int(digits)
    return float(digits)
