"""Suppressions in comments: what they say, and which findings they cover.

`# eda-lint: ignore[EDA301, EDA2] reason` at the end of any line of a statement, or on its own line above it, covers
the statement; `# eda-lint: file-ignore[…] reason` on its own line covers the file. Codes, prefixes and names are
understood. `# noqa: EDA301` is read as ruff reads it (docs.astral.sh/ruff/linter, "Error suppression": upper-case
letters followed by digits, separated by commas or whitespace, the list ends at the last valid code); a blanket
`# noqa` covers nothing, because it was written for other tools.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from eda_lint.model.facts import Comment, Places, Span
from eda_lint.model.topology import Place

_DIRECTIVE = re.compile(r"#\s*eda-lint\s*:\s*(?P<rest>.*?)(?=\s#\s|\s#\s*noqa\b|$)", re.IGNORECASE | re.DOTALL)
_IGNORE = re.compile(r"(?P<kind>(?:file-)?ignore)\s*\[(?P<codes>[^\]]*)\]\s*(?P<reason>.*)", re.IGNORECASE | re.DOTALL)
_NOQA = re.compile(r"#\s*noqa\s*:\s*(?P<rest>[^#]*)", re.IGNORECASE)
_NOQA_CODE = re.compile(r"[A-Z]+[0-9]+(?![0-9a-z_])")
_SEPARATOR = re.compile(r"[\s,]*")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One suppressing comment."""

    kind: Literal["ignore", "file-ignore", "noqa"]
    place: Place
    """The comment."""
    selectors: tuple[str, ...]
    """Codes, prefixes and names, as written."""
    reason: str
    lines: tuple[tuple[int, int], ...]
    """Ranges of lines it covers, both ends included; empty for the whole file."""

    def names(self, code: str, name: str) -> Iterator[str]:
        """The selectors that mean the rule with this code and name. (`ALL` means none: there are no blankets.)"""
        for selector in self.selectors:
            if selector == name or code.startswith(selector):
                yield selector

    def covers(self, line: int) -> bool:
        """Whether a finding that starts on this line of the file is in its reach."""
        return self.kind == "file-ignore" or any(first <= line <= last for first, last in self.lines)


@dataclass(frozen=True, slots=True)
class Malformed:
    """A comment addressed to eda-lint that suppresses nothing, and why."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Suppressions:
    """All suppressions of the code base, by file."""

    by_file: Mapping[str, tuple[Suppression, ...]]
    malformed: tuple[Malformed, ...]

    def covering(self, place: Place) -> Iterator[Suppression]:
        """Those in whose reach a finding at this place lies, whatever their codes."""
        for suppression in self.by_file.get(place.file, ()):
            if suppression.covers(place.line):
                yield suppression


def read_suppressions(places: Mapping[str, Places]) -> Suppressions:
    """The suppressions of every file, in the order of their comments. Nothing a comment says raises."""
    by_file: dict[str, tuple[Suppression, ...]] = {}
    malformed: list[Malformed] = []
    for file in sorted(places):
        found = []
        for comment in places[file].comments:
            for read in _read(file, comment, places[file]):
                if isinstance(read, Malformed):
                    malformed.append(read)
                else:
                    found.append(read)
        if found:
            by_file[file] = tuple(found)
    return Suppressions(by_file, tuple(malformed))


def _read(file: str, comment: Comment, places: Places) -> Iterator[Suppression | Malformed]:
    place = Place(file, comment.line, comment.column, comment.line, comment.column + len(comment.text))
    for match in _DIRECTIVE.finditer(comment.text):
        yield _directive(match["rest"], place, comment, places)
    for match in _NOQA.finditer(comment.text):
        codes = tuple(_noqa_codes(match["rest"]))
        if codes:
            # As in ruff, a noqa covers its own statement only, also where it stands alone.
            yield Suppression("noqa", place, codes, "", _statement(comment.line, places))


def _directive(rest: str, place: Place, comment: Comment, places: Places) -> Suppression | Malformed:
    match = _IGNORE.match(rest)
    if match is None:
        return Malformed(place, _complaint(rest))
    selectors = tuple(word for word in re.split(r"[\s,]+", match["codes"]) if word)
    if not selectors:
        return Malformed(place, "This suppression names no rule. Write the code: `ignore[EDA301] reason`.")
    reason = match["reason"].strip()
    if match["kind"].lower() == "ignore":
        return Suppression("ignore", place, selectors, reason, _reach(comment, places))
    if not comment.alone:
        return Malformed(
            place, "`file-ignore` counts only on a line of its own. Move it there, or write `ignore` for this line."
        )
    return Suppression("file-ignore", place, selectors, reason, ())


def _complaint(rest: str) -> str:
    word = re.match(r"[\w-]*", rest)
    verb = word[0].lower() if word else ""
    if verb in ("ignore", "file-ignore"):
        return f"This suppression names no rule, so it covers nothing. Write the code: `{verb}[EDA301] reason`."
    return "This comment is addressed to eda-lint but says nothing it knows. Write `eda-lint: ignore[EDA301] reason`."


def _noqa_codes(rest: str) -> Iterator[str]:
    position = 0
    while match := _NOQA_CODE.match(rest, position):
        yield match[0]
        separator = _SEPARATOR.match(rest, match.end())
        position = separator.end() if separator else match.end()


def _reach(comment: Comment, places: Places) -> tuple[tuple[int, int], ...]:
    """Lines that an `ignore` covers: the statement around it, else (own line) the one below."""
    around = _statement(comment.line, places)
    if not comment.alone or len(around) > 1:
        return around
    at = bisect_right(places.statements, (comment.line, comment.line))
    below = places.statements[at : at + 1]
    # From the comment on, so that decorators between it and their `def` are covered.
    return ((comment.line, below[0][1]),) if below else around


def _statement(line: int, places: Places) -> tuple[tuple[int, int], ...]:
    """The line itself, and every statement (header) or decorator that it is part of."""
    ranges = {(line, line)}
    ranges.update(_containing(places.statements, line))
    ranges.update((span.line, span.end_line) for span in places.decorators if _holds(span, line))
    return tuple(sorted(ranges)) if len(ranges) > 1 else ((line, line),)


def _containing(statements: tuple[tuple[int, int], ...], line: int) -> Iterable[tuple[int, int]]:
    """Statements that hold a line. Sorted by first line and never nested beyond one line, so walk back shortly."""
    at = bisect_right(statements, (line, 1 << 62))
    for first, last in reversed(statements[:at]):
        if last >= line:
            yield first, last
        elif first < line:
            return


def _holds(span: Span, line: int) -> bool:
    return span.line <= line <= span.end_line
