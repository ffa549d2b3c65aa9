"""What evaluation knows of a value: the abstract domain of link.

Every known is interned: equal ones are the same object, so sets and memo tables compare by identity and
nothing hashes deep. A result of evaluation is a tuple of alternatives in order of discovery.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from eda_lint.catalog.load import TypeRef
from eda_lint.catalog.tables import Callable

if TYPE_CHECKING:
    from eda_lint.link.evaluation.frames import Frame

K = TypeVar("K")


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Base of the domain. Make instances with `Interned.of`."""


class Interned:
    """The table that makes equal knowns one object. One per link run, so that memory ends with it."""

    def __init__(self) -> None:
        self._table: dict[tuple[Any, ...], Any] = {}

    def of(self, kind: type[K], *fields: Any) -> K:
        """The one object of this kind with these fields (which are hashable, or identity-compared)."""
        key = (kind, *fields)
        found = self._table.get(key)
        if found is None:
            found = self._table[key] = kind(*fields)
        return found


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text. `literal`: the text itself; `env`: variable or setting `text` with its `default`;
    `hole`: known only at run time, `text` names it; `symbol`: a parameter's value, `owner` is its function."""

    kind: str
    text: str
    default: str | None = None
    owner: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Text(Known):
    """A string, in pieces; adjacent literals are joined."""

    pieces: tuple[Piece, ...]

    @property
    def literal(self) -> str | None:
        """The string, if all of it is literal."""
        if not self.pieces:
            return ""
        if len(self.pieces) == 1 and self.pieces[0].kind == "literal":
            return self.pieces[0].text
        return None

    @property
    def symbolic(self) -> bool:
        """Some piece is a parameter of a function that was not entered by a known call."""
        return any(p.kind == "symbol" for p in self.pieces)


@dataclass(frozen=True, slots=True, eq=False)
class Plain(Known):
    """A number, bool or None."""

    value: int | float | bool | None


@dataclass(frozen=True, slots=True, eq=False)
class ModuleRef(Known):
    """A module of the code base (`path` of its file, or a directory for a namespace package)."""

    path: str


@dataclass(frozen=True, slots=True, eq=False)
class External(Known):
    """Something outside the code base, by dotted path: `kafka.KafkaProducer`, `builtins.str`."""

    path: str


@dataclass(frozen=True, slots=True, eq=False)
class ClassRef(Known):
    """A class of the code base."""

    unit: str
    index: int


@dataclass(frozen=True, slots=True, eq=False)
class FunctionRef(Known):
    """A function of the code base, bound to `receiver` if it is a method, closed over `frame`."""

    unit: str
    index: int
    receiver: Known | None
    frame: Frame | None


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """Where an object was made: a call in a unit, evaluated in a frame."""

    unit: str
    call: int
    frame: Frame | None


@dataclass(frozen=True, slots=True, eq=False)
class Instance(Known):
    """An object of a class of the code base; `site` is None for "some instance" (an un-entered `self`)."""

    cls: ClassRef
    site: Site | None


@dataclass(frozen=True, slots=True, eq=False)
class ClientObject(Known):
    """A value of a catalogued type; made by `maker` at `site`, from `parent` if a method of it made it."""

    type: TypeRef
    site: Site | None
    maker: Callable | None
    parent: Known | None


@dataclass(frozen=True, slots=True, eq=False)
class CatalogMethod(Known):
    """A catalogued method of a value (`ClientObject`, or `Instance` of a subclass of a client)."""

    receiver: Known
    type: TypeRef
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class CatalogFunction(Known):
    """A catalogued module-level function."""

    library: str
    path: str


@dataclass(frozen=True, slots=True, eq=False)
class DecoratorOf(Known):
    """A catalogued decorator that was called with its options at `site`: `app.task(bind=True)`."""

    receiver: Known | None
    callable: Callable
    library: str
    site: Site


@dataclass(frozen=True, slots=True, eq=False)
class Decorated(Known):
    """A function that a catalogued decorator made into something with methods (`task.delay`)."""

    function: FunctionRef
    type: TypeRef
    maker: Callable
    receiver: Known | None
    site: Site | None
    """The decorator's call, None where it was used without parentheses."""


@dataclass(frozen=True, slots=True, eq=False)
class Dispatching(Known):
    """What a registry holds for the class of the message that it is called with (an in-house bus)."""

    callable: Callable


@dataclass(frozen=True, slots=True, eq=False)
class Told(Known):
    """A function of the code base of which the configuration says what it does."""

    callable: Callable
    library: str


@dataclass(frozen=True, slots=True, eq=False)
class BuiltinMethod(Known):
    """A method of a text, list or dict."""

    receiver: Known
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class EnumMember(Known):
    """A member of an enum of the code base."""

    cls: ClassRef
    name: str
    value: Thunk


@dataclass(frozen=True, slots=True, eq=False)
class Symbol(Known):
    """The value of a parameter of a function that was not entered by a known call."""

    unit: str
    function: int
    index: int


@dataclass(frozen=True, slots=True, eq=False)
class ListOf(Known):
    """A list, tuple, set or iterable: its items, if `exact` in order; else what any item may be."""

    items: tuple[Thunk, ...]
    exact: bool


@dataclass(frozen=True, slots=True, eq=False)
class DictOf(Known):
    """A mapping. Keys are texts or other knowns; `open`: further unknown entries. `origin`: the display."""

    entries: tuple[tuple[Known, Thunk], ...]
    open: bool
    origin: tuple[str, int] | None


@dataclass(frozen=True, slots=True, eq=False)
class Generated(Known):
    """What a generator function gives: iterating or entering it gives what it yields."""

    function: FunctionRef
    frame: Frame


@dataclass(frozen=True, slots=True, eq=False)
class Partial(Known):
    """`functools.partial`: a callable with the first arguments given at `site`."""

    function: Known
    site: Site


@dataclass(frozen=True, slots=True, eq=False)
class SuperOf(Known):
    """`super()` in a method of `cls`, for this receiver."""

    cls: ClassRef
    receiver: Known


@dataclass(frozen=True, slots=True, eq=False)
class Named(Known):
    """An opaque result that stands for one of the call's arguments (`get_queue_url(QueueName=q)`)."""

    text: Known


@dataclass(frozen=True, slots=True, eq=False)
class Environment(Known):
    """`os.environ`, or a settings reader: its items are settings by name. `prefix` is put before names; `defaults`
    are those that the reader was made with."""

    prefix: str
    defaults: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SettingsPart(Known):
    """An object of an ordinary class that a settings class holds as a field: its own fields are settings, under the
    names `prefix` + field (pydantic's `env_nested_delimiter`)."""

    cls: ClassRef
    prefix: str
    delimiter: str


@dataclass(frozen=True, slots=True, eq=False)
class Layered(Known):
    """Settings that a library reads from files and overrides by variables (dynaconf): `data` is what the files say
    here, `name` the variable that overrides it."""

    name: str
    data: Known | None


@dataclass(frozen=True, slots=True, eq=False)
class FilePath(Known):
    """A path, the file there once it is opened, or its text. `anchored`: relative to the root, else to where the
    program is started."""

    place: str
    anchored: bool


@dataclass(frozen=True, slots=True, eq=False)
class SectionedFile(Known):
    """A parser of INI files, made at `site`; what it has read is looked up where it is asked."""

    site: Site


@dataclass(frozen=True, slots=True, eq=False)
class ApplicationConfig(Known):
    """The configuration of a service's web application (Flask's `app.config`)."""

    service: str


@dataclass(frozen=True, slots=True, eq=False)
class Construct(Known):
    """What a call of a library that describes infrastructure makes (AWS CDK), or a reference to it."""

    path: str
    site: Site


@dataclass(frozen=True, slots=True, eq=False)
class CommandLine(Known):
    """A parser of the command line, made at `site`, or what it gives."""

    site: Site


@dataclass(frozen=True, slots=True, eq=False)
class Record(Known):
    """A received message, or a part of it, reached by `path` of names (attributes, keys)."""

    type: TypeRef | None
    origin: tuple[str, int]
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Encoded(Known):
    """A payload in serialised form: `json.dumps(x)`, `x.model_dump_json()`, …"""

    of: Known


@dataclass(frozen=True, slots=True, eq=False)
class Fresh(Known):
    """A value made anew on each run: uuid4, now, random; `source` says by what."""

    source: str


@dataclass(frozen=True, slots=True, eq=False)
class Unknown(Known):
    """Nothing is known, and why. `open`: because of a parameter that was not given."""

    reason: str
    open: bool

    PARAMETER: ClassVar[str] = "parameter"


@dataclass(frozen=True, slots=True, eq=False)
class Thunk:
    """A value not evaluated yet: a value index of a unit in a frame, or (`given`) what it is already."""

    unit: str
    value: int
    frame: Frame | None
    given: tuple[Known, ...] | None = None


Knowns = tuple[Known, ...]


def function_of(known: Known) -> FunctionRef | None:
    """The function of the code base that calling a known runs, decorators and first arguments looked through."""
    match known:
        case FunctionRef():
            return known
        case Decorated(function=function):
            return function
        case Partial(function=FunctionRef() as function):
            return function
        case _:
            return None
