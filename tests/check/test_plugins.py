from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from eda_lint.check.plugins import GROUP, blame, registered_rules
from eda_lint.errors import RuleError

RULE = """
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class LostMail:
    code: ClassVar[str] = "ACM101"
    name: ClassVar[str] = "lost-mail"
    summary: ClassVar[str] = "A mail is lost"
    severity: ClassVar[str] = "warning"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "1.0"
    limit: int = 3

    def check(self, project, base):
        return ()
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest):
    """Makes a plugin package of `lost_mail.py` and gives entry points into it."""
    name = f"acme_{abs(hash(request.node.name))}"

    def make(source: str = RULE, *, page: str | bytes | None = "# ACM101 lost-mail\n", attribute: str = "LostMail"):
        package = tmp_path / name
        package.mkdir()
        (package / "__init__.py").write_text("")
        (package / "lost_mail.py").write_text(source)
        if page is not None:
            (package / "lost_mail.md").write_bytes(page if isinstance(page, bytes) else page.encode())
        monkeypatch.syspath_prepend(str(tmp_path))
        return [EntryPoint("acme", f"{name}.lost_mail:{attribute}", GROUP)]

    return make


def test_a_class_and_an_iterable_of_classes_are_loaded(plugin) -> None:
    points = plugin(RULE + "\nRULES = [LostMail]\n")
    (single,) = registered_rules(points)
    (listed,) = registered_rules([EntryPoint("acme", points[0].value.replace(":LostMail", ":RULES"), GROUP)])
    assert single.card == listed.card
    assert (single.card.code, single.card.name, single.plugin) == ("ACM101", "lost-mail", "acme")
    assert single.card.page == "# ACM101 lost-mail\n"


def test_two_entry_points_with_one_rule_are_refused(plugin) -> None:
    (point,) = plugin()
    with pytest.raises(RuleError, match="`ACM101` is claimed by two rules"):
        registered_rules([point, EntryPoint("again", point.value, GROUP)])


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"ACM101"', '"acm101"', "`code` must be"),
        ('"ACM101"', '"ACM-101"', "`code` must be"),
        ('"lost-mail"', '"LostMail"', "`name` must be kebab-case"),
        ('"A mail is lost"', '"A mail is lost."', "`summary` must be one line"),
        ('"warning"', '"fatal"', "`severity` must be one of"),
        ("limit: int = 3", "limit: int", "no default"),
        ("frozen=True", "frozen=False", "frozen dataclass"),
        ("def check", "def look", "no method `check`"),
        ('since: ClassVar[str] = "1.0"', "", "`since` must name"),
    ],
)
def test_what_keeps_a_class_from_being_a_rule_is_said(plugin, old: str, new: str, complaint: str) -> None:
    source = RULE.replace(old, new, 1)
    assert source != RULE
    with pytest.raises(RuleError, match=complaint) as caught:
        registered_rules(plugin(source))
    assert "acme" in str(caught.value)


@pytest.mark.parametrize("page", [None, b"\xff\xfe not text"])
def test_a_rule_without_a_readable_page_is_refused(plugin, page: bytes | None) -> None:
    with pytest.raises(RuleError, match=r"ACM101 of plugin `acme` has no page: `lost_mail.md`"):
        registered_rules(plugin(page=page))


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("raise ZeroDivisionError('at import')", "ZeroDivisionError: at import"),
        ("LostMail = 7", "TypeError"),
        ("def LostMail(): pass", "TypeError"),
        ("", "AttributeError"),
        ("LostMail = [7]", "is no class"),
    ],
)
def test_a_plugin_that_crashes_is_named(plugin, source: str, complaint: str) -> None:
    with pytest.raises(RuleError, match=complaint) as caught:
        registered_rules(plugin(source))
    assert "plugin `acme`" in str(caught.value)


def test_an_entry_point_into_nothing_is_named() -> None:
    with pytest.raises(RuleError, match="ModuleNotFoundError"):
        registered_rules([EntryPoint("gone", "no_such_package_anywhere:RULES", GROUP)])


def test_blame_is_one_line_and_names_no_file() -> None:
    try:
        raise ValueError("first\nsecond")
    except ValueError as error:
        told = blame(error)
    assert told.startswith("ValueError: first second (at ")
    assert "/" not in told
    assert "\n" not in told
