"""Queues, topics and functions that Terraform deploys."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eda_lint.link.infrastructure.terraform_modules import Modules
from eda_lint.model.facts import Document
from tests.link.conftest import Link

WORKER = "def handle(event, context):\n    print(event)\n"
SENDER = """
    import os
    import boto3

    def handle(event, context):
        boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody="{}")
"""
MAIN = """
    variable "prefix" { default = "shop" }

    resource "aws_sqs_queue" "orders" {
      name = "${var.prefix}-orders"
    }
    data "archive_file" "worker" {
      type       = "zip"
      source_dir = "${path.module}/../worker"
    }
    resource "aws_lambda_function" "worker" {
      filename = data.archive_file.worker.output_path
      handler  = "app.handle"
    }
    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
    resource "aws_lambda_function" "sender" {
      s3_bucket = "code"
      handler   = "outgoing.handle"
      environment {
        variables = { QUEUE_URL = aws_sqs_queue.orders.url }
      }
    }
"""


def files(main: str = MAIN, **more: str) -> dict[str, str]:
    told = {"infra/main.tf": main, "worker/app.py": WORKER, "sender/outgoing.py": SENDER}
    return {path: textwrap.dedent(text) for path, text in (told | more).items()}


def told(link: Link, given: dict[str, str]) -> set[tuple[str, str, str | None, str | None]]:
    return {(o.place.file, o.action, o.address, o.channel) for o in link(given).operations}


NAMED = {
    ("sender/outgoing.py", "send", "${QUEUE_URL}", "aws_sqs:shop-orders"),
    ("worker/app.py", "receive", "shop-orders", "aws_sqs:shop-orders"),
}
UNNAMED = {
    ("sender/outgoing.py", "send", "${QUEUE_URL}", "aws_sqs:${QUEUE_URL}"),
    ("worker/app.py", "receive", "${QUEUE_URL}", "aws_sqs:${QUEUE_URL}"),
}


def test_an_event_source_and_the_variable_of_a_sender(link: Link) -> None:
    assert told(link, files()) == NAMED


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('{ default = "shop" }', "{}", UNNAMED),
        ('name = "${var.prefix}-orders"', "", UNNAMED),
        ('"${var.prefix}-orders"', "local.name", UNNAMED),
        ('"${var.prefix}-orders"', 'format("%s-orders", var.prefix)', NAMED),
        ('"${var.prefix}-orders"', 'join("-", [var.prefix, "orders"])', NAMED),
        ('"${var.prefix}-orders"', 'var.live ? "a" : "b"', UNNAMED),
        ("= aws_sqs_queue.orders.arn", "= element(concat(aws_sqs_queue.orders.*.arn, [\"\"]), 0)", NAMED),
        ("= aws_sqs_queue.orders.arn", '= "arn:aws:sqs:eu-west-1:${var.account}:shop-orders"', NAMED),
        ("= aws_sqs_queue.orders.arn", '= "arn:aws:sqs:eu-west-1:1:${aws_sqs_queue.orders.name}"', NAMED),
        ("= aws_lambda_function.worker.arn", '= "${aws_lambda_function.worker.function_name}:live"', NAMED),
    ],
)  # fmt: skip
def test_expressions(link: Link, old: str, new: str, expected: set[tuple[str, str, str | None, str | None]]) -> None:
    assert old in MAIN
    assert told(link, files(MAIN.replace(old, new))) == expected


def test_values_in_files_and_locals(link: Link) -> None:
    main = MAIN.replace('"${var.prefix}-orders"', "local.name").replace('{ default = "shop" }', "{}")
    main += '\n    locals { name = "${var.prefix}-orders" }\n'
    assert told(link, files(main, **{"infra/live.tfvars": 'prefix = "shop"\n'})) == NAMED
    assert (
        told(link, files(main, **{"infra/live.tfvars": 'prefix = "a"\n', "infra/test.tfvars": 'prefix = "b"\n'}))
        == UNNAMED
    )


MODULE = """
    variable "name" {}
    resource "aws_sqs_queue" "this" { name = var.name }
    output "arn" { value = aws_sqs_queue.this.arn }
    output "url" { value = aws_sqs_queue.this.url }
"""


def test_each_use_of_a_module_makes_its_own_queue(link: Link) -> None:
    main = MAIN.replace('resource "aws_sqs_queue" "orders"', 'module "orders"')
    main = main.replace(
        'name = "${var.prefix}-orders"', 'source = "../modules/queue"\n      name = "${var.prefix}-orders"'
    )
    main = main.replace("aws_sqs_queue.orders", "module.orders")
    main += '\n    module "other" {\n      source = "../modules/queue"\n      name = "other"\n    }\n'
    assert told(link, files(main, **{"modules/queue/main.tf": MODULE})) == NAMED
    without = {"modules/queue/main.tf": MODULE.replace("name = var.name", "")}
    assert told(link, files(main, **without)) == UNNAMED


def test_a_module_that_makes_a_function(link: Link) -> None:
    main = """
    module "worker" {
      source      = "terraform-aws-modules/lambda/aws"
      handler     = "app.handle"
      source_path = "../worker"
    }
    module "queue" {
      source = "terraform-aws-modules/sqs/aws"
      name   = "shop-orders"
    }
    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = module.queue.queue_arn
      function_name    = module.worker.lambda_function_arn
    }
    """
    assert told(link, {k: v for k, v in files(main).items() if "sender" not in k}) == {
        ("worker/app.py", "receive", "shop-orders", "aws_sqs:shop-orders")
    }


def test_topics_rules_and_message_types(link: Link) -> None:
    main = """
    resource "aws_sns_topic" "news" { name = "news" }
    resource "aws_lambda_function" "worker" {
      handler = "worker.app.handle"
    }
    resource "aws_sns_topic_subscription" "worker" {
      topic_arn = aws_sns_topic.news.arn
      protocol  = "lambda"
      endpoint  = aws_lambda_function.worker.arn
    }
    resource "aws_cloudwatch_event_rule" "placed" {
      event_pattern = jsonencode({ "detail-type" = ["OrderPlaced"] })
    }
    resource "aws_cloudwatch_event_target" "placed" {
      rule = aws_cloudwatch_event_rule.placed.name
      arn  = aws_lambda_function.worker.arn
    }
    resource "aws_cloudwatch_event_rule" "nightly" { schedule_expression = "rate(1 day)" }
    resource "aws_cloudwatch_event_target" "nightly" {
      rule = aws_cloudwatch_event_rule.nightly.name
      arn  = aws_lambda_function.worker.arn
    }
    """
    found = link(files(main))
    assert {(o.system, o.address, o.message) for o in found.operations if o.action == "receive"} == {
        ("aws_sns", "news", None),
        ("aws_eventbridge", "default", "OrderPlaced"),
    }


@pytest.mark.parametrize(
    "reader",
    [
        'resource "aws_sns_topic_subscription" "m" {\n  topic_arn = aws_sns_topic.news.arn\n  protocol = "email"\n}',
        'resource "aws_s3_bucket_notification" "m" {\n  topic {\n    topic_arn = aws_sns_topic.news.arn\n  }\n}',
        'resource "aws_cloudwatch_event_target" "m" {\n  arn = aws_sns_topic.news.arn\n}',
    ],
)
def test_readers_and_senders_that_are_no_python(link: Link, reader: str) -> None:
    sender = "import boto3\n\nboto3.client('sns').publish(TopicArn='arn:aws:sns:eu-west-1:1:news', Message='')\n"
    topic = 'resource "aws_sns_topic" "news" { name = "news" }\n'
    assert [c.external for c in link({"a.py": sender, "main.tf": topic}).channels] == [False]
    assert [c.external for c in link({"a.py": sender, "main.tf": topic + reader}).channels] == [True]


def test_containers(link: Link) -> None:
    main = """
    resource "google_pubsub_topic" "orders" { name = "orders" }
    resource "google_cloud_run_service" "shop" {
      template {
        spec {
          containers {
            env {
              name  = "TOPIC"
              value = google_pubsub_topic.orders.name
            }
          }
        }
      }
    }
    """
    code = "import os\nfrom kafka import KafkaProducer\n\nKafkaProducer().send(os.environ['TOPIC'])\n"
    [found] = link({"main.tf": textwrap.dedent(main), "app.py": code}).operations
    assert (found.address, found.default) == ("${TOPIC}", "orders")


# --------------------------------------------------------------------------------------------- hostile

KEYS = st.sampled_from(
    ["$labels", "$reference", "$template", "$choice", "$call", "$arguments", "name", "source", "value"]
)
ANYTHING = st.recursive(
    st.one_of(
        st.none(), st.integers(), st.sampled_from(["var.x", "local.x", "module.x.y", "aws_sqs_queue.x", ".", "x"])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=12,
)


class Files:
    """The part of `Sources` that modules are read through."""

    def __init__(self, data: object) -> None:
        self._data = data

    def documents(self, *names: str) -> tuple[str, ...]:
        return ("main.tf", "x/main.tf")

    def documents_with(self, words: tuple[str, ...], *names: str) -> tuple[str, ...]:
        return ("main.tf",)

    def document(self, path: str) -> Document:
        return Document("hcl", self._data)  # type: ignore[arg-type]

    def role(self, path: str) -> str:
        return "source"


@settings(max_examples=60, deadline=None)
@given(ANYTHING, ANYTHING, ANYTHING)
def test_no_module_stops_the_run(value: object, local: object, more: object) -> None:
    loop = {"$labels": ["x"], "source": "./x", "x": value}
    data = {
        "module": [loop, {"$labels": ["y"], "source": "."}, more],
        "locals": [{"$labels": [], "x": local}],
        "output": [{"$labels": ["y"], "value": value}],
        "variable": [{"$labels": ["x"], "default": local}],
        "resource": [{"$labels": ["aws_sqs_queue", "x"], "name": value}, more],
        "other": more,
    }
    modules = Modules(Files(data), ("x",))  # type: ignore[arg-type]
    for use in modules.uses:
        for one in (value, local, {"$reference": "module.x.y"}, {"$reference": "aws_sqs_queue.x.arn"}):
            modules.name(use, one)  # type: ignore[arg-type]
            modules.path(use, one)  # type: ignore[arg-type]
