"""Python classes read as a `Schema`: every model, enumeration and typed dict that some files define."""

from __future__ import annotations

import ast
import builtins
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace

from eda_lint.errors import SchemaError, shown
from eda_lint.model.schema import (
    Choice,
    Definition,
    Enumeration,
    Field,
    Record,
    Reference,
    Scalar,
    Schema,
    SchemaProblem,
    Symbol,
    Type,
)
from eda_lint.schemas.display import type_text
from eda_lint.schemas.python import attrs, dataclass, faust, marshmallow, msgspec, pydantic
from eda_lint.schemas.python.annotations import CLASS_FUNCTIONS, Annotations
from eda_lint.schemas.python.bindings import Assigned, ClassNode, Module, Scope
from eda_lint.schemas.python.classes import (
    Context,
    Family,
    Model,
    always_written,
    class_keywords,
    decorators,
    lineage,
    members,
    model,
)
from eda_lint.schemas.python.constants import Constants
from eda_lint.schemas.python.definitions import referenced
from eda_lint.schemas.python.enumerations import outside_bases
from eda_lint.schemas.python.expressions import call_name, keywords
from eda_lint.schemas.python.known import ENUM_BASES
from eda_lint.schemas.python.literals import literals
from eda_lint.schemas.python.modules import FindModule, Modules, by_path, is_known_library
from eda_lint.schemas.python.shapes import size

_MAX_DEFINITIONS = 20_000
_MAX_ARGUMENT = 40
"""Parts of a type that is an argument of a generic class."""
_PLAIN_BASES = {
    "builtins.str": "string", "builtins.int": "integer", "builtins.float": "number", "builtins.bytes": "bytes",
    "decimal.Decimal": "decimal", "datetime.datetime": "datetime", "datetime.date": "date", "uuid.UUID": "uuid",
}  # fmt: skip


def read_files(
    files: Mapping[str, str], *, find_module: FindModule | None = None, pydantic_version: int | None = None
) -> Schema:
    """Every model that some Python files define.

    A model is called by its qualified name, with its module in front where there are several files. Models of other
    modules are read where a field needs them, as far as `find_module` gives their text.

    Raises SchemaError if no file can be parsed; a file that cannot beside others that can is a problem.
    """
    reader = Reader(find_module, pydantic_version)
    faults: list[SchemaError] = []
    modules: list[Module] = []
    several = len(files) > 1
    for text, path, name, package in by_path(files):
        try:
            modules.append(reader.modules.add(text, path, name=name if several else "", package=package and several))
        except SchemaError as fault:
            faults.append(fault)
    if not modules and faults:
        raise SchemaError.together(faults)
    problems = [SchemaProblem(fault.message) for fault in faults]
    return reader.schema(modules, problems)


class Reader:
    """Reads classes by a worklist: a field's type puts the class it names on it, so nothing recurses with them."""

    def __init__(self, find_module: FindModule | None = None, pydantic_version: int | None = None) -> None:
        self.modules = Modules(find_module)
        constants = Constants(self.modules)
        annotations = Annotations(self.modules, constants, self.refer, self.define)
        self.context = Context(self.modules, constants, annotations, pydantic_version)
        self.definitions: dict[str, Definition] = {}
        self._names: dict[tuple[int, tuple[Type, ...]], str] = {}
        self._taken: set[str] = set()
        self._pending: deque[tuple[ClassNode | Assigned, tuple[Type, ...], str]] = deque()
        self._families: dict[int, Family | None] = {}
        self._nodes: dict[str, ClassNode] = {}
        """The class each definition was read from."""
        self._problems: list[SchemaProblem] = []

    def schema(self, modules: list[Module], problems: list[SchemaProblem]) -> Schema:
        """The schema that some parsed modules define."""
        self._problems = problems
        for module in modules:
            for entity in _defined(module):
                self.refer(entity, ())
                self.work()
            self._unions_of_models(module)
        self._mark_extended()
        if not self.definitions:
            for module in modules:
                for definition in literals(module, self.context):
                    self.definitions[definition.name] = definition
        return Schema("python", None, self.definitions, problems=tuple(self._problems))

    def _unions_of_models(self, module: Module) -> None:
        """Aliases of a module that stand for one of several models (`Event = Created | Deleted`) are messages too."""
        for bound in list(module.bindings.values()):
            if not isinstance(bound, Assigned) or not isinstance(bound.value, ast.Subscript | ast.BinOp):
                continue
            try:
                type_ = self.context.annotations.type(ast.Name(bound.name, ast.Load()), Scope(module), {})
            except RecursionError:
                continue
            self.work()
            if isinstance(type_, Choice) and sum(map(self._holds_record, type_.branches)) > 1:
                self.define(bound, type_)

    def _holds_record(self, type_: Type) -> bool:
        definitions = (self.definitions.get(name) for name in referenced(type_))
        return any(one is not None and isinstance(one.type, Record) for one in definitions)

    def _mark_extended(self) -> None:
        """Notes on each definition that another one inherits from it."""
        extended = {
            id(ancestor.node)
            for entity in self._nodes.values()
            for ancestor in lineage(entity, self.context).ancestors[1:]
        }
        for name, node in self._nodes.items():
            definition = self.definitions.get(name)
            if id(node) in extended and definition is not None:
                options = (*definition.options, ("extended", "true"))
                self.definitions[name] = replace(definition, options=options)

    def class_type(self, node: ClassNode | Assigned) -> Type | None:
        """The type of one class, with everything it needs read into `definitions`; None if it is no model."""
        reference = self.refer(node, ())
        self.work()
        definition = self.definitions.get(reference.name) if isinstance(reference, Reference) else None
        return definition.type if definition is not None else None

    def work(self) -> None:
        """Reads every class that was referred to and not yet read."""
        while self._pending and len(self.definitions) < _MAX_DEFINITIONS:
            entity, arguments, name = self._pending.popleft()
            try:
                definition = self._definition(entity, arguments, name)
            except RecursionError:
                definition = None
            if definition is None:
                self._problems.append(SchemaProblem(f"`{shown(name)}` could not be read: nested too deeply"))
            else:
                self.definitions[name] = definition

    # ----------------------------------------------------------------------------------------------- references

    def refer(self, entity: ClassNode | Assigned, arguments: tuple[Type, ...]) -> Type:
        """A reference to the definition of a class; its values' type for a class that is no model."""
        if any(size(one) > _MAX_ARGUMENT for one in arguments):
            arguments = ()  # a class that holds itself with ever larger arguments
        key = (id(entity), arguments)
        if (name := self._names.get(key)) is not None:
            return Reference(name)
        if isinstance(entity, ClassNode):
            if self.family(entity) is None:
                return self._plain(entity)
        elif not self._makes_class(entity):
            return Scalar("opaque", name=entity.name)
        name = self._unique(_full_name(entity), arguments)
        self._names[key] = name
        self._pending.append((entity, arguments, name))
        return Reference(name)

    def define(self, entity: Assigned, type_: Type | None, name: str = "") -> str:
        """Makes a definition of an alias: one that holds itself, or that is too large to be written out."""
        name = name or self._unique(_full_name(entity), ())
        if type_ is not None:
            place = entity.scope.module.place(entity.statement) if entity.statement is not None else None
            self.definitions[name] = Definition(name, type_, place, (("alias", "true"),))
        return name

    def _makes_class(self, entity: Assigned) -> bool:
        called = call_name(entity.value, entity.scope, self.modules)
        return called in CLASS_FUNCTIONS or called == "marshmallow.from_dict"

    def _unique(self, full_name: str, arguments: tuple[Type, ...]) -> str:
        name = full_name
        if arguments:
            name += f"[{', '.join(type_text(one, depth=12) for one in arguments)}]"
        unique, count = name, 1
        while unique in self._taken:
            count += 1
            unique = f"{name}#{count}"
        self._taken.add(unique)
        return unique

    def _plain(self, node: ClassNode) -> Type:
        """A class that is no model: one that inherits from `str` or the like holds such values."""
        for external in lineage(node, self.context).externals:
            if external in _PLAIN_BASES:
                return Scalar(_PLAIN_BASES[external], name=node.full_name)
        return Scalar("opaque", name=node.full_name)

    # ------------------------------------------------------------------------------------------------- families

    def family(self, node: ClassNode) -> Family | None:
        """Whose rules a class follows; None if it is no model."""
        if id(node) not in self._families:
            self._families[id(node)] = None  # while it is found out
            self._families[id(node)] = self._found_family(lineage(node, self.context))
        return self._families[id(node)]

    def _found_family(self, one: Model) -> Family | None:
        externals = set(one.externals)
        for family, bases in _BASES.items():
            if externals & bases:
                return family
        if self._is_schema_by_metaclass(one):
            return "marshmallow"
        for ancestor in one.ancestors:
            for name, _ in decorators(ancestor, self.context):
                if name in attrs.DECORATORS:
                    return "attrs"
                if name in dataclass.DECORATORS:
                    return "dataclass"
        if not _bases_unknown(one):
            return None
        own = [member for member in members(one.ancestors[0]) if member.annotation is not None]
        return "unknown" if own and not any(_is_column(member.annotation) for member in own) else None

    def _is_schema_by_metaclass(self, one: Model) -> bool:
        """Whether a metaclass of the project makes marshmallow schemas of its classes."""
        for ancestor in one.ancestors:
            metaclass = class_keywords(ancestor).get("metaclass")
            outside = Scope(ancestor.node.module, ancestor.node.outer)
            entity = self.modules.resolve(metaclass, outside) if metaclass is not None else None
            if isinstance(entity, ClassNode) and "marshmallow.SchemaMeta" in outside_bases(entity, self.modules):
                return True
        return False

    def _definition(self, entity: ClassNode | Assigned, arguments: tuple[Type, ...], name: str) -> Definition | None:
        if isinstance(entity, Assigned):
            type_ = self._made(entity, name)
            place = entity.scope.module.place(entity.statement) if entity.statement is not None else None
            return Definition(name, type_, place)
        family = self.family(entity)
        self._nodes[name] = entity
        one = model(entity, name, arguments, self.context)
        if family == "enum":
            return Definition(name, self.context.constants.enumerations.read(entity), one.place)
        if family == "unknown":
            self._problems.append(
                SchemaProblem(
                    f"a base class of `{shown(name)}` was not found: fields it inherits are not known", one.place
                )
            )
            return Definition(name, _unknown(one, self.context), one.place)
        read = _READERS.get(family) if family is not None else None
        return Definition(name, read(one, self.context), one.place) if read is not None else None

    def _made(self, entity: Assigned, name: str) -> Type:
        """The type of a class that a call makes."""
        call, called = entity.value, call_name(entity.value, entity.scope, self.modules)
        if not isinstance(call, ast.Call):
            return Scalar("opaque", name=name)
        if called.endswith("TypedDict"):
            return dataclass.typed_dict_call(entity, name, self.context)
        if called in ("typing.NamedTuple", "collections.namedtuple"):
            return dataclass.named_tuple_call(call, entity.scope, name, self.context)
        if called == "pydantic.create_model":
            return dataclass.made_model(entity, name, self.context)
        if called.startswith("enum."):
            return _made_enumeration(call, entity.scope, name, self.context)
        if called.startswith("marshmallow."):
            return marshmallow.from_dict(entity, name, self.context)
        return dataclass.made_dataclass(entity, name, self.context)


_BASES: Mapping[Family, frozenset[str]] = {
    "enum": ENUM_BASES,
    "typeddict": frozenset({"typing.TypedDict", "mypy_extensions.TypedDict"}),
    "namedtuple": frozenset({"typing.NamedTuple", "collections.namedtuple"}),
    "pydantic": pydantic.BASES,
    "msgspec": msgspec.BASES,
    "marshmallow": marshmallow.BASES,
    "faust": faust.BASES,
    "dataclass": dataclass.BASES,
}

_READERS: Mapping[Family, Callable[[Model, Context], Type]] = {
    "attrs": attrs.read,
    "dataclass": dataclass.read,
    "faust": faust.read,
    "marshmallow": marshmallow.read,
    "msgspec": msgspec.read,
    "namedtuple": dataclass.read_named_tuple,
    "pydantic": pydantic.read,
    "typeddict": dataclass.read_typed_dict,
}


def _defined(module: Module) -> list[ClassNode | Assigned]:
    """Classes of a module, nested ones included, and names assigned from calls, in the order of the file."""
    found: list[ClassNode | Assigned] = []
    pending = list(module.bindings.values())[::-1]
    while pending:
        bound = pending.pop()
        if isinstance(bound, ClassNode):
            found.append(bound)
            pending.extend(list(bound.bindings.values())[::-1])
        elif isinstance(bound, Assigned) and isinstance(bound.value, ast.Call):
            found.append(bound)
    return found


def _full_name(entity: ClassNode | Assigned) -> str:
    if isinstance(entity, ClassNode):
        return entity.full_name
    owner, module = entity.scope.owner, entity.scope.module.name
    qualname = f"{owner.qualname}.{entity.name}" if owner is not None else entity.name
    return f"{module}.{qualname}" if module else qualname


def _bases_unknown(one: Model) -> bool:
    """Whether a class inherits from something that neither the standard library nor the project says anything of."""
    return one.unresolved or any(_is_foreign(name) for name in one.external_names)


def _is_foreign(name: str) -> bool:
    """Whether a name comes from a library that the readers do not know, or from nowhere."""
    if name.startswith("builtins."):
        return not hasattr(builtins, name.removeprefix("builtins."))
    return not is_known_library(name)


def _is_column(annotation: ast.expr | None) -> bool:
    """Whether an annotation is an ORM's column, whose class is no message."""
    return isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value).endswith("Mapped")


def _unknown(one: Model, context: Context) -> Type:
    """The record of a class whose library is not known: annotated fields, those without a value required."""
    fields: dict[str, Field] = {}
    for ancestor in reversed(one.ancestors):
        for member in members(ancestor):
            unwrapped = member.unwrapped(context)
            if unwrapped is None or "ClassVar" in unwrapped.qualifiers or member.name.startswith("_"):
                continue
            default = context.constants.default(member.value, member.scope) if member.value is not None else None
            fields[member.name] = Field(
                member.name,
                member.type(context),
                required=default is None,
                always=always_written(default),
                default=default,
                place=member.place,
            )
    return Record(tuple(fields.values()), one.name, "class", options=(("family", "unknown"),))


def _made_enumeration(call: ast.Call, scope: Scope, name: str, context: Context) -> Type:
    """The members of `Enum("X", "A B")`, `Enum("X", ["A", "B"])` or `Enum("X", {"A": 1})`."""
    given = keywords(call)
    names = call.args[1] if len(call.args) > 1 else given.get("names")
    value = context.constant(names, scope)
    if isinstance(names, ast.Dict) and isinstance(value, tuple):
        pairs = [one for one in value if isinstance(one, tuple) and len(one) == 2]
        return Enumeration(tuple(Symbol(str(key), value=constant) for key, constant in pairs), name)
    listed = value.replace(",", " ").split() if isinstance(value, str) else value if isinstance(value, tuple) else ()
    symbols: list[Symbol] = []
    for index, one in enumerate(listed, 1):
        if isinstance(one, tuple) and len(one) == 2:
            symbols.append(Symbol(str(one[0]), value=one[1]))
        else:
            symbols.append(Symbol(str(one), index, index))
    return Enumeration(tuple(symbols), name)
