from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.report.display import cells, clip, printable, shown_line, well_formed

ANY = st.text(alphabet=st.characters(codec=None), max_size=40)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ä 日本", "plain ä 日本"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\tb\r\n", "a\\tb\\r\\n"),
        ("\x9b0m\x7f", "\\x9b0m\\x7f"),
        ("user\u202egnp.exe", "user\\u202egnp.exe"),
        ("\u2066x\u2069\u2028", "\\u2066x\\u2069\\u2028"),
        ("byte \udcff", "byte \\udcff"),
        ("\ufeffx\u200b", "\\ufeffx\\u200b"),
    ],
)
def test_what_could_steer_a_terminal_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(ANY)
def test_printable_text_is_stable_and_encodable(text: str) -> None:
    shown = printable(text)
    assert printable(shown) == shown
    shown.encode("utf-8")
    assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in shown)


@given(ANY)
def test_well_formed_data_can_be_encoded(text: str) -> None:
    data = well_formed({text: [text, (text, 1, None, True)]})
    key = next(iter(data))
    key.encode("utf-8")
    assert data[key] == [key, [key, 1, None, True]]


@given(ANY, st.integers(5, 30), st.integers(0, 40))
def test_a_clipped_line_keeps_within_the_width(text: str, width: int, start: int) -> None:
    shown, shift = clip(printable(text), width, start=start)
    assert cells(shown) <= width
    assert shift >= 0


def test_clipping_marks_the_cut() -> None:
    assert clip("abcdefghij", 10) == ("abcdefghij", 0)
    assert clip("abcdefghijk", 10) == ("abcdefghi…", 0)
    assert clip("abcdefghijk", 10, start=4) == ("…efghijk", 3)
    assert clip("日本語日本語", 7) == ("日本語…", 0)


def test_tabs_and_wide_characters_move_what_follows() -> None:
    shown, starts = shown_line("\ta日b")
    assert shown == "    a日b"
    assert starts == [0, 4, 5, 7, 8]
    assert shown_line("\x1b!") == ("\\x1b!", [0, 4, 5])


@given(ANY)
def test_every_character_of_a_line_has_its_cell(text: str) -> None:
    shown, starts = shown_line(text)
    assert len(starts) == len(text) + 1
    assert starts == sorted(starts)
    assert starts[-1] == cells(shown)
