"""Finds the schema documents of a code base that belong to messages: by the file that code names, by a generated
class, or by the message's or the channel's name."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from eda_lint.schemas.documents import DATA, Documents, dialect_of

_TOLD = re.compile(r"schema|event|message|contract|asyncapi|avro|topic", re.IGNORECASE)
"""Paths of JSON and YAML files that are looked into without being named by code."""
_DEFINED = re.compile(r"^\s*(?:@[^\n]*\s)?(?:message|struct|record)\s+(\w+)", re.MULTILINE)
_RECORD = re.compile(r'"name"\s*:\s*"([\w.]+)"')
_TITLE = re.compile(r'^\s*"?title"?\s*:\s*"?([\w. -]+?)"?\s*,?\s*$', re.MULTILINE)
_VERSION = re.compile(r"(?:^|[._-])v?\d+(?:[._]\d+)*$", re.IGNORECASE)
_ENDINGS = (".schema", "-value", "_value", "-schema", "_schema")

_INTERFACE = re.compile(r'^\s*(?:\{\s*)?"?(?:openapi|swagger)"?\s*:', re.MULTILINE)
"""What an HTTP interface's description begins with: code that names it serves it."""

Found = tuple[str, str]
"""(path of a document, name of the type in it; empty for the document itself)"""


class DocumentIndex:
    """The schema documents of a code base by the names that lead to them."""

    def __init__(self, documents: Documents, paths: Iterable[str]) -> None:
        self._documents = documents
        self._paths = tuple(paths)
        self._by_name: dict[str, list[Found]] | None = None
        self._defining: dict[str, list[Found]] = {}

    def __bool__(self) -> bool:
        return bool(self._paths)

    def file(self, text: str, importer: str) -> Found | None:
        """The document that a text in a file means as a path: from the file's directory, the root, or by its end."""
        plain = posixpath.normpath(re.sub(r"\{[^}]*\}", "", text).strip("/ ") or ".").lstrip("./")
        fitting = [path for path in self._paths if path == plain or path.endswith(f"/{plain}")]
        if not fitting:
            return None
        near = min(fitting, key=lambda p: (-len(posixpath.commonprefix([p, importer]).rpartition("/")[0]), len(p), p))
        content = self._documents.text(near)
        if content is None or _INTERFACE.search(content[:2000]) or dialect_of(near, content) is None:
            return None
        return near, ""

    def generated(self, module: str, name: str) -> Found | None:
        """The type that a class of a generated module (`shop.order_pb2`) is of."""
        self._index()
        found = self._defining.get(name, [])
        if module.endswith("_pb2"):
            stem = module.rpartition(".")[2].removesuffix("_pb2")
            found = [one for one in found if posixpath.basename(one[0]) == f"{stem}.proto"]
            parts = module.replace(".", "/").removesuffix("_pb2") + ".proto"
            found = [one for one in found if one[0].endswith(parts)] or found
        else:
            found = [one for one in found if one[0].endswith(".thrift")]
        return found[0] if len(found) == 1 else None

    def named(self, name: str) -> Iterator[Found]:
        """The documents of a message type or of a channel; none where several claim the name in one dialect."""
        key = normal(name)
        if len(key) < 4:
            return
        by_suffix: dict[str, list[Found]] = {}
        for one in self._index().get(key, ()):
            by_suffix.setdefault(posixpath.splitext(one[0])[1], []).append(one)
        for found in by_suffix.values():
            if len(found) == 1:
                yield found[0]

    def _index(self) -> dict[str, list[Found]]:
        if self._by_name is None:
            self._by_name = {}
            for path in self._paths:
                for name, found in self._names(path):
                    known = self._by_name.setdefault(normal(name), [])
                    if found not in known:
                        known.append(found)
        return self._by_name

    def _names(self, path: str) -> Iterator[tuple[str, Found]]:
        stem, suffix = posixpath.splitext(path)
        data = suffix in DATA
        if data and not _TOLD.search(path):
            return
        text = self._documents.text(path)
        if text is None or (data and _INTERFACE.search(text[:2000])) or dialect_of(path, text) is None:
            return
        if suffix in (".proto", ".thrift", ".avdl"):
            for name in _DEFINED.findall(text):
                self._defining.setdefault(name, []).append((path, name))
                yield name, (path, name)
            return
        yield posixpath.basename(stem), (path, "")
        pattern = _TITLE if data and '"fields"' not in text else _RECORD
        told = pattern.search(text)
        if told:
            yield told[1].rpartition(".")[2], (path, "")


def normal(name: str) -> str:
    """A name as it is compared: `OrderPlaced`, `order_placed.v1`, `order-placed.schema` and `order.placed-value` are
    one."""
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    name = _VERSION.sub("", name)
    return re.sub(r"[^a-z0-9]", "", name.lower())
