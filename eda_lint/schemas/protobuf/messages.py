"""What differs between two Protobuf messages besides their fields: oneofs, reservations, extension ranges, options."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from eda_lint.errors import shown
from eda_lint.model.schema import Enumeration, Field, Record
from eda_lint.schemas.diff import Difference, Spot

Ranges = tuple[tuple[int, int], ...]


class Reserved:
    """The numbers and names that a message or an enum reserves, made to be asked often."""

    def __init__(self, owner: Record | Enumeration) -> None:
        self.first, self.last = _merged(owner.reserved_numbers)
        self.names = frozenset(owner.reserved_names)

    def number(self, number: int | None) -> bool:
        """Whether a number is reserved."""
        return number is not None and _inside(self.first, self.last, number, number)


def _merged(ranges: Ranges) -> tuple[list[int], list[int]]:
    """First and last numbers of ranges that neither overlap nor touch, in order."""
    first: list[int] = []
    last: list[int] = []
    for low, high in sorted(ranges):
        if last and low <= last[-1] + 1:
            last[-1] = max(last[-1], high)
        else:
            first.append(low)
            last.append(high)
    return first, last


def _inside(first: list[int], last: list[int], low: int, high: int) -> bool:
    index = bisect_right(first, low) - 1
    return index >= 0 and high <= last[index]


def lacking(old: Ranges, new: Ranges) -> Iterator[tuple[int, int]]:
    """Ranges of the old side of which the new side's ranges do not cover every number."""
    if old == new:
        return
    first, last = _merged(new)
    for low, high in old:
        if not _inside(first, last, low, high):
            yield low, high


def message_changes(old: Record, new: Record, spot: Spot) -> Iterator[Difference]:
    """Everything that differs between two messages but their fields."""
    yield from reserved_changes(old, new, spot, "RESERVED_MESSAGE_NO_DELETE")
    for first, last in lacking(old.extension_numbers, new.extension_numbers):
        message = f"extension {_span(first, last)} withdrawn: extensions with these numbers are no longer read."
        yield Difference("extension-range-removed", spot, message)
    if old.options != new.options:
        yield from _options(dict(old.options), dict(new.options), spot)
    if any(field.oneof for field in (*old.fields, *new.fields)):
        yield from _oneofs(old, new, spot)


def reserved_changes(
    old: Record | Enumeration, new: Record | Enumeration, spot: Spot, rule: str
) -> Iterator[Difference]:
    """Reservations of numbers and names that were given up."""
    if old.reserved_numbers:
        for first, last in lacking(old.reserved_numbers, new.reserved_numbers):
            message = (
                f"number {_span(first, last)} no longer reserved: who takes it gives old messages another meaning."
            )
            yield Difference("reserved-removed", spot, message, rules=(rule,))
    kept = frozenset(new.reserved_names) if old.reserved_names else ()
    for name in old.reserved_names:
        if name not in kept:
            message = f"name `{shown(name)}` no longer reserved: who takes it gives old JSON another meaning."
            yield Difference("reserved-removed", spot, message, rules=(rule,))


def _span(first: int, last: int) -> str:
    return f"number {first}" if first == last else f"numbers {first} to {last}"


def _options(old: Mapping[str, str], new: Mapping[str, str], spot: Spot) -> Iterator[Difference]:
    def differs(option: str, default: str = "false") -> bool:
        return old.get(option, default) != new.get(option, default)

    if differs("message_set_wire_format"):
        message = "the option `message_set_wire_format` changed: the same fields are other bytes. Take it back."
        yield Difference("message-set-changed", spot, message)
    if new.get("no_standard_descriptor_accessor") == "true" and differs("no_standard_descriptor_accessor"):
        message = "the option `no_standard_descriptor_accessor` was set: C++ code loses `descriptor()`."
        rules = ("MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR",)
        yield Difference("message-option-changed", spot, message, rules=rules)
    if old.get("json_format", "ALLOW") == "ALLOW" and differs("json_format", "ALLOW"):
        message = f"JSON is no longer promised to work (json_format {shown(new['json_format'])})."
        yield Difference("json-format-changed", spot, message)


# -------------------------------------------------------------------------------------------------------- oneofs


def _oneofs(old: Record, new: Record, spot: Spot) -> Iterator[Difference]:
    """Fields that exclude each other on one side only: data that holds several of them loses all but the last."""
    before = {field.number: field for field in old.fields}
    after = {field.number: field for field in new.fields}
    both = [number for number in before if number in after]
    for name, numbers in _groups(new.fields, both).items():
        if len({_class(before[number]) for number in numbers}) > 1:
            fields = ", ".join(f"`{shown(after[number].name)}`" for number in numbers)
            message = (
                f"{fields} now exclude each other in oneof `{shown(name)}`: a new reader of an old message that holds "
                "several of them keeps only the last. Put only new fields into a oneof."
            )
            yield Difference("oneof-merged", spot, message)
    for name, numbers in _groups(old.fields, both).items():
        if len({_class(after[number]) for number in numbers}) > 1:
            fields = ", ".join(f"`{shown(before[number].name)}`" for number in numbers)
            message = (
                f"{fields} excluded each other in oneof `{shown(name)}` and no longer do: an old reader of a new "
                "message that holds several of them keeps only the last. Leave them in their oneof."
            )
            yield Difference("oneof-split", spot, message)
    kept = {field.oneof for field in new.fields}
    for name in dict.fromkeys(field.oneof for field in old.fields):
        if name and name not in kept:
            yield Difference("oneof-removed", spot, f"oneof `{shown(name)}` removed: code that asks for it fails.")


def _groups(fields: Iterable[Field], numbers: Iterable[int | None]) -> dict[str, list[int | None]]:
    groups: dict[str, list[int | None]] = {}
    wanted = set(numbers)
    for field in fields:
        if field.oneof and field.number in wanted:
            groups.setdefault(field.oneof, []).append(field.number)
    return groups


def _class(field: Field) -> tuple[str, int | None]:
    """What a field shares with those that exclude it: its oneof, or nothing but itself."""
    return (field.oneof, None) if field.oneof else ("", field.number)
