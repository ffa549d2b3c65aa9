"""From plain TOML data to tables, by their annotations; every fault is kept, with its path, and none stops the rest."""

from __future__ import annotations

import dataclasses
import difflib
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeVar, get_args, get_origin

from eda_lint.config.tables import KeyPath, line_of
from eda_lint.errors import ConfigError, shown

T = TypeVar("T")

_MISSING = object()
_NAMES = {str: "text", bool: "true or false", int: "a whole number", dict: "a table", list: "a list"}


class Reader:
    """Reads tables of one file and gathers what is wrong with them in `faults`."""

    def __init__(self, path: object, lines: Mapping[KeyPath, int], prefix: KeyPath = ()) -> None:
        self._path = None if path is None else str(path)
        self._lines = lines
        self._prefix = prefix
        self.faults: list[ConfigError] = []

    def complain(self, message: str, keys: KeyPath, mend: str = "") -> None:
        """Note a fault of the value at `keys`."""
        line = line_of(self._lines, (*self._prefix, *keys))
        self.faults.append(ConfigError(message, path=self._path, line=line, mend=mend))

    def refuse(self) -> None:
        """Raises ConfigError with all faults, by line, if there are any."""
        if self.faults:
            raise ConfigError.together(sorted(self.faults, key=lambda fault: fault.line or 0))

    def table(self, kind: type[T], data: Mapping[str, Any], keys: KeyPath = (), belongs: Mapping[str, str] = {}) -> T:
        """A dataclass from a table; fields that are wrong keep their default. `belongs` says of keys that are
        known elsewhere where they belong."""
        return typing.cast("T", self._dataclass(kind, data, keys, belongs))

    def _dataclass(self, kind: Any, data: Mapping[str, Any], keys: KeyPath, belongs: Mapping[str, str]) -> Any:
        known = _keys(kind)
        hints = typing.get_type_hints(kind)
        values: dict[str, Any] = {}
        for key, given in data.items():
            if key not in known:
                self.complain(f"unknown key {named(keys, key)}", (*keys, key), belongs.get(key) or suggest(key, known))
                continue
            value = self._value(hints[known[key].name], given, (*keys, key))
            if value is not _MISSING:
                values[known[key].name] = value
        absent = [key for key, field in known.items() if field.name not in values and _required(field)]
        for key in absent:
            if key not in data:  # else its value is wrong, which was told
                self.complain(f"{named(keys) or 'the file'} needs the key `{key}`", keys)
        return _MISSING if absent else kind(**values)

    def _value(self, hint: Any, given: Any, keys: KeyPath) -> Any:
        """The value if it is what the hint says, else `_MISSING` and a fault."""
        origin = get_origin(hint)
        if hint is Any:
            return given
        if origin in (typing.Union, types.UnionType):
            hint = _joined(hint)
            origin = get_origin(hint)
        if origin is Literal:
            return self._choice(get_args(hint), given, keys)
        if origin is tuple:
            return self._list(get_args(hint)[0], given, keys)
        if origin is not None and issubclass(origin, Mapping):
            return self._mapping(get_args(hint)[1], given, keys)
        if dataclasses.is_dataclass(hint):
            return self._dataclass(hint, given, keys, {}) if self._is(dict, given, keys) else _MISSING
        return given if self._is(hint, given, keys) else _MISSING

    def _is(self, kind: type, given: object, keys: KeyPath) -> bool:
        if isinstance(given, kind) and not (kind is int and isinstance(given, bool)):
            return True
        mend = f'Write `{keys[-1]} = ["{given}"]`' if kind is list and isinstance(given, str) and given else ""
        self.complain(f"{named(keys)} must be {_NAMES[kind]}, not {_told(given)}", keys, mend)
        return False

    def _choice(self, choices: tuple[Any, ...], given: object, keys: KeyPath) -> object:
        if isinstance(given, str) and given in choices:
            return given
        listed = ", ".join(f'"{choice}"' for choice in choices)
        close = difflib.get_close_matches(given, choices, n=1) if isinstance(given, str) else []
        mend = f'Did you mean "{close[0]}"?' if close else ""
        self.complain(f"{named(keys)} must be one of {listed}, not {_told(given)}", keys, mend)
        return _MISSING

    def _list(self, hint: Any, given: Any, keys: KeyPath) -> Any:
        if not self._is(list, given, keys):
            return _MISSING
        read = (self._value(hint, item, (*keys, position)) for position, item in enumerate(given))
        return tuple(value for value in read if value is not _MISSING)

    def _mapping(self, hint: Any, given: Any, keys: KeyPath) -> Any:
        if not self._is(dict, given, keys):
            return _MISSING
        read = {key: self._value(hint, item, (*keys, key)) for key, item in given.items()}
        return {key: value for key, value in read.items() if value is not _MISSING}


def named(keys: KeyPath, key: str = "") -> str:
    """A path of keys as a person writes it: `` `services[2].name` ``, counted from 1."""
    text = ""
    for part in (*keys, key) if key else keys:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += ("." if text else "") + shown(part)
    return f"`{text}`" if text else ""


def suggest(key: str, known: Iterable[str]) -> str:
    """The nearest right key as a sentence, or all of them."""
    close = difflib.get_close_matches(key.replace("_", "-").lower(), sorted(known), n=1)
    if close:
        return f"Did you mean `{close[0]}`?"
    return "The keys here are " + ", ".join(f"`{name}`" for name in sorted(known))


def _keys(kind: Any) -> dict[str, dataclasses.Field[Any]]:
    """Key → field; fields that take no part in comparison are no keys."""
    return {field.name.replace("_", "-"): field for field in dataclasses.fields(kind) if field.compare}


def _required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _joined(hint: Any) -> Any:
    """A union without None; several literals become one. (TOML has no null: None only means "not given".)"""
    parts = [part for part in get_args(hint) if part is not type(None)]
    if len(parts) == 1:
        return parts[0]
    return Literal[tuple(choice for part in parts for choice in get_args(part))]


def _told(given: object) -> str:
    """A wrong value in a message: short, on one line."""
    if isinstance(given, dict):
        return "a table"
    if isinstance(given, list):
        return "a list"
    if isinstance(given, bool):
        return str(given).lower()
    text = shown(f'"{given}"' if isinstance(given, str) else str(given))
    return text if len(text) <= 60 else text[:57] + "..."
