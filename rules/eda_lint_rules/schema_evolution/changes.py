"""Which rule a change of a schema belongs to, so that one cause is one finding; and the finding that tells it.

A code of its own takes a change first (reused numbers EDA903, required fields EDA904, enumerations EDA905, renames
EDA906, meaning EDA910); EDA901 takes what else breaks new readers of old data, EDA902 what else breaks old readers of
new data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from eda_lint.model.contract import Contract, Evolution, FieldRead
from eda_lint.model.finding import Finding, Note, Severity
from eda_lint.model.rule import Rule
from eda_lint.model.schema import Change, Record
from eda_lint.model.topology import Operation, Place, Project

NUMBERED = frozenset({"protobuf", "thrift"})
"""Dialects whose readers know fields by number."""
REUSED = frozenset({"number-reused", "reserved-used", "reserved-removed", "symbols-swapped"})
REQUIRED = frozenset({"required-added", "became-required", "made-required", "optional-to-required"})
MEANING = frozenset({"default-changed", "enum-default-changed", "logical-type-changed"})
REMOVED = frozenset({
    "field-removed", "required-removed", "field-removed-closed", "field-renamed", "member-removed",
    "definition-removed",
})  # fmt: skip
"""Kinds after which readers miss something by its name."""
_UNITS = (
    frozenset({"ns", "nanos", "us", "micros", "ms", "millis", "milliseconds", "s", "sec", "secs", "seconds", "min",
               "mins", "minutes", "hours", "days"}),
    frozenset({"cents", "minor", "major", "euros", "dollars", "usd", "eur"}),
    frozenset({"bytes", "kb", "mb", "gb", "kib", "mib"}),
    frozenset({"utc", "local"}),
    frozenset({"percent", "ratio", "fraction", "bps"}),
    frozenset({"mm", "cm", "m", "km", "miles", "feet"}),
    frozenset({"g", "grams", "kg", "lbs"}),
    frozenset({"celsius", "fahrenheit", "kelvin"}),
)  # fmt: skip
"""Words of one kind of unit: a name that swaps one for another gives the same number another meaning."""
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A change that a rule takes."""

    evolution: Evolution
    change: Change


def of_rule(project: Project, code: str) -> Iterator[Found]:
    """The changes that belong to a rule: each place and kind once, however many contracts hold it."""
    seen: set[tuple[str, str, Place | None, str]] = set()
    for evolution in project.evolutions:
        if evolution.removed:
            continue
        reused = _types_changed(evolution.comparison.changes)
        for change in evolution.comparison.changes:
            if _rule(evolution, change, reused) != code:
                continue
            key = (change.kind, _leaf(change.path), change.new_place or change.old_place, change.old + change.new)
            if key not in seen:
                seen.add(key)
                yield Found(evolution, change)


def _types_changed(changes: Iterable[Change]) -> frozenset[str]:
    """Paths of fields that got another name and another, incompatible type under the same number."""
    changes = tuple(changes)
    renamed = {change.path for change in changes if change.kind == "field-renamed"}
    broken = {change.path for change in changes if change.kind == "type-changed" and "break" in _verdicts(change)}
    return frozenset(renamed & broken)


def _rule(evolution: Evolution, change: Change, reused: frozenset[str]) -> str | None:
    dialect = evolution.comparison.dialect
    numbered = dialect in NUMBERED
    backward = evolution.asks_backward and change.backward == "break"
    forward = evolution.asks_forward and change.forward == "break"
    if _is_dict(evolution.contract):
        if change.kind == "type-changed" and "any" in (change.old, change.new):
            return None  # what an expression is, is not known
        # A dict says nothing of what its readers need: they do.
        forward = forward or (change.kind == "field-removed" and evolution.asks_forward and _needed(evolution, change))
    if numbered and change.path in reused:
        return "EDA903" if change.kind == "type-changed" else None
    if change.kind in REUSED or _unreserved(change):
        return "EDA903"
    if change.kind == "field-renamed":
        if numbered and unit_changed(change):
            return "EDA910"
        return "EDA906" if (evolution.asks_backward or evolution.asks_forward) and _loses(change) else None
    if change.kind in REQUIRED:
        return "EDA904" if backward else None
    if change.kind == "symbol-added":
        return "EDA905" if forward else None
    if change.kind in MEANING and "break" not in _verdicts(change):
        return "EDA910" if _loses(change) else None
    if backward:
        return "EDA901"
    return "EDA902" if forward else None


def _is_dict(contract: Contract) -> bool:
    """Whether a contract is a dict display, of which only the form is known."""
    definition = contract.schema.definitions.get(contract.name)
    return (
        definition is not None and isinstance(definition.type, Record) and ("family", "dict") in definition.type.options
    )


def _needed(evolution: Evolution, change: Change) -> bool:
    """Whether a handler fails without a field."""
    return any(read.required and read.field == _leaf(change.path) for read in evolution.contract.reads)


def _verdicts(change: Change) -> tuple[str, str]:
    return change.backward, change.forward


def _loses(change: Change) -> bool:
    return _verdicts(change) != ("ok", "ok")


def _unreserved(change: Change) -> bool:
    """A removal in Protobuf after which the number can be taken again."""
    return change.kind in ("field-removed", "symbol-removed") and any(
        rule.endswith("UNLESS_NUMBER_RESERVED") for rule in change.rules
    )


def unit_changed(change: Change) -> bool:
    """Whether a new name differs from the old one in its unit (`delay_s`, `delay_ms`)."""
    old, new = _words(change.old), _words(change.new)
    removed, added = set(old) - set(new), set(new) - set(old)
    return any(removed & units and added & units for units in _UNITS)


def _words(name: str) -> list[str]:
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower().split("_")


def _leaf(path: str) -> str:
    return path.rpartition(".")[2].replace("[]", "").replace("{}", "")


# ------------------------------------------------------------------------------------------------------- finding


def finding(rule: type[Rule], project: Project, found: Found, *, at_most: Severity | None = None) -> Finding:
    """A change as a finding at its new place, with who reads it."""
    evolution, change = found.evolution, found.change
    contract = evolution.contract
    said, weaker = _read_by(contract, change)
    operations = _operations(project, contract)
    if change.kind in REMOVED and weaker:
        at_most = "info"
    return Finding(
        code=rule.code,
        name=rule.name,
        message=f"`{change.path or contract.name}` since {evolution.since}: {change.message.rstrip('.')}.{said}",
        place=change.new_place or contract.place,
        notes=_notes(evolution, change, operations),
        services=tuple(dict.fromkeys(operation.service for operation in operations)),
        channels=contract.channels,
        symbol=contract.name,
        shape=f"{change.kind}:{change.path}",
        at_most=at_most,
    )


def _read_by(contract: Contract, change: Change) -> tuple[str, bool]:
    """Who reads the field that a change is about, as a sentence; and whether it is known that nobody does."""
    names = {_leaf(change.path), change.old}
    reads = [read for read in contract.reads if read.field in names]
    if reads:
        told = [f"{read.service} ({_short(read)})" for read in reads[:_SHOWN]]
        more = f" and {len(reads) - _SHOWN} more" if len(reads) > _SHOWN else ""
        only = "; nobody else reads it" if contract.readers_known and not more else ""
        verb = "breaks" if change.kind in REMOVED else "concerns"
        return f" It {verb} {', '.join(told)}{more}{only}.", False
    if change.kind in REMOVED and contract.readers_known and contract.receives:
        if contract.parsed:
            return " No handler reads it, but they parse the whole message.", False
        return " Nobody reads it.", True
    return "", False


def _short(read: FieldRead) -> str:
    return f"{read.place.file}:{read.place.line}"


def _operations(project: Project, contract: Contract) -> list[Operation]:
    wanted = {*contract.sends, *contract.receives}
    return sorted((one for one in project.operations if one.id in wanted), key=lambda one: (one.place, one.id))


def _notes(evolution: Evolution, change: Change, operations: Sequence[Operation]) -> tuple[Note, ...]:
    """Where it is sent and read, and who reads the field."""
    names = {_leaf(change.path), change.old}
    reads = [read for read in evolution.contract.reads if read.field in names]
    notes = [Note(read.place, f"{read.service} reads `{read.field}` here") for read in reads]
    for operation in operations:
        what = "is sent" if operation.action == "send" else "is read"
        notes.append(Note(operation.place, f"`{operation.address or evolution.contract.name}` {what} here"))
    return tuple(dict.fromkeys(notes))
