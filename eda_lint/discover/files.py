"""What a file is, by paths alone: Python or configuration, and whether it is part of what runs in production."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from typing import Literal

Format = Literal["yaml", "toml", "json", "ini", "env", "hcl", "dockerfile"]


class Role(enum.Enum):
    """What a Python file is for. Findings in tests, examples and migrations are off by default."""

    SOURCE = "source"
    TEST = "test"
    EXAMPLE = "example"
    MIGRATION = "migration"
    GENERATED = "generated"


_TEST_DIRECTORY = re.compile(
    r"tests?|testing_?data|test_?data|testsuite|__tests__|e2e|(?:unit|integration|functional|acceptance|system|e2e|api|smoke)[_-]?tests?"
)
"""pytest's and unittest's usual names. A package named `testing` is often a product's own, and `ab_test` a feature."""
_TEST_FILE = re.compile(r"test_.*|.*_tests?|tests?|conftest")
_EXAMPLE_DIRECTORY = re.compile(r"examples?|docs?_src|samples|tutorials?|snippets")
_DOCUMENTATION = re.compile(r"(?:^|(?<=/))docs?(?=/)")
_SPHINX = ("conf.py", "source/conf.py")
"""Where `sphinx-quickstart` puts its configuration, in a directory of documentation."""
_MIGRATION_DIRECTORIES = frozenset({"migrations", "migration", "alembic", "south_migrations"})
_DJANGO_MIGRATION = re.compile(r"\d{4}_\w+|__init__")
_GENERATED_FILE = re.compile(r".*_pb2|.*_pb2_grpc|.*_grpc|.*_generated|_version|.*\.gen")
_GENERATED_DIRECTORY = re.compile(r"gen-py(?:\..*)?|__generated__|generated")

_FORMATS: dict[str, Format] = {
    "yaml": "yaml", "yml": "yaml", "toml": "toml", "json": "json", "ini": "ini", "cfg": "ini", "env": "env",
    "tf": "hcl", "tfvars": "hcl", "hcl": "hcl",
}  # fmt: skip
_NAMED: dict[str, Format] = {
    "Pipfile": "toml", "Pipfile.lock": "json", "poetry.lock": "toml", "pdm.lock": "toml", "uv.lock": "toml",
}  # fmt: skip
INSTALLED = re.compile(r"pyproject\.toml|setup\.py|setup\.cfg|requirements.*\.txt|Pipfile")
"""Names of the files that stand in the root of a project, because it is installed by them."""
_DOCKERFILE = re.compile(r"(?:Dockerfile|Containerfile)(?:[._-][\w.-]+)?|.+\.[Dd]ockerfile")
_ENV_FILE = re.compile(r"\.env(?:[._-].*)?")


def is_python(path: str) -> bool:
    """Whether a file is Python source. (Scripts without a suffix are not: telling them takes a look inside.)"""
    return path.endswith(".py")


def document_format(path: str) -> Format | None:
    """The format of a configuration or lock file, or None if it is of no known one."""
    name = path.rpartition("/")[2]
    if name in _NAMED:
        return _NAMED[name]
    if _ENV_FILE.fullmatch(name):
        return "env"
    if _DOCKERFILE.fullmatch(name):
        return "dockerfile"
    stem, dot, suffix = name.rpartition(".")
    return _FORMATS.get(suffix.lower()) if dot and stem else None


class Roles:
    """Roles of the Python files in one tree. What a directory called `docs` is can only be told from what else there
    is: documentation, or the part of a product that deals with documents."""

    def __init__(self, paths: Iterable[str]) -> None:
        """`paths` are the tree's files."""
        self._documentation = _documentation(frozenset(paths))
        self._known: dict[str, Role] = {}

    def of(self, path: str) -> Role:
        """The role of a Python file. A test among examples is a test: the first that fits, in the order of `Role`'s
        members after `SOURCE`."""
        if path not in self._known:
            self._known[path] = self._tell(path)
        return self._known[path]

    def is_aside(self, path: str) -> bool:
        """Whether a file is test, example or migration code."""
        return self.of(path) in (Role.TEST, Role.EXAMPLE, Role.MIGRATION)

    def _tell(self, path: str) -> Role:
        *directories, name = path.split("/")
        stem = name.removesuffix(".py")
        if any(_TEST_DIRECTORY.fullmatch(part) for part in directories) or _TEST_FILE.fullmatch(stem):
            return Role.TEST
        if any(_EXAMPLE_DIRECTORY.fullmatch(part) for part in directories) or self._is_documentation(path):
            return Role.EXAMPLE
        if _is_migration(directories, stem):
            return Role.MIGRATION
        if _GENERATED_FILE.fullmatch(stem) or any(_GENERATED_DIRECTORY.fullmatch(part) for part in directories):
            return Role.GENERATED
        return Role.SOURCE

    def _is_documentation(self, path: str) -> bool:
        return any(path[: match.end()] in self._documentation for match in _DOCUMENTATION.finditer(path))


def _documentation(files: frozenset[str]) -> frozenset[str]:
    """Directories of documentation: called so, at the top, in a project's root or made for Sphinx, and in no package.
    (An `__init__.py` in the tree's own root says nothing of a directory beside it.)"""
    called = {path[: match.end()] for path in files for match in _DOCUMENTATION.finditer(path)}
    if not called:
        return frozenset()
    projects = {path.rpartition("/")[0] for path in files if INSTALLED.fullmatch(path.rpartition("/")[2])}
    return frozenset(
        directory
        for directory in called
        if not _in_package(directory, files)
        and (
            "/" not in directory
            or directory.rpartition("/")[0] in projects
            or any(f"{directory}/{name}" in files for name in _SPHINX)
        )
    )


def _in_package(directory: str, files: frozenset[str]) -> bool:
    """Whether a directory, or one above it that is not the tree's root, holds an `__init__.py`."""
    while directory:
        if f"{directory}/__init__.py" in files:
            return True
        directory = directory.rpartition("/")[0]
    return False


def _is_migration(directories: list[str], stem: str) -> bool:
    """Django numbers its migrations; Alembic keeps them in `versions`, with `env.py` above. Other code in a
    directory of that name (a service that migrates things) is source."""
    match directories:
        case [*_, "versions"]:
            return any(part in _MIGRATION_DIRECTORIES for part in directories)
        case [*_, parent] if parent in _MIGRATION_DIRECTORIES:
            return stem == "env" or _DJANGO_MIGRATION.fullmatch(stem) is not None
        case _:
            return False
