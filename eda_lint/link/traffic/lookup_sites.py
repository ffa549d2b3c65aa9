"""Where files look something up by class and call it: what a file's own code shows is seen once for all rounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import runners
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic.lookups import CONTAINERS, Classes, Lookup, Search
from eda_lint.model import values as v
from eda_lint.model.facts import Function
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


class Lookups:
    """The look-ups by class of all active units of one round, or by what else `search` takes for a key."""

    def __init__(self, ev: Evaluator, search: type[Search] | None = None) -> None:
        self._ev = ev
        self._search = search or Search
        self._units = [(unit, self._shape(unit)) for unit in ev.world.active_units()]
        self._asking = frozenset(name for _, shape in self._units for name in shape.asking)
        self._keyed = frozenset(name for _, shape in self._units for name in shape.keyed)

    def __iter__(self) -> Iterator[tuple[Unit, int, Lookup]]:
        """(unit, call, what it calls), in order."""
        helpers = self._asking | self._keyed
        for unit, shape in self._units:
            if shape.looks_up or not self._asking.isdisjoint(unit.calls_by_name) or self._gives_classes(unit):
                for call in range(len(unit.facts.calls)):
                    found = called(self._search, self._ev, unit, call, helpers)
                    if found is not None:
                        yield unit, call, found

    def _gives_classes(self, unit: Unit) -> bool:
        """Whether a file gives the class of a value to a function that looks up what it is given."""
        search = self._search(self._ev, unit, {}, frozenset())
        return any(
            search.class_of(argument.value) is not None
            for name in sorted(self._keyed & unit.calls_by_name.keys())
            for call in unit.calls_by_name[name]
            for argument in unit.facts.calls[call].arguments
        )

    def _shape(self, unit: Unit) -> Shape:
        shapes = self._ev.world.shapes
        key = f"{unit.path}#{self._search.__name__}"
        if key not in shapes:
            search = self._search(self._ev, unit, {}, frozenset())
            looks_up = any(search.at(value) is not None for value in range(len(unit.facts.values)))
            functions = [i for i, d in enumerate(unit.facts.definitions) if isinstance(d, Function)]
            asking = [i for i in functions if looks_up and self._gives_found(unit, i, {})]
            keyed = [i for i in functions if self._gives_found(unit, i, _parameters(unit, i))]
            names = unit.facts.definitions
            shapes[key] = Shape(
                looks_up, frozenset(names[i].name for i in asking), frozenset(names[i].name for i in keyed)
            )
        shape = shapes[key]
        assert isinstance(shape, Shape)
        return shape

    def _gives_found(self, unit: Unit, function: int, classes: Classes) -> bool:
        """Whether a function gives its callers what it looks up by class."""
        body = unit.body(function)
        search = self._search(self._ev, unit, classes, frozenset())
        return any(search.find(value) is not None for value in (*body.returns, *body.yields) if value != NOTHING)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the code of one file looks up by class, whatever other files hold."""

    looks_up: bool
    asking: frozenset[str]
    """Names of its functions that give what they look up by the class of a value."""
    keyed: frozenset[str]
    """Names of its functions that give what they look up by what they are given, if that is a class."""


def _parameters(unit: Unit, function: int) -> Classes:
    return {p.binding: NOTHING for p in unit.function(function).parameters}


def called(search: type[Search], ev: Evaluator, unit: Unit, call: int, helpers: frozenset[str]) -> Lookup | None:
    """What a call looks up by class and calls; None if it does not. `helpers`: names of functions that look up."""
    fact = unit.facts.calls[call]
    if not fact.arguments:
        # What is called is not given the message.
        return None
    value = runners.function_value(unit, fact)
    for one in (fact.function, value):
        if one is None:
            continue
        shown = unit.facts.values[one]
        if isinstance(shown, v.Attribute):
            if shown.name in CONTAINERS:
                continue
            found = search(ev, unit, {}, helpers).find(shown.of)
            if found is not None:
                return replace(found, method=shown.name)
        elif isinstance(shown, v.Local | v.Item | v.Result):
            found = search(ev, unit, {}, helpers).find(one)
            if found is not None:
                return found
    return None
