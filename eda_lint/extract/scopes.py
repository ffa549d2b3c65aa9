"""Scopes, and which definitions of a name can reach a use.

A survey over the statements of a scope comes before the walk over its expressions: it finds every place
that binds a name and gives each its number. So the walk knows which names are local before it meets their
first use, and what a loop's body binds before it enters the loop.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

State = dict[str, tuple[int, ...]]
"""Name → the bindings that can reach this point, ascending."""


@dataclass(slots=True)
class Snapshot:
    """The state of some names at the end of a path; `dead` if the path ended by return, raise or the like."""

    state: State
    dead: bool


@dataclass(slots=True)
class LoopExits:
    """Paths that leave a loop's body early."""

    names: frozenset[str]
    breaks: list[Snapshot] = field(default_factory=list)
    continues: list[Snapshot] = field(default_factory=list)


@dataclass(slots=True)
class Scope:
    """A module, function (or lambda) or class body while it is walked."""

    definition: int
    kind: Literal["module", "function", "class"]
    parent: Scope | None
    names: dict[str, list[int]] = field(default_factory=dict)
    """Names bound in this scope and all their bindings."""
    sites: list[tuple[str, int]] = field(default_factory=list)
    """(name, binding) of every binding place of the body, in source order."""
    state: State = field(default_factory=dict)
    dead: bool = False
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    """Names that a nested function assigns through `nonlocal`: every binding may reach every use."""
    awaiting: dict[str, int] = field(default_factory=dict)
    """Name → value row that lists all bindings of the name once they are known."""
    overlays: list[State] = field(default_factory=list)
    """Names of the comprehensions being walked, innermost last."""
    loops: list[LoopExits] = field(default_factory=list)
    is_generator: bool = False
    conditional: int = 0
    """The walk's own count outside this scope, to go on with afterwards."""

    def owner(self, name: str) -> Scope:
        """The scope in which assigning `name` here binds it."""
        if name in self.globals:
            return self.module()
        if name in self.nonlocals:
            outer = self.parent
            while outer is not None and outer.kind != "module":
                if outer.kind == "function" and name in outer.names and name not in outer.nonlocals:
                    return outer
                outer = outer.parent
        return self

    def module(self) -> Scope:
        """The outermost scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def set(self, name: str, binding: int, keep: bool = False) -> None:
        """From here on `binding` reaches uses of `name`; with `keep` those before it still do."""
        before = self.state.get(name, ()) if keep else ()
        self.state[name] = union(before, (binding,))

    # ------------------------------------------------------------------------------------------- flow

    def snapshot(self, names: Iterable[str]) -> Snapshot:
        """What reaches this point, of these names."""
        state = self.state
        return Snapshot({name: state.get(name, ()) for name in names}, self.dead)

    def restore(self, snapshot: Snapshot) -> None:
        """Go on from an earlier point."""
        self.state.update(snapshot.state)
        self.dead = snapshot.dead

    def merge(self, snapshots: list[Snapshot]) -> None:
        """Go on where several paths meet. Ended ones add nothing, unless all have ended: then what follows is
        unreachable, and is told as if any of them led there."""
        live = [each for each in snapshots if not each.dead]
        self.dead = not live
        for name in snapshots[0].state if snapshots else ():
            self.state[name] = union(*(each.state[name] for each in live or snapshots))

    def widen(self, sites: Iterable[tuple[str, int]]) -> None:
        """Any of these bindings may also reach this point."""
        added: dict[str, list[int]] = {}
        for name, binding in sites:
            added.setdefault(name, []).append(binding)
        for name, bindings in added.items():
            if self.owner(name) is self:
                self.state[name] = union(self.state.get(name, ()), tuple(bindings))


def union(*parts: tuple[int, ...]) -> tuple[int, ...]:
    """All members, ascending, each once."""
    first = parts[0]
    if all(part == first for part in parts):
        return first
    return tuple(sorted({index for part in parts for index in part}))
