"""Python 2, told apart from a mere syntax error: its users need another message.

`except X, e:` is not among the marks: since Python 3.14 it means two exceptions.
"""

from __future__ import annotations

import re

from eda_lint.model.facts import Problem

_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("print statement", re.compile(r"^[^#\n]*?(?:^|[ \t:;])print[ \t]+(?:['\"\w]|%|u['\"]|>>)", re.MULTILINE)),
    ("exec statement", re.compile(r"^[ \t]*exec[ \t]+['\"\w]", re.MULTILINE)),
    ("`raise X, value`", re.compile(r"^[ \t]*raise[ \t]+[\w.]+[ \t]*,", re.MULTILINE)),
    ("`<>`", re.compile(r"^[^#'\"\n]*[\w)\]][ \t]*<>[ \t]*[\w('\"]", re.MULTILINE)),
    ("backticks", re.compile(r"^[^#'\"\n]*`[^`\n]+`", re.MULTILINE)),
    ("octal literal", re.compile(r"^[^#'\"\n]*(?<![\w.])0[0-7]+\b(?!\.)", re.MULTILINE)),
    ("`ur` literal", re.compile(r"^[^#'\"\n]*(?<!\w)[uU][rR]['\"]", re.MULTILINE)),
)


def python2_problem(source: str, line: int) -> Problem | None:
    """The Python 2 syntax that made a parser stop at `line`; None if it stopped for something else."""
    start = 0
    lines = source.splitlines(keepends=True)
    first = max(line - 2, 0)
    start = sum(map(len, lines[:first]))
    stop = start + sum(map(len, lines[first : line + 1]))
    for what, mark in _MARKS:
        match = mark.search(source, start, stop)
        if match is not None:
            row = source.count("\n", 0, match.start()) + 1
            return Problem("python2", f"Python 2 syntax ({what}): only Python 3 is read", row, 1)
    return None
