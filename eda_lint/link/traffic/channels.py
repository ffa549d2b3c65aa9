"""Which operations share a channel, and what is known of a channel besides its operations."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from eda_lint.link.infrastructure.channels import Plan
from eda_lint.model.topology import Channel, Operation


@dataclass(frozen=True, slots=True)
class ChannelDeclaration:
    """What the user's configuration says of channels whose address matches (`fnmatch`)."""

    match: str
    external: bool = False
    complete: bool = False
    commands: bool = False
    kind: str = ""
    aliases: tuple[str, ...] = ()


def touched_outside(operations: Sequence[Operation], plan: Plan, identities: Mapping[str, str]) -> set[str]:
    """Channels of which a template says that something besides the code base's functions reads or feeds them.
    `identities` says of operations which channel of a template they mean."""
    touched = {
        (feed.system, text)
        for feed in (*plan.read_elsewhere, *plan.fed_elsewhere)
        for text in (feed.name.identity, feed.name.default)
        if text
    }
    return {
        o.channel
        for o in operations
        if o.channel is not None and {(o.system, n) for n in (o.address, o.default, identities.get(o.id))} & touched
    }


def join_channels(
    operations: Sequence[Operation],
    declarations: Sequence[ChannelDeclaration],
    names: Mapping[str, str] = MappingProxyType({}),
) -> tuple[list[Operation], list[Channel]]:
    """Give each operation its channel: operations of one system that name the same address, literally or by a
    setting's default, share one. `names` says of operations what their channel is called, where that is not it."""
    channels: dict[str, Channel] = {}
    joined: list[Operation] = []
    aliases = {alias: d.match for d in declarations for alias in d.aliases}
    for operation in operations:
        if operation.address is None:
            joined.append(operation)
            continue
        own = names.get(operation.id) or operation.default or operation.address
        name = aliases.get(own, own)
        id = f"{operation.system}:{name}"
        channel = channels.get(id)
        if channel is None:
            channels[id] = _declare(Channel(id, operation.system, operation.kind, name, operation.parts), declarations)
        elif channel.kind == "unknown" and operation.kind != "unknown":
            channels[id] = replace(channel, kind=operation.kind)
        joined.append(replace(operation, channel=id))
    return joined, [channels[id] for id in sorted(channels)]


COMMANDS = frozenset(
    {"cmd", "command", "commands", "task", "tasks", "job", "jobs", "work", "request", "requests", "rpc", "inbox"}
)


def _declare(channel: Channel, declarations: Sequence[ChannelDeclaration]) -> Channel:
    words = set(
        channel.address.replace("/", ".").replace("-", ".").replace("_", ".").replace(":", ".").lower().split(".")
    )
    channel = replace(channel, commands=channel.kind in ("task", "rpc") or bool(words & COMMANDS))
    for told in declarations:
        if fnmatch.fnmatchcase(channel.address, told.match):
            channel = replace(
                channel,
                external=told.external or channel.external,
                complete=told.complete or channel.complete,
                commands=told.commands or channel.commands,
                kind=told.kind or channel.kind,  # type: ignore[arg-type]
            )
    return channel
