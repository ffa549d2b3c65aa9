"""What the answers about two types mean for their readers, in words."""

from __future__ import annotations

import json
from dataclasses import dataclass

from eda_lint.errors import shown
from eda_lint.model.schema import Verdict
from eda_lint.schemas.inclusion import Inclusion

__all__ = ["Both", "consequence", "witness_text"]

_WITNESS = 160
_UNDECIDED = "it could not be decided whether {} readers take every {} message"


@dataclass(frozen=True, slots=True)
class Both:
    """The answers for two types in both directions, as verdicts."""

    backward: Verdict
    forward: Verdict
    old_value: str
    """A value of the old type that the new one refuses, as text."""
    new_value: str


def consequence(both: Both) -> str:
    """What the verdicts of two types mean for their readers."""
    parts: list[str] = []
    if both.backward == "break":
        parts.append(f"new readers refuse {both.old_value}" if both.old_value else _UNDECIDED.format("new", "old"))
    elif both.backward == "warn":
        parts.append("new readers refuse old messages with members that were not declared")
    if both.forward == "break":
        parts.append(f"old readers refuse {both.new_value}" if both.new_value else _UNDECIDED.format("old", "new"))
    elif both.forward == "warn":
        parts.append("old readers refuse new messages with members that are not declared")
    return "; ".join(parts) or "the values are the same"


def witness_text(found: Inclusion) -> str:
    """A value that shows a no, as JSON; empty if there is none to show."""
    if found.answer != "no":
        return ""
    text = shown(json.dumps(found.witness, ensure_ascii=True))
    return f"`{text}`" if len(text) <= _WITNESS else f"`{text[: _WITNESS - 1]}…`"
