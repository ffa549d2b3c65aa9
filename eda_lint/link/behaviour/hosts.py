"""Whose URL it is, and what is read from the reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import taint
from eda_lint.link.evaluation.known import Text
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.runtime import routes as urls
from eda_lint.model import values as v
from eda_lint.model.facts import Branch
from eda_lint.model.topology import AddressPart, Route, Service
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

INTERNAL_SUFFIXES = (".svc", ".svc.cluster.local", ".internal", ".local", ".cluster.local", ".lan", ".intranet")


@dataclass(frozen=True, slots=True)
class Where:
    """The service that owns a URL, proven by host and route, and whether the host is one of this system."""

    owner: str | None = None
    internal: bool = False


NOWHERE = Where()


@dataclass(frozen=True, slots=True)
class Reply:
    """Fields read from a reply, and whether the caller decides by it."""

    fields: tuple[str, ...]
    decides: bool


class Router:
    """Who owns a URL: the service whose host name the base URL holds and one of whose routes matches.

    `hosts` maps the names under which services are reached to services: names of docker-compose and Kubernetes,
    the services' own directory names, `name.*` for a name in whatever namespace of a cluster, and `localhost:PORT`
    for ports that are published. `variables` is what configuration files give environment variables.
    """

    def __init__(
        self,
        routes: Sequence[Route],
        services: Sequence[Service],
        hosts: dict[str, str],
        variables: dict[str, str],
    ) -> None:
        self._routes: dict[str, list[Route]] = {}
        for route in routes:
            self._routes.setdefault(route.service, []).append(route)
        self._services = {s.name for s in services}
        self._hosts = hosts
        self._variables = variables

    def of(self, url: Text | None, method: str, unit: Unit) -> Where:
        """Where a request goes."""
        del unit
        address = urls.url(_parts(url), self._variables) if url is not None else None
        if address is None or not address.host:
            return NOWHERE
        host = self._named(address)
        service = self._hosts.get(host)
        if service is None:
            return Where(None, is_internal(address.host))
        # A server answers HEAD wherever it answers GET.
        asked = "GET" if method.upper() == "HEAD" else method
        found = urls.owner(replace(address, host=host), self._hosts, self._routes.get(service, ()), asked)
        return Where(found, True)

    def _named(self, address: urls.Url) -> str:
        """The name under which `hosts` may have an address's host."""
        host = address.host.lower().rstrip(".")
        if is_local(host):
            return f"localhost:{address.port or 80}"
        if host in self._hosts:
            return host
        name, _, cluster = host.partition(".")
        return f"{name}.*" if cluster.endswith(("svc", "svc.cluster.local")) else host


def _parts(url: Text) -> list[AddressPart]:
    """A URL's pieces as parts of an address; what is known only at run time is a placeholder."""
    return [
        AddressPart("env", p.text, p.default) if p.kind == "env"
        else AddressPart("literal" if p.kind == "literal" else "placeholder", p.text)
        for p in url.pieces
    ]  # fmt: skip


def is_local(host: str) -> bool:
    """Whether a host name means the machine that the code runs on, or the one around its container."""
    return host in ("localhost", "0.0.0.0", "::1", "host.docker.internal") or host.startswith("127.")


def is_internal(host: str) -> bool:
    """A bare host name, or one of a suffix that no public name has."""
    return is_local(host) or ("." not in host and "{" not in host) or host.endswith(INTERNAL_SUFFIXES)


def reply(ev: Evaluator, unit: Unit, call: int) -> Reply:
    """What the function that makes a request reads from its reply."""
    del ev
    scope = unit.enclosing_function(unit.facts.calls[call].scope)
    results = frozenset(i for i, x in enumerate(unit.facts.values) if isinstance(x, v.Result) and x.call == call)
    derived = taint.derived(unit, scope, set(), results)
    fields: dict[str, None] = {}
    for value in unit.facts.values:
        if isinstance(value, v.Item) and taint.mentions(unit, value.of, derived, results):
            key = unit.facts.values[value.key]
            if isinstance(key, v.Text):
                fields[key.text] = None
    for other in unit.body(scope).calls:
        fact = unit.facts.calls[other]
        function = unit.facts.values[fact.function]
        if isinstance(function, v.Attribute) and function.name == "get" and fact.arguments and other != call:
            key = unit.facts.values[fact.arguments[0].value]
            if isinstance(key, v.Text) and taint.mentions(unit, function.of, derived, results):
                fields[key.text] = None
    deciding = [s.test for s in unit.steps(unit.facts.definitions[scope].body) if isinstance(s, Branch)]
    deciding += [r for r in unit.body(scope).returns if r != NOTHING]
    decides = any(taint.mentions(unit, value, derived, results) for value in deciding)
    return Reply(tuple(fields), decides or bool(fields))
