"""Pairs two schemas and yields what differs, without saying whom it breaks.

The walk is the same for every dialect: it takes pairs of types from a worklist (nothing recurses with the input, and
each pair of types is looked at once, so types may contain themselves), and asks the dialect's `Pairing` what differs
between the two and which pairs of parts to look at next.

A dialect may pair differently per direction: Avro's aliases count for the reader alone. So every step carries a
`Spot`, which says where it is and for which directions the pair holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from eda_lint.model.schema import Definition, Dialect, Named, Reference, Scalar, Schema, Type, Verdict
from eda_lint.model.topology import Place

_BOUND_OF_REFERENCES = 100
"""So many references in a row that name only references are taken for a circle."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a comparison stands.

    `path` leads from the message to the place. `backward`: the pair holds for a new reader of old data; `forward`: for
    an old reader of new data. What is found at a spot counts only in the directions for which the spot holds.
    """

    path: str
    old_place: Place | None = None
    new_place: Place | None = None
    backward: bool = True
    forward: bool = True

    def into(
        self,
        name: str,
        *,
        old_place: Place | None = None,
        new_place: Place | None = None,
        backward: bool = True,
        forward: bool = True,
    ) -> Spot:
        """The spot of a part called `name` (`[]`: the items of a list, `{}`: the values of a map); its places are
        those of the whole unless given."""
        joint = "." if self.path and name and name[0] not in "[{" else ""
        return Spot(
            path=f"{self.path}{joint}{name}",
            old_place=old_place or self.old_place,
            new_place=new_place or self.new_place,
            backward=self.backward and backward,
            forward=self.forward and forward,
        )

    def only(self, *, backward: bool = True, forward: bool = True) -> Spot:
        """The same spot for fewer directions."""
        backward, forward = self.backward and backward, self.forward and forward
        if (backward, forward) == (self.backward, self.forward):
            return self
        return Spot(self.path, self.old_place, self.new_place, backward, forward)


@dataclass(frozen=True, slots=True)
class Difference:
    """One neutral difference. `kind` is a row of the dialect's table in `compat`, which gives the verdicts unless
    they are given here (a relation of types, a verdict that depends on more than the kind)."""

    kind: str
    spot: Spot
    message: str
    old: str = ""
    new: str = ""
    backward: Verdict | None = None
    forward: Verdict | None = None
    source: str = ""
    wire: Verdict | None = None
    json: Verdict | None = None
    code: Verdict | None = None
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A pair of types to look at next."""

    old: Type
    new: Type
    spot: Spot


Found = Iterator[Difference | Step]
"""What a dialect answers about a pair: differences, and pairs of parts, in the order of the schema."""


class Pairing(Protocol):
    """What the walk asks a dialect."""

    def start(self, walk: Walk) -> Found:
        """The pairs to begin with (roots, or definitions by name) and what differs outside of types."""

    def types(self, old: Type, new: Type, spot: Spot, walk: Walk) -> Found:
        """What differs between two types, neither of which is a reference to a known definition."""


class Walk:
    """One comparison of two schemas; hands out definitions to the dialect while it runs."""

    def __init__(self, pairing: Pairing, old: Schema, new: Schema) -> None:
        self.pairing = pairing
        self.old = old
        self.new = new
        self._speculative: dict[tuple[int, int], tuple[Difference, ...]] = {}
        self._kept: list[Type] = []
        self._depth = 0
        self._left = _PAIRS_OF_CANDIDATES

    @property
    def dialect(self) -> Dialect:
        """The dialect both sides are written in."""
        return self.old.dialect

    def old_type(self, type_: Type) -> Type:
        """The type that a reference of the old schema names; a reference nobody defines stays one."""
        return resolve(self.old.definitions, type_)

    def new_type(self, type_: Type) -> Type:
        """The type that a reference of the new schema names; a reference nobody defines stays one."""
        return resolve(self.new.definitions, type_)

    def run(self) -> tuple[Difference, ...]:
        """Every difference, in the order of the schemas."""
        return tuple(self._follow(self.pairing.start(self)))

    def compare(self, old: Type, new: Type) -> tuple[Difference, ...]:
        """What would differ if the two were a pair: for a dialect that chooses among several candidates.

        Candidates inside of candidates are tried to a depth of 20, and 20,000 pairs are looked at in all; what lies
        beyond counts as fitting.
        """
        before, after = self.old_type(old), self.new_type(new)
        key = (id(before), id(after))
        known = self._speculative.get(key)
        if known is not None:
            return known
        if self._depth >= _BOUND_OF_CANDIDATES or self._left <= 0:
            return ()
        self._kept += (before, after)  # Identities stay unique as long as their objects live.
        self._speculative[key] = ()  # A pair met again inside of itself holds if the rest does.
        self._depth += 1
        try:
            found = tuple(self._follow(iter((Step(old, new, Spot("")),))))
        finally:
            self._depth -= 1
        self._speculative[key] = found
        return found

    def _follow(self, first: Found) -> Iterator[Difference]:
        seen: dict[tuple[int, int], tuple[bool, bool]] = {}
        open_questions = [first]
        while open_questions:
            found = next(open_questions[-1], None)
            if found is None:
                open_questions.pop()
            elif isinstance(found, Difference):
                yield found
            else:
                if self._depth:
                    self._left -= 1
                    if self._left <= 0:
                        return
                old, new = self.old_type(found.old), self.new_type(found.new)
                spot = _unseen(seen, old, new, found.spot)
                if spot is not None:
                    open_questions.append(iter(self.pairing.types(old, new, spot, self)))


_BOUND_OF_CANDIDATES = 20
_PAIRS_OF_CANDIDATES = 20_000


def _unseen(seen: dict[tuple[int, int], tuple[bool, bool]], old: Type, new: Type, spot: Spot) -> Spot | None:
    """The spot for the directions in which the pair was not yet looked at; None if there is none left."""
    if not (spot.backward or spot.forward):
        return None
    if isinstance(old, Scalar) or isinstance(new, Scalar):
        return spot
    key = (id(old), id(new))
    backward, forward = seen.get(key, (False, False))
    seen[key] = (backward or spot.backward, forward or spot.forward)
    rest = spot.only(backward=not backward, forward=not forward)
    return rest if rest.backward or rest.forward else None


def resolve(definitions: Mapping[str, Definition], type_: Type) -> Type:
    """The type that a reference names, through references to references; itself for any other type, for a name that
    is not defined, and for references that go in a circle."""
    found = type_
    for _ in range(_BOUND_OF_REFERENCES):
        if not isinstance(found, Reference):
            return found
        definition = definitions.get(found.name)
        if definition is None:
            return found
        found = definition.type
    return type_


def name_of(type_: Type) -> str:
    """The full name of a named type or reference, else an empty text."""
    return type_.name if isinstance(type_, Named | Reference) else ""


def diff(pairing: Pairing, old: Schema, new: Schema) -> tuple[Difference, ...]:
    """Every difference between two schemas of one dialect."""
    return Walk(pairing, old, new).run()


def differences(found: Iterable[Difference | Step]) -> tuple[Difference, ...]:
    """The differences alone, without the steps."""
    return tuple(one for one in found if isinstance(one, Difference))
