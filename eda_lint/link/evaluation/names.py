"""Names: what a module binds, what an import means, and what lies outside the code base."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import classes, configurations, files, settings
from eda_lint.link.evaluation.known import (
    CatalogFunction,
    ClientObject,
    Environment,
    External,
    Known,
    Knowns,
    ModuleRef,
    Plain,
)
from eda_lint.link.evaluation.units import Unit

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


def global_name(ev: Evaluator, unit: Unit, name: str) -> Knowns:
    """A module global of a unit, through star imports, else a builtin."""
    found = exported(ev, unit, name)
    if found:
        return found
    if name == "__file__":
        return (files.own_path(ev, unit.path),)
    return (ev.world.interned.of(External, f"builtins.{name}"),)


def exported(ev: Evaluator, unit: Unit, name: str) -> Knowns:
    """What a module's attribute of this name is; empty if it has none."""
    bindings = unit.globals.get(name)
    if bindings:
        found = ev.bindings(unit, tuple(bindings), None)
        real = tuple(k for k in found if not (isinstance(k, Plain) and k.value is None))
        return real or found
    if name.startswith("__"):
        return ()
    for module, level in unit.star_imports:
        for target in imported_module(ev, unit, module, level):
            if isinstance(target, ModuleRef):
                other = ev.world.unit(target.path)
                if other is not None and other is not unit and name not in ("", "*"):
                    key = (other.path, -2 - hash_name(name), None)
                    found = ev.once(key, functools.partial(exported, ev, other, name))
                    if found:
                        return found
    return ()


def imported(ev: Evaluator, unit: Unit, module: str, level: int, name: str) -> Knowns:
    """What an import statement binds."""
    found: list[Known] = []
    for target in imported_module(ev, unit, module, level):
        if not name:
            found.append(target)
        elif isinstance(target, External):
            found.append(external(ev, f"{target.path}.{name}" if target.path else name))
        elif isinstance(target, ModuleRef):
            found.extend(module_attribute(ev, target, name))
    return ev.distinct(found)


def imported_module(ev: Evaluator, unit: Unit, module: str, level: int) -> Knowns:
    """The module that an import names, in the code base or outside."""
    sources = ev.world.sources
    path = sources.relative(module, level, unit.path) if level else sources.module(module, unit.path)
    if path is not None and path != unit.path:
        return (ev.world.interned.of(ModuleRef, path),)
    if path == unit.path and level == 0 and "." not in module and _shadows(ev, module):
        return (ev.world.interned.of(External, module),)
    if path is not None:
        return (ev.world.interned.of(ModuleRef, path),)
    if level:
        return (ev.world.unknown("module not found"),)
    return (external(ev, module),)


def _shadows(ev: Evaluator, module: str) -> bool:
    """A file that imports its own name means the library of that name (`kafka.py` with `import kafka`)."""
    return module in ev.world.catalog.import_roots()


def module_attribute(ev: Evaluator, module: ModuleRef, name: str) -> Knowns:
    """`module.name`: what the module binds, else its submodule."""
    unit = ev.world.unit(module.path)
    if unit is not None:
        found = exported(ev, unit, name)
        if found and all(isinstance(k, Plain) and k.value is None for k in found):
            found = classes.outside_writes(ev, module, name) or found
        if found:
            return found
    submodule = ev.world.sources.relative(name, 1, f"{directory(module.path)}/__init__.py".lstrip("/"))
    if submodule is not None and submodule != module.path:
        return (ev.world.interned.of(ModuleRef, submodule),)
    if unit is not None:
        found = classes.outside_writes(ev, module, name)
        if found:
            return found
    return (ev.world.unknown(f"{name} not found in {module.path}"),)


def external(ev: Evaluator, path: str) -> Known:
    """Something outside the code base; catalogued functions become `CatalogFunction`."""
    function = ev.world.catalog.function_at(path)
    if function is not None:
        return ev.world.interned.of(CatalogFunction, function[0].name, path)
    held = ev.world.catalog.object_at(path)
    if held is not None:
        return ev.world.interned.of(ClientObject, held, None, ev.world.catalog.holding(path), None)
    if path in settings.OBJECTS:
        return ev.world.interned.of(Environment, settings.OBJECTS[path])
    if path in configurations.DYNACONF_OBJECTS:
        return configurations.ambient(ev)
    return ev.world.interned.of(External, path)


def hash_name(name: str) -> int:
    """A number for a name, the same in every process."""
    return int.from_bytes(name.encode("utf-8", "surrogatepass"), "big")


def directory(path: str) -> str:
    """The directory of a module: of `a/b.py` `a`, of `a/__init__.py` `a`, of a namespace package itself."""
    if path.endswith("/__init__.py"):
        return path[: -len("/__init__.py")]
    if path.endswith(".py"):
        return f"{path[:-3]}"
    return path
