"""What the tests of extraction ask of facts."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from eda_lint.extract import extract
from eda_lint.model.facts import Do, Extracted, ModuleFacts
from eda_lint.model.values import NOTHING, Definition, Imported, Local, Number, Parameter, Result, Text, Value


class Facts:
    """The facts of a source text, with values written out as nested tuples."""

    def __init__(self, source: str) -> None:
        self.source = textwrap.dedent(source)
        self.extracted: Extracted = extract(self.source.encode())
        assert self.extracted.facts is not None, self.extracted.problems
        self.facts: ModuleFacts = self.extracted.facts

    def tree(self, row: int) -> Any:
        """The value in a row: names and literals as themselves, others as `("Kind", part, …)`."""
        if row == NOTHING:
            return None
        value: Value = self.facts.values[row]
        match value:
            case Text(text=text):
                return text
            case Number(number=number):
                return number
            case Local(name=name):
                return f"{name}@"
            case Result(call=call):
                return ("Result", self.tree(self.facts.calls[call].function))
            case Definition(index=index):
                return ("Definition", self.facts.definitions[index].name)
            case Parameter():
                return ("Parameter", value.index)
            case Imported():
                return ("Imported", value.module, value.level, value.name)
            case _:
                return (type(value).__name__, *[self._part(part) for part in msgspec.structs.astuple(value)])

    def _part(self, part: Any) -> Any:
        if isinstance(part, bool | str) or part is None:
            return part
        if isinstance(part, int):
            return self.tree(part)
        if isinstance(part, msgspec.Struct):
            return (self.tree(part.key), self.tree(part.value))  # type: ignore[attr-defined]
        return tuple(self._part(each) for each in part)

    def binding(self, name: str) -> Any:
        """The value of the last binding of a name."""
        return self.tree([each for each in self.facts.bindings if each.name == name][-1].value)

    def annotation(self, name: str) -> Any:
        """The annotation of the last binding of a name."""
        return self.tree([each for each in self.facts.bindings if each.name == name][-1].annotation)

    def reaching(self, call: int = 0) -> list[Any]:
        """The values of the bindings that reach the argument of the n-th call of `use`."""
        uses = [each for each in self.facts.calls if self.tree(each.function) in ("use@", ("Name", "use"))]
        found = self.facts.values[uses[call].arguments[0].value]
        if not isinstance(found, Local):
            return [type(found).__name__]
        return [self.tree(self.facts.bindings[index].value) for index in found.bindings]

    def steps(self, block: int | None = None) -> list[Any]:
        """A block as nested lists; calls as the name of what they call."""
        index = self.facts.definitions[0].body if block is None else block
        return [self._step(step) for step in self.facts.blocks[index]]

    def _step(self, step: Any) -> Any:
        kind = type(step).__name__
        blocks = {
            name: getattr(step, name) for name in ("then", "body", "otherwise", "finally_") if hasattr(step, name)
        }
        if isinstance(step, Do):
            return self.tree(self.facts.calls[step.call].function)[-1]
        found: list[Any] = [kind]
        found += [self.steps(inner) if inner != NOTHING else None for inner in blocks.values()]
        for handler in getattr(step, "handlers", getattr(step, "cases", ())):
            found.append(self.steps(handler.body))
        return found if len(found) > 1 else kind


@pytest.fixture
def read() -> Callable[[str], Facts]:
    """Reads a source text."""
    return Facts
