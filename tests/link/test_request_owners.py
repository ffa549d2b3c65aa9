"""Whose a request is: each client library asks each server framework for what a message does not say."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from eda_lint.config import Config
from eda_lint.model.topology import Effect
from eda_lint.run import Request, understand

SERVERS = {
    "flask": """
        from flask import Blueprint, Flask
        orders = Blueprint("orders", __name__, url_prefix="/orders")
        @orders.get("/<int:id>")
        def show(id):
            return {}
        app = Flask(__name__)
        app.register_blueprint(orders)
        """,
    "fastapi": """
        from fastapi import APIRouter, FastAPI
        router = APIRouter(prefix="/orders")
        @router.get("/{id}")
        async def show(id: int):
            return {}
        app = FastAPI()
        app.include_router(router)
        """,
    "starlette": """
        from starlette.applications import Starlette
        from starlette.routing import Mount, Route
        async def show(request):
            return None
        app = Starlette(routes=[Mount("/orders", routes=[Route("/{id:int}", show)])])
        """,
    "aiohttp": """
        from aiohttp import web
        routes = web.RouteTableDef()
        @routes.get("/orders/{id}")
        async def show(request):
            return web.json_response({})
        app = web.Application()
        app.add_routes(routes)
        """,
    "falcon": """
        import falcon
        class Order:
            def on_get(self, request, response, id):
                response.media = {}
        app = falcon.App()
        app.add_route("/orders/{id}", Order())
        """,
    "django": """
        from django.http import JsonResponse
        from django.urls import path
        def show(request, id):
            return JsonResponse({})
        urlpatterns = [path("orders/<int:id>", show)]
        """,
    "rest framework": """
        from django.urls import include, path
        from rest_framework import routers, viewsets
        class Orders(viewsets.ReadOnlyModelViewSet):
            queryset = None
            def retrieve(self, request, pk=None):
                return None
        router = routers.SimpleRouter(trailing_slash=False)
        router.register("orders", Orders)
        urlpatterns = [path("", include(router.urls))]
        """,
}

CLIENTS = {
    "requests": """
        import requests
        def ask(id):
            return requests.get(f"http://orders:8000/orders/{id}", timeout=5).json()
        """,
    "requests session": """
        import os
        import requests
        session = requests.Session()
        BASE = os.environ.get("ORDERS_URL", "http://orders:8000")
        def ask(id):
            return session.request("GET", BASE + "/orders/" + str(id)).json()
        """,
    "httpx": """
        import httpx
        class Orders:
            def __init__(self, client):
                self.client = client
            def show(self, id):
                return self.client.get(f"/orders/{id}").json()
        orders = Orders(httpx.Client(base_url="http://orders:8000"))
        def ask(id):
            return orders.show(id)
        """,
    "urllib3": """
        import urllib3
        http = urllib3.PoolManager()
        def ask(id):
            return http.request("GET", f"http://orders:8000/orders/{id}").json()
        """,
}
HANDLER = """
from kafka import KafkaConsumer
import json
from client import ask
for record in KafkaConsumer("orders.placed"):
    event = json.loads(record.value)
    if ask(event["id"])["total"] > 100:
        print(event["id"])
"""


def requested(root: Path, server: str, client: str, handler: str = HANDLER) -> list[Effect]:
    files = {
        "orders/requirements.txt": "",
        "orders/server.py": textwrap.dedent(server),
        "orders/settings.py": 'ROOT_URLCONF = "server"\n',
        "mails/requirements.txt": "",
        "mails/client.py": textwrap.dedent(client),
        "mails/main.py": handler,
    }
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    found = understand(Request(root=root, config=Config(), cache=False)).project
    return [effect for one in found.handlers for effect in one.activity.effects if effect.kind == "http"]


@pytest.mark.parametrize("server", SERVERS)
def test_a_request_is_owned_by_whoever_answers(tmp_path: Path, server: str) -> None:
    (effect,) = requested(tmp_path, SERVERS[server], CLIENTS["requests"])
    assert (effect.method, effect.owner, effect.uses_message, effect.result_decides) == ("GET", "orders", True, True)


@pytest.mark.parametrize("client", CLIENTS)
def test_every_client_asks(tmp_path: Path, client: str) -> None:
    (effect,) = requested(tmp_path, SERVERS["flask"], CLIENTS[client])
    assert (effect.method, effect.owner, effect.uses_message) == ("GET", "orders", True)


def test_an_asynchronous_session(tmp_path: Path) -> None:
    client = """
        import aiohttp
        async def ask(id):
            async with aiohttp.ClientSession("http://orders:8000") as session:
                async with session.get(f"/orders/{id}") as response:
                    return await response.json()
        """
    handler = HANDLER.replace('ask(event["id"])', 'await_(ask(event["id"]))').replace(
        "from client import ask", "from asyncio import run as await_\nfrom client import ask"
    )
    (effect,) = requested(tmp_path, SERVERS["aiohttp"], client, handler)
    assert (effect.method, effect.owner, effect.uses_message) == ("GET", "orders", True)


@pytest.mark.parametrize("server", SERVERS)
def test_a_path_that_nobody_answers_is_nobodys(tmp_path: Path, server: str) -> None:
    client = CLIENTS["requests"].replace("/orders/{id}", "/bills/{id}")
    (effect,) = requested(tmp_path, SERVERS[server], client)
    assert (effect.owner, effect.internal) == (None, True)


@pytest.mark.parametrize(
    ("given", "method"),
    [("url", "GET"), ("url, timeout=5", "GET"), ("url, body", ""), ("Request(url, body)", "")],
)
def test_a_request_without_method_and_body_reads(tmp_path: Path, given: str, method: str) -> None:
    client = f"""
        from urllib.request import Request, urlopen
        def ask(id, url="http://orders:8000/orders", body=b"x"):
            return urlopen({given}).read()
        """
    (effect,) = requested(tmp_path, SERVERS["flask"], client)
    assert effect.method == method
