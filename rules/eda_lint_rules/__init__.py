"""The rules that come with eda-lint. They enter through the entry point `eda_lint.rules`, as a plugin's do."""

from __future__ import annotations

from eda_lint.model.rule import Rule
from eda_lint_rules.fire_and_forget.command_named_event import CommandNamedEvent
from eda_lint_rules.tool.unreadable_source import UnreadableSource
from eda_lint_rules.tool.unused_suppression import UnusedSuppression

RULES: tuple[type[Rule], ...] = (
    UnusedSuppression,
    UnreadableSource,
    CommandNamedEvent,
)
"""All shipped rules, by code."""
