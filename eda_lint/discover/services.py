"""Services: directories with the marks of something that is deployed or installed by itself."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Literal

from eda_lint.config import PathPatterns, ServiceTable
from eda_lint.discover.files import is_aside, is_python
from eda_lint.model.topology import Service

_DEPLOYED = re.compile(
    r"Dockerfile.*|.*\.[Dd]ockerfile|Containerfile|manage\.py|Procfile|serverless\.ya?ml|template\.ya?ml"
)
_INSTALLED = re.compile(r"pyproject\.toml|setup\.py|setup\.cfg|requirements.*\.txt|Pipfile")

_COMMON_NAMES = frozenset({"src", "app", "code", "source", "python"})
"""Directories whose name says nothing of the service in them: the directory above is named as well."""


class Services:
    """The services of a root, and who owns which file."""

    def __init__(self, services: Iterable[Service], owners: Mapping[str, Service], declared: Collection[str]) -> None:
        self.all: tuple[Service, ...] = tuple(sorted(services, key=lambda service: (service.name, service.path)))
        """By name."""
        self._by_directory = {service.path: service for service in self.all}
        self._owners = dict(owners)
        self._declared = frozenset(declared)
        self._root = self._by_directory.get(".") or Service(".", ".")

    def owner(self, path: str) -> Service:
        """The service that a file belongs to: declared, else the nearest above it, else the root itself."""
        if path in self._owners:
            return self._owners[path]
        for directory in ancestors(path):
            service = self._by_directory.get(directory)
            if service is not None and service.name not in self._declared:
                return service
        return self._root

    def with_importers(self, imported_by: Mapping[str, Collection[str]]) -> Services:
        """With libraries inferred: `imported_by` says of a service's name which other services import it.

        What others import is a library, unless it is deployed by itself or the configuration says otherwise.
        """
        kinds = {service.name: _kind(service, imported_by, self._declared) for service in self.all}
        changed = {s.name: dataclasses.replace(s, kind=kinds[s.name]) for s in self.all}
        owners = {path: changed[service.name] for path, service in self._owners.items()}
        return Services(changed.values(), owners, self._declared)


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
    of all code that no other service owns.
    """
    python = [path for path in paths if is_python(path)]
    services, owners = _declared_services(python, declared)
    left = [path for path in python if path not in owners]
    marks = _marks(paths)
    directories = {_nearest(path, marks) for path in left if not is_aside(path)}
    names = _unique_names(directories, root_name, taken={service.name for service in services})
    services += [Service(names[directory], directory, marks=tuple(marks.get(directory, ()))) for directory in names]
    found = Services(services, owners, {table.name for table in declared})
    return found if imported_by is None else found.with_importers(imported_by)


def ancestors(path: str) -> Iterable[str]:
    """Directories above a file, nearest first, down to the root (`.`)."""
    while path:
        path = path.rpartition("/")[0]
        yield path or "."


def _declared_services(
    python: Iterable[str], declared: Sequence[ServiceTable]
) -> tuple[list[Service], dict[str, Service]]:
    """The declared services and the files they own; of two that claim a file the later one has it.

    A table whose paths hold no Python is a service all the same: it may be written in another language.
    """
    services, owners = [], {}
    for table in declared:
        places = [PurePosixPath(path.lstrip("/")).as_posix() for path in table.paths]
        patterns = PathPatterns(table.paths)
        files = [path for path in python if _under(path, places) or patterns.match(path)]
        directory = next((place for place in places if _under_any(files, place)), None) or _common_directory(files)
        service = Service(table.name, directory or places[0], table.kind or "service", ("configuration",))
        services.append(service)
        owners.update(dict.fromkeys(files, service))
    return services, owners


def _under(path: str, places: Iterable[str]) -> bool:
    return any(place == "." or path == place or path.startswith(f"{place}/") for place in places)


def _under_any(files: Iterable[str], place: str) -> bool:
    return any(_under(path, (place,)) for path in files)


def _common_directory(files: Sequence[str]) -> str:
    """The directory of files that a glob found."""
    if not files:
        return ""
    shared = [parts for parts in zip(*(path.split("/")[:-1] for path in files), strict=False)]
    depth = next((n for n, parts in enumerate(shared) if len(set(parts)) > 1), len(shared))
    return "/".join(files[0].split("/")[:depth]) or "."


def _marks(paths: Iterable[str]) -> dict[str, list[str]]:
    """Directory → names of its marks, sorted."""
    marks: dict[str, list[str]] = {}
    for path in sorted(paths):
        directory, _, name = path.rpartition("/")
        if _DEPLOYED.fullmatch(name) or _INSTALLED.fullmatch(name):
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


def _kind(
    service: Service, imported_by: Mapping[str, Collection[str]], declared: Collection[str]
) -> Literal["service", "library"]:
    if service.name in declared or any(_DEPLOYED.fullmatch(mark) for mark in service.marks):
        return service.kind
    return "library" if set(imported_by.get(service.name, ())) - {service.name} else service.kind
