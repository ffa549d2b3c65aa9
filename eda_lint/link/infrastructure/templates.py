"""CloudFormation and SAM templates: references resolved, in one template and from one to another.

Functions follow AWS's CloudFormation user guide ("Intrinsic function reference", "Template anatomy"), event sources the
SAM specification and the Lambda developer guide.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from eda_lint.link.infrastructure.channels import UNKNOWN, Name, at, last, listed, literal, mapping, system_of, tail
from eda_lint.link.sources import Sources
from eda_lint.model.facts import Json

FILES = ("*.y*ml", "*.json")
MARKS = ("AWSTemplateFormatVersion", "AWS::")
"""Texts of which a template holds one."""
HOPS = 12
"""Most references followed one after the other."""

_NAMES = ("QueueName", "TopicName", "Name", "TableName", "StreamName", "DeliveryStreamName")
_TYPES = {
    "AWS::SQS::Queue": "aws_sqs", "AWS::SNS::Topic": "aws_sns", "AWS::Kinesis::Stream": "aws_kinesis",
    "AWS::DynamoDB::Table": "aws_dynamodb", "AWS::Serverless::SimpleTable": "aws_dynamodb",
    "AWS::DynamoDB::GlobalTable": "aws_dynamodb", "AWS::Events::EventBus": "aws_eventbridge",
    "AWS::KinesisFirehose::DeliveryStream": "aws_firehose", "AWS::MSK::Cluster": "kafka",
}  # fmt: skip
_STACKS = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
_VARIABLE = re.compile(r"\$\{([^}!]+)\}")
_SSM = re.compile(r"\{\{resolve:ssm(?:-secure)?:([^:}]+)(?::\d+)?\}\}")


@dataclass(slots=True)
class Template:
    """One template file."""

    path: str
    data: Mapping[str, Json]
    resources: Mapping[str, Mapping[str, Json]]
    given: dict[str, list[tuple[Template, Json]]] = field(default_factory=dict)
    """Parameter → what templates that deploy this one give it."""

    @property
    def directory(self) -> str:
        """Where it lies; `""` for the root."""
        return posixpath.dirname(self.path)

    def properties(self, name: str) -> Mapping[str, Json]:
        """The properties of a resource."""
        return mapping(mapping(self.resources.get(name)).get("Properties"))

    def of_type(self, *types: str) -> Iterator[tuple[str, Mapping[str, Json]]]:
        """(logical name, properties) of the resources of these types."""
        for name, resource in self.resources.items():
            if resource.get("Type") in types:
                yield name, mapping(resource.get("Properties"))


class Templates:
    """The templates of a root, and what references in them mean."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self.all: list[Template] = []
        for path in sources.documents_with(MARKS, *FILES):
            document = sources.document(path) if sources.role(path) != "test" else None
            data = document.data if document is not None else None
            resources = mapping(data).get("Resources")
            if isinstance(data, dict) and isinstance(resources, dict):
                kept = {k: r for k, r in resources.items() if isinstance(r, dict) and isinstance(r.get("Type"), str)}
                self.all.append(Template(path, data, kept))
        self._by_path = {template.path: template for template in self.all}
        self._note_nested()
        self._exports = self._exported()
        self._published = self._parameters_in_store()
        self._beside: dict[str, dict[str, set[str]]] = {}

    def embedded(self, path: str, data: Mapping[str, Json], resources: Mapping[str, Json]) -> Template:
        """Resources that stand in a file of another kind (serverless.yml)."""
        kept = {k: r for k, r in resources.items() if isinstance(r, dict) and isinstance(r.get("Type"), str)}
        return Template(path, data, kept)

    # ------------------------------------------------------------------------------------------ references

    def name(self, template: Template, value: Json, hops: int = 0) -> Name:
        """What a value of a template names."""
        if isinstance(value, str):
            return self._text(template, value, hops)
        if not isinstance(value, dict) or len(value) != 1 or hops > HOPS:
            return UNKNOWN
        kind, target = next(iter(value.items()))
        if kind == "Ref" and isinstance(target, str):
            return self._reference(template, target, hops)
        if kind == "Fn::GetAtt":
            parts = target.split(".") if isinstance(target, str) else [p for p in listed(target) if isinstance(p, str)]
            return self._attribute(template, parts, hops)
        if kind == "Fn::Sub":
            text, own = (target, {}) if isinstance(target, str) else _substitution(target)
            return self._substituted(template, text, own, hops)
        if kind == "Fn::Join":
            return self._joined(template, target, hops)
        if kind == "Fn::ImportValue":
            exported = self._exports.get(_plain(target) or "")
            return self.name(*exported, hops + 1) if exported is not None else UNKNOWN
        return UNKNOWN

    def logical(self, value: Json) -> str:
        """The logical name of the resource that a value refers to; empty if it refers to none."""
        if isinstance(value, dict) and len(value) == 1:
            kind, target = next(iter(value.items()))
            if kind == "Ref" and isinstance(target, str):
                return target
            if kind == "Fn::GetAtt":
                return target.partition(".")[0] if isinstance(target, str) else str((listed(target) or [""])[0])
            if kind == "Fn::Sub" and isinstance(target, str):
                found = _VARIABLE.findall(target)
                named = [f.partition(".")[0] for f in found if not f.startswith("AWS::")]
                return named[0] if len(named) == 1 else ""
        return ""

    def _text(self, template: Template, text: str, hops: int) -> Name:
        stored = _SSM.fullmatch(text.strip())
        if stored is not None:
            return self._stored(stored[1], hops)
        return literal(text)

    def _reference(self, template: Template, name: str, hops: int) -> Name:
        resource = template.resources.get(name)
        if resource is not None:
            return self._resource(template, name, resource, hops)
        parameter = at(template.data, "Parameters", name)
        if not isinstance(parameter, dict):
            return UNKNOWN
        given = template.given.get(name, [])
        found = {self.name(*one, hops + 1) for one in given[:HOPS]} if hops <= HOPS else set()
        if len({each.identity for each in found}) == 1 and (one := next(iter(found))).identity:
            return one
        return self._parameter(template, name, parameter, hops)

    def _parameter(self, template: Template, name: str, parameter: Mapping[str, Json], hops: int) -> Name:
        default = parameter.get("Default")
        default = default if isinstance(default, str) and default else None
        if str(parameter.get("Type", "")).startswith("AWS::SSM::Parameter::"):
            paths = {default} if default is not None else self._values_beside(template).get(name, set())
            found = [self._stored(path, hops) for path in paths] if len(paths) == 1 else []
            if found and found[0].identity:
                return found[0]
            default = None
        shown = f"${{{name}}}"
        return Name(None, shown, shown, last(default) if default is not None else None)

    def _resource(self, template: Template, name: str, resource: Mapping[str, Json], hops: int) -> Name:
        properties = mapping(resource.get("Properties"))
        system = _TYPES.get(str(resource.get("Type")), "")
        told = next((properties[key] for key in _NAMES if key in properties), None)
        found = self.name(template, told, hops + 1) if told is not None and hops <= HOPS else UNKNOWN
        if found.text is not None:
            return Name(found.text, system=system)
        place = f"{template.directory}/{name}" if template.directory else name
        return Name(None, f"{{{place}}}", f"{{{place}}}", system=system)

    def _attribute(self, template: Template, parts: list[str], hops: int) -> Name:
        if not parts:
            return UNKNOWN
        if len(parts) == 3 and parts[1] == "Outputs":
            child = self._child(template, parts[0])
            value = at(child.data, "Outputs", parts[2], "Value") if child is not None else None
            return self.name(child, value, hops + 1) if child is not None and hops <= HOPS else UNKNOWN
        return self._reference(template, parts[0], hops) if parts[0] in template.resources else UNKNOWN

    def _substituted(self, template: Template, text: str, own: Mapping[str, Json], hops: int) -> Name:
        """A text with `${Name}` and `${Name.Attribute}`: what alone names something at its end, or all of it."""
        whole = _VARIABLE.fullmatch(text)
        if whole is not None:
            return self._variable(template, whole[1], own, hops)
        end = tail(text)
        single = _VARIABLE.fullmatch(end)
        if single is not None:
            found = self._variable(template, single[1], own, hops)
            return Name(found.text, found.key, found.shown, found.default, found.system or _system_in(text))
        if "${" not in end:
            return Name(text=last(end), system=_system_in(text))
        filled = _VARIABLE.sub(lambda m: self._variable(template, m[1], own, hops).text or m[0], end)
        return Name(text=filled, system=_system_in(text)) if "${" not in filled else Name(system=_system_in(text))

    def _variable(self, template: Template, name: str, own: Mapping[str, Json], hops: int) -> Name:
        if hops > HOPS:
            return UNKNOWN
        if name in own:
            return self.name(template, own[name], hops + 1)
        parts = name.split(".")
        return self._attribute(template, parts, hops) if len(parts) > 1 else self._reference(template, name, hops + 1)

    def _joined(self, template: Template, target: Json, hops: int) -> Name:
        """`Fn::Join` of an ARN's or a URL's pieces: what stands last names the channel."""
        separator, items = [*listed(target), None, None][:2]
        pieces = listed(items)
        if separator not in (":", "/") or not pieces:
            return UNKNOWN
        found = self.name(template, pieces[-1], hops + 1)
        return Name(found.text, found.key, found.shown, found.default, found.system)

    # ------------------------------------------------------------------------------- other templates' values

    def _child(self, template: Template, name: str) -> Template | None:
        resource = template.resources.get(name)
        key = _STACKS.get(str(resource.get("Type"))) if resource is not None else None
        location = template.properties(name).get(key) if key is not None else None
        if not isinstance(location, str):
            return None
        return self._by_path.get(posixpath.normpath(posixpath.join(template.directory, location)))

    def _note_nested(self) -> None:
        for template in self.all:
            for name, properties in template.of_type(*_STACKS):
                child = self._child(template, name)
                for parameter, value in mapping(properties.get("Parameters")).items() if child is not None else ():
                    if child is not None and child is not template:
                        child.given.setdefault(parameter, []).append((template, value))

    def _exported(self) -> dict[str, tuple[Template, Json]]:
        """Name of an export, as it is written → what is exported."""
        found: dict[str, tuple[Template, Json]] = {}
        for template in self.all:
            for output in mapping(template.data.get("Outputs")).values():
                name = _plain(at(output, "Export", "Name"))
                if name is not None:
                    found.setdefault(name, (template, mapping(output).get("Value")))
        return found

    def _parameters_in_store(self) -> dict[str, tuple[Template, Json]]:
        """Name of an SSM parameter that a template sets, its variables made alike → what it is set to."""
        found: dict[str, tuple[Template, Json]] = {}
        for template in self.all:
            for _, properties in template.of_type("AWS::SSM::Parameter"):
                name = _plain(properties.get("Name"))
                if name is not None:
                    found.setdefault(_alike(name), (template, properties.get("Value")))
        return found

    def _stored(self, path: str, hops: int) -> Name:
        published = self._published.get(_alike(path))
        if published is not None and hops <= HOPS:
            found = self.name(*published, hops + 1)
            if found.identity:
                return found
        return Name(None, f"ssm:{_alike(path)}", f"{{{path.rpartition('/')[2]}}}")

    def _values_beside(self, template: Template) -> dict[str, set[str]]:
        """What files in the template's directory give its parameters: `Name: value` wherever it stands in them,
        and AWS's own form `{"ParameterKey": …, "ParameterValue": …}`."""
        if template.path not in self._beside:
            found: dict[str, set[str]] = {}
            parameters = mapping(template.data.get("Parameters"))
            for path in self._sources.documents_with(tuple(parameters), *FILES, "*.toml") if parameters else ():
                if posixpath.dirname(path) == template.directory and path not in self._by_path:
                    document = self._sources.document(path)
                    _collect(document.data if document is not None else None, parameters, found)
            self._beside[template.path] = found
        return self._beside[template.path]


def _collect(data: Json, parameters: Mapping[str, Json], found: dict[str, set[str]]) -> None:
    stack = [data]
    while stack:
        each = stack.pop()
        if isinstance(each, dict):
            key, value = each.get("ParameterKey"), each.get("ParameterValue")
            if isinstance(key, str) and isinstance(value, str) and key in parameters:
                found.setdefault(key, set()).add(value)
            for name, inner in each.items():
                if isinstance(inner, str) and name in parameters:
                    found.setdefault(name, set()).add(inner)
            stack.extend(each.values())
        elif isinstance(each, list):
            stack.extend(each)


def _plain(value: Json) -> str | None:
    """A text, or the text of a substitution as it is written."""
    if isinstance(value, dict) and len(value) == 1 and "Fn::Sub" in value:
        value = value["Fn::Sub"]
    return value if isinstance(value, str) else None


def _alike(path: str) -> str:
    """A parameter's path with its variables made alike, however they are written."""
    return re.sub(r"\$?\{[^}]*\}", "{}", path)


def _system_in(text: str) -> str:
    return system_of(_VARIABLE.sub("x", text))


def _substitution(target: Json) -> tuple[str, Mapping[str, Json]]:
    text, own = [*listed(target), None, None][:2]
    return (text if isinstance(text, str) else "", mapping(own))
