"""JSON Schema's rules: what differs part by part, held against a proof over all values.

The parts say what changed and where. Whether a reader refuses anything is a question about whole messages: a part that
looks tighter may be one that no message has, and parts that look alike may refuse what they allow one by one (`oneOf`).
So each pair of whole types is asked for inclusion in both directions, and where that is decided, it decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from eda_lint.errors import shown
from eda_lint.model.schema import Schema, Type, Verdict
from eda_lint.model.topology import Place
from eda_lint.schemas.dialect import DialectRules, Relation, worst
from eda_lint.schemas.diff import Difference, Found, Spot, Step, Walk
from eda_lint.schemas.inclusion import Inclusion, Inclusions
from eda_lint.schemas.jsonschema.consequences import witness_text
from eda_lint.schemas.jsonschema.reader import read_jsonschema
from eda_lint.schemas.jsonschema.rows import ROWS, TYPE
from eda_lint.schemas.jsonschema.structure import Structure

__all__ = ["DIALECT", "JsonSchemaRules"]

_Direction = Literal["backward", "forward"]


class JsonSchemaRules(DialectRules):
    """The dialect as the comparison asks for it."""

    name = "jsonschema"
    rows = ROWS

    def read(self, files: Mapping[str, str]) -> Schema:
        """The schema that some files hold together. Raises SchemaError if none can be read."""
        return read_jsonschema(files)

    def relation(self, old: Type, new: Type, walk: Walk) -> Relation | None:
        """How two types relate as wholes."""
        return Structure(Inclusions(walk.old, walk.new)).relation(old, new, walk)

    def start(self, walk: Walk) -> Found:
        """Every difference, judged: the roots if both sides have one, else the definitions by name; then what is
        noted in definitions and refuses nothing."""
        inclusions = Inclusions(walk.old, walk.new)
        structure = Structure(inclusions)
        if walk.old.root is not None and walk.new.root is not None:
            yield from _judged(walk.old.root, walk.new.root, Spot(""), structure, inclusions, walk)
            yield from _noted(structure, inclusions, walk)
            return
        before, after = _definitions(walk.old), _definitions(walk.new)
        for name, (type_, place) in before.items():
            spot = Spot(_title(name), place)
            if name in after:
                spot = Spot(_title(name), place, after[name][1])
                yield from _judged(type_, after[name][0], spot, structure, inclusions, walk)
            else:
                yield Difference("definition-removed", spot, f"schema `{spot.path}` removed: nobody reads its messages")
        for name, (_, place) in after.items():
            if name not in before:
                spot = Spot(_title(name), new_place=place)
                yield Difference("definition-added", spot, f"schema `{spot.path}` added")


def _definitions(schema: Schema) -> dict[str, tuple[Type, Place | None]]:
    found = {name: (each.type, each.place) for name, each in schema.definitions.items()}
    return {"#": (schema.root, None), **found} if schema.root is not None else found


def _title(name: str) -> str:
    """The last part of a definition's pointer: `Order` of `#/components/schemas/Order`."""
    tail = name.removesuffix("/payload").rpartition("/")[2]
    return shown(tail.replace("~1", "/").replace("~0", "~") or name)


def _judged(
    old: Type, new: Type, spot: Spot, structure: Structure, inclusions: Inclusions, walk: Walk
) -> Iterator[Difference]:
    """What differs between two whole types, with verdicts that agree with the proof."""
    found = Walk(_From(structure, Step(old, new, spot)), walk.old, walk.new).run()
    if inclusions.is_same(old, new):
        yield from found
        return
    for direction in ("backward", "forward"):
        found = _held_against(found, old, new, spot, direction, inclusions, structure)
    yield from found


def _held_against(
    found: tuple[Difference, ...],
    old: Type,
    new: Type,
    spot: Spot,
    direction: _Direction,
    inclusions: Inclusions,
    structure: Structure,
) -> tuple[Difference, ...]:
    """The differences with the verdict of one direction lowered to what the proof says, or one more if it is worse."""
    ask = inclusions.backward if direction == "backward" else inclusions.forward
    whole = ask(old, new)
    said = worst(structure.verdict(each, direction) for each in found)
    if whole.answer == "yes":
        return tuple(_lowered(each, direction, "ok", structure) for each in found) if said == "break" else found
    if ask(old, new, closed=True).answer == "yes":
        return tuple(_lowered(each, direction, "warn", structure) for each in found) if said == "break" else found
    if said == "break" or whole.answer == "unknown":
        return found
    return (*found, _refused(whole, direction, spot))


def _lowered(difference: Difference, direction: _Direction, most: Verdict, structure: Structure) -> Difference:
    if structure.verdict(difference, direction) != "break":
        return difference
    reader, writer = ("new", "old") if direction == "backward" else ("old", "new")
    seen = f"no {writer} message shows it to a {reader} reader"
    if most == "warn":
        seen = f"only {writer} messages with undeclared members show it to a {reader} reader"
    changed = replace(difference, message=f"{difference.message} ({seen})")
    return replace(changed, backward=most) if direction == "backward" else replace(changed, forward=most)


def _refused(whole: Inclusion, direction: _Direction, spot: Spot) -> Difference:
    """What no part shows by itself."""
    reader, writer = ("new", "old") if direction == "backward" else ("old", "new")
    text = f"{reader} readers refuse {witness_text(whole)}, which an {writer} writer may send"
    if direction == "backward":
        return Difference("values-refused", spot, text, backward="break", forward="ok", source=TYPE)
    return Difference("values-refused", spot, text, backward="ok", forward="break", source=TYPE)


def _noted(structure: Structure, inclusions: Inclusions, walk: Walk) -> Iterator[Difference]:
    """What differs in definitions that allow the same values, so that nobody went into them."""
    for name, before in walk.old.definitions.items():
        after = walk.new.definitions.get(name)
        if after is None or not inclusions.is_same(before.type, after.type):
            continue
        if structure.notes.of(before.type) != structure.notes.of(after.type):
            spot = Spot(_title(name), before.place, after.place)
            yield from Walk(_From(structure, Step(before.type, after.type, spot)), walk.old, walk.new).run()


class _From:
    """The structure's rules, begun at one pair."""

    def __init__(self, structure: Structure, first: Step) -> None:
        self._structure = structure
        self._first = first

    def start(self, walk: Walk) -> Found:
        """The one pair."""
        yield self._first

    def types(self, old: Type, new: Type, spot: Spot, walk: Walk) -> Found:
        """What the structure says."""
        return self._structure.types(old, new, spot, walk)


DIALECT = JsonSchemaRules()
"""The rules of JSON Schema."""
