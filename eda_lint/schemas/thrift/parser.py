"""The grammar of `.thrift` files: text → syntax tree, names as they are written.

Source: thrift.apache.org/docs/idl, and the additions of fbthrift (structured annotations, packages, interactions,
qualifiers of exceptions), which are read over. Neither compiler is asked, since both refuse a file whose includes are
missing. What cannot be read becomes a problem and is skipped up to the end of its statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from eda_lint.schemas.idl_scanner import MAX_DEPTH, SKIP_HASH, MalformedError, Scanner, integer
from eda_lint.schemas.thrift.syntax import (
    EnumSyntax,
    FieldSyntax,
    FileSyntax,
    MethodSyntax,
    ServiceSyntax,
    StructSyntax,
    TypedefSyntax,
    TypeSyntax,
)

_NAME = r"[A-Za-z_]\w*+"
_FIELD = re.compile(
    SKIP_HASH
    + rf"(\d++)\s*+:\s*+(?:(required|optional)\s++)?+({_NAME}(?:\.{_NAME})*+)\s++({_NAME})\s*+(?:[,;]|(?=\}}))"
)
_STATEMENT = re.compile(
    r"^[ \t]*+(?=(?:struct|union|exception|enum|service|typedef|const|include|namespace)\b)", re.MULTILINE
)
_CONTAINERS = {"list": 1, "set": 1, "map": 2, "stream": 1, "sink": 2}
_STRUCTS: dict[str, Literal["struct", "union", "exception"]] = {
    "struct": "struct",
    "union": "union",
    "exception": "exception",
}
_QUALIFIERS = ("safe", "transient", "stateful", "permanent", "client", "server")


def parse(text: str, path: str) -> FileSyntax:
    """The syntax tree of one file. What cannot be read is in `scanner.problems`; raises nothing."""
    return _Parser(Scanner(text, path, skip=SKIP_HASH, over_lines=True)).file()


class _Parser:
    def __init__(self, scanner: Scanner) -> None:
        self.scanner = scanner

    def file(self) -> FileSyntax:
        scanner, tree = self.scanner, FileSyntax(self.scanner)
        while token := scanner.peek():
            position = scanner.position
            try:
                self._top(token, tree)
                tree.statements += 1
            except MalformedError as fault:
                scanner.problem(fault.message, fault.position)
                scanner.position = max(scanner.position, position)
                if not scanner.accept("}"):
                    scanner.recover(_STATEMENT)
        scanner.end()
        return tree

    def _top(self, token: str, tree: FileSyntax) -> None:
        scanner = self.scanner
        self._annotations_in_front()
        token = scanner.peek()
        while token in _QUALIFIERS:
            scanner.take()
            token = scanner.peek()
        if token in _STRUCTS:
            tree.structs.append(self._struct())
        elif token == "enum":
            tree.enums.append(self._enum())
        elif token == "service" or token == "interaction":
            tree.services.append(self._service())
        elif token == "typedef":
            scanner.take()
            kind = self._type()
            position = scanner.begin()
            tree.typedefs.append(TypedefSyntax(scanner.name("a type name"), position, kind))
            self._end()
        elif token in ("include", "cpp_include", "hs_include"):
            scanner.take()
            path = scanner.string("a path")
            alias = scanner.name("an alias") if scanner.accept("as") else ""
            if token == "include":
                tree.includes.append((path, alias))
            self._end()
        else:
            self._rest(token, tree)

    def _rest(self, token: str, tree: FileSyntax) -> None:
        """Statements that say nothing of messages, but namespaces."""
        scanner = self.scanner
        if token == "namespace":
            scanner.take()
            language = scanner.take()
            name = scanner.string() if scanner.peek()[:1] in ("'", '"') else scanner.take()
            tree.namespaces.append((language, name))
        elif token == "const":
            scanner.take()
            self._type()
            scanner.name("a constant's name")
            scanner.expect("=")
            self._value()
        elif token == "senum":
            scanner.take()
            scanner.name("an enum name")
            scanner.block()
        elif token == "package" or token.endswith("_namespace") or token == "php_package":
            scanner.take()
            scanner.take()
        elif token not in (";", ","):
            raise MalformedError(f"{scanner.found()} begins no statement of a .thrift file", scanner.begin())
        self._end()

    # --------------------------------------------------------------------------------------------------- structs

    def _struct(self) -> StructSyntax:
        scanner = self.scanner
        kind = _STRUCTS[scanner.take()]
        position = scanner.begin()
        tree = StructSyntax(kind, scanner.name(f"a name of a {kind}"), position)
        scanner.accept("xsd_all")
        self._fields(tree.fields, "{", "}")
        self._end()
        return tree

    def _fields(self, fields: list[FieldSyntax], opening: str, closing: str) -> None:
        scanner = self.scanner
        scanner.expect(opening)
        while True:
            position = scanner.position
            try:
                if closing == "}" and self._quick_field(fields):
                    continue
                token = scanner.peek()
                if token in (closing, ""):
                    break
                fields.append(self._field(fields))
            except MalformedError as fault:
                scanner.problem(fault.message, fault.position)
                self._recover_in(position, closing)
        if not scanner.accept(closing):
            scanner.problem(
                f"a block is not closed: `{closing}` expected, found the end of the file", len(scanner.text)
            )

    def _recover_in(self, start: int, closing: str) -> None:
        scanner = self.scanner
        scanner.position = max(scanner.position, start)
        while (token := scanner.peek()) not in (closing, "", "}"):
            scanner.take()
            if token in (",", ";"):
                return
        if token != closing and scanner.position == start:
            scanner.take()

    def _quick_field(self, fields: list[FieldSyntax]) -> bool:
        """Read an ordinary field with one regular expression; say whether there was one."""
        match = _FIELD.match(self.scanner.text, self.scanner.position)
        number = integer(match[1]) if match else None
        if match is None or number is None or match[3] in ("required", "optional"):
            return False
        self.scanner.position = match.end()
        kind = TypeSyntax(match[3], match.start(3))
        fields.append(FieldSyntax(number, match[2] or "", kind, match[4], match.start(4)))
        return True

    def _field(self, fields: list[FieldSyntax]) -> FieldSyntax:
        scanner = self.scanner
        self._annotations_in_front()
        token = scanner.peek()
        if token[:1].isdigit() or token in ("-", "+"):
            number = scanner.integer("a field id")
            scanner.expect(":")
        else:  # ids that are not written count down from -1
            number = min([0, *(field.number for field in fields)]) - 1
        label = scanner.accept("required", "optional")
        kind = self._type()
        scanner.accept("&")
        position = scanner.begin()
        name = scanner.name("a field name")
        default = None
        if scanner.accept("="):
            default = self._value()
        while scanner.accept("xsd_optional", "xsd_nillable"):
            pass
        self._end()
        return FieldSyntax(number, label, kind, name, position, default)

    def _type(self, depth: int = 0) -> TypeSyntax:
        scanner = self.scanner
        position = scanner.begin()
        if depth > MAX_DEPTH:
            raise MalformedError(f"types nest deeper than {MAX_DEPTH} levels", position)
        name = scanner.name("a type")
        parts: tuple[TypeSyntax, ...] = ()
        if name in _CONTAINERS:
            if scanner.accept("cpp_type"):
                scanner.string()
            if scanner.accept("<"):
                inner = [self._part(depth)]
                while scanner.accept(","):
                    inner.append(self._part(depth))
                scanner.expect(">")
                parts = tuple(inner)
            if scanner.accept("cpp_type"):
                scanner.string()
        if scanner.peek() == "(" and name != "void":
            self._annotation_list()
        return TypeSyntax(name, position, parts)

    def _part(self, depth: int) -> TypeSyntax:
        """A type inside of another; fbthrift's streams may say which exceptions they throw."""
        part = self._type(depth + 1)
        if self.scanner.accept("throws"):
            self.scanner.block()
        return part

    def _value(self) -> str:
        """A constant: its text with white space folded."""
        scanner = self.scanner
        token = scanner.peek()
        if token in ("[", "{"):
            return " ".join(scanner.block().split())
        sign = scanner.accept("-", "+")
        token = scanner.take()
        if token in (",", ";", "}", ")", ""):
            raise MalformedError("a value expected", scanner.position)
        if scanner.peek() == "{":  # a struct's value, fbthrift
            return token + " ".join(scanner.block().split())
        return sign.replace("+", "") + token

    # ------------------------------------------------------------------------------------------------------ enums

    def _enum(self) -> EnumSyntax:
        scanner = self.scanner
        scanner.take()
        position = scanner.begin()
        tree = EnumSyntax(scanner.name("an enum name"), position)
        following = 0

        def value() -> None:
            nonlocal following
            self._annotations_in_front()
            at = scanner.begin()
            name = scanner.name("a value name")
            number = scanner.integer("a value's number") if scanner.accept("=") else following
            following = number + 1
            tree.values.append((name, number, at))
            self._end()

        self._block(value)
        self._end()
        return tree

    # --------------------------------------------------------------------------------------------------- services

    def _service(self) -> ServiceSyntax:
        scanner = self.scanner
        scanner.take()
        position = scanner.begin()
        tree = ServiceSyntax(scanner.name("a service name"), position)
        if scanner.accept("extends"):
            tree.extends = scanner.name("a service name")
        self._block(lambda: self._method(tree.methods))
        self._end()
        return tree

    def _method(self, methods: list[MethodSyntax]) -> None:
        scanner = self.scanner
        self._annotations_in_front()
        if scanner.accept("performs"):
            scanner.name("an interaction")
            self._end()
            return
        oneway = bool(scanner.accept("oneway", "async"))
        while scanner.accept("idempotent", "readonly"):
            pass
        returns = self._type()
        while scanner.accept(","):  # a response and its stream, fbthrift
            self._type()
        position = scanner.begin()
        name = scanner.name("a method name")
        arguments: list[FieldSyntax] = []
        throws: list[FieldSyntax] = []
        self._fields(arguments, "(", ")")
        if scanner.accept("throws"):
            self._fields(throws, "(", ")")
        self._end()
        methods.append(MethodSyntax(name, position, returns, arguments, throws, oneway))

    # ----------------------------------------------------------------------------------------------------- pieces

    def _block(self, member: Callable[[], None]) -> None:
        scanner = self.scanner
        scanner.expect("{")
        while scanner.peek() not in ("}", ""):
            position = scanner.position
            try:
                member()
            except MalformedError as fault:
                scanner.problem(fault.message, fault.position)
                self._recover_in(position, "}")
        if not scanner.accept("}"):
            scanner.unclosed("}")

    def _end(self) -> None:
        """Annotations and the separator at the end of a statement."""
        if self.scanner.peek() == "(":
            self._annotation_list()
        self.scanner.accept(",", ";")

    def _annotation_list(self) -> None:
        self.scanner.block()

    def _annotations_in_front(self) -> None:
        """fbthrift's structured annotations: `@Name`, `@module.Name{…}`."""
        scanner = self.scanner
        while scanner.accept("@"):
            scanner.name("an annotation")
            if scanner.peek() == "{":
                scanner.block()
