"""What is said of a change to an Avro schema."""

from __future__ import annotations

from collections.abc import Iterable

from eda_lint.errors import shown
from eda_lint.model.schema import Field, Fixed, Named, Scalar, Type, Verdict
from eda_lint.schemas.avro.types import LOGICAL, reads_logical
from eda_lint.schemas.dialect import Pair, Relation
from eda_lint.schemas.diff import Difference, Spot
from eda_lint.schemas.display import type_text

# ------------------------------------------------------------------------------------------------------- names


def name_changes(old: Named, new: Named, spot: Spot, backward: bool, forward: bool) -> Iterable[Difference]:
    """The name of a type, which readers match; `backward`, `forward`: they do in that direction."""
    if old.name == new.name:
        return
    before, after = shown(old.name), shown(new.name)
    if not (backward or forward):
        message = (
            f"`{before}` is called `{after}` now: neither side can read the other's data. Give it the alias `{before}`"
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
    return f"the type changed from {type_text(old)} to {type_text(new)}"


def meaning_of(old: Type, new: Type) -> Relation | None:
    """What becomes of the meaning where the bytes decode."""
    if not (isinstance(old, Scalar | Fixed) and isinstance(new, Scalar | Fixed)):
        return None
    (backward, why), (forward, other) = reads_logical(new, old), reads_logical(old, new)
    if backward == forward == "ok":
        return None
    return Relation(backward, forward, "logical-type-changed", f"{from_to(old, new)}: {why or other}", LOGICAL)


def promotion_message(old: Type, new: Type, backward: Verdict, forward: Verdict) -> str:
    """Which side converts the other's values of a primitive type."""
    lossy = " with a loss of precision" if "warn" in (backward, forward) else ""
    if forward == "break":
        return f"{from_to(old, new)}: new readers convert old data{lossy}; old readers cannot read new data"
    if backward == "break":
        return f"{from_to(old, new)}: old readers convert new data{lossy}; new readers cannot read old data"
    return f"{from_to(old, new)}: each side converts the other's data"


def same(old: object, new: object) -> bool:
    """Two defaults are the same value: 1 and 1.0 are, 1 and true are not."""
    return old == new and isinstance(old, bool) == isinstance(new, bool)


# ------------------------------------------------------------------------------------------------------- unions


def branch_removed(branch: Type, old: Type, new: Type, spot: Spot) -> Difference:
    """A writer's branch that new readers have no branch for."""
    if _is_null(branch):
        message = "null is not allowed any more: old data may hold it, and new readers cannot read it"
        return Difference("null-removed", spot, message, type_text(old), type_text(new))
    message = f"{from_to(old, new)}: old data may hold {type_text(branch)}, and new readers cannot read it"
    return Difference("branch-removed", spot, message, type_text(old), type_text(new))


def branch_added(branch: Type, old: Type, new: Type, spot: Spot) -> Difference:
    """A writer's branch that old readers have no branch for."""
    if _is_null(branch):
        message = "null is allowed now: readers of the old version cannot read it. Update every reader first"
        return Difference("null-added", spot, message, type_text(old), type_text(new))
    message = f"{from_to(old, new)}: readers of the old version cannot read {type_text(branch)}"
    return Difference("branch-added", spot, message, type_text(old), type_text(new))


def _is_null(branch: Type) -> bool:
    return isinstance(branch, Scalar) and branch.kind == "null"
