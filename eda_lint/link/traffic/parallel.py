"""Channels and messages that are read of the same objects: which message goes on which channel.

`@receiver([placed, paid])` and `pipeline([pack.message(), bill.message()])` name several objects, each with a channel
and a message of its own; every message on every channel would be wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eda_lint.catalog.tables import Callable, Role, Source
from eda_lint.link.evaluation import roles
from eda_lint.link.evaluation.frames import Arguments
from eda_lint.link.evaluation.known import ClientObject, Decorated, Instance, Known, Thunk
from eda_lint.link.traffic import addresses, payloads

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

Pairs = dict[str | None, list[str]]
"""Address, or routing key (None: not known) → the messages that are on it."""


def pairs(ev: Evaluator, row: Callable, given: Arguments, receiver: Known | None) -> Pairs:
    """What is on which channel, for a call that is given several objects, or whose receiver was made of several;
    empty for any other."""
    parameter = _parameter(row)
    if parameter is not None:
        return _of_objects(ev, roles.argument_thunks(ev, Source(param=parameter), row, given))
    if isinstance(receiver, ClientObject) and receiver.maker is not None and receiver.site is not None:
        made = receiver.maker
        parameter = _parameter(made) if {"channel", "message"} <= set(made.holds) else None
        if parameter is not None:
            site = receiver.site
            inner = ev.arguments(ev.world.known_unit(site.unit), site.call, site.frame)
            return _of_objects(ev, roles.argument_thunks(ev, Source(param=parameter), made, inner))
    return {}


def _parameter(row: Callable) -> str | None:
    """The parameter whose objects tell both channel and message."""
    channel, message = _read_of(row, "channel") or _read_of(row, "routing_key"), _read_of(row, "message")
    return next(iter(channel), None) if len(channel) == 1 and channel == message else None


def _read_of(row: Callable, role: Role) -> set[str]:
    told = row.roles.get(role, ())
    sources = (told,) if isinstance(told, Source) else told
    held = "message" if role == "message" else "channel"
    return {s.param for s in sources if s.param is not None and (s.attribute == held or s.class_of)}


def _of_objects(ev: Evaluator, thunks: list[Thunk]) -> Pairs:
    found: Pairs = {}
    for known in payloads.sequence_of(ev, ev.closed(ev.force_all(thunks))):
        if not isinstance(known, ClientObject | Decorated | Instance):
            continue
        names = [payloads.name_of(ev, k) for k in roles.held(ev, known, "message", roles.PARENTS)]
        if not names and isinstance(known, Instance):
            names = [payloads.name_of(ev, known.cls)]
        for address in addresses.of_knowns(ev, roles.held(ev, known, "channel", roles.PARENTS)):
            on = found.setdefault(address.text, [])
            on.extend(n for n in names if n is not None and n not in on)
    return found
