"""What must hold for the parts of the grammar that tell effects and routes, and the order of effects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import get_args, get_type_hints

from eda_lint.catalog import signature
from eda_lint.catalog.tables import Callable, Library
from eda_lint.model.topology import EffectKind, Guard

WORST_FIRST: tuple[EffectKind, ...] = (
    "charge", "send", "http", "publish", "enqueue", "append", "increment", "insert", "conditional", "upsert", "delete",
    "set", "read",
)  # fmt: skip
"""Effects by how much a repetition harms: irreversible ones, those that add, those that may be repeated."""

EFFECTS = frozenset(get_args(EffectKind))
GUARDS = frozenset(get_args(get_type_hints(Guard)["kind"]))
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


def worst(effects: Iterable[str]) -> str:
    """The effect whose repetition harms most; "" of none. Effects on transactions come last."""
    return min(effects, key=lambda e: WORST_FIRST.index(e) if e in WORST_FIRST else len(WORST_FIRST), default="")


def problems(library: Library) -> Iterator[str]:
    """What is wrong with the effects, guards and routes of a library, as `place: reason`."""
    for place, callable_ in callables(library):
        for text in _callable(callable_):
            yield f"{place}: {text}"


def callables(library: Library) -> Iterator[tuple[str, Callable]]:
    """Every callable of a library with where it is: `type.method`, `type.constructor` or a function's path."""
    for key, type_ in library.types.items():
        if type_.constructor is not None:
            yield f"{key}.constructor", type_.constructor
        for callable_ in (*type_.methods, *type_.overrides):
            for name in callable_.names or (callable_.name,):
                yield f"{key}.{name}", callable_
    for callable_ in library.functions:
        for path in callable_.paths:
            yield path, callable_


def _callable(callable_: Callable) -> Iterator[str]:
    takes = _names(callable_)
    for name, kinds in (("effect", (callable_.effect,)), ("pending", (callable_.pending,))):
        yield from _unknown(name, kinds, EFFECTS | {""})
    for name, table, allowed in (
        ("effect_by", callable_.effect_by, EFFECTS),
        ("effect_keys", callable_.effect_keys, EFFECTS),
        ("guard_by", callable_.guard_by, GUARDS),
    ):
        yield from _table(name, table, allowed, takes)
    for parameter in callable_.unique_by:
        if parameter != "*" and takes is not None and parameter not in takes:
            yield f"unique_by: there is no parameter {parameter!r}"
    yield from _roles(callable_)
    for told in callable_.verbs.values():
        yield from _unknown("verbs", (told.partition(" ")[0],), METHODS)


def _roles(callable_: Callable) -> Iterator[str]:
    for told, name, role in (
        (bool(callable_.language), "language", "statement"),
        (callable_.guard == "provider-key", "guard", "idempotency_key"),
        (callable_.unique_together, "unique_together", "record_key"),
        (callable_.after_commit and not callable_.action, "after_commit", "callback"),
        (callable_.effect == "http", "effect", "url"),
        (callable_.effect == "http", "effect", "method"),
        (callable_.route == "mounts", "route", "mounted"),
        (callable_.route == "serves", "route", "url"),
        (callable_.route == "serves" and not callable_.decorator, "route", "handler"),
    ):
        if told and role not in callable_.roles:
            yield f"{name}: needs the role {role!r}"
    if callable_.route == "serves" and not callable_.path_syntax:
        yield "route: needs a path_syntax"
    if callable_.pending and callable_.effect:
        yield "pending: what happens later is no effect of the call itself"


def _names(callable_: Callable) -> frozenset[str] | None:
    """Names of arguments that there can be; None for any."""
    if callable_.params is None:
        return None
    parameters = signature.parse(callable_.params)
    if any(p.kind == "keywords" for p in parameters):
        return None
    return frozenset(p.name for p in parameters)


def _table(
    name: str, table: Mapping[str, Mapping[str, str]], allowed: Collection[str], takes: frozenset[str] | None
) -> Iterator[str]:
    for parameter, kinds in table.items():
        if takes is not None and parameter not in takes:
            yield f"{name}: there is no parameter {parameter!r}"
        yield from _unknown(name, kinds.values(), allowed)


def _unknown(name: str, given: Iterable[str], allowed: Collection[str]) -> Iterator[str]:
    for text in given:
        if text not in allowed:
            yield f"{name}: {text!r} is not known"
