"""Everything that keeps eda-lint from running, as one tree of exceptions.

    EdaLintError            could not run; the command line ends with exit code 2
    ├── UsageError          arguments that make no sense: a path that does not exist, an unknown code
    ├── ConfigError         a configuration file, baseline or suppression that cannot be understood
    ├── GitError            git is missing, is no repository here, or does not know a ref
    ├── CatalogError        a catalog table that breaks the grammar
    ├── SchemaError         a message's schema that cannot be read at all
    └── RuleError           a plugin that cannot be loaded, or a rule that failed

A fault in the *judged* code is never one of these: it becomes a `Problem` or a `Finding`, and the run goes on.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import ClassVar, Self


class EdaLintError(Exception):
    """Why eda-lint could not run, where, and what mends it; `str` is `path:line: message. mend`.

    Several faults of one file travel together (`together`); `faults` gives them one by one.
    """

    exit_code: ClassVar[int] = 2

    def __init__(
        self, message: str, *, path: str | os.PathLike[str] | None = None, line: int | None = None, mend: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = None if path is None else os.fspath(path)
        self.line = line
        self.mend = mend
        self._faults: tuple[EdaLintError, ...] = ()

    @classmethod
    def together(cls, faults: Iterable[EdaLintError]) -> Self:
        """One error for one or more faults, in their order; its `str` has a line for each.

        Raises ValueError if there are none.
        """
        single = tuple(fault for group in faults for fault in group.faults)
        if not single:
            raise ValueError("an error needs at least one fault")
        first = single[0]
        error = cls(first.message, path=first.path, line=first.line, mend=first.mend)
        if len(single) > 1:
            error._faults = single
        return error

    @property
    def faults(self) -> tuple[EdaLintError, ...]:
        """Every fault by itself; an error that stands for one fault is its own."""
        return self._faults or (self,)

    def __str__(self) -> str:
        if self._faults:
            return "\n".join(str(fault) for fault in self._faults)
        where = "" if self.path is None else f"{shown(self.path)}:" + (f"{self.line}:" if self.line else "") + " "
        text = f"{where}{self.message}"
        if not self.mend:
            return text
        return text + ("" if text.endswith((".", "!", "?")) else ".") + f" {self.mend}"


class UsageError(EdaLintError):
    """Arguments that make no sense."""


class ConfigError(EdaLintError):
    """A configuration file, baseline or suppression that cannot be understood."""


class GitError(EdaLintError):
    """Git is missing, there is no repository, or it does not know a ref."""


class CatalogError(EdaLintError):
    """A catalog table that breaks the grammar."""


class SchemaError(EdaLintError):
    """A message's schema that cannot be read at all."""


class RuleError(EdaLintError):
    """A plugin that cannot be loaded, or a rule that failed."""


def shown(text: str) -> str:
    """Text from outside (a path, a ref) as one printable line: control characters, line breaks and bytes that
    are no UTF-8 are written as escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in text)
