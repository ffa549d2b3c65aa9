"""Which directory is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from eda_lint.config import Root, find_root
from eda_lint.errors import UsageError


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A directory that no configuration of the machine lies above: it is its own git root."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "services" / "billing").mkdir(parents=True)
    (tmp_path / "services" / "billing" / "app.py").write_text("", "utf-8")
    (tmp_path / "services" / "users").mkdir()
    return tmp_path


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_the_nearest_configuration_wins(base: Path) -> None:
    outer = write(base / "pyproject.toml", "[tool.eda-lint]\n")
    inner = write(base / "services" / "eda-lint.toml", "")
    assert find_root([base / "services" / "billing" / "app.py"]) == Root(base / "services", inner)
    assert find_root([base]) == Root(base, outer)


def test_the_paths_share_one_root(base: Path) -> None:
    write(base / "services" / "billing" / "eda-lint.toml", "")
    config = write(base / "services" / "eda-lint.toml", "")
    both = [base / "services" / "billing", base / "services" / "users"]
    assert find_root(both) == Root(base / "services", config)


@pytest.mark.parametrize("text", ['name = "billing"', 'kind = "library"\nignore = []'])
def test_a_services_own_file_makes_no_root(base: Path, text: str) -> None:
    write(base / "services" / "billing" / "eda-lint.toml", text)
    assert find_root([base / "services" / "billing"]) == Root(base, None)
    config = write(base / "eda-lint.toml", "")
    assert find_root([base / "services" / "billing"]) == Root(base, config)


@pytest.mark.parametrize("text", ["[project]\nname = 'x'", "# eda-lint\n[tool.ruff]", "tool = 3  # eda-lint"])
def test_a_pyproject_without_the_table_does_not_count(base: Path, text: str) -> None:
    write(base / "services" / "pyproject.toml", text)
    assert find_root([base / "services"]) == Root(base, None)


def test_eda_lint_toml_wins_over_pyproject(base: Path) -> None:
    write(base / "pyproject.toml", "[tool.eda-lint]\n")
    config = write(base / "eda-lint.toml", "")
    assert find_root([base]).config_path == config


@pytest.mark.parametrize("text", ["[tool.eda-lint\n", "[tool.eda-lint]\nx = " + "[" * 5000])
def test_a_broken_configuration_is_found_so_that_it_can_be_refused(base: Path, text: str) -> None:
    config = write(base / "pyproject.toml", text)
    assert find_root([base / "services"]) == Root(base, config)


def test_without_configuration_the_git_root_else_the_path(base: Path) -> None:
    assert find_root([base / "services" / "users"]) == Root(base)
    (base / "services" / ".git").write_text("gitdir: elsewhere\n", "utf-8")
    assert find_root([base / "services" / "users"]) == Root(base / "services")


def test_the_current_directory_is_the_default(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(base / "services")
    assert find_root() == Root(base)


def test_root_decides(base: Path) -> None:
    write(base / "eda-lint.toml", "")
    inner = base / "services" / "billing"
    assert find_root([base], inner) == Root(inner)
    config = write(inner / "eda-lint.toml", "")
    assert find_root([], inner) == Root(inner, config)


def test_links_are_resolved(base: Path) -> None:
    (base / "link").symlink_to(base / "services" / "users")
    assert find_root([], base / "link") == Root(base / "services" / "users")


def test_what_is_not_there(base: Path) -> None:
    (base / "dangling").symlink_to(base / "nowhere")
    (base / "loop").symlink_to(base / "loop")
    for name in ("nowhere", "dangling", "loop"):
        with pytest.raises(UsageError, match="does not exist"):
            find_root([base / name])
    with pytest.raises(UsageError, match="is no directory"):
        find_root([], base / "services" / "billing" / "app.py")
