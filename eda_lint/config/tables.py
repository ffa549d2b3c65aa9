"""The configuration's tables. A field's name with hyphens for underscores is its key in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from eda_lint.errors import ConfigError
from eda_lint.model.finding import Severity
from eda_lint.model.topology import Action, ChannelKind

KeyPath = tuple[str | int, ...]
"""Where a value stands in a configuration: keys, and positions in lists."""

DEFAULT_EXCLUDE = (
    ".bzr", ".direnv", ".eda-lint-cache", ".eggs", ".git", ".git-rewrite", ".hg", ".ipynb_checkpoints", ".mypy_cache",
    ".nox", ".pants.d", ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode",
    "__pycache__", "__pypackages__", "_build", "buck-out", "dist", "node_modules", "site-packages", "venv",
)  # fmt: skip
"""What `exclude` holds unless it is set: ruff's list, so that a project needs not say it twice."""


@dataclass(frozen=True, slots=True)
class ServiceTable:
    """`[[services]]`: a service where the marks of a deployable do not show it, or show it wrongly."""

    name: str
    paths: tuple[str, ...]
    """Directories or globs (as in `.gitignore`) relative to the root; together they are the service."""
    kind: Literal["service", "library"] | None = None
    """None: inferred."""


@dataclass(frozen=True, slots=True)
class ChannelTable:
    """`[[channels]]`: what code cannot tell about channels whose address matches."""

    match: str
    """Glob over addresses."""
    external: bool = False
    kind: ChannelKind | None = None
    aliases: tuple[str, ...] = ()
    complete: bool = False
    commands: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WrapperTable:
    """`[[wrappers]]`: a function that sends or receives in a way that its code does not show.

    `channel`, `payload`, `key`, `message` and `handler` name its parameters.
    """

    function: str
    """Dotted path (`acme.bus.publish`, `acme.bus.Bus.publish`)."""
    action: Action
    system: str = ""
    channel: str | None = None
    payload: str | None = None
    key: str | None = None
    message: str | None = None
    handler: str | None = None

    def roles(self) -> Mapping[str, str]:
        """Role → parameter, for the roles that are given."""
        named = {role: getattr(self, role) for role in ("channel", "payload", "key", "message", "handler")}
        return {role: parameter for role, parameter in named.items() if parameter is not None}


@dataclass(frozen=True, slots=True)
class SchemasTable:
    """`[schemas]`: how schemas of messages are held against their older versions."""

    mode: Literal[
        "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE", "NONE"
    ] = "FULL"
    """Which directions must hold (as schema registries name them)."""
    against: str | None = None
    """The old side: a git ref, `merge-base`, a directory, a lock file, `registry+https://…`. None: none."""
    all: bool = False
    """Also schemas that no operation is known to send or read."""
    exclude: tuple[str, ...] = ()
    """Globs of schema files that are left out."""


@dataclass(frozen=True, slots=True)
class Config:
    """The root's configuration. `path` and `lines` are no keys: they say where the values stand."""

    select: tuple[str, ...] | None = None
    """Selectors in place of the default set (None)."""
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    preview: bool = False
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Glob → selectors."""
    severity: Mapping[str, Severity] = field(default_factory=dict)
    """Selector → severity."""
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Code or name of a rule → its options."""
    fail_on: Severity | Literal["never"] = "warning"
    output_format: str = "text"
    baseline: str | None = None

    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    extend_exclude: tuple[str, ...] = ()
    respect_gitignore: bool = True
    include_tests: bool = False

    services: tuple[ServiceTable, ...] = ()
    services_complete: bool = False
    """Every service of the system is inside the root."""
    channels: tuple[ChannelTable, ...] = ()
    wrappers: tuple[WrapperTable, ...] = ()
    guards: tuple[str, ...] = ()
    """Dotted names of decorators that make a handler idempotent."""
    packages: tuple[str, ...] = ()
    """Installed packages that are read as source."""
    python: str | None = None
    """Environment or interpreter in which `packages` are looked up."""
    catalog: tuple[str, ...] = ()
    """Further catalog files."""

    schemas: SchemasTable = SchemasTable()

    cache_dir: str = ".eda-lint-cache"
    required_version: str = ""
    """PEP 440 specifier."""

    path: Path | None = field(default=None, compare=False)
    lines: Mapping[KeyPath, int] = field(default_factory=dict, compare=False, repr=False)

    def excluded(self) -> tuple[str, ...]:
        """All patterns of paths that are left out."""
        return (*self.exclude, *self.extend_exclude)

    def located(self, value: str, root: Path) -> Path:
        """A path that the configuration gives, which is relative to the file that gives it (else to `root`)."""
        return (root if self.path is None else self.path.parent) / Path(value).expanduser()

    def fault(self, message: str, *keys: str | int, mend: str = "") -> ConfigError:
        """An error about the value at `keys`, with its file and line where they are known."""
        return ConfigError(message, path=self.path, line=line_of(self.lines, keys), mend=mend)


def line_of(lines: Mapping[KeyPath, int], keys: KeyPath) -> int | None:
    """The line of the value at `keys`, or of the nearest table around it."""
    return next((lines[keys[:end]] for end in range(len(keys), 0, -1) if keys[:end] in lines), None)
