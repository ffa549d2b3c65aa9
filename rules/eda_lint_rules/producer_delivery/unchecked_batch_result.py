"""EDA511: a batch is sent and what failed of it is forgotten. The page beside this file tells it in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.finding import Finding, Severity
from eda_lint.model.topology import Project
from eda_lint_rules.producer_delivery.sends import Send, every, never_sent, sends


@dataclass(frozen=True)
class UncheckedBatchResult:
    """A batch call that reports failed entries in its result, which nobody looks into."""

    code: ClassVar[str] = "EDA511"
    name: ClassVar[str] = "unchecked-batch-result"
    summary: ClassVar[str] = "Entries of a batch that were refused are lost, because its result is not looked into"
    severity: ClassVar[Severity] = "error"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each batch call whose result is not looked into."""
        for send in sends(project):
            deliveries = send.deliveries
            if every(deliveries, "batch") and not never_sent(deliveries) and not any(one.checked for one in deliveries):
                yield _finding(send)


def _finding(send: Send) -> Finding:
    delivery = send.deliveries[0]
    called = send.called if send.method in ("", send.called.rpartition(".")[2]) else f"{send.called} ({send.method})"
    key = f"`{delivery.failure_key}`" if delivery.failure_key else "its result"
    return Finding(
        code=UncheckedBatchResult.code,
        name=UncheckedBatchResult.name,
        message=f"`{called}` succeeds even if {send.target} took only a part of the batch: the entries that were "
        f"refused are told in {key} alone, and nobody looks. Send those entries again.",
        place=send.first.place,
        mend=f"check {key} of the result and send the failed entries again",
        notes=send.notes(),
        services=send.services,
        channels=send.channel_ids,
        symbol=send.first.function,
        shape=send.method or send.first.client,
    )
