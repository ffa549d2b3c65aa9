"""A rule with the options that the configuration gives it: its dataclass fields, checked by name and type."""

from __future__ import annotations

import dataclasses
import difflib
import typing
from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from eda_lint.check.plugins import Registered, blame
from eda_lint.errors import ConfigError, RuleError
from eda_lint.model.rule import Rule


class Fault(Protocol):
    """Makes an error about the value at some keys of the rule's table, with its line where that is known."""

    def __call__(self, message: str, *keys: str | int, mend: str = "") -> ConfigError:
        """The error, not raised."""


def configured(entry: Registered, table: Mapping[str, Any], fault: Fault) -> Rule:
    """The rule with these options; keys may be spelled with hyphens.

    Raises ConfigError with the option's path (`rules.EDA301.limit`) for an unknown option, a value of the wrong
    type, and a value that the rule itself refuses with ValueError; RuleError if the plugin fails otherwise.
    """
    path = f"rules.{entry.card.code}"
    fields = {option.name for option in dataclasses.fields(entry.rule)}  # type: ignore[arg-type]
    hints = _hints(entry)
    arguments: dict[str, Any] = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name not in fields:
            raise fault(f"`{path}.{key}`: unknown option", key, mend=_suggest(name, fields))
        try:
            arguments[name] = msgspec.convert(value, hints[name], strict=True)
        except msgspec.ValidationError as error:
            raise fault(f"`{path}.{key}`: {error}", key) from error
    try:
        return entry.rule(**arguments)
    except ValueError as error:
        raise fault(f"`{path}`: {error}") from error
    except Exception as error:
        raise RuleError(f"rule {entry.card.code} of plugin `{entry.plugin}` cannot be made: {blame(error)}") from error


def _hints(entry: Registered) -> dict[str, Any]:
    try:
        return typing.get_type_hints(entry.rule)
    except Exception as error:
        raise RuleError(
            f"the option types of rule {entry.card.code} of plugin `{entry.plugin}` cannot be read: {blame(error)}"
        ) from error


def _suggest(name: str, fields: set[str]) -> str:
    close = difflib.get_close_matches(name, sorted(fields), n=1)
    if close:
        return f"Did you mean `{close[0].replace('_', '-')}`?"
    if not fields:
        return "This rule has no options"
    return "Its options: " + ", ".join(f"`{field.replace('_', '-')}`" for field in sorted(fields))
