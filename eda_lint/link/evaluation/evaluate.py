"""Evaluation of values without running them: demand-driven, tabled, bounded.

`Evaluator.evaluate(unit, value, frame)` gives the alternatives that a value may be, in the activation
`frame` (None: the function was not entered by a known call, its parameters are `Symbol`s). A question that
is asked again while it is being answered contributes nothing to its own answer, which makes the tabled
answers a least fixpoint over bindings, attributes, parameters and returns; answers that were cut short by
such a cycle are asked again a bounded number of times before they are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from eda_lint.catalog.load import TypeRef
from eda_lint.link.evaluation import (
    attributes,
    calls,
    classes,
    displays,
    elements,
    kept,
    names,
    options,
    oslo_config,
    runners,
    settings,
    texts,
    unbound,
)
from eda_lint.link.evaluation.annotations import instances
from eda_lint.link.evaluation.callers import Callers
from eda_lint.link.evaluation.frames import Arguments, Frame, bind_parameters
from eda_lint.link.evaluation.known import (
    ClassRef,
    ClientObject,
    DictOf,
    External,
    FunctionRef,
    Generated,
    Instance,
    Known,
    Knowns,
    ListOf,
    ModuleRef,
    Named,
    Plain,
    Site,
    Symbol,
    Text,
    Thunk,
    Unknown,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.evaluation.world import World
from eda_lint.model import values as v
from eda_lint.model.facts import Class, Function
from eda_lint.model.values import NOTHING

WIDTH = 24
"""Most alternatives of one answer; more say that nothing useful is known."""
DEPTH = 160
"""Most questions open at a time."""
FRAMES = 24
"""Most activations in a chain."""
ACTIVATIONS = 64
"""How many calls of one function are told apart by what it returns; for further ones the arguments are left open."""
QUESTIONS = 300_000
PER_CALL = 40
"""Most questions of a round: these, and so many for each call of the active files. Some code (registries of
factories of registries) multiplies without end; what is left then is unknown, never wrong."""
ASKED_AGAIN = 3
"""How often an answer that a cycle cut short is asked again before it is kept."""

Key = tuple[str, int, Frame | None]


class Evaluator:
    """Answers what values are, for one round of link."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.callers = Callers(self)
        self.flushing: dict[tuple[TypeRef, str], frozenset[tuple[str, int]]] = {}
        """What `delivery` found of clients of a type in a service."""
        self._table: dict[Key, Knowns] = {}
        self._bases: dict[ClassRef, Sequence[Known]] = {}
        self._open: dict[Key, int] = {}
        self._entered: dict[tuple[str, int], int] = {}
        self._asked: dict[Key, int] = {}
        self._lowest_cut = DEPTH * 2
        self._depth = 0
        self.questions = 0
        self.budget = QUESTIONS + PER_CALL * sum(len(u.facts.calls) for u in world.active.values())
        self.nesting = 0
        """How many look-ups are open that no table guards (`bounds.bounded`)."""
        self.asking = ""
        """The file whose value is being evaluated (settings are looked for in its service)."""
        self.inside: Frame | None = None
        """The activation in which a value is being evaluated."""

    # ------------------------------------------------------------------------------------- questions

    def evaluate(self, unit: Unit, value: int, frame: Frame | None) -> Knowns:
        """The alternatives of a value, at most `WIDTH`, without repetition, in order of discovery."""
        if value == NOTHING:
            return ()
        key = (unit.path, value, frame)
        found = self._table.get(key)
        if found is not None:
            return found
        if key in self._open:
            self._lowest_cut = min(self._lowest_cut, self._open[key])
            return ()
        if self._depth >= DEPTH:
            return (self.world.unknown("too deep"),)
        if self.questions >= self.budget:
            return (self.world.unknown("too much to follow"),)
        self.questions += 1
        self._open[key] = depth = self._depth
        self._depth += 1
        outer_cut, self._lowest_cut = self._lowest_cut, DEPTH * 2
        asking, self.asking = self.asking, unit.path
        inside, self.inside = self.inside, frame
        try:
            answer = self.distinct(self._answer(unit, value, frame))
        finally:
            self._depth -= 1
            self.asking, self.inside = asking, inside
            del self._open[key]
        cut, self._lowest_cut = self._lowest_cut, min(outer_cut, self._lowest_cut)
        if cut >= depth:
            self._lowest_cut = outer_cut
            self._table[key] = answer
        else:
            asked = self._asked[key] = self._asked.get(key, 0) + 1
            if asked >= ASKED_AGAIN:
                self._table[key] = answer
        return answer

    def once(self, key: Key, look_up: Callable[[], Knowns]) -> Knowns:
        """The answer of a look-up that no table keeps; nothing if it is being answered already."""
        if key in self._open:
            return ()
        self._open[key] = self._depth
        try:
            return look_up()
        finally:
            del self._open[key]

    def force(self, thunk: Thunk) -> Knowns:
        """What a thunk stands for."""
        if thunk.given is not None:
            return thunk.given
        return self.evaluate(self.world.known_unit(thunk.unit), thunk.value, thunk.frame)

    def force_all(self, thunks: Iterable[Thunk]) -> Knowns:
        """All alternatives of several thunks."""
        return self.distinct([known for thunk in thunks for known in self.force(thunk)])

    def distinct(self, knowns: Iterable[Known]) -> Knowns:
        """Without repetition, bounded by `WIDTH`."""
        found = tuple(dict.fromkeys(knowns))
        if len(found) > WIDTH:
            return (*found[: WIDTH - 1], self.world.unknown("too many alternatives"))
        return found

    # -------------------------------------------------------------------------------------- dispatch

    def _answer(self, unit: Unit, value: int, frame: Frame | None) -> Sequence[Known]:
        world = self.world
        match unit.facts.values[value]:
            case v.Text(text=text):
                return (world.literal(text),)
            case v.Number(number=number):
                return (world.interned.of(Plain, number),)
            case v.Constant(value=constant):
                return (world.interned.of(Plain, constant),)
            case v.Name(name=name):
                return names.global_name(self, unit, name)
            case v.Local(bindings=bindings):
                return self.bindings(unit, bindings, frame)
            case v.Parameter(function=function, index=index):
                return self.parameter(unit, function, index, frame)
            case v.Imported(module=module, level=level, name=name):
                return names.imported(self, unit, module, level, name)
            case v.Definition(index=index):
                return self.definition(unit, index, frame)
            case v.Attribute(of=of, name=name):
                found = [k for base in self.evaluate(unit, of, frame) for k in attributes.attribute(self, base, name)]
                put = kept.attribute(self, unit, of, name, tuple(found))
                return put or settings.spelt(self, unit, of, name, found) or found
            case v.Item(of=of, key=key):
                return elements.item(self, unit, of, key, frame)
            case v.Result(call=call):
                return calls.result(self, unit, call, frame)
            case v.Awaited(of=of):
                return self.evaluate(unit, of, frame)
            case v.Element(of=of):
                return [k for base in self.evaluate(unit, of, frame) for k in elements.elements(self, base)]
            case v.Entered(of=of):
                return [k for base in self.evaluate(unit, of, frame) for k in elements.entered(self, base)]
            case v.Starred(of=of):
                return self.evaluate(unit, of, frame)
            case other:
                return displays.display(self, unit, value, other, frame)

    # ----------------------------------------------------------------------------------------- names

    def exported(self, unit: Unit, name: str) -> Knowns:
        """What a module's attribute of this name is; empty if it has none."""
        return names.exported(self, unit, name)

    def module_attribute(self, module: ModuleRef, name: str) -> Knowns:
        """`module.name`: what the module binds, else its submodule."""
        return names.module_attribute(self, module, name)

    def external(self, path: str) -> Known:
        """Something outside the code base; catalogued functions become `CatalogFunction`."""
        return names.external(self, path)

    def bindings(self, unit: Unit, bindings: tuple[int, ...], frame: Frame | None) -> Knowns:
        """What a name may be that has these bindings."""
        found: list[Known] = []
        for index in bindings:
            binding = unit.facts.bindings[index]
            if binding.value != NOTHING:
                bound = self.evaluate(unit, binding.value, frame)
                if binding.annotation != NOTHING and all(isinstance(k, Unknown) for k in bound):
                    bound = instances(self, unit, binding.annotation, frame) or bound
                found.extend(bound)
            elif binding.annotation != NOTHING and len(bindings) == 1:
                found.extend(instances(self, unit, binding.annotation, frame))
        return settings.merged(self, self.distinct(found))

    def parameter(self, unit: Unit, function: int, index: int, frame: Frame | None) -> Knowns:
        """What a parameter stands for in a frame; a `Symbol`, or `self`, where no call is known."""
        entered = frame.find(unit.path, function) if frame is not None else None
        if entered is not None:
            if index == 0 and entered.receiver is not None and self.is_method(unit, function):
                return (entered.receiver,)
            bound = entered.arguments.get(index)
            if bound is not None:
                return self.force_all(bound)
        if index == 0 and self.is_method(unit, function):
            return self._some_receiver(unit, function)
        given = options.parameter(self, unit, function, index)
        if given:
            return given
        return (self.world.interned.of(Symbol, unit.path, function, index),)

    def is_method(self, unit: Unit, function: int) -> bool:
        """Whether the first parameter of a function is bound by attribute access."""
        return unit.owner_class(function) is not None and "staticmethod" not in unit.decorator_names(function)

    def _some_receiver(self, unit: Unit, function: int) -> Knowns:
        owner = unit.owner_class(function)
        assert owner is not None
        cls = self.world.class_ref(unit, owner)
        decorators = unit.decorator_names(function)
        if "classmethod" in decorators or unit.function(function).name in ("__new__", "__init_subclass__"):
            return (cls,)
        if any(n.endswith("validator") for n in decorators):
            return (cls,)
        return (self.world.interned.of(Instance, cls, None),)

    def definition(self, unit: Unit, index: int, frame: Frame | None) -> Knowns:
        """A class or function of the code base, with what its decorators make of it."""
        definition = unit.facts.definitions[index]
        if isinstance(definition, Class):
            return (self.world.class_ref(unit, index),)
        captured = frame if self._nested(unit, definition, frame) else None
        plain = self.world.interned.of(FunctionRef, unit.path, index, None, captured)
        made = calls.decorated(self, unit, index, plain, frame)
        return made or (plain,)

    def _nested(self, unit: Unit, definition: Function, frame: Frame | None) -> bool:
        parent = unit.enclosing_function(definition.parent)
        return parent > 0 and frame is not None and frame.find(unit.path, parent) is not None

    # --------------------------------------------------------------------------------------- symbols

    def closed(self, knowns: Knowns) -> Knowns:
        """With symbols replaced by what the function's callers give, as far as they are known."""
        if not any(isinstance(k, Symbol) for k in knowns):
            return knowns
        found: list[Known] = []
        for known in knowns:
            if isinstance(known, Symbol):
                key = (known.unit, known.function, known.index)
                if key in self.world.handed or key in self.world.injected:
                    found.extend(self.typed(known))
                    continue
                given = self.callers.arguments(known)
                found.extend(given or (known,))
            else:
                found.append(known)
        return self.distinct(found)

    def typed(self, symbol: Symbol) -> Knowns:
        """Instances of what a symbol's annotation names."""
        unit = self.world.known_unit(symbol.unit)
        parameter = unit.function(symbol.function).parameters[symbol.index]
        key = (symbol.unit, symbol.function, symbol.index)
        injected = self.world.injected.get(key)
        if injected is not None:
            site = self.world.site(injected.unit, injected.call, None)
            return (self.world.interned.of(ClientObject, injected.type, site, injected.row, None),)
        handed = self.world.handed.get(key)
        if handed is not None:
            return (self.world.interned.of(ClientObject, handed, None, None, None),)
        found: Knowns = ()
        if parameter.annotation != NOTHING:
            found = instances(self, unit, parameter.annotation, None)
        if not found and parameter.default != NOTHING:
            default = self.evaluate(unit, parameter.default, None)
            found = tuple(k for k in default if not isinstance(k, Plain | Unknown | Text))
        return found

    # ----------------------------------------------------------------------------------------- calls

    def callee(self, unit: Unit, call: int, frame: Frame | None) -> Knowns:
        """What a call calls; the function that it runs, if it is one that runs functions handed to it."""
        found = self.evaluate(unit, unit.facts.calls[call].function, frame)
        handed = runners.run(self, unit, call, found, frame)
        if handed:
            return handed
        meant = unbound.method(self, unit, call, found)
        return found if meant is None else (*found, meant)

    def arguments(self, unit: Unit, call: int, frame: Frame | None) -> Arguments:
        """The arguments of a call, spread ones looked through; of a runner, those that its function is called with."""
        return calls.arguments(self, unit, call, frame)

    def text_of(self, known: Known) -> Text | None:
        """A known as text: itself, an enum member's value, a named result's name."""
        if isinstance(known, Text):
            return known
        if isinstance(known, Named):
            return self.text_of(known.text)
        if isinstance(known, External):
            return oslo_config.text(self, known) if oslo_config.is_part(known) else None
        return texts.of_member(self, known)

    def closed_arguments(self, unit: Unit, call: int) -> Arguments:
        """The arguments of a call in no known activation, spread parameters taken from the callers."""
        return calls.arguments(self, unit, call, None, closed=True)

    def mro(self, cls: ClassRef) -> Sequence[Known]:
        """A class and its bases, nearest first: `ClassRef`s of the code base and `External` bases."""
        found = self._bases.get(cls)
        if found is None:
            outer_cut, self._lowest_cut = self._lowest_cut, DEPTH * 2
            found = classes.mro(self, cls)
            # An answer that a cycle, or the bound on depth, may have cut short is not kept.
            if self._lowest_cut == DEPTH * 2 and self._depth < DEPTH // 2:
                self._bases[cls] = found
            self._lowest_cut = min(outer_cut, self._lowest_cut)
        return found

    # ------------------------------------------------------------------------------------ activations

    def bound(self, unit: Unit, function: int, given: Arguments, skip: int) -> dict[int, tuple[Thunk, ...]]:
        """Which thunks each parameter of a function stands for in a call with these arguments."""
        world = self.world
        return bind_parameters(
            unit.function(function),
            given,
            skip=skip,
            make_list=lambda items: world.given(world.interned.of(ListOf, items, not given.open_positional)),
            make_dict=lambda rest, is_open: world.given(
                world.interned.of(DictOf, tuple((world.literal(k), t) for k, t in rest.items()), is_open, None)
            ),
            default=lambda value: world.thunk(unit.path, value, None),
        )

    def enter(self, function: FunctionRef, given: Arguments, site: Site | None) -> Frame:
        """The activation of a function by a call with these arguments."""
        unit = self.world.known_unit(function.unit)
        skip = 0
        if self.is_method(unit, function.index):
            if function.receiver is None:
                receivers = self.force(given.positional[0]) if given.positional else ()
                function = self.world.interned.of(
                    FunctionRef,
                    function.unit,
                    function.index,
                    receivers[0] if len(receivers) == 1 else None,
                    function.frame,
                )
                given = given.without_first()
            skip = 1
        arguments = self.bound(unit, function.index, given, skip)
        return self.world.frame(unit.path, function.index, arguments, function.receiver, function.frame, site)

    def result_of(self, function: FunctionRef, given: Arguments, site: Site) -> Knowns:
        """What a call of a function of the code base gives."""
        frame = site.frame
        if frame is not None and (frame.depth >= FRAMES or frame.entered_from(site.unit, site.call) > 1):
            return (self.world.unknown("recursion"),)
        key = (function.unit, function.index)
        entered = self._entered[key] = self._entered.get(key, 0) + 1
        if entered > ACTIVATIONS:
            return self.returned(function)
        return self.returns(function, self.enter(function, given, site))

    def returned(self, function: FunctionRef) -> Knowns:
        """What a function gives when nothing is known of the call but its receiver."""
        frame = None
        if function.receiver is not None or function.frame is not None:
            frame = self.world.frame(function.unit, function.index, {}, function.receiver, function.frame, None)
        return self.returns(function, frame)

    def returns(self, function: FunctionRef, frame: Frame | None) -> Knowns:
        """All that a function's `return`s may give in an activation; else what its annotation says."""
        unit = self.world.known_unit(function.unit)
        fact = unit.function(function.index)
        body = unit.body(function.index)
        if body.yields and frame is not None:
            return (self.world.interned.of(Generated, function, frame),)
        if body.yields:
            return self.yielded(function, None)
        found = self.distinct([k for value in body.returns for k in self.evaluate(unit, value, frame)])
        real = tuple(k for k in found if not (isinstance(k, Plain) and k.value is None))
        if fact.returns != NOTHING and all(isinstance(k, Unknown) for k in real):
            typed = instances(self, unit, fact.returns, None)
            if typed:
                return typed
        return real or found

    def yielded(self, function: FunctionRef, frame: Frame | None) -> Knowns:
        """All that a generator function yields in an activation."""
        unit = self.world.known_unit(function.unit)
        return self.distinct(
            [k for value in unit.body(function.index).yields for k in self.evaluate(unit, value, frame)]
        )

    def made_by(self, factory: Known) -> Knowns:
        """What calling something without arguments gives (`default_factory`)."""
        match factory:
            case FunctionRef():
                return self.returned(factory)
            case ClassRef():
                return (self.world.interned.of(Instance, factory, None),)
            case _:
                return ()
