"""Channels with one end, as findings: one for each where all ends must be in sight, else one for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eda_lint.model.finding import Finding, Note
from eda_lint.model.topology import Channel, Confidence, Operation, Project

_MOST_NAMES = 5
"""Names that the folded finding's message lists; its notes have them all."""


@dataclass(frozen=True, slots=True)
class Orphan:
    """A channel with one end."""

    channel: Channel
    operations: Sequence[Operation]
    """Those on the end that is there."""
    confidence: Confidence
    near: str | None = None
    """A channel whose name it may be meant to have."""
    misspelt: bool = False
    """That channel lacks the end that is there: both are one, under two names."""

    @property
    def first(self) -> Operation:
        """The operation at which it is reported."""
        return self.operations[0]

    @property
    def kind(self) -> str:
        """The channel's kind as a message shows it."""
        kind = self.channel.kind if self.channel.kind != "unknown" else self.first.kind
        return {"unknown": "channel", "inproc": "in-process channel"}.get(kind, kind)

    @property
    def hint(self) -> str:
        """The question that ends the message, or nothing."""
        return f" Did you mean `{self.near}`?" if self.near else ""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a rule says of its orphans."""

    code: str
    name: str
    folded: str
    """Follows `3 channels are `: what is missing."""
    here: str
    """Of a note: what is done here."""
    mend: str


def single(orphan: Orphan, wording: Wording, message: str, notes: Sequence[Note] = ()) -> Finding:
    """The finding about one channel."""
    rest = [Note(one.place, wording.here) for one in orphan.operations[1:]]
    return Finding(
        code=wording.code,
        name=wording.name,
        message=message + orphan.hint,
        place=orphan.first.place,
        confidence=orphan.confidence,
        mend=wording.mend.format(address=orphan.channel.address),
        notes=(*notes, *dict.fromkeys(rest)),
        services=tuple(sorted({one.service for one in orphan.operations})),
        channels=(orphan.channel.id,),
        symbol=orphan.channel.address,
        shape="channel",
    )


def folded(orphans: Sequence[Orphan], wording: Wording) -> Finding:
    """The one finding about all of them, at the first."""
    ordered = sorted(orphans, key=lambda one: (one.first.place, one.channel.id))
    names = [f"`{one.channel.address}`" for one in ordered[:_MOST_NAMES]]
    more = len(ordered) - len(names)
    count = "1 channel is" if len(ordered) == 1 else f"{len(ordered)} channels are"
    return Finding(
        code=wording.code,
        name=wording.name,
        message=f"{count} {wording.folded}: {', '.join(names)}{f' and {more} more' if more else ''}. Who is outside "
        "it cannot be seen: declare `services-complete = true` if nobody is, or the channel `external`.",
        place=ordered[0].first.place,
        confidence="likely",
        mend=wording.mend.format(address=ordered[0].channel.address),
        notes=tuple(Note(one.first.place, f"`{one.channel.address}`: {wording.here}.{one.hint}") for one in ordered),
        services=tuple(sorted({op.service for one in ordered for op in one.operations})),
        channels=tuple(one.channel.id for one in ordered),
        symbol="channels",
        shape="folded",
        at_most="info",
    )


def split(project: Project, orphans: Sequence[Orphan]) -> Iterator[Orphan | list[Orphan]]:
    """Orphans to be told one by one, then those to be told together: where the world is open, only what is known to
    be complete and what is misspelt deserves a line of its own."""
    rest: list[Orphan] = []
    for orphan in orphans:
        if project.services_complete or orphan.channel.complete or orphan.misspelt:
            yield orphan
        elif orphan.confidence != "possible":
            rest.append(orphan)
    if rest:
        yield rest
