"""HCL as data, in whatever state it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eda_lint.extract.document import read_document
from eda_lint.model.facts import Json


def value(expression: str) -> Json:
    document = read_document("main.tf", f"x = {expression}\n".encode())
    assert document is not None
    assert document.problems == ()
    assert isinstance(document.data, dict)
    return document.data["x"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('"orders"', "orders"),
        ('"a\\"b\\\\c$${d}"', 'a"b\\c${d}'),
        ("12", 12),
        ("1.5", 1.5),
        ("true", True),
        ("null", None),
        ('["a", b.c]', ["a", {"$reference": "b.c"}]),
        ('{ a = 1, "b-c" : "d" }', {"a": 1, "b-c": "d"}),
        ("aws_sqs_queue.orders.arn", {"$reference": "aws_sqs_queue.orders.arn"}),
        ('aws_sqs_queue.orders[0].tags["x"]', {"$reference": "aws_sqs_queue.orders.tags"}),
        ("aws_sqs_queue.orders[*].arn", {"$reference": "aws_sqs_queue.orders.arn"}),
        ("aws_sqs_queue.orders.*.arn", {"$reference": "aws_sqs_queue.orders.arn"}),
        ('"${var.prefix}-orders"', {"$template": [{"$reference": "var.prefix"}, "-orders"]}),
        ('"${var.prefix}"', {"$reference": "var.prefix"}),
        ("(var.prefix)", {"$reference": "var.prefix"}),
        ('var.on ? "a" : "b"', {"$choice": ["a", "b"]}),
        ('jsonencode({ source = ["shop"] })', {"$call": "jsonencode", "$arguments": [{"source": ["shop"]}]}),
        ("<<EOT\norders\nEOT", "orders"),
        ("var.a + 1", None),
        ("[for q in var.queues : q.name]", None),
    ],
)
def test_expressions(expression: str, expected: Json) -> None:
    assert value(expression) == expected


def test_blocks() -> None:
    text = b"""
    # comment
    resource "aws_sqs_queue" "orders" { # more
      name = "orders"
      dynamic "tag" { content { key = "a" } }
    }
    locals { a = 1 }
    locals { b = 2 }
    """
    document = read_document("main.tf", text)
    assert document is not None
    assert document.format == "hcl"
    assert document.data == {
        "resource": [
            {
                "$labels": ["aws_sqs_queue", "orders"],
                "name": "orders",
                "dynamic": [{"$labels": ["tag"], "content": [{"$labels": [], "key": "a"}]}],
            }
        ],
        "locals": [{"$labels": [], "a": 1}, {"$labels": [], "b": 2}],
    }


def test_what_stands_around_an_error_is_read() -> None:
    document = read_document("main.tf", b'locals {\n  a = 1\n}\n\nresource "x" "y" {\n  b = = 2\n}\n')
    assert document is not None
    assert isinstance(document.data, dict)
    assert document.data["locals"] == [{"$labels": [], "a": 1}]
    [problem] = document.problems
    assert (problem.kind, problem.line) == ("syntax", 6)


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "a = " + "{ b = " * 5_000, "a { " * 5_000, 'x = "' + "${" * 5_000, "\0"]
)
def test_what_is_nested_without_end_is_no_crash(text: str) -> None:
    assert read_document("main.tf", text.encode()) is not None


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='ab ={}[]()"$.,\n?:<EOT%#/*-1', max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert read_document("main.tf", text.encode()) is not None
