"""Which fields of two versions of a class feed each other."""

from __future__ import annotations

from eda_lint.model.schema import Field, Record
from eda_lint.schemas.dialect import Pair


def reads(field: Field) -> tuple[str, ...]:
    """The names under which a reader finds a field, in the order in which it looks."""
    return (field.wire_name, *field.read) if field.reads_written else field.read


def pair_wire_names(old: Record, new: Record) -> list[Pair[Field]]:
    """Each reader's field with the writer's field whose name on the wire it reads.

    A pair holds in both directions, or in one (a new name whose reader still takes the old one); a field that no
    field of the other side feeds, or that feeds none, stands alone in that direction.
    """
    into_new = _fed(new, old)
    into_old = _fed(old, new)
    found: list[Pair[Field]] = []
    for before, after in into_new.values():
        back = into_old.get(before.name)
        found.append(Pair(before, after, backward=True, forward=back is not None and back[0] is after))
    for after, before in into_old.values():
        ahead = into_new.get(after.name)
        if ahead is None or ahead[0] is not before:
            found.append(Pair(before, after, backward=False, forward=True))
    return [*found, *_alone(old, into_new, into_old, old_side=True), *_alone(new, into_old, into_new, old_side=False)]


_Fed = dict[str, tuple[Field, Field]]
"""By the name of the reader's field: (writer's field, reader's field)."""


def _fed(reader: Record, writer: Record) -> _Fed:
    written = {field.wire_name: field for field in writer.fields}
    found: _Fed = {}
    for field in reader.fields:
        name = next((name for name in reads(field) if name in written), None)
        if name is not None:
            found[field.name] = (written[name], field)
    return found


def _alone(record: Record, as_writer: _Fed, as_reader: _Fed, *, old_side: bool) -> list[Pair[Field]]:
    """Fields of one side that feed no field of the other, or that none feeds."""
    feeding = {id(writer) for writer, _ in as_writer.values()}
    found: list[Pair[Field]] = []
    for field in record.fields:
        feeds, is_fed = id(field) in feeding, field.name in as_reader
        if feeds and is_fed:
            continue
        # The old side writes what a new reader reads: backward.
        backward, forward = (not feeds, not is_fed) if old_side else (not is_fed, not feeds)
        old, new = (field, None) if old_side else (None, field)
        found.append(Pair(old, new, backward=backward, forward=forward))
    return found


def pair_positions(old: Record, new: Record) -> list[Pair[Field]]:
    """Fields at the same position; then those that one side has more."""
    both = [Pair(before, after) for before, after in zip(old.fields, new.fields, strict=False)]
    removed: list[Pair[Field]] = [Pair(field, None) for field in old.fields[len(new.fields) :]]
    added: list[Pair[Field]] = [Pair(None, field) for field in new.fields[len(old.fields) :]]
    return [*both, *removed, *added]


def moved(old: Record, new: Record) -> set[str]:
    """Names that stand at a position where another name stood, one of the two being a field of both sides: values
    change places. A new name at an old position is only a rename."""
    before, after = {field.name for field in old.fields}, {field.name for field in new.fields}
    return {
        then.name
        for now, then in zip(old.fields, new.fields, strict=False)
        if now.name != then.name and (now.name in after or then.name in before)
    }
