"""Writes `signatures/LIBRARY.json`: the real signatures of all callables that the catalog gives `params` for.

    python tests/catalog/signature_snapshot.py WHEELS [LIBRARY…]

WHEELS holds one directory for each release, named `distribution==version`, into which its wheel was unzipped
(`pip download --no-deps`); the standard library is `python==3.11`. Several releases of a library give several
signatures; boto3 needs botocore unzipped over it, for the descriptions that its clients are made from. Nothing is
imported.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from signature_reading import FUNCTIONS, Signature, Sources, signature

from eda_lint.catalog.load import load_catalog
from eda_lint.catalog.read import names_of
from eda_lint.catalog.tables import Callable, Library

SIGNATURES = Path(__file__).parent / "signatures"
Snapshot = dict[str, dict[str, list[Signature]]]
"""Release (`distribution version`) → callable → its signatures."""


def callables(library: Library) -> Iterator[tuple[str, tuple[str, ...], Callable]]:
    """Every callable of a library that has `params`: its key, the paths of its class (or its own), itself."""
    for key, type_ in library.types.items():
        paths = class_paths(library, key)
        if type_.constructor is not None and type_.constructor.params is not None:
            yield f"{key}.__init__", paths, type_.constructor
        for callable_ in (*type_.methods, *type_.overrides):
            if callable_.params is not None:
                yield from ((f"{key}.{name}", paths, callable_) for name in names_of(callable_))
    for callable_ in library.functions:
        if callable_.params is not None:
            yield from ((path, (path,), callable_) for path in callable_.paths)


def class_paths(library: Library, key: str) -> tuple[str, ...]:
    """The paths of a type's class; for what several types have in common, those of the types that extend it."""
    type_ = library.types[key]
    if type_.paths:
        return type_.paths
    extending = [paths for name, t in library.types.items() if key in t.extends for paths in class_paths(library, name)]
    return (*type_.annotations, *extending)


def snapshot(library: Library, wheels: Path) -> Snapshot:
    """The signatures of a library in all its releases that lie in a directory of unpacked wheels."""
    wanted = {normal(name) for name in (library.name, *library.distributions)}
    found: Snapshot = {}
    for directory in sorted(wheels.iterdir()):
        distribution, _, version = directory.name.partition("==")
        if normal(distribution) in wanted and version:
            signatures = release(library, directory)
            if signatures:
                found[f"{distribution} {version}"] = signatures
    return found


def normal(name: str) -> str:
    """A distribution's name, in the form that registries compare."""
    return re.sub(r"[-_.]+", "-", name).lower()


def release(library: Library, directory: Path) -> dict[str, list[Signature]]:
    """The signatures of a library in one release."""
    sources = Sources(directory)
    found: dict[str, list[Signature]] = {}
    for key, paths, _ in callables(library):
        read = read_function(sources, paths) if key in paths else read_method(sources, paths, key.rpartition(".")[2])
        if read:
            found[key] = read
    found.update(service_signatures(library, directory))
    return dict(sorted(found.items()))


def read_function(sources: Sources, paths: tuple[str, ...]) -> list[Signature]:
    """The signature of the first of these functions that is readable; of a class, its constructor's."""
    for path in paths:
        definition = sources.definition(path)
        if definition is None:
            continue
        if isinstance(definition.node, FUNCTIONS):
            return [signature(definition.node, method=_in_class(sources, path))]
        return read_method(sources, (path,), "__init__")
    return []


def _in_class(sources: Sources, path: str) -> bool:
    parent = sources.definition(path.rpartition(".")[0])
    return parent is not None and not isinstance(parent.node, FUNCTIONS)


def read_method(sources: Sources, paths: tuple[str, ...], name: str) -> list[Signature]:
    """The signatures (several for overloads) of a method of the first of these classes that has it."""
    for path in paths:
        definition = sources.definition(path)
        if definition is not None and not isinstance(definition.node, FUNCTIONS):
            found = [
                signature(m.node, True) for m in sources.methods(definition, name) if isinstance(m.node, FUNCTIONS)
            ]
            if found:
                return found
    return []


# ----------------------------------------------------------------- clients made from service descriptions


def service_signatures(library: Library, directory: Path) -> dict[str, list[Signature]]:
    """Signatures of clients that are made at run time from a service's description: `{service}` for a client's
    type, `{service}_resource` and `{service}_{Resource}` for those of a resource."""
    found: dict[str, list[Signature]] = {}
    for key in library.types:
        service, _, resource = key.partition("_")
        model = _description(directory, service, "service-2.json")
        if model is None:
            continue
        if not resource:
            for method, operation in _operations(model):
                found[f"{key}.{method}"] = [_input(model, operation, frozenset())]
        else:
            described = _description(directory, service, "resources-1.json")
            if described is not None and (resource == "resource" or resource in described["resources"]):
                found.update(_resource(key, resource, described, model))
    wanted = {key for key, _, _ in callables(library)}
    return {key: signatures for key, signatures in found.items() if key in wanted}


def _description(directory: Path, service: str, name: str) -> dict[str, Any] | None:
    for file in sorted(directory.glob(f"*/data/{service}/*/{name}*"), reverse=True):
        data = file.read_bytes()
        described = json.loads(gzip.decompress(data) if file.suffix == ".gz" else data)
        return described if isinstance(described, dict) else None
    return None


def _operations(model: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, operation in model["operations"].items():
        yield snake(name), operation


def snake(name: str) -> str:
    """The method's name for an operation's (`SendMessageBatch`), as botocore makes it."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def _input(model: dict[str, Any], operation: dict[str, Any], given: frozenset[str]) -> Signature:
    shape = model["shapes"].get(operation.get("input", {}).get("shape", ""), {})
    required = shape.get("required", [])
    names = [n for n in shape.get("members", {}) if n not in given]
    names.sort(key=lambda n: n not in required)
    return ["*", *(n if n in required else f"{n}=None" for n in names)] if names else []


def _resource(key: str, name: str, described: dict[str, Any], model: dict[str, Any]) -> dict[str, list[Signature]]:
    resource = described["service"] if name == "resource" else described["resources"][name]
    found: dict[str, list[Signature]] = {}
    actions = {**resource.get("actions", {}), **resource.get("batchActions", {})}
    for action, detail in actions.items():
        request = detail["request"]
        given = frozenset(p["target"].split("[")[0].split(".")[0] for p in request.get("params", []))
        operation = model["operations"][request["operation"]]
        found[f"{key}.{snake(action)}"] = [_input(model, operation, given)]
    for child, detail in resource.get("has", {}).items():
        asked = [i["target"] for i in detail["resource"].get("identifiers", []) if i["source"] == "input"]
        found[f"{key}.{child}"] = [[snake(target) for target in asked]]
    return found


def main(arguments: list[str]) -> int:
    """Write the snapshots of all libraries, or of those named. 1 if a named one is not there."""
    wheels, names = Path(arguments[0]), arguments[1:]
    catalog = load_catalog()
    SIGNATURES.mkdir(exist_ok=True)
    for name, library in catalog.libraries.items():
        if names and name not in names:
            continue
        found = snapshot(library, wheels)
        if found:
            text = msgspec.json.format(msgspec.json.encode({"library": name, "releases": found}), indent=1)
            (SIGNATURES / f"{name}.json").write_bytes(text + b"\n")
        sys.stdout.write(f"{name}: {', '.join(found) or 'no release here'}\n")
    return 1 if set(names) - set(catalog.libraries) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
