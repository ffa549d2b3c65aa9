"""What happens, in order, when a function runs: the walk over its flow, through the code base's own functions.

The walk follows evaluation order, keeps the branches, transactions and guards that each effect stands in,
and enters functions of the code base with the arguments of the call. A call that cannot be followed is kept
as unresolved, with whether the message goes into it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from eda_lint.link.behaviour import activity_calls, activity_records, activity_scopes, coroutines, guards, hosts
from eda_lint.link.behaviour.activity_state import EFFECTS, HOPS, Activation, Context
from eda_lint.link.behaviour.effects import Taint
from eda_lint.link.evaluation import outcomes, taint
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.known import FunctionRef, Known
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v
from eda_lint.model.describe import describe
from eda_lint.model.facts import Assert, Branch, Do, Leave, Loop, Match, Raise, Return, Step, Try, With, Write, Yield
from eda_lint.model.topology import Activity, Arm, Effect, Guard, Operation, Place, Unresolved, Via
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

ArmKind = Literal["if", "loop", "try", "except", "finally", "else", "with", "case", "deferred"]


class Walk:
    """Walks one activity. `by_call`: which operations are reported at a call."""

    def __init__(
        self,
        ev: Evaluator,
        by_call: dict[tuple[str, int], list[str]],
        operations: dict[str, Operation],
        router: hosts.Router,
        guarding: frozenset[str] = frozenset(),
        postponed: frozenset[tuple[str, int]] = frozenset(),
    ) -> None:
        self.ev = ev
        self.postponed = postponed
        """Calls (unit path, call) that only note what they send: it is sent later, outside the transaction."""
        self.guarding = guarding | guards.DECORATORS
        """Names of decorators and functions that keep track of what was handled."""
        self.by_call = by_call
        self.operations = operations
        self.router = router
        self.effects: list[Effect] = []
        self.unresolved: list[Unresolved] = []
        self.open: int | None = None
        """The transaction that a session or connection began by itself."""
        self.entered = 0
        self.visited: set[tuple[str, int]] = set()
        """The functions that were walked: (unit path, definition)."""
        self.saved: set[Known] = set()
        """Records made here that were saved already: saving them again changes them."""
        self._arms = 0
        self._transactions = 0
        self._stack: list[tuple[str, int]] = []
        self._coroutines: dict[str, coroutines.Coroutines] = {}

    def begin_anew(self, transaction: int | None = None) -> int | None:
        """Set the transaction that is open by itself; gives the one that was."""
        before, self.open = self.open, transaction
        return before

    def run(
        self,
        unit: Unit,
        function: int,
        seeds: set[int],
        values: frozenset[int],
        *,
        block: int | None = None,
        frame: Frame | None = None,
        context: Context | None = None,
    ) -> None:
        """Walk a function (or one block of it) whose message is in these bindings or values."""
        bindings = taint.derived(unit, function, seeds, values)
        activation = Activation(unit, function, frame, Taint(unit, bindings, values))
        start = context or Context()
        self._stack.append((unit.path, function))
        self.visited.add((unit.path, function))
        if block is None:
            activity_scopes.body(self, activation, start)
        else:
            self.block(activation, block, start)
        self._stack.pop()

    def coroutines(self, unit: Unit) -> coroutines.Coroutines:
        """What becomes of the coroutines that a file makes."""
        if unit.path not in self._coroutines:
            self._coroutines[unit.path] = coroutines.of_unit(unit, activity_calls.DEFERRING)
        return self._coroutines[unit.path]

    # ------------------------------------------------------------------------------------- functions

    def may_enter(self, function: FunctionRef) -> bool:
        """Whether a function can be entered here: it is not running already, and the bounds allow it."""
        return (function.unit, function.index) not in self._stack and len(self._stack) < HOPS

    def function(
        self,
        function: FunctionRef,
        frame: Frame | None,
        seeds: set[int],
        ctx: Context,
        *,
        around: Activation | None = None,
        on_yield: Callable[[Context], None] | None = None,
    ) -> None:
        """Walk a function of the code base whose message is in these bindings. One that is nested in the function
        `around` sees the message there as well."""
        if not self.may_enter(function):
            return
        unit = self.ev.world.known_unit(function.unit)
        if around is not None and around.unit is unit and _is_nested(unit, function.index, around.function):
            found = Taint(unit, taint.derived(unit, function.index, seeds | around.taint.bindings), around.taint.values)
            frame = frame if frame is not None else around.frame
        else:
            found = Taint(unit, taint.derived(unit, function.index, seeds), frozenset())
        self._stack.append((function.unit, function.index))
        self.visited.add((function.unit, function.index))
        activity_scopes.body(self, Activation(unit, function.index, frame, found, on_yield), ctx)
        self._stack.pop()

    def name(self, function: FunctionRef) -> str:
        """`module:Class.method` of a function."""
        return self.ev.world.known_unit(function.unit).symbol(function.index)

    def through(self, ctx: Context, place: Place, function: FunctionRef) -> Context:
        """The context inside a function that is called at a place."""
        return replace(ctx, via=(*ctx.via, Via(place, self.name(function))))

    # ----------------------------------------------------------------------------------------- steps

    def block(self, act: Activation, block: int, ctx: Context) -> tuple[Context, bool]:
        """Walk a block; the context after it, and whether it never falls through."""
        if block == NOTHING:
            return ctx, False
        for step in act.unit.facts.blocks[block]:
            ctx, ends = self._step(act, step, ctx)
            if ends or len(self.effects) >= EFFECTS:
                return ctx, ends
        return ctx, False

    def _step(self, act: Activation, step: Step, ctx: Context) -> tuple[Context, bool]:
        match step:
            case Do(call=call):
                return activity_calls.call(self, act, call, ctx), False
            case Branch():
                return self._branch(act, step, ctx)
            case Loop():
                self.block(act, step.body, self.arm(ctx, "loop", 0))
                return self.block(act, step.otherwise, ctx) if step.otherwise != NOTHING else (ctx, False)
            case Try():
                return self._try(act, step, ctx)
            case With():
                return activity_scopes.entered(self, act, step, ctx)
            case Match():
                return self._match(act, step, ctx)
            case Write():
                activity_records.assigned(self, act, step, ctx)
            case Yield():
                if act.on_yield is not None:
                    act.on_yield(ctx)
            case Assert(test=test):
                return self.guarded(ctx, self._guard(act, test)), False
            case Return() | Raise() | Leave():
                return ctx, True
            case _:
                pass
        return ctx, False

    def number(self) -> int:
        """A number for a branch, loop or `try`."""
        self._arms += 1
        return self._arms

    def transaction(self) -> int:
        """A number for a transaction."""
        self._transactions += 1
        return self._transactions

    def arm(self, ctx: Context, kind: ArmKind, arm: int, test: str = "", id: int | None = None) -> Context:
        """The context in one arm of a branch."""
        return replace(ctx, path=(*ctx.path, Arm(self.number() if id is None else id, kind, arm, test)))

    @staticmethod
    def guarded(ctx: Context, guard: Guard | None) -> Context:
        """The context behind a guard."""
        return ctx if guard is None else replace(ctx, guards=(*ctx.guards, guard))

    def _branch(self, act: Activation, step: Branch, ctx: Context) -> tuple[Context, bool]:
        outcome = outcomes.of_test(self.ev, act.unit, step.test, act.frame) if act.frame is not None else None
        if outcome is not None:
            # This call's own arguments decide: the other way is not taken.
            return self.block(act, step.then if outcome else step.otherwise, ctx)
        inner = self.guarded(ctx, self._guard(act, step.test))
        number, test = self.number(), describe(act.unit.facts, step.test)
        opened = self.open
        _, then_ends = self.block(act, step.then, self.arm(inner, "if", 0, test, number))
        after_then, self.open = self.open, opened
        _, else_ends = self.block(act, step.otherwise, self.arm(inner, "if", 1, test, number))
        if else_ends and not then_ends:
            self.open = after_then
        elif not then_ends and self.open != after_then:
            # Open on one way only: whichever way is taken, what was opened is what a commit behind ends.
            self.open = after_then if self.open == opened else self.open
        if then_ends and else_ends and step.otherwise != NOTHING:
            return ctx, True
        if then_ends or else_ends:
            # Only one arm goes on: what follows stands under the test as well.
            return self.arm(inner, "if", 1 if then_ends else 0, test, number), False
        return ctx, False

    def _match(self, act: Activation, step: Match, ctx: Context) -> tuple[Context, bool]:
        inner = self.guarded(ctx, self._guard(act, step.subject))
        number, opened = self.number(), self.open
        for index, case in enumerate(step.cases):
            self.open = opened
            self.block(act, case.body, self.arm(inner, "case", index, "", number))
        return ctx, False

    def _try(self, act: Activation, step: Try, ctx: Context) -> tuple[Context, bool]:
        unit, number = act.unit, self.number()
        catching, exits = ctx.catching, False
        for handler in step.handlers:
            if guards.caught_duplicates(unit, handler.types) and not _raises(unit, handler.body):
                place = unit.place(unit.places.handlers[handler.place])
                catching = Guard("unique", place, True, f"except {describe(unit.facts, handler.types)}")
                exits = _leaves(unit, handler.body)
        start = len(self.effects)
        after, ends = self.block(act, step.body, replace(self.arm(ctx, "try", 0, "", number), catching=catching))
        opened = self.open
        for index, handler in enumerate(step.handlers):
            named = describe(unit.facts, handler.types) if handler.types != NOTHING else ""
            self.block(act, handler.body, self.arm(ctx, "except", index + 1, named, number))
            self.open = opened
        if step.otherwise != NOTHING:
            self.block(act, step.otherwise, self.arm(replace(ctx, guards=after.guards), "else", 0, "", number))
        if step.finally_ != NOTHING:
            ends = self.block(act, step.finally_, self.arm(ctx, "finally", 0, "", number))[1] or ends
        left = all(_leaves(unit, h.body) for h in step.handlers)
        if left and not ends:
            # Who comes here has been through the whole body, its guards too.
            ctx = replace(ctx, guards=after.guards)
        claimed = any(e.conflict_handled for e in self.effects[start:])
        if catching is not None and catching is not ctx.catching and claimed and exits and catching not in ctx.guards:
            ctx = self.guarded(ctx, catching)
        return ctx, ends and left

    def _guard(self, act: Activation, test: int) -> Guard | None:
        return guards.of_test(self.ev, act.unit, test, act.frame, act.taint, _test_place(act, test))

    # --------------------------------------------------------------------------------------- results

    def add(self, ctx: Context, kind: str, place: Place, call: str, **more: object) -> None:
        """Note an effect."""
        more.setdefault("transaction", ctx.transaction)
        self.effects.append(
            Effect(
                kind=kind,  # type: ignore[arg-type]
                place=place,
                call=call,
                order=len(self.effects),
                via=ctx.via,
                path=ctx.path,
                guards=ctx.guards,
                after_commit=ctx.after_commit,
                **more,  # type: ignore[arg-type]
            )
        )

    def unproven(self, place: Place, call: str, receives: bool, reason: str) -> None:
        """Note a call that cannot be followed; once for each place."""
        found = Unresolved(place, call, receives, reason)
        if found not in self.unresolved:
            self.unresolved.append(found)


def _is_nested(unit: Unit, function: int, outer: int) -> bool:
    while function > 0:
        function = unit.facts.definitions[function].parent
        if function == outer:
            return True
    return False


def _raises(unit: Unit, block: int) -> bool:
    return any(isinstance(s, Raise) for s in unit.facts.blocks[block])


def _leaves(unit: Unit, block: int) -> bool:
    return any(isinstance(s, Return | Leave | Raise) for s in unit.facts.blocks[block])


def _test_place(act: Activation, test: int) -> Place:
    """Where a test stands: its first call's place, as only calls have one."""
    stack = [test]
    while stack:
        value = act.unit.facts.values[current := stack.pop()]
        if isinstance(value, v.Result):
            return act.unit.call_place(value.call)
        stack.extend(taint.children(act.unit, current))
    return act.unit.definition_place(act.function)


def activity(
    walk: Walk,
    unit: Unit,
    function: int,
    seeds: set[int],
    values: frozenset[int] = frozenset(),
    *,
    block: int | None = None,
    frame: Frame | None = None,
) -> Activity:
    """The activity of a function (or of one block of it), whose message is in these bindings or values."""
    walk.run(unit, function, seeds, values, block=block, frame=frame)
    return told(walk, unit, function)


def told(walk: Walk, unit: Unit, function: int) -> Activity:
    """What a walk has found, as the activity of a function."""
    return Activity(
        function=unit.symbol(function),
        place=unit.definition_place(function) if function else Place(unit.path, 1, 1, 1, 1),
        service=walk.ev.world.sources.service(unit.path).name,
        effects=tuple(walk.effects),
        unresolved=tuple(walk.unresolved),
        in_test=walk.ev.world.sources.is_test(unit.path),
    )
