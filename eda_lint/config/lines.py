"""On which line each key of a TOML document stands; `tomllib` does not tell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from eda_lint.config.tables import KeyPath

_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r]+ | \#[^\n]*)
    | (?P<text>\"{3} (?:\\. | [^\\])*? \"{3,5} | '{3} .*? '{3,5} | "(?:\\.|[^"\\\n])*" | '[^'\n]*')
    | (?P<mark>[\[\]{}=,.\n])
    | (?P<bare>[^\s\#"'\[\]{}=,.]+)
    """,
    re.VERBOSE | re.DOTALL,
)

Token = tuple[str, str, int]
"""Kind, text, line."""

_END: Token = ("mark", "", 0)


def key_lines(text: str) -> Mapping[KeyPath, int]:
    """Line of each key, table header and list item of a document that `tomllib` accepts, by its path."""
    return _Scanner(text).read()


def _tokens(text: str) -> Iterator[Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "space":
            yield match.lastgroup or "", match[0], line
        line += match[0].count("\n")


class _Scanner:
    """One pass over the tokens. Nesting is kept on a stack, so depth costs no recursion."""

    def __init__(self, text: str) -> None:
        self._rest = _tokens(text)
        self._next: Token = next(self._rest, _END)
        self._lines: dict[KeyPath, int] = {}
        self._arrays: dict[KeyPath, int] = {}
        """Array of tables → position of its latest table."""

    def read(self) -> Mapping[KeyPath, int]:
        table: KeyPath = ()
        while self._next != _END:
            if self._next[1] == "\n":
                self._advance()
            elif self._next[1] == "[":
                table = self._header()
            else:
                self._value(self._key(table))
        return self._lines

    def _advance(self) -> Token:
        token, self._next = self._next, next(self._rest, _END)
        return token

    def _header(self) -> KeyPath:
        self._advance()
        repeated = self._next[:2] == ("mark", "[")
        if repeated:
            self._advance()
        line = self._next[2]
        keys = self._dotted("]")
        outer = self._latest(keys[:-1])
        path = (*outer, *keys[-1:])
        if repeated:
            self._arrays[path] = self._arrays.get(path, -1) + 1
            self._lines.setdefault(path, line)
            path = (*path, self._arrays[path])
        self._lines[path] = line
        while self._next[1] == "]":
            self._advance()
        return path

    def _latest(self, keys: KeyPath) -> KeyPath:
        """The path of a table named in a header, where each array of tables means its latest one."""
        path: KeyPath = ()
        for key in keys:
            path = (*path, key)
            if path in self._arrays:
                path = (*path, self._arrays[path])
        return path

    def _key(self, table: KeyPath) -> KeyPath:
        """Read `a.b =` and note its line."""
        line = self._next[2]
        path = (*table, *self._dotted("="))
        self._advance()
        for end in range(len(table) + 1, len(path) + 1):
            self._lines.setdefault(path[:end], line)
        return path

    def _dotted(self, closing: str) -> KeyPath:
        """The parts of a key up to the mark that ends it, which is left to be read."""
        keys: list[str] = []
        while self._next != _END and self._next[1] not in (closing, "\n"):
            kind, text, _ = self._advance()
            if kind != "mark":
                keys.append(_unquoted(text))
        return tuple(keys)

    def _value(self, path: KeyPath) -> None:
        """Read a value to the end of its line, noting the items of lists and the keys of inline tables."""
        open_: list[tuple[str, KeyPath, int]] = []
        while self._next != _END:
            kind, text, line = self._next
            if text == "\n" and kind == "mark":
                self._advance()
                if not open_:
                    return
                continue
            at = self._note_item(open_, path, text if kind == "mark" else "", line)
            if kind != "mark" or text not in "[]{},":
                self._advance()
                continue
            self._advance()
            if text in "[{":
                open_.append((text, at, 0))
            elif text == "," and open_:
                bracket, inner, position = open_.pop()
                open_.append((bracket, inner, position + 1))
            elif text in "]}" and open_:
                open_.pop()
            if text in "{," and open_ and open_[-1][0] == "{":
                path = self._inline_key(open_[-1][1], path)

    def _note_item(self, open_: list[tuple[str, KeyPath, int]], path: KeyPath, mark: str, line: int) -> KeyPath:
        """The path of the value that begins here."""
        if not open_ or open_[-1][0] == "{":
            return path
        _, outer, position = open_[-1]
        if mark not in ("]", ",", "}"):
            self._lines.setdefault((*outer, position), line)
        return (*outer, position)

    def _inline_key(self, table: KeyPath, path: KeyPath) -> KeyPath:
        while self._next[:2] == ("mark", "\n"):
            self._advance()
        return path if self._next[1] in ("}", "") else self._key(table)


def _unquoted(text: str) -> str:
    if text.startswith("'"):
        return text[1:-1]
    if text.startswith('"'):
        try:
            return str(json.loads(text))
        except ValueError:
            return text[1:-1]
    return text
