"""The record of findings on public code is complete and says what it must."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path, PurePosixPath

from eda_lint_rules import RULES

HEADER = ["repository", "commit", "file", "line", "code", "verdict", "why"]
VERDICTS = {"right", "wrong", "arguable"}


def rows(name: str = "verdicts.tsv") -> list[dict[str, str]]:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    header, *lines = [line.split("\t") for line in text.splitlines()]
    assert header == HEADER
    return [dict(zip(header, line, strict=True)) for line in lines]


def test_enough_findings_of_enough_code_bases_were_read() -> None:
    judged = rows()
    assert len(judged) >= 40
    assert len({row["repository"] for row in judged}) >= 5


def test_most_of_them_are_right() -> None:
    verdicts = Counter(row["verdict"] for row in rows())
    assert set(verdicts) <= VERDICTS
    assert verdicts["right"] >= 36
    assert verdicts["right"] >= 0.85 * verdicts.total()


def test_each_row_can_be_found_again() -> None:
    places = set()
    default = {rule.code for rule in RULES if not rule.preview}
    for row in rows():
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", row["repository"])
        assert re.fullmatch(r"[0-9a-f]{40}", row["commit"])
        assert not PurePosixPath(row["file"]).is_absolute()
        assert int(row["line"]) >= 1
        assert row["code"] in default
        assert len(row["why"]) >= 10
        places.add((row["repository"], row["file"], row["line"], row["code"]))
    assert len(places) == len(rows())


def place(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row[key] for key in HEADER[:5])


def test_a_second_reader_found_most_of_them_right_as_well() -> None:
    first = {place(row): row["verdict"] for row in rows()}
    second = {place(row): row["verdict"] for row in rows("second_reading.tsv")}
    assert second.keys() <= first.keys()
    assert set(second.values()) <= VERDICTS
    assert len(second) >= 40
    assert sum(verdict == first[of] == "right" for of, verdict in second.items()) >= 36
