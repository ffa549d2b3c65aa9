"""Whether a handler gets the same message again, and why."""

from __future__ import annotations

from eda_lint.model.topology import Handler, Operation, Project
from eda_lint_rules.evidence import receives

_REASON = {
    "kafka": "Kafka hands out again what was not committed when a consumer dies or partitions move",
    "aws_sqs": "SQS delivers again when the visibility timeout passes or the handler fails",
    "aws_kinesis": "Kinesis is read again from the last checkpoint, and Lambda repeats the whole batch after an error",
    "rabbitmq": "RabbitMQ delivers again what was not acknowledged when a consumer or its connection dies",
    "gcp_pubsub": "Pub/Sub delivers again when the deadline passes or the callback fails",
    "celery": "With late acknowledgement a task runs again when its worker dies",
}


def delivered_again(operation: Operation) -> bool | None:
    """Whether the consumer repeats a delivery whose handling failed; False if it gets each message at most once (its
    producers may still send one twice); None where nothing repeats."""
    if operation.kind in ("inproc", "rpc") or operation.in_test:
        return None
    if operation.kind == "task":
        # A task queue acknowledges early unless told otherwise, and its producer is the application itself.
        return True if operation.auto_settle is False else None
    # A stream that commits by itself still gives the records of the last interval again after a crash.
    return operation.kind == "stream" or operation.auto_settle is not True


def repeats(project: Project, handler: Handler) -> bool | None:
    """`delivered_again` of all that a handler receives: True if any is, None if nothing repeats any of them."""
    answers = [answer for one in receives(project, handler) if (answer := delivered_again(one)) is not None]
    return any(answers) if answers else None


def reason(project: Project, handler: Handler) -> str:
    """Why the same message comes again, as a sentence without its full stop."""
    systems = [one.system for one in receives(project, handler) if delivered_again(one)]
    known = next((_REASON[system] for system in systems if system in _REASON), None)
    return known or "The broker delivers again whatever was not acknowledged"
