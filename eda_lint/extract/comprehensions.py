"""Comprehensions: a loop step whose block makes the element, and names of their own."""

from __future__ import annotations

import libcst as cst

from eda_lint.extract.scopes import State
from eda_lint.extract.targets import assign
from eda_lint.extract.walk import Walk
from eda_lint.model.facts import Bind, Branch, Loop
from eda_lint.model.values import NOTHING, Collected, Element

_KINDS: dict[type, str] = {cst.ListComp: "list", cst.SetComp: "set", cst.GeneratorExp: "generator"}


def simple(walk: Walk, node: cst.ListComp | cst.SetComp | cst.GeneratorExp) -> int:
    """`[elt for …]` and its like."""

    def read() -> int:
        _key, element = _loops(walk, node.for_in, None, node.elt)
        return walk.fresh(Collected(_KINDS[type(node)], NOTHING, element))  # type: ignore[arg-type]

    return walk.evaluate_foreseen(node, read)


def mapping(walk: Walk, node: cst.DictComp) -> int:
    """`{key: value for …}`."""

    def read() -> int:
        key, element = _loops(walk, node.for_in, node.key, node.value)
        return walk.fresh(Collected("dict", key, element))

    return walk.evaluate_foreseen(node, read)


def merged_mapping(walk: Walk, node: cst.BaseExpression) -> int:
    """`{**value for …}`: the keys are unknown."""

    def read() -> int:
        _loops(walk, node.for_in, None, node.value)  # type: ignore[attr-defined]
        return walk.fresh(Collected("dict", walk.opaque("merged"), walk.opaque("merged")))

    return walk.evaluate_foreseen(node, read)


def _loops(
    walk: Walk, for_in: cst.CompFor, key: cst.BaseExpression | None, element: cst.BaseExpression
) -> tuple[int, int]:
    """Walk the clauses from the outside in; gives the rows of key and element."""
    overlay: State = {}

    def bind(node: cst.Name, value: int) -> None:
        index = walk.new_binding(node.value, walk.scope.definition, value)
        overlay[node.value] = (index,)
        walk.steps.append(Bind(index))

    def level(clause: cst.CompFor, is_first: bool) -> tuple[int, int]:
        over = walk.value(clause.iter)
        if is_first:
            # Only the first iterable is read outside the comprehension's own scope.
            walk.scope.overlays.append(overlay)
        outer = walk.open()
        assign(walk, clause.target, walk.add(Element(over)), bind)
        rows = conditions(clause, 0)
        block = walk.close(outer)
        walk.steps.append(Loop("comprehension", over, block))
        return rows

    def conditions(clause: cst.CompFor, index: int) -> tuple[int, int]:
        if index < len(clause.ifs):
            test = walk.value(clause.ifs[index].test)
            outer = walk.open()
            rows = conditions(clause, index + 1)
            block = walk.close(outer)
            if walk.blocks[block]:
                walk.steps.append(Branch(test, block, NOTHING))
            else:
                walk.blocks.pop()
            return rows
        if clause.inner_for_in is not None:
            return level(clause.inner_for_in, False)
        key_row = walk.value(key) if key is not None else NOTHING
        return key_row, walk.value(element)

    walk.conditional += 1
    rows = level(for_in, True)
    walk.conditional -= 1
    walk.scope.overlays.pop()
    return rows
