"""The code base as one link run sees it: units on demand, the catalog, and what makes knowns."""

from __future__ import annotations

from dataclasses import dataclass

from eda_lint.catalog.load import Catalog, TypeRef
from eda_lint.catalog.tables import Callable
from eda_lint.link.evaluation.frames import Frame
from eda_lint.link.evaluation.known import ClassRef, Interned, Known, Piece, Site, Text, Thunk, Unknown
from eda_lint.link.evaluation.messaging import makers, messaging_types
from eda_lint.link.evaluation.units import Unit
from eda_lint.link.sources import Sources
from eda_lint.model.facts import Class

LONGEST = 20_000
"""Most characters of a text that is put together."""
PIECES = 200
"""Most pieces of one."""


@dataclass(frozen=True, slots=True)
class Injected:
    """What a library hands to a parameter: an object of a type, with the roles of the call (-1: none) that says so."""

    type: TypeRef
    row: Callable
    unit: str
    call: int = -1


class World:
    """Units by path, extracted when first asked for. `active` are the units whose calls are judged."""

    def __init__(self, sources: Sources, catalog: Catalog) -> None:
        self.sources = sources
        self.catalog = catalog
        self.messaging = messaging_types(catalog)
        self.makers = makers(catalog, self.messaging)
        self.interned = Interned()
        self._units: dict[str, Unit | None] = {}
        self._frames: dict[tuple[object, ...], Frame] = {}
        self.active: dict[str, Unit] = {}
        self.dispatching: dict[tuple[str, int], Callable] = {}
        """Calls that dispatch a message by its class: (unit path, call) → what they mean. Made anew each round."""
        self.told: dict[tuple[str, int], Callable] = {}
        """Declared wrappers of the code base: (unit path, function) → what the configuration says of it."""
        self.handed: dict[tuple[str, int, int], TypeRef] = {}
        """What libraries hand to handlers: (unit path, function, parameter) → type. Kept over rounds."""
        self.shapes: dict[str, object] = {}
        """What was seen in the code of each file, whatever other files hold. Kept over rounds."""
        self.injected: dict[tuple[str, int, int], Injected] = {}
        """Objects that libraries hand to parameters because a declaration binds them. Kept over rounds."""
        self.loaded: dict[str, tuple[Known, ...]] = {}
        """What is in configuration files that the code loads, by path. Made anew each round."""

    def forget(self) -> None:
        """Drop everything inferred, keep the units: a new round starts."""
        self.interned = Interned()
        self._frames = {}
        self.loaded = {}

    def unit(self, path: str) -> Unit | None:
        """The unit at a path; None if it has no facts (unreadable) or is a directory."""
        if path not in self._units:
            unit = None
            if path.endswith(".py"):
                extracted = self.sources.facts(path)
                if extracted.facts is not None:
                    unit = Unit(path, self.sources.module_name(path), extracted.facts, extracted.places)
            self._units[path] = unit
        return self._units[path]

    def known_unit(self, path: str) -> Unit:
        """The unit that a known came from."""
        unit = self._units[path]
        assert unit is not None
        return unit

    def activate(self, path: str) -> bool:
        """Make a unit's calls count; whether that is news."""
        if path in self.active:
            return False
        unit = self.unit(path)
        if unit is None:
            return False
        self.active[path] = unit
        return True

    def active_units(self) -> list[Unit]:
        """The active units by path."""
        return [self.active[path] for path in sorted(self.active)]

    # -------------------------------------------------------------------------------------- making

    def literal(self, text: str) -> Text:
        """A literal text."""
        return self.interned.of(Text, (Piece("literal", text),) if text else ())

    def text(self, pieces: list[Piece]) -> Text:
        """A text of pieces, with adjacent literals joined and empty ones dropped. A text that is put together
        may double with each step: what is longer than any address or statement ends in a hole."""
        joined: list[Piece] = []
        length = 0
        for piece in pieces:
            if piece.kind == "literal" and not piece.text:
                continue
            length += len(piece.text)
            if len(pieces) > 1 and (length > LONGEST or len(joined) >= PIECES):
                joined.append(Piece("hole", "…"))
                break
            if piece.kind == "literal" and joined and joined[-1].kind == "literal":
                joined[-1] = Piece("literal", joined[-1].text + piece.text)
            else:
                joined.append(piece)
        return self.interned.of(Text, tuple(joined))

    def unknown(self, reason: str, *, open: bool = False) -> Unknown:
        """An unknown with its reason."""
        return self.interned.of(Unknown, reason, open)

    def class_ref(self, unit: Unit, index: int) -> ClassRef:
        """A class of a unit."""
        return self.interned.of(ClassRef, unit.path, index)

    def site(self, unit: str, call: int, frame: Frame | None) -> Site:
        """A call site in a frame."""
        return self.interned.of(Site, unit, call, frame)

    def thunk(self, unit: str, value: int, frame: Frame | None) -> Thunk:
        """A value to be evaluated later."""
        return self.interned.of(Thunk, unit, value, frame, None)

    def given(self, *knowns: Known) -> Thunk:
        """A thunk that is evaluated already."""
        return self.interned.of(Thunk, "", -1, None, knowns)

    def frame(
        self,
        unit: str,
        function: int,
        arguments: dict[int, tuple[Thunk, ...]],
        receiver: Known | None,
        lexical: Frame | None,
        site: Site | None,
    ) -> Frame:
        """The one frame with these contents."""
        key = (unit, function, tuple(arguments.items()), receiver, lexical, site)
        found = self._frames.get(key)
        if found is None:
            depth = 1 + (site.frame.depth if site is not None and site.frame is not None else 0)
            found = Frame(unit, function, arguments, receiver, lexical, site, depth)
            self._frames[key] = found
        return found

    def class_fact(self, cls: ClassRef) -> Class:
        """The facts of a class."""
        definition = self.known_unit(cls.unit).facts.definitions[cls.index]
        assert isinstance(definition, Class)
        return definition
