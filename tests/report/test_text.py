from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.model.finding import Finding, Judged
from eda_lint.model.topology import Place
from eda_lint.report.display import cells
from eda_lint.report.frame import frame
from eda_lint.report.text import render


def tagged(text: str, **styles: Any) -> str:
    return f"<{styles.get('fg', 'bold')}>{text}</>"


@pytest.mark.parametrize("name", ["full", "clean", "blind", "crashed", "evil"])
@pytest.mark.parametrize("shape", ["concise", "full"])
def test_snapshots(outcomes, source, snapshot, name: str, shape: str) -> None:
    snapshot(f"{name}.{shape}.txt", render(outcomes[name], source=source, shape=shape))


def test_colour_only_where_asked_and_nowhere_else(outcomes, source, snapshot) -> None:
    coloured = render(outcomes["full"], source=source, style=tagged)
    snapshot("full.coloured.txt", coloured)
    plain = re.sub(r"<(\w+)>(.*?)</>", r"\2", coloured)
    assert plain == render(outcomes["full"], source=source)


def test_suppressed_and_known_findings_are_counted_and_not_shown(outcomes, source) -> None:
    lines = render(outcomes["full"], source=source, shape="concise").splitlines()
    assert len(lines) == 4
    assert lines[-1] == (
        "1 error, 1 warning, 1 info (1 suppressed, 1 baselined, 2 outside the given paths). "
        "12 message operations found, 10 resolved; 7 of 40 files read."
    )


def test_no_operations_is_said_loudly(outcomes, source) -> None:
    for shape in ("concise", "full"):
        assert "No message operations were found, so nothing was checked." in render(
            outcomes["blind"], source=source, shape=shape
        )
        assert "nothing was checked" not in render(outcomes["clean"], source=source, shape=shape)


def test_hostile_text_cannot_steer_the_terminal(outcomes, source) -> None:
    for shape in ("concise", "full"):
        shown = render(outcomes["evil"], source=source, shape=shape)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028\ud800-\udfff]", shown)
        assert not [line for line in shown.splitlines() if line.startswith("::")]


def test_a_file_name_is_no_command_to_a_ci_runner(make_outcome, source) -> None:
    found = Judged(Finding("EDA301", "a-name", "m.", Place("::error file=x::y.py", 1)), "error", "0" * 32)
    text = render(make_outcome(found), source=source, shape="concise")

    assert not any(line.startswith("::") for line in text.splitlines())
    assert text.startswith("./::error file=x::y.py:1:1: ")


@pytest.mark.parametrize("place", [Place("orders/app.py", 99), Place("orders/app.py", 0), Place("gone.py", 1)])
def test_a_place_without_source_is_still_named(make_outcome, source, place: Place) -> None:
    found = Judged(Finding("EDA301", "a-name", "m.", place), "error", "0" * 32)
    shown = render(make_outcome(found), source=source)
    assert f"--> {place.file}:{place.line}:1" in shown
    assert "^" not in shown


def under(text: str, place: Place, width: int = 80) -> str:
    """What the carets of a frame stand under."""
    lines = list(frame(place, text.split("\n"), width=width, style=lambda text, role: text))
    at = next(number for number, line in enumerate(lines) if set(line) <= set(" |^") and "^" in line)
    first, last = lines[at].index("^"), lines[at].rindex("^")
    columns: list[str] = []
    for character in lines[at - 1]:
        columns += [character, *[""] * (cells(character) - 1)]
    return "".join(columns[first : last + 1])


@pytest.mark.parametrize(
    ("text", "place", "marked"),
    [
        ("a = send(x)", Place("a", 1, 5, 1, 12), "send(x)"),
        ("\tsend(x)", Place("a", 1, 2, 1, 9), "send(x)"),
        ('s = "日本語"; send(x)', Place("a", 1, 12, 1, 19), "send(x)"),
        ("a = send(x)", Place("a", 1, 5), "s"),
        ("a = send(\n  x\n)", Place("a", 1, 5, 3, 2), "send("),
        ("a = send(x)", Place("a", 1, 99, 1, 120), ""),
        ("x" * 300 + " send(y)", Place("a", 1, 302, 1, 309), "send(y)"),
        ("", Place("a", 1, 1), ""),
    ],
)
def test_carets_stand_under_the_place(text: str, place: Place, marked: str) -> None:
    assert under(text, place) == marked


def test_two_lines_of_context_and_a_bounded_span() -> None:
    text = [f"line {number}" for number in range(1, 41)]
    shown = list(frame(Place("a", 10, 1, 30, 3), text, width=80, style=lambda text, role: text))
    numbers = [int(found[1]) for line in shown if (found := re.match(r"[ >]\s*(\d+) \|", line))]
    assert numbers == list(range(8, 18))
    assert sum(line.startswith(">") for line in shown) == 6


@given(
    st.text(alphabet="ab \t日\x1b\u0301", max_size=60),
    st.integers(1, 90),
    st.integers(0, 3),
    st.integers(0, 90),
    st.integers(20, 60),
)
def test_a_frame_never_exceeds_its_width(line: str, column: int, end_line: int, end_column: int, width: int) -> None:
    place = Place("a", 1, column, end_line, end_column)
    for shown in frame(place, [line, line], width=width, style=lambda text, role: text):
        assert cells(shown) <= max(width, 26)
