from __future__ import annotations

from typing import Any

import pytest
from eda_lint_rules.self_contained.callback_to_producer import CallbackToProducer

from eda_lint.model.finding import Finding
from eda_lint.model.topology import Arm, Project


def judged(project: Project) -> list[Finding]:
    return list(CallbackToProducer().check(project, None))


def world(scene: Any, *readers: str, sent: dict[str, Any] | None = None, **asked: Any) -> Project:
    """`orders` sends `OrderPacked`, and each reader asks it back; changed by the arguments."""
    send = scene.send(
        "orders", **{"message": "OrderPacked", "payload": scene.payload("type", "order_id")} | (sent or {})
    )
    receives = [scene.receive("orders", service=name) for name in readers or ("mailer",)]
    values = {"owner": "orders", "method": "GET", "uses_message": True, "call": "requests.get"} | asked
    handlers = [scene.handler(one, scene.effect("http", **values), id=f"{one.service}.main:handle") for one in receives]
    return scene.project(send, *receives, handlers=handlers)  # type: ignore[no-any-return]


def test_a_handler_asks_the_producer_back(scene: Any) -> None:
    (finding,) = judged(world(scene, result_fields=("total", "email")))
    assert "Handling `OrderPacked` asks `orders`, which published it" in finding.message
    assert "costs its producer one request" in finding.message
    assert finding.mend == "put `email`, `total` into `OrderPacked`"
    assert finding.services == ("mailer", "orders")
    assert [note.message for note in finding.notes] == [
        "mailer receives a message of `orders`",
        "`handle` handles it",
        "`requests.get` asks `orders`",
        "`orders` sends `OrderPacked` here",
    ]


def test_each_reader_adds_a_request(scene: Any) -> None:
    found = judged(world(scene, "billing", "mailer"))
    assert len(found) == 2
    assert all("2 requests, from 2 handlers" in one.message for one in found)
    assert "`handle` asks `orders` too" in [note.message for note in found[0].notes]
    assert found[0].services == ("billing", "mailer", "orders")


@pytest.mark.parametrize(
    "asked",
    [
        {"owner": None},
        {"owner": "users"},
        {"method": "POST"},
        {"method": ""},
        {"uses_message": False},
        {"path": (Arm(1, "except", 1, "KeyError"),)},
        {"path": (Arm(1, "if", 0, "'total' not in event"),)},
        {"path": (Arm(1, "if", 0, "total is None"),)},
        {"path": (Arm(1, "if", 1, "'total' in event"),)},
        {"path": (Arm(1, "if", 1, "total is not None"),)},
        {"path": (Arm(1, "if", 1, "known"),)},
        {"path": (Arm(1, "if", 1, "event.get('total')"),)},
    ],
    ids=str,
)
def test_requests_that_are_no_callback(scene: Any, asked: dict[str, Any]) -> None:
    assert judged(world(scene, **asked)) == []


@pytest.mark.parametrize(
    "arm",
    [
        Arm(1, "if", 0, "event['type'] == 'OrderPacked'"),
        Arm(1, "if", 1, "event['type'] != 'OrderPacked'"),
        Arm(1, "if", 1, "event['type'] not in TYPES"),
        Arm(1, "if", 1, "message is None"),
        Arm(1, "if", 0, "order_id"),
        Arm(1, "try", 0),
        Arm(1, "loop", 0),
    ],
    ids=str,
)
def test_branches_that_are_no_fallback(scene: Any, arm: Arm) -> None:
    assert len(judged(world(scene, path=(arm,)))) == 1


def test_a_service_that_asks_itself(scene: Any) -> None:
    assert judged(world(scene, "orders")) == []


def test_fields_that_the_event_carries_need_no_request(scene: Any) -> None:
    sent = {"payload": scene.payload("data.total")}
    (finding,) = judged(world(scene, sent=sent, result_fields=("total",)))
    assert finding.mend == "read `total` from `OrderPacked`, which carries them already"


def test_without_known_fields(scene: Any) -> None:
    (finding,) = judged(world(scene))
    assert finding.mend == "put what the handler needs of the reply into `OrderPacked`"


def test_an_event_without_a_type_is_called_by_its_channel(scene: Any) -> None:
    (finding,) = judged(world(scene, sent={"message": None}))
    assert "Handling `orders` asks `orders`" in finding.message


def test_sends_in_tests_are_no_producers(scene: Any) -> None:
    assert judged(world(scene, sent={"in_test": True})) == []
