"""Which services import which: what makes a directory with a `pyproject.toml` a library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from eda_lint.discover.files import is_python
from eda_lint.discover.installed_paths import is_installed
from eda_lint.discover.modules import SourceRoots
from eda_lint.discover.services import Services


def find_importers(
    imports: Mapping[str, Iterable[str]], roots: SourceRoots, services: Services
) -> dict[str, dict[str, str]]:
    """Name of a service → name of each other service whose product code imports a module of it → the first file
    that does.

    `imports` are the absolute names that each file imports (`Screen.imports`); tests, examples and migrations do
    not count. With fewer than two services nothing is looked at.
    """
    found: dict[str, dict[str, str]] = {service.name: {} for service in services.all}
    if len(found) < 2:
        return {}
    for path, modules in sorted(imports.items()):
        if roots.roles.is_aside(path) or is_installed(path):
            continue
        importer = services.owner(path).name
        for module in modules:
            target = roots.resolve(module, path)
            if target is None or is_installed(target):
                continue
            owner = services.owner(target if is_python(target) else f"{target}/").name
            if owner != importer:
                found.setdefault(owner, {}).setdefault(importer, path)
    return {name: importers for name, importers in sorted(found.items()) if importers}
