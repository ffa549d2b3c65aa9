"""What differs in namespaces and services of two Thrift schemas. Events do not travel through services, so none of
it breaks a stream; callers of the service are told."""

from __future__ import annotations

from collections.abc import Iterator

from eda_lint.errors import shown
from eda_lint.model.schema import Field, Method, Record, Reference, Schema, Service, Type
from eda_lint.model.topology import Place
from eda_lint.schemas.diff import Difference, Spot
from eda_lint.schemas.display import type_text
from eda_lint.schemas.numbered import Pairs, type_name


def namespace_changes(old: Schema, new: Schema) -> Iterator[Difference]:
    """Namespaces that changed in files of the same path (or in the only file of each side)."""
    after = {file.path: file for file in new.files}
    if len(old.files) == 1 and len(new.files) == 1:
        after = {old.files[0].path: new.files[0]}
    for file in old.files:
        other = after.get(file.path)
        if other is None:
            continue
        now = dict(other.options)
        for language, name in file.options:
            if now.get(language, name) != name:
                one, two = shown(name), shown(now[language])
                spot = Spot(shown(file.path), Place(file.path, 1), Place(other.path, 1))
                message = f"{shown(language)} changed from {one} to {two}: generated code is imported from elsewhere"
                yield Difference("namespace-changed", spot, message, one, two)


def service_changes(old: Schema, new: Schema, pairs: Pairs) -> Iterator[Difference]:
    """Services and methods that callers would miss or meet in another form."""
    after = {service.name: service for service in new.services}
    last = {service.name.rpartition(".")[2]: service for service in new.services}
    for service in old.services:
        other = after.get(service.name) or last.get(service.name.rpartition(".")[2])
        spot = Spot(shown(service.name), service.place, other.place if other else None)
        if other is None:
            message = f"service `{shown(service.name)}` removed: its callers fail; events are not concerned."
            yield Difference("service-removed", spot, message)
            continue
        if service.extends.rpartition(".")[2] != other.extends.rpartition(".")[2]:
            one, two = shown(service.extends) or "nothing", shown(other.extends) or "nothing"
            message = f"service `{shown(service.name)}` extends {two} instead of {one}: inherited methods change."
            yield Difference("service-changed", spot, message, one, two)
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
            continue
        for what in _method(method, other, pairs):
            message = f"method `{shown(method.name)}`: {what}. Callers of one side fail with the other."
            yield Difference("method-changed", inner, message)


def _method(old: Method, new: Method, pairs: Pairs) -> Iterator[str]:
    if old.options != new.options:
        yield "oneway changed"
    for kind, before, after in (("argument", old.request, new.request), ("exception", old.response, new.response)):
        if not isinstance(before, Record) or not isinstance(after, Record):
            continue
        one = {field.number: field for field in before.fields}
        two = {field.number: field for field in after.fields}
        for number in dict.fromkeys((*one, *two)):
            what = "return type" if kind == "exception" and number == 0 else f"{kind} {number}"
            yield from _part(what, one.get(number), two.get(number), pairs)


def _part(what: str, old: Field | None, new: Field | None, pairs: Pairs) -> Iterator[str]:
    if old is None or new is None:
        yield f"{what} {'added' if old is None else 'removed'}"
    elif not _same(old.type, new.type, pairs):
        yield f"{what} changed from {type_text(old.type)} to {type_text(new.type)}"
    elif old.required != new.required:
        yield f"{what} is {'now' if new.required else 'no longer'} required"


def _same(old: Type, new: Type, pairs: Pairs) -> bool:
    if isinstance(old, Reference) and isinstance(new, Reference):
        return pairs.by_name.get(old.name, old.name) == new.name
    one, two = type_name(old), type_name(new)
    if one and two and one != two:
        return pairs.by_name.get(one, one) == two
    return old == new
