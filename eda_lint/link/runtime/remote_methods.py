"""The remote methods that gRPC servers answer: methods of the servicers that are registered with a server.

Generated code names the function that registers after the service, `add_OrdersServicer_to_server`; the route of a
method is `/Orders/Get`. The package of the service is left out, as it is for calls: only generated code knows it, which
is often not in the code base. (https://grpc.io/docs/languages/python/generated-code/)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.known import ClassRef, Instance, Known
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.topology import Route
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

REGISTERS = re.compile(r"add_(\w+)Servicer_to_server")


def read(ev: Evaluator) -> list[Route]:
    """All remote methods that the code base's servers answer, in order of file and call."""
    found: dict[tuple[str, str, str], Route] = {}
    for unit in ev.world.active_units():
        for name in sorted(unit.calls_by_name):
            named = REGISTERS.fullmatch(name)
            if named is None or ev.world.sources.is_test(unit.path):
                continue
            for call in unit.calls_by_name[name]:
                for route in _registered(ev, unit, call, named[1]):
                    found.setdefault((route.service, route.path, route.handler), route)
    return list(found.values())


def _registered(ev: Evaluator, unit: Unit, call: int, service: str) -> Iterator[Route]:
    """The routes of the servicer that one call registers."""
    given = ev.arguments(unit, call, None).positional
    owner = ev.world.sources.service(unit.path).name
    for known in ev.closed(ev.force(given[0])) if given else ():
        declared = _declared(ev, known, service)
        for name, other, function in _methods(ev, known):
            if declared and name not in declared:
                continue
            place = other.definition_place(function)
            yield Route(owner, "*", f"/{service}/{name}", other.symbol(function), place)


def _declared(ev: Evaluator, known: Known, service: str) -> frozenset[str]:
    """The remote methods of a service, as the generated base of its servicer has them; nothing where that is not in
    the code base."""
    cls = known.cls if isinstance(known, Instance) else known
    for base in ev.mro(cls) if isinstance(cls, ClassRef) else ():
        generated = isinstance(base, ClassRef) and ev.world.sources.role(base.unit) == "generated"
        if isinstance(base, ClassRef) and generated and ev.world.class_fact(base).name == f"{service}Servicer":
            return frozenset(ev.world.known_unit(base.unit).members.get(base.index, {}))
    return frozenset()


def _methods(ev: Evaluator, known: Known) -> Iterator[tuple[str, Unit, int]]:
    """The public methods of a servicer, nearest first; those of its generated base answer nothing."""
    cls = known.cls if isinstance(known, Instance) else known
    seen: set[str] = set()
    for base in ev.mro(cls) if isinstance(cls, ClassRef) else ():
        if not isinstance(base, ClassRef) or ev.world.sources.role(base.unit) == "generated":
            continue
        unit = ev.world.known_unit(base.unit)
        for name, bindings in unit.members.get(base.index, {}).items():
            for binding in bindings:
                value = unit.facts.bindings[binding].value
                shown = unit.facts.values[value] if value != NOTHING else None
                if isinstance(shown, v.Definition) and not name.startswith("_") and name not in seen:
                    seen.add(name)
                    yield name, unit, shown.index
