"""What link understood, as JSON (`schema/graph.json`). Experimental until 1.0: keys may change in a minor release."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from eda_lint.model.topology import AddressPart, Channel, Operation, Payload, Project, Service, Via
from eda_lint.report.display import well_formed
from eda_lint.report.json import place_data

VERSION = 1
"""Version of the format."""


def graph_json(project: Project) -> str:
    """Services, channels and operations of a project. ASCII only.

    What one call sends or receives on one channel is one operation, with all its messages and handlers. Operations
    in test, example and migration code are marked (`test`), those of wrappers whose address is only their own
    parameter too (`wrapper`).
    """
    data = {
        "version": VERSION,
        "experimental": True,
        "services": [_service(each) for each in project.services],
        "channels": [_channel(each) for each in project.channels],
        "operations": [_operation(each) for each in _at_one_place(project.operations)],
        "coverage": {"operations": project.coverage.operations, "resolved": project.coverage.resolved},
    }
    return json.dumps(well_formed(data), indent=2, ensure_ascii=True) + "\n"


def _service(service: Service) -> dict[str, Any]:
    return {"name": service.name, "path": service.path, "kind": service.kind, "marks": list(service.marks)}


def _channel(channel: Channel) -> dict[str, Any]:
    return {
        "id": channel.id,
        "system": channel.system,
        "kind": channel.kind,
        "address": channel.address,
        "address_parts": [_part(part) for part in channel.parts],
        "external": channel.external,
    }


def _at_one_place(operations: Iterable[Operation]) -> list[list[Operation]]:
    """Operations in groups that differ in message and handler alone: an operation of the specification has one
    channel and any number of messages (AsyncAPI 3, operation object)."""
    groups: dict[object, list[Operation]] = {}
    for each in operations:
        key = (each.place, each.action, each.system, each.client, each.channel, each.address, each.group, each.via)
        groups.setdefault((*key, each.wrapper, each.reason_code), []).append(each)
    return list(groups.values())


def _operation(group: list[Operation]) -> dict[str, Any]:
    operation = group[0]
    messages = list(dict.fromkeys(each.message for each in group if each.message is not None))
    handlers = list(dict.fromkeys(each.handler for each in group if each.handler is not None))
    return {
        "id": operation.id,
        "action": operation.action,
        "system": operation.system,
        "client": operation.client,
        "kind": operation.kind,
        "channel": operation.channel,
        "address": operation.address,
        "address_parts": [_part(part) for part in operation.parts],
        "default": operation.default,
        "resolution": operation.resolution,
        "reason": operation.reason,
        "reason_code": operation.reason_code,
        "message": ",".join(messages) or None,
        "messages": [
            {"name": name, "handlers": [_in_module(h) for h in _handlers_of(group, name)]} for name in messages
        ],
        "handler": ",".join(filter(None, map(_in_module, handlers))) or None,
        "group": operation.group,
        "service": operation.service,
        **place_data(operation.place),
        "function": _in_module(operation.function),
        "via": [_via(step) for step in operation.via],
        "payload": _payload(operation.payload),
        "wrapper": operation.wrapper,
        "test": operation.in_test,
    }


def _handlers_of(group: Iterable[Operation], message: str) -> list[str]:
    """Who handles a type: the function that it is handed on to, where the handler tells types apart."""
    found = (o.handed_to or o.handler for o in group if o.message == message)
    return list(dict.fromkeys(name for name in found if name is not None))


def _part(part: AddressPart) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": part.kind, "text": part.text}
    if part.kind == "env":
        data["default"] = part.default
    return data


def _via(step: Via) -> dict[str, Any]:
    return {"file": step.place.file, "line": step.place.line, "function": _in_module(step.function)}


def _payload(payload: Payload) -> dict[str, Any]:
    return {"fields": [field.path for field in payload.fields], "open": payload.open}


def _in_module(name: str | None) -> str | None:
    """`Class.method` of `module:Class.method`: the file says which module."""
    return None if name is None else name.rpartition(":")[2]
