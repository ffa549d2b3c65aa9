"""SQL text as tokens: tolerant of every dialect, of placeholders and of holes, and linear in the text.

No grammar of one dialect fits what stands in Python sources: texts are joined at run time, with `%s`, `:name`
or a hole where a value, a column list or the table will be. Keywords, parentheses and names are enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

LONGEST = 100_000
"""Characters of a text that are read."""

TokenKind = Literal["word", "name", "text", "number", "placeholder", "operator", "(", ")", ",", ";", "."]
"""`word` may be a keyword or a name; `name` is a quoted name."""

_TOKEN = re.compile(
    r"""
      (?P<blank>\s+|--[^\n]*|(?<![^\n])[ \t]*\#[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?)
    | (?P<text>[eE]'(?:[^'\\]|\\.|'')*+'?|[bBnNxX]?'(?:[^']|'')*+'?|\$(?P<tag>\w*)\$(?s:.*?)(?:\$(?P=tag)\$|\Z))
    | (?P<name>"(?:[^"]|"")*+"?|`(?:[^`]|``)*+`?|\[[^\W\d][\w ]*\])
    | (?P<placeholder>%s|%\(\w*\)s|\?\d*|(?<![:\w]):\w+|\$\d+|@@?\w+)
    | (?P<word>(?:[^\W\d]|\{[^{}]*+\})(?:[\w$]|\{[^{}]*+\})*+)
    | (?P<number>\d[\w.]*)
    | (?P<operator>\|\||<=|>=|<>|!=|<<|>>|::|:=|->>|->|\#>>|\#>|[-+*/%^&|=<>~!@\#:\\?{}\[\]$'"`])
    | (?P<mark>[(),;.])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token. `text` is as written, without quotes for names; `word` in lower case for words, else empty."""

    kind: TokenKind
    text: str
    word: str = ""
    depth: int = 0
    """Open parentheses before it; a closing one has the depth of its opening one."""


def tokens(sql: str) -> list[Token]:
    """The tokens of a text, comments left out. Never raises."""
    found: list[Token] = []
    depth = 0
    for kind, text in _pieces(sql[:LONGEST]):
        if kind == ")":
            depth = max(depth - 1, 0)
        found.append(Token(kind, text, text.lower() if kind == "word" else "", depth))
        if kind == "(":
            depth += 1
    return found


def _pieces(sql: str) -> Iterator[tuple[TokenKind, str]]:
    for match in _TOKEN.finditer(sql):
        kind, text = match.lastgroup, match.group()
        if match["text"] is not None:
            yield "text", text
        elif kind == "name":
            yield "name", text.strip('"`[]')
        elif kind == "mark":
            yield text, text  # type: ignore[misc]
        elif kind in ("placeholder", "word", "number", "operator"):
            yield kind, text  # type: ignore[misc]


def statements(found: list[Token]) -> Iterator[list[Token]]:
    """The statements of a text: what stands between semicolons that are in no parentheses."""
    current: list[Token] = []
    for token in found:
        if token.kind == ";" and token.depth == 0:
            if current:
                yield current
            current = []
        else:
            current.append(token)
    if current:
        yield current


def group(found: list[Token], at: int) -> int:
    """Index after the parenthesis that closes the one at `at`; the end if none does."""
    depth = found[at].depth
    for index in range(at + 1, len(found)):
        if found[index].kind == ")" and found[index].depth <= depth:
            return index + 1
    return len(found)


def qualified(found: list[Token], at: int) -> tuple[tuple[str, ...], int]:
    """The parts of a dotted name at `at`, and the index after it; no parts if there is no name."""
    parts: list[str] = []
    while at < len(found) and found[at].kind in ("word", "name"):
        parts.append(found[at].text)
        at += 1
        if at + 1 < len(found) and found[at].kind == ".":
            at += 1
        else:
            break
    return tuple(parts), at
