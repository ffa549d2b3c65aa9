"""Objects for which some statements about their members hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, islice, product
from typing import TYPE_CHECKING, Any

from eda_lint.schemas.inclusion.clashes import only_name
from eda_lint.schemas.inclusion.evaluate import holds
from eda_lint.schemas.inclusion.formulas import STRING, Formula
from eda_lint.schemas.inclusion.languages import UndecidedError
from eda_lint.schemas.inclusion.scalars import Found, is_short

if TYPE_CHECKING:
    from eda_lint.schemas.inclusion.search import Search

__all__ = ["objects"]

_CLASSES = 7
"""Most sets of names, given by patterns or as the rest, whose overlaps are looked at."""
_FILLERS = 400
"""Most members that are added to reach a least number."""
_TRIES = 400
_UNBOUNDED = 1 << 62
"""Objects that are put together to find enough different ones."""


def objects(search: Search, statements: list[Formula], count: int) -> Found:
    """At most `count` objects. Raises UndecidedError."""
    return _Objects(search, statements).found(count)


class _Objects:
    """The statements, sorted."""

    def __init__(self, search: Search, statements: Iterable[Formula]) -> None:
        self._search = search
        self._f = search.formulas
        self._by_name: dict[str, list[Formula]] = {}
        self._classes: list[tuple[Formula, Formula]] = []
        self._has: dict[str, list[Formula]] = {}
        self._lacks: set[str] = set()
        self._some: list[tuple[Formula, Formula]] = []
        self._low, self._high = 0, _UNBOUNDED
        self._without: set[Any] = set()
        self._names: dict[str, None] = {}
        self._cut = False
        self._declares = False
        for each in statements:
            self._take(each)
        for where, _ in [*self._classes, *self._some]:
            self._names.update(dict.fromkeys(_names_in(where)))
        self._applying: dict[str, list[Formula]] = {}
        self._meeting: dict[int, list[str]] = {}

    def _take(self, each: Formula) -> None:
        kind, args = each.kind, each.args
        if kind == "all":
            name = only_name(args[0])
            if name is None:
                self._classes.append((args[0], args[1]))
            else:
                self._by_name.setdefault(name, []).append(args[1])
                self._names[name] = None
                self._declares = True
        elif kind == "some":
            name = only_name(args[0])
            if name is None:
                self._some.append((args[0], args[1]))
            else:
                self._has.setdefault(name, []).append(args[1])
                self._names[name] = None
        elif kind == "has":
            self._has.setdefault(args[0], [])
            self._names[args[0]] = None
            self._by_name.setdefault(args[0], [])
            self._declares = True
        elif kind == "lacks":
            self._lacks.add(args[0])
            self._names[args[0]] = None
        elif kind == "members":
            self._low = max(self._low, args[0])
            self._high = self._high if args[1] is None else min(self._high, args[1])
        elif kind == "out":
            self._without |= {value for value in args[0] if value[0] == "o"}

    # ------------------------------------------------------------------------------------------------ members

    def _values_of(self, name: str) -> list[Formula]:
        """What a member of a name must be."""
        known = self._applying.get(name)
        if known is None:
            known = list(self._by_name.get(name, ()))
            frozen = ("s", name)
            declared = name in self._by_name
            for where, what in self._classes:
                if holds(self._f, where, frozen):
                    known.append(what)
                    declared = declared or _says_which(what)
            if name in self._lacks or (self._search.closed and self._declares and not declared):
                known = [self._f.false]
            self._applying[name] = known
        return known

    def _fresh(self, where: Formula, what: list[Formula], count: int) -> list[tuple[str, list[Formula]]]:
        """At most `count` names that nobody mentions, in a set of names, each with what its member must be."""
        if len(self._classes) > _CLASSES:
            raise UndecidedError
        mentioned = self._f.statement("out", frozenset(("s", name) for name in self._names))
        found: list[tuple[str, list[Formula]]] = []
        for inside in product((False, True), repeat=len(self._classes)):
            chosen = [self._classes[index] for index, is_in in enumerate(inside) if is_in]
            if self._search.closed and self._declares and not any(_says_which(each) for _, each in chosen):
                continue
            needed = [*what, *(each for _, each in chosen)]
            if self._f.false in needed:
                continue
            member = self._search.find(needed)
            self._cut = self._cut or member.cut
            if not member.values:
                continue
            sides = [
                one if is_in else self._f.negate(one) for (one, _), is_in in zip(self._classes, inside, strict=True)
            ]
            text = self._f.statement("type", STRING)
            names = self._search.find((text, where, mentioned, *sides), count - len(found))
            self._cut = self._cut or names.cut
            found += [(value[1], needed) for value in names.values]
            if len(found) >= count:
                break
        return found

    # ------------------------------------------------------------------------------------------------ objects

    def found(self, count: int) -> Found:
        """At most `count` objects."""
        if self._low > self._high:
            return Found()
        values: dict[Any, None] = {}
        complete = True
        for needs in self._ways(0, {name: list(more) for name, more in self._has.items()}):
            done = self._objects(needs, count, values)
            complete = complete and done
            if len(values) >= count:
                return Found(tuple(values), False, self._cut)
        return Found(tuple(values), complete and not self._cut, self._cut)

    def _ways(self, index: int, needs: dict[str, list[Formula]]) -> Iterator[dict[str, list[Formula]]]:
        """Each way of saying which members are those that must be there."""
        self._search.budget -= 1
        if len(needs) > self._high or self._search.budget <= 0:
            self._cut = self._cut or self._search.budget <= 0
            return
        if index == len(self._some):
            yield needs
            return
        where, what = self._some[index]
        fresh = [one for one in self._fresh(where, [what], 1 + index) if one[0] not in needs][:1]
        if fresh and self._high == _UNBOUNDED:
            # A member of its own meets one need and stands in the way of no other.
            yield from self._ways(index + 1, {**needs, fresh[0][0]: fresh[0][1]})
            return
        for name in self._possible(index):
            yield from self._ways(index + 1, {**needs, name: [*needs.get(name, ()), what]})
        for name, more in needs.items():
            if name not in self._names and holds(self._f, where, ("s", name)):
                yield from self._ways(index + 1, {**needs, name: [*more, what]})
        for name, needed in fresh:
            yield from self._ways(index + 1, {**needs, name: needed})

    def _possible(self, index: int) -> list[str]:
        """The mentioned names whose member may meet a need."""
        known = self._meeting.get(index)
        if known is None:
            where, what = self._some[index]
            known = self._meeting[index] = []
            for name in self._names:
                if holds(self._f, where, ("s", name)):
                    member = self._search.find([*self._values_of(name), *self._has.get(name, ()), what])
                    self._cut = self._cut or member.cut
                    if member.values:
                        known.append(name)
        return known

    def _objects(self, needs: dict[str, list[Formula]], count: int, found: dict[Any, None]) -> bool:
        """Add objects that have some members; whether these are all there are."""
        enough = count + len(self._without)
        members: list[tuple[str, Found]] = []
        for name, more in needs.items():
            apply = self._values_of(name) if name in self._names else []
            member = self._search.find([*apply, *more], enough)
            self._cut = self._cut or member.cut or is_short(member, enough)
            if not member.values:
                return not member.cut
            members.append((name, member))
        complete = all(member.complete for _, member in members)
        options, all_options = self._options(needs, enough)
        complete = complete and all_options and all(member.complete for _, member in options)
        tried = 0
        for extra in range(max(0, self._low - len(members)), min(len(options), self._high - len(members)) + 1):
            for chosen in combinations(options, extra):
                present = [*members, *chosen]
                for values in product(*(member.values for _, member in present)):
                    tried += 1
                    pairs = zip((name for name, _ in present), values, strict=True)
                    made = ("o", tuple(sorted(pairs)))
                    if made not in self._without:
                        found[made] = None
                    if len(found) >= count:
                        return False
                    if tried > _TRIES:
                        self._cut = True
                        return False
        return complete or tried == 0  # There are not even enough members: no object at all.

    def _options(self, needs: dict[str, list[Formula]], enough: int) -> tuple[list[tuple[str, Found]], bool]:
        """Members that may be there besides; and whether these are all."""
        if len(needs) >= self._high:
            return [], True
        more = max(self._low - len(needs), 0)
        wanted = min(more, _FILLERS) + (0 if enough == 1 else enough.bit_length() + 1)
        if more > _FILLERS:
            raise UndecidedError
        if wanted == 0:
            return [], False
        found: list[tuple[str, Found]] = []
        for name in self._names:
            if name not in needs:
                member = self._search.find(self._values_of(name), enough)
                self._cut = self._cut or member.cut
                if member.values:
                    found.append((name, member))
                    if len(found) > wanted:
                        return found, False
        fresh = [one for one in self._fresh(self._f.true, [], wanted + 1 + len(needs)) if one[0] not in needs]
        for name, needed in islice(fresh, wanted - len(found) + 1):
            found.append((name, self._search.find(needed, enough)))
        return found, not fresh


def _says_which(what: Formula) -> bool:
    """Whether a statement about undeclared members tells what they are, so that one writes them."""
    return what.kind not in ("true", "false")


def _names_in(where: Formula) -> Iterator[str]:
    """The names that a set of names mentions."""
    if where.kind in ("in", "out"):
        yield from (value[1] for value in sorted(where.args[0], key=repr) if value[0] == "s")
    elif where.kind in ("and", "or", "one", "notone"):
        for part in where.args:
            yield from _names_in(part)
