"""Files read and cut by several processes at once.

Cutting is what a first sync spends most of its time with, and Python runs it on one core a
process. A process that dies over a file takes nothing else with it: the file is a failure.
"""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice

from ingest.cutting import Cut, cut
from ingest.planning import Step
from ingest.source import Source
from retrieval.lexical import LexicalEncoder

WORTH_IT = 1_000
"""Files from which more processes are started: each takes about a second to begin."""
WORTH_IT_BYTES = 15_000_000
"""Bytes of fewer files from which it pays as well."""
_AT_ONCE = 32
_BYTES_AT_ONCE = 500_000
"""Files given to a process at a time."""
_AHEAD = 12
"""Such loads that wait for each process: none is idle while some notes are stored, and not too many
results lie about."""

_NICENESS = 10
"""Who reads a page or searches comes before who cuts notes."""

_source: Source
_encoder: LexicalEncoder


def cuts(
    source: Source, steps: Sequence[Step], encoder: LexicalEncoder | None = None
) -> Generator[Cut]:
    """Yield what becomes of each file, in order.

    Args:
        source: Where the files are.
        steps: What to read.
        encoder: Makes the points, where that can be done along with the cutting.
    """
    processes = min(4, os.cpu_count() or 1)
    many = len(steps) >= WORTH_IT or sum(step.found.size for step in steps) >= WORTH_IT_BYTES
    if not many or processes == 1:
        yield from (cut(source, step) for step in steps)
        return
    encoder = encoder or LexicalEncoder()
    loads = iter(_loads(steps))
    waiting: deque[tuple[list[Step], Future[list[Cut]]]] = deque()
    pool = _pool(source, encoder, processes)
    try:
        while True:
            for load in islice(loads, processes * _AHEAD - len(waiting)):
                waiting.append((load, pool.submit(_cut_all, load)))
            if not waiting:
                return
            load, future = waiting.popleft()
            try:
                results = future.result()
            except BrokenProcessPool:
                pool.shutdown(wait=False, cancel_futures=True)
                results = list(_cut_one_by_one(source, load))
                pool = _pool(source, encoder, processes)
                again = [(some, pool.submit(_cut_all, some)) for some, _ in waiting]
                waiting = deque(again)
            yield from results
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _loads(steps: Sequence[Step]) -> Iterator[list[Step]]:
    load: list[Step] = []
    size = 0
    for step in steps:
        load.append(step)
        size += step.found.size
        if len(load) == _AT_ONCE or size >= _BYTES_AT_ONCE:
            yield load
            load, size = [], 0
    if load:
        yield load


def _pool(source: Source, encoder: LexicalEncoder, processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        processes,
        mp_context=_context(),
        initializer=_begin,
        initargs=(source, encoder.average_length),
    )


def _context() -> multiprocessing.context.BaseContext:
    """Choose how processes begin.

    A fork of this one would copy the threads' locks, a server's sockets and an open database. A
    fork of a process that has loaded what cutting needs, and nothing else, begins sooner than an
    empty one.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["ingest.cutting"])
    return context


def _begin(source: Source, average_length: float) -> None:
    global _source, _encoder  # noqa: PLW0603 - what every load of a process needs
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    _source = source
    _encoder = LexicalEncoder()
    _encoder.average_length = average_length
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the end of the process that gives the loads; killed, it cannot end this one."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _cut_all(steps: list[Step]) -> list[Cut]:
    return [cut(_source, step, _encoder) for step in steps]


def _cut_one_by_one(source: Source, steps: Sequence[Step]) -> Iterator[Cut]:
    """Cut files of which one may have killed a process: it kills another, and is known by that."""
    rest = deque(steps)
    while rest:
        with _pool(source, LexicalEncoder(), 1) as pool:
            while rest:
                step = rest.popleft()
                try:
                    yield pool.submit(_cut_without_points, step).result()
                except BrokenProcessPool:
                    yield Cut(step, failure=_died(step.found.path))
                    break


def _cut_without_points(step: Step) -> Cut:
    return cut(_source, step)


def _died(path: str) -> str:
    return (
        f"{path} cannot be read: the process that read it died, perhaps for want of memory. "
        "Make the file smaller or take it out of the folder, then sync again."
    )
