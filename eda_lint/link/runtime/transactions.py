"""Transactions that a framework opens around each request: Django's `ATOMIC_REQUESTS`.

https://docs.djangoproject.com/en/5.2/topics/db/transactions/#tying-transactions-to-http-requests
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.known import Plain
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.topology import Place
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

SETTING = "ATOMIC_REQUESTS"
"""The key of a database's settings."""
OPTION = "atomic_requests"
"""The same as an argument of functions that make such settings."""
EXEMPT = "non_atomic_requests"
"""The decorator that takes a view out."""


def around_requests(ev: Evaluator) -> dict[str, Place]:
    """Services whose settings open a transaction around each request → where they say so. Settings that say both
    prove nothing."""
    sources = ev.world.sources
    found: dict[str, Place] = {}
    denied: set[str] = set()
    for path in sorted({*sources.mentions(SETTING), *sources.mentions(OPTION)}):
        unit = ev.world.unit(path) if not sources.is_test(path) else None
        if unit is None:
            continue
        service = sources.service(path).name
        for value, place in _said(unit):
            answer = _truth(ev, unit, value)
            if answer is True:
                found.setdefault(service, place)
            elif answer is False:
                denied.add(service)
    return {service: place for service, place in found.items() if service not in denied}


def is_exempt(unit: Unit, function: int) -> bool:
    """Whether a view, or the class that it is a method of, is decorated to run outside of that transaction."""
    owner = unit.owner_class(function)
    for definition in (function, *((owner,) if owner is not None else ())):
        for decorator in unit.facts.definitions[definition].decorators:
            shown = unit.facts.values[decorator]
            arguments = unit.facts.calls[shown.call].arguments if isinstance(shown, v.Result) else ()
            named = (decorator, *(a.value for a in arguments[:1]))
            if any(EXEMPT in (unit.terminal(value), unit.original_name(value)) for value in named):
                return True
    return False


def _said(unit: Unit) -> Iterator[tuple[int, Place]]:
    """Values that a file gives the setting: in a dict display, by assignment, as an argument."""
    for value in unit.facts.values:
        for entry in value.entries if isinstance(value, v.Mapping) else ():
            if _is_setting(unit, entry.key):
                yield entry.value, unit.place(unit.places.entries[entry.place])
    for index in range(len(unit.facts.definitions)):
        for write in unit.body(index).writes:
            target = unit.facts.values[write.target]
            if isinstance(target, v.Item) and not write.operator and _is_setting(unit, target.key):
                yield write.value, unit.place(unit.places.writes[write.place])
    for call, fact in enumerate(unit.facts.calls):
        for argument in fact.arguments:
            if argument.name in (SETTING, OPTION):
                yield argument.value, unit.call_place(call)


def _is_setting(unit: Unit, key: int) -> bool:
    shown = unit.facts.values[key] if key != NOTHING else None
    return isinstance(shown, v.Text) and shown.text == SETTING


def _truth(ev: Evaluator, unit: Unit, value: int) -> bool | None:
    """Whether a value is certainly true or false."""
    known = ev.evaluate(unit, value, None)
    one = known[0] if len(known) == 1 else None
    return bool(one.value) if isinstance(one, Plain) and one.value is not None else None
