"""Which argument plays which role: the catalog's sources read off a call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eda_lint.catalog.tables import Callable, Role, Source
from eda_lint.link.evaluation import assigned, bound_names, prefixes, texts
from eda_lint.link.evaluation.frames import Arguments
from eda_lint.link.evaluation.known import (
    CatalogFunction,
    CatalogMethod,
    ClassRef,
    ClientObject,
    Decorated,
    DictOf,
    External,
    FunctionRef,
    Instance,
    Known,
    Knowns,
    ListOf,
    Piece,
    Plain,
    Site,
    Text,
    Thunk,
    Unknown,
)

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

PARENTS = 6
"""Most makers looked at for a role that an object holds."""


def chosen(ev: Evaluator, method: CatalogMethod | CatalogFunction, given: Arguments) -> Callable:
    """The overload of a catalogued callable that a call's arguments fit."""
    catalog = ev.world.catalog
    if isinstance(method, CatalogMethod):
        rows = catalog.methods(method.type, method.name)
    else:
        rows = catalog.functions_at(method.path)
    if len(rows) == 1:
        return rows[0]
    found = catalog.overload(rows, len(given.positional), given.keywords)
    assert found is not None
    return found


def parameter(ev: Evaluator, row: Callable, given: Arguments, name: str) -> Thunk | None:
    """The argument that a parameter of a catalogued callable gets."""
    if name in given.keywords:
        return given.keywords[name]
    for position, known in enumerate(ev.world.catalog.parameters(row) or ()):
        if known.kind not in ("positional", "either"):
            break
        if known.name == name:
            return given.positional[position] if position < len(given.positional) else None
    return None


def variadic(ev: Evaluator, row: Callable, given: Arguments, name: str) -> list[Thunk] | None:
    """The arguments that a `*name` parameter collects; None if the parameter is not of that kind."""
    position = 0
    for known in ev.world.catalog.parameters(row) or ():
        if known.kind == "variadic" and known.name == name:
            return given.positional[position:]
        if known.kind in ("positional", "either"):
            position += 1
    return None


def keywords(ev: Evaluator, row: Callable, given: Arguments, name: str) -> dict[str, Thunk] | None:
    """The keyword arguments that a `**name` parameter collects; None if the parameter is not of that kind."""
    rows = ev.world.catalog.parameters(row) or ()
    if not any(p.kind == "keywords" and p.name == name for p in rows):
        return None
    named = {p.name for p in rows if p.kind in ("either", "keyword")}
    return {k: t for k, t in given.keywords.items() if k not in named}


def role(ev: Evaluator, name: Role, row: Callable, given: Arguments, receiver: Known | None) -> Knowns:
    """What plays a role in a call: the first of its sources that gives something."""
    sources = row.roles.get(name, ())
    for source in sources if isinstance(sources, tuple) else (sources,):
        if not all(_matches(ev, row, given, p, wanted) for p, wanted in source.when.items()):
            continue
        found = source_values(ev, source, row, given, receiver)
        if found:
            return found
    return ()


def has_role(name: Role, row: Callable) -> bool:
    """Whether a callable's table says anything of a role."""
    return name in row.roles


def excluded(ev: Evaluator, row: Callable, given: Arguments) -> bool:
    """Whether an argument makes a call something else than its row says (`publish(PhoneNumber=…)`)."""
    for name in row.unless:
        thunk = parameter(ev, row, given, name)
        if thunk is not None and any(not (isinstance(k, Plain) and k.value is None) for k in ev.force(thunk)):
            return True
    return False


def _matches(ev: Evaluator, row: Callable, given: Arguments, name: str, wanted: str) -> bool:
    thunk = parameter(ev, row, given, name)
    return thunk is not None and wanted in texts.literal_texts(ev, ev.force(thunk))


def source_values(ev: Evaluator, source: Source, row: Callable, given: Arguments, receiver: Known | None) -> Knowns:
    """The alternatives that one source gives; several channels (a list argument) are alternatives too."""
    found = shortened(ev, _sought(ev, source, row, given, receiver), source.last)
    if source.setting_mark or source.names_setting:
        found = _settings_named(ev, found, source.setting_mark)
    if source.without:
        found = tuple(_taken_off(ev, k, source.without) for k in found)
    if source.suffix:
        found = _extended(ev, found, (), (Piece("literal", source.suffix),))
    if source.before and receiver is not None and found:
        before = prefixes.of(ev, receiver, source.before)
        found = ev.distinct([k for prefix in before for k in _extended(ev, found, prefix, ())] if before else found)
    return found


def _settings_named(ev: Evaluator, knowns: Knowns, mark: str) -> Knowns:
    """Texts that stand between two marks (every text, without a mark) as the settings that they name."""
    found: list[Known] = []
    for known in knowns:
        text = ev.text_of(known)
        literal = text.literal if text is not None else None
        if literal and not mark:
            known = ev.world.text([Piece("env", literal)])
        elif literal and len(literal) > 2 and literal[0] == literal[-1] == mark:
            known = ev.world.text([Piece("env", literal[1:-1])])
        found.append(known)
    return ev.distinct(found)


def _sought(ev: Evaluator, source: Source, row: Callable, given: Arguments, receiver: Known | None) -> Knowns:
    """What a source names, as it stands."""
    if source.constant is not None:
        return (ev.world.literal(source.constant),)
    if source.receiver is not None:
        return held(ev, receiver, source.receiver, PARENTS) if receiver is not None else ()
    if source.owner is not None:
        return _of_owner(ev, source.owner, given)
    if source.bound:
        return bound_names.name(ev, given.site, source.bound)
    if source.member:
        return bound_names.member(ev, ev.force_all(argument_thunks(ev, source, row, given)), source.member)
    return ev.distinct(
        [
            part
            for thunk in argument_thunks(ev, source, row, given)
            for k in ev.force(thunk)
            for part in _part(ev, k, source)
        ]
    )


def _of_owner(ev: Evaluator, name: str, given: Arguments) -> Knowns:
    """An attribute of the class whose method makes the call."""
    if given.site is None:
        return ()
    unit = ev.world.known_unit(given.site.unit)
    function = unit.enclosing_function(unit.facts.calls[given.site.call].scope)
    cls = unit.enclosing_class(function)
    if cls is None:
        return ()
    from eda_lint.link.evaluation.attributes import attribute

    frame = given.site.frame
    receiver = frame.receiver if frame is not None and isinstance(frame.receiver, Instance) else None
    owner = receiver or ev.world.interned.of(Instance, ev.world.class_ref(unit, cls), None)
    return tuple(k for k in attribute(ev, owner, name) if not isinstance(k, Unknown))


def _taken_off(ev: Evaluator, known: Known, ending: str) -> Known:
    """A literal text without an ending; anything else as it is."""
    text = ev.text_of(known)
    if text is None or text.literal is None or not text.literal.endswith(ending):
        return known
    return ev.world.literal(text.literal.removesuffix(ending))


def _extended(ev: Evaluator, knowns: Knowns, before: tuple[Piece, ...], after: tuple[Piece, ...]) -> Knowns:
    """Texts with something put before and after; what is no text stays."""
    found: list[Known] = []
    for known in knowns:
        text = ev.text_of(known)
        found.append(ev.world.text([*before, *text.pieces, *after]) if text is not None else known)
    return ev.distinct(found)


def argument_thunks(ev: Evaluator, source: Source, row: Callable, given: Arguments) -> list[Thunk]:
    """The argument or arguments that a source names, not yet evaluated."""
    if source.param is None:
        return []
    collected = variadic(ev, row, given, source.param)
    if collected is not None:
        return collected
    thunk = parameter(ev, row, given, source.param)
    if thunk is not None:
        return [thunk]
    rest = keywords(ev, row, given, source.param)
    if rest is not None:
        entries = tuple((ev.world.literal(k), t) for k, t in rest.items())
        if not source.key:
            return list(rest.values())
        return [ev.world.given(ev.world.interned.of(DictOf, entries, given.open_keywords, None))]
    return []


def _part(ev: Evaluator, known: Known, source: Source) -> Sequence[Known]:
    """The part of an argument that a source names: keys of a mapping, of each item, a role of an object."""
    if source.each:
        return [k for item in _items(ev, known) for k in _part_of_one(ev, item, source)]
    return _part_of_one(ev, known, source)


def _items(ev: Evaluator, known: Known) -> Sequence[Known]:
    from eda_lint.link.evaluation.elements import elements

    return elements(ev, known) or (known,)


def _part_of_one(ev: Evaluator, known: Known, source: Source) -> Sequence[Known]:
    if source.class_of:
        return _classes(ev, known)
    if source.keys:
        return [k for d in ev.closed((known,)) if isinstance(d, DictOf) for k, _ in d.entries]
    current: Knowns = (known,)
    for key in source.key:
        found: list[Known] = []
        for one in ev.closed(current):
            if isinstance(one, DictOf):
                found.extend(_entry(ev, one, key))
            elif isinstance(one, Unknown):
                found.append(one)
        current = tuple(found)
    if source.attribute is not None:
        held_roles: list[Known] = []
        for one in ev.closed(current):
            if isinstance(one, ClientObject | Instance | Decorated):
                held_roles.extend(held(ev, one, source.attribute, PARENTS))
        return held_roles
    flat: list[Known] = []
    for one in current:
        if isinstance(one, ListOf) and not source.each and not source.key:
            flat.extend(ev.force_all(one.items))
        else:
            flat.append(one)
    return flat


def _classes(ev: Evaluator, known: Known) -> Sequence[Known]:
    """The class of an object; for one of a class outside of the code base its name."""
    found: list[Known] = []
    for one in ev.closed((known,)):
        if isinstance(one, Instance):
            found.append(one.cls)
        elif isinstance(one, External) and one.path.endswith("()"):
            names = [n for n in one.path.removesuffix("()").split(".") if n[:1].isupper()]
            found += [ev.world.literal(names[-1])] if names else []
    return found


def _entry(ev: Evaluator, mapping: DictOf, key: str) -> Knowns:
    wanted = ev.world.literal(key)
    found = ev.force_all(thunk for known, thunk in mapping.entries if ev.text_of(known) is wanted)
    if found:
        return found
    return (ev.world.unknown("open mapping", open=True),) if mapping.open else ()


def held(ev: Evaluator, known: Known, name: str, steps: int) -> Knowns:
    """A role that an object holds from the call that made it, or from the object that made it."""
    if steps == 0:
        return ()
    match known:
        case ClientObject(site=site, maker=maker, parent=parent):
            if maker is not None:
                given = Arguments()
                if site is not None:
                    given = ev.arguments(ev.world.known_unit(site.unit), site.call, site.frame)
                found = role(ev, name, maker, given, parent)  # type: ignore[arg-type]
                if found:
                    return found
            given_later = tuple(assigned.role(ev, known, name))
            return given_later or (held(ev, parent, name, steps - 1) if parent is not None else ())
        case Decorated(function=function, maker=maker, receiver=receiver, site=site):
            given = options(ev, maker, site) if site is not None else Arguments()
            found = role(ev, name, maker, given, receiver)  # type: ignore[arg-type]
            if found:
                return found
            if name == "message":
                return (ev.world.literal(own_name(ev, function)),)
            return held(ev, receiver, name, steps - 1) if receiver is not None else ()
        case Instance():
            return _held_by_subclass(ev, known, name)
        case ClassRef():
            return _held_by_subclass(ev, ev.world.interned.of(Instance, known, None), name)
        case CatalogMethod(receiver=receiver):
            return held(ev, receiver, name, steps - 1)
        case _:
            return ()


def options(ev: Evaluator, maker: Callable, site: Site) -> Arguments:
    """What a decorator is told at its call, without the function where it is given that too."""
    given = ev.arguments(ev.world.known_unit(site.unit), site.call, site.frame)
    if not maker.bare or not given.positional:
        return given
    first = ev.force(given.positional[0])
    return given.without_first() if any(isinstance(k, FunctionRef | Decorated | Instance) for k in first) else given


def own_name(ev: Evaluator, function: FunctionRef) -> str:
    """The name that a function has; of an object that is called, what its `__name__` is, else its class's."""
    name = ev.world.known_unit(function.unit).function(function.index).name
    if name != "__call__" or not isinstance(function.receiver, Instance):
        return name
    told = bound_names.attribute_at(ev, function.receiver, "__name__")
    texts = [t.literal for k in told if (t := ev.text_of(k)) is not None and t.literal]
    return texts[0] if texts else ev.world.class_fact(function.receiver.cls).name


def _held_by_subclass(ev: Evaluator, instance: Instance, name: str) -> Knowns:
    """A role that a subclass of a catalogued type gives by class attribute, or to the base's constructor."""
    for base in ev.mro(instance.cls):
        if isinstance(base, External):
            type_ref = ev.world.catalog.type_at(base.path)
            if type_ref is None:
                continue
            attribute_name = ev.world.catalog.class_roles(type_ref).get(name)  # type: ignore[call-overload]
            if attribute_name:
                told = bound_names.attribute_at(ev, instance, attribute_name)
                if told:
                    return told
                # A class that is a message's handler gives it its own name where it says no other.
                return (ev.world.literal(ev.world.class_fact(instance.cls).name),) if name == "message" else ()
            row = ev.world.catalog.constructor(type_ref)
            if row is not None and instance.site is not None:
                site = instance.site
                given = ev.arguments(ev.world.known_unit(site.unit), site.call, site.frame)
                found = role(ev, name, row, given, None)  # type: ignore[arg-type]
                if found:
                    return found
    return ()


def shortened(ev: Evaluator, knowns: Knowns, separators: str) -> Knowns:
    """What follows the last of the separators in each text (an ARN's name, a URL's last segment)."""
    if not separators:
        return knowns
    found: list[Known] = []
    for known in knowns:
        text = ev.text_of(known)
        found.append(_shorten(ev, text, separators) if text is not None else known)
    return ev.distinct(found)


def _shorten(ev: Evaluator, text: Text, separators: str) -> Text:
    pieces = list(text.pieces)
    for index in range(len(pieces) - 1, -1, -1):
        piece = pieces[index]
        if piece.kind == "literal":
            cut = max(piece.text.rfind(s) for s in separators)
            if cut >= 0:
                kept = piece.text[cut + 1 :]
                rest = pieces[index + 1 :]
                return ev.world.text([Piece("literal", kept), *rest]) if kept or rest else text
        elif piece.kind == "env" and piece.default is not None and len(pieces) == 1:
            cut = max(piece.default.rfind(s) for s in separators)
            return ev.world.text([Piece("env", piece.text, piece.default[cut + 1 :])])
    return text
