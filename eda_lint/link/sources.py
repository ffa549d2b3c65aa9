"""How link reads the code base: by question only, so that what it was never asked for cannot matter."""

from __future__ import annotations

from typing import Protocol

from eda_lint.model.facts import Document, Extracted
from eda_lint.model.topology import Service


class Sources(Protocol):
    """The code base behind questions. Answers are pure functions of the tree; every answer is recorded as
    wanted (DESIGN § 3). Paths are relative to the root with forward slashes; lists are sorted."""

    def seeds(self) -> tuple[str, ...]:
        """Files that import a messaging client, a declared package or (two services or more) an HTTP client."""

    def module(self, name: str, importer: str) -> str | None:
        """Path of the module `name` (dotted, absolute) as the file `importer` would import it; None if the
        code base has none. A package is its `__init__.py`, or a directory path for a namespace package."""

    def relative(self, name: str, level: int, importer: str) -> str | None:
        """The same for `from ..name import`, seen from `importer`."""

    def mentions(self, *words: str) -> tuple[str, ...]:
        """Python files whose text holds every one of these words, each as a whole identifier."""

    def facts(self, path: str) -> Extracted:
        """Facts of a file (extracted now, or from the cache)."""

    def looking_up_by_class(self) -> tuple[str, ...]:
        """Python files that look something up by the class of a value (`handlers[type(message)]`)."""

    def exists(self, path: str) -> bool:
        """Whether there is a Python file at a path."""

    def document(self, path: str) -> Document | None:
        """A configuration file as data; None if there is none at that path or it is of no known format."""

    def documents(self, *names: str) -> tuple[str, ...]:
        """Paths of configuration files whose file name matches one of these patterns (`template.y*ml`)."""

    def documents_with(self, words: tuple[str, ...], *names: str) -> tuple[str, ...]:
        """Those of them whose text holds at least one of these words."""

    def python_files(self, name: str) -> tuple[str, ...]:
        """Paths of Python files that are or end with this path, tests left out. (What is in them is not asked.)"""

    def module_name(self, path: str) -> str:
        """Dotted name of a file's module, from its source root."""

    def service(self, path: str) -> Service:
        """The service that owns a file."""

    def services(self) -> tuple[Service, ...]:
        """All services, by name."""

    def role(self, path: str) -> str:
        """`source`, `test`, `example`, `migration` or `generated`."""

    def is_test(self, path: str) -> bool:
        """Whether the file is test, example or migration code: findings in it are off by default."""

    def is_installed(self, path: str) -> bool:
        """Whether the file is one of an installed package: what it sends is what its callers send."""

    def schema_files(self) -> tuple[str, ...]:
        """Paths of files that are no Python and may hold a schema of messages, by their suffix."""

    def python_paths(self) -> tuple[str, ...]:
        """Paths of all Python files. (What is in them is not asked.)"""

    def schema_text(self, path: str) -> str | None:
        """The text of a file of schemas, Python or not; None if it cannot be read."""
