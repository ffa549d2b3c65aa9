"""Assignment targets: names are bound, attributes and items written, tuples unpacked."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from eda_lint.extract.walk import Walk
from eda_lint.model.facts import Write
from eda_lint.model.values import Item

BindName = Callable[[cst.Name, int], None]


def is_plain(node: cst.CSTNode) -> bool:
    """Whether nothing in a target is numbered but a write, so that the order of reading does not matter."""
    while isinstance(node, cst.Attribute):
        node = node.value
    return isinstance(node, cst.Name)


def assign(walk: Walk, node: cst.CSTNode, value: int, bind: BindName | None = None) -> None:
    """Give a target its value. `bind` binds names in another way than as sites of the scope."""
    match node:
        case cst.Name():
            if bind is None:
                walk.bind(node, value)
            else:
                bind(node, value)
        case cst.Attribute() | cst.Subscript():
            place = walk.take("writes", node)
            row = walk.value(node)
            walk.steps.append(Write(row, value, "", place))
        case cst.Tuple() | cst.List():
            _unpack(walk, node, value, bind)
        case _:
            walk.value(node)


def _unpack(walk: Walk, node: cst.Tuple | cst.List, value: int, bind: BindName | None) -> None:
    after_star = False
    count = len(node.elements)
    for index, element in enumerate(node.elements):
        if isinstance(element, cst.StarredElement):
            after_star = True
            assign(walk, element.value, walk.opaque("starred"), bind)
        else:
            key = walk.number(index - count if after_star else index)
            assign(walk, element.value, walk.add(Item(value, key)), bind)


def write_target(walk: Walk, node: cst.Attribute | cst.Subscript) -> tuple[int, int]:
    """(row, place) of an attribute or item that a statement writes."""
    place = walk.take("writes", node)
    return walk.value(node), place
