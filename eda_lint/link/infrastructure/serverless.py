"""What files of the Serverless Framework deploy, with its own variables filled in.

https://www.serverless.com/framework/docs/providers/aws/guide/variables and `…/events/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from eda_lint.link.infrastructure.channels import (
    UNKNOWN,
    DeployedFunction,
    Feed,
    Name,
    Plan,
    at,
    detail_types,
    handler_file,
    listed,
    mapping,
    system_of,
    tail,
)
from eda_lint.link.infrastructure.cloudformation import DEFAULT_BUS
from eda_lint.link.infrastructure.templates import Template, Templates
from eda_lint.link.sources import Sources
from eda_lint.model.facts import Json
from eda_lint.model.topology import ChannelKind

EVENTS: dict[str, tuple[str, ChannelKind]] = {
    "sqs": ("aws_sqs", "queue"), "sns": ("aws_sns", "topic"), "stream": ("aws_kinesis", "stream"),
    "eventBridge": ("aws_eventbridge", "topic"), "msk": ("kafka", "stream"), "kafka": ("kafka", "stream"),
    "rabbitmq": ("rabbitmq", "queue"), "activemq": ("activemq", "queue"),
}  # fmt: skip
"""Event → system and kind."""
NESTED = 8
"""Deepest nesting of variables."""

_VARIABLE = re.compile(r"\$\{(self|opt|env|sls):([\w./-]*)(?:\s*,\s*(?:'([^'{}]*)'|\"([^\"{}]*)\"|([\w.-]+)))?\s*\}")


def plan(sources: Sources, templates: Templates) -> Plan:
    """All that the root's files of the framework deploy."""
    found = Plan()
    for path in sources.documents("serverless*.y*ml"):
        document = sources.document(path) if sources.role(path) != "test" else None
        data = mapping(document.data) if document is not None else {}
        told = data.get("resources")
        resources: dict[str, Json] = {}
        for each in told if isinstance(told, list) else [told]:
            resources |= mapping(mapping(each).get("Resources")) or mapping(each)
        reader = _Reader(templates, templates.embedded(path, data, resources))
        for function in mapping(data.get("functions")).values():
            reader.function(sources, mapping(function), found)
    return found


class _Reader:
    """One file, its functions read one by one."""

    def __init__(self, templates: Templates, template: Template) -> None:
        self._templates = templates
        self._template = template

    def function(self, sources: Sources, told: Mapping[str, Json], found: Plan) -> None:
        """Add a function to a plan."""
        handler = told.get("handler")
        feeds = [feed for event in listed(told.get("events")) for feed in self._event(event)]
        directory = self._template.directory or "."
        file = handler_file(sources, directory, handler.replace("/", ".")) if isinstance(handler, str) else None
        if file is None or not isinstance(handler, str):
            found.read_elsewhere.extend(feeds)
            return
        one = DeployedFunction(file, handler.rpartition(".")[2], directory, feeds, home=self._template.directory)
        shared = mapping(at(self._template.data, "provider", "environment"))
        given = {**shared, **mapping(told.get("environment"))}
        one.variables = {variable: self._name(value) for variable, value in given.items()}
        found.functions.append(one)

    def _event(self, event: Json) -> Iterator[Feed]:
        for key, value in mapping(event).items():
            if key not in EVENTS:
                continue
            system, kind = EVENTS[key]
            target: Json = value
            messages: tuple[str, ...] = ()
            if isinstance(value, dict):
                keys = ("arn", "eventBus", "topicName", "topic", "queue")
                target = next((value[k] for k in keys if k in value), None)
                messages = detail_types(value.get("pattern"))
            default = target is None and system == "aws_eventbridge"
            name = DEFAULT_BUS if default else self._name(target)
            dynamo = mapping(value).get("type") == "dynamodb" or name.system == "aws_dynamodb"
            yield Feed("aws_dynamodb" if dynamo and key == "stream" else system, kind, name, messages)

    def _name(self, value: Json) -> Name:
        """What a value names, with the framework's variables looked up."""
        system = system_of(re.sub(r"\$\{[^{}]*\}", "x", value)) if isinstance(value, str) else ""
        for _ in range(NESTED):
            if isinstance(value, str) and "${" in value:
                value = tail(value)
            if not isinstance(value, str) or "${" not in value:
                break
            following = self._filled(value)
            if following is None:
                return Name(system=system)
            value = following
        else:
            return Name(system=system)
        found = self._templates.name(self._template, value) if value is not None else UNKNOWN
        return Name(found.text, found.key, found.shown, found.default, found.system or system)

    def _filled(self, text: str) -> Json:
        """A text with its innermost variables filled in; None if one is not known."""
        whole = _VARIABLE.fullmatch(text)
        if whole is not None:
            return self._looked_up(whole)
        unknown = False

        def fill(match: re.Match[str]) -> str:
            nonlocal unknown
            value = self._looked_up(match)
            unknown = unknown or not isinstance(value, str | int)
            return str(value)

        replaced = _VARIABLE.sub(fill, text)
        return None if unknown or replaced == text else replaced

    def _looked_up(self, match: re.Match[str]) -> Json:
        kind, path = match[1], match[2]
        default = next((d for d in match.groups()[2:] if d is not None), None)
        if kind == "self":
            found = at(self._template.data, *path.split("."))
            return default if found is None else found
        if path == "stage" and default is None:
            stage = at(self._template.data, "provider", "stage")
            # The framework's own default; a stage that is asked for is not known.
            return "dev" if not isinstance(stage, str) or "${" in stage else stage
        return default
