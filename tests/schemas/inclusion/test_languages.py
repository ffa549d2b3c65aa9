"""Automata for patterns, held against Python's own."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.schemas.inclusion.languages import UnsupportedPatternError, matches, words

PATTERNS = (
    "", "a", "^a", "a$", "^a*$", "^a+b?$", "a|b", "^(a|bc)+$", "[ab]c", "[^ab]", "^[^a-c]{2}$", "^.{1,2}$", "b{2}",
    "^a{0,1}$", "(^a)|(b$)", "^$", "a.c", r"^\w+$", r"\s", r"^\d{2,}$", r"^[\w.]+@\w+\.com$", r"\.", r"a\|b",
    "^(?:ab)*$", "(?P<n>a)b", "^[]a]$", r"\u0061", r"^[\-a]$", "a??b", "$", "a$b",
)  # fmt: skip
WORDS = st.text(alphabet="abc12 .@-|x\n", max_size=6)


@pytest.mark.parametrize("pattern", [one for one in PATTERNS if one != "^[]a]$"])
@given(word=WORDS)
def test_a_pattern_finds_what_pythons_finds(pattern: str, word: str) -> None:
    # `$` matches before a last line break in Python but not in ECMA-262, `.` matches no line break in either.
    if "\n" not in word:
        assert matches(pattern, word) == (re.search(pattern, word, re.ASCII) is not None)


@pytest.mark.parametrize(
    "pattern", ["(?=a)b", "(?<!a)b", r"\bword", r"(a)\1", "(", "a)", "[a", "*a", r"\p{L}", "[b-a]", "a++", r"\c"]
)
def test_what_is_no_regular_language_is_refused(pattern: str) -> None:
    with pytest.raises(UnsupportedPatternError):
        matches(pattern, "a")


def test_hostile_patterns_are_refused_soon() -> None:
    for pattern in ("(" * 5000 + ")" * 5000, "a{1,2000}{1,2000}", "(a{1,99}){1,99}", "a{999999999}"):
        with pytest.raises(UnsupportedPatternError):
            matches(pattern, "a")


@pytest.mark.parametrize("pattern", ["^a*$", "a|b", "^[^a]{2,3}$", "^$", r"^\d+$", "", "^(x|y)z?$"])
@pytest.mark.parametrize("other", ["^.?$", "b", "^[a-z]*$"])
def test_words_have_what_they_are_asked_for(pattern: str, other: str) -> None:
    found = words(5, least=1, most=4, matched=[pattern], unmatched=[other], without=frozenset(("aa",)))
    assert len(set(found.words)) == len(found.words)
    for word in found.words:
        assert matches(pattern, word)
        assert not matches(other, word)
        assert 1 <= len(word) <= 4
        assert word != "aa"


def test_all_words_of_a_finite_language() -> None:
    found = words(20, matched=["^(a|b)c?$"])
    assert set(found.words) == {"a", "b", "ac", "bc"}
    assert found.complete


def test_equal_languages_have_no_word_apart() -> None:
    for one, other in (("^.+$", "^.{1,}$"), ("^(ab|ac)$", "^a[bc]$"), ("a*", ""), ("^a*a$", "^a+$")):
        assert words(1, matched=[one], unmatched=[other]) == words(1, matched=[other], unmatched=[one])
        assert words(1, matched=[one], unmatched=[other]).words == ()


def test_far_words_are_found() -> None:
    (word,) = words(1, matched=["^[a-z]{40}[0-9]{20}$"]).words
    assert re.search("^[a-z]{40}[0-9]{20}$", word)


def test_lengths_alone() -> None:
    assert words(3, least=2, most=1).words == ()
    assert words(1, least=10_000).words == ("a" * 10_000,)
    assert words(5, most=0) == words(5, most=0, matched=["^$"])
