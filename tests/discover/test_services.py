"""Which directories are services, and who owns a file."""

from __future__ import annotations

import pytest

from eda_lint.config import ServiceTable
from eda_lint.discover import find_services
from eda_lint.model.topology import Service

MARKS = [
    "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "requirements-dev.txt", "Dockerfile",
    "Dockerfile.prod", "web.Dockerfile", "manage.py", "serverless.yml", "template.yaml", "Procfile", "Pipfile",
]  # fmt: skip


def shape(services: tuple[Service, ...]) -> list[tuple[str, str, str]]:
    return [(service.name, service.path, service.kind) for service in services]


@pytest.mark.parametrize("mark", MARKS)
def test_every_mark_makes_a_service(mark: str) -> None:
    services = find_services([f"s/billing/{mark}", "s/billing/app/main.py", "tool.py"], root_name="shop")
    assert services.all == (Service("billing", "s/billing", marks=(mark,)), Service("shop", "."))
    assert services.owner("s/billing/app/main.py").name == "billing"
    assert services.owner("s/other.py").name == "shop"


@pytest.mark.parametrize("mark", ["package.xml", "requirements.in", "notpyproject.toml", "Makefile", "templates.yaml"])
def test_what_is_no_mark(mark: str) -> None:
    assert shape(find_services([f"s/{mark}", "s/a.py"], root_name="shop").all) == [("shop", ".", "service")]


def test_a_mark_counts_only_with_code_that_is_no_test_or_example() -> None:
    paths = ["docs/requirements.txt", "docs/conf.py", "tests/requirements.txt", "tests/a.py", "web/Dockerfile", "a.py"]
    services = find_services(paths, root_name="shop")
    assert shape(services.all) == [("shop", ".", "service")]
    assert services.owner("docs/conf.py").name == "shop"


def test_modules_named_like_marks_are_none() -> None:
    paths = ["acme/__init__.py", "acme/setup.py", "acme/manage.py"]
    assert shape(find_services(paths, root_name="r").all) == [("r", ".", "service")]


def test_the_nearest_mark_wins() -> None:
    paths = ["pyproject.toml", "a/Dockerfile", "a/x.py", "a/b/setup.py", "a/b/c/y.py", "z.py"]
    services = find_services(paths, root_name="r")
    assert [services.owner(path).name for path in ("a/x.py", "a/b/c/y.py", "z.py", "a/b/notes.md")] == [
        "a", "b", "r", "b",
    ]  # fmt: skip


def test_no_python_no_service() -> None:
    services = find_services(["Dockerfile", "a/package.json"], root_name="r")
    assert services.all == ()
    assert services.owner("a/package.json") == Service("r", ".")


def test_names_are_unique() -> None:
    paths = [f"{d}/{f}" for d in ("a/api", "b/api", "x/y/api", "shop", "c/src") for f in ("Dockerfile", "m.py")]
    services = find_services([*paths, "m.py"], root_name="shop")
    assert shape(services.all) == [
        (".", ".", "service"),
        ("./shop", "shop", "service"),
        ("a/api", "a/api", "service"),
        ("b/api", "b/api", "service"),
        ("c/src", "c/src", "service"),
        ("y/api", "x/y/api", "service"),
    ]


def test_declared_services_win() -> None:
    paths = [
        "b/Dockerfile",
        "b/app.py",
        "b/worker/Dockerfile",
        "b/worker/w.py",
        "jobs/one/a.py",
        "jobs/two/b.py",
        "c.py",
    ]
    declared = [
        ServiceTable("billing", ("/b/",)),
        ServiceTable("jobs", ("jobs/*/",), "library"),
        ServiceTable("other", ("node",)),
    ]
    services = find_services(paths, declared, root_name="r")
    assert shape(services.all) == [
        ("billing", "b", "service"),
        ("jobs", "jobs", "library"),
        ("other", ".", "service"),
        ("r", ".", "service"),
    ]
    owners = {path: services.owner(path).name for path in [*paths, "b/compose.yaml"]}
    assert {owners[path] for path in owners if path.startswith("b/")} == {"billing"}
    assert (owners["jobs/one/a.py"], owners["jobs/two/b.py"], owners["c.py"]) == ("jobs", "jobs", "r")


def test_a_declared_root() -> None:
    services = find_services(["a.py", "b/Dockerfile", "b/c.py"], [ServiceTable("all", (".",))])
    assert shape(services.all) == [("all", ".", "service")]
    assert services.owner("b/c.py").name == "all"


def test_a_declared_name_is_not_given_twice() -> None:
    services = find_services(["x/b/setup.py", "x/b/a.py", "y/b.py"], [ServiceTable("b", ("y",))])
    assert shape(services.all) == [("b", "y", "service"), ("x/b", "x/b", "service")]


def test_what_others_import_is_a_library() -> None:
    paths = [f"{d}/{f}" for d in ("events", "users", "billing") for f in ("pyproject.toml", "m.py")]
    paths.append("users/Dockerfile")
    importers = {"events": ["users", "billing"], "users": ["billing"], "billing": ["billing"]}
    declared = [ServiceTable("pinned", ("pinned",), "service")]
    services = find_services([*paths, "pinned/m.py"], declared, imported_by=importers | {"pinned": ["users"]})
    kinds = {service.name: service.kind for service in services.all}
    assert kinds == {"events": "library", "users": "service", "billing": "service", "pinned": "service"}
    assert services.owner("events/m.py").kind == "library"
    assert find_services(paths).with_importers(importers).owner("events/m.py").kind == "library"


def test_a_declared_service_without_a_kind_is_inferred() -> None:
    services = find_services(["e/m.py"], [ServiceTable("e", ("e",))], imported_by={"e": ["x"]})
    assert services.all[0].kind == "library"


def test_order_of_paths_does_not_matter() -> None:
    paths = ["a/api/Dockerfile", "a/api/m.py", "b/api/setup.py", "b/api/n.py", "m.py"]
    assert find_services(paths).all == find_services(paths[::-1]).all
