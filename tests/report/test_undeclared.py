"""What could be declared, and what to paste."""

from __future__ import annotations

import tomllib
from dataclasses import replace

from eda_lint.model.topology import Coverage, Operation, Place, Project, Via
from eda_lint.report.undeclared import undeclared

SEND = Operation("1", "send", "kafka", "kafka-python", "stream", Place("a/bus.py", 7), "a.bus:Bus.publish", "a")
EMPTY = Project((), (), (), (), (), (), topology=None, coverage=Coverage())  # type: ignore[arg-type]
PARAMETERS = {
    ("a/bus.py", "Bus.publish"): ("self", "event", "topic_name", "event_type"),
    ("a/bus.py", "listen"): ("queue", "callback", "body"),
    ("a/bus.py", "main"): ("argv",),
}


def found(*operations: Operation) -> list[tuple[str, int, dict[str, str]]]:
    changed = replace(EMPTY, operations=operations)
    answer = undeclared(changed, lambda path, function: PARAMETERS.get((path, function), ()))
    return [(each.function, each.operations, dict(each.roles)) for each in answer]


def test_a_function_with_a_parameter_that_looks_like_a_channel() -> None:
    listen = replace(SEND, id="2", action="receive", function="a.bus:listen", place=Place("a/bus.py", 3))
    main = replace(SEND, id="3", function="a.bus:main")
    again = replace(SEND, id="4", place=Place("a/bus.py", 9))
    assert found(listen, main, SEND, again) == [
        ("a.bus.Bus.publish", 2, {"channel": "topic_name", "payload": "event", "message": "event_type"}),
        ("a.bus.listen", 1, {"channel": "queue", "handler": "callback"}),
    ]


def test_what_is_understood_or_not_judged_is_left_out() -> None:
    caller = replace(SEND, id="2", function="b:f", address="x", via=(Via(SEND.place, SEND.function),))
    assert found(SEND, caller) == []
    for other in (
        replace(SEND, address="orders"), replace(SEND, in_test=True), replace(SEND, kind="inproc"),
        replace(SEND, action="settle"),
    ):  # fmt: skip
        assert found(other) == []
    assert len(found(SEND, replace(caller, address=None))) == 1


def test_the_stanza_is_what_the_configuration_reads() -> None:
    (each,) = undeclared(replace(EMPTY, operations=(SEND,)), lambda *_: ("topic", 'odd"name'))
    (table,) = tomllib.loads(each.stanza())["tool"]["eda-lint"]["wrappers"]
    assert table == {"function": "a.bus.Bus.publish", "action": "send", "system": "kafka", "channel": "topic"}
