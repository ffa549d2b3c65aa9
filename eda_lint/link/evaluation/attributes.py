"""What `base.name` is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import configurations, files, options, roles, settings, settings_classes
from eda_lint.link.evaluation.bounds import bounded
from eda_lint.link.evaluation.classes import class_attribute, super_attribute
from eda_lint.link.evaluation.instances import instance_attribute
from eda_lint.link.evaluation.known import (
    ApplicationConfig,
    BuiltinMethod,
    CatalogMethod,
    ClassRef,
    ClientObject,
    CommandLine,
    Construct,
    Decorated,
    DictOf,
    Encoded,
    EnumMember,
    Environment,
    External,
    FilePath,
    FunctionRef,
    Instance,
    Known,
    Layered,
    ListOf,
    ModuleRef,
    Named,
    Partial,
    Plain,
    Record,
    SectionedFile,
    SettingsPart,
    SuperOf,
    Symbol,
    Text,
    Unknown,
)

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


@bounded
def attribute(ev: Evaluator, base: Known, name: str) -> Sequence[Known]:
    """`base.name`."""
    world = ev.world
    match base:
        case ModuleRef():
            return ev.module_attribute(base, name)
        case External(path="django.conf.settings"):
            return settings.django_setting(ev, name, ev.asking)
        case External(path="absl.flags.FLAGS"):
            return options.flag(ev, name) or (ev.world.unknown(f"flag {name}"),)
        case External(path=path):
            config = configurations.application(ev, (path,), name)
            return (config if config is not None else ev.external(f"{path}.{name}"),)
        case ClassRef():
            return class_attribute(ev, base, name, base)
        case Instance():
            return instance_attribute(ev, base, name)
        case ClientObject():
            return client_attribute(ev, base, name)
        case Decorated(type=type_ref):
            if world.catalog.methods(type_ref, name):
                return (world.interned.of(CatalogMethod, base, type_ref, name),)
            return (world.interned.of(BuiltinMethod, base, name),)
        case SuperOf(cls=cls, receiver=receiver):
            return super_attribute(ev, cls, receiver, name)
        case EnumMember():
            return _enum_attribute(ev, base, name)
        case Symbol():
            return _symbol_attribute(ev, base, name)
        case Named():
            return (base,)
        case Record(type=type_ref, origin=origin, path=path):
            return (world.interned.of(Record, type_ref if len(path) < 1 else None, origin, (*path, name)[:6]),)
        case Environment():
            return settings.environment_attribute(ev, base, name)
        case (
            FilePath()
            | SettingsPart()
            | Layered()
            | SectionedFile()
            | ApplicationConfig()
            | CommandLine()
            | Construct()
        ):
            return _configured(ev, base, name)
        case Text() | ListOf() | DictOf():
            return _builtin(ev, base, name)
        case Encoded() | FunctionRef() | Partial():
            return (world.interned.of(BuiltinMethod, base, name),)
        case Unknown(reason=reason, open=is_open):
            return (world.unknown(reason, open=is_open),)
        case _:
            return (world.unknown(f"attribute {name}"),)


def _configured(
    ev: Evaluator,
    base: FilePath | SettingsPart | Layered | SectionedFile | ApplicationConfig | CommandLine | Construct,
    name: str,
) -> Sequence[Known]:
    """An attribute of what reads or describes configuration."""
    match base:
        case Construct() if name.endswith(("_arn", "_url", "_name")):
            return (base,)  # a reference to what is deployed
        case Construct():
            return (ev.world.interned.of(BuiltinMethod, base, name),)
        case FilePath():
            return files.attribute(ev, base, name)
        case SettingsPart():
            return settings_classes.part_attribute(ev, base, name)
        case CommandLine():
            return options.attribute(ev, base, name)
        case _:
            return configurations.attribute(ev, base, name)


def _enum_attribute(ev: Evaluator, member: EnumMember, name: str) -> Sequence[Known]:
    if name == "value":
        return ev.force(member.value)
    if name == "name":
        return (ev.world.literal(member.name),)
    text = ev.text_of(member)
    if text is not None:
        return (ev.world.interned.of(BuiltinMethod, text, name),)
    return class_attribute(ev, member.cls, name, member)


def _builtin(ev: Evaluator, base: Known, name: str) -> Sequence[Known]:
    if isinstance(base, DictOf):
        # Configuration objects that are read by attribute (dynaconf, Box, namespaces) act as dicts too.
        found = [k for key, thunk in base.entries if ev.text_of(key) is ev.world.literal(name) for k in ev.force(thunk)]
        if found:
            return found
    return (ev.world.interned.of(BuiltinMethod, base, name),)


def _symbol_attribute(ev: Evaluator, symbol: Symbol, name: str) -> Sequence[Known]:
    """What callers hand in decides; the annotation is asked where no caller is known."""
    given = tuple(k for k in ev.closed((symbol,)) if not isinstance(k, Symbol | Unknown | Plain))
    found: list[Known] = [k for known in given for k in attribute(ev, known, name)]
    useful = [k for k in found if not isinstance(k, Unknown)]
    if useful:
        return useful
    for known in ev.typed(symbol):
        found.extend(attribute(ev, known, name))
    return [k for k in found if not isinstance(k, Unknown)] or (ev.world.unknown(Unknown.PARAMETER, open=True),)


def client_attribute(ev: Evaluator, base: ClientObject, name: str) -> Sequence[Known]:
    """A catalogued method or attribute of a client's value."""
    catalog = ev.world.catalog
    config = configurations.application(ev, catalog.type(base.type).paths, name) if name == "config" else None
    if config is not None:
        return (config,)
    if catalog.methods(base.type, name):
        return (ev.world.interned.of(CatalogMethod, base, base.type, name),)
    child = catalog.attribute(base.type, name)
    if child is not None:
        return (ev.world.interned.of(ClientObject, child, base.site, base.maker, base),)
    if catalog.methods(base.type, "*"):
        return (ev.world.interned.of(CatalogMethod, base, base.type, "*"),)
    role = catalog.given_role(base.type, name)
    held = roles.held(ev, base, role, roles.PARENTS) if role is not None else ()
    return held or (ev.world.unknown(f"{base.type.type}.{name}"),)
