"""How the name of a message reads: as an instruction, a fact, a question, or as neither.

The grammar judges the name alone; whether an instruction is wrong depends on the channel, which is the rule's affair.
It is built so that what it calls a command is one: where a word can be a verb or a noun, the noun is believed. The
convention it reads names by is that of Evans and Young: events are in the past tense, commands in the imperative.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from eda_lint_rules.fire_and_forget.inflection import (
    is_base_form,
    is_participle,
    is_progressive,
    is_unchanged,
    is_verb,
    leans_to_verb,
    past_participle,
)
from eda_lint_rules.fire_and_forget.names import Name, respelled, take_apart
from eda_lint_rules.fire_and_forget.words import (
    ASKING,
    COLLOCATIONS,
    COMPOUND_HEADS,
    CRUD,
    FIXED_HEADS,
    IMPERATIVE,
    LABELLING,
    MODIFIERS,
    OUTCOMES,
    PARTICLES,
    PAST_AUXILIARIES,
    PREPOSITIONS,
    REPORTING,
    STATES,
    STATIVE,
    THINGS,
    VERB_PARTICLES,
)

Kind = Literal["command", "event", "query", "neutral"]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a name reads, and why."""

    kind: Kind
    why: str
    """One clause, in words for the reader: "`send` is an instruction with an object"."""
    verb: str | None = None
    """Base form of the verb that makes it a command or query."""
    suggestion: str | None = None
    """The name as a fact, spelled in the same style (`SendInvoice` → `InvoiceSent`), where there is an object."""
    weak: bool = False
    """It can be meant as a fact, loosely: `orders/create` for "an order was created"."""


def classify(name: str) -> Reading:
    """How a message's name reads: `SendEmail`, `order.created`, `com.acme.orders.create_order.v1`. Any text is taken; a
    name without English words is neutral. Raises nothing."""
    parts = take_apart(name)
    if not parts.words:
        return Reading("neutral", "there are no words in it")
    return (
        _labelled(name, parts)
        or _fact(parts)
        or _question(parts)
        or _instruction(name, parts)
        or Reading("neutral", "it names a thing")
    )


def _labelled(raw: str, name: Name) -> Reading | None:
    """What a word like `Command` at its end says, if that is borne out: a lower-case `assistant_command` is as often
    the fact that somebody gave one."""
    first = name.words[0]
    if name.label not in ("command", "query") or not (name.titled or is_verb(first) or leans_to_verb(first)):
        return None
    verb = first if is_base_form(first) else None
    why = f"it calls itself a {name.label}"
    if name.label == "query":
        return Reading("query", why, verb)
    return Reading("command", why, verb, _suggestion(raw, name, 0) if verb and len(name.words) > 1 else None)


def _fact(name: Name) -> Reading | None:
    """A participle at the end or before a particle, an auxiliary of the past, a state, an outcome."""
    words = name.words
    last = words[-1]
    before = len(words) > 1
    commanding = before and is_verb(_first(words))
    after_noun = before or (name.segments > 1 and not is_unchanged(last))
    if is_participle(last, after_noun=after_noun) and not (_takes_participle(words) or _takes_noun(words)):
        return Reading("event", f"`{last}` says that it happened")
    if not commanding and (found := _fact_inside(words)):
        return Reading("event", found)
    if not commanding and (_is_state(name) or (before and is_progressive(last) and words[0] not in IMPERATIVE)):
        return Reading("event", f"`{last}` is a state that was entered")
    if last in OUTCOMES and not (before and _first(words) in REPORTING):
        return Reading("event", f"`{last}` is an outcome")
    return None


def _fact_inside(words: tuple[str, ...]) -> str:
    """What before the last word says that something happened or is the case; empty if nothing does."""
    if words[-2:] == ("in", "progress"):
        return "`in progress` is a state that was entered"
    for position, word in enumerate(words[:-1]):
        if word in STATIVE:
            return f"`{word}` says what is the case"
        if word in ("has", "have") and not position:
            continue
        if word in PAST_AUXILIARIES or word in ("will", "not") or (word in ("is", "are") and position):
            return f"`{word}` tells of something that happened or is the case"
        if words[position + 1] in PARTICLES and is_participle(word, after_noun=position > 0):
            return f"`{word} {words[position + 1]}` says that it happened"
    return ""


def _is_state(name: Name) -> bool:
    """A word for a state: on its own only where something else is named before it."""
    last = name.words[-1]
    if last == "open":  # `invoice_payment.open` is a state, `tag_open` is anything.
        return len(name.words) == 1 and name.segments > 1
    return last in STATES and (len(name.words) > 1 or name.segments > 1 or not is_base_form(last))


def _first(words: tuple[str, ...]) -> str:
    """The first word, without modifiers of the verb."""
    return next((word for word in words[:-1] if not _modifies(word)), words[0])


def _modifies(word: str) -> bool:
    """Whether the word may stand before a verb in the imperative."""
    return word in MODIFIERS or (word.endswith("ly") and len(word) > 4)


def _takes_noun(words: tuple[str, ...]) -> bool:
    """`create_data_set`: a word like `set` after a verb and its object is a noun."""
    first = _first(words)
    return is_unchanged(words[-1]) and len(words) > 1 and (is_verb(first) or (leans_to_verb(first) and len(words) > 2))


def _takes_participle(words: tuple[str, ...]) -> bool:
    """`mark_as_paid`, `set_managed`: an instruction to label something, or about what is so labelled."""
    return words[0] in LABELLING and len(words) > 1 and not (len(words) == 2 and leans_to_verb(words[0]))


def _question(name: Name) -> Reading | None:
    """A verb that asks, with what it asks for."""
    first = name.words[0]
    if first in ("is", "has", "can") and len(name.words) > 1:
        return Reading("query", f"`{first}` asks whether something is the case", first)
    if first in ASKING and (len(name.words) > 1 or (name.segments > 1 and is_verb(first))):
        return Reading("query", f"`{first}` asks for an answer", first)
    return None


def _instruction(name: str, parts: Name) -> Reading | None:
    """A base form with an object after it; or at the end of a name, where it can be no noun."""
    words = parts.words
    if len(words) == 1:
        # `scene.create`: the segment before names the object. A bare `Create` could be anything.
        if parts.segments > 1 and is_verb(words[0]):
            found = _command(name, parts, 0, f"`{words[0]}` after what it acts on is an instruction")
            return replace(found, weak=words[0] in CRUD)
        return None
    position = next((index for index, word in enumerate(words[:-1]) if not _modifies(word)), 0)
    if _commands(words[position:]):
        return _command(name, parts, position, f"`{words[position]}` with an object is an instruction")
    if position == 0 and not leans_to_verb(words[0]) and not is_verb(words[0]):
        # A namespace in front: `alarm_arm_away`. What changed is often written alike (`MESSAGE_DELETE_BULK`).
        for later in range(1, len(words) - 1):
            verb, following = words[later], words[later + 1]
            if is_verb(verb) and verb not in CRUD and following not in PARTICLES and words[-1] not in FIXED_HEADS:
                return _command(name, parts, later, f"`{verb}` with an object is an instruction")
    if is_verb(words[-1]) and words[-1] not in CRUD and words[-2] not in PREPOSITIONS and not is_verb(words[0]):
        return _command(name, parts, len(words) - 1, f"`{words[-1]}` after what it acts on is an instruction")
    return None


def _commands(words: tuple[str, ...]) -> bool:
    """Whether a name that begins with these words is in the imperative."""
    first, last = words[0], words[-1]
    if len(words) < 2:
        return False
    if last in OUTCOMES:
        # `create_failure` is how something ended, `record_failure` tells somebody to take it down.
        return first in REPORTING and (is_verb(first) or first in ("record", "set", "clear") or len(words) > 2)
    if words[1] in VERB_PARTICLES:
        # `SignUp` is a noun, `CheckOutBook` an instruction.
        return len(words) > 2 and is_base_form(first) and words[2] not in PREPOSITIONS and last not in COMPOUND_HEADS
    if is_verb(first):
        return True
    if first in IMPERATIVE:
        return not (last in CRUD and is_verb(last)) and (len(words) > 2 or last not in FIXED_HEADS)
    if words[1] in COLLOCATIONS.get(first, ()) and (len(words) == 2 or words[2] in PREPOSITIONS):
        return True
    if not leans_to_verb(first) or last in COMPOUND_HEADS or last in STATES:
        return False
    return words[1] in ("for", "to", "from") or last in THINGS or not (is_verb(last) or leans_to_verb(last))


def _command(name: str, parts: Name, position: int, why: str) -> Reading:
    """A command by the verb at `position`, with the fact that could be published instead."""
    return Reading("command", why, parts.words[position], _suggestion(name, parts, position))


def _suggestion(name: str, parts: Name, position: int) -> str | None:
    """The name with its verb as a participle behind the object: `AddItemToCart` → `ItemAddedToCart`. None where there
    is no object to speak of."""
    words = parts.words
    before, verb, after = words[:position], words[position], words[position + 1 :]
    modifiers = tuple(word for word in before if _modifies(word))
    before = tuple(word for word in before if not _modifies(word))
    particle = after[:1] if len(after) > 1 and after[0] in VERB_PARTICLES else ()
    after = after[len(particle) :]
    cut = next((index for index, word in enumerate(after) if index and word in PREPOSITIONS), len(after))
    fact = (*before, *after[:cut], *modifiers, past_participle(verb), *particle, *after[cut:])
    return respelled(name, parts, fact) if len(fact) > 1 or parts.segments > 1 else None
