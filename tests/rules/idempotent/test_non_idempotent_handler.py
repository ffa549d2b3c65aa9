from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eda_lint_rules.idempotent.non_idempotent_handler import NonIdempotentHandler

from eda_lint.model.finding import Finding
from eda_lint.model.topology import Effect, Guard, Handler, Operation, Place, Unresolved, Via


def judged(
    scene: Any, *effects: Effect, receive: Operation | None = None, unresolved: tuple[Unresolved, ...] = ()
) -> list[Finding]:
    received = receive or scene.receive(service="billing")
    handler = scene.handler(received, *effects)
    handler = replace(handler, activity=replace(handler.activity, unresolved=unresolved))
    return list(NonIdempotentHandler().check(scene.project(received, handlers=[handler]), None))


REPEATED: list[dict[str, Any]] = [
    {"kind": "charge"},
    {"kind": "send"},
    {"kind": "increment"},
    {"kind": "append"},
    {"kind": "insert", "key": "none"},
    {"kind": "insert", "key": "fresh"},
    {"kind": "http", "method": "POST"},
    {"kind": "http", "method": "PATCH"},
    {"kind": "publish", "key": "fresh"},
]
HARMLESS: list[dict[str, Any]] = [
    {"kind": "read"},
    {"kind": "set"},
    {"kind": "upsert"},
    {"kind": "delete"},
    {"kind": "conditional"},
    {"kind": "insert", "key": "message"},
    {"kind": "insert", "key": "none", "unique": True},
    {"kind": "insert", "key": "none", "conflict_handled": True},
    {"kind": "insert", "key": "unknown"},
    {"kind": "http", "method": "GET"},
    {"kind": "http", "method": "PUT"},
    {"kind": "http", "method": ""},
    {"kind": "http", "method": "POST", "url": "https://login.example.com/oauth/token"},
    {"kind": "publish", "key": "message"},
    {"kind": "enqueue"},
    {"kind": "increment", "durable": False},
]


@pytest.mark.parametrize("effect", REPEATED, ids=str)
def test_effects_that_a_repetition_adds_to(scene: Any, effect: dict[str, Any]) -> None:
    (finding,) = judged(scene, scene.effect(**effect))
    assert finding.confidence == "proven"
    assert finding.at_most is None
    assert "Kafka hands out again" in finding.message
    assert finding.mend


@pytest.mark.parametrize("effect", HARMLESS, ids=str)
def test_effects_that_come_to_the_same(scene: Any, effect: dict[str, Any]) -> None:
    assert judged(scene, scene.effect(**effect)) == []


@pytest.mark.parametrize("kind", ["inbox", "claim", "state", "decorator", "provider-key", "other"])
@pytest.mark.parametrize("keyed", [True, False])
def test_any_test_before_it_silences(scene: Any, kind: Any, keyed: bool) -> None:
    guard = Guard(kind, Place("code.py", 1), keyed, "seen")
    assert judged(scene, scene.effect("charge", guards=(guard,))) == []


def test_a_guard_of_one_effect_is_not_that_of_another(scene: Any) -> None:
    guard = Guard("provider-key", Place("code.py", 1), True, "idempotency_key")
    (finding,) = judged(scene, scene.effect("charge", guards=(guard,)), scene.effect("send", call="send_mail"))
    assert "`send_mail`" in finding.message


def test_nothing_is_proven_where_the_message_goes_into_unknown_code(scene: Any) -> None:
    call = Unresolved(Place("code.py", 1), "first_time", True, "outside the code base")
    assert judged(scene, scene.effect("charge"), unresolved=(call,)) == []
    assert len(judged(scene, scene.effect("charge"), unresolved=(replace(call, receives_message=False),))) == 1


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ({"kind": "queue", "auto_settle": False}, [None]),
        ({"kind": "queue"}, [None]),
        ({"kind": "queue", "auto_settle": True}, ["info"]),
        ({"kind": "stream", "auto_settle": True}, [None]),
        ({"kind": "task", "auto_settle": True}, []),
        ({"kind": "task"}, []),
        ({"kind": "task", "auto_settle": False}, [None]),
        ({"kind": "inproc"}, []),
        ({"kind": "rpc"}, []),
        ({"in_test": True}, []),
    ],
    ids=str,
)
def test_only_what_is_delivered_again_counts(scene: Any, received: dict[str, Any], expected: list[str | None]) -> None:
    found = judged(scene, scene.effect("charge"), receive=scene.receive(**received))
    assert [one.at_most for one in found] == expected


def test_all_that_a_handler_stores_is_one_finding_at_the_worst(scene: Any) -> None:
    insert, count = scene.effect("insert", key="none", call="add"), scene.effect("increment", call="count")
    (finding,) = judged(scene, insert, count, scene.effect("insert", key="none", call="add_line"))
    assert finding.place == count.place
    assert [note.message for note in finding.notes if not note.step] == [
        "`add` stores two records as well",
        "`add_line` stores two records as well",
    ]


def test_calls_that_leave_the_system_are_a_finding_each(scene: Any) -> None:
    found = judged(scene, scene.effect("charge"), scene.effect("send"), scene.effect("increment"))
    assert [one.shape for one in found] == ["charge:called", "send:called", "increment:called"]


def test_shared_code_is_reported_once_with_all_its_handlers(scene: Any) -> None:
    first, second = scene.receive("a", service="a"), scene.receive("b", service="b")
    charge = scene.effect("charge", via=(Via(Place("a/main.py", 9), "common:charge"),))
    handlers = [scene.handler(first, charge), scene.handler(second, charge)]
    (finding,) = NonIdempotentHandler().check(scene.project(first, second, handlers=handlers), None)
    assert finding.services == ("a", "b")
    assert finding.symbol == "common:charge"
    assert "`handle` does it too" in [note.message for note in finding.notes]


def test_stored_by_two_handlers_at_one_place(scene: Any) -> None:
    first, second = scene.receive("a", service="a"), scene.receive("b", service="b")
    count = scene.effect("increment")
    handlers = [scene.handler(first, count), scene.handler(second, count)]
    assert len(list(NonIdempotentHandler().check(scene.project(first, second, handlers=handlers), None))) == 1


def test_the_path_leads_from_the_receive_to_the_effect(scene: Any) -> None:
    received = scene.receive("orders", service="billing")
    step = Via(Place("billing/main.py", 30), "billing.pay:pay")
    handler: Handler = replace(scene.handler(received, scene.effect("charge", via=(step,))), messages=("OrderPlaced",))
    (finding,) = NonIdempotentHandler().check(scene.project(received, handlers=[handler]), None)
    assert [note.message for note in finding.notes] == [
        "billing receives `OrderPlaced` from `orders`",
        "`handle` handles it",
        "calls `pay`",
        "`called` charges twice",
    ]
    assert all(note.step for note in finding.notes)
    assert finding.channels == ("kafka:orders",)


def test_of_consumers_that_share_a_handler_the_one_on_the_way_is_named(scene: Any) -> None:
    base = scene.receive("first", service="a", place=Place("a/consumers.py", 1))
    own = scene.receive("second", service="b", place=Place("b/charges.py", 9))
    charge = scene.effect("charge", place=Place("b/charges.py", 3))
    handler = replace(scene.handler(base, charge), receives=(base.id, own.id))
    (finding,) = NonIdempotentHandler().check(scene.project(base, own, handlers=[handler]), None)
    assert "a message of `second`" in finding.message
    assert finding.notes[0].place == own.place


def test_an_answer_that_is_read_makes_a_request_less_sure(scene: Any) -> None:
    asked = scene.effect("http", method="POST", result_fields=("price",), result_decides=True)
    told = scene.effect("http", method="POST", result_decides=True)
    assert [one.confidence for one in judged(scene, asked)] == ["possible"]
    assert [one.confidence for one in judged(scene, told)] == ["likely"]


def test_handlers_in_tests_are_left_alone(scene: Any) -> None:
    received = scene.receive()
    handler = replace(scene.handler(received, scene.effect("charge")), in_test=True)
    assert list(NonIdempotentHandler().check(scene.project(received, handlers=[handler]), None)) == []
