"""Paths as given, relative to the root."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from eda_lint.cli.paths import listed_paths, relative_paths
from eda_lint.errors import UsageError


def test_files_and_directories_are_relative_to_the_root(shop: Path) -> None:
    given = [Path("shop/orders.py"), shop / "shop"]
    assert relative_paths(given, shop) == {"shop/orders.py", "shop"}


def test_the_root_itself_leaves_nothing_out(shop: Path) -> None:
    assert relative_paths([Path("shop"), Path()], shop) is None


def test_dots_are_resolved(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop / "shop")
    assert relative_paths([Path("../shop/./orders.py")], shop) == {"shop/orders.py"}


def test_a_link_inside_the_root_keeps_its_name(shop: Path) -> None:
    (shop / "alias.py").symlink_to("shop/orders.py")
    assert relative_paths([Path("alias.py")], shop) == {"alias.py"}


def test_a_root_reached_through_a_link(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").symlink_to(shop)
    assert relative_paths([tmp_path / "elsewhere" / "shop"], shop.resolve()) == {"shop"}


def test_outside_the_root(shop: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="outside the root"):
        relative_paths([tmp_path], shop / "shop")


@pytest.mark.parametrize(
    "content",
    [b"shop/orders.py\nshop/gone.py\n", b"shop/orders.py\r\nshop/gone.py\r\n", b"shop/orders.py\0shop/gone.py\0"],
)
def test_a_list_may_name_files_that_are_gone(shop: Path, content: bytes) -> None:
    Path("list").write_bytes(content)
    assert listed_paths("list", shop) == {"shop/orders.py", "shop/gone.py"}


def test_a_list_may_hold_any_name(shop: Path) -> None:
    Path("list").write_bytes(b"a\nb.py\0caf\xff.py\0/etc/passwd\0")
    assert listed_paths("list", shop) == {"a\nb.py", "caf\udcff.py"}


def test_a_list_from_standard_input(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"shop/orders.py\n\n")))
    assert listed_paths("-", shop) == {"shop/orders.py"}
