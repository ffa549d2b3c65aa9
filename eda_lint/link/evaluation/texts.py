"""Texts: joining, formatting, and what text methods do to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.frames import Arguments, Frame
from eda_lint.link.evaluation.known import (
    DictOf,
    EnumMember,
    Known,
    Knowns,
    ListOf,
    Piece,
    Plain,
    Symbol,
    Text,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.evaluation.world import LONGEST, World
from eda_lint.model.describe import describe

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

ALTERNATIVES = 16
"""Most texts that one joining may give."""
_PLACE = re.compile(r"\$\{?([A-Za-z_]\w*)\}?")

DIGITS = 4
"""Most digits of a position in a format; more is no position, and may be more than `int` reads."""

UNCHANGED = frozenset({"encode", "decode", "strip", "lstrip", "rstrip", "casefold", "expandtabs", "copy", "hex"})


def joined(ev: Evaluator, unit: Unit, parts: tuple[int, ...], frame: Frame | None) -> Sequence[Known]:
    """Every text that parts can be joined to; parts that are no text become holes named after the source."""
    choices: list[list[tuple[Piece, ...]]] = []
    total = 1
    for part in parts:
        name = describe(unit.facts, part).strip("'\"")
        shown = unit.facts.values[part]
        if type(shown).__name__ == "Text":
            options: list[tuple[Piece, ...]] = [(Piece("literal", shown.text),)]  # type: ignore[union-attr]
        else:
            options = list(dict.fromkeys(pieces(ev, k, name) for k in ev.evaluate(unit, part, frame)))
        if not options or total * len(options) > ALTERNATIVES:
            options = [(Piece("hole", name),)]
        total *= len(options)
        choices.append(options)
    return [ev.world.text([p for option in combination for p in option]) for combination in product(*choices)]


def pieces(ev: Evaluator, known: Known, name: str) -> tuple[Piece, ...]:
    """A known as pieces of a text; `name` names the hole where it is none."""
    text = ev.text_of(known)
    if text is not None:
        return text.pieces
    match known:
        case Plain(value=value) if value is not None and not isinstance(value, bool):
            return (Piece("literal", str(value)),)
        case Symbol(unit=unit, function=function, index=index):
            parameter = ev.world.known_unit(unit).function(function).parameters[index]
            return (Piece("symbol", parameter.name, None, (unit, function * 1000 + index)),)
        case _:
            return (Piece("hole", name),)


def of_member(ev: Evaluator, known: Known) -> Text | None:
    """The text of an enum member: its value, where it is a text."""
    if isinstance(known, EnumMember):
        for value in ev.force(known.value):
            if isinstance(value, Text):
                return value
    return None


def with_default(world: World, known: Known, alternatives: Knowns) -> Known:
    """`setting or "text"`: the setting with that default."""
    if isinstance(known, Text) and len(known.pieces) == 1 and known.pieces[0].kind == "env":
        piece = known.pieces[0]
        if piece.default is None:
            for other in alternatives:
                if isinstance(other, Text) and other.literal:
                    return world.text([Piece("env", piece.text, other.literal)])
    return known


def method(ev: Evaluator, text: Text, name: str, arguments: Arguments) -> Sequence[Known]:
    """What a method of a text gives."""
    world = ev.world
    if name in UNCHANGED:
        return (text,)
    if name in ("lower", "upper", "title", "capitalize"):
        return (world.text([_case(p, name) for p in text.pieces]),)
    if name == "format":
        return (_format(ev, text, arguments),)
    if name == "format_map":
        return (_format(ev, text, _named(ev, arguments)),)
    if name in ("substitute", "safe_substitute"):
        # `string.Template`: what it is made of is its text.
        return (_format(ev, _braced(world, text), arguments if arguments.keywords else _named(ev, arguments)),)
    if name == "replace":
        return (_replace(ev, text, arguments),)
    if name == "join":
        return _join(ev, text, arguments)
    if name in ("split", "rsplit", "partition", "rpartition", "splitlines"):
        return _split(ev, text, name, arguments)
    if name in ("removeprefix", "removesuffix") and text.literal is not None:
        given = [
            k.literal
            for k in (ev.force(arguments.positional[0]) if arguments.positional else ())
            if isinstance(k, Text)
        ]
        if given and given[0] is not None:
            return (world.literal(getattr(text.literal, name)(given[0])),)
    return (world.unknown(f"text.{name}"),)


def _named(ev: Evaluator, arguments: Arguments) -> Arguments:
    """The entries of a mapping that is the only argument, as keywords."""
    found = Arguments()
    for known in ev.force(arguments.positional[0]) if arguments.positional else ():
        if isinstance(known, DictOf):
            found.keywords |= {t.literal: value for key, value in known.entries if (t := ev.text_of(key)) and t.literal}
    return found


def _braced(world: World, text: Text) -> Text:
    """`$name` and `${name}` as `{name}`."""
    pieces_ = [Piece("literal", _PLACE.sub(r"{\1}", p.text)) if p.kind == "literal" else p for p in text.pieces]
    return world.text(pieces_)


def _case(piece: Piece, name: str) -> Piece:
    if piece.kind == "literal":
        return Piece("literal", getattr(piece.text, name)())
    if piece.kind == "env" and piece.default is not None:
        return Piece("env", piece.text, getattr(piece.default, name)())
    return piece


def _format(ev: Evaluator, text: Text, arguments: Arguments) -> Known:
    found: list[Piece] = []
    position = 0
    for piece in text.pieces:
        if piece.kind != "literal":
            found.append(piece)
            continue
        rest = piece.text
        while rest:
            before, brace, after = rest.partition("{")
            found.append(Piece("literal", before))
            if not brace:
                break
            field, _, rest = after.partition("}")
            name = field.partition(":")[0].partition("!")[0]
            index = position if not name else int(name) if name.isdecimal() and len(name) <= DIGITS else None
            position += not name
            thunk = arguments.at(index, name or None)
            values = ev.force(thunk) if thunk is not None else ()
            found.extend(
                pieces(ev, values[0], name or "value") if len(values) == 1 else (Piece("hole", name or "value"),)
            )
    return ev.world.text(found)


def _replace(ev: Evaluator, text: Text, arguments: Arguments) -> Known:
    old, new = (_literal(ev, arguments, i) for i in (0, 1))
    if not old:
        return text
    found: list[Piece] = []
    for piece in text.pieces:
        if piece.kind != "literal":
            found.append(piece)
        elif new is not None and piece.text.count(old) * len(new) > LONGEST:
            found.append(Piece("hole", "…"))
        elif new is not None:
            found.append(Piece("literal", piece.text.replace(old, new)))
        else:
            before, *others = piece.text.split(old)
            found.append(Piece("literal", before))
            for other in others:
                found += [Piece("hole", old.strip("{}<>") or "value"), Piece("literal", other)]
    return ev.world.text(found)


def _literal(ev: Evaluator, arguments: Arguments, position: int) -> str | None:
    thunk = arguments.at(position, None)
    values = ev.force(thunk) if thunk is not None else ()
    if len(values) == 1 and isinstance(values[0], Text):
        return values[0].literal
    return None


def _join(ev: Evaluator, text: Text, arguments: Arguments) -> Sequence[Known]:
    thunk = arguments.at(0, None)
    for known in ev.force(thunk) if thunk is not None else ():
        if isinstance(known, ListOf) and known.exact:
            found: list[Piece] = []
            for index, item in enumerate(known.items):
                values = ev.force(item)
                if index:
                    found.extend(text.pieces)
                found.extend(pieces(ev, values[0], "item") if len(values) == 1 else (Piece("hole", "item"),))
            return (ev.world.text(found),)
    return (ev.world.unknown("joined text"),)


def _split(ev: Evaluator, text: Text, name: str, arguments: Arguments) -> Sequence[Known]:
    literal, separator = text.literal, _literal(ev, arguments, 0)
    given_one = bool(arguments.positional)
    if literal is None or (separator is None and arguments.positional) or separator == "":
        if text.pieces and text.pieces[0].kind == "env":
            items = tuple(ev.world.given(one) for one in _split_default(ev, text, separator if given_one else ","))
            return (ev.world.interned.of(ListOf, items, False),)
        return (ev.world.unknown("split text"),)
    if name in ("partition", "rpartition") and separator is None:
        return (ev.world.unknown("split text"),)
    parts = getattr(literal, name)(separator) if separator is not None else literal.split()
    thunks = tuple(ev.world.given(ev.world.literal(p)) for p in parts)
    return (ev.world.interned.of(ListOf, thunks, True),)


def _split_default(ev: Evaluator, text: Text, separator: str | None) -> list[Text]:
    """`getenv("TOPICS", "a,b").split(",")`: one setting, of which each part of the default is a value."""
    piece = text.pieces[0]
    if len(text.pieces) > 1 or piece.default is None or not separator:
        return [text]
    parts = dict.fromkeys(p.strip() for p in piece.default.split(separator))
    return [ev.world.text([Piece("env", piece.text, part)]) for part in parts if part] or [text]


def literal_texts(ev: Evaluator, knowns: Iterable[Known]) -> list[str]:
    """The literal strings among knowns."""
    found = []
    for known in knowns:
        text = ev.text_of(known)
        if text is not None and text.literal is not None:
            found.append(text.literal)
    return found
