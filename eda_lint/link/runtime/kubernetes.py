"""What Kubernetes manifests say of services: the names of `Service` objects, and values in `ConfigMap`s.

Fields follow the Kubernetes API reference (Service v1, Deployment apps/v1, ConfigMap v1); cluster names follow its
"DNS for Services and Pods".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    found: list[dict[str, Json]] = []
    for path in paths[:FILES]:
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
