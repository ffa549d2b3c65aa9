"""What Terraform deploys: Lambda functions with their event sources, other readers, environment variables.

Arguments follow the documentation of the providers `aws`, `google` and `kafka`.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping

from eda_lint.link.infrastructure.channels import (
    UNKNOWN,
    DeployedFunction,
    Feed,
    Name,
    Plan,
    detail_types,
    handler_file,
    listed,
    mapping,
)
from eda_lint.link.infrastructure.cloudformation import DEFAULT_BUS, KINDS
from eda_lint.link.infrastructure.terraform_modules import CHANNELS, Modules, Use, references
from eda_lint.link.sources import Sources
from eda_lint.model.facts import Json

WORDS = (*CHANNELS, "aws_lambda", "google_cloudfunctions")
"""Words of files that are read."""

Target = tuple[str, str]
"""A function as references name it: type of resource (or `module`) and name."""


def plan(sources: Sources) -> Plan:
    """All that the root's Terraform deploys."""
    found = Plan()
    modules = Modules(sources, WORDS)
    for use in modules.uses:
        _Reader(sources, modules, use, found).read()
    return found


class _Reader:
    """One use of a module read into a plan."""

    def __init__(self, sources: Sources, modules: Modules, use: Use, found: Plan) -> None:
        self._sources = sources
        self._modules = modules
        self._use = use
        self._found = found
        self._functions: dict[Target, DeployedFunction] = {}

    def read(self) -> None:
        """Add what this use deploys."""
        for name, body in self._resources("aws_lambda_function"):
            self._function(("aws_lambda_function", name), body)
        for body in self._use.module.blocks.get("module", ()):
            labels = listed(body.get("$labels"))
            if isinstance(body.get("handler"), str) and labels:
                self._function(("module", str(labels[0])), body)
        for feed, target in self._connections():
            function = self._functions.get(target)
            if function is not None:
                function.feeds.append(feed)
            else:
                self._found.read_elsewhere.append(feed)
        self._found.fed_elsewhere.extend(self._notifications())
        self._found.functions.extend(self._functions.values())
        self._found.variables.extend(self._variables())

    def _resources(self, kind: str) -> Iterator[tuple[str, Mapping[str, Json]]]:
        for body in self._use.module.labelled("resource", kind):
            labels = listed(body.get("$labels"))
            if len(labels) == 2:
                yield str(labels[1]), body

    # ----------------------------------------------------------------------------------------- functions

    def _function(self, target: Target, body: Mapping[str, Json]) -> None:
        handler = self._modules.text(self._use, body.get("handler"))
        file = self._code(body, handler) if handler and "." in handler else None
        if file is None or handler is None:
            return
        one = DeployedFunction(file, handler.rpartition(".")[2], posixpath.dirname(file), home=self._use.root.directory)
        given = body.get("environment_variables")
        for block in listed(body.get("environment")):
            given = mapping(block).get("variables", given)
        one.variables = {variable: self._name(value) for variable, value in mapping(given).items()}
        self._functions[target] = one

    def _code(self, body: Mapping[str, Json], handler: str) -> str | None:
        """The file of a function: in the directory that is packed, else the one file of the code base that has the
        handler's path."""
        for directory in self._packed(body):
            found = handler_file(self._sources, directory, handler)
            if found is not None:
                return found
        module = handler.rpartition(".")[0].replace(".", "/").strip("/")
        named = self._sources.python_files(f"{module}.py") if module else ()
        return named[0] if len(named) == 1 else None

    def _packed(self, body: Mapping[str, Json]) -> Iterator[str]:
        source = body.get("source_path")
        for value in source if isinstance(source, list) else [source]:
            path = self._modules.path(self._use, mapping(value).get("path", value)) if value is not None else None
            if path is not None:
                yield posixpath.dirname(path) if path.endswith(".py") else path
        for parts in references([body.get("filename"), body.get("source_code_hash")]):
            if parts[:2] == ["data", "archive_file"] and len(parts) > 2:
                archive = self._use.module.one("data", "archive_file", parts[2])
                directory = self._modules.path(self._use, archive.get("source_dir"))
                file = self._modules.path(self._use, archive.get("source_file"))
                yield from [directory] if directory is not None else []
                yield from [posixpath.dirname(file)] if file is not None else []

    # --------------------------------------------------------------------------------------- connections

    def _connections(self) -> Iterator[tuple[Feed, Target]]:
        """(channel, what it feeds)."""
        for _, body in self._resources("aws_lambda_event_source_mapping"):
            target = self._target(body.get("function_name"), body.get("function_arn"))
            yield from ((feed, target) for feed in self._mapped(body))
        for _, body in self._resources("aws_sns_topic_subscription"):
            if body.get("protocol") == "sqs":
                self._found.fed_elsewhere.append(self._feed("aws_sqs", self._name(body.get("endpoint"))))
            yield self._feed("aws_sns", self._name(body.get("topic_arn"))), self._target(body.get("endpoint"))
        for _, body in self._resources("aws_cloudwatch_event_target"):
            feed = self._rule(body)
            if feed is not None:
                yield feed, self._target(body.get("arn"))
        for _, body in self._resources("aws_pipes_pipe"):
            yield self._source(self._name(body.get("source"))), self._target(body.get("target"))
        for _, body in self._resources("google_pubsub_subscription"):
            yield self._feed("gcp_pubsub", self._name(body.get("topic"))), ("", "")
        for kind in ("google_cloudfunctions_function", "google_cloudfunctions2_function", "google_eventarc_trigger"):
            for _, body in self._resources(kind):
                for trigger in listed(body.get("event_trigger")):
                    topic = mapping(trigger).get("pubsub_topic", mapping(trigger).get("resource"))
                    yield self._feed("gcp_pubsub", self._name(topic)), ("", "")

    def _mapped(self, body: Mapping[str, Json]) -> Iterator[Feed]:
        topics, queues = listed(body.get("topics")), listed(body.get("queues"))
        if topics or queues:
            for value in topics or queues:
                yield self._feed("kafka" if topics else "rabbitmq", self._name(value))
        else:
            yield self._source(self._name(body.get("event_source_arn")))

    def _rule(self, target: Mapping[str, Json]) -> Feed | None:
        """The bus whose events a target gets, and their types; None for a schedule."""
        rule = next(
            (parts[1] for parts in references(target.get("rule")) if parts[0] == "aws_cloudwatch_event_rule"), ""
        )
        body = self._use.module.one("resource", "aws_cloudwatch_event_rule", rule) if rule else {}
        pattern = body.get("event_pattern")
        if not pattern:
            return None
        bus = body.get("event_bus_name", target.get("event_bus_name"))
        name = DEFAULT_BUS if bus is None else self._name(bus)
        return Feed("aws_eventbridge", "topic", name, detail_types(_decoded(pattern)))

    def _notifications(self) -> Iterator[Feed]:
        """Channels that other services send to: buckets, rules, pipes, and queues of what failed."""
        for _, body in self._resources("aws_s3_bucket_notification"):
            for block, argument, system in (("queue", "queue_arn", "aws_sqs"), ("topic", "topic_arn", "aws_sns")):
                yield from (self._feed(system, self._name(mapping(b).get(argument))) for b in listed(body.get(block)))
        for kind, argument in (("aws_cloudwatch_event_target", "arn"), ("aws_pipes_pipe", "target")):
            yield from (self._source(self._name(body.get(argument))) for _, body in self._resources(kind))
        for _, body in self._resources("aws_sqs_queue"):
            for parts in references(body.get("redrive_policy")):
                yield self._source(self._name({"$reference": ".".join(parts)}))
        for _, body in self._resources("google_cloud_scheduler_job"):
            for target in listed(body.get("pubsub_target")):
                yield self._feed("gcp_pubsub", self._name(mapping(target).get("topic_name")))

    def _source(self, name: Name) -> Feed:
        return self._feed(name.system, name)

    @staticmethod
    def _feed(system: str, name: Name) -> Feed:
        return Feed(system, KINDS.get(system, "topic"), name)

    def _target(self, *values: Json) -> Target:
        for parts in references(list(values)):
            if len(parts) > 1 and parts[0] in ("aws_lambda_function", "module"):
                return parts[0], parts[1]
            if len(parts) > 1 and parts[0] == "aws_lambda_alias":
                return self._target(self._use.module.one("resource", parts[0], parts[1]).get("function_name"))
        return "", ""

    def _name(self, value: Json) -> Name:
        return self._modules.name(self._use, value) if value is not None else UNKNOWN

    # ----------------------------------------------------------------------------------------- variables

    def _variables(self) -> Iterator[tuple[str, str, Name]]:
        """(directory, variable, what it is) of containers and cloud functions, whose code is not told."""
        for body in self._use.module.blocks.get("resource", ()):
            labels = listed(body.get("$labels"))
            if labels[:1] == ["aws_lambda_function"]:
                continue
            for variable, value in _environments(body):
                yield ".", variable, self._name(value)


def _environments(body: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """Variables in `env` blocks, lists `environment = [{name, value}]` (also encoded) and `environment_variables`."""
    stack: list[Json] = [dict(body)]
    while stack:
        each = stack.pop()
        if isinstance(each, list):
            stack.extend(each)
        elif isinstance(each, dict):
            for entry in (*listed(each.get("env")), *listed(each.get("environment"))):
                variable = mapping(entry).get("name")
                if isinstance(variable, str) and "value" in mapping(entry):
                    yield variable, mapping(entry)["value"]
            for variable, value in mapping(each.get("environment_variables")).items():
                yield variable, value
            stack.extend(each.values())


def _decoded(value: Json) -> Json:
    """JSON that is written out, or made by `jsonencode`."""
    if mapping(value).get("$call") == "jsonencode":
        return (listed(mapping(value).get("$arguments")) or [None])[0]
    if isinstance(value, str):
        try:
            decoded: Json = json.loads(value)
        except (ValueError, RecursionError):
            return None
        return decoded
    return None
