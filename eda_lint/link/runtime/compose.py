"""What docker-compose files say of services: names on their networks, published ports, environment variables.

Fields follow the Compose Specification (compose-spec/spec.md: build, ports, environment, networks, interpolation).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from eda_lint.link.runtime.directories import OUTSIDE, Claims, Directories, mapping, scalar, sequence
from eda_lint.link.sources import Sources
from eda_lint.model.facts import Json

FILES = ("docker-compose*.y*ml", "compose*.y*ml", "docker_compose*.y*ml")
"""Names of compose files."""
LONGEST = 4_000
"""Characters of a value that are read."""
NESTED = 8
"""Deepest nesting of variables in defaults of variables."""

_INNERMOST = re.compile(r"\$\{([A-Za-z_]\w*)(?:(:?[-?+])([^${}]*))?\}|\$([A-Za-z_]\w*)")
_PASSED_ON = re.compile(r"\$\{?([A-Za-z_]\w*)\}?")
_PORT = re.compile(r"(?:(?:[\d.]+|\[[\da-fA-F:]+\]):)?(\d{1,5}):\d{1,5}(?:/tcp)?")


@dataclass(frozen=True, slots=True)
class Container:
    """One service of a compose file. `service` is the root's service that it runs: `OUTSIDE` for none, None if
    that cannot be told; `image` the last name of its image."""

    names: tuple[str, ...]
    service: str | None
    image: str
    ports: tuple[int, ...]
    variables: tuple[tuple[str, str | None], ...]


def containers(sources: Sources, directories: Directories) -> list[Container]:
    """All services of the root's compose files. Files in one directory are read together, as an override has no
    `build` of its own."""
    by_directory: dict[str, list[str]] = {}
    for path in sources.documents(*FILES):
        if sources.role(path) != "test":
            by_directory.setdefault(posixpath.dirname(path), []).append(path)
    found: list[Container] = []
    for directory, paths in sorted(by_directory.items()):
        found.extend(_together(sources, directories, directory, paths))
    return found


def _together(sources: Sources, directories: Directories, directory: str, paths: list[str]) -> Iterator[Container]:
    environment = env_file(sources, posixpath.join(directory, ".env"))
    told: dict[str, list[dict[str, Json]]] = {}
    for path in paths:
        document = sources.document(path)
        services = mapping(mapping(document.data if document is not None else None).get("services"))
        for name, table in services.items():
            told.setdefault(name, []).append(_extended(table, services))
    for name, tables in told.items():
        listed = [_env_files(sources, directory, table, environment) for table in tables]
        yield _container(directories, directory, name, tables, environment, listed)


def _env_files(
    sources: Sources, directory: str, table: Mapping[str, Json], environment: Mapping[str, str]
) -> dict[str, str]:
    """What the files of a service's `env_file` say; later ones win."""
    told = table.get("env_file")
    found: dict[str, str] = {}
    for each in told if isinstance(told, list) else [told]:
        path = each if isinstance(each, str) else scalar(mapping(each).get("path"))
        known = expanded(path, environment) if path else None
        if known:
            found |= env_file(sources, posixpath.normpath(posixpath.join(directory, known)))
    return found


def _extended(table: Json, others: Mapping[str, Json]) -> dict[str, Json]:
    """A service with what it takes from another one of its file."""
    own = mapping(table)
    base = own.get("extends")
    name = base if isinstance(base, str) else mapping(base).get("service") if "file" not in mapping(base) else None
    return {**mapping(others.get(name)), **own} if isinstance(name, str) else own


def _container(
    directories: Directories,
    directory: str,
    name: str,
    tables: list[dict[str, Json]],
    environment: Mapping[str, str],
    listed: list[dict[str, str]],
) -> Container:
    names = dict.fromkeys([name])
    ports: dict[int, None] = {}
    variables: list[tuple[str, str | None]] = []
    for table, from_files in zip(tables, listed, strict=True):
        names.update(dict.fromkeys(_names(table, environment)))
        ports.update(dict.fromkeys(_ports(table.get("ports"), environment)))
        own = list(_variables(table.get("environment"), environment))
        variables.extend((k, text) for k, text in from_files.items() if k not in dict(own))
        variables.extend(own)
    builds = {_built(directories, directory, table["build"], environment) for table in tables if table.get("build")}
    images = [image_name(table["image"]) for table in tables if isinstance(table.get("image"), str)]
    service = next(iter(builds)) if len(builds) == 1 else None if builds else OUTSIDE
    image = next((i for i in images if i), "") if not builds else ""
    return Container(tuple(names), service, image, tuple(ports), tuple(variables))


def _built(directories: Directories, directory: str, build: Json, environment: Mapping[str, str]) -> str | None:
    """The service whose directory holds the Dockerfile, else the one in the build context."""
    table = mapping(build)
    context = build if isinstance(build, str) else scalar(table.get("context")) or "."
    known = expanded(context, environment)
    if known is None:
        return None
    if "://" in known or known.startswith("git@"):
        return OUTSIDE
    place = posixpath.normpath(posixpath.join(directory, known))
    in_context = directories.holding(place)
    dockerfile = scalar(table.get("dockerfile"))
    if dockerfile is None or "/" not in dockerfile:
        return in_context
    beside = directories.holding(posixpath.dirname(posixpath.join(place, dockerfile)))
    if not beside or beside == in_context:
        return in_context
    # A context inside another service than the Dockerfile says two things; one above both says nothing.
    return beside if in_context in (None, OUTSIDE) or place == "." else None


def _names(table: Mapping[str, Json], environment: Mapping[str, str]) -> Iterator[str]:
    told = [table.get("container_name"), table.get("hostname")]
    for network in mapping(table.get("networks")).values():
        told.extend(sequence(mapping(network).get("aliases")))
    for one in told:
        name = expanded(one, environment) if isinstance(one, str) else None
        if name:
            yield name


def _ports(ports: Json, environment: Mapping[str, str]) -> Iterator[int]:
    """Ports of the host that are published."""
    for port in sequence(ports):
        published = scalar(mapping(port).get("published"))
        if isinstance(port, str):
            match = _PORT.fullmatch(expanded(port, environment) or "")
            published = match[1] if match else None
        known = expanded(published, environment) if published is not None else None
        if known is not None and re.fullmatch(r"\d{1,5}", known):
            yield int(known)


def _variables(told: Json, environment: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """What a container's environment is given; what is only passed on from outside says nothing."""
    pairs: list[tuple[str, Json]] = list(mapping(told).items())
    for line in sequence(told):
        if isinstance(line, str) and "=" in line:
            name, _, value = line.partition("=")
            pairs.append((name.strip(), value))
    for name, told_value in pairs:
        text = scalar(told_value)
        if text is None:
            continue
        passed = _PASSED_ON.fullmatch(text)
        if passed is not None and passed[1] not in environment:
            continue
        yield name, expanded(text, environment)


def image_name(image: Json) -> str:
    """The last name of an image's repository: `orders` of `registry:5000/shop/orders:1.2`."""
    return image.rpartition("/")[2].partition("@")[0].partition(":")[0] if isinstance(image, str) else ""


# ------------------------------------------------------------------------------------------- variables


def env_file(sources: Sources, path: str) -> dict[str, str]:
    """What a `.env` file says, its own variables filled in; empty if there is none."""
    document = sources.document(path)
    found: dict[str, str] = {}
    for name, value in mapping(document.data if document is not None else None).items():
        text = expanded(value, found) if isinstance(value, str) else None
        if text is not None:
            found[name] = text
    return found


def expanded(text: str, environment: Mapping[str, str]) -> str | None:
    """A text with `$NAME`, `${NAME}`, `${NAME:-default}` and the like filled in; None if one is not known."""
    text = text[:LONGEST].replace("$$", "\0")
    for _ in range(NESTED):
        unknown = False

        def fill(match: re.Match[str]) -> str:
            nonlocal unknown
            value = _filled(match, environment)
            unknown = unknown or value is None
            return (value or "").replace("$", "\0")

        replaced = _INNERMOST.sub(fill, text)
        if unknown or len(replaced) > LONGEST:
            return None
        if replaced == text:
            break
        text = replaced
    return None if "${" in text else text.replace("\0", "$")


def _filled(match: re.Match[str], environment: Mapping[str, str]) -> str | None:
    value = environment.get(match[1] or match[4])
    operator, other = match[2] or "", match[3] or ""
    empty = value is None or (value == "" and operator.startswith(":"))
    if operator.endswith("-"):
        return other if empty else value
    if operator.endswith("+"):
        return "" if empty else other
    return value


# ---------------------------------------------------------------------------------------------- claims


def claim_names(found: list[Container], names: Claims) -> None:
    """Note which container is reached under which name. An image that is called like the container may well be
    the service of that name, built elsewhere: it claims nothing, and contradicts nothing."""
    for one in found:
        for name in one.names:
            if one.service is None or (one.service == OUTSIDE and one.image and one.image == name):
                continue
            names.add(name.lower(), one.service)


def claim_ports(found: list[Container], ports: Claims) -> None:
    """Note who publishes which port of the host, as `localhost:PORT`."""
    for one in found:
        for port in one.ports:
            ports.add(f"localhost:{port}", one.service)
