"""From TOML texts to libraries: strict decoding, and the parts of one library joined.

A library may be told in several files (its sends and receives, its effects, a user's own additions): parts of
one `name` are one library. What is wrong is collected, so that one run shows all of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec

from eda_lint.catalog.tables import Callable, Library, Type

T = TypeVar("T")


class Part(NamedTuple):
    """One catalog file: where it came from, its text, and whether its imports make a file a seed."""

    origin: str
    text: bytes
    client: bool | None = None
    """None: decided by its content, a file with an `action` is a client's."""


class Problem(NamedTuple):
    """Something wrong in a catalog file."""

    origin: str
    text: str


class ReadLibrary(NamedTuple):
    """A library as one file tells it."""

    library: Library
    client: bool


def read(part: Part, problems: list[Problem]) -> ReadLibrary | None:
    """One file's library; None, with the reasons added to `problems`, if it is not one."""
    try:
        data = tomllib.loads(part.text.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Problem(part.origin, str(error)))
        return None
    before = len(problems)
    try:
        library = msgspec.convert(data, Library)
    except msgspec.ValidationError as error:
        _explain(part.origin, data, error, problems)
        return None
    if len(problems) > before:
        return None
    return ReadLibrary(library, _is_client(library) if part.client is None else part.client)


def _explain(origin: str, data: Mapping[str, Any], error: msgspec.ValidationError, problems: list[Problem]) -> None:
    """Decode piece by piece, so that each wrong piece is told and not only the first of the file."""
    before = len(problems)
    rest = {key: value for key, value in data.items() if key not in ("types", "functions")}
    _piece(origin, "", rest, Library, problems)
    types = data.get("types", {})
    if isinstance(types, dict):
        for name, value in types.items():
            _piece(origin, f"types.{name}", value, Type, problems)
    functions = data.get("functions", [])
    if isinstance(functions, list):
        for index, value in enumerate(functions):
            _piece(origin, f"functions[{index}]", value, Callable, problems)
    if len(problems) == before:
        problems.append(Problem(origin, str(error)))


def _piece(origin: str, where: str, value: object, kind: type[T], problems: list[Problem]) -> None:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        message = str(error)
        text, at, path = message.rpartition(" - at `$")
        if at:
            problems.append(Problem(origin, f"{where}{path.rstrip('`')}: {text}".lstrip(".")))
        else:
            problems.append(Problem(origin, f"{where}: {message}" if where else message))


def _is_client(library: Library) -> bool:
    methods = [c for t in library.types.values() for c in (*t.methods, *t.overrides, t.constructor) if c is not None]
    return any(c.action for c in (*library.functions, *methods))


def join(parts: Iterable[tuple[str, Library]], problems: list[Problem]) -> Library:
    """The parts of one library (their origins, for messages) as one. Scalars are the first part's."""
    (_, joined), *more = parts
    for origin, part in more:
        types = dict(joined.types)
        for key, added in part.types.items():
            types[key] = _join_type(origin, key, types[key], added, problems) if key in types else added
        joined = msgspec.structs.replace(
            joined,
            distributions=_union(joined.distributions, part.distributions),
            imports=_union(joined.imports, part.imports),
            systems={**part.systems, **joined.systems},
            kinds={**part.kinds, **joined.kinds},
            types=types,
            functions=_join_callables(origin, "functions", joined.functions, part.functions, problems),
            unsigned={**joined.unsigned, **part.unsigned},
            objects={**joined.objects, **part.objects},
        )
    return joined


def _union(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _join_type(origin: str, key: str, first: Type, second: Type, problems: list[Problem]) -> Type:
    if first.constructor is not None and second.constructor is not None:
        problems.append(Problem(origin, f"types.{key}: a second constructor"))
    joined: dict[str, Any] = {}
    for field in msgspec.structs.fields(Type):
        one, other = getattr(first, field.name), getattr(second, field.name)
        if field.name in ("methods", "overrides"):
            joined[field.name] = _join_callables(origin, f"types.{key}", one, other, problems)
        elif isinstance(one, tuple):
            joined[field.name] = _union(one, other)
        elif isinstance(one, dict):
            joined[field.name] = {**other, **one}
        else:
            joined[field.name] = one or other
    return Type(**joined)


def names_of(callable_: Callable) -> tuple[str, ...]:
    """The names or paths under which a callable is found."""
    return callable_.paths or callable_.names or ((callable_.name,) if callable_.name else ())


def _join_callables(
    origin: str, where: str, first: tuple[Callable, ...], second: tuple[Callable, ...], problems: list[Problem]
) -> tuple[Callable, ...]:
    joined = list(first)
    for added in second:
        twins = [i for i, c in enumerate(joined) if set(names_of(c)) & set(names_of(added))]
        if not twins:
            joined.append(added)
        elif _only_selects(added) and set(names_of(added)) <= set(names_of(joined[twins[0]])):
            for index in twins:
                joined[index] = _with_selections(joined[index], added)
        else:
            problems.append(Problem(origin, f"{where}: {names_of(added)[0]} is there already"))
    return tuple(joined)


def _only_selects(added: Callable) -> bool:
    """The callable says no more than which further types its result may have."""
    bare = Callable(name=added.name, names=added.names, paths=added.paths, params=added.params)
    plain = msgspec.structs.replace(added, returns_by={})
    return bool(added.returns_by) and msgspec.to_builtins(plain) == msgspec.to_builtins(bare)


def _with_selections(first: Callable, added: Callable) -> Callable:
    merged = {parameter: dict(types) for parameter, types in first.returns_by.items()}
    for parameter, types in added.returns_by.items():
        merged[parameter] = {**types, **merged.get(parameter, {})}
    return msgspec.structs.replace(first, returns_by=merged)
