from __future__ import annotations

from typing import Any

import pytest
from eda_lint_rules.queue_or_stream.shared_queue import SharedQueue

from eda_lint.model.finding import Finding
from eda_lint.model.topology import AddressPart, Project, Service

QUEUE = {"system": "aws_sqs", "kind": "queue"}


def judged(project: Project) -> list[Finding]:
    return list(SharedQueue().check(project, None))


def test_two_services_read_one_queue(scene: Any) -> None:
    shipping = scene.receive("notices", service="shipping", **QUEUE)
    billing = scene.receive("notices", service="billing", **QUEUE)
    (finding,) = judged(scene.project(shipping, billing))
    assert finding.message == (
        "`billing` and `shipping` both read queue `notices`, so each message reaches only one of them. "
        "Give each a queue of its own."
    )
    assert (finding.place, finding.confidence) == (shipping.place, "proven")
    assert [note.place for note in finding.notes] == [billing.place]
    assert finding.services == ("billing", "shipping")
    assert "SNS" in finding.mend


def test_three_services_are_one_finding(scene: Any) -> None:
    receives = [scene.receive("notices", service=name, **QUEUE) for name in "abc"]
    (finding,) = judged(scene.project(*receives))
    assert finding.message.startswith("`a`, `b` and `c` read queue")
    assert finding.place == receives[1].place


@pytest.mark.parametrize("kind", ["stream", "topic"])
def test_a_shared_group_shares_the_messages(scene: Any, kind: str) -> None:
    project = scene.project(
        scene.receive(service="billing", kind=kind, group="workers"),
        scene.receive(service="shipping", kind=kind, group="workers"),
    )
    (finding,) = judged(project)
    assert "as group `workers`" in finding.message
    assert finding.shape == "group"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"group": "billing"}, {"group": "shipping"}),
        ({"group": None}, {"group": None}),
        ({"group": "${GROUP}"}, {"group": "${GROUP}"}),
        ({"group": "workers", "address": "a"}, {"group": "workers", "address": "b"}),
        ({"group": "workers", "in_test": True}, {"group": "workers"}),
        ({"group": "workers", "wrapper": True}, {"group": "workers"}),
        ({"kind": "task"}, {"kind": "task"}),
        ({"kind": "unknown"}, {"kind": "unknown"}),
        ({"kind": "queue", "service": "shipping"}, {"kind": "queue"}),
        ({"kind": "queue", "address": "${QUEUE}"}, {"kind": "queue", "address": "${QUEUE}"}),
        (
            {"kind": "queue", "address": "", "system": "rabbitmq"},
            {"kind": "queue", "address": "", "system": "rabbitmq"},
        ),
        ({"kind": "queue", "address": None}, {"kind": "queue", "address": None}),
    ],
)
def test_what_each_has_to_itself_or_nobody_knows(scene: Any, one: dict[str, Any], other: dict[str, Any]) -> None:
    project = scene.project(
        scene.receive(**{"service": "billing", "address": "orders", **one}),
        scene.receive(**{"service": "shipping", "address": "orders", **other}),
    )
    assert judged(project) == []


def test_sends_are_no_readers(scene: Any) -> None:
    assert judged(scene.project(scene.send("q", service="a", **QUEUE), scene.receive("q", service="b", **QUEUE))) == []


def test_a_library_is_no_reader(scene: Any) -> None:
    receives = [scene.receive("q", service=name, **QUEUE) for name in ("common", "billing")]
    services = [Service("billing", "billing"), Service("common", "common", kind="library")]
    assert judged(scene.project(*receives, services=services)) == []


@pytest.mark.parametrize(
    ("one", "other", "confidence"),
    [
        (Service("a", "a"), Service("b", "b"), "proven"),
        (Service("a", "."), Service("b", "services/b"), "possible"),
        (Service("a", "apps/a"), Service("b", "apps/a/worker"), "possible"),
        (Service("billing", "billing"), Service("billing-v2", "billing-v2"), "possible"),
        (Service("billing_old", "x"), Service("billing", "y"), "possible"),
    ],
)
def test_services_that_may_be_one(scene: Any, one: Service, other: Service, confidence: str) -> None:
    receives = [scene.receive("q", service=service.name, **QUEUE) for service in (one, other)]
    (finding,) = judged(scene.project(*receives, services=[one, other]))
    assert finding.confidence == confidence


def test_the_default_of_a_setting_may_be_set_apart(scene: Any) -> None:
    parts = (AddressPart("env", "QUEUE", "orders"),)
    setting = scene.receive("${QUEUE}", service="a", parts=parts, default="orders", **QUEUE)
    (finding,) = judged(scene.project(setting, scene.receive("orders", service="b", **QUEUE)))
    assert finding.confidence == "likely"
    assert "`orders`" in finding.message
