"""JSON Schema, draft 4 to 2020-12, read into the model; also the schemas of AsyncAPI and OpenAPI documents.

Keywords that differ between the drafts are told apart by their values, not by `$schema`, which most files lack:
`exclusiveMinimum: true` is draft 4, `items: [...]` is a tuple up to 2019-09, `prefixItems` is one since. Only what
stands beside a `$ref` depends on the declared draft: drafts 4 to 7 ignore it, later ones do not. A file that declares
none is taken for an old one if it has `definitions`, which are called `$defs` since 2019-09.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from eda_lint.errors import SchemaError, shown
from eda_lint.model.schema import (
    Choice,
    Complement,
    Definition,
    Enumeration,
    Intersection,
    Reference,
    Scalar,
    Schema,
    SchemaProblem,
    Symbol,
    Type,
)
from eda_lint.model.topology import Place
from eda_lint.schemas.jsonschema.bodies import bodies
from eda_lint.schemas.jsonschema.meet import ANY, NEVER, meet
from eda_lint.schemas.jsonschema.metaschema import fault
from eda_lint.schemas.jsonschema.resources import Resource, Resources
from eda_lint.schemas.jsonschema.unevaluated import with_unevaluated
from eda_lint.schemas.located import Located, Value, read_located
from eda_lint.schemas.values import canonical, constant, type_of
from eda_lint.stack import deep_recursion

__all__ = ["Reader", "read_jsonschema"]

_OLD_DRAFT = re.compile(r"draft-0[1-7]/")
_ALL_TYPES = frozenset(("null", "boolean", "number", "string", "array", "object"))
_FRAMES = 8_000


def read_jsonschema(files: Mapping[str, str]) -> Schema:
    """The schema that some files hold: the first one that no other refers to is the message's own.

    Where several files are referred to by none, or a file is an AsyncAPI or OpenAPI document or holds definitions
    only, there is no root, and each schema in them is a definition.

    Raises SchemaError if a file is neither JSON nor YAML, or is no schema.
    """
    if not files:
        raise SchemaError("no schema given")
    documents = {path: read_located(text, path) for path, text in files.items()}
    for path, document in documents.items():
        if not isinstance(document, Located | bool):
            raise SchemaError("a JSON Schema is an object or a boolean", path=path or None, line=1)
    heads = _heads(documents, files)
    main = heads[0] if len(heads) == 1 else next(iter(documents))
    with deep_recursion(_FRAMES):
        return Reader(Resources(documents, main, files), documents).read(heads)


def _heads(documents: Mapping[str, Value], texts: Mapping[str, str]) -> list[str]:
    """The files to which no other file refers; all of them if each is referred to."""
    if len(documents) == 1:
        return list(documents)
    resources = Resources(documents, "", texts)
    named: set[str] = set()
    for path, document in documents.items():
        resource = resources.document(path)
        for reference in _references(document):
            target = resources.target(reference, resource)
            if target is not None and target.resource.path != path:
                named.add(target.resource.path)
    return [path for path in documents if path not in named] or list(documents)


def _references(document: Value) -> Iterator[str]:
    open_ = [document]
    while open_:
        value = open_.pop()
        if isinstance(value, Located):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            open_.extend(value.values())
        elif isinstance(value, list):
            open_.extend(value)


class Reader:
    """One reading; collects definitions and problems."""

    def __init__(self, resources: Resources, documents: Mapping[str, Value]) -> None:
        self.resources = resources
        self._documents = documents
        self._definitions: dict[str, Definition] = {}
        self._names: set[str] = set()
        self._waiting: list[tuple[str, Value, Resource, Place]] = []
        self._problems: list[SchemaProblem] = []
        self._faulty: set[str] = set()
        self._plain: dict[frozenset[tuple[str, Value]], Type] = {}

    def read(self, heads: list[str]) -> Schema:
        """The schema of the files in `heads`."""
        root: Type | None = None
        if len(heads) == 1:
            root = self._head(heads[0])
        else:
            for path in heads:
                type_ = self._head(path)
                if type_ is not None:
                    self._definitions[path] = Definition(path, type_, Place(path, 1))
        while self._waiting:
            name, schema, resource, place = self._waiting.pop()
            self._definitions[name] = Definition(name, self.schema(schema, resource), place)
        for path in sorted(self._faulty):
            self._problems += fault(self._documents[path], path)
        return Schema("jsonschema", root, self._definitions, problems=tuple(self._problems))

    def _head(self, path: str) -> Type | None:
        """The type of a file; None, with definitions waiting, for a file that is no schema itself."""
        document = self._documents[path]
        resource = self.resources.document(path)
        pointers = list(_message_schemas(document))
        if not pointers:
            return self.schema(document, resource)
        for pointer in pointers:
            self.reference("#" + pointer, resource, 1)
        return None

    # ------------------------------------------------------------------------------------------------ schemas

    def schema(self, schema: Value, resource: Resource) -> Type:
        """The type that a schema says. What is wrong in it becomes a problem and is passed over."""
        if isinstance(schema, bool):
            return ANY if schema else NEVER
        key = _plain(schema)
        if key is None:
            return self._read(schema, resource)
        known = self._plain.get(key)
        if known is None:
            known = self._plain[key] = self._read(schema, resource)
        return known

    def _read(self, schema: Value, resource: Resource) -> Type:
        if not isinstance(schema, Located):
            self.wrong(resource, 1, "a schema is an object or a boolean")
            return Scalar("opaque", name=canonical(schema))
        if schema.pairs:
            for key in schema.repeated():
                self.problem(
                    resource, schema.line_of(key), f"`{shown(key)}` stands more than once; the last one counts"
                )
        resource = self.resources.inside(resource, schema)
        parts: list[Type] = []
        for key in ("$ref", "$dynamicRef", "$recursiveRef"):
            if key in schema:
                parts.append(self.referred(schema, key, resource))
                if self._is_old(resource):
                    return parts[0]
        values = self.values(schema, resource)
        if values is not None:
            parts.append(values)
        parts += bodies(self, schema, resource, typed=values is None)
        parts += self.combined(schema, resource)
        found = with_unevaluated(self, schema, resource, meet(parts))
        return Choice((Scalar("null"), found)) if schema.get("nullable") is True else found

    def referred(self, schema: Located, key: str, resource: Resource) -> Type:
        """The type that a `$ref` names."""
        reference = schema[key]
        if not isinstance(reference, str):
            self.wrong(resource, schema.line_of(key), f"`{key}` is a text")
            return ANY
        return self.reference(reference, resource, schema.line_of(key))

    def reference(self, reference: str, resource: Resource, line: int) -> Type:
        """The definition that a reference leads to, which is read later."""
        target = self.resources.target(reference, resource)
        if target is None:
            self.problem(resource, line, f"`{shown(reference)}` leads nowhere")
            return Reference(self.resources.lost(reference))
        if target.name not in self._names:
            self._names.add(target.name)
            start = target.schema.line if isinstance(target.schema, Located) else line
            place = Place(target.resource.path, start)
            self._waiting.append((target.name, target.schema, target.resource, place))
        return Reference(target.name)

    def values(self, schema: Located, resource: Resource) -> Enumeration | Scalar | None:
        """The constants of `enum` and `const` that `type` lets through; None if there are none."""
        found: list[Value] | None = None
        line = schema.line_of("enum")
        if "enum" in schema:
            listed = schema["enum"]
            if not isinstance(listed, list):
                self.wrong(resource, line, "`enum` is a list")
                return None
            found = listed
        if "const" in schema:
            line = schema.line_of("const")
            only = canonical(schema["const"])
            found = [value for value in ([schema["const"]] if found is None else found) if canonical(value) == only]
        if found is None:
            return None
        types = self.types(schema, resource)
        kept = {canonical(value): value for value in found if types is None or type_of(value) & types}
        place = Place(resource.path, line)
        symbols = tuple(Symbol(name, value=constant(value), place=place) for name, value in kept.items())
        return Enumeration(symbols) if symbols else NEVER

    def types(self, schema: Located, resource: Resource) -> frozenset[str] | None:
        """The names in `type`; None if it is not there. `number` comes with `integer`."""
        if "type" not in schema:
            return None
        said = schema["type"]
        names = [said] if isinstance(said, str) else said if isinstance(said, list) else None
        if names is None or not all(isinstance(name, str) for name in names):
            self.wrong(resource, schema.line_of("type"), "`type` is a text or a list of texts")
            return None
        unknown = [name for name in names if name not in _ALL_TYPES and name not in ("integer", "any")]
        if unknown:
            self.wrong(resource, schema.line_of("type"), f"there is no type `{shown(unknown[0])}`")
        if "any" in names:
            return None
        found = frozenset(names) & (_ALL_TYPES | {"integer"})
        return (found | {"integer"} if "number" in found else found) if found or not unknown else None

    def combined(self, schema: Located, resource: Resource) -> list[Type]:
        """What `allOf`, `anyOf`, `oneOf`, `not` and `if` say."""
        parts: list[Type] = []
        for key in ("allOf", "anyOf", "oneOf"):
            branches = self.branches(schema, key, resource)
            if not branches:
                continue
            if key == "allOf":
                parts.append(meet(branches))
            elif len(branches) == 1:
                parts.append(branches[0])
            else:
                parts.append(Choice(tuple(branches), key == "oneOf", _discriminator(schema)))
        if "not" in schema:
            parts.append(Complement(self.schema(schema["not"], resource)))
        if "if" in schema and ("then" in schema or "else" in schema):
            condition = self.schema(schema["if"], resource)
            then = self.schema(schema.get("then", True), resource)
            otherwise = self.schema(schema.get("else", True), resource)
            refused = Complement(condition)
            met = condition if then == ANY else Intersection((condition, then))
            parts.append(Choice((met, refused if otherwise == ANY else Intersection((refused, otherwise)))))
        return parts

    def branches(self, schema: Located, key: str, resource: Resource) -> list[Type]:
        """The schemas in a list of them."""
        if key not in schema:
            return []
        listed = schema[key]
        if not isinstance(listed, list) or not listed:
            self.wrong(resource, schema.line_of(key), f"`{key}` is a list of schemas")
            return []
        return [self.schema(each, resource) for each in listed]

    # ----------------------------------------------------------------------------------------------- problems

    def problem(self, resource: Resource, line: int, message: str) -> None:
        """Something that could not be read."""
        self._problems.append(SchemaProblem(message, Place(resource.path, line)))

    def wrong(self, resource: Resource, line: int, message: str) -> None:
        """Something that the metaschema forbids: `jsonschema` will say of the whole document what is wrong."""
        self.problem(resource, line, message)
        self._faulty.add(resource.path)

    def _is_old(self, resource: Resource) -> bool:
        document = self._documents[resource.path]
        if not isinstance(document, Located):
            return False
        said = document.get("$schema")
        if isinstance(said, str):
            return _OLD_DRAFT.search(said) is not None
        return "definitions" in document and "$defs" not in document


def _plain(schema: Value) -> frozenset[tuple[str, Value]] | None:
    """What a schema says that has no parts and nothing to resolve: many fields say the same, which is read once."""
    if not isinstance(schema, Located) or len(schema) > _MOST_PLAIN or schema.pairs:
        return None
    said = [item for item in schema.items() if item[0] not in _TALK]
    for key, value in said:
        if key not in _PLAIN or isinstance(value, bool | list | dict):
            return None
    return frozenset(said)


_MOST_PLAIN = 12
_TALK = frozenset(("description", "title", "examples", "example", "default", "$comment", "deprecated"))
_PLAIN = frozenset(
    (
        "type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
        "pattern", "format", "minItems", "maxItems", "minProperties", "maxProperties",
    )
)  # fmt: skip


def _discriminator(schema: Located) -> str:
    said: Any = schema.get("discriminator")
    name = said.get("propertyName") if isinstance(said, Located) else said
    return name if isinstance(name, str) else ""


def _message_schemas(document: Value) -> Iterator[str]:
    """Pointers to the schemas of a document that is no schema itself: AsyncAPI, OpenAPI, or definitions alone."""
    if not isinstance(document, Located):
        return
    if not {"asyncapi", "openapi", "swagger"} & document.keys():
        if document.keys() <= _ABOUT:
            for key in ("definitions", "$defs"):
                yield from _members(document, key)
        return
    components = document.get("components")
    if isinstance(components, Located):
        yield from (f"/components{pointer}" for pointer in _members(components, "schemas"))
        messages = components.get("messages")
        for name, message in messages.items() if isinstance(messages, Located) else ():
            if isinstance(message, Located) and "payload" in message:
                yield f"/components/messages/{_escaped(name)}/payload"
    yield from _members(document, "definitions")
    yield from _channel_payloads(document.get("channels"))


def _members(document: Located, key: str) -> Iterator[str]:
    inner = document.get(key)
    for name in inner if isinstance(inner, Located) else ():
        yield f"/{key}/{_escaped(name)}"


_ABOUT = frozenset(("$schema", "$id", "id", "title", "description", "$comment", "definitions", "$defs", "version"))


def _channel_payloads(channels: Value) -> Iterator[str]:
    """AsyncAPI: payloads that stand in a channel itself (2.x: `publish`/`subscribe`, 3.x: `messages`)."""
    for name, channel in channels.items() if isinstance(channels, Located) else ():
        if not isinstance(channel, Located):
            continue
        for action in ("publish", "subscribe"):
            operation = channel.get(action)
            message = operation.get("message") if isinstance(operation, Located) else None
            if isinstance(message, Located) and "payload" in message:
                yield f"/channels/{_escaped(name)}/{action}/message/payload"
        messages = channel.get("messages")
        for key, message in messages.items() if isinstance(messages, Located) else ():
            if isinstance(message, Located) and "payload" in message:
                yield f"/channels/{_escaped(name)}/messages/{_escaped(key)}/payload"


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
