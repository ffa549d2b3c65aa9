"""What a file is, by its path alone: Python or configuration, and whether it is part of what runs in production."""

from __future__ import annotations

import enum
import re
from functools import lru_cache
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
_EXAMPLE_DIRECTORY = re.compile(r"examples?|docs?|docs?_src|samples|tutorials?|snippets")
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


@lru_cache(maxsize=65_536)
def role_of(path: str) -> Role:
    """The role of a Python file. A test among examples is a test: the first that fits, in the order of `Role`'s
    members after `SOURCE`."""
    *directories, name = path.split("/")
    stem = name.removesuffix(".py")
    if any(_TEST_DIRECTORY.fullmatch(part) for part in directories) or _TEST_FILE.fullmatch(stem):
        return Role.TEST
    if any(_EXAMPLE_DIRECTORY.fullmatch(part) for part in directories):
        return Role.EXAMPLE
    if _is_migration(directories, stem):
        return Role.MIGRATION
    if _GENERATED_FILE.fullmatch(stem) or any(_GENERATED_DIRECTORY.fullmatch(part) for part in directories):
        return Role.GENERATED
    return Role.SOURCE


def is_aside(path: str) -> bool:
    """Whether a file is test, example or migration code."""
    return role_of(path) in (Role.TEST, Role.EXAMPLE, Role.MIGRATION)


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
