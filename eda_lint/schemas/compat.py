"""Says whom a difference breaks: a table from (kind of difference, dialect) to a verdict per direction.

Every dialect brings its own rows (`DialectRules.rows`), each with the passage of the specification that decides it.
The mirror of a row is the row of the same change made the other way round: its verdicts are swapped, for what a new
reader does with old data after a change is what an old reader does with new data after its reversal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from eda_lint.model.schema import Change, Comparison, Dialect, Schema
from eda_lint.schemas.dialect import DIALECTS, DialectRules, Row, rules_for, worst
from eda_lint.schemas.diff import Difference, Walk

__all__ = ["TABLE", "Row", "compare_schemas", "judge", "worst"]


@dataclass(frozen=True, slots=True)
class _Table:
    """The rows of all dialects, looked up by (kind, dialect); a dialect's module is imported when first asked."""

    def __getitem__(self, key: tuple[str, Dialect]) -> Row:
        kind, dialect = key
        return rules_for(dialect).rows[kind]

    def items(self) -> Iterable[tuple[tuple[str, Dialect], Row]]:
        """Every row with its key."""
        for dialect in DIALECTS:
            for kind, row in rules_for(dialect).rows.items():
                yield (kind, dialect), row


TABLE = _Table()
"""(kind, dialect) → Row."""


def judge(difference: Difference, rules: DialectRules) -> Change:
    """A difference with its verdicts: those of the table unless the difference brings its own."""
    row = rules.rows.get(difference.kind) or Row("break", "break", "")
    spot = difference.spot
    return Change(
        kind=difference.kind,
        path=spot.path,
        backward=rules.verdict(difference, "backward"),
        forward=rules.verdict(difference, "forward"),
        message=difference.message,
        source=difference.source or row.source,
        old=difference.old,
        new=difference.new,
        old_place=spot.old_place,
        new_place=spot.new_place,
        wire=difference.wire or row.wire,
        json=difference.json or row.json,
        code=difference.code or row.code,
        rules=difference.rules or row.rules,
    )


def compare_schemas(old: Schema, new: Schema) -> Comparison:
    """Judge every difference between two schemas of one dialect, as their readers gave them."""
    rules = rules_for(new.dialect)
    changes = tuple(judge(difference, rules) for difference in Walk(rules, old, new).run())
    return Comparison(
        dialect=new.dialect,
        backward=worst(change.backward for change in changes),
        forward=worst(change.forward for change in changes),
        changes=changes,
        problems=(*old.problems, *new.problems),
    )
