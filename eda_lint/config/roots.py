"""Which directory is judged: one root, found from the paths that were given."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eda_lint.config.load import PYPROJECT
from eda_lint.errors import UsageError

CONFIG_NAME = "eda-lint.toml"


@dataclass(frozen=True, slots=True)
class Root:
    """The directory under which everything is judged (links resolved), and its configuration file if it has one."""

    path: Path
    config_path: Path | None = None


def find_root(paths: Sequence[Path] = (), root: Path | None = None) -> Root:
    """The root for these paths (default: the current directory); `root` decides it where it is given.

    Else it is the nearest ancestor of all paths with `eda-lint.toml` or `[tool.eda-lint]`, else the git root, else
    the directory that holds them. A file with `name` or `kind` is a service's own and makes no root, so that a
    run from inside a service judges the same code base as a run from above.

    Raises UsageError for a path that does not exist, and for a `root` that is no directory.
    """
    if root is not None:
        if not root.is_dir():
            raise UsageError(f"the root `{root}` is no directory", mend="Give --root a directory")
        real = Path(os.path.realpath(root))
        return Root(real, config_in(real))
    start = _common_directory(paths or [Path()])
    chain = (start, *start.parents)
    for directory in chain:
        if (config := config_in(directory)) is not None:
            return Root(directory, config)
    # A linked work tree and a submodule have a file `.git`, and are roots as well.
    return Root(next((directory for directory in chain if os.path.lexists(directory / ".git")), start))


def config_in(directory: Path) -> Path | None:
    """The root configuration in a directory; `eda-lint.toml` wins over `pyproject.toml`."""
    for name in (CONFIG_NAME, PYPROJECT):
        path = directory / name
        if path.is_file() and _is_root_config(path):
            return path
    return None


def _is_root_config(path: Path) -> bool:
    """A file that cannot be read or parsed counts where it is meant for eda-lint, so that loading it says why."""
    try:
        content = path.read_bytes()
    except OSError:
        return path.name == CONFIG_NAME
    if path.name == PYPROJECT and b"eda-lint" not in content:
        return False
    try:
        table: object = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return True
    if path.name == PYPROJECT:
        for key in ("tool", "eda-lint"):
            table = table.get(key) if isinstance(table, dict) else None
    if table is None:
        return False
    return not (isinstance(table, dict) and {"name", "kind"} & table.keys())


def _common_directory(paths: Sequence[Path]) -> Path:
    places = []
    for path in paths:
        real = Path(os.path.realpath(path))
        if not os.path.lexists(path) or not real.exists():
            raise UsageError(f"`{path}` does not exist", mend="Give files or directories of the code base")
        places.append(real if real.is_dir() else real.parent)
    try:
        return Path(os.path.commonpath(places))
    except ValueError as error:
        raise UsageError("the paths lie on different drives", mend="Give paths of one code base") from error
