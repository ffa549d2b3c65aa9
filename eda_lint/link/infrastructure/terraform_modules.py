"""Terraform modules: the blocks of each directory, each use of it by another one, and what references in it mean.

https://developer.hashicorp.com/terraform/language (modules, values, expressions)
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from eda_lint.link.infrastructure.channels import UNKNOWN, Name, listed, literal, mapping, system_of, tail
from eda_lint.link.sources import Sources
from eda_lint.model.facts import Json

USES = 400
"""Most uses of modules that are read."""
NESTED = 6
"""Deepest nesting of modules."""
HOPS = 16
"""Most references followed one after the other."""

CHANNELS: dict[str, tuple[str, str]] = {
    "aws_sqs_queue": ("aws_sqs", "name"), "aws_sns_topic": ("aws_sns", "name"),
    "aws_kinesis_stream": ("aws_kinesis", "name"), "aws_dynamodb_table": ("aws_dynamodb", "name"),
    "aws_cloudwatch_event_bus": ("aws_eventbridge", "name"),
    "aws_kinesis_firehose_delivery_stream": ("aws_firehose", "name"),
    "google_pubsub_topic": ("gcp_pubsub", "name"), "google_pubsub_subscription": ("gcp_pubsub", "name"),
    "azurerm_servicebus_queue": ("servicebus", "name"), "azurerm_servicebus_topic": ("servicebus", "name"),
    "azurerm_eventhub": ("eventhubs", "name"), "kafka_topic": ("kafka", "name"),
    "confluent_kafka_topic": ("kafka", "topic_name"), "rabbitmq_queue": ("rabbitmq", "name"),
}  # fmt: skip
"""Type of a resource → messaging system, and the argument with the channel's name."""
_REGISTRY = (("sqs", "aws_sqs"), ("sns", "aws_sns"), ("kinesis", "aws_kinesis"), ("pubsub", "gcp_pubsub"))
"""Words in the source of a module of a registry → the system of the channel it makes."""
_FIRST = frozenset({"element", "concat", "try", "coalesce", "one", "tolist", "toset", "flatten", "compact", "lookup"})
"""Functions of which the first argument that names something is taken."""
_FORMATTED = re.compile(r"%[sdv]")


@dataclass(slots=True)
class Module:
    """The blocks of a directory."""

    directory: str
    blocks: dict[str, list[Mapping[str, Json]]] = field(default_factory=dict)
    """Type of block → bodies, with `$labels`."""
    given: dict[str, set[str]] = field(default_factory=dict)
    """Variable → texts that `.tfvars` files give it."""

    def labelled(self, kind: str, *labels: str) -> Iterator[Mapping[str, Json]]:
        """The blocks of a type whose labels begin with these."""
        for body in self.blocks.get(kind, ()):
            if listed(body.get("$labels"))[: len(labels)] == list(labels):
                yield body

    def one(self, kind: str, *labels: str) -> Mapping[str, Json]:
        """The first of them; empty if there is none."""
        return next(self.labelled(kind, *labels), {})


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a module: by the root that is applied, or by a `module` block of another use."""

    module: Module
    parent: Use | None = None
    call: Mapping[str, Json] = field(default_factory=dict, hash=False, compare=False)
    path: str = ""
    """Where it stands: the root module's directory and the names of the calls."""

    @property
    def root(self) -> Module:
        """The module that is applied."""
        use = self
        while use.parent is not None:
            use = use.parent
        return use.module


class Modules:
    """All modules of the root, and their uses."""

    def __init__(self, sources: Sources, words: tuple[str, ...]) -> None:
        """`words` are those that matter: files of directories in which none of them stands are not read."""
        paths = [p for p in sources.documents("*.tf", "*.tf.json", "*.tfvars") if _deployed(sources, p)]
        telling = {posixpath.dirname(p) for p in sources.documents_with(words, "*.tf", "*.tf.json")}
        self._by_directory: dict[str, Module] = {}
        for path in paths if telling else ():
            directory = posixpath.dirname(path)
            document = sources.document(path)
            data = mapping(document.data if document is not None else None)
            module = self._by_directory.setdefault(directory, Module(directory))
            if path.endswith(".tfvars"):
                for name, value in data.items():
                    module.given.setdefault(name, set()).add(value if isinstance(value, str) else "")
            else:
                _merge(module, data)
        self.uses = list(self._all_uses())

    def _all_uses(self) -> Iterator[Use]:
        blocks = [(m, block) for m in self._by_directory.values() for block in m.blocks.get("module", ())]
        called = {_source(module, block) for module, block in blocks}
        queue = [Use(m, path=d) for d, m in sorted(self._by_directory.items()) if d not in called]
        for _ in range(USES):
            if not queue:
                return
            use = queue.pop(0)
            yield use
            if use.path.count(">") < NESTED:
                queue.extend(child for call in use.module.blocks.get("module", ()) if (child := self.child(use, call)))

    def child(self, use: Use, call: Mapping[str, Json]) -> Use | None:
        """The use of a module that a `module` block makes; None for a module from elsewhere."""
        module = self._by_directory.get(_source(use.module, call) or "\0")
        labels = listed(call.get("$labels"))
        if module is None or not labels:
            return None
        return Use(module, use, call, f"{use.path}>{labels[0]}")

    # ------------------------------------------------------------------------------------------ references

    def name(self, use: Use, value: Json, hops: int = 0) -> Name:
        """What an expression names."""
        if hops > HOPS:
            return UNKNOWN
        if isinstance(value, str):
            return literal(value)
        told = mapping(value)
        if isinstance(told.get("$reference"), str):
            return self._reference(use, str(told["$reference"]).split("."), hops)
        if "$template" in told:
            return self._template(use, listed(told["$template"]), hops)
        if "$choice" in told:
            return self._first(use, listed(told["$choice"]), hops, agreeing=True)
        if "$call" in told:
            return self._called(use, str(told["$call"]), listed(told.get("$arguments")), hops)
        if isinstance(value, list):
            return self._first(use, value, hops)
        return UNKNOWN

    def text(self, use: Use, value: Json) -> str | None:
        """The text of an expression, where it is known in full."""
        if isinstance(value, str | int) and not isinstance(value, bool):
            return str(value)
        return self.name(use, value).text

    def path(self, use: Use, value: Json, hops: int = 0) -> str | None:
        """The path of a file or directory, from the root of the code base."""
        if isinstance(value, str):
            return posixpath.normpath(posixpath.join(use.root.directory, value))
        told = mapping(value)
        found: list[str] = []
        for piece in listed(told["$template"]) if "$template" in told else [value]:
            text = piece if isinstance(piece, str) else self._place(use, piece, hops)
            if text is None:
                return None
            found.append(text)
        return posixpath.normpath("".join(found)) if found and not found[0].startswith("/") else None

    def _place(self, use: Use, value: Json, hops: int) -> str | None:
        reference = str(mapping(value).get("$reference", ""))
        if reference == "path.module":
            return use.module.directory or "."
        if reference in ("path.root", "path.cwd"):
            return use.root.directory or "."
        kind, _, name = reference.partition(".")
        if hops > HOPS:
            return None
        if kind == "local":
            return self.path(use, _local(use.module, name), hops + 1)
        if kind == "var" and use.parent is not None and name in use.call:
            return self.path(use.parent, use.call[name], hops + 1)
        default = use.module.one("variable", name).get("default") if kind == "var" else None
        return default if isinstance(default, str) else None

    def _reference(self, use: Use, parts: list[str], hops: int) -> Name:
        match parts:
            case ["var", name, *_]:
                return self._variable(use, name, hops)
            case ["local", name, *_]:
                return self.name(use, _local(use.module, name), hops + 1)
            case ["module", name, output, *_]:
                return self._output(use, name, output, hops)
            case ["data", kind, name, *_]:
                body = use.module.one("data", kind, name)
                return self._resource(use, kind, f"data.{name}", body, hops) if kind in CHANNELS and body else UNKNOWN
            case [kind, name, *_] if kind in CHANNELS:
                return self._resource(use, kind, name, use.module.one("resource", kind, name), hops)
            case _:
                return UNKNOWN

    def _variable(self, use: Use, name: str, hops: int) -> Name:
        if use.parent is not None and name in use.call:
            return self.name(use.parent, use.call[name], hops + 1)
        given = use.module.given.get(name)
        default = use.module.one("variable", name).get("default")
        if given is not None and len(given) == 1 and "" not in given:
            return literal(next(iter(given)))
        if given is None and default is not None:
            return self.name(use, default, hops + 1)
        return Name(None, f"${{{use.path}:{name}}}", f"${{{name}}}")

    def _resource(self, use: Use, kind: str, name: str, body: Mapping[str, Json], hops: int) -> Name:
        system, argument = CHANNELS[kind]
        found = self.name(use, body[argument], hops + 1) if argument in body else UNKNOWN
        if found.text is not None:
            return Name(found.text, system=system)
        place = "/".join(p for p in (use.path.replace(">", "/"), name) if p)
        return Name(None, f"{{{place}}}", f"{{{place}}}", system=system)

    def _output(self, use: Use, name: str, output: str, hops: int) -> Name:
        call = use.module.one("module", name)
        child = self.child(use, call)
        if child is not None:
            return self.name(child, child.module.one("output", output).get("value"), hops + 1)
        source = str(call.get("source", ""))
        system = next((system for word, system in _REGISTRY if word in source), "")
        argument = next((a for a in ("name", "topic", "topic_name") if a in call), None)
        if not system or argument is None:
            return UNKNOWN
        found = self.name(use, call[argument], hops + 1)
        place = "/".join(p for p in (use.path.replace(">", "/"), name) if p)
        return Name(found.text, "" if found.text else f"{{{place}}}", f"{{{place}}}", system=system)

    def _template(self, use: Use, pieces: list[Json], hops: int) -> Name:
        """Text with parts that are known, up to what names the channel at the end of an ARN or a URL."""
        texts = [p if isinstance(p, str) else self.name(use, p, hops + 1).text or "${}" for p in pieces]
        whole = "".join(texts)
        end = tail(whole)
        system = system_of(whole.replace("${}", "x"))
        if "${}" not in end:
            return Name(literal(whole).text if "${}" not in whole else end, system=system)
        if end == "${}" and pieces and not isinstance(pieces[-1], str):
            found = self.name(use, pieces[-1], hops + 1)
            return Name(found.text, found.key, found.shown, found.default, found.system or system)
        return Name(system=system)

    def _called(self, use: Use, function: str, arguments: list[Json], hops: int) -> Name:
        if function in _FIRST:
            return self._first(use, arguments, hops)
        if function == "format" and arguments and isinstance(arguments[0], str):
            texts = [self.text(use, a) for a in arguments[1:]]
            if all(t is not None for t in texts) and len(_FORMATTED.findall(arguments[0])) == len(texts):
                queue = [t or "" for t in texts]
                return literal(_FORMATTED.sub(lambda _: queue.pop(0), arguments[0]))
        if function == "join" and len(arguments) == 2 and isinstance(arguments[0], str):
            texts = [self.text(use, a) for a in listed(arguments[1])]
            if texts and all(t is not None for t in texts):
                return literal(arguments[0].join(t or "" for t in texts))
        return UNKNOWN

    def _first(self, use: Use, values: list[Json], hops: int, *, agreeing: bool = False) -> Name:
        found = [n for v in values[:HOPS] if v not in ("", None) and (n := self.name(use, v, hops + 1)).identity]
        if agreeing and len({n.identity for n in found}) > 1:
            return UNKNOWN
        return found[0] if found else UNKNOWN


def references(value: Json) -> Iterator[list[str]]:
    """All references in an expression, as their parts."""
    stack = [value]
    while stack:
        each = stack.pop()
        if isinstance(each, dict):
            if isinstance(each.get("$reference"), str):
                yield str(each["$reference"]).split(".")
            stack.extend(each.values())
        elif isinstance(each, list):
            stack.extend(each)


def _deployed(sources: Sources, path: str) -> bool:
    return sources.role(path) not in ("test", "example") and ".terraform/" not in path


def _merge(module: Module, data: Mapping[str, Json]) -> None:
    for kind, bodies in data.items():
        for body in bodies if isinstance(bodies, list) else [bodies]:
            if isinstance(body, dict) and "$labels" in body:
                module.blocks.setdefault(kind, []).append(body)
            else:
                module.blocks.setdefault(kind, []).extend(_from_json(kind, mapping(body)))


def _from_json(kind: str, body: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """Blocks of Terraform's JSON syntax: labels are keys."""
    if kind == "locals":
        yield {"$labels": [], **body}
    for name, inner in body.items():
        if kind in ("resource", "data"):
            for label, arguments in mapping(inner).items():
                yield {"$labels": [name, label], **mapping(arguments)}
        else:
            yield {"$labels": [name], **mapping(inner)}


def _local(module: Module, name: str) -> Json:
    return next((body[name] for body in module.blocks.get("locals", ()) if name in body), None)


def _source(module: Module, call: Mapping[str, Json]) -> str | None:
    """The directory of a module that a block uses, where it is in the code base."""
    source = call.get("source")
    if not isinstance(source, str) or not source.startswith("."):
        return None
    path = posixpath.normpath(posixpath.join(module.directory, source))
    return "" if path == "." else path
