"""Which services import which."""

from __future__ import annotations

from eda_lint.config import ServiceTable
from eda_lint.discover import Screen, SourceRoots, find_importers, find_services, survey

FILES = {
    "events/pyproject.toml": b"",
    "events/acme_events/__init__.py": b"from acme_events import order",
    "events/acme_events/order.py": b"import json",
    "users/Dockerfile": b"",
    "users/app/__init__.py": b"",
    "users/app/main.py": b"from acme_events.order import Placed\nfrom app import db",
    "billing/Dockerfile": b"",
    "billing/app/__init__.py": b"import app.main, acme_events",
    "billing/app/main.py": b"import common",
    "billing/tests/test_it.py": b"import users.app.main",
    "common/setup.cfg": b"",
    "common/names.py": b"",
}


def test_who_imports_whom_and_what_follows() -> None:
    python = {path: content for path, content in FILES.items() if path.endswith(".py")}
    services = find_services(list(FILES))
    roots = SourceRoots(FILES, services=[service.path for service in services.all])
    screen = Screen(python)
    assert screen.imports()["users/app/main.py"] == ("acme_events.order", "app")
    found = find_importers(screen.imports(), roots, services)
    assert found == {
        "common": {"billing": "billing/app/main.py"},
        "events": {"billing": "billing/app/__init__.py", "users": "users/app/main.py"},
    }
    kinds = {service.name: service.kind for service in services.with_importers(found).all}
    assert kinds == {"billing": "service", "common": "library", "events": "library", "users": "service"}


def test_one_service_has_no_importers() -> None:
    services = find_services(["a.py"])
    assert find_importers({"a.py": ["b"]}, SourceRoots(["a.py", "b.py"]), services) == {}


def test_a_survey_gives_services_with_their_kinds_and_what_imports_mean() -> None:
    screen = Screen({path: content for path, content in FILES.items() if path.endswith(".py")})
    declared = [ServiceTable("names", ("common",), "service")]
    services, roots, deciding = survey(tuple(FILES), screen, declared, root_name="shop")
    kinds = {service.name: service.kind for service in services.all}
    assert kinds == {"billing": "service", "events": "library", "names": "service", "users": "service"}
    assert roots.resolve("acme_events.order", "users/app/main.py") == "events/acme_events/order.py"
    assert roots.resolve("app.main", "billing/app/__init__.py") == "billing/app/main.py"
    assert deciding == ("billing/app/__init__.py",)
