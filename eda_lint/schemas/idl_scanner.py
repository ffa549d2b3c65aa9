"""Reading interface definition languages token by token: what Protobuf's and Thrift's syntax have in common.

Protoc and the Thrift compiler refuse a file whose imports are missing and keep no line of a field (protoc: only in
its own descriptors); so both languages are read here. A scanner works on the text itself: nothing is split into
tokens beforehand, so that a two megabyte file costs one pass of regular expressions.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from eda_lint.model.schema import SchemaProblem
from eda_lint.model.topology import Place

MAX_DEPTH = 64
"""Blocks and types may nest this deep (protoc itself stops at 32 messages)."""

MAX_PROBLEMS = 200
"""After so many problems the rest of a file is left out: it is no schema."""

_LONGEST_NUMBER = 40

SKIP = r"(?:\s++|//[^\n]*+|/\*(?s:.*?)(?:\*/|\Z))*+"
"""White space and comments of C. A comment that nobody closes ends with the file, so that it is looked for once."""

SKIP_HASH = r"(?:\s++|//[^\n]*+|\#[^\n]*+|/\*(?s:.*?)(?:\*/|\Z))*+"
"""The same with the comments of a shell, which Thrift takes too."""

_TOKEN = r"""(\.?[A-Za-z_]\w*+(?:\.\w++)*+
  | \.?[0-9](?:[eE][+-]|[\w.])*+
  | "(?:[^"\\\n]|\\.)*+"?+ | '(?:[^'\\\n]|\\.)*+'?+
  | \S)"""
"""A name, a number, a string, or any other character. A string that is not closed goes to the end of its line, so that
its end is looked for once."""

_TOKEN_OVER_LINES = _TOKEN.replace(r"\n", "").replace(r"\\.", r"\\(?s:.)")


class MalformedError(Exception):
    """A statement that does not follow the grammar; readers turn it into a `SchemaProblem` and go on behind it."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


class Scanner:
    """A position in the text of one file, and the tokens that follow it."""

    def __init__(self, text: str, path: str, *, skip: str = SKIP, over_lines: bool = False) -> None:
        """`over_lines`: a quoted string may hold line breaks."""
        self.text = text
        self.path = path
        self.position = 0
        self.problems: list[SchemaProblem] = []
        self._token = re.compile(skip + (_TOKEN_OVER_LINES if over_lines else _TOKEN), re.VERBOSE)
        self._skip = re.compile(skip)
        self._ends = [m.start() for m in re.finditer("\n", text)]

    def place(self, position: int) -> Place:
        """The line and column of a position in the text."""
        line = bisect_right(self._ends, position - 1)
        return Place(self.path, line + 1, position - (self._ends[line - 1] + 1 if line else 0) + 1)

    def problem(self, message: str, position: int) -> None:
        """Note what could not be read; after too many problems the scanner goes to the end of the file."""
        if len(self.problems) > MAX_PROBLEMS:
            self.position = len(self.text)
            return
        if len(self.problems) == MAX_PROBLEMS:
            message = f"more than {MAX_PROBLEMS} places cannot be read; the rest of the file is left out"
            self.position = len(self.text)
        self.problems.append(SchemaProblem(message, self.place(min(position, len(self.text)))))

    def unclosed(self, closing: str) -> None:
        """Note that the text ended before the block that this bracket would close."""
        self.problem(f"a block is not closed: `{closing}` expected, found {self.found()}", len(self.text))

    def end(self) -> None:
        """Note a comment that nobody closed: what it swallowed, nobody read."""
        tail = re.sub(r"//[^\n]*+", "", self.text[self.position :])
        if tail.rfind("/*") > tail.rfind("*/"):
            self.problem("a comment is not closed: `*/` expected, found the end of the file", self.text.rfind("/*"))

    def begin(self) -> int:
        """Where the next token starts."""
        match = self._skip.match(self.text, self.position)
        return match.end() if match else self.position

    def peek(self) -> str:
        """The next token; empty at the end of the text."""
        match = self._token.match(self.text, self.position)
        return match[1] if match else ""

    def take(self) -> str:
        """The next token, which is left behind; empty at the end of the text."""
        match = self._token.match(self.text, self.position)
        if match is None:
            self.position = len(self.text)
            return ""
        self.position = match.end()
        return match[1]

    def accept(self, *tokens: str) -> str:
        """The next token if it is one of these, which is then left behind; else empty."""
        match = self._token.match(self.text, self.position)
        if match is None or match[1] not in tokens:
            return ""
        self.position = match.end()
        return match[1]

    def expect(self, token: str) -> None:
        """Leave this token behind. Raises `MalformedError` if another one comes."""
        if not self.accept(token):
            raise MalformedError(f"`{token}` expected, found {self.found()}", self.begin())

    def name(self, what: str = "a name") -> str:
        """An identifier, perhaps with dots, around which white space may stand. Raises `MalformedError` if there is
        none."""
        token = self.peek()
        if not (token[:1].isalpha() or token[:1] in ("_", ".")):
            raise MalformedError(f"{what} expected, found {self.found()}", self.begin())
        name = self.take()
        while (name.endswith(".") and (self.peek()[:1].isalpha() or self.peek()[:1] == "_")) or self.peek()[:1] == ".":
            name += self.take()
        return name

    def integer(self, what: str = "a number") -> int:
        """A decimal, octal or hexadecimal integer with an optional sign. Raises `MalformedError` if there is none."""
        sign = self.accept("-", "+")
        token = self.peek()
        value = integer(token)
        if value is None:
            raise MalformedError(f"{what} expected, found {self.found()}", self.begin())
        self.take()
        return -value if sign == "-" else value

    def string(self, what: str = "a string") -> str:
        """One or more quoted strings in a row, unquoted. Raises `MalformedError` if there is none."""
        if not _quoted(self.peek()):
            raise MalformedError(f"{what} in quotes expected, found {self.found()}", self.begin())
        parts = []
        while _quoted(self.peek()):
            parts.append(self.take()[1:-1])
        return "".join(parts)

    def block(self) -> str:
        """The text of a bracketed group whose opening bracket comes next, brackets included; leave it behind."""
        start, depth = self.begin(), 0
        while token := self.take():
            if token in ("{", "[", "(", "<"):
                depth += 1
            elif token in ("}", "]", ")", ">"):
                depth -= 1
                if depth <= 0:
                    break
        return self.text[start : self.position]

    def recover(self, statement: re.Pattern[str] | None = None) -> None:
        """Go behind the statement in which something was malformed: its `;`, or its block; not beyond the `}` of the
        block around it, nor beyond the next line that begins as a statement does."""
        following = statement.search(self.text, self.position + 1) if statement else None
        end = following.start() if following else len(self.text)
        while self.position < end and (token := self.peek()) and token != "}":
            if token == "{" and self.begin() < end:
                self.block()
                self.accept(";")
                return
            self.take()
            if token == ";":
                return
        self.position = min(self.position, end) if following else self.position

    def found(self) -> str:
        """The next token as a message shows it."""
        token = self.peek()
        return f"`{token if len(token) < 40 else token[:37] + '…'}`" if token else "the end of the file"


def _quoted(token: str) -> bool:
    return len(token) > 1 and token[0] in ("'", '"') and token[-1] == token[0]


def integer(token: str) -> int | None:
    """The value of a C integer literal, or None if the token is none or far too long for any number of a schema."""
    if len(token) > _LONGEST_NUMBER:
        return None
    try:
        if token[:2] in ("0x", "0X"):
            return int(token, 16)
        if len(token) > 1 and token[0] == "0":
            return int(token, 8)
        return int(token) if token[:1].isdigit() else None
    except ValueError:
        return None
