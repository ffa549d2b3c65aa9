"""Steps: how a table says where a part of a value stands (`["Records"][*]["body"]`, `message.data`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

_STEP = re.compile(
    r"""\.?(?P<name>[^\W\d]\w*)(?P<call>\(\))?  # name or name()
      | \["(?P<key>[^"\]]*)"\]                   # ["key"]
      | \[(?P<index>\d+)\]                       # [2]
      | (?P<each>\[\*\])                         # [*]
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `text` is the attribute, method or key; `index` the position."""

    kind: Literal["attribute", "call", "key", "index", "each"]
    text: str = ""
    index: int = 0


@lru_cache(maxsize=4096)
def parse(text: str) -> tuple[Step, ...]:
    """The steps of a chain; `.` is none. Raises ValueError for what is no chain."""
    if text == ".":
        return ()
    found: list[Step] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None or (match["name"] is not None and (at > 0) != text.startswith(".", at)):
            raise ValueError(f"{text!r} is no chain of steps (at {text[at:]!r})")
        found.append(_step(match))
        at = match.end()
    if not found:
        raise ValueError("an empty chain of steps")
    return tuple(found)


def _step(match: re.Match[str]) -> Step:
    if match["name"] is not None:
        return Step("call" if match["call"] else "attribute", match["name"])
    if match["key"] is not None:
        return Step("key", match["key"])
    if match["index"] is not None:
        return Step("index", index=int(match["index"]))
    return Step("each")
