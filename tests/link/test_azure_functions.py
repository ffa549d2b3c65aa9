"""Functions that a `function.json` binds: entry points, settings, and files that say nothing usable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eda_lint.config import Config
from eda_lint.model.topology import Operation
from eda_lint.run import Request, understand

CODE = "import json\n\n\ndef main(order, out=None):\n    print(order)\n\n\ndef other(order):\n    print(order)\n"
TRIGGER = {"name": "order", "type": "queueTrigger", "direction": "in", "queueName": "orders"}


def operations(root: Path, data: Any, code: str = CODE) -> list[Operation]:
    (root / "Bill").mkdir(exist_ok=True)
    (root / "Bill" / "function.json").write_text(data if isinstance(data, str) else json.dumps(data))
    (root / "Bill" / "__init__.py").write_text(code)
    return list(understand(Request(root=root, config=Config(), cache=False)).project.operations)


def handlers(root: Path, **data: Any) -> list[tuple[str | None, str | None]]:
    return [(o.address, o.handler) for o in operations(root, {"bindings": [TRIGGER], **data})]


def test_the_entry_point_decides_which_function_is_called(tmp_path: Path) -> None:
    assert handlers(tmp_path) == [("orders", "Bill:main")]
    assert handlers(tmp_path, entryPoint="other") == [("orders", "Bill:other")]
    assert handlers(tmp_path, entryPoint="nobody") == []


def test_the_script_may_stand_elsewhere_but_not_outside_of_the_root(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "work.py").write_text(CODE)
    assert handlers(tmp_path, scriptFile="../shared/work.py") == [("orders", "shared.work:main")]
    assert handlers(tmp_path, scriptFile="../../../work.py") == []
    assert handlers(tmp_path, scriptFile="missing.py") == []


@pytest.mark.parametrize(
    ("binding", "system", "kind", "address", "group"),
    [
        ({"type": "serviceBusTrigger", "queueName": "q"}, "servicebus", "queue", "q", None),
        (
            {"type": "serviceBusTrigger", "topicName": "t", "subscriptionName": "s"},
            "servicebus", "topic", "t", "s",
        ),
        ({"type": "eventHubTrigger", "eventHubName": "h", "consumerGroup": "g"}, "eventhubs", "stream", "h", "g"),
        ({"type": "eventHubTrigger", "path": "h"}, "eventhubs", "stream", "h", None),
        ({"type": "kafkaTrigger", "topic": "t"}, "kafka", "stream", "t", None),
        ({"type": "queueTrigger", "queueName": "%Q%"}, "azure_queue", "queue", "${Q}", None),
        ({"type": "QUEUETRIGGER", "queueName": "q"}, "azure_queue", "queue", "q", None),
        ({"type": "eventGridTrigger"}, "eventgrid", "topic", None, None),
    ],
)  # fmt: skip
def test_triggers(
    tmp_path: Path, binding: dict[str, str], system: str, kind: str, address: str | None, group: str | None
) -> None:
    (found,) = operations(tmp_path, {"bindings": [{"name": "order", "direction": "in", **binding}]})
    assert (found.system, found.kind, found.address, found.group) == (system, kind, address, group)
    assert (found.reason_code == "deployment") == (address is None)


@pytest.mark.parametrize(
    "data",
    [
        "", "{", "[]", "null", '"x"', {}, {"bindings": None}, {"bindings": {}}, {"bindings": [None, 1, "x", []]},
        {"bindings": [{}]}, {"bindings": [{"type": "queueTrigger"}]},
        {"bindings": [{"name": 1, "type": "queueTrigger"}]},
        {"bindings": [TRIGGER], "scriptFile": 1}, {"bindings": [TRIGGER], "entryPoint": []},
        {"bindings": [{**TRIGGER, "type": "timerTrigger"}]}, {"bindings": [{**TRIGGER, "type": "httpTrigger"}]},
        {"bindings": [{"name": "in", "type": "queue", "direction": "in", "queueName": "q"}]},
    ],
)  # fmt: skip
def test_a_file_that_binds_no_channel_makes_no_operation(tmp_path: Path, data: Any) -> None:
    assert operations(tmp_path, data) == []


def test_a_name_that_is_no_text_leaves_the_channel_open(tmp_path: Path) -> None:
    (found,) = operations(tmp_path, {"bindings": [{**TRIGGER, "queueName": 7}]})
    assert (found.address, found.reason_code) == (None, "deployment")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["order", "queueTrigger", "out", "$return", "%", "%%"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["bindings", "name", "type", "direction", "queueName", "scriptFile"]), inner),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=JSON)
def test_any_file_is_read_without_a_crash(tmp_path: Path, data: Any) -> None:
    operations(tmp_path, data)
