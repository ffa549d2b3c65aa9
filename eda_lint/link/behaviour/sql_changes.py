"""The parts of an SQL statement that decide whether it may be repeated: assignments and comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from eda_lint.link.behaviour.sql_tokens import Token, group, qualified

ASSIGNMENT_ENDS = frozenset(
    ("from", "where", "returning", "order", "limit", "output", "when", "on", "set", "values", "select", "using")
)
"""Words that end a list of assignments, and that are no table's name."""

_ARITHMETIC = frozenset(("+", "-", "*", "/", "%", "^", "<<", ">>", "&", "|", "||"))
_CONCATENATING = frozenset(
    ("concat", "concat_ws", "array_append", "array_prepend", "array_cat", "list_append", "json_array_append",
     "jsonb_insert", "json_array_insert", "group_concat", "array_concat", "list_concat")
)  # fmt: skip
_OTHER_ROWS = frozenset(("excluded", "new", "values", "source", "src", "inserted", "deleted"))
"""Qualifiers of the row that is offered, in place of the row that is there."""
_COMPARING = frozenset(("=", "<", "<=", ">", ">=", "<>", "!=", "is", "in", "not", "like", "ilike", "between"))
_KEYWORDS = frozenset(
    ("and", "or", "where", "exists", "null", "true", "false", "case", "when", "then", "else", "end", "any", "all",
     "some", "interval", "distinct", "select", "from", "on", "having", *_COMPARING)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """An assignment `column = …`. `set` writes a value, `increment` computes with the column's old value,
    `append` puts something to it."""

    column: str
    kind: Literal["set", "increment", "append"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A column that a condition compares, and how (`=`, `is`, `in`, …; `not` for `NOT IN` and its like)."""

    column: str
    operator: str


def changes(rest: list[Token], table: str) -> tuple[Change, ...]:
    """The assignments at the start of these tokens, up to the clause that follows them."""
    if not rest:
        return ()
    depth = rest[0].depth
    found: list[Change] = []
    part: list[Token] = []
    cases = 0
    for token in rest:
        if token.depth < depth or (token.depth == depth and not cases and token.word in ASSIGNMENT_ENDS):
            break
        cases += (token.word == "case") - (token.word == "end" and cases > 0)
        if token.kind == "," and token.depth == depth:
            found.extend(_assignment(part, table))
            part = []
        else:
            part.append(token)
    found.extend(_assignment(part, table))
    return tuple(found)


def _assignment(part: list[Token], table: str) -> Iterator[Change]:
    depth = part[0].depth if part else 0
    equals = next((i for i, t in enumerate(part) if t.text in ("=", ":=") and t.depth == depth), None)
    if not equals:
        return
    right = part[equals + 1 :]
    if part[0].kind == "(":
        names = [t.text for t in part[1:equals] if t.kind in ("word", "name")]
    else:
        parts, _ = qualified(part, 0)
        names = list(parts[-1:])
    for name in names:
        if "{" not in name:
            yield Change(name, _change(name, right, table))


def _change(name: str, right: list[Token], table: str) -> Literal["set", "increment", "append"]:
    own = [_is_own(right, at, name, table) for at in range(len(right))]
    if not any(own):
        return "set"
    for at, token in enumerate(right):
        if token.text not in _ARITHMETIC:
            continue
        if any(own[_operand_before(right, at) : at]) or any(own[at + 1 : _operand_after(right, at + 1)]):
            if token.text == "||":
                if any("json" in t.word for t in right):
                    continue  # merging the same object again changes nothing
                return "append"
            return "increment"
    if right[0].word == "not":
        return "increment"
    return "append" if any(_inside_concatenation(right, at) for at, is_own in enumerate(own) if is_own) else "set"


def _is_own(right: list[Token], at: int, name: str, table: str) -> bool:
    """Whether the token is the assigned column's old value: bare, or qualified by anything but an offered row."""
    token = right[at]
    if token.kind not in ("word", "name") or token.text.lower() != name.lower():
        return False
    following = right[at + 1] if at + 1 < len(right) else None
    if following is not None and following.kind in (".", "("):
        return False
    if at >= 2 and right[at - 1].kind == ".":
        qualifier = right[at - 2].text.lower()
        return qualifier not in _OTHER_ROWS or qualifier == table.lower()
    return not (at >= 2 and right[at - 1].kind == "(" and right[at - 2].word == "values")


def _operand_before(right: list[Token], at: int) -> int:
    """Where the operand that ends before `at` begins: a name, or a call or group in parentheses."""
    start = at - 1
    if start >= 0 and right[start].kind == ")":
        depth = right[start].depth
        while start > 0 and not (right[start].kind == "(" and right[start].depth == depth):
            start -= 1
        if start > 0 and right[start - 1].kind == "word":
            start -= 1
    while start >= 2 and right[start - 1].kind == ".":
        start -= 2
    return max(start, 0)


def _operand_after(right: list[Token], at: int) -> int:
    """Index after the operand that begins at `at`."""
    _, end = qualified(right, at)
    end = max(end, at)
    if end < len(right) and right[end].kind == "(":
        return group(right, end)
    return min(max(end, at + 1), len(right))


def _inside_concatenation(right: list[Token], at: int) -> bool:
    depth = right[at].depth
    for index in range(at - 1, 0, -1):
        if right[index].kind == "(" and right[index].depth < depth:
            depth = right[index].depth
            if right[index - 1].word in _CONCATENATING:
                return True
    return False


def compared(rest: list[Token]) -> tuple[Comparison, ...]:
    """The columns that these tokens compare, in order, to the end of their clause."""
    found: list[Comparison] = []
    for at, token in enumerate(rest):
        if at and token.depth <= rest[0].depth and token.word in ("returning", "order", "limit", "group", "window"):
            break
        operator = token.word or token.text
        if operator not in _COMPARING or (token.kind == "name"):
            continue
        before = _column(rest, at - 1)
        if before is None and at and rest[at - 1].word == "not":
            before, operator = _column(rest, at - 2), "not"
        if before is not None:
            found.append(Comparison(before, _told(rest, at, operator)))
        elif operator == "=":
            parts, end = qualified(rest, at + 1)
            if parts and not (end < len(rest) and rest[end].kind == "(") and _is_column(rest[end - 1]):
                found.append(Comparison(parts[-1], operator))
    return tuple(found)


def _told(rest: list[Token], at: int, operator: str) -> str:
    following = rest[at + 1].word if at + 1 < len(rest) else ""
    return "not" if operator == "is" and following == "not" else operator


def _column(rest: list[Token], at: int) -> str | None:
    if at < 0:
        return None
    token = rest[at]
    return token.text if _is_column(token) else None


def _is_column(token: Token) -> bool:
    return token.kind == "name" or (token.kind == "word" and token.word not in _KEYWORDS and "{" not in token.text)
