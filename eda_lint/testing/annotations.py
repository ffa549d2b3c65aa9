"""The comments by which a page or a fixture says what must be found, and where.

    producer.send("orders.place", body)  # expect: EDA101 "names an action"
    producer.send("orders.placed", body)  # op: send kafka orders.placed message=OrderPlaced via=1
    smtp.send_message(mail)  # no-op

===============================  ==========================================================================
`# expect: CODE "part"`          a finding of that code is on this line, and its message holds the part
`# todo-expect: …`               a known miss: it is not found today, and a test fails once it is
`# expect-above: …`              the same about the line above, for lines that end in a string or a backslash
`# expect-in: PATH:LINE …`       the same about a line of another file of the case (JSON has no comments)
`# op: ACTION SYSTEM ADDRESS …`  link understood an operation on this line (`todo-op:`, `op-above:`, `op-in:`)
`# no-op`                        link understood none
===============================  ==========================================================================

An expectation may list several codes, each with its own part: `# expect: EDA301 "charge", EDA403`. A comment that
holds nothing but an annotation speaks of the next line of code. `null` is the address that could not be resolved.
The traits that may follow an address are `message`, `handler`, `group`, `via` (how many wrappers), `kind`, `client`,
`default`, `service`, `resolution` and `reason_code`.

`read` also gives the text without annotations, line for line, so that what is linted holds no test markup.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

TRAITS = (
    "client", "default", "group", "handler", "kind", "message", "reason_code", "resolution", "service", "via",
)  # fmt: skip
"""What an operation may be asked for beyond action, system and address."""

_ACTIONS = ("send", "receive", "settle", "reply")
_MARKER = re.compile(
    r"#\s*(?P<todo>todo-)?(?:(?P<kind>expect|op)(?:-(?P<where>above|in))?:|(?P<none>no-op)\b)(?P<rest>[^#]*)"
)
"""One annotation; it ends where the next `#` begins. A quoted part may not hold `#`."""
_MISSPELT = re.compile(
    r"#\s*(?:todo[-_ ]?)?(?:(?:expects?(?:ed)?|no-?ops?|ops?)(?:[-_]\w+)*\s*:|expect\w*\s+[A-Z]{2,}[0-9])",
    re.IGNORECASE,
)
_ITEM = re.compile(r'\s*(?P<code>[A-Z]+[0-9]{3,4})(?:\s+"(?P<part>[^"]*)")?\s*(?P<comma>,?)')
_IN = re.compile(r"\s*(?P<path>\S+):(?P<line>\d+)\s+")


class AnnotationError(ValueError):
    """An annotation that cannot be read; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """A finding that must be there (`todo`: that is known not to be)."""

    file: str
    line: int
    code: str
    part: str = ""
    todo: bool = False


@dataclass(frozen=True, slots=True)
class OperationExpectation:
    """An operation that link must have understood (`absent`: none may be on the line)."""

    file: str
    line: int
    action: str = ""
    system: str = ""
    address: str | None = None
    traits: tuple[tuple[str, str], ...] = ()
    todo: bool = False
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Annotated:
    """What one file says, and its text without the annotations."""

    text: str
    findings: tuple[Expectation, ...] = ()
    operations: tuple[OperationExpectation, ...] = ()


@dataclass(frozen=True, slots=True)
class _Marked:
    """Annotations of one line, and where they begin in it."""

    line: int
    column: int
    alone: bool
    text: str


def read(path: str, text: str) -> Annotated:
    """Annotations of a file and the text without them.

    Raises AnnotationError for one that is malformed or misspelt: an expectation that nobody reads would be a
    test that cannot fail.
    """
    marked = tuple(_marked(path, text))
    alone = frozenset(mark.line for mark in marked if mark.alone)
    findings: list[Expectation] = []
    operations: list[OperationExpectation] = []
    for mark in marked:
        for match in _MARKER.finditer(mark.text):
            where = (match["where"] or "here") if match["kind"] else "here"
            file, line, rest = _target(path, mark, where, match["rest"], alone)
            todo = match["todo"] is not None
            if match["none"]:
                _end(path, mark.line, match["rest"], todo)
                operations.append(OperationExpectation(file, line, absent=True))
            elif match["kind"] == "op":
                operations.append(replace(_operation(path, mark.line, rest), file=file, line=line, todo=todo))
            else:
                findings.extend(Expectation(file, line, *item, todo) for item in _items(path, mark.line, rest))
    return Annotated(_without(text, marked), tuple(findings), tuple(operations))


def _marked(path: str, text: str) -> Iterator[_Marked]:
    """Lines that carry annotations. In Python only comments count, in other files everything after `#`."""
    lines = text.split("\n")
    for line, column in _comments(path, text, lines):
        comment = lines[line - 1][column:]
        first = _MARKER.search(comment)
        if first is None:
            if misspelt := _MISSPELT.search(comment):
                raise AnnotationError(f"{path}:{line}: {misspelt[0]!r} is no annotation; see eda_lint.testing")
            continue
        start = column + first.start()
        yield _Marked(line, start, not lines[line - 1][:start].strip(), lines[line - 1][start:].rstrip("\r"))


def _comments(path: str, text: str, lines: list[str]) -> list[tuple[int, int]]:
    """(line, column) of each comment; for Python by its tokens, so that a string is never taken for one."""
    if path.endswith(".py"):
        try:
            tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
        except (tokenize.TokenError, SyntaxError, ValueError):
            pass  # Malformed on purpose, to test how that is reported: read it line by line.
        else:
            return [token.start for token in tokens if token.type == tokenize.COMMENT]
    return [(number, line.index("#")) for number, line in enumerate(lines, 1) if "#" in line]


def _target(path: str, mark: _Marked, where: str, rest: str, alone: frozenset[int]) -> tuple[str, int, str]:
    """The file and line that an annotation speaks of, and what is left to read of it."""
    if where == "in":
        match = _IN.match(rest)
        if match is None:
            raise AnnotationError(f"{path}:{mark.line}: `-in:` needs PATH:LINE first")
        return match["path"], int(match["line"]), rest[match.end() :]
    if where == "here" and not mark.alone:
        return path, mark.line, rest
    step: Literal[-1, 1] = -1 if where == "above" else 1
    line = mark.line + step
    while line in alone:
        line += step
    if line < 1:
        raise AnnotationError(f"{path}:{mark.line}: there is no line above")
    return path, line, rest


def _items(path: str, line: int, rest: str) -> Iterator[tuple[str, str]]:
    """(code, part of the message) of each expectation in a list."""
    position = 0
    while True:
        match = _ITEM.match(rest, position)
        if match is None:
            raise AnnotationError(f'{path}:{line}: expected `CODE "part of the message"`, got {rest.strip()!r}')
        yield match["code"], match["part"] or ""
        position = match.end()
        if not match["comma"]:
            break
    _end(path, line, rest[position:], False)


def _operation(path: str, line: int, rest: str) -> OperationExpectation:
    """`ACTION SYSTEM ADDRESS trait=value …`."""
    words = rest.split()
    if len(words) < 3 or words[0] not in _ACTIONS:
        form = f"`op: {'|'.join(_ACTIONS)} SYSTEM ADDRESS`"
        raise AnnotationError(f"{path}:{line}: expected {form}, got {rest.strip()!r}")
    action, system, address, *traits = words
    pairs: list[tuple[str, str]] = []
    for trait in traits:
        name, equals, value = trait.partition("=")
        if name not in TRAITS or not equals or not value:
            raise AnnotationError(f"{path}:{line}: {trait!r} is no trait; known are {', '.join(TRAITS)}")
        if name == "via" and not value.isdecimal():
            raise AnnotationError(f"{path}:{line}: `via` is a number of wrappers, not {value!r}")
        pairs.append((name, value))
    return OperationExpectation(path, line, action, system, None if address == "null" else address, tuple(pairs))


def _end(path: str, line: int, rest: str, todo: bool) -> None:
    """Nothing may follow. Raises AnnotationError."""
    if todo:
        raise AnnotationError(f"{path}:{line}: `no-op` cannot be a todo")
    if rest.strip():
        raise AnnotationError(f"{path}:{line}: cannot read {rest.strip()!r}")


def _without(text: str, marked: tuple[_Marked, ...]) -> str:
    """The text with each line cut before its first annotation; the number of lines stays."""
    lines = text.split("\n")
    for mark in marked:
        end = "\r" if lines[mark.line - 1].endswith("\r") else ""
        lines[mark.line - 1] = lines[mark.line - 1][: mark.column].rstrip() + end
    return "\n".join(lines)
