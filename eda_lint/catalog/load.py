"""The catalog: what is known of libraries, read from TOML and indexed by the questions that link asks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from eda_lint.catalog import checks, compiled, signature
from eda_lint.catalog.read import Part, Problem, ReadLibrary, join, names_of, read
from eda_lint.catalog.signature import Parameter, Slot
from eda_lint.catalog.tables import Callable, Library, Role, Settings, Source, Type
from eda_lint.errors import CatalogError


class TypeRef(NamedTuple):
    """A catalogued type: the library's name and the type's key in it."""

    library: str
    type: str


class Catalog:
    """All libraries, with what link needs to find by path or name. Immutable once made."""

    def __init__(self, libraries: Mapping[str, Library], clients: Iterable[str], effects: Iterable[str]) -> None:
        self.libraries: Mapping[str, Library] = dict(sorted(libraries.items()))
        self._client_roots = frozenset(clients)
        self._effect_roots = frozenset(effects)
        self._types: dict[str, TypeRef] = {}
        self._generated: list[tuple[re.Pattern[str], TypeRef]] = []
        self._objects: dict[str, TypeRef] = {}
        self._holding: dict[str, Callable] = {}
        self._functions: dict[str, list[tuple[Library, Callable]]] = defaultdict(list)
        self._lineages: dict[TypeRef, tuple[Type, ...]] = {}
        self._methods: dict[TypeRef, dict[str, tuple[Callable, ...]]] = {}
        self._overrides: dict[TypeRef, dict[str, tuple[Callable, ...]]] = {}
        self._parameters: dict[tuple[str, ...], tuple[Parameter, ...]] = {}
        for library in self.libraries.values():
            self._index(library)

    def _index(self, library: Library) -> None:
        for key, type_ in library.types.items():
            for path in (*type_.paths, *type_.annotations):
                self._types[path] = TypeRef(library.name, key)
            if type_.generated:
                self._generated.append((re.compile(type_.generated), TypeRef(library.name, key)))
        for path, name in library.objects.items():
            self._objects[path] = self.resolve(library.name, name)
        for path, held in library.object_roles.items():
            told: dict[Role, Source | tuple[Source, ...]] = {r: Source(constant=text) for r, text in held.items()}
            self._holding[path] = Callable(roles=told, holds=tuple(told))
        for callable_ in library.functions:
            for path in callable_.paths:
                self._functions[path].append((library, callable_))

    # ------------------------------------------------------------------------------------- by path

    def type_at(self, path: str) -> TypeRef | None:
        """The type whose class is found at a dotted import path (of the class itself, a re-export, a stub or what a
        generator makes)."""
        found = self._types.get(path)
        if found is None:
            found = next((ref for pattern, ref in self._generated if pattern.search(path)), None)
        return found

    def object_at(self, path: str) -> TypeRef | None:
        """The type of a module-level value of a library (`celery.current_app`)."""
        return self._objects.get(path)

    def holding(self, path: str) -> Callable | None:
        """What a module-level value holds, as a call that made it would say; None if the table says nothing."""
        return self._holding.get(path)

    def function_at(self, path: str) -> tuple[Library, Callable] | None:
        """The function at a dotted import path; its first overload where it has several."""
        found = self._functions.get(path)
        return found[0] if found else None

    def functions_at(self, path: str) -> tuple[Callable, ...]:
        """All overloads of the function at a dotted import path, in file order."""
        return tuple(callable_ for _, callable_ in self._functions.get(path, ()))

    # ------------------------------------------------------------------------------------- by type

    def library(self, name: str) -> Library:
        """The library of this name. Raises KeyError."""
        return self.libraries[name]

    def type(self, ref: TypeRef) -> Type:
        """The table of a type. Raises KeyError."""
        return self.libraries[ref.library].types[ref.type]

    def resolve(self, library: str, name: str) -> TypeRef:
        """The type that a table of `library` names: `type` of its own, or `library:type`."""
        other, colon, key = name.rpartition(":")
        return TypeRef(other if colon else library, key)

    def lineage(self, ref: TypeRef) -> tuple[Type, ...]:
        """The type and those it extends, nearest first (depth first, each once)."""
        found = self._lineages.get(ref)
        if found is None:
            library = self.libraries[ref.library]
            names: dict[str, None] = {}
            waiting = [ref.type]
            while waiting:
                name = waiting.pop()
                if name not in names:
                    names[name] = None
                    waiting.extend(reversed(library.types[name].extends))
            found = self._lineages[ref] = tuple(library.types[name] for name in names)
        return found

    def constructor(self, ref: TypeRef) -> Callable | None:
        """The constructor, its own or the nearest inherited."""
        return next((t.constructor for t in self.lineage(ref) if t.constructor is not None), None)

    def method(self, ref: TypeRef, name: str, version: str | None = None) -> Callable | None:
        """The method of this name, through `extends`; of several overloads the first that the version allows."""
        found = self.methods(ref, name, version)
        return found[0] if found else None

    def methods(self, ref: TypeRef, name: str, version: str | None = None) -> tuple[Callable, ...]:
        """All overloads of a method that a version of the library allows (all, if it is not known)."""
        if ref not in self._methods:
            self._methods[ref] = self._named(t.methods for t in self.lineage(ref))
        return self.allowed(self._methods[ref].get(name, ()), version)

    def override(self, ref: TypeRef, name: str) -> Callable | None:
        """The method that the library calls on a user's subclass, through `extends`; its first overload."""
        found = self.overrides(ref, name)
        return found[0] if found else None

    def overrides(self, ref: TypeRef, name: str, version: str | None = None) -> tuple[Callable, ...]:
        """All overloads of such a method that a version of the library allows."""
        return self.allowed(self.override_names(ref).get(name, ()), version)

    def override_names(self, ref: TypeRef) -> Mapping[str, tuple[Callable, ...]]:
        """All methods that the library calls on a user's subclass, by name."""
        if ref not in self._overrides:
            self._overrides[ref] = self._named(t.overrides for t in self.lineage(ref))
        return self._overrides[ref]

    def is_coroutine(self, ref: TypeRef, callable_: Callable) -> bool:
        """Whether calling a method of a value of this type only makes a coroutine, which must be awaited."""
        if callable_.is_coroutine:
            return True
        return self.type(ref).coroutines and bool(callable_.action or callable_.effect)

    @staticmethod
    def _named(groups: Iterable[tuple[Callable, ...]]) -> dict[str, tuple[Callable, ...]]:
        """By name; a nearer type's overloads replace those of the types it extends."""
        found: dict[str, tuple[Callable, ...]] = {}
        for group in groups:
            own: dict[str, tuple[Callable, ...]] = {}
            for callable_ in group:
                for name in names_of(callable_):
                    own[name] = (*own.get(name, ()), callable_)
            found = {**own, **found}
        return found

    def attribute(self, ref: TypeRef, name: str) -> TypeRef | None:
        """The type of an attribute, through `extends`."""
        return self._part(ref, (t.attributes.get(name, "") for t in self.lineage(ref)))

    def attribute_role(self, ref: TypeRef, name: str) -> Role | None:
        """The role that assigning to an attribute gives a value (`client.on_message = f`)."""
        return next((t.attribute_roles[name] for t in self.lineage(ref) if name in t.attribute_roles), None)

    def envelope(self, ref: TypeRef) -> tuple[str, ...]:
        """The fields that the library writes beside the payload, through `extends`."""
        return next((t.envelope for t in self.lineage(ref) if t.envelope), ())

    def given_role(self, ref: TypeRef, name: str) -> Role | None:
        """The role that reading an attribute gives (`topic.name`), through `extends`."""
        return next((t.attribute_gives[name] for t in self.lineage(ref) if name in t.attribute_gives), None)

    def class_roles(self, ref: TypeRef) -> Mapping[Role, str]:
        """Roles that a subclass gives as class attributes: role → attribute."""
        found: dict[Role, str] = {}
        for type_ in reversed(self.lineage(ref)):
            found.update(type_.class_roles)
        return found

    def iterated(self, ref: TypeRef) -> TypeRef | None:
        """The type that iterating a value gives."""
        return self._part(ref, (t.iterates for t in self.lineage(ref)))

    def entered(self, ref: TypeRef) -> TypeRef:
        """The type that `with value as x` gives; its own if the table names no other."""
        return self._part(ref, (t.enters for t in self.lineage(ref))) or ref

    def item(self, ref: TypeRef) -> TypeRef | None:
        """The type that `value[k]` gives."""
        return self._part(ref, (t.item for t in self.lineage(ref)))

    def _part(self, ref: TypeRef, names: Iterator[str]) -> TypeRef | None:
        name = next((name for name in names if name), "")
        return self.resolve(ref.library, name) if name else None

    def system(self, ref: TypeRef) -> str:
        """OpenTelemetry's `messaging.system` of a type's operations."""
        library = self.libraries[ref.library]
        return library.systems.get(ref.type, library.system)

    def kind(self, ref: TypeRef) -> str:
        """Channel kind of a type's operations, where the callable does not say otherwise."""
        library = self.libraries[ref.library]
        return library.kinds.get(ref.type, library.kind)

    # ------------------------------------------------------------------------------------- by name

    def import_roots(self) -> frozenset[str]:
        """Import roots of messaging clients: a file that imports one is a seed."""
        return self._client_roots

    def effect_roots(self) -> frozenset[str]:
        """Import roots of libraries that are known for their effects."""
        return self._effect_roots

    def method_names(self) -> frozenset[str]:
        """Names of all catalogued methods."""
        groups = (t.methods for library in self.libraries.values() for t in library.types.values())
        return frozenset(name for group in groups for callable_ in group for name in names_of(callable_))

    # ------------------------------------------------------------------------------------- of calls

    def parameters(self, callable_: Callable) -> tuple[Parameter, ...] | None:
        """The parsed signature; None if it is unknown (keyword arguments only)."""
        if callable_.params is None:
            return None
        found = self._parameters.get(callable_.params)
        if found is None:
            found = self._parameters[callable_.params] = signature.parse(callable_.params)
        return found

    def bind(self, callable_: Callable, positional: int, keywords: Collection[str]) -> dict[str, Slot] | None:
        """Where each parameter's argument stands in a call; None if the call does not fit (`signature.bind`)."""
        return signature.bind(self.parameters(callable_), positional, keywords)

    def overload(self, callables: Sequence[Callable], positional: int, keywords: Collection[str]) -> Callable | None:
        """The first of several overloads that a call fits; the first of all if it fits none; None of none."""
        for callable_ in callables:
            if self.bind(callable_, positional, keywords) is not None:
                return callable_
        return callables[0] if callables else None

    @staticmethod
    def allowed(callables: tuple[Callable, ...], version: str | None) -> tuple[Callable, ...]:
        """The callables that exist in a version of the library; all if it is not known."""
        if version is None or not any(c.versions for c in callables):
            return callables
        return tuple(c for c in callables if not c.versions or matches(version, c.versions))


def matches(version: str, specifier: str) -> bool:
    """Whether a version is one of those that a PEP 440 specifier names; False for what is no version.

    A pre-release counts as the release it leads to: `2.0rc1` has the signatures of 2.0.
    """
    from packaging.specifiers import SpecifierSet
    from packaging.version import InvalidVersion, Version

    try:
        return SpecifierSet(specifier).contains(Version(version).base_version)
    except InvalidVersion:
        return False


def default_of(setting: Settings, version: str | None) -> str:
    """The value of a setting whose argument is not given, for a version of the library; `""` if not known."""
    if version is not None:
        for specifier, value in setting.versions.items():
            if matches(version, specifier):
                return value
    return setting.default


def load_catalog(extra: Sequence[Path] = (), cache: Path | None = None) -> Catalog:
    """The shipped catalog, with further files added (a directory gives its `*.toml`).

    With a `cache` directory, what was read once loads from there in a few milliseconds. Raises CatalogError, which
    tells everything that is wrong in any file.
    """
    parts = [*shipped(), *_read_extra(extra)]
    if cache is None:
        return build(parts)
    name = compiled.digest(parts)
    made = compiled.stored(cache, name)
    if made is None:
        made = compile_parts(parts)
        compiled.store(cache, name, made)
    return _catalog(made)


def shipped() -> list[Part]:
    """The catalog files of this package: those of clients, then those of effects."""
    parts: list[Part] = []
    for folder, client in (("clients", True), ("effects", False)):
        directory = resources.files("eda_lint.catalog") / folder
        if directory.is_dir():
            files = sorted((f for f in directory.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
            parts.extend(Part(f"{folder}/{file.name}", file.read_bytes(), client) for file in files)
    return parts


def _read_extra(extra: Sequence[Path]) -> list[Part]:
    parts: list[Part] = []
    for path in extra:
        try:
            files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
            parts.extend(Part(file.as_posix(), file.read_bytes()) for file in files)
        except OSError as error:
            raise CatalogError(
                f"cannot read: {error.strerror or error}", path=path.as_posix(), mend="name an existing catalog file"
            ) from error
    return parts


def build(parts: Iterable[Part]) -> Catalog:
    """A catalog of these files. Raises CatalogError, which tells everything that is wrong in them."""
    return _catalog(compile_parts(parts))


def _catalog(made: compiled.Compiled) -> Catalog:
    return Catalog({library.name: library for library in made.libraries}, made.clients, made.effects)


def compile_parts(parts: Iterable[Part]) -> compiled.Compiled:
    """The libraries of these files, joined and checked. Raises CatalogError, which tells everything that is wrong."""
    found: list[Problem] = []
    by_name: dict[str, list[tuple[str, ReadLibrary]]] = defaultdict(list)
    for part in parts:
        library = read(part, found)
        if library is not None:
            by_name[library.library.name].append((part.origin, library))
    libraries = {
        name: join([(origin, told.library) for origin, told in group], found) for name, group in sorted(by_name.items())
    }
    if not found:
        found = [Problem(" + ".join(origin for origin, _ in by_name[n]), t) for n, t in checks.problems(libraries)]
    if found:
        _refuse(found)
    told = [library for group in by_name.values() for _, library in group]
    return compiled.Compiled(
        tuple(libraries.values()),
        clients=tuple(sorted({root for t in told if t.client for root in t.library.imports})),
        effects=tuple(sorted({root for t in told if not t.client for root in t.library.imports})),
    )


def _refuse(found: Sequence[Problem]) -> None:
    mend = "write it as the grammar in eda_lint/catalog/tables.py says"
    raise CatalogError.together(CatalogError(problem.text, path=problem.origin, mend=mend) for problem in found)
