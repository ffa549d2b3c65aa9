"""What must hold in a catalog beyond its grammar: names that are used exist, signatures are signatures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple, get_args

from eda_lint.catalog import signature, steps
from eda_lint.catalog.read import names_of
from eda_lint.catalog.tables import Callable, Library, Role, Settings, Source, Type
from eda_lint.model.topology import EffectKind

ROLES = frozenset(get_args(Role))
EFFECTS = frozenset(get_args(EffectKind))
_CLAUSE = re.compile(r"(==|!=|<=|>=|<|>|~=)\s*\d+(\.(\d+|\*))*((a|b|rc|\.post|\.dev)\d+)?")
"""A clause of a PEP 440 specifier; importing `packaging` for this would cost more than all the checks."""
BINDING = frozenset(("positional", "either", "keyword"))
"""Kinds of parameters that one argument binds to."""
KINDS = frozenset(("stream", "topic", "queue", "task", "inproc", "rpc", "unknown"))
PROOFS = frozenset(("future", "callback", "await", "return", "batch", "none", ""))


class Where(NamedTuple):
    """The library and the place in it that a check is about."""

    library: Library
    text: str

    def at(self, more: str) -> Where:
        """A place inside this one."""
        return Where(self.library, f"{self.text}.{more}" if self.text else more)


def problems(libraries: Mapping[str, Library]) -> Iterator[tuple[str, str]]:
    """What is wrong, as (library name, message)."""
    for library in libraries.values():
        for text in _library(Where(library, ""), libraries):
            yield library.name, text
    yield from _claimed_twice(libraries)


def _claimed_twice(libraries: Mapping[str, Library]) -> Iterator[tuple[str, str]]:
    claims: dict[str, str] = {}
    for library in libraries.values():
        paths: Counter[str] = Counter(p for t in library.types.values() for p in {*t.paths, *t.annotations})
        paths.update(library.objects.keys())
        for callable_ in library.functions:
            paths.update({p: 0 if callable_.versions and p in paths else 1 for p in callable_.paths})
        for path, count in paths.items():
            if count > 1 or path in claims:
                owner = claims.get(path, library.name)
                yield library.name, f"{path} is claimed twice ({owner} and {library.name})"
            claims.setdefault(path, library.name)


def _library(where: Where, libraries: Mapping[str, Library]) -> Iterator[str]:
    library = where.library
    if not library.imports:
        yield "imports is empty"
    for path, name in library.objects.items():
        yield from _type(where.at(f"objects.{path}"), name, libraries)
    for path in library.object_roles:
        if path not in library.objects:
            yield f"object_roles.{path} is none of the objects"
    for table, allowed in ((library.systems, None), (library.kinds, KINDS)):
        for name, value in table.items():
            yield from _type(where, name, libraries)
            if allowed is not None and value not in allowed:
                yield f"kinds.{name}: {value!r} is no kind"
    for key, type_ in library.types.items():
        yield from _type_table(where.at(f"types.{key}"), type_, libraries)
    for callable_ in library.functions:
        if not callable_.paths:
            yield "a function without paths"
        yield from _callable(where.at((callable_.paths or ("?",))[0]), callable_, libraries)
    yield from _unsigned(library)


def _unsigned(library: Library) -> Iterator[str]:
    known = {path for c in library.functions for path in c.paths}
    for key, type_ in library.types.items():
        known.update(f"{key}.{name}" for c in (*type_.methods, *type_.overrides) for name in names_of(c))
        known.update((f"{key}.*", f"{key}.__init__"))
    for name in library.unsigned:
        if name not in known:
            yield f"unsigned.{name}: there is no such callable"


def _type_table(where: Where, type_: Type, libraries: Mapping[str, Library]) -> Iterator[str]:
    try:
        re.compile(type_.generated)
    except re.error as error:
        yield f"{where.text}: generated: {error}"
    for name in type_.extends:
        if name not in where.library.types:
            yield f"{where.text}: extends {name!r}, which is no type of this file"
    for name in (type_.iterates, type_.enters, type_.item, type_.piped, *type_.attributes.values()):
        if name:
            yield from _type(where, name, libraries)
    for chains in (type_.payload_at, type_.headers_at, type_.key_at, type_.message_at, type_.identity_at):
        for chain in chains:
            yield from _steps(where, chain)
    for attribute in type_.attribute_gives:
        if attribute in type_.attributes:
            yield f"{where.text}: {attribute!r} is an attribute with a type, and gives a role"
    if type_.constructor is not None:
        if names_of(type_.constructor):
            yield f"{where.text}: the constructor has a name"
        yield from _callable(where.at("constructor"), type_.constructor, libraries)
    for group in (type_.methods, type_.overrides):
        yield from _names(where, group)
        for callable_ in group:
            yield from _callable(where.at((names_of(callable_) or ("?",))[0]), callable_, libraries)


def _names(where: Where, callables: tuple[Callable, ...]) -> Iterator[str]:
    seen: dict[str, Callable] = {}
    for callable_ in callables:
        if callable_.paths or not names_of(callable_):
            yield f"{where.text}: a method has a name, or names, and no paths"
        for name in names_of(callable_):
            if name in seen and not _told_apart(seen[name], callable_):
                yield f"{where.text}.{name} is there twice, and neither versions nor arguments tell which is meant"
            seen[name] = callable_


def _told_apart(first: Callable, second: Callable) -> bool:
    """Whether two overloads are of different releases, or a call with the arguments that the second needs does not
    fit the first."""
    if first.versions and second.versions:
        return True
    try:
        needed = [p.name for p in signature.parse(second.params or ()) if p.kind in BINDING and not p.has_default]
        taken = signature.parse(first.params or ())
    except ValueError:
        return False
    return signature.bind(taken, len(needed), ()) is None and signature.bind(taken, 0, needed) is None


def _callable(where: Where, callable_: Callable, libraries: Mapping[str, Library]) -> Iterator[str]:
    try:
        accepts = Accepts.of(callable_)
    except ValueError as error:
        yield f"{where.text}: params: {error}"
        return
    if callable_.effect and callable_.effect not in EFFECTS:
        yield f"{where.text}: {callable_.effect!r} is no effect"
    for name in (callable_.returns, callable_.record, *callable_.handler_types):
        if name:
            yield from _type(where, name, libraries)
    for parameter, name in callable_.injects.items():
        yield from _type(where, name, libraries)
        if not callable_.decorator or not accepts.takes(parameter):
            yield f"{where.text}: injects: {parameter!r} is no parameter of a decorator"
    selected = [name for types in callable_.returns_by.values() for name in types.values()]
    for name in (*selected, *(name for types in callable_.requires.values() for name in types)):
        yield from _type(where, name, libraries)
    yield from _roles(where, callable_, accepts, libraries)
    yield from _selectors(where, callable_, accepts)
    if callable_.record_in:
        yield from _steps(where, callable_.record_in)


class Accepts(NamedTuple):
    """Which parameter names a callable takes; `any` where `**` or no signature takes every name."""

    names: frozenset[str]
    any: bool

    @classmethod
    def of(cls, callable_: Callable) -> Accepts:
        """What a callable takes. Raises ValueError if its `params` are no signature."""
        if callable_.params is None:
            return cls(frozenset(), True)
        parameters = signature.parse(callable_.params)
        return cls(frozenset(p.name for p in parameters), any(p.kind == "keywords" for p in parameters))

    def takes(self, name: str) -> bool:
        """Whether there can be an argument of this name."""
        return self.any or name in self.names


def _roles(where: Where, callable_: Callable, accepts: Accepts, libraries: Mapping[str, Library]) -> Iterator[str]:
    for role, sources in callable_.roles.items():
        for source in (sources,) if isinstance(sources, Source) else sources:
            yield from _source(where.at(role), source, accepts)
            for name in source.handler_types:
                if name:
                    yield from _type(where, name, libraries)
    if callable_.gives is not None:
        yield from _source(where.at("gives"), callable_.gives, accepts)
    for role in (*callable_.holds, *callable_.keeps):
        if role not in callable_.roles and not (role == "handler" and callable_.decorator):
            yield f"{where.text}: holds {role!r}, which is no role of this call"


def _source(where: Where, source: Source, accepts: Accepts) -> Iterator[str]:
    given = [x for x in (source.param, source.receiver, source.constant, source.owner) if x is not None]
    if len(given) + bool(source.bound) != 1:
        yield f"{where.text}: exactly one of param, receiver, constant, owner and bound"
    if source.param is not None and not accepts.takes(source.param):
        yield f"{where.text}: there is no parameter {source.param!r}"
    for name in (source.attribute, source.receiver):
        if name is not None and name not in ROLES:
            yield f"{where.text}: {name!r} is no role"
    for name in source.when:
        if not accepts.takes(name):
            yield f"{where.text}: when: there is no parameter {name!r}"


def _selectors(where: Where, callable_: Callable, accepts: Accepts) -> Iterator[str]:
    if callable_.runs and "handler" not in callable_.roles:
        yield f"{where.text}: runs, but there is no handler"
    for name in (*callable_.returns_by, *callable_.requires, *callable_.unless):
        if not accepts.takes(name):
            yield f"{where.text}: there is no parameter {name!r}"
    for name, kinds in callable_.kind_by.items():
        if name not in ROLES and not accepts.takes(name):
            yield f"{where.text}: kind_by: {name!r} is neither role nor parameter"
        for kind in kinds.values():
            if kind not in KINDS:
                yield f"{where.text}: kind_by: {kind!r} is no kind"
    for setting in callable_.settings:
        yield from _setting(where.at(setting.name), setting, accepts)
    for proofs in callable_.proof_by.values():
        for proof in proofs.values():
            if proof not in PROOFS:
                yield f"{where.text}: {proof!r} is no proof"
    if callable_.versions:
        yield from _specifier(where, callable_.versions)
    if callable_.handler_types and callable_.record and callable_.record_at >= len(callable_.handler_types):
        yield f"{where.text}: record_at is outside of handler_types"


def _setting(where: Where, setting: Settings, accepts: Accepts) -> Iterator[str]:
    if setting.param and not accepts.takes(setting.param):
        yield f"{where.text}: there is no parameter {setting.param!r}"
    for specifier in setting.versions:
        yield from _specifier(where, specifier)


def _specifier(where: Where, text: str) -> Iterator[str]:
    if not all(_CLAUSE.fullmatch(clause.strip()) for clause in text.split(",")):
        yield f"{where.text}: {text!r} is no version specifier"


def _steps(where: Where, chain: str) -> Iterator[str]:
    try:
        steps.parse(chain)
    except ValueError as error:
        yield f"{where.text}: {error}"


def _type(where: Where, name: str, libraries: Mapping[str, Library]) -> Iterator[str]:
    library, colon, key = name.rpartition(":")
    owner = libraries.get(library) if colon else where.library
    if owner is None or key not in owner.types:
        yield f"{where.text or where.library.name}: there is no type {name!r}"
