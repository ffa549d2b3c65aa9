"""The source of packages that the configuration declares: in an environment, read as files and never imported.

A declared name is that of an import package (`acme_events`, `acme.events`) or of a distribution (`acme-events`).
Its files join the code base under paths of their own (`<site-packages>/acme_events/bus.py`), wherever it is on disk.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from eda_lint.discover.environments import Environment, default_environment, find_environment
from eda_lint.discover.files import is_python
from eda_lint.discover.installed_paths import DIRECTORY

if TYPE_CHECKING:
    from importlib import metadata

_INITIAL = "__init__.py"


@dataclass(frozen=True, slots=True)
class Installed:
    """What was found of the declared packages."""

    files: Mapping[str, Path] = field(default_factory=dict)
    """Path in the code base → file on disk."""
    names: tuple[str, ...] = ()
    """Dotted names of the import packages that were found."""
    unread: tuple[tuple[str, str], ...] = ()
    """(declared package, why it is not read), by package."""


def find_installed(declared: Iterable[str], python: Path | None, root: Path, shown: str = "") -> Installed:
    """The source files of declared packages in the environment `python` (a directory or an interpreter; None: the
    `.venv` or `venv` beside the code). `shown` is how messages name it. Raises nothing.
    """
    wanted = sorted(set(declared))
    where = python if python is not None else default_environment(root)
    if where is None:
        return Installed(unread=tuple((name, "no environment: name one with `python`") for name in wanted))
    environment = find_environment(where)
    shown = shown or where.name
    if environment is None:
        return Installed(unread=tuple((name, f"no environment at {shown}") for name in wanted))
    files: dict[str, Path] = {}
    names: list[str] = []
    unread: list[tuple[str, str]] = []
    for name in wanted:
        found = _of_package(environment, name) or _of_distribution(environment, name)
        names += found
        for each in found.values():
            files |= each
        if not found:
            unread.append((name, f"no Python source of it in {shown}"))
    return Installed(dict(sorted(files.items())), tuple(sorted(set(names))), tuple(unread))


def _of_package(environment: Environment, name: str) -> dict[str, dict[str, Path]]:
    """{import name: its files}; empty if the environment has no such package."""
    parts = name.split(".")
    if not all(part.isidentifier() for part in parts):
        return {}
    files = _mapped(environment, parts) or _searched(environment.directories, parts)
    return {name: files} if files else {}


def _of_distribution(environment: Environment, name: str) -> dict[str, dict[str, Path]]:
    """The same for the import packages of a distribution of this name, and for a package that only the project of
    an editable install has (PEP 610)."""
    from importlib import metadata  # takes 30 ms to load, and is seldom needed

    found: dict[str, dict[str, Path]] = {}
    for each in metadata.distributions(path=[str(directory) for directory in environment.directories]):
        distribution = str(each.name or "")  # None where its metadata is broken
        project = _editable_project(each)
        beside = [project, project / "src"] if project is not None else []
        if _normalised(distribution) == _normalised(name):
            for package in _top_level(each) or [name.replace("-", "_").replace(".", "_")]:
                found |= _of_package(environment, package)
                files = _searched(beside, [package]) if package not in found else {}
                found |= {package: files} if files else {}
        elif beside and not found and all(part.isidentifier() for part in name.split(".")):
            files = _searched(beside, name.split("."))
            found |= {name: files} if files else {}
    return found


def _normalised(name: str) -> str:
    """https://packaging.python.org/en/latest/specifications/name-normalization/"""
    return re.sub(r"[-_.]+", "-", name).lower()


def _top_level(distribution: metadata.Distribution) -> list[str]:
    """The import packages and modules of a distribution, as its metadata tells them."""
    told = (distribution.read_text("top_level.txt") or "").split()
    if not told:
        names = {PurePosixPath(str(file)).parts[0] for file in distribution.files or () if is_python(str(file))}
        told = sorted(name.removesuffix(".py") for name in names)
    return [name for name in told if name.isidentifier() and not name.startswith("__editable__")]


def _editable_project(distribution: metadata.Distribution) -> Path | None:
    """The directory of the project that is installed as editable (`direct_url.json`)."""
    try:
        told = json.loads(distribution.read_text("direct_url.json") or "{}")
        url = urlsplit(told["url"]) if told["dir_info"]["editable"] else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return Path(url2pathname(url.path)) if url is not None and url.scheme == "file" else None


def _mapped(environment: Environment, parts: list[str]) -> dict[str, Path]:
    """The files of a package that an editable install maps, itself or a package above it."""
    for depth in range(len(parts), 0, -1):
        place = environment.mapped.get(".".join(parts[:depth]))
        if place is None:
            continue
        above = (DIRECTORY, *parts[:depth])
        if depth < len(parts):
            return _searched([place], parts[depth:], above)
        module = place if place.suffix == ".py" else place.with_name(f"{place.name}.py")
        if not (place / _INITIAL).is_file() and module.is_file():
            return {f"{'/'.join(above)}.py": module}
        return dict(_files_below(place, "/".join(above)))
    return {}


def _searched(directories: Iterable[Path], parts: list[str], above: tuple[str, ...] = (DIRECTORY,)) -> dict[str, Path]:
    """The files of the first package or module of a name; of namespace packages before it all portions. `above` is
    where the directories lie in the code base."""
    portions: dict[str, Path] = {}
    inside = "/".join((*above, *parts))
    for directory in directories:
        place = directory.joinpath(*parts)
        module = place.with_name(f"{place.name}.py")
        if (place / _INITIAL).is_file():
            return {**_above(directory, parts, above), **dict(_files_below(place, inside))}
        if module.is_file():
            return {**_above(directory, parts, above), f"{inside}.py": module}
        if place.is_dir():
            portions = {**dict(_files_below(place, inside)), **portions}
    return portions


def _above(directory: Path, parts: list[str], above: tuple[str, ...]) -> dict[str, Path]:
    """The `__init__.py` of the packages that a package lies in."""
    found = {}
    for depth in range(len(parts)):
        initial = directory.joinpath(*parts[:depth], _INITIAL)
        if (depth or len(above) > 1) and initial.is_file():
            found["/".join((*above, *parts[:depth], _INITIAL))] = initial
    return found


def _files_below(directory: Path, inside: str) -> Iterator[tuple[str, Path]]:
    """The Python files of a package. Links to directories are not followed, so that no loop is entered."""
    for at, directories, names in os.walk(directory):
        directories[:] = sorted(d for d in directories if d.isidentifier() and d != "__pycache__")
        inner = Path(at).relative_to(directory).as_posix()
        prefix = inside if inner == "." else f"{inside}/{inner}"
        for name in sorted(names):
            path = Path(at, name)
            if is_python(name) and path.is_file():
                yield f"{prefix}/{name}", path
