"""Queues, topics and functions that apps of the AWS CDK deploy."""

from __future__ import annotations

import textwrap

import pytest

from tests.link.conftest import Link

STACK = """
    import os

    from aws_cdk import Stack, aws_events as events, aws_events_targets as targets, aws_lambda as lambda_
    from aws_cdk import aws_lambda_event_sources as sources, aws_sns as sns, aws_sns_subscriptions as subs
    from aws_cdk import aws_sqs as sqs


    class Shop(Stack):
        def __init__(self, scope, id, **kwargs):
            super().__init__(scope, id, **kwargs)
            self.orders = sqs.Queue(self, "Orders"{name})
            worker = lambda_.Function(
                self, "Worker", runtime=lambda_.Runtime.PYTHON_3_12, handler="app.handle",
                code=lambda_.Code.from_asset({asset}),
            )
            {connect}
            sender = lambda_.Function(
                self, "Sender", runtime=lambda_.Runtime.PYTHON_3_12, handler="outgoing.handle",
                code=lambda_.Code.from_asset("sender"), environment={{"QUEUE_URL": self.orders.queue_url}},
            )
"""
WORKER = "def handle(event, context):\n    print(event)\n"
SENDER = """
    import os
    import boto3

    def handle(event, context):
        boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody="{}")
"""


def files(name: str = ', queue_name="orders"', connect: str = "", asset: str = '"worker"') -> dict[str, str]:
    inside = textwrap.indent(connect.strip(), " " * 8).strip()
    stack = textwrap.dedent(STACK).format(name=name, connect=inside, asset=asset)
    return {
        "cdk.json": '{"app": "python3 app.py"}',
        "app.py": "from aws_cdk import App\nfrom infra.stack import Shop\n\nShop(App(), 'shop')\n",
        "infra/__init__.py": "",
        "infra/stack.py": stack,
        "worker/app.py": WORKER,
        "sender/outgoing.py": textwrap.dedent(SENDER),
    }


SQS = "worker.add_event_source(sources.SqsEventSource(self.orders, batch_size=10))"


@pytest.mark.parametrize(
    "connect",
    [
        SQS,
        "source = sources.SqsEventSource(self.orders)\nworker.add_event_source(source)",
        "worker.add_event_source(sources.SqsEventSource(queue=self.orders))",
        'lambda_.EventSourceMapping(self, "M", target=worker, event_source_arn=self.orders.queue_arn)',
        'worker.add_event_source_mapping("M", event_source_arn=self.orders.queue_arn)',
    ],
)
@pytest.mark.parametrize("asset", ['"worker"', '"./worker"', 'os.path.join(os.path.dirname(__file__), "../worker")'])
def test_an_event_source_and_the_variable_of_a_sender(link: Link, connect: str, asset: str) -> None:
    found = link(files(connect=connect, asset=asset))
    assert {(o.place.file, o.action, o.address, o.channel) for o in found.operations} == {
        ("sender/outgoing.py", "send", "${QUEUE_URL}", "aws_sqs:orders"),
        ("worker/app.py", "receive", "orders", "aws_sqs:orders"),
    }


def test_a_queue_without_a_name(link: Link) -> None:
    found = link(files(name="", connect=SQS))
    assert {(o.place.file, o.address, o.channel) for o in found.operations} == {
        ("sender/outgoing.py", "${QUEUE_URL}", "aws_sqs:${QUEUE_URL}"),
        ("worker/app.py", "${QUEUE_URL}", "aws_sqs:${QUEUE_URL}"),
    }


def test_a_variable_that_is_added_later(link: Link) -> None:
    told = files(connect=SQS)
    told["infra/stack.py"] = told["infra/stack.py"].replace(', environment={"QUEUE_URL": self.orders.queue_url}', "")
    told["infra/stack.py"] += '        sender.add_environment("QUEUE_URL", self.orders.queue_url)\n'
    assert {o.channel for o in link(told).operations} == {"aws_sqs:orders"}


TOPIC = """
topic = sns.Topic(self, "News", topic_name="news")
topic.add_subscription(subs.LambdaSubscription(worker))
"""
KNOWN_TOPIC = """
topic = sns.Topic.from_topic_arn(self, "News", "arn:aws:sns:eu-west-1:1:news")
worker.add_event_source(sources.SnsEventSource(topic))
"""
RULE = """
pattern = events.EventPattern(detail_type=["OrderPlaced"])
events.Rule(self, "R", event_pattern=pattern, targets=[targets.LambdaFunction(worker)])
"""
BUS = """
bus = events.EventBus(self, "Bus", event_bus_name="shop")
rule = events.Rule(self, "R", event_bus=bus, event_pattern=events.EventPattern(source=["s"]))
rule.add_target(targets.LambdaFunction(handler=worker))
"""


@pytest.mark.parametrize(
    ("connect", "system", "address", "message"),
    [
        (TOPIC, "aws_sns", "news", None),
        (KNOWN_TOPIC, "aws_sns", "news", None),
        (RULE, "aws_eventbridge", "default", "OrderPlaced"),
        (BUS, "aws_eventbridge", "shop", None),
    ],
)
def test_topics_and_rules(link: Link, connect: str, system: str, address: str, message: str | None) -> None:
    found = [o for o in link(files(connect=connect)).operations if o.action == "receive"]
    assert [(o.system, o.address, o.message, o.handler) for o in found] == [
        (system, address, message, "worker.app:handle")
    ]


def test_a_schedule_is_no_channel(link: Link) -> None:
    connect = (
        'events.Rule(self, "R", schedule=events.Schedule.rate(1), targets=[targets.LambdaFunction(worker)])\n'
        'events.Rule(self, "S").add_target(targets.LambdaFunction(worker))'
    )
    assert [o.action for o in link(files(connect=connect)).operations] == ["send"]


def test_a_queue_that_is_made_in_another_stack(link: Link) -> None:
    told = files()
    told["infra/reader.py"] = textwrap.dedent("""
        from aws_cdk import Stack, aws_lambda, aws_lambda_event_sources


        class Reader(Stack):
            def __init__(self, scope, id, queue, **kwargs):
                super().__init__(scope, id, **kwargs)
                code = aws_lambda.Code.from_asset("worker")
                worker = aws_lambda.Function(self, "W", handler="app.handle", code=code)
                worker.add_event_source(aws_lambda_event_sources.SqsEventSource(queue))
    """)
    told["app.py"] = (
        "from aws_cdk import App\nfrom infra.reader import Reader\nfrom infra.stack import Shop\n\n"
        "app = App()\nshop = Shop(app, 'shop')\nReader(app, 'reader', shop.orders)\n"
    )
    assert {(o.action, o.channel) for o in link(told).operations} == {
        ("send", "aws_sqs:orders"),
        ("receive", "aws_sqs:orders"),
    }


def test_a_queue_that_something_else_reads(link: Link) -> None:
    connect = (
        'topic = sns.Topic(self, "News", topic_name="news")\ntopic.add_subscription(subs.SqsSubscription(self.orders))'
    )
    told = files(connect=connect)
    told["news.py"] = "import boto3\n\nboto3.client('sns').publish(TopicArn='arn:aws:sns:eu:1:news', Message='')\n"
    assert {c.id: c.external for c in link(told).channels} == {"aws_sns:news": True, "aws_sqs:orders": True}
