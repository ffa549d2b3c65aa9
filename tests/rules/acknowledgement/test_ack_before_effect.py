from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eda_lint_rules.acknowledgement.ack_before_effect import AckBeforeEffect

from eda_lint.model.finding import Finding
from eda_lint.model.topology import Arm, Effect, Operation, Place, Via


def judged(scene: Any, *effects: Effect, receive: Operation | None = None) -> list[Finding]:
    received = receive or scene.receive("refunds", service="shipping", kind="queue", system="rabbitmq")
    ordered = [replace(effect, order=order) for order, effect in enumerate(effects)]
    return list(AckBeforeEffect().check(scene.project(received, handlers=[scene.handler(received, *ordered)]), None))


def ack(scene: Any, **more: Any) -> Effect:
    values = {"settle": "ack", "call": "basic_ack", "uses_message": True} | more
    effect: Effect = scene.effect("settle", **values)
    return effect


LOST: list[dict[str, Any]] = [
    *({"kind": kind} for kind in ("set", "insert", "upsert", "conditional", "delete", "increment", "append")),
    {"kind": "send"},
    {"kind": "charge"},
    {"kind": "publish"},
    {"kind": "enqueue"},
    {"kind": "http", "method": "POST"},
]
NOT_MISSED: list[dict[str, Any]] = [
    {"kind": "read"},
    {"kind": "http", "method": "GET"},
    {"kind": "set", "durable": False},
    {"kind": "commit"},
    {"kind": "publish", "target": "shop.metrics"},
]


@pytest.mark.parametrize("effect", LOST, ids=str)
def test_what_comes_after_the_acknowledgement_is_lost(scene: Any, effect: dict[str, Any]) -> None:
    early = ack(scene)
    late = scene.effect(**effect, uses_message=True)
    (finding,) = judged(scene, early, late)
    assert finding.place == early.place
    assert finding.confidence == "proven"
    assert "`basic_ack` acknowledges a message of `refunds` before `called`" in finding.message
    assert finding.mend == f"call `basic_ack` after `called` (code.py:{late.place.line})"


@pytest.mark.parametrize("effect", NOT_MISSED, ids=str)
def test_what_nobody_misses(scene: Any, effect: dict[str, Any]) -> None:
    assert judged(scene, ack(scene), scene.effect(**effect)) == []


def test_the_right_order(scene: Any) -> None:
    assert judged(scene, scene.effect("set", uses_message=True), ack(scene)) == []


def test_an_effect_that_is_not_known_to_be_about_the_message_is_only_likely(scene: Any) -> None:
    assert [one.confidence for one in judged(scene, ack(scene), scene.effect("set"))] == ["likely"]


@pytest.mark.parametrize(("settle", "expected"), [("ack", 0), ("delete", 0), ("commit", 1)])
def test_only_a_commit_may_leave_its_message_unnamed(scene: Any, settle: str, expected: int) -> None:
    """An acknowledgement of something else is that of an earlier message."""
    assert len(judged(scene, ack(scene, settle=settle, uses_message=False), scene.effect("set"))) == expected


@pytest.mark.parametrize("settle", ["nack", "reject"])
def test_giving_a_message_back_loses_nothing(scene: Any, settle: str) -> None:
    assert judged(scene, ack(scene, settle=settle), scene.effect("set")) == []


def test_a_commit_before_the_poll_is_that_of_the_last_round(scene: Any) -> None:
    place = Place("orders/main.py", 20)
    received = scene.receive("orders", place=place, function="main:main")
    commit = ack(scene, settle="commit", uses_message=False, place=replace(place, line=18))
    assert judged(scene, commit, scene.effect("set"), receive=received) == []
    assert (
        len(judged(scene, replace(commit, place=replace(place, line=22)), scene.effect("set"), receive=received)) == 1
    )


def test_other_ways_through_the_handler(scene: Any) -> None:
    ignored, handled = Arm(1, "if", 0), Arm(1, "if", 1)
    assert judged(scene, ack(scene, path=(ignored,)), scene.effect("set", path=(handled,))) == []
    assert judged(scene, ack(scene, path=(ignored,)), scene.effect("set")) == []
    assert len(judged(scene, ack(scene, path=(handled,)), scene.effect("set", path=(handled,)))) == 1
    assert len(judged(scene, ack(scene), scene.effect("set", path=(handled,)))) == 1


def test_what_an_except_does_is_no_part_of_the_work(scene: Any) -> None:
    body, failed = Arm(1, "try", 0), Arm(1, "except", 1)
    assert judged(scene, ack(scene, path=(body,)), scene.effect("publish", path=(failed,))) == []


def test_acknowledging_a_batch_before_it_is_done(scene: Any) -> None:
    first, second = Arm(1, "loop", 0), Arm(2, "loop", 0)
    assert len(judged(scene, ack(scene, path=(first,)), scene.effect("set", path=(second,)))) == 1


@pytest.mark.parametrize("kind", ["insert", "upsert", "append", "publish", "enqueue"])
def test_a_message_that_is_put_in_a_safe_place_first(scene: Any, kind: str) -> None:
    stored = scene.effect(kind, uses_message=True)
    assert judged(scene, stored, ack(scene), scene.effect("set")) == []
    assert len(judged(scene, replace(stored, uses_message=False), ack(scene), scene.effect("set"))) == 1


def test_a_write_happens_when_it_is_committed(scene: Any) -> None:
    stored = scene.effect("insert", call="add", uses_message=True, transaction=1)
    commit = scene.effect("commit", call="session.commit", transaction=1)
    (finding,) = judged(scene, stored, ack(scene), commit)
    assert "before `add` (code.py:" in finding.message
    assert "is committed" in finding.message
    assert finding.mend.startswith("call `basic_ack` after `session.commit`")
    assert judged(scene, stored, commit, ack(scene)) == []


def test_a_base_class_is_reported_once_for_all_its_subclasses(scene: Any) -> None:
    receives = [scene.receive(name, service=name) for name in ("a", "b")]
    early = replace(ack(scene, settle="commit"), order=0)
    lost = [scene.effect("set", order=1, uses_message=True, place=Place(f"{one.service}.py", 1)) for one in receives]
    handlers = [
        scene.handler(one, early, effect, id=f"{one.service}:H.handle")
        for one, effect in zip(receives, lost, strict=True)
    ]
    (finding,) = AckBeforeEffect().check(scene.project(*receives, handlers=handlers), None)
    assert finding.services == ("a", "b")
    assert finding.channels == ("kafka:a", "kafka:b")
    assert [note.message for note in finding.notes if not note.step] == ["`called` is lost as well"]


def test_the_path_leads_to_the_acknowledgement_and_on_to_the_effect(scene: Any) -> None:
    step = Via(Place("shipping/main.py", 40), "shipping.store:save")
    (finding,) = judged(scene, ack(scene), scene.effect("set", call="execute", via=(step,), uses_message=True))
    assert [note.message for note in finding.notes] == [
        "shipping receives a message of `refunds`",
        "`handle` handles it",
        "`basic_ack` tells the broker that it is done",
        "calls `save`",
        "`execute` has yet to happen",
    ]
    assert finding.symbol == "main:main"
    assert finding.shape == "ack:basic_ack"


def test_handlers_in_tests_are_left_alone(scene: Any) -> None:
    received = scene.receive()
    handler = scene.handler(received, replace(ack(scene), order=0), scene.effect("set", order=1), in_test=True)
    assert list(AckBeforeEffect().check(scene.project(received, handlers=[handler]), None)) == []
