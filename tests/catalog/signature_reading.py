"""Reads signatures out of unpacked wheels by `ast`: nothing is imported, so nothing need be installable."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

Signature = list[str]
"""Parameters as the catalog writes them, without `self`."""


class Definition(NamedTuple):
    """A class or function, and the module it stands in (for its bases and imports)."""

    module: Module
    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Module(NamedTuple):
    """A module's file and dotted name."""

    name: str
    file: Path

    @property
    def package(self) -> str:
        """What relative imports start from."""
        return self.name if self.file.stem == "__init__" else self.name.rpartition(".")[0]


class Sources:
    """An unpacked wheel (or several over one another)."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def module(self, name: str) -> Module | None:
        """The module of this dotted name; stubs where there is no source (C extensions)."""
        base = self.root.joinpath(*name.split("."))
        for file in (base / "__init__.py", base.with_suffix(".py"), base.with_suffix(".pyi"), base / "__init__.pyi"):
            if file.is_file():
                return Module(name, file)
        return None

    def definition(self, path: str) -> Definition | None:
        """The class or function that a dotted path means, through re-exports."""
        return self._find(path, set())

    def _find(self, path: str, seen: set[str]) -> Definition | None:
        if path in seen:
            return None
        seen.add(path)
        name = path
        rest: list[str] = []
        while name:
            module = self.module(name)
            if module is not None and rest:
                return self._member(module, rest, seen)
            name, _, last = name.rpartition(".")
            rest.insert(0, last)
        return None

    def _member(self, module: Module, names: list[str], seen: set[str]) -> Definition | None:
        found: Definition | None = None
        for bound in bindings(module.file):
            if bound.name == "*" and bound.source is not None:
                found = self._find(".".join((_absolute(module, bound), *names)), seen) or found
            elif bound.name == names[0]:
                if bound.node is not None:
                    found = self._nested(Definition(module, bound.node), names[1:], seen)
                else:
                    found = self._find(".".join((_absolute(module, bound), *names[1:])), seen) or found
        return found

    def _nested(self, definition: Definition, names: list[str], seen: set[str]) -> Definition | None:
        if not names:
            return definition
        inner = [n for n in flat(definition.node.body) if isinstance(n, ast.ClassDef) and n.name == names[0]]
        for nested in inner:
            return self._nested(Definition(definition.module, nested), names[1:], seen)
        for method in self.methods(definition, names[0]):
            return self._nested(method, names[1:], seen)
        return None

    def methods(self, definition: Definition, name: str) -> list[Definition]:
        """The definitions of a method, through the bases that are readable: what runs, then its overloads."""
        if not isinstance(definition.node, ast.ClassDef):
            return []
        own = [n for n in flat(definition.node.body) if isinstance(n, FUNCTIONS) and n.name == name]
        overloads = [n for n in own if any("overload" in ast.unparse(d) for d in n.decorator_list)]
        setters = [n for n in own if any(ast.unparse(d).endswith(".setter") for d in n.decorator_list)]
        kept = [n for n in own if n not in overloads and n not in setters]
        if kept or overloads:
            return [Definition(definition.module, n) for n in (*kept, *overloads)]
        for alias in flat(definition.node.body):
            match alias:
                case ast.Assign(targets=[ast.Name(id=target)], value=ast.Name(id=meant)) if target == name != meant:
                    return self.methods(definition, meant)
                case _:
                    continue
        for base in definition.node.bases:
            text = ast.unparse(base.value if isinstance(base, ast.Subscript) else base)
            parent = self._in(definition.module, text)
            if parent is not None and parent.node is not definition.node:
                found = self.methods(parent, name)
                if found:
                    return found
        return []

    def _in(self, module: Module, text: str) -> Definition | None:
        """What a (dotted) name means inside a module."""
        return self._member(module, text.split("."), set())


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Bound(NamedTuple):
    """A name that a module binds: a definition, or an import (`source`, with its dots)."""

    name: str
    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | None = None
    source: str | None = None
    level: int = 0


@cache
def bindings(file: Path) -> tuple[Bound, ...]:
    """What a module binds at its top level, also under `if` and `try`."""
    return tuple(_bindings(ast.parse(file.read_bytes())))


def _bindings(tree: ast.Module) -> Iterator[Bound]:
    for node in flat(tree.body):
        if isinstance(node, (ast.ClassDef, *FUNCTIONS)):
            yield Bound(node.name, node)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                prefix = node.module or ""
                source = prefix if alias.name == "*" else f"{prefix}.{alias.name}".lstrip(".")
                yield Bound(alias.asname or alias.name, source=source, level=node.level)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield Bound(
                    alias.asname or alias.name.split(".")[0],
                    source=alias.name if alias.asname else alias.name.split(".")[0],
                )
        elif isinstance(node, ast.Assign) and isinstance(node.value, (ast.Name, ast.Attribute)):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield Bound(target.id, source=ast.unparse(node.value), level=-1)


def flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a block and of the `if` and `try` blocks in it."""
    for node in body:
        yield node
        if isinstance(node, ast.If):
            yield from flat(node.body)
            yield from flat(node.orelse)
        elif isinstance(node, ast.Try):
            yield from flat(node.body)
            for handler in node.handlers:
                yield from flat(handler.body)
            yield from flat(node.orelse)


def _absolute(module: Module, bound: Bound) -> str:
    source = bound.source or ""
    if bound.level == -1:
        return f"{module.name}.{source}"
    if bound.level == 0:
        return source
    base = module.package.split(".")
    base = base[: len(base) - (bound.level - 1)]
    return ".".join((*base, source)).rstrip(".")


def signature(node: ast.FunctionDef | ast.AsyncFunctionDef, method: bool) -> Signature:
    """A function's parameters as the catalog writes them."""
    arguments = node.args
    by_position = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(by_position) - len(arguments.defaults))
    defaults += arguments.defaults
    texts = [_parameter(a, d) for a, d in zip(by_position, defaults, strict=True)]
    if arguments.posonlyargs:
        texts.insert(len(arguments.posonlyargs), "/")
    static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)
    if method and not static and texts:
        texts = texts[1:]
        if texts[:1] == ["/"]:
            texts = texts[1:]
    if arguments.vararg is not None:
        texts.append(f"*{arguments.vararg.arg}")
    elif arguments.kwonlyargs:
        texts.append("*")
    texts += [_parameter(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    if arguments.kwarg is not None:
        texts.append(f"**{arguments.kwarg.arg}")
    return texts


def _parameter(argument: ast.arg, default: ast.expr | None) -> str:
    if default is None:
        return argument.arg
    text = ast.unparse(default)
    return f"{argument.arg}={text if len(text) <= 20 and '=' not in text else '...'}"
