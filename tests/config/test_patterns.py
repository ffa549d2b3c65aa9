"""Path patterns mean what they mean in `.gitignore`."""

from __future__ import annotations

import pathspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.config import DEFAULT_EXCLUDE, PathPatterns
from eda_lint.errors import ConfigError


@pytest.mark.parametrize(
    ("patterns", "path", "matches"),
    [
        (DEFAULT_EXCLUDE, "a/node_modules/b.py", True),
        (DEFAULT_EXCLUDE, "a/venvs/b.py", False),
        (["a/b"], "a/b/c.py", True),
        (["a/b"], "x/a/b/c.py", False),
        (["./a"], "x/a", False),
        (["./a"], "a/x", True),
        (["*.gen.py"], "x/y.gen.py", True),
        (["a", "!a/keep.py"], "a/x.py", True),
        (["*.py", "!keep.py"], "x/keep.py", False),
        ([], "x", False),
        (["/odd\\ \\[x\\]/**"], "odd [x]/a.py", True),
        (["/odd\\ \\[x\\]/**"], "odd x/a.py", False),
    ],
)
def test_match(patterns: list[str], path: str, matches: bool) -> None:
    assert PathPatterns(patterns).match(path) is matches


def test_directories() -> None:
    patterns = PathPatterns(["build/", "venv"])
    assert patterns.match_directory("x/build")
    assert patterns.match_directory("venv")
    assert not patterns.match("build")


@given(st.lists(st.text("ab./*!", min_size=1, max_size=4), max_size=4), st.text("ab./", min_size=1, max_size=6))
def test_agrees_with_the_library(patterns: list[str], path: str) -> None:
    try:
        ours = PathPatterns(patterns)
    except ConfigError:
        return
    parts = path.strip("/").split("/")
    if any(part in ("", ".", "..") for part in parts) or any(p.startswith("./") for p in patterns):
        return
    clean = "/".join(parts)
    assert ours.match(clean) == pathspec.GitIgnoreSpec.from_lines(patterns).match_file(clean)


@pytest.mark.parametrize("pattern", ["!", "a\\"])
def test_malformed(pattern: str) -> None:
    with pytest.raises(ConfigError, match="no path pattern"):
        PathPatterns(["ok", pattern])
