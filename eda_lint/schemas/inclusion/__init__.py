"""Whether every value of one type is a value of another: yes, no with a value that shows it, or not decided.

`Inclusions` answers for the types of two schemas of the JSON Schema dialect. A yes is a proof over all values: none
was found that is of the one type and not of the other, and the search left nothing out. A no comes with a value,
checked against both. Patterns that are no regular languages, references that lead nowhere and questions beyond the
budget give neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from eda_lint.model.schema import Definition, Schema, Type
from eda_lint.schemas.inclusion.evaluate import holds
from eda_lint.schemas.inclusion.formulas import Formula, Formulas, thawed
from eda_lint.schemas.inclusion.languages import UndecidedError
from eda_lint.schemas.inclusion.search import Search
from eda_lint.schemas.inclusion.translate import Translator
from eda_lint.stack import deep_recursion

__all__ = ["Inclusion", "Inclusions"]

_FRAMES = 20_000
_BUDGET = 2_000


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The answer; `witness` is a JSON value that is of the one type and not of the other, where it is no."""

    answer: Literal["yes", "no", "unknown"]
    witness: Any = None


class Inclusions:
    """Answers for the types of two schemas.

    `closed`: objects of the including side's counterpart are taken to have only members that they declare, as
    those who write messages do. An object that declares none is a map of anything and stays open.
    """

    def __init__(self, old: Schema, new: Schema) -> None:
        self.formulas = Formulas()
        self._same = _same_definitions(old, new)
        self._sides = {
            "old": Translator(self.formulas, old.definitions, "old", self._same),
            "new": Translator(self.formulas, new.definitions, "new", self._same),
        }
        self._definitions: dict[str, Mapping[str, Definition]] = {"old": old.definitions, "new": new.definitions}
        self._definitions[""] = new.definitions
        self._sides[""] = self._sides["new"]
        self._bodies: dict[int, Formula] = {}
        self.formulas.expand = self._expand
        self._searches = {closed: Search(self.formulas, closed=closed) for closed in (False, True)}
        self._known: dict[tuple[int, int, bool], Inclusion] = {}

    def backward(self, old: Type, new: Type, *, closed: bool = False) -> Inclusion:
        """Whether every value of an old type is of a new one."""
        return self._included(self._formula("old", old), self._formula("new", new), closed)

    def forward(self, old: Type, new: Type, *, closed: bool = False) -> Inclusion:
        """Whether every value of a new type is of an old one."""
        return self._included(self._formula("new", new), self._formula("old", old), closed)

    def is_same(self, old: Type, new: Type) -> bool:
        """Whether two types are written alike, but for what says nothing about values."""
        return self._formula("old", old) is self._formula("new", new)

    def _formula(self, side: str, type_: Type) -> Formula:
        with deep_recursion(_FRAMES):
            return self._sides[side].translate(type_)

    def _expand(self, reference: Formula) -> Formula:
        known = self._bodies.get(reference.number)
        if known is None:
            side, name = reference.args
            known = self._bodies[reference.number] = self._sides[side].translate(self._definitions[side][name].type)
        return known

    def _included(self, inner: Formula, outer: Formula, closed: bool) -> Inclusion:
        key = (inner.number, outer.number, closed)
        known = self._known.get(key)
        if known is None:
            with deep_recursion(_FRAMES):
                known = self._known[key] = self._asked(inner, outer, closed)
        return known

    def _asked(self, inner: Formula, outer: Formula, closed: bool) -> Inclusion:
        if inner is outer:
            return Inclusion("yes")
        search = self._searches[closed]
        search.budget = _BUDGET
        refused = self.formulas.negate(outer)
        found = search.find((inner, refused))
        if not found.values:
            return Inclusion("unknown" if found.cut else "yes")
        value = found.values[0]
        try:
            checked = holds(self.formulas, inner, value) and not holds(self.formulas, outer, value)
        except UndecidedError:
            checked = False
        return Inclusion("no", thawed(value)) if checked else Inclusion("unknown")


def _same_definitions(old: Schema, new: Schema) -> frozenset[str]:
    """Definitions of the same name that say the same on both sides, and so does everything they refer to."""
    shared = frozenset(old.definitions) & frozenset(new.definitions)
    if not shared:
        return frozenset()
    formulas = Formulas()
    before = Translator(formulas, old.definitions, "", shared)
    after = Translator(formulas, new.definitions, "", shared)
    with deep_recursion(_FRAMES):
        bodies = {
            name: (before.translate(old.definitions[name].type), after.translate(new.definitions[name].type))
            for name in shared
        }
    different = {name for name, (one, other) in bodies.items() if one is not other}
    users: dict[str, set[str]] = {}
    for name, (body, _) in bodies.items():
        for used in _referred(body):
            users.setdefault(used, set()).add(name)
    waiting = [*different, *(name for name in users if name not in shared)]
    while waiting:
        for user in users.get(waiting.pop(), ()):
            if user not in different:
                different.add(user)
                waiting.append(user)
    return shared - different


def _referred(formula: Formula) -> set[str]:
    """The definitions that a formula refers to."""
    found: set[str] = set()
    seen: set[int] = set()
    waiting: list[Any] = [formula]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Formula) and one.number not in seen:
            seen.add(one.number)
            if one.kind in ("ref", "noref"):
                found.add(one.args[1])
            waiting.extend(one.args)
    return found
