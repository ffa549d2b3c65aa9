"""Statements about parts of a value that cannot hold beside others, seen part by part.

A way of making formulas true is only worth following if each member and each item it speaks of can be something. Told
early, that keeps alternatives from being combined that never hold together: the branches of a union against those of
another one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from eda_lint.schemas.inclusion.evaluate import holds
from eda_lint.schemas.inclusion.formulas import Formula
from eda_lint.schemas.inclusion.languages import UndecidedError

if TYPE_CHECKING:
    from eda_lint.schemas.inclusion.search import Search

__all__ = ["Parts", "only_name"]


def only_name(where: Formula) -> str | None:
    """The one name that a set of names consists of; None if it has others."""
    if where.kind == "in" and len(where.args[0]) == 1:
        (value,) = where.args[0]
        return value[1] if value[0] == "s" else None
    return None


class Parts:
    """What some statements say of the parts of a value."""

    def __init__(self, search: Search, statements: Iterable[Formula]) -> None:
        self._search = search
        self._items: dict[int, list[Formula]] = {}
        self._from: list[tuple[int, Formula]] = []
        self._there: set[int] = set()
        self._members: dict[str, list[Formula]] = {}
        self._classes: list[tuple[Formula, Formula]] = []
        self._has: set[str] = set()
        for each in statements:
            self._take(each)

    def _take(self, each: Formula) -> None:
        kind, args = each.kind, each.args
        if kind in ("at", "exat"):
            self._items.setdefault(args[0], []).append(args[1])
            if kind == "exat":
                self._there.add(args[0])
        elif kind == "from":
            self._from.append((args[0], args[1]))
        elif kind in ("all", "some"):
            name = only_name(args[0])
            if name is not None:
                self._members.setdefault(name, []).append(args[1])
                if kind == "some":
                    self._has.add(name)
            elif kind == "all":
                self._classes.append((args[0], args[1]))
        elif kind == "has":
            self._has.add(args[0])

    def clash(self, option: Formula) -> bool:
        """Whether a statement (or one of several) leaves a part that nothing can be."""
        if option.kind == "and":
            return any(self.clash(part) for part in option.args)
        wanted = self._wanted(option)
        if wanted is None:
            return False
        found = self._search.find(wanted)
        return not found.values and not found.cut

    def _wanted(self, option: Formula) -> list[Formula] | None:
        """What the part must be that an option speaks of; None if it need not be there."""
        kind, args = option.kind, option.args
        if kind == "exat" or (kind == "at" and args[0] in self._there):
            return [args[1], *self._items.get(args[0], ()), *self._after(args[0])]
        if kind == "exfrom":
            return [args[1], *self._after(args[0])]
        if kind not in ("some", "all", "has"):
            return None
        name = args[0] if kind == "has" else only_name(args[0])
        what = [] if kind == "has" else [args[1]]
        if name is None:
            return [*what, *(one for where, one in self._classes if where is args[0])] if kind == "some" else None
        if kind == "all" and name not in self._has:
            return None
        return [*what, *self._members.get(name, ()), *self._named(name)]

    def _after(self, index: int) -> list[Formula]:
        return [what for start, what in self._from if start <= index]

    def _named(self, name: str) -> list[Formula]:
        try:
            return [one for where, one in self._classes if holds(self._search.formulas, where, ("s", name))]
        except UndecidedError:
            return []
