"""gRPC: whose method a stub's call runs, with and without the generated code at hand."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from eda_lint.config import Config
from eda_lint.model.topology import Effect, Project
from eda_lint.run import Request, understand

GENERATED = """
import grpc
from proto import orders_pb2 as orders__pb2


class OrdersStub(object):
    def __init__(self, channel):
        self.GetOrder = channel.unary_unary(
            '/shop.v1.Orders/GetOrder',
            request_serializer=orders__pb2.GetOrderRequest.SerializeToString,
            response_deserializer=orders__pb2.Order.FromString,
            _registered_method=True)
        self.PlaceOrder = channel.unary_unary('/shop.v1.Orders/PlaceOrder')


class OrdersServicer(object):
    def GetOrder(self, request, context):
        raise NotImplementedError('Method not implemented!')

    def PlaceOrder(self, request, context):
        raise NotImplementedError('Method not implemented!')


def add_OrdersServicer_to_server(servicer, server):
    rpc_method_handlers = {}
"""

SERVER = """
from concurrent import futures
import grpc
from grpc_health.v1 import health_pb2_grpc
from proto import orders_pb2, orders_pb2_grpc


class Orders(orders_pb2_grpc.OrdersServicer):
    def __init__(self, store):
        self._store = store

    def GetOrder(self, request, context):
        return self._load(request.id)

    def Check(self, request, context):
        return None

    def _load(self, id):
        return self._store[id]


def serve():
    server = grpc.server(futures.ThreadPoolExecutor())
    orders_pb2_grpc.add_OrdersServicer_to_server(Orders({}), server)
    health_pb2_grpc.add_HealthServicer_to_server(Orders({}), server)
    server.add_insecure_port("[::]:50051")
    server.start()
"""

CALLER = """
import json
import os
import grpc
from kafka import KafkaConsumer
from proto import orders_pb2
from proto.orders_pb2_grpc import OrdersStub


class OrderClient:
    def __init__(self, address):
        self.channel = grpc.insecure_channel(address)
        self.stub = OrdersStub(self.channel)

    def get(self, id):
        return self.stub.GetOrder(orders_pb2.GetOrderRequest(id=id), timeout=5)


def run():
    orders = OrderClient("orders:50051")
    for record in KafkaConsumer("orders.placed"):
        event = json.loads(record.value)
        order = orders.get(event["id"])
        print(order.total)
        with grpc.insecure_channel("orders:50051") as channel:
            OrdersStub(channel).PlaceOrder(orders_pb2.Order(id=event["id"]))
"""


def project(root: Path, files: dict[str, str]) -> Project:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text))
    return understand(Request(root=root, config=Config(), cache=False)).project


def requests(found: Project) -> list[Effect]:
    return [effect for handler in found.handlers for effect in handler.activity.effects if effect.kind == "http"]


FILES = {
    "orders/requirements.txt": "grpcio",
    "orders/server.py": SERVER,
    "mails/requirements.txt": "grpcio",
    "mails/main.py": CALLER,
}
CODE = {f"{service}/proto/orders_pb2_grpc.py": GENERATED for service in ("orders", "mails")}


@pytest.mark.parametrize("generated", [CODE, {}], ids=["generated code at hand", "generated code elsewhere"])
def test_calls_of_a_stub_are_answered_by_the_servicer(tmp_path: Path, generated: dict[str, str]) -> None:
    found = project(tmp_path, {**FILES, **generated})
    served = {(r.service, r.method, r.path, r.handler) for r in found.routes}
    assert ("orders", "*", "/Orders/GetOrder", "server:Orders.GetOrder") in served
    assert ("orders", "*", "/Health/Check", "server:Orders.Check") in served
    assert (("orders", "*", "/Orders/Check", "server:Orders.Check") in served) == (not generated)
    read, write = requests(found)
    assert (read.method, read.target, read.owner, read.uses_message) == (
        "GET", "orders:50051/Orders/GetOrder", "orders", True,
    )  # fmt: skip
    assert (write.method, write.target, write.internal) == ("POST", "orders:50051/Orders/PlaceOrder", True)
    assert write.owner is None, "nobody is seen to answer it"


def test_a_host_of_no_service_is_nobodys(tmp_path: Path) -> None:
    files = {**FILES, "mails/main.py": CALLER.replace("orders:50051", "orders.example.com:443")}
    assert {effect.owner for effect in requests(project(tmp_path, files))} == {None}


def test_servicers_in_tests_serve_nothing(tmp_path: Path) -> None:
    files = {**FILES, "orders/tests/test_server.py": SERVER}
    del files["orders/server.py"]
    assert not project(tmp_path, files).routes


def test_what_only_looks_like_a_stub_is_none(tmp_path: Path) -> None:
    caller = CALLER.replace("proto.orders_pb2_grpc", "proto.doubles")
    assert not requests(project(tmp_path, {**FILES, "mails/main.py": caller}))
