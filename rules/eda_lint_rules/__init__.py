"""The rules that come with eda-lint. They enter through the entry point `eda_lint.rules`, as a plugin's do."""

from __future__ import annotations

from eda_lint.model.rule import Rule

RULES: tuple[type[Rule], ...] = ()
"""All shipped rules, by code."""
