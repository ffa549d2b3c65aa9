"""What configuration files and frameworks say of a running system: routes, host names, variables, Lambda
handlers, transactions around requests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from eda_lint.catalog.load import Catalog
from eda_lint.link.evaluation.known import CatalogFunction, CatalogMethod, ClientObject, Known
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.runtime import compose, kubernetes, remote_methods, server_routes, transactions
from eda_lint.link.runtime.directories import Claims, Directories
from eda_lint.link.runtime.platforms import ENV_FILES
from eda_lint.link.traffic.readings import row_of
from eda_lint.model.topology import Place, Route

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


def routes(ev: Evaluator) -> list[Route]:
    """The server routes of all services, in a fixed order; none where nobody asks for them: no service calls another
    over HTTP, and no transaction is opened around requests. One whose path is not known has the path `/{*}`."""
    if not (calls_services(ev) or atomic_requests(ev)):
        return []
    return [*server_routes.read(ev, variables(ev)), *remote_methods.read(ev)]


def calls_services(ev: Evaluator) -> bool:
    """Whether the root has several services, and an active file imports a library whose calls are HTTP requests."""
    if len(ev.world.sources.services()) < 2:
        return False
    modules = _requesting_modules(ev.world.catalog)
    return any(
        _is_under(i.module, module) or (i.name and f"{i.module}.{i.name}" == module)
        for unit in ev.world.active_units()
        for i in unit.facts.imports
        if not i.level
        for module in modules
    )


def _requesting_modules(catalog: Catalog) -> frozenset[str]:
    """Modules that hold functions and classes with HTTP requests."""

    def paths() -> Iterator[str]:
        for library in catalog.libraries.values():
            for row in library.functions:
                yield from row.paths if row.effect == "http" else ()
            for type_ in library.types.values():
                yield from type_.paths if any(row.effect == "http" for row in type_.methods) else ()

    return frozenset(path.rpartition(".")[0] for path in paths())


def _is_under(imported: str, module: str) -> bool:
    return imported == module or imported.startswith(f"{module}.") or module.startswith(f"{imported}.")


def hosts(ev: Evaluator) -> dict[str, str]:
    """Host names under which services of the root are reached, in lower case: names that docker-compose and
    Kubernetes give, and the services' own directory names where neither says otherwise. `name.*` stands for a name
    in any namespace of a cluster, `localhost:PORT` for a published port."""
    if not calls_services(ev):
        return {}
    sources = ev.world.sources
    directories = Directories(sources.services())
    names, ports = Claims(), Claims()
    containers = compose.containers(sources, directories)
    compose.claim_names(containers, names)
    compose.claim_ports(containers, ports)
    kubernetes.claim_names(kubernetes.objects(sources), directories, names)
    for base, service in sorted(directories.by_name.items()):
        for host in kubernetes.hosts_of(base):
            if host not in names:
                names.add(host, service)
    return {name: service for name, service in {**names.agreed(), **ports.agreed()}.items() if service}


def variables(ev: Evaluator) -> dict[str, str]:
    """What compose files, `.env` files and Kubernetes manifests give environment variables, where they all agree."""
    sources = ev.world.sources
    given = Claims()
    for container in compose.containers(sources, Directories(sources.services())):
        for name, value in container.variables:
            given.add(name, value)
    for path in sources.documents(*ENV_FILES):
        if sources.role(path) != "test":
            for name, value in compose.env_file(sources, path).items():
                given.add(name, value)
    kubernetes.claim_variables(kubernetes.objects(sources), given)
    return given.agreed()


def entries(found: Sequence[Route]) -> set[str]:
    """Symbols of the functions that answer routes."""
    return {r.handler for r in found if r.handler}


def atomic_requests(ev: Evaluator) -> dict[str, Place]:
    """Services whose Django settings wrap each request in a transaction → where they say so."""
    return transactions.around_requests(ev)


def is_http(ev: Evaluator, unit: Unit, call: int) -> bool:
    """Whether a call is a request of a catalogued HTTP client."""
    for known in ev.callee(unit, call, None):
        callee: Known = known
        if isinstance(known, ClientObject) and ev.world.catalog.methods(known.type, "__call__"):
            callee = ev.world.interned.of(CatalogMethod, known, known.type, "__call__")
        if isinstance(callee, CatalogMethod | CatalogFunction):
            told = row_of(ev, callee, ev.arguments(unit, call, None))
            if told is not None and told[0].effect == "http":
                return True
    return False
