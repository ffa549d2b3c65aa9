"""Functions and methods of Python itself and its everyday companions that values flow through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import configurations, files, options, settings, texts
from eda_lint.link.evaluation.classes import VALIDATORS
from eda_lint.link.evaluation.frames import Arguments
from eda_lint.link.evaluation.instances import SERIALIZING
from eda_lint.link.evaluation.known import (
    ApplicationConfig,
    ClassRef,
    CommandLine,
    Construct,
    DictOf,
    Encoded,
    Environment,
    External,
    FilePath,
    Fresh,
    Instance,
    Known,
    Knowns,
    Layered,
    ListOf,
    Partial,
    Record,
    SectionedFile,
    Site,
    SuperOf,
    Symbol,
    Text,
    Thunk,
    Unknown,
)

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

PROVIDERS = frozenset(
    f"dependency_injector.providers.{name}"
    for name in ("Factory", "Singleton", "ThreadSafeSingleton", "ThreadLocalSingleton", "ContextLocalSingleton",
                 "Resource", "Callable", "Coroutine")
)  # fmt: skip
"""What makes, when it is called, what its first argument makes of the others (dependency-injector)."""
LAZY = frozenset({
    "lazy_object_proxy.Proxy", "werkzeug.local.LocalProxy", "django.utils.functional.SimpleLazyObject",
    "wrapt.LazyObjectProxy",
})  # fmt: skip
"""What stands for the object that a function makes, which is called when the object is first used."""
TRANSPARENT_DECORATORS = frozenset({
    "staticmethod", "classmethod", "property", "cached_property", "abstractmethod", "wraps", "override", "overload",
    "contextmanager", "asynccontextmanager", "lru_cache", "cache", "dataclass", "setter", "deleter", "inject",
})  # fmt: skip

FIRST_ARGUMENT = frozenset({
    "builtins.str", "builtins.bytes", "builtins.bytearray", "builtins.list", "builtins.tuple", "builtins.set",
    "builtins.frozenset", "builtins.sorted", "builtins.reversed", "builtins.iter", "builtins.aiter",
    "builtins.memoryview",
    "asyncio.create_task", "asyncio.ensure_future", "asyncio.shield", "asyncio.wait_for", "asyncio.run",
    "asyncio.run_coroutine_threadsafe", "asyncio.gather", "copy.copy", "copy.deepcopy",
    "json.loads", "orjson.loads", "ujson.loads", "simplejson.loads", "msgpack.unpackb", "msgpack.loads",
    "msgspec.json.decode", "base64.b64decode", "pickle.loads", "asgiref.sync.async_to_sync",
    "asgiref.sync.sync_to_async",
    "contextlib.closing", "contextlib.aclosing", "collections.deque",
    "types.MappingProxyType", "functools.lru_cache", "functools.cache", "weakref.proxy", "weakref.ref",
    "string.Template",
    "builtins.int", "uuid.UUID", "urllib.parse.unquote", "urllib.parse.quote", "urllib.parse.unquote_plus",
})  # fmt: skip
"""Functions that give (a form of) their first argument."""

SERIALIZERS = frozenset({
    "json.dumps", "orjson.dumps", "ujson.dumps", "simplejson.dumps", "rapidjson.dumps", "msgpack.packb",
    "msgpack.dumps", "msgspec.json.encode", "msgspec.msgpack.encode", "msgspec.to_builtins", "pickle.dumps",
    "yaml.dump", "yaml.safe_dump",
    "bson.dumps", "dataclasses.asdict", "attr.asdict", "attrs.asdict", "base64.b64encode", "jsonpickle.encode",
    "google.protobuf.json_format.MessageToJson", "google.protobuf.json_format.MessageToDict", "builtins.vars",
    "fastapi.encoders.jsonable_encoder", "django.forms.models.model_to_dict", "cloudpickle.dumps", "flask.json.dumps",
})  # fmt: skip
"""Functions that give their first argument in a form to send."""

SECOND_ARGUMENT = frozenset({"typing.cast", "builtins.map", "builtins.filter"})

FRESH = {
    "uuid.uuid4": "uuid4", "uuid.uuid1": "uuid1", "uuid.uuid7": "uuid7", "time.time": "time", "time.time_ns": "time",
    "datetime.datetime.now": "now", "datetime.datetime.utcnow": "now", "django.utils.timezone.now": "now",
    "random.random": "random", "random.randint": "random", "secrets.token_hex": "random",
    "secrets.token_urlsafe": "random", "ulid.new": "ulid", "ulid.ULID": "ulid", "bson.ObjectId": "ObjectId",
    "random.choice": "random", "os.urandom": "random", "time.monotonic": "time", "datetime.date.today": "now",
    "nanoid.generate": "nanoid", "secrets.token_bytes": "random",
}  # fmt: skip
"""Functions that give a new value on each call (rules.md L5)."""

PARTS = frozenset({
    "decode", "encode", "strip", "copy", "json", "tobytes", "model_dump", "dict", "items", "values", "lower", "upper",
    "hex", "isoformat", "model_dump_json", "to_dict", "asdict", "text", "read",
})  # fmt: skip
"""Methods of a part of a record that give the part in another form."""


def function(ev: Evaluator, path: str, given: Arguments, site: Site) -> Sequence[Known]:
    """What a function outside the code base gives."""
    world = ev.world
    told = (
        files.called(ev, path, given)
        or configurations.called(ev, path, given, site)
        or _described(ev, path, given, site)
    )
    if told:
        return told
    if path in FRESH:
        return (world.interned.of(Fresh, FRESH[path]),)
    if path in FIRST_ARGUMENT and given.positional:
        return [as_first(ev, path, k) for k in ev.force(given.positional[0])]
    if path in SERIALIZERS and given.positional:
        return [encoded(ev, k) for k in ev.force(given.positional[0])]
    if path in SECOND_ARGUMENT and len(given.positional) > 1:
        return ev.force(given.positional[1])
    match path:
        case "builtins.super":
            return _super(ev, site)
        case "builtins.type":
            return [k.cls for k in _first(ev, given) if isinstance(k, Instance)]
        case "builtins.getattr":
            return _getattr(ev, given)
        case "dependency_injector.providers.List":
            return (world.interned.of(ListOf, tuple(given.positional), not given.open_positional),)
        case (
            "builtins.dict"
            | "collections.OrderedDict"
            | "types.SimpleNamespace"
            | "argparse.Namespace"
            | "dependency_injector.providers.Dict"
        ):
            return (_dict(ev, given),)
        case "builtins.next" | "builtins.anext" | "builtins.min" | "builtins.max":
            return [k for base in _first(ev, given) for k in _elements(ev, base)]
        case "builtins.enumerate":
            items = tuple(t for k in _first(ev, given) for t in _element_thunks(ev, k))
            pairs = tuple(
                world.given(world.interned.of(ListOf, (world.given(world.unknown("index")), t), True)) for t in items
            )
            return (world.interned.of(ListOf, pairs, False),)
        case "builtins.zip":
            columns = tuple(world.given(*(k for b in ev.force(t) for k in _elements(ev, b))) for t in given.positional)
            return (world.interned.of(ListOf, (world.given(world.interned.of(ListOf, columns, True)),), False),)
        case "itertools.chain" | "itertools.chain.from_iterable":
            return ev.force_all(given.positional)
        case "functools.partial" | "functools.partialmethod" if given.positional:
            return [world.interned.of(Partial, k, site) for k in ev.force(given.positional[0])]
        case _ if path in PROVIDERS and given.positional:
            return [world.interned.of(Partial, k, site) for k in ev.force(given.positional[0])]
        case _ if path in LAZY and given.positional:
            return [k for f in ev.force(given.positional[0]) for k in ev.made_by(f)]
        case "aio_pika.pool.Pool" if given.positional:
            # A pool hands out what its factory makes, one at a time.
            made = ev.distinct([k for f in ev.force(given.positional[0]) for k in ev.made_by(f)])
            return (world.interned.of(ListOf, (world.given(*made),), False),)
        case "collections.defaultdict":
            return (world.interned.of(DictOf, (), True, None),)
        case _:
            return (
                (world.interned.of(External, f"{path}()"),)
                if path.startswith("environ")
                else (world.unknown(f"result of {path}"),)
            )


def _described(ev: Evaluator, path: str, given: Arguments, site: Site) -> Sequence[Known]:
    """What describes infrastructure, parsers of command lines, and mappings made of others."""
    if path == "collections.ChainMap":
        return _chained(ev, given)
    if path == "builtins.dict" and any(isinstance(k, Environment) for k in _first(ev, given)):
        return (_dict(ev, given), *_first(ev, given))
    if path.startswith("aws_cdk."):
        return (ev.world.interned.of(Construct, path, site),)
    return (ev.world.interned.of(CommandLine, site),) if path in options.PARSERS else ()


def encoded(ev: Evaluator, known: Known) -> Known:
    """A payload in serialised form; texts and unknowns stay what they are."""
    if isinstance(known, Text | Unknown | Encoded | Record | Symbol):
        return known
    return ev.world.interned.of(Encoded, known)


def as_first(ev: Evaluator, path: str, known: Known) -> Known:
    """`str(x)`, `json.dumps(x)`, …: x itself; a text where it is one."""
    if path == "builtins.str":
        return ev.text_of(known) or known
    if isinstance(known, Encoded) and path.rpartition(".")[2] in ("loads", "decode", "unpackb"):
        return known.of
    return known


def _first(ev: Evaluator, given: Arguments) -> Knowns:
    return ev.force(given.positional[0]) if given.positional else ()


def _elements(ev: Evaluator, known: Known) -> Sequence[Known]:
    from eda_lint.link.evaluation.elements import elements

    return elements(ev, known)


def _element_thunks(ev: Evaluator, known: Known) -> Sequence[Thunk]:
    if isinstance(known, ListOf):
        return known.items
    return tuple(ev.world.given(k) for k in _elements(ev, known))


def _super(ev: Evaluator, site: Site) -> Sequence[Known]:
    unit = ev.world.known_unit(site.unit)
    scope = unit.facts.calls[site.call].scope
    function = unit.enclosing_function(scope)
    owner = unit.enclosing_class(function)
    if owner is None:
        return ()
    while unit.owner_class(function) is None:
        function = unit.facts.definitions[function].parent
    cls = ev.world.class_ref(unit, owner)
    return [ev.world.interned.of(SuperOf, cls, r) for r in ev.parameter(unit, function, 0, site.frame)]


def _getattr(ev: Evaluator, given: Arguments) -> Sequence[Known]:
    from eda_lint.link.evaluation.attributes import attribute

    if len(given.positional) < 2:
        return ()
    names = texts.literal_texts(ev, ev.force(given.positional[1]))
    found = [k for base in _first(ev, given) for name in names for k in attribute(ev, base, name)]
    if len(given.positional) > 2:
        default = ev.force(given.positional[2])
        found = [k for k in found if not isinstance(k, Unknown)] + list(default)
        found = list(settings.merged(ev, ev.distinct(texts.with_default(ev.world, k, default) for k in found)))
    return found or (ev.world.unknown("getattr"),)


def _dict(ev: Evaluator, given: Arguments) -> Known:
    entries: dict[Known, Thunk] = {}
    is_open = given.open_keywords
    bases = _first(ev, given)
    for base in bases:
        if isinstance(base, DictOf):
            entries.update(base.entries)
            is_open = is_open or base.open
        else:
            is_open = True
    for name, thunk in given.keywords.items():
        entries[ev.world.literal(name)] = thunk
    only = bases[0] if len(bases) == 1 and not given.keywords else None
    origin = only.origin if isinstance(only, DictOf) else None
    return ev.world.interned.of(DictOf, tuple(entries.items()), is_open, origin)


def _chained(ev: Evaluator, given: Arguments) -> Sequence[Known]:
    """`ChainMap(first, second)`: what stands in the first goes before the second."""
    knowns = [k for thunk in given.positional for k in ev.force(thunk)]
    entries: dict[Known, Thunk] = {}
    for known in reversed(knowns):
        entries |= dict(known.entries) if isinstance(known, DictOf) else {}
    is_open = any(not isinstance(k, DictOf) or k.open for k in knowns)
    merged = ev.world.interned.of(DictOf, tuple(entries.items()), is_open, None)
    return (merged, *(k for k in knowns if isinstance(k, Environment)))


# ---------------------------------------------------------------------------------------------- methods


def method(ev: Evaluator, receiver: Known, name: str, given: Arguments, site: Site) -> Sequence[Known]:
    """What a method of a text, list, dict or function gives."""
    match receiver:
        case Text():
            return texts.method(ev, receiver, name, given)
        case DictOf():
            return _dict_method(ev, receiver, name, given)
        case ListOf():
            return _list_method(ev, receiver, name)
        case Encoded():
            return (receiver,)
        case Instance() if name in SERIALIZING:
            return (ev.world.interned.of(Encoded, receiver),)
        case Environment():
            return settings.environment_call(ev, receiver, name, given)
        case FilePath():
            return files.method(ev, receiver, name, given)
        case ClassRef() if name in VALIDATORS and any(isinstance(k, DictOf) for k in _first(ev, given)):
            return (ev.world.interned.of(Instance, receiver, site),)
        case Layered() | SectionedFile() | ApplicationConfig():
            return configurations.method(ev, receiver, name, given)
        case CommandLine():
            return options.method(ev, receiver, name)
        case Partial(function=inner) if name == "__call__":
            from eda_lint.link.evaluation.calls import call_known

            return call_known(ev, inner, given, site)
        case _:
            return (ev.world.unknown(f"result of {name}"),)


def _dict_method(ev: Evaluator, receiver: DictOf, name: str, given: Arguments) -> Sequence[Known]:
    from eda_lint.link.evaluation.elements import item_of

    world = ev.world
    match name:
        case "get" | "pop" | "setdefault":
            if not given.positional:
                return (world.unknown("dict.get"),)
            found = item_of(ev, receiver, ev.force(given.positional[0]))
            default = ev.force(given.positional[1]) if len(given.positional) > 1 else ()
            if default and any(isinstance(k, Unknown) for k in found):
                found = [*(k for k in found if not isinstance(k, Unknown)), *default]
            return found
        case "items":
            pairs = tuple(
                world.given(world.interned.of(ListOf, (world.given(k), t), True)) for k, t in receiver.entries
            )
            return (world.interned.of(ListOf, pairs, False),)
        case "values":
            return (world.interned.of(ListOf, tuple(t for _, t in receiver.entries), False),)
        case "keys":
            return (world.interned.of(ListOf, tuple(world.given(k) for k, _ in receiver.entries), False),)
        case "copy":
            return (receiver,)
        case _:
            return (world.unknown(f"dict.{name}"),)


def _list_method(ev: Evaluator, receiver: ListOf, name: str) -> Sequence[Known]:
    match name:
        case "copy" | "union" | "values":
            return (receiver,)
        case "items":
            # Records by partition or stream, as a client gives them: which key is not tracked.
            key = ev.world.given(ev.world.unknown("any key"))
            pairs = tuple(ev.world.given(ev.world.interned.of(ListOf, (key, item), True)) for item in receiver.items)
            return (ev.world.interned.of(ListOf, pairs, False),)
        case "pop" | "popleft" | "get" | "get_nowait" | "acquire":
            return ev.force_all(receiver.items)
        case _:
            return (ev.world.unknown(f"list.{name}"),)
