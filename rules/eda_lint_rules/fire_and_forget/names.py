"""A message's name taken apart: segments, words, and what only says that it is a message."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from eda_lint_rules.fire_and_forget.words import ENVELOPES, FORMATS, KINDS_OF_EVENT

_PLACEHOLDER = re.compile(r"\$?\{[^}]*\}|\$\w+|<[^>]*>|\*|#")
_SEGMENT = re.compile(r"[./:>|\\]+")
_WORD = re.compile(r"[A-Z]{2,}s(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_VERSION = re.compile(r"(?:v|ver|version)?[\d_.-]+[a-z]?\d*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Name:
    """The words that carry the meaning of a message's name."""

    words: tuple[str, ...]
    """Lower-case words of the last meaningful segment, without envelope words."""
    spelled: tuple[str, ...]
    """The same as they were written."""
    segments: int
    """Number of meaningful segments: 3 in `acme.orders.created`."""
    titled: bool
    """The last segment is written as a class name is, `LikeThis`."""
    label: str = ""
    """What an ending says of the kind: `command`, `query`, `event`, or nothing."""
    segment: str = ""
    """The last meaningful segment as it was written."""


def take_apart(name: str) -> Name:
    """Segments and words of a name.

    Placeholders, versions and formats are dropped, and so are words that say that it is a message (`Event`, `Payload`,
    `DomainEvent`) as long as another word is left. Any text is taken; a name without letters has no words.
    """
    parts = [part for part in _SEGMENT.split(_PLACEHOLDER.sub("", name)) if _WORD.search(part)]
    while len(parts) > 1 and (_VERSION.fullmatch(parts[-1].strip()) or parts[-1].lower() in FORMATS):
        parts.pop()
    meaningful = [part for part in parts if not _VERSION.fullmatch(part)]
    last = meaningful[-1] if meaningful else ""
    spelled = [word for word in _WORD.findall(last) if word.lower() != "v"]
    titled = last[:1].isupper() and any(letter.islower() for letter in last) and " " not in last
    spelled, label = _without_envelope(spelled)
    return Name(tuple(word.lower() for word in spelled), tuple(spelled), len(meaningful), titled, label, last)


def respelled(name: str, parts: Name, words: Sequence[str]) -> str:
    """The name with the words of its last segment replaced, in the style in which that is written. An ending such as
    `Event` stays; `Command` goes, since the new words are none."""
    known = dict(zip(parts.words, parts.spelled, strict=True))
    separator = next((sign for sign in ("_", "-", " ") if sign in parts.segment), "")
    all_upper = parts.segment.isupper()
    written: list[str] = []
    for position, word in enumerate(words):
        if all_upper:
            text = word.upper()
        elif separator and not parts.titled:
            text = known.get(word, word)
        else:
            old = known.get(word, word)
            text = old if len(old) > 1 and old.isupper() else word.capitalize()
            if position == 0 and not parts.titled and parts.segment[:1].islower():
                text = word
        written.append(text)
    if parts.titled and parts.segment.endswith("Event") and not separator:
        written.append("Event")
    start = name.rfind(parts.segment)
    return name[:start] + separator.join(written) + name[start + len(parts.segment) :]


def _without_envelope(spelled: list[str]) -> tuple[list[str], str]:
    """Words without what only says that it is a message, and the kind that those said."""
    words = [word.lower() for word in spelled]
    label = ""
    start = 0
    if len(words) > 2 and words[0] in ("event", "command", "evt", "cmd") and words[1] in ("type", "name"):
        start, label = 2, {"evt": "event", "cmd": "command"}.get(words[0], words[0])
    elif len(words) > 2 and words[0] in ("on", "evt", "cmd"):
        start, label = 1, "command" if words[0] == "cmd" else "event"
    end = len(words)
    while end - start > 1:
        last = words[end - 1]
        if last in ENVELOPES:
            label = label or ("event" if last in ("event", "evt") else "")
            # `SendMessage` has a message for its object: one word alone would say less than both.
            if end - start == 2 and last not in ("event", "evt", "msg", "payload", "dto", "schema"):
                break
            end -= 1
            if end - start > 1 and words[end - 1] in KINDS_OF_EVENT:
                end -= 1
        elif last in ("command", "cmd", "query") and not label:
            label = "query" if last == "query" else "command"
            end -= 1
        else:
            break
    return spelled[start:end], label
