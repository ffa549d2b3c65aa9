"""EDA801 and EDA802: the two ends of one question."""

from __future__ import annotations

from typing import Any

import pytest
from eda_lint_rules.topology.unfed_channel import UnfedChannel
from eda_lint_rules.topology.unread_channel import UnreadChannel

from eda_lint.link.traffic.channels import ChannelDeclaration
from eda_lint.model.finding import Finding
from eda_lint.model.topology import AddressPart, Project


def unread(project: Project, **options: Any) -> list[Finding]:
    return list(UnreadChannel(**options).check(project, None))


def unfed(project: Project, **options: Any) -> list[Finding]:
    return list(UnfedChannel(**options).check(project, None))


def test_where_all_services_are_known_each_channel_is_told(scene: Any) -> None:
    first, again = scene.send("a.sent"), scene.send("a.sent", service="billing")
    project = scene.project(scene.send("b.sent"), first, again, scene.receive("c.read"), complete=True)
    one, other = unread(project)
    assert one.message == "Nobody reads stream `a.sent`. What is sent is kept until it expires, and nothing reacts."
    assert (one.symbol, one.shape, one.at_most, one.confidence) == ("a.sent", "channel", None, "proven")
    assert (one.place, [note.place for note in one.notes]) == (again.place, [first.place])
    assert other.channels == ("kafka:b.sent",)
    (finding,) = unfed(project)
    assert finding.message == "Nobody sends to stream `c.read`, so this reader waits in vain."


def test_elsewhere_they_are_one_finding_that_fails_nothing(scene: Any) -> None:
    sends = [scene.send(f"topic{chr(97 + n)}x") for n in range(7)]
    (finding,) = unread(scene.project(*sends))
    assert finding.message.startswith("7 channels are sent to and read by nobody in this repository: `topicax`, ")
    assert "and 2 more" in finding.message
    assert (finding.at_most, finding.symbol, finding.shape) == ("info", "channels", "folded")
    assert [note.place for note in finding.notes] == [send.place for send in sends]
    (finding,) = unfed(scene.project(scene.receive("alone")))
    assert finding.message.startswith("1 channel is read and fed by nobody in this repository: `alone`.")


def test_a_channel_that_is_declared_complete_is_told_in_an_open_world(scene: Any) -> None:
    project = scene.project(
        scene.send("a"), scene.send("inner.x"), channels=[ChannelDeclaration("inner.*", complete=True)]
    )
    one, rest = unread(project)
    assert (one.channels, one.at_most) == (("kafka:inner.x",), None)
    assert (rest.channels, rest.at_most) == (("kafka:a",), "info")


@pytest.mark.parametrize("rule", [unread, unfed])
def test_a_channel_with_both_ends_is_fine(scene: Any, rule: Any) -> None:
    assert rule(scene.project(scene.send(), scene.receive(service="billing"), complete=True)) == []


def test_a_wrappers_own_call_feeds_a_channel_too(scene: Any) -> None:
    assert unfed(scene.project(scene.send("a", wrapper=True), scene.receive("a"), complete=True)) == []


def test_a_reply_feeds_a_channel_and_needs_no_reader(scene: Any) -> None:
    project = scene.project(scene.operation("reply", "answers"), scene.receive("answers"), complete=True)
    assert unfed(project) == []
    assert unread(scene.project(scene.operation("reply", "answers"), complete=True)) == []


def test_external_channels_are_nobodys_fault(scene: Any) -> None:
    outside = [ChannelDeclaration("*", external=True)]
    assert unread(scene.project(scene.send(), channels=outside, complete=True)) == []
    assert unfed(scene.project(scene.receive(), channels=outside, complete=True)) == []


@pytest.mark.parametrize(
    "address", ["orders.dlq", "orders-dead-letter", "OrdersDLQ", "audit.orders", "orders.retry", "orders.errors"]
)
def test_channels_that_people_and_brokers_look_after(scene: Any, address: str) -> None:
    assert unread(scene.project(scene.send(address), complete=True)) == []
    assert unfed(scene.project(scene.receive(address), complete=True)) == []


@pytest.mark.parametrize("address", ["payment.failed", "auditor", "deadlines", "retryable-orders"])
def test_channels_that_only_sound_so(scene: Any, address: str) -> None:
    assert len(unread(scene.project(scene.send(address), complete=True))) == 1


def test_the_options(scene: Any) -> None:
    project = scene.project(scene.send("a"), scene.receive("b"), complete=True)
    assert unread(project, exempt=("a",)) == []
    assert unfed(project, exempt=("b*",)) == []
    assert len(unread(project, exempt=("b",))) == len(unfed(project, exempt=("a",))) == 1


@pytest.mark.parametrize("unknown", [None, "${TOPIC}"])
def test_an_unknown_end_makes_it_possible_only(scene: Any, unknown: str | None) -> None:
    """Silence over guessing: findings of that confidence are shown with `preview` only."""
    other = scene.receive(unknown, service="billing")
    (finding,) = unread(scene.project(scene.send("a"), other, complete=True))
    assert finding.confidence == "possible"
    assert unread(scene.project(scene.send("a"), other)) == []
    (finding, *_) = unfed(scene.project(scene.receive("a"), scene.send(unknown), complete=True))
    assert finding.confidence == "possible"


@pytest.mark.parametrize(
    "harmless",
    [{"wrapper": True}, {"system": "rabbitmq", "kind": "queue"}, {"in_test": True}],
)
def test_an_unknown_end_that_cannot_be_this_one(scene: Any, harmless: dict[str, Any]) -> None:
    (finding,) = unread(scene.project(scene.send("a"), scene.receive(None, **harmless), complete=True))
    assert finding.confidence == "proven"


def test_ends_in_tests_are_none(scene: Any) -> None:
    project = scene.project(scene.send("a"), scene.receive("a", in_test=True), complete=True)
    assert len(unread(project)) == 1
    assert unfed(project) == []


@pytest.mark.parametrize(
    ("sent", "received"),
    [("orders.placed", "^orders.*"), ("orders.{region}", "orders.eu"), ("eu.orders", "${REGION}.orders")],
)
def test_patterns_meet_what_they_match(scene: Any, sent: str, received: str) -> None:
    project = scene.project(scene.send(sent), scene.receive(received), complete=True)
    assert unread(project) == []
    assert unfed(project) == []


def test_a_pattern_that_nothing_matches_waits_for_what_is_to_come(scene: Any) -> None:
    assert unfed(scene.project(scene.receive("orders.*"), complete=True)) == []


def test_a_name_that_is_known_in_part_is_likely(scene: Any) -> None:
    parts = (AddressPart("env", "STAGE"), AddressPart("literal", "-orders"))
    (finding,) = unread(scene.project(scene.send("${STAGE}-orders", parts=parts), complete=True))
    assert finding.confidence == "likely"


def test_one_broker_behind_two_protocols(scene: Any) -> None:
    project = scene.project(
        scene.send("orders", system="rabbitmq"), scene.receive("orders", system="mqtt"), complete=True
    )
    assert unread(project) == []
    assert unfed(project) == []


AMQP = {"system": "rabbitmq"}


def test_a_fanout_exchange_takes_no_notice_of_the_key(scene: Any) -> None:
    send, receive = scene.send("events:", **AMQP), scene.receive("events:orders.#", **AMQP)
    assert unread(scene.project(send, receive, complete=True)) == []
    assert unfed(scene.project(send, receive, complete=True)) == []


def test_a_binding_may_be_out_of_sight(scene: Any) -> None:
    project = scene.project(
        scene.send("events:order.placed", **AMQP), scene.receive("mailer", kind="queue", **AMQP), complete=True
    )
    assert [finding.confidence for finding in unread(project) + unfed(project)] == ["possible", "possible"]
    alone = scene.project(scene.send("events:order.placed", **AMQP), complete=True)
    assert [finding.confidence for finding in unread(alone)] == ["proven"]


def test_infrastructure_carries_a_topic_into_queues(scene: Any) -> None:
    sns = scene.send("payments", system="aws.sns", kind="topic")
    sqs = scene.receive("shipping-payments", system="aws_sqs", kind="queue")
    project = scene.project(sns, sqs, complete=True)
    assert [finding.confidence for finding in unread(project) + unfed(project)] == ["possible", "possible"]
    assert [finding.confidence for finding in unread(scene.project(sns, complete=True))] == ["proven"]


def test_a_setting_may_list_several_channels(scene: Any) -> None:
    parts = (AddressPart("env", "TOPICS", "a, b"),)
    listed = scene.receive("${TOPICS}", parts=parts, default="a, b")
    project = scene.project(scene.send("a"), scene.send("b"), scene.send("c"), listed, complete=True)
    assert [finding.channels for finding in unread(project)] == [("kafka:c",)]
    assert unfed(project) == []


def test_a_subscription_has_a_name_of_its_own(scene: Any) -> None:
    pubsub = {"system": "gcp_pubsub", "kind": "topic"}
    project = scene.project(scene.send("tasks", **pubsub), scene.receive("worker", **pubsub), complete=True)
    assert [finding.confidence for finding in unread(project) + unfed(project)] == ["possible", "possible"]
    assert [finding.confidence for finding in unread(scene.project(scene.send("tasks", **pubsub)))] == ["likely"]


def test_a_queue_without_a_name_is_the_readers_own(scene: Any) -> None:
    assert unfed(scene.project(scene.receive("", system="rabbitmq", kind="queue"), complete=True)) == []


def test_a_readers_queue_below_a_virtual_topic(scene: Any) -> None:
    activemq = {"system": "activemq", "kind": "topic"}
    send = scene.send("/topic/VirtualTopic.Orders", **activemq)
    receive = scene.receive("/queue/Consumer.billing.VirtualTopic.Orders", **activemq)
    other = scene.receive("/queue/Consumer.billing.VirtualTopic.Parcels", **activemq)
    assert (
        unread(scene.project(send, receive, complete=True)) == unfed(scene.project(send, receive, complete=True)) == []
    )
    assert len(unread(scene.project(send, other, complete=True))) == 1


def test_tasks_are_started_and_replies_read_by_others(scene: Any) -> None:
    for kind in ("task", "rpc"):
        project = scene.project(scene.send("a", kind=kind), scene.receive("b", kind=kind), complete=True)
        assert unread(project) == unfed(project) == []
        told = [ChannelDeclaration("*", complete=True)]
        project = scene.project(scene.send("a", kind=kind), scene.receive("b", kind=kind), channels=told)
        assert (len(unread(project)), len(unfed(project))) == (1, 1)


def test_a_misspelt_name_is_told_once_at_the_sender_even_in_an_open_world(scene: Any) -> None:
    send = scene.send("order.placed")
    project = scene.project(send, scene.receive("orders.placed", service="billing"))
    (finding,) = unread(project)
    assert finding.message.endswith("Did you mean `orders.placed`?")
    assert (finding.place, finding.at_most) == (send.place, None)
    assert unfed(project) == []


def test_a_name_near_one_that_works_is_a_hint(scene: Any) -> None:
    ends = [scene.send("orders.placed"), scene.receive("orders.placed", service="billing")]
    (finding,) = unfed(scene.project(*ends, scene.receive("order.placed", service="search")))
    assert finding.at_most == "info"
    assert finding.notes[0].message.endswith("Did you mean `orders.placed`?")
    (finding,) = unfed(scene.project(*ends, scene.receive("order.placed", service="search"), complete=True))
    assert finding.message.endswith("Did you mean `orders.placed`?")


def test_a_misspelling_is_not_lost_where_the_senders_side_is_uncertain(scene: Any) -> None:
    project = scene.project(
        scene.send("order.placed"), scene.receive("orders.placed"), scene.receive(None), complete=True
    )
    assert [finding.confidence for finding in unread(project)] == ["possible"]
    assert [finding.confidence for finding in unfed(project)] == ["proven"]


def test_the_handler_that_never_runs_is_shown(scene: Any) -> None:
    receive = scene.receive("a", handler="orders.main:handle")
    handler = scene.handler(receive)
    (finding,) = unfed(scene.project(receive, handlers=[handler], complete=True))
    assert [note.place for note in finding.notes] == [handler.place]


def test_an_empty_project(scene: Any) -> None:
    assert unread(scene.project(complete=True)) == unfed(scene.project(complete=True)) == []
