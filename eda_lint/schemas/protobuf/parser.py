"""The grammar of `.proto` files (proto2, proto3, editions): text → syntax tree, names as they are written.

Source: the language specifications at protobuf.dev (proto2, proto3, edition 2023 and 2024). The parser takes more
than protoc does (several syntaxes mixed, missing imports, types that nobody defines), since it looks at schemas that
somebody else publishes; what it cannot read becomes a problem and is skipped up to the end of its statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from eda_lint.schemas.idl_scanner import MAX_DEPTH, SKIP, MalformedError, Scanner, integer
from eda_lint.schemas.protobuf.syntax import (
    EnumSyntax,
    EnumValueSyntax,
    ExtendSyntax,
    FieldSyntax,
    FileSyntax,
    MessageSyntax,
    MethodSyntax,
    OptionSyntax,
    ServiceSyntax,
)

MAX_FIELD_NUMBER = 536_870_911
MAX_ENUM_NUMBER = 2_147_483_647

_NAME = r"[A-Za-z_]\w*+"
_FIELD = re.compile(
    SKIP
    + rf"(?:(optional|required|repeated)\s++)?+(\.?{_NAME}(?:\.{_NAME})*+)\s++({_NAME})\s*+=\s*+(\d\w*+)\s*+(;|(?=\[))"
)
_VALUE = re.compile(SKIP + rf"({_NAME})\s*+=\s*+(-?+\d\w*+)\s*+(;|(?=\[))")
_STATEMENT = re.compile(
    r"^[ \t]*+(?=(?:message|enum|service|extend|syntax|edition|package|import|option)\b)", re.MULTILINE
)
_LABELS = ("optional", "required", "repeated")


def parse(text: str, path: str) -> FileSyntax:
    """The syntax tree of one file. What cannot be read is in `scanner.problems`; raises nothing."""
    return _Parser(Scanner(text, path)).file()


class _Parser:
    def __init__(self, scanner: Scanner) -> None:
        self.scanner = scanner
        self.depth = 0

    # ------------------------------------------------------------------------------------------------------ file

    def file(self) -> FileSyntax:
        scanner, tree = self.scanner, FileSyntax(self.scanner)
        while token := scanner.peek():
            position = scanner.begin()
            try:
                self._top(token, tree)
                tree.statements += token != ";"
            except MalformedError as fault:
                scanner.problem(fault.message, fault.position)
                scanner.position = max(scanner.position, position)
                if not scanner.accept("}"):
                    scanner.recover(_STATEMENT)
        scanner.end()
        return tree

    def _top(self, token: str, tree: FileSyntax) -> None:
        scanner = self.scanner
        match token:
            case "message":
                tree.messages.append(self.message())
            case "enum":
                tree.enums.append(self.enum())
            case "extend":
                tree.extends.append(self.extend(tree.messages))
            case "service":
                tree.services.append(self.service())
            case "option":
                tree.options.append(self.option())
            case "syntax" | "edition":
                scanner.take()
                scanner.expect("=")
                tree.syntax = scanner.string()
                scanner.expect(";")
            case "package":
                scanner.take()
                tree.package = scanner.name("a package name")
                scanner.expect(";")
            case "import":
                scanner.take()
                scanner.accept("public", "weak", "option")
                tree.imports.append(scanner.string("a path"))
                scanner.expect(";")
            case "export" | "local":  # visibility of edition 2024
                scanner.take()
                self._top(scanner.peek(), tree)
            case ";":
                scanner.take()
            case _:
                raise MalformedError(f"{scanner.found()} begins no statement of a .proto file", scanner.begin())

    # --------------------------------------------------------------------------------------------------- message

    def message(self) -> MessageSyntax:
        self.scanner.expect("message")
        position = self.scanner.begin()
        tree = MessageSyntax(self.scanner.name("a message name"), position)
        self._message_body(tree)
        return tree

    def _message_body(self, tree: MessageSyntax) -> None:
        self._body(lambda token: self._member(token, tree), lambda: self._quick_field(tree.fields, ""))

    def _quick_field(self, fields: list[FieldSyntax], oneof: str) -> bool:
        """Read an ordinary field with one regular expression; say whether there was one."""
        match = _FIELD.match(self.scanner.text, self.scanner.position)
        if match is None:
            return False
        label, kind, name, number, end = match.groups()
        value = integer(number)
        if kind in ("option", "group") or value is None:
            return False
        self.scanner.position = match.end()
        fields.append(FieldSyntax(label or "", kind, name, value, match.start(3), oneof=oneof))
        if not end:
            fields[-1].options = self._option_list()
            self.scanner.expect(";")
        return True

    def _member(self, token: str, tree: MessageSyntax) -> None:
        scanner = self.scanner
        match token:
            case "message":
                tree.messages.append(self.message())
            case "enum":
                tree.enums.append(self.enum())
            case "extend":
                tree.extends.append(self.extend(tree.messages))
            case "option":
                tree.options.append(self.option())
            case "oneof":
                self._oneof(tree)
            case "reserved":
                self._reserved(tree.reserved_numbers, tree.reserved_names, MAX_FIELD_NUMBER)
            case "extensions":
                scanner.take()
                self._ranges(tree.extension_numbers, MAX_FIELD_NUMBER)
                self._option_list()
                scanner.expect(";")
            case "export" | "local":
                scanner.take()
                self._member(scanner.peek(), tree)
            case ";":
                scanner.take()
            case _:
                self._field(tree.fields, tree.messages, "")

    def _field(self, fields: list[FieldSyntax], messages: list[MessageSyntax], oneof: str) -> None:
        scanner = self.scanner
        label = scanner.accept(*_LABELS)
        kind = scanner.name("a type")
        key = ""
        if kind == "map" and scanner.accept("<"):
            key = scanner.name("a key type")
            scanner.expect(",")
            kind = scanner.name("a value type")
            scanner.expect(">")
        position = scanner.begin()
        name = scanner.name("a field name")
        scanner.expect("=")
        number = scanner.integer("a field number")
        entry = FieldSyntax(label, kind, name, number, position, self._option_list(), oneof, key)
        if kind == "group":
            entry.group = MessageSyntax(name, position, is_group=True)
            entry.name = name.lower()
            entry.type = name
            messages.append(entry.group)
            fields.append(entry)
            self._message_body(entry.group)
            return
        fields.append(entry)
        scanner.expect(";")

    def _oneof(self, tree: MessageSyntax) -> None:
        self.scanner.take()
        name = self.scanner.name("a oneof name")

        def member(token: str) -> None:
            if token == "option":
                self.option()
            elif token == ";":
                self.scanner.take()
            else:
                self._field(tree.fields, tree.messages, name)

        self._body(member, lambda: self._quick_field(tree.fields, name))

    def extend(self, messages: list[MessageSyntax]) -> ExtendSyntax:
        self.scanner.expect("extend")
        position = self.scanner.begin()
        tree = ExtendSyntax(self.scanner.name("a message name"), position)

        def member(token: str) -> None:
            if token == ";":
                self.scanner.take()
            else:
                self._field(tree.fields, messages, "")

        self._body(member, lambda: self._quick_field(tree.fields, ""))
        return tree

    # ------------------------------------------------------------------------------------------------------ enum

    def enum(self) -> EnumSyntax:
        self.scanner.expect("enum")
        position = self.scanner.begin()
        tree = EnumSyntax(self.scanner.name("an enum name"), position)
        self._body(lambda token: self._enum_member(token, tree), lambda: self._quick_value(tree))
        return tree

    def _quick_value(self, tree: EnumSyntax) -> bool:
        match = _VALUE.match(self.scanner.text, self.scanner.position)
        if match is None:
            return False
        negative = match[2][0] == "-"
        value = integer(match[2][negative:])
        if value is None:
            return False
        self.scanner.position = match.end()
        tree.values.append(EnumValueSyntax(match[1], -value if negative else value, match.start(1)))
        if not match[3]:
            tree.values[-1].options = self._option_list()
            self.scanner.expect(";")
        return True

    def _enum_member(self, token: str, tree: EnumSyntax) -> None:
        scanner = self.scanner
        if token == "option":
            tree.options.append(self.option())
        elif token == "reserved":
            self._reserved(tree.reserved_numbers, tree.reserved_names, MAX_ENUM_NUMBER)
        elif not scanner.accept(";"):
            position = scanner.begin()
            name = scanner.name("a value name")
            scanner.expect("=")
            number = scanner.integer("a value's number")
            tree.values.append(EnumValueSyntax(name, number, position, self._option_list()))
            scanner.expect(";")

    # --------------------------------------------------------------------------------------------------- service

    def service(self) -> ServiceSyntax:
        self.scanner.expect("service")
        position = self.scanner.begin()
        tree = ServiceSyntax(self.scanner.name("a service name"), position)

        def member(token: str) -> None:
            if token == "option":
                tree.options.append(self.option())
            elif token == "rpc":
                tree.methods.append(self._method())
            elif not self.scanner.accept(";"):
                raise MalformedError("`rpc` expected in a service", self.scanner.begin())

        self._body(member, lambda: False)
        return tree

    def _method(self) -> MethodSyntax:
        scanner = self.scanner
        scanner.take()
        position = scanner.begin()
        name = scanner.name("a method name")
        request, client = self._method_type()
        scanner.expect("returns")
        response, server = self._method_type()
        tree = MethodSyntax(name, position, request, response, client, server)

        def member(token: str) -> None:
            if token == "option":
                tree.options.append(self.option())
            elif not scanner.accept(";"):
                raise MalformedError("`option` expected in a method", scanner.begin())

        if not scanner.accept(";"):
            self._body(member, lambda: False)
        return tree

    def _method_type(self) -> tuple[str, bool]:
        scanner = self.scanner
        scanner.expect("(")
        name = scanner.name("a message type")
        streaming = name == "stream" and scanner.peek() != ")"
        if streaming:
            name = scanner.name("a message type")
        scanner.expect(")")
        return name, streaming

    # ---------------------------------------------------------------------------------------------------- pieces

    def _body(self, member: Callable[[str], None], quick: Callable[[], bool]) -> None:
        """A block of statements in braces. `quick` tries to read one by a short cut, `member` reads any other."""
        scanner = self.scanner
        if scanner.peek() == "{" and self.depth >= MAX_DEPTH:
            scanner.problem(f"blocks nest deeper than {MAX_DEPTH} levels", scanner.begin())
            scanner.block()
            return
        scanner.expect("{")
        self.depth += 1
        try:
            while True:
                position = scanner.position
                try:
                    if quick():
                        continue
                    token = scanner.peek()
                    if token in ("}", ""):
                        break
                    member(token)
                except MalformedError as fault:
                    scanner.problem(fault.message, fault.position)
                    scanner.recover()
                    if scanner.position == position and scanner.peek() != "}":
                        scanner.take()
        finally:
            self.depth -= 1
        if not scanner.accept("}"):
            scanner.unclosed("}")

    def option(self) -> OptionSyntax:
        scanner = self.scanner
        scanner.expect("option")
        entry = self._option()
        scanner.expect(";")
        return entry

    def _option_list(self) -> list[OptionSyntax]:
        scanner = self.scanner
        entries: list[OptionSyntax] = []
        if not scanner.accept("["):
            return entries
        while not scanner.accept("]"):
            entries.append(self._option())
            if not scanner.accept(","):
                scanner.expect("]")
                break
        return entries

    def _option(self) -> OptionSyntax:
        scanner = self.scanner
        position = scanner.begin()
        name = ""
        while (token := scanner.peek()) not in ("=", "", ";", "]", "}", ","):
            name += "".join(scanner.block().split()) if token == "(" else scanner.take()
        if not name:
            raise MalformedError("an option name expected", position)
        scanner.expect("=")
        token = scanner.peek()
        if token == "{":
            value = " ".join(scanner.block().split())
        elif token[:1] in ("'", '"'):
            value = scanner.string()
        else:
            sign = scanner.accept("-", "+")
            value = sign.replace("+", "") + scanner.take()
        return OptionSyntax(name, value, position)

    def _reserved(self, numbers: list[tuple[int, int]], names: list[str], maximum: int) -> None:
        """Numbers, ranges and names; several parsers let them stand in one statement, so they may here."""
        scanner = self.scanner
        scanner.take()
        while True:
            token = scanner.peek()
            if token[:1].isdigit() or token in ("-", "+"):
                numbers.append(self._range(maximum))
            else:
                quoted = token[:1] in ("'", '"')
                names.append(scanner.string() if quoted else scanner.name("a reserved number or name"))
            if not scanner.accept(","):
                break
        scanner.expect(";")

    def _ranges(self, ranges: list[tuple[int, int]], maximum: int) -> None:
        ranges.append(self._range(maximum))
        while self.scanner.accept(","):
            ranges.append(self._range(maximum))

    def _range(self, maximum: int) -> tuple[int, int]:
        scanner = self.scanner
        first = last = scanner.integer()
        if scanner.accept("to"):
            last = maximum if scanner.accept("max") else scanner.integer()
        return first, last
