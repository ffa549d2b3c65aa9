"""Compound statements: their blocks, and how bindings flow through them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from eda_lint.extract import patterns, targets
from eda_lint.extract.scopes import LoopExits, Snapshot
from eda_lint.extract.walk import Walk
from eda_lint.model.facts import Branch, Case, Handler, Loop, Match, Step, Try, With
from eda_lint.model.values import NOTHING, Element, Entered


def _if(walk: Walk, node: cst.If) -> None:
    """An `elif` chain is followed iteratively, for it may be long; each arm nests in the `otherwise` before."""
    scope = walk.scope
    names = walk.names_in(node)
    arms, outers, ends = [], [], []
    while True:
        test = walk.value(node.test)
        before = scope.snapshot(names)
        outer = walk.open()
        walk.suite(node.body)
        arms.append((test, walk.close(outer)))
        ends.append(scope.snapshot(names))
        scope.restore(before)
        if not isinstance(node.orelse, cst.If):
            break
        outers.append(walk.open())
        node = node.orelse
    otherwise = NOTHING
    if node.orelse is not None:
        outer = walk.open()
        walk.suite(node.orelse.body)
        otherwise = walk.close(outer)
    ends.append(scope.snapshot(names))
    while True:
        test, then = arms.pop()
        walk.steps.append(Branch(test, then, otherwise))
        if not arms:
            break
        otherwise = walk.close(outers.pop())
    scope.merge(ends)


def _loop_body(walk: Walk, node: cst.For | cst.While, begin: Callable[[], None], names: frozenset[str]) -> int:
    """The body of a loop: it sees what was bound before it and everything that it binds itself."""
    walk.scope.widen(walk.sites_in(node))
    walk.scope.loops.append(LoopExits(names))
    outer = walk.open()
    begin()
    walk.suite(node.body)
    return walk.close(outer)


def _loop_end(walk: Walk, node: cst.For | cst.While, head: Snapshot) -> int:
    """After the loop: `else` follows when it ran out, what follows it also comes from `break`."""
    scope = walk.scope
    exits = scope.loops.pop()
    scope.restore(head)
    otherwise = NOTHING
    if node.orelse is not None:
        outer = walk.open()
        walk.suite(node.orelse.body)
        otherwise = walk.close(outer)
    scope.merge([scope.snapshot(exits.names), *exits.breaks])
    return otherwise


def _for(walk: Walk, node: cst.For) -> None:
    if not targets.is_plain(node.target):
        walk.foresee(node.target, target=True)
    over = walk.value(node.iter)
    names = walk.names_in(node)

    def begin() -> None:
        targets.assign(walk, node.target, walk.add(Element(over)))

    before = walk.scope.snapshot(names)
    body = _loop_body(walk, node, begin, names)
    # The head is reached before the first round and after each: by the end of the body, or by `continue`.
    ends = [before, walk.scope.snapshot(names), *walk.scope.loops[-1].continues]
    walk.scope.merge(ends)
    otherwise = _loop_end(walk, node, walk.scope.snapshot(names))
    kind = "for" if node.asynchronous is None else "async for"
    walk.steps.append(Loop(kind, over, body, otherwise))  # type: ignore[arg-type]


def _while(walk: Walk, node: cst.While) -> None:
    """The test's steps stand at the start of the body, for they are taken in every round."""
    names = walk.names_in(node)
    test = NOTHING
    tested: list[Snapshot] = []

    def begin() -> None:
        nonlocal test
        test = walk.value(node.test)
        tested.append(walk.scope.snapshot(names))

    body = _loop_body(walk, node, begin, names)
    end = tested[0]
    if isinstance(node.test, cst.Name | cst.Integer) and node.test.value in ("True", "1"):
        end = Snapshot(end.state, True)
    otherwise = _loop_end(walk, node, end)
    walk.steps.append(Loop("while", test, body, otherwise))


def _try(walk: Walk, node: cst.Try | cst.TryStar) -> None:
    scope = walk.scope
    names = walk.names_in(node)
    before = scope.snapshot(names)
    outer = walk.open()
    walk.suite(node.body)
    body = walk.close(outer)
    end = scope.snapshot(names)
    scope.restore(before)
    scope.widen(walk.sites_in(node.body))
    raised = scope.snapshot(names)
    handlers, ends = [], []
    for handler in node.handlers:
        scope.restore(raised)
        handlers.append(_handler(walk, handler))
        ends.append(scope.snapshot(names))
    scope.restore(end)
    otherwise = NOTHING
    if node.orelse is not None:
        outer = walk.open()
        walk.suite(node.orelse.body)
        otherwise = walk.close(outer)
    ends.append(scope.snapshot(names))
    scope.merge(ends)
    finally_ = NOTHING
    if node.finalbody is not None:
        finally_ = _finally(walk, node, node.finalbody, before)
    walk.steps.append(Try(body, tuple(handlers), otherwise, finally_))


def _handler(walk: Walk, node: cst.ExceptHandler | cst.ExceptStarHandler) -> Handler:
    place = walk.take("handlers", node)
    outer = walk.open()
    types = walk.value(node.type) if node.type is not None else NOTHING
    binding = walk.bind(node, walk.opaque("exception")) if id(node) in walk.sites else NOTHING
    walk.suite(node.body)
    return Handler(types, binding, walk.close(outer), place)


def _finally(walk: Walk, node: cst.Try | cst.TryStar, final: cst.Finally, before: Snapshot) -> int:
    """It runs from every point of the statement, and what follows it comes from the normal ends only."""
    scope = walk.scope
    normal = scope.snapshot(before.state)
    scope.restore(before)
    scope.widen(walk.sites_in(node))
    outer = walk.open()
    walk.suite(final.body)
    block = walk.close(outer)
    bound = {name for name, _ in walk.sites_in(final)}
    ended = scope.dead
    scope.restore(Snapshot({n: state for n, state in normal.state.items() if n not in bound}, normal.dead or ended))
    return block


def _with(walk: Walk, node: cst.With) -> None:
    place = walk.take("withs", node)
    items = []
    entered: list[Step] = []
    for item in node.items:
        context = walk.value(item.item)
        binding = NOTHING
        if item.asname is not None:
            # Told at the start of the body, and yet known to the items that follow.
            outer, walk.steps = walk.steps, entered
            binding = _enter(walk, item.asname.name, context)
            walk.steps = outer
        items.append((context, binding))
    outer = walk.open()
    walk.steps.extend(entered)
    walk.suite(node.body)
    body = walk.close(outer)
    walk.steps.append(With(tuple(items), body, node.asynchronous is not None, place))


def _enter(walk: Walk, target: cst.CSTNode, context: int) -> int:
    value = walk.add(Entered(context))
    if isinstance(target, cst.Name):
        return walk.bind(target, value)
    targets.assign(walk, target, value)
    return NOTHING


def _match(walk: Walk, node: cst.Match) -> None:
    scope = walk.scope
    names = walk.names_in(node)
    subject = walk.value(node.subject)
    before = scope.snapshot(names)
    cases, ends = [], []
    for case in node.cases:
        scope.restore(before)
        outer = walk.open()
        index = patterns.pattern(walk, case.pattern, subject)
        guard = walk.value(case.guard) if case.guard is not None else NOTHING
        walk.suite(case.body)
        cases.append(Case(index, guard, walk.close(outer)))
        ends.append(scope.snapshot(names))
    if not any(patterns.is_irrefutable(case) for case in node.cases):
        ends.append(before)
    scope.merge(ends)
    walk.steps.append(Match(subject, tuple(cases)))


COMPOUND: dict[type, Callable[[Walk, Any], None]] = {
    cst.If: _if,
    cst.For: _for,
    cst.While: _while,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.With: _with,
    cst.Match: _match,
}
"""How each compound statement is walked; `def` and `class` are in `definitions`."""
