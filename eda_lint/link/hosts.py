"""Whose URL it is, and what is read from the reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from eda_lint.link import taint
from eda_lint.link.known import Text
from eda_lint.link.units import Unit
from eda_lint.model import values as v
from eda_lint.model.facts import Branch, Return
from eda_lint.model.topology import Route, Service
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluate import Evaluator

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

    `hosts` maps the names under which services are reached (docker-compose and Kubernetes service names, the
    services' own directory names) to services; `variables` what configuration files give environment variables.
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
        if url is None:
            return NOWHERE
        host, path = self._split(url)
        if host is None:
            return NOWHERE
        service = self._hosts.get(host)
        internal = service is not None or is_internal(host)
        if service is None:
            return Where(None, internal)
        for route in self._routes.get(service, ()):
            if (route.method in ("*", method) or not method) and matches(route.path, path):
                return Where(service, True)
        return Where(None, internal)

    def _split(self, url: Text) -> tuple[str | None, str]:
        text = ""
        for piece in url.pieces:
            if piece.kind == "literal":
                text += piece.text
            elif piece.kind == "env":
                value = piece.default or self._variables.get(piece.text)
                if value is None:
                    return None, ""
                text += value
            else:
                text += "{}"
        try:
            parts = urlsplit(text if "://" in text else f"http://{text}")
            return (parts.hostname or None), parts.path
        except ValueError:
            return None, ""


def is_internal(host: str) -> bool:
    """A bare host name, or one of a suffix that no public name has."""
    return host == "localhost" or host.startswith("127.") or ("." not in host and "{" not in host) or host.endswith(INTERNAL_SUFFIXES)


def matches(template: str, path: str) -> bool:
    """Whether a URL's path may be answered by a route; holes on either side match one segment."""
    wanted = [s for s in template.strip("/").split("/") if s]
    given = [s for s in path.strip("/").split("/") if s]
    if len(wanted) != len(given):
        return False
    return all("{" in w or "{" in g or w == g for w, g in zip(wanted, given, strict=True))


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
    decides = False
    for step in unit.steps(unit.facts.definitions[scope].body):
        if isinstance(step, Branch) and taint.mentions(unit, step.test, derived, results):
            decides = True
        elif isinstance(step, Return) and step.value != NOTHING and taint.mentions(unit, step.value, derived, results):
            decides = True
    return Reply(tuple(fields), decides or bool(fields))
