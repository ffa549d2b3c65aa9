"""The walk over two schemas: each pair once, no recursion, each direction by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from eda_lint.model.schema import (
    Choice,
    Definition,
    Dialect,
    Dictionary,
    Enumeration,
    Field,
    Record,
    Reference,
    Scalar,
    Schema,
    Sequence,
    Symbol,
    Type,
)
from eda_lint.schemas.dialect import DialectRules, Relation, Row
from eda_lint.schemas.diff import Difference, Found, Spot, Step, Walk, diff, resolve

INT, TEXT, ANY = Scalar("int64"), Scalar("string"), Scalar("any")


class Plain(DialectRules):
    """A dialect of defaults only: every type differs from every other."""

    name: ClassVar[Dialect] = "avro"
    rows: ClassVar[Mapping[str, Row]] = {
        "type-changed": Row("break", "break", "test"),
        "field-added": Row("ok", "ok", "test"),
        "required-removed": Row("ok", "break", "test"),
    }

    def read(self, files: Mapping[str, str]) -> Schema:
        raise NotImplementedError

    def relation(self, old: Type, new: Type, walk: Walk) -> Relation | None:
        return None if old == new else Relation("break", "break", "type-changed", "differs")


PLAIN = Plain()


def schema(root: Type | None, **definitions: Type) -> Schema:
    return Schema("avro", root, {name: Definition(name, type_) for name, type_ in definitions.items()})


def found(old: Schema, new: Schema) -> list[tuple[str, str]]:
    return [(one.kind, one.spot.path) for one in diff(PLAIN, old, new)]


def record(name: str = "", **fields: Type) -> Record:
    return Record(tuple(Field(field, type_) for field, type_ in fields.items()), name=name)


def test_parts_are_compared_in_the_order_of_the_schema() -> None:
    old = schema(record("R", a=Sequence(INT), b=Dictionary(TEXT), c=record(d=INT), gone=INT))
    new = schema(record("R", a=Sequence(TEXT), b=Dictionary(INT), c=record(d=TEXT), come=TEXT))
    assert found(old, new) == [
        ("type-changed", "R.a[]"),
        ("type-changed", "R.b{}"),
        ("type-changed", "R.c.d"),
        ("field-removed", "R.gone"),
        ("field-added", "R.come"),
    ]


def test_symbols_are_compared_by_name() -> None:
    old = schema(Enumeration((Symbol("A"), Symbol("B"))))
    new = schema(Enumeration((Symbol("B"), Symbol("C"))))
    assert [one.kind for one in diff(PLAIN, old, new)] == ["symbol-removed", "symbol-added"]


def test_a_choice_is_compared_as_a_whole_unless_the_dialect_knows_better() -> None:
    assert found(schema(Choice((INT, TEXT))), schema(Choice((INT,)))) == [("type-changed", "")]


def test_types_that_hold_themselves_are_looked_at_once() -> None:
    def tree(value: Type) -> Schema:
        return schema(Reference("T"), T=record("T", value=value, left=Reference("T"), right=Reference("T")))

    assert found(tree(INT), tree(TEXT)) == [("type-changed", "T.value")]


def test_types_that_hold_each_other_in_turns_end() -> None:
    one = schema(Reference("A"), A=record("A", next=Reference("B")), B=record("B", next=Reference("A")))
    same = schema(Reference("A"), A=record("A", next=Reference("A")))
    assert found(one, same) == []


def test_a_chain_longer_than_the_stack_is_followed_to_its_end() -> None:
    def chain(last: Type) -> Schema:
        definitions = {f"R{n}": record(f"R{n}", next=Reference(f"R{n + 1}")) for n in range(5000)}
        return schema(Reference("R0"), **definitions, R5000=record("R5000", value=last))

    assert [path.endswith(".next.value") for _, path in found(chain(INT), chain(TEXT))] == [True]


def test_without_a_root_definitions_are_compared_by_name() -> None:
    old, new = schema(None, A=record("A", x=INT), B=record("B")), schema(None, A=record("A", x=TEXT), C=record("C"))
    assert found(old, new) == [("type-changed", "A.x"), ("definition-removed", "B"), ("definition-added", "C")]


def test_references_to_references_are_followed_and_circles_left() -> None:
    definitions = schema(None, A=Reference("B"), B=INT, C=Reference("D"), D=Reference("C")).definitions
    assert resolve(definitions, Reference("A")) == INT
    assert resolve(definitions, Reference("C")) == Reference("C")
    assert resolve(definitions, Reference("E")) == Reference("E")


class OneWay(Plain):
    """A dialect that pairs the whole in one direction first, then in the other."""

    def start(self, walk: Walk) -> Found:
        assert walk.old.root is not None
        assert walk.new.root is not None
        yield Step(walk.old.root, walk.new.root, Spot("first", forward=False))
        yield Step(walk.old.root, walk.new.root, Spot("second"))
        yield Step(walk.old.root, walk.new.root, Spot("third"))


def test_a_pair_is_looked_at_once_per_direction() -> None:
    whole = schema(record("R", a=INT)), schema(record("R", a=TEXT))
    found = [(one.spot.path, one.spot.backward, one.spot.forward) for one in diff(OneWay(), *whole)]
    assert found == [("first.a", True, False), ("second.a", False, True)]


def test_what_is_found_counts_only_where_its_pair_holds() -> None:
    difference = Difference("type-changed", Spot("x", forward=False), "differs")
    assert PLAIN.verdict(difference, "backward") == "break"
    assert PLAIN.verdict(difference, "forward") == "ok"
    assert PLAIN.verdict(Difference("of no row", Spot("x"), ""), "forward") == "break"
    assert PLAIN.verdict(Difference("type-changed", Spot("x"), "", forward="warn"), "forward") == "warn"


def test_a_spot_inside_of_one_that_does_not_hold_does_not_hold() -> None:
    inner = Spot("a", backward=False).into("b", forward=False)
    assert (inner.path, inner.backward, inner.forward) == ("a.b", False, False)


def test_a_renamed_field_is_one_difference_and_does_what_both_halves_do() -> None:
    old = Record((Field("customer_id", INT, required=True), Field("note", TEXT)), name="R")
    new = Record((Field("customerId", INT, required=True), Field("note", TEXT)), name="R")
    (only,) = diff(PLAIN, schema(old), schema(new))
    assert (only.kind, only.old, only.new) == ("field-renamed", "customer_id", "customerId")
    assert (only.backward, only.forward) == ("break", "break")


def test_a_field_of_another_type_is_another_field() -> None:
    old, new = schema(record("R", customer_id=INT)), schema(record("R", customerId=TEXT))
    assert [kind for kind, _ in found(old, new)] == ["field-removed", "field-added"]


def test_comparing_on_trial_changes_nothing() -> None:
    left, right = schema(record("R", a=INT)), schema(record("R", a=TEXT))
    walk = Walk(PLAIN, left, right)
    assert left.root is not None
    assert right.root is not None
    tried = walk.compare(left.root, right.root)
    assert [one.kind for one in tried] == ["type-changed"]
    assert walk.compare(left.root, right.root) is tried
    assert [one.kind for one in walk.run()] == ["type-changed"]
