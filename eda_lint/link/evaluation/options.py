"""Options of command lines, with the variables and defaults that give them a value: click, typer, argparse, absl."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from eda_lint.link.evaluation import files, texts
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.known import (
    BuiltinMethod,
    CommandLine,
    External,
    FilePath,
    Known,
    Knowns,
    ListOf,
    Piece,
    Text,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.facts import Call
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

PARSERS = frozenset({
    "argparse.ArgumentParser", "configargparse.ArgParser", "configargparse.ArgumentParser",
    "jsonargparse.ArgumentParser",
})  # fmt: skip
_PARSING = frozenset({"parse_args", "parse_known_args", "parse_intermixed_args"})
_BUILDING = frozenset({
    "add_argument", "add_argument_group", "add_mutually_exclusive_group", "add_subparsers", "add_parser",
    "set_defaults", "error", "exit", "print_help", "format_help",
})  # fmt: skip


def parameter(ev: Evaluator, unit: Unit, function: int, index: int) -> Knowns:
    """What a command line gives a parameter of a command: a variable or a default; nothing if that is not known."""
    fact = unit.function(function)
    if index >= len(fact.parameters):
        return ()  # `super()` in a method that takes no `self`
    told = fact.parameters[index]
    for value in (told.default, *_annotated(unit, told.annotation)):
        call = _call(unit, value, ("Option", "Argument"))
        if call is not None and _is_from(ev, unit, call, "typer"):
            plain = told.default if value != told.default else _first_plain(call)
            return _setting(ev, unit, call, told.name, plain)
    for decorator in fact.decorators:
        call = _call(unit, decorator, ("main",)) if index == 0 else None
        if call is not None and _is_from(ev, unit, call, "hydra"):
            return _composed(ev, unit, call)
        call = _call(unit, decorator, ("option", "argument"))
        if call is not None and told.name in _names(ev, unit, call) and _is_from(ev, unit, call, "click"):
            return _setting(ev, unit, call, told.name, _keyword(call, "default"))
    return ()


def _composed(ev: Evaluator, unit: Unit, call: Call) -> Knowns:
    """The configuration that `@hydra.main(config_path, config_name)` hands in: the primary file."""
    path, name = (next(_texts(ev, unit, _keyword(call, key)), "") for key in ("config_path", "config_name"))
    if not name:
        return ()
    place = posixpath.normpath(posixpath.join(posixpath.dirname(unit.path), path, f"{name.removesuffix('.yaml')}.yaml"))
    return files.data(ev, ev.world.interned.of(FilePath, place, True))


def attribute(ev: Evaluator, base: CommandLine, name: str) -> Sequence[Known]:
    """An option of a parsed command line, or a method of its parser."""
    if name in _PARSING or name in _BUILDING:
        return (ev.world.interned.of(BuiltinMethod, base, name),)
    unit = ev.world.known_unit(base.site.unit)
    found: list[Known] = []
    for index in unit.calls_by_name.get("add_argument", ()):
        call = unit.facts.calls[index]
        if name in _names(ev, unit, call):
            found.extend(_setting(ev, unit, call, name, _keyword(call, "default"), base.site.frame))
    return ev.distinct(found) or (ev.world.unknown(f"option {name} of the command line"),)


def method(ev: Evaluator, base: CommandLine, name: str) -> Sequence[Known]:
    """Parsing gives the options, and so does what groups them."""
    if name == "parse_known_args":
        return (ev.world.interned.of(ListOf, (ev.world.given(base), ev.world.given(ev.world.unknown("rest"))), True),)
    return (base,) if name in _PARSING or name.startswith("add_") else (ev.world.unknown(f"result of {name}"),)


def flag(ev: Evaluator, name: str) -> Knowns:
    """`FLAGS.name` of absl: its definition anywhere in the service."""
    sources = ev.world.sources
    for path in sources.mentions("DEFINE_string", name):
        unit = ev.world.unit(path) if sources.service(path) == sources.service(ev.asking) else None
        for index in unit.calls_by_name.get("DEFINE_string", ()) if unit is not None else ():
            assert unit is not None
            call = unit.facts.calls[index]
            positional = [a.value for a in call.arguments if not a.name and not a.star]
            if positional and texts.literal_texts(ev, ev.evaluate(unit, positional[0], None)) == [name]:
                default = positional[1] if len(positional) > 1 else _keyword(call, "default")
                return _setting(ev, unit, call, name, default)
    return ()


def _setting(ev: Evaluator, unit: Unit, call: Call, name: str, default: int, frame: Frame | None = None) -> Knowns:
    """The variable that an option is taken from (`envvar`), else its default as a setting of the option's name. An
    option with neither is known only to who starts the program."""
    variables = [t for key in ("envvar", "env_var") for t in _texts(ev, unit, _keyword(call, key))]
    knowns = ev.evaluate(unit, default, frame) if default != NOTHING else ()
    own = [k for k in knowns if isinstance(k, Text) and k.literal is None and k.pieces[0].kind == "env"]
    literals = [t for t in texts.literal_texts(ev, knowns) if t]
    if not variables and own:
        return tuple(own)
    if not variables and not literals:
        return ()
    return (ev.world.text([Piece("env", variables[0] if variables else name, literals[0] if literals else None)]),)


def _texts(ev: Evaluator, unit: Unit, value: int) -> Iterator[str]:
    for known in ev.evaluate(unit, value, None) if value != NOTHING else ():
        items = ev.force_all(known.items) if isinstance(known, ListOf) else (known,)
        yield from texts.literal_texts(ev, items)


def _names(ev: Evaluator, unit: Unit, call: Call) -> list[str]:
    """The names of the parameter that an option is passed on as: `dest`, a plain name, or the option's own."""
    told = list(_texts(ev, unit, _keyword(call, "dest")))
    given = [t for a in call.arguments if not a.name and not a.star for t in _texts(ev, unit, a.value)]
    plain = [t for t in given if not t.startswith("-")]
    longest = sorted(
        (t.split("/")[0].strip() for t in given if t.startswith("-")), key=lambda t: not t.startswith("--")
    )
    return told or plain or [longest[0].lstrip("-").replace("-", "_")] if (told or plain or longest) else []


def _keyword(call: Call, name: str) -> int:
    return next((a.value for a in call.arguments if a.name == name), NOTHING)


def _first_plain(call: Call) -> int:
    return next((a.value for a in call.arguments if not a.name and not a.star), _keyword(call, "default"))


def _annotated(unit: Unit, annotation: int) -> tuple[int, ...]:
    shown = unit.facts.values[annotation] if annotation != NOTHING else None
    if not isinstance(shown, v.Item) or unit.terminal(shown.of) != "Annotated":
        return ()
    key = unit.facts.values[shown.key]
    return key.items[1:] if isinstance(key, v.Sequence) else ()


def _call(unit: Unit, value: int, names: tuple[str, ...]) -> Call | None:
    shown = unit.facts.values[value] if value != NOTHING else None
    if not isinstance(shown, v.Result):
        return None
    call = unit.facts.calls[shown.call]
    return call if unit.terminal(call.function) in names else None


def _is_from(ev: Evaluator, unit: Unit, call: Call, library: str) -> bool:
    paths = [k.path for k in ev.evaluate(unit, call.function, None) if isinstance(k, External)]
    return any(library in path.partition(".")[0] for path in paths)
