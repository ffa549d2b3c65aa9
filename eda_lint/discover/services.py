"""Services: directories with the marks of something that is deployed or installed by itself."""

from __future__ import annotations

import dataclasses
import posixpath
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Literal

from eda_lint.config import PathPatterns, ServiceTable
from eda_lint.discover.files import INSTALLED, Roles, is_python
from eda_lint.model.topology import Service

_DEPLOYED = re.compile(
    r"Dockerfile.*|.*\.[Dd]ockerfile|Containerfile|manage\.py|Procfile|serverless\.ya?ml|template\.ya?ml"
)

_COMMON_NAMES = frozenset({"src", "app", "code", "source", "python"})
"""Directories whose name says nothing of the service in them: the directory above is named as well."""


class Services:
    """The services of a root, and who owns which file."""

    def __init__(
        self,
        services: Iterable[Service],
        *,
        files: Mapping[str, str],
        declared: Mapping[str, str],
        fixed: Collection[str],
        root_name: str,
    ) -> None:
        """`files` says of files, and `declared` of directories, to which service the configuration gives them;
        the kind of the services in `fixed` is not inferred. Use `find_services`."""
        self.all: tuple[Service, ...] = tuple(sorted(services, key=lambda service: (service.name, service.path)))
        """By name."""
        self._by_name = {service.name: service for service in self.all}
        given = {*files.values(), *declared.values()}
        self._marked = {service.path: service for service in self.all if service.name not in given}
        self._files = files
        self._declared = declared
        self._fixed = fixed
        self._root_name = root_name

    def owner(self, path: str) -> Service:
        """The service that a file belongs to: declared, else the nearest above it, else the root itself."""
        if path in self._files:
            return self._by_name[self._files[path]]
        above = list(ancestors(path))
        for directory in above:
            if directory in self._declared:
                return self._by_name[self._declared[directory]]
        for directory in above:
            if directory in self._marked:
                return self._marked[directory]
        return Service(self._root_name or ".", ".")

    def with_importers(self, imported_by: Mapping[str, Collection[str]]) -> Services:
        """With libraries inferred: `imported_by` says of a service's name which other services import it.

        What others import is a library, unless it is deployed by itself or the configuration says otherwise.
        """
        return Services(
            [dataclasses.replace(service, kind=self._kind(service, imported_by)) for service in self.all],
            files=self._files,
            declared=self._declared,
            fixed=self._fixed,
            root_name=self._root_name,
        )

    def _kind(self, service: Service, imported_by: Mapping[str, Collection[str]]) -> Literal["service", "library"]:
        if service.name in self._fixed or any(_DEPLOYED.fullmatch(mark) for mark in service.marks):
            return service.kind
        return "library" if set(imported_by.get(service.name, ())) - {service.name} else service.kind


def find_services(
    paths: Sequence[str],
    declared: Sequence[ServiceTable] = (),
    *,
    root_name: str = "",
    imported_by: Mapping[str, Collection[str]] | None = None,
) -> Services:
    """The services among a tree's files. `root_name` is the name of the root's directory; `declared` is what the
    configuration says, and wins; for `imported_by` see `Services.with_importers`.

    A mark counts where Python code that is no test or example stands beside or below it. The root is the service
    of all code that no other service owns. Raises ConfigError for a malformed pattern in `declared`.
    """
    python = [path for path in paths if is_python(path)]
    marks, roles = _marks(paths), Roles(paths)
    services: list[Service] = []
    files: dict[str, str] = {}
    places: dict[str, str] = {}
    for table in declared:
        owned, literal = _claimed(python, table)
        directory = literal or _common_directory(owned)
        services.append(Service(table.name, directory, table.kind or "service", ("configuration",)))
        files |= dict.fromkeys(owned, table.name)
        places |= dict.fromkeys(_literal(table), table.name)
    left = [path for path in python if path not in files]
    directories = {_nearest(path, marks) for path in left if not roles.is_aside(path)}
    names = _unique_names(directories, root_name, taken={table.name for table in declared})
    services += [Service(names[directory], directory, marks=tuple(marks.get(directory, ()))) for directory in names]
    found = Services(
        services,
        files=files,
        declared=places,
        fixed={table.name for table in declared if table.kind is not None},
        root_name=root_name,
    )
    return found if imported_by is None else found.with_importers(imported_by)


def ancestors(path: str) -> Iterable[str]:
    """Directories above a file, nearest first, down to the root (`.`)."""
    while path:
        path = path.rpartition("/")[0]
        yield path or "."


def _literal(table: ServiceTable) -> list[str]:
    """The paths of a declared service, as directories; those that are globs name none."""
    return [PurePosixPath(path.removeprefix("/")).as_posix() for path in table.paths]


def _claimed(python: Iterable[str], table: ServiceTable) -> tuple[list[str], str]:
    """The Python files of a declared service, and the first of its directories that holds one of them."""
    places = _literal(table)
    patterns = PathPatterns(table.paths)
    files: list[str] = []
    holding: set[str] = set()
    for path in python:
        above = set(ancestors(path))
        inside = [place for place in places if place in above]
        holding.update(inside)
        if inside or patterns.match(path):
            files.append(path)
    return files, next((place for place in places if place in holding), "")


def _common_directory(files: Sequence[str]) -> str:
    """The directory around files that a glob found; a service without Python (in another language) has none."""
    directories = [path.rpartition("/")[0] for path in files]
    if not directories:
        return "."
    return posixpath.commonpath(directories) or "."


def _marks(paths: Iterable[str]) -> dict[str, list[str]]:
    """Directory → names of its marks, sorted."""
    marks: dict[str, list[str]] = {}
    files = frozenset(paths)
    for path in sorted(files):
        directory, _, name = path.rpartition("/")
        if is_python(name) and f"{directory}/__init__.py" in files:
            continue  # a module of a package, that only bears the name of an installer's script
        if _DEPLOYED.fullmatch(name) or INSTALLED.fullmatch(name):
            marks.setdefault(directory or ".", []).append(name)
    return marks


def _nearest(path: str, marks: Collection[str]) -> str:
    return next((directory for directory in ancestors(path) if directory in marks), ".")


def _unique_names(directories: Collection[str], root_name: str, taken: Collection[str]) -> dict[str, str]:
    """Directory → name: the directory's own, with as many directories above as make it unlike all others."""
    names = {d: (root_name or ".") if d == "." else "" for d in sorted(directories)}
    depths = {d: 2 if d.rpartition("/")[2] in _COMMON_NAMES else 1 for d in names if d != "."}
    while True:
        for directory, depth in depths.items():
            names[directory] = "/".join(directory.split("/")[-depth:])
        counts = Counter([*names.values(), *taken])
        growing = [d for d, depth in depths.items() if counts[names[d]] > 1 and depth < d.count("/") + 1]
        if not growing:
            break
        for directory in growing:
            depths[directory] += 1
    # What is still alike has no directory left to be named by.
    for directory in names:
        if counts[names[directory]] > 1:
            names[directory] = "." if directory == "." else f"./{directory}"
    return names
