"""Annotations read as types.

Follows aliases, `Annotated`, `NewType`, type variables and texts that hold annotations. Classes are handed to the
reader of classes (`Refer`), which answers with a reference to their definition.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from eda_lint.model.schema import (
    Choice,
    Constant,
    Dictionary,
    Enumeration,
    Reference,
    Scalar,
    Sequence,
    Symbol,
    Type,
)
from eda_lint.schemas.python.bindings import Assigned, ClassNode, Entity, External, Scope, dotted
from eda_lint.schemas.python.constants import Constants
from eda_lint.schemas.python.constraints import constrained, without_null
from eda_lint.schemas.python.expressions import Argument, call_name, keywords
from eda_lint.schemas.python.known import (
    CONSTRAINED,
    COUNTERS,
    DICTIONARIES,
    QUALIFIERS,
    SCALARS,
    SEQUENCES,
    TRANSPARENT,
    TUPLES,
    canonical,
)
from eda_lint.schemas.python.modules import Modules
from eda_lint.schemas.python.shapes import ANY, MAX_SIZE, NULL, choice, size

UNSET = Scalar("opaque", name="msgspec.UnsetType")
"""A field of this type may be left out (msgspec)."""

_MAX_DEPTH = 60

Environment = Mapping[str, Type]
"""What type variables stand for."""


class Refer(Protocol):
    """Gives the type that a class of the project stands for."""

    def __call__(self, entity: ClassNode | Assigned, arguments: tuple[Type, ...], /) -> Type:
        """A reference to its definition, or an opaque type for a class that is no model."""


class Define(Protocol):
    """Makes a definition of an alias."""

    def __call__(self, entity: Assigned, type_: Type | None, name: str = "", /) -> str:
        """The name of its definition; without a type it only reserves the name."""


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """An annotation without what only says something of the field."""

    expression: ast.expr | None
    """None where only a qualifier was written (`x: Final = 3`)."""
    scope: Scope
    environment: Environment
    qualifiers: frozenset[str] = frozenset()
    metadata: tuple[Argument, ...] = ()
    """What stands in `Annotated` behind the type."""


class Annotations:
    """Reads annotations; one instance for one schema."""

    def __init__(self, modules: Modules, constants: Constants, refer: Refer, define: Define) -> None:
        self.modules = modules
        self.constants = constants
        self._refer = refer
        self._define = define
        self._aliases: dict[tuple[int, tuple[Type, ...]], Type] = {}
        self._open: dict[tuple[int, tuple[Type, ...]], str] = {}
        """Aliases that are being read; the name of those that were met inside of themselves."""

    def unwrap(self, expression: ast.expr, scope: Scope, environment: Environment) -> Unwrapped:
        """An annotation without `ClassVar`, `Final`, `Required`, `Annotated` and the like around it."""
        qualifiers: set[str] = set()
        metadata: list[Argument] = []
        for _ in range(_MAX_DEPTH):
            expression = parsed_text(expression)
            if isinstance(expression, ast.Subscript):
                entity = self.modules.resolve(expression.value, scope)
                name = canonical(entity.name) if isinstance(entity, External) else ""
                if name in QUALIFIERS:
                    qualifiers.add(QUALIFIERS[name])
                    expression = expression.slice
                    continue
                if name == "typing.Annotated" and isinstance(expression.slice, ast.Tuple) and expression.slice.elts:
                    metadata[:0] = [Argument(one, scope) for one in expression.slice.elts[1:]]
                    expression = expression.slice.elts[0]
                    continue
            elif isinstance(expression, ast.Name | ast.Attribute) and dotted(expression)[0:1] != [""]:
                entity = self.modules.resolve(expression, scope)
                if isinstance(entity, External) and (qualifier := QUALIFIERS.get(canonical(entity.name))):
                    return Unwrapped(None, scope, environment, frozenset({*qualifiers, qualifier}), tuple(metadata))
                if isinstance(entity, Assigned) and _is_annotated(entity, self.modules) and entity.value is not None:
                    expression, scope = entity.value, entity.scope
                    continue
            break
        return Unwrapped(expression, scope, environment, frozenset(qualifiers), tuple(metadata))

    def type(self, expression: ast.expr | None, scope: Scope, environment: Environment, depth: int = 0) -> Type:
        """The type an annotation stands for, constraints of `Annotated` included."""
        if expression is None or depth > _MAX_DEPTH:
            return ANY
        return self.unwrapped(self.unwrap(expression, scope, environment), depth)

    def unwrapped(self, inner: Unwrapped, depth: int = 0) -> Type:
        """The type of an annotation that was unwrapped already."""
        if inner.expression is None:
            return ANY
        type_ = self._core(inner.expression, inner.scope, inner.environment, depth)
        return constrained(type_, inner.metadata, self.constants, self.modules) if inner.metadata else type_

    def _core(self, expression: ast.expr, scope: Scope, environment: Environment, depth: int) -> Type:
        match expression:
            case ast.Constant(value=None):
                return NULL
            case ast.Constant(value=value) if value is ...:
                return ANY
            case ast.BinOp(op=ast.BitOr()):
                return choice(
                    self.type(operand, scope, environment, depth + 1) for operand in _operands(expression)
                )  # fmt: skip
            case ast.Subscript():
                return self._subscript(expression, scope, environment, depth)
            case ast.Name() | ast.Attribute():
                if isinstance(expression, ast.Name) and expression.id in environment:
                    return environment[expression.id]
                return self._named(self.modules.resolve(expression, scope), environment, depth, expression)
            case ast.Call():
                return self._called(expression, scope, environment, depth)
        return Scalar("opaque", name="")

    def _named(self, entity: Entity, environment: Environment, depth: int, expression: ast.expr) -> Type:
        """A name without arguments."""
        if isinstance(entity, External):
            return self._external(canonical(entity.name), expression)
        if isinstance(entity, ClassNode):
            return self._refer(entity, ())
        if isinstance(entity, Assigned):
            return self._assigned(entity, (), environment, depth)
        return Scalar("opaque", name=".".join(dotted(expression)))

    def _external(self, name: str, expression: ast.expr) -> Type:
        if (scalar := SCALARS.get(name)) is not None:
            return scalar
        if name in SEQUENCES:
            return Sequence(ANY, name=SEQUENCES[name])
        if name in TUPLES:
            return Sequence(ANY, name="tuple")
        if name in DICTIONARIES:
            return Dictionary(ANY, ANY)
        if name in COUNTERS:
            return Dictionary(Scalar("integer"), ANY)
        if name == "msgspec.UnsetType":
            return UNSET
        if name in CONSTRAINED:
            return CONSTRAINED[name]
        if name == "typing.Type":
            return Scalar("opaque", name="type")
        return Scalar("opaque", name=name.removeprefix("builtins.") or ".".join(dotted(expression)))

    def _assigned(self, entity: Assigned, arguments: tuple[Type, ...], environment: Environment, depth: int) -> Type:
        """A name bound by an assignment: a type variable, a new type, an alias, or a class made by a call."""
        if depth > _MAX_DEPTH or entity.value is None:
            return ANY
        called = call_name(entity.value, entity.scope, self.modules)
        if is_variable(entity, self.modules):
            return environment.get(entity.name) or self._bound_of(entity, depth)
        if called in ("typing.NewType", "typing.TypeAliasType"):
            value = _argument(entity.value, 1, "tp" if called == "typing.NewType" else "value")
            return self._alias(entity, value, arguments, depth) if value is not None else ANY
        if called in CLASS_FUNCTIONS:
            return self._refer(entity, arguments)
        if isinstance(entity.value, ast.Constant) and isinstance(entity.value.value, str) and entity.annotation:
            return Scalar("opaque", name=entity.name)
        return self._alias(entity, entity.value, arguments, depth)

    def _alias(self, entity: Assigned, value: ast.expr, arguments: tuple[Type, ...], depth: int) -> Type:
        """What an alias stands for, read once. One that holds itself, and a large one, become definitions."""
        key = (id(entity), arguments)
        if (known := self._aliases.get(key)) is not None:
            return known
        if key in self._open:
            name = self._open[key] = self._open[key] or self._define(entity, None)
            return Reference(name)
        self._open[key] = ""
        names = entity.parameters or self.variables(value, entity.scope)
        filled = (*arguments, *(ANY,) * len(names))[: len(names)]
        type_ = self.type(value, entity.scope, dict(zip(names, filled, strict=True)), depth + 1)
        name = self._open.pop(key)
        if name or size(type_) > MAX_SIZE:
            type_ = Reference(self._define(entity, type_, name))
        self._aliases[key] = type_
        return type_

    def _bound_of(self, variable: Assigned, depth: int) -> Type:
        call = variable.value
        given = keywords(call)
        if "default" in given:
            return self.type(given["default"], variable.scope, {}, depth + 1)
        if "bound" in given:
            return self.type(given["bound"], variable.scope, {}, depth + 1)
        constraints = call.args[1:] if isinstance(call, ast.Call) else []
        if constraints:
            return choice(self.type(one, variable.scope, {}, depth + 1) for one in constraints)
        return ANY

    def variables(self, expression: ast.expr, scope: Scope) -> tuple[str, ...]:
        """The names of the type variables in an expression, in order of appearance."""
        found: dict[str, None] = {}
        for node in ast.walk(expression):
            if isinstance(node, ast.Name):
                entity = self.modules.resolve(node, scope)
                if isinstance(entity, Assigned) and is_variable(entity, self.modules):
                    found[entity.name] = None
        return tuple(found)

    def variable(self, entity: Assigned) -> Type:
        """What a type variable stands for where nobody gave it an argument."""
        return self._bound_of(entity, 0)

    # ----------------------------------------------------------------------------------------------- subscripts

    def _subscript(self, expression: ast.Subscript, scope: Scope, environment: Environment, depth: int) -> Type:
        entity = self.modules.resolve(expression.value, scope)
        items = expression.slice.elts if isinstance(expression.slice, ast.Tuple) else [expression.slice]
        if isinstance(entity, External) and canonical(entity.name) == "typing.Literal":
            return self._literal(items, scope, depth)

        def argument(index: int) -> Type:
            return self.type(items[index], scope, environment, depth + 1) if index < len(items) else ANY

        if isinstance(entity, ClassNode):
            return self._refer(entity, tuple(argument(index) for index in range(len(items))))
        if isinstance(entity, Assigned):
            arguments = tuple(argument(index) for index in range(len(items)))
            return self._assigned(entity, arguments, environment, depth)
        name = canonical(entity.name) if isinstance(entity, External) else ""
        if name == "typing.Optional":
            return choice([argument(0), NULL])
        if name == "typing.Union":
            return choice(argument(index) for index in range(len(items)))
        if name in SEQUENCES:
            return Sequence(argument(0), name=SEQUENCES[name])
        if name in TUPLES:
            return self._tuple(items, scope, environment, depth)
        if name in DICTIONARIES:
            return Dictionary(argument(1), argument(0))
        if name in COUNTERS:
            return Dictionary(Scalar("integer"), argument(0))
        if name in TRANSPARENT or name in QUALIFIERS.keys() - {"typing.ClassVar"}:
            return argument(0)
        if name in ("typing.Type", "builtins.type"):
            return Scalar("opaque", name="type")
        return SCALARS.get(name) or Scalar("opaque", name=name.removeprefix("builtins."))

    def _tuple(self, items: list[ast.expr], scope: Scope, environment: Environment, depth: int) -> Type:
        if len(items) == 2 and isinstance(items[1], ast.Constant) and items[1].value is ...:
            return Sequence(self.type(items[0], scope, environment, depth + 1), name="tuple")
        if len(items) == 1 and isinstance(items[0], ast.Tuple) and not items[0].elts:
            return Sequence(Scalar("never"), name="tuple")
        prefix = tuple(self.type(item, scope, environment, depth + 1) for item in items)
        return Sequence(Scalar("never"), prefix, name="tuple")

    def _literal(self, items: list[ast.expr], scope: Scope, depth: int) -> Type:
        """`Literal[…]`; None in it is the null type, and a nested Literal is part of it."""
        symbols: dict[tuple[str, Constant], Symbol] = {}
        null = False
        for item in items:
            known = self.constants.value(item, scope)
            if known is not None and known.value is None:
                null = True
            elif known is not None:
                symbols[(type(known.value).__name__, known.value)] = Symbol(str(known.value), value=known.value)
            else:
                nested = self.type(item, scope, {}, depth + 1)
                null = null or nested == NULL or (isinstance(nested, Choice) and NULL in nested.branches)
                core = without_null(nested)
                for symbol in core.symbols if isinstance(core, Enumeration) else ():
                    symbols[(type(symbol.value).__name__, symbol.value)] = symbol
        if not symbols:
            return NULL if null else Scalar("opaque", name="Literal")
        enumeration = Enumeration(tuple(symbols.values()))
        return choice([enumeration, NULL]) if null else enumeration

    # ---------------------------------------------------------------------------------------------------- calls

    def _called(self, call: ast.Call, scope: Scope, environment: Environment, depth: int) -> Type:
        """`constr(max_length=3)`, `conlist(int, min_length=1)` and their like."""
        name = call_name(call, scope, self.modules)
        metadata = (Argument(call, scope),)
        if name in CONSTRAINED:
            return constrained(CONSTRAINED[name], metadata, self.constants, self.modules)
        if name in ("pydantic.conlist", "pydantic.conset", "pydantic.confrozenset"):
            items = self.type(_argument(call, 0, "item_type"), scope, environment, depth + 1)
            sequence = Sequence(items, name="list" if name == "pydantic.conlist" else "set")
            return constrained(sequence, metadata, self.constants, self.modules)
        if name.startswith("dataclasses_avroschema."):
            return Scalar("opaque", name=name)
        return Scalar("opaque", name=name or ".".join(dotted(call.func)))


CLASS_FUNCTIONS = frozenset(
    {
        "typing.TypedDict", "typing.NamedTuple", "collections.namedtuple", "enum.Enum", "enum.IntEnum", "enum.StrEnum",
        "enum.Flag", "enum.IntFlag", "mypy_extensions.TypedDict", "pydantic.create_model",
        "dataclasses.make_dataclass", "msgspec.defstruct", "attr.make_class",
    }
)  # fmt: skip
"""Functions that make a class."""


def is_variable(entity: Assigned, modules: Modules) -> bool:
    """Whether a name is bound to a `TypeVar` or its like."""
    return call_name(entity.value, entity.scope, modules) in (
        "typing.TypeVar",
        "typing.ParamSpec",
        "typing.TypeVarTuple",
    )


def parsed_text(expression: ast.expr) -> ast.expr:
    """An annotation given as a text, parsed; a text that is no expression stays a text."""
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(expression.value.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return expression
    return expression


def _operands(expression: ast.expr) -> list[ast.expr]:
    """The operands of `a | b | c`, however long, without recursion."""
    found: list[ast.expr] = []
    while isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.BitOr):
        found.append(expression.right)
        expression = expression.left
    found.append(expression)
    return found[::-1]


def _argument(call: ast.expr, index: int, name: str) -> ast.expr | None:
    if not isinstance(call, ast.Call):
        return None
    return call.args[index] if index < len(call.args) else keywords(call).get(name)


def _is_annotated(entity: Assigned, modules: Modules) -> bool:
    """Whether an alias stands for an `Annotated[…]`, so that what it says of a field is the field's too."""
    value = entity.value
    if not isinstance(value, ast.Subscript) or entity.annotation is not None or entity.parameters:
        return False
    target = modules.resolve(value.value, entity.scope)
    return isinstance(target, External) and canonical(target.name) == "typing.Annotated"
