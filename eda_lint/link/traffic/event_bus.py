"""What Open edX's event bus makes of a signal: the broker's topics that the project's settings map its type to.

Follows `openedx_events.apps.general_signal_handler` and the setting `EVENT_BUS_PRODUCER_CONFIG` (openedx-events 11.2),
and for the names of topics the prefixing of edx-event-bus-kafka and edx-event-bus-redis.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import settings
from eda_lint.link.evaluation.known import DictOf, Known, Piece, Plain
from eda_lint.link.traffic import addresses
from eda_lint.link.traffic.readings import Reading

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

LIBRARY = "openedx-events"
SYSTEMS = {"edx_event_bus_kafka": "kafka", "edx_event_bus_redis": "redis"}
"""Package of the producer that `EVENT_BUS_PRODUCER` names → system."""


def published(ev: Evaluator, readings: list[Reading], path: str) -> list[Reading]:
    """The sends to a broker that sends of signals in a file are too, by the settings of its service."""
    found: list[Reading] = []
    for reading in readings:
        if reading.library != LIBRARY or reading.system != "inproc":
            continue
        for address in reading.addresses:
            topics = tuple(_topics(ev, address.text, path)) if address.text is not None else ()
            to = addresses.of_knowns(ev, topics)
            systems = _systems(ev, path) if topics else []
            found += [replace(reading, addresses=to, system=system, kind="stream") for system in systems]
    return found


def _topics(ev: Evaluator, event_type: str, path: str) -> Iterator[Known]:
    """The topics that an event type is produced to, with their prefix."""
    for config in settings.django_setting(ev, "EVENT_BUS_PRODUCER_CONFIG", path):
        for told in _entries(ev, config, event_type):
            for topic, thunk in told.entries if isinstance(told, DictOf) else ():
                if any(_is_enabled(ev, one) for one in ev.force(thunk)):
                    yield from _prefixed(ev, topic, path)


def _entries(ev: Evaluator, mapping: Known, key: str) -> Iterator[Known]:
    for known, thunk in mapping.entries if isinstance(mapping, DictOf) else ():
        text = ev.text_of(known)
        if text is not None and text.literal == key:
            yield from ev.closed(ev.force(thunk))


def _is_enabled(ev: Evaluator, config: Known) -> bool:
    """Whether a topic may be enabled: not if the settings say False."""
    told = list(_entries(ev, config, "enabled"))
    return not told or any(not (isinstance(k, Plain) and k.value is False) for k in told)


def _prefixed(ev: Evaluator, topic: Known, path: str) -> Iterator[Known]:
    for prefix in settings.django_setting(ev, "EVENT_BUS_TOPIC_PREFIX", path):
        before, after = ev.text_of(prefix), ev.text_of(topic)
        if before is not None and after is not None:
            yield ev.world.text([*before.pieces, Piece("literal", "-"), *after.pieces])


def _systems(ev: Evaluator, path: str) -> list[str]:
    """The brokers of the producers that the settings name."""
    found: dict[str, None] = {}
    for known in settings.django_setting(ev, "EVENT_BUS_PRODUCER", path):
        text = ev.text_of(known)
        for piece in text.pieces if text is not None else ():
            package = (piece.default or piece.text).partition(".")[0]
            if package in SYSTEMS:
                found[SYSTEMS[package]] = None
    return list(found)
