"""The contracts of a project: schemas that its operations send or read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from eda_lint.link.behaviour.handlers import ways
from eda_lint.link.contracts import field_reads, message_classes, schema_uses
from eda_lint.link.contracts.documents import DocumentIndex
from eda_lint.link.traffic.build import Built, HandlerUse
from eda_lint.link.traffic.message_types import Body
from eda_lint.model.contract import Contract, Divergence, FieldRead
from eda_lint.model.schema import Schema
from eda_lint.model.topology import Operation, Place
from eda_lint.schemas.divergence import diverging, last_name
from eda_lint.schemas.documents import Documents

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator


@dataclass(slots=True)
class _Uses:
    """A contract with the operations that it was found at."""

    contract: Contract
    operations: dict[str, None] = field(default_factory=dict)
    parsed: bool = False
    """The code of a receive names it."""


class Contracts:
    """Gathers contracts from what link built."""

    def __init__(self, ev: Evaluator, built: Built, *, complete: bool) -> None:
        """`complete`: every service of the system is inside the root."""
        self._ev = ev
        self._built = built
        self._complete = complete
        sources = ev.world.sources
        files = sources.schema_files()
        self._documents = Documents((*files, *sources.python_paths()), sources.schema_text)
        self._index = DocumentIndex(self._documents, files)
        self._found: dict[tuple[str, str, str], _Uses] = {}
        self._calls = {id: key for key, ids in built.by_call.items() for id in ids}
        self._handlers = {id: use for use in built.handlers.values() for id in use.operations}
        self._received: dict[int, tuple[message_classes.Carried, ...]] = {}

    def gather(self) -> tuple[Contract, ...]:
        """All contracts, by identity."""
        for operation in self._built.operations:
            if not operation.wrapper and not operation.in_test:
                for contract in self._of(operation):
                    self._uses(contract, operation).parsed |= operation.action == "receive"
                for contract in self._namesakes(operation):
                    self._uses(contract, operation)
        found = [self._told(uses) for uses in self._found.values()]
        return tuple(sorted(found, key=lambda one: (one.place.file, one.name, one.dialect)))

    def _uses(self, contract: Contract, operation: Operation) -> _Uses:
        key = (contract.place.file, contract.name, contract.dialect)
        uses = self._found.setdefault(key, _Uses(contract))
        uses.operations[operation.id] = None
        return uses

    # -------------------------------------------------------------------------------------- one operation

    def _of(self, operation: Operation) -> Iterator[Contract]:
        for carried in self._carried(operation):
            contract = self._class(carried)
            if contract is not None:
                yield contract
        yield from self._documents_of(operation)

    def _carried(self, operation: Operation) -> Sequence[message_classes.Carried]:
        if operation.action == "send":
            return message_classes.sent(self._ev, self._built.payloads.get(operation.id, ()))
        use = self._handlers.get(operation.id)
        if use is None:
            return ()
        if id(use) not in self._received:
            self._received[id(use)] = message_classes.received(self._ev, self._bodies(use))
        found = self._received[id(use)]
        named = [one for one in found if one.name == operation.message]
        return named or found

    def _class(self, carried: message_classes.Carried) -> Contract | None:
        if self._ev.world.sources.is_installed(carried.path):
            return None
        if carried.name:
            return self._documents.contract(carried.path, carried.name, dialect="python")
        whole = self._documents.contract(carried.path, dialect="python")
        name = _literal_at(whole.schema, carried.place) if whole is not None else None
        return self._documents.contract(carried.path, name, dialect="python") if name is not None else None

    def _documents_of(self, operation: Operation) -> Iterator[Contract]:
        unit_path, call = self._calls.get(operation.id, ("", 0))
        used = self._used(operation, unit_path, call) if unit_path else schema_uses.Used()
        found = [self._index.file(text, unit_path) for text in used.files]
        found += [self._index.generated(module, name) for module, name in used.generated]
        for path, name in dict.fromkeys(one for one in found if one is not None):
            contract = self._documents.contract(path, name)
            if contract is not None:
                yield contract
        for path in dict.fromkeys(path for path, _ in used.calls):
            for contract, line in self._documents.embedded(path):
                if (path, line) in used.calls:
                    yield contract

    def _namesakes(self, operation: Operation) -> Iterator[Contract]:
        """The documents that have the name of the operation's message or channel."""
        for path, name in dict.fromkeys(one for told in _names(operation) for one in self._index.named(told)):
            contract = self._documents.contract(path, name)
            if contract is not None:
                yield contract

    def _used(self, operation: Operation, path: str, call: int) -> schema_uses.Used:
        unit = self._ev.world.known_unit(path)
        used = schema_uses.Used()
        if operation.action == "receive":
            for body in self._bodies(self._handlers[operation.id]) if operation.id in self._handlers else ():
                used = used.joined(schema_uses.of_function(self._ev, body.unit, body.function))
        if call >= 0:
            fact = unit.facts.calls[call]
            values = [fact.function, *(argument.value for argument in fact.arguments)]
            own = schema_uses.of_values(self._ev, unit, values)
            if self._names_schema(own):
                return used.joined(own)
            return used.joined(own).joined(schema_uses.of_function(self._ev, unit, unit.enclosing_function(fact.scope)))
        return used

    def _names_schema(self, used: schema_uses.Used) -> bool:
        """Whether a schema is known by what was met."""
        if used.generated or used.files:
            return True
        embedded = {path: {line for _, line in self._documents.embedded(path)} for path, _ in used.calls}
        return any(line in embedded[path] for path, line in used.calls)

    def _bodies(self, use: HandlerUse) -> list[Body]:
        found = []
        for way in ways(self._ev, use):
            block = way.block if way.block is not None else way.unit.facts.definitions[way.function].body
            found.append(Body(way.unit, way.function, way.seeds, way.values, block, way.frame))
        return found

    # --------------------------------------------------------------------------------------- one contract

    def _told(self, uses: _Uses) -> Contract:
        """A contract with all that sends and reads it."""
        contract = uses.contract
        operations = [one for one in self._built.operations if one.id in uses.operations]
        channels = sorted({one.channel for one in operations if one.channel is not None})
        names = {last_name(contract.name), *(one.message for one in operations if one.message)}
        receives = [
            one
            for one in self._built.operations
            if one.action == "receive"
            and not one.in_test
            and (one.id in uses.operations or (one.channel in channels and one.message in {None, *names}))
        ]
        reads, complete = self._reads(receives)
        known = {channel.id: channel for channel in self._built.channels}
        outside = any(known[id].external for id in channels if id in known)
        told = all(known[id].complete for id in channels if id in known) and bool(channels)
        return replace(
            contract,
            channels=tuple(channels),
            sends=tuple(sorted(one.id for one in operations if one.action == "send")),
            receives=tuple(sorted(one.id for one in receives)),
            reads=reads,
            parsed=uses.parsed,
            readers_known=complete and not outside and (self._complete or told) and bool(channels),
        )

    def _reads(self, receives: Sequence[Operation]) -> tuple[tuple[FieldRead, ...], bool]:
        found: dict[tuple[str, str], FieldRead] = {}
        complete = True
        for operation in receives:
            use = self._handlers.get(operation.id)
            told = field_reads.of_bodies(self._ev, self._bodies(use)) if use is not None else None
            complete = complete and told is not None and told.complete
            for name, (place, required) in told.fields.items() if told is not None else ():
                known = found.get((name, operation.service))
                if known is None or (required and not known.required):
                    found[name, operation.service] = FieldRead(name, operation.service, place, required)
        ordered = sorted(found.values(), key=lambda one: (one.field, one.service))
        return tuple(ordered), complete


def contracts(ev: Evaluator, built: Built, *, complete: bool) -> tuple[Contract, ...]:
    """The contracts of a project, by identity."""
    return Contracts(ev, built, complete=complete).gather()


def divergences(found: Sequence[Contract]) -> tuple[Divergence, ...]:
    """Model classes that say something else than the document of the same message on the same channel."""
    models: dict[str, list[Contract]] = {}
    result: list[Divergence] = []
    for one in found:
        if one.dialect == "python":
            models.setdefault(last_name(one.name), []).append(one)
    for document in found:
        for model in models.get(last_name(document.name), ()) if document.dialect != "python" else ():
            if set(model.channels) & set(document.channels):
                comparison = diverging(document, model)
                if comparison.changes:
                    result.append(Divergence(model, document, comparison))
    return tuple(result)


def _names(operation: Operation) -> Iterator[str]:
    """Names by which a document may be that of an operation's messages."""
    if operation.message:
        yield operation.message
    if operation.address and operation.resolution in ("literal", "constant", "setting"):
        yield operation.address


def _literal_at(schema: Schema, place: Place) -> str | None:
    """The dict literal whose first entry stands at a place: the one that begins last before it."""
    before = [
        (definition.place.line, name)
        for name, definition in schema.definitions.items()
        if definition.place is not None and definition.place.file == place.file and definition.place.line <= place.line
    ]
    line, name = max(before, default=(0, ""))
    return name if name and place.line - line <= 1 else None
