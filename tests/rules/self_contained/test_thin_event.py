from __future__ import annotations

from typing import Any

import pytest
from eda_lint_rules.self_contained.thin_event import ThinEvent

from eda_lint.link.traffic.channels import ChannelDeclaration
from eda_lint.model.finding import Finding
from eda_lint.model.topology import Arm, Payload, Project

ASKED = {"owner": "orders", "method": "GET", "uses_message": True, "result_fields": ("total", "email")}


def judged(project: Project) -> list[Finding]:
    return list(ThinEvent().check(project, None))


def world(
    scene: Any, *paths: str, asked: dict[str, Any] | None = None, handler: dict[str, Any] | None = None, **sent: Any
) -> Project:
    """A thin event of `orders`, and a mailer that asks back; changed by the arguments."""
    values = {"message": "OrderPacked", "payload": scene.payload(*(paths or ("type", "order_id"))), **sent}
    address = values.pop("address", "orders")
    declared = values.pop("declared", ())
    same = {key: values[key] for key in ("system", "kind") if key in values}
    send = scene.send(address, **values)
    receive = scene.receive(address, service="mailer", **same)
    effect = scene.effect("http", **(ASKED | (asked or {})))
    handlers = [scene.handler(receive, effect, **(handler or {}))]
    return scene.project(send, receive, handlers=handlers, channels=declared)


def test_a_thin_event_that_a_reader_asks_about(scene: Any) -> None:
    (finding,) = judged(world(scene, "type", "version", "occurred_at", "data.order_id"))
    assert finding.message.startswith(
        "`OrderPacked` carries only identifiers (`data.order_id`), so 1 handler (mailer) asks orders for "
        "`email`, `total` each time it comes"
    )
    assert finding.mend == "put `email`, `total` into `OrderPacked`"
    assert (finding.place.file, finding.symbol, finding.confidence) == ("orders/main.py", "OrderPacked", "proven")
    assert all(note.step for note in finding.notes)
    assert finding.services == ("orders", "mailer")


def test_a_bare_identifier_is_thin(scene: Any) -> None:
    (finding,) = judged(world(scene, payload=Payload((), open=False, scalar=True)))
    assert "carries only an identifier, so" in finding.message


@pytest.mark.parametrize(
    "changes",
    [
        {"payload": Payload((), open=True)},
        {"payload": Payload((), open=False)},
        {"message": "OrderDeleted"},
        {"message": "order.removed"},
        {"message": "CacheInvalidated"},
        {"address": "orders.cdc"},
        {"address": "order-commands"},
        {"kind": "task", "system": "celery"},
        {"kind": "queue", "system": "aws_sqs"},
        {"kind": "unknown"},
        {"declared": [ChannelDeclaration("orders", commands=True)]},
        {"wrapper": True},
        {"in_test": True},
        {"service": "mailer"},
        {"asked": {"owner": None}},
        {"asked": {"owner": "users"}},
        {"asked": {"method": "POST"}},
        {"asked": {"uses_message": False}},
        {"asked": {"kind": "read"}},
        {"asked": {"path": (Arm(1, "except", 1, "KeyError"),)}},
        {"asked": {"path": (Arm(1, "if", 0, "'total' not in event"),)}},
        {"handler": {"messages": ("OrderPlaced",)}},
        {"handler": {"in_test": True}},
    ],
)
def test_exemptions(scene: Any, changes: dict[str, Any]) -> None:
    asked = dict(changes.get("asked", {}))
    if "kind" in asked:
        effect = scene.effect(asked.pop("kind"), **ASKED)
        receive = scene.receive("orders", service="mailer")
        send = scene.send("orders", message="OrderPacked", payload=scene.payload("order_id"))
        assert judged(scene.project(send, receive, handlers=[scene.handler(receive, effect)])) == []
        return
    assert judged(world(scene, **changes)) == []


@pytest.mark.parametrize(
    "paths",
    [("order_id", "total"), ("order_id", "image_url"), ("bucket", "object_key"), ("type",), ("order_id", "first_name")],
)
def test_payloads_that_say_more_or_where_it_lies(scene: Any, paths: tuple[str, ...]) -> None:
    assert judged(world(scene, *paths)) == []


def test_a_stream_of_several_types_is_told_apart_by_the_tests_around_the_call(scene: Any) -> None:
    packed = scene.send("orders", message="OrderPacked", payload=scene.payload("order_id"))
    placed = scene.send("orders", message="OrderPlaced", payload=scene.payload("order_id"))
    receive = scene.receive("orders", service="mailer")
    effect = scene.effect("http", path=(Arm(1, "if", 0, 'event["type"] == "OrderPacked"'),), **ASKED)
    project = scene.project(packed, placed, receive, handlers=[scene.handler(receive, effect)])
    assert [finding.symbol for finding in judged(project)] == ["OrderPacked"]


def test_all_who_ask_are_one_finding(scene: Any) -> None:
    sends = [scene.send("orders", message="OrderPacked", payload=scene.payload("order_id")) for _ in range(2)]
    receives = [scene.receive("orders", service=name) for name in ("mailer", "search")]
    handlers = [scene.handler(one, scene.effect("http", **ASKED)) for one in receives]
    (finding,) = judged(scene.project(*sends, *receives, handlers=handlers))
    assert "so 2 handlers (mailer, search) ask orders" in finding.message
    assert finding.place == sends[0].place
    assert finding.notes[0].place == sends[1].place


def test_a_queue_that_several_read_carries_events(scene: Any) -> None:
    queue = {"kind": "queue", "system": "aws_sqs"}
    send = scene.send("orders", message="OrderPacked", payload=scene.payload("order_id"), **queue)
    receives = [scene.receive("orders", service=name, **queue) for name in ("mailer", "search")]
    handlers = [scene.handler(one, scene.effect("http", **ASKED)) for one in receives]
    assert len(judged(scene.project(send, *receives, handlers=handlers))) == 1
