"""Path patterns of the configuration, with the meaning they have in `.gitignore`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from eda_lint.errors import ConfigError, shown

if TYPE_CHECKING:
    import pathspec

_PLAIN = re.compile(r"[\w.-]+")


class PathPatterns:
    """A list of patterns. A name without a slash matches at any depth, and a directory takes along all beneath it.

    Most patterns are plain names (`node_modules`); those are looked up among a path's parts, which is a hundred
    times quicker than asking a regular expression for each.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        """Raises ConfigError for a pattern that means nothing (`!`, a lone backslash at the end)."""
        lines = [_relative(pattern) for pattern in patterns]
        # A negation undoes patterns before it, so their order counts, also for files in an excluded directory.
        self._ordered = any(line.startswith("!") for line in lines)
        self._names = frozenset(line for line in lines if _PLAIN.fullmatch(line) and not self._ordered)
        rest = [line for line in lines if line not in self._names]
        self._spec: pathspec.GitIgnoreSpec | None = compiled(rest) if rest else None

    def match(self, path: str) -> bool:
        """Whether a file (relative to the root, forward slashes) or a directory around it matches."""
        if self._names and not self._names.isdisjoint(path.split("/")):
            return True
        return self._spec is not None and self._spec.match_file(path)

    def match_directory(self, path: str) -> bool:
        """Whether a directory, and so for certain everything in it, matches."""
        return not self._ordered and self.match(path + "/")


def compiled(patterns: Iterable[str]) -> pathspec.GitIgnoreSpec:
    """The patterns, each checked. Raises ConfigError for one that is malformed."""
    import pathspec

    lines = list(patterns)
    for line in lines:
        try:
            pathspec.GitIgnoreSpec.from_lines([line])
        except ValueError as error:
            raise ConfigError(f"`{shown(line)}` is no path pattern", mend="Patterns are as in .gitignore") from error
    return pathspec.GitIgnoreSpec.from_lines(lines)


def _relative(pattern: str) -> str:
    """`./a` means `/a`: at the root and nowhere else."""
    return pattern[1:] if pattern.startswith("./") else pattern
