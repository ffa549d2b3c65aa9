"""Avro: what each change does to either side, and what is said of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from eda_lint.model.schema import Comparison
from eda_lint.schemas import compare, read
from eda_lint.schemas.avro import DIALECT


def compared(old: Any, new: Any) -> Comparison:
    return compare(json.dumps(old), json.dumps(new), dialect="avro")


def record(*fields: Any, name: str = "Order", **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": name, "fields": list(fields), **more}


def field(name: str, type_: Any = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": type_, **more}


def enum(*symbols: str, **more: Any) -> dict[str, Any]:
    return {"type": "enum", "name": "Kind", "symbols": list(symbols), **more}


def decimal(precision: int, scale: int) -> dict[str, Any]:
    return {"type": "bytes", "logicalType": "decimal", "precision": precision, "scale": scale}


def logical(base: str, name: str) -> dict[str, Any]:
    return {"type": base, "logicalType": name}


ID = field("id")
OPTIONAL = field("note", default="")
KINDS: list[tuple[str, Any, Any, list[tuple[str, str, str]]]] = [
    ("default added", record(ID), record(field("id", default="")), [("default-added", "ok", "ok")]),
    ("default changed", record(OPTIONAL), record(field("note", default="-")), [("default-changed", "warn", "warn")]),
    ("field with default", record(ID), record(ID, OPTIONAL), [("field-added", "ok", "ok")]),
    ("field without", record(ID), record(ID, field("note")), [("required-added", "break", "ok")]),
    ("documentation", record(ID), record(field("id", doc="what it is", order="ignore")), []),
    ("order of fields", record(ID, OPTIONAL), record(OPTIONAL, ID), []),
    (
        "field with an alias",
        record(field("mail")),
        record(field("email", aliases=["mail"])),
        [("renamed-with-alias", "ok", "break")],
    ),
    (
        "optional field with an alias",
        record(field("mail", default="")),
        record(field("email", aliases=["mail"], default="")),
        [("renamed-with-alias", "ok", "warn")],
    ),
    (
        "both know each other",
        record(field("mail", aliases=["email"])),
        record(field("email", aliases=["mail"])),
        [("renamed-with-alias", "ok", "ok")],
    ),
    (
        "back to the alias",
        record(field("email", aliases=["mail"])),
        record(field("mail")),
        [("renamed-with-alias", "break", "ok")],
    ),
    ("type under an alias", record(field("a", "int")), record(field("b", "string", aliases=["a"])), [
        ("renamed-with-alias", "ok", "break"), ("type-changed", "break", "ok"),
    ]),
    ("renamed without alias", record(field("user_id")), record(field("userId")), [("field-renamed", "break", "break")]),
    (
        "optional one renamed",
        record(field("user_id", default="")),
        record(field("userId", default="")),
        [("field-renamed", "warn", "warn")],
    ),
    ("another field", record(field("total")), record(field("city")), [
        ("required-removed", "ok", "break"), ("required-added", "break", "ok"),
    ]),
    ("symbol", enum("A"), enum("A", "B"), [("symbol-added", "ok", "break")]),
    (
        "symbol, old default",
        enum("A", default="A"),
        enum("A", "B", default="A"),
        [("symbol-added-to-default", "ok", "warn")],
    ),
    ("symbol, new default", enum("A"), enum("A", "B", default="A"), [
        ("enum-default-added", "ok", "ok"), ("symbol-added", "ok", "break"),
    ]),
    ("order of symbols", enum("A", "B"), enum("B", "A"), []),
    ("enum default", enum("A", "B", default="A"), enum("A", "B", default="B"), [
        ("enum-default-changed", "warn", "warn"),
    ]),
    ("int to long", "int", "long", [("type-widened", "ok", "break")]),
    ("long to float", "long", "float", [("type-widened", "warn", "break")]),
    ("string to bytes", "string", "bytes", []),
    ("boolean to int", "boolean", "int", [("type-changed", "break", "break")]),
    ("items", {"type": "array", "items": "int"}, {"type": "array", "items": "long"}, [
        ("type-widened", "ok", "break"),
    ]),
    ("array to map", {"type": "array", "items": "int"}, {"type": "map", "values": "int"}, [
        ("type-changed", "break", "break"),
    ]),
    ("null", "string", ["null", "string"], [("null-added", "ok", "break")]),
    ("branch promoted", ["int", "string"], ["string", "long"], [("branch-added", "ok", "break")]),
    ("nothing in common", ["int", "null"], ["string"], [("type-changed", "break", "break")]),
    ("date", "int", logical("int", "date"), [("logical-type-changed", "warn", "warn")]),
    ("zone", logical("long", "timestamp-millis"), logical("long", "local-timestamp-millis"), [
        ("logical-type-changed", "warn", "warn"),
    ]),
    ("unit", logical("long", "timestamp-millis"), logical("long", "timestamp-micros"), [
        ("logical-type-changed", "break", "break"),
    ]),
    ("unit and width", logical("int", "time-millis"), logical("long", "time-micros"), [
        ("type-changed", "break", "break"),
    ]),
    ("scale", decimal(6, 2), decimal(6, 3), [("logical-type-changed", "break", "break")]),
    ("precision", decimal(6, 2), decimal(8, 2), [("logical-type-changed", "warn", "break")]),
    ("record name", record(ID), record(ID, name="Sale"), [("definition-renamed", "break", "break")]),
    ("alias of the record", record(ID), record(ID, name="Sale", aliases=["Order"]), [
        ("renamed-with-alias", "ok", "break"),
    ]),
    ("namespace", record(ID), record(ID, namespace="shop"), [("namespace-changed", "warn", "warn")]),
    ("fixed", {"type": "fixed", "name": "F", "size": 2}, {"type": "fixed", "name": "F", "size": 4}, [
        ("fixed-size-changed", "break", "break"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), [one[1:] for one in KINDS], ids=[one[0] for one in KINDS])
def test_a_change_is_told_by_its_kind_and_whom_it_breaks(
    old: Any, new: Any, expected: list[tuple[str, str, str]]
) -> None:
    changes = compared(old, new).changes
    assert [(one.kind, one.backward, one.forward) for one in changes] == expected
    assert all(one.message and one.source for one in changes)


@pytest.mark.parametrize(("old", "new"), [one[1:3] for one in KINDS], ids=[one[0] for one in KINDS])
def test_the_reverse_change_has_the_mirrored_verdicts(old: Any, new: Any) -> None:
    there, back = compared(old, new), compared(new, old)
    assert (there.backward, there.forward) == (back.forward, back.backward)


def test_every_kind_is_a_row_of_the_table() -> None:
    seen = {
        change.kind for _, old, new, _ in KINDS for change in (*compared(old, new).changes, *compared(new, old).changes)
    }
    assert seen <= set(DIALECT.rows)


def test_a_union_takes_the_branch_that_can_be_read_not_the_first_of_that_name() -> None:
    wide = record(field("x"), field("y"), name="Point", namespace="a")
    narrow = record(field("x"), name="Point", namespace="b")
    written = record(field("x"), name="Point", namespace="c")
    assert compared(written, ["null", wide, narrow]).backward == "warn"
    assert compared(written, ["null", wide]).backward == "break"


def test_the_full_name_goes_before_the_unqualified_one() -> None:
    old = [record(field("x", "int"), name="Point", namespace="b")]
    new = [
        record(field("x", "long"), name="Point", namespace="a"),
        record(field("x", "int"), name="Point", namespace="b"),
    ]
    assert [one.kind for one in compared(old, new).changes if one.backward != "ok"] == []


def test_a_path_leads_to_the_change_and_places_to_both_sides() -> None:
    address = record(field("zip", "int"), name="Address")
    old = record(field("customer", record(field("homes", {"type": "array", "items": address}), name="Customer")))
    new = json.loads(json.dumps(old).replace('"int"', '"string"'))
    one, other = (json.dumps(data, indent=1) for data in (old, new))
    (change,) = compare({"old.avsc": one}, {"new.avsc": other}, dialect="avro").changes
    assert change.path == "Order.customer.homes[].zip"
    assert change.old_place is not None
    assert change.new_place is not None
    assert one.splitlines()[change.old_place.line - 1].strip() == '"name": "zip",'
    assert (change.old_place.file, change.new_place.file) == ("old.avsc", "new.avsc")
    assert (change.old, change.new) == ("int", "string")


def test_a_type_used_twice_is_told_once() -> None:
    money = record(field("cents", "int"), name="Money")
    old = record(field("net", money), field("gross", "Money"))
    new = json.loads(json.dumps(old).replace('"int"', '"long"'))
    assert [one.path for one in compared(old, new).changes] == ["Order.net.cents"]


def test_types_that_hold_themselves_end() -> None:
    old = record(field("value", "int"), field("next", ["null", "Order"]))
    new = record(field("value", "long"), field("next", ["null", "Order"]))
    assert [one.path for one in compared(old, new).changes] == ["Order.value"]


def test_without_a_root_types_are_paired_by_name_alias_or_unqualified_name() -> None:
    def files(*records: Any) -> dict[str, str]:
        return {f"{number}.avsc": json.dumps(one) for number, one in enumerate(records)}

    old = files(record(ID, name="A"), record(ID, name="B"), record(ID, name="x.C"), record(ID, name="D"))
    new = files(record(ID, name="A"), record(ID, name="E", aliases=["B"]), record(ID, name="y.C"), record(ID, name="F"))
    changes = compare(old, new, dialect="avro").changes
    assert [(one.kind, one.path) for one in changes] == [
        ("renamed-with-alias", "E"),
        ("namespace-changed", "y.C"),
        ("definition-added", "F"),
        ("definition-removed", "D"),
    ]


def test_messages_of_a_protocol_are_compared() -> None:
    def protocol(*names: str, type_: str = "int") -> str:
        messages = {name: {"request": [field("a", type_)], "response": type_} for name in names}
        return json.dumps({"protocol": "P", "types": [], "messages": messages})

    comparison = compare(protocol("get", "put"), protocol("get", "post"), dialect="avro")
    assert [(one.kind, one.path) for one in comparison.changes] == [
        ("method-removed", "P.put"),
        ("method-added", "P.post"),
    ]
    changed = compare(protocol("get"), protocol("get", type_="long"), dialect="avro").changes
    assert [one.path for one in changed] == ["P.get.request.a", "P.get.response"]


def test_names_that_are_not_defined_are_compared_by_name() -> None:
    old, new = (read(json.dumps(record(field("a", name))), dialect="avro") for name in ("Nowhere", "Elsewhere"))
    assert compare(old, old, dialect="avro").changes == ()
    assert compare(old, new, dialect="avro").backward == "break"
    assert compare(old, json.dumps(record(field("a", "string"))), dialect="avro").backward == "break"


def test_a_name_that_one_side_does_not_define_is_taken_for_the_type_of_that_name() -> None:
    known = record(field("a", ["null", record(ID, name="Money", namespace="shop")]))
    unknown = record(field("a", ["null", "shop.Money"]))
    comparison = compared(known, unknown)
    assert comparison.changes == ()
    assert [problem.message for problem in comparison.problems] == ["type `shop.Money` is not defined"]
    assert compared(unknown, known).changes == ()


def test_hostile_names_are_shown_on_one_line() -> None:
    comparison = compared(record(), record(field("a\nb\x1b[31m")))
    assert comparison.changes[0].message.isprintable()
    assert comparison.changes[0].path.isprintable()


def test_many_branches_of_one_name_end_soon() -> None:
    """Branches that match by their unqualified names alone are tried one by one, within a bound."""

    def nested(level: int, space: str) -> Any:
        if level == 0:
            return "int"
        return [
            record(field("c", nested(level - 1, f"{space}.n{n}")), name="P", namespace=f"{space}.n{n}")
            for n in range(3)
        ]

    comparison = compared(nested(5, "old"), nested(5, "new"))
    assert comparison.backward == "warn"


def test_a_long_chain_of_types_needs_no_stack() -> None:
    chain = [record(field("n", ["null", f"R{n + 1}"]), name=f"R{n}") for n in range(2000)] + [record(name="R2000")]
    longer = [*chain[:-1], record(field("x", default=""), name="R2000")]
    assert [one.path for one in compared(chain, longer).changes] == ["R0" + ".n" * 2000 + ".x"]
