"""JSON and YAML texts as data that knows the line of every key.

JSON is read by the standard library's parser, which tells no positions; a second pass finds the keys: a string in
front of a colon is a key and nothing else is, so the n-th key in the text is the n-th key of the data in its order.
`NaN` and `Infinity`, which Python's own writer puts into JSON, are read as texts.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from typing import Any

from eda_lint.errors import SchemaError

__all__ = ["DEPTH", "NODES", "Located", "Value", "read_located"]

DEPTH = 200
"""Deepest nesting of a document that is read."""
NODES = 1_000_000
"""Most values of a YAML document, its aliases written out."""

Value = Any
"""None, bool, int, float, str, list of values or `Located`."""

_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"(\s*:)?', re.DOTALL)
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]{1,400}\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_STANDARD = "tag:yaml.org,2002:"


class Located(dict[str, Value]):
    """An object of a document: a dictionary that knows the line of each of its keys."""

    __slots__ = ("line", "lines", "pairs")

    line: int
    """Where the key that holds it stands; 1 for the document itself."""
    lines: dict[str, int]
    pairs: list[tuple[str, Value]]
    """All members, where a key stands more than once (the last one counts); else empty."""

    def line_of(self, key: str) -> int:
        """The line of a key; that of the object for one that is not there."""
        return self.lines.get(key, self.line)

    def repeated(self) -> tuple[str, ...]:
        """Keys that stand there more than once."""
        return tuple(key for key, number in Counter(key for key, _ in self.pairs).items() if number > 1)


def read_located(text: str, path: str = "") -> Value:
    """The data of a JSON or YAML text.

    Raises SchemaError, with path and line, if the text is neither, is nested more than 200 deep, or is made of YAML
    aliases that stand for more than a million values.
    """
    text = text.removeprefix("\ufeff")
    try:
        return _read_json(text, path)
    except ValueError as error:
        if text.lstrip()[:1] in ("{", "[") and not path.endswith((".yaml", ".yml")):
            known = isinstance(error, json.JSONDecodeError)
            reason, line = (error.msg, error.lineno) if known else (str(error), None)  # type: ignore[attr-defined]
            mend = "Mend the JSON; a YAML schema that begins with a bracket needs the ending .yaml."
            raise SchemaError(f"not JSON: {reason}", path=path or None, line=line, mend=mend) from None
    return _read_yaml(text, path)


def _too_deep(path: str, line: int | None) -> SchemaError:
    return SchemaError(f"nested more than {DEPTH} deep", path=path or None, line=line, mend="Use references instead.")


# ---------------------------------------------------------------------------------------------------------- JSON


def _located(pairs: list[tuple[str, Value]]) -> Located:
    found = Located(pairs)
    found.line, found.lines = 1, {}
    found.pairs = pairs if len(found) < len(pairs) else []
    return found


def _read_json(text: str, path: str) -> Value:
    try:
        value = json.loads(text, object_pairs_hook=_located, parse_constant=str)
    except RecursionError:
        raise _too_deep(path, None) from None
    breaks = [match.start() for match in re.finditer("\n", text)]
    keys = [match.start() for match in _STRING.finditer(text) if match.group(1) is not None]
    _set_lines(value, [bisect_right(breaks, key) + 1 for key in keys], path)
    return value


def _set_lines(root: Value, lines: list[int], path: str) -> None:
    """Give every key its line, going through the data in the order of the text."""
    next_line = iter(lines).__next__
    line = 1
    open_: list[tuple[dict[str, int] | None, Iterator[Any]]] = [(None, iter([root]))]
    while open_:
        known, rest = open_[-1]
        for item in rest:
            if known is None:
                value = item
            else:
                key, value = item
                known[key] = line = next_line()
            if isinstance(value, Located):
                value.line = line
                open_.append((value.lines, iter(value.pairs or value.items())))
                break
            if isinstance(value, list):
                open_.append((None, iter(value)))
                break
        else:
            open_.pop()
        if len(open_) > DEPTH:
            raise _too_deep(path, line)


# ---------------------------------------------------------------------------------------------------------- YAML


def _read_yaml(text: str, path: str) -> Value:
    """The first document of a YAML text, from the parser's events: PyYAML's own loaders recurse with the input."""
    import yaml

    builder = _Builder(path)
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            builder.take(event, type(event).__name__)
            if builder.done:
                break
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "not YAML"
        line = mark.line + 1 if mark is not None else None
        raise SchemaError(f"neither JSON nor YAML: {reason}", path=path or None, line=line) from None
    except (RecursionError, ValueError) as error:
        raise SchemaError(f"neither JSON nor YAML: {error}", path=path or None) from None
    return builder.root


class _Builder:
    """Data from YAML events."""

    def __init__(self, path: str) -> None:
        self.root: Value = None
        self.done = False
        self._path = path
        self._total = 0
        self._open: list[tuple[Located | list[Value], str | None, int]] = []
        self._keys: list[str | None] = []
        self._anchors: dict[str, tuple[Value, int]] = {}

    def take(self, event: Any, kind: str) -> None:
        """One event. Raises SchemaError for what is too much."""
        line = event.start_mark.line + 1
        if kind == "ScalarEvent":
            self._add(self._scalar(event), line, event.anchor, 1)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            if len(self._open) >= DEPTH:
                raise _too_deep(self._path, line)
            container: Located | list[Value] = _located([]) if kind == "MappingStartEvent" else []
            if isinstance(container, Located):
                container.line = line
            self._open.append((container, event.anchor, self._total))
            self._keys.append(None)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            closed, anchor, before = self._open.pop()
            self._keys.pop()
            self._add(closed, line, anchor, self._total - before + 1)
        elif kind == "AliasEvent":
            value, size = self._anchors.get(event.anchor, (None, 1))
            self._total += size - 1
            self._add(value, line, None, 1)

    def _scalar(self, event: Any) -> Value:
        """A scalar by YAML 1.2's core rules; a key stays text."""
        text: str = event.value
        is_key = self._open and isinstance(self._open[-1][0], Located) and self._keys[-1] is None
        tag = event.tag.removeprefix(_STANDARD) if event.tag is not None else ""
        if is_key or tag == "str" or (not tag and not event.implicit[0]):
            return text
        if text in _NULL:
            return None
        if text in _BOOLEAN:
            return _BOOLEAN[text]
        if _INTEGER.match(text):
            return int(text)
        return float(text) if _FLOAT.match(text) else text

    def _add(self, value: Value, line: int, anchor: str | None, size: int) -> None:
        self._total += 1
        if self._total > NODES:
            raise SchemaError(f"its aliases stand for more than {NODES} values", path=self._path or None, line=line)
        if anchor is not None:
            self._anchors[anchor] = (value, size)
        if not self._open:
            self.root, self.done = value, True
            return
        parent = self._open[-1][0]
        if isinstance(parent, list):
            parent.append(value)
        elif self._keys[-1] is None:
            key = self._keys[-1] = value if isinstance(value, str) else "?"
            parent.lines[key] = line
        else:
            self._set(parent, self._keys[-1] or "", value)
            self._keys[-1] = None

    @staticmethod
    def _set(parent: Located, key: str, value: Value) -> None:
        if key == "<<":
            for merged in value if isinstance(value, list) else [value]:
                if isinstance(merged, Located):
                    for name, each in merged.items():
                        if name not in parent.lines:
                            parent[name] = each
                            parent.lines[name] = merged.line_of(name)
        else:
            parent[key] = value
