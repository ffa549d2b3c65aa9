"""Deployment facts: host names, ports, variables, transactions around requests, and whose a URL is by them."""

from __future__ import annotations

import json
import textwrap
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.config import Config, load_config
from eda_lint.discover import Roles
from eda_lint.extract.document import read_document
from eda_lint.link.runtime import compose, kubernetes
from eda_lint.link.runtime.directories import OUTSIDE, Claims, Directories
from eda_lint.model.facts import Document
from eda_lint.model.topology import Effect, Project, Service
from eda_lint.run import Request, understand

FIXTURES = Path(__file__).parents[2] / "fixtures"
ORDERS = """
    from fastapi import FastAPI

    app = FastAPI()


    @app.get("/orders/{order_id}")
    def show(order_id):
        return {}


    @app.post("/orders")
    def place():
        return {}
"""


def write(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text))
    return root


def project(root: Path, files: dict[str, str]) -> Project:
    return understand(Request(root=write(root, files), config=Config(), cache=False)).project


def requests_of(found: Project) -> list[Effect]:
    activities = [*found.activities, *(handler.activity for handler in found.handlers)]
    return [effect for activity in activities for effect in activity.effects if effect.kind == "http"]


def owner(root: Path, url: str, files: dict[str, str], method: str = "get") -> tuple[str | None, bool]:
    """Owner of a URL (Python source) as the service `shop` calls it, beside `apps/orders`; and whether it is
    internal."""
    caller = f"""
        import os
        import requests


        def ask(order_id):
            requests.{method}({url})
            requests.{method}("https://example.org/elsewhere")
    """
    services = {
        "apps/orders/Dockerfile": "FROM python",
        "apps/orders/main.py": ORDERS,
        "shop/Dockerfile": "FROM python",
        "shop/main.py": caller,
    }
    first, second = requests_of(project(root, {**services, **files}))
    assert (second.owner, second.internal) == (None, False)
    return first.owner, first.internal


# --------------------------------------------------------------------------------------------- fixtures


def test_who_answers_the_shop_that_calls_everybody() -> None:
    root = FIXTURES / "direct_http"
    found = understand(Request(root=root, config=load_config(root / "eda-lint.toml"), cache=False)).project
    [activity] = [a for a in found.activities if a.function.endswith("purchases:purchase")]
    calls = [(e.method, e.owner) for e in activity.effects if e.kind == "http"]
    assert calls == [("POST", "campaign"), ("PUT", "users"), ("POST", "billing")]
    assert activity.entry == "route"


def test_transactions_around_requests_in_the_tangle() -> None:
    root = FIXTURES / "tangle"
    found = understand(Request(root=root, config=load_config(root / "eda-lint.toml"), cache=False)).project
    told = {a.function: a.transaction_evidence for a in found.activities if a.transactional}
    assert set(told) == {"offers.views:StartCampaign.post"}
    [evidence] = told.values()
    assert evidence is not None
    text = (root / evidence.file).read_text().splitlines()[evidence.line - 1]
    assert text[evidence.column - 1 :].startswith('"ATOMIC_REQUESTS"')


# ------------------------------------------------------------------------------------------------ owners

CONFIG_MAP = "{apiVersion: v1, kind: ConfigMap, data: {ORDERS: 'http://orders'}}"
SHOP = "services: {shop: {build: shop, environment: %s}}"
COMPOSE = "services:\n  order-api:\n    build: apps/orders\n    ports: ['8081:80']\n"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param('f"http://order-api/orders/{order_id}"', ("orders", True), id="compose name"),
        pytest.param('f"http://ORDER-API:80/orders/{order_id}?full=1"', ("orders", True), id="case and query"),
        pytest.param('f"http://orders:8000/orders/{order_id}"', ("orders", True), id="directory name"),
        pytest.param('f"http://localhost:8081/orders/{order_id}"', ("orders", True), id="published port"),
        pytest.param('f"http://orders.prod.svc.cluster.local/orders/{order_id}"', ("orders", True), id="cluster name"),
        pytest.param('f"http://orders.example.org/orders/{order_id}"', (None, False), id="public name"),
        pytest.param('f"http://localhost:9999/orders/{order_id}"', (None, True), id="another port"),
        pytest.param('"http://order-api/customers/1"', (None, True), id="no such route"),
        pytest.param('f"http://order-apis/orders/{order_id}"', (None, True), id="resembles a name"),
        pytest.param('f"http://{order_id}/orders/1"', (None, False), id="computed host"),
        pytest.param('os.environ["ORDERS"] + "/orders/1"', (None, False), id="unknown setting"),
        pytest.param('os.environ.get("ORDERS", "http://order-api") + "/orders/1"', ("orders", True), id="default"),
        pytest.param('"http://[broken/orders/1"', (None, False), id="no URL"),
        pytest.param('"http://order-api:99999999/orders/1"', (None, False), id="no port"),
    ],
)
def test_an_owner_needs_a_known_host_and_a_route(tmp_path: Path, url: str, expected: tuple[str | None, bool]) -> None:
    assert owner(tmp_path, url, {"docker-compose.yml": COMPOSE}) == expected


def test_the_method_counts(tmp_path: Path) -> None:
    url = '"http://orders/orders/1"'
    assert owner(tmp_path / "a", url, {}, "head") == ("orders", True)
    assert owner(tmp_path / "b", url, {}, "delete") == (None, True)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"compose.yaml": SHOP % "{ORDERS: 'http://orders'}"}, "orders", id="compose"),
        pytest.param(
            {"compose.yaml": SHOP % "[ORDERS=http://$HOST]", ".env": "HOST=orders"}, "orders", id="interpolated"
        ),
        pytest.param({"compose.yaml": SHOP % "{ORDERS: '${X:-http://orders}'}"}, "orders", id="default of another"),
        pytest.param({"shop/.env.example": "export ORDERS='http://orders:80' # here\n"}, "orders", id="env file"),
        pytest.param({"k8s/config.yaml": CONFIG_MAP}, "orders", id="config map"),
        pytest.param(
            {".env": "ORDERS=http://orders", "shop/.env": "ORDERS=https://example.org"}, None, id="they disagree"
        ),
        pytest.param({"compose.yaml": SHOP % "{ORDERS: 'http://$HOST'}"}, None, id="unknown part"),
        pytest.param({"compose.yaml": SHOP % "[ORDERS]", ".env": "ORDERS=http://orders"}, "orders", id="passed on"),
    ],
)
def test_base_urls_from_variables(tmp_path: Path, files: dict[str, str], expected: str | None) -> None:
    assert owner(tmp_path, 'os.environ["ORDERS"] + "/orders/1"', files)[0] == expected


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ('"http://order-api"', '"/orders/1"'),
        ('"http://order-api/"', '"orders/1"'),
        ('"http://order-api:80"', '"orders/1"'),
        ('os.environ["ORDERS"]', 'f"orders/{number}"'),
    ],
)
def test_the_base_url_of_a_client(tmp_path: Path, base: str, path: str) -> None:
    caller = f"""
        import os
        import httpx


        class Orders:
            def __init__(self):
                self.client = httpx.Client(base_url={base})

            def both(self, number):
                self.client.get({path})
                self.client.post("/orders", json={{}})
    """
    files = {
        "apps/orders/Dockerfile": "",
        "apps/orders/main.py": ORDERS,
        "shop/Dockerfile": "",
        "shop/main.py": caller,
        "docker-compose.yml": COMPOSE,
        ".env": "ORDERS=http://order-api",
    }
    assert [effect.owner for effect in requests_of(project(tmp_path, files))] == ["orders", "orders"]


def test_what_is_deployed_outweighs_the_default_in_the_code(tmp_path: Path) -> None:
    url = 'os.environ.get("ORDERS", "http://localhost:5000") + "/orders/1"'
    assert owner(tmp_path, url, {".env": "ORDERS=http://orders"}) == ("orders", True)


# ------------------------------------------------------------------------------------------- host names

SERVICES = (
    Service("orders", "apps/orders", marks=("Dockerfile",)),
    Service("billing", "apps/billing"),
    Service("root", "."),
)


class Files:
    """The part of `Sources` that deployment files are read through."""

    def __init__(self, files: dict[str, str]) -> None:
        self._files = {path: textwrap.dedent(text) for path, text in sorted(files.items())}

    def documents(self, *names: str) -> tuple[str, ...]:
        return tuple(p for p in self._files if any(fnmatchcase(p.rpartition("/")[2], n) for n in names))

    def document(self, path: str) -> Document | None:
        text = self._files.get(path)
        return read_document(path.rpartition("/")[2], text.encode()) if text is not None else None

    def role(self, path: str) -> str:
        return Roles(self._files).of(path).value


def named(files: dict[str, str]) -> dict[str, str]:
    names = Claims()
    directories = Directories(SERVICES)
    compose.claim_names(compose.containers(Files(files), directories), names)
    return names.agreed()


@pytest.mark.parametrize(
    ("build", "service"),
    [
        pytest.param("./apps/orders", "orders", id="short"),
        pytest.param("{context: apps/orders/}", "orders", id="context"),
        pytest.param("{context: ., dockerfile: apps/orders/Dockerfile}", "orders", id="dockerfile"),
        pytest.param("{context: apps/orders/docker}", "orders", id="inside"),
        pytest.param(
            "{context: apps/orders, dockerfile: ../../docker/Dockerfile}", "orders", id="dockerfile elsewhere"
        ),
        pytest.param("{context: apps/orders, dockerfile: ../billing/Dockerfile}", None, id="two services"),
        pytest.param("{context: apps}", None, id="above several"),
        pytest.param("{context: .}", None, id="the whole root"),
        pytest.param("'${SOMEWHERE}'", None, id="not known"),
        pytest.param("{context: web}", OUTSIDE, id="another directory"),
        pytest.param("https://example.org/orders.git", OUTSIDE, id="fetched"),
        pytest.param("../orders", OUTSIDE, id="outside of the root"),
        pytest.param("/apps/orders", OUTSIDE, id="absolute"),
        pytest.param("[apps/orders]", None, id="no build"),
    ],
)
def test_what_a_container_is_built_from(build: str, service: str | None) -> None:
    files = Files({"compose.yaml": f"services:\n  api:\n    build: {build}\n"})
    [one] = compose.containers(files, Directories(SERVICES))
    assert one.service == service


def test_all_names_of_a_container() -> None:
    text = """
        services:
          api: &api
            build: apps/orders
            container_name: shop-orders
            hostname: ${NAME:-orders-host}
            networks: {default: {aliases: [orders.internal, 7]}, back: null}
          worker: {<<: *api, container_name: shop-worker}
          extended: {extends: {service: api}, container_name: x}
          db: {image: "postgres:17"}
          billing: {image: "registry:5000/shop/billing:1.2"}
    """
    found = named({"compose.yaml": text})
    assert {name for name, service in found.items() if service == "orders"} == {
        "api", "shop-orders", "orders-host", "orders.internal", "worker", "shop-worker", "extended", "x",
    }  # fmt: skip
    assert found["db"] == OUTSIDE
    assert "billing" not in found


def test_an_override_has_no_build_of_its_own() -> None:
    files = {
        "docker-compose.override.yml": "services: {api: {hostname: other}}",
        "docker-compose.yml": "services: {api: {build: apps/orders}}",
        "docker-compose.prod.yml": "services: {api: {image: 'example.org/x'}}",
    }
    assert named(files) == {"api": "orders", "other": "orders"}


def test_a_name_that_two_files_give_to_two_services_is_nobodys() -> None:
    files = {
        "a/compose.yaml": "services: {api: {build: ../apps/orders}}",
        "b/compose.yaml": "services: {api: {build: ../apps/billing}}",
        "tests/compose.yaml": "services: {api: {build: ../apps/billing}}",
    }
    assert named(files) == {}
    del files["b/compose.yaml"]
    assert named(files) == {"api": "orders"}


def test_a_port_that_two_containers_publish_is_nobodys() -> None:
    text = """
        services:
          a: {build: apps/orders, ports: ["8080:80", "127.0.0.1:8081:80/tcp", "53:53/udp", 9000, "70000-70002:1-3"]}
          b: {build: apps/billing, ports: [{published: "${PORT:-8082}", target: 80}, {target: 1}, "8083:80"]}
          c: {image: nginx, ports: ["8083:80"]}
    """
    ports = Claims()
    compose.claim_ports(compose.containers(Files({"compose.yml": text}), Directories(SERVICES)), ports)
    assert ports.agreed() == {"localhost:8080": "orders", "localhost:8081": "orders", "localhost:8082": "billing"}


KUBERNETES = """
apiVersion: v1
kind: Service
metadata: {name: order-service, namespace: shop}
spec: {selector: {app: orders}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders-v2, namespace: shop}
spec:
  template:
    metadata: {labels: {app: orders, tier: back}}
    spec:
      containers:
      - name: main
        image: "registry.example.org/shop/orders@sha256:00"
        env: [{name: A, value: b}, {name: C, value: $(A)}]
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Service, metadata: {name: bills}, spec: {selector: {app: billing}}}
- {apiVersion: v1, kind: Service, metadata: {name: nothing}, spec: {selector: {}}}
- {apiVersion: v1, kind: Service, metadata: {name: cache}, spec: {selector: {app: redis}}}
- apiVersion: apps/v1
  kind: StatefulSet
  metadata: {name: billing}
  spec: {template: {metadata: {labels: {app: billing}}, spec: {containers: [{image: x}]}}}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: redis}
  spec: {template: {metadata: {labels: {app: redis}}, spec: {containers: [{image: redis}]}}}
"""


def test_names_in_a_cluster() -> None:
    base = Files({"k8s/all.yaml": KUBERNETES, "k8s/broken.yaml": "{{ .Values.x }}: [", "k8s/2.yml": "- 1\n"})
    names, variables = Claims(), Claims()
    found = kubernetes.objects(base)
    kubernetes.claim_names(found, Directories(SERVICES), names)
    kubernetes.claim_variables(found, variables)
    assert names.agreed() == {
        "order-service": "orders",
        "order-service.shop": "orders",
        "order-service.shop.svc": "orders",
        "order-service.shop.svc.cluster.local": "orders",
        "bills": "billing",
        "bills.*": "billing",
        "cache": OUTSIDE,
        "cache.*": OUTSIDE,
    }
    assert variables.agreed() == {"A": "b"}


# -------------------------------------------------------------------------------------- texts and hostile input


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://$HOST:${PORT}/", "http://orders:80/"),
        ("${HOST:-x}${EMPTY:-y}${EMPTY-z}${NONE:-${HOST}}", "ordersyorders"),
        ("${HOST:+there}${NONE:+there}", "there"),
        ("$$HOST and $${HOST}", "$HOST and ${HOST}"),
        ("${NONE}", None),
        ("${NONE:?must be set}", None),
        ("${unclosed", None),
        ("${HOST!}", None),
        ("${A:-" * 500, None),
        ("plain", "plain"),
    ],
)
def test_interpolation(text: str, expected: str | None) -> None:
    assert compose.expanded(text, {"HOST": "orders", "PORT": "80", "EMPTY": ""}) == expected


@given(st.text(), st.dictionaries(st.sampled_from("ABC"), st.text(max_size=20)))
def test_what_has_no_variable_stays_as_it_is(text: str, environment: dict[str, str]) -> None:
    compose.expanded(text, environment)
    plain = text.replace("$", "").replace("\0", "")
    assert compose.expanded(plain, environment) == plain
    assert compose.expanded(plain.replace("$", "$$"), environment) == plain


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([None, "x", "y"]))))
def test_only_what_all_agree_on_holds(claims: list[tuple[str, str | None]]) -> None:
    found = Claims()
    for name, value in claims:
        found.add(name, value)
    for name in "ab":
        values = {v for n, v in claims if n == name}
        assert found.agreed().get(name) == (next(iter(values)) if len(values) == 1 else None)


KEYS = st.sampled_from(
    [
        "services",
        "build",
        "context",
        "dockerfile",
        "image",
        "ports",
        "published",
        "environment",
        "networks",
        "aliases",
        "extends",
        "service",
        "kind",
        "apiVersion",
        "metadata",
        "name",
        "spec",
        "selector",
        "template",
        "containers",
        "data",
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["api", "Service", "Deployment", "ConfigMap", "${X", "."]),
)
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=20,
)


@given(ANYTHING, ANYTHING)
def test_no_document_stops_the_run(service: Any, other: Any) -> None:
    text = json.dumps({"services": {"a": service, "b": {"build": other, "ports": [service], "environment": other}}})
    manifest = json.dumps(
        [
            service,
            {"apiVersion": "v1", "kind": "Deployment", "spec": other},
            {"apiVersion": 1, "kind": "Service", "spec": service},
        ]
    )
    base = Files({"compose.yaml": text, "k8s/x.yaml": manifest})
    names, variables = Claims(), Claims()
    directories = Directories(SERVICES)
    compose.claim_names(compose.containers(base, directories), names)
    found = kubernetes.objects(base)
    kubernetes.claim_names(found, directories, names)
    kubernetes.claim_variables(found, variables)
    assert set(names.agreed().values()) <= {OUTSIDE, "orders", "billing", "root"}


def test_the_root_is_meant_where_it_is_deployed_or_alone() -> None:
    assert Directories([Service("all", ".")]).holding("") == "all"
    assert Directories([Service("all", ".", marks=("Dockerfile.web",)), Service("a", "a")]).holding(".") == "all"
    assert Directories([Service("all", "."), Service("a", "a")]).holding(".") is None
    assert Directories([Service("a", "a")]).holding(".") is None


def test_a_directory_name_of_two_services_is_nobodys() -> None:
    directories = Directories([Service("a/api", "a/api"), Service("b/api", "b/api"), Service("lib", "lib", "library")])
    assert directories.by_name == {}


# ------------------------------------------------------------------------------------------ transactions

VIEW = """
    from celery import shared_task
    from django.db import transaction
    from django.utils.decorators import method_decorator
    from django.views import View


    @shared_task
    def mail(order_id):
        pass


    def place(request):
        mail.delay(1)


    @transaction.non_atomic_requests
    def outside(request):
        mail.delay(1)


    @method_decorator(transaction.non_atomic_requests, name="dispatch")
    class Outside(View):
        def post(self, request):
            mail.delay(1)


    def called_by_nobody():
        mail.delay(1)
"""
URLS = """
    from django.urls import path
    from shop import views

    urlpatterns = [path("a", views.place), path("b", views.outside), path("c", views.Outside.as_view())]
"""


def transactional(root: Path, settings: dict[str, str]) -> dict[str, int]:
    """Transactional functions, and the line that makes them so."""
    files = {"manage.py": "", "shop/__init__.py": "", "shop/views.py": VIEW, "shop/urls.py": URLS, **settings}
    found = project(root, files)
    return {
        a.function: a.transaction_evidence.line for a in found.activities if a.transactional and a.transaction_evidence
    }


ROOT = 'ROOT_URLCONF = "shop.urls"\n'


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        pytest.param('DATABASES = {"default": {"NAME": "x",\n "ATOMIC_REQUESTS": True}}\n', 3, id="entry"),
        pytest.param(
            'DATABASES = {"default": env.db("URL")}\nDATABASES["default"]["ATOMIC_REQUESTS"] = True\n',
            3,
            id="assignment",
        ),
        pytest.param("DATABASES = {'default': dict(NAME='x', ATOMIC_REQUESTS=True)}\n", 2, id="argument"),
        pytest.param("DATABASES = {'default': url.config(atomic_requests=True)}\n", 2, id="option"),
        pytest.param("ON = True\nDATABASES = {'default': {'ATOMIC_REQUESTS': ON}}\n", 3, id="constant"),
    ],
)
def test_settings_that_open_a_transaction_around_requests(tmp_path: Path, settings: str, line: int) -> None:
    assert transactional(tmp_path, {"shop/settings.py": ROOT + settings}) == {"shop.views:place": line}


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"shop/settings.py": ROOT}, id="nothing"),
        pytest.param({"shop/settings.py": ROOT + "DATABASES = {'default': {'ATOMIC_REQUESTS': False}}\n"}, id="off"),
        pytest.param(
            {"shop/settings.py": ROOT + "DATABASES = {'default': {'ATOMIC_REQUESTS': env('X')}}\n"}, id="unknown"
        ),
        pytest.param(
            {
                "shop/settings/base.py": ROOT + "DATABASES = {'default': {'ATOMIC_REQUESTS': True}}\n",
                "shop/settings/production.py": "DATABASES['default']['ATOMIC_REQUESTS'] = False\n",
            },
            id="both",
        ),
        pytest.param(
            {"shop/settings.py": ROOT, "shop/settings_test.py": "X = {'ATOMIC_REQUESTS': True}\n"}, id="tests"
        ),
    ],
)
def test_settings_that_prove_nothing(tmp_path: Path, settings: dict[str, str]) -> None:
    assert transactional(tmp_path, settings) == {}
