"""A walk over a directory without git, that leaves out what its `.gitignore` files name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from eda_lint.config import PathPatterns

if TYPE_CHECKING:
    import pathspec

Rules = tuple[tuple[str, "pathspec.GitIgnoreSpec"], ...]
"""The `.gitignore` files that hold in a directory, outermost first: each with its directory's path and a slash."""


def walk(root: Path, exclude: PathPatterns, *, respect_gitignore: bool, unreadable: set[str]) -> Iterator[str]:
    """Paths of all files and links below `root`, relative to it; excluded directories are not entered.

    Links to directories are told as links and not entered. Directories that cannot be listed go to `unreadable`.
    """
    waiting: list[tuple[str, Rules]] = [("", ())]
    while waiting:
        directory, rules = waiting.pop()
        try:
            with os.scandir(root / directory) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            unreadable.add(directory.rstrip("/") or ".")
            continue
        if respect_gitignore and any(entry.name == ".gitignore" for entry in entries):
            rules = (*rules, *_read_rules(root, directory))
        for entry in entries:
            path = directory + entry.name
            is_directory = entry.is_dir(follow_symlinks=False)
            if is_directory and (entry.name == ".git" or exclude.match_directory(path)):
                continue
            if rules and _ignored(path + "/" if is_directory else path, rules):
                continue
            if is_directory:
                waiting.append((path + "/", rules))
            else:
                yield path


def _read_rules(root: Path, directory: str) -> Rules:
    import pathspec

    try:
        text = (root / directory / ".gitignore").read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return ()
    lines = []
    for line in text.splitlines():
        try:
            pathspec.GitIgnoreSpec.from_lines([line])
        except ValueError:
            continue  # git takes no notice of a malformed line
        lines.append(line)
    return ((directory, pathspec.GitIgnoreSpec.from_lines(lines)),)


def _ignored(path: str, rules: Rules) -> bool:
    """The innermost file that has something to say decides; directories around `path` were decided before."""
    for base, spec in reversed(rules):
        verdict = spec.check_file(path[len(base) :]).include
        if verdict is not None:
            return verdict
    return False
