"""ECMA-262 regular expressions as trees: the part of them that describes regular languages."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FULL", "Charset", "Pattern", "UnsupportedPatternError", "parse_pattern"]

Charset = tuple[tuple[int, int], ...]
"""Inclusive ranges of code points, sorted, apart from each other."""

FULL: Charset = ((0, 0xD7FF), (0xE000, 0x10FFFF))
"""Every character; surrogates are none."""
_DIGITS: Charset = ((48, 57),)
_WORD: Charset = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE: Charset = (
    (9, 13), (32, 32), (160, 160), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F),
    (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
_DEPTH = 100
_MOST = 2_000
_DIGITS_OF_BOUND = 6
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}


class UnsupportedPatternError(Exception):
    """A pattern that is none, or that is more than a regular language."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A part of a regular expression.

    `kind`: `characters` (one of `characters`), `sequence` and `either` of `parts`, `repeat` (the one part, `least` to
    `most` times), `^` and `$`.
    """

    kind: str
    parts: tuple[Pattern, ...] = ()
    characters: Charset = ()
    least: int = 0
    most: int | None = None


def parse_pattern(text: str) -> Pattern:
    """The tree of a regular expression. Raises UnsupportedPatternError."""
    parser = _Parser(text)
    found = parser.either(0)
    if parser.here < len(text):
        raise UnsupportedPatternError("a closing bracket without an opening one")
    return found


def _union(ranges: list[tuple[int, int]]) -> Charset:
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def _others(charset: Charset) -> Charset:
    """Every character that is not in a set."""
    found: list[tuple[int, int]] = []
    for low, high in FULL:
        start = low
        for first, last in charset:
            if last < start or first > high:
                continue
            if first > start:
                found.append((start, first - 1))
            start = last + 1
        if start <= high:
            found.append((start, high))
    return tuple(found)


_CLASSES: dict[str, Charset] = {
    "d": _DIGITS, "D": _others(_DIGITS), "w": _WORD, "W": _others(_WORD), "s": _SPACE, "S": _others(_SPACE),
}  # fmt: skip


class _Parser:
    """Recursive descent over the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.here = 0

    def _next(self) -> str:
        return self._text[self.here] if self.here < len(self._text) else ""

    def _take(self, text: str) -> bool:
        if self._text.startswith(text, self.here):
            self.here += len(text)
            return True
        return False

    def either(self, depth: int) -> Pattern:
        """Alternatives up to a closing bracket or the end."""
        if depth > _DEPTH:
            raise UnsupportedPatternError("nested too deep")
        parts = [self._sequence(depth)]
        while self._take("|"):
            parts.append(self._sequence(depth))
        return parts[0] if len(parts) == 1 else Pattern("either", tuple(parts))

    def _sequence(self, depth: int) -> Pattern:
        parts: list[Pattern] = []
        while self._next() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom(depth)))
        return parts[0] if len(parts) == 1 else Pattern("sequence", tuple(parts))

    def _repeated(self, part: Pattern) -> Pattern:
        bounds = self._bounds()
        if bounds is None:
            return part
        least, most = bounds
        if least > _MOST or (most is not None and (most > _MOST or most < least)):
            raise UnsupportedPatternError("repeated too often")
        self._take("?")  # How much is taken first makes no difference to what is found.
        if self._next() in ("+", "*") or self._bounds() is not None:
            raise UnsupportedPatternError("repeated twice")
        return Pattern("repeat", (part,), least=least, most=most)

    def _bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(sign):
                return bounds
        if self._next() != "{":
            return None
        close = self._text.find("}", self.here)
        least, comma, most = self._text[self.here + 1 : close].partition(",")
        if close < 0 or not least.isdigit() or (most and not most.isdigit()):
            return None
        if max(len(least), len(most)) > _DIGITS_OF_BOUND:
            raise UnsupportedPatternError("repeated too often")
        self.here = close + 1
        return int(least), (int(most) if most else None) if comma else int(least)

    def _atom(self, depth: int) -> Pattern:
        if self._take("("):
            return self._group(depth)
        if self._take("["):
            return Pattern("characters", characters=self._class())
        if self._take("."):
            return Pattern("characters", characters=FULL)
        if self._take("^"):
            return Pattern("^")
        if self._take("$"):
            return Pattern("$")
        if self._take("\\"):
            return self._escape()
        if self._next() in ("*", "+", "?"):
            raise UnsupportedPatternError("nothing to repeat")
        return Pattern("characters", characters=_single(self._character()))

    def _character(self) -> int:
        character = self._next()
        self.here += 1
        return ord(character)

    def _group(self, depth: int) -> Pattern:
        if self._take("?") and not self._take(":"):
            named = self._take("P<") or (self._take("<") and self._next() not in ("=", "!"))
            close = self._text.find(">", self.here)
            if not named or close < 0:
                raise UnsupportedPatternError("look-around, flags or a conditional")
            self.here = close + 1
        found = self.either(depth + 1)
        if not self._take(")"):
            raise UnsupportedPatternError("an opening bracket without a closing one")
        return found

    def _escape(self) -> Pattern:
        letter = self._next()
        if letter in ("A", "Z", "z"):
            self.here += 1
            return Pattern("^" if letter == "A" else "$")
        if letter in ("b", "B", "G", "k") or (letter.isdigit() and letter != "0"):
            raise UnsupportedPatternError("a word boundary or a back reference")
        return Pattern("characters", characters=self._escaped())

    def _escaped(self) -> Charset:
        """The characters that an escape stands for, after its backslash."""
        if not self._next():
            raise UnsupportedPatternError("a backslash at the end")
        letter = self._text[self.here]
        self.here += 1
        if letter in _CLASSES:
            return _CLASSES[letter]
        if letter in _CONTROLS:
            return _single(_CONTROLS[letter])
        if letter == "x":
            return self._hexadecimal(2)
        if letter == "u":
            if self._take("{"):
                close = self._text.find("}", self.here)
                found = self._hexadecimal(close - self.here)
                self.here = close + 1
                return found
            return self._hexadecimal(4)
        if letter.isalnum():
            raise UnsupportedPatternError(f"the escape \\{letter}")
        return _single(ord(letter))

    def _hexadecimal(self, length: int) -> Charset:
        digits = self._text[self.here : self.here + max(length, 0)]
        try:
            code = int(digits, 16) if len(digits) == length and digits.isalnum() else -1
        except ValueError:
            code = -1
        if not 0 <= code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise UnsupportedPatternError("an escape that is no character")
        self.here += length
        return _single(code)

    def _class(self) -> Charset:
        """The characters of a class, after its opening bracket."""
        negated = self._take("^")
        ranges: list[tuple[int, int]] = []
        while not self._take("]"):
            low = self._class_part()
            if self._next() == "-" and self._text[self.here + 1 : self.here + 2] not in ("", "]"):
                self.here += 1
                high = self._class_part()
                if len(low) != 1 or len(high) != 1 or low[0][0] != low[0][1] or low[0][0] > high[0][1]:
                    raise UnsupportedPatternError("a range that is none")
                ranges.append((low[0][0], high[0][1]))
            else:
                ranges.extend(low)
        found = _union(ranges)
        return _others(found) if negated else found

    def _class_part(self) -> Charset:
        if not self._next():
            raise UnsupportedPatternError("a class that does not end")
        if self._take("\\"):
            return _single(8) if self._take("b") else self._escaped()
        return _single(self._character())


def _single(code: int) -> Charset:
    return ((code, code),)
