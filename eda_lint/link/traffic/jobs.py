"""Functions that a worker runs because they were named to it: enqueued by a call (`queue.enqueue(send_mail, order)`),
or listed for it (`Worker(functions=[send_mail])`, or the class of settings that its command line is given). No
decorator marks them; each is a receive at its definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from eda_lint.catalog.load import TypeRef
from eda_lint.catalog.tables import Type
from eda_lint.link.evaluation import foreign, roles
from eda_lint.link.evaluation.classes import class_attribute
from eda_lint.link.evaluation.frames import Arguments
from eda_lint.link.evaluation.known import ClassRef, ClientObject, Known, ListOf, Unknown, function_of
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.traffic import payloads
from eda_lint.link.traffic.declared import Declared
from eda_lint.link.traffic.readings import Reading, interpret
from eda_lint.model.facts import Class

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator
    from eda_lint.link.evaluation.world import World
    from eda_lint.link.traffic.operations import Occurrence


def files(world: World) -> list[str]:
    """Files that hold a class of settings for a worker, by its customary name: such a class need import nothing."""
    found: dict[str, None] = {}
    for type_ref, type_ in _settings_types(world):
        for name in type_.settings_class:
            listed = _handler_parameters(world, type_ref)
            for parameter in listed:
                found.update(dict.fromkeys(world.sources.mentions(name, parameter)))
    return sorted(found)


def declared(ev: Evaluator, occurrences: Sequence[Occurrence]) -> list[Declared]:
    """The receives of all functions that workers are told of, in order of discovery; each once for each channel."""
    found: dict[tuple[str, int, tuple[str | None, ...]], Declared] = {}
    for reading in (*_of_calls(occurrences), *_of_settings(ev)):
        for one in _receives(ev, reading):
            found.setdefault((one.unit.path, one.function, tuple(a.text for a in one.reading.addresses)), one)
    return list(found.values())


def _of_calls(occurrences: Sequence[Occurrence]) -> Iterator[Reading]:
    for occurrence in occurrences:
        yield from (reading for reading in occurrence.readings if reading.row.runs)


def _receives(ev: Evaluator, reading: Reading) -> Iterator[Declared]:
    told = list(_functions(ev, reading.handlers))
    for known, names in told:
        function = function_of(known)
        if function is None:
            continue
        unit = ev.world.known_unit(function.unit)
        messages = names or (reading.messages if len(told) == 1 and not _is_path(reading) else [])
        own = replace(
            reading,
            messages=list(messages) or [unit.function(function.index).name],
            message_origin="attribute",
            payload=(),
        )
        place = unit.definition_place(function.index)
        yield Declared("receive", unit, function.index, place, own)


def _is_path(reading: Reading) -> bool:
    """Whether the message is named by the dotted path of its function."""
    return any("." in name for name in reading.messages)


def _functions(ev: Evaluator, knowns: Sequence[Known]) -> Iterator[tuple[Known, list[str]]]:
    """Functions among what was given, each with the names that it is given under, if any."""
    for known in ev.closed(tuple(knowns)):
        text = ev.text_of(known)
        if isinstance(known, ListOf):
            yield from _functions(ev, ev.force_all(known.items))
        elif isinstance(known, ClientObject):
            names = [n for k in roles.held(ev, known, "message", 2) if (n := payloads.name_of(ev, k)) is not None]
            for inner, _ in _functions(ev, roles.held(ev, known, "handler", 2)):
                yield inner, names
        elif text is not None and text.literal and "." in text.literal:
            yield from ((k, []) for k in foreign.at(ev, text.literal) if function_of(k) is not None)
        elif function_of(known) is not None:
            yield known, []


# ------------------------------------------------------------------------------------ classes of settings


def _settings_types(world: World) -> Iterator[tuple[TypeRef, Type]]:
    for library in world.catalog.libraries.values():
        for key, type_ in library.types.items():
            if type_.settings_class:
                yield TypeRef(library.name, key), type_


def _handler_parameters(world: World, type_ref: TypeRef) -> list[str]:
    row = world.catalog.constructor(type_ref)
    sources = row.roles.get("handler", ()) if row is not None else ()
    return [s.param for s in (sources if isinstance(sources, tuple) else (sources,)) if s.param is not None]


def _of_settings(ev: Evaluator) -> Iterator[Reading]:
    for type_ref, type_ in _settings_types(ev.world):
        row = ev.world.catalog.constructor(type_ref)
        roots = frozenset(ev.world.catalog.library(type_ref.library).imports)
        needed = _handler_parameters(ev.world, type_ref)
        for unit in ev.world.active_units():
            for index, definition in enumerate(unit.facts.definitions):
                if not isinstance(definition, Class) or row is None:
                    continue
                if definition.name in type_.settings_class or _imports(unit, roots):
                    cls = ev.world.class_ref(unit, index)
                    given = _attributes(ev, cls, [p.name for p in ev.world.catalog.parameters(row) or ()])
                    if any(name in given.keywords for name in needed):
                        yield interpret(ev, row, type_ref.library, type_ref, None, given, frozenset())


def _imports(unit: Unit, roots: frozenset[str]) -> bool:
    return any(not i.level and i.module.partition(".")[0] in roots for i in unit.facts.imports)


def _attributes(ev: Evaluator, cls: ClassRef, names: Sequence[str]) -> Arguments:
    """The attributes of a class as the keyword arguments that a worker is made with."""
    given = Arguments()
    for name in names:
        found = tuple(k for k in class_attribute(ev, cls, name, cls) if not isinstance(k, Unknown))
        if found:
            given.keywords[name] = ev.world.given(*found)
    return given
