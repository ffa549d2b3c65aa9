"""Names of Python modules followed across files.

Names are followed through imports, re-exports, star imports, plain aliases and class attributes, as far as the text
of the modules is known. What stays is a class, a function or an assigned value of a known module, or the dotted name
of something outside (`External`). Libraries whose classes the readers know by name are never followed.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from eda_lint.errors import SchemaError
from eda_lint.schemas.python.bindings import (
    Assigned,
    Bound,
    ClassNode,
    Entity,
    External,
    Function,
    Imported,
    Module,
    Scope,
    dotted,
    parsed,
)
from eda_lint.schemas.python.known import exports

_KNOWN_LIBRARIES = frozenset(
    {
        *sys.stdlib_module_names,
        "annotated_types", "attr", "attrs", "dataclasses_avroschema", "dataclasses_json", "faust", "marshmallow",
        "marshmallow_enum", "mashumaro", "msgspec", "pydantic", "pydantic_core", "pydantic_extra_types",
        "pydantic_settings", "sqlmodel", "typing_extensions",
    }
)  # fmt: skip
"""Their classes are known by name; following them into their source would lose what the names mean."""

_MAX_HOPS = 40
"""Aliases and re-exports followed for one name: longer chains are cycles or hostile."""


@dataclass(frozen=True, slots=True)
class ModuleText:
    """The text of a module that was asked for by its dotted name. `package`: it is an `__init__` file."""

    text: str
    path: str
    package: bool = False


FindModule = Callable[[str], ModuleText | None]
"""The text of a module by its dotted name, None if there is none."""


class Modules:
    """Every module known so far, parsed once."""

    def __init__(self, find_module: FindModule | None = None) -> None:
        self._find = find_module
        self._by_name: dict[str, Module | None] = {}
        self._by_tail: dict[str, list[Module]] = {}
        self._global: dict[tuple[int, str], Entity] = {}
        """What names of modules mean, where it was found out."""
        self.outside: dict[ClassNode, frozenset[str]] = {}
        """What classes inherit from outside of the project, where it was found out."""

    def add(self, text: str, path: str, *, name: str = "", package: bool = False, home: str = "") -> Module:
        """A module of the schema itself. Raises SchemaError if it cannot be parsed. `home` is the package that it lies
        in, for one without a name."""
        module = parsed(text, path, name, package, home)
        self._by_name.setdefault(name, module)
        parts = name.split(".")
        for start in range(len(parts) if name else 0):
            self._by_tail.setdefault(".".join(parts[start:]), []).append(module)
        return module

    def module(self, name: str, importer: Module | None = None) -> Module | None:
        """The module of that dotted name: one of the schema's own files, else what `find_module` gives."""
        if name.partition(".")[0] in _KNOWN_LIBRARIES:
            return None
        if known := self._by_name.get(name):
            return known
        if candidates := self._by_tail.get(name):
            return _nearest(candidates, importer)
        if name not in self._by_name:
            self._by_name[name] = self._found(name)
        return self._by_name[name]

    def _found(self, name: str) -> Module | None:
        source = self._find(name) if self._find else None
        if source is None:
            return None
        try:
            return parsed(source.text, source.path, name, source.package)
        except SchemaError:
            return None  # a module that the schema only mentions: its classes are unknown ones

    def resolve(self, expression: ast.expr | str, scope: Scope) -> Entity:
        """What a name or dotted name means in a scope."""
        parts = expression.split(".") if isinstance(expression, str) else dotted(expression)
        if not parts:
            return External("")
        line = getattr(expression, "lineno", 0)
        return self._attributes(self._name(parts[0], scope, _MAX_HOPS, line), parts[1:], _MAX_HOPS)

    def inherited(self, node: ClassNode, name: str) -> Bound | None:
        """What a name is bound to in a class body or in those of its bases in the project, the nearest first."""
        pending, seen = [node], {id(node)}
        while pending:
            current = pending.pop(0)
            if (bound := current.bindings.get(name)) is not None:
                return bound
            for base in current.node.bases:
                entity = self.resolve(base, Scope(current.module, current.outer))
                if isinstance(entity, ClassNode) and id(entity) not in seen:
                    seen.add(id(entity))
                    pending.append(entity)
        return None

    def _name(self, name: str, scope: Scope, hops: int, line: int = 0) -> Entity:
        owner = scope.owner
        while owner is not None:
            bound = owner.bindings.get(name)
            if bound is not None and _in_sight(bound, line):
                return self._bound(bound, scope.module, hops)
            if name == owner.node.name:
                return owner
            owner = owner.outer
        key = (id(scope.module), name)
        if (known := self._global.get(key)) is not None:
            return known
        bound = scope.module.bindings.get(name)
        if bound is not None:
            found: Entity = self._bound(bound, scope.module, hops)
        else:
            found = self._starred(name, scope.module, hops) or External(f"builtins.{name}")
        if hops == _MAX_HOPS and scope.module is not _NOWHERE:
            self._global[key] = found
        return found

    def _starred(self, name: str, module: Module, hops: int) -> Entity | None:
        if hops <= 0 or name.startswith("_"):
            return None
        for source in reversed(module.stars):
            target = self.module(source, module)
            if target is None:
                if exports(source, name):
                    return External(f"{source}.{name}")
                continue
            if (bound := target.bindings.get(name)) is not None:
                return self._bound(bound, target, hops - 1)
            if (further := self._starred(name, target, hops - 1)) is not None:
                return further
        return None

    def _bound(self, bound: Bound, module: Module, hops: int) -> Entity:
        """What a binding stands for, through imports and `A = B` aliases."""
        if hops <= 0:
            return External("")
        if isinstance(bound, Imported):
            if bound.name is None:
                return External(bound.module)
            return self._member(bound.module, bound.name, module, hops - 1)
        if (
            isinstance(bound, Assigned)
            and bound.annotation is None
            and isinstance(bound.value, ast.Name | ast.Attribute)
        ):
            parts = dotted(bound.value)
            if parts and parts[0] != bound.name:
                return self._attributes(self._name(parts[0], bound.scope, hops - 1, _line(bound)), parts[1:], hops - 1)
        return bound

    def _member(self, module_name: str, name: str, importer: Module, hops: int) -> Entity:
        target = self.module(module_name, importer)
        if target is None:
            return External(f"{module_name}.{name}")
        if (bound := target.bindings.get(name)) is not None and bound != Imported(module_name, name):
            return self._bound(bound, target, hops)
        if (starred := self._starred(name, target, hops)) is not None:
            return starred
        return External(f"{target.name or module_name}.{name}")

    def _attributes(self, entity: Entity, names: list[str], hops: int) -> Entity:
        for name in names:
            if isinstance(entity, External):
                entity = self._member(entity.name, name, _NOWHERE, hops) if entity.name else entity
            elif isinstance(entity, ClassNode) and (bound := entity.bindings.get(name)) is not None:
                entity = self._bound(bound, entity.module, hops)
            else:
                return External("")
        return entity


def _in_sight(bound: Bound, line: int) -> bool:
    """Whether a name bound in a class body is what an expression on a line of that body means by it: methods are
    not (`default_factory=dict` above `def dict(self)`), nor is a field itself (`date: date | None = None`)."""
    if isinstance(bound, Function):
        return False
    return not isinstance(bound, Assigned) or not line or _line(bound) < line


def _line(bound: Assigned) -> int:
    return bound.statement.lineno if bound.statement is not None else 0


_NOWHERE = Module("", "", False, ast.Module([], []), [])


def module_name(path: str) -> tuple[str, bool]:
    """The dotted name a file has from the root of its tree, and whether it is a package."""
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    if not parts:
        return "", False
    *folders, file = parts
    stem = file.removesuffix(".pyi").removesuffix(".py")
    package = stem == "__init__"
    return ".".join(folders if package else [*folders, stem]), package


def _nearest(candidates: list[Module], importer: Module | None) -> Module:
    """Of several files that a name could mean, the one with the longest common path with the importer."""
    if importer is None or len(candidates) == 1:
        return candidates[0]

    def shared(candidate: Module) -> int:
        pairs = zip(candidate.name.split("."), importer.name.split("."), strict=False)
        return next((count for count, (a, b) in enumerate(pairs) if a != b), 0)

    return max(candidates, key=shared)


def by_path(files: Mapping[str, str]) -> list[tuple[str, str, str, bool]]:
    """(text, path, dotted name, is a package) of each file, in the order of their paths."""
    return [(files[path], path, *module_name(path)) for path in sorted(files)]


def is_known_library(name: str) -> bool:
    """Whether a dotted name belongs to the standard library or to a library whose classes the readers know."""
    return name.partition(".")[0] in _KNOWN_LIBRARIES
