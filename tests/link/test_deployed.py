"""Channels that code names by variables, and deployment files by name."""

from __future__ import annotations

import textwrap

import pytest

from tests.link.conftest import Link

SEND = """
    import os
    from kafka import KafkaProducer

    KafkaProducer().send(os.environ["OUTBOX"])
"""
RECEIVE = """
    import os
    from kafka import KafkaConsumer

    for message in KafkaConsumer(os.getenv("INBOX")):
        print(message)
"""


def files(**more: str) -> dict[str, str]:
    """A sender and a receiver in two services, which call their topic by two variables."""
    told = {
        "shop/Dockerfile": "",
        "shop/main.py": SEND,
        "mail/Dockerfile": "",
        "mail/main.py": RECEIVE,
        **{name.replace("__", "/").replace("_DOT_", "."): text for name, text in more.items()},
    }
    return {path: textwrap.dedent(text) for path, text in told.items()}


def channels(link: Link, told: dict[str, str]) -> dict[str, str | None]:
    """File → channel of its operation."""
    return {o.place.file: o.channel for o in link(told).operations}


COMPOSE = """
    services:
      shop:
        build: shop
        environment:
          OUTBOX: orders
      mail:
        build: ./mail
        environment:
          - INBOX=${TOPIC:-orders}
"""
ENV_FILE = """
    x-common: &common
      env_file: common.env
    services:
      shop:
        <<: *common
        build: shop
      mail:
        <<: *common
        build: mail
        environment: {INBOX: orders}
"""
KUBERNETES = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: topics}
    data: {OUTBOX: orders, orders_topic: orders}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: shop}
    spec:
      template:
        spec:
          containers:
            - {name: shop, image: "registry/shop:1", envFrom: [{configMapRef: {name: topics}}]}
    ---
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: mail}
    spec:
      jobTemplate:
        spec:
          template:
            spec:
              containers:
                - name: mail
                  image: mail
                  env: [{name: INBOX, valueFrom: {configMapKeyRef: {name: topics, key: orders_topic}}}]
"""
KUSTOMIZE = "configMapGenerator: [{name: topics, literals: [OUTBOX=orders, orders_topic=orders]}]\n"


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"compose_DOT_yaml": COMPOSE}, id="compose"),
        pytest.param({"compose_DOT_yaml": ENV_FILE, "common_DOT_env": "OUTBOX=orders\nINBOX=other\n"}, id="env_file"),
        pytest.param({"deploy__all_DOT_yaml": KUBERNETES}, id="kubernetes"),
        pytest.param(
            {
                "k8s__kustomization_DOT_yaml": KUSTOMIZE,
                "k8s__all_DOT_yaml": KUBERNETES.partition("---")[2],
            },
            id="kustomize",
        ),
        pytest.param({"_DOT_env": "OUTBOX=orders\nINBOX=orders\n"}, id=".env"),
        pytest.param(
            {"shop__Dockerfile": "ENV OUTBOX=orders A=b\n", "mail__Dockerfile": "ARG T=orders\nENV INBOX $T\n"},
            id="Dockerfile",
        ),
        pytest.param(
            {"chart__values_DOT_yaml": "env: {OUTBOX: orders}\nextra: [{name: INBOX, value: orders}]\n"}, id="Helm"
        ),
        pytest.param({"app_DOT_json": '{"env": {"OUTBOX": "orders", "INBOX": {"value": "orders"}}}'}, id="Heroku"),
        pytest.param({"shop___DOT_env": "OUTBOX=orders\n", "mail___DOT_env": "INBOX='orders'\n"}, id=".env each"),
    ],
)
def test_two_variables_of_one_topic(link: Link, told: dict[str, str]) -> None:
    found = link(files(**told))
    assert {(o.action, o.address, o.default, o.channel) for o in found.operations} == {
        ("send", "${OUTBOX}", "orders", "kafka:orders"),
        ("receive", "${INBOX}", "orders", "kafka:orders"),
    }


def test_what_is_said_in_two_ways_is_not_known(link: Link) -> None:
    told = files(compose_DOT_yaml=COMPOSE, shop___DOT_env="OUTBOX=other\n")
    assert channels(link, told) == {"shop/main.py": "kafka:${OUTBOX}", "mail/main.py": "kafka:orders"}


def test_one_variable_of_two_topics(link: Link) -> None:
    compose = """
        services:
          shop: {build: shop, environment: {TOPIC: orders}}
          mail: {build: mail, environment: {TOPIC: mails}}
    """
    told = files(compose_DOT_yaml=textwrap.dedent(compose))
    told = {path: text.replace("OUTBOX", "TOPIC").replace("INBOX", "TOPIC") for path, text in told.items()}
    assert channels(link, told) == {"shop/main.py": "kafka:orders", "mail/main.py": "kafka:mails"}


@pytest.mark.parametrize(
    ("inbox", "expected"),
    [
        # Deployed with another name than the code's default: the one that has another end.
        ('os.getenv("INBOX", "local")', "kafka:orders"),
        # The code's default is enough.
        ('os.getenv("INBOX", "orders")', "kafka:orders"),
    ],
)
def test_a_default_in_the_code_and_another_name_where_it_is_deployed(link: Link, inbox: str, expected: str) -> None:
    told = files(compose_DOT_yaml=COMPOSE)
    told["mail/main.py"] = told["mail/main.py"].replace('os.getenv("INBOX")', inbox)
    assert channels(link, told) == {"shop/main.py": "kafka:orders", "mail/main.py": expected}


def test_a_part_of_a_name(link: Link) -> None:
    told = files(_DOT_env="STAGE=live\n")
    told["shop/main.py"] = told["shop/main.py"].replace('os.environ["OUTBOX"]', "f\"{os.environ['STAGE']}.orders\"")
    [send] = [o for o in link(told).operations if o.action == "send"]
    assert (send.address, send.default) == ("${STAGE}.orders", "live.orders")


# ------------------------------------------------------------------------------------------- templates

SAM = """
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Orders: {Type: AWS::SQS::Queue}
      News: {Type: AWS::SNS::Topic, Properties: {TopicName: news}}
      Sender:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: sender
          Handler: app.handle
          Environment:
            Variables: {QUEUE_URL: !Ref Orders, TOPIC_ARN: !Sub "${News}"}
      Worker:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: worker
          Handler: app.handle
          Events:
            In: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
"""
SENDER = """
    import os
    import boto3

    def handle(event, context):
        boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody="{}")
        boto3.client("sns").publish(TopicArn=os.environ["TOPIC_ARN"], Message="{}")
"""
WORKER = "def handle(event, context):\n    print(event)\n"


def stack(template: str = SAM, directory: str = "", **more: str) -> dict[str, str]:
    told = {"template.yaml": template, "sender/app.py": SENDER, "worker/app.py": WORKER}
    return {directory + path: textwrap.dedent(text) for path, text in (told | more).items()}


def test_a_queue_of_a_template_and_the_variable_that_carries_it(link: Link) -> None:
    found = link(stack())
    assert {(o.place.file, o.address, o.default, o.channel) for o in found.operations} == {
        ("sender/app.py", "${QUEUE_URL}", None, "aws_sqs:${QUEUE_URL}"),
        ("sender/app.py", "${TOPIC_ARN}", "news", "aws_sns:news"),
        ("worker/app.py", "${QUEUE_URL}", None, "aws_sqs:${QUEUE_URL}"),
    }


def test_equal_variables_of_two_stacks_are_two_queues(link: Link) -> None:
    found = link({**stack(directory="a/"), **stack(directory="b/")})
    queues = {o.place.file: o.channel for o in found.operations if o.system == "aws_sqs"}
    assert queues == {
        "a/sender/app.py": "aws_sqs:{a/Orders}",
        "a/worker/app.py": "aws_sqs:{a/Orders}",
        "b/sender/app.py": "aws_sqs:{b/Orders}",
        "b/worker/app.py": "aws_sqs:{b/Orders}",
    }


def test_two_variables_of_one_queue(link: Link) -> None:
    template = SAM.replace("CodeUri: worker", "CodeUri: worker\n          Environment: {Variables: {OWN: !Ref Orders}}")
    found = link(stack(template))
    assert {(o.place.file, o.address, o.channel) for o in found.operations if o.system == "aws_sqs"} == {
        ("sender/app.py", "${QUEUE_URL}", "aws_sqs:{Orders}"),
        ("worker/app.py", "${OWN}", "aws_sqs:{Orders}"),
    }


@pytest.mark.parametrize(
    "reader",
    [
        "Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref News, Protocol: email, Endpoint: a@b.c}",
        "Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref News, Protocol: sqs, Endpoint: !GetAtt Orders.Arn}",
        "Type: AWS::Events::Rule, Properties: {EventPattern: {a: [b]}, Targets: [{Arn: !Ref News}]}",
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_readers_and_senders_that_are_no_python(link: Link, reader: str, named: bool) -> None:
    template = SAM if named else SAM.replace(", Properties: {TopicName: news}", "")
    found = link(stack(template.replace("      News:", f"      Extra: {{{reader}}}\n      News:")))
    [topic] = [c for c in found.channels if c.system == "aws_sns"]
    assert topic.external
    assert not any(c.external for c in link(stack()).channels)


def test_an_event_source_mapping_beside_the_function(link: Link) -> None:
    plain = """
    Resources:
      Orders: {Type: AWS::SQS::Queue, Properties: {QueueName: orders}}
      Worker:
        Type: AWS::Lambda::Function
        Properties: {Code: worker, Handler: app.handle}
      Mapping:
        Type: AWS::Lambda::EventSourceMapping
        Properties: {EventSourceArn: !GetAtt Orders.Arn, FunctionName: !Ref Worker}
    """
    found = link({"infra.yml": textwrap.dedent(plain), "worker/app.py": WORKER})
    assert [(o.action, o.system, o.address, o.handler) for o in found.operations] == [
        ("receive", "aws_sqs", "orders", "worker.app:handle")
    ]


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        pytest.param(
            "Bus: !Ref Bus",
            "Child: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {Bus: shop}}}",
            id="nested stack",
        ),
        pytest.param("Bus: !ImportValue shop-bus", "Nothing: {Type: AWS::SQS::Queue}", id="import"),
        pytest.param('Bus: "{{resolve:ssm:/shop/bus}}"', "Nothing: {Type: AWS::SQS::Queue}", id="parameter store"),
        pytest.param('Bus: !Sub "arn:aws:events:eu:1:event-bus/${Bus}"', "Child: {Type: AWS::Serverless::Application, "
                     "Properties: {Location: ./child.yaml, Parameters: {Bus: !GetAtt Shop.Arn}}}", id="Sub"),
    ],
)  # fmt: skip
def test_values_of_other_templates(link: Link, inner: str, outer: str) -> None:
    parent = f"""
    Resources:
      Shop: {{Type: AWS::Events::EventBus, Properties: {{Name: shop}}}}
      Stored: {{Type: AWS::SSM::Parameter, Properties: {{Name: /shop/bus, Value: !Ref Shop}}}}
      {outer}
    Outputs:
      Bus: {{Value: !GetAtt Shop.Name, Export: {{Name: shop-bus}}}}
    """
    child = f"""
    AWSTemplateFormatVersion: "2010-09-09"
    Parameters: {{Bus: {{Type: String}}}}
    Resources:
      Worker:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: worker
          Handler: app.handle
          Events: {{In: {{Type: EventBridgeRule, Properties: {{Event{inner.replace("Bus:", "BusName:")}}}}}}}
    """
    told = {"parent.yaml": parent, "child.yaml": child, "worker/app.py": WORKER}
    found = link({path: textwrap.dedent(text) for path, text in told.items()})
    assert [o.address for o in found.operations] == ["shop"]
