"""The topology as a graph; the only place that knows networkx."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import networkx as nx

from eda_lint.model.topology import Activity, Channel, Handler, Operation

CYCLES = 200
"""Most cycles listed."""


class GraphTopology:
    """Channels, operations and handlers as a `networkx.MultiDiGraph` behind the questions that rules ask.

    Nodes are `("channel", id)`, `("operation", id)` and `("handler", id)`; edges run the way messages flow.
    """

    def __init__(
        self,
        channels: Iterable[Channel],
        operations: Sequence[Operation],
        handlers: Sequence[Handler],
        activities: Sequence[Activity] = (),
    ) -> None:
        self._channels = tuple(sorted(channels, key=lambda c: c.id))
        self._operations = {o.id: o for o in operations}
        self._graph: nx.MultiDiGraph[tuple[str, str]] = nx.MultiDiGraph()
        for channel in self._channels:
            self._graph.add_node(("channel", channel.id))
        for operation in operations:
            self._add(operation)
        for handler in handlers:
            self._add_handler(handler)

    def _add(self, operation: Operation) -> None:
        node = ("operation", operation.id)
        self._graph.add_node(node)
        if operation.channel is None:
            return
        if operation.action in ("send", "reply"):
            self._graph.add_edge(node, ("channel", operation.channel))
        elif operation.action == "receive":
            self._graph.add_edge(("channel", operation.channel), node)

    def _add_handler(self, handler: Handler) -> None:
        node = ("handler", handler.id)
        for received in handler.receives:
            self._graph.add_edge(("operation", received), node)
        for effect in handler.activity.effects:
            if effect.kind in ("publish", "enqueue") and effect.operation in self._operations:
                self._graph.add_edge(node, ("operation", effect.operation or ""))

    def senders(self, channel: str) -> tuple[Operation, ...]:
        """Send operations on a channel, wrappers' own calls left out."""
        node = ("channel", channel)
        found = self._graph.predecessors(node) if node in self._graph else ()
        return self._sorted(o for o in (self._operations[n[1]] for n in found) if not o.wrapper)

    def receivers(self, channel: str) -> tuple[Operation, ...]:
        """Receive operations on a channel."""
        node = ("channel", channel)
        found = self._graph.successors(node) if node in self._graph else ()
        return self._sorted(self._operations[n[1]] for n in found)

    def channels(self) -> tuple[Channel, ...]:
        """All channels, by id."""
        return self._channels

    def reactions(self, handler: str) -> tuple[Operation, ...]:
        """What a handler sends."""
        node = ("handler", handler)
        found = self._graph.successors(node) if node in self._graph else ()
        return self._sorted(self._operations[n[1]] for n in found)

    def producers_of(self, message: str) -> tuple[str, ...]:
        """Services that send a message type."""
        return tuple(
            sorted({o.service for o in self._operations.values() if o.action == "send" and o.message == message})
        )

    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Handler-level cycles of reactions, each as handler ids starting with the smallest."""
        reactions: nx.DiGraph[str] = nx.DiGraph()
        for kind, name in sorted(self._graph.nodes):
            if kind == "handler":
                for operation in self.reactions(name):
                    for reached in self._reached(operation):
                        reactions.add_edge(name, reached)
        found = []
        for cycle in nx.simple_cycles(reactions):
            start = cycle.index(min(cycle))
            found.append((*cycle[start:], *cycle[:start]))
            if len(found) >= CYCLES:
                break
        return tuple(sorted(found))

    def _reached(self, operation: Operation) -> list[str]:
        """The handlers that a sent message reaches: of its channel, and of its type where both ends name one."""
        found = []
        for receiver in self.receivers(operation.channel) if operation.channel else ():
            if operation.message and receiver.message and receiver.message != operation.message:
                continue
            found += [n[1] for n in self._graph.successors(("operation", receiver.id)) if n[0] == "handler"]
        return sorted(set(found))

    @staticmethod
    def _sorted(operations: Iterable[Operation]) -> tuple[Operation, ...]:
        return tuple(sorted(dict.fromkeys(operations), key=lambda o: (o.place, o.id)))
