"""Programs that are copies of this one, which has imported everything and opened nothing."""

import os
import signal
import socket
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.crash.talk import Talk

PATIENCE_S = 60.0
"""A program that takes longer hangs, and that is a fault."""


@contextmanager
def forked(work: Callable[[Talk], None]) -> Iterator[tuple[int, Talk]]:
    """Start a program, and let go of the line to it when the block ends."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        ours.close()
        _work(work, Talk(theirs))
    theirs.close()
    talk = Talk(ours)
    try:
        yield child, talk
    finally:
        talk.close()


def _work(work: Callable[[Talk], None], talk: Talk) -> None:
    status = 1
    try:
        work(talk)
        status = 0
    except BaseException:  # noqa: BLE001 - a copy must never go on as the original
        traceback.print_exc()
    finally:
        os._exit(status)


def end(child: int) -> int:
    """Kill a program if it is alive still, and return how it ended."""
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)
