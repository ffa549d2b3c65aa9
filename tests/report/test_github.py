from __future__ import annotations

import re

import pytest

from eda_lint.report.github import render


@pytest.mark.parametrize("name", ["full", "clean", "blind", "crashed", "evil"])
def test_snapshots(outcomes, snapshot, name: str) -> None:
    snapshot(f"{name}.github.txt", render(outcomes[name], prefix="shop"))


def test_the_gravest_come_first_and_what_does_not_count_is_left_out(outcomes) -> None:
    lines = render(outcomes["full"]).splitlines()
    assert [re.match(r"::(\w+)|", line)[1] for line in lines] == ["error", "warning", "notice", None]


def test_no_column_where_an_annotation_spans_lines(outcomes) -> None:
    _, warning, _, _ = render(outcomes["full"]).splitlines()
    properties = warning.split("::")[1]
    assert "line=13,endLine=17" in properties
    assert "col" not in properties.lower()


def test_hostile_text_makes_no_command_of_its_own(outcomes) -> None:
    text = render(outcomes["evil"], prefix="a:b,c")
    lines = text.split("\n")
    assert len(lines) == 4  # A crash, a finding, the closing line, the end.
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", text)
    for line in lines[:2]:
        command = re.fullmatch(r"::error ([^:]*)::(.*)", line)
        assert command is not None
        for property_ in command[1].split(","):
            assert re.fullmatch(r"(title|file|line|col|endLine|endColumn)=[^=]*(=[^=]*)?", property_)
    assert "%250A" in text


def test_a_percent_sign_survives_the_runner(outcomes) -> None:
    line = render(outcomes["evil"]).splitlines()[1]
    data = line.split("::", 2)[2]
    unescaped = data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    assert "%0A" in unescaped
