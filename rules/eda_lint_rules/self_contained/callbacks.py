"""Handlers that ask the sender of a message for what the message does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eda_lint.model.topology import Effect, Handler, Operation, Project

_FALLBACK = re.compile(r"\bnot in\b|\bis None\b|^not\b|\bKeyError\b|\bMISSING\b")
"""Tests under which a call is made only for want of something."""


@dataclass(frozen=True, slots=True)
class Callback:
    """A handler of a message that reads from the service that sent it."""

    receive: Operation
    handler: Handler
    effect: Effect


def callbacks(project: Project, sent: Operation) -> Iterator[Callback]:
    """Those who react to this message by asking its sender, in order of place. Ownership of the URL is link's
    judgement, from routes and base URL; a call in a fallback branch alone is none."""
    if sent.channel is None:
        return
    types = {one.message for one in project.topology.senders(sent.channel) if one.message}
    handlers = {id: handler for handler in project.handlers for id in handler.receives}
    for receive in project.topology.receivers(sent.channel):
        handler = handlers.get(receive.id)
        if handler is None or handler.in_test or receive.in_test or handler.service == sent.service:
            continue
        for effect in handler.activity.effects:
            if _asks(effect, sent.service) and _concerns(sent.message, types, receive, handler, effect):
                yield Callback(receive, handler, effect)


def _asks(effect: Effect, service: str) -> bool:
    return (
        effect.kind == "http"
        and effect.owner == service
        and effect.method in ("GET", "HEAD")
        and effect.uses_message
        and not any(arm.kind == "except" or (arm.arm == 0 and _FALLBACK.search(arm.test)) for arm in effect.path)
    )


def _concerns(message: str | None, types: set[str], receive: Operation, handler: Handler, effect: Effect) -> bool:
    """Whether the call is made for this type of message: by what the handler takes, else by the tests around."""
    taken = {*handler.messages, *((receive.message,) if receive.message else ())}
    if message is None or len(types) < 2:
        return not taken or message is None or message in taken
    if taken:
        return message in taken
    tested = {name for name in types for arm in effect.path if _names(arm.test, name)}
    return not tested or message in tested


def _names(test: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", test) is not None
