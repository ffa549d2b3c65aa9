"""Every shipped rule is told to the user: a page, a unique code in its family, a row in the README."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from eda_lint_rules import RULES

from eda_lint.cli.entry import main
from eda_lint.model.rule import Rule

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "rules" / "eda_lint_rules"


def test_rules_are_listed_once_in_the_order_of_their_codes() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_every_rule_module_is_listed() -> None:
    """A rule file that nobody registered would look as if it ran."""
    pages = {path.with_suffix("") for path in PACKAGE.rglob("*.md")}
    listed = {Path(inspect.getfile(rule)).with_suffix("") for rule in RULES}
    assert pages == listed


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
def test_a_rule_lies_where_its_name_says_and_its_page_beside_it(rule: type[Rule]) -> None:
    module = Path(inspect.getfile(rule))
    assert module.stem == rule.name.replace("-", "_")
    page = module.with_suffix(".md").read_text("utf-8")
    assert page.startswith(f"# {rule.code} {rule.name}\n")
    assert (inspect.getdoc(rule) or "").strip()


def test_families_do_not_mix() -> None:
    """One directory holds one family (the digit after the letters), so that a code tells where to look."""
    families: dict[str, set[str]] = {}
    for rule in RULES:
        families.setdefault(Path(inspect.getfile(rule)).parent.name, set()).add(rule.code[3])
    assert {name: digits for name, digits in families.items() if len(digits) > 1} == {}


def test_the_readme_lists_the_rules_as_they_are(capfd: pytest.CaptureFixture[str]) -> None:
    """Mend with the output of `eda-lint rules --format markdown`."""
    assert main(["rules", "--format", "markdown"]) == 0
    table = capfd.readouterr().out
    readme = (ROOT / "README.md").read_text("utf-8")
    begin, end = readme.index("<!-- rules:"), readme.index("<!-- end of rules -->")
    assert readme[begin:end].partition("\n")[2] == table
