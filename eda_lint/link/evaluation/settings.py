"""Names that come from the environment: variables, settings classes, settings modules, with their defaults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import texts
from eda_lint.link.evaluation.frames import Arguments, Frame
from eda_lint.link.evaluation.known import (
    BuiltinMethod,
    ClassRef,
    Environment,
    External,
    Known,
    Knowns,
    ListOf,
    Piece,
    Plain,
    Text,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.facts import Binding
from eda_lint.model.values import NOTHING

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

SETTINGS_BASES = frozenset({
    "pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic_settings.main.BaseSettings",
    "pydantic.v1.BaseSettings", "pydantic.env_settings.BaseSettings", "starlite.settings.BaseSettings",
})  # fmt: skip


def variable(ev: Evaluator, environment: Environment, name: Known, default: Knowns | None) -> Known:
    """The value of a variable, as a text of one `env` piece."""
    text = ev.text_of(name)
    literal = text.literal if text is not None else None
    if literal is None:
        return ev.world.unknown("variable with a computed name")
    found = None
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
        return (ev.world.interned.of(Environment, ""),)
    if path in READERS:
        return _read(ev, ev.world.interned.of(Environment, ""), given)
    return ()


def environment_attribute(ev: Evaluator, environment: Environment, name: str) -> Sequence[Known]:
    """`environ.get`, `env.str`, …"""
    return (ev.world.interned.of(BuiltinMethod, environment, name),)


def environment_call(ev: Evaluator, environment: Environment, method: str, given: Arguments) -> Sequence[Known]:
    """`environ.get("X", d)`, `env("X", default=d)`, `env.str("X")`."""
    if method in ("read_env", "read_envfile", "copy", "items", "keys", "setdefault", "update"):
        return ()
    found = _read(ev, environment, given)
    if method == "list":
        return [ev.world.interned.of(ListOf, (ev.world.given(k),), False) for k in found]
    return found


def _read(ev: Evaluator, environment: Environment, given: Arguments) -> Sequence[Known]:
    if not given.positional:
        return ()
    thunk = given.at(1, "default")
    default = ev.force(thunk) if thunk is not None else ()
    return [variable(ev, environment, k, default) for k in ev.force(given.positional[0])]


# ------------------------------------------------------------------------------------- settings classes


def field(ev: Evaluator, unit: Unit, cls: ClassRef, name: str, binding: Binding, frame: Frame | None) -> Knowns:
    """A field of a settings class: `${NAME}` with its default, by alias, `env=` or prefix + name upper-cased."""
    if not _is_settings(ev, cls):
        return _plain_field(ev, unit, binding, frame)
    aliases, default = _field_call(ev, unit, binding, frame)
    variable_name = aliases[0] if aliases else (_prefix(ev, cls) + name).upper()
    literal = default.literal if default is not None else None
    if literal is None and binding.value != NOTHING and not aliases:
        plain = ev.evaluate(unit, binding.value, frame)
        found = texts.literal_texts(ev, plain)
        literal = found[0] if found else None
        is_text = any(isinstance(k, Text) for k in plain)
        if literal is None and not is_text and any(isinstance(k, Plain) and k.value is not None for k in plain):
            return ()
    return (ev.world.text([Piece("env", variable_name, literal)]),)


def _plain_field(ev: Evaluator, unit: Unit, binding: Binding, frame: Frame | None) -> Knowns:
    """A field of an ordinary class: `Field(default=…)` gives its default."""
    _, default = _field_call(ev, unit, binding, frame)
    if default is not None:
        return (default,)
    if binding.value == NOTHING:
        return ()
    shown = unit.facts.values[binding.value]
    if isinstance(shown, v.Result) and unit.terminal(binding.value) in ("Field", "field", "attrib", "ib"):
        for argument in unit.facts.calls[shown.call].arguments:
            if argument.name in ("default_factory", "factory"):
                return ev.distinct([k for f in ev.evaluate(unit, argument.value, frame) for k in ev.made_by(f)])
        return ()
    return ev.evaluate(unit, binding.value, frame)


def _field_call(ev: Evaluator, unit: Unit, binding: Binding, frame: Frame | None) -> tuple[list[str], Text | None]:
    """Aliases and default of `Field(default, alias=…, validation_alias=…, env=…)`, also inside `Annotated`."""
    aliases: list[str] = []
    default: Text | None = None
    for value in (binding.value, *_annotated_extras(unit, binding.annotation)):
        shown = unit.facts.values[value] if value != NOTHING else None
        if not isinstance(shown, v.Result) or unit.terminal(value) not in ("Field", "field", "attrib", "ib"):
            continue
        for position, argument in enumerate(unit.facts.calls[shown.call].arguments):
            if argument.name in ("validation_alias", "alias", "env"):
                aliases.extend(_alias_names(ev, unit, argument.value, frame))
            elif argument.name == "default" or (position == 0 and not argument.name and not argument.star):
                found = [t for k in ev.evaluate(unit, argument.value, frame) if (t := ev.text_of(k)) is not None]
                default = found[0] if found else None
    return aliases, default


def _annotated_extras(unit: Unit, annotation: int) -> tuple[int, ...]:
    if annotation == NOTHING:
        return ()
    shown = unit.facts.values[annotation]
    if isinstance(shown, v.Item) and unit.terminal(shown.of) == "Annotated":
        key = unit.facts.values[shown.key]
        return key.items[1:] if isinstance(key, v.Sequence) else ()
    return ()


def _alias_names(ev: Evaluator, unit: Unit, value: int, frame: Frame | None) -> list[str]:
    shown = unit.facts.values[value]
    if isinstance(shown, v.Result):
        found = []
        for argument in unit.facts.calls[shown.call].arguments:
            found += texts.literal_texts(ev, ev.evaluate(unit, argument.value, frame))
        return found
    knowns = ev.evaluate(unit, value, frame)
    lists = [item for k in knowns if isinstance(k, ListOf) for item in k.items]
    return texts.literal_texts(ev, (*knowns, *ev.force_all(lists)))


def _is_settings(ev: Evaluator, cls: ClassRef) -> bool:
    return any(isinstance(k, External) and k.path in SETTINGS_BASES for k in ev.mro(cls))


def _prefix(ev: Evaluator, cls: ClassRef) -> str:
    """`env_prefix` of `model_config = SettingsConfigDict(…)` or of `class Config`."""
    for base in ev.mro(cls):
        if not isinstance(base, ClassRef):
            continue
        owner = ev.world.known_unit(base.unit)
        members = owner.members.get(base.index, {})
        for index in members.get("model_config", ()):
            shown = owner.facts.values[owner.facts.bindings[index].value]
            arguments = owner.facts.calls[shown.call].arguments if isinstance(shown, v.Result) else ()
            for argument in arguments:
                if argument.name == "env_prefix":
                    found = texts.literal_texts(ev, ev.evaluate(owner, argument.value, None))
                    return found[0] if found else ""
        for index in members.get("Config", ()):
            shown = owner.facts.values[owner.facts.bindings[index].value]
            if isinstance(shown, v.Definition):
                for inner in owner.members.get(shown.index, {}).get("env_prefix", ()):
                    found = texts.literal_texts(ev, ev.evaluate(owner, owner.facts.bindings[inner].value, None))
                    return found[0] if found else ""
    return ""


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
