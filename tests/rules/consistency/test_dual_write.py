from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eda_lint_rules.consistency.dual_write import DualWrite

from eda_lint.model.finding import Finding
from eda_lint.model.topology import Activity, Arm, Effect, Guard, Operation, Place, Via

RULE = DualWrite()
PLACE = Place("settings.py", 7)


def in_order(*effects: Effect) -> list[Effect]:
    return [replace(effect, order=order) for order, effect in enumerate(effects)]


def judged(scene: Any, *effects: Effect, sent: Operation, rule: DualWrite = RULE, **more: Any) -> list[Finding]:
    activity = replace(scene.activity(*in_order(*effects)), **more)
    return list(rule.check(scene.project(sent, activities=[activity]), None))


def handled(scene: Any, *effects: Effect, sent: Operation, **received: Any) -> list[Finding]:
    receive = scene.receive("payments", **received)
    handler = scene.handler(receive, *in_order(*effects))
    return list(RULE.check(scene.project(sent, receive, handlers=[handler]), None))


def publish(scene: Any, sent: Operation, **more: Any) -> Effect:
    values = {"operation": sent.id, "call": "producer.send", "place": sent.place} | more
    effect: Effect = scene.effect("publish", **values)
    return effect


@pytest.fixture
def sent(scene: Any) -> Operation:
    operation: Operation = scene.send("orders", message="OrderPlaced")
    return operation


def write(scene: Any, kind: str = "insert", transaction: int | None = 1, **more: Any) -> Effect:
    values = {"target": "orders", "call": "session.add", "transaction": transaction} | more
    effect: Effect = scene.effect(kind, **values)
    return effect


def commit(scene: Any, transaction: int | None = 1, **more: Any) -> Effect:
    effect: Effect = scene.effect("commit", call="session.commit", transaction=transaction, **more)
    return effect


def test_inside_the_transaction(scene: Any, sent: Operation) -> None:
    begin = scene.effect("begin", transaction=1)
    (finding,) = judged(scene, begin, write(scene), publish(scene, sent, transaction=1), commit(scene), sent=sent)
    assert finding.place == sent.place
    assert (finding.confidence, finding.at_most) == ("proven", None)
    assert "`producer.send` sends `OrderPlaced` inside the transaction that changes `orders`" in finding.message
    assert [note.message for note in finding.notes] == [
        "`main` runs",
        "`session.add` changes `orders`",
        "`producer.send` tells of it",
        "the transaction is opened here",
    ]
    assert finding.channels == ("kafka:orders",)


def test_a_task_inside_the_transaction(scene: Any) -> None:
    task = scene.send("celery", message="confirm", kind="task", client="celery", system="celery")
    call = replace(publish(scene, task, transaction=1), kind="enqueue")
    (finding,) = judged(scene, write(scene), call, commit(scene), sent=task)
    assert "enqueues `confirm` inside the transaction" in finding.message
    assert "on_commit" in finding.mend


def test_the_write_may_come_later_in_the_transaction(scene: Any, sent: Operation) -> None:
    found = judged(scene, publish(scene, sent, transaction=1), write(scene), commit(scene), sent=sent)
    assert [one.at_most for one in found] == [None]


def test_a_transaction_that_the_framework_opens(scene: Any, sent: Operation) -> None:
    effects = write(scene, transaction=None), publish(scene, sent)
    (finding,) = judged(scene, *effects, sent=sent, transactional=True, transaction_evidence=PLACE)
    assert "inside the transaction" in finding.message
    assert finding.notes[-1].place == PLACE


def test_after_the_commit(scene: Any, sent: Operation) -> None:
    (finding,) = judged(scene, write(scene), commit(scene), publish(scene, sent), sent=sent)
    assert (finding.confidence, finding.at_most) == ("likely", "warning")
    assert "after `orders`" in finding.message
    assert "nobody is told" in finding.message


def test_a_write_that_is_permanent_at_once(scene: Any, sent: Operation) -> None:
    (finding,) = judged(scene, write(scene, transaction=None), publish(scene, sent), sent=sent)
    assert finding.at_most == "warning"


@pytest.mark.parametrize("library", ["redis", "python", "google-cloud-storage", "elasticsearch"])
def test_files_caches_and_indexes_are_no_record(scene: Any, sent: Operation, library: str) -> None:
    assert judged(scene, write(scene, transaction=None, library=library), publish(scene, sent), sent=sent) == []


def test_before_the_record_is_made(scene: Any, sent: Operation) -> None:
    (finding,) = judged(scene, publish(scene, sent), write(scene), commit(scene), sent=sent)
    assert "before `orders`" in finding.message
    assert finding.at_most == "warning"
    assert judged(scene, publish(scene, sent), write(scene, "set"), commit(scene), sent=sent) == []


def test_in_a_hook_after_the_commit(scene: Any, sent: Operation) -> None:
    hook = publish(scene, sent, after_commit=True, path=(Arm(1, "deferred", 0),))
    (finding,) = judged(scene, write(scene), hook, commit(scene), sent=sent)
    assert finding.at_most == "info"
    assert "in a hook after the commit" in finding.message


def test_tasks_after_the_commit_are_as_they_should_be(scene: Any) -> None:
    task = scene.send("celery", kind="task")
    after = replace(publish(scene, task), kind="enqueue")
    assert judged(scene, write(scene), commit(scene), after, sent=task) == []
    (finding,) = judged(scene, write(scene), replace(after, after_commit=True), commit(scene), sent=task)
    assert finding.confidence == "possible"


@pytest.mark.parametrize("target", ["outbox_events", "shop_OutboxMessage", "domain_events", "event_store"])
def test_an_outbox(scene: Any, sent: Operation, target: str) -> None:
    outbox = write(scene, target=target)
    assert judged(scene, write(scene), outbox, publish(scene, sent, transaction=1), commit(scene), sent=sent) == []


def test_the_name_of_the_outbox_is_an_option(scene: Any, sent: Operation) -> None:
    effects = write(scene, target="letters"), publish(scene, sent, transaction=1), commit(scene)
    assert len(judged(scene, *effects, sent=sent)) == 1
    assert judged(scene, *effects, sent=sent, rule=DualWrite(outbox=("letters",))) == []


def test_a_polling_publisher_marks_what_it_sent(scene: Any, sent: Operation) -> None:
    loop = (Arm(1, "loop", 0),)
    mark = write(scene, "set", path=loop)
    send = publish(scene, sent, transaction=1, path=loop)
    assert judged(scene, send, mark, commit(scene), sent=sent) == []
    assert len(judged(scene, mark, send, commit(scene), sent=sent)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "inproc"},
        {"kind": "rpc"},
        {"client": "procrastinate"},
        {"address": "shop.metrics"},
        {"address": "cache.invalidation"},
        {"in_test": True},
        {"place": Place("orders/outbox/send.py", 3)},
    ],
    ids=str,
)
def test_sends_that_do_not_count(scene: Any, changes: dict[str, Any]) -> None:
    values = {"address": "orders", **changes}
    operation = scene.send(values.pop("address"), **values)
    effects = write(scene), publish(scene, operation, transaction=1), commit(scene)
    assert judged(scene, *effects, sent=operation) == []


def test_a_relay_is_known_by_its_name(scene: Any, sent: Operation) -> None:
    effects = write(scene), publish(scene, sent, transaction=1)
    assert judged(scene, *effects, sent=sent, function="orders.main:relay") == []


def test_nothing_is_changed(scene: Any, sent: Operation) -> None:
    begin, read = scene.effect("begin", transaction=1), scene.effect("read", transaction=1)
    assert judged(scene, begin, read, publish(scene, sent, transaction=1), commit(scene), sent=sent) == []
    assert judged(scene, write(scene, durable=False), publish(scene, sent, transaction=1), sent=sent) == []


def test_other_ways_through_the_function(scene: Any, sent: Operation) -> None:
    then, otherwise = (Arm(1, "if", 0),), (Arm(1, "if", 1),)
    body, failed = (Arm(2, "try", 0),), (Arm(2, "except", 1),)
    dry = publish(scene, sent, transaction=1, path=then)
    assert judged(scene, dry, write(scene, path=otherwise), commit(scene, path=otherwise), sent=sent) == []
    told = publish(scene, sent, path=failed)
    assert judged(scene, write(scene, path=body), commit(scene, path=body), told, sent=sent) == []


def test_a_handler_that_is_run_again_sends_again(scene: Any, sent: Operation) -> None:
    effects = write(scene, "set"), commit(scene), publish(scene, sent)
    assert handled(scene, *effects, sent=sent) == []
    assert len(handled(scene, *effects, sent=sent, kind="queue", auto_settle=True)) == 1
    assert len(handled(scene, *effects, sent=sent, kind="inproc")) == 1


def test_a_handler_that_skips_what_it_did_does_not_send_again(scene: Any, sent: Operation) -> None:
    guard = Guard("inbox", PLACE, True, "seen")
    assert len(handled(scene, write(scene), commit(scene), publish(scene, sent, guards=(guard,)), sent=sent)) == 1


def test_a_handler_that_acknowledged_is_not_run_again(scene: Any, sent: Operation) -> None:
    ack = scene.effect("settle", settle="commit")
    assert len(handled(scene, write(scene), commit(scene), ack, publish(scene, sent), sent=sent)) == 1


def test_inside_the_transaction_of_a_handler(scene: Any, sent: Operation) -> None:
    (finding,) = handled(scene, write(scene), publish(scene, sent, transaction=1), commit(scene), sent=sent)
    assert finding.notes[0].message == "orders receives a message of `payments`"


def test_handlers_in_process_run_inside_the_transaction_of_the_sender(scene: Any, sent: Operation) -> None:
    raised = scene.send("OrderPaid", kind="inproc", system="inproc", message="OrderPaid")
    reaction = scene.receive("OrderPaid", kind="inproc", system="inproc", message="OrderPaid")
    handler = scene.handler(reaction, publish(scene, sent), id="orders.reactions:tell")
    activity: Activity = scene.activity(*in_order(write(scene), publish(scene, raised, transaction=1), commit(scene)))
    (finding,) = RULE.check(scene.project(sent, raised, reaction, handlers=[handler], activities=[activity]), None)
    assert finding.place == sent.place
    assert "inside the transaction that changes `orders`" in finding.message
    assert "`producer.send` hands it on" in [note.message for note in finding.notes]


def test_one_send_is_one_finding_in_its_gravest_form(scene: Any, sent: Operation) -> None:
    after = scene.activity(*in_order(write(scene), commit(scene), publish(scene, sent)))
    inside = scene.activity(*in_order(write(scene), publish(scene, sent, transaction=1), commit(scene)))
    (finding,) = RULE.check(scene.project(sent, activities=[after, inside]), None)
    assert finding.at_most is None


def test_all_that_a_function_sends_of_a_change_is_one_finding(scene: Any, sent: Operation) -> None:
    calls = [publish(scene, sent, transaction=1, place=Place("orders/main.py", line)) for line in (50, 60)]
    (finding,) = judged(scene, write(scene), *calls, commit(scene), sent=sent)
    assert finding.place.line == 50
    assert [note.place.line for note in finding.notes if "in the same way" in note.message] == [60]


def test_tests_are_exempt(scene: Any, sent: Operation) -> None:
    effects = write(scene), publish(scene, sent, transaction=1), commit(scene)
    assert judged(scene, *effects, sent=sent, in_test=True) == []


def test_a_session_whose_end_is_not_seen_may_be_over(scene: Any, sent: Operation) -> None:
    effects = write(scene), publish(scene, sent, transaction=1)
    assert judged(scene, *effects, sent=sent) == []
    (finding,) = judged(scene, *effects, commit(scene), sent=sent)
    assert [note.message for note in finding.notes][-1] == "`session.commit` commits"


def test_what_is_sent_on_the_way_out_tells_of_no_later_write(scene: Any, sent: Operation) -> None:
    begin = scene.effect("begin", transaction=1)
    failed = publish(scene, sent, transaction=1, path=(Arm(1, "except", 1),))
    assert judged(scene, begin, failed, write(scene), commit(scene), sent=sent) == []
    assert len(judged(scene, begin, replace(failed, path=()), write(scene), commit(scene), sent=sent)) == 1


def test_the_nearest_write_is_named(scene: Any, sent: Operation) -> None:
    via = (Via(Place("orders/main.py", 3), "orders:audit"),)
    begin = scene.effect("begin", transaction=1)
    far, near = write(scene, target="audit", via=via), write(scene)
    (finding,) = judged(scene, begin, far, near, publish(scene, sent, transaction=1), commit(scene), sent=sent)
    assert "changes `orders`" in finding.message


def test_a_topic_that_keeps_nothing_loses_nothing(scene: Any) -> None:
    live = scene.send("orders", system="redis", kind="topic")
    assert judged(scene, write(scene), commit(scene), publish(scene, live), sent=live) == []
    assert len(judged(scene, write(scene), publish(scene, live, transaction=1), commit(scene), sent=live)) == 1
    kept = scene.send("orders", system="redis", kind="stream")
    assert len(judged(scene, write(scene), commit(scene), publish(scene, kept), sent=kept)) == 1


def test_what_is_stored_after_a_change_was_told_is_something_else(scene: Any, sent: Operation) -> None:
    change = write(scene, "set", path=(Arm(1, "if", 0),))
    audit = write(scene, target="audit_log", transaction=2)
    told = publish(scene, sent)
    assert judged(scene, change, commit(scene), told, audit, commit(scene, 2), sent=sent) == []
    assert len(judged(scene, told, audit, commit(scene, 2), sent=sent)) == 1


@pytest.mark.parametrize("kind", ["if", "loop", "case", "except"])
def test_a_record_that_may_be_made_later_is_not_what_was_told(scene: Any, sent: Operation, kind: Any) -> None:
    path = (Arm(1, kind, 1),)
    later = write(scene, path=path), commit(scene, path=path)
    assert judged(scene, publish(scene, sent), *later, sent=sent) == []
