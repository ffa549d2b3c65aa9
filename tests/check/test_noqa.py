from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.check.noqa import Malformed, Suppression, Suppressions, read_suppressions
from eda_lint.model.facts import Comment, Places, Span
from eda_lint.model.topology import Place


def read(text: str, *, line: int = 5, alone: bool = False, **places) -> Suppressions:
    comment = Comment(line, 10, text, alone)
    return read_suppressions({"a.py": Places(comments=(comment,), **places)})


def only(found: Suppressions) -> Suppression:
    (suppression,) = found.by_file["a.py"]
    return suppression


def covered(found: Suppressions, code: str = "EDA301", name: str = "non-idempotent-handler") -> list[int]:
    """Lines on which a finding would be suppressed."""
    return [
        line for line in range(1, 30)
        if any(list(s.names(code, name)) for s in found.covering(Place("a.py", line)))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "selectors", "reason"),
    [
        ("# eda-lint: ignore[EDA301] a reason", ("EDA301",), "a reason"),
        ("# eda-lint: ignore[EDA301, EDA2] why", ("EDA301", "EDA2"), "why"),
        ("#eda-lint:ignore[EDA301]", ("EDA301",), ""),
        ("# EDA-Lint: IGNORE [ EDA301 EDA2 ]why", ("EDA301", "EDA2"), "why"),
        (
            "# type: ignore[arg]  # eda-lint: ignore[non-idempotent-handler] see #12",
            ("non-idempotent-handler",),
            "see #12",
        ),
        ("# eda-lint: ignore[EDA301] why # noqa: E501", ("EDA301",), "why"),
        ('# eda-lint: ignore[EDA301] why  # expect: EDA001 "x"', ("EDA301",), "why"),
    ],
)
def test_ignore_is_read_with_codes_and_reason(text: str, selectors: tuple[str, ...], reason: str) -> None:
    found = read(text)
    suppression = found.by_file["a.py"][0]
    assert (suppression.kind, suppression.selectors, suppression.reason) == ("ignore", selectors, reason)
    assert not found.malformed


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("# noqa: EDA301", ("EDA301",)),
        ("# NOQA:EDA301,EDA302", ("EDA301", "EDA302")),
        ("# noqa : EDA301 , F401 EDA302", ("EDA301", "F401", "EDA302")),
        ("# noqa: EDA301EDA302", ("EDA301", "EDA302")),
        ("# noqa: EDA301 because it is known", ("EDA301",)),
        ("# noqa: EDA301 (EDA302)", ("EDA301",)),
        ("# noqa: F401 # noqa: EDA301", ("F401",)),
    ],
)
def test_noqa_codes_are_read_as_ruff_reads_them(text: str, codes: tuple[str, ...]) -> None:
    assert read(text).by_file["a.py"][0].selectors == codes


@pytest.mark.parametrize(
    "text",
    [
        "# noqa",
        "# noqa:",
        "# noqa EDA301",
        "# noqa: eda301",
        "# noqa: EDA",
        "# noqa: because",
        "# flake8: noqa: EDA301",
        "# see eda-lint: ignore[EDA301]",
        "# eda-linter: ignore[EDA301]",
        "",
        "#",
    ],
)
def test_what_names_no_code_suppresses_nothing(text: str) -> None:
    assert read(text) == Suppressions({}, ())


@pytest.mark.parametrize(
    ("text", "alone", "told"),
    [
        ("# eda-lint: ignore", False, r"Write the code: `ignore\[EDA301\]"),
        ("# eda-lint: ignore[]", False, "names no rule"),
        ("# eda-lint: ignore[ , ]", False, "names no rule"),
        ("# eda-lint: ignore[EDA301", False, "names no rule"),
        ("# eda-lint: file-ignore", True, r"`file-ignore\[EDA301\]"),
        ("# eda-lint: file-ignore[EDA301]", False, "only on a line of its own"),
        ("# eda-lint: disable[EDA301]", False, "says nothing it knows"),
        ("# eda-lint:", False, "says nothing it knows"),
    ],
)
def test_a_malformed_comment_is_told_what_is_wrong(text: str, alone: bool, told: str) -> None:
    found = read(text, alone=alone)
    assert not found.by_file
    (malformed,) = found.malformed
    assert isinstance(malformed, Malformed)
    assert malformed.place == Place("a.py", 5, 10, 5, 10 + len(text))
    assert re.search(told, malformed.message)


STATEMENTS = ((1, 1), (4, 7), (9, 9), (12, 14))


@pytest.mark.parametrize("line", [4, 5, 6, 7])
@pytest.mark.parametrize("text", ["# eda-lint: ignore[EDA301]", "# noqa: EDA301"])
def test_any_line_of_a_statement_covers_all_of_it(line: int, text: str) -> None:
    assert covered(read(text, line=line, statements=STATEMENTS)) == [4, 5, 6, 7]


def test_a_comment_alone_covers_the_statement_below() -> None:
    assert covered(read("# eda-lint: ignore[EDA301]", line=11, alone=True, statements=STATEMENTS)) == [11, 12, 13, 14]
    assert covered(read("# eda-lint: ignore[EDA301]", line=10, alone=True, statements=STATEMENTS)) == [
        10, 11, 12, 13, 14,
    ]  # fmt: skip


def test_a_comment_alone_inside_a_statement_covers_that_statement() -> None:
    assert covered(read("# eda-lint: ignore[EDA301]", line=5, alone=True, statements=STATEMENTS)) == [4, 5, 6, 7]


def test_a_comment_alone_at_the_end_of_the_file_covers_nothing_else() -> None:
    assert covered(read("# eda-lint: ignore[EDA301]", line=20, alone=True, statements=STATEMENTS)) == [20]


def test_a_noqa_alone_covers_no_statement_below() -> None:
    assert covered(read("# noqa: EDA301", line=8, alone=True, statements=STATEMENTS)) == [8]


def test_a_decorator_is_part_of_its_statement() -> None:
    decorators = (Span(9, 1, 11, 2),)
    assert covered(read("# eda-lint: ignore[EDA301]", line=11, decorators=decorators)) == [9, 10, 11]
    above = read("# eda-lint: ignore[EDA301]", line=8, alone=True, decorators=decorators, statements=((12, 14),))
    assert covered(above) == [8, 9, 10, 11, 12, 13, 14]


def test_file_ignore_covers_every_line_of_its_file_only() -> None:
    found = read("# eda-lint: file-ignore[EDA3] generated", line=20, alone=True, statements=STATEMENTS)
    assert covered(found) == list(range(1, 30))
    assert not list(found.covering(Place("b.py", 5)))
    assert only(found).reason == "generated"


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ("EDA301", True), ("EDA3", True), ("EDA", True), ("non-idempotent-handler", True),
        ("EDA302", False), ("EDA3011", False), ("non-idempotent", False), ("ALL", False), ("eda301", False),
    ],
)  # fmt: skip
def test_codes_prefixes_and_names_select_and_nothing_is_a_blanket(selector: str, matches: bool) -> None:
    assert bool(covered(read(f"# eda-lint: ignore[{selector}]"))) is matches


@given(st.text(max_size=80), st.booleans(), st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3)), max_size=5))
def test_no_comment_and_no_statements_make_it_raise(tail: str, alone: bool, raw: list[tuple[int, int]]) -> None:
    statements = tuple(sorted((first, first + more) for first, more in raw))
    for head in ("", "# noqa: ", "# eda-lint: ", "# eda-lint: ignore[", "# eda-lint: ignore[EDA1] "):
        found = read(head + tail, alone=alone, statements=statements)
        assert isinstance(covered(found), list)


def test_a_long_hostile_comment_is_read_in_a_moment() -> None:
    read("# eda-lint: ignore[" + "# " * 50_000)
    read("# noqa: " + "EDA1" * 50_000)
    read("# eda-lint: " * 5_000)
