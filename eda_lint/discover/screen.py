"""The search over bytes that decides which files are parsed at all.

Two questions: which files import one of these packages (`seeds`), and which files hold all of these words
(`mentions`). Both answer exactly or, where bytes cannot tell (a docstring that quotes an import), with a file too
many, never with one too few. (One bound: an import statement is looked at for `_REACH` bytes around its word.)

**Imports** are found from the word `import`, which every import statement has: one literal search, and a look at
the line around each hit. On 104 MB of Python (12,000 files, two cores) that takes 0.4 s for any number of packages
and needs no library, where one regular expression over all lines takes 0.7 s, one over the names of all packages
2.6 s, and an Aho-Corasick automaton (pyahocorasick) 1.9 s.

**Words** are looked for with `bytes.find`, 20 to 130 ms each on the same files. After `SCANS` words an index from
word to files is built once (2 s); from then on a question is a look-up. Few questions never pay for the index, and
many questions never cost more than twice the better of the two ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

SCANS = 40
"""Words looked for one by one before the index is built: about what the index costs."""

_BOM = b"\xef\xbb\xbf"
_WORD_BYTES = frozenset(b"_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") | frozenset(range(128, 256))
"""Bytes of identifiers: those of other scripts are above 127 in UTF-8, and in every encoding that Python reads."""
_TO_SPACE = bytes(byte if byte in _WORD_BYTES else 32 for byte in range(256))

_IMPORT = re.compile(rb"import(?:(?![0-9A-Za-z_\x80-\xff])|_module[ \t]*\(|__[ \t]*\()")
_NAME = rb"[0-9A-Za-z_\x80-\xff]+"
_DOTTED = re.compile(rb"[. \t\f]*" + _NAME + rb"(?:[ \t\f]*\.[ \t\f]*" + _NAME + rb")*[ \t\f]*")
_LITERAL = re.compile(rb"\s*[rRuU]?(?:'''|\"\"\"|['\"])([\w.]+)")
_REST = re.compile(rb"[;#\n:=()]")
_CONTINUATION = b"\\\n"
_REACH = 2048
"""How far around its word `import` a statement is looked at: a 10 MB line must not be copied for each hit in it."""


class Screen:
    """The Python files of a code base as bytes, ready to be asked. Answers are sorted paths."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = {path: _plain(files[path]) for path in sorted(files)}
        self._modules: dict[str, frozenset[bytes]] | None = None
        self._found: dict[bytes, frozenset[str]] = {}
        self._index: dict[bytes, list[int]] | None = None
        self._paths = tuple(self._files)

    def with_more(self, files: Mapping[str, bytes]) -> Screen:
        """The same with further files; what is known of the imports of its own is kept."""
        extended = Screen({**files, **self._files})
        if self._modules is not None:
            known = self._modules
            extended._modules = {
                path: known[path] if path in known else imported_modules(content)
                for path, content in extended._files.items()
            }
        return extended

    def seeds(self, import_roots: Iterable[str]) -> tuple[str, ...]:
        """Files that import one of these packages or modules (dotted names allowed), or a part of one."""
        wanted = {root.encode() for root in import_roots if root}
        plain = frozenset(root for root in wanted if b"." not in root)
        dotted = sorted(wanted - plain)
        return tuple(path for path, modules in self._imported().items() if self._imports(path, modules, plain, dotted))

    def imports(self) -> dict[str, tuple[str, ...]]:
        """File → the modules that it imports by absolute name, sorted."""
        return {
            path: tuple(sorted(module.decode("utf-8", "surrogateescape") for module in modules))
            for path, modules in self._imported().items()
        }

    def mentions(self, *words: str) -> tuple[str, ...]:
        """Files whose text (comments and strings included) holds each of the words as a whole identifier.

        A dotted word stands for each of its parts. Without words the answer is empty.
        """
        parts = {part.encode("utf-8", "surrogatepass") for word in words for part in word.split(".")}
        if not parts or b"" in parts:
            return ()
        # Long words are rare words: what they leave makes the search for the others short.
        first, *rest = sorted(parts, key=lambda part: (-len(part), part))
        found = self._holding(first)
        for part in rest:
            if self._index is None and part not in self._found and len(found) < len(self._files) // 4:
                found = frozenset(path for path in found if holds(self._files[path], part))
            else:
                found &= self._holding(part)
        return tuple(sorted(found))

    def _imported(self) -> dict[str, frozenset[bytes]]:
        if self._modules is None:
            self._modules = {path: imported_modules(content) for path, content in self._files.items()}
        return self._modules

    def _imports(self, path: str, modules: frozenset[bytes], plain: frozenset[bytes], dotted: Iterable[bytes]) -> bool:
        for module in modules:
            if module.partition(b".")[0] in plain:
                return True
            for root in dotted:
                if module == root or module.startswith(root + b"."):
                    return True
                # `from google.cloud import pubsub_v1`: the rest of the name stands elsewhere in the file.
                if root.startswith(module + b"."):
                    rest = root[len(module) + 1 :].split(b".")
                    if all(holds(self._files[path], part) for part in rest):
                        return True
        return False

    def _holding(self, word: bytes) -> frozenset[str]:
        found = self._found.get(word)
        if found is None:
            if self._index is None and len(self._found) >= SCANS:
                self._index = _indexed(self._files.values())
            if self._index is not None:
                found = frozenset(self._paths[n] for n in self._index.get(word, ()))
            else:
                found = frozenset(path for path, content in self._files.items() if holds(content, word))
            self._found[word] = found
        return found


def holds(content: bytes, word: bytes) -> bool:
    """Whether a word stands in a text as a whole identifier."""
    start = content.find(word)
    while start >= 0:
        end = start + len(word)
        before = start == 0 or content[start - 1] not in _WORD_BYTES
        if before and (end == len(content) or content[end] not in _WORD_BYTES):
            return True
        start = content.find(word, start + 1)
    return False


def imported_modules(content: bytes) -> frozenset[bytes]:
    """Dotted names of the modules that a file imports by absolute name, wherever the statement stands; also those
    given to `import_module("…")` and `__import__("…")` as text."""
    found: set[bytes] = set()
    for match in _IMPORT.finditer(content):
        if match[0].endswith(b"("):
            literal = _LITERAL.match(content, match.end())
            found.update([literal[1]] if literal else [])
        else:
            found.update(_targets(content, match.start(), match.end()))
    return frozenset(found)


def _targets(content: bytes, start: int, end: int) -> Iterator[bytes]:
    """Modules of the import statement whose word `import` stands at `start`, if it is one."""
    before = _skip_back(content, start)
    if _begins(content, before):
        for part in _tail(content, end).split(b","):
            target = _DOTTED.match(part)
            if target is not None:
                yield _compact(target[0])
        return
    begin = content.rfind(b"from", max(before - _REACH, 0), before)
    if begin >= 0 and _begins(content, _skip_back(content, begin)):
        module = content[begin + 4 : before].replace(_CONTINUATION, b" ")
        if _DOTTED.fullmatch(module) and not _compact(module).startswith(b"."):
            yield _compact(module)


def _skip_back(content: bytes, position: int) -> int:
    """The position before the blanks and continuations that end at `position`."""
    while position:
        if content[position - 1] in b" \t\f":
            position -= 1
        elif content.endswith(_CONTINUATION, 0, position):
            position -= len(_CONTINUATION)
        else:
            break
    return position


def _begins(content: bytes, position: int) -> bool:
    """Whether a statement can begin at `position`."""
    return position == 0 or content[position - 1] in b"\n;:"


def _tail(content: bytes, end: int) -> bytes:
    """What follows `end` up to a semicolon, a comment or the end of the logical line, with continuations joined."""
    stop = _REST.search(content, end, end + _REACH)
    while stop is not None and content.startswith(_CONTINUATION, stop.start() - 1):
        stop = _REST.search(content, stop.end(), end + _REACH)
    return content[end : stop.start() if stop else end + _REACH].replace(_CONTINUATION, b" ")


def _compact(name: bytes) -> bytes:
    return name.translate(None, b" \t\f")


def _plain(content: bytes) -> bytes:
    """With one kind of line end, and without a byte order mark, which would look like part of the first word."""
    content = content.removeprefix(_BOM)
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in content else content


def _indexed(contents: Iterable[bytes]) -> dict[bytes, list[int]]:
    """Word → positions of the files that hold it."""
    index: dict[bytes, list[int]] = {}
    for number, content in enumerate(contents):
        for word in set(content.translate(_TO_SPACE).split()):
            files = index.get(word)
            if files is None:
                index[word] = [number]
            else:
                files.append(number)
    return index
