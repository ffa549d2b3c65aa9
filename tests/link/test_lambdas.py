"""Functions that AWS Lambda calls: by the templates that deploy them, and by how they read their event."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.config import Config
from eda_lint.model.topology import Operation, Project
from eda_lint.run import Request, understand

HANDLER = "import json\n\n\ndef handle(event, context):\n    print(event)\n"


def project(root: Path, files: dict[str, str]) -> Project:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return understand(Request(root=root, config=Config(), cache=False)).project


def received(root: Path, files: dict[str, str]) -> list[Operation]:
    found = project(root, files)
    assert all(o.action == "receive" and o.client == "aws-lambda" for o in found.operations)
    return list(found.operations)


def function(events: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::Serverless::Function",
        "Properties": {"CodeUri": "src/", "Handler": "app.handle", "Events": events, **properties},
    }


def event(kind: str, **properties: Any) -> dict[str, Any]:
    return {"In": {"Type": kind, "Properties": properties}}


def template(
    root: Path, events: dict[str, Any], resources: Any = None, properties: Any = None, **more: Any
) -> list[Operation]:
    data = {"Resources": {"F": function(events, **(properties or {})), **(resources or {})}, **more}
    return received(root, {"template.json": json.dumps(data), "src/app.py": HANDLER})


# ------------------------------------------------------------------------------------------- templates


@pytest.mark.parametrize(
    ("kind", "properties", "system", "channel_kind", "address"),
    [
        ("SQS", {"Queue": "arn:aws:sqs:eu-west-1:1:orders"}, "aws_sqs", "queue", "orders"),
        ("SNS", {"Topic": "arn:aws:sns:eu-west-1:1:news"}, "aws_sns", "topic", "news"),
        ("Kinesis", {"Stream": "arn:aws:kinesis:eu-west-1:1:stream/clicks"}, "aws_kinesis", "stream", "clicks"),
        ("EventBridgeRule", {"EventBusName": "shop"}, "aws_eventbridge", "topic", "shop"),
        ("CloudWatchEvent", {"Pattern": {"source": ["shop"]}}, "aws_eventbridge", "topic", "default"),
        ("MQ", {"Queues": ["work"]}, "rabbitmq", "queue", "work"),
        (
            "DynamoDB",
            {"Stream": "arn:aws:dynamodb:eu-west-1:1:table/orders/stream/2026-01-01T00:00:00.000"},
            "aws_dynamodb",
            "stream",
            "orders",
        ),
    ],
)
def test_event_sources(
    tmp_path: Path, kind: str, properties: dict[str, Any], system: str, channel_kind: str, address: str
) -> None:
    found = project(
        tmp_path,
        {"template.json": json.dumps({"Resources": {"F": function(event(kind, **properties))}}), "src/app.py": HANDLER},
    )
    [operation] = found.operations
    assert (operation.action, operation.system, operation.address) == ("receive", system, address)
    assert operation.handler == "app:handle"
    assert (operation.place.file, operation.place.line) == ("src/app.py", 4)
    assert operation.channel is not None
    assert found.channel(operation.channel).kind == channel_kind


def test_several_topics_are_several_operations(tmp_path: Path) -> None:
    found = template(tmp_path, event("MSK", Topics=["a", "b"]))
    assert sorted((o.system, o.address) for o in found) == [("kafka", "a"), ("kafka", "b")]


def test_a_queue_of_the_template_has_its_name(tmp_path: Path) -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders"}}
    [found] = template(tmp_path, event("SQS", Queue={"Fn::GetAtt": ["Q", "Arn"]}), {"Q": queue})
    assert (found.address, found.resolution) == ("orders", "literal")


def test_a_queue_without_a_name_is_called_by_the_variable_that_carries_it(tmp_path: Path) -> None:
    queue = {"Type": "AWS::SQS::Queue"}
    arn = {"Fn::GetAtt": ["Q", "Arn"]}
    variables = {"Environment": {"Variables": {"ORDERS": arn}}}
    [carried] = template(tmp_path / "a", event("SQS", Queue=arn), {"Q": queue}, variables)
    [plain] = template(tmp_path / "b", event("SQS", Queue=arn), {"Q": queue})
    assert (carried.address, carried.resolution) == ("${ORDERS}", "setting")
    assert (plain.address, plain.resolution) == ("{Q}", "pattern")


def test_a_parameter_is_called_by_the_variable_that_carries_it(tmp_path: Path) -> None:
    parameters = {"Stream": {"Type": "String", "Default": "clicks"}}
    writer = function({}, Environment={"Variables": {"CLICKS": {"Ref": "Stream"}}})
    [found] = template(tmp_path, event("Kinesis", Stream={"Ref": "Stream"}), {"W": writer}, Parameters=parameters)
    assert found.address == "${CLICKS}"


def test_message_types_of_a_rule(tmp_path: Path) -> None:
    [found] = template(tmp_path, event("EventBridgeRule", Pattern={"detail-type": ["OrderPlaced"]}))
    assert (found.address, found.message, found.message_origin) == ("default", "OrderPlaced", "attribute")


def test_what_a_template_computes_is_not_guessed(tmp_path: Path) -> None:
    joined = {"Fn::Join": ["-", ["orders", {"Ref": "Stage"}]]}
    [found] = template(tmp_path, event("SQS", Queue={"Fn::ImportValue": joined}))
    assert (found.address, found.resolution) == (None, "unresolved")
    assert found.reason


def test_the_globals_of_a_template(tmp_path: Path) -> None:
    defaults = {"Function": {"CodeUri": "src/", "Handler": "app.handle"}}
    bare = {"Type": "AWS::Serverless::Function", "Properties": {"Events": event("SQS", Queue="arn:aws:sqs:eu:1:q")}}
    files = {"template.json": json.dumps({"Globals": defaults, "Resources": {"F": bare}}), "src/app.py": HANDLER}
    assert [o.address for o in received(tmp_path, files)] == ["q"]


def test_short_tags_in_yaml(tmp_path: Path) -> None:
    text = """
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties: {QueueName: orders}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: worker.app.handle
      Events:
        Orders: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
        Nightly: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
"""
    files = {"api/template.yaml": text, "api/worker/app.py": HANDLER}
    [found] = received(tmp_path, files)
    assert (found.address, found.place.file) == ("orders", "api/worker/app.py")


@pytest.mark.parametrize(
    "properties",
    [
        pytest.param({"Handler": "other.handle"}, id="no such file"),
        pytest.param({"Handler": "app.other"}, id="no such function"),
        pytest.param({"CodeUri": "../../elsewhere"}, id="outside of the root"),
        pytest.param({"CodeUri": {"Bucket": "b", "Key": "k"}}, id="code in a bucket"),
        pytest.param({"Events": event("Api", Path="/x", Method="get")}, id="no messages"),
        pytest.param({"Events": {"In": "SQS"}}, id="malformed"),
    ],
)
def test_functions_that_no_message_reaches(tmp_path: Path, properties: dict[str, Any]) -> None:
    assert template(tmp_path, event("SQS", Queue="arn:aws:sqs:eu:1:q"), None, properties) == []


# -------------------------------------------------------------------------------------- serverless.yml


def test_serverless(tmp_path: Path) -> None:
    text = """
functions:
  worker:
    handler: src/app.handle
    events:
      - sqs: arn:aws:sqs:eu-west-1:1:orders
      - sns: {topicName: news}
      - stream: {type: dynamodb, arn: "arn:aws:dynamodb:eu-west-1:1:table/rows/stream/1"}
      - stream: arn:aws:kinesis:eu-west-1:1:stream/clicks
      - eventBridge: {pattern: {detail-type: [OrderPlaced]}}
      - sqs: "arn:aws:sqs:${self:provider.region}:1:other"
      - sqs: "arn:aws:sqs:eu-west-1:1:${cf:stack.Queue}"
      - http: GET /x
      - nonsense
"""
    found = received(tmp_path, {"serverless.yml": text, "src/app.py": HANDLER})
    assert sorted((o.system, o.address or "") for o in found) == [
        ("aws_dynamodb", "rows"),
        ("aws_eventbridge", "default"),
        ("aws_kinesis", "clicks"),
        ("aws_sns", "news"),
        ("aws_sqs", ""),
        ("aws_sqs", "orders"),
        ("aws_sqs", "other"),
    ]


# ---------------------------------------------------------------------------------------------- shapes


@pytest.mark.parametrize(
    ("read", "system"),
    [
        ('json.loads(record["body"])', "aws_sqs"),
        ('json.loads(record["Sns"]["Message"])', "aws_sns"),
        ('record["kinesis"]["data"]', "aws_kinesis"),
        ('record["dynamodb"]["NewImage"]', "aws_dynamodb"),
        ('json.loads(record.get("body"))', "aws_sqs"),
        ('record.get("messageId", "unknown")', "aws_sqs"),
        ('record.get("kinesis", {}).get("data")', "aws_kinesis"),
        ('record.get("dynamodb", {}).get("NewImage", {})', "aws_dynamodb"),
        ('record["kinesis"]["data"], result["body"]', "aws_kinesis"),
        ('json.loads(record["body"])["Records"][0]["s3"]', "aws_sqs"),
    ],
)
def test_what_the_records_look_like(tmp_path: Path, read: str, system: str) -> None:
    code = f'import json\n\n\ndef main(event, context):\n    for record in event["Records"]:\n        print({read})\n'
    [found] = received(tmp_path, {"app.py": code})
    assert (found.system, found.address, found.reason_code) == (system, None, "deployment")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param('def main(event, other):\n    context = event["Records"][0]["body"]\n', id="no context"),
        pytest.param('def main(event, context, more):\n    event["Records"][0]["body"]\n', id="three parameters"),
        pytest.param('def main(event, context):\n    event["Records"][0]["unheard"]\n', id="other records"),
        pytest.param('class A:\n    def main(event, context):\n        event["Records"][0]["body"]\n', id="a method"),
        pytest.param('def main(event, context):\n    other = {"Records": [{"body": 1}]}\n', id="it reads nothing"),
        pytest.param('def handler(event, context):\n    return event["body"], event.get("body")\n', id="a request"),
        pytest.param(
            'def handler(event, context):\n    if "Records" not in event:\n        return event["body"]\n',
            id="no records",
        ),
        pytest.param(
            'def handler(event, context):\n    for r in event["Records"]:\n        a[r["s3"]["object"]]["body"]\n',
            id="files",
        ),
        pytest.param(
            'def handler(event, context):\n    print(event["Records"][0]["cf"]["request"]["body"])\n', id="requests"
        ),
        pytest.param(
            "from aws_lambda_typing.events import APIGatewayProxyEventV1\n\n\n"
            'def handler(event: APIGatewayProxyEventV1, _):\n    return event["body"]\n',
            id="annotated as a request",
        ),
        pytest.param(
            "from aws_lambda_typing.events import SQSEvent\n\n\ndef count(event: SQSEvent):\n    return len(event)\n",
            id="a helper",
        ),
    ],
)
def test_what_only_looks_like_a_handler(tmp_path: Path, code: str) -> None:
    assert received(tmp_path, {"app.py": code}) == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('for r in events["Records"]:\n        print(r["body"])\n', id="loop"),
        pytest.param('for i, r in enumerate(events.get("Records", [])):\n        print(r.get("body"))\n', id="count"),
        pytest.param('records = events.get("Records") or []\n    print(records[0].get("body"))\n', id="one of them"),
        pytest.param('return [r["body"] for r in events["Records"]]\n', id="comprehension"),
        pytest.param('work.process(events["Records"])\n', id="records are handed on"),
        pytest.param('found = events.get("Records", [])\n    return work.process(records=found)\n', id="by keyword"),
        pytest.param("return work.all_of(events)\n", id="the event is handed on"),
    ],
)
def test_an_event_of_any_name(tmp_path: Path, body: str) -> None:
    work = """
def process(records):
    for record in records:
        one(record)


def all_of(data):
    process(data["Records"])


def one(record):
    return record.get("body")
"""
    code = f"import work\n\n\ndef lambda_handler(events, _context):\n    {body}"
    # The other file has to be asked for, without a word of it that is asked for.
    [found] = received(tmp_path, {"app.py": code, "work.py": work, "more.py": "x = 1\n"})
    assert (found.system, found.reason_code, found.place.file) == ("aws_sqs", "deployment", "app.py")


@pytest.mark.parametrize(
    ("head", "annotation", "system"),
    [
        ("from aws_lambda_typing import context, events", "events.SQSEvent", "aws_sqs"),
        ("from aws_lambda_typing import context, events", '"events.SQSEvent"', "aws_sqs"),
        ("from aws_lambda_typing.events import SNSEvent", "SNSEvent", "aws_sns"),
        ("from aws_lambda_typing.events import KinesisStreamEvent", "KinesisStreamEvent", "aws_kinesis"),
        ("from aws_lambda_typing.events import DynamoDBStreamEvent", "DynamoDBStreamEvent", "aws_dynamodb"),
        ("import aws_lambda_typing", "aws_lambda_typing.events.EventBridgeEvent", "aws_eventbridge"),
    ],
)
def test_annotations_of_aws_lambda_typing(tmp_path: Path, head: str, annotation: str, system: str) -> None:
    code = f"{head}\n\n\ndef main(data: {annotation}, _):\n    print(data)\n"
    assert [o.system for o in received(tmp_path, {"app.py": code})] == [system]


@pytest.mark.parametrize(
    ("name", "module", "system"),
    [
        ("SQSEvent", "sqs_event", "aws_sqs"),
        ("DynamoDBStreamEvent", "dynamo_db_stream_event", "aws_dynamodb"),
        ("KinesisStreamEvent", "kinesis_stream_event", "aws_kinesis"),
    ],
)
def test_data_classes_made_of_the_event(tmp_path: Path, name: str, module: str, system: str) -> None:
    code = f"""
from aws_lambda_powertools.utilities.data_classes.{module} import {name}


def main(payload, context):
    for record in {name}(payload).records:
        print(record)


def helper(payload, context):
    return {name}(made(context))
"""
    [found] = received(tmp_path, {"app.py": code})
    assert (found.system, found.handler) == (system, "app:main")


@pytest.mark.parametrize(
    ("read", "answer", "systems"),
    [
        ('record.get("messageId")', 'return {"batchItemFailures": failed}', ["aws_sqs"]),
        ('record["kinesis"]["sequenceNumber"]', 'out = {"batchItemFailures": failed}\n    return out', ["aws_kinesis"]),
        ('record["dynamodb"]["SequenceNumber"]', 'return {"batchItemFailures": failed}', ["aws_dynamodb"]),
        ('record.get("name")', 'return {"batchItemFailures": failed}', []),
        ('record.get("messageId")', 'return {"failures": failed}', []),
        ('data["body"]', 'return {"batchItemFailures": failed}', []),
    ],
)
def test_the_answer_of_a_batch(tmp_path: Path, read: str, answer: str, systems: list[str]) -> None:
    code = f"""
from own import Batch


def handler(data, _context):
    failed = []
    for record in Batch(data).items:
        failed.append({{"itemIdentifier": {read}}})
    {answer}
"""
    assert [o.system for o in received(tmp_path, {"app.py": code})] == systems


def test_a_template_says_more_than_the_shape(tmp_path: Path) -> None:
    code = 'def handle(event, context):\n    for r in event["Records"]:\n        print(r["body"])\n'
    data = {"Resources": {"F": function(event("SQS", Queue="arn:aws:sqs:eu:1:orders"))}}
    [found] = received(tmp_path, {"template.json": json.dumps(data), "src/app.py": code})
    assert found.address == "orders"


# --------------------------------------------------------------------------------------------- hostile

KEYS = st.sampled_from(["Type", "Properties", "Events", "Queue", "Ref", "Fn::GetAtt", "Fn::Sub", "Handler", "CodeUri"])
TEXTS = st.sampled_from(["AWS::Serverless::Function", "SQS", "app.handle", "src", "${X}", "arn:", "", "..", "/"])
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=20,
)


class Files:
    """The part of `Sources` that templates are read through."""

    def __init__(self, data: Any) -> None:
        self._data = data

    def documents(self, *names: str) -> tuple[str, ...]:
        return ("template.json",) if "serverless*.y*ml" not in names else ("serverless.yml",)

    def documents_with(self, words: tuple[str, ...], *names: str) -> tuple[str, ...]:
        return ("template.json",) if "AWS::" in words else ()

    def role(self, path: str) -> str:
        return "source"

    def document(self, path: str) -> Any:
        from eda_lint.model.facts import Document

        return Document("json", self._data)

    def exists(self, path: str) -> bool:
        return True


@given(ANYTHING, ANYTHING, ANYTHING)
def test_no_template_stops_the_run(properties: Any, value: Any, events: Any) -> None:
    from eda_lint.link.infrastructure.plans import read_plan
    from eda_lint.link.traffic.lambdas import deployed

    resources = {"A": function({"E": {"Type": "SQS", "Properties": properties}}), "B": value, "C": function(events)}
    data = {
        "Resources": resources,
        "Parameters": value,
        "Globals": properties,
        "functions": {"f": {"handler": "a.b", "events": [{"sqs": value}, events]}, "g": properties},
        "provider": value,
        "resources": events,
    }
    for one in deployed(read_plan(Files(data))):  # type: ignore[arg-type]
        assert not one.path.startswith("..")
        assert one.triggers
