"""Functions that send or receive over a channel that only their callers know, and whose callers do not show it.

What static reading cannot tell, the user can: `[[tool.eda-lint.wrappers]]` says of such a function which of its
parameters is the channel. Here is what to paste, for the functions where it would help most.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from eda_lint.model.topology import Operation, Place, Project

_ROLES = {
    "channel": re.compile(
        r"(?:.*_)?(?:topic|queue|channel|exchange|stream|subject|destination|routing_key)(?:_?(?:name|url|arn|id))?"
    ),
    "payload": re.compile(r"(?:.*_)?(?:payload|message|msg|body|value|event|data|record|content)"),
    "message": re.compile(r"(?:event|message|msg)_(?:type|name)"),
    "handler": re.compile(r"(?:.*_)?(?:callback|handler|listener|func)|on_message"),
}
"""Role → names that its parameter usually has. A guess is only shown, and the user decides."""


@dataclass(frozen=True, slots=True)
class Undeclared:
    """A function that could be declared as a wrapper."""

    function: str
    """Dotted path, as the configuration wants it."""
    action: str
    system: str
    roles: tuple[tuple[str, str], ...]
    """(role, parameter); the channel is among them."""
    place: Place
    """Of its first operation that is not resolved."""
    operations: int
    """How many operations in it are not resolved."""

    def stanza(self) -> str:
        """The table to paste into `pyproject.toml`."""
        rows = [("function", self.function), ("action", self.action), ("system", self.system), *self.roles]
        return "\n".join(("[[tool.eda-lint.wrappers]]", *(f"{key} = {json.dumps(value)}" for key, value in rows)))


def undeclared(project: Project, parameters: Callable[[str, str], Sequence[str]]) -> tuple[Undeclared, ...]:
    """Functions whose declaration would resolve operations, those with the most first.

    `parameters` gives the names of a function's parameters, by file and qualified name in it (`Bus.publish`).
    Functions none of whose parameters looks like a channel are left out, and so are those with callers that are
    understood, and test code.
    """
    understood = {step.function for each in project.operations if each.address is not None for step in each.via}
    groups: dict[tuple[str, str, str], list[Operation]] = defaultdict(list)
    for each in project.operations:
        judged = each.action in ("send", "receive") and each.kind != "inproc" and not each.in_test
        # A task's name says which worker takes it.
        judged = judged and not (each.kind == "task" and each.message is not None)
        if judged and each.address is None and each.function not in understood:
            groups[each.function, each.action, each.system].append(each)
    found = list(_suggested(groups.items(), parameters))
    return tuple(sorted(found, key=lambda each: (-each.operations, each.place, each.action)))


def _suggested(
    groups: Iterable[tuple[tuple[str, str, str], list[Operation]]], parameters: Callable[[str, str], Sequence[str]]
) -> Iterator[Undeclared]:
    for (function, action, system), operations in groups:
        first = min(operations, key=lambda each: each.place)
        module, _, qualified = function.rpartition(":")
        roles = _roles(parameters(first.place.file, qualified), action)
        if roles and roles[0][0] == "channel":
            yield Undeclared(f"{module}.{qualified}", action, system, roles, first.place, len(operations))


def _roles(parameters: Sequence[str], action: str) -> tuple[tuple[str, str], ...]:
    """Role → parameter: each role the first parameter that fits, each parameter one role."""
    found: dict[str, str] = {}
    unwanted = "handler" if action == "send" else "payload"
    for role, pattern in _ROLES.items():
        fitting = [name for name in parameters if pattern.fullmatch(name) and name not in found.values()]
        if fitting and role != unwanted:
            found[role] = fitting[0]
    return tuple(found.items())
