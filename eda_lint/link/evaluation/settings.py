"""Names that come from the environment: variables and settings modules, with their defaults."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import surroundings, texts
from eda_lint.link.evaluation.frames import Arguments
from eda_lint.link.evaluation.known import (
    BuiltinMethod,
    Environment,
    External,
    Known,
    Knowns,
    ListOf,
    Piece,
    Text,
    Thunk,
    Unknown,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

READERS = frozenset({
    "os.getenv", "os.environ.get", "decouple.config", "environs.env", "starlette.config.config", "environ.get",
})  # fmt: skip
"""Functions whose first argument names a variable and whose second or `default` is its default."""

READER_OBJECTS = frozenset({
    "environ.Env", "environs.Env", "decouple.Config", "decouple.AutoConfig", "starlette.config.Config",
    "environ.FileAwareEnv",
    "prettyconf.Configuration", "everett.manager.ConfigManager",
})  # fmt: skip

OBJECTS: dict[str, str] = {"os.environ": "", "environ.os.environ": "", "environs.env": "", "os.environb": ""}
"""Ready-made readers → what they put before names."""


def variable(ev: Evaluator, environment: Environment, name: Known, default: Knowns | None) -> Known:
    """The value of a variable, as a text of one `env` piece."""
    text = ev.text_of(name)
    literal = text.literal if text is not None else None
    if literal is None:
        return ev.world.unknown("variable with a computed name")
    found = dict(environment.defaults).get(literal)
    for known in default or ():
        other = ev.text_of(known)
        if other is not None and other.literal is not None:
            found = other.literal
        elif isinstance(known, ListOf):
            items = texts.literal_texts(ev, ev.force_all(known.items))
            found = ",".join(items) if items else None
        elif other is not None and len(other.pieces) == 1 and other.pieces[0].kind == "env":
            found = other.pieces[0].default
    return ev.world.text([Piece("env", environment.prefix + literal, found)])


def external_call(ev: Evaluator, path: str, given: Arguments) -> Sequence[Known]:
    """A call of a settings reader; empty if it is none."""
    if path in READER_OBJECTS:
        return (_reader(ev, given),)
    if path in READERS:
        return _read(ev, ev.world.interned.of(Environment, ""), given)
    return ()


def _reader(ev: Evaluator, given: Arguments) -> Known:
    """A settings reader with what it is made with: a prefix (environs, starlette), defaults (django-environ)."""
    prefixes = [t for k in ("prefix", "env_prefix") if k in given.keywords for t in _literals(ev, given.keywords[k])]
    defaults: dict[str, str] = {}
    for name, thunk in given.keywords.items():
        for known in ev.force(thunk) if name.isupper() else ():
            default = ev.force(known.items[1]) if isinstance(known, ListOf) and len(known.items) == 2 else ()
            told = texts.literal_texts(ev, default)
            if told:
                defaults[name] = told[0]
    return ev.world.interned.of(Environment, prefixes[0] if prefixes else "", tuple(sorted(defaults.items())))


def _literals(ev: Evaluator, thunk: Thunk) -> list[str]:
    return texts.literal_texts(ev, ev.force(thunk))


def merged(ev: Evaluator, knowns: Sequence[Known]) -> Knowns:
    """Alternatives of which some are settings without a default and one other a text: the settings with that default
    (`topic = getenv("TOPIC")`, `if not topic: topic = "orders"`)."""
    bare = [k for k in knowns if isinstance(k, Text) and len(k.pieces) == 1 and k.pieces[0].kind == "env"]
    literals = [k for k in knowns if isinstance(k, Text) and k.literal]
    if not bare or not literals or len(dict.fromkeys(literals)) != 1:
        return tuple(knowns)
    default = literals[0].literal
    if any(k.pieces[0].default not in (None, default) for k in bare):
        return tuple(knowns)
    told = {k: ev.world.text([Piece("env", k.pieces[0].text, default)]) for k in bare}
    return ev.distinct(told.get(k, k) if isinstance(k, Text) else k for k in knowns if k not in literals)


def environment_attribute(ev: Evaluator, environment: Environment, name: str) -> Sequence[Known]:
    """`environ.get`, `env.str`, …"""
    return (ev.world.interned.of(BuiltinMethod, environment, name),)


def environment_call(ev: Evaluator, environment: Environment, method: str, given: Arguments) -> Sequence[Known]:
    """`environ.get("X", d)`, `env("X", default=d)`, `env.str("X")`."""
    if method == "copy":
        return (environment,)
    if method in ("read_env", "read_envfile", "items", "keys", "update", "prefixed"):
        return ()
    found = _read(ev, _prefixed(ev, environment, given), given)
    if method == "list":
        return [ev.world.interned.of(ListOf, (ev.world.given(k),), False) for k in found]
    return found


def _prefixed(ev: Evaluator, environment: Environment, given: Arguments) -> Environment:
    """The reader inside `with env.prefixed("APP_"):`, as many as stand around the call (environs)."""
    site = given.site
    unit = ev.world.known_unit(site.unit) if site is not None else None
    prefixes: list[str] = []
    for value in surroundings.contexts(unit).get(site.call, ()) if unit is not None and site is not None else ():
        shown = unit.facts.values[value] if unit is not None else None
        if isinstance(shown, v.Result) and unit is not None and site is not None:
            call = unit.facts.calls[shown.call]
            if unit.terminal(call.function) == "prefixed" and call.arguments:
                prefixes += texts.literal_texts(ev, ev.evaluate(unit, call.arguments[0].value, site.frame))[:1]
    if not prefixes:
        return environment
    return ev.world.interned.of(Environment, environment.prefix + "".join(prefixes), environment.defaults)


def _read(ev: Evaluator, environment: Environment, given: Arguments) -> Sequence[Known]:
    if not given.positional:
        return ()
    thunk = given.at(1, "default")
    default = ev.force(thunk) if thunk is not None else ()
    return [variable(ev, environment, k, default) for k in ev.force(given.positional[0])]


# --------------------------------------------------------------------------------- settings by spelling

OBJECT_NAMES = frozenset({
    "settings", "config", "conf", "cfg", "configuration", "app_settings", "app_config", "_settings", "_config",
})  # fmt: skip
"""What code calls an object of settings, in lower case."""
CHANNEL_NAME = re.compile(
    r".*_(?:topics?|queues?|exchange|stream|channel|subject|routing_key)(?:_(?:name|url|arn|id))?|"
    r"(?:topic|queue|exchange|stream|channel|subject|routing_key)_.+",
    re.IGNORECASE,
)
"""Names of two words or more that a setting with a channel's name has."""


def spelt(ev: Evaluator, unit: Unit, of: int, name: str, found: Sequence[Known]) -> Knowns:
    """`settings.orders_queue`, where what `settings` is cannot be seen (a module that is not in the code base, an
    object that is made, or handed in, in a way nobody can follow): the setting of that name."""
    if unit.terminal(of).lower() not in OBJECT_NAMES or not CHANNEL_NAME.fullmatch(name):
        return ()
    if not found or not all(_is_hidden(known) for known in found):
        return ()
    return (ev.world.text([Piece("env", name)]),)


def _is_hidden(known: Known) -> bool:
    if isinstance(known, External):
        return known.path.partition(".")[0].lower() in OBJECT_NAMES
    return isinstance(known, Unknown) and not known.reason.endswith("not found")


# ------------------------------------------------------------------------------------- Django settings


def django_setting(ev: Evaluator, name: str, importer: str) -> Knowns:
    """`settings.NAME`: what the project's settings modules assign to it, named as a setting."""
    sources = ev.world.sources
    service = sources.service(importer)
    found: list[Known] = []
    for path in sources.mentions(name):
        parts = path.split("/")
        if not any("settings" in part or part in ("config", "conf") for part in parts[-2:]) or sources.is_test(path):
            continue
        if sources.service(path) != service:
            continue
        unit = ev.world.unit(path)
        if unit is not None and name in unit.globals:
            found.extend(ev.exported(unit, name))
    if not name.isupper():
        return tuple(found)
    named: list[Known] = []
    for known in found:
        text = ev.text_of(known)
        if text is None:
            named.append(known)
        elif text.literal is not None:
            named.append(ev.world.text([Piece("env", name, text.literal)]))
        else:
            named.append(text)
    return ev.distinct(named) or (ev.world.text([Piece("env", name, None)]),)
