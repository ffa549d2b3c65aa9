"""Many files side by side, under any `concurrent.futures.Executor`."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed

from eda_lint.extract import extract
from eda_lint.extract.store import Store, decode_entry, encode
from eda_lint.model.facts import Extracted, Places, Problem

IN_PROCESS = 400_000
"""Fewest bytes of source that are worth starting processes for."""
_BATCH = 150_000
"""Bytes of source per task: small enough to share out evenly, large enough not to talk all the time."""

Batch = list[tuple[str, bytes]]
"""(key, content) of files."""
ExecutorFactory = Callable[[int], Executor]
"""Makes an executor with this many workers."""


def extract_many(
    items: Iterable[tuple[str, bytes]],
    *,
    jobs: int = 1,
    store: Store | None = None,
    executor: ExecutorFactory | None = None,
) -> dict[str, Extracted]:
    """Facts of many files, by path, in the order given. Equal contents are read once.

    The store answers what it knows and is given the rest. With `jobs` above 1 and enough to read, workers of
    `executor` (by default processes of this machine) read side by side; a file that ends its worker becomes a
    problem of kind `internal`, and the others go on.
    """
    contents = dict(items)
    keys = {path: Store.key(content) for path, content in contents.items()}
    pending = {keys[path]: content for path, content in contents.items()}
    found: dict[str, Extracted] = {}
    if store is not None:
        for key in list(pending):
            stored = store.load(key)
            if stored is not None:
                found[key] = stored
                del pending[key]
    if jobs > 1 and sum(map(len, pending.values())) >= IN_PROCESS:
        found |= _side_by_side(pending, jobs, store, executor or _processes)
    else:
        found |= _in_process(pending, store)
    return {path: found[key] for path, key in keys.items()}


def _in_process(pending: dict[str, bytes], store: Store | None) -> dict[str, Extracted]:
    found = {}
    for key, content in pending.items():
        found[key] = extract(content)
        if store is not None and _is_lasting(found[key]):
            store.save(key, encode(found[key]))
    return found


def _is_lasting(extracted: Extracted) -> bool:
    """An internal fault may not happen again and is not kept."""
    return all(problem.kind != "internal" for problem in extracted.problems)


def encode_batch(contents: Sequence[bytes]) -> list[bytes]:
    """What a worker does: files in, their entries out."""
    return [encode(extract(content)) for content in contents]


def _side_by_side(
    pending: dict[str, bytes], jobs: int, store: Store | None, make: ExecutorFactory
) -> dict[str, Extracted]:
    found: dict[str, Extracted] = {}
    broken: list[Batch] = []
    for batch, entries in _run(list(_batches(pending)), jobs, make):
        if entries is None:
            broken.append(batch)
        else:
            _take(found, store, batch, entries)
    # One file ended its worker, and with it every batch that was under way: each is tried again by itself.
    for batch in broken:
        for key, content in batch:
            ((_, entries),) = _run([[(key, content)]], 1, make)
            if entries is None:
                message = "reading this file ended the process; please report it"
                found[key] = Extracted(None, Places(), (Problem("internal", message),))
            else:
                _take(found, store, [(key, content)], entries)
    return found


def _take(found: dict[str, Extracted], store: Store | None, batch: Batch, entries: list[bytes]) -> None:
    for (key, content), entry in zip(batch, entries, strict=True):
        extracted = decode_entry(entry)
        found[key] = extract(content) if extracted is None else extracted
        if store is not None and _is_lasting(found[key]):
            store.save(key, entry)


def _batches(pending: dict[str, bytes]) -> Iterator[Batch]:
    """Tasks of about equal size, the largest files first, so that none is left for the end."""
    batch: Batch = []
    size = 0
    for key, content in sorted(pending.items(), key=lambda item: (-len(item[1]), item[0])):
        batch.append((key, content))
        size += len(content)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _run(batches: list[Batch], jobs: int, make: ExecutorFactory) -> Iterator[tuple[Batch, list[bytes] | None]]:
    """Each batch with its entries, or None where its worker was lost."""
    executor = make(min(jobs, len(batches)))
    try:
        futures: dict[Future[list[bytes]], Batch] = {}
        for index, batch in enumerate(batches):
            try:
                futures[executor.submit(encode_batch, [content for _, content in batch])] = batch
            except BrokenExecutor:
                for lost in batches[index:]:
                    yield lost, None
                break
        for future in as_completed(futures):
            try:
                entries = future.result()
            except BrokenExecutor:
                yield futures[future], None
            else:
                yield futures[future], entries
    finally:
        executor.shutdown(cancel_futures=True)


def _processes(jobs: int) -> Executor:
    """Processes that inherit neither threads nor locks. The fork server reads the parser's code once.

    They are started with the current directory off their path, where Python would put it first: it may be the code
    base that is judged, and its `socket.py` would run before anything else.
    """
    os.environ["PYTHONSAFEPATH"] = "1"
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["eda_lint.extract.module"])
    return ProcessPoolExecutor(jobs, mp_context=context)
