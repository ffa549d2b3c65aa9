"""Consumers that a configuration file of fedora-messaging names."""

from __future__ import annotations

from pathlib import Path

import pytest

from eda_lint.config import Config
from eda_lint.model.topology import Operation
from eda_lint.run import Request, understand

CODE = """
from fedora_messaging.exceptions import Nack


def handle(message):
    print(message.body)


class Watch:
    def __call__(self, message):
        print(message.body)


class Quiet:
    pass


VALUE = 3
"""
BINDING = '[[bindings]]\nqueue = "{queue}"\nexchange = "amq.topic"\nrouting_keys = {keys}\n'


def operations(root: Path, *configurations: str, code: str = CODE) -> list[Operation]:
    (root / "consumer.py").write_text(code)
    for index, text in enumerate(configurations):
        (root / f"messaging{index}.toml").write_text(text)
    return list(understand(Request(root=root, config=Config(), cache=False)).project.operations)


def told(found: list[Operation]) -> list[tuple[str | None, str | None, str | None]]:
    return [(o.address, o.handler, o.group) for o in found]


@pytest.mark.parametrize(("name", "handler"), [("handle", "consumer:handle"), ("Watch", "consumer:Watch.__call__")])
def test_a_function_or_a_class_is_called(tmp_path: Path, name: str, handler: str) -> None:
    text = f'callback = "consumer:{name}"\n' + BINDING.format(queue="q", keys=["a", "b.#"])
    assert told(operations(tmp_path, text)) == [("amq.topic:a", handler, "q"), ("amq.topic:b.#", handler, "q")]


def test_what_several_files_say_of_one_consumer_is_said_once(tmp_path: Path) -> None:
    first = 'callback = "consumer:handle"\n' + BINDING.format(queue="one", keys=["a"])
    second = 'callback = "consumer:handle"\n' + BINDING.format(queue="two", keys=["a", "b"])
    found = operations(tmp_path, first, second, 'callback = "consumer:handle"\n')
    assert told(found) == [("amq.topic:a", "consumer:handle", None), ("amq.topic:b", "consumer:handle", None)]


def test_without_bindings_the_channel_is_said_where_it_is_deployed(tmp_path: Path) -> None:
    (found,) = operations(tmp_path, 'callback = "consumer:handle"\n')
    assert (found.address, found.reason_code) == (None, "deployment")


@pytest.mark.parametrize(
    "text",
    [
        'callback = "consumer:Quiet"\n', 'callback = "consumer:VALUE"\n', 'callback = "consumer:missing"\n',
        'callback = "missing:handle"\n', 'callback = "consumer"\n', 'callback = "a:b:c"\n', "callback = 3\n",
        '[callback]\nx = "consumer:handle"\n', 'callback = "consumer:handle"\n[', 'callback = "../consumer:handle"\n',
        'callback = ":"\n', 'callback = "consumer:"\n',
    ],
)  # fmt: skip
def test_what_names_no_consumer_makes_no_operation(tmp_path: Path, text: str) -> None:
    assert operations(tmp_path, text) == []


@pytest.mark.parametrize(
    "bindings",
    ["bindings = 3\n", "bindings = [1, 2]\n", "[bindings]\nexchange = 1\n", '[[bindings]]\nrouting_keys = "a"\n'],
)
def test_bindings_that_make_no_sense_leave_the_channel_open(tmp_path: Path, bindings: str) -> None:
    (found,) = operations(tmp_path, f'callback = "consumer:handle"\n{bindings}')
    assert found.address is None


def test_nobody_is_asked_where_the_library_is_not_used(tmp_path: Path) -> None:
    text = 'callback = "consumer:handle"\n' + BINDING.format(queue="q", keys=["a"])
    assert operations(tmp_path, text, code=CODE.replace("fedora_messaging", "other")) == []
