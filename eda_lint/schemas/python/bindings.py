"""A Python module parsed, and what each of its names is bound to."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from eda_lint.errors import SchemaError, shown
from eda_lint.model.topology import Place


@dataclass(eq=False, slots=True)
class Module:
    """A parsed module and what its names are bound to."""

    name: str
    path: str
    package: bool
    tree: ast.Module
    lines: list[str]
    bindings: dict[str, Bound] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    """Modules of `from … import *`, absolute."""
    home: str = ""
    """The package it lies in, where its own name does not tell."""

    @property
    def parent(self) -> str:
        """The package that relative imports start from."""
        if not self.name and self.home:
            return self.home
        return self.name if self.package else self.name.rpartition(".")[0]

    def place(self, node: ast.stmt | ast.expr) -> Place:
        """Where a node stands; columns in code points."""
        end_line = node.end_lineno or node.lineno
        return Place(
            self.path,
            node.lineno,
            self._column(node.lineno, node.col_offset),
            end_line,
            self._column(end_line, node.end_col_offset or 0),
        )

    def _column(self, line: int, offset: int) -> int:
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return offset + 1 if text.isascii() else len(text.encode()[:offset].decode(errors="replace")) + 1


@dataclass(frozen=True, slots=True)
class Imported:
    """A name bound by an import: `name` of `module`, or the module itself."""

    module: str
    name: str | None = None


@dataclass(eq=False, slots=True)
class ClassNode:
    """A class statement of a known module."""

    module: Module
    node: ast.ClassDef
    qualname: str
    outer: ClassNode | None = None
    bindings: dict[str, Bound] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """With its module, if that has a name."""
        return f"{self.module.name}.{self.qualname}" if self.module.name else self.qualname

    @property
    def scope(self) -> Scope:
        """Where the names in its body are looked up."""
        return Scope(self.module, self)


@dataclass(eq=False, slots=True)
class Assigned:
    """A name bound by an assignment. `alias`: by a `type` statement."""

    name: str
    scope: Scope
    value: ast.expr | None
    annotation: ast.expr | None = None
    statement: ast.stmt | None = None
    parameters: tuple[str, ...] = ()
    """Type parameters of a `type` statement."""


@dataclass(eq=False, slots=True)
class Function:
    """A name bound by a function definition."""

    module: Module
    node: ast.FunctionDef | ast.AsyncFunctionDef


Bound = Imported | ClassNode | Assigned | Function


@dataclass(frozen=True, slots=True)
class External:
    """Something outside the known modules, by its dotted name; empty when not even that is known."""

    name: str


Entity = ClassNode | Assigned | Function | External


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a name is looked up: the class it stands in, if any, then the module."""

    module: Module
    owner: ClassNode | None = None


def parsed(text: str, path: str, name: str = "", package: bool = False, home: str = "") -> Module:
    """A module's text, parsed, with its bindings.

    Raises SchemaError for text that is no Python, or that is nested deeper than the interpreter's own parser goes.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the parser thinks of the code (`"\\d"`, `x is 1`) is not asked for
            tree = ast.parse(text, filename=path or "<schema>")
    except SyntaxError as error:
        raise SchemaError(
            f"not valid Python: {shown(error.msg or 'syntax error')}", path=path or None, line=error.lineno,
            mend="Mend the syntax, or run eda-lint with a Python as new as the code.",
        ) from error  # fmt: skip
    except (ValueError, RecursionError, MemoryError) as error:
        raise SchemaError(
            f"Python that cannot be parsed: {shown(str(error)) or type(error).__name__}", path=path or None,
            mend="A file with null bytes or with thousands of nested expressions cannot be a message's schema.",
        ) from error  # fmt: skip
    module = Module(name, path, package, tree, text.splitlines(), home=home)
    _bind(module, tree.body, None, module.bindings)
    return module


def dotted(expression: ast.expr) -> list[str]:
    """The parts of `a.b.c`; empty for anything else."""
    parts: list[str] = []
    while isinstance(expression, ast.Attribute):
        parts.append(expression.attr)
        expression = expression.value
    if not isinstance(expression, ast.Name):
        return []
    parts.append(expression.id)
    return parts[::-1]


def statements(body: Iterable[ast.stmt]) -> Iterator[tuple[ast.stmt, bool]]:
    """The statements that run when a body does, those of its branches included; True for those that only run when
    another branch does not (`else`, `except`, `if TYPE_CHECKING:`): what they bind gives way to what that one does."""
    stack: list[tuple[Iterator[ast.stmt], bool]] = [(iter(body), False)]
    while stack:
        iterator, weak = stack[-1]
        statement = next(iterator, None)
        if statement is None:
            stack.pop()
            continue
        yield statement, weak
        # The last pushed is walked first, and stronger branches are walked first.
        stack.extend((iter(branch), weak or gives_way) for branch, gives_way in reversed(_branches(statement)))


def _branches(statement: ast.stmt) -> list[tuple[list[ast.stmt], bool]]:
    if isinstance(statement, ast.If):
        known = _known_test(statement.test)
        if known is False:
            return [(statement.orelse, False), (statement.body, True)]
        return [(statement.body, False), (statement.orelse, True)]
    if isinstance(statement, ast.Try | ast.TryStar):
        handlers = [(handler.body, True) for handler in statement.handlers]
        return [(statement.body, False), (statement.orelse, False), *handlers, (statement.finalbody, False)]
    if isinstance(statement, ast.With | ast.AsyncWith):
        return [(statement.body, False)]
    if isinstance(statement, ast.For | ast.AsyncFor | ast.While):
        return [(statement.body, False), (statement.orelse, False)]
    return []


def _known_test(test: ast.expr) -> bool | None:
    """`TYPE_CHECKING` is False at run time, and comparisons of `sys.version_info` are true of a new interpreter."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _known_test(test.operand)
        return None if inner is None else not inner
    if dotted(test)[-1:] == ["TYPE_CHECKING"]:
        return False
    if isinstance(test, ast.Compare) and dotted(test.left) == ["sys", "version_info"] and len(test.ops) == 1:
        if isinstance(test.ops[0], ast.GtE | ast.Gt):
            return True
        if isinstance(test.ops[0], ast.Lt | ast.LtE):
            return False
    return None


def _bind(module: Module, body: list[ast.stmt], owner: ClassNode | None, bindings: dict[str, Bound]) -> None:
    """Fills in what the names of a module or class body are bound to; nested classes by a worklist."""
    pending: list[tuple[list[ast.stmt], ClassNode | None, dict[str, Bound]]] = [(body, owner, bindings)]
    while pending:
        body, owner, bindings = pending.pop()
        scope = Scope(module, owner)
        for statement, weak in statements(body):
            for name, bound in _bound_by(statement, module, scope):
                if not (weak and name in bindings):
                    bindings[name] = bound
                    if isinstance(bound, ClassNode):
                        pending.append((bound.node.body, bound, bound.bindings))


def _bound_by(statement: ast.stmt, module: Module, scope: Scope) -> Iterator[tuple[str, Bound]]:
    if isinstance(statement, ast.Import):
        for name in statement.names:
            yield (name.asname, Imported(name.name)) if name.asname else (
                name.name.partition(".")[0], Imported(name.name.partition(".")[0]),
            )  # fmt: skip
    elif isinstance(statement, ast.ImportFrom):
        source = _absolute(statement, module)
        for name in statement.names:
            if name.name == "*":
                module.stars.append(source)
            else:
                yield name.asname or name.name, Imported(source, name.name)
    elif isinstance(statement, ast.ClassDef):
        qualname = f"{scope.owner.qualname}.{statement.name}" if scope.owner else statement.name
        yield statement.name, ClassNode(module, statement, qualname, scope.owner)
    elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        yield statement.name, Function(module, statement)
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id, Assigned(target.id, scope, statement.value, None, statement)
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        target = statement.target
        alias = dotted(statement.annotation)[-1:] == ["TypeAlias"]
        annotation = None if alias else statement.annotation
        yield target.id, Assigned(target.id, scope, statement.value, annotation, statement)
    elif type(statement).__name__ == "TypeAlias":  # Python 3.12
        yield from _type_statement(statement, scope)


def _type_statement(statement: ast.stmt, scope: Scope) -> Iterator[tuple[str, Bound]]:
    name, value = getattr(statement, "name", None), getattr(statement, "value", None)
    if isinstance(name, ast.Name) and isinstance(value, ast.expr):
        yield name.id, Assigned(name.id, scope, value, None, statement, type_parameters(statement))


def type_parameters(statement: ast.stmt) -> tuple[str, ...]:
    """The names in `[T, U]` after a class or `type` statement's name (Python 3.12)."""
    return tuple(str(parameter.name) for parameter in getattr(statement, "type_params", ()))


def _absolute(statement: ast.ImportFrom, module: Module) -> str:
    if not statement.level:
        return statement.module or ""
    parts = module.parent.split(".") if module.parent else []
    base = parts[: len(parts) - statement.level + 1] if statement.level > 1 else parts
    return ".".join([*base, statement.module] if statement.module else base)
