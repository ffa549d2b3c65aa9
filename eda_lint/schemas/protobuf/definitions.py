"""Which message or enum of one Protobuf schema is which of the other, and what differs in files and services."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from eda_lint.errors import shown
from eda_lint.model.schema import (
    Definition,
    Enumeration,
    Method,
    Record,
    Reference,
    Schema,
    SchemaFile,
    Service,
)
from eda_lint.model.topology import Place
from eda_lint.schemas.diff import Difference, Spot, name_of
from eda_lint.schemas.display import type_text
from eda_lint.schemas.numbered import Pairs


def definition_changes(
    old: Definition, new: Definition, pairs: Pairs, files: Mapping[str, SchemaFile], spot: Spot
) -> Iterator[Difference]:
    """A definition that was renamed or moved to another file."""
    if old.name in pairs.renamed:
        message = (
            f"`{shown(old.name)}` is now called `{shown(new.name)}`: bytes are the same, but `Any`, registries "
            "and code know it by its name. Keep the old name."
        )
        rules = _deletion_rules(old, True, True)
        yield Difference("definition-renamed", spot, message, shown(old.name), shown(new.name), rules=rules)
    elif old.place and new.place and _moved(old.place.file, new.place.file, files):
        before, after = shown(old.place.file), shown(new.place.file)
        message = f"`{shown(old.name)}` moved from {before} to {after}: generated code imports it from elsewhere."
        rules = _deletion_rules(old, old.place.file in files, False)
        yield Difference("definition-moved", spot, message, before, after, rules=rules)
    before, after = (dict(side.options).get("json_format", "ALLOW") for side in (old, new))
    if isinstance(old.type, Enumeration) and before == "ALLOW" != after:
        message = f"JSON of `{shown(old.name)}` is no longer promised to work (json_format {shown(after)})."
        yield Difference("json-format-changed", spot, message, before, after, rules=("ENUM_SAME_JSON_FORMAT",))


def _moved(before: str, after: str, files: Mapping[str, SchemaFile]) -> bool:
    other = files.get(before)
    return before != after if other is None else other.path != after


def packages_of(schema: Schema) -> dict[str, str]:
    """Definition → package."""
    return {name: file.package for file in schema.files for name in file.definitions}


def removed(definition: Definition, package: str, paths: frozenset[str], packages: frozenset[str]) -> Difference:
    """A message or enum that the new side lacks; `paths` and `packages` are those that the new side has."""
    place = definition.place
    rules = _deletion_rules(definition, place is not None and place.file in paths, package in packages)
    kind = "enum" if isinstance(definition.type, Enumeration) else "message"
    message = (
        f"{kind} `{shown(definition.name)}` removed: who still meets such messages cannot decode them. "
        "Keep it until no retained message needs it."
    )
    return Difference("definition-removed", Spot(shown(definition.name), old_place=place), message, rules=rules)


def _deletion_rules(definition: Definition, in_file: bool, in_package: bool) -> tuple[str, ...]:
    if isinstance(definition.type, Record) and dict(definition.type.options).get("extended"):
        kind = "EXTENSION"
    else:
        kind = "ENUM" if isinstance(definition.type, Enumeration) else "MESSAGE"
    return (f"{kind}_NO_DELETE",) * in_file + (f"PACKAGE_{kind}_NO_DELETE",) * in_package


# --------------------------------------------------------------------------------------------------------- files

_FILE_OPTIONS: Mapping[str, str] = {
    option: "FILE_SAME_" + option.upper()
    for option in (
        *("cc_generic_services", "csharp_namespace", "go_package", "java_generic_services", "java_multiple_files"),
        *("java_outer_classname", "java_package", "objc_class_prefix", "php_class_prefix", "php_metadata_namespace"),
        *("php_namespace", "py_generic_services", "ruby_package", "swift_prefix", "optimize_for", "cc_enable_arenas"),
    )
} | {"java_string_check_utf8": "FIELD_SAME_JAVA_UTF8_VALIDATION"}

_DEFAULTS = {"optimize_for": "SPEED", "cc_enable_arenas": "true"}


def paired_files(old: Schema, new: Schema) -> dict[str, SchemaFile]:
    """Path of the old side → file of the new one: the same path, the same path below another root, or the only file."""
    after = {file.path: file for file in new.files}
    if len(old.files) == 1 and len(new.files) == 1:
        return {old.files[0].path: new.files[0]}
    if any(file.path in after for file in old.files):
        return {file.path: after[file.path] for file in old.files if file.path in after}
    roots = _root(old), _root(new)
    below = {path[len(roots[1]) :]: file for path, file in after.items()}
    inner = {file.path: file.path[len(roots[0]) :] for file in old.files}
    return {path: below[rest] for path, rest in inner.items() if rest in below}


def _root(schema: Schema) -> str:
    folders = [posixpath.dirname(file.path) for file in schema.files]
    try:
        root = posixpath.commonpath(folders) if folders else ""
    except ValueError:  # absolute and relative paths
        root = ""
    return f"{root}/" if root else ""


def file_changes(old: Schema, new: Schema, files: Mapping[str, SchemaFile]) -> Iterator[Difference]:
    """Files that are gone, and package, syntax and options of those that stay."""
    packages = {file.package for file in new.files}
    gone: set[str] = set()
    for file in old.files:
        other = files.get(file.path)
        spot = Spot(shown(file.path), Place(file.path, 1), Place(other.path, 1) if other else None)
        lost = () if file.package in packages or file.package in gone else ("PACKAGE_NO_DELETE",)
        if other is None:
            gone.add(file.package)
            rules = ("FILE_NO_DELETE", *lost)
            yield Difference("file-removed", spot, f"file {shown(file.path)} removed", rules=rules)
            continue
        if file.package != other.package:
            gone.add(file.package)
            yield _package(file, other, spot, lost)
        yield from _file_options(file, other, spot)


def _package(old: SchemaFile, new: SchemaFile, spot: Spot, lost: tuple[str, ...]) -> Difference:
    before, after = shown(old.package) or "none", shown(new.package) or "none"
    message = (
        f"package changed from {before} to {after}: bytes are the same, but `Any`, schema registries and code know "
        "messages by their full name. Keep the package, or publish to another channel."
    )
    return Difference("package-changed", spot, message, before, after, rules=("FILE_SAME_PACKAGE", *lost))


def _file_options(old: SchemaFile, new: SchemaFile, spot: Spot) -> Iterator[Difference]:
    before, after = dict(old.options), dict(new.options)
    for key in ("syntax", "edition"):
        one, other = before.get(key, ""), after.get(key, "")
        if one != other and (key == "syntax" or (one and other)):
            message = f"syntax changed from {shown(one) or 'an edition'} to {shown(other) or 'an edition'}"
            yield Difference("syntax-changed", spot, message, shown(one), shown(other))
    for option, rule in _FILE_OPTIONS.items():
        default = _DEFAULTS.get(option, "")
        one, other = before.get(option) or default, after.get(option) or default
        if one != other and {one, other} != {"", "false"}:
            message = f"file option `{option}` changed from {shown(one) or 'none'} to {shown(other) or 'none'}"
            yield Difference("file-option-changed", spot, message, shown(one), shown(other), rules=(rule,))


# ------------------------------------------------------------------------------------------------------ services


def service_changes(old: Schema, new: Schema, pairs: Pairs) -> Iterator[Difference]:
    """Services and methods that callers would miss. Events do not travel through them, so none breaks a stream."""
    after = {service.name: service for service in new.services}
    last = {service.name.rpartition(".")[2]: service for service in new.services}
    packages = {file.package for file in new.files}
    files = {file.path for file in new.files}
    for service in old.services:
        package, _, name = service.name.rpartition(".")
        other = after.get(service.name) or (last.get(name) if package not in packages else None)
        spot = Spot(shown(service.name), service.place, other.place if other else None)
        if other is None:
            rules = ("SERVICE_NO_DELETE",) * (service.place is None or service.place.file in files)
            rules += ("PACKAGE_SERVICE_NO_DELETE",) * (package in packages)
            message = f"service `{shown(service.name)}` removed: its callers fail; events are not concerned."
            yield Difference("service-removed", spot, message, rules=rules)
        else:
            yield from _methods(service, other, spot, pairs)


def _methods(old: Service, new: Service, spot: Spot, pairs: Pairs) -> Iterator[Difference]:
    after = {method.name: method for method in new.methods}
    for method in old.methods:
        other = after.get(method.name)
        inner = spot.into(
            shown(method.name), old_place=method.place, new_place=other.place if other is not None else None
        )
        if other is None:
            message = f"method `{shown(method.name)}` removed: its callers fail; events are not concerned."
            yield Difference("method-removed", inner, message)
        else:
            yield from _method(method, other, inner, pairs)


def _method(old: Method, new: Method, spot: Spot, pairs: Pairs) -> Iterator[Difference]:
    for what, rule, one, other in (
        ("request type", "RPC_SAME_REQUEST_TYPE", old.request, new.request),
        ("response type", "RPC_SAME_RESPONSE_TYPE", old.response, new.response),
    ):
        if isinstance(one, Reference) and pairs.by_name.get(one.name, one.name) != name_of(other):
            message = f"{what} of `{shown(new.name)}` changed from {type_text(one)} to {type_text(other)}"
            yield Difference("method-changed", spot, message, type_text(one), type_text(other), rules=(rule,))
    before, after = dict(old.options), dict(new.options)
    for option, rule in (
        ("client_streaming", "RPC_SAME_CLIENT_STREAMING"),
        ("server_streaming", "RPC_SAME_SERVER_STREAMING"),
        ("idempotency_level", "RPC_SAME_IDEMPOTENCY_LEVEL"),
    ):
        default = "IDEMPOTENCY_UNKNOWN" if option == "idempotency_level" else ""
        one_value, other_value = before.get(option, default), after.get(option, default)
        if one_value != other_value:
            message = f"`{option}` of `{shown(new.name)}` changed: callers of one side fail with the other"
            yield Difference("method-changed", spot, message, shown(one_value), shown(other_value), rules=(rule,))
