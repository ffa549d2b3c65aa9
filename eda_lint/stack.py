"""Room for deep recursion: a parser and look-ups nest as deep as the code that is read.

Since Python 3.11 calls from Python to Python take no C stack, so a raised recursion limit alone is safe for them.
What goes through C (a native parser, a generator that a built-in drives) does take it, and some platforms give the
main thread 1 MB and others 128 KB: that work gets a thread with a stack of its own.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

SMALLEST = 16 * 1024 * 1024
"""Bytes of stack below which no smaller one is tried."""


@contextmanager
def deep_recursion(frames: int) -> Iterator[None]:
    """Let Python recurse `frames` deep inside; a limit that is higher already stays."""
    before = sys.getrecursionlimit()
    if before >= frames:
        yield
        return
    sys.setrecursionlimit(frames)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def with_stack(work: Callable[[], T], size: int) -> T:
    """What `work` gives, run in a thread that has `size` bytes of stack, or as many as the machine allows.

    Only what is touched of a stack is ever taken from the machine. An interrupt in the waiting thread interrupts the
    work. Raises what `work` raises, and MemoryError if not even the smallest stack can be had.
    """
    results: list[T] = []
    errors: list[BaseException] = []
    running: list[int] = []
    given_up, done = threading.Event(), threading.Event()

    def run() -> None:
        running.append(threading.get_ident())
        try:
            if not given_up.is_set():
                results.append(work())
        except BaseException as error:  # noqa: BLE001 - handed to the caller, who knows what to do with it
            errors.append(error)
        finally:
            done.set()

    try:
        thread = _started(run, size)
        # Not `join`: it cannot be interrupted on every platform, and some releases take the thread for ended if it is.
        while not done.wait(1.0):
            pass
    except BaseException:
        given_up.set()
        if running:
            _interrupt(running[0])
            done.wait()
        raise
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def _interrupt(thread: int) -> None:
    """Raise KeyboardInterrupt in a thread. One that is still at work when the interpreter ends is torn out of
    whatever it is in, and a native parser answers that by aborting the process."""
    import ctypes

    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(KeyboardInterrupt))


def _started(run: Callable[[], None], size: int) -> threading.Thread:
    """A thread at work. A limit on the address space (containers, `ulimit -v`) may refuse a large stack."""
    while True:
        before = threading.stack_size(size)
        try:
            # A daemon: a second interrupt must not wait for the work's end.
            thread = threading.Thread(target=run, name="eda-lint", daemon=True)
            thread.start()
        except RuntimeError as error:
            if size // 2 < SMALLEST:
                raise MemoryError(f"no thread can be started: {error}") from error
            size //= 2
        else:
            return thread
        finally:
            threading.stack_size(before)
