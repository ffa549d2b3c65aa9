"""Findings for people: one line each (`concise`), or with source, evidence and mend (`full`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

from eda_lint.model.finding import Crash, Finding, Judged, Note, Outcome
from eda_lint.model.topology import Place
from eda_lint.report.display import clip, printable
from eda_lint.report.frame import Lines, Source, frame
from eda_lint.report.summary import closing_line, no_operations

Shape = Literal["concise", "full"]

_STYLES: dict[str, dict[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "info": {"fg": "blue", "bold": True},
    "code": {"bold": True},
    "path": {"fg": "cyan"},
    "number": {"fg": "bright_black"},
    "mark": {"fg": "red"},
    "help": {"fg": "green"},
    "loud": {"fg": "yellow", "bold": True},
}


class _Painter:
    """Colour where asked, plain text elsewhere."""

    def __init__(self, style: Callable[..., str] | None) -> None:
        self._style = style

    def __call__(self, text: str, role: str) -> str:
        return self._style(text, **_STYLES[role]) if self._style is not None and text.strip() else text


def render(
    outcome: Outcome,
    *,
    source: Source,
    shape: Shape = "full",
    style: Callable[..., str] | None = None,
    width: int = 120,
) -> str:
    """The findings that count, then one line that sums up the run.

    `source` gives a file's text for code frames (None where it is gone). `style` colours a piece of text and takes
    `fg` and `bold` (as `click.style` does); None leaves it plain. `width` bounds the source lines shown, not
    messages. Every character out of the code base that a terminal could obey is escaped.
    """
    paint = _Painter(style)
    counting = [each for each in outcome.judged if each.counts]
    lines: list[str] = []
    if shape == "concise":
        lines += [_concise(each, paint) for each in counting]
    else:
        sources = Lines(source)
        for each in counting:
            lines += [*_full(each, sources, width, paint), ""]
    lines += [_crash(crash, paint) for crash in outcome.crashes]
    loud = no_operations(outcome)
    if loud:
        lines.append(f"{paint('warning:', 'loud')} {loud}")
    lines.append(closing_line(outcome))
    return "\n".join(lines) + "\n"


def _concise(judged: Judged, paint: _Painter) -> str:
    finding = judged.finding
    code = paint(finding.code, judged.severity)
    return f"{_at(finding.place, paint)}: {code} {printable(finding.message)}"


def _full(judged: Judged, sources: Lines, width: int, paint: _Painter) -> Iterator[str]:
    finding = judged.finding
    sure = "" if finding.confidence == "proven" else f" ({finding.confidence})"
    head = f"{paint(judged.severity, judged.severity)} {paint(finding.code, 'code')} {printable(finding.name)}{sure}"
    yield f"{head}: {printable(finding.message)}"
    yield f"  {paint('-->', 'number')} {_at(finding.place, paint)}"
    yield from frame(finding.place, sources.of(finding.place.file), width=width, style=paint)
    yield from _evidence([note for note in finding.notes if note.step], sources, width, paint)
    for note in finding.notes:
        if not note.step:
            yield f"   = note: {_at(note.place, paint)}: {printable(note.message)}"
            yield from _quoted(note.place, sources, width, paint)
    yield from _help(finding, paint)


def _evidence(steps: list[Note], sources: Lines, width: int, paint: _Painter) -> Iterator[str]:
    if not steps:
        return
    yield "   = evidence:"
    for number, step in enumerate(steps, start=1):
        yield f"     {number}. {printable(step.message)} ({_at(step.place, paint)})"
        yield from _quoted(step.place, sources, width, paint)


def _quoted(place: Place, sources: Lines, width: int, paint: _Painter) -> Iterator[str]:
    line = printable(sources.line(place))
    if line:
        text, _ = clip(line, max(20, width - 10))
        yield f"        {paint('|', 'number')} {text}"


def _help(finding: Finding, paint: _Painter) -> Iterator[str]:
    if finding.mend:
        first, *rest = finding.mend.split("\n")
        yield f"   = {paint('help:', 'help')} {printable(first)}"
        yield from (f"           {printable(line)}".rstrip() for line in rest)
    yield f"   = more: eda-lint explain {finding.code}"


def _crash(crash: Crash, paint: _Painter) -> str:
    told = f"rule {crash.code} {crash.name} of plugin `{crash.plugin}` failed, so it judged nothing: {crash.message}"
    return f"{paint('error:', 'error')} {printable(told)}"


def _at(place: Place, paint: _Painter) -> str:
    # A line that starts with `::` is a command to GitHub's runner, and a file may be called so.
    name = printable(place.file)
    shown = f"./{name}" if name.startswith("::") else name
    return paint(f"{shown}:{place.line}:{place.column}", "path")
