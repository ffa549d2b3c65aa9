"""Finds schemas that stand in Python code: texts and dictionaries that are handed to a library which reads schemas.

    avro.schema.parse(ORDER)                    fastavro.parse_schema({"type": "record", …})
    AvroSerializer(client, schema_str)          jsonschema.validate(order, SCHEMA)

What a call gets is followed through names of the function, the class and the module, and through imports; a schema
that is read from a file or made at run time is left alone.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from eda_lint.model.schema import Dialect
from eda_lint.model.topology import Place
from eda_lint.schemas.literals import json_of
from eda_lint.schemas.python.bindings import Assigned, ClassNode, External, Module, Scope
from eda_lint.schemas.python.modules import FindModule, Modules

_HOPS = 20


@dataclass(frozen=True, slots=True)
class Embedded:
    """A schema in a Python module.

    `text` is JSON in which every part has the line that it has in the file `path`; `name` is what the code calls it,
    empty for one that is written where it is used; `place` is the call and `function` what is called there.
    """

    dialect: Dialect
    text: str
    path: str
    name: str
    place: Place
    function: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """A function that reads a schema: which argument it is, by position and by name."""

    dialect: Dialect
    position: int
    keyword: str


_AVRO_TEXT = _Reading("avro", 0, "json_string")
_FASTAVRO = _Reading("avro", 0, "schema")
_SECOND = _Reading("avro", 1, "schema")
_SERIALIZER = _Reading("avro", 1, "schema_str")
_JSON_SERIALIZER = _Reading("jsonschema", 0, "schema_str")
_VALIDATOR = _Reading("jsonschema", 0, "schema")

_CONFLUENT = "confluent_kafka.schema_registry"
_READINGS: dict[str, _Reading] = {
    "avro.schema.parse": _AVRO_TEXT,
    "avro.schema.Parse": _AVRO_TEXT,
    "avro.schema.make_avsc_object": _Reading("avro", 0, "json_data"),
    "confluent_kafka.avro.loads": _Reading("avro", 0, "schema_str"),
    "fastavro.parse_schema": _FASTAVRO,
    "fastavro.schema.parse_schema": _FASTAVRO,
    "fastavro.writer": _SECOND,
    "fastavro.json_writer": _SECOND,
    "fastavro.schemaless_writer": _SECOND,
    "fastavro.schemaless_reader": _Reading("avro", 1, "writer_schema"),
    "fastavro.validate": _SECOND,
    f"{_CONFLUENT}.avro.AvroSerializer": _SERIALIZER,
    f"{_CONFLUENT}.avro.AvroDeserializer": _SERIALIZER,
    f"{_CONFLUENT}.avro.AsyncAvroSerializer": _SERIALIZER,
    f"{_CONFLUENT}.avro.AsyncAvroDeserializer": _SERIALIZER,
    f"{_CONFLUENT}.json_schema.JSONSerializer": _JSON_SERIALIZER,
    f"{_CONFLUENT}.json_schema.JSONDeserializer": _JSON_SERIALIZER,
    "schema_registry.client.schema.AvroSchema": _FASTAVRO,
    "schema_registry.client.schema.JsonSchema": _VALIDATOR,
    "jsonschema.validate": _Reading("jsonschema", 1, "schema"),
    "jsonschema.validators.validate": _Reading("jsonschema", 1, "schema"),
    "jsonschema.validators.validator_for": _VALIDATOR,
    "fastjsonschema.compile": _Reading("jsonschema", 0, "definition"),
    "fastjsonschema.validate": _Reading("jsonschema", 0, "definition"),
}
_REGISTRY_SCHEMAS = frozenset({f"{_CONFLUENT}.Schema", f"{_CONFLUENT}.schema_registry_client.Schema"})
_REGISTRY_TYPES: dict[str, Dialect] = {"AVRO": "avro", "JSON": "jsonschema"}
_THROUGH = frozenset({"json.dumps", "json.loads", "textwrap.dedent", "builtins.str", "copy.deepcopy"})
"""Functions that hand on what they are given, for this purpose."""
_MARKS = ("avro", "jsonschema", "schema_registry")
"""A module that says none of these words imports none of the libraries."""


def embedded(text: str, path: str = "", *, name: str = "", find_module: FindModule | None = None) -> list[Embedded]:
    """The schemas that a module hands to libraries, in the order of the calls.

    `name` is the module's own dotted name, `find_module` gives the text of modules that it imports from. Raises
    SchemaError for text that is no Python.
    """
    if not any(mark in text for mark in _MARKS):
        return []
    modules = Modules(find_module)
    return list(_Finder(modules, modules.add(text, path, name=name)).found())


@dataclass(frozen=True, slots=True)
class _Local:
    """Where a call stands: the class around it, and what the functions around it bind; None: not known."""

    scope: Scope
    names: dict[str, ast.expr | None]


class _Finder:
    def __init__(self, modules: Modules, module: Module) -> None:
        self._modules = modules
        self._module = module

    def found(self) -> Iterator[Embedded]:
        """Every call that reads a schema which can be seen."""
        calls = sorted(self._calls(), key=lambda one: (one[0].lineno, one[0].col_offset))
        seen: set[tuple[str, str]] = set()
        for call, local in calls:
            function = self._function(call.func, local)
            reading = self._reading(function, call)
            argument = _argument(call, reading) if reading is not None else None
            schema = self._schema(argument, local) if argument is not None else None
            if reading is None or schema is None or (schema.path, schema.text) in seen:
                continue
            seen.add((schema.path, schema.text))
            place = self._module.place(call)
            yield Embedded(reading.dialect, schema.text, schema.path, schema.name, place, function)

    def _calls(self) -> Iterator[tuple[ast.Call, _Local]]:
        left: list[tuple[ast.AST, _Local]] = [(self._module.tree, _Local(Scope(self._module), {}))]
        while left:
            node, local = left.pop()
            if isinstance(node, ast.ClassDef):
                bindings = local.scope.owner.bindings if local.scope.owner else self._module.bindings
                bound = bindings.get(node.name)
                if isinstance(bound, ClassNode) and bound.node is node:
                    local = _Local(bound.scope, local.names)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                local = _Local(local.scope, {**local.names, **_bound_in(node)})
            elif isinstance(node, ast.Call):
                yield node, local
            left += [(child, local) for child in ast.iter_child_nodes(node)]

    def _function(self, function: ast.expr, local: _Local) -> str:
        entity = self._modules.resolve(function, local.scope)
        return entity.name if isinstance(entity, External) else ""

    def _reading(self, function: str, call: ast.Call) -> _Reading | None:
        if function in _REGISTRY_SCHEMAS:
            kind = _argument(call, _Reading("avro", 1, "schema_type"))
            known = _REGISTRY_TYPES.get(str(kind.value)) if isinstance(kind, ast.Constant) else None
            return _Reading(known, 0, "schema_str") if known else None
        if function.startswith("jsonschema.") and function.endswith("Validator"):
            return _VALIDATOR
        return _READINGS.get(function)

    def _schema(self, expression: ast.expr, local: _Local) -> _Seen | None:
        """The text of a schema that an expression stands for."""
        scope, name = local.scope, ""
        names = local.names
        for _ in range(_HOPS):
            if isinstance(expression, ast.Name) and expression.id in names:
                name, value = expression.id, names[expression.id]
                if value is None:
                    return None
                expression = value
            elif isinstance(expression, ast.Name | ast.Attribute):
                assigned = self._assigned(expression, scope)
                if assigned is None or assigned.value is None:
                    return None
                name, expression, scope, names = assigned.name, assigned.value, assigned.scope, {}
            elif isinstance(expression, ast.Call):
                inner = self._handed_on(expression, _Local(scope, names))
                if inner is None:
                    return None
                expression = inner
            else:
                text = json_of(expression, partial(self._value, scope=scope))
                return _Seen(text, scope.module.path, name) if text is not None else None
        return None

    def _assigned(self, expression: ast.expr, scope: Scope) -> Assigned | None:
        """What a name, or an attribute of the class around, is assigned."""
        if scope.owner is not None and isinstance(expression, ast.Attribute) and _is_self(expression.value):
            bound = scope.owner.bindings.get(expression.attr)
            return bound if isinstance(bound, Assigned) else None
        entity = self._modules.resolve(expression, scope)
        return entity if isinstance(entity, Assigned) else None

    def _value(self, expression: ast.expr, scope: Scope) -> ast.expr | None:
        assigned = self._assigned(expression, scope)
        return assigned.value if assigned is not None else None

    def _handed_on(self, call: ast.Call, local: _Local) -> ast.expr | None:
        """The argument of a call that hands it on, or that reads the schema itself; the text before `.strip()`."""
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("strip", "copy", "encode") and not call.args:
            return call.func.value
        function = self._function(call.func, local)
        if function in _THROUGH:
            return call.args[0] if call.args else None
        reading = self._reading(function, call)
        return _argument(call, reading) if reading is not None else None


@dataclass(frozen=True, slots=True)
class _Seen:
    text: str
    path: str
    name: str


def _argument(call: ast.Call, reading: _Reading) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == reading.keyword:
            return keyword.value
    before = call.args[: reading.position + 1]
    if len(before) <= reading.position or any(isinstance(one, ast.Starred) for one in before):
        return None
    return before[reading.position]


def _is_self(expression: ast.expr) -> bool:
    return isinstance(expression, ast.Name) and expression.id in ("self", "cls")


def _bound_in(function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, ast.expr | None]:
    """The names that a function binds, with what it assigns to those that it assigns once."""
    arguments = function.args
    known: dict[str, ast.expr | None] = {
        one.arg: None for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    }
    values: dict[str, ast.expr] = {}
    stores = Counter(known.keys())
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            stores[node.id] += 1
            known.setdefault(node.id)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            values |= {target.id: node.value for target in targets if isinstance(target, ast.Name)}
    return known | {name: value for name, value in values.items() if stores[name] == 1}
