"""Paths of routes and URLs, and whose a URL is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.link.runtime.routes import PathSyntax, Served, Url, join, match, normalise, owner, served, show, url
from eda_lint.model.topology import AddressPart, Place, Route


@pytest.mark.parametrize(
    ("path", "syntax", "shown"),
    [
        ("/orders/<int:id>/items/", "angles", "/orders/{}/items"),
        ("orders/<id>", "angles", "/orders/{}"),
        ("/files/<path:name>", "angles", "/files/{*}"),
        ("/v<int:major>/orders", "angles", "/v{}/orders"),
        ("/orders/{order_id}", "braces", "/orders/{}"),
        ("/orders/{order_id:int}", "braces", "/orders/{}"),
        ("/files/{name:path}", "braces", "/files/{*}"),
        (r"/orders/{id:\d{3}}", "braces", "/orders/{}"),
        ("/{tail:.*}", "braces", "/{*}"),
        ("/orders/:id", "colon", "/orders/{}"),
        ("/files/:rest*", "colon", "/files/{*}"),
        (r"^orders/(?P<pk>\d+)/$", "regex", "/orders/{}"),
        (r"^orders/(?P<slug>[-\w]+)/items/?$", "regex", "/orders/{}/items"),
        (r"^api/v[12]/orders\.json$", "regex", "/api/v{}/orders.json"),
        (r"^files/(?P<path>.*)$", "regex", "/files/{*}"),
        (r"^orders/([^/]+)/(?:pay|cancel)/", "regex", "/orders/{}/{}"),
        (r"^(?!admin)orders/\d{4}/", "regex", "/orders/{}"),
        ("/a//b/?x=1#y", "", "/a/b"),
        ("/a%20b", "", "/a b"),
        ("", "braces", "/"),
    ],
)
def test_normal_form(path: str, syntax: PathSyntax, shown: str) -> None:
    assert show(normalise(path, syntax)) == shown


@pytest.mark.parametrize(
    ("template", "path", "matches"),
    [
        ("/orders/{id}", "/orders/42", True),
        ("/orders/{id}", "/orders/{}", True),
        ("/orders/{id}", "/orders/{}/items", False),
        ("/orders/{id}", "/orders", False),
        ("/orders/paid", "/orders/{}", True),
        ("/orders/paid", "/orders/open", False),
        ("/orders/{id}.json", "/orders/7.json", True),
        ("/orders/{id}.json", "/orders/7.xml", False),
        ("/orders/{id}.json", "/orders/{}.xml", False),
        ("/orders/{id}.json", "/orders/o-{}.json", True),
        ("/files/{p:path}", "/files/a/b/c", True),
        ("/files/{p:path}", "/files", False),
        ("/files/{p:path}/raw", "/files/a/b/raw", True),
        ("/{a}/{b}", "/orders/42", False),
        ("/{p:path}", "/orders/42", False),
        ("/orders", "/{}", False),
        ("/", "/", True),
    ],
)
def test_match(template: str, path: str, matches: bool) -> None:
    assert match(normalise(template), normalise(path)) is matches


SEGMENTS = st.lists(st.from_regex(r"[a-z]{1,5}", fullmatch=True), min_size=1, max_size=4)


@given(SEGMENTS, st.sets(st.integers(0, 3)))
def test_filling_holes_keeps_a_match(segments: list[str], holes: set[int]) -> None:
    template = [s if i not in holes else "{}" for i, s in enumerate(segments)]
    assert match(template, segments) is (template != ["{}"] * len(segments))


@given(st.text(max_size=60), st.sampled_from(["", "braces", "angles", "colon", "regex"]))
def test_any_text_has_a_normal_form(path: str, syntax: PathSyntax) -> None:
    segments = normalise(path, syntax)
    assert all(segments)
    assert match(segments, segments) in (True, False)


def test_join() -> None:
    assert show(join(normalise("/api/"), normalise("orders/<id>", "angles"))) == "/api/orders/{}"
    assert join() == ()


def test_functions_answer_their_methods_and_classes_theirs() -> None:
    assert served("/orders", "angles", ["get", "POST", "GET"]) == (
        Served("GET", ("orders",)),
        Served("POST", ("orders",)),
    )
    assert served("/orders", "angles") == (Served("*", ("orders",)),)
    verbs = {"list": "GET", "retrieve": "GET {pk}/"}
    assert served("orders", "regex", (), verbs, ["helper", "list", "retrieve"]) == (
        Served("GET", ("orders",), "list"),
        Served("GET", ("orders", "{}"), "retrieve"),
    )
    assert served("orders", "regex", (), verbs, ["helper"]) == (Served("*", ("orders",)),)


def literal(text: str) -> AddressPart:
    return AddressPart("literal", text)


def test_urls_from_their_parts() -> None:
    hole = AddressPart("placeholder", "order_id")
    assert url([literal("http://orders:8080/orders/"), hole]) == Url("orders", ("orders", "{}"))
    base = AddressPart("env", "ORDERS_URL", "http://orders")
    assert url([base, literal("/orders/"), hole]) == Url("orders", ("orders", "{}"))
    unknown = AddressPart("env", "ORDERS_URL")
    assert url([unknown, literal("/orders")]) is None
    assert url([unknown, literal("/orders")], {"ORDERS_URL": "https://orders/api"}) == Url("orders", ("api", "orders"))
    assert url([hole, literal("/orders")]) == Url("", ("orders",))
    assert url([literal("/orders")], base="http://orders/v1/") == Url("orders", ("v1", "orders"))
    assert url([literal("/orders")]) == Url("", ("orders",))
    assert url([literal("ftp://orders/x")]) is None
    assert url([literal("http://[orders/x")]) is None


def route(service: str, path: str, method: str = "GET") -> Route:
    return Route(service, method, path, "app:f", Place("app.py", 1))


ROUTES = [route("orders", "/orders/{}"), route("billing", "/orders/{}"), route("orders", "/health")]
HOSTS = {"orders": "orders", "billing-api": "billing"}


@pytest.mark.parametrize(
    ("address", "method", "service"),
    [
        ("http://orders/orders/7", "GET", "orders"),
        ("http://ORDERS:80/orders/7", "", "orders"),
        ("http://billing-api/orders/7", "get", "billing"),
        ("http://orders/orders/7", "POST", None),
        ("http://orders/invoices/7", "GET", None),
        ("http://billing/orders/7", "GET", None),
        ("http://orders.example.com/orders/7", "GET", None),
        ("/orders/7", "GET", None),
    ],
)
def test_a_url_is_owned_by_host_and_route_together(address: str, method: str, service: str | None) -> None:
    known = url([literal(address)])
    assert known is not None
    assert owner(known, HOSTS, ROUTES, method) == service
