"""From the bytes of a source file to its text, as the language defines it (PEP 263)."""

from __future__ import annotations

import codecs
import io
import tokenize

from eda_lint.model.facts import Problem

_NOT_FOR_SOURCE = frozenset(("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"))


def decode(content: bytes) -> str | None:
    """The text of a source file without its byte order mark; None if it cannot be had."""
    found = decode_source(content)
    return None if isinstance(found, Problem) else found


def decode_source(content: bytes) -> str | Problem:
    """The text without its byte order mark, or why it cannot be had."""
    if b"\0" in content:
        return _null_byte(content)
    line = _declaration_line(content)
    try:
        name, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        codec = codecs.lookup(name)
    except (SyntaxError, LookupError, ValueError) as error:
        return _undeclared(content) or Problem("encoding", f"{error}; save the file as UTF-8", line, 1)
    if codec.name in _NOT_FOR_SOURCE or not getattr(codec, "_is_text_encoding", True):
        return Problem("encoding", f"{name} is no encoding for source; save the file as UTF-8", 1, 1)
    try:
        text = content.decode(name)
        if codec.name not in ("utf-8", "utf-8-sig", "ascii", "iso8859-1"):
            text.encode()
    except UnicodeDecodeError as error:
        return _not_decodable(content, error, name)
    except UnicodeError as error:
        return Problem("encoding", f"{name}: {error.__class__.__name__}; save the file as UTF-8", 1, 1)
    return text.removeprefix("\ufeff")


def _not_decodable(content: bytes, error: UnicodeDecodeError, name: str) -> Problem:
    before = content[: error.start]
    column = error.start - (before.rfind(b"\n") + 1) + 1
    message = f"byte 0x{content[error.start]:02x} is not {name}; save the file as UTF-8 or declare its encoding"
    return Problem("encoding", message, before.count(b"\n") + 1, column)


def _undeclared(content: bytes) -> Problem | None:
    """What is wrong with a file whose first lines are no UTF-8 and declare nothing else."""
    if b"coding" in b"\n".join(content.split(b"\n", 2)[:2]):
        return None
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return _not_decodable(content, error, "utf-8")
    return None


def _null_byte(content: bytes) -> Problem:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Problem("encoding", "the file is UTF-16; save it as UTF-8", 1, 1)
    offset = content.index(b"\0")
    line = content.count(b"\n", 0, offset) + 1
    column = offset - (content.rfind(b"\n", 0, offset) + 1) + 1
    return Problem("encoding", "the file holds a null byte and is no source", line, column)


def _declaration_line(content: bytes) -> int:
    first, _, rest = content.partition(b"\n")
    return 1 if b"coding" in first or b"coding" not in rest.partition(b"\n")[0] else 2
