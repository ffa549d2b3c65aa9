"""Configuration files below the root: what a service says of itself, and nothing else."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from eda_lint.config.load import PYPROJECT, read_toml
from eda_lint.config.read import Reader
from eda_lint.config.roots import CONFIG_NAME
from eda_lint.config.tables import ChannelTable, Config, ServiceTable
from eda_lint.errors import ConfigError

_ROOT_KEYS = frozenset(f.name.replace("_", "-") for f in dataclasses.fields(Config) if f.compare)
_ROOT_ONLY = (
    "It belongs in the root's configuration: a file below the root holds only its service's own keys "
    "(`name`, `kind`, `channels`, `ignore`). A directory that is linted for itself goes into `exclude`"
)


@dataclass(frozen=True, slots=True)
class NestedConfig:
    """The file of a service. `directory` is no key: it is where the file lies, relative to the root."""

    name: str | None = None
    kind: Literal["service", "library"] | None = None
    channels: tuple[ChannelTable, ...] = ()
    ignore: tuple[str, ...] = ()
    directory: str = dataclasses.field(default=".", compare=False)


def nested_configs(
    paths: Iterable[str], read: Callable[[str], bytes], root_config: str | None = None
) -> tuple[NestedConfig, ...]:
    """The configuration files among `paths` (relative to the root), but for the root's own, by directory.

    Raises ConfigError with all the faults of all of them; `read` may raise OSError.
    """
    found: list[NestedConfig] = []
    faults: list[ConfigError] = []
    for path in sorted(paths):
        if PurePosixPath(path).name not in (CONFIG_NAME, PYPROJECT) or path == root_config:
            continue
        try:
            config = _read(path, read)
        except ConfigError as error:
            faults.append(error)
        else:
            found.extend([config] if config is not None else [])
    if faults:
        raise ConfigError.together(faults)
    return tuple(found)


def with_nested(config: Config, nested: Iterable[NestedConfig]) -> Config:
    """The root's configuration with what the services say of themselves.

    A service that the root names keeps the root's word. `ignore` counts in the service's directory only.
    """
    services, channels = list(config.services), list(config.channels)
    ignores = dict(config.per_file_ignores)
    for own in nested:
        name = own.name or (PurePosixPath(own.directory).name if own.kind else "")
        if name and not any(name == service.name or _named_by(service, own.directory) for service in config.services):
            services.append(ServiceTable(name, (own.directory,), own.kind))
        channels += own.channels
        if own.ignore:
            pattern = f"{_anchored(own.directory)}/**"
            ignores[pattern] = (*ignores.get(pattern, ()), *own.ignore)
    return dataclasses.replace(config, services=tuple(services), channels=tuple(channels), per_file_ignores=ignores)


def _read(path: str, read: Callable[[str], bytes]) -> NestedConfig | None:
    try:
        content = read(path)
    except OSError as error:
        raise ConfigError(f"the configuration cannot be read: {error.strerror or error}", path=path) from error
    if PurePosixPath(path).name == PYPROJECT and not _meant(content):
        return None
    data, lines, prefix = read_toml(content, path)
    reader = Reader(path, lines, prefix)
    own = reader.table(NestedConfig, data, belongs=dict.fromkeys(_ROOT_KEYS, _ROOT_ONLY))
    reader.refuse()
    return dataclasses.replace(own, directory=PurePosixPath(path).parent.as_posix())


def _meant(content: bytes) -> bool:
    """Whether a `pyproject.toml` has a table for eda-lint; one that has none is not even parsed."""
    return re.search(rb"""eda-lint["']?\s*[.\]=]""", content) is not None


def _named_by(service: ServiceTable, directory: str) -> bool:
    return any(PurePosixPath(path.lstrip("/")).as_posix() == directory for path in service.paths)


def _anchored(directory: str) -> str:
    """The directory as the beginning of a pattern that matches it alone."""
    return "" if directory == "." else "/" + re.sub(r"([\\*?\[\] !#])", r"\\\1", directory)
