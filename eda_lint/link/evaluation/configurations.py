"""Objects of libraries that read configuration: dynaconf's settings, parsers of INI files, Flask's `app.config`."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import files, foreign, kept, texts
from eda_lint.link.evaluation.frames import Arguments
from eda_lint.link.evaluation.known import (
    ApplicationConfig,
    BuiltinMethod,
    ClassRef,
    DictOf,
    External,
    FilePath,
    Instance,
    Known,
    Knowns,
    Layered,
    ListOf,
    ModuleRef,
    Piece,
    Plain,
    SectionedFile,
    Site,
    Text,
    Thunk,
    Unknown,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.facts import Json

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

Configuration = Layered | SectionedFile | ApplicationConfig
"""What this module knows the parts of."""

DYNACONF = frozenset({"dynaconf.Dynaconf", "dynaconf.LazySettings", "dynaconf.base.LazySettings"})
DYNACONF_OBJECTS = frozenset({"dynaconf.settings"})
"""dynaconf's ready-made settings."""
DYNACONF_FILES = tuple(
    f"{stem}.{ending}" for stem in ("settings", "config/settings") for ending in ("toml", "yaml", "yml", "json", "ini")
)
"""What dynaconf reads where no files are named, as far as it is configuration as data."""
ENVIRONMENTS = ("default", "development")
"""Tables of dynaconf's files that hold unless another environment is switched to, the later before the earlier."""
PARSERS = frozenset({
    "configparser.ConfigParser", "configparser.RawConfigParser", "configparser.SafeConfigParser",
    "backports.configparser.ConfigParser",
})  # fmt: skip
CURRENT = frozenset({"flask.current_app", "quart.current_app", "flask.globals.current_app"})
"""The application that a request runs in."""
APPLICATIONS = frozenset({"flask.Flask", "quart.Quart", "flask.app.Flask", "quart.app.Quart"})
SOURCES = ("from_object", "from_mapping", "from_pyfile", "from_prefixed_env", "from_file", "update")
"""Methods of `app.config` that fill it."""
YAML = frozenset({"ruamel.yaml.YAML", "ruamel.yaml.main.YAML"})
"""Loaders that are objects."""
FORMS = frozenset({
    "box.Box", "munch.munchify", "munch.Munch", "munch.Munch.fromDict", "addict.Dict", "omegaconf.OmegaConf.create",
    "attrdict.AttrDict", "easydict.EasyDict", "benedict.benedict", "omegaconf.OmegaConf.to_container",
    "omegaconf.OmegaConf.merge", "dotmap.DotMap",
})  # fmt: skip
"""Functions that give a mapping whose items are attributes too."""
_METHODS = frozenset({
    "get", "getint", "getboolean", "getfloat", "exists", "as_dict", "to_dict", "items", "keys", "values", "read",
    "read_file", "read_dict", "read_string", "sections", "options", "has_option", "has_section", "set", "pop",
    "setdefault", "configure", "setenv", "from_env", "get_namespace", *SOURCES,
})  # fmt: skip


def called(ev: Evaluator, path: str, given: Arguments, site: Site) -> Sequence[Known]:
    """What a function or class of such a library gives; empty if it is none."""
    if path in DYNACONF:
        return (_dynaconf(ev, given),)
    if path in PARSERS:
        return (ev.world.interned.of(SectionedFile, site),)
    if path in YAML:
        return (ev.world.interned.of(External, "yaml"),)
    if path in FORMS and given.positional:
        return [k for k in ev.force(given.positional[0]) if isinstance(k, DictOf | FilePath)]
    return ()


def attribute(ev: Evaluator, base: Configuration, name: str) -> Sequence[Known]:
    """A method, or an item that is read by attribute."""
    if name in _METHODS:
        return (ev.world.interned.of(BuiltinMethod, base, name),)
    return item(ev, base, name) or (ev.world.unknown(f"setting {name}"),)


def method(ev: Evaluator, base: Configuration, name: str, given: Arguments) -> Sequence[Known]:
    """`settings.get("topic", d)`, `parser.get("kafka", "topic", fallback=d)`, …"""
    if not name.startswith("get") or not given.positional:
        return (ev.world.unknown(f"result of {name}"),)
    names = texts.literal_texts(ev, ev.force(given.positional[0]))
    if isinstance(base, SectionedFile):
        keys = texts.literal_texts(ev, ev.force(given.positional[1])) if len(given.positional) > 1 else []
        found = [k for one in names for s in item(ev, base, one) for key in keys for k in _entry(ev, s, key)]
        default = given.keywords.get("fallback")
    else:
        found = [k for one in names for k in item(ev, base, one)]
        found = found or [k for one in names for k in fallback(ev, base, one)]
        default = given.at(1, "default")
    others = ev.force(default) if default is not None else ()
    told = [texts.with_default(ev.world, k, others) for k in found if not isinstance(k, Unknown)]
    return told or others or (ev.world.unknown(f"result of {name}"),)


def item(ev: Evaluator, base: Configuration, name: str) -> Sequence[Known]:
    """What is configured under a name; nothing where that is not known."""
    match base:
        case Layered():
            return _layered_item(ev, base, name)
        case SectionedFile():
            sections = [s for s in _sections(ev, base) if isinstance(s, DictOf)]
            return [_with_defaults(ev, s, sections, name) for s in sections if _entry(ev, s, name)][:1]
        case ApplicationConfig():
            return _configured(ev, base, name)


def of_application(ev: Evaluator, bases: Knowns, keys: Knowns, found: Knowns) -> Sequence[Known]:
    """A key of an application's configuration that is filled where nothing is known of: a setting of that name."""
    if any(not isinstance(k, Unknown) for k in found):
        return ()
    names = texts.literal_texts(ev, keys)
    return [
        k for base in bases if isinstance(base, ApplicationConfig) for name in names for k in fallback(ev, base, name)
    ]


def fallback(ev: Evaluator, base: Configuration, name: str) -> Sequence[Known]:
    """A setting by its name alone: Flask's are upper case."""
    return (ev.world.text([Piece("env", name)]),) if isinstance(base, ApplicationConfig) and name.isupper() else ()


def _entry(ev: Evaluator, data: Known, name: str) -> Knowns:
    """An entry of a mapping, whatever the case of its key."""
    for key, thunk in data.entries if isinstance(data, DictOf) else ():
        text = ev.text_of(key)
        if text is not None and text.literal is not None and text.literal.lower() == name.lower():
            return ev.force(thunk)
    return ()


# --------------------------------------------------------------------------------------------- dynaconf


def ambient(ev: Evaluator) -> Known:
    """`from dynaconf import settings`."""
    return _dynaconf(ev, Arguments())


def _dynaconf(ev: Evaluator, given: Arguments) -> Known:
    """Settings with the files that they are read from. https://www.dynaconf.com/configuration/"""
    prefix = given.keywords.get("envvar_prefix")
    told = ev.force(prefix) if prefix is not None else ()
    names = texts.literal_texts(ev, told)
    without = any(isinstance(k, Plain) for k in told)
    named = [t for key in ("settings_files", "settings_file", "preload", "includes") if (t := given.keywords.get(key))]
    paths = [p for thunk in named for k in ev.force(thunk) for p in _paths(ev, k)] or list(DYNACONF_FILES)
    name = "" if without else f"{names[0].upper()}_" if names else "DYNACONF_"
    merged: dict[str, Json] = {}
    for path in paths:
        place = files.located(ev, ev.world.interned.of(FilePath, path, False))
        document = ev.world.sources.document(place) if place is not None else None
        data = document.data if document is not None else None
        if isinstance(data, dict):
            _merge(merged, _unfolded(data))
    return ev.world.interned.of(Layered, name, files.as_known(ev, merged) if merged else None)


def _paths(ev: Evaluator, known: Known) -> Iterator[str]:
    items = ev.force_all(known.items) if isinstance(known, ListOf) else (known,)
    for text in texts.literal_texts(ev, items):
        yield from (part.strip() for part in text.split(",") if part.strip())


def _unfolded(data: dict[str, Json]) -> dict[str, Json]:
    """A file's values: those of the default environment where it has tables of environments."""
    layers = [layer for name in ENVIRONMENTS if isinstance(layer := data.get(name), dict)]
    if not layers:
        return data
    found: dict[str, Json] = {}
    for layer in layers:
        _merge(found, layer)
    return found


def _merge(into: dict[str, Json], data: dict[str, Json]) -> None:
    known = {key.lower(): key for key in into}
    for key, value in data.items():
        into[known.get(str(key).lower(), str(key))] = value


def _layered_item(ev: Evaluator, base: Layered, name: str) -> Sequence[Known]:
    plain = not base.name or base.name.endswith("_")
    variable = f"{base.name}{'' if plain else '__'}{name.upper()}"
    found = _entry(ev, base.data, name) if base.data is not None else ()
    if not found:
        return (ev.world.text([Piece("env", variable)]), ev.world.interned.of(Layered, variable, None))
    given: list[Known] = []
    for known in found:
        if isinstance(known, DictOf):
            given.append(ev.world.interned.of(Layered, variable, known))
        elif isinstance(known, Text) and known.literal is not None:
            given.append(ev.world.text([Piece("env", variable, known.literal)]))
        else:
            given.append(known)
    return given


# -------------------------------------------------------------------------------------------- INI files


def _sections(ev: Evaluator, parser: SectionedFile) -> Iterator[Known]:
    """The data of the files that a parser reads."""
    site = parser.site
    own = ev.world.known_unit(site.unit)
    calls = [(own, call) for name in ("read", "read_file", "read_dict") for call in own.calls_by_name.get(name, ())]
    calls += [c for name in ("read", "read_file", "read_dict") for c in ev.callers.calls_named(name) if c not in calls]
    for unit, call in calls:
        fact = unit.facts.calls[call]
        target = unit.facts.values[fact.function]
        if not isinstance(target, v.Attribute) or not fact.arguments:
            continue
        # In the function that makes the parser, what it reads is what that call of it was given.
        frame = site.frame if unit.path == site.unit and fact.scope == own.facts.calls[site.call].scope else None
        if not any(_is_same(k, parser) for k in ev.evaluate(unit, target.of, frame)):
            continue
        for known in ev.closed(ev.evaluate(unit, fact.arguments[0].value, frame)):
            items = ev.force_all(known.items) if isinstance(known, ListOf) else (known,)
            for one in items:
                yield from _read(ev, one)


def _read(ev: Evaluator, known: Known) -> Sequence[Known]:
    if isinstance(known, DictOf):
        return (known,)
    if isinstance(known, Text) and known.literal:
        known = ev.world.interned.of(FilePath, posixpath.normpath(known.literal), False)
    return files.data(ev, known) if isinstance(known, FilePath) else ()


def _is_same(known: Known, parser: SectionedFile) -> bool:
    return isinstance(known, SectionedFile) and (known.site.unit, known.site.call) == (
        parser.site.unit,
        parser.site.call,
    )


def _with_defaults(ev: Evaluator, data: DictOf, sections: Sequence[DictOf], name: str) -> Known:
    """A section, with what `[DEFAULT]` lends to all of them."""
    merged: dict[Known, Thunk] = {}
    for each in (data, *sections):
        for known in (*_entry(ev, each, name), *_entry(ev, each, "DEFAULT")):
            for key, thunk in known.entries if isinstance(known, DictOf) else ():
                merged.setdefault(key, thunk)
    return ev.world.interned.of(DictOf, tuple(merged.items()), False, None)


# ------------------------------------------------------------------------------------------------ Flask


def application(ev: Evaluator, paths: Sequence[str], name: str) -> Known | None:
    """`app.config` of an object outside the code base that is known by one of these paths; None if it is none."""
    if name != "config" or not any(path in APPLICATIONS or path in CURRENT for path in paths):
        return None
    return ev.world.interned.of(ApplicationConfig, ev.world.sources.service(ev.asking).name)


def _configured(ev: Evaluator, base: ApplicationConfig, name: str) -> Sequence[Known]:
    """What the service's code fills its application's configuration with, and what it puts there by name."""
    found: list[Known] = []
    for unit, source, call in _fillings(ev, base):
        for known in _filled(ev, unit, source, call, name):
            text = ev.text_of(known)
            plain = text is not None and text.literal is not None
            found.append(ev.world.text([Piece("env", name, text.literal)]) if plain and text is not None else known)
    for unit, write in ev.callers.item_writes(name):
        target = unit.facts.values[write.target]
        together = ev.world.sources.service(unit.path).name == base.service
        if isinstance(target, v.Item) and kept.is_carrier(unit, target.of) and together:
            found.extend(ev.evaluate(unit, write.value, None))
    return [k for k in ev.distinct(found) if not isinstance(k, Unknown)]


def _fillings(ev: Evaluator, base: ApplicationConfig) -> Iterator[tuple[Unit, str, int]]:
    sources = ev.world.sources
    for source in SOURCES:
        words = ("config", source) if source != "update" else ("config", "update", "Flask")
        for path in sources.mentions(*words):
            unit = ev.world.unit(path) if not sources.is_test(path) else None
            if unit is None or sources.service(path).name != base.service:
                continue
            for call in unit.calls_by_name.get(source, ()):
                target = unit.facts.values[unit.facts.calls[call].function]
                if isinstance(target, v.Attribute) and unit.terminal(target.of) == "config":
                    yield unit, source, call


def _filled(ev: Evaluator, unit: Unit, source: str, call: int, name: str) -> Sequence[Known]:
    given = ev.arguments(unit, call, None)
    first = ev.closed(ev.force(given.positional[0])) if given.positional else ()
    if source in ("from_mapping", "update"):
        own = ev.force(given.keywords[name]) if name in given.keywords else ()
        return own or [k for one in first for k in _entry(ev, one, name)]
    if source == "from_prefixed_env":
        prefix = texts.literal_texts(ev, first)
        return (ev.world.text([Piece("env", f"{prefix[0] if prefix else 'FLASK'}_{name}")]),)
    if source == "from_file":
        return [k for one in first for d in _read(ev, one) for k in _entry(ev, d, name)]
    if source == "from_pyfile":
        return [k for text in texts.literal_texts(ev, first) for k in _in_python_file(ev, unit, text, name)]
    dotted = [(k, _dotted(ev, k)) for k in first]
    objects = [o for k, text in dotted for o in (foreign.at(ev, text) if text else (k,))]
    return [k for one in objects for k in _of_object(ev, one, name)]


def _dotted(ev: Evaluator, known: Known) -> str:
    text = ev.text_of(known)
    if text is None or len(text.pieces) != 1:
        return ""
    piece = text.pieces[0]
    return (piece.text if piece.kind == "literal" else piece.default or "").replace(":", ".")


def _of_object(ev: Evaluator, known: Known, name: str) -> Sequence[Known]:
    from eda_lint.link.evaluation.attributes import attribute as attribute_of

    return attribute_of(ev, known, name) if isinstance(known, ClassRef | Instance | ModuleRef) else ()


def _in_python_file(ev: Evaluator, unit: Unit, path: str, name: str) -> Knowns:
    """A global of a Python file that Flask runs as configuration: beside the package, or in `instance`."""
    sources = ev.world.sources
    directory, service = posixpath.dirname(unit.path), sources.service(unit.path).path
    for base in dict.fromkeys((directory, posixpath.dirname(directory), service, f"{service}/instance", ".")):
        place = posixpath.normpath(posixpath.join(base, path))
        other = ev.world.unit(place) if sources.exists(place) else None
        if other is not None:
            return ev.exported(other, name)
    return ()
