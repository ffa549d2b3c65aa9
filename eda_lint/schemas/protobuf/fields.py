"""What differs between two Protobuf fields of the same number besides their types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from eda_lint.errors import shown
from eda_lint.model.schema import Field, Reference, Scalar, Sequence, Type
from eda_lint.schemas.diff import Difference, Spot
from eda_lint.schemas.idl_scanner import integer
from eda_lint.schemas.protobuf.reader import json_name
from eda_lint.schemas.protobuf.rows import CARDINALITY

_JAVA_UTF8 = "features.(pb.java).utf8_validation"
_TEXTS = frozenset({"string", "bytes"})
_INTEGERS_64 = frozenset({"int64", "uint64", "sint64", "fixed64", "sfixed64"})


def renamed(old: Field, new: Field, names: tuple[Mapping[str, Field], Mapping[str, Field]], spot: Spot) -> Difference:
    """A number with another name: a renamed field, or a number that was given to another one."""
    was, now = shown(old.name), shown(new.name)
    if dict(old.options).get("extension"):
        message = f"extension `{was}` is now called `{now}`: bytes are the same, JSON and code are not."
        return Difference("field-renamed", spot, message, was, now, rules=("EXTENSION_NO_DELETE",))
    moved = names[1].get(old.name) or names[0].get(new.name)
    if moved is not None:
        message = (
            f"number {old.number} stood for `{was}` and now stands for `{now}`, while both sides know one of the two "
            "under another number: readers take one field for the other. Give every field its former number again."
        )
        return Difference("number-reused", spot, message, was, now, rules=_name_rules(old, new))
    message = (
        f"field `{was}` renamed to `{now}`: bytes are the same; JSON, text format and code are not. "
        "Keep the name, or set `json_name` to the old one where JSON is in use."
    )
    return Difference("field-renamed", spot, message, was, now, rules=_name_rules(old, new))


def _name_rules(old: Field, new: Field) -> tuple[str, ...]:
    same = in_json(old) == in_json(new)
    return ("FIELD_SAME_NAME",) if same else ("FIELD_SAME_NAME", "FIELD_SAME_JSON_NAME")


def in_json(field: Field) -> str:
    """The name of a field in ProtoJSON."""
    return dict(field.options).get("json_name") or json_name(field.name)


def field_changes(old: Field, new: Field, spot: Spot) -> Iterator[Difference]:
    """Presence, oneof, default, names in JSON and options of two paired fields."""
    what = f"`{shown(new.name)}`"
    yield from _labels(old, new, spot, what)
    if old.oneof != new.oneof:
        yield _oneof(old, new, spot, what)
    if _default(old) != _default(new):
        before, after = shown(_default(old)) or "none", shown(_default(new)) or "none"
        message = (
            f"default of {what} changed from {before} to {after}: the same message, in which it is absent, means "
            "different values to either side."
        )
        yield Difference("default-changed", spot, message, before, after)
    if old.options != new.options:
        yield from _options(old, new, spot, what)


def _labels(old: Field, new: Field, spot: Spot, what: str) -> Iterator[Difference]:
    one, other = old.cardinality, new.cardinality
    if one == other:
        return
    rules: tuple[str, ...] = CARDINALITY
    if "repeated" in (one, other):  # the types say so themselves
        rules = ()
    if other == "required":
        message = f"{what} is now required: readers of the new version refuse messages without it. Leave it optional."
        yield Difference("made-required", spot, message, one, other, rules=("MESSAGE_SAME_REQUIRED_FIELDS", *rules))
    elif one == "required":
        message = f"{what} is no longer required: readers of the old version refuse messages without it."
        yield Difference("made-optional", spot, message, one, other, rules=("MESSAGE_SAME_REQUIRED_FIELDS", *rules))
    elif rules:
        now = "now tells" if other == "optional" else "no longer tells"
        yield Difference("presence-changed", spot, f"{what} {now} an unset value from its default", one, other)


def _oneof(old: Field, new: Field, spot: Spot, what: str) -> Difference:
    if old.oneof and new.oneof:
        message = f"{what} moved from oneof `{shown(old.oneof)}` to `{shown(new.oneof)}`"
        return Difference("oneof-renamed", spot, message, shown(old.oneof), shown(new.oneof))
    if new.oneof:
        message = f"{what} moved into oneof `{shown(new.oneof)}`: its default is now written, and code changes."
    else:
        message = f"{what} moved out of oneof `{shown(old.oneof)}`: code that asks which one is set changes."
    return Difference("oneof-changed", spot, message, shown(old.oneof), shown(new.oneof))


def _default(field: Field) -> str:
    """The default as a comparable text, the same for a type's own default and for none."""
    if field.default is None or field.cardinality == "repeated":
        return ""
    text, kind = field.default.text, field.type
    if isinstance(kind, Scalar) and kind.kind in ("string", "bytes"):
        return repr(text) if text else ""
    if text in ("false", "true"):
        return "1" if text == "true" else ""
    number = integer(text.removeprefix("-"))
    if number is None:
        try:
            value = float(text)
        except ValueError:
            return text  # an enum's value
        if not value.is_integer():
            return repr(value)
        number = int(value)
    return ("-" if text.startswith("-") else "") + str(abs(number)) if number else ""


def _options(old: Field, new: Field, spot: Spot, what: str) -> Iterator[Difference]:
    before, after = dict(old.options), dict(new.options)
    if in_json(old) != in_json(new) and old.name == new.name:
        message = f"{what} is called `{shown(in_json(new))}` in JSON, no longer `{shown(in_json(old))}`."
        yield Difference("json-name-changed", spot, message, shown(in_json(old)), shown(in_json(new)))
    if before.get("encoding") != after.get("encoding") and _both_messages(old, new):
        ways = "delimited (as a group)", "with its length in front"
        one, other = ways if before.get("encoding") else (ways[1], ways[0])
        message = f"{what} was encoded {one} and now is {other}: the other side cannot find it. Keep the encoding."
        yield Difference("encoding-changed", spot, message)
    if before.get("utf8_validation") != after.get("utf8_validation") and _both(old, new, {"string"}):
        stricter = "new" if before.get("utf8_validation") else "old"
        message = f"{what}: only readers of the {stricter} version refuse a text that is no UTF-8"
        backward = stricter == "new"
        yield Difference(
            "utf8-check-changed",
            spot,
            message,
            backward="warn" if backward else "ok",
            forward="ok" if backward else "warn",
        )
    for option, rule, kinds, value in (
        ("jstype", "FIELD_SAME_JSTYPE", _INTEGERS_64, _plain("jstype")),
        ("ctype", "FIELD_SAME_CPP_STRING_TYPE", _TEXTS, _cpp_string),
        (_JAVA_UTF8, "FIELD_SAME_JAVA_UTF8_VALIDATION", {"string"}, _plain(_JAVA_UTF8)),
    ):
        one, other = shown(value(before)), shown(value(after))
        if one != other and _both(old, new, kinds):
            message = f"option `{option}` of {what} changed: generated code changes, messages do not"
            yield Difference("field-option-changed", spot, message, one, other, rules=(rule,))


def _plain(option: str) -> Callable[[Mapping[str, str]], str]:
    return lambda options: options.get(option, "")


def _cpp_string(options: Mapping[str, str]) -> str:
    """The C++ type of a text: `ctype`, or the feature that replaces it; STRING_PIECE is no type of its own any more."""
    name = options.get("ctype") or options.get("features.(pb.cpp).string_type", "")
    return "" if name in ("STRING", "STRING_PIECE") else name


def _both(old: Field, new: Field, kinds: frozenset[str] | set[str]) -> bool:
    return all(isinstance(kind, Scalar) and kind.kind in kinds for kind in (_items(old), _items(new)))


def _both_messages(old: Field, new: Field) -> bool:
    return all(isinstance(_items(field), Reference) for field in (old, new))


def _items(field: Field) -> Type:
    return field.type.items if isinstance(field.type, Sequence) else field.type
