"""What a file is, by its path."""

from __future__ import annotations

import pytest

from eda_lint.discover import Role, Roles, document_format, is_python


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("app/orders.py", Role.SOURCE),
        ("tests/orders.py", Role.TEST),
        ("app/test/orders.py", Role.TEST),
        ("integration_tests/a.py", Role.TEST),
        ("unit-tests/a.py", Role.TEST),
        ("app/test_orders.py", Role.TEST),
        ("app/orders_test.py", Role.TEST),
        ("app/tests.py", Role.TEST),
        ("conftest.py", Role.TEST),
        ("examples/tests/a.py", Role.TEST),
        ("testing/harness.py", Role.SOURCE),
        ("ab_test/a.py", Role.SOURCE),
        ("app/latest.py", Role.SOURCE),
        ("app/contest.py", Role.SOURCE),
        ("app/attests/a.py", Role.SOURCE),
        ("examples/a.py", Role.EXAMPLE),
        ("docs/conf.py", Role.EXAMPLE),
        ("docs_src/a.py", Role.EXAMPLE),
        ("app/documents/a.py", Role.SOURCE),
        ("shop/migrations/0001_initial.py", Role.MIGRATION),
        ("shop/migrations/__init__.py", Role.MIGRATION),
        ("alembic/env.py", Role.MIGRATION),
        ("alembic/versions/3fa_add.py", Role.MIGRATION),
        ("migrations/versions/x/y.py", Role.SOURCE),
        ("migrations/consumer.py", Role.SOURCE),
        ("api/versions/v1.py", Role.SOURCE),
        ("proto/orders_pb2.py", Role.GENERATED),
        ("proto/orders_pb2_grpc.py", Role.GENERATED),
        ("gen-py/a.py", Role.GENERATED),
        ("app/_version.py", Role.GENERATED),
        ("tests/orders_pb2.py", Role.TEST),
    ],
)
def test_role(path: str, role: Role) -> None:
    roles = Roles([path])
    assert roles.of(path) is role
    assert roles.is_aside(path) is (role in (Role.TEST, Role.EXAMPLE, Role.MIGRATION))


@pytest.mark.parametrize(
    ("others", "path", "role"),
    [
        ((), "doc/a.py", Role.EXAMPLE),
        ((), "docs/deep/er/a.py", Role.EXAMPLE),
        ((), "docs.py", Role.SOURCE),
        ((), "mydocs/a.py", Role.SOURCE),
        # A root that is a package says nothing of the documentation in it.
        (("__init__.py",), "docs/a.py", Role.EXAMPLE),
        # Parts of a product.
        (("docs/__init__.py",), "docs/a.py", Role.SOURCE),
        (("routers/docs/__init__.py",), "routers/docs/ws.py", Role.SOURCE),
        (("app/__init__.py",), "app/routers/docs/ws.py", Role.SOURCE),
        (("app/__init__.py", "app/docs/conf.py"), "app/docs/ws.py", Role.SOURCE),
        ((), "routers/docs/ws.py", Role.SOURCE),
        (("app/docs/tests/__init__.py",), "app/docs/tests/a.py", Role.TEST),
        # Roots of projects, and documentation by itself.
        (("services/a/pyproject.toml",), "services/a/docs/x.py", Role.EXAMPLE),
        (("services/a/requirements-dev.txt",), "services/a/docs/x/y.py", Role.EXAMPLE),
        (("services/a/pyproject.toml",), "services/a/app/docs/x.py", Role.SOURCE),
        (("services/a/pyproject.toml", "services/a/__init__.py"), "services/a/docs/x.py", Role.SOURCE),
        (("team/docs/conf.py",), "team/docs/ext/x.py", Role.EXAMPLE),
        (("team/docs/source/conf.py",), "team/docs/x.py", Role.EXAMPLE),
        (("team/docs/app/conf.py",), "team/docs/x.py", Role.SOURCE),
        # One in the other.
        (("docs/a/__init__.py",), "docs/a/docs/x.py", Role.EXAMPLE),
    ],
)
def test_directories_of_documentation(others: tuple[str, ...], path: str, role: Role) -> None:
    assert Roles([*others, path]).of(path) is role


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("a/docker-compose.yml", "yaml"),
        ("template.YAML", "yaml"),
        ("pyproject.toml", "toml"),
        ("poetry.lock", "toml"),
        ("Pipfile.lock", "json"),
        ("function.json", "json"),
        ("setup.cfg", "ini"),
        ("alembic.ini", "ini"),
        (".env", "env"),
        ("a/.env.production", "env"),
        ("prod.env", "env"),
        (".environment", None),
        (".yaml", None),
        ("yaml", None),
        ("main.tf", "hcl"),
        ("a.py", None),
        ("notes.json.txt", None),
        ("x.yml/readme", None),
    ],
)
def test_document_format(path: str, form: str | None) -> None:
    assert document_format(path) == form


def test_python() -> None:
    assert is_python("a/b.py")
    assert not any(map(is_python, ("a.pyc", "a.pyi", "py", "a.py/b")))
