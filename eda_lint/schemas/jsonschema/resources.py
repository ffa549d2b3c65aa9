"""Where JSON Schema's references lead: inside a document, by `$id` and anchor, and into other files.

Sources: JSON Schema 2020-12 core, 8.2 (`$id`, `$anchor`, `$dynamicAnchor`, `$ref`) and 9.2 (embedded resources);
RFC 6901 (JSON Pointer). Earlier drafts' `id` and `definitions` are read the same way.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin

from eda_lint.schemas.located import Located, Value

__all__ = ["Resource", "Resources", "Target"]

_FRAGMENT_ID = re.compile(r"""id["']?\s*:\s*["']?#""")


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """A schema with an identifier of its own: a document, or a part of one that has an `$id`."""

    path: str
    """The file it stands in."""
    pointer: str
    """Where in the file, as a JSON Pointer."""
    base: str
    """What relative references in it are relative to."""
    root: Value
    anchors: Mapping[str, tuple[str, Value]] = field(default_factory=dict)
    """Anchors of the document by name: pointer and schema."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference names: the schema, a name for it that is the same in every version, and where it stands."""

    name: str
    schema: Value
    resource: Resource
    pointer: str


class Resources:
    """All documents that references may lead to."""

    def __init__(self, documents: Mapping[str, Value], main: str, texts: Mapping[str, str]) -> None:
        self.main = main
        self._by_path: dict[str, Resource] = {}
        self._by_id: dict[str, Resource] = {}
        for path, document in documents.items():
            looked_into = _has_inner(texts[path])
            anchors = _anchors(document) if looked_into else {}
            resource = Resource(path, "", _identifier(document) or path, document, anchors)
            self._by_path[posixpath.normpath(path) if path else path] = resource
            self._by_id.setdefault(resource.base.rstrip("#"), resource)
            for pointer, inner in _identified(document) if looked_into else ():
                base = _joined(resource.base, _identifier(inner))
                self._by_id.setdefault(base.rstrip("#"), Resource(path, pointer, base, inner, _anchors(inner, pointer)))

    def document(self, path: str) -> Resource:
        """The resource that a whole file is."""
        return self._by_path[posixpath.normpath(path) if path else path]

    def inside(self, resource: Resource, schema: Value) -> Resource:
        """The resource that a part of another one belongs to: itself if it has an `$id`."""
        identifier = _identifier(schema)
        if not identifier or schema is resource.root:
            return resource
        return self._by_id.get(_joined(resource.base, identifier).rstrip("#"), resource)

    def target(self, reference: str, resource: Resource) -> Target | None:
        """What a reference leads to from a resource; None if it is not there."""
        uri, _, fragment = reference.partition("#")
        found = self._resource(uri, fragment, resource) if uri else resource
        if found is None:
            return None
        fragment = unquote(fragment)
        if fragment and not fragment.startswith("/"):
            if fragment not in found.anchors:
                return None
            pointer, schema = found.anchors[fragment]
            return Target(self._name(found, pointer), schema, found, pointer)
        located = _pointed(found.root, fragment)
        if located is None:
            return None
        schema, passed = located
        for each in passed:
            found = self.inside(found, each)
        return Target(self._name(found, found.pointer + fragment), schema, found, found.pointer + fragment)

    @staticmethod
    def lost(reference: str) -> str:
        """The name of a reference that leads nowhere: the same for `file://./a.json` and `a.json`."""
        uri, mark, fragment = reference.partition("#")
        return posixpath.normpath(uri.removeprefix("file://")) + mark + fragment if uri else reference

    def _name(self, resource: Resource, pointer: str) -> str:
        return ("" if resource.path == self.main else resource.path) + "#" + pointer

    def _resource(self, uri: str, fragment: str, resource: Resource) -> Resource | None:
        absolute = _joined(resource.base, uri)
        if absolute in self._by_id:
            return self._by_id[absolute]
        near = posixpath.normpath(posixpath.join(posixpath.dirname(resource.path), unquote(uri)))
        if near in self._by_path:
            return self._by_path[near]
        tail = unquote(absolute).rpartition("/")[2]
        alike = [found for path, found in self._by_path.items() if posixpath.basename(path) == tail]
        if tail and len(alike) == 1:
            return alike[0]
        # A text that was given without its path may be the file that it names itself, if the fragment is in it.
        return self._by_path[""] if list(self._by_path) == [""] and "/" in unquote(fragment) else None


def _joined(base: str, reference: str) -> str:
    """A reference made absolute; as it stands where one of the two is no URI."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def _has_inner(text: str) -> bool:
    """Whether a text may have anchors or schemas with an identifier of their own; else nobody need look for them."""
    named = "$anchor" in text or "$dynamicAnchor" in text or text.count("$id") > 1
    return named or _FRAGMENT_ID.search(text) is not None


def _identifier(schema: Value) -> str:
    if not isinstance(schema, Located):
        return ""
    for key in ("$id", "id"):
        found = schema.get(key)
        if isinstance(found, str) and found and not found.startswith("#"):
            return found
    return ""


def _walk(document: Value, pointer: str = "") -> Iterator[tuple[str, Located]]:
    """Every object of a document with its pointer, the document itself first."""
    open_: list[tuple[str, Value]] = [(pointer, document)]
    while open_:
        place, value = open_.pop()
        if isinstance(value, Located):
            yield place, value
            open_.extend((f"{place}/{_escaped(key)}", inner) for key, inner in value.items() if key not in _NO_SCHEMAS)
        elif isinstance(value, list):
            open_.extend((f"{place}/{index}", inner) for index, inner in enumerate(value))


_NO_SCHEMAS = frozenset(("enum", "const", "default", "examples", "example"))


def _identified(document: Value) -> Iterator[tuple[str, Located]]:
    for pointer, schema in _walk(document):
        if schema is not document and isinstance(schema.get("$id"), str) and _identifier(schema):
            yield pointer, schema


def _anchors(document: Value, pointer: str = "") -> dict[str, tuple[str, Value]]:
    found: dict[str, tuple[str, Value]] = {}
    for place, schema in _walk(document, pointer):
        for key in ("$anchor", "$dynamicAnchor"):
            name = schema.get(key)
            if isinstance(name, str):
                found.setdefault(name, (place, schema))
        for key in ("$id", "id"):  # Drafts 4 to 7 wrote an anchor as an identifier that is a fragment.
            name = schema.get(key)
            if isinstance(name, str) and name.startswith("#") and len(name) > 1:
                found.setdefault(name[1:], (place, schema))
    return found


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _pointed(root: Value, pointer: str) -> tuple[Value, list[Value]] | None:
    """What a JSON Pointer leads to, and the objects it leads through; None if it leads nowhere."""
    value: Value = root
    passed: list[Value] = []
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Located) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
        passed.append(value)
    return value, passed
