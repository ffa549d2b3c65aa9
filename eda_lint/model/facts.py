"""What one file says, told in full and knowing no other file.

`ModuleFacts` is a pure function of *(content, extractor version)*: it knows no path, no module name, no
configuration and no catalog, so byte-identical files share one entry and any process may compute it.
Everything later phases need is here, so that no syntax tree leaves `extract`: values, definitions, calls,
and the control flow of every body as a skeleton of steps in evaluation order.

`Places` lies beside the facts: adding a blank line changes places and no fact.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from eda_lint.model.values import NOTHING, Value

# --------------------------------------------------------------------------------------------- calls


class Argument(msgspec.Struct, frozen=True, array_like=True):
    """One argument of a call: `name` for keywords, `star` 1 for `*value`, 2 for `**value`."""

    value: int
    name: str = ""
    star: int = 0


class Call(msgspec.Struct, frozen=True, array_like=True):
    """One call. Its index in `ModuleFacts.calls` is its index in `Places.calls`, in source preorder."""

    function: int
    """Value index of what is called."""
    arguments: tuple[Argument, ...]
    scope: int
    """Definition whose body holds the call (0 = the module body; a class body counts as itself)."""


# -------------------------------------------------------------------------------------- definitions


class Binding(msgspec.Struct, frozen=True, array_like=True):
    """A name given a value in some scope.

    `value` is `NOTHING` for a bare annotation (`topic: str`). Class attributes are the bindings whose
    scope is the class; module globals those with scope 0.
    """

    name: str
    scope: int
    value: int
    annotation: int = NOTHING


class ParameterFact(msgspec.Struct, frozen=True, array_like=True):
    """One parameter. `binding` is the binding it makes in the function's scope."""

    name: str
    kind: Literal["positional", "keyword", "*", "**"]
    """`positional` also takes a keyword; `keyword` stands after `*`."""
    binding: int
    annotation: int = NOTHING
    default: int = NOTHING


class Function(msgspec.Struct, frozen=True, array_like=True, tag="f"):
    """A `def`, `async def` or lambda (`name == "<lambda>"`); definition 0 is the module (`"<module>"`)."""

    name: str
    parent: int
    """Definition it stands in (`NOTHING` for the module)."""
    parameters: tuple[ParameterFact, ...]
    decorators: tuple[int, ...]
    """Values, outermost first; `first_decorator + i` indexes `Places.decorators`."""
    first_decorator: int
    returns: int
    """Annotation value, or `NOTHING`."""
    body: int
    """Block index; a lambda's body is one `Return`."""
    is_async: bool = False
    is_generator: bool = False


class Class(msgspec.Struct, frozen=True, array_like=True, tag="c"):
    """A class statement."""

    name: str
    parent: int
    bases: tuple[int, ...]
    keywords: tuple[Argument, ...]
    decorators: tuple[int, ...]
    first_decorator: int
    body: int


# --------------------------------------------------------------------------------------------- flow


class Do(msgspec.Struct, frozen=True, array_like=True, tag="c"):
    """A call is made."""

    call: int


class Bind(msgspec.Struct, frozen=True, array_like=True, tag="b"):
    """A name is bound (also by `for`, `with`, `except`, walrus, import, `def` and `class`)."""

    binding: int


class Write(msgspec.Struct, frozen=True, array_like=True, tag="w"):
    """`target = value`, where target is an `Attribute` or `Item` value.

    `operator` is `""` for plain assignment, else the augmented one (`"+"` for `+=`), and then `value` is
    the right-hand side alone. `place` indexes `Places.writes`.
    """

    target: int
    value: int
    operator: str
    place: int
    annotation: int = NOTHING


class Branch(msgspec.Struct, frozen=True, array_like=True, tag="i"):
    """`if test`; also a ternary or short circuit that makes calls in one arm."""

    test: int
    then: int
    otherwise: int
    """Block, or `NOTHING`."""


class Pattern(msgspec.Struct, frozen=True, array_like=True):
    """A `case` pattern, in a flat table.

    `value`: compared value. `class`: `value` is the class, `keys` the attribute names of the keyword
    `parts` (positional ones first, with key `""`). `mapping`: `keys` are value indices as text.
    `capture`: binds `binding`; `wildcard`: `_`.
    """

    kind: Literal["value", "class", "mapping", "sequence", "or", "capture", "wildcard"]
    value: int = NOTHING
    parts: tuple[int, ...] = ()
    keys: tuple[str, ...] = ()
    binding: int = NOTHING


class Case(msgspec.Struct, frozen=True, array_like=True):
    """One `case` of a match statement; `pattern` indexes `ModuleFacts.patterns`."""

    pattern: int
    guard: int
    body: int


class Match(msgspec.Struct, frozen=True, array_like=True, tag="m"):
    """A match statement."""

    subject: int
    cases: tuple[Case, ...]


class Loop(msgspec.Struct, frozen=True, array_like=True, tag="l"):
    """A loop. `over` is what a `for` iterates, or the test of a `while`."""

    kind: Literal["for", "async for", "while", "comprehension"]
    over: int
    body: int
    otherwise: int = NOTHING


class Handler(msgspec.Struct, frozen=True, array_like=True):
    """One `except`. `types` is a value (a tuple display for several) or `NOTHING` for a bare one."""

    types: int
    binding: int
    body: int
    place: int
    """Indexes `Places.handlers`."""


class Try(msgspec.Struct, frozen=True, array_like=True, tag="t"):
    """A try statement."""

    body: int
    handlers: tuple[Handler, ...]
    otherwise: int = NOTHING
    finally_: int = NOTHING


class With(msgspec.Struct, frozen=True, array_like=True, tag="W"):
    """A with statement; items are `(context value, binding or NOTHING)`. `place` indexes `Places.withs`."""

    items: tuple[tuple[int, int], ...]
    body: int
    is_async: bool
    place: int


class Evaluate(msgspec.Struct, frozen=True, array_like=True, tag="e"):
    """An expression statement: its value is dropped. Calls in it were made by `Do` steps before it."""

    value: int


class Assert(msgspec.Struct, frozen=True, array_like=True, tag="a"):
    """`assert test`."""

    test: int


class Return(msgspec.Struct, frozen=True, array_like=True, tag="r"):
    """`return value` (`NOTHING` for a bare one)."""

    value: int


class Yield(msgspec.Struct, frozen=True, array_like=True, tag="y"):
    """`yield value`, or `yield from value` with `delegated`."""

    value: int
    delegated: bool = False


class Raise(msgspec.Struct, frozen=True, array_like=True, tag="x"):
    """`raise value` (`NOTHING` re-raises)."""

    value: int


class Define(msgspec.Struct, frozen=True, array_like=True, tag="d"):
    """A nested `def` or `class` statement is executed. (Its name is bound by the `Bind` that follows.)"""

    definition: int


class Leave(msgspec.Struct, frozen=True, array_like=True, tag="k"):
    """`break` or `continue`."""

    kind: Literal["break", "continue"]


Step = (
    Do | Bind | Write | Branch | Match | Loop | Try | With | Evaluate | Assert | Return | Yield | Raise | Define | Leave
)
"""One step of a body."""


# ------------------------------------------------------------------------------------------- module


class Import(msgspec.Struct, frozen=True, array_like=True):
    """An import statement's target, as written: `name` is `""` for `import m`, `"*"` for a star import."""

    module: str
    level: int
    name: str


class ModuleFacts(msgspec.Struct, frozen=True, array_like=True):
    """All that a Python file says. Definition 0 and block `definitions[0].body` are the module body."""

    imports: tuple[Import, ...]
    values: tuple[Value, ...]
    calls: tuple[Call, ...]
    bindings: tuple[Binding, ...]
    definitions: tuple[Function | Class, ...]
    blocks: tuple[tuple[Step, ...], ...]
    patterns: tuple[Pattern, ...] = ()


# ------------------------------------------------------------------------------------------- places


class Span(msgspec.Struct, frozen=True, array_like=True):
    """Where something stands. Lines and columns from 1, columns in code points, end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Comment(msgspec.Struct, frozen=True, array_like=True):
    """A comment that may suppress findings (it holds `eda-lint:` or `noqa`)."""

    line: int
    column: int
    text: str
    alone: bool
    """It stands on a line of its own."""


class Places(msgspec.Struct, frozen=True, array_like=True):
    """Where the facts of a file stand; each tuple is indexed by the number that the fact carries."""

    calls: tuple[Span, ...] = ()
    definitions: tuple[Span, ...] = ()
    """From the `def`/`class`/`lambda` keyword (not the decorators); entry 0 is the whole module."""
    decorators: tuple[Span, ...] = ()
    entries: tuple[Span, ...] = ()
    """A dict display's entry: its key (or the `**`)."""
    writes: tuple[Span, ...] = ()
    """The target of an attribute or item assignment."""
    handlers: tuple[Span, ...] = ()
    withs: tuple[Span, ...] = ()
    statements: tuple[tuple[int, int], ...] = ()
    """First and last line of each simple statement and each compound statement's header, sorted."""
    comments: tuple[Comment, ...] = ()


class Problem(msgspec.Struct, frozen=True, array_like=True):
    """A file, or a part of one, that could not be read."""

    kind: Literal["syntax", "encoding", "limits", "unreadable", "python2", "internal"]
    message: str
    """One line: what is wrong and how to mend it."""
    line: int = 1
    column: int = 1


class Extracted(msgspec.Struct, frozen=True, array_like=True):
    """What extraction gives for one file's bytes; `facts` is None when a problem stopped it."""

    facts: ModuleFacts | None
    places: Places
    problems: tuple[Problem, ...] = ()


# ---------------------------------------------------------------------------------------- documents

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
"""Plain data. CloudFormation's short tags are written out: `!Ref X` is `{"Ref": "X"}`,
`!GetAtt a.b` is `{"Fn::GetAtt": ["a", "b"]}`, `!Sub s` is `{"Fn::Sub": s}`, other tags `{"!Tag": …}`."""


class Document(msgspec.Struct, frozen=True):
    """A configuration file read as data: YAML (all documents as a list if several), TOML, JSON, INI, `.env`,
    HCL (see `extract.hcl`), Dockerfiles (their variables)."""

    format: Literal["yaml", "toml", "json", "ini", "env", "hcl", "dockerfile"]
    data: Json
    problems: tuple[Problem, ...] = ()
