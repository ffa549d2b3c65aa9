"""Types as formulas over statements about one value; equal formulas are one object.

Negation is pushed down to the statements, each of which has a negation that is a statement again:

    type       it is of one of some types               in / out       it is (not) one of some constants
    ge gt le lt  a number's bound                       mult / nomult  a number's multiple
    length     a text's length is in a range            match / nomatch  a pattern is found in a text
    at / exat  if there is an n-th item, it is …; there is one and it is …
    from / exfrom  all items from the n-th on are …; one of them is …
    size       the number of items is in a range        count          the number of items that are … is in a range
    unique / twins  no two items are equal; two are
    all / some   every member whose name is … is …; there is one whose name is … and which is …
    has / lacks  there is a member of that name; there is none
    members    the number of members is in a range
    opaque / nopaque  something of which only the name is known

`one` holds if exactly one part does, `notone` if none or several do. Sources: JSON Schema 2020-12 core, 10 and
validation, 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

__all__ = ["ALL", "ARRAY", "BOOLEAN", "NULL", "NUMBER", "OBJECT", "STRING", "TYPES", "Formula", "Formulas", "type_bit"]

NULL, BOOLEAN, NUMBER, STRING, ARRAY, OBJECT = 1, 2, 4, 8, 16, 32
TYPES = (NULL, BOOLEAN, NUMBER, STRING, ARRAY, OBJECT)
ALL = 63
_BITS = {"z": NULL, "b": BOOLEAN, "n": NUMBER, "s": STRING, "a": ARRAY, "o": OBJECT}


def type_bit(value: Any) -> int:
    """The type of a frozen value."""
    return _BITS[value[0]]


class Formula:
    """A formula; compared by identity, for there is one object for equal ones."""

    __slots__ = ("args", "kind", "negation", "number")

    def __init__(self, kind: str, args: tuple[Any, ...], number: int) -> None:
        self.kind = kind
        self.args = args
        self.number = number
        self.negation: Formula | None = None

    def __repr__(self) -> str:
        return f"{self.kind}{self.args}"


_OPPOSITE = {
    "in": "out", "ge": "lt", "gt": "le", "le": "gt", "lt": "ge", "mult": "nomult", "match": "nomatch", "at": "exat",
    "from": "exfrom", "unique": "twins", "all": "some", "has": "lacks", "opaque": "nopaque", "ref": "noref",
    "one": "notone",
}  # fmt: skip
_OPPOSITE |= {there: back for back, there in _OPPOSITE.items()}
_INNER_LAST = frozenset(("at", "exat", "from", "exfrom", "all", "some"))
_RANGES = frozenset(("length", "size", "members"))


class Formulas:
    """Makes formulas, each once."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], Formula] = {}
        self.true = self._new("true", ())
        self.false = self._new("false", ())
        self.true.negation, self.false.negation = self.false, self.true
        self.expand: Callable[[Formula], Formula] = lambda reference: reference
        """What a reference stands for."""
        self.asked: set[Any] = set()
        """References that are being looked up for a value, with the value."""

    def _new(self, kind: str, args: tuple[Any, ...]) -> Formula:
        key = (kind, *(arg.number if isinstance(arg, Formula) else arg for arg in args))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Formula(kind, args, len(self._known))
        return found

    def statement(self, kind: str, *args: Any) -> Formula:
        """A statement, or true or false where it says nothing or cannot hold."""
        if kind == "type" and args[0] in (0, ALL):
            return self.true if args[0] else self.false
        if kind in ("in", "out") and not args[0]:
            return self.false if kind == "in" else self.true
        if kind in _RANGES or kind == "count":
            low, high = args[-2:]
            if high is not None and high < low:
                return self.false
            if low <= 0 and high is None:
                return self.true
        if kind in ("at", "from") and args[1].kind == "true":
            return self.true
        if kind in ("exat", "exfrom", "some") and args[1].kind == "false":
            return self.false
        return self._new(kind, args)

    def both(self, parts: Iterable[Formula]) -> Formula:
        """All parts hold."""
        return self._joined("and", parts, self.true, self.false)

    def either(self, parts: Iterable[Formula]) -> Formula:
        """One part holds at least."""
        return self._joined("or", parts, self.false, self.true)

    def one(self, parts: Iterable[Formula]) -> Formula:
        """One part holds exactly."""
        kept = sorted((part for part in parts if part is not self.false), key=lambda part: part.number)
        if len(kept) < 2:
            return kept[0] if kept else self.false
        return self._new("one", tuple(kept))

    def _joined(self, kind: str, parts: Iterable[Formula], nothing: Formula, decides: Formula) -> Formula:
        found: dict[int, Formula] = {}
        for part in parts:
            if part is decides:
                return decides
            for inner in part.args if part.kind == kind else (part,):
                if inner is not nothing:
                    found[inner.number] = inner
        for part in found.values():
            if part.negation is not None and part.negation.number in found:
                return decides
        if not found:
            return nothing
        if len(found) == 1:
            return next(iter(found.values()))
        return self._new(kind, tuple(found[number] for number in sorted(found)))

    def negate(self, formula: Formula) -> Formula:
        """The formula that holds where another does not."""
        if formula.negation is None:
            found = self._negated(formula)
            formula.negation = found
            if found.negation is None:
                found.negation = formula
        return formula.negation

    def _negated(self, formula: Formula) -> Formula:
        kind, args = formula.kind, formula.args
        if kind == "and":
            return self.either(self.negate(part) for part in args)
        if kind == "or":
            return self.both(self.negate(part) for part in args)
        if kind == "type":
            return self.statement("type", ALL & ~args[0])
        if kind in _RANGES or kind == "count":
            *what, low, high = args
            above = self.false if high is None else self.statement(kind, *what, high + 1, None)
            return self.either((self.statement(kind, *what, 0, low - 1), above))
        if kind in _INNER_LAST:
            return self.statement(_OPPOSITE[kind], args[0], self.negate(args[1]))
        return self.statement(_OPPOSITE[kind], *args)


def frozen(value: Any) -> Any:
    """A JSON value as something to compare and to hash: `True` is not 1, 1 is 1.0.

    A long array that was made up may end with how often its last item is repeated.
    """
    if value is None:
        return ("z",)
    if isinstance(value, bool):
        return ("b", value)
    if isinstance(value, int):
        return ("n", Fraction(value))
    if isinstance(value, float):
        return ("n", number(value))
    if isinstance(value, str):
        return ("s", value)
    if isinstance(value, dict):
        return ("o", tuple((key, frozen(value[key])) for key in sorted(value)))
    return ("a", tuple(frozen(inner) for inner in value))


def number(value: float) -> Fraction:
    """A number as it was written: 0.1 is a tenth."""
    if isinstance(value, int):
        return Fraction(value)
    return Fraction(repr(value)) if abs(value) < float("inf") else Fraction(10) ** 400 * (1 if value > 0 else -1)


def thawed(value: Any) -> Any:
    """A frozen value as a JSON value again."""
    kind = value[0]
    if kind == "z":
        return None
    if kind == "n":
        found: Fraction = value[1]
        return found.numerator if found.denominator == 1 else float(found)
    if kind == "o":
        return {key: thawed(inner) for key, inner in value[1]}
    if kind == "a":
        items = [thawed(inner) for inner in value[1]]
        return items + items[-1:] * value[2] if len(value) > 2 else items
    return value[1]


__all__ += ["frozen", "number", "thawed"]
