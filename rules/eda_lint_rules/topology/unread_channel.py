"""EDA801: what is sent to a channel is read by nobody. The page beside this file tells it in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.finding import Finding, Severity
from eda_lint.model.topology import Project
from eda_lint_rules.topology.names import near
from eda_lint_rules.topology.orphans import Orphan, Wording, folded, single, split
from eda_lint_rules.topology.traffic import Traffic

_HAPPENS = {
    "stream": "What is sent is kept until it expires, and nothing reacts.",
    "topic": "The broker drops what is sent, since there is no subscription.",
    "queue": "What is sent piles up in the queue until it expires.",
}


@dataclass(frozen=True)
class UnreadChannel:
    """A channel with senders and no receiver."""

    code: ClassVar[str] = "EDA801"
    name: ClassVar[str] = "unread-channel"
    summary: ClassVar[str] = "Messages are sent that nobody reads"
    severity: ClassVar[Severity] = "warning"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    exempt: tuple[str, ...] = ()
    """Channels that need no reader (globs)."""

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each channel where all services are known, else one for all channels."""
        wording = Wording(
            code=self.code,
            name=self.name,
            folded="sent to and read by nobody in this repository",
            here="sent here",
            mend="subscribe to `{address}`, stop sending to it, or declare its reader: `[[channels]]`, "
            '`match = "{address}"`, `external = true`',
        )
        for one in split(project, orphans(Traffic(project, self.exempt))):
            if isinstance(one, list):
                yield folded(one, wording)
            else:
                yield single(one, wording, _message(one))


def orphans(traffic: Traffic) -> list[Orphan]:
    """The channels that nobody reads. One whose name resembles that of a channel which nobody feeds is misspelt."""
    unfed = [channel for channel, _, _ in traffic.unfed()]
    found = []
    for channel, sends, confidence in traffic.unread():
        twin = near(channel.address, (one.address for one in unfed if one.system == channel.system))
        alike = twin or near(channel.address, traffic.addresses("receive", channel.system))
        found.append(Orphan(channel, sends, confidence, alike, misspelt=twin is not None))
    return found


def _message(orphan: Orphan) -> str:
    happens = _HAPPENS.get(orphan.kind, "What is sent reaches nobody.")
    return f"Nobody reads {orphan.kind} `{orphan.channel.address}`. {happens}"
