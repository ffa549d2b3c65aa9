"""Files below the root hold what a service says of itself."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from eda_lint.config import Config, NestedConfig, ServiceTable, nested_configs, with_nested
from eda_lint.errors import ConfigError


def read(files: Mapping[str, str], own: str | None = None) -> tuple[NestedConfig, ...]:
    return nested_configs(files, lambda path: files[path].encode(), own)


def test_own_keys() -> None:
    files = {
        "eda-lint.toml": "select = []",
        "b/eda-lint.toml": 'name = "billing"\nkind = "library"\nignore = ["EDA1"]\n[[channels]]\nmatch = "x"',
        "a/pyproject.toml": "[tool.eda-lint]\nkind = 'service'",
        "c/pyproject.toml": "this is no TOML and none of our business",
        "c/other.toml": "select = []",
    }
    first, second = read(files, "eda-lint.toml")
    assert (first.directory, first.kind, first.name) == ("a", "service", None)
    assert (second.directory, second.name, second.channels[0].match) == ("b", "billing", "x")


def test_other_keys_are_refused_for_all_files_at_once() -> None:
    files = {"a/eda-lint.toml": "\nselect = []", "b/eda-lint.toml": "nmae = 'x'", "c/eda-lint.toml": "= ="}
    with pytest.raises(ConfigError) as caught:
        read(files)
    one, two, three = str(caught.value).splitlines()
    assert one.startswith("a/eda-lint.toml:2: unknown key `select`. It belongs in the root's configuration")
    assert two == "b/eda-lint.toml:1: unknown key `nmae`. Did you mean `name`?"
    assert three.startswith("c/eda-lint.toml:1: no valid TOML")


def test_an_unreadable_file_is_an_error() -> None:
    def fail(path: str) -> bytes:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(ConfigError, match="cannot be read: Permission denied"):
        nested_configs(["a/eda-lint.toml"], fail)


def test_joined_with_the_root() -> None:
    root = Config(services=(ServiceTable("users", ("services/u/",)),), per_file_ignores={"/services/b/**": ("EDA2",)})
    joined = with_nested(
        root,
        [
            NestedConfig(name="billing", ignore=("EDA1",), directory="services/b"),
            NestedConfig(kind="library", directory="libs/events"),
            NestedConfig(name="else", directory="services/u"),
            NestedConfig(ignore=("EDA3",), directory="odd [x]"),
        ],
    )
    assert joined.services == (
        *root.services,
        ServiceTable("billing", ("services/b",)),
        ServiceTable("events", ("libs/events",), "library"),
    )
    assert joined.per_file_ignores == {"/services/b/**": ("EDA2", "EDA1"), "/odd\\ \\[x\\]/**": ("EDA3",)}
