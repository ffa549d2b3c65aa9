"""Forms of English verbs, by rule and by the list of irregular ones."""

from __future__ import annotations

from functools import cache

from eda_lint_rules.fire_and_forget.words import (
    DOUBLING,
    ED_TRAPS,
    GERUND_NOUNS,
    IRREGULAR,
    LEANING,
    NEVER_NOUN_SUFFIXES,
    NOT_VERBS,
    NOUNS,
    PARTICIPLE_NOUNS,
    PREFIXES,
    VERBS,
)

_FORMS = [entry.split() for entry in IRREGULAR.replace("\n", " ").split(",")]
_PARTICIPLE = {base: participle for base, _, participle in _FORMS}
_PAST = frozenset(form for _, past, participle in _FORMS for form in (past, participle))
_UNCHANGED = frozenset(base for base, past, participle in _FORMS if base == past == participle)
_VOWELS = frozenset("aeiou")


@cache
def is_verb(word: str) -> bool:
    """Whether the word is the base form of a verb and hardly ever anything else."""
    if word in VERBS:
        return True
    if word in LEANING or word in NOUNS or word in NOT_VERBS:
        return False
    if len(word) > 5 and word.endswith(NEVER_NOUN_SUFFIXES):
        return True
    if word.startswith("un") and len(word) > 5 and word[2:] in LEANING | NOUNS:
        return True
    return any(
        word.startswith(prefix) and len(word) - len(prefix) > 3 and word[len(prefix) :] in VERBS for prefix in PREFIXES
    )


@cache
def leans_to_verb(word: str) -> bool:
    """Whether the word is a verb when an object follows, and may be a noun elsewhere."""
    if word in LEANING:
        return True
    if word in NOUNS or word in VERBS:
        return False
    return word.startswith("re") and len(word) > 5 and word[2:] in LEANING | NOUNS


def is_base_form(word: str) -> bool:
    """Whether the word can be the base form of a verb."""
    return is_verb(word) or leans_to_verb(word) or word in NOUNS


def is_unchanged(word: str) -> bool:
    """Whether base form, past and participle of the verb are one word: `reset`, `cut`."""
    return word in _UNCHANGED


def is_participle(word: str, *, after_noun: bool) -> bool:
    """Whether the word is a past form or participle. `after_noun`: something stands before it, which tells the
    participle in `OrderFound` from a word that only looks like one."""
    if word in _UNCHANGED or word in PARTICIPLE_NOUNS:
        return after_noun and word in _PAST
    if word in _PAST:
        return True
    return len(word) > 3 and word.endswith("ed") and word not in ED_TRAPS


@cache
def is_progressive(word: str) -> bool:
    """Whether the word says that something is under way: `processing`, but not `billing`."""
    if not word.endswith("ing") or len(word) < 6 or word in GERUND_NOUNS:
        return False
    stem = word[:-3]
    stems = (stem, f"{stem}e", stem[:-1] if stem[-1] == stem[-2] else stem)
    return any(is_verb(one) or leans_to_verb(one) for one in stems)


@cache
def past_participle(verb: str) -> str:
    """The past participle of a base form, in lower case: `send` → `sent`, `apply` → `applied`, `ship` → `shipped`."""
    if verb in _PARTICIPLE:
        return _PARTICIPLE[verb]
    for prefix in ("re", "un", "over", "mis", "out", "under", "pre"):
        rest = verb[len(prefix) :]
        if verb.startswith(prefix) and len(rest) > 2 and (rest in _PARTICIPLE or rest in DOUBLING):
            return prefix + past_participle(rest)
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and len(verb) > 1 and verb[-2] not in _VOWELS:
        return f"{verb[:-1]}ied"
    if verb in DOUBLING:
        return f"{verb}{verb[-1]}ed"
    if verb.endswith("c") and len(verb) > 1 and verb[-2] in _VOWELS:
        return f"{verb}ked"
    return f"{verb}ed"
