"""Reader of Thrift: `.thrift` files with includes, typedefs, unions, exceptions and services → `Schema`.

A definition's full name is its file's name without extension, a dot and its own name, as other files call it; in a
text without path it is its own name. Typedefs are resolved: a field has the type behind them. What a missing include
defines stays a `Reference` to its name.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Mapping

from eda_lint.errors import SchemaError
from eda_lint.model.schema import (
    Default,
    Definition,
    Dictionary,
    Enumeration,
    Field,
    Method,
    Record,
    Reference,
    Scalar,
    Schema,
    SchemaFile,
    SchemaProblem,
    Sequence,
    Service,
    Symbol,
    Type,
)
from eda_lint.schemas.thrift.parser import parse
from eda_lint.schemas.thrift.syntax import (
    EnumSyntax,
    FieldSyntax,
    FileSyntax,
    ServiceSyntax,
    StructSyntax,
    TypedefSyntax,
    TypeSyntax,
)

SCALARS: Mapping[str, Scalar] = {
    "bool": Scalar("boolean"),
    "byte": Scalar("int8"),
    "i8": Scalar("int8"),
    "i16": Scalar("int16"),
    "i32": Scalar("int32"),
    "i64": Scalar("int64"),
    "double": Scalar("double"),
    "float": Scalar("float"),
    "string": Scalar("string"),
    "slist": Scalar("string"),
    "binary": Scalar("bytes"),
    "uuid": Scalar("uuid"),
    "void": Scalar("null"),
}
"""Thrift's base types by name."""

_CONTAINERS = frozenset({"list", "set", "map", "stream", "sink"})
_BOUND_OF_TYPEDEFS = 100
_BOUND_OF_PARTS = 500


def read(files: Mapping[str, str]) -> Schema:
    """The schema that these files, path → text, define together.

    Raises SchemaError if a file holds text of which no statement is Thrift.
    """
    trees: dict[str, FileSyntax] = {}
    for path, text in files.items():
        tree = parse(text.removeprefix("\ufeff"), path)
        if tree.scanner.problems and not tree.statements:
            first = tree.scanner.problems[0]
            raise SchemaError(
                f"no Thrift schema: {first.message}",
                path=path or None,
                line=first.place.line if first.place else None,
                mend="Write `struct Name { 1: string field }` and the like.",
            )
        trees[path] = tree
    return _Builder(trees).schema()


class _Builder:
    def __init__(self, trees: Mapping[str, FileSyntax]) -> None:
        self.trees = trees
        self.stems = _stems(list(trees))
        self.typedefs: dict[str, tuple[str, TypedefSyntax]] = {}
        """Full name → the file it stands in, and the typedef."""
        self.resolved: dict[str, tuple[Type, int]] = {}
        """Full name of a typedef → what it stands for, and the number of types in it."""
        self.known: set[str] = set()
        self.prefixes: dict[str, dict[str, str]] = {}
        """File → how it calls its includes → their stem."""
        self.definitions: dict[str, Definition] = {}
        self.problems: list[SchemaProblem] = []
        self._depth = 0

    def schema(self) -> Schema:
        for path, tree in self.trees.items():
            self.prefixes[path] = {alias or _stem(name): self._included(path, name) for name, alias in tree.includes}
            self.known |= {self._full(path, struct.name) for struct in tree.structs}
            self.known |= {self._full(path, enum.name) for enum in tree.enums}
            self.typedefs |= {self._full(path, part.name): (path, part) for part in tree.typedefs}
        files, services = [], []
        for path, tree in self.trees.items():
            before = len(self.definitions)
            parts: list[StructSyntax | EnumSyntax] = [*tree.structs, *tree.enums]
            for part in sorted(parts, key=lambda one: one.position):
                self._define(path, tree, part)
            services += [self._service(path, tree, service) for service in tree.services]
            namespaces = tuple(sorted((f"namespace {language}", name) for language, name in tree.namespaces))
            package = next((name for language, name in tree.namespaces if language in ("py", "*")), "")
            defined = tuple(list(self.definitions)[before:])
            includes = tuple(name for name, _ in tree.includes)
            files.append(SchemaFile(path, package, includes, namespaces, defined))
        found = [problem for tree in self.trees.values() for problem in tree.scanner.problems]
        return Schema("thrift", None, self.definitions, tuple(services), tuple(files), (*found, *self.problems))

    # ----------------------------------------------------------------------------------------------------- names

    def _full(self, path: str, name: str) -> str:
        stem = self.stems[path]
        return f"{stem}.{name}" if stem else name

    def _included(self, path: str, include: str) -> str:
        """The stem of an included file: beside the including one, or by the end of its path."""
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), include))
        if beside in self.stems:
            return self.stems[beside]
        ends = "/" + include.lstrip("./")
        return next((stem for other, stem in self.stems.items() if ("/" + other).endswith(ends)), _stem(include))

    def _resolve(self, path: str, name: str) -> str:
        """The full name of a type as a file calls it."""
        prefix, _, last = name.rpartition(".")
        if prefix:
            return f"{self.prefixes[path].get(prefix, prefix)}.{last}"
        return self._full(path, name)

    def type(self, path: str, tree: TypeSyntax) -> Type:
        """A type with typedefs resolved."""
        return self._sized(path, tree)[0]

    def _sized(self, path: str, tree: TypeSyntax) -> tuple[Type, int]:
        """A type and how many types it holds, itself included: typedefs of maps of typedefs double at each step."""
        if tree.name in SCALARS:
            return SCALARS[tree.name], 1
        if tree.name in _CONTAINERS:
            return self._container(path, tree)
        full = self._resolve(path, tree.name)
        if full in self.known or full not in self.typedefs:
            return Reference(full), 1
        if full not in self.resolved:
            if self._depth >= _BOUND_OF_TYPEDEFS:
                return self._unresolved(tree, "stands for itself or leads through too many others")
            self._depth += 1
            try:
                where, typedef = self.typedefs[full]
                self.resolved[full] = self._sized(where, typedef.type)
            finally:
                self._depth -= 1
        return self.resolved[full]

    def _container(self, path: str, tree: TypeSyntax) -> tuple[Type, int]:
        sized = [self._sized(path, part) for part in tree.parts] or [(Scalar("any"), 1)]
        size = 1 + sum(count for _, count in sized)
        if size > _BOUND_OF_PARTS:
            return self._unresolved(tree, f"holds more than {_BOUND_OF_PARTS} types")
        if tree.name == "map":
            return Dictionary(sized[-1][0], sized[0][0]), size
        return Sequence(sized[0][0], name=tree.name), size

    def _unresolved(self, tree: TypeSyntax, why: str) -> tuple[Type, int]:
        self.problems.append(SchemaProblem(f"the type `{tree.name}` {why}"))
        return Scalar("opaque", tree.name), 1

    # ------------------------------------------------------------------------------------------------ definitions

    def _define(self, path: str, tree: FileSyntax, part: StructSyntax | EnumSyntax) -> None:
        place = tree.scanner.place
        name = self._full(path, part.name)
        if isinstance(part, StructSyntax):
            fields = self._fields(path, tree, part.fields, part.kind == "union")
            definition = Definition(name, Record(fields, name, part.kind), place(part.position))
        else:
            values = tuple(Symbol(n, number, None, place(at)) for n, number, at in part.values)
            definition = Definition(name, Enumeration(values, name), place(part.position))
        if name in self.definitions:
            self.problems.append(SchemaProblem(f"`{name}` is defined twice", definition.place))
            return
        self.definitions[name] = definition

    def _fields(self, path: str, tree: FileSyntax, fields: list[FieldSyntax], union: bool) -> tuple[Field, ...]:
        found: dict[int, Field] = {}
        for syntax in fields:
            place = tree.scanner.place(syntax.position)
            if syntax.number in found:
                message = (
                    f"the id {syntax.number} stands for two fields, `{found[syntax.number].name}` and `{syntax.name}`"
                )
                self.problems.append(SchemaProblem(message, place))
                continue
            label = syntax.label
            found[syntax.number] = Field(
                name=syntax.name,
                type=self.type(path, syntax.type),
                number=syntax.number,
                required=label == "required",
                always=label != "optional" and not union,
                default=None if syntax.default is None else Default(syntax.default, text=syntax.default),
                cardinality="required" if label == "required" else "optional" if label == "optional" else "singular",
                place=place,
            )
        return tuple(found.values())

    def _service(self, path: str, tree: FileSyntax, service: ServiceSyntax) -> Service:
        place = tree.scanner.place
        methods = []
        for method in service.methods:
            request = Record(self._fields(path, tree, method.arguments, False), f"{method.name}_args", "struct")
            returns = self.type(path, method.returns)
            throws = self._fields(path, tree, method.throws, True)
            response = Record(
                (Field("success", returns, 0, always=False, cardinality="optional"), *throws),
                f"{method.name}_result",
                "struct",
            )
            options = (("oneway", "true"),) if method.oneway else ()
            methods.append(Method(method.name, request, response, options, place(method.position)))
        extends = self._resolve(path, service.extends) if service.extends else ""
        return Service(self._full(path, service.name), tuple(methods), extends, place(service.position))


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]


def _stems(paths: list[str]) -> dict[str, str]:
    """The names by which files call each other: without folders, unless two files would be called the same."""
    short = {path: _stem(path) for path in paths}
    count = Counter(short.values())
    return {
        path: stem if count[stem] == 1 else posixpath.splitext(path)[0].replace("/", ".")
        for path, stem in short.items()
    }
