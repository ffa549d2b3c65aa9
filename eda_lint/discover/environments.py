"""Where an environment keeps its packages, told from its files alone: nothing in it is imported or run.

An environment is a virtual one (PEP 405, `pyvenv.cfg`), the prefix of an interpreter, or a directory that holds
packages itself (`pip install --target`). What Python's `site` module adds to the search path is added here too:
directories in `.pth` files, and what editable installs of setuptools keep in a finder module, of which only the
literal table is read.

https://docs.python.org/3/library/site.html, https://peps.python.org/pep-0405/, https://peps.python.org/pep-0610/,
https://setuptools.pypa.io/en/latest/userguide/development_mode.html
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_LIBRARIES = ("lib", "lib64", "Lib", "local/lib")
"""Where a prefix keeps its Pythons; `Lib` is Windows's, `local/lib` Debian's for what pip installs."""
_PACKAGES = ("site-packages", "dist-packages")
_VERSION = re.compile(r"(?:python|pypy)(\d+)(?:\.(\d+))?")
_FINDER = re.compile(r"\s*import\s+(__editable___\w+_finder)\b")
_LARGEST = 1_000_000
"""Bytes of the largest `.pth`, `pyvenv.cfg` or finder that is looked into; real ones have a few hundred."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Where imports are looked for."""

    directories: tuple[Path, ...] = ()
    """In the order of the search."""
    mapped: Mapping[str, Path] = field(default_factory=dict)
    """Dotted name → its directory, or its file with or without `.py`: what editable installs put in place."""


def find_environment(where: Path) -> Environment | None:
    """The environment of a directory or an interpreter; None where there is none.

    Raises nothing: what cannot be read is not there.
    """
    site = _site_directories(where)
    if not site:
        return None
    directories: dict[Path, None] = {}
    mapped: dict[str, Path] = {}
    for directory in site:
        directories[directory] = None
        for added, names in _path_files(directory):
            directories.update(dict.fromkeys(added))
            mapped = {**names, **mapped}
    return Environment(tuple(directories), mapped)


def default_environment(root: Path) -> Path | None:
    """The virtual environment beside the code, where tools put it: `.venv`, `venv`."""
    return next((root / name for name in (".venv", "venv") if (root / name / "pyvenv.cfg").is_file()), None)


def _site_directories(where: Path) -> list[Path]:
    """The directories of a virtual environment, a prefix or an interpreter that packages are installed in."""
    prefix, version = where, ""
    if where.is_file():
        version = _version(where.name) or _version(where.resolve().name)
        # `bin/python`; on Windows also `python.exe` in the prefix itself.
        prefix = where.parent.parent if where.parent.name in ("bin", "Scripts") else where.parent
        if where.is_symlink() and not (prefix / "pyvenv.cfg").is_file() and not _of_prefix(prefix, version):
            prefix = where.resolve().parent.parent
    settings = _settings(prefix / "pyvenv.cfg")
    version = version or _version("python" + settings.get("version", settings.get("version_info", "")))
    found = _of_prefix(prefix, version)
    if not found and prefix.is_dir() and _holds_packages(prefix):
        found = [prefix]
    if found and settings.get("include-system-site-packages", "").lower() == "true" and settings.get("home"):
        found += [d for d in _of_prefix(Path(settings["home"]).parent, version) if d not in found]
    return found


def _of_prefix(prefix: Path, version: str) -> list[Path]:
    """`lib/python3.12/site-packages` and its likes; with several Pythons the one of this version, else the newest."""
    versions: dict[str, list[Path]] = {}
    for library in _LIBRARIES:
        for python in _listing(prefix / library):
            told = _version(python.name) if python.is_dir() else ""
            if told:
                versions.setdefault(told, []).extend(python / name for name in _PACKAGES if (python / name).is_dir())
        direct = prefix / library / "site-packages"
        if direct.is_dir():
            versions.setdefault("", []).append(direct)
    known = sorted((v for v in versions if "." in v and versions[v]), key=_as_numbers)
    wanted = version if "." in version else known[-1] if known else ""
    # Debian keeps packages for every Python 3 in `python3`.
    chosen = [wanted, wanted.partition(".")[0], ""] if wanted else [*sorted(versions)]
    found = [directory for each in dict.fromkeys(chosen) for directory in versions.get(each, ())]
    return _distinct(found)


def _distinct(directories: Iterable[Path]) -> list[Path]:
    """Each directory once, also where `lib64` is a link to `lib`."""
    found: dict[str, Path] = {}
    for directory in directories:
        found.setdefault(os.path.realpath(directory), directory)
    return list(found.values())


def _version(name: str) -> str:
    told = _VERSION.match(name)
    if told is None:
        return ""
    return f"{told[1]}.{told[2]}" if told[2] else told[1]


def _as_numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _settings(path: Path) -> dict[str, str]:
    """The lines `key = value` of a `pyvenv.cfg`."""
    pairs = (line.partition("=") for line in text_of(path).splitlines() if "=" in line)
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def _holds_packages(directory: Path) -> bool:
    return any(each.name.endswith((".dist-info", ".egg-info")) for each in _listing(directory))


def _path_files(directory: Path) -> Iterator[tuple[list[Path], dict[str, Path]]]:
    """What each `.pth` file of a directory adds: directories, and names that a finder maps."""
    for path in _listing(directory):
        if path.suffix != ".pth" or path.name.startswith("."):
            continue
        added: list[Path] = []
        mapped: dict[str, Path] = {}
        for line in text_of(path).splitlines():
            finder = _FINDER.match(line)
            if finder is not None:
                mapped |= _mapped_by(directory / f"{finder[1]}.py")
            elif line.strip() and not line.startswith(("#", "import ", "import\t")):
                place = directory / line.strip()
                added += [Path(os.path.normpath(place))] if _is_directory(place) else []
        yield added, mapped


def _mapped_by(finder: Path) -> dict[str, Path]:
    """The table `MAPPING` of setuptools' finder for an editable install: a literal, which is read and not run."""
    try:
        tree = ast.parse(text_of(finder))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else ()
        targets = [statement.target] if isinstance(statement, ast.AnnAssign) else targets
        if any(isinstance(target, ast.Name) and target.id == "MAPPING" for target in targets):
            try:
                table = ast.literal_eval(statement.value)  # type: ignore[attr-defined]
            except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                return {}
            entries = table.items() if isinstance(table, dict) else ()
            return {name: Path(p) for name, p in entries if isinstance(name, str) and isinstance(p, str)}
    return {}


def text_of(path: Path) -> str:
    """A small text file's content; empty for what is none, cannot be read, or is not small."""
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return ""
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except (OSError, ValueError):
        return ""


def _is_directory(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _listing(directory: Path) -> list[Path]:
    try:
        return sorted(directory.iterdir())
    except (OSError, ValueError):
        return []
