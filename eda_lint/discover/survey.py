"""The lie of the land: which services there are, what is a library among them, and what imports mean."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from eda_lint.config import ServiceTable
from eda_lint.discover.importers import find_importers
from eda_lint.discover.modules import SourceRoots
from eda_lint.discover.screen import Screen
from eda_lint.discover.services import Services, find_services


class Survey(NamedTuple):
    """What was found."""

    services: Services
    roots: SourceRoots
    deciding: tuple[str, ...]
    """Python files that matter to this answer: of each library one that another service imports it in. All others
    could say what they like, and it would be a library all the same."""


def survey(
    paths: Sequence[str],
    screen: Screen,
    declared: Sequence[ServiceTable] = (),
    *,
    foreign: Collection[str] = (),
    root_name: str = "",
) -> Survey:
    """Services and source roots of a tree's files (`paths`), whose Python files `screen` has read.

    `declared` are the services of the configuration, `foreign` the top-level names of libraries that the catalog
    knows, `root_name` the name of the root's directory. What other services import is a library. Raises ConfigError
    for a malformed pattern in `declared`.
    """
    services = find_services(paths, declared, root_name=root_name)
    roots = SourceRoots(paths, services=[each.path for each in services.all], foreign=foreign, root_name=root_name)
    importers = find_importers(screen.imports(), roots, services)
    judged = services.with_importers(importers)
    told = zip(services.all, judged.all, strict=True)
    libraries = [after.name for before, after in told if after.kind == "library" and after != before]
    deciding = sorted({min(importers[name].values()) for name in libraries if name in importers})
    return Survey(judged, roots, tuple(deciding))
