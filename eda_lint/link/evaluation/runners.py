"""Calls that run a function handed to them: `asyncio.to_thread(publish, topic, order)` is a call of `publish`.

Event loops, executors, thread classes and task groups take a function and its arguments apart from each other. Read
as calls of that function, everything that follows calls (wrappers, handlers, effects) sees through them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eda_lint.link.evaluation.known import (
    CatalogFunction,
    CatalogMethod,
    ClassRef,
    ClientObject,
    Decorated,
    DictOf,
    FunctionRef,
    Instance,
    Known,
    Knowns,
    ListOf,
    Partial,
    Symbol,
)
from eda_lint.model import values as v
from eda_lint.model.facts import Call

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator
    from eda_lint.link.evaluation.frames import Arguments, Frame
    from eda_lint.link.evaluation.units import Unit


@dataclass(frozen=True, slots=True)
class Form:
    """How a runner is given the function and its arguments.

    `position`: where the function stands; the arguments follow it. With `args`, they come in a list or tuple instead:
    by this keyword, or behind the function. `function`: the keyword that may name the function.
    """

    position: int
    function: str = ""
    args: str = ""
    kwargs: str = ""


_FOLLOWED = (
    "to_thread", "run_sync", "run_in_threadpool", "submit", "start_soon", "start", "add_task", "call_soon",
    "call_soon_threadsafe", "spawn", "spawn_n", "spawn_raw", "deferToThread", "callInThread", "callFromThread",
    "add_callback", "run", "run_in_background", "run_as_background_process", "on_commit", "call_when_running",
)  # fmt: skip
_AFTER_ONE = (
    "run_in_executor",
    "call_later",
    "call_at",
    "spawn_later",
    "spawn_after",
    "callLater",
    "deferToThreadPool",
)

FORMS: dict[str, Form] = {
    **dict.fromkeys(_FOLLOWED, Form(0)),
    **dict.fromkeys(_AFTER_ONE, Form(1)),
    "Thread": Form(1, "target", "args", "kwargs"),
    "Process": Form(1, "target", "args", "kwargs"),
    "Timer": Form(1, "function", "args", "kwargs"),
    "apply_async": Form(0, "func", "args", "kwds"),
    "retry_call": Form(0, "f", "fargs", "fkwargs"),
    "add_job": Form(0, "func", "args", "kwargs"),
}
"""Last name of the call → its form. (asyncio, anyio, trio, gevent, eventlet, Twisted, Tornado, starlette,
concurrent.futures, threading, multiprocessing, APScheduler, retry: their documentation.) The names alone prove
nothing: a call counts only if it is no function of the code base and no catalogued one, and what it is given is a
function."""

AMBIGUOUS = frozenset({"submit", "run", "start", "spawn", "add_task", "apply_async", "add_job", "on_commit"})
"""Names that much else has too: a parameter that nobody is known to give a function for is not taken for one."""

RUN = (FunctionRef, Decorated, Partial, CatalogMethod, CatalogFunction, Symbol, Instance)
"""What can be handed over to be run."""
OWN = (FunctionRef, ClassRef, Decorated, Partial, CatalogMethod, CatalogFunction, ClientObject, Instance)
"""What, when it is called, is no runner: what it does with a function is for its own code, or the catalog, to say."""


def function_value(unit: Unit, call: Call) -> int | None:
    """The value that stands where a runner is given a function, by the spelling of the call alone."""
    form = FORMS.get(unit.terminal(call.function))
    if form is None:
        return None
    position = 0
    for argument in call.arguments:
        if argument.star:
            return None
        if argument.name:
            if argument.name == form.function:
                return argument.value
        elif position == form.position:
            return argument.value
        else:
            position += 1
    return None


def run(ev: Evaluator, unit: Unit, call: int, called: Knowns, frame: Frame | None) -> Knowns:
    """The functions that a call runs, if it is a runner and `called` is what it calls by its own name; else none."""
    fact = unit.facts.calls[call]
    value = function_value(unit, fact)
    if value is None or not isinstance(unit.facts.values[value], _SHAPES) or any(isinstance(k, OWN) for k in called):
        return ()
    common = unit.terminal(fact.function) in AMBIGUOUS
    found: list[Known] = [
        k
        for k in ev.evaluate(unit, value, frame)
        if isinstance(k, RUN) and _is_callable(ev, k) and not (common and isinstance(k, Symbol))
    ]
    return tuple(found)


_SHAPES = (v.Local, v.Name, v.Attribute, v.Definition, v.Result, v.Conditional, v.Either, v.Item)


def _is_callable(ev: Evaluator, known: Known) -> bool:
    if not isinstance(known, Instance):
        return True
    from eda_lint.link.evaluation.attributes import attribute

    return any(isinstance(k, FunctionRef) for k in attribute(ev, known, "__call__"))


def arguments(ev: Evaluator, unit: Unit, call: int, given: Arguments) -> Arguments:
    """The arguments with which a runner calls the function, of those that it is given itself."""
    form = FORMS[unit.terminal(unit.facts.calls[call].function)]
    if not form.args:
        given.positional = given.positional[form.position + 1 :]
        return given
    spread = given.keywords.get(form.args)
    if spread is None and form.position + 1 < len(given.positional):
        spread = given.positional[form.position + 1]
    named = given.keywords.get(form.kwargs)
    given.positional, given.keywords = [], {}
    for known in ev.force(spread) if spread is not None else ():
        if isinstance(known, ListOf):
            given.positional = list(known.items)
            given.open_positional = not known.exact
            break
    else:
        given.open_positional = spread is not None
    for known in ev.force(named) if named is not None else ():
        if isinstance(known, DictOf):
            given.open_keywords = known.open
            for key, thunk in known.entries:
                text = ev.text_of(key)
                if text is not None and text.literal is not None:
                    given.keywords[text.literal] = thunk
            break
    return given
