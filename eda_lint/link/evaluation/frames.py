"""Function activations: which arguments a function's parameters stand for, in one chain of known calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from eda_lint.link.evaluation.known import Known, Site, Thunk
from eda_lint.model.facts import Function


@dataclass(slots=True, eq=False)
class Frame:
    """One activation. A parameter that is in no `arguments` is symbolic.

    `lexical` is the activation of the enclosing function, for closures; `site` the call that entered it;
    `depth` counts activations on the way from an un-entered function.
    """

    unit: str
    function: int
    arguments: Mapping[int, tuple[Thunk, ...]]
    receiver: Known | None = None
    lexical: Frame | None = None
    site: Site | None = None
    depth: int = 1

    def find(self, unit: str, function: int) -> Frame | None:
        """The activation of `function` among this one and those that it is nested in."""
        frame: Frame | None = self
        while frame is not None:
            if frame.function == function and frame.unit == unit:
                return frame
            frame = frame.lexical
        return None

    def entered_from(self, unit: str, call: int) -> int:
        """How many activations on the way were entered by this same call."""
        count = 0
        frame: Frame | None = self
        while frame is not None and frame.site is not None:
            if frame.site.call == call and frame.site.unit == unit:
                count += 1
            frame = frame.site.frame
        return count


@dataclass(slots=True)
class Arguments:
    """The arguments of one call: `open` where `*args` or `**kwargs` of unknown content were spread."""

    positional: list[Thunk] = field(default_factory=list)
    keywords: dict[str, Thunk] = field(default_factory=dict)
    open_positional: bool = False
    open_keywords: bool = False
    site: Site | None = None
    """The call whose arguments these are, where one is known."""

    def at(self, position: int | None, name: str | None) -> Thunk | None:
        """The argument at a position, or by keyword."""
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return self.keywords.get(name) if name is not None else None

    def without_first(self) -> Arguments:
        """These arguments less the first positional one."""
        return Arguments(self.positional[1:], self.keywords, self.open_positional, self.open_keywords, self.site)


def bind_parameters(
    function: Function,
    arguments: Arguments,
    *,
    skip: int,
    make_list: Callable[[tuple[Thunk, ...]], Thunk],
    make_dict: Callable[[dict[str, Thunk], bool], Thunk],
    default: Callable[[int], Thunk],
) -> dict[int, tuple[Thunk, ...]]:
    """Which thunks each parameter (by index) stands for, as Python binds them.

    `skip` leading parameters are bound elsewhere (`self`). A parameter that nothing reaches gets its
    default, unless spread arguments of unknown content may have reached it: then it is left symbolic.
    """
    bound: dict[int, tuple[Thunk, ...]] = {}
    position = 0
    used: set[str] = set()
    for index, parameter in enumerate(function.parameters):
        if index < skip:
            continue
        if parameter.kind == "positional":
            if position < len(arguments.positional):
                bound[index] = (arguments.positional[position],)
                position += 1
                continue
            position += 1
        elif parameter.kind == "*":
            bound[index] = (make_list(tuple(arguments.positional[position:])),)
            position = len(arguments.positional)
            continue
        elif parameter.kind == "**":
            rest = {k: v for k, v in arguments.keywords.items() if k not in used}
            bound[index] = (make_dict(rest, arguments.open_keywords),)
            continue
        if parameter.name in arguments.keywords:
            bound[index] = (arguments.keywords[parameter.name],)
            used.add(parameter.name)
        elif parameter.default >= 0 and not (
            arguments.open_keywords or (arguments.open_positional and parameter.kind == "positional")
        ):
            bound[index] = (default(parameter.default),)
    return bound
