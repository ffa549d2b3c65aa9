"""Code frames: the source around a place, with line numbers, carets and a bounded width."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from eda_lint.model.topology import Place
from eda_lint.report.display import clip, shown_line

Source = Callable[[str], str | None]
"""Path → text of the file, or None where it cannot be shown."""

Style = Callable[[str, str], str]
"""(text, role) → text; the role is `number`, `mark` or one of the reporter's own."""

_CONTEXT = 2
_LONGEST_SPAN = 6


class Lines:
    """The lines of files, split once."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._files: dict[str, list[str]] = {}

    def of(self, file: str) -> list[str]:
        """All lines of a file without their ends; none where its text is not at hand."""
        if file not in self._files:
            text = self._source(file)
            # As the tokenizer counts: str.splitlines would also split at form feeds and U+2028.
            self._files[file] = [] if text is None else text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return self._files[file]

    def line(self, place: Place) -> str:
        """The line a place starts on, without indentation; `""` where it is not at hand."""
        lines = self.of(place.file)
        return lines[place.line - 1].strip() if 0 < place.line <= len(lines) else ""


def frame(place: Place, lines: list[str], *, width: int, style: Style) -> Iterator[str]:
    """The place with two lines before and after it. Carets stand under its first line; where it spans several, its
    lines are marked at the margin (`>`) and a long span is cut."""
    if not 0 < place.line <= len(lines):
        return
    last = min(max(place.line, place.end_line), len(lines), place.line + _LONGEST_SPAN - 1)
    first_shown = max(1, place.line - _CONTEXT)
    last_shown = min(len(lines), last + _CONTEXT)
    while last_shown > last and not lines[last_shown - 1].strip():
        last_shown -= 1
    digits = len(str(last_shown))
    room = max(20, width - digits - 5)
    start = _scroll(place, lines, room)
    yield style(" " * (digits + 2) + "|", "number")
    for number in range(first_shown, last_shown + 1):
        text, _ = clip(shown_line(lines[number - 1])[0], room, start=start)
        marked = last > place.line and place.line <= number <= last
        margin = style(f"{'>' if marked else ' '}{number:>{digits}} |", "mark" if marked else "number")
        yield f"{margin} {text}".rstrip()
        if number == place.line:
            yield style(" " * (digits + 2) + "|", "number") + " " + style(_carets(place, lines, room, start), "mark")


def _scroll(place: Place, lines: list[str], room: int) -> int:
    """The first cell shown: 0, unless the place would be out of sight."""
    at, _ = _extent(place, lines)
    return 0 if at < room - 8 else at - room // 3


def _extent(place: Place, lines: list[str]) -> tuple[int, int]:
    """First and last-plus-one cell of the place on its first line."""
    line = lines[place.line - 1]
    _, cells = shown_line(line)
    first = min(max(place.column, 1), len(cells)) - 1
    whole = place.end_line > place.line or place.end_column <= place.column
    end = len(line.rstrip()) if whole else place.end_column - 1
    if not place.end_line:
        end = first + 1  # A point, not a span.
    return cells[first], max(cells[min(end, len(cells) - 1)], cells[first] + 1)


def _carets(place: Place, lines: list[str], room: int, start: int) -> str:
    first, end = _extent(place, lines)
    text, _ = shown_line(lines[place.line - 1])
    _, shift = clip(text, room, start=start)
    first, end = max(0, first - shift), max(1, end - shift)
    return " " * first + "^" * max(1, min(end, room) - first)
