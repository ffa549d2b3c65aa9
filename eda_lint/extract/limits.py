"""A pass over the text before the parser sees it: what would crash the parser or take minutes is refused.

libcst recurses with the input: some thousand nested brackets overflow the stack and end the process, and a
sum of ten thousand terms takes over a minute. Both depend on how deep the syntax tree gets, which the
brackets and operators bound. Strings and comments are blanked first; then nearly every file is cleared by
counting at the speed of `re`, and only statements with very many operators are looked at token by token.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from eda_lint.model.facts import Problem

BYTES = 3_000_000
"""Largest source file that is read; larger ones are generated data."""
BRACKETS = 200
"""Deepest nesting of brackets, which is CPython's own limit."""
OPERATORS = 1000
"""Most operators (or adjacent literals) between two commas, and most on the way into the deepest bracket."""
ARMS = 1000
"""Most `elif` arms in one chain."""
INDENTS = 100
"""Deepest indentation, which is CPython's own limit."""

_STRING_BODY = (
    r"(?:'''(?:[^'\\]|\\.|'(?!''))*(?:'''|\Z)|\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*(?:\"\"\"|\Z)"
    r"|'(?:[^'\\\n]|\\.)*(?:'|$)|\"(?:[^\"\\\n]|\\.)*(?:\"|$))"
)
_BLANKED = re.compile(
    rf"(?P<comment>\#[^\n]*)|(?P<field>(?:\b[fFtT][rR]?|\b[rR][fFtT]){_STRING_BODY})|(?P<text>{_STRING_BODY})",
    re.DOTALL | re.MULTILINE,
)
_FIELD = re.compile(r"\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
_OPENING = re.compile(r"[(\[{]")
_INNERMOST = re.compile(r"\(\)|\[\]|\{\}")
_NOT_BRACKET = re.compile(r"[^()\[\]{}]+")
_STATEMENT = re.compile(
    r"^[ \t]*(?:def|class|return|import|raise|try|while|with|assert|del|pass|break|continue|global|nonlocal|except"
    r"|finally|elif)\b",
    re.MULTILINE,
)
_OPERATOR = r"[-+*/%&|^~<>.@\"=]|\b(?:and|or|not|if|else|lambda|for|in|is|await)\b"
_OPERATORS = re.compile(_OPERATOR)
_TOKEN = re.compile(rf"(?P<open>[(\[{{])|(?P<close>[)\]}}])|(?P<comma>[,;])|(?P<end>\n)|(?P<operator>{_OPERATOR}|\()")
_ELIF = re.compile(r"^[ \t]*(?P<word>elif|else|if|def|class|for|while|try|with)\b", re.MULTILINE)
_INDENTED = re.compile(r"^[ \t]{30}", re.MULTILINE)
_DEEP_INDENT = re.compile(rf"^[ \t]{{{INDENTS},}}\S", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Weight:
    """How deep a file's syntax tree may get."""

    brackets: int
    heavy: bool
    """Deep enough that the parser wants more stack than small platforms give."""
    problem: Problem | None = None


def weigh(source: str) -> Weight:
    """Bound the depth of a file's syntax tree; `problem` says what is too deep, if anything is."""
    if len(source) > BYTES:
        message = f"{len(source) / 1e6:.0f} MB of source is not read; exclude generated files"
        return Weight(0, True, _problem(source, 0, message))
    blank = _BLANKED.sub(_blank, source)
    brackets = _bracket_depth(blank)
    if brackets > BRACKETS:
        return Weight(brackets, True, _too_deep(source))
    problem, longest = _operators(source, blank)
    problem = problem or _arms(source, blank) or _indents(blank)
    heavy = brackets > 40 or longest > 150 or blank.count("elif") > 150 or _INDENTED.search(blank) is not None
    return Weight(brackets, heavy, problem)


def _blank(match: re.Match[str]) -> str:
    """A literal is one mark, followed by its line ends; of an f-string the expressions are kept too."""
    if match["comment"] is not None:
        return ""
    text = match[0]
    code = ""
    if match["field"] is not None and "{" in text and (len(text) > 400 or text.count("(") > 40):
        literal = text.replace("{{", "").replace("}}", "")
        fields = _FIELD.findall(literal)
        code = ",".join(fields) if "{" not in _FIELD.sub("", literal) else literal
        code = _INNER_QUOTES.sub("", code)
        code = "(" + code.replace("\n", "") + ")" if code.count("(") == code.count(")") else code.replace("\n", "")
    return '"' + code + "\n" * text.count("\n") if "\n" in text and code else '"' + code


_INNER_QUOTES = re.compile(r"['\"]")


def _bracket_depth(blank: str) -> int:
    """Innermost pairs are taken away round by round; what never pairs counts in full."""
    rest = _NOT_BRACKET.sub("", blank)
    depth = 0
    while rest and depth <= BRACKETS:
        fewer = _INNERMOST.sub("", rest)
        if len(fewer) == len(rest):
            return depth + len(_OPENING.findall(rest))
        rest = fewer
        depth += 1
    return depth


def _too_deep(source: str) -> Problem:
    depth = 0
    last = 0
    for match in re.finditer(r"[(\[{]|[)\]}]", source):
        depth = depth + 1 if match[0] in "([{" else max(depth - 1, 0)
        last = match.start()
        if depth > BRACKETS:
            break
    return _problem(source, last, f"brackets are nested more than {BRACKETS} deep; no interpreter reads this file")


def _operators(source: str, blank: str) -> tuple[Problem | None, int]:
    """Whether some statement has too many operators, and the most that one may have."""
    starts = [0, *(match.start() for match in _STATEMENT.finditer(blank)), len(blank)]
    most = 0
    for start, end in itertools.pairwise(starts):
        if end - start < 300:
            continue
        segment = blank[start:end]
        count = len(_OPERATORS.findall(segment)) + segment.count("(") + segment.count("[")
        if count <= 150:
            continue
        depth, position = _expression_depth(segment)
        most = max(most, depth)
        if depth > OPERATORS:
            line = blank.count("\n", 0, start + position) + 1
            message = f"an expression of more than {OPERATORS} operators is not read; split it or exclude the file"
            return Problem("limits", message, min(line, source.count("\n") + 1), 1), depth
    return None, most


def _expression_depth(segment: str) -> tuple[int, int]:
    """Most operators from the statement down into a bracket, counted per run between commas, and where."""
    runs = [0]
    closed = [0]
    deepest = where = 0
    for match in _TOKEN.finditer(segment):
        kind = match.lastgroup
        if kind == "open":
            runs[-1] += 1
            runs.append(0)
            closed.append(0)
        elif kind == "close" and len(runs) > 1:
            inner = max(runs.pop(), closed.pop())
            # Operators that follow a bracket stand above it in the tree: the bracket's own depth adds to theirs.
            closed[-1] = max(closed[-1], runs[-1] + inner)
        elif kind == "comma" or (kind == "end" and len(runs) == 1):
            closed[-1] = max(closed[-1], runs[-1])
            runs[-1] = 0
        elif kind == "operator":
            runs[-1] += 1
        depth = sum(runs)
        if max(depth, closed[-1]) > deepest:
            deepest, where = max(depth, closed[-1]), match.start()
        if deepest > OPERATORS:
            break
    return deepest, where


def _arms(source: str, blank: str) -> Problem | None:
    """Arms of one `elif` chain nest in each other in libcst's tree."""
    if blank.count("elif") <= ARMS:
        return None
    run = 0
    for match in _ELIF.finditer(blank):
        run = run + 1 if match["word"] == "elif" else 0 if match["word"] in ("def", "class") else run
        if run > ARMS:
            line = blank.count("\n", 0, match.start()) + 1
            message = f"more than {ARMS} `elif` arms in one function are not read; use a table or exclude the file"
            return Problem("limits", message, min(line, source.count("\n") + 1), 1)
    return None


def _indents(blank: str) -> Problem | None:
    """Whether blocks are nested too deep. Continuation lines may stand far right, so levels are counted."""
    if _DEEP_INDENT.search(blank) is None:
        return None
    levels: list[int] = []
    for number, line in enumerate(blank.split("\n"), 1):
        text = line.lstrip(" \t")
        if not text or not line.rstrip().endswith(":"):
            continue
        width = len(line) - len(text)
        while levels and levels[-1] >= width:
            levels.pop()
        levels.append(width)
        if len(levels) >= INDENTS:
            return Problem("limits", f"blocks are nested {INDENTS} deep; no interpreter reads this file", number, 1)
    return None


def _problem(source: str, offset: int, message: str) -> Problem:
    line = source.count("\n", 0, offset) + 1
    return Problem("limits", message, line, offset - (source.rfind("\n", 0, offset) + 1) + 1)
