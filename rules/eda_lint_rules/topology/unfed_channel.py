"""EDA802: somebody waits for messages that nobody sends. The page beside this file tells it in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.finding import Finding, Note, Severity
from eda_lint.model.topology import Project
from eda_lint_rules.topology import unread_channel
from eda_lint_rules.topology.names import near
from eda_lint_rules.topology.orphans import Orphan, Wording, folded, single, split
from eda_lint_rules.topology.traffic import Traffic


@dataclass(frozen=True)
class UnfedChannel:
    """A channel with receivers and no sender."""

    code: ClassVar[str] = "EDA802"
    name: ClassVar[str] = "unfed-channel"
    summary: ClassVar[str] = "Messages are waited for that nobody sends"
    severity: ClassVar[Severity] = "warning"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    exempt: tuple[str, ...] = ()
    """Channels that need no sender (globs)."""

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each channel where all services are known, else one for all channels."""
        wording = Wording(
            code=self.code,
            name=self.name,
            folded="read and fed by nobody in this repository",
            here="received here",
            mend="send to `{address}`, remove the reader, or declare the sender: `[[channels]]`, "
            '`match = "{address}"`, `external = true`',
        )
        handlers = {handler.id: handler for handler in project.handlers}
        for one in split(project, _orphans(Traffic(project, self.exempt))):
            if isinstance(one, list):
                yield folded(one, wording)
                continue
            handler = handlers.get(one.first.handler or "")
            notes = (Note(handler.place, "this handler never runs"),) if handler is not None else ()
            yield single(one, wording, _message(one), notes)


def _orphans(traffic: Traffic) -> list[Orphan]:
    """The channels that nobody feeds. One that a sender misspelt is EDA801's, at the sender."""
    told = {
        (one.channel.system, one.near)
        for one in unread_channel.orphans(traffic)
        if one.misspelt and one.confidence != "possible"
    }
    return [
        Orphan(channel, receives, confidence, near(channel.address, traffic.addresses("send", channel.system)))
        for channel, receives, confidence in traffic.unfed()
        if (channel.system, channel.address) not in told
    ]


def _message(orphan: Orphan) -> str:
    return f"Nobody sends to {orphan.kind} `{orphan.channel.address}`, so this reader waits in vain."
