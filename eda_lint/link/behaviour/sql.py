"""What an SQL text does to the database, from its keywords and names: bounded, tolerant, never raising."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from eda_lint.link.behaviour.sql_changes import ASSIGNMENT_ENDS, Change, changes, compared
from eda_lint.link.behaviour.sql_tokens import Token, group, qualified, statements, tokens
from eda_lint.model.topology import EffectKind

Conflict = Literal["nothing", "update", "ignore", "replace"]


@dataclass(frozen=True, slots=True)
class SqlEffect:
    """What one statement does.

    `kind` is None where that is not known (`CALL`, `DO`, a text that is no SQL). `read` also stands for what
    changes no data (`SET`, `SHOW`, `SAVEPOINT`); `set` for `CREATE` and `ALTER`, `delete` for `DROP` and
    `TRUNCATE`. An insert that ignores duplicates stays an `insert`, with its `conflict`; one that overwrites them
    is an `upsert`.
    """

    kind: EffectKind | None
    table: str = ""
    """As written, without quotes; empty if unknown (a placeholder, a hole)."""
    increments: bool = False
    """A column's new value is made from its old one, so that a repetition changes it again."""
    conflict: Conflict | None = None
    key_columns: tuple[str, ...] = ()
    """The columns whose uniqueness decides (`ON CONFLICT (…)`, `MERGE … ON`)."""
    where_columns: tuple[str, ...] = ()
    """Columns that `WHERE` compares; for an insert those of its `WHERE NOT EXISTS`."""
    columns: tuple[str, ...] = ()
    """Columns that are written."""


UNKNOWN = SqlEffect(None)

_WORST_FIRST: tuple[EffectKind | None, ...] = (
    "increment", "append", "insert", "upsert", "conditional", "set", "delete", None, "commit", "rollback", "begin",
    "read",
)  # fmt: skip
_VERBS = frozenset(("insert", "update", "delete", "merge", "select", "replace", "values", "table"))
_NESTED = frozenset(("insert", "update", "delete", "merge"))
_SIMPLE: dict[str, EffectKind] = {
    "begin": "begin", "start": "begin", "commit": "commit", "end": "commit", "rollback": "rollback",
    "abort": "rollback", "select": "read", "values": "read", "table": "read", "show": "read", "explain": "read",
    "describe": "read", "desc": "read", "pragma": "read", "set": "read", "reset": "read", "use": "read",
    "lock": "read", "unlock": "read", "savepoint": "read", "release": "read", "analyze": "read", "vacuum": "read",
    "declare": "read", "fetch": "read", "close": "read", "listen": "read", "unlisten": "read",
    "discard": "read", "grant": "set", "revoke": "set", "comment": "set", "alter": "set", "create": "set",
    "drop": "delete", "truncate": "delete",
}  # fmt: skip
_MODIFIERS = frozenset(("low_priority", "delayed", "high_priority", "ignore", "overwrite", "only", "quick", "top"))
_DEFINED = frozenset((
    "or", "replace", "temp", "temporary", "unlogged", "global", "local", "unique", "materialized", "table", "index",
    "view", "sequence", "schema", "database", "type", "function", "trigger", "extension", "concurrently", "if", "not",
    "exists", "on", "to", "from", "in", "only",
))  # fmt: skip


@lru_cache(maxsize=4096)
def classify(sql: str) -> SqlEffect:
    """What a text does; of several statements (or of those nested in `WITH`) the one that repeats worst."""
    found = classify_all(sql)
    return min(found, key=lambda effect: _WORST_FIRST.index(effect.kind)) if found else UNKNOWN


@lru_cache(maxsize=4096)
def classify_all(sql: str) -> tuple[SqlEffect, ...]:
    """What each statement of a text does, in order; those nested in `WITH` before the one they belong to."""
    return tuple(effect for statement in statements(tokens(sql)) for effect in _statement(statement))


def _statement(found: list[Token]) -> Iterator[SqlEffect]:
    at = 0
    while at < len(found) and found[at].kind == "(":
        at += 1
    if at == len(found):
        return
    if found[at].word == "with":
        yield from _nested(found)
        depth = found[at].depth
        at = next((i for i, t in enumerate(found) if i > at and t.depth == depth and t.word in _VERBS), -1)
        if at < 0:
            yield UNKNOWN
            return
    yield _verb(found, at)


def _nested(found: list[Token]) -> Iterator[SqlEffect]:
    for at in range(1, len(found) - 1):
        if found[at].word in _NESTED and found[at - 1].kind == "(" and found[at + 1].kind in ("word", "name"):
            yield _verb(found[at : group(found, at - 1) - 1], 0)


def _verb(found: list[Token], at: int) -> SqlEffect:
    depth = found[at].depth
    rest = found[at + 1 :]
    match found[at].word:
        case "insert":
            return _insert(rest, depth)
        case "replace":
            effect = _insert(rest, depth)
            return replace(effect, kind="upsert", conflict="replace")
        case "update":
            return _update(rest, depth)
        case "delete":
            return _delete(rest, depth)
        case "merge":
            return _merge(rest, depth)
        case "copy" | "load":
            return _copy(rest)
        case "select":
            return _select(rest, depth)
        case word:
            return _simple(word, rest)


# ----------------------------------------------------------------------------------------------- verbs


def _insert(rest: list[Token], depth: int) -> SqlEffect:
    conflict: Conflict | None = None
    at = 0
    while at < len(rest) and rest[at].word in (*_MODIFIERS, "or", "into"):
        if rest[at].word == "ignore":
            conflict = "ignore"
        if rest[at].word == "or" and at + 1 < len(rest):
            at += 1
            conflict = _or_conflict(rest[at].word)
        at += 1
    table, at = _table(rest, at)
    effect = SqlEffect(_insert_kind(conflict), table, conflict=conflict, columns=_columns(rest, at))
    for index in range(at, len(rest) - 1):
        pair = (rest[index].word, rest[index + 1].word)
        if rest[index].depth != depth:
            continue
        if pair == ("on", "conflict"):
            return _on_conflict(effect, rest, index + 2)
        if pair == ("on", "duplicate"):
            return _overwriting(effect, changes(rest[index + 4 :], table))
        if pair == ("where", "not") and index + 2 < len(rest) and rest[index + 2].word == "exists":
            columns = tuple(dict.fromkeys(c.column for c in compared(rest[index:])))
            return replace(effect, conflict=effect.conflict or "nothing", where_columns=columns)
    return effect


def _or_conflict(word: str) -> Conflict | None:
    if word == "replace":
        return "replace"
    return "ignore" if word == "ignore" else None


def _insert_kind(conflict: Conflict | None) -> EffectKind:
    return "upsert" if conflict in ("update", "replace") else "insert"


def _on_conflict(effect: SqlEffect, rest: list[Token], at: int) -> SqlEffect:
    keys: tuple[str, ...] = ()
    if at < len(rest) and rest[at].kind == "(":
        keys = _columns(rest, at)
        at = group(rest, at)
    action = next((i for i in range(at, len(rest) - 1) if rest[i].word == "do"), None)
    if action is None:
        return replace(effect, key_columns=keys)
    if rest[action + 1].word == "nothing":
        return replace(effect, kind="insert", conflict="nothing", key_columns=keys)
    start = next((i + 1 for i in range(action, len(rest)) if rest[i].word == "set"), len(rest))
    return replace(_overwriting(effect, changes(rest[start:], effect.table)), key_columns=keys)


def _overwriting(effect: SqlEffect, made: tuple[Change, ...]) -> SqlEffect:
    """An insert that changes the row that is there already."""
    worst = _change_kind(made)
    return replace(effect, kind=worst or "upsert", increments=worst is not None, conflict="update")


def _change_kind(made: tuple[Change, ...]) -> Literal["increment", "append"] | None:
    kinds = {change.kind for change in made}
    if "increment" in kinds:
        return "increment"
    return "append" if "append" in kinds else None


def _update(rest: list[Token], depth: int) -> SqlEffect:
    at = 0
    while at < len(rest) and rest[at].word in (*_MODIFIERS, "or"):
        at += 2 if rest[at].word == "or" else 1
    table, at = _table(rest, at)
    start = next((i for i in range(at, len(rest)) if rest[i].word == "set" and rest[i].depth == depth), None)
    if start is None:
        return SqlEffect("set", table)
    made = changes(rest[start + 1 :], table)
    where = next((i for i in range(start, len(rest)) if rest[i].word == "where" and rest[i].depth == depth), len(rest))
    tests = compared(rest[where:])
    worst = _change_kind(made)
    kind: EffectKind = worst or "set"
    if _claims(made, {(t.column.lower(), t.operator) for t in tests}):
        kind = "conditional"
    return SqlEffect(
        kind,
        table,
        increments=worst is not None and kind != "conditional",
        where_columns=tuple(dict.fromkeys(t.column for t in tests)),
        columns=tuple(change.column for change in made),
    )


def _claims(made: tuple[Change, ...], tests: set[tuple[str, str]]) -> bool:
    """Whether the statement changes a column so that its own `WHERE` would not find the row again: a state that
    is left, a version that is counted up, a mark that was not set yet."""
    for change in made:
        for column, operator in tests:
            if column != change.column.lower():
                continue
            if operator in ("=", "is", "in", "<>", "!=", "not") and change.kind != "append":
                return True
            if operator in ("<", "<=", ">", ">=") and change.kind == "set":
                return True
    return False


def _delete(rest: list[Token], depth: int) -> SqlEffect:
    at = next((i + 1 for i, t in enumerate(rest) if t.word == "from" and t.depth == depth), 0)
    while at < len(rest) and rest[at].word in _MODIFIERS:
        at += 1
    table, at = _table(rest, at)
    where = next((i for i in range(at, len(rest)) if rest[i].word == "where"), len(rest))
    return SqlEffect("delete", table, where_columns=tuple(dict.fromkeys(c.column for c in compared(rest[where:]))))


def _merge(rest: list[Token], depth: int) -> SqlEffect:
    at = 1 if rest and rest[0].word == "into" else 0
    table, at = _table(rest, at)
    words = [t.word for t in rest]
    on = next((i for i in range(at, len(rest)) if rest[i].word == "on" and rest[i].depth == depth), len(rest))
    end = next((i for i in range(on, len(rest)) if rest[i].word == "when" and rest[i].depth == depth), len(rest))
    keys = tuple(dict.fromkeys(c.column for c in compared(rest[on:end])))
    made = tuple(
        change
        for i, word in enumerate(words)
        if word == "set" and i and words[i - 1] == "update"
        for change in changes(rest[i + 1 :], table)
    )
    worst = _change_kind(made)
    if worst is not None:
        return SqlEffect(worst, table, increments=True, conflict="update", key_columns=keys)
    kind: EffectKind = "upsert" if "insert" in words else "set" if "update" in words else "delete"
    return SqlEffect(kind, table, conflict="update" if kind == "upsert" else None, key_columns=keys)


def _copy(rest: list[Token]) -> SqlEffect:
    words = [t.word for t in rest]
    if "data" in words and "into" in words:
        at = words.index("into") + 1
        return SqlEffect("insert", _table(rest, at + (at < len(words) and words[at] == "table"))[0])
    reads = "from" not in words or (bool(rest) and rest[0].kind == "(")
    return SqlEffect("read") if reads else SqlEffect("insert", _table(rest, 0)[0])


def _select(rest: list[Token], depth: int) -> SqlEffect:
    for at in range(len(rest) - 1):
        token = rest[at]
        if token.depth == depth and token.word == "into" and rest[at + 1].word not in ("outfile", "dumpfile"):
            table, _ = _table(rest, at + 1)
            return SqlEffect("insert", table) if table else SqlEffect("read")
    start = next((i for i, t in enumerate(rest) if t.word == "from" and t.depth == depth), len(rest))
    table, at = _table(rest, start + 1)
    where = next((i for i in range(at, len(rest)) if rest[i].word == "where" and rest[i].depth == depth), len(rest))
    return SqlEffect("read", table, where_columns=tuple(dict.fromkeys(c.column for c in compared(rest[where:]))))


def _simple(word: str, rest: list[Token]) -> SqlEffect:
    kind = _SIMPLE.get(word)
    if kind is None:
        return UNKNOWN
    words = [t.word for t in rest[:12]]
    if word == "rollback" and "to" in words:
        return SqlEffect("read")
    if kind not in ("set", "delete"):
        return SqlEffect(kind)
    at = 0
    while at < len(rest) and rest[at].word in _DEFINED:
        at += 1
    conflict: Conflict | None = "ignore" if "exists" in words else "replace" if words[:2] == ["or", "replace"] else None
    return SqlEffect(kind, _table(rest, at)[0], conflict=conflict)


# ----------------------------------------------------------------------------------------------- parts


def _table(rest: list[Token], at: int) -> tuple[str, int]:
    """A table's name at `at` and the index after it; empty for a placeholder or a name with a hole."""
    if at < len(rest) and rest[at].word in ASSIGNMENT_ENDS:
        return "", at
    parts, end = qualified(rest, at)
    if not parts:
        return "", min(at + 1, len(rest))
    name = ".".join(parts)
    return ("" if "{" in name else name), end


def _columns(rest: list[Token], at: int) -> tuple[str, ...]:
    """The names in the parentheses at `at`, if it is a list of names."""
    if at >= len(rest) or rest[at].kind != "(":
        return ()
    inside = rest[at + 1 : group(rest, at) - 1]
    if any(t.word in ("select", "with") for t in inside[:1]):
        return ()
    depth = rest[at].depth + 1
    return tuple(t.text for t in inside if t.kind in ("word", "name") and t.depth == depth and "{" not in t.text)
