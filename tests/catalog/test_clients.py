"""What the client tables must say, told once more in the words of the libraries' own documentation."""

from __future__ import annotations

import pytest

from eda_lint.catalog.load import Catalog, TypeRef, default_of, load_catalog
from eda_lint.catalog.tables import Callable, Source

CATALOG = load_catalog()


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return CATALOG


def method(path: str, name: str) -> Callable:
    """A method of the class at a path; its newest overload."""
    ref = CATALOG.type_at(path)
    assert ref is not None
    found = CATALOG.method(ref, name)
    assert found is not None
    return found


def given(callable_: Callable, role: str, positional: int, *keywords: str) -> object:
    """Which argument of a call (its position or keyword) has a role."""
    sources = callable_.roles[role]
    slots = CATALOG.bind(callable_, positional, keywords)
    assert slots is not None
    for source in (sources,) if isinstance(sources, Source) else sources:
        if source.param in slots:
            return slots[source.param]
    return None


@pytest.mark.parametrize(
    ("path", "name", "channel", "payload", "key"),
    [
        ("kafka.KafkaProducer", "send", 0, 1, 2),
        ("kafka.producer.kafka.KafkaProducer", "send", 0, 1, 2),
        ("confluent_kafka.Producer", "produce", 0, 1, 2),
        ("confluent_kafka.SerializingProducer", "produce", 0, 2, 1),
        ("confluent_kafka.aio.AIOProducer", "produce", 0, 1, 2),
        ("confluent_kafka.aio.AsyncSerializingProducer", "produce", 0, 2, 1),
        ("aiokafka.AIOKafkaProducer", "send_and_wait", 0, 1, 2),
        ("faust.App", "send", 0, 2, 1),
        ("faststream.kafka.KafkaBroker", "publish", 1, 0, None),
        ("faststream.nats.NatsBroker", "publish", 1, 0, None),
        ("stomp.Connection", "send", 0, 1, None),
        ("redis.Redis", "xadd", 0, 1, None),
        ("redis.asyncio.Redis", "publish", 0, 1, None),
        ("nats.aio.client.Client", "publish", 0, 1, None),
        ("paho.mqtt.client.Client", "publish", 0, 1, None),
        ("google.cloud.pubsub_v1.PublisherClient", "publish", 0, 1, 2),
    ],
)
def test_positions_of_sends(path: str, name: str, channel: int, payload: int, key: int | None) -> None:
    send = method(path, name)
    most = max(position for position in (channel, payload, key) if position is not None) + 1
    assert send.action == "send"
    assert given(send, "channel", most) == channel
    assert given(send, "payload", most) == payload
    if key is not None:
        assert given(send, "key", most) == key


@pytest.mark.parametrize(
    ("path", "name", "handler"),
    [
        ("pika.adapters.blocking_connection.BlockingChannel", "basic_consume", 1),
        ("aio_pika.abc.AbstractQueue", "consume", 0),
        ("google.cloud.pubsub_v1.SubscriberClient", "subscribe", 1),
        ("nats.js.JetStreamContext", "subscribe", 2),
        ("pulsar.Client", "subscribe", 4),
        ("azure.eventhub.EventHubConsumerClient", "receive", 0),
    ],
)
def test_positions_of_handlers(path: str, name: str, handler: int) -> None:
    receive = method(path, name)
    assert receive.action == "receive"
    assert receive.handler_types[receive.record_at] == receive.record
    assert given(receive, "handler", handler + 1) == handler


def test_pika_before_1_takes_the_callback_first(catalog: Catalog) -> None:
    channel = catalog.type_at("pika.adapters.blocking_connection.BlockingChannel")
    assert channel is not None
    (old,) = catalog.methods(channel, "basic_consume", "0.13.1")
    assert (given(old, "handler", 2), given(old, "channel", 2)) == (0, 1)
    both = catalog.methods(channel, "basic_consume")
    assert catalog.overload(both, 1, ["queue", "no_ack"]) is old
    assert catalog.overload(both, 0, ["queue", "on_message_callback", "auto_ack"]) is both[0]


@pytest.mark.parametrize("service", ["sqs", "sns", "kinesis", "events", "firehose", "dynamodb", "s3"])
def test_the_service_selects_the_type(catalog: Catalog, service: str) -> None:
    found = catalog.function_at("boto3.client")
    assert found is not None
    library, client = found
    assert client.returns_by["service_name"][service] == service
    assert service in library.types


@pytest.mark.parametrize(
    ("path", "name", "key"),
    [
        ("mypy_boto3_sqs.client.SQSClient", "send_message_batch", "Failed"),
        ("mypy_boto3_sns.client.SNSClient", "publish_batch", "Failed"),
        ("mypy_boto3_kinesis.client.KinesisClient", "put_records", "FailedRecordCount"),
        ("mypy_boto3_events.client.EventBridgeClient", "put_events", "FailedEntryCount"),
    ],
)
def test_batches_say_where_failures_are_told(path: str, name: str, key: str) -> None:
    batch = method(path, name)
    assert (batch.proof, batch.failure_key) == ("batch", key)


def test_the_asyncio_twin_is_awaited(catalog: Catalog) -> None:
    for plain, twin, name in (
        ("mypy_boto3_sqs.client.SQSClient", "types_aiobotocore_sqs.client.SQSClient", "send_message"),
        ("redis.Redis", "redis.asyncio.Redis", "xadd"),
        ("azure.servicebus.ServiceBusSender", "azure.servicebus.aio.ServiceBusSender", "send_messages"),
    ):
        first, second = catalog.type_at(plain), catalog.type_at(twin)
        assert first is not None
        assert second is not None
        assert not catalog.is_coroutine(first, method(plain, name))
        assert catalog.is_coroutine(second, method(twin, name))
    redis = catalog.type_at("redis.asyncio.Redis")
    assert redis is not None
    assert not catalog.is_coroutine(redis, method("redis.asyncio.Redis", "pubsub"))


@pytest.mark.parametrize(
    ("version", "acks", "idempotent"), [("2.0.2", "1", "false"), ("2.3.0", "1", "false"), ("3.0.12", "all", "true")]
)
def test_defaults_of_kafka_python(catalog: Catalog, version: str, acks: str, idempotent: str) -> None:
    constructor = catalog.constructor(TypeRef("kafka-python", "producer"))
    assert constructor is not None
    settings = {setting.name: setting for setting in constructor.settings}
    assert default_of(settings["acks"], version) == acks
    assert default_of(settings["idempotent_producer"], version) == idempotent
    assert default_of(settings["acks"], None) == ""


def test_a_listener_of_a_stomp_release_is_known_by_its_parameters(catalog: Catalog) -> None:
    listener = catalog.type_at("stomp.ConnectionListener")
    assert listener is not None
    (new,) = catalog.overrides(listener, "on_message", "9.0.0")
    (old,) = catalog.overrides(listener, "on_message", "5.0")
    assert (new.params, old.params) == (("frame",), ("headers", "body"))


@pytest.mark.parametrize(
    ("path", "system", "kind"),
    [
        ("kafka.KafkaProducer", "kafka", "stream"),
        ("confluent_kafka.ShareConsumer", "kafka", "queue"),
        ("pika.channel.Channel", "rabbitmq", "queue"),
        ("mypy_boto3_sns.client.SNSClient", "aws_sns", "topic"),
        ("mypy_boto3_kinesis.client.KinesisClient", "aws_kinesis", "stream"),
        ("mypy_boto3_events.client.EventBridgeClient", "aws_eventbridge", "topic"),
        ("celery.Task", "celery", "task"),
        ("google.cloud.pubsub_v1.PublisherClient", "gcp_pubsub", "topic"),
        ("faststream.rabbit.RabbitBroker", "rabbitmq", "queue"),
        ("nats.js.JetStreamContext", "nats", "stream"),
        ("azure.servicebus.ServiceBusClient", "servicebus", "queue"),
        ("openedx_events.tooling.OpenEdxPublicSignal", "inproc", "inproc"),
    ],
)
def test_systems_and_kinds(catalog: Catalog, path: str, system: str, kind: str) -> None:
    ref = catalog.type_at(path)
    assert ref is not None
    assert (catalog.system(ref), catalog.kind(ref)) == (system, kind)


def test_a_client_is_never_an_effect_alone(catalog: Catalog) -> None:
    for root in ("kafka", "pika", "boto3", "celery", "redis", "google.cloud.pubsub_v1"):
        assert root in catalog.import_roots()
    for root in ("django", "sqlalchemy", "requests", "smtplib"):
        assert root not in catalog.import_roots()


def test_every_action_says_what_it_acts_on(catalog: Catalog) -> None:
    """A send or receive has an address by some role, or (polls, task classes) gets it from what made it; in process
    the message's class may be all there is."""
    silent: list[str] = []
    for library in catalog.libraries.values():
        for key, type_ in library.types.items():
            for callable_ in type_.methods:
                addressed = {"channel", "exchange", "routing_key"} & callable_.roles.keys()
                told = addressed or callable_.polls or callable_.elsewhere
                if callable_.action in ("send", "receive") and not told:
                    if callable_.kind == "inproc" and "message" in callable_.roles:
                        continue
                    silent.append(f"{library.name}:{key}.{callable_.name}")
    assert not silent


def test_every_settle_says_how(catalog: Catalog) -> None:
    for library in catalog.libraries.values():
        for type_ in library.types.values():
            assert all(bool(c.settle) == (c.action == "settle") for c in type_.methods)
