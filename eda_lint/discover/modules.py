"""Module names and imports, from paths alone: what `import a.b` in one file means in a tree of many source roots.

Which directories are on `sys.path` is said nowhere: it depends on how a service is started. What can be told is in
which order they are likely. For an absolute import, the file that has the whole dotted name wins, in this order:

1. from the importing file upwards, each directory that is no package itself, and its `src`: scripts side by side,
   `src` layouts, a service's own directory, directories of packages, at last the root. So each of many services
   sees its own `app`. Files and packages with `__init__.py` go before namespace packages (directories without).
2. the packages around the file, for scripts that are started inside a package.
3. anywhere else in the tree: the nearest directory that has it, if there is exactly one nearest. Directories called
   `src`, `lib` or `python` count even with an `__init__.py` in them: such a file is often there for a test runner,
   and what puts the directory on the path (`PYTHONPATH`, a build) does not care.

**Foreign names**: names of the standard library and of libraries that the catalog knows are theirs, except where
step 1 finds a *package* with `__init__.py` of that name in a service's own directory or its `src` (the library's
own repository). `kafka.py` beside a file that says `import kafka` far more often wraps the library than
replaces it. And a single module that imports its own name means a library, known or not.

**Installed packages** that are read as source come last: their directory is looked in for what the tree does not
have, and their own files see nothing but it.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Collection, Iterable

from eda_lint.discover.files import Role, Roles, is_python
from eda_lint.discover.installed_paths import DIRECTORY, is_installed
from eda_lint.discover.services import ancestors

_INITIAL = "__init__.py"
_LIBRARY_DIRECTORIES = frozenset({"python", "src", "lib", "libs", "shared", "common", "layer", "layers"})
"""Directories that are put on a path from outside (a Lambda layer's `python`), so that single modules in them are
found from other services."""
_PLACED_DIRECTORIES = frozenset({"src", "lib", "python"})
"""Those of them that are source roots even where an `__init__.py` makes packages of them."""


class SourceRoots:
    """Names of modules and the meaning of imports in one tree. All indices are built once; a look-up costs the
    depth of the path, times the parts of the name."""

    def __init__(
        self,
        paths: Iterable[str],
        *,
        services: Iterable[str] = (),
        foreign: Collection[str] = (),
        root_name: str = "",
    ) -> None:
        """`paths` are the tree's files, `services` the directories of its services, `foreign` top-level names that
        belong to installed libraries, and `root_name` the name of the root's directory (for a root that is a
        package itself)."""
        known = frozenset(paths)
        self.roles = Roles(known)
        """What each of the files is for."""
        self._files = frozenset(filter(is_python, known))
        self._directories = frozenset(directory for path in self._files for directory in ancestors(path))
        self._services = frozenset(services) | {"."}
        self._foreign = frozenset(name.partition(".")[0] for name in foreign) | sys.stdlib_module_names
        self._root_name = root_name if _INITIAL in self._files else ""
        self._elsewhere = self._top_level_names()
        self._bases: dict[str, tuple[str, ...]] = {}

    def with_installed(self, paths: Iterable[str]) -> SourceRoots:
        """The same with the files of installed packages (their paths in the code base)."""
        extended = copy.copy(self)
        added = frozenset(paths)
        extended._files = self._files | added
        extended._directories = self._directories | {d for path in added for d in ancestors(path) if d != "."}
        return extended

    # ---------------------------------------------------------------------------------------------- names

    def source_root(self, path: str) -> str:
        """The directory (`.` for the root) from which a file's module is named."""
        directory = path.rpartition("/")[0] or "."
        if is_installed(path):
            return DIRECTORY
        chain = directory
        while chain != "." and self._is_package(chain):
            chain = _parent(chain)
        base = self._base(path)
        if chain == directory or base.rpartition("/")[2] == "src":
            # Outside a package, and below `src`, directories without `__init__.py` are namespace packages.
            between = chain if base == "." else chain[len(base) + 1 :]
            if chain in (base, ".") or all(part.isidentifier() for part in between.split("/")):
                return base
        return chain

    def module_name(self, path: str) -> str:
        """Dotted name of a file's module from its source root (a package's name for its `__init__.py`)."""
        root = self.source_root(path)
        inner = path if root == "." else path[len(root) + 1 :]
        parts = inner.removesuffix(".py").split("/")
        if parts[-1] == "__init__":
            parts.pop()
        if root == "." and self._root_name:
            parts.insert(0, self._root_name)
        return ".".join(parts) or "__init__"

    # -------------------------------------------------------------------------------------------- imports

    def resolve(self, name: str, importer: str) -> str | None:
        """The file of an absolute import, as `importer` means it: a module's file, a package's `__init__.py`, the
        directory of a namespace package; None for what is not in the tree or cannot be told."""
        parts = name.split(".")
        if not all(part and "/" not in part for part in parts):
            return None
        found = None if is_installed(importer) else self._in_tree(parts, importer)
        return found or self._among_installed(parts)

    def _in_tree(self, parts: list[str], importer: str) -> str | None:
        if self._root_name and parts[0] == self._root_name:
            found = self._module(".", parts[1:]) or self._namespace(".", parts[1:])
            if found is not None:
                return found
        bases = self._import_bases(importer)
        foreign = parts[0] in self._foreign
        for base in bases:
            if foreign and not (self._is_start(base) and self._is_package(_join(base, parts[:1]))):
                continue
            found = self._module(base, parts)
            if found is not None:
                return _unless_shadowing(found, parts, importer)
        if foreign:
            return None
        for base in bases:
            if (found := self._namespace(base, parts)) is not None:
                return found
        for package in ancestors(importer):
            if self._is_package(package) and (found := self._module(package, parts)) is not None:
                return _unless_shadowing(found, parts, importer)
        return self._from_elsewhere(parts, importer)

    def resolve_relative(self, name: str, level: int, importer: str) -> str | None:
        """The same for `from ..name import` (`level` dots; an empty name means the package itself); None also
        where the dots lead out of the tree."""
        if level <= 0:
            return self.resolve(name, importer)
        directory = importer.rpartition("/")[0] or "."
        for _ in range(level - 1):
            if directory == ".":
                return None
            directory = _parent(directory)
        parts = name.split(".") if name else []
        if not all(part and "/" not in part for part in parts):
            return None
        return self._module(directory, parts) or self._namespace(directory, parts)

    # ------------------------------------------------------------------------------------------- look-ups

    def _module(self, base: str, parts: list[str]) -> str | None:
        """A package or module at `base`; as in Python, a package goes before a module of the same name."""
        place = _join(base, parts)
        if (package := _join(place, [_INITIAL])) in self._files:
            return package
        return module if parts and (module := f"{place}.py") in self._files else None

    def _among_installed(self, parts: list[str]) -> str | None:
        found = self._module(DIRECTORY, parts)
        if found is None and parts[0] not in self._foreign:
            found = self._namespace(DIRECTORY, parts)
        return found

    def _namespace(self, base: str, parts: list[str]) -> str | None:
        place = _join(base, parts)
        return place if place in self._directories else None

    def _from_elsewhere(self, parts: list[str], importer: str) -> str | None:
        """The nearest directory of the tree in which the name is found, of equally near ones that which is no
        package; nothing where there are still two."""
        here = (importer.rpartition("/")[0] or ".").split("/")
        nearest: list[tuple[int, bool, str]] = []
        for base in self._elsewhere.get(parts[0], ()):
            found = self._module(base, parts) if self._reachable(base, parts, importer) else None
            if found is not None:
                nearest.append((_distance(here, base.split("/")), self._is_package(base), found))
        nearest.sort()
        if not nearest or (len(nearest) > 1 and nearest[0][:2] == nearest[1][:2]):
            return None
        return nearest[0][2]

    def _reachable(self, base: str, parts: list[str], importer: str) -> bool:
        """A single module of another service is its own affair, unless its directory is made for sharing; and no
        product code imports tests or examples."""
        aside = self.roles.of(f"{base}/x.py") in (Role.TEST, Role.EXAMPLE)
        if aside and self.roles.of(importer) is Role.SOURCE:
            return False
        if len(parts) > 1 or self._is_package(_join(base, parts)) or base.rpartition("/")[2] in _LIBRARY_DIRECTORIES:
            return True
        return self._service(f"{base}/x.py") == self._service(importer)

    def _import_bases(self, importer: str) -> tuple[str, ...]:
        """Directories on which an import is tried, nearest first; each with its `src` behind it."""
        directory = importer.rpartition("/")[0] or "."
        if directory not in self._bases:
            found = []
            for each in ancestors(importer):
                if each == "." or not self._is_package(each):
                    found.append(each)
                if (source := _join(each, ["src"])) in self._directories and not self._is_package(source):
                    found.append(source)
            self._bases[directory] = tuple(dict.fromkeys(found))
        return self._bases[directory]

    # -------------------------------------------------------------------------------------------- indices

    def _is_package(self, directory: str) -> bool:
        return _join(directory, [_INITIAL]) in self._files

    def _is_start(self, base: str) -> bool:
        """Whether a directory is one from which programs are started: a service's own, or the `src` in it."""
        return base in self._services or (base.rpartition("/")[2] == "src" and _parent(base) in self._services)

    def _service(self, path: str) -> str:
        return next(directory for directory in ancestors(path) if directory in self._services)

    def _base(self, path: str) -> str:
        """The service's directory of a file, or the `src` in it."""
        service = self._service(path)
        source = _join(service, ["src"])
        inside = path.startswith(f"{source}/") and not self._is_package(source)
        return source if inside else service

    def _top_level_names(self) -> dict[str, tuple[str, ...]]:
        """Name → directories in which it is a module or a package, and which are, or may be, source roots."""
        found: dict[str, set[str]] = {}
        for path in self._files:
            directory, _, file = path.rpartition("/")
            if file == _INITIAL:
                directory, _, file = directory.rpartition("/")
            self._add_top(found, file.removesuffix(".py"), directory or ".")
        for directory in self._directories - {"."}:
            self._add_top(found, directory.rpartition("/")[2], _parent(directory))
        return {name: tuple(sorted(places)) for name, places in found.items()}

    def _add_top(self, found: dict[str, set[str]], name: str, directory: str) -> None:
        if name and (directory == "." or not self._is_package(directory) or self._is_placed(directory)):
            found.setdefault(name, set()).add(directory)

    def _is_placed(self, package: str) -> bool:
        """Whether a package may be a source root all the same. Below other packages only a `src` may: `lib` is a
        usual name for a part of a product."""
        name, above = package.rpartition("/")[2], _parent(package)
        return name in _PLACED_DIRECTORIES and (name == "src" or above == "." or not self._is_package(above))


def _unless_shadowing(found: str, parts: list[str], importer: str) -> str | None:
    """What was found, unless it is a single module that imports its own name: that means a library."""
    return None if found == importer and len(parts) == 1 and not found.endswith(_INITIAL) else found


def _join(base: str, parts: Iterable[str]) -> str:
    inner = "/".join(parts)
    if not inner:
        return base
    return inner if base == "." else f"{base}/{inner}"


def _parent(directory: str) -> str:
    return directory.rpartition("/")[0] or "."


def _distance(one: list[str], other: list[str]) -> int:
    """Steps between two directories through the nearest one above both."""
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    return len(one) + len(other) - 2 * shared
