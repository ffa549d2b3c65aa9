"""What a DynamoDB update expression does to an item.

Grammar: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from __future__ import annotations

import re
from typing import Literal

LONGEST = 20_000
"""Characters of an expression that are read."""

_CLAUSE = re.compile(r"\b(set|remove|add|delete)\b(?=\s)", re.IGNORECASE)
_ARITHMETIC = re.compile(r"(?P<left>[^\s,=()]+|\))\s*[+-]\s*(?P<right>[^\s,=()]+)")
_APPENDING = re.compile(r"\blist_append\s*\(", re.IGNORECASE)

Update = Literal["set", "increment", "append"]


def classify(expression: str) -> Update | None:
    """`increment` for `SET n = n + :x` and `ADD n :x`, `append` for `list_append`, else `set`; the first two of
    several clauses before the last. None for what is no update expression. Never raises.

    `ADD` of a set only joins it, but the expression does not tell a set from a number.
    """
    parts = _CLAUSE.split(expression[:LONGEST].strip())
    if len(parts) < 3 or parts[0].strip():
        return None
    found: set[Update] = set()
    for clause, body in zip(parts[1::2], parts[2::2], strict=True):
        if clause.lower() == "add":
            found.add("increment")
        elif clause.lower() == "set":
            found.add(_assignments(body))
    if "increment" in found:
        return "increment"
    return "append" if "append" in found else "set"


def _assignments(body: str) -> Update:
    for match in _ARITHMETIC.finditer(body):
        # A sum of two given values is itself given; one that reads the item counts.
        if not (match["left"].startswith(":") and match["right"].startswith(":")):
            return "increment"
    return "append" if _APPENDING.search(body) else "set"
