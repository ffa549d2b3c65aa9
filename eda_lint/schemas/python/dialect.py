"""How two versions of Python classes are compared: by the names on the wire, each reader against each writer.

Sources: https://docs.pydantic.dev/latest/concepts/models/#extra-data, /concepts/alias/,
https://jcristharif.com/msgspec/schema-evolution.html, https://marshmallow.readthedocs.io/en/stable/quickstart.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from eda_lint.errors import shown
from eda_lint.model.schema import (
    Constant,
    Default,
    Definition,
    Dialect,
    Dictionary,
    Enumeration,
    Field,
    Record,
    Scalar,
    Schema,
    Sequence,
    Symbol,
    Type,
    Verdict,
)
from eda_lint.schemas.dialect import DialectRules, Pair, Relation, Row, pair_by, worst
from eda_lint.schemas.diff import Difference, Found, Spot, Step, Walk
from eda_lint.schemas.display import type_text
from eda_lint.schemas.python.choices import compare_choices
from eda_lint.schemas.python.definitions import pair_definitions
from eda_lint.schemas.python.pairing import moved, pair_positions, pair_wire_names
from eda_lint.schemas.python.reader import read_files
from eda_lint.schemas.python.relation import OK, bound_taken, code_of, constraints_of, converts, takes, takes_key
from eda_lint.schemas.python.rows import ROWS


class PythonRules(DialectRules):
    """Python classes."""

    name: ClassVar[Dialect] = "python"
    rows: ClassVar[Mapping[str, Row]] = ROWS
    rename_mend: ClassVar[str] = "Let readers take both names (`AliasChoices`) before anybody writes the new one"

    def read(self, files: Mapping[str, str]) -> Schema:
        """Every model that some files define. Raises SchemaError if none can be parsed."""
        return read_files(files)

    def start(self, walk: Walk) -> Found:
        """Definitions by name, those that no other one holds first; one that was renamed with the same fields too."""
        for pair in pair_definitions(walk.old, walk.new):
            if pair.old is not None and pair.new is not None:
                spot = Spot(shown(pair.new.name), pair.old.place, pair.new.place)
                if pair.old.name.rpartition(".")[2] != pair.new.name.rpartition(".")[2]:
                    message = f"class `{shown(pair.old.name)}` is now `{shown(pair.new.name)}`"
                    yield Difference("definition-renamed", spot, message, old=pair.old.name, new=pair.new.name)
                yield Step(pair.old.type, pair.new.type, spot)
            elif pair.old is not None:
                yield self.definition_removed(pair.old, walk)
            elif pair.new is not None:
                yield self.definition_added(pair.new, walk)

    def definition_removed(self, definition: Definition, walk: Walk) -> Difference:
        """A message that is no longer defined."""
        spot = Spot(shown(definition.name), old_place=definition.place)
        message = f"class `{shown(definition.name)}` removed: messages of it that are still kept have no reader"
        return Difference("definition-removed", spot, message)

    # -------------------------------------------------------------------------------------------------- pairing

    def pair_fields(self, old: Record, new: Record, walk: Walk) -> list[Pair[Field]]:
        """Fields by position where records are arrays, else by the names on the wire, per direction."""
        if old.positional and new.positional:
            return pair_positions(old, new)
        return pair_wire_names(old, new)

    def pair_symbols(self, old: Enumeration, new: Enumeration, walk: Walk) -> list[Pair[Symbol]]:
        """Symbols of the same value: that is what is written."""
        return pair_by({_symbol_key(one): one for one in old.symbols}, {_symbol_key(one): one for one in new.symbols})

    # ---------------------------------------------------------------------------------------------------- types

    def types(self, old: Type, new: Type, spot: Spot, walk: Walk) -> Found:
        """What differs between two types, and their constraints."""
        if isinstance(old, Record) and isinstance(new, Record) and old.positional != new.positional:
            message = "written as an array on one side and as an object on the other"
            yield Difference("encoding-changed", spot, message, old=_encoding(old), new=_encoding(new))
            return
        yield from super().types(old, new, spot, walk)
        yield from self._constraints(old, new, spot)

    def choices(self, old: Type, new: Type, spot: Spot, walk: Walk) -> Found:
        """Unions: each branch of the writer must be taken by one of the reader."""
        yield from compare_choices(old, new, spot, walk, self.verdict)

    def sequences(self, old: Sequence, new: Sequence, spot: Spot, walk: Walk) -> Found:
        """Items, positions of tuples, and whether duplicates are kept."""
        if old.prefix or new.prefix:
            yield from _tuples(old, new, spot)
            return
        if (old.name == "set") != (new.name == "set"):
            message = f"{old.name} became {new.name}: a set keeps each value once and in no order"
            to_set = new.name == "set"
            yield Difference(
                "collection-changed", spot, message, old.name, new.name,
                backward="warn" if to_set else "ok", forward="ok" if to_set else "warn",
            )  # fmt: skip
        yield Step(old.items, new.items, spot.into("[]"))

    def relation(self, old: Type, new: Type, walk: Walk) -> Relation | None:
        """Whether a reader of either type takes every value of the other."""
        if isinstance(old, Dictionary) and isinstance(new, Record):
            return self._record_and_dictionary(new, old, walk, record_is_new=True)
        if isinstance(old, Record) and isinstance(new, Dictionary):
            return self._record_and_dictionary(old, new, walk, record_is_new=False)
        backward, forward = takes(new, old), takes(old, new)
        if backward == OK and forward == OK:
            return None
        reason = backward.reason if backward.verdict != "ok" else forward.reason
        if backward.verdict != "ok" and forward.verdict != "ok" and backward.reason != forward.reason:
            reason = f"{backward.reason}; {forward.reason}"
        message = f"type changed from {type_text(old)} to {type_text(new)}: {reason}"
        return Relation(backward.verdict, forward.verdict, "type-changed", message)

    def _record_and_dictionary(
        self, record: Record, dictionary: Dictionary, walk: Walk, *, record_is_new: bool
    ) -> Relation | None:
        """A dict reader takes a record if its values take every field; a record reader takes no dict for sure."""
        values = walk.old_type(dictionary.values) if record_is_new else walk.new_type(dictionary.values)
        fields = [(walk.new_type if record_is_new else walk.old_type)(field.type) for field in record.fields]
        answers = [takes(values, one).verdict for one in fields]
        by_dictionary = worst(answers)
        to_record: Verdict = "break" if any(field.required for field in record.fields) else "warn"
        backward, forward = (to_record, by_dictionary) if record_is_new else (by_dictionary, to_record)
        before, after = (dictionary, record) if record_is_new else (record, dictionary)
        message = f"type changed from {type_text(before)} to {type_text(after)}: a dict may lack the fields of a class"
        return Relation(backward, forward, "type-changed", message)

    def dictionaries(self, old: Dictionary, new: Dictionary, spot: Spot, walk: Walk) -> Found:
        """Keys (as texts on the wire) and values."""
        before, after = walk.old_type(old.keys), walk.new_type(new.keys)
        if not (isinstance(before, Scalar | Enumeration) and isinstance(after, Scalar | Enumeration)):
            yield Step(old.keys, new.keys, spot.into("{key}"))
            yield Step(old.values, new.values, spot.into("{}"))
            return
        by_new, by_old = takes_key(after, before), takes_key(before, after)
        if by_new != OK or by_old != OK:
            message = f"keys changed from {type_text(before)} to {type_text(after)}: {by_new.reason or by_old.reason}"
            yield Difference(
                "type-changed", spot.into("{key}"), message, type_text(before), type_text(after),
                by_new.verdict, by_old.verdict,
            )  # fmt: skip
        yield Step(old.values, new.values, spot.into("{}"))

    # ------------------------------------------------------------------------------------------------ what differs

    def fields(self, old: Record, new: Record, spot: Spot, walk: Walk) -> Found:
        """Fields that feed each other, then those of one side alone, per direction."""
        removed: list[Field] = []
        added: list[Field] = []
        shifted = moved(old, new) if old.positional else set()
        for pair in self.pair_fields(old, new, walk):
            before, after = pair.old, pair.new
            if before is not None and after is not None:
                inner = spot.into(
                    shown(after.name), old_place=before.place, new_place=after.place,
                    backward=pair.backward, forward=pair.forward,
                )  # fmt: skip
                if old.positional and before.name != after.name and after.name in shifted:
                    message = f"`{shown(after.name)}` stands where `{shown(before.name)}` stood: values change places"
                    yield Difference("field-moved", inner, message, before.name, after.name)
                yield from self.field_changes(before, after, inner, walk)
                yield from self._field_types(before, after, inner, walk)
            elif before is not None and pair.backward and pair.forward:
                removed.append(before)
            elif after is not None and pair.backward and pair.forward:
                added.append(after)
            elif before is not None:
                inner = spot.into(shown(before.name), old_place=before.place)
                inner = inner.only(backward=pair.backward, forward=pair.forward)
                yield from self.field_removed(before, old, new, inner, walk)
            elif after is not None:
                inner = spot.into(shown(after.name), new_place=after.place)
                inner = inner.only(backward=pair.backward, forward=pair.forward)
                yield from self.field_added(after, old, new, inner, walk)
        yield from self.unpaired(removed, added, old, new, spot, walk)

    def _field_types(self, before: Field, after: Field, spot: Spot, walk: Walk) -> Found:
        """The types of two fields. A reader that converts first may take more than its annotation says: its breaks
        are warnings then."""
        by_new, by_old = _converts(after), _converts(before)
        if not (by_new or by_old):
            yield Step(before.type, after.type, spot)
            return
        found = walk.compare(before.type, after.type)
        backward = worst(self.verdict(one, "backward") for one in found)
        forward = worst(self.verdict(one, "forward") for one in found)
        if (backward, forward) != ("ok", "ok"):
            yield Difference(
                "type-changed", spot,
                f"type changed from {type_text(before.type)} to {type_text(after.type)}, with code that converts",
                type_text(before.type), type_text(after.type),
                backward="warn" if by_new and backward == "break" else backward,
                forward="warn" if by_old and forward == "break" else forward,
            )  # fmt: skip

    def record_changes(self, old: Record, new: Record, spot: Spot, walk: Walk) -> Found:
        """What a reader does with fields it does not declare, and the tag that tells records apart."""
        if old.tag != new.tag:
            yield from _tags(old, new, spot)
        if old.rest is not None and new.rest is not None:
            yield Step(old.rest, new.rest, spot.into("{}"))
        elif old.rest is not None:
            yield Difference("closed", spot, f"`{_record(new)}` refuses undeclared fields now; it ignored them before")
        elif new.rest is not None:
            yield Difference("opened", spot, f"`{_record(new)}` ignores undeclared fields now; it refused them before")

    def field_added(self, field: Field, old: Record, new: Record, spot: Spot, walk: Walk) -> Found:
        """A new field: old data lacks it, and an old reader that refuses what it does not declare refuses it."""
        refused = takes(old.rest, walk.new_type(field.type)).verdict if old.rest is not None else "break"
        name = shown(field.name)
        message = f"field `{name}` added" + (
            ": a new reader refuses old messages, which lack it. Give it a default" if field.required else ""
        )
        if refused == "break":
            message += f"; old readers of `{_record(old)}` refuse fields they do not declare"
        elif _family(old) in ("attrs", "dataclass"):
            message += f"; old readers that call `{_record(old)}(**message)` refuse it"
        kind = "required-added" if field.required else "field-added" if refused != "break" else "field-added-closed"
        yield Difference(
            kind, spot, message, new=type_text(field.type),
            backward="break" if field.required else "ok", forward=refused,
        )  # fmt: skip

    def field_removed(self, field: Field, old: Record, new: Record, spot: Spot, walk: Walk) -> Found:
        """A field that is gone: old readers may require it, and a new reader may refuse old data that has it."""
        refused = takes(new.rest, walk.old_type(field.type)).verdict if new.rest is not None else "break"
        name = shown(field.name)
        message = f"field `{name}` removed" + (
            ": old readers refuse messages without it. Keep writing it until no reader requires it"
            if field.required
            else ""
        )
        if refused == "break":
            message += f"; `{_record(new)}` refuses fields it does not declare, so it refuses old messages"
        kind = (
            "required-removed" if field.required else "field-removed" if refused != "break" else "field-removed-closed"
        )
        yield Difference(
            kind, spot, message, old=type_text(field.type),
            backward=refused, forward="break" if field.required else "ok",
        )  # fmt: skip

    def field_changes(self, old: Field, new: Field, spot: Spot, walk: Walk) -> Found:
        """Whether it may be left out, what stands for it then, and the code that checks it."""
        name = shown(new.name)
        if new.required and not old.always:
            message = f"field `{name}` is required now: old messages may lack it. Give it a default"
            verdict = _if_left_out(old, walk.old_type(old.type))
            yield Difference("optional-to-required", spot.only(forward=False), message, backward=verdict)
        if old.required and not new.always:
            message = f"field `{name}` may be left out now: old readers refuse messages without it"
            verdict = _if_left_out(new, walk.new_type(new.type))
            yield Difference("required-to-optional", spot.only(backward=False), message, forward=verdict)
        if old.default is not None and new.default is not None and _differ(old.default, new.default):
            before, after = shown(old.default.text), shown(new.default.text)
            message = f"default of `{name}` changed from {before} to {after}: messages without it mean something else"
            yield Difference("default-changed", spot, message, old=before, new=after)
        old_code, new_code = _code(old), _code(new)
        if old_code != new_code:
            names = ", ".join(shown(str(one)) for one in sorted(old_code ^ new_code, key=str))
            message = f"code that checks `{name}` changed ({names}): what it refuses is not known"
            yield Difference(
                "validator-changed", spot, message,
                backward="warn" if new_code - old_code else "ok", forward="warn" if old_code - new_code else "ok",
            )  # fmt: skip

    def enumeration_changes(self, old: Enumeration, new: Enumeration, spot: Spot, walk: Walk) -> Found:
        """Nothing but the members counts."""
        yield from ()

    def symbol_added(self, symbol: Symbol, old: Enumeration, new: Enumeration, spot: Spot, walk: Walk) -> Found:
        """A new value: old readers refuse it, unless their `_missing_` takes care of it."""
        name = shown(symbol.name)
        message = f"value `{name}` added: old readers refuse it. Let readers learn it before anybody writes it"
        verdict = "warn" if old.default is not None else "break"
        yield Difference("symbol-added", spot, message, new=name, forward="warn" if verdict == "warn" else "break")

    def symbol_removed(self, symbol: Symbol, old: Enumeration, new: Enumeration, spot: Spot, walk: Walk) -> Found:
        """A value that is gone: a new reader refuses old messages with it, unless `_missing_` takes care of it."""
        name = shown(symbol.name)
        message = f"value `{name}` removed: a new reader refuses old messages that have it"
        yield Difference(
            "symbol-removed", spot, message, old=name, backward="warn" if new.default is not None else "break"
        )

    def _constraints(self, old: Type, new: Type, spot: Spot) -> Found:
        """Bounds of both types: a reader with narrower ones refuses what the other wrote."""
        before, after = constraints_of(old), constraints_of(new)
        for keyword in sorted({*before, *after}):
            has_old, has_new = keyword in before, keyword in after
            if has_old and has_new:
                by_new = bound_taken(keyword, after[keyword], before[keyword])
                by_old = bound_taken(keyword, before[keyword], after[keyword])
                if by_new.verdict == "ok" and by_old.verdict == "ok":
                    continue
                message = f"`{keyword}` changed from {_bound(before[keyword])} to {_bound(after[keyword])}"
                reason = by_new.reason or by_old.reason
                yield Difference(
                    "constraint-changed", spot, f"{message}: {reason}", _bound(before[keyword]), _bound(after[keyword]),
                    by_new.verdict, by_old.verdict,
                )  # fmt: skip
            elif has_new:
                message = f"`{keyword}` {_bound(after[keyword])} added: a new reader refuses old values beyond it"
                yield Difference("constraint-added", spot, message, new=_bound(after[keyword]))
            else:
                message = f"`{keyword}` {_bound(before[keyword])} removed: old readers refuse values beyond it"
                yield Difference("constraint-removed", spot, message, old=_bound(before[keyword]))


def _if_left_out(field: Field, type_: Type) -> Verdict:
    """What a writer's field with a default means for a reader that requires it. A constant with itself as default
    (`kind: Literal["placed"] = "placed"`) is there to be written, and is left out only if a writer is told to."""
    is_constant = isinstance(type_, Enumeration) and len(type_.symbols) == 1 and field.default is not None
    return "warn" if is_constant else "break"


def _tuples(old: Sequence, new: Sequence, spot: Spot) -> Found:
    """Sequences of which at least one has so many items."""
    if old.prefix and new.prefix:
        if len(old.prefix) != len(new.prefix):
            message = f"tuple of {len(old.prefix)} items became one of {len(new.prefix)}: readers check the length"
            yield Difference("length-changed", spot, message, type_text(old), type_text(new))
        for index, (before, after) in enumerate(zip(old.prefix, new.prefix, strict=False)):
            yield Step(before, after, spot.into(f"[{index}]"))
        return
    message = "a tuple of so many items on one side, a collection of any number on the other"
    yield Difference(
        "length-changed", spot, message, type_text(old), type_text(new),
        backward="break" if new.prefix else "ok", forward="break" if old.prefix else "ok",
    )  # fmt: skip
    for index, one in enumerate(old.prefix or new.prefix):
        before, after = (one, new.items) if old.prefix else (old.items, one)
        yield Step(before, after, spot.into(f"[{index}]"))


def _tags(old: Record, new: Record, spot: Spot) -> Found:
    """Tags of records: a reader that has one refuses another, and one without a tag ignores it."""
    before, after = _tag(old), _tag(new)
    message = f"tag changed from {before} to {after}"
    yield Difference(
        "tag-changed", spot, message, before, after,
        backward="break" if old.tag and new.tag else "ok", forward="break" if old.tag and new.tag else "ok",
    )  # fmt: skip


def _tag(record: Record) -> str:
    return f"{shown(record.tag[0])}={shown(record.tag[1])}" if record.tag is not None else "none"


def _symbol_key(symbol: Symbol) -> str:
    return f"{type(symbol.value).__name__}:{symbol.value}"


def _converts(field: Field) -> bool:
    return any(name == "converter" for name, _ in field.options) or converts(field.type)


def _code(field: Field) -> frozenset[Constant]:
    """Names of the code that checks or converts a field."""
    return frozenset(value for name, value in field.options if name in ("validator", "converter")) | code_of(field.type)


def _differ(old: Default, new: Default) -> bool:
    return (old.value, old.factory) != (new.value, new.factory) or (old.value is None and old.text != new.text)


def _bound(value: Constant) -> str:
    return shown(str(value))


def _record(record: Record) -> str:
    return shown(record.name) or record.kind


def _family(record: Record) -> str:
    return dict(record.options).get("family", "")


def _encoding(record: Record) -> str:
    return "array" if record.positional else "object"


DIALECT = PythonRules()
