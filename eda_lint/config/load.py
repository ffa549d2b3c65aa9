"""A configuration file read, checked as a whole, and refused with all its faults at once."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from eda_lint import __version__
from eda_lint.config.lines import key_lines
from eda_lint.config.patterns import compiled
from eda_lint.config.read import Reader, named
from eda_lint.config.tables import Config, KeyPath
from eda_lint.errors import ConfigError

PYPROJECT = "pyproject.toml"
PREFIX: KeyPath = ("tool", "eda-lint")

_AT_LINE = re.compile(r"\s*\(at line (\d+), column (\d+)\)")
_BELONGS = {
    "tool": "In `eda-lint.toml` the keys stand by themselves, without `tool.eda-lint`",
    "name": "`name` and `kind` are for the file in a service's own directory; here they stand in `[[services]]`",
    "kind": "`name` and `kind` are for the file in a service's own directory; here they stand in `[[services]]`",
}


def load_config(path: Path | None) -> Config:
    """The configuration in `path` (`eda-lint.toml`, or a `pyproject.toml` whose `[tool.eda-lint]` counts); the
    defaults for None.

    Raises ConfigError for a file that cannot be read, is no TOML, holds an unknown key or a value of the wrong
    type, or asks for another version of eda-lint: one error with all the faults of the file.
    """
    if path is None:
        return Config()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"the configuration cannot be read: {error.strerror or error}", path=path) from error
    return parse_config(content, path)


def parse_config(content: bytes, path: Path) -> Config:
    """The same for a file's bytes (from a git ref, from an editor). Raises ConfigError as `load_config` does."""
    data, lines, prefix = read_toml(content, path)
    reader = Reader(path, lines, prefix)
    config = reader.table(Config, data, belongs=_BELONGS)
    _check_version(config, reader)
    if not reader.faults:  # positions in lists are those of the file only where no entry was refused
        _check_patterns(config, reader)
        _check_services(config, reader)
    reader.refuse()
    keys = {line_path[len(prefix) :]: line for line_path, line in lines.items() if line_path[: len(prefix)] == prefix}
    return dataclasses.replace(config, path=path, lines=keys)


def read_toml(content: bytes, path: object) -> tuple[Mapping[str, Any], Mapping[KeyPath, int], KeyPath]:
    """A file's own table, the line of every key, and the path of that table in the file.

    Raises ConfigError for what is no TOML, with the line.
    """
    try:
        text = content.decode("utf-8-sig")
        data: Any = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError("TOML must be UTF-8", path=str(path), line=line) from error
    except RecursionError as error:
        raise ConfigError("this TOML is nested too deeply", path=str(path)) from error
    except ValueError as error:
        at = _AT_LINE.search(str(error))
        message = f"no valid TOML: {_AT_LINE.sub('', str(error))}"
        raise ConfigError(message, path=str(path), line=int(at[1]) if at else None) from error
    lines = key_lines(text.replace("\r\n", "\n"))
    prefix = PREFIX if Path(str(path)).name == PYPROJECT else ()
    for key in prefix:
        data = data.get(key, {}) if isinstance(data, dict) else {}
    if not isinstance(data, dict):
        raise ConfigError("`tool.eda-lint` must be a table", path=str(path), line=lines.get(prefix))
    return data, lines, prefix


def _check_version(config: Config, reader: Reader) -> None:
    if not config.required_version:
        return
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        wanted = SpecifierSet(config.required_version)
    except InvalidSpecifier:
        mend = 'Write it as `">=0.3,<1"`'
        reader.complain("`required-version` must be a version specifier", ("required-version",), mend)
        return
    if not wanted.contains(__version__, prereleases=True):
        message = f"this is eda-lint {__version__}, and the project requires {config.required_version}"
        reader.complain(message, ("required-version",), f'Install "eda-lint{config.required_version}"')


def _check_patterns(config: Config, reader: Reader) -> None:
    lists: Iterable[tuple[KeyPath, Iterable[str]]] = (
        (("exclude",), config.exclude),
        (("extend-exclude",), config.extend_exclude),
        *((("services", n, "paths"), service.paths) for n, service in enumerate(config.services)),
    )
    for keys, patterns in lists:
        for position, pattern in enumerate(patterns):
            _check_pattern(pattern, (*keys, position), reader)
    for pattern in config.per_file_ignores:
        _check_pattern(pattern.removeprefix("!"), ("per-file-ignores", pattern), reader)


def _check_pattern(pattern: str, keys: KeyPath, reader: Reader) -> None:
    if re.fullmatch(r"[\w.*/-]+", pattern):
        return  # well formed by its alphabet, as nearly all are: the library need not be loaded
    try:
        compiled([pattern])
        fault = "" if pattern.strip() else "an empty pattern matches nothing"
    except ConfigError as error:
        fault = error.message
    if fault:
        reader.complain(f"{named(keys)}: {fault}", keys)


def _check_services(config: Config, reader: Reader) -> None:
    seen: dict[str, int] = {}
    for position, service in enumerate(config.services):
        if not service.name.strip():
            reader.complain(f"`services[{position + 1}].name` must not be empty", ("services", position, "name"))
        elif seen.setdefault(service.name, position) != position:
            message = f"two services are named `{service.name}`"
            reader.complain(message, ("services", position, "name"), "Give one table all paths, or another name")
        if not service.paths:
            message = f"`services[{position + 1}].paths` must name a directory"
            reader.complain(message, ("services", position, "paths"))
