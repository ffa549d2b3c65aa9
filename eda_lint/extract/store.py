"""Facts on disk, found by the content they were made from.

An entry is named by the SHA-256 of the file's bytes, the extractor's version and the layout of the facts, so
it is never wrong and never updated: two processes that write the same entry write the same bytes. Whatever
cannot be read (damaged, truncated, written by something else) is a miss; where nothing can be written, there
is no cache and no complaint.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import msgspec

from eda_lint.extract import EXTRACTOR_VERSION
from eda_lint.model import facts, values
from eda_lint.model.facts import Extracted

_MAGIC = b"edaF1"
_CHECK = 8
_COMPRESSION = 1
_REFRESH = 24 * 3600
"""An entry in use is marked so at most once a day."""
_TIDY = 24 * 3600
"""Unused entries are looked for at most once a day."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Extracted)

_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# This directory holds eda-lint's cache; it may be deleted.\n"


def encode(extracted: Extracted) -> bytes:
    """The entry of one file: the same bytes for equal facts, on any machine."""
    payload = zlib.compress(_encoder.encode(extracted), _COMPRESSION)
    return _MAGIC + _checksum(payload) + payload


def _checksum(payload: bytes) -> bytes:
    return hashlib.blake2b(payload, digest_size=_CHECK).digest()


def decode_entry(entry: bytes) -> Extracted | None:
    """What an entry holds; None if it is no whole entry of this layout."""
    head = len(_MAGIC) + _CHECK
    payload = entry[head:]
    if (
        not entry.startswith(_MAGIC)
        or hashlib.blake2b(payload, digest_size=_CHECK).digest() != entry[len(_MAGIC) : head]
    ):
        return None
    try:
        return _decoder.decode(zlib.decompress(payload))
    except (zlib.error, msgspec.MsgspecError, RecursionError, MemoryError):
        return None


@cache
def layout() -> bytes:
    """What besides a file's bytes decides its entry: the extractor, the facts' layout and the parsers' releases."""
    digest = hashlib.sha256(EXTRACTOR_VERSION.encode())
    for module in (values, facts):
        for name, kind in sorted(vars(module).items()):
            if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
                tag = kind.__struct_config__.tag
                digest.update(repr((name, tag, kind.__struct_fields__, sorted(kind.__annotations__.items()))).encode())
    digest.update(repr((sys.version_info[:2], _libcst_release())).encode())
    return digest.digest()


def _libcst_release() -> str:
    """Its version, without importing it."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("libcst")
    except PackageNotFoundError:
        return ""


class Store:
    """A cache directory. It is made, with its tag and its `.gitignore`, when the first entry is written."""

    def __init__(self, directory: Path | str) -> None:
        self.directory = Path(directory)
        self._facts = self.directory / "facts"
        self.catalogs = self.directory / "catalogs"
        """Where compiled catalogs are kept; they are pruned with the facts."""
        self._usable = True
        self._prepared: set[str] = set()

    @staticmethod
    def key(content: bytes) -> str:
        """Name of the entry for a file with these bytes."""
        return hashlib.sha256(layout() + content).hexdigest()

    def load(self, key: str) -> Extracted | None:
        """The entry of this name; None is a miss."""
        path = self._path(key)
        try:
            with path.open("rb") as file:
                entry = file.read()
                age = time.time() - os.fstat(file.fileno()).st_mtime
        except OSError:
            return None
        found = decode_entry(entry)
        if found is not None and age > _REFRESH:
            with suppress(OSError):
                os.utime(path)
        return found

    def save(self, key: str, entry: bytes) -> None:
        """Write an entry, whole or not at all. Failing to is no error; it is not tried again."""
        if not self._usable:
            return
        path = self._path(key)
        temporary = ""
        try:
            self._make(path.parent)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
            with os.fdopen(handle, "wb") as file:
                file.write(entry)
            Path(temporary).replace(path)
        except OSError:
            self._usable = False
            if temporary:
                with suppress(OSError):
                    Path(temporary).unlink()

    def _path(self, key: str) -> Path:
        return self._facts / key[:2] / key[2:]

    def _make(self, directory: Path) -> None:
        """A directory of the cache, with the cache's own tag and `.gitignore` first."""
        if directory.name in self._prepared:
            return
        if not self._prepared:
            self.directory.mkdir(parents=True, exist_ok=True)
            for name, text in (("CACHEDIR.TAG", _TAG), (".gitignore", "*\n")):
                path = self.directory / name
                if not path.exists():
                    path.write_text(text, encoding="utf-8")
        directory.mkdir(parents=True, exist_ok=True)
        self._prepared.add(directory.name)

    def prepare(self) -> None:
        """Make the directory for compiled catalogs. One that cannot be made stays away without complaint."""
        with suppress(OSError):
            self._make(self.catalogs)

    def tidy(self) -> int:
        """Prune if that was not done today; gives how many entries were deleted."""
        stamp = self.directory / "tidied"
        try:
            if 0 <= time.time() - stamp.stat().st_mtime < _TIDY:
                return 0
        except OSError:
            pass  # never tidied, or nothing is kept
        try:
            stamp.touch()
        except OSError:
            return 0
        return self.prune()

    def prune(self, max_bytes: int = 512 * 1024 * 1024, max_age: float = 30 * 24 * 3600) -> int:
        """Delete entries unused for `max_age` seconds, then the longest unused ones until the rest takes at most
        `max_bytes`. Gives how many were deleted; what cannot be deleted stays."""
        now = time.time()
        total = deleted = 0
        for used, size, path in sorted(self._entries(), reverse=True):
            total += size
            if total > max_bytes or now - used > max_age:
                with suppress(OSError):
                    path.unlink()
                    deleted += 1
                    total -= size
        return deleted

    def _entries(self) -> Iterator[tuple[float, int, Path]]:
        """(last use, size, path) of every entry."""
        for path in (*self._facts.glob("??/*"), *self.catalogs.glob("*")):
            with suppress(OSError):
                status = path.lstat()
                yield status.st_mtime, status.st_size, path
