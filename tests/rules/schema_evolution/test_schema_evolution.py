"""Which rule takes a change, and how grave it is when it is known who reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eda_lint_rules import RULES

from eda_lint.model.contract import Contract, Evolution, FieldRead
from eda_lint.model.finding import Finding
from eda_lint.model.schema import Dialect
from eda_lint.model.topology import Coverage, Operation, Place, Project
from eda_lint.schemas import compare, read

FAMILY = [rule for rule in RULES if rule.code.startswith("EDA9")]
HEAD = "from pydantic import BaseModel\nfrom typing import Literal\n\nclass OrderPlaced(BaseModel):\n"


def message(*fields: str) -> str:
    return 'syntax = "proto3";\npackage shop;\nmessage OrderPlaced {\n' + "\n".join(fields) + "\n}\n"


def model(*fields: str) -> str:
    return HEAD + "".join(f"    {field}\n" for field in fields)


def evolution(old: str, new: str, dialect: Dialect, **changed: Any) -> Evolution:
    schema = read(new, dialect=dialect, path="events")
    name = next(iter(schema.definitions), "OrderPlaced")
    contract = Contract(name, dialect, Place("events", 1), schema, channels=("kafka:orders",), receives=("r",))
    contract = replace(contract, **{k: v for k, v in changed.items() if k in ("reads", "readers_known", "parsed")})
    asks = {k: v for k, v in changed.items() if k.startswith("asks")}
    return Evolution(contract, "main (3f2a1bc)", compare(old, new, dialect=dialect), **asks)


def project(*evolutions: Evolution, operations: tuple[Operation, ...] = ()) -> Project:
    nothing: Any = None
    return Project((), (), operations, (), (), (), nothing, Coverage(), evolutions=evolutions)


def findings(*evolutions: Evolution, operations: tuple[Operation, ...] = ()) -> list[Finding]:
    made = project(*evolutions, operations=operations)
    return [finding for rule in FAMILY for finding in rule().check(made, None)]


@pytest.mark.parametrize(
    ("dialect", "old", "new", "codes"),
    [
        ("python", model("id: str"), model("id: str", "must: str"), ["EDA904"]),
        ("python", model("id: str", "note: str = ''"), model("id: str", "note: str"), ["EDA904"]),
        ("python", model("id: str", "gone: int"), model("id: str"), ["EDA902"]),
        ("python", model("id: str"), model("id: list[str]"), ["EDA901"]),
        ("python", model("id: str | int"), model("id: str"), ["EDA901"]),
        ("python", model("k: Literal['a']"), model("k: Literal['a', 'b']"), ["EDA905"]),
        ("python", model("k: Literal['a', 'b']"), model("k: Literal['a']"), ["EDA901"]),
        ("python", model("user_email: str = ''"), model("user_mail: str = ''"), ["EDA906"]),
        ("python", model("n: int = 1"), model("n: int = 2"), ["EDA910"]),
        ("python", model("n: int = 1"), model("n: int = 1", "m: int = 2"), []),
        ("protobuf", message("string a = 1;"), message("int32 b = 1;"), ["EDA903"]),
        ("protobuf", message("string a = 1;", "string b = 2;"), message("string a = 1;"), ["EDA903"]),
        ("protobuf", message("string a = 1;", "int32 b = 2;"), message("reserved 2; string a = 1;"), []),
        ("protobuf", message("int64 wait_s = 1;"), message("int64 wait_ms = 1;"), ["EDA910"]),
        ("protobuf", message("int64 wait = 1;"), message("int64 delay = 1;"), ["EDA906"]),
        ("protobuf", message("string a = 1;"), message("string a = 2;"), ["EDA901"]),
        ("thrift", "struct O { 1: string a }", "struct O { 1: string a, 2: required i64 b }", ["EDA904"]),
    ],
)
def test_one_cause_is_one_finding(dialect: Dialect, old: str, new: str, codes: list[str]) -> None:
    assert [finding.code for finding in findings(evolution(old, new, dialect))] == codes


def test_the_mode_says_which_directions_count() -> None:
    def change(**asks: bool) -> Evolution:
        return evolution(model("a: str", "gone: int"), model("a: str", "must: str"), "python", **asks)

    assert {one.code for one in findings(change())} == {"EDA902", "EDA904"}
    assert {one.code for one in findings(change(asks_forward=False))} == {"EDA904"}
    assert {one.code for one in findings(change(asks_backward=False))} == {"EDA902"}


def test_what_two_contracts_hold_is_told_once() -> None:
    both = evolution(model("id: str", "gone: int"), model("id: str"), "python")
    assert len(findings(both, replace(both, contract=replace(both.contract, name="Other")))) == 1


def test_who_reads_a_removed_field() -> None:
    reads = (FieldRead("gone", "billing", Place("handlers.py", 41)),)
    (finding,) = findings(
        evolution(model("id: str", "gone: int"), model("id: str"), "python", reads=reads, readers_known=True)
    )
    assert finding.message.endswith("It breaks billing (handlers.py:41); nobody else reads it.")
    assert finding.at_most is None
    assert any(note.place == Place("handlers.py", 41) for note in finding.notes)


@pytest.mark.parametrize(
    ("known", "parsed", "at_most"), [(True, False, "info"), (True, True, None), (False, False, None)]
)
def test_a_removal_that_nobody_reads(known: bool, parsed: bool, at_most: str | None) -> None:
    changed = evolution(model("id: str", "gone: int"), model("id: str"), "python", readers_known=known, parsed=parsed)
    (finding,) = findings(changed)
    assert finding.at_most == at_most
    assert ("Nobody reads it." in finding.message) == (at_most == "info")


def test_a_number_that_is_free_is_no_error() -> None:
    free = findings(evolution(message("string a = 1;", "string b = 2;"), message("string a = 1;"), "protobuf"))
    taken = findings(evolution(message("string a = 1;"), message("int32 b = 1;"), "protobuf"))
    assert [one.at_most for one in (*free, *taken)] == ["warning", None]


def test_a_removed_document_counts_where_its_message_is_still_sent() -> None:
    gone = replace(evolution(message("string a = 1;"), message("string a = 1;"), "protobuf"), removed=True)
    send = Operation(
        id="s", action="send", system="kafka", client="", kind="topic", place=Place("send.py", 7), function="m:f",
        service="shop", message="OrderPlaced",
    )  # fmt: skip
    assert findings(gone) == []
    (finding,) = findings(gone, operations=(send,))
    assert (finding.code, finding.place, finding.at_most) == ("EDA901", Place("send.py", 7), "warning")
