"""Settings classes: fields whose values are environment variables (pydantic), and fields with defaults elsewhere.

https://docs.pydantic.dev/latest/concepts/pydantic_settings/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import texts
from eda_lint.link.evaluation.annotations import instances
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.known import (
    ClassRef,
    External,
    Instance,
    Known,
    Knowns,
    ListOf,
    Piece,
    Plain,
    SettingsPart,
    Text,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.facts import Binding
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

BASES = frozenset({
    "pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic_settings.main.BaseSettings",
    "pydantic.v1.BaseSettings", "pydantic.env_settings.BaseSettings", "starlite.settings.BaseSettings",
})  # fmt: skip
FIELDS = ("Field", "field", "attrib", "ib")
"""Functions that describe a field: of pydantic, dataclasses and attrs."""


def field(ev: Evaluator, unit: Unit, cls: ClassRef, name: str, binding: Binding, frame: Frame | None) -> Knowns:
    """A field of a settings class: `${NAME}` with its default, by alias, `env=` or prefix + name upper-cased. A field
    that holds an object of another class: that object, its fields settings too where they have names of their own."""
    if not _is_settings(ev, cls):
        return _plain_field(ev, unit, binding, frame)
    held = [k for k in instances(ev, unit, binding.annotation, frame) if isinstance(k, Instance)]
    if held and not _is_enum(ev, held):
        return _held(ev, unit, cls, name, binding, held)
    return _setting(ev, unit, cls, _setting_of(ev, cls, "env_prefix") + name, binding, frame)


def part_attribute(ev: Evaluator, part: SettingsPart, name: str) -> Sequence[Known]:
    """A field of an object that a settings class holds: a setting under the names of both."""
    for cls in ev.mro(part.cls):
        if not isinstance(cls, ClassRef):
            continue
        unit = ev.world.known_unit(cls.unit)
        for index in unit.members.get(cls.index, {}).get(name, ()):
            binding = unit.facts.bindings[index]
            if binding.annotation == NOTHING:
                continue
            held = [k for k in instances(ev, unit, binding.annotation, None) if isinstance(k, Instance)]
            if held and not _is_enum(ev, held):
                prefix = f"{part.prefix}{name}{part.delimiter}"
                return [ev.world.interned.of(SettingsPart, k.cls, prefix, part.delimiter) for k in held]
            return _setting(ev, unit, cls, part.prefix + name, binding, None)
    from eda_lint.link.evaluation.attributes import attribute

    return attribute(ev, ev.world.interned.of(Instance, part.cls, None), name)


def _held(ev: Evaluator, unit: Unit, cls: ClassRef, name: str, binding: Binding, held: Sequence[Instance]) -> Knowns:
    delimiter = _setting_of(ev, cls, "env_nested_delimiter")
    found: list[Known] = []
    for one in held:
        if delimiter and not _is_settings(ev, one.cls):
            prefix = f"{_setting_of(ev, cls, 'env_prefix')}{name}{delimiter}"
            found.append(ev.world.interned.of(SettingsPart, one.cls, prefix, delimiter))
        else:
            found.append(one)
    made = [k for k in _plain_field(ev, unit, binding, None) if isinstance(k, Instance)]
    return ev.distinct(made if made and not delimiter else found)


def _is_enum(ev: Evaluator, held: Sequence[Instance]) -> bool:
    from eda_lint.link.evaluation.classes import is_enum

    return any(is_enum(ev, k.cls) for k in held)


def _setting(ev: Evaluator, unit: Unit, cls: ClassRef, name: str, binding: Binding, frame: Frame | None) -> Knowns:
    """One variable with its default; nothing where the default is no text."""
    aliases, default = _field_call(ev, unit, binding, frame)
    aliases = aliases or _alias_in_config(ev, cls, name)
    variable = aliases[0] if aliases else name.upper()
    literal = _literal(default)
    if literal is None and binding.value != NOTHING:
        plain = ev.evaluate(unit, binding.value, frame)
        found = [d for k in plain if (d := _literal(ev.text_of(k))) is not None]
        literal = found[0] if found else None
        is_text = any(ev.text_of(k) is not None for k in plain)
        if literal is None and not is_text and any(isinstance(k, Plain) and k.value is not None for k in plain):
            return ()
    return (ev.world.text([Piece("env", variable, literal)]),)


def _literal(text: Text | None) -> str | None:
    """A literal text, or the default of the setting that it is."""
    if text is None or len(text.pieces) > 1:
        return None
    return text.literal if text.literal is not None else text.pieces[0].default


def _plain_field(ev: Evaluator, unit: Unit, binding: Binding, frame: Frame | None) -> Knowns:
    """A field of an ordinary class: `Field(default=…)` gives its default."""
    _, default = _field_call(ev, unit, binding, frame)
    if default is not None:
        return (default,)
    if binding.value == NOTHING:
        return ()
    shown = unit.facts.values[binding.value]
    if isinstance(shown, v.Result) and unit.terminal(binding.value) in FIELDS:
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
        if not isinstance(shown, v.Result) or unit.terminal(value) not in FIELDS:
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
    return any(isinstance(k, External) and k.path in BASES for k in ev.mro(cls))


def _setting_of(ev: Evaluator, cls: ClassRef, option: str) -> str:
    """A text option of a settings class: in `model_config`, or in its `class Config`."""
    for owner, value in _options(ev, cls, option):
        found = texts.literal_texts(ev, ev.evaluate(owner, value, None))
        return found[0] if found else ""
    return ""


def _options(ev: Evaluator, cls: ClassRef, option: str) -> Iterator[tuple[Unit, int]]:
    """(file, value) of an option, that of the nearest class first."""
    for base in ev.mro(cls):
        if not isinstance(base, ClassRef):
            continue
        owner = ev.world.known_unit(base.unit)
        members = owner.members.get(base.index, {})
        for index in members.get("model_config", ()):
            value = owner.facts.bindings[index].value
            shown = owner.facts.values[value] if value != NOTHING else None
            if isinstance(shown, v.Result):
                yield from ((owner, a.value) for a in owner.facts.calls[shown.call].arguments if a.name == option)
            elif isinstance(shown, v.Mapping):
                yield from ((owner, e.value) for e in shown.entries if _is_key(owner, e.key, option))
        for index in members.get("Config", ()):
            value = owner.facts.bindings[index].value
            shown = owner.facts.values[value] if value != NOTHING else None
            if isinstance(shown, v.Definition):
                for inner in owner.members.get(shown.index, {}).get(option, ()):
                    yield owner, owner.facts.bindings[inner].value


def _is_key(unit: Unit, key: int, name: str) -> bool:
    shown = unit.facts.values[key] if key != NOTHING else None
    return isinstance(shown, v.Text) and shown.text == name


def _alias_in_config(ev: Evaluator, cls: ClassRef, name: str) -> list[str]:
    """`class Config: fields = {"topic": {"env": "MY_TOPIC"}}` of pydantic 1."""
    for owner, value in _options(ev, cls, "fields"):
        shown = owner.facts.values[value] if value != NOTHING else None
        for entry in shown.entries if isinstance(shown, v.Mapping) else ():
            inner = owner.facts.values[entry.value] if _is_key(owner, entry.key, name) else None
            for each in inner.entries if isinstance(inner, v.Mapping) else ():
                if _is_key(owner, each.key, "env"):
                    return _alias_names(ev, owner, each.value, None)
    return []
