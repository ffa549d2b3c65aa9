"""From knowns to a channel's address: how it is displayed, its structure, and why it is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Literal

from eda_lint.link.evaluation.known import Fresh, Known, Knowns, Piece, Plain, Record, Symbol, Text, Unknown
from eda_lint.model.topology import AddressPart

if TYPE_CHECKING:
    from eda_lint.link.evaluation.evaluate import Evaluator

Resolution = Literal["literal", "constant", "setting", "pattern", "parameter", "unresolved", "none"]
COMBINATIONS = 24


@dataclass(frozen=True, slots=True)
class Address:
    """One address that an operation may have. `symbols` are the parameters it depends on."""

    text: str | None
    parts: tuple[AddressPart, ...] = ()
    default: str | None = None
    resolution: Resolution = "none"
    reason: str | None = None
    reason_code: str | None = None
    symbols: frozenset[tuple[str, int]] = frozenset()
    """(unit, function) of each parameter in it."""

    @property
    def names_something(self) -> bool:
        """Whether the address is known at least in part."""
        return self.text is not None


def of_knowns(ev: Evaluator, knowns: Knowns) -> list[Address]:
    """The addresses that a role's alternatives mean; one without text if none does."""
    found: list[Address] = []
    for known in knowns:
        text = ev.text_of(known)
        if text is not None:
            found.append(_of_text(text))
        elif not (isinstance(known, Plain) and known.value is None):
            found.append(_missing(known))
    named = [a for a in found if a.names_something]
    if named:
        # One setting that is read in two places, once without its default, is one address.
        told = {a.text for a in named if a.default is not None}
        return list(dict.fromkeys(a for a in named if a.default is not None or a.text not in told))
    if not found:
        return [Address(None, reason="no channel is given at this call", reason_code="not-given")]
    merged = frozenset(s for a in found for s in a.symbols)
    first = found[0]
    return [Address(None, (), None, first.resolution, first.reason, first.reason_code, merged)]


def _missing(known: Known) -> Address:
    match known:
        case Symbol(unit=unit, function=function):
            return Address(
                None, resolution="parameter", reason="the channel is a parameter of this function",
                reason_code="parameter", symbols=frozenset({(unit, function)}),
            )  # fmt: skip
        case Unknown(reason=reason, open=True):
            return Address(
                None, resolution="parameter", reason=f"the channel comes from a {reason}", reason_code="parameter"
            )
        case Unknown(reason=reason):
            return Address(
                None, resolution="unresolved", reason=f"the channel comes from: {reason}", reason_code="unresolved"
            )
        case Record():
            return Address(
                None,
                resolution="unresolved",
                reason="the channel is named by a received message",
                reason_code="from-message",
            )
        case Fresh(source=source):
            return Address(
                None, resolution="unresolved", reason=f"the channel is a fresh {source}", reason_code="fresh"
            )
        case _:
            return Address(
                None, resolution="unresolved", reason="the channel is a value that is no text", reason_code="no-text"
            )


def _of_text(text: Text) -> Address:
    symbols = frozenset((p.owner[0], p.owner[1] // 1000) for p in text.pieces if p.kind == "symbol" and p.owner)
    if not any(p.kind in ("literal", "env") and p.text.strip("./:-_ ") for p in text.pieces):
        if text.literal is not None:
            return Address(text.literal, (AddressPart("literal", text.literal),), None, "literal")
        reason = "the channel is a parameter of this function" if symbols else "the channel is known only at run time"
        return Address(
            None, resolution="parameter" if symbols else "unresolved", reason=reason,
            reason_code="parameter" if symbols else "run-time", symbols=symbols,
        )  # fmt: skip
    parts = tuple(_part(p) for p in text.pieces)
    settings = [p for p in text.pieces if p.kind == "env"]
    holes = [p for p in text.pieces if p.kind in ("hole", "symbol")]
    default = None
    if len(settings) == 1 and settings[0].default is not None and not holes:
        default = "".join(p.default or "" if p.kind == "env" else p.text for p in text.pieces)
    resolution: Resolution = "pattern" if holes else "setting" if settings else "literal"
    return Address(display(text.pieces), parts, default, resolution, symbols=symbols)


def _part(piece: Piece) -> AddressPart:
    match piece.kind:
        case "literal":
            return AddressPart("literal", piece.text)
        case "env":
            return AddressPart("env", piece.text, piece.default)
        case _:
            return AddressPart("placeholder", piece.text)


def display(pieces: Sequence[Piece]) -> str:
    """The display string: literal text, `${NAME}`, `{x}`."""
    return "".join(
        p.text if p.kind == "literal" else f"${{{p.text}}}" if p.kind == "env" else f"{{{p.text}}}" for p in pieces
    )


def with_exchange(exchanges: list[Address], keys: list[Address]) -> list[Address]:
    """AMQP: `exchange:routing_key`, or the bare key, which is the queue's name, on the default exchange."""
    found: list[Address] = []
    for exchange, key in list(product(exchanges, keys))[:COMBINATIONS]:
        symbols = exchange.symbols | key.symbols
        if exchange.text == "":
            found.append(key)
        elif exchange.text is None:
            found.append(Address(None, (), None, exchange.resolution, exchange.reason, exchange.reason_code, symbols))
        else:
            shown = key.text if key.text is not None else "{routing_key}" if key.reason_code != "not-given" else ""
            parts = (AddressPart("exchange", exchange.text), AddressPart("routing_key", shown))
            default = None
            if exchange.default is not None or key.default is not None:
                default = f"{exchange.default or exchange.text}:{key.default or shown}"
            order = ("literal", "constant", "setting", "pattern", "parameter", "unresolved", "none")
            worst = max(exchange.resolution, key.resolution if key.text is not None else "literal", key=order.index)
            found.append(Address(f"{exchange.text}:{shown}", parts, default, worst, symbols=symbols))
    return list(dict.fromkeys(found))
