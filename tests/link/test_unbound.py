"""Calls that say by their keywords whose they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eda_lint.model.topology import Project

Link = Callable[..., Project]


def test_client_from_nowhere(link: Link) -> None:
    project = link(
        "class Worker:\n"
        "    def __init__(self, settings):\n"
        "        self.client = settings.connect('sqs')\n"
        "    def work(self):\n"
        "        found = self.client.receive_message(QueueUrl='https://sqs/1/orders')\n"
        "        for message in found['Messages']:\n"
        "            print(message['Body'])\n"
        "            receipt = message['ReceiptHandle']\n"
        "            self.client.delete_message(QueueUrl='https://sqs/1/orders', ReceiptHandle=receipt)\n"
        "    def tell(self):\n"
        "        self.client.send_message(QueueUrl='https://sqs/1/bills', MessageBody='x')\n"
    )
    assert [(o.action, o.system, o.address) for o in project.operations] == [
        ("receive", "aws_sqs", "orders"),
        ("send", "aws_sqs", "bills"),
    ]


@pytest.mark.parametrize(
    "call",
    [
        "thing.send_message('https://sqs/1/bills', 'x')",
        "thing.send_message(QueueUrl='https://sqs/1/bills')",
        "thing.send_message(QueueUrl='q', MessageBody='x', Colour='red')",
        "thing.send_message(queue_url='q', message_body='x')",
        "thing.publish(Message='x', PhoneNumber='+49')",
        "thing.publish(message='x')",
        "thing.send_message(**arguments)",
    ],
)
def test_other_calls_of_such_names_are_none(link: Link, call: str) -> None:
    assert link(f"import boto3\nfrom outer import thing\n{call}\n# QueueUrl MessageBody TopicArn\n").operations == ()


def test_method_of_the_code_base_is_itself(link: Link) -> None:
    project = link(
        "import boto3\n"
        "class Paper:\n    def send_message(self, QueueUrl, MessageBody): ...\n"
        "Paper().send_message(QueueUrl='q', MessageBody='x')\n"
    )
    assert project.operations == ()
