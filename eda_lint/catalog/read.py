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
            object_roles={**joined.object_roles, **part.object_roles},
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
    if not first or not second:
        return first or second
    joined = [single for callable_ in first for single in _singles(callable_)]
    for added in (single for callable_ in second for single in _singles(callable_)):
        (name,) = names_of(added) or ("",)
        twins = [index for index, callable_ in enumerate(joined) if name in names_of(callable_)]
        for index in twins:
            try:
                joined[index] = _join_callable(joined[index], added)
            except ValueError as error:
                problems.append(Problem(origin, f"{where}.{name} is there already, with another {error}"))
        if not twins:
            joined.append(added)
    return tuple(joined)


def _singles(callable_: Callable) -> list[Callable]:
    """One callable for each of its names or paths."""
    if callable_.paths:
        return [msgspec.structs.replace(callable_, paths=(path,)) for path in callable_.paths]
    return [msgspec.structs.replace(callable_, name=name, names=()) for name in names_of(callable_)]


def _join_callable(first: Callable, second: Callable) -> Callable:
    """What two files say of one callable. Raises ValueError with the field in which they differ."""
    joined: dict[str, Any] = {}
    for field in msgspec.structs.fields(Callable):
        one, other = getattr(first, field.name), getattr(second, field.name)
        if isinstance(one, dict) and isinstance(other, dict):
            joined[field.name] = _join_tables(field.name, one, other)
        elif not one or not other or msgspec.to_builtins(one) == msgspec.to_builtins(other):
            joined[field.name] = one or other
        else:
            raise ValueError(field.name)
    return Callable(**joined)


def _join_tables(name: str, one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    joined = {**other, **one}
    for key in one.keys() & other.keys():
        if isinstance(one[key], dict) and isinstance(other[key], dict):
            joined[key] = _join_tables(f"{name}.{key}", one[key], other[key])
        elif msgspec.to_builtins(one[key]) != msgspec.to_builtins(other[key]):
            raise ValueError(f"{name}.{key}")
    return joined
