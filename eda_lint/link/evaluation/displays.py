"""Expressions that make something of other values: displays, comprehensions, operators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import elements, files, settings, surroundings, texts
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.known import ClientObject, DictOf, Environment, Known, Knowns, ListOf, Plain, Text, Thunk
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


def display(ev: Evaluator, unit: Unit, value: int, shown: v.Value, frame: Frame | None) -> Sequence[Known]:
    """The alternatives of such an expression (`shown`, which is the value `value` of the unit)."""
    world = ev.world
    match shown:
        case v.Joined(parts=parts):
            path = files.appended(ev, [ev.evaluate(unit, part, frame) for part in parts]) if len(parts) > 1 else ()
            return path or texts.joined(ev, unit, parts, frame)
        case v.Sequence(items=items):
            return (_sequence(ev, unit, value, items, frame),)
        case v.Mapping(entries=entries):
            spread = [k for e in entries if e.key == NOTHING for k in ev.evaluate(unit, e.value, frame)]
            environments = [k for k in spread if isinstance(k, Environment)]
            return (_mapping(ev, unit, value, entries, frame), *environments)
        case v.Collected(kind=kind, key=key, element=element):
            if kind == "dict":
                keys = ev.evaluate(unit, key, frame) or (world.unknown("comprehension"),)
                thunk = world.thunk(unit.path, element, frame)
                return (world.interned.of(DictOf, tuple((k, thunk) for k in keys), True, (unit.path, value)),)
            return (world.interned.of(ListOf, (world.thunk(unit.path, element, frame),), False),)
        case v.Conditional(then=then, otherwise=otherwise):
            return settings.merged(ev, (*ev.evaluate(unit, then, frame), *ev.evaluate(unit, otherwise, frame)))
        case v.Either(operator=operator, operands=operands):
            return _either(ev, unit, operator, operands, frame)
        case v.Arithmetic(operator=operator, left=left, right=right):
            return _arithmetic(ev, unit, operator, left, right, frame)
        case v.Comparison() | v.Negation():
            return (world.unknown("truth value"),)
        case v.Opaque(reason=reason):
            return (world.unknown(reason),)
        case _:
            return (world.unknown("unsupported expression"),)


def _sequence(ev: Evaluator, unit: Unit, value: int, items: tuple[int, ...], frame: Frame | None) -> Known:
    thunks: list[Thunk] = []
    exact = True
    for item in items:
        shown = unit.facts.values[item]
        if isinstance(shown, v.Starred):
            for spread in ev.evaluate(unit, shown.of, frame):
                if isinstance(spread, ListOf):
                    thunks.extend(spread.items)
                    exact = exact and spread.exact
                else:
                    exact = False
                    thunks.append(ev.world.given(*elements.elements(ev, spread)))
        else:
            thunks.append(ev.world.thunk(unit.path, item, frame))
    later = [ev.world.thunk(unit.path, item, frame) for item in unit.appended.get(value, ())]
    return ev.world.interned.of(ListOf, (*thunks, *later), exact and not later)


def _mapping(ev: Evaluator, unit: Unit, value: int, entries: tuple[v.Entry, ...], frame: Frame | None) -> Known:
    found: dict[Known, Thunk] = {}
    later: list[tuple[Known, Thunk]] = []
    is_open = False
    for entry in entries:
        thunk = ev.world.thunk(unit.path, entry.value, frame)
        if entry.key == NOTHING:
            for spread in ev.force(thunk):
                if isinstance(spread, DictOf):
                    found.update(spread.entries)
                    is_open = is_open or spread.open
                else:
                    is_open = True
            continue
        keys = ev.evaluate(unit, entry.key, frame)
        for key in keys:
            found[key] = thunk
    for key_value, written in unit.item_writes.get(value, ()):
        later += [(key, ev.world.thunk(unit.path, written, frame)) for key in ev.evaluate(unit, key_value, frame)]
    for call in surroundings.updates(unit).get(value, ()):
        given = ev.arguments(unit, call, frame)
        is_open = is_open or given.open_keywords
        later += [(ev.world.literal(name), thunk) for name, thunk in given.keywords.items()]
        for known in ev.force(given.positional[0]) if given.positional else ():
            later += known.entries if isinstance(known, DictOf) else ()
            is_open = is_open or not isinstance(known, DictOf) or known.open
    return ev.world.interned.of(DictOf, (*found.items(), *later), is_open, (unit.path, value))


def _either(ev: Evaluator, unit: Unit, operator: str, operands: tuple[int, ...], frame: Frame | None) -> Knowns:
    if operator == "and":
        return ev.evaluate(unit, operands[-1], frame)
    found = [k for operand in operands for k in ev.evaluate(unit, operand, frame)]
    last = ev.evaluate(unit, operands[-1], frame)
    useful = ev.distinct(
        texts.with_default(ev.world, k, last)
        for k in found
        if not (isinstance(k, Plain) and not k.value) and not (isinstance(k, Text) and k.literal == "")
    )
    return settings.merged(ev, useful) or tuple(found)


def _arithmetic(
    ev: Evaluator, unit: Unit, operator: str, left: int, right: int, frame: Frame | None
) -> Sequence[Known]:
    if operator not in ("+", "|", "/") or left == NOTHING:
        return (ev.world.unknown("arithmetic"),)
    lefts, rights = ev.evaluate(unit, left, frame), ev.evaluate(unit, right, frame)
    if operator == "/":
        return files.divided(ev, lefts, rights) or (ev.world.unknown("arithmetic"),)
    path = files.appended(ev, (lefts, rights)) if operator == "+" else ()
    if path:
        return path
    if any(isinstance(k, Text) for k in (*lefts, *rights)):
        return texts.joined(ev, unit, (left, right), frame)
    lists = [k for k in (*lefts, *rights) if isinstance(k, ListOf)]
    if lists:
        items = tuple(dict.fromkeys(item for k in lists for item in k.items))
        exact = len(lefts) == len(rights) == 1 and all(k.exact for k in lists) and len(lists) == 2
        return (ev.world.interned.of(ListOf, items, exact),)
    dicts = [k for k in (*lefts, *rights) if isinstance(k, DictOf)]
    if dicts:
        merged: dict[Known, Thunk] = {}
        for k in dicts:
            merged.update(k.entries)
        is_open = len(dicts) < 2 or any(k.open for k in dicts)
        return (ev.world.interned.of(DictOf, tuple(merged.items()), is_open, None),)
    if operator == "|":
        steps = [k for k in (*lefts, *rights) if isinstance(k, ClientObject)]
        return [_step(ev, k) for k in steps] or (ev.world.unknown("arithmetic"),)
    return (ev.world.unknown("arithmetic"),)


def _step(ev: Evaluator, step: ClientObject) -> ClientObject:
    """A step of a pipeline (`pack.s(1) | mail.s()`): what sends the pipeline sends each of its steps."""
    piped = ev.world.catalog.type(step.type).piped
    if not piped:
        return step
    return ev.world.interned.of(
        ClientObject, ev.world.catalog.resolve(step.type.library, piped), step.site, step.maker, step.parent
    )
