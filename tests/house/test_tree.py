"""The tree is well kept: what a reviewer would otherwise have to look for in every change."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (ROOT / "eda_lint", ROOT / "rules" / "eda_lint_rules")
VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "stuff", "tools"}
LINES = 450
FUNCTION_LINES = 70
OWN_MODULES = sorted(path for package in PACKAGES for path in package.rglob("*.py"))


def committed_files() -> list[Path]:
    """Files that git tracks, or (in an unpacked archive) all files outside hidden and build directories."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=False, env={"PATH": os.environ["PATH"]}
    )
    if listed.returncode:
        return [p for p in ROOT.rglob("*") if p.is_file() and not any(n.startswith((".", "build")) for n in p.parts)]
    return [ROOT / os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p.name)
def test_every_directory_with_modules_is_a_package_that_says_what_it_is(package: Path) -> None:
    for directory in {path.parent for path in package.rglob("*.py")}:
        initial = directory / "__init__.py"
        assert initial.is_file(), f"{directory.relative_to(ROOT)} has no __init__.py"
        assert ast.get_docstring(ast.parse(initial.read_text("utf-8"))), f"{initial.relative_to(ROOT)}: no docstring"


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = [str(path.relative_to(ROOT)) for path in OWN_MODULES if path.stem in VAGUE or path.parent.name in VAGUE]
    assert vague == []


@pytest.mark.parametrize("path", OWN_MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_modules_and_functions_stay_readable(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            assert node.end_lineno - node.lineno < FUNCTION_LINES, f"{node.name} (line {node.lineno}) is too long"


def test_nothing_names_a_machine() -> None:
    """No path of somebody's machine, no user's home, no address of a package registry's file host."""
    # Brackets keep each pattern from matching itself.
    pattern = re.compile(r"/[w]ork/|/[h]ome/[a-z]|/[U]sers/[a-z]|python[h]osted\.org|/[o]pt/(wheels|pypi)")
    found = []
    for path in committed_files():
        if not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in pattern.finditer(text)]
    assert found == []


def test_nothing_is_left_undone_in_a_comment() -> None:
    mark = re.compile(r"#\s*(TODO|FIXME|XXX|HACK)\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in OWN_MODULES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if mark.search(line)
    ]
    assert found == []
