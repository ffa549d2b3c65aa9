"""JSON whose objects know where they and their members stand.

The standard library reads the values; it keeps no positions, so a pass over the braces and the names of members notes
them in the order in which objects end, which is the order in which the library hands objects out. That pass also
bounds the nesting, so that no text can exhaust the interpreter's stack. Comments are read over, as Avro's own reader
does.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import Any

from eda_lint.errors import SchemaError
from eda_lint.model.topology import Place

DEPTH = 200
"""Deepest nesting that is read."""

# A text without end goes on to the end: one that failed to match would be tried anew from each of its quotes.
_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)'
_SIGN = re.compile(rf"(?s:({_STRING})[\x20\t\r\n]*(:)?|([{{\[])|([}}\]]))")
_COMMENT = re.compile(rf"(?s:{_STRING}|(//[^\n]*|/\*.*?(?:\*/|\Z)))")


class Object(dict[str, Any]):
    """A JSON object; `begin` is its offset in the text, `begins` those of its members' names."""

    __slots__ = ("begin", "begins", "twice")

    def __init__(self, pairs: list[tuple[str, Any]], begin: int, begins: list[int]) -> None:
        super().__init__(pairs)
        self.begin = begin
        self.begins = begins
        self.twice = len(self) < len(pairs)
        """A name stands more than once; the last one counts."""

    def offset(self, member: str) -> int:
        """The offset of a member's name, the object's own if there is no such member or some stand twice."""
        if self.twice:
            return self.begin
        return next((begin for name, begin in zip(self, self.begins, strict=True) if name == member), self.begin)


class Located:
    """A JSON text as `data`, and the places of its objects."""

    def __init__(self, text: str, path: str = "", *, first_line: int = 1) -> None:
        """Read `text`. Raises SchemaError, with path and line, if it is no JSON or nests deeper than `DEPTH`."""
        self.path = path
        self._first = first_line
        text = _without_comments(text.removeprefix("\ufeff"))
        self._breaks = [match.end() for match in re.finditer("\n", text)]
        ends = self._ends(text)
        order = iter(ends)

        def located(pairs: list[tuple[str, Any]]) -> Object:
            begin, begins = next(order)
            return Object(pairs, begin, begins)

        try:
            self.data: Any = json.loads(text, object_pairs_hook=located)
        except json.JSONDecodeError as error:
            raise self._error(f"this is no JSON: {error.msg}", error.pos) from None
        except (ValueError, StopIteration):  # An integer of more digits than Python converts.
            raise self._error("this JSON holds a number that is too long", 0) from None

    def place(self, value: Any, member: str | None = None) -> Place | None:
        """Where an object, or a member of it, stands; None for other values."""
        if not isinstance(value, Object):
            return None
        begin = value.begin if member is None else value.offset(member)
        line = bisect_right(self._breaks, begin)
        return Place(self.path, self._first + line, begin - (self._breaks[line - 1] if line else 0) + 1)

    def _ends(self, text: str) -> list[tuple[int, list[int]]]:
        """The offset and the members' offsets of each object, in the order in which they end."""
        found: list[tuple[int, list[int]]] = []
        stack: list[tuple[int, list[int]]] = [(0, [])]
        for match in _SIGN.finditer(text):
            which = match.lastindex
            if which == 2:
                stack[-1][1].append(match.start())
            elif which == 3:
                stack.append((match.start(), []))
                if len(stack) > DEPTH + 1:
                    raise self._error(f"this JSON nests deeper than {DEPTH}", match.start())
            elif which == 4 and len(stack) > 1:
                ended = stack.pop()
                if match[4] == "}":
                    found.append(ended)
        return found

    def _error(self, message: str, offset: int) -> SchemaError:
        line = self._first + bisect_right(self._breaks, offset)
        return SchemaError(message, path=self.path or None, line=line)


def _without_comments(text: str) -> str:
    """The text with comments as blanks, so that offsets stay."""
    if "//" not in text and "/*" not in text:
        return text
    return _COMMENT.sub(lambda match: _blank(match[1]) if match[1] else match[0], text)


def _blank(comment: str) -> str:
    return "".join(sign if sign == "\n" else " " for sign in comment)
