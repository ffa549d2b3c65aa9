"""YAML from its parser's events: no recursion, and no more data than the file's own size justifies.

PyYAML's loaders recurse and let a few lines of aliases stand for billions of values; here a stack holds the
open containers, and what an alias repeats is counted as if it had been written out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from eda_lint.model.facts import Json, Problem

NODES = 1_000_000
"""Most values of a file, aliases written out."""
DEPTH = 100
"""Deepest nesting."""

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOL = {
    **dict.fromkeys(("yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
}
_INT = re.compile(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|0|[1-9][0-9_]*)\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?)\Z")
_STANDARD = "tag:yaml.org,2002:"


class _RefusedError(Exception):
    """The file is more than is read."""


@dataclass(slots=True)
class _Open:
    """A container that is being filled."""

    data: dict[str, Json] | list[Json]
    tag: str | None
    anchor: str | None
    size: int = 1
    key: str | None = None
    is_merge: bool = False
    merges: list[Json] = field(default_factory=list)


def read_yaml(text: str) -> tuple[Json, tuple[Problem, ...]]:
    """The document as data, all of them as a list if there are several; and what is wrong with the file."""
    import yaml

    builder = _Builder()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    problems: tuple[Problem, ...] = ()
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = getattr(error, "problem", None) or type(error).__name__
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        problems = (Problem("syntax", f"YAML: {message}", line, column),)
    except _RefusedError as error:
        problems = (Problem("limits", f"YAML: {error}"),)
    except (RecursionError, ValueError) as error:
        problems = (Problem("syntax", f"YAML: {type(error).__name__}"),)
    documents = builder.documents
    return documents[0] if len(documents) == 1 else documents or None, problems


class _Builder:
    """Data from events."""

    def __init__(self) -> None:
        self.documents: list[Json] = []
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Json, int]] = {}
        self._total = 0

    def take(self, event: Any) -> None:
        """One event. Raises `_RefusedError` for what is too much."""
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self._scalar(event)
        elif kind == "MappingStartEvent":
            self._start({}, event)
        elif kind == "SequenceStartEvent":
            self._start([], event)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self._end()
        elif kind == "AliasEvent":
            if event.anchor not in self._anchors:
                raise _RefusedError(f"alias *{event.anchor[:40]} stands inside or before its anchor")
            data, size = self._anchors[event.anchor]
            self._add(data, size)
        elif kind == "DocumentStartEvent":
            self._anchors.clear()

    def _start(self, data: dict[str, Json] | list[Json], event: Any) -> None:
        if len(self._stack) >= DEPTH:
            raise _RefusedError(f"nested more than {DEPTH} deep")
        self._stack.append(_Open(data, event.tag, event.anchor))

    def _end(self) -> None:
        closed = self._stack.pop()
        data: Json = closed.data
        if isinstance(data, dict):
            # Keys that a mapping has itself stand above those that it merges, earlier merged ones above later.
            for merged in closed.merges:
                for each in merged if isinstance(merged, list) else [merged]:
                    if isinstance(each, dict):
                        for key, value in each.items():
                            data.setdefault(key, value)
        data = tagged(closed.tag, data)
        if closed.anchor is not None:
            self._anchors[closed.anchor] = (data, closed.size)
        self._add(data, closed.size, counted=True)

    def _scalar(self, event: Any) -> None:
        data: Json
        open_ = self._stack[-1] if self._stack else None
        if open_ is not None and isinstance(open_.data, dict) and open_.key is None:
            # Keys stay as written: `on:` is no boolean and `8080:` no number to whoever looks them up.
            data = event.value
        elif event.tag is not None and not event.tag.startswith(_STANDARD):
            data = tagged(event.tag, event.value)
        else:
            data = _plain_scalar(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (data, 1)
        self._add(data, 1)

    def _add(self, data: Json, size: int, counted: bool = False) -> None:
        self._total += 1 if counted else size
        if self._total > NODES:
            raise _RefusedError(f"its aliases stand for more than {NODES} values")
        if not self._stack:
            self.documents.append(data)
            return
        parent = self._stack[-1]
        parent.size += size
        if isinstance(parent.data, list):
            parent.data.append(data)
        elif parent.key is None:
            parent.key = data if isinstance(data, str) else "?"
        else:
            if parent.key == "<<":
                parent.merges.append(data)
            else:
                parent.data[parent.key] = data
            parent.key = None


def _plain_scalar(event: Any) -> Json:
    """A scalar by YAML 1.1's rules; dates and binary data stay text."""
    value: str = event.value
    tag = event.tag.removeprefix(_STANDARD) if event.tag is not None else ""
    if tag == "str" or (not tag and not event.implicit[0]):
        return value
    if value in _NULL:
        return None
    if value in _BOOL:
        return _BOOL[value]
    if _INT.match(value):
        return _integer(value)
    if _FLOAT.match(value):
        return float(value.replace("_", ""))
    return value


def _integer(value: str) -> Json:
    digits = value.replace("_", "")
    sign, digits = (-1, digits[1:]) if digits.startswith("-") else (1, digits.removeprefix("+"))
    try:
        if digits.startswith(("0b", "0x", "0o")):
            return sign * int(digits, 0)
        return sign * int(digits, 8 if digits.startswith("0") and digits != "0" else 10)
    except ValueError:
        return value


def tagged(tag: str | None, data: Json) -> Json:
    """CloudFormation's short tags written out; other local tags as `{"!Tag": …}`."""
    if tag is None or tag.startswith(_STANDARD) or tag == "!":
        return data
    name = tag.removeprefix("!")
    if name in ("Ref", "Condition"):
        return {name: data}
    if name == "GetAtt":
        return {"Fn::GetAtt": list(data.split(".", 1)) if isinstance(data, str) else data}
    if name in _FUNCTIONS:
        return {f"Fn::{name}": data}
    return {tag: data}


_FUNCTIONS = frozenset(
    (
        "And", "Base64", "Cidr", "Equals", "FindInMap", "ForEach", "GetAZs", "If", "ImportValue", "Join", "Length",
        "Not", "Or", "Select", "Split", "Sub", "ToJsonString", "Transform",
    )
)  # fmt: skip
