"""An error says where, what and how to mend it; several travel as one."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from eda_lint.errors import CatalogError, ConfigError, EdaLintError, GitError, RuleError, UsageError, shown


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (EdaLintError("it broke"), "it broke"),
        (ConfigError("bad key", path=Path("a/b.toml"), line=3, mend="Remove it"), "a/b.toml:3: bad key. Remove it"),
        (GitError("no ref", path="a", mend="Fetch it."), "a: no ref. Fetch it."),
        (UsageError("really?", mend="No"), "really? No"),
        (RuleError("x", path="a\nb\udcff<script>", line=1), "a\\nb\\udcff<script>:1: x"),
    ],
)
def test_text(error: EdaLintError, text: str) -> None:
    assert str(error) == text
    assert error.exit_code == 2


def test_faults_of_several_groups_travel_together_in_order() -> None:
    one, two, three = ConfigError("one", line=1), ConfigError("two"), CatalogError("three")
    error = ConfigError.together([ConfigError.together([one, two]), three])
    assert error.faults == (one, two, three)
    assert str(error) == "one\ntwo\nthree"
    assert (error.message, error.line) == ("one", 1)
    with pytest.raises(ValueError, match="at least one"):
        ConfigError.together([])


def test_one_fault_is_its_own() -> None:
    assert [str(fault) for fault in ConfigError("one", mend="M").faults] == ["one. M"]
    assert str(ConfigError.together([UsageError("one", path="p")])) == "p: one"


def test_errors_cross_processes() -> None:
    error = pickle.loads(pickle.dumps(ConfigError.together([ConfigError("a", path="p", line=2), ConfigError("b")])))  # noqa: S301
    assert str(error) == "p:2: a\nb"


def test_shown_is_one_printable_line() -> None:
    assert shown("a\x1b[31m\tb\u2028ü") == "a\\x1b[31m\\tb\\u2028ü"
