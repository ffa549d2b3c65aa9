"""What a message is promised to look like, and how that promise changed.

A `Contract` is a schema that reaches a channel (or any schema, with `all-schemas`); `Evolution` is what became of it
since an older state. Link and `schemas` make them, rules judge them.
"""

from __future__ import annotations

from dataclasses import dataclass

from eda_lint.model.schema import Comparison, Dialect, Schema
from eda_lint.model.topology import Place


@dataclass(frozen=True, slots=True)
class FieldRead:
    """A field of a message, by its own name on the wire, and where a service reads it."""

    field: str
    service: str
    place: Place
    required: bool = True
    """It fails without the field (`order["total"]`, `order.total`, not `order.get("total")`)."""


@dataclass(frozen=True, slots=True)
class Contract:
    """One message type's schema in the source."""

    name: str
    """The type's name in its dialect, full where names have a namespace (`shop.OrderPlaced`)."""
    dialect: Dialect
    place: Place
    """Where the type is defined."""
    schema: Schema
    """The schema whose `root` is this type (or whose definitions hold it by `name`)."""
    version: str = ""
    """The version that the schema says it has; empty if it says none."""
    channels: tuple[str, ...] = ()
    """Ids of the channels that it is sent to or read from, sorted."""
    sends: tuple[str, ...] = ()
    """Ids of the operations that send it."""
    receives: tuple[str, ...] = ()
    """Ids of the operations that read it."""
    whole: bool = False
    """It is a document with all that it defines, and not one type of it."""
    reads: tuple[FieldRead, ...] = ()
    """Where handlers read its fields."""
    readers_known: bool = False
    """All code of the code base that receives it is known, and reads no field that is not in `reads`."""
    parsed: bool = False
    """A handler reads the message into this very type, or checks it against it: what does not fit is refused."""

    @property
    def identity(self) -> str:
        """What finds the same contract in another state of the code base: file and name."""
        return f"{self.place.file}::{self.name}"


@dataclass(frozen=True, slots=True)
class Evolution:
    """A contract, and what changed since one older version of it."""

    contract: Contract
    since: str
    """The older version, as a user would name it: `main (3f2a1bc)`, `schemas.lock`, `orders-value version 4`."""
    comparison: Comparison
    old_file: str = ""
    """Where the older version lay, if it lay elsewhere."""
    removed: bool = False
    """The contract is no longer there; `contract` is then the old one."""
    asks_backward: bool = True
    """The mode asks that new readers can read old data."""
    asks_forward: bool = True
    """The mode asks that old readers can read new data."""


@dataclass(frozen=True, slots=True)
class Divergence:
    """A model class and a checked-in schema of the same message that do not say the same (EDA907)."""

    model: Contract
    document: Contract
    comparison: Comparison
    """The document taken for old, the model for new."""
