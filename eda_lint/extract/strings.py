"""Text: literals, f-strings, `+`, `%` and `.format()`, read into literal parts and the values between them."""

from __future__ import annotations

import ast
import re
import string
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import libcst as cst

from eda_lint.extract.walk import Walk
from eda_lint.model.facts import Argument
from eda_lint.model.values import NOTHING, Attribute, Item, Joined, Mapping, Number, Sequence, Starred, Text

_LITERAL = re.compile(r"([A-Za-z]*)('''|\"\"\"|'|\")", re.DOTALL)
_PERCENT = re.compile(r"%(?:%|(?:\((?P<key>[^()]*)\))?[#0\- +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?(?P<type>[a-zA-Z]))")
_INDEX = re.compile(r"\d{1,9}\Z")


def literal(source: str) -> str | None:
    """What a string or bytes literal stands for, bytes read as Latin-1; None if it is malformed."""
    match = _LITERAL.match(source)
    if match is None:
        return None
    prefix, quote = match[1].lower(), match[2]
    body = source[match.end() : len(source) - len(quote)]
    if "\\" not in body or "r" in prefix:
        return body.replace("\r\n", "\n").replace("\r", "\n") if "\r" in body else body
    return _evaluate(source)


def _evaluate(source: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = ast.literal_eval(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return found.decode("latin-1") if isinstance(found, bytes) else str(found)


def simple(walk: Walk, node: cst.SimpleString) -> int:
    """A string or bytes literal."""
    text = literal(node.value)
    return walk.opaque("malformed") if text is None else walk.text(text)


def concatenated(walk: Walk, node: cst.ConcatenatedString) -> int:
    """Adjacent literals."""
    parts = []
    each: cst.CSTNode = node
    while isinstance(each, cst.ConcatenatedString):
        parts.append(walk.value(each.left))
        each = each.right
    parts.append(walk.value(each))
    return join(walk, parts)


def formatted(walk: Walk, node: cst.FormattedString) -> int:
    """An f-string."""
    return join(walk, _formatted_parts(walk, node.parts, node.start))


def templated(walk: Walk, node: Any) -> int:
    """A template string: its value is an object, no text; the calls in it are made."""
    _formatted_parts(walk, node.parts, node.start)
    return walk.opaque("template")


def _formatted_parts(walk: Walk, parts: Iterable[Any], start: str) -> list[int]:
    found: list[int] = []
    for part in parts:
        if hasattr(part, "expression"):
            found.append(_replacement(walk, part, start))
        else:
            found.append(_formatted_text(walk, part.value, start))
    return found


def _formatted_text(walk: Walk, text: str, start: str) -> int:
    if "\\" in text and "r" not in start.lower():
        quote = start.lstrip("fFtT")
        evaluated = _evaluate(quote + text + quote)
        if evaluated is None:
            return walk.opaque("malformed")
        text = evaluated
    return walk.text(text.replace("{{", "{").replace("}}", "}"))


def _replacement(walk: Walk, part: Any, start: str) -> int:
    row = walk.value(part.expression)
    changed = part.conversion in ("r", "a") or part.equal is not None
    if part.format_spec:
        _formatted_parts(walk, part.format_spec, start)
        changed = True
    return walk.opaque("format") if changed else row


def join(walk: Walk, parts: Iterable[int]) -> int:
    """Row of joined parts: nested joins are spliced, adjacent literals become one."""
    flat: list[int] = []
    pending: list[str] = []
    for part in parts:
        row = walk.rows[part]
        for each in row.parts if isinstance(row, Joined) else (part,):
            value = walk.rows[each]
            if isinstance(value, Text):
                pending.append(value.text)
                continue
            _flush(walk, flat, pending)
            flat.append(each)
    if not flat:
        return walk.text("".join(pending))
    _flush(walk, flat, pending)
    return walk.add(Joined(tuple(flat)))


def _flush(walk: Walk, flat: list[int], pending: list[str]) -> None:
    text = "".join(pending)
    pending.clear()
    if text:
        flat.append(walk.text(text))


def is_text(walk: Walk, row: int) -> bool:
    """Whether a value is known to be text."""
    return isinstance(walk.rows[row], Text | Joined)


def percent(walk: Walk, left: int, right: int) -> int | None:
    """`text % right`; None where the text's fields do not fit the values."""
    pattern = walk.rows[left]
    if not isinstance(pattern, Text):
        return None
    given = walk.rows[right]
    values = list(given.items) if isinstance(given, Sequence) and given.kind == "tuple" else [right]
    if any(isinstance(walk.rows[value], Starred) for value in values):
        return None
    position = 0
    parts: list[int] = []
    used = 0
    for match in _PERCENT.finditer(pattern.text):
        parts.append(walk.text(pattern.text[position : match.start()]))
        position = match.end()
        if match[0] == "%%":
            parts.append(walk.text("%"))
            continue
        if match["key"] is not None:
            value = _entry(walk, right, match["key"])
        elif used < len(values) and "*" not in match[0]:
            value = values[used]
            used += 1
        else:
            return None
        parts.append(value if match["type"] in "sdiu" else walk.opaque("format"))
    parts.append(walk.text(pattern.text[position:]))
    return join(walk, parts)


def _entry(walk: Walk, row: int, key: str) -> int:
    mapping = walk.rows[row]
    if isinstance(mapping, Mapping):
        for entry in reversed(mapping.entries):
            if entry.key == NOTHING:
                break
            if walk.rows[entry.key] == Text(key):
                return entry.value
    return walk.add(Item(row, walk.text(key)))


def format_call(walk: Walk, function: int, arguments: list[Argument]) -> int | None:
    """`"…".format(…)`; None if it is no such call, or its fields do not fit the arguments."""
    method = walk.rows[function]
    if not isinstance(method, Attribute) or method.name != "format":
        return None
    pattern = walk.rows[method.of]
    if not isinstance(pattern, Text):
        return None
    positional = [each.value for each in arguments if not each.name and not each.star]
    named = {each.name: each.value for each in arguments if each.name}
    starred = any(each.star for each in arguments)
    count = 0

    def field(name: str) -> int | None:
        nonlocal count
        first, path = _field_path(name)
        if not first:
            first, count = str(count), count + 1
        if _INDEX.match(first):
            index = int(first)
            row = positional[index] if index < len(positional) and not starred else None
        else:
            row = named.get(first)
        if row is None:
            return walk.opaque("format") if starred else None
        return _follow(walk, row, path)

    return _format_parts(walk, pattern.text, field)


def _format_parts(walk: Walk, pattern: str, field: Callable[[str], int | None]) -> int | None:
    parts: list[int] = []
    try:
        for text, name, specification, conversion in string.Formatter().parse(pattern):
            parts.append(walk.text(text))
            if name is None:
                continue
            row = field(name)
            if row is None:
                return None
            parts.append(walk.opaque("format") if specification or conversion in ("r", "a") else row)
    except ValueError:
        return None
    return join(walk, parts)


def _field_path(name: str) -> tuple[str, list[tuple[bool, str]]]:
    """First name, then (is attribute, name or key) for each step of `a.b[c]`."""
    first = re.split(r"[.\[]", name, maxsplit=1)[0]
    steps = re.findall(r"\.([^.\[]+)|\[([^\]]+)\]", name[len(first) :])
    return first, [(bool(attribute), attribute or key) for attribute, key in steps]


def _follow(walk: Walk, row: int, path: list[tuple[bool, str]]) -> int:
    for is_attribute, name in path:
        if is_attribute:
            row = walk.add(Attribute(row, name))
        else:
            key = walk.number(int(name)) if _INDEX.match(name) else walk.text(name)
            row = walk.add(Item(row, key))
    return row


def numeral(walk: Walk, node: cst.Integer | cst.Float) -> int:
    """A number literal."""
    try:
        number = int(node.value, 0) if isinstance(node, cst.Integer) else float(node.value)
    except ValueError:
        return walk.opaque("big number")
    if number in (float("inf"), float("-inf")):
        return walk.opaque("big number")
    return walk.number(number)


def negated(walk: Walk, row: int) -> int | None:
    """`-number`; None if the operand is no number literal."""
    value = walk.rows[row]
    return walk.number(-value.number) if isinstance(value, Number) else None
