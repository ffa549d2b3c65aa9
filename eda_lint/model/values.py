"""What is known of an expression without running it.

Values live in one flat table per file (`ModuleFacts.values`); a child is an index into that table, so
nothing recurses with the input and a file's facts encode to the same bytes every time. `-1` (`NOTHING`)
stands for "no value here".
"""

from __future__ import annotations

from typing import Literal

import msgspec

NOTHING = -1
"""The index that means "absent"."""


class Text(msgspec.Struct, frozen=True, array_like=True, tag="t"):
    """A string or bytes literal (bytes are read as Latin-1, implicit concatenation is joined)."""

    text: str


class Number(msgspec.Struct, frozen=True, array_like=True, tag="n"):
    """An int (within 64 bits) or float literal."""

    number: int | float


class Constant(msgspec.Struct, frozen=True, array_like=True, tag="k"):
    """`True`, `False` or `None`."""

    value: bool | None


class Name(msgspec.Struct, frozen=True, array_like=True, tag="g"):
    """A name that no enclosing function binds: a module global or a builtin."""

    name: str


class Local(msgspec.Struct, frozen=True, array_like=True, tag="l"):
    """A name bound in this or an enclosing function, class body, or (for module code) the module body.

    `bindings` are the indices in `ModuleFacts.bindings` of the definitions that can reach this use, in
    order. A name read from an enclosing function lists all bindings of that function.
    """

    name: str
    bindings: tuple[int, ...]


class Parameter(msgspec.Struct, frozen=True, array_like=True, tag="p"):
    """The argument that a function was called with: value of the binding that a parameter makes."""

    function: int
    index: int


class Imported(msgspec.Struct, frozen=True, array_like=True, tag="i"):
    """What an import statement binds.

    `import a.b` binds `a` to `Imported("a", 0, "")`; `import a.b as x` binds `Imported("a.b", 0, "")`;
    `from ..m import n` binds `Imported("m", 2, "n")`.
    """

    module: str
    level: int
    name: str


class Definition(msgspec.Struct, frozen=True, array_like=True, tag="d"):
    """A function, class or lambda of this file: index in `ModuleFacts.definitions`."""

    index: int


class Attribute(msgspec.Struct, frozen=True, array_like=True, tag="a"):
    """`of.name`."""

    of: int
    name: str


class Item(msgspec.Struct, frozen=True, array_like=True, tag="["):
    """`of[key]`; a slice is an `Opaque` key. Unpacking `a, b = v` binds `Item(v, 0)` and `Item(v, 1)`."""

    of: int
    key: int


class Result(msgspec.Struct, frozen=True, array_like=True, tag="c"):
    """What a call returns: index in `ModuleFacts.calls`."""

    call: int


class Awaited(msgspec.Struct, frozen=True, array_like=True, tag="w"):
    """`await of`."""

    of: int


class Element(msgspec.Struct, frozen=True, array_like=True, tag="e"):
    """What iterating over `of` gives."""

    of: int


class Entered(msgspec.Struct, frozen=True, array_like=True, tag="@"):
    """What `with of as x` binds."""

    of: int


class Joined(msgspec.Struct, frozen=True, array_like=True, tag="j"):
    """Text joined of parts, in order: f-string, `+` (one side known to be text), `%`, `.format()` on a literal."""

    parts: tuple[int, ...]


class Sequence(msgspec.Struct, frozen=True, array_like=True, tag="s"):
    """A list, tuple or set display; an item may be `Starred`."""

    kind: Literal["list", "tuple", "set"]
    items: tuple[int, ...]


class Starred(msgspec.Struct, frozen=True, array_like=True, tag="*"):
    """`*of` inside a display."""

    of: int


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One entry of a dict display; `key` is `NOTHING` for `**value`. `place` indexes `Places.entries`."""

    key: int
    value: int
    place: int


class Mapping(msgspec.Struct, frozen=True, array_like=True, tag="m"):
    """A dict display. (`dict(a=1)` stays a call.)"""

    entries: tuple[Entry, ...]


class Collected(msgspec.Struct, frozen=True, array_like=True, tag="%"):
    """A comprehension: what one element is, and for a dict its key."""

    kind: Literal["list", "set", "dict", "generator"]
    key: int
    element: int


class Conditional(msgspec.Struct, frozen=True, array_like=True, tag="?"):
    """`then if test else otherwise`."""

    test: int
    then: int
    otherwise: int


class Either(msgspec.Struct, frozen=True, array_like=True, tag="|"):
    """`a and b and …` or `a or b or …`."""

    operator: Literal["and", "or"]
    operands: tuple[int, ...]


class Comparison(msgspec.Struct, frozen=True, array_like=True, tag="="):
    """`left op right op …`; operators are spelled as in Python (`==`, `not in`, `is`, …)."""

    left: int
    operators: tuple[str, ...]
    rights: tuple[int, ...]


class Negation(msgspec.Struct, frozen=True, array_like=True, tag="!"):
    """`not of`."""

    of: int


class Arithmetic(msgspec.Struct, frozen=True, array_like=True, tag="+"):
    """`left op right`, where it is not a joined text; unary operators have `left = NOTHING`.

    An augmented assignment `x += v` binds `Arithmetic("+", x, v)` (or `Joined`).
    """

    operator: str
    left: int
    right: int


class Opaque(msgspec.Struct, frozen=True, array_like=True, tag="o"):
    """An expression nothing is known of, and why (`"yield"`, `"slice"`, `"exception"`, `"deleted"`, …)."""

    reason: str


Value = (
    Text
    | Number
    | Constant
    | Name
    | Local
    | Parameter
    | Imported
    | Definition
    | Attribute
    | Item
    | Result
    | Awaited
    | Element
    | Entered
    | Joined
    | Sequence
    | Starred
    | Mapping
    | Collected
    | Conditional
    | Either
    | Comparison
    | Negation
    | Arithmetic
    | Opaque
)
"""Anything that can stand in the value table."""
