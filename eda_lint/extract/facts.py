"""From a syntax tree to the facts of a file."""

from __future__ import annotations

import libcst as cst

from eda_lint.extract.expressions import VALUES
from eda_lint.extract.statements import STATEMENTS
from eda_lint.extract.survey import survey
from eda_lint.extract.walk import Walk
from eda_lint.model.facts import Function, ModuleFacts
from eda_lint.model.values import NOTHING


def module_facts(module: cst.Module, source: str) -> tuple[ModuleFacts, Walk]:
    """The facts of a parsed file, and the walk that made them (which counted what it numbered).

    `source` is searched for rare syntax only, so that common files are spared a look for it.
    """
    walk = Walk(VALUES, STATEMENTS, ":=" in source, "nonlocal" in source)
    walk.counts["definitions"] = 1
    walk.definitions.append(None)
    survey(walk, module)
    outer = walk.open()
    for statement in module.body:
        walk.statement(statement)
    body = walk.close(outer)
    walk.leave(walk.scope)
    walk.definitions[0] = Function("<module>", NOTHING, (), (), 0, NOTHING, body)
    return _facts(walk), walk


def _facts(walk: Walk) -> ModuleFacts:
    calls = [call for call in walk.calls if call is not None]
    definitions = [definition for definition in walk.definitions if definition is not None]
    assert len(calls) == len(walk.calls), "a call was numbered and never read"
    assert len(definitions) == len(walk.definitions), "a definition was numbered and never read"
    return ModuleFacts(
        tuple(walk.imports),
        tuple(walk.rows),
        tuple(calls),
        tuple(walk.bindings),
        tuple(definitions),
        tuple(walk.blocks),
        tuple(walk.patterns),
    )
