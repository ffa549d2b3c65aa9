"""The catalog in a form that loads in a few milliseconds, kept in a cache directory.

Reading the TOML takes longer than all else of a warm run's start. What was read and checked once is kept under
the digest of the texts and of the grammar, so that no change of either can be missed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path

import msgspec

from eda_lint.catalog.read import Part
from eda_lint.catalog.tables import Library


class Compiled(msgspec.Struct, frozen=True):
    """What a catalog is made of: checked libraries, and the import roots of clients and of effects."""

    libraries: tuple[Library, ...]
    clients: tuple[str, ...]
    effects: tuple[str, ...]


def digest(parts: Iterable[Part]) -> str:
    """The name under which the compiled form of these files is kept."""
    hashed = hashlib.sha256(_grammar())
    for part in parts:
        hashed.update(f"\0{part.origin}\0{part.client}\0{len(part.text)}\0".encode("utf-8", "surrogateescape"))
        hashed.update(part.text)
    return hashed.hexdigest()[:32]


@cache
def _grammar() -> bytes:
    """The sources that decide what a text means."""
    package = resources.files("eda_lint.catalog")
    names = ("tables.py", "read.py", "checks.py", "signature.py", "steps.py", "compiled.py")
    return b"\0".join((package / name).read_bytes() for name in names) + msgspec.__version__.encode()


def stored(directory: Path, name: str) -> Compiled | None:
    """The compiled catalog of this name; None if there is none, or if it is damaged."""
    try:
        return msgspec.msgpack.decode(_file(directory, name).read_bytes(), type=Compiled)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def store(directory: Path, name: str, compiled: Compiled) -> None:
    """Keep a compiled catalog. A directory that cannot be written costs the next run time, and is no fault."""
    with contextlib.suppress(OSError):
        directory.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=directory, prefix=f".{name}")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.msgpack.encode(compiled))
            Path(temporary).replace(_file(directory, name))
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise


def _file(directory: Path, name: str) -> Path:
    return directory / f"catalog-{name}.msgpack"
