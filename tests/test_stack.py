"""Work in a thread with a stack of its own."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from eda_lint import stack
from eda_lint.stack import deep_recursion, with_stack


def test_the_work_has_its_result_and_its_error() -> None:
    assert with_stack(lambda: threading.current_thread() is not threading.main_thread(), 32 * 1024 * 1024)
    with pytest.raises(ZeroDivisionError):
        with_stack(lambda: 1 // 0, 32 * 1024 * 1024)


def test_what_goes_through_c_may_nest_deep() -> None:
    """Each level is a generator that `sum` drives, which takes C stack. (CPython 3.12 bounds them too.)"""

    def nested(depth: int) -> int:
        return 0 if depth == 0 else 1 + sum(nested(depth - 1) for _ in (0,))

    def work() -> int:
        with deep_recursion(60_000):
            return nested(3_000)

    assert with_stack(work, 512 * 1024 * 1024) == 3_000


def failing(seen: list[int]) -> None:
    seen.append(sys.getrecursionlimit())
    raise ZeroDivisionError


def test_limits_are_as_before_afterwards() -> None:
    frames, size = sys.getrecursionlimit(), threading.stack_size()
    seen: list[int] = []
    with pytest.raises(ZeroDivisionError), deep_recursion(frames + 500):
        failing(seen)
    assert seen == [frames + 500]
    with deep_recursion(frames - 100):
        assert sys.getrecursionlimit() == frames
    with_stack(lambda: None, 32 * 1024 * 1024)
    assert (sys.getrecursionlimit(), threading.stack_size()) == (frames, size)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """As in the foreground of a terminal: what a shell starts in the background ignores interrupts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("delay", [0, 0.2], ids=["at-once", "later"])
def test_an_interrupt_ends_the_work_and_waits_for_its_end(delay: float) -> None:
    ended: list[str] = []

    def work() -> None:
        try:
            time.sleep(delay)
            _thread.interrupt_main()
            for _ in range(1000):
                time.sleep(0.01)
        finally:
            ended.append("ended")

    with pytest.raises(KeyboardInterrupt):
        with_stack(work, 32 * 1024 * 1024)
    assert ended == ["ended"]


def refusing(above: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A machine that refuses stacks above a size; gives the list of what was asked for."""
    asked: list[int] = []

    class Thread(threading.Thread):
        def start(self) -> None:
            asked.append(threading.stack_size())
            if asked[-1] > above:
                raise RuntimeError("can't start new thread")
            super().start()

    monkeypatch.setattr(stack.threading, "Thread", Thread)
    return asked


def test_a_smaller_stack_is_taken_where_a_large_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = refusing(40 * 1024 * 1024, monkeypatch)
    assert with_stack(lambda: 7, 128 * 1024 * 1024) == 7
    assert asked == [128 * 1024 * 1024, 64 * 1024 * 1024, 32 * 1024 * 1024]


def test_no_stack_at_all_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    refusing(0, monkeypatch)
    with pytest.raises(MemoryError, match="no thread"):
        with_stack(lambda: 7, 32 * 1024 * 1024)
