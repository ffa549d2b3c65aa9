"""What Kubernetes manifests say of services: the names of `Service` objects, and values in `ConfigMap`s.

Fields follow the Kubernetes API reference (Service v1, Deployment apps/v1, ConfigMap v1); cluster names follow its
"DNS for Services and Pods".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eda_lint.link.runtime.compose import image_name
from eda_lint.link.runtime.directories import OUTSIDE, Claims, Directories, mapping, scalar, sequence
from eda_lint.link.sources import Sources
from eda_lint.model.facts import Json

_PLACES = re.compile(
    r"(?:^|[/._-])(?:k8s|kube|kubernetes|manifests?|deploy|deploys|deployments?|infra|infrastructure|services?|configmaps?"
    r"|config|overlays|base|argocd|flux)(?:[/._-]|$)",
    re.IGNORECASE,
)
"""Words of a path under which manifests are looked for."""
FILES = 400
"""Most files that are read."""
WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"})
RUNNING = WORKLOADS | {"Job", "CronJob", "Pod", "Rollout"}
"""What starts containers."""


@dataclass(frozen=True, slots=True)
class Workload:
    """What runs under some labels, in the namespace that the manifest names (`""` for none)."""

    namespace: str
    labels: frozenset[tuple[str, str]]
    service: str
    """The root's service; `OUTSIDE` for none."""


def objects(sources: Sources) -> list[dict[str, Json]]:
    """The objects of the root's manifests, in order of path."""
    paths = [p for p in sources.documents("*.yaml", "*.yml") if _PLACES.search(p) and sources.role(p) != "test"]
    return _objects_in(sources, paths[:FILES])


def _objects_in(sources: Sources, paths: Iterable[str]) -> list[dict[str, Json]]:
    found: list[dict[str, Json]] = []
    for path in paths:
        document = sources.document(path)
        data = document.data if document is not None else None
        for one in data if isinstance(data, list) else [data]:
            table = mapping(one)
            listed = sequence(table.get("items")) if table.get("kind") == "List" else [table]
            found.extend(o for o in map(mapping, listed) if isinstance(o.get("kind"), str) and "apiVersion" in o)
    return found


def claim_names(found: list[dict[str, Json]], directories: Directories, names: Claims) -> None:
    """Note under which names the root's services are reached in a cluster."""
    workloads = [w for one in found if one["kind"] in WORKLOADS for w in _workload(one, directories)]
    for one in found:
        if one["kind"] != "Service":
            continue
        metadata, selector = mapping(one.get("metadata")), _labels(mapping(one.get("spec")).get("selector"))
        name, namespace = scalar(metadata.get("name")), scalar(metadata.get("namespace")) or ""
        behind = {w.service for w in workloads if selector and selector <= w.labels and w.namespace == namespace}
        if name and len(behind) == 1:
            for host in hosts_of(name, namespace):
                names.add(host, next(iter(behind)))


def hosts_of(name: str, namespace: str = "") -> Iterator[str]:
    """The names under which a cluster resolves a `Service`; `name.*` stands for any namespace, where none is said."""
    name = name.lower()
    yield name
    if not namespace:
        yield f"{name}.*"
        return
    for suffix in ("", ".svc", ".svc.cluster.local"):
        yield f"{name}.{namespace.lower()}{suffix}"


def _workload(one: dict[str, Json], directories: Directories) -> Iterator[Workload]:
    """A workload that runs one of the root's services: named exactly like its directory by its image, or by itself."""
    metadata, spec = mapping(one.get("metadata")), mapping(one.get("spec"))
    template = mapping(spec.get("template"))
    containers = [mapping(c) for c in sequence(mapping(template.get("spec")).get("containers"))]
    told = {image_name(c.get("image")) for c in containers} & directories.by_name.keys()
    if not told:
        called = {scalar(metadata.get("name")) or "", *(scalar(c.get("name")) or "" for c in containers)}
        told = called & directories.by_name.keys()
    services = {directories.by_name[name] for name in told}
    labels = _labels(mapping(template.get("metadata")).get("labels"))
    if len(services) <= 1:
        service = next(iter(services)) if services else OUTSIDE
        yield Workload(scalar(metadata.get("namespace")) or "", labels, service)


def _labels(value: Json) -> frozenset[tuple[str, str]]:
    return frozenset((k, scalar(x) or "") for k, x in mapping(value).items())


def claim_variables(found: list[dict[str, Json]], variables: Claims) -> None:
    """Note what config maps, and containers' own lists of variables, give to names."""
    for one in found:
        if one["kind"] == "ConfigMap":
            for name, value in mapping(one.get("data")).items():
                variables.add(name, scalar(value))
        template = mapping(mapping(one.get("spec")).get("template"))
        for container in map(mapping, sequence(mapping(template.get("spec")).get("containers"))):
            for entry in map(mapping, sequence(container.get("env"))):
                variable, text = scalar(entry.get("name")), scalar(entry.get("value"))
                if variable and text is not None:
                    variables.add(variable, None if "$(" in text else text)


# ---------------------------------------------------------------------------------------- environments


def environments(
    sources: Sources, directories: Directories, variables: tuple[str, ...]
) -> Iterator[tuple[str | None, str, str | None]]:
    """(service, variable, value) of the containers that manifests start: their own variables, those of config maps
    they name, and those of config maps that kustomize makes. Only files that name one of the variables, or what holds
    it, are read. The service is None where a workload's cannot be told."""
    paths = [p for p in sources.documents_with(variables, "*.yaml", "*.yml") if sources.role(p) != "test"][:FILES]
    found = _objects_in(sources, paths)
    maps: dict[str, dict[str, set[str | None]]] = {}
    for one in found:
        if one["kind"] == "ConfigMap":
            name = scalar(mapping(one.get("metadata")).get("name"))
            _note(maps, name, {k: scalar(v) for k, v in mapping(one.get("data")).items()})
    for path in sources.documents_with(variables, "kustomization.y*ml"):
        document = sources.document(path)
        for made in sequence(mapping(document.data if document is not None else None).get("configMapGenerator")):
            literals = [
                text.partition("=") for each in sequence(mapping(made).get("literals")) if (text := scalar(each))
            ]
            _note(maps, scalar(mapping(made).get("name")), {key: value for key, _, value in literals})
    named = tuple(sorted(maps))
    more = [p for p in sources.documents_with(named, "*.yaml", "*.yml") if p not in paths and sources.role(p) != "test"]
    for one in (*found, *_objects_in(sources, more[:FILES])):
        if one["kind"] in RUNNING:
            yield from _environment(one, directories, maps)


def _note(maps: dict[str, dict[str, set[str | None]]], name: str | None, data: dict[str, str | None]) -> None:
    for key, value in data.items():
        maps.setdefault(name or "", {}).setdefault(key, set()).add(value)


def _environment(
    one: dict[str, Json], directories: Directories, maps: dict[str, dict[str, set[str | None]]]
) -> Iterator[tuple[str | None, str, str | None]]:
    services = {w.service for w in _workload(one, directories)}
    service = next(iter(services)) if len(services) == 1 and OUTSIDE not in services else None
    for container in _containers(one):
        for source in map(mapping, sequence(container.get("envFrom"))):
            told = maps.get(scalar(mapping(source.get("configMapRef")).get("name")) or "", {})
            prefix = scalar(source.get("prefix")) or ""
            for key, values in told.items():
                yield service, prefix + key, next(iter(values)) if len(values) == 1 else None
        for entry in map(mapping, sequence(container.get("env"))):
            variable, text = scalar(entry.get("name")), scalar(entry.get("value"))
            reference = mapping(mapping(entry.get("valueFrom")).get("configMapKeyRef"))
            if variable and reference:
                key = scalar(reference.get("key")) or ""
                values = maps.get(scalar(reference.get("name")) or "", {}).get(key, {None})
                yield service, variable, next(iter(values)) if len(values) == 1 else None
            elif variable and text is not None:
                yield service, variable, None if "$(" in text or "{{" in text else text


def _containers(one: dict[str, Json]) -> Iterator[dict[str, Json]]:
    """The containers of a workload, a job or a pod."""
    spec = mapping(one.get("spec"))
    spec = mapping(mapping(mapping(spec.get("jobTemplate")).get("spec")) or spec)
    pod = mapping(mapping(spec.get("template")).get("spec")) or spec
    for key in ("containers", "initContainers"):
        yield from map(mapping, sequence(pod.get(key)))
