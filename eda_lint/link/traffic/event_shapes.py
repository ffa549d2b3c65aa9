"""What sends a Lambda function its events, by what the function reads of its event and of each record.

Followed are the event, `event["Records"]` and each record, through names, loops and the functions that are handed
them. Keys of records and the answer of a batch follow AWS's Lambda developer guide (event source mappings, partial
batch responses).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.activations import frames
from eda_lint.link.evaluation.known import FunctionRef
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.sources import Sources
from eda_lint.link.traffic import entries
from eda_lint.model import values as v
from eda_lint.model.facts import Return
from eda_lint.model.topology import ChannelKind
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

RECORDS = "Records"
FAILURES = "batchItemFailures"
TYPINGS = "aws_lambda_typing"
QUESTIONS = (
    *((RECORDS, name) for name in ("event", "context", "_context", "handler")),
    ("lambda_handler",),
    (FAILURES,),
    (TYPINGS,),
)
"""Words that stand together in files that may define a handler."""

SHAPES: dict[str, tuple[str, ChannelKind]] = {
    "Sns": ("aws_sns", "topic"), "kinesis": ("aws_kinesis", "stream"), "dynamodb": ("aws_dynamodb", "stream"),
    "receiptHandle": ("aws_sqs", "queue"), "messageAttributes": ("aws_sqs", "queue"),
    "messageId": ("aws_sqs", "queue"), "body": ("aws_sqs", "queue"),
}  # fmt: skip
"""Key that is read of each of `event["Records"]` → what sends such records; the most telling first."""
OTHERS = frozenset({"s3", "cf", "ses", "codecommit"})
"""Keys of records that no messaging service sends."""

Path = tuple[str, ...]
"""Keys that lead from an event to a value; positions in a list are left out."""
SAME = frozenset({"enumerate", "iter", "list", "reversed", "sorted", "tuple"})
"""Functions that give the elements that they are given."""
HOPS = 3
DEPTH = 24
HANDLER = re.compile(r"handler$", re.IGNORECASE)


def files(sources: Sources) -> Iterator[str]:
    """Files that may define a handler that no template names."""
    for words in QUESTIONS:
        yield from sources.mentions(*words)


def read_of_records(ev: Evaluator, unit: Unit, function: int, event: int) -> set[str]:
    """The keys that a function, and those that it hands its event or records to, read of each record."""
    found: set[str] = set()
    known: set[tuple[str, int, int]] = set()
    waiting: list[tuple[Unit, int, int, Path, int]] = [(unit, function, event, (), HOPS)]
    while waiting:
        at, index, binding, path, hops = waiting.pop()
        if (at.path, index, binding) in known:
            continue
        known.add((at.path, index, binding))
        way = _Way(at, {binding: path})
        found.update(keys[1] for keys in way.read() if len(keys) > 1 and keys[0] == RECORDS)
        if hops:
            waiting.extend((*handed, hops - 1) for handed in _handed(ev, way, index))
    return found


def sender(keys: set[str]) -> tuple[str, ChannelKind] | None:
    """What sends records of which these keys are read."""
    return next((shape for key, shape in SHAPES.items() if key in keys), None)


def answers_a_batch(unit: Unit, function: int) -> bool:
    """Whether a function is named as a handler and returns the failures of a batch."""
    fact = unit.function(function)
    returned = [step.value for step in unit.steps(fact.body) if isinstance(step, Return)]
    return bool(HANDLER.search(fact.name)) and any(_has_failures(unit, value) for value in returned)


def read_within(unit: Unit, function: int, event: int) -> set[str]:
    """The keys that a function reads of its own names, its event apart."""
    own = [binding for binding in unit.bindings_within.get(function, ()) if binding != event]
    return {keys[-1] for keys in _Way(unit, dict.fromkeys(own, ())).read() if keys}


def _has_failures(unit: Unit, value: int) -> bool:
    if value == NOTHING:
        return False
    shown = unit.facts.values[value]
    values = [unit.facts.bindings[b].value for b in shown.bindings] if isinstance(shown, v.Local) else [value]
    keys = [
        unit.facts.values[entry.key]
        for one in values
        if one != NOTHING and isinstance(mapping := unit.facts.values[one], v.Mapping)
        for entry in mapping.entries
        if entry.key != NOTHING
    ]
    return any(isinstance(key, v.Text) and key.text == FAILURES for key in keys)


@dataclass(slots=True)
class _Way:
    """How values of a file are reached from bindings of which the way is known."""

    unit: Unit
    seeds: dict[int, Path]
    _known: dict[int, frozenset[Path]] = field(default_factory=dict)

    def read(self) -> Iterator[Path]:
        """The ways of all that is read by a key."""
        for index, value in enumerate(self.unit.facts.values):
            if isinstance(value, v.Item | v.Result):
                yield from self.of(index)

    def of(self, value: int, depth: int = DEPTH) -> frozenset[Path]:
        """The ways to a value."""
        if value == NOTHING or not depth:
            return frozenset()
        if value not in self._known:
            self._known[value] = frozenset()  # a name that is bound to a part of itself
            self._known[value] = frozenset(self._of(value, depth - 1))
        return self._known[value]

    def _of(self, value: int, depth: int) -> Iterator[Path]:
        facts = self.unit.facts
        match facts.values[value]:
            case v.Local(bindings=bindings):
                yield from (self.seeds[b] for b in bindings if b in self.seeds)
                for binding in bindings:
                    if binding not in self.seeds:
                        yield from self.of(facts.bindings[binding].value, depth)
            case v.Element(of=of):
                yield from self.of(of, depth)
            case v.Item(of=of, key=key):
                yield from self._below(of, key, depth)
            case v.Conditional(then=then, otherwise=otherwise):
                yield from self.of(then, depth) | self.of(otherwise, depth)
            case v.Either(operands=operands):
                for operand in operands:
                    yield from self.of(operand, depth)
            case v.Result(call=call):
                arguments = [a.value for a in facts.calls[call].arguments if not a.star]
                function = facts.values[facts.calls[call].function]
                if arguments and isinstance(function, v.Attribute) and function.name == "get":
                    yield from self._below(function.of, arguments[0], depth)
                elif arguments and isinstance(function, v.Name) and function.name in SAME:
                    yield from self.of(arguments[0], depth)

    def _below(self, of: int, key: int, depth: int) -> Iterator[Path]:
        shown = self.unit.facts.values[key]
        for path in self.of(of, depth):
            yield (*path, shown.text)[:3] if isinstance(shown, v.Text) else path


def _handed(ev: Evaluator, way: _Way, function: int) -> Iterator[tuple[Unit, int, int, Path]]:
    """(unit, function, binding, way) of the functions that are handed an event, its records or one of them."""
    unit = way.unit
    for call in unit.body(function).calls:
        given = [
            (position, argument.name, path)
            for position, argument in enumerate(unit.facts.calls[call].arguments)
            if not argument.star
            for path in way.of(argument.value)
            if path in ((), (RECORDS,))
        ]
        for frame in frames(ev, unit, function, 1)[:1] if given else ():
            for known in ev.callee(unit, call, frame):
                if isinstance(known, FunctionRef):
                    other = ev.world.known_unit(known.unit)
                    named = {p.name: p.binding for p in other.function(known.index).parameters}
                    bindings = entries.arguments(ev, other, known.index)
                    for position, name, path in given:
                        binding = named.get(name) if name else dict(enumerate(bindings)).get(position)
                        if binding is not None:
                            yield other, known.index, binding, path
