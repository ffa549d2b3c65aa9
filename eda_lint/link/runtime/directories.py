"""Which service a directory holds, as deployment files name directories; and who claims a name."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from eda_lint.model.facts import Json
from eda_lint.model.topology import Service

OUTSIDE = ""
"""What is deployed from elsewhere, or is no service of the root; it claims names too."""


class Directories:
    """The services of a root by directory."""

    def __init__(self, services: Iterable[Service]) -> None:
        self._all = tuple(services)
        self._by_path = {service.path: service.name for service in self._all}
        found: dict[str, list[str]] = {}
        for service in self._all:
            if service.kind == "service" and service.path != ".":
                found.setdefault(service.path.rpartition("/")[2], []).append(service.name)
        self.by_name: Mapping[str, str] = {base: names[0] for base, names in found.items() if len(names) == 1}
        """Last name of a service's directory → service, where only one has it."""

    def holding(self, directory: str) -> str | None:
        """The service in a directory that a deployment file names: `OUTSIDE` if there is certainly none, None if
        that cannot be told (a directory above several services)."""
        path = posixpath.normpath(directory) if directory else "."
        if path.startswith(("../", "/")) or path == "..":
            return OUTSIDE
        current = path
        while current and current != ".":
            if current in self._by_path:
                return self._by_path[current]
            current = current.rpartition("/")[0]
        if path == ".":
            return self._at_root()
        above = any(service.path.startswith(f"{path}/") for service in self._all)
        return None if above else OUTSIDE

    def _at_root(self) -> str | None:
        root = next((service for service in self._all if service.path == "."), None)
        if root is None:
            return None
        deployed = any("Dockerfile" in mark or "Containerfile" in mark for mark in root.marks)
        return root.name if deployed or len(self._all) == 1 else None


@dataclass(slots=True)
class Claims:
    """Who says what: a name or variable and all values that anybody gives it. Only what all agree on holds."""

    _given: dict[str, set[str | None]] = field(default_factory=dict)

    def add(self, name: str, value: str | None) -> None:
        """Somebody gives a name this value; None for one that cannot be told."""
        self._given.setdefault(name, set()).add(value)

    def __contains__(self, name: str) -> bool:
        return name in self._given

    def agreed(self) -> dict[str, str]:
        """The names whose value is known and the same everywhere, sorted."""
        found: dict[str, str] = {}
        for name, values in sorted(self._given.items()):
            one = next(iter(values)) if len(values) == 1 else None
            if one is not None:
                found[name] = one
        return found


def mapping(value: Json) -> dict[str, Json]:
    """A mapping as it is, anything else as an empty one: deployment files say whatever their writers like."""
    return value if isinstance(value, dict) else {}


def sequence(value: Json) -> list[Json]:
    """A list as it is, anything else as an empty one."""
    return value if isinstance(value, list) else []


def scalar(value: Json) -> str | None:
    """A scalar as the text that a process gets to see; None for null and for containers."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None
