"""Where the facts of a file stand.

CPython's `ast` gives positions an order of magnitude faster than libcst's `PositionProvider`, and sorted by
position its nodes come in the order in which the walk numbered libcst's. It is used if it reads the file and
finds as many of everything; else `PositionProvider` is asked.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eda_lint.model.facts import Comment, Places, Span

Counts = Mapping[Any, int]
"""How many of each category the walk numbered."""

_SUPPRESSION = re.compile(r"eda-lint:|noqa")
_LEAVES: frozenset[type] = frozenset((type(None), ast.Name, ast.Constant, ast.Load, ast.Store))
_CALL, _LAMBDA, _DICT, _ATTRIBUTE, _SUBSCRIPT = ast.Call, ast.Lambda, ast.Dict, ast.Attribute, ast.Subscript
_HEADER_END = re.compile(r":\s*(#.*)?$")

_Key = tuple[int, int, int, int]
"""Line, column, and the negated end: sorts into source preorder."""


def _child_fields() -> dict[type, tuple[str, ...]]:
    """Fields of each node type that can hold something with a place."""
    skipped = {"ctx", "op", "ops", "id", "attr", "name", "names", "module", "level", "asname", "kind", "simple"}
    skipped |= {"type_comment", "conversion", "is_async", "arg", "type_ignores", "kwd_attrs", "rest", "tag"}
    found = {}
    for kind in vars(ast).values():
        if isinstance(kind, type) and issubclass(kind, ast.AST) and kind not in _LEAVES:
            found[kind] = tuple(field for field in kind._fields if field not in skipped)
    found[ast.MatchSingleton] = ()
    return found


_CHILDREN = _child_fields()


def fast_places(source: str, counts: Counts) -> Places | None:
    """Places by CPython's `ast`; None if it refuses the file or counts otherwise than the walk did."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found = _Collector(source)
    found.collect(tree)
    if any(len(nodes) != counts[category] for category, nodes in found.nodes.items()):
        return None
    return found.places()


class _Collector:
    """The nodes of a tree that have places."""

    def __init__(self, source: str) -> None:
        self.lines = _Lines(source)
        self.calls: list[_Key] = []
        self.definitions: list[_Key] = [(0, 0, 0, 0)]
        self.decorators: list[_Key] = []
        self.entries: list[_Key] = []
        self.writes: list[_Key] = []
        self.handlers: list[_Key] = []
        self.withs: list[_Key] = []
        self.statements: list[tuple[int, int]] = []

    @property
    def nodes(self) -> dict[str, list[_Key]]:
        """By category."""
        return {
            "calls": self.calls,
            "definitions": self.definitions,
            "decorators": self.decorators,
            "entries": self.entries,
            "writes": self.writes,
            "handlers": self.handlers,
            "withs": self.withs,
        }

    def collect(self, tree: ast.Module) -> None:
        """Look at every node once. This is the hot loop: leaves are never pushed."""
        children = _CHILDREN
        leaves = _LEAVES
        special = self._special()
        calls = self.calls
        stack: list[Any] = list(tree.body)
        pop, push, extend = stack.pop, stack.append, stack.extend
        while stack:
            node = pop()
            kind = type(node)
            if kind is _CALL:
                calls.append((node.lineno, node.col_offset, -node.end_lineno, -node.end_col_offset))
            else:
                look = special.get(kind)
                if look is not None:
                    look(node)
            for field in children[kind]:
                child = getattr(node, field)
                if child.__class__ is list:
                    if child:
                        extend([each for each in child if each.__class__ not in leaves])
                elif child is not None and child.__class__ not in leaves:
                    push(child)

    def _special(self) -> dict[type, Any]:
        statements = self.statements

        def simple(node: Any) -> None:
            statements.append((node.lineno, node.end_lineno))

        def write(node: Any) -> None:
            if node.ctx.__class__ is ast.Store:
                self.writes.append(_key(node))

        table: dict[type, Any] = {
            kind: simple for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.stmt)
        }
        table |= {
            ast.Attribute: write,
            ast.Subscript: write,
            ast.Lambda: lambda node: self.definitions.append(_key(node)),
            ast.Dict: self._dict,
            ast.ExceptHandler: self._handler,
            ast.FunctionDef: self._definition,
            ast.AsyncFunctionDef: self._definition,
            ast.ClassDef: self._definition,
            ast.With: self._with,
            ast.AsyncWith: self._with,
            ast.match_case: lambda node: self._header(node.pattern.lineno, node.guard or node.pattern, node.body),
            ast.Match: lambda node: statements.append((node.lineno, node.subject.end_lineno)),
        }
        table |= dict.fromkeys((ast.If, ast.While), lambda node: self._header(node.lineno, node.test, node.body))
        table |= dict.fromkeys((ast.For, ast.AsyncFor), lambda node: self._header(node.lineno, node.iter, node.body))
        for name in ("Try", "TryStar"):
            if hasattr(ast, name):
                table[getattr(ast, name)] = lambda node: statements.append((node.lineno, node.lineno))
        return table

    def _header(self, first: int, last: Any, body: Sequence[ast.stmt]) -> None:
        self.statements.append((first, self.lines.header_end(last.end_lineno, body[0])))

    def _definition(self, node: Any) -> None:
        self.definitions.append(_key(node))
        first = last = node.lineno
        for decorator in node.decorator_list:
            self.decorators.append(_key(decorator))
            self.statements.append((decorator.lineno, decorator.end_lineno))
        if node.__class__ is ast.ClassDef:
            parts = [*node.bases, *(each.value for each in node.keywords)]
        else:
            arguments = node.args
            parts = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *arguments.defaults]
            parts += filter(None, (*arguments.kw_defaults, arguments.vararg, arguments.kwarg, node.returns))
        last = max([last, *(each.end_lineno for each in parts)])
        self.statements.append((first, self.lines.header_end(last, node.body[0])))

    def _with(self, node: Any) -> None:
        item = node.items[-1]
        last = item.optional_vars or item.context_expr
        self.withs.append((node.lineno, node.col_offset, -last.end_lineno, -last.end_col_offset))
        self._header(node.lineno, last, node.body)

    def _handler(self, node: Any) -> None:
        end = node.type
        if end is None:
            key = (node.lineno, node.col_offset, -node.lineno, -(node.col_offset + len("except")))
        else:
            key = (node.lineno, node.col_offset, -end.end_lineno, -end.end_col_offset)
        self.handlers.append(key)
        self.statements.append((node.lineno, self.lines.header_end(-key[2], node.body[0])))

    def _dict(self, node: ast.Dict) -> None:
        line, column = node.lineno, node.col_offset + 1
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                self.entries.append(_key(key))
            else:
                row, start = self.lines.find_stars(line, column, value.lineno, value.col_offset)
                self.entries.append((row, start, -row, -(start + 2)))
            line, column = value.end_lineno or value.lineno, value.end_col_offset or value.col_offset

    def places(self) -> Places:
        """Everything in source order, columns in code points."""
        spans = self.lines.spans
        return Places(
            calls=spans(sorted(self.calls)),
            definitions=(self.lines.whole(), *spans(sorted(self.definitions)[1:])),
            decorators=spans(sorted(self.decorators)),
            entries=spans(sorted(self.entries)),
            writes=spans(sorted(self.writes)),
            handlers=spans(sorted(self.handlers)),
            withs=spans(sorted(self.withs)),
            statements=tuple(sorted(self.statements)),
        )


def _key(node: Any) -> _Key:
    return (node.lineno, node.col_offset, -node.end_lineno, -node.end_col_offset)


class _Lines:
    """The lines of a source, and columns in them."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.is_ascii = source.isascii()
        self._lines: list[str] | None = None

    @property
    def lines(self) -> list[str]:
        """The lines as the parsers count them: form feeds and the like end none."""
        if self._lines is None:
            self._lines = re.split(r"\r\n|\r|\n", self.source)
        return self._lines

    def whole(self) -> Span:
        """The span of the whole module."""
        return Span(1, 1, len(self.lines), len(self.lines[-1]) + 1)

    def spans(self, keys: Iterable[_Key]) -> tuple[Span, ...]:
        """Spans of positions whose columns are UTF-8 bytes."""
        if self.is_ascii:
            return tuple([Span(line, start + 1, -last, 1 - end) for line, start, last, end in keys])
        column = self._column
        return tuple([Span(line, column(line, start), -last, column(-last, -end)) for line, start, last, end in keys])

    def _column(self, line: int, offset: int) -> int:
        text = self.lines[line - 1]
        if text.isascii():
            return offset + 1
        return len(text.encode()[:offset].decode(errors="ignore")) + 1

    def header_end(self, line: int, first: ast.stmt) -> int:
        """The line of the colon that ends a compound statement's header."""
        below = first.decorator_list[0].lineno if getattr(first, "decorator_list", None) else first.lineno  # type: ignore[attr-defined]
        for number in range(line, below):
            if _HEADER_END.search(self.lines[number - 1]):
                return number
        return line

    def find_stars(self, line: int, column: int, last: int, end: int) -> tuple[int, int]:
        """Line and byte column of the `**` between two positions."""
        for number in range(last, line - 1, -1):
            text = self.lines[number - 1].encode()
            at = text.rfind(b"**", column if number == line else 0, end if number == last else len(text))
            if at >= 0:
                return number, at
        return last, end


# ------------------------------------------------------------------------------------------ fallback


def slow_places(module: Any) -> Places:
    """Places by libcst's `PositionProvider`, for files that CPython's parser refuses."""
    import libcst as cst
    from libcst.metadata import MetadataWrapper, PositionProvider

    from eda_lint.extract.numbering import preorder

    positions = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)

    def span(first: Any, last: Any = None) -> Span:
        start, end = positions[first].start, positions[last if last is not None else first].end
        if isinstance(first, cst.Tuple) and first.lpar:
            start = positions[first.lpar[-1]].start
        if last is None and isinstance(first, cst.Tuple) and first.rpar:
            end = positions[first.rpar[0]].end
        return Span(start.line, start.column + 1, end.line, end.column + 1)

    found: dict[str, list[Span]] = {category: [] for category in Places.__struct_fields__[:7]}
    found["definitions"].append(_Lines(module.code).whole())
    for category, node in preorder(module):
        found[category].append(_slow_span(cst, node, span))
    statements = [_slow_statement(cst, node, positions) for node in positions if _is_statement(cst, node)]
    spans = {category: tuple(each) for category, each in found.items()}
    return Places(**spans, statements=tuple(sorted(statements)))  # type: ignore[arg-type]


def _slow_span(cst: Any, node: Any, span: Any) -> Span:
    found: Span = span(node)
    match node:
        case cst.DictElement():
            found = span(node.key)
        case cst.StarredDictElement():
            found = Span(found.line, found.column, found.line, found.column + 2)
        case cst.Decorator():
            found = span(node.decorator)
        case cst.ExceptHandler(type=None):
            found = Span(found.line, found.column, found.line, found.column + len("except"))
        case cst.ExceptHandler() | cst.ExceptStarHandler():
            end = span(node.type)
            found = Span(found.line, found.column, end.end_line, end.end_column)
        case cst.With():
            item = node.items[-1]
            end = span(item.asname.name if item.asname is not None else item.item)
            found = Span(found.line, found.column, end.end_line, end.end_column)
        case _:
            pass
    return found


def _is_statement(cst: Any, node: Any) -> bool:
    kinds = (cst.BaseCompoundStatement, cst.BaseSmallStatement, cst.ExceptHandler, cst.ExceptStarHandler)
    return isinstance(node, (*kinds, cst.MatchCase, cst.Decorator))


def _slow_statement(cst: Any, node: Any, positions: Any) -> tuple[int, int]:
    where = positions[node]
    body = getattr(node, "body", None)
    if isinstance(body, cst.IndentedBlock):
        return where.start.line, max(where.start.line, positions[body.header].start.line)
    if isinstance(node, cst.Match):
        return where.start.line, positions[node.subject].end.line
    return where.start.line, where.end.line


# ------------------------------------------------------------------------------------------ comments


def suppression_comments(source: str) -> tuple[Comment, ...]:
    """Comments that may suppress findings. A file that the tokenizer gives up on tells those before that."""
    if _SUPPRESSION.search(source) is None:
        return ()
    found: list[Comment] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source, newline="").readline):
            if token.type == tokenize.COMMENT and _SUPPRESSION.search(token.string):
                line, column = token.start
                alone = not token.line[:column].strip()
                found.append(Comment(line, column + 1, token.string, alone))
    except (tokenize.TokenError, SyntaxError):
        pass
    return tuple(found)
