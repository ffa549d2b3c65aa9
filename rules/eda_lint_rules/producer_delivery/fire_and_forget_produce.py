"""EDA501: nobody learns whether the message arrived. The page beside this file tells it in full."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import ClassVar

from eda_lint.model.finding import Finding, Severity
from eda_lint.model.topology import Delivery, Project
from eda_lint_rules.producer_delivery.sends import Send, every, never_sent, sends

_TELEMETRY = re.compile(
    r"(?:^|[._:/-])(?:metrics?|telemetry|logs?|logging|traces?|tracing|spans?|heartbeats?|pings?|monitoring|statsd?|"
    r"statistics|debug)(?:[._:/-]|$)",
    re.IGNORECASE,
)
"""Channels of which a message may be missing."""


@dataclass(frozen=True)
class FireAndForgetProduce:
    """A send whose outcome becomes known only through a future or a callback that nobody looks at."""

    code: ClassVar[str] = "EDA501"
    name: ClassVar[str] = "fire-and-forget-produce"
    summary: ClassVar[str] = "Nobody learns whether a message that was sent arrived"
    severity: ClassVar[Severity] = "warning"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    telemetry: tuple[str, ...] = ()
    """Further channels of which a message may be lost without harm (globs)."""

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each call that drops its outcome; a flush makes it the milder form."""
        for send in sends(project):
            if _dropped(send) and not never_sent(send.deliveries) and not self._harmless(send):
                yield _finding(send)

    def _harmless(self, send: Send) -> bool:
        """Whether everything that is known to be sent here is telemetry."""
        return bool(send.channels) and all(
            _TELEMETRY.search(name) or any(fnmatchcase(name, glob) for glob in self.telemetry) for name in send.channels
        )


def _dropped(send: Send) -> bool:
    if every(send.deliveries, "future"):
        return all(not one.checked and not one.has_callback for one in send.deliveries)
    # A callback is given where the client library is called, whatever becomes of the result further out.
    return every(send.deliveries, "callback") and not send.first.via and not _calls_back(send.deliveries)


def _calls_back(deliveries: Iterable[Delivery]) -> bool:
    return any(one.has_callback for one in deliveries)


def _finding(send: Send) -> Finding:
    delivery = send.deliveries[0]
    flushed: set[str] = {one.flushed for one in send.deliveries}
    return Finding(
        code=FireAndForgetProduce.code,
        name=FireAndForgetProduce.name,
        message=f"{_what(send, delivery)} {_flushing(flushed)}".rstrip(),
        place=send.first.place,
        confidence="likely" if "unknown" in flushed else "proven",
        mend=_mend(delivery),
        notes=send.notes(),
        services=send.services,
        channels=send.channel_ids,
        symbol=send.first.function,
        shape=send.method or send.first.client,
        at_most="info" if flushed - {"no"} else None,
    )


def _what(send: Send, delivery: Delivery) -> str:
    lost = f"nobody learns whether {send.target} received the event (broker down, message too large, not authorised)."
    if delivery.proof == "callback":
        return f"`{send.called}` gets no delivery callback, so {lost}"
    return f"The result of `{send.called}` is dropped, so {lost}"


def _flushing(flushed: set[str]) -> str:
    """What a flush changes: the buffer is emptied, and a refused message is as silent as before."""
    if "same-function" in flushed:
        return "The flush in this function waits for the broker, but raises nothing for a message that was refused."
    if "elsewhere" in flushed:
        return "The producer is flushed at shutdown, which raises nothing for a message that was refused."
    return ""


def _mend(delivery: Delivery) -> str:
    if delivery.retried_by:
        return f"use {delivery.retried_by} and handle the failure"
    if delivery.proof == "callback":
        return "give the call a delivery callback that handles its error, and serve it"
    return "wait for the result, or give it a callback that handles the error"
