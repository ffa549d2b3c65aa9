"""What differs between two Protobuf enums; values are paired by number, and several names may share one (aliases)."""

from __future__ import annotations

from collections.abc import Iterator

from eda_lint.errors import shown
from eda_lint.model.schema import Enumeration, Symbol, Verdict
from eda_lint.schemas.diff import Difference, Spot
from eda_lint.schemas.protobuf.messages import Reserved, reserved_changes
from eda_lint.schemas.protobuf.rows import VALUE_DELETED

_ByNumber = dict[int, list[Symbol]]


def enum_changes(old: Enumeration, new: Enumeration, spot: Spot) -> Iterator[Difference]:
    """Everything that differs between two enums."""
    yield from reserved_changes(old, new, spot, "RESERVED_ENUM_NO_DELETE")
    if old.open != new.open:
        yield _openness(new, spot)
    before, after = _by_number(old), _by_number(new)
    numbers = ({s.name: s.number for s in old.symbols}, {s.name: s.number for s in new.symbols})
    if not (old.open and new.open) and before and after and next(iter(before)) != next(iter(after)):
        message = (
            f"the first value, which an absent field means, is now `{shown(new.symbols[0].name)}` instead of "
            f"`{shown(old.symbols[0].name)}`."
        )
        yield Difference("enum-default-changed", spot, message)
    reserved = Reserved(old), Reserved(new)
    for number, symbols in before.items():
        others = after.get(number)
        if others is None:
            yield _removed(number, symbols, (old, new), reserved[1], numbers[1], spot)
        else:
            yield from _names(number, symbols, others, numbers, spot)
    for number, symbols in after.items():
        if number not in before and not any(symbol.name in numbers[0] for symbol in symbols):
            yield _added(number, symbols, old, reserved[0], spot)


def _by_number(enum: Enumeration) -> _ByNumber:
    numbers: _ByNumber = {}
    for symbol in enum.symbols:
        numbers.setdefault(symbol.number or 0, []).append(symbol)
    return numbers


def _names_of(symbols: list[Symbol]) -> str:
    return ", ".join(f"`{shown(symbol.name)}`" for symbol in symbols)


def _openness(new: Enumeration, spot: Spot) -> Difference:
    which = "old" if new.open else "new"
    message = (
        f"the enum is now {'open' if new.open else 'closed'}: readers of the {which} version take a number that they "
        "do not know for absent, those of the other keep it."
    )
    return Difference("enum-opened" if new.open else "enum-closed", spot, message)


def _removed(
    number: int,
    symbols: list[Symbol],
    enums: tuple[Enumeration, Enumeration],
    reserved: Reserved,
    names: dict[str, int | None],
    spot: Spot,
) -> Difference:
    old, new = enums
    inner = spot.into("", old_place=symbols[0].place)
    closed: Verdict = "break"
    moved = [symbol for symbol in symbols if symbol.name in names]
    if moved:
        message = (
            f"enum value {_names_of(moved)} now has number {names[moved[0].name]} instead of {number}: neither side "
            "knows the other's number. Give it the former one again."
        )
        return Difference(
            "symbol-renumbered",
            inner,
            message,
            backward="warn" if new.open else closed,
            forward="warn" if old.open else closed,
        )
    by_number = reserved.number(number)
    by_name = all(symbol.name in reserved.names for symbol in symbols)
    rules = tuple(
        rule
        for rule in VALUE_DELETED
        if not ((by_number and rule.endswith("NUMBER_RESERVED")) or (by_name and rule.endswith("NAME_RESERVED")))
    )
    what = "keep the bare number" if new.open else "take it for absent, since the enum is closed"
    mend = "" if by_number and by_name else " Reserve its number and name, or better keep it and mark it deprecated."
    message = f"enum value {_names_of(symbols)} ({number}) removed: new readers of old messages {what}.{mend}"
    verdict: Verdict = "warn" if new.open else closed
    return Difference("symbol-removed", inner, message, shown(symbols[0].name), backward=verdict, rules=rules)


def _added(number: int, symbols: list[Symbol], old: Enumeration, reserved: Reserved, spot: Spot) -> Difference:
    inner = spot.into("", new_place=symbols[0].place)
    what = "get the bare number" if old.open else "take it for absent, since the enum is closed"
    reuse = reserved.number(number) or any(symbol.name in reserved.names for symbol in symbols)
    more = " Its number or name is reserved, so older messages may hold it with another meaning." if reuse else ""
    message = f"enum value {_names_of(symbols)} ({number}) added: old readers of new messages {what}.{more}"
    return Difference(
        "symbol-added",
        inner,
        message,
        new=shown(symbols[0].name),
        backward="warn" if reuse else "ok",
        forward="warn" if old.open else "break",
    )


def _names(
    number: int,
    old: list[Symbol],
    new: list[Symbol],
    numbers: tuple[dict[str, int | None], dict[str, int | None]],
    spot: Spot,
) -> Iterator[Difference]:
    """Names of one number: kept, more of them (aliases), others, or exchanged with another number."""
    before, after = {symbol.name for symbol in old}, {symbol.name for symbol in new}
    if before == after:
        return
    inner = spot.into("", old_place=old[0].place, new_place=new[0].place)
    if before < after:
        message = f"enum value {number} has one more name: {_names_of([s for s in new if s.name not in before])}"
        yield Difference("symbol-alias-added", inner, message)
        return
    moved = any(numbers[1].get(name, number) != number for name in before - after)
    if after - before and (moved or any(numbers[0].get(name, number) != number for name in after - before)):
        message = (
            f"enum value {number} was {_names_of(old)} and is now {_names_of(new)}, while both sides know one of them "
            "under another number: readers take one for the other. Give each its former number again."
        )
        yield Difference("symbols-swapped", inner, message, _names_of(old), _names_of(new))
        return
    message = (
        f"enum value {number} renamed from {_names_of(old)} to {_names_of(new)}: bytes are the same, JSON and code are "
        "not. Keep the old name as an alias (`allow_alias`)."
    )
    rules = ("ENUM_VALUE_SAME_NAME",)
    yield Difference("symbol-renamed", inner, message, _names_of(old), _names_of(new), rules=rules)
