"""EDA001: suppressions that suppress nothing. Only the engine knows which were used, so it finds them itself.

The rule class and its page lie with the shipped rules; its own `check` finds nothing. Judged are only suppressions
of rules that ran: silence of a rule that was switched off proves nothing about the comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from eda_lint.check.noqa import Suppression, Suppressions
from eda_lint.check.selection import nearest
from eda_lint.model.finding import Finding, RuleCard
from eda_lint.model.topology import Place

CODE = "EDA001"
"""unused-suppression."""
NAME = "unused-suppression"

Use = tuple[Suppression, str]
"""A suppression and the one of its selectors that a finding matched."""


def unused(
    suppressions: Suppressions, used: Set[Use], *, ran: Set[str], cards: Sequence[RuleCard]
) -> Iterator[Finding]:
    """Findings about comments that are malformed, name no rule, or cover nothing that was found.

    `ran` holds the codes of the rules that ran to their end; `cards` all installed rules.
    """
    for malformed in suppressions.malformed:
        yield _finding(malformed.place, malformed.message, "malformed", "")
    for found in suppressions.by_file.values():
        for suppression in found:
            yield from _judge(suppression, used, ran, cards)


def _judge(suppression: Suppression, used: Set[Use], ran: Set[str], cards: Sequence[RuleCard]) -> Iterator[Finding]:
    unknown, idle = [], []
    for selector in dict.fromkeys(suppression.selectors):
        meant = {card.code for card in cards if selector == card.name or card.code.startswith(selector)} - {CODE}
        if selector in (CODE, NAME) or (suppression.kind == "noqa" and _foreign(selector, cards)):
            continue
        if not meant:
            unknown.append(selector)
        elif meant <= ran and (suppression, selector) not in used:
            idle.append(selector)
    if unknown:
        yield _unknown(suppression, unknown, cards)
    if idle:
        yield _idle(suppression, idle)


def _foreign(selector: str, cards: Sequence[RuleCard]) -> bool:
    """A `noqa` code of another tool: its letters are those of no installed rule."""
    letters = re.match(r"[A-Z]*", selector)
    return letters is not None and all(card.code.rstrip("0123456789") != letters[0] for card in cards)


def _unknown(suppression: Suppression, selectors: Sequence[str], cards: Sequence[RuleCard]) -> Finding:
    close = nearest(selectors[0], cards)
    hint = f" Did you mean `{close}`?" if close else ""
    verb = "is no rule" if len(selectors) == 1 else "are no rules"
    message = f"{_listed(selectors)} {verb}, so nothing is suppressed by naming it.{hint}"
    return _finding(suppression.place, message, "unknown:" + ",".join(selectors), _remove(suppression, selectors))


def _idle(suppression: Suppression, selectors: Sequence[str]) -> Finding:
    where = "in this file" if suppression.kind == "file-ignore" else "here"
    message = f"{_listed(selectors)} finds nothing {where}, so the suppression hides only future faults. Remove it."
    return _finding(suppression.place, message, "unused:" + ",".join(selectors), _remove(suppression, selectors))


def _remove(suppression: Suppression, selectors: Sequence[str]) -> str:
    whole = len(selectors) == len(suppression.selectors)
    return "Delete the comment" if whole else f"Delete {_listed(selectors)} from the comment"


def _listed(selectors: Sequence[str]) -> str:
    return ", ".join(f"`{selector}`" for selector in selectors)


def _finding(place: Place, message: str, shape: str, mend: str) -> Finding:
    return Finding(code=CODE, name=NAME, message=message, place=place, mend=mend, shape=shape)
