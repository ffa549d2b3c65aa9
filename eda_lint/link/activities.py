"""What happens, in order, when a function runs: the walk over its flow, through the code base's own functions.

The walk follows evaluation order, keeps the branches, transactions and guards that each effect stands in,
and enters functions of the code base with the arguments of the call. A call that cannot be followed is kept
as unresolved, with whether the message goes into it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from eda_lint.link import chains, effects, guards, harmless, hosts, models, taint
from eda_lint.link.effects import CallEffect, Taint
from eda_lint.link.frames import Frame
from eda_lint.link.known import (
    CatalogFunction,
    CatalogMethod,
    ClassRef,
    Decorated,
    FunctionRef,
    Instance,
    Known,
    Partial,
    Thunk,
)
from eda_lint.link.readings import row_of
from eda_lint.link.units import Unit
from eda_lint.model import values as v
from eda_lint.model.describe import describe
from eda_lint.model.facts import (
    Assert,
    Branch,
    Do,
    Leave,
    Loop,
    Match,
    Raise,
    Return,
    Step,
    Try,
    With,
    Write,
    Yield,
)
from eda_lint.model.topology import Activity, Arm, Effect, Guard, Operation, Place, Unresolved, Via
from eda_lint.model.values import NOTHING

if TYPE_CHECKING:
    from eda_lint.link.evaluate import Evaluator

HOPS = 8
"""Deepest nesting of functions that is entered."""
EFFECTS = 300
"""Most effects of one activity."""
ENTERED = 400
"""Most functions entered in one activity."""

WRITES = frozenset({"set", "delete", "upsert", "conditional", "insert", "increment", "append"})
DEFERRING = frozenset({"create_task", "ensure_future", "run_coroutine_threadsafe", "start_soon", "spawn", "create_task_and_log"})


@dataclass(frozen=True, slots=True)
class Context:
    """Where the walk stands."""

    path: tuple[Arm, ...] = ()
    guards: tuple[Guard, ...] = ()
    via: tuple[Via, ...] = ()
    transaction: int | None = None
    after_commit: bool = False
    catching: Guard | None = None
    """The innermost `except` around that takes a duplicate for done."""
    depth: int = 0


@dataclass(slots=True)
class Activation:
    """One function being walked."""

    unit: Unit
    function: int
    frame: Frame | None
    taint: Taint
    on_yield: Callable[[Context], None] | None = None
    managed: set[int] = field(default_factory=set)
    """Calls that are entered as context managers, not where they are made."""
    increments: dict[int, Write] = field(default_factory=dict)
    """Bindings of records whose attribute was increased, to be written by `save()`."""
    changed: set[int] = field(default_factory=set)


class Walk:
    """Walks one activity. `by_call`: which operations are reported at a call."""

    def __init__(
        self, ev: Evaluator, by_call: dict[tuple[str, int], list[str]], operations: dict[str, Operation], router: hosts.Router
    ) -> None:
        self.ev = ev
        self._by_call = by_call
        self._operations = operations
        self._router = router
        self.effects: list[Effect] = []
        self.unresolved: list[Unresolved] = []
        self._arms = 0
        self._transactions = 0
        self._open: int | None = None
        """The transaction that a session began by itself."""
        self._entered = 0
        self._stack: list[tuple[str, int]] = []

    def run(self, unit: Unit, function: int, seeds: set[int], values: frozenset[int], block: int | None = None) -> None:
        """Walk a function (or one block of it) whose message is in these bindings or values."""
        bindings = taint.derived(unit, function, seeds, values)
        activation = Activation(unit, function, None, Taint(unit, bindings, values))
        context = Context()
        if block is None:
            context = self._decorated(activation, context)
        self._stack.append((unit.path, function))
        self._block(activation, unit.facts.definitions[function].body if block is None else block, context)
        self._stack.pop()

    # ----------------------------------------------------------------------------------------- steps

    def _block(self, act: Activation, block: int, ctx: Context) -> tuple[Context, bool]:
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
                return self._call(act, call, ctx), False
            case Branch():
                return self._branch(act, step, ctx)
            case Loop():
                self._block(act, step.body, self._arm(ctx, "loop", 0))
                return self._block(act, step.otherwise, ctx) if step.otherwise != NOTHING else (ctx, False)
            case Try():
                return self._try(act, step, ctx)
            case With():
                return self._with(act, step, ctx)
            case Match():
                return self._match(act, step, ctx)
            case Write():
                self._write(act, step, ctx)
            case Yield():
                if act.on_yield is not None:
                    act.on_yield(ctx)
            case Assert(test=test):
                guard = self._guard(act, test, ctx)
                return (replace(ctx, guards=(*ctx.guards, guard)) if guard else ctx), False
            case Return() | Raise() | Leave():
                return ctx, True
            case _:
                pass
        return ctx, False

    def _arm(self, ctx: Context, kind: str, arm: int, test: str = "", id: int | None = None) -> Context:
        if id is None:
            self._arms += 1
            id = self._arms
        return replace(ctx, path=(*ctx.path, Arm(id, kind, arm, test)))  # type: ignore[arg-type]

    def _branch(self, act: Activation, step: Branch, ctx: Context) -> tuple[Context, bool]:
        guard = self._guard(act, step.test, ctx)
        inner = replace(ctx, guards=(*ctx.guards, guard)) if guard else ctx
        self._arms += 1
        number, test = self._arms, describe(act.unit.facts, step.test)
        opened = self._open
        _, then_ends = self._block(act, step.then, self._arm(inner, "if", 0, test, number))
        after_then, self._open = self._open, opened
        _, else_ends = self._block(act, step.otherwise, self._arm(inner, "if", 1, test, number))
        if then_ends and not else_ends:
            pass
        elif else_ends and not then_ends:
            self._open = after_then
        elif self._open != after_then:
            self._open = None
        if then_ends and else_ends and step.otherwise != NOTHING:
            return ctx, True
        if then_ends or else_ends:
            # Only one arm goes on: what follows stands under the test as well.
            return self._arm(inner, "if", 1 if then_ends else 0, test, number), False
        return ctx, False

    def _match(self, act: Activation, step: Match, ctx: Context) -> tuple[Context, bool]:
        guard = self._guard(act, step.subject, ctx)
        inner = replace(ctx, guards=(*ctx.guards, guard)) if guard else ctx
        self._arms += 1
        number = self._arms
        for index, case in enumerate(step.cases):
            self._block(act, case.body, self._arm(inner, "case", index, "", number))
        return ctx, False

    def _try(self, act: Activation, step: Try, ctx: Context) -> tuple[Context, bool]:
        unit = act.unit
        self._arms += 1
        number = self._arms
        catching = ctx.catching
        exits = False
        for handler in step.handlers:
            if guards.caught_duplicates(unit, handler.types) and not self._raises(unit, handler.body):
                place = unit.place(unit.places.handlers[handler.place])
                catching = Guard("unique", place, True, f"except {describe(unit.facts, handler.types)}")
                exits = self._leaves(unit, handler.body)
        start = len(self.effects)
        after, ends = self._block(act, step.body, replace(self._arm(ctx, "try", 0, "", number), catching=catching))
        for index, handler in enumerate(step.handlers):
            named = describe(unit.facts, handler.types) if handler.types != NOTHING else ""
            self._block(act, handler.body, self._arm(ctx, "except", index + 1, named, number))
        if step.otherwise != NOTHING:
            self._block(act, step.otherwise, self._arm(replace(ctx, guards=after.guards), "else", 0, "", number))
        if step.finally_ != NOTHING:
            ctx, finally_ends = self._block(act, step.finally_, self._arm(ctx, "finally", 0, "", number))
            ctx = replace(ctx, path=ctx.path[:-1] if ctx.path else ())
            ends = ends or finally_ends
        claimed = any(e.conflict_handled for e in self.effects[start:])
        if catching is not None and catching is not ctx.catching and claimed and exits:
            ctx = replace(ctx, guards=(*ctx.guards, catching))
        handlers_end = bool(step.handlers) and all(self._leaves(unit, h.body) for h in step.handlers)
        return ctx, ends and handlers_end

    @staticmethod
    def _raises(unit: Unit, block: int) -> bool:
        return any(isinstance(s, Raise) for s in unit.facts.blocks[block])

    @staticmethod
    def _leaves(unit: Unit, block: int) -> bool:
        return any(isinstance(s, Return | Leave | Raise) for s in unit.facts.blocks[block])

    def _guard(self, act: Activation, test: int, ctx: Context) -> Guard | None:
        place = self._test_place(act, test, ctx)
        return guards.of_test(self.ev, act.unit, test, act.frame, act.taint.bindings, act.taint.values, place)

    def _test_place(self, act: Activation, test: int, ctx: Context) -> Place:
        stack = [test]
        while stack:
            value = act.unit.facts.values[current := stack.pop()]
            if isinstance(value, v.Result):
                return act.unit.call_place(value.call)
            stack.extend(taint.children(act.unit, current))
        return act.unit.definition_place(act.function)

    # ----------------------------------------------------------------------------------------- with

    def _with(self, act: Activation, step: With, ctx: Context) -> tuple[Context, bool]:
        """Enter the items one after the other, then the body, then leave them."""
        inner, ends = self._items(act, step, 0, ctx)
        del inner
        return ctx, ends

    def _items(self, act: Activation, step: With, position: int, ctx: Context) -> tuple[Context, bool]:
        if position == len(step.items):
            return self._block(act, step.body, ctx)
        value, _ = step.items[position]
        place = act.unit.place(act.unit.places.withs[step.place])
        row = self._row_of_value(act, value)
        if row is not None and row.transaction in ("scope", "savepoint"):
            return self._scope(act, step, position, ctx, place, savepoint=row.transaction == "savepoint")
        for known in self.ev.evaluate(act.unit, value, act.frame):
            manager = self._generator(act, value, known)
            if manager is not None:
                ended: list[bool] = []
                self._enter(
                    act, manager, ctx, value, on_yield=lambda _c: ended.append(self._items(act, step, position + 1, ctx)[1])
                )
                if ended:
                    return ctx, any(ended)
            if isinstance(known, Instance):
                self._special(act, known, ("__enter__", "__aenter__"), ctx, place)
                result = self._items(act, step, position + 1, ctx)
                self._special(act, known, ("__exit__", "__aexit__"), ctx, place)
                return result
        return self._items(act, step, position + 1, ctx)

    def _scope(
        self, act: Activation, step: With, position: int, ctx: Context, place: Place, *, savepoint: bool
    ) -> tuple[Context, bool]:
        if savepoint and ctx.transaction is not None:
            return self._items(act, step, position + 1, ctx)
        self._transactions += 1
        opened = self._transactions
        self._add(ctx, "begin", place, "begin", transaction=opened)
        result = self._items(act, step, position + 1, replace(ctx, transaction=opened))
        self._add(ctx, "commit", place, "commit", transaction=opened)
        return result

    def _row_of_value(self, act: Activation, value: int) -> effects.Callable | None:
        shown = act.unit.facts.values[value]
        if isinstance(shown, v.Awaited):
            shown = act.unit.facts.values[shown.of]
        if isinstance(shown, v.Result):
            for callee in self.ev.callee(act.unit, shown.call, act.frame):
                if isinstance(callee, CatalogMethod | CatalogFunction):
                    told = row_of(self.ev, callee, self.ev.arguments(act.unit, shown.call, act.frame))
                    if told is not None:
                        return told[0]
        return None

    def _generator(self, act: Activation, value: int, known: Known) -> FunctionRef | None:
        from eda_lint.link.known import Generated

        return known.function if isinstance(known, Generated) else None

    def _special(self, act: Activation, instance: Instance, names: Sequence[str], ctx: Context, place: Place) -> None:
        from eda_lint.link.attributes import class_attribute

        for name in names:
            for method in class_attribute(self.ev, instance.cls, name, instance):
                if isinstance(method, FunctionRef):
                    frame = self.ev.world.frame(method.unit, method.index, {}, instance, None, None)
                    self._walk_function(method, frame, set(), replace(ctx, via=(*ctx.via, Via(place, self._name(method)))))
                    return

    # ----------------------------------------------------------------------------------------- calls

    def _call(self, act: Activation, call: int, ctx: Context) -> Context:
        if call in act.managed or call in self._managed(act):
            return ctx
        place = act.unit.call_place(call)
        if self._operation(act, call, ctx, place):
            return ctx
        if self._is_deferred(act.unit, call):
            ctx_call = self._arm(ctx, "deferred", 0)
        else:
            ctx_call = ctx
        callees = self.ev.closed(self.ev.callee(act.unit, call, act.frame))
        given = self.ev.arguments(act.unit, call, act.frame)
        followed = False
        alternatives = [k for k in callees if _enterable(k)][:4]
        for callee in callees:
            if isinstance(callee, CatalogMethod | CatalogFunction):
                ctx_call = self._catalogued(act, call, callee, ctx_call, place)
                followed = True
            elif callee in alternatives:
                inner = self._arm(ctx_call, "case", alternatives.index(callee)) if len(alternatives) > 1 else ctx_call
                self._enter(act, callee, inner, call)
                followed = True
            elif isinstance(callee, ClassRef):
                self._construct(act, callee, call, ctx_call)
                followed = True
        if not followed and not harmless.is_harmless(self.ev, act.unit, call, callees):
            receives = any(act.taint.holds(t) for t in (*given.positional, *given.keywords.values()))
            self.unresolved.append(
                Unresolved(place, describe(act.unit.facts, act.unit.facts.calls[call].function), receives, harmless.reason(callees))
            )
        if ctx_call.guards != ctx.guards:
            return replace(ctx, guards=ctx_call.guards)
        return ctx

    def _managed(self, act: Activation) -> set[int]:
        """Calls of generator functions that a `with` enters."""
        if not act.managed:
            act.managed.add(-1)
            for step in act.unit.steps(act.unit.facts.definitions[act.function].body):
                if isinstance(step, With):
                    for value, _ in step.items:
                        shown = act.unit.facts.values[value]
                        if isinstance(shown, v.Result) and any(
                            self._generator(act, value, k) for k in self.ev.evaluate(act.unit, value, act.frame)
                        ):
                            act.managed.add(shown.call)
        return act.managed

    @staticmethod
    def _is_deferred(unit: Unit, call: int) -> bool:
        """The coroutine of `create_task(f(x))` runs on its own."""
        scope = unit.facts.calls[call].scope
        for other in unit.body(unit.enclosing_function(scope)).calls:
            fact = unit.facts.calls[other]
            if unit.terminal(fact.function) in DEFERRING:
                for argument in fact.arguments:
                    shown = unit.facts.values[argument.value]
                    if isinstance(shown, v.Result) and shown.call == call:
                        return True
        return False

    def _operation(self, act: Activation, call: int, ctx: Context, place: Place) -> bool:
        """A send that is reported at this call."""
        ids = self._by_call.get((act.unit.path, call), ())
        sends = [self._operations[i] for i in ids if i in self._operations and self._operations[i].action in ("send", "reply")]
        if not sends:
            return False
        operation = sends[0]
        kind = "enqueue" if operation.kind == "task" else "publish"
        given = self.ev.arguments(act.unit, call, act.frame)
        uses = any(act.taint.holds(t) for t in (*given.positional, *given.keywords.values()))
        self._add(
            ctx, kind, place, describe(act.unit.facts, act.unit.facts.calls[call].function), operation=operation.id,
            target=operation.address or "", system=operation.system, library=operation.client, uses_message=uses,
            key="message" if uses else "unknown", transaction=ctx.transaction or self._open,
        )  # fmt: skip
        return True

    def _enter(
        self, act: Activation, callee: Known, ctx: Context, call_or_value: int, on_yield: Callable[[Context], None] | None = None
    ) -> None:
        """Walk a function of the code base that is called here."""
        function = _function_of(callee)
        call = call_or_value
        if on_yield is not None:
            shown = act.unit.facts.values[call_or_value]
            assert isinstance(shown, v.Result)
            call = shown.call
        if function is None or len(self._stack) >= HOPS or self._entered >= ENTERED:
            return
        key = (function.unit, function.index)
        if key in self._stack:
            return
        unit = self.ev.world.unit(function.unit)
        if unit is None:
            return
        self._entered += 1
        site = self.ev.world.site(act.unit.path, call, act.frame)
        given = self.ev.arguments(act.unit, call, act.frame)
        frame = self.ev.enter(function, given, site)
        inner = replace(ctx, via=(*ctx.via, Via(act.unit.call_place(call), self._name(function))))
        self._walk_function(function, frame, self._tainted_parameters(act, unit, function, frame), inner, on_yield)

    def _walk_function(
        self,
        function: FunctionRef,
        frame: Frame | None,
        seeds: set[int],
        ctx: Context,
        on_yield: Callable[[Context], None] | None = None,
    ) -> None:
        unit = self.ev.world.known_unit(function.unit)
        key = (function.unit, function.index)
        if key in self._stack or len(self._stack) >= HOPS:
            return
        bindings = taint.derived(unit, function.index, seeds)
        inner = Activation(unit, function.index, frame, Taint(unit, bindings, frozenset()), on_yield)
        self._stack.append(key)
        self._block(inner, unit.facts.definitions[function.index].body, self._decorated(inner, ctx))
        self._stack.pop()

    def _tainted_parameters(self, act: Activation, unit: Unit, function: FunctionRef, frame: Frame) -> set[int]:
        found: set[int] = set()
        for index, parameter in enumerate(unit.function(function.index).parameters):
            for thunk in frame.arguments.get(index, ()):
                if self._is_tainted(act, thunk):
                    found.add(parameter.binding)
        return found

    def _is_tainted(self, act: Activation, thunk: Thunk) -> bool:
        if act.taint.holds(thunk):
            return True
        inner = thunk.given or ()
        for known in inner:
            for item in getattr(known, "items", ()) or [t for _, t in getattr(known, "entries", ())]:
                if isinstance(item, Thunk) and act.taint.holds(item):
                    return True
        return False

    def _decorated(self, act: Activation, ctx: Context) -> Context:
        """Decorators that open a transaction or make the function idempotent."""
        function = act.unit.facts.definitions[act.function]
        for decorator in getattr(function, "decorators", ()):
            name = act.unit.original_name(decorator) or act.unit.terminal(decorator)
            if name in guards.DECORATORS:
                ctx = replace(ctx, guards=(*ctx.guards, Guard("decorator", act.unit.definition_place(act.function), True, f"@{name}")))
            shown = act.unit.facts.values[decorator]
            value = act.unit.facts.calls[shown.call].function if isinstance(shown, v.Result) else decorator
            for known in self.ev.evaluate(act.unit, value, None):
                if isinstance(known, CatalogFunction | CatalogMethod):
                    rows = (
                        self.ev.world.catalog.functions_at(known.path)
                        if isinstance(known, CatalogFunction)
                        else self.ev.world.catalog.methods(known.type, known.name)
                    )
                    if any(r.transaction == "scope" for r in rows):
                        self._transactions += 1
                        ctx = replace(ctx, transaction=self._transactions)
        return ctx

    def _construct(self, act: Activation, cls: ClassRef, call: int, ctx: Context) -> None:
        """Constructing an object of the code base runs its `__init__`."""
        from eda_lint.link.attributes import constructor_frames

        site = self.ev.world.site(act.unit.path, call, act.frame)
        instance = self.ev.world.interned.of(Instance, cls, site)
        for owner, frame in constructor_frames(self.ev, instance).items():
            function = self.ev.world.interned.of(FunctionRef, owner.unit, frame.function, instance, None)
            unit = self.ev.world.known_unit(owner.unit)
            seeds = self._tainted_parameters(act, unit, function, frame)
            self._walk_function(function, frame, seeds, replace(ctx, via=(*ctx.via, Via(act.unit.call_place(call), self._name(function)))))
            return

    def _name(self, function: FunctionRef) -> str:
        return self.ev.world.known_unit(function.unit).symbol(function.index)

    # --------------------------------------------------------------------------------------- effects

    def _catalogued(self, act: Activation, call: int, callee: Known, ctx: Context, place: Place) -> Context:
        ev = self.ev
        given = ev.arguments(act.unit, call, act.frame)
        told = row_of(ev, callee, given)
        if told is None:
            return ctx
        row, library, _, receiver = told
        shown = describe(act.unit.facts, act.unit.facts.calls[call].function)
        uses = any(act.taint.holds(t) for t in (*given.positional, *given.keywords.values())) or self._receiver_tainted(act, call)
        if row.action == "settle":
            self._add(ctx, "settle", place, shown, settle=row.settle, library=library, uses_message=uses)
            return ctx
        if row.after_commit:
            self._after_commit(act, row, call, ctx)
            return ctx
        effect = effects.of_call(ev, callee, given, act.taint, act.frame)
        if effect is None:
            return ctx
        return self._effect(act, call, effect, ctx, place, shown, uses, receiver)

    def _receiver_tainted(self, act: Activation, call: int) -> bool:
        function = act.unit.facts.values[act.unit.facts.calls[call].function]
        return isinstance(function, v.Attribute) and act.taint.value(function.of)

    def _effect(
        self, act: Activation, call: int, effect: CallEffect, ctx: Context, place: Place, shown: str, uses: bool, receiver: Known | None
    ) -> Context:
        kind = self._saved(act, call, effect)
        if effect.autobegin and kind in WRITES and self._open is None and ctx.transaction is None:
            self._transactions += 1
            self._open = self._transactions
        transaction = ctx.transaction or (self._open if effect.autobegin or kind in ("commit", "rollback") else None)
        conflict = bool(ctx.catching) and kind in ("insert", "flush", "commit")
        own_guards = ctx.guards
        if effect.guarded:
            own_guards = (*own_guards, Guard(effect.guarded, place, effect.key == "message" or effect.guarded == "provider-key", shown))  # type: ignore[arg-type]
        if kind == "insert" and conflict and ctx.catching is not None:
            own_guards = (*own_guards, ctx.catching)
        told = self._router.of(effect.url, effect.method, act.unit) if kind == "http" else hosts.NOWHERE
        used = hosts.reply(self.ev, act.unit, call) if kind == "http" else hosts.Reply((), False)
        self._add(
            replace(ctx, guards=own_guards), kind, place, shown, target=effect.target, key=effect.key, unique=effect.unique,
            conflict_handled=conflict, library=effect.library, method=effect.method, owner=told.owner,
            url=effect.target if kind == "http" else None, internal=told.internal, uses_message=uses,
            result_fields=used.fields, result_decides=used.decides, durable=effect.durable, transaction=transaction,
        )  # fmt: skip
        if kind in ("commit", "rollback"):
            self._open = None
        if kind == "insert" and conflict and ctx.catching is not None:
            # What follows the insert in the same `try` is not reached for a duplicate.
            return replace(ctx, guards=(*ctx.guards, ctx.catching))
        return ctx

    def _saved(self, act: Activation, call: int, effect: CallEffect) -> str:
        """`record.save()`: an increment where an attribute was increased before, an insert of what was made here."""
        function = act.unit.facts.values[act.unit.facts.calls[call].function]
        if not isinstance(function, v.Attribute) or function.name not in ("save", "asave") or effect.model is None:
            return effect.kind
        base = act.unit.facts.values[function.of]
        if isinstance(base, v.Local):
            if any(b in act.increments for b in base.bindings):
                return "increment"
            for binding in base.bindings:
                value = act.unit.facts.bindings[binding].value
                shown = act.unit.facts.values[value] if value != NOTHING else None
                if isinstance(shown, v.Result) and any(
                    isinstance(k, ClassRef) for k in self.ev.callee(act.unit, shown.call, act.frame)
                ):
                    return "insert"
            return "set"
        return effect.kind

    def _write(self, act: Activation, step: Write, ctx: Context) -> None:
        """An attribute of a stored record is assigned; increased, if its new value reads the old one."""
        unit = act.unit
        target = unit.facts.values[step.target]
        if not isinstance(target, v.Attribute):
            return
        base = unit.facts.values[target.of]
        if not isinstance(base, v.Local):
            return
        model = next((m for k in self.ev.evaluate(unit, target.of, act.frame) if (m := models.model_of(self.ev, k))), None)
        increases = bool(step.operator) or self._reads(unit, step.value, target)
        if increases:
            for binding in base.bindings:
                act.increments[binding] = step
        if model is None or not models.writes_tracked(self.ev, model):
            return
        if any(isinstance(k, Instance) and k.site is not None for k in self.ev.evaluate(unit, target.of, act.frame)):
            return
        place = unit.place(unit.places.writes[step.place])
        kind = "increment" if increases else "set"
        if self._open is None and ctx.transaction is None:
            self._transactions += 1
            self._open = self._transactions
        self._add(
            ctx, kind, place, describe(unit.facts, step.target), target=models.table(self.ev, model), key="message",
            transaction=ctx.transaction or self._open, uses_message=act.taint.value(step.value),
        )  # fmt: skip

    @staticmethod
    def _reads(unit: Unit, value: int, target: v.Attribute) -> bool:
        """Whether a value is arithmetic over the attribute it is assigned to."""
        if value == NOTHING or not isinstance(unit.facts.values[value], v.Arithmetic | v.Joined):
            return False
        stack = [value]
        base = unit.facts.values[target.of]
        while stack:
            current = stack.pop()
            shown = unit.facts.values[current]
            if isinstance(shown, v.Attribute) and shown.name == target.name and unit.facts.values[shown.of] == base:
                return True
            stack.extend(taint.children(unit, current))
        return False

    def _after_commit(self, act: Activation, row: effects.Callable, call: int, ctx: Context) -> None:
        from eda_lint.link import roles

        given = self.ev.arguments(act.unit, call, act.frame)
        inner = replace(self._arm(ctx, "deferred", 0), after_commit=True, transaction=None)
        for known in roles.role(self.ev, "callback", row, given, None):
            function = _function_of(known)
            if function is None:
                continue
            unit = self.ev.world.known_unit(function.unit)
            if unit is act.unit and unit.facts.definitions[function.index].name == "<lambda>":
                closure = Activation(unit, function.index, act.frame, act.taint)
                self._block(closure, unit.facts.definitions[function.index].body, inner)
            else:
                self._walk_function(function, function.frame, set(), inner)

    def _add(self, ctx: Context, kind: str, place: Place, call: str, **more: object) -> None:
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


def _function_of(callee: Known) -> FunctionRef | None:
    match callee:
        case FunctionRef():
            return callee
        case Decorated(function=function):
            return function
        case Partial(function=FunctionRef() as function):
            return function
        case _:
            return None


def _enterable(callee: Known) -> bool:
    return _function_of(callee) is not None


def activity(
    walk: Walk, unit: Unit, function: int, seeds: set[int], values: frozenset[int] = frozenset(), block: int | None = None
) -> Activity:
    """The activity of a function (or of one block of it), whose message is in these bindings or values."""
    walk.run(unit, function, seeds, values, block)
    return Activity(
        function=unit.symbol(function),
        place=unit.definition_place(function) if function else Place(unit.path, 1, 1, 1, 1),
        service=walk.ev.world.sources.service(unit.path).name,
        effects=tuple(walk.effects),
        unresolved=tuple(walk.unresolved),
        in_test=walk.ev.world.sources.is_test(unit.path),
    )


__all__ = ["Walk", "activity", "chains"]
