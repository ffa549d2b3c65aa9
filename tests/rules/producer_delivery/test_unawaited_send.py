from __future__ import annotations

from typing import Any

import pytest
from eda_lint_rules.producer_delivery.unawaited_send import UnawaitedSend

from eda_lint.model.finding import Finding
from eda_lint.model.topology import Project


def judged(project: Project) -> list[Finding]:
    return list(UnawaitedSend().check(project, None))


@pytest.mark.parametrize("proof", ["await", "future", "batch", "unknown"])
def test_a_coroutine_that_nobody_awaits_sends_nothing(scene: Any, proof: str) -> None:
    send = scene.send(delivery=scene.delivery(proof, is_coroutine=True, awaited=False))
    published = scene.effect("publish", place=send.place, call="producer.send_and_wait")
    (finding,) = judged(scene.project(send, activities=[scene.activity(published)]))
    assert finding.message.startswith(
        "`producer.send_and_wait` makes a coroutine that is never awaited, so nothing is sent to `orders.placed`."
    )
    assert (finding.shape, finding.mend) == ("send_and_wait", "await producer.send_and_wait(…)")


@pytest.mark.parametrize(("is_coroutine", "awaited"), [(True, True), (False, False), (False, True)])
def test_what_is_awaited_or_needs_no_await(scene: Any, is_coroutine: bool, awaited: bool) -> None:
    delivery = scene.delivery("await", is_coroutine=is_coroutine, awaited=awaited)
    assert judged(scene.project(scene.send(delivery=delivery))) == []


def test_the_call_of_an_async_wrapper_is_the_fault_not_the_wrapper(scene: Any) -> None:
    inner = scene.send(None, wrapper=True, delivery=scene.delivery("await", is_coroutine=True, awaited=True))
    outer = scene.send(via=scene.via(inner), delivery=scene.delivery("unknown", is_coroutine=True, awaited=False))
    calls = [
        scene.effect("publish", place=inner.place, call="self.producer.send_and_wait"),
        scene.effect("publish", place=outer.place, call="bus.publish"),
    ]
    (finding,) = judged(scene.project(inner, outer, activities=[scene.activity(*calls)]))
    assert finding.place == outer.place
    assert "`bus.publish`" in finding.message
    assert finding.shape == "send_and_wait"


def test_without_a_name_for_the_call_the_client_is_named(scene: Any) -> None:
    delivery = scene.delivery("await", is_coroutine=True, awaited=False)
    (finding,) = judged(scene.project(scene.send(client="aiokafka", delivery=delivery)))
    assert "`aiokafka`" in finding.message
    assert finding.shape == "aiokafka"
