"""Operations that count only where the code base has the other side: a push onto a list is a message if somebody
pops from that list, else a write like any other."""

from __future__ import annotations

from collections.abc import Sequence

from eda_lint.model.topology import Operation


def lonely(operations: Sequence[Operation], paired: set[str]) -> set[str]:
    """Those of the operations `paired` whose channel nobody uses from the other side, or is not known."""
    used = {(o.channel, o.action == "send") for o in operations if o.channel is not None}
    return {
        o.id
        for o in operations
        if o.id in paired and not o.wrapper and (o.channel is None or (o.channel, o.action != "send") not in used)
    }
