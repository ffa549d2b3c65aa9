"""Projects made by hand: rules are pure functions of them, and are tested without any phase before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from eda_lint.link.graph import GraphTopology
from eda_lint.link.traffic.channels import ChannelDeclaration, join_channels
from eda_lint.model.topology import (
    Activity,
    AddressPart,
    Coverage,
    Delivery,
    Effect,
    Handler,
    Operation,
    Payload,
    PayloadField,
    Place,
    Project,
    Service,
    Via,
)


class Scene:
    """Makes operations one line below the other, each in a file of its service, and the project of them."""

    def __init__(self) -> None:
        self._line = 0

    def place(self, file: str = "code.py") -> Place:
        """A place of its own."""
        self._line += 1
        return Place(file, self._line)

    def operation(self, action: str, address: str | None, **more: Any) -> Operation:
        """An operation; `address` with a `:` is an AMQP exchange and a routing key where the system is RabbitMQ."""
        values: dict[str, Any] = {
            "action": action, "address": address, "system": "kafka", "client": "kafka-python", "kind": "stream",
            "service": "orders", "function": "orders.main:main",
        } | more  # fmt: skip
        values.setdefault("place", self.place(f"{values['service']}/main.py"))
        values.setdefault("id", f"{values['place'].file}:{values['place'].line}:{action}")
        if address is not None and "parts" not in values:
            exchange, colon, key = address.partition(":")
            amqp = values["system"] == "rabbitmq" and colon
            values["parts"] = (
                (AddressPart("exchange", exchange), AddressPart("routing_key", key))
                if amqp
                else (AddressPart("literal", address),)
            )
        return Operation(**values)

    def send(self, address: str | None = "orders.placed", **more: Any) -> Operation:
        """A send."""
        return self.operation("send", address, **more)

    def receive(self, address: str | None = "orders.placed", **more: Any) -> Operation:
        """A receive."""
        return self.operation("receive", address, **more)

    def via(self, *operations: Operation) -> tuple[Via, ...]:
        """Steps through these operations' calls."""
        return tuple(Via(one.place, one.function) for one in operations)

    def delivery(self, proof: str, **more: Any) -> Delivery:
        """A delivery nobody looks at."""
        values: dict[str, Any] = {"proof": proof, "checked": False, "flushed": "no"} | more
        return Delivery(**values)

    def payload(self, *paths: str, **more: Any) -> Payload:
        """A closed payload with these fields."""
        return Payload(tuple(PayloadField(path) for path in paths), **{"open": False, **more})

    def effect(self, kind: str, **more: Any) -> Effect:
        """An effect."""
        values: dict[str, Any] = {"kind": kind, "place": self.place(), "call": "called", "order": 0} | more
        return Effect(**values)

    def activity(self, *effects: Effect, service: str = "orders") -> Activity:
        """What a function does."""
        return Activity("main:main", self.place(), service, effects)

    def handler(self, receive: Operation, *effects: Effect, **more: Any) -> Handler:
        """The handler of a receive, in its service."""
        values: dict[str, Any] = {
            "id": f"{receive.service}.main:handle", "place": self.place(), "service": receive.service,
            "receives": (receive.id,), "messages": (), "reads": Payload(),
            "activity": self.activity(*effects, service=receive.service),
        } | more  # fmt: skip
        return Handler(**values)

    def project(
        self,
        *operations: Operation,
        channels: Sequence[ChannelDeclaration] = (),
        handlers: Sequence[Handler] = (),
        activities: Sequence[Activity] = (),
        services: Sequence[Service] | None = None,
        complete: bool = False,
    ) -> Project:
        """The project of these operations, with channels joined as link joins them."""
        joined, found = join_channels(operations, channels)
        names = sorted({one.service for one in operations})
        return Project(
            services=tuple(services if services is not None else (Service(name, name) for name in names)),
            channels=tuple(found),
            operations=tuple(joined),
            handlers=tuple(handlers),
            activities=tuple(activities),
            routes=(),
            topology=GraphTopology(found, joined, handlers, activities),
            coverage=Coverage(),
            services_complete=complete,
        )

    @staticmethod
    def changed(operation: Operation, **changes: Any) -> Operation:
        """The operation with other values."""
        return replace(operation, **changes)


@pytest.fixture
def scene() -> Scene:
    return Scene()
