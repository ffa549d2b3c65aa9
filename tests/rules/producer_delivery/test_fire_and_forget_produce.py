from __future__ import annotations

from typing import Any

import pytest
from eda_lint_rules.producer_delivery.fire_and_forget_produce import FireAndForgetProduce

from eda_lint.model.finding import Finding
from eda_lint.model.topology import Project


def judged(project: Project, **options: Any) -> list[Finding]:
    return list(FireAndForgetProduce(**options).check(project, None))


def test_a_dropped_future(scene: Any) -> None:
    send = scene.send(delivery=scene.delivery("future", retried_by="future.get(timeout=…)"))
    published = scene.effect("publish", place=send.place, call="self.producer.send", operation=send.id)
    (finding,) = judged(scene.project(send, activities=[scene.activity(published)]))
    assert finding.message == (
        "The result of `self.producer.send` is dropped, so nobody learns whether `orders.placed` received the event "
        "(broker down, message too large, not authorised)."
    )
    assert (finding.place, finding.at_most, finding.confidence) == (send.place, None, "proven")
    assert finding.mend == "use future.get(timeout=…) and handle the failure"
    assert (finding.symbol, finding.shape, finding.channels) == ("orders.main:main", "send", ("kafka:orders.placed",))


@pytest.mark.parametrize(
    "delivery",
    [
        {"proof": "future", "checked": True},
        {"proof": "future", "has_callback": True},
        {"proof": "callback", "has_callback": True},
        {"proof": "await"},
        {"proof": "return"},
        {"proof": "none"},
        {"proof": "unknown"},
        {"proof": "batch"},
        {"proof": "future", "is_coroutine": True, "awaited": False},
    ],
)
def test_what_is_looked_at_or_proves_nothing_or_is_another_rules_fault(scene: Any, delivery: dict[str, Any]) -> None:
    assert judged(scene.project(scene.send(delivery=scene.delivery(**delivery)))) == []


@pytest.mark.parametrize(
    ("flushed", "at_most", "part"),
    [
        ("no", None, ""),
        ("same-function", "info", "flush in this function"),
        ("elsewhere", "info", "flushed at shutdown"),
        ("unknown", "info", ""),
    ],
)
def test_a_flush_makes_it_milder(scene: Any, flushed: str, at_most: str | None, part: str) -> None:
    (finding,) = judged(scene.project(scene.send(delivery=scene.delivery("future", flushed=flushed))))
    assert finding.at_most == at_most
    assert part in finding.message


def test_a_missing_callback_is_the_fault_of_the_call_that_could_give_it(scene: Any) -> None:
    delivery = scene.delivery("callback", checked=True)
    inner = scene.send(None, wrapper=True, delivery=delivery)
    outer = scene.send("orders.placed", via=scene.via(inner), delivery=scene.delivery("callback"))
    (finding,) = judged(scene.project(inner, outer))
    assert finding.place == inner.place
    assert "`orders.placed`" in finding.message
    assert [note.place for note in finding.notes] == [outer.place]


def test_an_outcome_that_is_lost_inside_a_wrapper_is_told_once_and_there(scene: Any) -> None:
    inner = scene.send(None, wrapper=True, delivery=scene.delivery("future"))
    outer = [scene.send(f"topic-{n}", via=scene.via(inner), delivery=scene.delivery("unknown")) for n in range(5)]
    (finding,) = judged(scene.project(inner, *outer))
    assert finding.place == inner.place
    assert "`topic-0`, `topic-1`, `topic-2` and 2 more" in finding.message


def test_a_future_that_a_wrapper_returns_is_the_callers(scene: Any) -> None:
    inner = scene.send(None, wrapper=True, delivery=scene.delivery("future", checked=True))
    outer = scene.send("a", via=scene.via(inner), delivery=scene.delivery("future"))
    kept = scene.send("b", via=scene.via(inner), delivery=scene.delivery("future", checked=True))
    (finding,) = judged(scene.project(inner, outer, kept))
    assert finding.place == outer.place
    assert [(note.place, note.step) for note in finding.notes] == [(inner.place, True)]


def test_a_call_with_several_addresses_is_one_fault(scene: Any) -> None:
    one = scene.send("a", delivery=scene.delivery("future"))
    other = scene.changed(one, id="other", address="b")
    (finding,) = judged(scene.project(one, other))
    assert "`a`, `b`" in finding.message


def test_a_call_that_may_give_a_callback_is_left_alone(scene: Any) -> None:
    one = scene.send("a", delivery=scene.delivery("callback"))
    other = scene.changed(one, id="other", delivery=scene.delivery("callback", has_callback=True))
    assert judged(scene.project(one, other)) == []


@pytest.mark.parametrize("address", ["metrics", "app.logs", "orders-heartbeat", "svc/telemetry/x", "Traces"])
def test_telemetry_may_be_lost(scene: Any, address: str) -> None:
    assert judged(scene.project(scene.send(address, delivery=scene.delivery("future")))) == []


@pytest.mark.parametrize("address", ["catalogs", "orders.logged", "pinged", "statement", None])
def test_what_only_sounds_like_telemetry_may_not(scene: Any, address: str | None) -> None:
    (finding,) = judged(scene.project(scene.send(address, delivery=scene.delivery("future"))))
    assert (f"`{address}`" if address else "the channel") in finding.message


def test_a_wrapper_for_telemetry_alone_is_exempt_and_one_for_more_is_not(scene: Any) -> None:
    inner = scene.send(None, wrapper=True, delivery=scene.delivery("future"))
    metric = scene.send("metrics", via=scene.via(inner), delivery=scene.delivery("unknown"))
    order = scene.send("orders", via=scene.via(inner), delivery=scene.delivery("unknown"))
    assert judged(scene.project(inner, metric)) == []
    assert len(judged(scene.project(inner, metric, order))) == 1


def test_the_option(scene: Any) -> None:
    project = scene.project(scene.send("page.viewed", delivery=scene.delivery("future")))
    assert judged(project, telemetry=("*.viewed",)) == []
    assert len(judged(project, telemetry=("*.seen",))) == 1


def test_receives_and_sends_of_unknown_outcome_are_left_alone(scene: Any) -> None:
    assert judged(scene.project(scene.receive(), scene.send())) == []
