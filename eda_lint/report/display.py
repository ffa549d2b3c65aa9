"""Text of others made fit to show: source lines, paths and messages are untrusted, terminals obey what they are sent.

Widths are those of terminal cells, by wcwidth (Unicode's East Asian Width and zero-width tables).
"""

from __future__ import annotations

import re
from typing import Any

from wcwidth import wcwidth

_TAB = 4
# Control characters, line and paragraph separators, bidirectional controls (they reorder what follows, the
# "Trojan Source" attack), zero-width and other invisible format characters, and lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def printable(text: str) -> str:
    """The text with every character that could steer a terminal or hide written as an escape (`\\x1b`, `\\u202e`)."""
    return _UNSAFE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    short = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
    code = ord(match[0])
    return short.get(match[0]) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def well_formed(value: Any) -> Any:
    """Plain data in which lone surrogates (undecodable bytes of a path) are written as escapes.

    Strict JSON parsers refuse a lone surrogate even in escaped form.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {well_formed(key): well_formed(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [well_formed(item) for item in value]
    return value


def cells(text: str) -> int:
    """How many terminal cells a printable text takes."""
    return sum(max(0, wcwidth(character)) for character in text)


def shown_line(line: str) -> tuple[str, list[int]]:
    """A source line as shown, and the cell at which each of its characters starts (one entry more for its end)."""
    pieces: list[str] = []
    starts: list[int] = []
    at = 0
    for character in line:
        starts.append(at)
        piece = " " * (_TAB - at % _TAB) if character == "\t" else printable(character)
        pieces.append(piece)
        at += cells(piece)
    starts.append(at)
    return "".join(pieces), starts


def clip(text: str, width: int, *, start: int = 0) -> tuple[str, int]:
    """At most `width` cells of a printable text from cell `start` on, and how far what is left moved to the left.

    A cut is marked with `…`, which takes one cell itself.
    """
    if start == 0 and cells(text) <= width:
        return text, 0
    head = "…" if start else ""
    kept: list[str] = []
    at = used = 0
    shift = 0
    for character in text:
        size = max(0, wcwidth(character))
        if at < start:
            at += size
            continue
        if not kept:
            shift = at - len(head)
        if len(head) + used + size > width - 1:
            return head + "".join(kept) + "…", shift
        kept.append(character)
        at += size
        used += size
    return head + "".join(kept), shift
