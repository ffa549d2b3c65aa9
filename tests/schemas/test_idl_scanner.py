"""The scanner that Protobuf's and Thrift's parsers share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.schemas.idl_scanner import MAX_PROBLEMS, SKIP_HASH, MalformedError, Scanner, integer


def test_tokens_and_comments() -> None:
    scanner = Scanner("a.b /* one\n two */ 'x\\'y' // three\n .c 1e+5 0x1F;", "f")
    tokens = []
    while token := scanner.take():
        tokens.append(token)
    assert tokens == ["a.b", "'x\\'y'", ".c", "1e+5", "0x1F", ";"]


def test_places_count_from_one() -> None:
    scanner = Scanner("a\n  b", "dir/f.proto")
    scanner.take()
    place = scanner.place(scanner.begin())
    assert (place.file, place.line, place.column) == ("dir/f.proto", 2, 3)


def test_the_comments_of_a_shell_are_thrifts() -> None:
    assert Scanner("# x\n a", "f", skip=SKIP_HASH).peek() == "a"
    assert Scanner("# x\n a", "f").peek() == "#"


def test_a_string_ends_with_its_line_unless_the_language_lets_it_go_on() -> None:
    assert Scanner('"a\nb"', "f").peek() == '"a'
    with pytest.raises(MalformedError, match="in quotes expected"):
        Scanner('"a\nb"', "f").string()
    assert Scanner('"a\nb"', "f", over_lines=True).string() == "a\nb"


def test_what_is_expected_is_named() -> None:
    scanner = Scanner("message {", "f")
    scanner.take()
    with pytest.raises(MalformedError, match=r"a message name expected, found `\{`"):
        scanner.name("a message name")
    with pytest.raises(MalformedError, match="a number expected"):
        scanner.integer()
    with pytest.raises(MalformedError, match="`;` expected"):
        scanner.expect(";")
    scanner.take()
    with pytest.raises(MalformedError, match="the end of the file"):
        scanner.string()


def test_names_may_hold_white_space_around_dots() -> None:
    assert Scanner("a . b .c= 1", "f").name() == "a.b.c"


def test_an_unclosed_comment_is_told() -> None:
    scanner = Scanner("a /* b", "f")
    scanner.take()
    assert scanner.peek() == ""
    scanner.end()
    assert "not closed" in scanner.problems[0].message


def test_recovers_behind_a_statement_but_inside_of_its_block() -> None:
    for text, rest in (("x y; z", "z"), ("x { a; { b } } z", "z"), ("x y } z", "}"), ("x", "")):
        scanner = Scanner(text, "f")
        scanner.recover()
        assert scanner.peek() == rest


def test_gives_a_file_up_after_too_many_problems() -> None:
    scanner = Scanner("x " * 1000, "f")
    for _ in range(MAX_PROBLEMS + 10):
        scanner.problem("no", 0)
    assert len(scanner.problems) == MAX_PROBLEMS + 1
    assert "the rest of the file is left out" in scanner.problems[-1].message
    assert scanner.peek() == ""


@pytest.mark.parametrize(
    ("token", "value"),
    [("0", 0), ("17", 17), ("017", 15), ("0x1f", 31), ("1.5", None), ("x", None), ("", None), ("9" * 100, None)],
)
def test_integers(token: str, value: int | None) -> None:
    assert integer(token) == value


@given(st.text(alphabet="ab.{}[]();=\"'/*#\\\n -1", max_size=60))
def test_every_text_is_read_to_its_end(text: str) -> None:
    for over_lines in (False, True):
        scanner = Scanner(text, "f", skip=SKIP_HASH, over_lines=over_lines)
        for _ in range(len(text) + 1):
            before = scanner.position
            if not scanner.take():
                break
            assert scanner.position > before
        assert scanner.position == len(text)
