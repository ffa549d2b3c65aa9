"""What is said of a change to an Avro schema."""

from __future__ import annotations

from collections.abc import Iterable

from eda_lint.errors import shown
from eda_lint.model.schema import Field, Fixed, Named, Scalar, Type, Verdict
from eda_lint.schemas.avro.types import LOGICAL, RESOLUTION, avro_text, reads, reads_logical
from eda_lint.schemas.dialect import Pair, Relation, worst
from eda_lint.schemas.diff import Difference, Spot

# ------------------------------------------------------------------------------------------------------- names


def name_changes(old: Named, new: Named, spot: Spot, backward: bool, forward: bool) -> Iterable[Difference]:
    """The name of a type, which readers match; `backward`, `forward`: they do in that direction."""
    if old.name == new.name:
        return
    before, after = shown(old.name), shown(new.name)
    if not (backward or forward):
        message = (
            f"`{before}` is called `{after}` now: neither side can read the other's data. "
            f"With the alias `{before}`, new readers can read old data"
        )
        yield Difference("definition-renamed", spot, message, before, after)
    elif backward and forward:
        message = f"`{before}` is called `{after}` now: readers and registries that compare full names refuse it"
        yield Difference("namespace-changed", spot, message, before, after)
    elif backward:
        message = f"`{before}` is called `{after}` now: readers of the old version do not know that name"
        yield Difference("renamed-with-alias", spot, message, before, after)
    else:
        message = f"`{before}` is called `{after}` now, which was its alias: old data is under a name nobody reads"
        yield Difference("renamed-to-alias", spot, message, before, after)


def renamed_with_alias(
    old: Field, new: Field, forward: str | None, backward: str | None, pair: Pair[Field], spot: Spot
) -> Difference:
    """A field found under an alias. In a direction in which it is not found, what a missing field means."""
    before, after = shown(old.name), shown(new.name)
    missing_backward = _missing(new) if backward is None else "ok"
    missing_forward = _missing(old) if forward is None else "ok"
    if pair.backward and pair.forward:
        message = f"field `{before}` is called `{after}` now; each side knows the other's name as an alias"
    elif pair.backward:
        message = f"field `{before}` is called `{after}` now; readers of the old version do not find it"
    else:
        message = f"field `{before}` is called `{after}` now, which was its alias; nobody reads the old name"
    return Difference(
        "renamed-with-alias",
        spot,
        message,
        before,
        after,
        backward=missing_backward,
        forward=missing_forward,
        source="Avro specification, Aliases",
    )


def _missing(field: Field) -> Verdict:
    return "break" if field.required else "warn"


# -------------------------------------------------------------------------------------------------------- types


def from_to(old: Type, new: Type) -> str:
    """The beginning of a message about a type."""
    return f"the type changed from {avro_text(old)} to {avro_text(new)}"


def relation_of(old: Type, new: Type, *, backward: bool = True, forward: bool = True) -> Relation | None:
    """How two types relate that are primitive, fixed, or of different shape, in the directions that are asked for."""
    if isinstance(old, Fixed) and isinstance(new, Fixed) and old.size != new.size:
        message = f"the size changed from {old.size} to {new.size} bytes: neither side can read the other's data"
        return Relation("break", "break", "fixed-size-changed", message, RESOLUTION)
    ok: Verdict = "ok"
    there, back = reads(new, old) if backward else ok, reads(old, new) if forward else ok
    (meant, why), (meant_back, why_back) = _meaning(new, old, backward), _meaning(old, new, forward)
    if there == back == "ok":
        if meant == meant_back == "ok":
            return None
        message = f"{from_to(old, new)}: {why or why_back}"
        return Relation(meant, meant_back, "logical-type-changed", message, LOGICAL)
    parts = [_conversion(there, back, backward, forward)]
    parts += [why if there != "break" else "", why_back if back != "break" and not why else ""]
    message = f"{from_to(old, new)}: {'; '.join(part for part in parts if part)}"
    there, back = worst((there, meant)), worst((back, meant_back))
    return Relation(there, back, _kind(there, back, backward, forward), message, RESOLUTION)


def _kind(there: Verdict, back: Verdict, backward: bool, forward: bool) -> str:
    if there == back or (not (backward and forward) and "break" in (there, back)):
        return "type-changed"
    return "type-narrowed" if there == "break" or (back == "warn" and there == "ok") else "type-widened"


def _meaning(reader: Type, writer: Type, asked: bool) -> tuple[Verdict, str]:
    """What becomes of the meaning where the bytes decode, and why."""
    if asked and isinstance(reader, Scalar | Fixed) and isinstance(writer, Scalar | Fixed):
        return reads_logical(reader, writer)
    return "ok", ""


def _conversion(there: Verdict, back: Verdict, backward: bool, forward: bool) -> str:
    """Which side converts the other's values, in the directions that are asked for."""
    if there == back == "break":
        return "neither side can read the other's data"
    parts = []
    for verdict, asked, reader, data in ((there, backward, "new", "old"), (back, forward, "old", "new")):
        if asked and verdict == "break":
            parts.append(f"{reader} readers cannot read {data} data")
        elif asked:
            lossy = " with a loss of precision" if verdict == "warn" else ""
            parts.append(f"{reader} readers convert {data} data{lossy}")
    return "; ".join(parts)


def same(old: object, new: object) -> bool:
    """Two defaults are the same value: 1 and 1.0 are, 1 and true are not."""
    return old == new and isinstance(old, bool) == isinstance(new, bool)


# ------------------------------------------------------------------------------------------------------- unions


def branch_removed(branch: Type, old: Type, new: Type, spot: Spot) -> Difference:
    """A writer's branch that new readers have no branch for."""
    if _is_null(branch):
        message = "null is not allowed any more: old data may hold it, and new readers cannot read it"
        return Difference("null-removed", spot, message, avro_text(old), avro_text(new))
    message = f"{from_to(old, new)}: old data may hold {avro_text(branch)}, and new readers cannot read it"
    return Difference("branch-removed", spot, message, avro_text(old), avro_text(new))


def branch_added(branch: Type, old: Type, new: Type, spot: Spot) -> Difference:
    """A writer's branch that old readers have no branch for."""
    if _is_null(branch):
        message = "null is allowed now: readers of the old version cannot read it. Update every reader first"
        return Difference("null-added", spot, message, avro_text(old), avro_text(new))
    message = f"{from_to(old, new)}: readers of the old version cannot read {avro_text(branch)}"
    return Difference("branch-added", spot, message, avro_text(old), avro_text(new))


def _is_null(branch: Type) -> bool:
    return isinstance(branch, Scalar) and branch.kind == "null"
