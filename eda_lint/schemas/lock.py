"""Contracts written to a file and read back: the lock file that is committed, and the bundle that CI keeps.

The format is JSON, sorted, one line for each contract, without places, so that a change of a schema is one line of a
diff. A file may hold several versions of a contract, the latest last.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eda_lint.errors import SchemaError
from eda_lint.model import schema as model
from eda_lint.model.contract import Contract
from eda_lint.model.schema import Schema
from eda_lint.model.topology import Place

FORMAT = 1
"""Version of the format; a file of a newer one is refused."""
_CLASSES: Mapping[str, type[Any]] = {
    name: value
    for name, value in vars(model).items()
    if isinstance(value, type) and dataclasses.is_dataclass(value) and value.__module__ == model.__name__
}
_LEFT_OUT = frozenset({"place", "problems"})
"""What says where, and not what."""


def encode(contracts: Iterable[Contract]) -> str:
    """Contracts as the text of a lock file: the same text for the same contracts, in whatever order they come."""
    lines = []
    for contract in sorted(contracts, key=lambda one: (one.place.file, one.name, one.version)):
        entry = {
            "file": contract.place.file,
            "name": contract.name,
            "dialect": contract.dialect,
            "version": contract.version,
            "channels": list(contract.channels),
            "whole": contract.whole,
            "schema": _data(contract.schema),
        }
        lines.append(json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=True))
    body = ",\n".join(lines)
    return f'{{"format":{FORMAT},"contracts":[\n{body}\n]}}\n' if lines else f'{{"format":{FORMAT},"contracts":[]}}\n'


def decode(text: str, path: str = "") -> list[Contract]:
    """The contracts of a lock file, in its order. Raises SchemaError with the line for a file that is none."""
    mend = "Write it anew with `eda-lint schema lock`"
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise SchemaError(f"the lock file is no JSON: {error}", path=path, line=line, mend=mend) from None
    if not isinstance(data, dict) or not isinstance(data.get("contracts"), list):
        raise SchemaError("this is no lock file of schemas", path=path, line=1, mend=mend)
    if data.get("format") != FORMAT:
        raise SchemaError(
            f"the lock file has format {data.get('format')!r}, this version reads {FORMAT}",
            path=path,
            line=1,
            mend=mend,
        )
    found = []
    for number, entry in enumerate(data["contracts"]):
        try:
            found.append(_contract(entry))
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise SchemaError(
                f"entry {number + 1} is damaged: {error}", path=path, line=number + 2, mend=mend
            ) from None
    return found


def _contract(entry: Any) -> Contract:
    schema = _value(entry["schema"])
    if not isinstance(schema, Schema) or schema.dialect != entry["dialect"]:
        raise ValueError("it holds no schema")
    place = Place(str(entry["file"]), 1)
    channels = tuple(str(each) for each in entry.get("channels", ()))
    version = str(entry.get("version", ""))
    return Contract(
        str(entry["name"]), schema.dialect, place, schema, version, channels, whole=bool(entry.get("whole"))
    )


def _data(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        found: dict[str, Any] = {"": type(value).__name__}
        for field in dataclasses.fields(value):
            inner = getattr(value, field.name)
            if field.name in _LEFT_OUT or inner == _default(field):
                continue
            found[field.name] = _data(inner)
        return found
    if isinstance(value, Mapping):
        return {"": "map", **{f"={key}": _data(inner) for key, inner in value.items()}}
    if isinstance(value, tuple):
        return [_data(inner) for inner in value]
    return value


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not dataclasses.MISSING else dataclasses.MISSING


def _value(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(_value(inner) for inner in data)
    if not isinstance(data, dict):
        return data
    kind = data[""]
    if kind == "map":
        return {key[1:]: _value(inner) for key, inner in data.items() if key}
    cls = _CLASSES[kind]
    given = {key: _value(inner) for key, inner in data.items() if key}
    for name, hint in _hints(cls).items():
        if name in given and not _fits(given[name], hint):
            raise TypeError(f"`{name}` of {kind} is a {type(given[name]).__name__}")
    return cls(**given)


_KNOWN_HINTS: dict[type[Any], dict[str, Any]] = {}


def _hints(cls: type[Any]) -> dict[str, Any]:
    if cls not in _KNOWN_HINTS:
        names = {**vars(typing), **vars(model), "Mapping": Mapping}
        _KNOWN_HINTS[cls] = typing.get_type_hints(cls, names)
    return _KNOWN_HINTS[cls]


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value has the outer shape of an annotation: enough that nothing later trips over a damaged file."""
    origin = typing.get_origin(hint)
    if origin is typing.Union or isinstance(hint, types.UnionType):
        return any(_fits(value, one) for one in typing.get_args(hint))
    if origin is typing.Literal:
        return value in typing.get_args(hint)
    wanted = origin or hint
    if isinstance(wanted, type):
        if wanted is Mapping or issubclass(wanted, Mapping):
            return isinstance(value, dict)
        return isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))
    return True


def stale(text: str, contracts: Sequence[Contract]) -> bool:
    """Whether a lock file does not say what these contracts say."""
    return text != encode(contracts)
