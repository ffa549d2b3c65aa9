"""What deployment files give the environment variables that name channels, process by process.

Code says `${ORDERS_QUEUE}`; which queue that is, is said where the program is deployed. Two programs may call one
queue by two variables, and two queues by one. What a file says holds for the code that it deploys: a function's own
file, the directory of its code, the service in it, at last the root; where it says two things, nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from eda_lint.link.infrastructure.channels import Name, Plan, last
from eda_lint.link.runtime import compose, kubernetes, platforms
from eda_lint.link.runtime.directories import OUTSIDE, Directories
from eda_lint.link.sources import Sources
from eda_lint.model.topology import Operation

_VARIABLE = re.compile(r"\$\{([A-Za-z_]\w*)\}")


@dataclass(slots=True)
class Environments:
    """What variables are given, by the file or directory whose code sees them."""

    _given: dict[str, dict[str, set[Name]]] = field(default_factory=dict)

    def add(self, place: str, variable: str, name: Name) -> None:
        """Code in a place (a file, a directory, `.`) is given a variable."""
        self._given.setdefault(place or ".", {}).setdefault(variable, set()).add(name)

    def of(self, file: str, variable: str) -> Name | None:
        """What a file's code is given: what is said nearest to it, if it is said in one way."""
        for place in _around(file):
            names = self._given.get(place, {}).get(variable)
            if names is not None:
                known = {name.identity: name for name in names}
                return next(iter(known.values())) if len(known) == 1 and "" not in known else None
        return None


class DeployedNames:
    """The channels that operations mean by the variables in their addresses."""

    def __init__(self, sources: Sources, plan: Plan) -> None:
        self._sources = sources
        self._plan = plan
        self._environments: Environments | None = None

    def with_defaults(self, operations: Sequence[Operation]) -> list[Operation]:
        """Operations with what their variables are given as the default, where the code has none. Where it has one
        and is deployed with another, the one counts that another operation has as well."""
        variables = {v for o in operations for v in _VARIABLE.findall(o.address or "")}
        if not variables:
            return list(operations)
        if self._environments is None:
            self._environments = self._read(tuple(sorted(variables)))
        ends: dict[tuple[str, str], set[str]] = {}
        texts = {o.id: self._text(o) for o in operations}
        for one in operations:
            for name in {one.default or one.address, texts[one.id]} - {None}:
                ends.setdefault((one.system, name or ""), set()).add(one.action)
        return [replace(o, default=self._default(o, texts[o.id], ends)) for o in operations]

    @staticmethod
    def _default(one: Operation, told: str | None, ends: dict[tuple[str, str], set[str]]) -> str | None:
        if told is None or one.default is None:
            return told if one.default is None else one.default
        met = [name for name in (one.default, told) if ends.get((one.system, name), set()) - {one.action}]
        return met[0] if met else one.default

    def names(self, operations: Sequence[Operation]) -> dict[str, str]:
        """Operation → the name of its channel, where its address alone does not tell one channel from another: a
        variable that is two channels in two programs, or a channel that two variables name."""
        identities = self.identities(operations)
        by_text: dict[tuple[str, str], set[str]] = {}
        by_identity: dict[tuple[str, str], set[str]] = {}
        for one in operations:
            identity = identities.get(one.id, "")
            if identity and one.address is not None:
                by_text.setdefault((one.system, one.address), set()).add(identity)
                by_identity.setdefault((one.system, identity), set()).add(one.address)
        found: dict[str, str] = {}
        for one in operations:
            identity = identities.get(one.id, "")
            if identity and one.address is not None:
                plain = len(by_text[one.system, one.address]) == len(by_identity[one.system, identity]) == 1
                if not plain:
                    found[one.id] = identity
        return found

    def identities(self, operations: Sequence[Operation]) -> dict[str, str]:
        """Operation → the resource or parameter of a template that it means, where its name is not known."""
        told = {o.id: self._identity(o) for o in operations if o.address is not None and o.default is None}
        return {id: identity for id, identity in told.items() if identity}

    def _identity(self, one: Operation) -> str:
        whole = _VARIABLE.fullmatch(one.address or "")
        if whole is None or self._environments is None:
            return one.address or "" if re.fullmatch(r"\{[^{}]+\}", one.address or "") else ""
        name = self._environments.of(one.place.file, whole[1])
        return name.identity if name is not None else ""

    def _text(self, one: Operation) -> str | None:
        """The address with its variables filled in; None if one is not known."""
        if one.address is None or self._environments is None or not _VARIABLE.search(one.address):
            return None
        unknown = False

        def fill(match: re.Match[str]) -> str:
            nonlocal unknown
            name = self._environments.of(one.place.file, match[1]) if self._environments is not None else None
            unknown = unknown or name is None or name.text is None
            return (name.text or "") if name is not None else ""

        text = _VARIABLE.sub(fill, one.address)
        if unknown or "{" in text or not text.strip():
            return None
        return last(text) if one.system.startswith("aws_") else text

    # ------------------------------------------------------------------------------------------- reading

    def _read(self, variables: tuple[str, ...]) -> Environments:
        """Everything that names one of these variables."""
        wanted = frozenset(variables)
        found = Environments()
        for one in self._plan.functions:
            for variable, name in one.variables.items():
                if variable in wanted:
                    for place in dict.fromkeys((one.path, one.directory, one.home, ".")):
                        found.add(place, variable, name)
        for place, variable, name in self._plan.variables:
            if variable in wanted:
                found.add(place, variable, name)
        services = {service.name: service.path for service in self._sources.services()}
        for service, variable, text in self._processes(variables):
            if variable in wanted and service != OUTSIDE:
                name = Name(text=text) if text is not None else Name()
                for place in dict.fromkeys((services.get(service or "", "."), ".")):
                    found.add(place, variable, name)
        for directory, variable, value in platforms.variables(self._sources, variables):
            if variable in wanted:
                found.add(directory, variable, Name(text=value) if value is not None else Name())
        return found

    def _processes(self, variables: tuple[str, ...]) -> Iterator[tuple[str | None, str, str | None]]:
        """(service, variable, value) of containers that compose files and Kubernetes manifests start."""
        directories = Directories(self._sources.services())
        for container in compose.containers(self._sources, directories):
            for variable, value in container.variables:
                yield container.service, variable, value
        yield from kubernetes.environments(self._sources, directories, variables)


def _around(file: str) -> Iterator[str]:
    """A file and the directories above it, down to the root."""
    yield file
    while file:
        file = file.rpartition("/")[0]
        yield file or "."
