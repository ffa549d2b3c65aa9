"""Sends that a wrapper only notes, because the call's own arguments rule out the branch that sends."""

from __future__ import annotations

from pathlib import Path

import pytest

from eda_lint.config import Config
from eda_lint.run import Request, understand

WRAPPER = """
from kafka import KafkaProducer
producer = KafkaProducer()
noted = []

def low(message):
    producer.send("orders", message)

def publish(message, now=False, late=True):
    {body}

def place(flag):
    publish({arguments})
"""


def postponed(root: Path, body: str, arguments: str) -> list[bool]:
    indented = "\n    ".join(body.splitlines())
    (root / "app.py").write_text(WRAPPER.format(body=indented, arguments=arguments))
    found = understand(Request(root=root, config=Config(), cache=False)).project.activities
    place = next(a for a in found if a.function.endswith(":place"))
    return [effect.after_commit for effect in place.effects if effect.kind == "publish"]


GUARD = "if now:\n    low(message)\n    return\nnoted.append(message)"
EARLY = "if not now:\n    noted.append(message)\n    return\nlow(message)"
ELSE = "if late:\n    noted.append(message)\nelse:\n    low(message)"
RAISE = "if late:\n    raise ValueError\nlow(message)"
NESTED = "for _ in range(3):\n    if now:\n        low(message)"


@pytest.mark.parametrize(
    ("body", "arguments", "expected"),
    [
        (GUARD, "{'id': 1}", [True]),
        (GUARD, "{'id': 1}, True", [False]),
        (GUARD, "{'id': 1}, now=flag", [False]),
        (EARLY, "{'id': 1}", [True]),
        (EARLY, "{'id': 1}, now=True", [False]),
        (ELSE, "{'id': 1}", [True]),
        (ELSE, "{'id': 1}, late=False", [False]),
        (ELSE, "{'id': 1}, late=''", [False]),
        (ELSE, "{'id': 1}, late='x'", [True]),
        (RAISE, "{'id': 1}", [True]),
        (NESTED, "{'id': 1}", [True]),
        (NESTED, "{'id': 1}, True", [False]),
        ("if noted:\n    low(message)", "{'id': 1}", [False]),
        ("if now or late:\n    low(message)", "{'id': 1}", [False]),
        ("low(message)", "{'id': 1}", [False]),
    ],
)
def test_only_what_the_arguments_rule_out_is_postponed(
    tmp_path: Path, body: str, arguments: str, expected: list[bool]
) -> None:
    assert postponed(tmp_path, body, arguments.replace("{", "{'type': 'OrderPlaced', ")) == expected
    # What is no send of its own, for it names no message, is followed: there the branch is not taken at all.
    assert postponed(tmp_path, body, arguments) == [late for late in expected if not late]
