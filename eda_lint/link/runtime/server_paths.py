"""Where routes stand: from what each router serves and mounts to paths under the root of a service's host."""

from __future__ import annotations

from dataclasses import dataclass, field

from eda_lint.link.runtime import routes
from eda_lint.model.topology import Place, Route

Node = tuple[str, str, int]
"""A router, list or module: its kind, the file (or name), and the call or definition that makes it."""
Prefix = tuple[str, ...] | None
"""Segments of a path; None if they are not known."""

ANYWHERE = routes.show((routes.REST,))
"""The path of a route of which only the handler is known."""
DEPTH = 12
"""Most routers in one another."""
MOST = 20_000
"""Most routes, and most visits of routers from one application."""


@dataclass(frozen=True, slots=True)
class Serving:
    """A registered handler: path below its router (None if not known). `service` is that of the file."""

    method: str
    path: Prefix
    handler: str
    place: Place
    service: str


@dataclass(frozen=True, slots=True)
class Mounting:
    """A node put under another. `replaces`: the prefix stands in place of the node's own."""

    prefix: Prefix
    node: Node
    replaces: bool = False


@dataclass(slots=True)
class Routing:
    """What nodes serve and mount; `own`: prefixes that nodes hold; `applications`: nodes that may stand at the root
    of a host → their service."""

    entries: dict[Node, dict[Serving | Mounting, None]] = field(default_factory=dict)
    own: dict[Node, dict[Prefix, None]] = field(default_factory=dict)
    applications: dict[Node, str] = field(default_factory=dict)

    def add(self, node: Node, entry: Serving | Mounting) -> None:
        """Note what a node serves or mounts."""
        self.entries.setdefault(node, {})[entry] = None

    def routes(self) -> list[Route]:
        """Every route where it stands; one that no application reaches, or under an unknown prefix, is somewhere."""
        mounted = {e.node for entries in self.entries.values() for e in entries if isinstance(e, Mounting)}
        found: dict[Route, None] = {}
        reached: set[Node] = set()
        for node, service in sorted(self.applications.items()):
            if node not in mounted or node[0] == "module":
                self._from(node, service, found, reached)
        for node, entries in self.entries.items():
            if node not in reached:
                for entry in entries:
                    if isinstance(entry, Serving):
                        found[_route(entry, None, entry.service)] = None
        return sorted(found, key=lambda r: (r.service, r.path, r.method, r.handler, r.place))

    def _from(self, root: Node, service: str, found: dict[Route, None], reached: set[Node]) -> None:
        stack: list[tuple[Node, Prefix, tuple[Node, ...]]] = [(root, (), ())]
        for _ in range(MOST):
            if not stack or len(found) >= MOST:
                break
            node, base, above = stack.pop()
            reached.add(node)
            for entry in self.entries.get(node, ()):
                if isinstance(entry, Serving):
                    found[_route(entry, joined(base, entry.path), service)] = None
                elif entry.node not in above and entry.node != node and len(above) < DEPTH:
                    own: Prefix = () if entry.replaces else self._own(entry.node)
                    stack.append((entry.node, joined(base, entry.prefix, own), (*above, node)))

    def _own(self, node: Node) -> Prefix:
        told = self.own.get(node, {(): None})
        return next(iter(told)) if len(told) == 1 else None


def joined(*prefixes: Prefix) -> Prefix:
    """One path under another; None if a part is not known."""
    found: tuple[str, ...] = ()
    for prefix in prefixes:
        if prefix is None:
            return None
        found = (*found, *prefix)
    return found


def _route(entry: Serving, path: Prefix, service: str) -> Route:
    shown = ANYWHERE if path is None else routes.show(path)
    return Route(service, entry.method, shown, entry.handler, entry.place)
