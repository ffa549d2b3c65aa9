"""Values as short display text, for evidence and names of unknown parts: `self.producer.send`."""

from __future__ import annotations

from eda_lint.model.facts import ModuleFacts
from eda_lint.model.values import (
    NOTHING,
    Arithmetic,
    Attribute,
    Awaited,
    Collected,
    Comparison,
    Conditional,
    Constant,
    Definition,
    Either,
    Element,
    Entered,
    Entry,
    Imported,
    Item,
    Joined,
    Local,
    Mapping,
    Name,
    Negation,
    Number,
    Opaque,
    Parameter,
    Result,
    Sequence,
    Starred,
    Text,
    Value,
)

LIMIT = 60
"""Longest text, in code points."""
_EXPANSIONS = 4000
"""Most values looked at: a long spine is walked down before its first name is told."""

_Token = str | int
_BRACKETS = {"list": ("[", "]"), "tuple": ("(", ")"), "set": ("{", "}")}


def describe(facts: ModuleFacts, value: int, limit: int = LIMIT) -> str:
    """The value in row `value` as one line that reads like its source; what is cut ends in `…`.

    Arguments of calls are left out (`send(…)`), text is quoted. `NOTHING` gives `""`.
    """
    pieces: list[str] = []
    length = 0
    stack: list[_Token] = [value]
    for _ in range(_EXPANSIONS):
        if not stack or length > limit:
            break
        token = stack.pop()
        if isinstance(token, str):
            pieces.append(token)
            length += len(token)
        elif token != NOTHING:
            stack.extend(reversed(_tokens(facts, facts.values[token], limit)))
    text = "".join(pieces)
    return text if length <= limit and not stack else text[: limit - 1] + "…"


def _tokens(facts: ModuleFacts, value: Value, limit: int) -> list[_Token]:
    """Text and rows that a value consists of, in order."""
    match value:
        case Text(text=text):
            return [_quoted(text, limit)]
        case Number(number=number):
            return [repr(number)]
        case Constant(value=constant):
            return [repr(constant)]
        case Name(name=name) | Local(name=name):
            return [name]
        case Attribute(of=of, name=name):
            return [of, f".{name}"]
        case Item(of=of, key=key):
            return [of, "[", key, "]"]
        case Result(call=call):
            called = facts.calls[call]
            return [called.function, "(…)" if called.arguments else "()"]
        case Awaited(of=of):
            return ["await ", of]
        case Parameter(function=function, index=index):
            return [_parameter(facts, function, index)]
        case Definition(index=index):
            return [facts.definitions[index].name]
        case Imported(module=module, level=level, name=name):
            return ["." * level, module, "." if module and name else "", name]
        case Element(of=of) | Entered(of=of):
            return [of]
        case Opaque():
            return ["…"]
        case _:
            return _compound_tokens(facts, value, limit)


def _compound_tokens(facts: ModuleFacts, value: Value, limit: int) -> list[_Token]:
    match value:
        case Joined(parts=parts):
            return ['f"', *_joined(facts, parts, limit), '"']
        case Sequence(kind=kind, items=items):
            opening, closing = _BRACKETS[kind]
            return [opening, *_separated(", ", items, limit), closing]
        case Starred(of=of):
            return ["*", of]
        case Mapping(entries=entries):
            return ["{", *_entries(entries, limit), "}"]
        case Collected(kind=kind):
            return ["[…]" if kind == "list" else "(…)" if kind == "generator" else "{…}"]
        case Conditional(test=test, then=then, otherwise=otherwise):
            return [then, " if ", test, " else ", otherwise]
        case Either(operator=operator, operands=operands):
            return _separated(f" {operator} ", operands, limit)
        case Comparison(left=left, operators=operators, rights=rights):
            tokens: list[_Token] = [left]
            for operator, right in zip(operators[:limit], rights, strict=False):
                tokens += [f" {operator} ", right]
            return tokens
        case Negation(of=of):
            return ["not ", of]
        case Arithmetic(operator=operator, left=left, right=right):
            return [operator, right] if left == NOTHING else [left, f" {operator} ", right]
        case _:
            return ["…"]


def _quoted(text: str, limit: int) -> str:
    """As in source, and on one line whatever it holds."""
    return '"' + _escaped(text, limit) + '"'


def _escaped(text: str, limit: int) -> str:
    return repr(text[: limit + 1])[1:-1].replace('"', '\\"')


def _parameter(facts: ModuleFacts, function: int, index: int) -> str:
    definition = facts.definitions[function]
    parameters = getattr(definition, "parameters", ())
    return parameters[index].name if index < len(parameters) else "…"


def _separated(separator: str, rows: tuple[int, ...], limit: int) -> list[_Token]:
    tokens: list[_Token] = []
    for row in rows[: limit + 1]:
        tokens += [separator, row] if tokens else [row]
    return tokens


def _joined(facts: ModuleFacts, parts: tuple[int, ...], limit: int) -> list[_Token]:
    tokens: list[_Token] = []
    for part in parts[: limit + 1]:
        value = facts.values[part]
        tokens += [_escaped(value.text, limit)] if isinstance(value, Text) else ["{", part, "}"]
    return tokens


def _entries(entries: tuple[Entry, ...], limit: int) -> list[_Token]:
    tokens: list[_Token] = []
    for entry in entries[: limit + 1]:
        key, value = entry.key, entry.value
        if tokens:
            tokens.append(", ")
        tokens += ["**", value] if key == NOTHING else [key, ": ", value]
    return tokens
