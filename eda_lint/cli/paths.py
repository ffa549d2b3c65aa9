"""From paths as a person or another program gives them to paths relative to the root."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from eda_lint.errors import UsageError


def relative_paths(paths: Iterable[Path], root: Path) -> frozenset[str] | None:
    """`paths` relative to `root` with forward slashes; None if the root itself is among them (nothing is left out).

    Raises UsageError for a path that does not exist or lies outside the root.
    """
    found = set()
    for path in paths:
        if not path.exists():
            raise UsageError(f"`{path}` does not exist", mend="Give files or directories inside the code base")
        found.add(_inside(path, root))
    return None if "." in found else frozenset(found)


def listed_paths(source: str, root: Path) -> frozenset[str]:
    """The files that a list names: one a line, or NUL-separated as `git diff -z --name-only` prints; `-` is stdin.

    A listed file need not exist (lists of changes name deleted files) nor lie inside the root: it then has no
    findings. Raises UsageError if the list cannot be read.
    """
    try:
        content = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise UsageError(f"the list of files `{source}` cannot be read: {error.strerror}") from error
    separator = b"\0" if b"\0" in content else b"\n"
    names = (os.fsdecode(name.removesuffix(b"\r")) for name in content.split(separator) if name.strip())
    found = set()
    for name in names:
        try:
            found.add(_inside(Path(name), root))
        except UsageError:
            continue
    return frozenset(found)


def _inside(path: Path, root: Path) -> str:
    """Relative to the root, by its own name if that is inside, else by where its links lead."""
    for absolute in (Path(os.path.abspath(path)), path.resolve()):  # noqa: PTH100 (abspath keeps links)
        for base in (root, root.resolve()):
            if absolute.is_relative_to(base):
                return absolute.relative_to(base).as_posix()
    raise UsageError(f"`{path}` is outside the root `{root}`", mend="Give --root, or paths of one code base")
