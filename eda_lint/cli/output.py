"""Where text goes: a file (all of it or nothing), or a stream whatever its encoding and whoever closed it."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TextIO

from eda_lint.errors import UsageError

ColorChoice = Literal["auto", "always", "never"]


def settle_streams() -> None:
    """Let both streams show what their encoding lacks as `\\uXXXX` instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def complain(message: str) -> None:
    """Print one line of trouble to standard error."""
    with contextlib.suppress(OSError):
        print(f"eda-lint: {message}", file=sys.stderr, flush=True)  # noqa: T201


def wants_color(choice: ColorChoice, stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether to colour what goes to `stream`.

    An explicit choice wins, then `NO_COLOR` and `FORCE_COLOR` (no-color.org, force-color.org). Under pre-commit the
    terminal is a made-up one, so its presence says nothing.
    """
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return environ["FORCE_COLOR"] != "0"
    if environ.get("PRE_COMMIT") or environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def emit(text: str, target: Path | None, *, machine: bool = False) -> None:
    """Write `text` to the file `target`, or to standard output.

    Text for machines is UTF-8 whatever the terminal's encoding. A reader who closes the pipe early
    (`eda-lint check | head`) is no error and changes no exit code. Raises UsageError if the text cannot be written.
    """
    if not text.endswith("\n"):
        text += "\n"
    to_stream = target is None or str(target) == "-"
    try:
        if target is None or to_stream:
            _print(text, machine=machine)
        else:
            write_whole(target, text)
    except OSError as error:
        if to_stream:
            _forget_standard_output()
        if isinstance(error, BrokenPipeError):
            return
        where = "standard output" if to_stream else f"`{target}`"
        raise UsageError(f"{where} cannot be written: {error.strerror or error}") from error


def _print(text: str, *, machine: bool) -> None:
    if machine and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    else:
        sys.stdout.write(text)
    sys.stdout.flush()


def _forget_standard_output() -> None:
    """The interpreter flushes once more at exit, and would fail again: give it somewhere to flush to."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_whole(target: Path, text: str) -> None:
    """Write a file so that a reader sees the old content or the new, never a part. Raises OSError.

    A device or pipe (`/dev/stdout`) is written directly; a link is followed.
    """
    content = text.encode("utf-8", "backslashreplace")
    if target.exists() and not target.is_file():
        target.write_bytes(content)
        return
    final = target.resolve()
    partial = final.with_name(f".{final.name}.{os.getpid()}.part")
    try:
        partial.write_bytes(content)
        partial.replace(final)
    finally:
        partial.unlink(missing_ok=True)
