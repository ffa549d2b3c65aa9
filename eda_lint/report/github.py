"""Findings as GitHub workflow commands, which become annotations of a pull request's files.

Escaping follows the runner (`actions/toolkit`, `command.ts`); a column is left out where an annotation spans lines,
because GitHub then refuses it; only ten annotations of each level are shown for a step, so the gravest come first.
"""

from __future__ import annotations

from eda_lint.model.finding import Judged, Outcome, Severity
from eda_lint.model.topology import Place
from eda_lint.report.display import printable
from eda_lint.report.summary import closing_line, no_operations

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


def render(outcome: Outcome, *, prefix: str = "") -> str:
    """One command for each finding that counts, gravest first, then the line that sums up the run.

    `prefix` is the root's path in the repository, because annotations want paths from the repository's top.
    """
    counting = sorted((each for each in outcome.judged if each.counts), key=lambda each: _RANK[each.severity])
    lines = [
        _command("error", {"title": f"eda-lint ({crash.code})"}, f"Rule {crash.name} of plugin {crash.plugin} failed: "
                 f"{crash.message}")
        for crash in outcome.crashes
    ]  # fmt: skip
    lines += [_annotation(each, prefix) for each in counting]
    loud = no_operations(outcome)
    if loud:
        lines.append(_command("warning", {"title": "eda-lint"}, loud))
    lines.append(_plain(closing_line(outcome)))
    return "\n".join(lines) + "\n"


def _annotation(judged: Judged, prefix: str) -> str:
    finding = judged.finding
    place = finding.place
    file = f"{prefix.strip('/')}/{place.file}" if prefix.strip("/.") else place.file
    properties = {"title": f"eda-lint ({finding.code})", "file": file, **_span(place)}
    parts = [f"{file}:{place.line}:{place.column}: {finding.code} {finding.message}"]
    if finding.mend:
        parts.append(f"Help: {finding.mend}")
    parts += [f"{note.place.file}:{note.place.line}: {note.message}" for note in finding.notes]
    return _command(_COMMANDS[judged.severity], properties, "\n".join(parts))


def _span(place: Place) -> dict[str, str]:
    if not place.end_line:
        return {"line": str(place.line), "col": str(place.column)}
    span = {"line": str(place.line), "endLine": str(place.end_line)}
    if place.end_line == place.line:
        span = {"line": str(place.line), "col": str(place.column), "endLine": str(place.end_line)}
        if place.end_column > place.column:
            span["endColumn"] = str(place.end_column)
    return span


def _command(command: str, properties: dict[str, str], message: str) -> str:
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{command} {told}::{_data(message)}"


def _data(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return printable(escaped)  # What is left of control characters would reach the log as it is.


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _plain(text: str) -> str:
    """A line of the log that is no command, whatever it holds."""
    return printable(text).replace("::", ": :")
