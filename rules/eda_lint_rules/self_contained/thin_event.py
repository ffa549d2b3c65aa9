"""EDA201: an event that says only which, so that its readers ask what. The page beside this file tells it in full."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.finding import Finding, Note, Severity
from eda_lint.model.topology import Channel, Operation, Payload, PayloadField, Project
from eda_lint_rules.self_contained.callbacks import Callback, callbacks

_IDENTIFIER = re.compile(r"^(?:id|ids|pk|uuid|guid)$|(?:_ids?|Ids?|ID|_uuid|_pk|_key|_ref|_urn|_arn)$")
_METADATA = re.compile(
    r"^(?:type|kind|event|version|specversion|source|service|producer|tenant|ts|time|timestamp)$"
    r"|(?:_type|Type|_version|Version|_at|At|_ts|_time|Time|_timestamp|Timestamp)$"
    r"|^(?:event|message|service|producer|schema)_?[nN]ame$"
)
_CLAIM = re.compile(r"ur[il]s?$|href|link$|bucket|s3|blob|(?:object|file|storage)_?key$|path$", re.IGNORECASE)
"""Fields that say where the content lies (Claim Check, Hohpe and Woolf)."""
_GONE = re.compile(
    r"(?:deleted|removed|destroyed|erased|purged|forgotten|anonymi[sz]ed|unlinked|tombstone)(?:event|message)?$",
    re.IGNORECASE,
)
"""Names of messages that end something: there is nothing left to tell."""
_NOTICE = re.compile(r"invalidat|evict|cache|(?:^|[._:/-])cdc(?:[._:/-]|$)|objectcreated|tombstone", re.IGNORECASE)
"""Names of channels and messages that only say "look again": caches, change capture, storage notifications."""


@dataclass(frozen=True)
class ThinEvent:
    """An event that carries identifiers alone, and readers that ask the sender back for the rest.

    Event notification is a pattern of its own (Fowler, "What do you mean by 'Event-Driven'?", 2017); that it costs
    something here is shown by the calls back.
    """

    code: ClassVar[str] = "EDA201"
    name: ClassVar[str] = "thin-event"
    summary: ClassVar[str] = "Event carries only identifiers, and its readers ask the sender for the rest"
    severity: ClassVar[Severity] = "info"
    preview: ClassVar[bool] = False
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each thin message of a service, at the first place that sends it."""
        for sends in _messages(project):
            evidence = list(callbacks(project, sends[0]))
            if evidence:
                yield _finding(sends, evidence)


def _messages(project: Project) -> Iterator[list[Operation]]:
    """Thin sends on event channels, those of one message of one service together."""
    channels = {channel.id: channel for channel in project.channels}
    groups: dict[tuple[str, str, str], list[Operation]] = defaultdict(list)
    for operation in project.operations:
        channel = channels.get(operation.channel or "")
        if channel is None or operation.action != "send" or operation.wrapper or operation.in_test:
            continue
        if _carries_events(project, operation, channel) and _is_thin(operation.payload):
            groups[channel.id, operation.message or "", operation.service].append(operation)
    for _, sends in sorted(groups.items()):
        yield sorted(sends, key=lambda one: (one.place, one.id))


def _carries_events(project: Project, operation: Operation, channel: Channel) -> bool:
    """Whether the message is an event that could say more. A task or a command is told which, and looks the rest up
    when it runs: Celery's documentation asks for exactly that. A queue with one reader is a command channel."""
    kind = channel.kind if channel.kind != "unknown" else operation.kind
    if channel.commands or kind in ("task", "rpc", "inproc", "unknown"):
        return False
    readers = {one.service for one in project.topology.receivers(channel.id) if not one.in_test}
    if kind == "queue" and len(readers) < 2:
        return False
    names = (operation.message or "", channel.address)
    return not _GONE.search(names[0] or names[1]) and not any(_NOTICE.search(name) for name in names)


def _is_thin(payload: Payload) -> bool:
    """Whether everything in a closed payload names something or describes the message; a bare value does too."""
    if payload.open:
        return False
    if payload.scalar:
        return True
    return any(_IDENTIFIER.search(_last(one)) for one in payload.fields) and all(map(_is_thin_field, payload.fields))


def _is_thin_field(field: PayloadField) -> bool:
    name = _last(field)
    return not _CLAIM.search(name) and (_IDENTIFIER.search(name) or _METADATA.search(name)) is not None


def _last(field: PayloadField) -> str:
    return field.path.rpartition(".")[2]


def _finding(sends: Sequence[Operation], evidence: Sequence[Callback]) -> Finding:
    first = sends[0]
    name = first.message or first.address or "the event"
    askers = sorted({one.handler.service for one in evidence})
    handlers = len({one.handler.id for one in evidence})
    fields = sorted({field for one in evidence for field in one.effect.result_fields})
    wanted = ", ".join(f"`{field}`" for field in fields[:6]) or "the rest"
    return Finding(
        code=ThinEvent.code,
        name=ThinEvent.name,
        message=f"`{name}` carries {_carried(first.payload)}, so {_counted(handlers)} ({', '.join(askers)}) "
        f"{'ask' if handlers > 1 else 'asks'} {first.service} for {wanted} each time it comes: they fail when it is "
        "down, and read a later state than the event is about.",
        place=first.place,
        confidence="proven" if first.message else "likely",
        mend=f"put {wanted} into `{name}`" if fields else f"put what the readers ask for into `{name}`",
        notes=_notes(sends, evidence),
        services=(first.service, *askers),
        channels=(first.channel,) if first.channel else (),
        symbol=name,
        shape="thin",
    )


def _carried(payload: Payload) -> str:
    names = [f"`{one.path}`" for one in payload.fields if _IDENTIFIER.search(_last(one))]
    return f"only identifiers ({', '.join(names[:4])})" if names else "only an identifier"


def _counted(handlers: int) -> str:
    return "1 handler" if handlers == 1 else f"{handlers} handlers"


def _notes(sends: Sequence[Operation], evidence: Sequence[Callback]) -> tuple[Note, ...]:
    """The other places that send it, and each reader's way from receiving to asking."""
    notes = [Note(one.place, "it is sent here too") for one in sends[1:]]
    for one in evidence:
        notes.append(Note(one.receive.place, f"{one.handler.service} receives it", step=True))
        notes += [Note(step.place, f"calls `{step.function}`", step=True) for step in one.effect.via]
        url = f" ({one.effect.url})" if one.effect.url else ""
        notes.append(Note(one.effect.place, f"and asks {sends[0].service} here{url}", step=True))
    return tuple(dict.fromkeys(notes))
