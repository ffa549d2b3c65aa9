"""The schemas of a code base as contracts: which files hold some, and what each says with the files it refers to.

A document is read with what it imports, found in the same tree, so that one version of a code base is judged by itself.
Nothing outside the tree is read.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from eda_lint.errors import EdaLintError, SchemaError
from eda_lint.model.contract import Contract
from eda_lint.model.schema import (
    Choice,
    Complement,
    Dialect,
    Dictionary,
    Intersection,
    Record,
    Reference,
    Schema,
    SchemaProblem,
    Sequence,
    Type,
)
from eda_lint.model.topology import Place
from eda_lint.schemas import read
from eda_lint.schemas.embedded import embedded
from eda_lint.schemas.python import ModuleText
from eda_lint.schemas.python import Reader as PythonReader
from eda_lint.schemas.python.modules import FindModule

DIALECT_OF: Mapping[str, Dialect] = {
    ".avsc": "avro", ".avpr": "avro", ".avdl": "avro", ".proto": "protobuf", ".thrift": "thrift", ".py": "python",
}  # fmt: skip
"""Suffix → dialect, where the suffix decides."""
DATA = (".json", ".yaml", ".yml")
"""Files that hold a JSON Schema if they say so."""
_IMPORTS: Mapping[Dialect, re.Pattern[str]] = {
    "protobuf": re.compile(r'(?:^|;)\s*import\s+(?:public\s+|weak\s+)?"([^"\n]+)"', re.MULTILINE),
    "thrift": re.compile(r"(?:^|;)\s*include\s+[\"']([^\"'\n]+)[\"']", re.MULTILINE),
    "jsonschema": re.compile(r'"?\$ref"?\s*:\s*["\']?([^"\'#\s,}]+)'),
}
_LARGEST = 4_000_000
"""Files of more characters are no schemas of messages."""
_TOGETHER = 400
"""Most files that one document is read with."""
ABOUT = re.compile(r'"?\$schema"?\s*:|"?(?:asyncapi|openapi|swagger)"?\s*:\s*["\']?\d')
"""What says that a JSON or YAML file is, or holds, a JSON Schema."""


def dialect_of(path: str, text: str) -> Dialect | None:
    """The dialect of a file, by its suffix and by what it says; None if it is no schema."""
    suffix = posixpath.splitext(path)[1].lower()
    known = DIALECT_OF.get(suffix)
    if known is not None:
        return known
    if suffix not in DATA:
        return None
    name = posixpath.basename(path).lower()
    if ".schema." in name or ABOUT.search(text[:20_000]):
        return "jsonschema"
    if suffix == ".json" and '"fields"' in text and re.search(r'"type"\s*:\s*"record"', text):
        return "avro"
    return None


@dataclass(frozen=True, slots=True)
class Fault:
    """A document that could not be read."""

    path: str
    message: str
    line: int | None = None


class Documents:
    """The schemas of one state of a code base."""

    def __init__(self, paths: Iterable[str], load: Callable[[str], str | None]) -> None:
        """`load` gives a file's text, or None if it cannot be read or is no text."""
        self._paths = tuple(paths)
        self._known = frozenset(self._paths)
        self._load = load
        self._texts: dict[str, str | None] = {}
        self._read: dict[str, Schema | SchemaError] = {}
        self._by_name: dict[str, list[str]] | None = None
        self._embedded: dict[str, list[tuple[Contract, int]]] = {}
        self.faults: list[Fault] = []
        """Documents that could not be read, in the order in which they were asked for."""

    def text(self, path: str) -> str | None:
        """A file's text; None if there is no such file or it is too large."""
        if path not in self._texts:
            text = self._load(path) if path in self._known else None
            self._texts[path] = text if text is None or len(text) <= _LARGEST else None
        return self._texts[path]

    def all(self) -> Iterator[Contract]:
        """A contract for each document that is no Python, sorted by path. Broken ones are in `faults`."""
        for path in sorted(self._paths):
            if posixpath.splitext(path)[1].lower() not in (*DIALECT_OF, *DATA) or path.endswith(".py"):
                continue
            text = self.text(path)
            dialect = dialect_of(path, text) if text is not None else None
            contract = self.contract(path, dialect=dialect) if dialect is not None else None
            if contract is not None:
                yield contract

    def contract(self, path: str, name: str = "", *, dialect: Dialect | None = None) -> Contract | None:
        """The contract of a document, or of the type of that name in it; None if there is none."""
        text = self.text(path)
        dialect = dialect or (dialect_of(path, text) if text is not None else None)
        if text is None or dialect is None:
            return None
        if path.endswith(".py") and dialect != "python":
            return next((one for one, _ in self.embedded(path) if (one.name, one.dialect) == (name, dialect)), None)
        schema = self._schema(path, dialect)
        if schema is None:
            return None
        if not name:
            version = version_of(schema, text)
            return Contract(_own_name(schema, path), dialect, Place(path, 1), own(schema, path), version, whole=True)
        full = _definition(schema, name, path)
        if full is None:
            return None
        place = schema.definitions[full].place or Place(path, 1)
        return Contract(full, dialect, place, reaching(schema, full), version_of(schema, text))

    def embedded(self, path: str) -> list[tuple[Contract, int]]:
        """The schemas that a Python file hands to libraries, each with the line of the call; the first of a name.

        A schema is called by its own name, else by what the code calls it; one that has neither is left out.
        """
        if path not in self._embedded:
            self._embedded[path] = list(self._read_embedded(path))
        return self._embedded[path]

    def _read_embedded(self, path: str) -> Iterator[tuple[Contract, int]]:
        text = self.text(path) if path.endswith(".py") else None
        try:
            found = embedded(text, path, find_module=self.find_module(path)) if text is not None else []
        except SchemaError:
            return
        named: dict[str, str] = {}
        for one in found:
            try:
                schema = read({one.path: one.text}, dialect=one.dialect)
            except SchemaError as error:
                self.faults += [Fault(each.path or path, each.message, each.line) for each in error.faults]
                continue
            root = schema.root
            name = (root.name if isinstance(root, Reference | Record) and one.dialect == "avro" else "") or one.name
            place = schema.definitions[name].place if name in schema.definitions else None
            if name and named.setdefault(name, one.text) == one.text:
                version = version_of(schema, one.text)
                yield Contract(name, one.dialect, place or one.place, schema, version), one.place.line

    def _schema(self, path: str, dialect: Dialect) -> Schema | None:
        if path not in self._read:
            try:
                self._read[path] = self._read_together(path, dialect)
            except SchemaError as error:
                self._read[path] = error
                self.faults += [Fault(one.path or path, one.message, one.line) for one in error.faults]
        found = self._read[path]
        return None if isinstance(found, EdaLintError) else found

    def _read_together(self, path: str, dialect: Dialect) -> Schema:
        text = self.text(path) or ""
        if dialect == "python":
            reader = PythonReader(self.find_module(path))
            module = reader.modules.add(text, path, home=posixpath.dirname(path).replace("/", "."))
            return reader.schema([module], [])
        if dialect == "avro":
            return self._avro(path, text)
        return read(self._with_imports(path, dialect), dialect=dialect, path=path)

    def _avro(self, path: str, text: str) -> Schema:
        """A file of Avro with those that define the names it uses and lacks, which may lie anywhere in the tree."""
        schema = read({path: text}, dialect="avro")
        root, together = schema.root, {path: text}
        looked: set[str] = set()
        while missing := {name for name in _references(schema) if name not in schema.definitions} - looked:
            looked |= missing
            for other in self._defining(missing):
                together.setdefault(other, self.text(other) or "")
            if len(together) > _TOGETHER:
                break
            try:
                schema = replace(read(together, dialect="avro"), root=root)
            except SchemaError:
                break  # another version of the same names lies beside it
        return schema

    def _defining(self, names: set[str]) -> Iterator[str]:
        """Files of Avro that define one of these names: for each the nearest in order of path."""
        left = set(names)
        for other in self._named(".avsc", ".avpr"):
            content = self.text(other)
            if content is None or not any(f'"{name.rpartition(".")[2]}"' in content for name in left):
                continue
            try:
                defined = left & set(read({other: content}, dialect="avro").definitions)
            except SchemaError:
                continue
            if defined:
                left -= defined
                yield other

    def _named(self, *suffixes: str) -> list[str]:
        return [path for path in self._paths if path.endswith(suffixes)]

    def _with_imports(self, path: str, dialect: Dialect) -> dict[str, str]:
        """A file and what it imports, and so on, as far as it lies in the tree."""
        found: dict[str, str] = {}
        queue = [path]
        while queue and len(found) < _TOGETHER:
            current = queue.pop(0)
            text = self.text(current)
            if current in found or text is None:
                continue
            found[current] = text
            for name in _IMPORTS[dialect].findall(text):
                other = self._imported(current, name)
                if other is not None and other not in found:
                    queue.append(other)
        return found

    def _imported(self, path: str, name: str) -> str | None:
        """The file that an import names: beside the importing one, from the root, or below any directory."""
        if "://" in name or name.startswith("/"):
            return None
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
        if beside in self._known:
            return beside
        if self._by_name is None:
            self._by_name = {}
            for known in self._paths:
                self._by_name.setdefault(posixpath.basename(known), []).append(known)
        plain = posixpath.normpath(name)
        fitting = [p for p in self._by_name.get(posixpath.basename(plain), ()) if p == plain or p.endswith(f"/{plain}")]
        return min(fitting, key=lambda p: (-len(posixpath.commonpath([p, path])), p), default=None)

    def find_module(self, importer: str) -> FindModule:
        """Finds modules of the tree as a file would import them: in the nearest directory above it that has them."""

        def find(name: str) -> ModuleText | None:
            plain = name.replace(".", "/")
            directory = posixpath.dirname(importer)
            while True:
                for candidate, package in ((f"{plain}.py", False), (f"{plain}/__init__.py", True)):
                    path = posixpath.normpath(posixpath.join(directory, candidate))
                    for at in (path, posixpath.normpath(posixpath.join(directory, "src", candidate))):
                        text = self.text(at)
                        if text is not None:
                            return ModuleText(text, at, package)
                if not directory:
                    return None
                directory = posixpath.dirname(directory)

        return find


# ----------------------------------------------------------------------------------------------------- parts


def own(schema: Schema, path: str) -> Schema:
    """A schema without what other files define and its own does not use."""
    if schema.root is not None:
        return _kept(schema, _reachable(schema, [schema.root]))
    mine = [name for name, definition in schema.definitions.items() if _in(definition.place, path)]
    types: list[Type] = [Reference(name) for name in mine]
    return _kept(schema, _reachable(schema, types) | set(mine), path)


def reaching(schema: Schema, name: str) -> Schema:
    """A schema with nothing but one definition and what it is made of; where the dialect has roots, it is the root."""
    kept = _kept(schema, _reachable(schema, [Reference(name)]))
    return replace(kept, root=Reference(name)) if schema.dialect in ("avro", "jsonschema") else kept


def _in(place: Place | None, path: str) -> bool:
    return place is not None and place.file == path


def _kept(schema: Schema, names: set[str], path: str = "") -> Schema:
    definitions = {name: one for name, one in schema.definitions.items() if name in names}
    files = tuple(f for f in schema.files if (path and f.path == path) or (not path and names & set(f.definitions)))
    services = tuple(s for s in schema.services if path and _in(s.place, path))
    return replace(schema, definitions=definitions, files=files, services=services)


def _reachable(schema: Schema, types: Iterable[Type]) -> set[str]:
    found: set[str] = set()
    stack = list(types)
    while stack:
        for name in names_in(stack.pop()):
            if name in schema.definitions and name not in found:
                found.add(name)
                stack.append(schema.definitions[name].type)
    return found


def names_in(type_: Type) -> Iterator[str]:
    """The names of the definitions that a type is made of directly."""
    stack: list[Type] = [type_]
    while stack:
        match stack.pop():
            case Reference(name=name):
                yield name
            case Record(fields=fields, rest=rest, patterns=patterns):
                stack.extend(field.type for field in fields)
                stack.extend(inner for _, inner in patterns)
                if rest is not None:
                    stack.append(rest)
            case Sequence(items=items, prefix=prefix):
                stack.extend((items, *prefix))
            case Dictionary(values=values, keys=keys):
                stack.extend((values, keys))
            case Choice(branches=branches) | Intersection(branches=branches):
                stack.extend(branches)
            case Complement(type=inner):
                stack.append(inner)
            case _:
                pass


def _references(schema: Schema) -> set[str]:
    types = [definition.type for definition in schema.definitions.values()]
    return {name for one in (*types, *([schema.root] if schema.root is not None else [])) for name in names_in(one)}


def _definition(schema: Schema, name: str, path: str) -> str | None:
    """The full name of the definition that a name means: itself, or the one that ends in it and stands in the file."""
    if name in schema.definitions:
        return name
    ends = [full for full in schema.definitions if full.rpartition(".")[2] == name.rpartition(".")[2]]
    mine = [full for full in ends if _in(schema.definitions[full].place, path)]
    candidates = mine or ends
    return candidates[0] if len(candidates) == 1 else None


def _own_name(schema: Schema, path: str) -> str:
    root = schema.root
    name = root.name if isinstance(root, Reference | Record) else ""
    if name and schema.dialect != "jsonschema":
        return name
    return posixpath.basename(path)


_VERSION = re.compile(r"(?:^|[^A-Za-z0-9])v(\d+(?:[._]\d+)*)(?:$|[^A-Za-z0-9])")


def version_of(schema: Schema, text: str) -> str:
    """The version that a schema says it has: a `version` of the document, or a number in its name or `$id`."""
    if schema.dialect in ("avro", "jsonschema"):
        try:
            data: Any = json.loads(text)
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, dict):
            info = data.get("info")
            for value in (data.get("version"), info.get("version") if isinstance(info, dict) else None):
                if isinstance(value, str | int) and not isinstance(value, bool):
                    return str(value)
            for key in ("$id", "id", "namespace", "name"):
                match = _VERSION.search(value) if isinstance(value := data.get(key), str) else None
                if match:
                    return match[1]
    for file in schema.files:
        match = _VERSION.search(file.package.replace(".", "/"))
        if match:
            return match[1]
    return ""


def problems_of(documents: Documents) -> tuple[SchemaProblem, ...]:
    """What could not be read, as problems."""
    return tuple(SchemaProblem(f.message, Place(f.path, f.line or 1)) for f in documents.faults)
