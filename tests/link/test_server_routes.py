"""Routes of servers, read through the whole pipeline: what each framework's ways of registering mean."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from eda_lint.config import Config
from eda_lint.model.topology import Project
from eda_lint.run import Request, understand

CALLER = {
    "caller/requirements.txt": "requests",
    "caller/main.py": "import requests\n\n\ndef ask():\n    requests.get('http://server:8000/ping')\n",
    "server/requirements.txt": "",
}


def project(root: Path, files: dict[str, str]) -> Project:
    for path, text in {**CALLER, **files}.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text))
    return understand(Request(root=root, config=Config(), cache=False)).project


def served(root: Path, files: dict[str, str]) -> set[str]:
    """`METHOD path handler` of each route of the server."""
    found = project(root, {f"server/{path}": text for path, text in files.items()})
    assert {route.service for route in found.routes} <= {"server"}
    return {f"{route.method} {route.path} {route.handler}" for route in found.routes}


def test_flask_blueprints(tmp_path: Path) -> None:
    assert served(
        tmp_path,
        {
            "shop/__init__.py": "",
            "shop/orders.py": """
                from flask import Blueprint

                orders = Blueprint("orders", __name__, url_prefix="/orders")
                lines = Blueprint("lines", __name__, url_prefix="/<int:order_id>/lines")
                orders.register_blueprint(lines)


                @orders.route("/", methods=["GET", "POST"])
                def index():
                    return ""


                @orders.get("/<int:order_id>")
                def show(order_id):
                    return ""


                @lines.post("")
                def add(order_id):
                    return ""
            """,
            "shop/web.py": """
                from flask import Flask
                from shop.orders import orders


                def create_app():
                    app = Flask(__name__)
                    app.register_blueprint(orders, url_prefix="/api/orders")
                    app.add_url_rule("/health", view_func=health)
                    return app


                def health():
                    return "ok"
            """,
        },
    ) == {
        "GET /api/orders shop.orders:index",
        "POST /api/orders shop.orders:index",
        "GET /api/orders/{} shop.orders:show",
        "POST /api/orders/{}/lines shop.orders:add",
        "GET /health shop.web:health",
    }


def test_an_application_that_other_files_import_or_are_handed(tmp_path: Path) -> None:
    assert served(
        tmp_path,
        {
            "shop/__init__.py": """
                from flask import Flask

                server = Flask(__name__)

                from shop import views, more

                more.add(server)
            """,
            "shop/views.py": "from shop import server\n\n\n@server.route('/orders')\ndef orders():\n    return ''\n",
            "shop/more.py": """
                def add(target):
                    @target.post("/returns")
                    def returned():
                        return ""
            """,
        },
    ) == {"GET /orders shop.views:orders", "POST /returns shop.more:add.returned"}


def test_flask_views_as_classes(tmp_path: Path) -> None:
    assert served(
        tmp_path,
        {
            "web.py": """
                from flask import Flask
                from flask.views import MethodView

                app = Flask(__name__)


                class Orders(MethodView):
                    def get(self):
                        return ""

                    def post(self):
                        return ""

                    def helper(self):
                        return ""


                view = Orders.as_view("orders")
                app.add_url_rule("/orders", view_func=view)
            """
        },
    ) == {"GET /orders web:Orders.get", "POST /orders web:Orders.post"}


def test_fastapi_routers(tmp_path: Path) -> None:
    assert served(
        tmp_path,
        {
            "app/__init__.py": "",
            "app/settings.py": """
                from pydantic_settings import BaseSettings


                class Settings(BaseSettings):
                    api: str = "/api/v1"


                settings = Settings()
            """,
            "app/routers/__init__.py": "",
            "app/routers/orders.py": """
                from fastapi import APIRouter

                router = APIRouter(prefix="/orders")


                @router.get("/{order_id:int}")
                async def show(order_id):
                    return {}


                @router.api_route("", methods=["PUT", "PATCH"])
                async def change():
                    return {}
            """,
            "app/main.py": """
                from fastapi import FastAPI
                from app.routers import orders
                from app.settings import settings

                app = FastAPI()
                inner = FastAPI()
                app.include_router(orders.router, prefix=settings.api)
                app.mount("/inner", inner)


                @inner.get("/files/{path:path}")
                async def file(path):
                    return {}
            """,
        },
    ) == {
        "GET /api/v1/orders/{} app.routers.orders:show",
        "PUT /api/v1/orders app.routers.orders:change",
        "PATCH /api/v1/orders app.routers.orders:change",
        "GET /inner/files/{*} app.main:file",
    }


def test_routers_included_in_a_loop_and_in_one_another(tmp_path: Path) -> None:
    assert served(
        tmp_path,
        {
            "main.py": """
                from fastapi import APIRouter, FastAPI

                first, second = APIRouter(prefix="/a"), APIRouter()
                api = APIRouter(prefix="/api")
                for router in (first, second):
                    api.include_router(router)
                app = FastAPI()
                app.include_router(api)


                @first.get("/x")
                def x():
                    return 1


                @second.get("/y")
                def y():
                    return 1
            """
        },
    ) == {"GET /api/a/x main:x", "GET /api/y main:y"}


def test_starlette(tmp_path: Path) -> None:
    assert served(
        tmp_path,
        {
            "main.py": """
                from starlette.applications import Starlette
                from starlette.endpoints import HTTPEndpoint
                from starlette.routing import Mount, Route


                async def show(request):
                    return None


                class Orders(HTTPEndpoint):
                    async def post(self, request):
                        return None


                inner = [Route("/{order_id}", show), Route("/", Orders)]
                app = Starlette(routes=[Mount("/orders", routes=inner), Route("/both", show, methods=["GET", "POST"])])
            """
        },
    ) == {
        "GET /orders/{} main:show",
        "POST /orders main:Orders.post",
        "GET /both main:show",
        "POST /both main:show",
    }


def test_aiohttp(tmp_path: Path) -> None:
    assert served(
        tmp_path,
        {
            "listed.py": """
                from aiohttp import web


                async def listed(request):
                    return None


                routes = [web.post("/listed", listed)]
            """,
            "main.py": """
                from aiohttp import web
                from listed import routes

                table = web.RouteTableDef()


                @table.get("/orders/{order_id}")
                async def show(request):
                    return None


                async def added(request):
                    return None


                app = web.Application()
                below = web.Application()
                app.add_routes(table)
                app.router.add_routes(routes)
                app.router.add_put("/added", added)
                below.router.add_route("DELETE", "/x", added)
                app.add_subapp("/below", below)
            """,
        },
    ) == {
        "GET /orders/{} main:show",
        "POST /listed listed:listed",
        "PUT /added main:added",
        "DELETE /below/x main:added",
    }


def test_falcon(tmp_path: Path) -> None:
    assert served(
        tmp_path,
        {
            "main.py": """
                import falcon


                class Orders:
                    def on_get(self, request, response):
                        pass

                    def on_post(self, request, response):
                        pass


                app = falcon.App()
                app.add_route("/orders/{order_id}", Orders())
            """
        },
    ) == {"GET /orders/{} main:Orders.on_get", "POST /orders/{} main:Orders.on_post"}


DJANGO = {
    "site/__init__.py": "",
    "site/settings.py": 'ROOT_URLCONF = "site.urls"\n',
    "orders/__init__.py": "",
    "orders/views.py": """
        from django.views import View


        def show(request, order_id):
            pass


        class Orders(View):
            def get(self, request):
                pass
    """,
}


def test_django_urls(tmp_path: Path) -> None:
    assert served(
        tmp_path,
        {
            **DJANGO,
            "orders/urls.py": """
                from django.urls import path, re_path
                from django.views.decorators.csrf import csrf_exempt
                from orders import views

                urlpatterns = [path("", csrf_exempt(views.Orders.as_view()))]
                urlpatterns += [re_path(r"^(?P<order_id>[0-9]+)/$", views.show)]
            """,
            "site/urls.py": """
                from django.urls import include, path
                from orders import views

                more = [path("<int:order_id>", views.show)]
                urlpatterns = [
                    path("orders/", include("orders.urls")),
                    path("more/", include((more, "more"), namespace="more")),
                ]
            """,
        },
    ) == {
        "GET /orders orders.views:Orders.get",
        "* /orders/{} orders.views:show",
        "* /more/{} orders.views:show",
    }


def test_what_no_root_includes_is_somewhere(tmp_path: Path) -> None:
    urls = """
        from django.conf.urls.i18n import i18n_patterns
        from django.urls import path
        from orders import views

        urlpatterns = i18n_patterns(path("a", views.show))
    """
    assert served(tmp_path, {**DJANGO, "site/urls.py": urls, "orders/urls.py": urls.replace('"a"', '"b"')}) == {
        "* /{*} orders.views:show"
    }


def test_rest_framework_view_sets(tmp_path: Path) -> None:
    assert served(
        tmp_path,
        {
            **DJANGO,
            "orders/views.py": """
                from rest_framework.decorators import action
                from rest_framework.viewsets import GenericViewSet, ModelViewSet


                class Orders(GenericViewSet):
                    def retrieve(self, request, pk):
                        pass

                    @action(detail=True, methods=["post"])
                    def cancel(self, request, pk):
                        pass

                    @action(detail=False, url_path="late")
                    def overdue(self, request):
                        pass


                class Lines(ModelViewSet):
                    def create(self, request):
                        pass
            """,
            "site/urls.py": """
                from django.urls import include, path
                from orders.views import Lines, Orders
                from rest_framework.routers import DefaultRouter

                router = DefaultRouter()
                router.register(r"orders", Orders, basename="orders")
                urlpatterns = [
                    path("api/", include(router.urls)),
                    path("lines/", Lines.as_view({"post": "create", "get": "list"})),
                ]
            """,
        },
    ) == {
        "GET /api/orders/{} orders.views:Orders.retrieve",
        "POST /api/orders/{}/cancel orders.views:Orders.cancel",
        "GET /api/orders/late orders.views:Orders.overdue",
        "POST /lines orders.views:Lines.create",
        "GET /lines orders.views:Lines",
    }


def test_a_view_set_has_what_its_base_brings(tmp_path: Path) -> None:
    found = served(
        tmp_path,
        {
            **DJANGO,
            "site/urls.py": """
                from rest_framework.routers import SimpleRouter
                from rest_framework.viewsets import ModelViewSet


                class Orders(ModelViewSet):
                    pass


                router = SimpleRouter()
                router.register("orders", Orders)
                urlpatterns = router.urls
            """,
        },
    )
    assert {route.rpartition(" ")[0] for route in found} == {
        "GET /orders", "POST /orders", "GET /orders/{}", "PUT /orders/{}", "PATCH /orders/{}", "DELETE /orders/{}",
    }  # fmt: skip


@pytest.mark.parametrize(
    "server",
    [
        pytest.param(
            """
            import os
            from fastapi import APIRouter, FastAPI
            router = APIRouter(prefix=os.environ["PREFIX"])
            app = FastAPI()
            app.include_router(router)
            @router.get("/orders")
            def orders(): ...
            """,
            id="a prefix from the environment",
        ),
        pytest.param(
            """
            from fastapi import APIRouter
            router = APIRouter()
            @router.get("/orders")
            def orders(): ...
            """,
            id="a router that nobody includes",
        ),
        pytest.param(
            """
            from fastapi import FastAPI
            app = FastAPI()
            @app.get(compute())
            def orders(): ...
            """,
            id="a path that is computed",
        ),
        pytest.param(
            """
            from fastapi import APIRouter, FastAPI
            router = APIRouter()
            router.include_router(router)
            @router.get("/orders")
            def orders(): ...
            """,
            id="a router in itself",
        ),
    ],
)
def test_a_path_that_is_not_known_is_not_guessed(tmp_path: Path, server: str) -> None:
    assert served(tmp_path, {"main.py": server}) == {"GET /{*} main:orders"}


def test_an_unknown_part_of_a_path_is_one_segment(tmp_path: Path) -> None:
    server = """
        from fastapi import APIRouter, FastAPI

        from elsewhere import VERSION

        router = APIRouter(prefix=f"/{VERSION}/orders")
        app = FastAPI()
        app.include_router(router, prefix="/api")


        @router.get("/{order_id}")
        def show(order_id):
            return {}
    """
    assert served(tmp_path, {"main.py": server}) == {"GET /api/{}/orders/{} main:show"}


def test_an_application_that_a_library_makes_is_the_callers(tmp_path: Path) -> None:
    main = """
        from common.web import create_application

        app = create_application("{name}")


        @app.get("/{name}")
        def {name}():
            return 1
    """
    files = {
        "common/setup.py": "",
        "common/common/__init__.py": "",
        "common/common/web.py": """
            from fastapi import FastAPI


            def create_application(title):
                return FastAPI(title=title)
        """,
        "server/main.py": main.format(name="orders"),
        "other/requirements.txt": "",
        "other/main.py": main.format(name="bills"),
    }
    found = {(route.service, route.path) for route in project(tmp_path, files).routes}
    assert found == {("server", "/orders"), ("other", "/bills")}


def test_what_a_base_outside_answers_is_any_method(tmp_path: Path) -> None:
    urls = """
        from django.urls import path
        from django.views.generic import CreateView

        class Orders(CreateView):
            def post(self, request):
                pass

        urlpatterns = [path("orders/", Orders.as_view())]
    """
    assert served(tmp_path, {**DJANGO, "site/urls.py": urls}) == {
        "POST /orders site.urls:Orders.post",
        "* /orders site.urls:Orders",
    }


def test_routes_are_not_asked_for_where_nobody_calls(tmp_path: Path) -> None:
    server = "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/x')\ndef x():\n    return ''\n"
    found = project(tmp_path, {"server/web.py": server, "caller/main.py": "print(1)\n"})
    assert found.routes == ()
    assert found.coverage.parsed == 0


def test_test_code_serves_nothing(tmp_path: Path) -> None:
    server = "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/x')\ndef x():\n    return ''\n"
    assert served(tmp_path, {"tests/test_web.py": server, "web.py": "\n"}) == set()


def test_a_prefix_that_compose_gives(tmp_path: Path) -> None:
    files = {
        "server/main.py": """
            import os
            from fastapi import FastAPI, APIRouter

            router = APIRouter(prefix=os.environ["PREFIX"])
            app = FastAPI()
            app.include_router(router)


            @router.get("/orders")
            def orders():
                return []
        """,
        "compose.yaml": "services:\n  server:\n    build: server\n    environment: [PREFIX=/v2]\n",
    }
    assert [route.path for route in project(tmp_path, files).routes] == ["/v2/orders"]
