"""Classes as the families of models see them: ancestors in order, members, decorators, class keywords."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from eda_lint.model.schema import Constant, Default, Field, Type
from eda_lint.model.topology import Place
from eda_lint.schemas.python.annotations import CLASS_FUNCTIONS, Annotations, Environment, Unwrapped, is_variable
from eda_lint.schemas.python.bindings import (
    Assigned,
    ClassNode,
    Entity,
    External,
    Function,
    Scope,
    statements,
    type_parameters,
)
from eda_lint.schemas.python.constants import Constants
from eda_lint.schemas.python.expressions import Argument, keywords
from eda_lint.schemas.python.known import canonical
from eda_lint.schemas.python.modules import Modules
from eda_lint.schemas.python.shapes import ANY

Family = Literal[
    "pydantic", "dataclass", "attrs", "typeddict", "namedtuple", "msgspec", "marshmallow", "faust", "enum", "unknown"
]
"""Whose rules a class follows; `unknown`: it inherits from a class that was not found, and has annotated fields."""

_MAX_ANCESTORS = 100


@dataclass(frozen=True, slots=True)
class Context:
    """What the families read with."""

    modules: Modules
    constants: Constants
    annotations: Annotations
    pydantic: int | None = None
    """The major version of pydantic in use, if it is known."""

    def constant(self, expression: ast.expr | None, scope: Scope) -> Constant:
        """The value of an expression, None if it is not known."""
        known = self.constants.value(expression, scope)
        return known.value if known is not None else None

    def text(self, expression: ast.expr | None, scope: Scope) -> str:
        """The text an expression stands for, empty if it is none or not known."""
        value = self.constant(expression, scope)
        return value if isinstance(value, str) else ""

    def true(self, expression: ast.expr | None, scope: Scope) -> bool:
        """Whether an expression is known to be True."""
        return self.constant(expression, scope) is True

    def name(self, expression: ast.expr | None, scope: Scope) -> str:
        """The canonical dotted name of an expression, or of what it calls; empty for what is the project's own."""
        if isinstance(expression, ast.Call):
            expression = expression.func
        if expression is None:
            return ""
        entity = self.modules.resolve(expression, scope)
        return canonical(entity.name) if isinstance(entity, External) else ""


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A class of the project on the way up, and what its type variables stand for there."""

    node: ClassNode
    environment: Environment


@dataclass(frozen=True, slots=True)
class Member:
    """A name that a class body binds by annotation or assignment."""

    name: str
    annotation: ast.expr | None
    value: ast.expr | None
    statement: ast.stmt
    owner: Ancestor
    written_in: Scope | None = None
    """Where the value's names are looked up, if a function of the project wrote it."""

    @property
    def value_scope(self) -> Scope:
        """Where its value looks names up."""
        return self.written_in or self.scope

    @property
    def scope(self) -> Scope:
        """Where its expressions look names up."""
        return self.owner.node.scope

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.owner.node.module.place(self.statement)

    def unwrapped(self, context: Context) -> Unwrapped | None:
        """Its annotation without what only says something of the field; None if it has none."""
        if self.annotation is None:
            return None
        return context.annotations.unwrap(self.annotation, self.scope, self.owner.environment)

    def type(self, context: Context) -> Type:
        """The type its annotation stands for; any if it has none."""
        return context.annotations.type(self.annotation, self.scope, self.owner.environment)


@dataclass(frozen=True, slots=True)
class Model:
    """A class with everything it inherits."""

    name: str
    node: ClassNode
    ancestors: tuple[Ancestor, ...]
    """The class itself first, then its bases in the order attributes are looked up."""
    externals: tuple[str, ...]
    """Canonical names of what it inherits from outside."""
    external_names: tuple[str, ...] = ()
    """The same as written."""
    unresolved: bool = False
    """A base could not be found."""
    made: tuple[Assigned, ...] = ()
    """Bases that a call makes (`class X(namedtuple("X", "a b"))`)."""

    @property
    def place(self) -> Place:
        """Where the class statement stands (its first line, not its decorators)."""
        return self.node.module.place(self.node.node)


@dataclass(slots=True)
class Fields:
    """Fields by name; one given again keeps its first position, as class bodies and their bases do."""

    by_name: dict[str, Field] = field(default_factory=dict)

    def put(self, one: Field) -> None:
        """Adds a field, or puts it in the place of the one of that name."""
        self.by_name[one.name] = one

    def move(self, one: Field) -> None:
        """Adds a field at the end, even if one of that name stood before."""
        self.by_name.pop(one.name, None)
        self.by_name[one.name] = one

    def __iter__(self) -> Iterator[Field]:
        return iter(self.by_name.values())


def members(owner: Ancestor) -> list[Member]:
    """What a class body binds, in order; the first annotation gives the position, the last statement the rest."""
    found: dict[str, Member] = {}
    for statement, weak in statements(owner.node.node.body):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name, annotation = statement.target.id, statement.annotation
            before = found.get(name)
            if not (weak and before):
                value = statement.value or (before.value if before else None)
                found[name] = Member(name, annotation, value, statement, owner)
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                if not isinstance(target, ast.Name) or (weak and target.id in found):
                    continue
                before = found.get(target.id)
                place = before.statement if before else statement
                annotation_before = before.annotation if before else None
                found[target.id] = Member(target.id, annotation_before, statement.value, place, owner)
    return list(found.values())


def through_functions(member: Member, names: Collection[str], context: Context) -> Member:
    """A member whose value is a call of one of some functions, perhaps inside of a function of the project that
    returns that call (`def code_field(**kwargs): return Field(…, **kwargs)`); any other member as it is."""
    value, scope = member.value, member.scope
    for _ in range(5):
        if isinstance(value, ast.Name | ast.Attribute):
            value, scope = assigned_call(value, scope, context)
        if not isinstance(value, ast.Call):
            return member
        if context.name(value, scope) in names:
            return member if value is member.value else replace(member, value=value, written_in=scope)
        function = context.modules.resolve(value.func, scope)
        if not isinstance(function, Function):
            return member
        value, scope = returned_call(function.node, value), Scope(function.module)
    return member


def assigned_call(expression: ast.expr, scope: Scope, context: Context) -> tuple[ast.expr, Scope]:
    """The call that a name is bound to, with its scope; the name itself if it is bound to something else."""
    entity = context.modules.resolve(expression, scope)
    if isinstance(entity, Assigned) and isinstance(entity.value, ast.Call):
        return entity.value, entity.scope
    return expression, scope


def returned_call(function: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call) -> ast.Call | None:
    """The call that a function returns last, with the keyword arguments that the function hands on to it."""
    returned = [one.value for one, _ in statements(function.body) if isinstance(one, ast.Return)]
    inner = returned[-1] if returned else None
    if not isinstance(inner, ast.Call):
        return None
    given = keywords(call)
    parameters = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
    own: dict[str, ast.expr] = {}
    for keyword in inner.keywords:
        handed = given.get(keyword.value.id) if isinstance(keyword.value, ast.Name) else None
        if keyword.arg is not None:
            own[keyword.arg] = handed if handed is not None else keyword.value
        elif isinstance(keyword.value, ast.Name) and function.args.kwarg is not None:
            own |= {name: value for name, value in given.items() if name not in parameters}
    return ast.Call(inner.func, inner.args, [ast.keyword(name, value) for name, value in own.items()])


def methods(owner: Ancestor) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions a class body defines."""
    for statement, _ in statements(owner.node.node.body):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield statement


def decorators(owner: Ancestor, context: Context) -> Iterator[tuple[str, ast.expr]]:
    """(canonical name, expression) of each decorator of a class."""
    scope = Scope(owner.node.module, owner.node.outer)
    for decorator in owner.node.node.decorator_list:
        yield context.name(decorator, scope), decorator


def decorator(owner: Ancestor, names: frozenset[str], context: Context) -> tuple[str, dict[str, ast.expr]] | None:
    """The first decorator that is one of some names: which, and its keyword arguments."""
    for name, expression in decorators(owner, context):
        if name in names:
            return name, keywords(expression)
    return None


def class_keywords(owner: Ancestor) -> dict[str, ast.expr]:
    """The keyword arguments in a class statement's parentheses."""
    return {keyword.arg: keyword.value for keyword in owner.node.node.keywords if keyword.arg is not None}


def settings(model: Model) -> Mapping[str, tuple[ast.expr, Scope]]:
    """Class keywords of a class and its bases, the nearest counting."""
    found: dict[str, tuple[ast.expr, Scope]] = {}
    for ancestor in reversed(model.ancestors):
        scope = Scope(ancestor.node.module, ancestor.node.outer)
        found |= {name: (value, scope) for name, value in class_keywords(ancestor).items()}
    return found


def parameters(node: ClassNode, context: Context) -> tuple[str, ...]:
    """The names of a class's type variables, in the order in which it takes arguments for them."""
    if own := type_parameters(node.node):
        return own
    scope = Scope(node.module, node.outer)
    found: dict[str, None] = {}
    for base in node.node.bases:
        if not isinstance(base, ast.Subscript):
            continue
        names = context.annotations.variables(base.slice, scope)
        if context.name(base.value, scope) in ("typing.Generic", "typing.Protocol"):
            return names
        found |= dict.fromkeys(names)
    return tuple(found)


def environment(node: ClassNode, arguments: tuple[Type, ...], context: Context) -> dict[str, Type]:
    """What the type variables of a class stand for, given some arguments."""
    found: dict[str, Type] = {}
    for index, name in enumerate(parameters(node, context)):
        if index < len(arguments):
            found[name] = arguments[index]
            continue
        entity = context.modules.resolve(name, Scope(node.module, node.outer))
        bound = isinstance(entity, Assigned) and is_variable(entity, context.modules)
        found[name] = context.annotations.variable(entity) if bound and isinstance(entity, Assigned) else ANY
    return found


def lineage(node: ClassNode, context: Context) -> Model:
    """A class with its ancestors, without what their type variables stand for: that may need the class itself
    (`class Node(Base["Node"])`)."""
    return model(node, "", None, context)


def model(node: ClassNode, name: str, arguments: tuple[Type, ...] | None, context: Context) -> Model:
    """A class with its ancestors, depth first, each where it is reached last (as Python's own order has it)."""
    order: list[Ancestor] = []
    externals: dict[str, str] = {}
    made: list[Assigned] = []
    unresolved = False
    pending = [Ancestor(node, environment(node, arguments, context) if arguments is not None else {})]
    while pending and len(order) < _MAX_ANCESTORS:
        current = pending.pop()
        order.append(current)
        scope = Scope(current.node.module, current.node.outer)
        bases: list[Ancestor] = []
        for base in current.node.node.bases:
            entity = _base_entity(base, scope, context)
            if isinstance(entity, ClassNode) and entity is not node:
                given = _base_arguments(base, current, scope, context) if arguments is not None else None
                bases.append(Ancestor(entity, environment(entity, given, context) if given is not None else {}))
            elif isinstance(entity, External) and entity.name:
                externals.setdefault(canonical(entity.name), entity.name)
            elif (
                isinstance(entity, Assigned) and (called := context.name(entity.value, entity.scope)) in CLASS_FUNCTIONS
            ):
                made.append(entity)
                externals.setdefault(called, called)
            else:
                unresolved = unresolved or not isinstance(entity, Function)
        pending.extend(reversed(bases))
    last = {id(ancestor.node): index for index, ancestor in enumerate(order)}
    kept = tuple(ancestor for index, ancestor in enumerate(order) if last[id(ancestor.node)] == index)
    kept = (order[0], *(ancestor for ancestor in kept if ancestor.node is not node))
    return Model(name, node, kept, tuple(externals), tuple(externals.values()), unresolved, tuple(made))


def _maker(entity: Assigned, context: Context) -> str:
    """The function that makes the class a name is bound to; empty if none does."""
    called = context.name(entity.value, entity.scope)
    return called if called in CLASS_FUNCTIONS else ""


def _base_entity(base: ast.expr, scope: Scope, context: Context) -> Entity:
    """What a base class is; a call that makes one stands as if it were assigned to a name."""
    if isinstance(base, ast.Call):
        return Assigned("", scope, base)
    return context.modules.resolve(base.value if isinstance(base, ast.Subscript) else base, scope)


def _base_arguments(base: ast.expr, current: Ancestor, scope: Scope, context: Context) -> tuple[Type, ...]:
    if not isinstance(base, ast.Subscript):
        return ()
    items = base.slice.elts if isinstance(base.slice, ast.Tuple) else [base.slice]
    return tuple(context.annotations.type(item, scope, current.environment) for item in items)


def argument(expression: ast.expr, member: Member) -> Argument:
    """An expression of a member with the scope its names are looked up in."""
    return Argument(expression, member.value_scope)


def always_written(default: Default | None) -> bool:
    """Whether a writer always writes a field: one with a default may be left out (`exclude_unset`, `NotRequired`,
    `omit_defaults`), so what was written with it does not satisfy a reader that requires it."""
    return default is None
