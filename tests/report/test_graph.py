from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from eda_lint.model.topology import (
    AddressPart,
    Channel,
    Coverage,
    Operation,
    Payload,
    PayloadField,
    Place,
    Project,
    Service,
    Via,
)  # fmt: skip
from eda_lint.report.graph import graph_json


def operation(id: str, **changes: Any) -> Operation:
    values: dict[str, Any] = {
        "id": id, "action": "send", "system": "kafka", "client": "kafka-python", "kind": "stream",
        "place": Place("orders/app.py", 12, 5, 12, 60), "function": "orders.app:Shop.place", "service": "orders",
    }  # fmt: skip
    return Operation(**(values | changes))


PARTS = (AddressPart("env", "PREFIX", default="dev"), AddressPart("literal", ".orders"))
PROJECT = Project(
    services=(Service("orders", "services/orders", marks=("Dockerfile",)), Service("lib", "lib", "library")),
    channels=(Channel("kafka:${PREFIX}.orders", "kafka", "stream", "${PREFIX}.orders", PARTS, external=True),),
    operations=(
        operation(
            "1",
            channel="kafka:${PREFIX}.orders",
            address="${PREFIX}.orders",
            parts=PARTS,
            default="dev.orders",
            resolution="setting",
            message="OrderPlaced",
            via=(Via(Place("lib/bus.py", 7, 9, 7, 30), "lib.bus:Bus.publish"),),
            payload=Payload((PayloadField("id"), PayloadField("customer.mail", required=False)), open=False),
        ),
        operation("2", action="receive", handler="billing.app:Worker.on_order", group="billing", in_test=True),
        operation("3", reason="the argument comes from a database", reason_code="dynamic", resolution="unresolved"),
    ),
    handlers=(),
    activities=(),
    routes=(),
    topology=None,  # type: ignore[arg-type]
    coverage=Coverage(operations=3, resolved=1),
)


def test_what_one_call_carries_is_one_operation() -> None:
    placed = operation("1", channel="c", message="OrderPlaced", handler="billing.app:bill")
    lost = operation("2", channel="c", message="OrderLost", handler="billing.app:file")
    filed = operation("3", channel="c", message="OrderLost", handler="billing.app:bill")
    other = operation("4", channel="d", message="OrderLost")
    project = replace(PROJECT, operations=(placed, lost, filed, other))
    first, second = json.loads(graph_json(project))["operations"]
    assert (first["id"], first["message"], first["handler"]) == ("1", "OrderPlaced,OrderLost", "bill,file")
    assert first["messages"] == [
        {"name": "OrderPlaced", "handlers": ["bill"]},
        {"name": "OrderLost", "handlers": ["file", "bill"]},
    ]
    assert second["messages"] == [{"name": "OrderLost", "handlers": []}]


def test_snapshot_that_fits_the_schema(snapshot, validate) -> None:
    text = graph_json(PROJECT)
    validate("graph.json", text)
    snapshot("graph.json", text)


def test_names_are_told_inside_their_module() -> None:
    first, second, _ = json.loads(graph_json(PROJECT))["operations"]
    assert first["via"] == [{"file": "lib/bus.py", "line": 7, "function": "Bus.publish"}]
    assert second["handler"] == "Worker.on_order"
    assert first["handler"] is None
    assert first["payload"] == {"fields": ["id", "customer.mail"], "open": False}


def test_an_empty_project_is_a_graph(validate) -> None:
    empty = Project((), (), (), (), (), (), None, Coverage())  # type: ignore[arg-type]
    data = validate("graph.json", graph_json(empty))
    assert data["experimental"] is True
    assert data["operations"] == []


def test_hostile_names_are_plain_ascii(validate) -> None:
    evil = Project(
        (Service("<script>\x1b\udcff", "a\nb"),), (), (operation("x", address="\ud800"),), (), (), (), None, Coverage()  # type: ignore[arg-type]
    )  # fmt: skip
    text = graph_json(evil)
    text.encode("ascii")
    assert validate("graph.json", text)["operations"][0]["address"] == "\\ud800"


@pytest.mark.parametrize("key", ["id", "file", "line", "via", "payload", "handler", "address"])
def test_the_schema_misses_a_missing_key(validate, key: str) -> None:
    import jsonschema

    data = json.loads(graph_json(PROJECT))
    del data["operations"][0][key]
    with pytest.raises(jsonschema.ValidationError):
        validate("graph.json", json.dumps(data))
