"""EDA506: a coroutine that sends is never awaited. The page beside this file tells it in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.finding import Finding, Severity
from eda_lint.model.topology import Project
from eda_lint_rules.producer_delivery.sends import Send, never_sent, sends


@dataclass(frozen=True)
class UnawaitedSend:
    """A call that only makes a coroutine: without `await` its body never runs."""

    code: ClassVar[str] = "EDA506"
    name: ClassVar[str] = "unawaited-send"
    summary: ClassVar[str] = "Coroutine that would send is never awaited"
    severity: ClassVar[Severity] = "error"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each call whose coroutine is dropped."""
        for send in sends(project):
            if never_sent(send.deliveries):
                yield _finding(send)


def _finding(send: Send) -> Finding:
    return Finding(
        code=UnawaitedSend.code,
        name=UnawaitedSend.name,
        message=f"`{send.called}` makes a coroutine that is never awaited, so nothing is sent to {send.target}. Python "
        "tells it only as a warning when the coroutine is thrown away.",
        place=send.first.place,
        mend=f"await {send.called}(…)",
        notes=send.notes(),
        services=send.services,
        channels=send.channel_ids,
        symbol=send.first.function,
        shape=send.method or send.first.client,
    )
