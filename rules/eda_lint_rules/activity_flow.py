"""What is sure about the order of two effects of one activity, and when a write becomes permanent."""

from __future__ import annotations

from collections.abc import Iterator

from eda_lint.model.topology import Activity, Arm, Effect

WRITES = frozenset({"set", "delete", "upsert", "conditional", "insert", "increment", "append"})
"""Effects that change a store."""
_READING_METHODS = frozenset({"", "GET", "HEAD", "OPTIONS", "TRACE"})
_PASSED = frozenset({"try", "else", "finally", "loop", "with"})
"""Arms that a run which goes on behind them went through: the body of a `try`, of a loop over what is there."""


def exclusive(first: Effect, second: Effect) -> bool:
    """Whether no run reaches both: they stand in different arms of one branch.

    The body of a `try` and its `except` count as exclusive: what an `except` does, it does because the body failed.
    """
    return any(one.id == other.id and _exclude(one, other) for one in first.path for other in second.path)


def _exclude(first: Arm, second: Arm) -> bool:
    if "finally" in (first.kind, second.kind):
        return False
    if "except" in (first.kind, second.kind):
        return (first.kind, first.arm) != (second.kind, second.arm)
    return first.kind == second.kind and first.kind in ("if", "case") and first.arm != second.arm


def precedes(first: Effect, second: Effect) -> bool:
    """Whether every run that reaches `second` has been through `first`."""
    if first.order >= second.order or exclusive(first, second):
        return False
    around = {(arm.id, arm.kind, arm.arm) for arm in second.path}
    return all((arm.id, arm.kind, arm.arm) in around or arm.kind in _PASSED for arm in first.path)


def changes_the_world(effect: Effect) -> bool:
    """Whether losing, or repeating, the effect would be noticed: a durable write, or something sent."""
    if not effect.durable:
        return False
    if effect.kind == "http":
        return effect.method not in _READING_METHODS
    return effect.kind in WRITES or effect.kind in ("send", "charge", "publish", "enqueue")


def durable_writes(activity: Activity) -> Iterator[Effect]:
    """Changes of a store that outlives the process, in order."""
    return (effect for effect in activity.effects if effect.kind in WRITES and effect.durable)


def commit_of(activity: Activity, write: Effect) -> Effect | None:
    """The commit that makes a write permanent: the first of its transaction after it. None where none is seen; a write
    in no transaction is permanent at once then."""
    for effect in activity.effects:
        if effect.kind == "commit" and effect.transaction == write.transaction and effect.order > write.order:
            return effect
    return None


def function_of(activity: Activity, effect: Effect) -> str:
    """The function that an effect's call stands in."""
    return effect.via[-1].function if effect.via else activity.function
