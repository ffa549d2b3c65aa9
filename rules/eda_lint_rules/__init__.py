"""The rules that come with eda-lint. They enter through the entry point `eda_lint.rules`, as a plugin's do."""

from __future__ import annotations

from eda_lint.model.rule import Rule
from eda_lint_rules.tool.unreadable_source import UnreadableSource
from eda_lint_rules.tool.unused_suppression import UnusedSuppression

RULES: tuple[type[Rule], ...] = (
    UnusedSuppression,
    UnreadableSource,
)
"""All shipped rules, by code."""
