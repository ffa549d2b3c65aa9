"""EDA908: a message of which no version can be told. The page beside this file tells it in full."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from eda_lint.model.contract import Contract
from eda_lint.model.finding import Finding, Note, Severity
from eda_lint.model.schema import Record, Reference
from eda_lint.model.topology import Project

_FIELD = re.compile(
    r"^(?:v|ver|version|specversion)$|(?:schema|event|message|payload|format|api)_?version$", re.IGNORECASE
)
_NAMED = re.compile(r"(?:^|[a-z0-9._:/-])(?:V|[._:/-]v)\d+(?:$|[^a-z])")


@dataclass(frozen=True)
class UnversionedContract:
    """Neither the schema, its name, a field nor the channel says which version of a format a message has.

    Avro, Protobuf and Thrift carry names or numbers by which versions are told apart; JSON does not.
    """

    code: ClassVar[str] = "EDA908"
    name: ClassVar[str] = "unversioned-contract"
    summary: ClassVar[str] = "Nothing tells which version of its format a message has"
    severity: ClassVar[Severity] = "info"
    preview: ClassVar[bool] = True
    since: ClassVar[str] = "0.1.0"

    def check(self, project: Project, base: Project | None) -> Iterable[Finding]:
        """One finding for each contract that is sent on a channel of events."""
        commands = {channel.id for channel in project.channels if channel.commands or channel.kind in ("task", "rpc")}
        for contract in project.contracts:
            events = [id for id in contract.channels if id not in commands and not id.startswith("inproc")]
            if contract.sends and events and contract.dialect in ("python", "jsonschema") and not _versioned(contract):
                yield _finding(project, contract, events)


def _versioned(contract: Contract) -> bool:
    names = (contract.name, contract.place.file, *contract.channels)
    if contract.version or any(_NAMED.search(name) for name in names):
        return True
    root = contract.schema.root or Reference(contract.name)
    if isinstance(root, Reference):
        definition = contract.schema.definitions.get(root.name)
        root = definition.type if definition is not None else root
    return not isinstance(root, Record) or any(_FIELD.search(field.wire_name) for field in root.fields)


def _finding(project: Project, contract: Contract, channels: list[str]) -> Finding:
    sends = [project.operation(id) for id in contract.sends]
    return Finding(
        code=UnversionedContract.code,
        name=UnversionedContract.name,
        message=f"nothing says which version of its format {_named(project, contract, channels)} has: once it changes, "
        "a reader cannot tell old messages from new ones but by guessing at their fields. Add a `version` field, or "
        "put the version into the type's or the channel's name.",
        place=contract.place,
        confidence="likely",
        notes=tuple(Note(one.place, "it is sent here") for one in sends),
        services=tuple(dict.fromkeys(one.service for one in sends)),
        channels=tuple(channels),
        symbol=contract.name,
        shape="unversioned",
    )


def _named(project: Project, contract: Contract, channels: list[str]) -> str:
    """The message by its type's name, or by its channel where it is a dict."""
    definition = contract.schema.definitions.get(contract.name)
    options = definition.type.options if definition is not None and isinstance(definition.type, Record) else ()
    if ("family", "dict") in options:
        return f"what is sent to `{project.channel(channels[0]).address}`"
    return f"`{contract.name}`"
