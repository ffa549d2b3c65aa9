"""What is installed is what the checkout has: modules and the data files beside them."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = {"eda_lint": ROOT, "eda_lint_rules": ROOT / "rules"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(target), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (path,) = target.glob("*.whl")
    return path


def test_the_wheel_holds_both_packages_with_their_data_files(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = {
        path.relative_to(base).as_posix()
        for package, base in SOURCES.items()
        for path in (base / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert names == expected
    assert {Path(name).suffix for name in names} >= {".py", ".md"}


def test_the_wheel_declares_its_program_and_its_rules(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (path,) = [name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt")]
        entry_points = archive.read(path).decode()
    assert "eda-lint = eda_lint.cli.entry:main" in entry_points
    assert "eda = eda_lint_rules:RULES" in entry_points
