from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from eda_lint_rules.fire_and_forget.command_named_event import CommandNamedEvent

from eda_lint.model.finding import Finding
from eda_lint.model.topology import AddressPart, Channel, Coverage, Operation, Place, Project, Via


@dataclass(frozen=True)
class Receivers:
    """A topology that knows who receives."""

    operations: tuple[Operation, ...]

    def receivers(self, channel: str) -> tuple[Operation, ...]:
        return tuple(one for one in self.operations if one.action == "receive" and one.channel == channel)

    def senders(self, channel: str) -> tuple[Operation, ...]:
        raise NotImplementedError

    def channels(self) -> tuple[Channel, ...]:
        raise NotImplementedError

    def reactions(self, handler: str) -> tuple[Operation, ...]:
        raise NotImplementedError

    def producers_of(self, message: str) -> tuple[str, ...]:
        raise NotImplementedError

    def cycles(self) -> tuple[tuple[str, ...], ...]:
        raise NotImplementedError


BILLING = Channel("kafka:billing", "kafka", "stream", "billing", (AddressPart("literal", "billing"),))


def send(message: str | None = "SendInvoiceEmail", line: int = 1, **more: object) -> Operation:
    values: dict[str, object] = {
        "id": f"o{line}", "action": "send", "system": "kafka", "client": "kafka-python", "kind": "stream",
        "place": Place("billing/producer.py", line), "function": "billing.producer:invoice", "service": "billing",
        "channel": "kafka:billing", "address": "billing", "parts": BILLING.parts, "message": message,
        "message_origin": "field" if message else "unknown", **more,
    }  # fmt: skip
    return Operation(**values)  # type: ignore[arg-type]


def judged(*operations: Operation, channel: Channel = BILLING, rule: CommandNamedEvent | None = None) -> list[Finding]:
    project = Project((), (channel,), operations, (), (), (), Receivers(operations), Coverage())
    return list((rule or CommandNamedEvent()).check(project, None))


def test_an_instruction_on_a_stream() -> None:
    (finding,) = judged(send())
    assert finding.message.startswith("`SendInvoiceEmail` is published to stream `billing` but names an action")
    assert finding.place == Place("billing/producer.py", 1)
    assert finding.channels == ("kafka:billing",)
    assert "`InvoiceEmailSent`" in finding.mend
    assert finding.confidence == "likely"


@pytest.mark.parametrize("kind", ["queue", "task", "rpc", "inproc", "unknown"])
def test_other_kinds_of_channels_carry_commands(kind: str) -> None:
    channel = replace(BILLING, kind=kind)
    assert judged(send(kind=kind), channel=channel) == []


def test_the_operation_tells_the_kind_where_the_channel_does_not() -> None:
    assert len(judged(send(), channel=replace(BILLING, kind="unknown"))) == 1


@pytest.mark.parametrize("address", ["billing.commands", "cmd/billing", "mail-tasks", "JOBS", "a_requests", "rpc"])
def test_channels_that_are_called_command_channels(address: str) -> None:
    assert judged(send(address=address), channel=replace(BILLING, address=address)) == []


@pytest.mark.parametrize("address", ["commandos", "taskforce.events", "networks"])
def test_channels_that_only_sound_like_it(address: str) -> None:
    assert len(judged(send(address=address), channel=replace(BILLING, address=address))) == 1


def test_declared_channels_and_orchestrators_are_exempt() -> None:
    assert judged(send(), channel=replace(BILLING, commands=True)) == []
    assert judged(send(function="orders.order_saga:OrderSaga.next")) == []
    assert judged(send(place=Place("orders/process_manager.py", 1))) == []


def test_an_unresolved_channel_is_left_alone() -> None:
    assert judged(send(channel=None, address=None)) == []


def test_one_finding_for_each_name_and_channel_with_the_other_places_as_notes() -> None:
    reader = send("SendInvoiceEmail", 9, action="receive", service="mailer", place=Place("mailer/main.py", 9))
    (finding,) = judged(send(line=7), send(line=3), reader)
    assert finding.place.line == 3
    assert [note.place.line for note in finding.notes] == [7, 9]
    assert finding.services == ("billing", "mailer")
    assert "queue of `mailer`, its only consumer" in finding.mend


def test_a_wrapper_s_own_call_is_left_to_its_callers() -> None:
    inner = send(line=20, wrapper=True)
    outer = send(line=2, via=(Via(inner.place, "billing.bus:emit"),))
    assert [finding.place.line for finding in judged(inner, outer)] == [2]
    assert [finding.place.line for finding in judged(inner)] == [20]


def test_a_routing_key_names_the_message_where_no_type_does() -> None:
    parts = (AddressPart("exchange", "billing"), AddressPart("routing_key", "invoice.send"))
    channel = Channel("rabbitmq:billing", "rabbitmq", "topic", "billing:invoice.send", parts)
    key = send(None, channel=channel.id, address=channel.address, parts=parts, kind="topic")
    assert [finding.confidence for finding in judged(key, channel=channel)] == ["likely"]
    assert judged(replace(key, parts=(parts[0], AddressPart("routing_key", "invoice.{action}"))), channel=channel) == []


def test_a_channel_s_name_counts_only_if_one_type_is_sent_and_never_surely() -> None:
    channel = replace(BILLING, address="send-invoice", parts=(AddressPart("literal", "send-invoice"),))
    plain = send(None, address="send-invoice", parts=channel.parts)
    assert [finding.confidence for finding in judged(plain, channel=channel)] == ["possible"]
    assert judged(plain, send("InvoiceIssued", 2, address="send-invoice"), channel=channel) == []


def test_crud_names_are_only_possible() -> None:
    (finding,) = judged(send("orders/create"))
    assert finding.confidence == "possible"


def test_a_question() -> None:
    (finding,) = judged(send("GetInvoice"))
    assert "asks for an answer" in finding.message


def test_allowed_names() -> None:
    assert judged(send(), rule=CommandNamedEvent(allow=("Send*",))) == []
    assert len(judged(send(), rule=CommandNamedEvent(allow=("send*",)))) == 1


@pytest.mark.parametrize(
    "message", ["InvoiceIssued", "OrderReset", "ScheduledReport", "Heartbeat", "OrderStatus", "", "1"]
)
def test_facts_and_nouns(message: str) -> None:
    assert judged(send(message)) == []


@pytest.mark.parametrize(
    ("address", "found"),
    [("rooms:user:{member}", 0), ("devices/{id}", 0), ("rooms:{room}", 1), ("user-events.{env}", 1)],
)
def test_one_recipients_channel_carries_commands(address: str, found: int) -> None:
    assert len(judged(send(address=address), channel=replace(BILLING, address=address))) == found


def test_one_send_seen_from_its_caller_too_is_one_finding() -> None:
    inner = send(line=9, address="room:{room_id}", channel="redis:room:{room_id}")
    outer = send(line=2, address="room:{id}", channel="redis:room:{id}", via=(Via(inner.place, "billing.rooms:tell"),))
    channels = tuple(replace(BILLING, id=one.channel or "", address=one.address or "") for one in (inner, outer))
    project = Project((), channels, (inner, outer), (), (), (), Receivers((inner, outer)), Coverage())
    (finding,) = CommandNamedEvent().check(project, None)
    assert finding.place == inner.place
    assert finding.notes == ()


def test_a_title_for_people_is_only_possible() -> None:
    assert [one.confidence for one in judged(send("Archive Article"))] == ["possible"]
    assert [one.confidence for one in judged(send("ArchiveArticle"))] == ["likely"]
