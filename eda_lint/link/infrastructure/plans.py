"""All that a root deploys, from every tool that it is deployed with; and how its channels are displayed."""

from __future__ import annotations

from collections.abc import Callable

from eda_lint.link.infrastructure import cloudformation, serverless, terraform
from eda_lint.link.infrastructure.channels import DeployedFunction, Name, Plan, variables_by_name
from eda_lint.link.infrastructure.templates import Templates
from eda_lint.link.sources import Sources


def read_plan(sources: Sources) -> Plan:
    """What the root's templates of all kinds deploy."""
    templates = Templates(sources)
    found = Plan()
    for part in (cloudformation.plan(sources, templates), serverless.plan(sources, templates), terraform.plan(sources)):
        found.add(part)
    return found


def variable_of(found: Plan) -> Callable[[DeployedFunction | None, Name], str | None]:
    """Under which environment variable code knows a channel: the function's own, else the one that all functions
    with it have; None if there is none, or several."""
    known: dict[str, set[str]] = {}
    for identity, variable in variables_by_name(found.functions):
        known.setdefault(identity, set()).add(variable)

    def look_up(function: DeployedFunction | None, name: Name) -> str | None:
        own = function.variables.items() if function is not None and name.identity else ()
        for variable, value in own:
            if value.identity == name.identity:
                return variable
        everywhere = known.get(name.identity, set())
        return next(iter(everywhere)) if len(everywhere) == 1 else None

    return look_up
