"""What calls give: functions of the code base are entered, catalogued ones looked up, builtins known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from eda_lint.catalog.load import TypeRef
from eda_lint.catalog.steps import parse
from eda_lint.catalog.tables import Callable
from eda_lint.link.evaluation import builtin, decorator_classes, files, foreign, roles, runners, settings, texts
from eda_lint.link.evaluation.attributes import attribute
from eda_lint.link.evaluation.bounds import bounded
from eda_lint.link.evaluation.classes import is_enum
from eda_lint.link.evaluation.elements import elements
from eda_lint.link.evaluation.frames import Arguments, Frame
from eda_lint.link.evaluation.instances import SERIALIZING
from eda_lint.link.evaluation.known import (
    BuiltinMethod,
    CatalogFunction,
    CatalogMethod,
    ClassRef,
    ClientObject,
    Decorated,
    DecoratorOf,
    DictOf,
    Encoded,
    Environment,
    External,
    FunctionRef,
    Instance,
    Known,
    Knowns,
    ListOf,
    Named,
    Partial,
    Plain,
    Record,
    Site,
    Symbol,
    Thunk,
    Unknown,
)
from eda_lint.link.evaluation.units import Unit
from eda_lint.model import values as v

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

CALLEES = 12
"""Most alternatives of a callee that are followed."""


def result(ev: Evaluator, unit: Unit, call: int, frame: Frame | None) -> Sequence[Known]:
    """What a call gives, over all that it may call."""
    callees = ev.callee(unit, call, frame)
    if not callees:
        return (ev.world.unknown("call of something unknown"),)
    given = arguments(ev, unit, call, frame)
    site = ev.world.site(unit.path, call, frame)
    found: list[Known] = []
    for callee in callees[:CALLEES]:
        found.extend(call_known(ev, callee, given, site))
    return found


@bounded
def call_known(ev: Evaluator, callee: Known, given: Arguments, site: Site) -> Sequence[Known]:
    """What calling a known with these arguments gives."""
    world = ev.world
    match callee:
        case FunctionRef(receiver=Instance() as receiver) if _serialises(ev, callee):
            return _serialised(ev, callee, receiver, given)
        case FunctionRef():
            return ev.result_of(callee, given, site)
        case ClassRef():
            return _construct(ev, callee, given, site)
        case CatalogMethod(receiver=receiver, type=type_ref):
            row = roles.chosen(ev, callee, given)
            return _catalogued(ev, row, type_ref.library, receiver, given, site)
        case CatalogFunction(library=library, path=path):
            row = roles.chosen(ev, callee, given)
            return [*files.called(ev, path, given), *_catalogued(ev, row, library, None, given, site)]
        case External(path=path):
            return _external(ev, path, given, site)
        case DecoratorOf() if given.keywords and not given.positional and not given.open_positional:
            # More options, before what is decorated: `@subscriber(filter=…)`.
            return (callee,)
        case DecoratorOf(receiver=receiver, callable=row, library=library, site=made):
            return _decorate(ev, row, library, receiver, made, given)
        case Decorated(function=function):
            return ev.result_of(function, given, site)
        case BuiltinMethod(receiver=receiver, name=name):
            return builtin.method(ev, receiver, name, given, site)
        case Partial(function=ClassRef() as cls, site=made) if not given.positional and not given.keywords:
            return _construct(ev, cls, completed(ev, callee, given), made)
        case Partial(function=function):
            return call_known(ev, function, completed(ev, callee, given), site)
        case Instance():
            found = attribute(ev, callee, "__call__")
            return [
                k for f in found if isinstance(f, FunctionRef | CatalogMethod) for k in call_known(ev, f, given, site)
            ]
        case ClientObject(type=type_ref):
            called = world.catalog.method(type_ref, "__call__")
            return _catalogued(ev, called, type_ref.library, callee, given, site) if called is not None else ()
        case Symbol():
            closed = [
                k for k in ev.closed((callee,)) if isinstance(k, FunctionRef | ClassRef | Partial | CatalogMethod)
            ]
            return [k for c in closed[:CALLEES] for k in call_known(ev, c, given, site)] or (
                world.unknown(Unknown.PARAMETER, open=True),
            )
        case Named() | DictOf() | ListOf():
            # Of a mapping or list only a provider of one is called, and gives it.
            return (callee,)
        case Environment():
            return settings.environment_call(ev, callee, "", given)
        case Record(type=type_ref, origin=origin, path=path):
            return (world.interned.of(Record, type_ref, origin, _called_path(ev, path, given)),)
        case Unknown():
            return (callee,)
        case _:
            return (world.unknown("call of something unknown"),)


def _serialised(ev: Evaluator, callee: FunctionRef, receiver: Instance, given: Arguments) -> Sequence[Known]:
    """The object itself, in another form; of a serialiser, what it is given."""
    name = ev.world.known_unit(callee.unit).function(callee.index).name
    if name in ("serialize", "dumps", "encode") and given.positional:
        return [builtin.encoded(ev, k) for k in ev.force(given.positional[0])]
    return (ev.world.interned.of(Encoded, receiver),)


def _serialises(ev: Evaluator, callee: FunctionRef) -> bool:
    """A payload object's own method that puts it in a form to send: what it is matters more than how."""
    return ev.world.known_unit(callee.unit).function(callee.index).name in SERIALIZING


def _called_path(ev: Evaluator, path: tuple[str, ...], given: Arguments) -> tuple[str, ...]:
    """`record.value()` is the value; `part.get("x")` is item x; `part.decode()` is the part."""
    if not path:
        return path
    if path[-1] in ("get", "pop", "getlist") and given.positional:
        names = texts.literal_texts(ev, ev.force(given.positional[0]))
        return (*path[:-1], names[0] if names else "*")
    if path[-1] in builtin.PARTS:
        return path[:-1]
    return path


def _construct(ev: Evaluator, cls: ClassRef, given: Arguments, site: Site) -> Sequence[Known]:
    if is_enum(ev, cls) and given.positional:
        values = texts.literal_texts(ev, ev.force(given.positional[0]))
        members = [m for m in elements(ev, cls) if values and (t := ev.text_of(m)) and t.literal in values]
        return members or (ev.world.unknown("enum member"),)
    decorator = decorator_classes.extended(ev, cls)
    if decorator is not None:
        return _catalogued(ev, roles.chosen(ev, decorator, given), decorator.library, None, given, site)
    return (ev.world.interned.of(Instance, cls, site),)


def _external(ev: Evaluator, path: str, given: Arguments, site: Site) -> Sequence[Known]:
    type_ref = ev.world.catalog.type_at(path) or foreign.extended(ev.world.catalog, path)
    if type_ref is not None:
        row = ev.world.catalog.constructor(type_ref)
        return (ev.world.interned.of(ClientObject, type_ref, site, row, None), *files.called(ev, path, given))
    found = foreign.imported(ev, path, given)
    if found:
        return found
    setting = settings.external_call(ev, path, given)
    if setting:
        return setting
    return builtin.function(ev, path, given, site)


def _catalogued(
    ev: Evaluator, row: Callable, library: str, receiver: Known | None, given: Arguments, site: Site
) -> Sequence[Known]:
    world = ev.world
    if row.decorator:
        functions = decorable(ev, given)
        if functions and row.bare:
            # Called as a function, it may be given options too: `app.task(function, name="x")`.
            return _made(ev, row, library, receiver, site if given.keywords else None, functions)
        decorator = world.interned.of(DecoratorOf, receiver, row, library, site)
        if row.returned and row.returns:
            # Unlike `app.task`, whose result is for functions, this one's is an object of its own to send through.
            told = next(iter(_selected(ev, row, given)), row.returns)
            made = world.catalog.resolve(library, told)
            return (decorator, world.interned.of(ClientObject, made, site, row, receiver))
        return (decorator,)
    if row.gives is not None:
        return [
            k if isinstance(k, Unknown | Symbol | Instance | Decorated) else world.interned.of(Named, k)
            for k in roles.source_values(ev, row.gives, row, given, receiver)
        ]
    for name in _selected(ev, row, given):
        return (world.interned.of(ClientObject, world.catalog.resolve(library, name), site, row, receiver),)
    type_name = row.returns or row.record
    if type_name:
        given_back = world.interned.of(ClientObject, world.catalog.resolve(library, type_name), site, row, receiver)
        return (given_back,) if row.returns or not row.record_in else (within(ev, given_back, row.record_in),)
    return (world.unknown(f"result of {row.name or (row.names or row.paths or ('a call',))[0]}"),)


def _selected(ev: Evaluator, row: Callable, given: Arguments) -> Iterator[str]:
    """The types that constant texts of arguments select for the result (`client("sqs")`)."""
    for parameter, types in row.returns_by.items():
        thunk = roles.parameter(ev, row, given, parameter)
        for known in ev.closed(ev.force(thunk)) if thunk is not None else ():
            text = ev.text_of(known)
            shown = text.literal if text is not None else str(known.value) if isinstance(known, Plain) else None
            if shown is not None and shown in types:
                yield types[shown]


def within(ev: Evaluator, record: Known, steps: str) -> Known:
    """The result of a call that holds records at the end of these steps (`["Messages"][*]`)."""
    of = ev.world.interned.of
    for step in reversed(parse(steps)):
        inner = ev.world.given(record)
        if step.kind == "each":
            record = of(ListOf, (inner,), False)
        elif step.kind == "index":
            # What stands before it (a stream's name, a partition) is not tracked.
            before = tuple(ev.world.given(ev.world.unknown("beside a record")) for _ in range(step.index))
            record = of(ListOf, (*before, inner), True)
        else:
            record = of(DictOf, ((ev.world.literal(step.text), inner),), True, None)
    return record


# ------------------------------------------------------------------------------------------- decorators


def decorated(ev: Evaluator, unit: Unit, index: int, plain: FunctionRef, frame: Frame | None) -> Knowns:
    """What a function's decorators make of it, where a catalogued decorator is among them; else nothing."""
    function = unit.function(index)
    found: list[Known] = []
    for decorator in function.decorators:
        if unit.terminal(decorator) in builtin.TRANSPARENT_DECORATORS:
            continue
        for known in ev.evaluate(unit, decorator, frame):
            found.extend(_apply(ev, unit, decorator, known, plain, frame))
    return ev.distinct(found)


def _apply(
    ev: Evaluator, unit: Unit, decorator: int, known: Known, plain: FunctionRef, frame: Frame | None
) -> Sequence[Known]:
    given = Arguments([ev.world.given(plain)])
    match known:
        case DecoratorOf():
            return [k for k in call_known(ev, known, given, known.site) if isinstance(k, Decorated)]
        case CatalogMethod() | CatalogFunction():
            row = roles.chosen(ev, known, given)
            library = known.type.library if isinstance(known, CatalogMethod) else known.library
            receiver = known.receiver if isinstance(known, CatalogMethod) else None
            return _made(ev, row, library, receiver, None, [plain]) if row.decorator and row.bare else ()
        case FunctionRef() | Instance():
            shown = unit.facts.values[decorator]
            call = shown.call if isinstance(shown, v.Result) else -1
            made = call_known(ev, known, given, ev.world.site(unit.path, call, frame))
            return [
                ev.world.interned.of(Decorated, plain, k.type, k.maker, k.receiver, k.site)
                for k in made
                if isinstance(k, Decorated)
            ]
        case _:
            return ()


def _decorate(
    ev: Evaluator, row: Callable, library: str, receiver: Known | None, site: Site, given: Arguments
) -> Sequence[Known]:
    return _made(ev, row, library, receiver, site, decorable(ev, given))


def decorable(ev: Evaluator, given: Arguments) -> list[FunctionRef]:
    """The functions that a decorator is called with; of an object that can be called its `__call__`."""
    if not given.positional:
        return []
    found: list[FunctionRef] = []
    for known in ev.force(given.positional[0]):
        if isinstance(known, FunctionRef):
            found.append(known)
        elif isinstance(known, Decorated):
            found.append(known.function)
        elif isinstance(known, Instance):
            found.extend(f for f in attribute(ev, known, "__call__") if isinstance(f, FunctionRef))
    return found


def _made(
    ev: Evaluator,
    row: Callable,
    library: str,
    receiver: Known | None,
    site: Site | None,
    functions: Sequence[FunctionRef],
) -> Sequence[Known]:
    if not row.returns:
        return functions
    type_ref: TypeRef = ev.world.catalog.resolve(library, row.returns)
    return [ev.world.interned.of(Decorated, f, type_ref, row, receiver, site) for f in functions]


# -------------------------------------------------------------------------------------------- arguments


def arguments(ev: Evaluator, unit: Unit, call: int, frame: Frame | None, *, closed: bool = False) -> Arguments:
    """The arguments of a call, with spread lists and dicts of known content looked through. `closed`: what is
    spread from the function's own `*args` and `**kwargs` is taken from its callers."""
    given = Arguments()
    if call < 0:
        given.open_positional = given.open_keywords = True
        return given
    given.site = ev.world.site(unit.path, call, frame)
    for argument in unit.facts.calls[call].arguments:
        thunk = ev.world.thunk(unit.path, argument.value, frame)
        if argument.star == 1:
            _spread(ev, given, ev.closed(ev.force(thunk)) if closed else ev.force(thunk))
        elif argument.star == 2:
            _spread_keywords(ev, given, ev.closed(ev.force(thunk)) if closed else ev.force(thunk))
        elif argument.name:
            given.keywords[argument.name] = thunk
        else:
            given.positional.append(thunk)
    if runners.function_value(unit, unit.facts.calls[call]) is not None:
        called = ev.evaluate(unit, unit.facts.calls[call].function, frame)
        if runners.run(ev, unit, call, called, frame):
            return runners.arguments(ev, unit, call, given)
    return given


def completed(ev: Evaluator, partial: Partial, given: Arguments) -> Arguments:
    """The arguments that a partial's function is called with when the partial is called with these."""
    made = partial.site
    first = arguments(ev, ev.world.known_unit(made.unit), made.call, made.frame).without_first()
    return Arguments(
        first.positional + given.positional,
        {**first.keywords, **given.keywords},
        first.open_positional or given.open_positional,
        first.open_keywords or given.open_keywords,
        given.site,
    )


def _spread(ev: Evaluator, given: Arguments, knowns: Knowns) -> None:
    lists = [k for k in knowns if isinstance(k, ListOf)]
    if len(lists) == 1 and lists[0].exact:
        given.positional.extend(lists[0].items)
        return
    given.open_positional = True
    symbols = tuple(k for k in knowns if isinstance(k, Symbol))
    if symbols:
        given.positional.append(ev.world.given(*symbols))
    items: dict[Thunk, None] = {}
    for known in lists:
        items.update(dict.fromkeys(known.items))
    given.positional.extend(items)


def _spread_keywords(ev: Evaluator, given: Arguments, knowns: Knowns) -> None:
    dicts = [k for k in knowns if isinstance(k, DictOf)]
    if not dicts:
        given.open_keywords = True
    for known in dicts:
        given.open_keywords = given.open_keywords or known.open
        for key, thunk in known.entries:
            text = ev.text_of(key)
            if text is not None and text.literal is not None:
                given.keywords.setdefault(text.literal, thunk)
