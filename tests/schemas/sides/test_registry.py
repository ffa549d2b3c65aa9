"""A registry on loopback that speaks Confluent's interface, also badly."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from eda_lint.errors import SchemaError, UsageError
from eda_lint.model.contract import Contract
from eda_lint.model.topology import Place
from eda_lint.schemas import read
from eda_lint.schemas.sides.registry import PASSWORD, TOKEN, USER, RegistrySide, subjects_of

ONE = '{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"string"}]}'
TWO = ONE.replace('"string"}', '"string"},{"name":"n","type":"Money"}')
MONEY = '{"type":"record","name":"Money","namespace":"shop","fields":[{"name":"cents","type":"long"}]}'


@dataclass
class Registry:
    """What the server answers: subject → versions; `faults` come before the answers, once each."""

    address: str = ""
    subjects: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    faults: list[tuple[int, bytes, dict[str, str]]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    user: str = ""

    def answer(self, path: str, authorization: str) -> tuple[int, bytes, dict[str, str]]:
        self.asked.append((path, authorization))
        if self.user and authorization != self.user:
            return 401, b'{"error_code":401,"message":"Unauthorized"}', {}
        if self.faults:
            return self.faults.pop(0)
        match path.strip("/").split("/"):
            case ["subjects"]:
                return 200, json.dumps(list(self.subjects)).encode(), {}
            case ["subjects", name, "versions"] if name in self.subjects:
                return 200, json.dumps(list(range(1, len(self.subjects[name]) + 1))).encode(), {}
            case ["subjects", name, "versions", number] if name in self.subjects:
                return 200, json.dumps(self.subjects[name][int(number) - 1]).encode(), {}
        return 404, b'{"error_code":40401,"message":"Subject not found."}', {}


@pytest.fixture
def registry() -> Iterator[Registry]:
    state = Registry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content, headers = state.answer(self.path, self.headers.get("Authorization", ""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.address = f"http://127.0.0.1:{server.server_port}"
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


def contract(**changes: Any) -> Contract:
    given = {"channels": ("kafka:orders",), **changes}
    return Contract("shop.Order", "avro", Place("a.avsc", 1), read(ONE, dialect="avro"), **given)


@pytest.fixture
def side(registry: Registry) -> Iterator[Callable[..., RegistrySide]]:
    opened: list[RegistrySide] = []

    def open_(**environ: str) -> RegistrySide:
        opened.append(RegistrySide.at(registry.address, environ))
        return opened[-1]

    yield open_
    for each in opened:
        each.close()


def test_the_latest_version_or_all(registry: Registry, side: Callable[..., RegistrySide]) -> None:
    registry.subjects["orders-value"] = [{"schema": ONE}, {"schema": ONE, "schemaType": "AVRO"}]
    assert [v.label for v in side().versions(contract(), every=False)] == ["orders-value version 2"]
    assert [v.label for v in side().versions(contract(), every=True)] == [
        "orders-value version 2",
        "orders-value version 1",
    ]


def test_references(registry: Registry, side: Callable[..., RegistrySide]) -> None:
    reference = {"name": "shop.Money", "subject": "money", "version": 1}
    registry.subjects = {
        "orders-value": [{"schema": TWO, "references": [reference]}],
        "money": [{"schema": MONEY, "references": [reference]}],  # a circle ends
    }
    (version,) = side().versions(contract(), every=True)
    assert set(version.schema.definitions) == {"shop.Order", "shop.Money"}
    assert version.schema.root is not None


def test_naming_strategies() -> None:
    assert subjects_of(contract()) == ["orders-value", "orders-shop.Order", "shop.Order"]
    assert subjects_of(contract(channels=())) == ["shop.Order"]


@pytest.mark.parametrize("subject", ["orders-value", "orders-shop.Order", "shop.Order"])
def test_every_strategy_finds_it(registry: Registry, side: Callable[..., RegistrySide], subject: str) -> None:
    registry.subjects = {"other": [{"schema": '"int"'}], subject: [{"schema": ONE}]}
    assert [v.label for v in side().versions(contract(), every=True)] == [f"{subject} version 1"]


def test_what_is_not_there_is_new(registry: Registry, side: Callable[..., RegistrySide]) -> None:
    assert side().versions(contract(), every=True) == []
    registry.subjects["orders-value"] = [{"schema": "{}", "schemaType": "JSON"}]
    assert side().versions(contract(), every=True) == []
    assert side().gone([contract()]) == ()


def test_credentials_come_from_the_environment_and_are_never_shown(
    registry: Registry, side: Callable[..., RegistrySide]
) -> None:
    registry.user = "Basic " + base64.b64encode(b"ada:secret").decode()
    registry.subjects["orders-value"] = [{"schema": ONE}]
    assert side(**{USER: "ada", PASSWORD: "secret"}).versions(contract(), every=True)
    with pytest.raises(SchemaError, match="refuses") as caught:
        side(**{TOKEN: "tok3n"}).versions(contract(), every=True)
    assert registry.asked[-1][1] == "Bearer tok3n"
    assert "tok3n" not in str(caught.value)
    assert USER in caught.value.mend


def test_a_server_that_is_busy_is_asked_again(registry: Registry, side: Callable[..., RegistrySide]) -> None:
    registry.subjects["orders-value"] = [{"schema": ONE}]
    registry.faults = [(503, b"", {}), (500, b"", {})]
    assert len(side().versions(contract(), every=True)) == 1


@pytest.mark.parametrize(
    ("fault", "part"),
    [
        ((200, b"<html>", {}), "no JSON"),
        ((200, b"{}", {}), "in a form"),
        ((404, b"nothing here", {}), "404"),
        ((302, b"", {"Location": "http://127.0.0.1:9/subjects"}), "302"),
        ((418, b"{}", {}), "418"),
    ],
)
def test_answers_that_are_none(
    registry: Registry, side: Callable[..., RegistrySide], fault: tuple[int, bytes, dict[str, str]], part: str
) -> None:
    registry.faults = [fault]
    with pytest.raises(SchemaError, match=part):
        side().versions(contract(), every=True)


def test_a_schema_that_cannot_be_read(registry: Registry, side: Callable[..., RegistrySide]) -> None:
    registry.subjects["orders-value"] = [{"schema": '{"type":'}]
    with pytest.raises(SchemaError):
        side().versions(contract(), every=True)
    registry.subjects["orders-value"] = [{"no": 1}]
    with pytest.raises(SchemaError, match="in a form"):
        side().versions(contract(), every=True)


@pytest.mark.parametrize(
    "address",
    [
        "http://registry.example",
        "https://ada:secret@registry.example",
        "ftp://x",
        "https://",
        "https://x?y",
        "file:///etc",
    ],
)
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(UsageError) as caught:
        RegistrySide.at(address, {})
    assert "secret" not in str(caught.value)


def test_a_server_that_is_not_there() -> None:
    side = RegistrySide.at("http://127.0.0.1:9", {})
    with pytest.raises(SchemaError, match="cannot be reached"):
        side.versions(contract(), every=True)
    side.close()
