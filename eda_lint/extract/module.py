"""One Python file, from bytes to facts and places."""

from __future__ import annotations

import ast
import re
import warnings

import libcst as cst
import msgspec

from eda_lint.extract.decode import decode_source
from eda_lint.extract.facts import module_facts
from eda_lint.extract.limits import weigh
from eda_lint.extract.places import fast_places, slow_places, suppression_comments
from eda_lint.extract.python2 import python2_problem
from eda_lint.model.facts import Extracted, Places, Problem
from eda_lint.stack import deep_recursion, with_stack

_STACK = 64 * 1024 * 1024
_FRAMES = 30_000
"""As deep as `limits` lets a file nest."""
_PLACE = re.compile(r"error at (\d+):(\d+): ")


def extract_module(content: bytes) -> Extracted:
    """Facts, places and problems of a Python file. Never raises for what the file holds."""
    source = decode_source(content)
    if isinstance(source, Problem):
        return Extracted(None, Places(), (source,))
    weight = weigh(source)
    if weight.problem is not None:
        return Extracted(None, Places(), (weight.problem,))
    # The native parser recurses on the C stack, of which some platforms give too little for a deep file.
    return with_stack(lambda: _read(source), _STACK) if weight.heavy else _read(source)


def _read(source: str) -> Extracted:
    try:
        module = cst.parse_module(source)
    except cst.ParserSyntaxError as error:
        return Extracted(None, Places(), (_syntax_problem(source, error),))
    except Exception as error:  # noqa: BLE001 - libcst's native parser has further errors of its own
        return Extracted(None, Places(), (_internal(error),))
    try:
        with deep_recursion(_FRAMES):
            facts, walk = module_facts(module, source)
            places = fast_places(source, walk.counts) or slow_places(module)
    except RecursionError:
        return Extracted(None, Places(), (Problem("limits", "nested too deep to be read; exclude the file"),))
    except Exception as error:  # noqa: BLE001 - a fault of ours in one file must not end the run: it is told as such
        return Extracted(None, Places(), (_internal(error),))
    comments = suppression_comments(source)
    if comments:
        places = msgspec.structs.replace(places, comments=comments)
    return Extracted(facts, places)


def _syntax_problem(source: str, error: cst.ParserSyntaxError) -> Problem:
    """CPython's own message where it refuses the file too, for it is the better one."""
    line, column = _libcst_place(error)
    message = "libcst does not know this syntax, though Python does; please tell libcst"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except SyntaxError as fault:
        message, line, column = fault.msg, fault.lineno or line, fault.offset or column
    except (ValueError, RecursionError, MemoryError) as fault:
        message = str(fault) or type(fault).__name__
    old = python2_problem(source, line)
    return old or Problem("syntax", f"syntax error: {message}", max(line, 1), max(column, 1))


def _libcst_place(error: cst.ParserSyntaxError) -> tuple[int, int]:
    """Line and column. The native parser tells where it stopped in its message only."""
    match = _PLACE.search(error.message)
    return (error.raw_line, error.raw_column + 1) if match is None else (int(match[1]), int(match[2]) + 1)


def _internal(error: Exception) -> Problem:
    detail = str(error).split("\n")[0][:200]
    return Problem("internal", f"{type(error).__name__} while reading the file ({detail}); please report it")
