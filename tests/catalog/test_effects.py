"""The effect and route tables: that they hold together, and what they say of each library."""

from __future__ import annotations

import pytest

from eda_lint.catalog.effect_tables import WORST_FIRST, callables, problems, worst
from eda_lint.catalog.load import Catalog, TypeRef, load_catalog
from eda_lint.catalog.tables import Callable, Library, Source, Type
from eda_lint.link.runtime.routes import served


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def test_tables_hold_together(catalog: Catalog) -> None:
    found = [f"{library.name}: {text}" for library in catalog.libraries.values() for text in problems(library)]
    assert found == []


def test_every_effect_but_the_transactions_is_ranked(catalog: Catalog) -> None:
    used = {c.effect for library in catalog.libraries.values() for _, c in callables(library)}
    assert used - set(WORST_FIRST) <= {"", "begin", "commit", "rollback", "flush", "settle"}


def test_worst() -> None:
    assert worst(["read", "increment", "set"]) == "increment"
    assert worst(["commit", "read"]) == "read"
    assert worst([]) == ""


def test_roots_of_effects_are_no_seeds(catalog: Catalog) -> None:
    roots = catalog.effect_roots()
    assert {"sqlalchemy", "django", "requests", "stripe", "flask", "builtins"} <= roots
    assert not {"sqlalchemy", "django", "requests", "flask", "builtins"} & catalog.import_roots()


METHODS = [
    ("sqlalchemy.orm.Session", "add", "insert"),
    ("sqlalchemy.orm.Session", "merge", "upsert"),
    ("sqlalchemy.orm.Session", "commit", "commit"),
    ("sqlalchemy.orm.Session", "flush", "flush"),
    ("sqlalchemy.orm.scoped_session", "add", "insert"),
    ("sqlalchemy.ext.asyncio.AsyncSession", "delete", "delete"),
    ("sqlmodel.Session", "add", "insert"),
    ("django.db.models.Manager", "create", "insert"),
    ("django.db.models.Manager", "acreate", "insert"),
    ("django.db.models.QuerySet", "get_or_create", "upsert"),
    ("django.db.models.QuerySet", "update", "set"),
    ("django.db.models.QuerySet", "exists", "read"),
    ("django.db.models.Model", "refresh_from_db", "read"),
    ("django.core.mail.EmailMultiAlternatives", "send", "send"),
    ("psycopg.AsyncConnection", "rollback", "rollback"),
    ("asyncpg.Pool", "copy_records_to_table", "insert"),
    ("sqlite3.Connection", "commit", "commit"),
    ("smtplib.SMTP_SSL", "send_message", "send"),
    ("pathlib.Path", "write_text", "set"),
    ("pymongo.collection.Collection", "insert_one", "insert"),
    ("pymongo.collection.Collection", "delete_many", "delete"),
    ("motor.motor_asyncio.AsyncIOMotorCollection", "insert_many", "insert"),
    ("redis.Redis", "incrby", "increment"),
    ("redis.asyncio.Redis", "hset", "set"),
    ("redis.client.Pipeline", "append", "append"),
    ("mypy_boto3_dynamodb.DynamoDBClient", "delete_item", "delete"),
    ("mypy_boto3_ses.SESClient", "send_email", "send"),
    ("mypy_boto3_s3.S3Client", "put_object", "set"),
    ("twilio.rest.api.v2010.account.message.MessageList", "create", "send"),
    ("sendgrid.SendGridAPIClient", "send", "send"),
    ("slack_sdk.web.async_client.AsyncWebClient", "chat_postMessage", "send"),
    ("elasticsearch.Elasticsearch", "delete", "delete"),
    ("google.cloud.storage.Blob", "upload_from_string", "set"),
    ("requests.Session", "post", "http"),
    ("httpx.AsyncClient", "put", "http"),
    ("aiohttp.ClientSession", "get", "http"),
    ("urllib3.PoolManager", "request", "http"),
]


@pytest.mark.parametrize(("path", "name", "effect"), METHODS)
def test_methods(catalog: Catalog, path: str, name: str, effect: str) -> None:
    assert method(catalog, path, name).effect == effect


def method(catalog: Catalog, path: str, name: str) -> Callable:
    ref = catalog.type_at(path)
    assert ref is not None, path
    found = catalog.method(ref, name)
    assert found is not None, name
    return found


def function(catalog: Catalog, path: str) -> Callable:
    found = catalog.function_at(path)
    assert found is not None, path
    return found[1]


@pytest.mark.parametrize(
    ("path", "effect"),
    [
        ("requests.post", "http"),
        ("httpx.get", "http"),
        ("urllib.request.urlopen", "http"),
        ("django.core.mail.send_mail", "send"),
        ("stripe.PaymentIntent.create", "charge"),
        ("stripe.Charge.create", "charge"),
        ("builtins.open", "read"),
        ("django.db.transaction.atomic", "begin"),
    ],
)
def test_functions(catalog: Catalog, path: str, effect: str) -> None:
    assert function(catalog, path).effect == effect


@pytest.mark.parametrize(
    ("path", "name", "parameter", "text", "effect"),
    [
        ("django.db.models.Model", "save", "force_insert", "True", "insert"),
        ("django.db.models.QuerySet", "bulk_create", "update_conflicts", "True", "upsert"),
        ("mypy_boto3_dynamodb.service_resource.Table", "put_item", "ConditionExpression", "*", "conditional"),
        ("elasticsearch.Elasticsearch", "index", "id", "*", "set"),
        ("redis.Redis", "zadd", "incr", "True", "increment"),
        ("pathlib.Path", "open", "mode", "a", "append"),
    ],
)
def test_effects_by_argument(catalog: Catalog, path: str, name: str, parameter: str, text: str, effect: str) -> None:
    assert method(catalog, path, name).effect_by[parameter][text] == effect


def test_open_by_mode(catalog: Catalog) -> None:
    modes = function(catalog, "builtins.open").effect_by["mode"]
    assert (modes["a"], modes["ab"], modes["w"], modes["xb"]) == ("append", "append", "set", "insert")
    assert "r" not in modes
    assert function(catalog, "io.open").guard_by["mode"]["x"] == "claim"


def test_operators_of_mongodb(catalog: Catalog) -> None:
    operators = method(catalog, "pymongo.collection.Collection", "update_one").effect_keys["update"]
    assert (operators["$set"], operators["$inc"], operators["$push"]) == ("set", "increment", "append")


def test_collections_are_reached_by_name(catalog: Catalog) -> None:
    client = catalog.type_at("pymongo.MongoClient")
    assert client is not None
    database = catalog.item(client)
    assert database == TypeRef("pymongo", "Database") == catalog.attribute(client, "*")
    collection = catalog.type(database)
    assert (collection.item, collection.item_role) == ("Collection", "target")


def test_guards(catalog: Catalog) -> None:
    assert method(catalog, "redis.Redis", "set").guard_by == {"nx": {"True": "claim"}}
    assert method(catalog, "django.db.models.QuerySet", "get_or_create").guard == "get-or-create"
    assert function(catalog, "stripe.Charge.create").guard == "provider-key"
    insert = catalog.type_at("sqlalchemy.dialects.postgresql.Insert")
    assert insert is not None
    nothing = catalog.method(insert, "on_conflict_do_nothing")
    assert nothing is not None
    assert (nothing.guard, nothing.pending, nothing.effect) == ("conflict-clause", "insert", "")


def test_statements_are_pending_until_they_are_executed(catalog: Catalog) -> None:
    made = function(catalog, "sqlalchemy.update")
    assert (made.pending, made.effect, made.returns) == ("set", "", "Update")
    execute = method(catalog, "sqlalchemy.orm.Session", "execute")
    assert execute.language == "sql"
    assert execute.roles["statement"] == Source(param="statement")
    update = method(catalog, "mypy_boto3_dynamodb.service_resource.Table", "update_item")
    assert update.language == "dynamodb"


def test_transactions(catalog: Catalog) -> None:
    assert function(catalog, "django.db.transaction.atomic").transaction == "scope"
    assert function(catalog, "django.db.transaction.on_commit").after_commit
    assert method(catalog, "sqlalchemy.orm.Session", "begin_nested").transaction == "savepoint"
    opened = method(catalog, "sqlalchemy.orm.sessionmaker", "begin")
    assert (opened.transaction, opened.returns) == ("scope", "Session")
    session = catalog.type(catalog.type_at("sqlalchemy.orm.Session") or TypeRef("", ""))
    assert (session.autobegin, session.leaves) == (True, "close")
    connection = catalog.type(catalog.type_at("psycopg2.extensions.connection") or TypeRef("", ""))
    assert (connection.autobegin, connection.leaves) == (True, "commit")


def test_models_and_their_fields(catalog: Catalog) -> None:
    django = catalog.type_at("django.db.models.Model")
    assert django == TypeRef("django", "Model")
    assert django is not None
    assert catalog.type(django).writes == "explicit"
    assert catalog.attribute(django, "objects") == TypeRef("django", "Manager")
    mapped = catalog.type_at("sqlalchemy.orm.DeclarativeBase")
    assert mapped is not None
    assert catalog.type(mapped).writes == "tracked"
    assert catalog.class_roles(mapped) == {"target": "__tablename__"}
    for path in ("django.db.models.CharField", "sqlalchemy.Column"):
        field = catalog.constructor(catalog.type_at(path) or TypeRef("", ""))
        assert field is not None
        assert field.unique_by == {"unique": "True", "primary_key": "True"}
    one = catalog.constructor(catalog.type_at("django.db.models.OneToOneField") or TypeRef("", ""))
    assert one is not None
    assert one.unique_by == {"*": "*"}
    assert catalog.type(catalog.type_at("django.db.models.F") or TypeRef("", "")).column
    assert function(catalog, "sqlalchemy.orm.declarative_base").returns == "Model"


def test_requests_tell_url_method_body_and_key(catalog: Catalog) -> None:
    post = function(catalog, "requests.post")
    assert post.roles["url"] == Source(param="url")
    assert post.roles["method"] == Source(constant="POST")
    assert Source(param="headers", key=("Idempotency-Key",)) in post.roles["idempotency_key"]  # type: ignore[operator]
    assert function(catalog, "requests.request").roles["method"] == Source(param="method")
    client = catalog.constructor(catalog.type_at("httpx.Client") or TypeRef("", ""))
    assert client is not None
    assert client.holds == ("base_url",)


@pytest.mark.parametrize(
    ("path", "name", "syntax", "http_method"),
    [
        ("flask.Flask", "post", "angles", "POST"),
        ("flask.Blueprint", "get", "angles", "GET"),
        ("fastapi.APIRouter", "put", "braces", "PUT"),
        ("aiohttp.web.UrlDispatcher", "add_get", "braces", "GET"),
        ("aiohttp.web.RouteTableDef", "delete", "braces", "DELETE"),
    ],
)
def test_routes(catalog: Catalog, path: str, name: str, syntax: str, http_method: str) -> None:
    row = method(catalog, path, name)
    assert (row.route, row.path_syntax) == ("serves", syntax)
    assert row.roles["method"] == Source(constant=http_method)


def test_class_based_handlers(catalog: Catalog) -> None:
    register = method(catalog, "rest_framework.routers.DefaultRouter", "register")
    found = served("orders", "regex", (), register.verbs, ["list", "retrieve", "price"])
    assert [(s.method, "/".join(s.path), s.function) for s in found] == [
        ("GET", "orders", "list"),
        ("GET", "orders/{}", "retrieve"),
    ]
    falcon = method(catalog, "falcon.App", "add_route")
    assert falcon.verbs["on_post"] == "POST"


@pytest.mark.parametrize(
    ("path", "name"), [("flask.Flask", "register_blueprint"), ("fastapi.FastAPI", "include_router")]
)
def test_mounts(catalog: Catalog, path: str, name: str) -> None:
    row = method(catalog, path, name)
    assert row.route == "mounts"
    assert {"mounted", "prefix"} <= set(row.roles)


@pytest.mark.parametrize(
    ("callable_", "message"),
    [
        (Callable(name="f", effect="shout"), "'shout' is not known"),
        (Callable(name="f", effect_by={"a": {"b": "shout"}}), "'shout' is not known"),
        (Callable(name="f", params=("a",), effect_by={"b": {"c": "set"}}), "no parameter 'b'"),
        (Callable(name="f", guard_by={"a": {"b": "hope"}}), "'hope' is not known"),
        (Callable(name="f", language="sql"), "needs the role 'statement'"),
        (Callable(name="f", effect="http"), "needs the role 'url'"),
        (Callable(name="f", pending="set", effect="set"), "no effect of the call itself"),
        (Callable(name="f", route="serves"), "needs a path_syntax"),
        (Callable(name="f", verbs={"get": "FETCH"}), "'FETCH' is not known"),
        (Callable(name="f", params=("a",), unique_by={"unique": "True"}), "no parameter 'unique'"),
    ],
)
def test_what_a_table_must_not_say(callable_: Callable, message: str) -> None:
    library = Library(name="x", imports=("x",), types={"T": Type(methods=(callable_,))})
    assert any(text.startswith("T.f: ") and message in text for text in problems(library))
