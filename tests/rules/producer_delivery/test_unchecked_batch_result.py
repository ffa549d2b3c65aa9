from __future__ import annotations

from typing import Any

import pytest
from eda_lint_rules.producer_delivery.unchecked_batch_result import UncheckedBatchResult

from eda_lint.model.finding import Finding
from eda_lint.model.topology import Project


def judged(project: Project) -> list[Finding]:
    return list(UncheckedBatchResult().check(project, None))


def test_a_batch_whose_result_is_dropped(scene: Any) -> None:
    send = scene.send("clicks", system="kinesis", delivery=scene.delivery("batch", failure_key="FailedRecordCount"))
    handler_call = scene.effect("publish", place=send.place, call="kinesis.put_records")
    receive = scene.receive("orders")
    project = scene.project(send, receive, handlers=[scene.handler(receive, handler_call)])
    (finding,) = judged(project)
    assert "`kinesis.put_records` succeeds even if `clicks` took only a part" in finding.message
    assert "`FailedRecordCount`" in finding.message
    assert finding.mend.startswith("check `FailedRecordCount`")
    assert finding.shape == "put_records"


@pytest.mark.parametrize(
    "delivery",
    [{"checked": True}, {"proof": "future"}, {"is_coroutine": True, "awaited": False}],
)
def test_what_is_looked_into_or_no_batch_or_never_sent(scene: Any, delivery: dict[str, Any]) -> None:
    values = {"proof": "batch", **delivery}
    assert judged(scene.project(scene.send(delivery=scene.delivery(**values)))) == []


def test_a_wrapper_is_named_with_what_it_calls(scene: Any) -> None:
    inner = scene.send(None, wrapper=True, delivery=scene.delivery("batch", checked=True))
    outer = scene.send("clicks", via=scene.via(inner), delivery=scene.delivery("batch"))
    calls = [
        scene.effect("publish", place=inner.place, call="kinesis.put_records"),
        scene.effect("publish", place=outer.place, call="put"),
    ]
    (finding,) = judged(scene.project(inner, outer, activities=[scene.activity(*calls)]))
    assert "`put (put_records)`" in finding.message
    assert "its result alone" in finding.message
