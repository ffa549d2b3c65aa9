"""Pairs the parts of two JSON Schema types and says what differs, each part judged by itself.

Whether all of it together breaks somebody is not said here: a part that is refused may be one that no value has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from eda_lint.errors import shown
from eda_lint.model.schema import (
    Choice,
    Dictionary,
    Enumeration,
    Field,
    Intersection,
    Record,
    Reference,
    Scalar,
    Schema,
    Sequence,
    Symbol,
    Type,
    Verdict,
)
from eda_lint.schemas.dialect import DialectRules, Relation
from eda_lint.schemas.diff import Difference, Found, Spot, Step, Walk
from eda_lint.schemas.display import constant_text, type_text
from eda_lint.schemas.inclusion import Inclusions
from eda_lint.schemas.jsonschema.bodies import is_matched
from eda_lint.schemas.jsonschema.consequences import Both, consequence, witness_text
from eda_lint.schemas.jsonschema.constraints import constraint_differences
from eda_lint.schemas.jsonschema.meet import ANY, NEVER, UNDECLARED, flattened, meet
from eda_lint.schemas.jsonschema.notes import Notes
from eda_lint.schemas.jsonschema.reader import read_jsonschema
from eda_lint.schemas.jsonschema.rows import ADDITIONAL, PROPERTIES, REQUIRED, ROWS

__all__ = ["Structure"]

_REFERENCES = 20
"""References inside of `allOf` that are followed to write it as one type."""


class Structure(DialectRules):
    """The rules by which the walk goes through two schemas."""

    name = "jsonschema"
    rows = ROWS
    rename_mend = "Write both until every reader knows the new name"

    def __init__(self, inclusions: Inclusions) -> None:
        self._inclusions = inclusions
        self.notes = Notes()
        self._written: dict[int, tuple[Type, Type]] = {}

    def read(self, files: Mapping[str, str]) -> Schema:
        """The schema that some files hold together. Raises SchemaError if none can be read."""
        return read_jsonschema(files)

    # -------------------------------------------------------------------------------------------------- types

    def types(self, old: Type, new: Type, spot: Spot, walk: Walk) -> Found:
        """What differs between two types."""
        if self._inclusions.is_same(old, new) and self.notes.of(old) == self.notes.of(new):
            return
        before, after = self._as_one(old, walk.old_type), self._as_one(new, walk.new_type)
        if isinstance(before, Record) and isinstance(after, Dictionary):
            after = _as_record(after)
        elif isinstance(before, Dictionary) and isinstance(after, Record):
            before = _as_record(before)
        match before, after:
            case Record(), Record():
                yield from self.records(before, after, spot, walk)
            case Sequence(), Sequence():
                yield from self.sequences(before, after, spot, walk)
            case Dictionary(), Dictionary():
                yield Step(before.values, after.values, spot.into("{}"))
                yield from constraint_differences(before, after, spot, self._inclusions)
            case Enumeration(), Enumeration():
                yield from self.enumerations(before, after, spot, walk)
            case Scalar(), Scalar() if before.kind == after.kind and before.loose == after.loose:
                yield from constraint_differences(before, after, spot, self._inclusions)
            case (Choice(), _) | (_, Choice()):
                yield from self.choices(before, after, spot, walk)
            case _:
                yield from self.leaves(before, after, spot, walk)

    def _as_one(self, type_: Type, resolved: Callable[[Type], Type]) -> Type:
        """An intersection that names references written as one type, where that says the same."""
        if not isinstance(type_, Intersection):
            return type_
        known = self._written.get(id(type_))
        if known is None:
            parts: list[Type] = list(type_.branches)
            for _ in range(_REFERENCES):
                if not any(isinstance(part, Reference | Intersection) for part in parts):
                    break
                found = [resolved(part) for part in parts]
                flat = [inner for part in found for inner in flattened(part)]
                if len(flat) == len(parts) and all(one is other for one, other in zip(flat, parts, strict=True)):
                    break
                parts = flat
            known = self._written[id(type_)] = (type_, meet(parts))
        return known[1]

    def both(self, old: Type, new: Type) -> Both:
        """How two types relate, by proof."""
        backward, old_value = self._one_way(old, new, "backward")
        forward, new_value = self._one_way(old, new, "forward")
        return Both(backward, forward, old_value, new_value)

    def _one_way(self, old: Type, new: Type, direction: str) -> tuple[Verdict, str]:
        ask = self._inclusions.backward if direction == "backward" else self._inclusions.forward
        found = ask(old, new)
        if found.answer == "yes":
            return "ok", ""
        if ask(old, new, closed=True).answer == "yes":
            return "warn", ""
        return "break", witness_text(found)

    def relation(self, old: Type, new: Type, walk: Walk) -> Relation | None:
        """How two types relate that have no parts to pair."""
        both = self.both(old, new)
        if (both.backward, both.forward) == ("ok", "ok"):
            return None if self._inclusions.is_same(old, new) else Relation("ok", "ok", "type-rewritten", _REWRITTEN)
        before, after = type_text(old), type_text(new)
        kind = "type-changed"
        if both.backward == "ok":
            kind = "type-widened"
        elif both.forward == "ok":
            kind = "type-narrowed"
        change = f"`{before}` became `{after}`" if before != after else f"what `{before}` allows changed"
        return Relation(both.backward, both.forward, kind, f"{change}: {consequence(both)}")

    # ------------------------------------------------------------------------------------------------ records

    def record_changes(self, old: Record, new: Record, spot: Spot, walk: Walk) -> Found:
        """What two records say beside their fields."""
        yield from self._rest(old, new, spot)
        yield from constraint_differences(old, new, spot, self._inclusions)
        said = (
            ("pattern-properties-changed", "`patternProperties`", _Rules(old).patterns(), _Rules(new).patterns()),
            ("member-names-changed", "`propertyNames`", _Rules(old).names(), _Rules(new).names()),
            ("dependents-changed", "what members bring with them", _Rules(old).dependents(), _Rules(new).dependents()),
        )
        for kind, what, one, other in said:
            if not self._inclusions.is_same(one, other):
                both = self.both(one, other)
                yield Difference(
                    kind, spot, f"{what} changed: {consequence(both)}", backward=both.backward, forward=both.forward
                )
        for (pattern, before), (now, after) in zip(old.patterns, new.patterns, strict=False):
            if pattern == now and self.notes.of(before) != self.notes.of(after):
                yield Step(before, after, spot.into(f"{{{shown(pattern)}}}"))

    def _rest(self, old: Record, new: Record, spot: Spot) -> Iterator[Difference | Step]:
        """What happens to members that are not declared."""
        before, after = old.rest or NEVER, new.rest or NEVER
        if self._inclusions.is_same(before, after):
            if old.rest is not None and new.rest is not None:
                yield Step(before, after, spot.into("{}"))
            return
        both = self.both(before, after)
        backward: Verdict = "warn" if old.rest == ANY and _declares(old) and both.backward != "ok" else both.backward
        forward: Verdict = "warn" if new.rest == ANY and _declares(new) and both.forward != "ok" else both.forward
        if new.rest is None:
            text = "members that are not declared are refused now; old messages may have some"
            yield Difference("members-closed", spot, text, backward=backward, forward=forward)
        elif old.rest is None:
            text = "members that are not declared are allowed now; old readers refuse a message that has some"
            yield Difference("members-opened", spot, text, backward=backward, forward=forward)
        else:
            text = f"members that are not declared were {type_text(before)}, are {type_text(after)}"
            text += f": {consequence(both)}"
            yield Difference("members-changed", spot, text, backward=backward, forward=forward)

    def field_changes(self, old: Field, new: Field, spot: Spot, walk: Walk) -> Found:
        """Whether a field must be there, and its default."""
        name = shown(new.name)
        if new.required and not old.required:
            text = f"`{name}` is required now: new readers refuse old messages without it"
            yield Difference("became-required", spot, f"{text}. Keep it optional, or write it for a while first")
        if old.required and not new.required:
            text = f"`{name}` may be missing now: old readers refuse a message without it"
            yield Difference("became-optional", spot, f"{text}. Upgrade consumers first")
        before = None if old.default is None else old.default.text
        after = None if new.default is None else new.default.text
        if before == after:
            return
        kind = "default-added" if before is None else "default-removed" if after is None else "default-changed"
        text = f"the default of `{name}` was {shown(before or 'none')}, is {shown(after or 'none')}"
        yield Difference(kind, spot, text, old=shown(before or ""), new=shown(after or ""))

    def field_added(self, field: Field, old: Record, new: Record, spot: Spot, walk: Walk) -> Found:
        """A field that only the new side declares."""
        name = shown(field.name)
        allowed = _undeclared(field.name, old)
        both = self.both(allowed, field.type)
        backward = _unless_undeclared(both.backward, allowed, old)
        forward = both.forward
        kind = "required-added" if field.required else "field-added"
        text = f"field `{name}` added"
        if field.required:
            backward = "break"
            text = f"required field `{name}` added: new readers refuse old messages, which do not have it"
            text += ". A `default` does not help a validator" if field.default is not None else ""
        if forward == "break":
            text += "; " if field.required else ": "
            text += "old readers refuse it" if old.rest is None else "old readers expect something else there"
        elif backward != "ok" and not field.required:
            text += ": old messages may hold something else under that name"
        yield Difference(
            kind,
            spot,
            text,
            new=type_text(field.type),
            backward=backward,
            forward=forward,
            source=_source(field, forward),
        )

    def field_removed(self, field: Field, old: Record, new: Record, spot: Spot, walk: Walk) -> Found:
        """A field that only the old side declares."""
        name = shown(field.name)
        allowed = _undeclared(field.name, new)
        both = self.both(field.type, allowed)
        backward = both.backward
        forward = _unless_undeclared(both.forward, allowed, new)
        kind = "required-removed" if field.required else "field-removed"
        text = f"field `{name}` removed: readers of the old version lose it"
        if field.required:
            forward = "break"
            text = f"required field `{name}` removed: old readers refuse messages without it"
        elif forward == "break":
            text = f"field `{name}` removed: old readers may meet something else under that name"
        if backward == "break":
            text += "; new readers refuse old messages that have it"
        yield Difference(
            kind, spot, text, old=type_text(field.type), backward=backward, forward=forward,
            source=_source(field, backward),
        )  # fmt: skip

    # ------------------------------------------------------------------------------------- lists and choices

    def sequences(self, old: Sequence, new: Sequence, spot: Spot, walk: Walk) -> Found:
        """The items of two lists, place by place."""
        for index in range(max(len(old.prefix), len(new.prefix))):
            before = old.prefix[index] if index < len(old.prefix) else old.items
            after = new.prefix[index] if index < len(new.prefix) else new.items
            yield Step(before, after, spot.into(f"[{index}]"))
        yield Step(old.items, new.items, spot.into("[]"))
        yield from constraint_differences(old, new, spot, self._inclusions)
        one, other = replace(_EMPTY_LIST, contains=old.contains), replace(_EMPTY_LIST, contains=new.contains)
        if not self._inclusions.is_same(one, other):
            both = self.both(one, other)
            text = f"what items there must be changed: {consequence(both)}"
            yield Difference("contains-changed", spot, text, backward=both.backward, forward=both.forward)

    def choices(self, old: Type, new: Type, spot: Spot, walk: Walk) -> Found:
        """Branches that are on one side alone; if there is one on each side, what differs between them."""
        before, after = _branches(old), _branches(new)
        removed = [one for one in before if not any(self._inclusions.is_same(one, other) for other in after)]
        added = [one for one in after if not any(self._inclusions.is_same(other, one) for other in before)]
        shared = len(before) > len(removed)
        nulls = [_NULL in removed, _NULL in added]
        removed, added = [one for one in removed if one != _NULL], [one for one in added if one != _NULL]
        if len(removed) <= 1 and len(added) <= 1 and (shared or any(nulls) or len(before) == len(after) == 1):
            if nulls[0]:
                yield Difference("null-removed", spot, "null is refused now; old messages may have it")
            if nulls[1]:
                yield Difference("null-added", spot, "null is allowed now; old readers refuse it")
            if removed and added:
                yield Step(removed[0], added[0], spot)
                return
            if any(nulls) and not removed and not added:
                return
        if removed and added:
            yield from self.leaves(old, new, spot, walk)
            return
        if not (removed or added):
            yield from self._same_branches(old, new, before, after, spot, walk)
            return
        both = self.both(old, new)
        for one in removed:
            text = f"the alternative `{type_text(one)}` is gone: {consequence(both)}"
            yield Difference("branch-removed", spot, text, type_text(one), "", both.backward, both.forward)
        for one in added:
            text = f"the alternative `{type_text(one)}` is new: {consequence(both)}"
            yield Difference("branch-added", spot, text, "", type_text(one), both.backward, both.forward)

    def _same_branches(
        self, old: Type, new: Type, before: list[Type], after: list[Type], spot: Spot, walk: Walk
    ) -> Found:
        """The same alternatives: what is noted in them, and whether one or several may fit."""
        for one in before:
            for other in after:
                if self._inclusions.is_same(one, other):
                    yield Step(one, other, spot)
                    break
        if not self._inclusions.is_same(old, new):
            yield from self.leaves(old, new, spot, walk)

    def symbol_added(self, symbol: Symbol, old: Enumeration, new: Enumeration, spot: Spot, walk: Walk) -> Found:
        """A constant of the new side alone."""
        text = f"enum value {constant_text(symbol.value)} added: old readers refuse it. Upgrade consumers first"
        yield Difference("symbol-added", spot, text, new=shown(symbol.name))

    def symbol_removed(self, symbol: Symbol, old: Enumeration, new: Enumeration, spot: Spot, walk: Walk) -> Found:
        """A constant of the old side alone."""
        text = f"enum value {constant_text(symbol.value)} removed: new readers refuse old messages that have it"
        yield Difference("symbol-removed", spot, text, old=shown(symbol.name))


_NULL = Scalar("null")
_EMPTY_LIST = Sequence(ANY)
_REWRITTEN = "written in another way; the values are the same"


class _Rules:
    """What a record says beside its fields, each as a record of its own."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def patterns(self) -> Record:
        """Its `patternProperties`."""
        return Record((), kind="object", patterns=self._record.patterns)

    def names(self) -> Record:
        """Its `propertyNames`."""
        return Record((), kind="object", names=self._record.names)

    def dependents(self) -> Record:
        """What its members bring with them."""
        return Record((), kind="object", dependents=self._record.dependents)


def _as_record(type_: Dictionary) -> Record:
    return Record(
        (), kind="object", rest=None if type_.values == NEVER else type_.values, constraints=type_.constraints
    )


def _declares(record: Record) -> bool:
    """Whether a record has fields of its own; one that has none is a map."""
    return bool(record.fields)


def _unless_undeclared(verdict: Verdict, allowed: Type, record: Record) -> Verdict:
    """What a writer's undeclared members do: a record that declares some is taken to write no others."""
    return "warn" if verdict == "break" and allowed == ANY and _declares(record) else verdict


def _branches(type_: Type) -> list[Type]:
    return list(type_.branches) if isinstance(type_, Choice) else [type_]


def _undeclared(name: str, record: Record) -> Type:
    """What a member must be that a record does not declare."""
    what: list[Type] = []
    for pattern, inner in record.patterns:
        matched = is_matched(pattern, name)
        if matched is None:
            return Scalar("opaque", name=pattern)
        what += [inner] if matched else []
    return meet(what) if what else record.rest or NEVER


def _source(field: Field, verdict: Verdict) -> str:
    if field.required:
        return REQUIRED
    return ADDITIONAL if verdict == "break" and UNDECLARED not in field.options else PROPERTIES
