"""Configuration and infrastructure files that are broken, or made to break their reader."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from hostile import Said

Base = Callable[[Mapping[str, str | bytes]], Path]
Read = Callable[[Path], Said]

BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 40))
HANDLER = "def handler(event, context):\n    for record in event['Records']:\n        print(record['body'])\n"
TYPES = ("null", "5", "text", "[1, [2]]", "{1: 2, null: 3}", "!Ref X", "!Sub [1]", "!Unknown {a: b}", "~", "2020-01-01")


def template(**given: str) -> str:
    values = {
        "properties": "{Handler: app.handler, CodeUri: code, Events: {Q: {Type: SQS, Properties: {Queue: q}}}}"
    } | given
    return f"Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {values['properties']}\n"


CONTENTS: dict[str, str | bytes] = {
    "empty": "",
    "blank": "\n\n---\n---\n...\n",
    "not a mapping": "- 1\n- [2]\n",
    "broken": "a: [\nb: }\n  c: : :\n",
    "tabs": "a:\n\tb: 1\n",
    "binary": bytes(range(256)),
    "null": b"a: \x00\n",
    "utf-16": "a: 1\n".encode("utf-16"),
    "surrogates": b"a: \xed\xa0\x80\n",
    "a bomb": BOMB,
    "an anchor in itself": "a: &a [*a]\nb: &b {c: *b}\nResources: *b\nservices: &s {x: *s}\n",
    "merges in a circle": "a: &a {<<: *a, b: 1}\nservices: {<<: [*a, *a]}\n",
    "deep": "a: " + "[" * 5000 + "]" * 5000 + "\n",
    "deep in blocks": "".join(" " * i + f"a{i}:\n" for i in range(2000)),
    "python objects": "a: !!python/object/apply:os.system ['exit 3']\nb: !!binary x\nc: !!timestamp y\n",
    "duplicate keys": "services: {a: {}, a: 1}\nservices: []\n",
    "numbers": "a: 0x" + "f" * 10_000 + "\nb: 1" + "0" * 10_000 + "\nc: .inf\nd: 1:99:99\ne: 1e999999\n",
    "long": "services:\n" + "".join(f"  s{i}:\n    build: s{i}\n    environment: [A{i}=b]\n" for i in range(2000)),
    "types of services": "services:\n" + "".join(f"  s{i}: {shown}\n" for i, shown in enumerate(TYPES)),
    "types in services": "services:\n  s:\n    build: [1]\n    environment: 3\n    ports: {a: b}\n    networks: x\n"
    "    container_name: {x: y}\n  t:\n    build: {context: [..], dockerfile: 3}\n"
    "    environment: [1, null, [2], '=', 'a']\n"
    "  u: {build: ../../.., ports: [99999999999, 'x:y:z', {published: []}], env_file: [../../../etc/passwd, 3]}\n",
    "variables in a circle": (
        "services: {a: {environment: {A: '${B}', B: '${A:-${A:-${B}}}', C: '${', D: '$$${{}}'}}}\n"
    ),
    "types of resources": "Resources:\n" + "".join(f"  R{i}: {shown}\n" for i, shown in enumerate(TYPES)),
    "types of functions": "\n".join(
        [
            "Resources:",
            *(f"  F{i}: {{Type: 'AWS::Serverless::Function', Properties: {t}}}" for i, t in enumerate(TYPES)),
        ]
    ),
    "types of handlers": "\n".join(
        [
            "Resources:",
            *(
                f"  F{i}: {{Type: 'AWS::Serverless::Function', "
                f"Properties: {{Handler: {t}, CodeUri: {t}, Events: {t}}}}}"
                for i, t in enumerate(TYPES)
            ),
        ]
    ),
    "types of events": template(
        properties="{Handler: app.handler, CodeUri: code, Events: {A: 1, B: {Type: [], "
        "Properties: 3}, C: {Type: SQS, Properties: {Queue: [1]}}, D: {Type: SNS, Properties: {Topic: !Ref [x]}}, "
        "E: {Type: Kinesis}, G: {Type: SQS, Properties: {Queue: !GetAtt {a: b}}}, H: {Type: SQS, Properties: {Queue: {"
        "'Fn::GetAtt': 3}}}}}"
    ),
    "handlers outside": template(properties="{Handler: ../../../etc/passwd.x, CodeUri: ../../../.., Events: {}}"),
    "references in a circle": "Resources:\n  A: {Type: 'AWS::SQS::Queue', Properties: {QueueName: !Ref B}}\n"
    "  B: {Type: 'AWS::SQS::Queue', Properties: {QueueName: !Ref A}}\n"
    "  F: {Type: 'AWS::Serverless::Function', Properties: {Handler: app.handler, CodeUri: code, "
    "Events: {Q: {Type: SQS, Properties: {Queue: !GetAtt A.Arn}}}}}\n",
    "functions of serverless": "functions: [1, {a: 2}]\nprovider: []\nservice: {a: b}\n",
    "types of serverless": "functions:\n"
    + "".join(f"  f{i}: {{handler: {t}, events: {t}}}\n" for i, t in enumerate(TYPES)),
    "kubernetes": "apiVersion: 1\nkind: [Deployment]\nspec: 3\n---\nkind: Service\nmetadata: null\n---\n"
    "kind: Deployment\nspec: {template: {spec: {containers: 3}}}\n---\nkind: ConfigMap\ndata: []\n",
}
FILES = ("docker-compose.yml", "template.yaml", "serverless.yml", "k8s/deploy.yaml")


@pytest.fixture(scope="module")
def contents() -> dict[str, str | bytes]:
    return {f"{number:02}/{file}": content for number, content in enumerate(CONTENTS.values()) for file in FILES} | {
        f"{number:02}/code/app.py": HANDLER for number in range(len(CONTENTS))
    }


def test_broken_documents(contents: dict[str, str | bytes], base: Base, read: Read) -> None:
    said = read(base(contents))
    number = list(CONTENTS).index("references in a circle")
    assert f"{number:02}/code/app.py" in {each["file"] for each in said.operations}


OTHERS: dict[str, str | bytes] = {
    "json/template.json": '{"Resources": ' + '{"a": ' * 3000 + "1" + "}" * 3000 + "}",
    "duplicate/template.json": '{"Resources": 1, "Resources": {"A": NaN, "B": Infinity, "C": 1e999}}',
    "broken/poetry.lock": "[[package]\nname = ",
    "binary/requirements.txt": bytes(range(256)),
    "odd/requirements.txt": (
        "kafka-python==\n==1\n-r ../../etc/passwd\n-r requirements.txt\nkafka-python==not.a.version\n"
    ),
    "lock/poetry.lock": "[[package]]\nname = 3\nversion = []\n[[package]]\n",
    "uv/uv.lock": "package = 3\n",
    "pipfile/Pipfile.lock": '{"default": {"kafka-python": 3, "pika": {"version": []}}}',
    "env/.env": b"=\nA\n\xff=\xfe\nA='\nexport B=${A}\nC=\x00\n",
    "ini/setup.cfg": "[a\n[b]\n[b]\n=\n%(x)s\nx = %(x)s\n",
    "setup/setup.py": "from setuptools import setup\nsetup(**setup())\n",
    "project/pyproject.toml": "[project]\nname = 3\ndependencies = 'x'\n",
    "docker/Dockerfile": b"FROM \xff\nCOPY ../../.. /\n",
    "code/owners/CODEOWNERS": b"* \xff @x\n[\n",
}


def test_other_documents(base: Base, read: Read) -> None:
    read(base(OTHERS | {f"{name.rpartition('/')[0]}/app.py": HANDLER for name in OTHERS}))
