"""Calls outside the code base that are known to change nothing that matters: what they are given goes nowhere."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING

from eda_lint.catalog.load import Catalog
from eda_lint.link.evaluation.known import (
    BuiltinMethod,
    CatalogFunction,
    CatalogMethod,
    ClientObject,
    External,
    Known,
    Record,
    Unknown,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

MODULES = frozenset({
    "builtins", "json", "logging", "datetime", "uuid", "re", "math", "time", "os.path", "typing", "collections",
    "functools", "itertools", "dataclasses", "enum", "decimal", "hashlib", "hmac", "base64", "binascii", "copy",
    "string", "textwrap", "random", "secrets", "traceback", "sys", "contextlib", "inspect", "operator",
    "urllib.parse", "html", "types", "abc", "pydantic", "structlog", "loguru", "orjson", "ujson", "simplejson",
    "msgpack", "dateutil", "pytz", "zoneinfo", "attr", "attrs", "marshmallow", "jsonschema", "fastavro", "asyncio",
    "threading", "queue", "signal", "warnings", "os.getenv", "os.environ", "platform", "socket.gethostname",
    "getpass", "locale", "calendar", "statistics", "heapq", "bisect", "fractions", "numbers", "struct", "zlib",
    "gzip", "io", "pathlib", "opentelemetry", "prometheus_client", "sentry_sdk", "newrelic", "statsd", "datadog",
    "ddtrace", "aws_xray_sdk", "aws_lambda_powertools", "email", "gettext", "cloudevents", "django.utils",
    "django.conf", "django.db.models", "django.core.exceptions", "google.protobuf", "click.echo", "rich", "tenacity",
    "backoff", "retry", "cachetools", "numpy", "flask.jsonify", "flask.current_app", "http", "ssl", "msgspec", "xml",
    "csv", "pprint", "colorama", "termcolor", "tqdm", "bson", "ulid", "shortuuid", "slugify", "phonenumbers", "babel",
})  # fmt: skip
"""Modules (by prefix) whose calls neither keep nor send what they are given, or only tell operators of it."""

BUILTIN_EXCEPTIONS = ("Error", "Exception", "Warning")

METHODS = frozenset({
    "debug", "info", "warning", "warn", "error", "exception", "critical", "log", "inc", "observe", "labels", "time",
    "bind", "set_tag", "set_attribute", "set_context", "increment", "gauge", "histogram", "timing", "add_event",
    "append", "extend", "update", "pop", "get", "items", "keys", "values", "format", "join", "split", "strip",
    "decode", "encode", "replace", "lower", "upper", "startswith", "endswith", "isoformat", "strftime",
    "total_seconds", "timestamp", "copy", "sort", "index", "count", "insert", "remove", "add", "discard", "clear",
    "setdefault", "group", "groups", "start", "cancel", "done", "is_set", "wait", "acquire", "release", "set_result",
    "model_dump", "model_dump_json", "dict", "json", "model_validate", "parse_obj", "parse_raw", "from_dict",
    "to_dict", "validate", "model_validate_json", "value", "key", "topic", "partition", "offset", "headers",
    "hexdigest", "digest", "raise_for_status", "put_nowait",
})  # fmt: skip
"""Method names that, on a value nothing is known of, are taken for reading, logging, measuring or plain containers."""


def is_harmless(ev: Evaluator, unit: Unit, call: int, callees: Iterable[Known]) -> bool:
    """Whether a call that was not followed can be left out of what is unproven."""
    known = list(callees)
    function = unit.facts.values[unit.facts.calls[call].function]
    if known and all(_known_harmless(ev, k) for k in known):
        return True
    name = unit.terminal(unit.facts.calls[call].function)
    if name.endswith(BUILTIN_EXCEPTIONS):
        return True
    return isinstance(function, v.Attribute) and name in METHODS and not any(isinstance(k, External) for k in known)


def _known_harmless(ev: Evaluator, known: Known) -> bool:
    match known:
        case External(path=path):
            return ev.world.catalog.type_at(path) is not None or _in_harmless_module(path)
        case BuiltinMethod() | Record():
            return True
        case ClientObject() | CatalogMethod() | CatalogFunction():
            return True
        case Unknown(reason=reason):
            if reason.startswith("result of "):
                # A method of what such a call gave; a queue hands on what it is given.
                path = reason.removeprefix("result of ")
                return _in_harmless_module(path) and path.partition(".")[0] not in ("queue", "asyncio", "threading")
            # A method that the catalog does not list, of an object that only builds a statement.
            return reason.partition(".")[0] in _building(ev.world.catalog)
        case _:
            return False


@functools.lru_cache(maxsize=4)
def _building(catalog: Catalog) -> frozenset[str]:
    """Names of the catalogued types none of whose methods does anything by itself: columns, statements, results."""
    acting: set[str] = set()
    names: set[str] = set()
    for library in catalog.libraries.values():
        for name, type_ in library.types.items():
            names.add(name)
            if any(row.effect or row.action or row.after_commit for row in type_.methods) or type_.overrides:
                acting.add(name)
    return frozenset(names - acting) | {"text", "list", "dict"}


def _in_harmless_module(path: str) -> bool:
    return any(path == m or path.startswith(f"{m}.") for m in MODULES) or path.rpartition(".")[2].endswith(
        BUILTIN_EXCEPTIONS
    )


def reason(callees: Iterable[Known]) -> str:
    """Why a call could not be followed."""
    for known in callees:
        match known:
            case External(path=path):
                return f"{path} is outside the code base"
            case Unknown(reason=text):
                return text
            case _:
                continue
    return "what is called is not known"
