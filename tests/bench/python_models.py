"""How well Python models are read without running them: `python tests/bench/python_models.py PACKAGE… [--why N]`.

Imports every module of some installed packages, asks pydantic, dataclasses, attrs, msgspec, typing, marshmallow and
enum at run time for the fields of each model they define, reads the same classes with `eda_lint.schemas.python`, and
compares field by field: name, type, required, default. Run it with an interpreter that has the packages, in an
environment made for it: importing packages runs their code.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import dataclasses
import datetime as dt
import decimal
import enum
import importlib
import importlib.util
import inspect
import io
import pkgutil
import re
import sys
import time
import types
import typing
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eda_lint.model.schema import (
    Choice,
    Default,
    Dictionary,
    Enumeration,
    Record,
    Reference,
    Scalar,
    Sequence,
    Type,
)
from eda_lint.schemas.python import ModuleText, Reader
from eda_lint.schemas.python.bindings import ClassNode

try:
    import pydantic
    from pydantic_core import PydanticUndefined
except ImportError:
    pydantic = None  # type: ignore[assignment]
try:
    from pydantic import v1 as version_1
except ImportError:
    version_1 = None
try:
    import attr
except ImportError:
    attr = None  # type: ignore[assignment]
try:
    import msgspec
except ImportError:
    msgspec = None  # type: ignore[assignment]
try:
    import marshmallow
except ImportError:
    marshmallow = None  # type: ignore[assignment]

_NOTHING = object()


@dataclasses.dataclass
class Told:
    """What a library says of a field at run time."""

    name: str
    type: Any
    required: bool
    default: Any = _NOTHING
    factory: Any = None


# ------------------------------------------------------------------------------------------------------- run time


def told(cls: type) -> tuple[str, list[Told]] | None:
    """(family, fields) of a class, None if it is no model."""
    if version_1 is not None and issubclass(cls, version_1.BaseModel):
        return "pydantic 1", [
            Told(
                name,
                field.annotation,
                bool(field.required),
                _NOTHING if field.required or field.default_factory else field.default,
                field.default_factory,
            )
            for name, field in cls.__fields__.items()
        ]
    if marshmallow is not None and issubclass(cls, marshmallow.Schema):
        return "marshmallow", [
            Told(
                name,
                _NOTHING,
                one.required,
                _NOTHING if one.load_default is marshmallow.missing or callable(one.load_default) else one.load_default,
                one.load_default if callable(one.load_default) else None,
            )
            for name, one in cls._declared_fields.items()
            if name not in cls.opts.exclude
        ]
    if pydantic is not None and isinstance(cls, type) and issubclass(cls, pydantic.BaseModel):
        if not cls.__pydantic_complete__:
            with contextlib.suppress(Exception):
                cls.model_rebuild()
        return "pydantic", [
            Told(
                name,
                info.annotation,
                info.is_required(),
                _NOTHING if info.default is PydanticUndefined else info.default,
                info.default_factory,
            )
            for name, info in cls.model_fields.items()
        ]
    if msgspec is not None and isinstance(cls, type) and issubclass(cls, msgspec.Struct):
        return "msgspec", [
            Told(
                one.name,
                one.type,
                one.required,
                _NOTHING if one.default is msgspec.NODEFAULT else one.default,
                None if one.default_factory is msgspec.NODEFAULT else one.default_factory,
            )
            for one in msgspec.structs.fields(cls)
        ]
    if typing.is_typeddict(cls) or _is_typed_dict(cls):
        hints, extras = typing.get_type_hints(cls), typing.get_type_hints(cls, include_extras=True)
        return "typeddict", [
            Told(name, hints[name], _is_required(extras[name], name in cls.__required_keys__))
            for name in cls.__annotations__
        ]
    if attr is not None and hasattr(cls, "__attrs_attrs__"):
        hints = _hints(cls)
        return "attrs", [_attrs_field(one, hints) for one in cls.__attrs_attrs__]
    if dataclasses.is_dataclass(cls):
        hints = _hints(cls)
        return "dataclass", [_dataclass_field(one, hints) for one in dataclasses.fields(cls)]
    if issubclass(cls, tuple) and hasattr(cls, "_fields"):
        hints, defaults = _hints(cls), cls._field_defaults
        return "namedtuple", [
            Told(name, hints.get(name, Any), name not in defaults, defaults.get(name, _NOTHING)) for name in cls._fields
        ]
    if issubclass(cls, enum.Enum) and len(cls):
        return "enum", [Told(one.name, type(one.value), True, one.value) for one in cls]
    return None


def _is_required(annotation: Any, told: bool) -> bool:
    """What the annotation says counts: `__required_keys__` does not see into annotations that are texts."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _is_required(typing.get_args(annotation)[0], told)
    name = getattr(origin, "_name", "")
    return True if name == "Required" else False if name == "NotRequired" else told


def _is_typed_dict(cls: type) -> bool:
    return hasattr(cls, "__required_keys__") and hasattr(cls, "__total__")


def _hints(cls: type) -> dict[str, Any]:
    """Annotations by name, each evaluated by itself: one may use names that only type checkers import."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        names = {**vars(sys.modules.get(base.__module__, typing)), **vars(typing), **vars(base)}
        for name, annotation in inspect.get_annotations(base).items():
            if not isinstance(annotation, str):
                found[name] = annotation
                continue
            found[name] = _NOTHING
            with contextlib.suppress(Exception):
                holder = type("Holder", (), {"__annotations__": {"one": annotation}})
                found[name] = typing.get_type_hints(holder, names, names)["one"]
    return found


def _attrs_field(one: Any, hints: dict[str, Any]) -> Told:
    default = one.default
    factory = default.factory if isinstance(default, attr.Factory) else None  # type: ignore[arg-type]
    given = _NOTHING if default is attr.NOTHING or factory is not None else default
    required = default is attr.NOTHING and one.init
    annotation = hints.get(one.name, Any if one.type is None else one.type)
    return Told(one.name, _NOTHING if isinstance(annotation, str) else annotation, required, given, factory)


def _dataclass_field(one: Any, hints: dict[str, Any]) -> Told:
    no_default, no_factory = one.default is dataclasses.MISSING, one.default_factory is dataclasses.MISSING
    return Told(
        one.name,
        hints.get(one.name, _NOTHING),
        no_default and no_factory and one.init,
        _NOTHING if no_default else one.default,
        None if no_factory else one.default_factory,
    )


# -------------------------------------------------------------------------------------------------- types as texts

_NAMED = {
    name: text
    for text, names in {
        "any": "Any Hashable Raw object",
        "boolean": "bool",
        "bytes": "Base64Bytes SecretBytes bytearray bytes memoryview",
        "date": "Date date",
        "datetime": "datetime",
        "decimal": "Decimal",
        "duration": "timedelta",
        "integer": "ByteSize int",
        "map[any]": "Counter",
        "null": "NoneType",
        "number": "float",
        "string": (
            "AnyStr EmailStr IPv4Address IPv4Interface IPv4Network IPv6Address IPv6Interface IPv6Network "
            "IPvAnyAddress IPvAnyInterface IPvAnyNetwork ImportString LiteralString NameEmail Path PathLike "
            "Pattern PosixPath PurePath PurePosixPath SecretStr ZoneInfo str "
        ),
        "time": "time",
        "uuid": "UUID",
    }.items()
    for name in names.split()
}
_PLAIN = (
    (bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (bytes, "bytes"),
    (dt.datetime, "datetime"), (dt.date, "date"), (decimal.Decimal, "decimal"),
)  # fmt: skip
_URLS = ("Url", "Dsn", "UrlConstraints")


def run_time_text(tp: Any, depth: int = 0) -> str:  # noqa: C901
    """A run-time annotation as a text, without constraints."""
    if depth > 40:
        return "any"
    if isinstance(tp, str):
        return "text:" + tp.rpartition(".")[2]
    if isinstance(tp, typing.ForwardRef):
        return "forward"
    if tp is None:
        return "null"
    if type(tp).__name__ == "TypeAliasType":
        return "any" if tp.__name__ == "JsonValue" else run_time_text(tp.__value__, depth + 1)
    origin, arguments = typing.get_origin(tp), typing.get_args(tp)
    if type(origin).__name__ == "TypeAliasType":
        return run_time_text(origin.__value__[arguments], depth + 1)
    if origin is typing.Annotated:
        return run_time_text(arguments[0], depth)
    if origin in (typing.Union, types.UnionType):
        return _union({run_time_text(one, depth + 1) for one in arguments})
    if origin is typing.Literal:
        return _union({"null" if one is None else "literal" for one in arguments})
    if isinstance(tp, typing.TypeVar):
        default = getattr(tp, "__default__", _NOTHING)
        if default is not _NOTHING and type(default).__name__ not in ("NoDefaultType", "NoDefault"):
            return run_time_text(default, depth + 1)
        if tp.__bound__ is not None:
            return run_time_text(tp.__bound__, depth + 1)
        return _union({run_time_text(one, depth + 1) for one in tp.__constraints__}) if tp.__constraints__ else "any"
    if hasattr(tp, "__supertype__"):
        return run_time_text(tp.__supertype__, depth + 1)
    name = getattr(origin, "__qualname__", None) or getattr(tp, "__qualname__", None) or str(tp)
    last = name.rpartition(".")[2]
    if getattr(origin, "_name", "") in ("Required", "NotRequired", "Final", "ClassVar", "ReadOnly"):
        return run_time_text(arguments[0], depth + 1)
    if last in ("SerializeAsAny", "SkipValidation", "InstanceOf") and arguments:
        return run_time_text(arguments[0], depth)
    base = origin or tp
    if base is typing.Any or base is object:
        return "any"
    if inspect.isclass(base) and base.__module__ in ("builtins", "collections", "collections.abc", "typing", "types"):
        text = _builtin(base, arguments, depth)
        if text:
            return text
    if last in ("Never", "NoReturn", "LiteralString"):
        return "string" if last == "LiteralString" else "never"
    if base is type or (last == "Type" and getattr(base, "__module__", "") == "typing"):
        return "opaque:type"
    if pydantic is not None and base is pydantic.BaseModel:
        return "opaque:BaseModel"
    if inspect.isclass(base) and base.__module__.partition(".")[0] == "pydantic" and last.endswith(_URLS):
        return "string"
    if inspect.isclass(base) and last in _NAMED and not _is_own(base):
        return _NAMED[last]
    if inspect.isclass(base):
        if told_or_none(base) is not None:
            return (
                "ref:" + getattr(base, "__pydantic_generic_metadata__", {}).get("origin", base).__name__
                if (getattr(base, "__pydantic_generic_metadata__", {}).get("origin"))
                else f"ref:{base.__name__}"
            )
        for plain, text in _PLAIN:
            if issubclass(base, plain) and "__get_pydantic_core_schema__" not in base.__dict__:
                return text
        return f"opaque:{base.__name__}"
    return f"opaque:{last}"


def _is_own(base: type) -> bool:
    return base.__module__.partition(".")[0] not in (*sys.stdlib_module_names, "pydantic", "msgspec")


def told_or_none(cls: type) -> object:
    try:
        return told(cls) or (issubclass(cls, enum.Enum) or None)
    except Exception:  # noqa: BLE001 — whatever a class does when it is asked
        return None


def _builtin(base: type, arguments: tuple[Any, ...], depth: int) -> str:
    inner = [run_time_text(one, depth + 1) for one in arguments if one is not ...]
    if base is tuple:
        if len(arguments) == 2 and arguments[1] is ...:
            return f"list[{inner[0]}]"
        return f"tuple[{', '.join(inner)}]" if arguments else "list[any]"
    if issubclass(base, set | frozenset | collections.abc.Set):
        return f"set[{inner[0] if inner else 'any'}]"
    if issubclass(base, collections.Counter):
        return f"map[{inner[0] if inner else 'any'}: integer]"
    if issubclass(base, collections.abc.Mapping):
        return f"map[{inner[0]}: {inner[1]}]" if len(inner) == 2 else "map[any: any]"
    if issubclass(base, str | bytes | bytearray):
        return ""
    if base is type or base is collections.abc.Callable:  # type: ignore[comparison-overlap]
        return f"opaque:{'type' if base is type else 'Callable'}"
    if (
        base is not collections.abc.Iterable
        and issubclass(base, collections.abc.Hashable | types.FunctionType)
        and (base.__name__ in ("int", "float", "bool", "object", "NoneType", "Hashable"))
    ):
        return ""
    if issubclass(base, collections.abc.Iterable) and base.__module__ != "types":
        return f"list[{inner[0] if inner else 'any'}]"
    return ""


def _union(parts: set[str]) -> str:
    """Parts of a union, those of unions inside of it included, in order."""
    flat: set[str] = set()
    for part in parts:
        depth, start = 0, 0
        for index, letter in enumerate(part):
            depth += (letter == "[") - (letter == "]")
            if depth == 0 and part.startswith(" | ", index):
                flat.add(part[start:index])
                start = index + 3
        flat.add(part[start:])
    return " | ".join(sorted(flat))


def read_text(type_: Type, reader: Reader, inside: frozenset[str] = frozenset()) -> str:
    """A type read from source as the same kind of text; aliases that became definitions are written out."""

    def text(inner: Type) -> str:
        return read_text(inner, reader, inside)

    match type_:
        case Scalar(kind="opaque", name=name):
            return "opaque:" + name.rpartition(".")[2]
        case Scalar(kind=kind):
            return kind
        case Enumeration(name=""):
            return "literal"
        case Enumeration() | Record():
            return "ref:" + type_.name.partition("[")[0].rpartition(".")[2]
        case Reference(name=name):
            definition = reader.definitions.get(name)
            last = name.partition("[")[0].partition("#")[0].rpartition(".")[2]
            if definition is None or ("alias", "true") not in definition.options or name in inside:
                return f"ref:{last}"
            return read_text(definition.type, reader, inside | {name})
        case Choice(branches=branches):
            return _union({text(one) for one in branches})
        case Sequence(items=items, prefix=prefix, name=name):
            if prefix or (name == "tuple" and items == Scalar("never")):
                return f"tuple[{', '.join(text(one) for one in prefix)}]"
            return f"{'set' if name == 'set' else 'list'}[{text(items)}]"
        case Dictionary(keys=keys, values=values):
            return f"map[{text(keys)}: {text(values)}]"
    return "?"


def same_default(one: Told, default: Default | None) -> bool | None:
    """Whether a default read from source is the one at run time; None if only its presence could be compared."""
    if one.default is _NOTHING and one.factory is None:
        return default is None
    if default is None:
        return False
    if one.factory is not None:
        try:
            value = one.factory()
        except Exception:  # noqa: BLE001 — factories of any kind
            return None
        if isinstance(value, list | dict | set | tuple | frozenset) and not value:
            return default.value == () or (None if default.factory else False)
        if default.factory or (default.value is None and default.text != "None"):
            return None  # made by code of which only the text is known
        return _constant(value) == default.value
    value = _constant(one.default)
    if value is _NOTHING:
        return None
    if default.value is None and default.text != "None":
        return None  # an expression of which only the text is known
    return value == default.value


def _constant(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return _constant(value.value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes):
        return repr(value)
    if isinstance(value, set | frozenset):
        return tuple(sorted((_constant(one) for one in value), key=repr))
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return tuple(_constant(one) for one in value)
    if isinstance(value, dict):
        return tuple((str(key), _constant(value[key])) for key in sorted(value, key=str))
    return _NOTHING


# --------------------------------------------------------------------------------------------------------- reading


def find_module(name: str) -> ModuleText | None:
    """The text of an installed module, without importing it."""
    relative = Path(*name.split("."))
    for entry in sys.path:
        for path, package in ((Path(entry) / relative / "__init__.py", True), (Path(entry) / f"{relative}.py", False)):
            if path.is_file():
                with contextlib.suppress(OSError, UnicodeDecodeError):
                    return ModuleText(path.read_text(encoding="utf-8"), str(path), package)
    return None


def classes(package: str) -> Iterator[type]:
    """Every class that the modules of a package define themselves."""
    seen: set[int] = set()
    for module in modules(package):
        for value in list(vars(module).values()):
            pending = [value]
            while pending:
                one = pending.pop()
                if not issubclass(type(one), type) or id(one) in seen or one.__module__ != module.__name__:
                    continue
                seen.add(id(one))
                yield one
                pending.extend(inner for inner in vars(one).values() if issubclass(type(inner), type))


def modules(package: str) -> Iterator[types.ModuleType]:
    """A package and its modules, those that can be imported."""
    pending = [package]
    while pending:
        name = pending.pop()
        found = None
        with _quiet(), contextlib.suppress(BaseException):  # packages do anything when imported
            found = importlib.import_module(name)
        if found is None:
            continue
        yield found
        paths = list(vars(found).get("__path__", []))
        inner = [f"{name}.{one.name}" for one in pkgutil.iter_modules(paths) if one.name != "__main__"]
        pending.extend(sorted(inner, reverse=True))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield


class Tally:
    """Counts of agreement, and what disagrees."""

    def __init__(self) -> None:
        self.models: collections.Counter[str] = collections.Counter()
        self.agree: collections.Counter[str] = collections.Counter()
        self.fields = 0
        self.exact = 0
        self.counts: dict[str, collections.Counter[str]] = {
            key: collections.Counter() for key in ("name", "type", "required", "default")
        }
        self.why: list[str] = []

    def compare(self, cls: type, family: str, fields: list[Told], read: Type | None, reader: Reader) -> None:
        """One class."""
        label = f"{cls.__module__}.{cls.__qualname__} ({family})"
        self.models[family] += 1
        faults: list[str] = []
        found = _found(read)
        if found is None:
            faults.append("not read")
        else:
            for name in found.keys() - {one.name for one in fields}:
                faults.append(f"name {name}: not there at run time")
                self.counts["name"]["wrong"] += 1
        for one in fields:
            self.fields += 1
            faults.extend(self._field(one, (found or {}).get(one.name), family, reader))
        if not faults:
            self.agree[family] += 1
        self.why.extend(f"{label}: {fault}" for fault in faults)

    def _field(self, one: Told, read: tuple[Type | None, bool, Default | None] | None, family: str, reader: Reader):  # type: ignore[no-untyped-def]
        self.counts["name"]["right" if read is not None else "wrong"] += 1
        if read is None:
            yield f"name {one.name}: not read"
            return
        type_, required, default = read
        if family == "enum":
            right = default is not None and default.value == _constant(one.default)
            unknown = _constant(one.default) is _NOTHING
            self.counts["default"]["right" if right else "unknown" if unknown else "wrong"] += 1
            if not right and not unknown:
                yield f"value of {one.name}: {one.default!r}, read {default}"
            return
        if one.type is _NOTHING or type_ is None:
            self.counts["type"]["unknown"] += 1
        else:
            expected, text = run_time_text(one.type), read_text(type_, reader)
            same = _same_text(expected, text)
            self.counts["type"]["right" if same else "wrong"] += 1
            if not same:
                yield f"type of {one.name}: {expected}, read {text}"
        self.counts["required"]["right" if required == one.required else "wrong"] += 1
        if required != one.required:
            yield f"required of {one.name}: {one.required}, read {required}"
        same_value = same_default(one, default)
        self.counts["default"]["unknown" if same_value is None else "right" if same_value else "wrong"] += 1
        if same_value is False:
            yield f"default of {one.name}: {one.default!r} {one.factory!r}, read {default}"


def _same_text(expected: str, text: str) -> bool:
    """Whether two types are the same; a name that stayed a text at run time may be a model or not."""
    if expected == text or "forward" in expected:
        return True
    named = {one.group(1) for one in re.finditer(r"text:(\w+)", expected)}
    for name in named:
        expected, text = (re.sub(rf"\b(ref|opaque|text):{name}\b", f"text:{name}", one) for one in (expected, text))
    return _union({expected}) == _union({text})


def _found(read: Type | None) -> dict[str, tuple[Type | None, bool, Default | None]] | None:
    if isinstance(read, Enumeration):
        return {one.name: (None, True, Default(one.value)) for one in read.symbols}
    if isinstance(read, Record):
        return {
            one.name: (one.type, one.required, one.default)
            for one in read.fields
            if ("computed", "true") not in one.options
        }
    return {"root": (read, True, None)} if read is not None else None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("packages", nargs="+")
    parser.add_argument("--why", type=int, default=0, metavar="N", help="show the first N disagreements")
    parser.add_argument("--grep", default="", help="of those, the ones that hold this text")
    given = parser.parse_args()
    tally, spent = Tally(), 0.0
    for package in given.packages:
        reader = Reader(find_module, pydantic_version=2)
        for cls in list(classes(package)):
            if getattr(cls, "__pydantic_generic_metadata__", {}).get("origin"):
                continue  # a generic model with arguments
            with _quiet():
                try:
                    found = told(cls)
                except Exception:  # noqa: BLE001 — names that only type checkers import
                    continue
            if found is None:
                continue
            started = time.perf_counter()
            module = reader.modules.module(cls.__module__)
            node = reader.modules.resolve(cls.__qualname__, _scope(module)) if module is not None else None
            if not isinstance(node, ClassNode) or node.module is not module:
                continue  # made by a call, or in a function
            read = reader.class_type(node)
            spent += time.perf_counter() - started
            tally.compare(cls, *found, read, reader)
    _print(tally, spent)
    for line in [one for one in tally.why if given.grep in one][: given.why]:
        sys.stdout.write(line + "\n")


def _scope(module: Any) -> Any:
    from eda_lint.schemas.python.bindings import Scope

    return Scope(module)


def _print(tally: Tally, spent: float) -> None:
    for family, count in tally.models.most_common():
        sys.stdout.write(f"{family:12} {count:6} models, {tally.agree[family]:6} agree in every field\n")
    sys.stdout.write(
        f"{'all':12} {tally.models.total():6} models, {tally.agree.total():6} agree; {tally.fields} fields\n"
    )
    for key, counts in tally.counts.items():
        known = counts["right"] + counts["wrong"]
        share = counts["right"] / known if known else 1.0
        sys.stdout.write(f"{key:12} {share:8.2%} of {known} ({counts['unknown']} could not be compared)\n")
    sys.stdout.write(f"read in {spent:.1f} s\n")


if __name__ == "__main__":
    main()
