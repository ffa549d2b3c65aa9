"""Signatures as the catalog writes them: parsed, and bound to the arguments of a call."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

ParameterKind = Literal["positional", "either", "variadic", "keyword", "keywords"]
"""positional: before `/`; either: by position or name; variadic: `*args`; keyword: after `*`; keywords: `**kw`."""

Slot = int | str | tuple[int, ...] | tuple[str, ...]
"""Where a parameter's argument stands: its position, its keyword, all the positions that `*args` takes, or all
the keywords that `**kwargs` takes."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a signature, without stars."""

    name: str
    kind: ParameterKind
    has_default: bool = False


def parse(params: Sequence[str]) -> tuple[Parameter, ...]:
    """The parameters of a `params` list (`"topic"`, `"value=None"`, `"/"`, `"*"`, `"*topics"`, `"**configs"`).

    Raises ValueError for what is no signature: a name twice, `**` not last, a default before a required one.
    """
    found: list[Parameter] = []
    after_star = False
    for text in params:
        if found and found[-1].kind == "keywords":
            raise ValueError(f"{text!r} after {'**' + found[-1].name!r}")
        if text == "/":
            found = [Parameter(p.name, "positional", p.has_default) for p in found]
        elif text == "*":
            after_star = True
        else:
            found.append(_parameter(text, after_star))
            after_star = after_star or found[-1].kind == "variadic"
    _check(found)
    return tuple(found)


def _parameter(text: str, after_star: bool) -> Parameter:
    name, equals, _ = text.partition("=")
    name = name.strip()
    kind: ParameterKind = "keyword" if after_star else "either"
    if name.startswith("**"):
        name, kind = name[2:], "keywords"
    elif name.startswith("*"):
        name, kind = name[1:], "variadic"
    if not name.isidentifier():
        raise ValueError(f"{text!r} is no parameter")
    if equals and kind in ("variadic", "keywords"):
        raise ValueError(f"{text!r}: no default here")
    return Parameter(name, kind, bool(equals))


def _check(parameters: Sequence[Parameter]) -> None:
    names = [p.name for p in parameters]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name!r} is there twice")
    by_position = [p for p in parameters if p.kind in ("positional", "either")]
    for before, after in pairwise(by_position):
        if before.has_default and not after.has_default:
            raise ValueError(f"{after.name!r} has no default but follows {before.name!r}, which has one")


def bind(parameters: Sequence[Parameter] | None, positional: int, keywords: Collection[str]) -> dict[str, Slot] | None:
    """Where each parameter's argument stands in a call with so many positional arguments and these keywords.

    A keyword that `**kwargs` takes is there under its own name too. None if the call does not fit (too many
    positional arguments, an unknown keyword, an argument twice). That required arguments are missing is no
    misfit: a call may spread what nobody knows. `parameters` None means keywords only, of any name.
    """
    if parameters is None:
        return None if positional else {name: name for name in keywords}
    slots: dict[str, Slot] = {}
    by_position = [p for p in parameters if p.kind in ("positional", "either")]
    for position, parameter in enumerate(by_position[:positional]):
        slots[parameter.name] = position
    if positional > len(by_position):
        rest = next((p for p in parameters if p.kind == "variadic"), None)
        if rest is None:
            return None
        slots[rest.name] = tuple(range(len(by_position), positional))
    return slots if _bind_keywords(parameters, keywords, slots) else None


def _bind_keywords(parameters: Sequence[Parameter], keywords: Collection[str], slots: dict[str, Slot]) -> bool:
    named = {p.name for p in parameters if p.kind in ("either", "keyword")}
    rest = next((p for p in parameters if p.kind == "keywords"), None)
    spread: list[str] = []
    for keyword in keywords:
        if keyword in named:
            if keyword in slots:
                return False
        elif rest is None:
            return False
        else:
            spread.append(keyword)
            if keyword in slots:
                continue
        slots[keyword] = keyword
    if rest is not None and spread:
        slots[rest.name] = tuple(spread)
    return True
